"""Registering by the public form, and one's own page."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.conferences.rules import ConferenceFormat
from app.database import db, transaction
from app.delegations.models import Delegate
from app.delegations.queries import places
from app.delegations.rules import Accreditation
from app.history.models import HistoryEntry
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import write_ordered
from tests.factories import NOW, make_conference, make_delegate

FORM = {
    "nonce": "n-1", "last": "Щукина", "first": "Юлия", "patronymic": "Львовна", "gender": "f", "role": "business",
    "municipality": "kaluga", "organisation": "ООО «Образец»", "position": "Директор", "languages": ["ru", "de"],
    "interpretation": "none", "email": "shchukina@kaluga.example", "phone": "+7 4842 000000",
    "arrival": "2021-06-27T14:05", "departure": "2021-06-30T18:00", "arrival_mode": "train", "hotel_needed": "yes",
    "visa_needed": "no", "dietary_code": "vegetarian", "dietary_note": "", "accessibility_note": "",
    "consent_processing": "y",
}  # fmt: skip


def send(visitor: FlaskClient, language: str = "ru", **changes: Any) -> Any:
    form = {name: value for name, value in {**FORM, **changes}.items() if value is not None}
    return visitor.post(f"/{language}/c/xvi-kaluga-2021/register", data=form)


def only() -> Delegate:
    return db.session.scalars(select(Delegate)).one()


def mails() -> list[tuple[str, list[str], str]]:
    write_ordered(at=NOW)
    rows = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
    return [(row.kind, row.to, row.language) for row in rows]


def test_register_shows_a_form_without_scripts(app: Flask, visitor: FlaskClient) -> None:
    make_conference()

    page = visitor.get("/de/c/xvi-kaluga-2021/register")

    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert 'name="consent_processing"' in page.text
    assert "htmx" not in page.text
    assert 'name="attendance"' not in page.text


def test_register_grants_a_place_and_mails_the_link(app: Flask, visitor: FlaskClient) -> None:
    conference = make_conference()

    answer = send(visitor)

    row = only()
    assert answer.status_code == 303
    assert answer.location == f"/ru/delegate/{row.token}"
    assert (row.accreditation, row.public_id, row.municipality_id) == (
        Accreditation.GRANTED,
        "R00001",
        conference.host_id,
    )
    assert (row.last_latin, row.first_latin) == ("Shchukina", "Iuliia")
    assert (row.badge_ru, row.badge_de) == ("Щукина Юлия Львовна", "Julija Schtschukina")
    assert (row.languages, row.arrival) == ("ru;de", "2021-06-27T14:05+03:00")
    assert (sorted(row.consents), row.photo_consent) == (["health", "processing"], "no")
    assert mails() == [("registered", ["shchukina@kaluga.example"], "ru")]
    mail = db.session.scalars(select(OutgoingMail)).one()
    assert f"/ru/delegate/{row.token}" in mail.text
    assert f"/ru/delegate/{row.token}" in mail.html
    assert mail.calendar_method == "PUBLISH"
    assert "UID:38e92f00-23af-5446-88b3-655a56aa5c6d" in mail.calendar
    assert row.token not in mail.calendar
    assert [file.filename for file in mail.attachments] == ["pass.png"]
    assert visitor.get(answer.location).status_code == 200


def test_register_makes_one_delegate_when_the_form_is_sent_twice(app: Flask, visitor: FlaskClient) -> None:
    make_conference()

    first, second = send(visitor), send(visitor)

    assert first.location == second.location
    assert len(mails()) == 1
    assert only().public_id == "R00001"


def test_register_makes_two_delegates_when_only_the_nonce_is_the_same(app: Flask, visitor: FlaskClient) -> None:
    make_conference()
    send(visitor)
    send(visitor, first="Анна")

    assert db.session.scalars(select(Delegate.public_id).order_by(Delegate.id)).all() == ["R00001", "R00002"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"consent_processing": None}, "Without this consent we cannot register you."),
        ({"last": ""}, "Please fill this in."),
        ({"email": "nobody"}, "This is not an e-mail address. It should look like name@example.org."),
        ({"email": ""}, "Please fill this in."),
        ({"last": "Я" * 201}, "Please use at most 200 characters."),
        ({"last": "a\x07b"}, "This contains characters that cannot be kept. Please type it anew."),
        ({"departure": "2021-06-20T10:00"}, "The departure lies before the arrival."),
    ],
)
def test_register_refuses_at_the_field_when_something_is_wrong(
    app: Flask, visitor: FlaskClient, change: dict[str, Any], message: str
) -> None:
    make_conference()

    answer = send(visitor, language="en", **change)

    assert answer.status_code == 422
    assert message in answer.text
    assert 'class="error-summary"' in answer.text
    assert db.session.scalars(select(Delegate)).all() == []
    assert mails() == []


def test_register_needs_only_a_name_an_address_and_the_consent(app: Flask, visitor: FlaskClient) -> None:
    make_conference()

    answer = visitor.post(
        "/en/c/xvi-kaluga-2021/register",
        data={"last": "Tenzin", "email": "tenzin@duisburg.example", "consent_processing": "y"},
    )

    assert answer.status_code == 303
    assert (only().role, only().accreditation) == ("member", Accreditation.GRANTED)


def test_register_says_that_it_is_closed(app: Flask, visitor: FlaskClient) -> None:
    make_conference(registration_open=False)

    page, answer = visitor.get("/en/c/xvi-kaluga-2021/register"), send(visitor)

    assert (page.status_code, "Registration is closed" in page.text) == (200, True)
    assert 'name="last"' not in page.text
    assert answer.status_code == 422
    assert db.session.scalars(select(Delegate)).all() == []


def test_register_waits_in_order_when_all_places_are_taken(app: Flask, visitor: FlaskClient) -> None:
    conference = make_conference(places_on_site=1)
    for number in range(3):
        send(visitor, nonce=str(number), email=f"p{number}@kaluga.example")

    rows = db.session.scalars(select(Delegate).order_by(Delegate.id)).all()
    assert [row.accreditation.value for row in rows] == ["granted", "waitlisted", "waitlisted"]
    assert places(conference) == {
        "on_site": {"capacity": 1, "taken": 1, "waiting": 2},
        "video": {"capacity": None, "taken": 0, "waiting": 0},
    }
    assert [kind for kind, _, _ in mails()] == ["registered", "waiting", "waiting"]
    page = visitor.get(f"/en/delegate/{rows[2].token}").text
    assert "You are number 2 on the waiting list" in page


def test_register_applies_when_approval_is_needed(app: Flask, visitor: FlaskClient) -> None:
    make_conference(approval_needed=True)
    send(visitor)

    assert only().accreditation is Accreditation.APPLIED
    write_ordered(at=NOW)
    assert db.session.scalars(select(OutgoingMail.calendar)).one() == ""


@pytest.mark.parametrize(
    ("held", "choice", "wished", "got"),
    [
        (ConferenceFormat.IN_PERSON, False, None, "onsite"),
        (ConferenceFormat.HYBRID, True, "video", "video"),
        (ConferenceFormat.HYBRID, True, None, "onsite"),
        (ConferenceFormat.VIDEO, False, None, "video"),
    ],
)
def test_register_offers_what_the_format_offers(
    app: Flask, visitor: FlaskClient, held: ConferenceFormat, choice: bool, wished: str | None, got: str
) -> None:
    make_conference(format=held)

    page = visitor.get("/en/c/xvi-kaluga-2021/register").text
    send(visitor, attendance=wished)

    assert ('name="attendance"' in page) is choice
    assert only().attendance.value == got


def test_delegate_page_is_not_found_when_the_token_is_forged(app: Flask, visitor: FlaskClient) -> None:
    make_delegate(make_conference())

    for path in ("delegate/x", "delegate/x/withdraw", "delegate/x/conference.ics", "delegation/x", "reply/x"):
        assert visitor.get(f"/en/{path}").status_code == 404


def test_delegate_page_changes_only_what_was_changed(app: Flask, visitor: FlaskClient) -> None:
    row = make_delegate(make_conference(), last="  Орлова ", languages="it;de", arrival="2021-06-27T14:05+03:00",
                        consents={"processing": {}})  # fmt: skip
    page = visitor.get(f"/en/delegate/{row.token}").text
    values = dict(re.findall(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', page))

    answer = visitor.post(
        f"/en/delegate/{row.token}",
        data={"last": "Орлова", "first": "Анна", "patronymic": "Павловна", "last_latin": "Orlova",
              "first_latin": "Anna", "gender": "f", "languages": ["de", "it"], "email": row.email,
              "arrival": "2021-06-27T14:05", "phone": "+7 4842 560001", "consent_processing": "y"},
    )  # fmt: skip

    assert values["last"] == "  Орлова "
    assert answer.status_code == 303
    row = only()
    assert (row.last, row.languages, row.arrival, row.phone) == (
        "  Орлова ", "it;de", "2021-06-27T14:05+03:00", "+7 4842 560001",
    )  # fmt: skip
    entry = db.session.scalars(select(HistoryEntry)).one()
    assert (entry.deed, entry.details) == ("delegations.change_details", {"fields": ["phone"]})


def test_delegate_page_is_closed_when_the_last_day_for_changes_is_over(app: Flask, visitor: FlaskClient) -> None:
    row = make_delegate(make_conference(change_until=date(2021, 6, 1)))

    page = visitor.get(f"/en/delegate/{row.token}").text
    answer = visitor.post(f"/en/delegate/{row.token}", data={"last": "Иванова", "email": row.email})

    assert "The date for changes has passed." in page
    assert answer.status_code == 422
    assert only().last == "Орлова"


def test_withdraw_asks_first_and_gives_the_place_to_the_first_in_line(app: Flask, visitor: FlaskClient) -> None:
    make_conference(places_on_site=1)
    for number in range(3):
        send(visitor, nonce=str(number), email=f"p{number}@kaluga.example")
    write_ordered(at=NOW)
    first = db.session.scalars(select(Delegate).order_by(Delegate.id)).first()
    assert first is not None

    assert visitor.get(f"/en/delegate/{first.token}/withdraw").status_code == 200
    assert first.accreditation is Accreditation.GRANTED
    for _ in range(2):
        assert visitor.post(f"/en/delegate/{first.token}/withdraw").status_code == 303

    standing = db.session.scalars(select(Delegate.accreditation).order_by(Delegate.id)).all()
    assert [one.value for one in standing] == ["withdrawn", "granted", "waitlisted"]
    assert mails()[3:] == [("place_granted", ["p1@kaluga.example"], "ru")]


def test_delegate_page_shows_hostile_text_as_text(app: Flask, visitor: FlaskClient) -> None:
    row = make_delegate(make_conference(), last="<b>\u202eвока", organisation="</title><script>x</script>")

    page = visitor.get(f"/en/delegate/{row.token}").text

    assert "&lt;b&gt;[U+202E]вока" in page
    assert "<script>x" not in page


def test_calendar_entry_is_one_of_the_whole_conference(app: Flask, visitor: FlaskClient) -> None:
    row = make_delegate(make_conference(calendar_sequence=3))

    answer = visitor.get(f"/de/delegate/{row.token}/conference.ics")

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    lines = answer.text.replace("\r\n ", "").split("\r\n")
    assert "UID:38e92f00-23af-5446-88b3-655a56aa5c6d" in lines
    assert "SEQUENCE:3" in lines
    assert "DTSTART;VALUE=DATE:20210628" in lines
    assert "DTEND;VALUE=DATE:20210701" in lines


def test_move_to_video_frees_the_place_on_site(app: Flask, visitor: FlaskClient) -> None:
    conference = make_conference(format=ConferenceFormat.HYBRID, places_on_site=1)
    row = make_delegate(conference)
    make_delegate(conference, accreditation=Accreditation.WAITLISTED, waitlisted_at=NOW, email="w@kaluga.example")

    visitor.post(f"/en/delegate/{row.token}", data={"last": row.last, "first": row.first, "email": row.email,
                                                    "attendance": "video"})  # fmt: skip

    assert places(conference) == {
        "on_site": {"capacity": 1, "taken": 1, "waiting": 0},
        "video": {"capacity": None, "taken": 1, "waiting": 0},
    }
    assert mails() == [("place_granted", ["w@kaluga.example"], "ru")]


def test_sweep_fills_places_when_the_capacity_was_raised_elsewhere(app: Flask) -> None:
    from app.delegations.jobs import fill_free_places

    conference = make_conference(places_on_site=0)
    make_delegate(conference, accreditation=Accreditation.WAITLISTED, waitlisted_at=NOW)
    with transaction():
        conference.places_on_site = 5

    fill_free_places()

    assert only().accreditation is Accreditation.GRANTED
