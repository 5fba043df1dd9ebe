"""The programme at the desk: editing, two people at once, releasing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import event

from app.conferences.models import Conference
from app.database import db, transaction
from app.history.models import HistoryEntry
from app.programme.models import ProgrammeSession, Release
from app.programme.queries import current_release, session_by_code
from tests.factories import make_conference, make_municipality, make_room, make_session
from tests.programme_files import XIV, krasnodar, released_krasnodar

Enter = Callable[[str], FlaskClient]
DESK = "/en/desk/c/xvi-kaluga-2021/programme"


def _form(client: FlaskClient, address: str) -> dict[str, Any]:
    """What a browser would send back if nothing were changed."""
    page = html.fromstring(client.get(address).text)
    form = next(found for found in page.forms if "title_ru" in found.fields)
    values: dict[str, Any] = {}
    for name, value in form.form_values():
        values.setdefault(name, []).append(value)
    return values


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", html.fromstring(text).text_content())


def _post(client: FlaskClient, address: str, values: dict[str, Any]) -> Any:
    return client.post(address, data=values)


def test_session_is_saved_with_people_when_the_form_is_sent(staff: Enter) -> None:
    conference = make_conference()
    hall = make_room(conference)
    session = make_session(conference)
    client = staff("secretariat")
    values = _form(client, f"{DESK}/{session.id}")
    values |= {
        "title_de": "Auftakt", "start": "22:30", "end": "00:45", "place": f"room-{hall.id}", "capacity": "600",
        "people-0-name": " Анна Орлова ", "people-0-role": "chair", "people-1-name": "Dr. André Knapp",
        "people-1-role": "moderator", "format": "hybrid", "description_de": "Zuerst\r\ndie Hymnen",
    }  # fmt: skip
    answer = _post(client, f"{DESK}/{session.id}", values)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{DESK}#K07")
    kept = session_by_code(conference, "K07")
    assert kept is not None
    assert {
        "title": kept.title_de, "ru": kept.title_ru, "starts": kept.starts_at, "ends": kept.ends_at,
        "room": kept.room_id, "capacity": kept.capacity, "format": kept.format, "text": kept.description_de,
        "people": [(person.name, person.role) for person in kept.people], "version": kept.version,
    } == {
        "title": "Auftakt", "ru": "Открытие конференции", "starts": datetime(2021, 6, 28, 19, 30, tzinfo=UTC),
        "ends": datetime(2021, 6, 28, 21, 45, tzinfo=UTC), "room": hall.id, "capacity": 600, "format": "hybrid",
        "text": "Zuerst\ndie Hymnen", "people": [("Анна Орлова", "chair"), ("Dr. André Knapp", "moderator")],
        "version": 2,
    }  # fmt: skip
    [entry] = db.session.query(HistoryEntry).filter_by(deed="programme.change_session")
    assert entry.details == {
        "code": "K07",
        "changed": ["title_de", "description_de", "starts_at", "ends_at", "room_id", "capacity", "format", "people"],
    }


def test_nothing_is_written_when_the_form_is_sent_unchanged(staff: Enter) -> None:
    conference = make_conference()
    session = make_session(conference, room=make_room(conference), extra={"note": "x"}, audience="guests",
                           languages="ru;de;sr", description_ru="Одна\nдве")  # fmt: skip
    client = staff("secretariat")
    answer = _post(client, f"{DESK}/{session.id}", _form(client, f"{DESK}/{session.id}"))
    assert answer.status_code == 303
    kept = session_by_code(conference, "K07")
    assert kept is not None
    assert (kept.version, kept.audience, kept.languages, kept.extra) == (1, "guests", "ru;de;sr", {"note": "x"})
    assert db.session.query(HistoryEntry).count() == 0


def test_second_sees_both_versions_when_two_edit_at_once(staff: Enter) -> None:
    conference = make_conference()
    hall = make_room(conference)
    session = make_session(conference)
    address = f"{DESK}/{session.id}"
    first, second = staff("secretariat"), staff("organiser")
    mine, theirs = _form(first, address), _form(second, address)
    assert _post(first, address, mine | {"title_de": "Auftakt", "place": f"room-{hall.id}"}).status_code == 303
    answer = _post(second, address, theirs | {"title_de": "Feierliche Eröffnung", "start": "17:00"})
    assert answer.status_code == 409
    page = html.fromstring(answer.text)
    rows = [[re.sub(r"\s+", " ", cell.text_content()).strip() for cell in row] for row in page.xpath("//tbody/tr")]
    assert rows == [
        ["Title in German", "Feierliche Eröffnung", "Auftakt"],
    ]
    assert "Test secretariat saved it while you were writing." in _words(answer.text)
    kept = session_by_code(conference, "K07")
    assert kept is not None
    assert kept.title_de == "Auftakt"
    again = next(found for found in page.forms if "title_ru" in found.fields)
    values: dict[str, Any] = {}
    for name, value in again.form_values():
        values.setdefault(name, []).append(value)
    assert values["title_de"] == ["Feierliche Eröffnung"]
    assert _post(second, address, values).status_code == 303
    db.session.expire_all()
    decided = session_by_code(conference, "K07")
    assert decided is not None
    assert (decided.title_de, decided.room_id, decided.version) == ("Feierliche Eröffnung", hall.id, 3)
    assert decided.starts_at == datetime(2021, 6, 28, 14, tzinfo=UTC)


def test_both_changes_stand_when_two_change_different_fields(staff: Enter) -> None:
    session = make_session(make_conference())
    address = f"{DESK}/{session.id}"
    first, second = staff("secretariat"), staff("organiser")
    mine, theirs = _form(first, address), _form(second, address)
    assert _post(first, address, mine | {"end": "23:10"}).status_code == 303
    answer = _post(second, address, theirs | {"title_de": "Feierliche Eröffnung"})
    assert answer.status_code == 303
    assert "both changes stand" in second.get(answer.headers["Location"]).text
    db.session.expire_all()
    assert (session.title_de, session.ends_at) == ("Feierliche Eröffnung", datetime(2021, 6, 28, 20, 10, tzinfo=UTC))
    again = _post(second, address, theirs | {"title_de": "Schluss"})  # the older window of the same person
    assert (again.status_code, "in another window" in again.text) == (409, True)


def test_hour_that_comes_twice_is_told_and_kept_when_the_clocks_are_put_back(staff: Enter) -> None:
    conference = make_conference(timezone="Europe/Berlin")
    session = make_session(conference)
    address = f"{DESK}/{session.id}"
    client = staff("secretariat")
    night = {"day": "2027-10-31", "start": "02:30", "end": "03:30"}
    answer = _post(client, address, _form(client, address) | night)
    assert "The clock shows 02:30 twice in that night; the first one is taken." in client.get(answer.location).text
    assert session.starts_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    _post(client, address, _form(client, address) | {"later": "y"})
    db.session.expire_all()
    assert session.starts_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    with transaction():
        session.starts_at, session.ends_at = (
            datetime(2027, 10, 31, hour, 45 - 30 * hour, tzinfo=UTC) for hour in (0, 1)
        )
    hours = (session.starts_at, session.ends_at)  # 02:45 to 02:15 on the clock
    assert _post(client, address, _form(client, address) | {"title_de": "Nacht"}).status_code == 303
    db.session.expire_all()
    assert (session.title_de, (session.starts_at, session.ends_at)) == ("Nacht", hours)


def test_second_is_not_hindered_when_both_wrote_the_same(staff: Enter) -> None:
    conference = make_conference()
    session = make_session(conference)
    address = f"{DESK}/{session.id}"
    client = staff("secretariat")
    values = _form(client, address) | {"title_de": "Auftakt"}
    assert [_post(client, address, values).status_code for _ in range(2)] == [303, 303]
    kept = session_by_code(conference, "K07")
    assert kept is not None
    assert kept.version == 2


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"end": "17:00"}, "Ends: The end lies before the beginning."),
        ({"start": ""}, "Begins: There is an end but no beginning."),
        ({"day": ""}, "Day: There is an hour but no day."),
        ({"title_ru": "", "title_de": "", "title_en": ""},
         "Title in Russian: Give the session a title in one language at least."),
        ({"title_de": "x" * 401}, "Title in German: At most 400 characters, please."),
        ({"capacity": "-1"}, "Places: A whole number from 0, please."),
        ({"day": "0001-01-01"}, "Day: The year 1 cannot be right; it must lie between 1900 and 2199."),
    ],
)  # fmt: skip
def test_form_says_what_hinders_when_it_cannot_be_saved(staff: Enter, given: dict[str, str], says: str) -> None:
    conference = make_conference()
    session = make_session(conference)
    client = staff("secretariat")
    answer = _post(client, f"{DESK}/{session.id}", _form(client, f"{DESK}/{session.id}") | given)
    summary = html.fromstring(answer.text).xpath("//div[@data-error-summary]//li")
    assert (answer.status_code, [line.text_content().strip() for line in summary]) == (422, [says])
    kept = session_by_code(conference, "K07")
    assert kept is not None
    assert kept.version == 1


def test_room_of_another_conference_is_refused_when_forged(staff: Enter) -> None:
    conference = make_conference()
    other = make_conference("other", host=make_municipality("other-town"))
    from app.conferences.models import Room, Venue
    from tests.factories import keep

    venue = keep(Venue(conference_id=other.id, name="Elsewhere"))
    foreign = keep(Room(venue_id=venue.id, name="1"))
    session = make_session(conference)
    client = staff("secretariat")
    values = _form(client, f"{DESK}/{session.id}") | {"place": f"room-{foreign.id}"}
    assert _post(client, f"{DESK}/{session.id}", values).status_code == 422
    assert client.get(f"/en/desk/c/other/programme/{session.id}").status_code == 404


def test_session_is_added_under_the_next_sign_when_none_is_given(staff: Enter) -> None:
    conference = make_conference()
    make_session(conference, "S02")
    client = staff("secretariat")
    values = _form(client, f"{DESK}/new") | {"title_ru": "Круглый стол", "start": "09:00", "end": "10:00"}
    assert _post(client, f"{DESK}/new", values).status_code == 303
    added = session_by_code(conference, "S03")
    assert added is not None
    assert (added.title_ru, added.starts_at) == ("Круглый стол", datetime(2021, 6, 28, 6, 0, tzinfo=UTC))
    taken = _post(client, f"{DESK}/new", values | {"code": "S02"})
    assert (taken.status_code, "The sign “S02” is taken already." in taken.text) == (422, True)


def test_session_is_cancelled_and_reinstated_when_asked(staff: Enter) -> None:
    conference = make_conference()
    session = make_session(conference)
    client = staff("secretariat")
    told = []
    for deed in ("cancel", "cancel", "reinstate"):
        assert client.post(f"{DESK}/{session.id}/{deed}").status_code == 303
        kept = session_by_code(conference, "K07")
        assert kept is not None
        told.append(kept.cancelled)
    deeds = [entry.deed for entry in db.session.query(HistoryEntry).order_by(HistoryEntry.id)]
    assert (told, deeds) == (
        [True, True, False], ["programme.cancel_session", "programme.reinstate_session"],
    )  # fmt: skip


def test_editor_shows_days_rooms_and_warnings_when_opened(staff: Enter) -> None:
    released_krasnodar()
    client = staff("organiser")
    desk = "/de/desk/c/xiv-krasnodar-2017/programme"
    page = html.fromstring(client.get(desk).text)
    assert [head.text_content() for head in page.xpath("//h2")][:5] == [
        "Montag, 26.\xa0Juni\xa02017", "Dienstag, 27.\xa0Juni\xa02017", "Mittwoch, 28.\xa0Juni\xa02017",
        "Donnerstag, 29.\xa0Juni\xa02017", "Freitag, 30.\xa0Juni\xa02017",
    ]  # fmt: skip
    assert page.xpath("string(//details[@id='warnings']/summary)") == "7 Hinweise"
    rooms = html.fromstring(client.get(f"{desk}?view=rooms").text)
    hall = rooms.xpath("//tr[th[starts-with(normalize-space(), 'Großer Saal')]]")[0]
    assert [re.sub(r"\s+", " ", cell.text_content()).strip() for cell in hall.xpath("td")] == [
        "", "",
        "17:00–19:00 Eröffnung der XIV. Deutsch-Russischen Städtepartnerkonferenz 18:15–18:30 "
        "Verkündung der gemeinsamen Erklärung zum Kreuzjahr 2017/2018",
        "", "",
    ]  # fmt: skip


def test_editor_invites_to_begin_when_the_draft_is_empty(staff: Enter) -> None:
    make_conference()
    assert "The programme begins here" in _words(staff("secretariat").get(DESK).text)


def test_editor_asks_the_same_number_of_questions_when_there_are_more_sessions(app: Flask, staff: Enter) -> None:
    conference = make_conference()
    hall = make_room(conference)
    make_session(conference, "A0", room=hall)
    client = staff("organiser")

    def questions() -> int:
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            asked.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        assert client.get(DESK).status_code == 200
        event.remove(db.engine, "before_cursor_execute", note)
        return len(asked)

    questions()
    few = questions()
    for number in range(1, 50):
        make_session(conference, f"A{number}", room=hall)
    assert questions() == few


def test_release_is_made_from_its_page_when_confirmed(staff: Enter) -> None:
    conference = make_conference()
    make_session(conference)
    client = staff("organiser")
    page = client.get(f"{DESK}/release").text
    assert "Release 1 session" in _words(page)
    assert client.post(f"{DESK}/release", data={"name_en": "As of 6 April", "number": "1"}).status_code == 303
    release = current_release(conference)
    assert release is not None
    assert (release.number, release.name) == (1, "As of 6 April")
    stale = client.post(f"{DESK}/release", data={"number": "1"})
    assert (stale.status_code, db.session.query(Release).count()) == (422, 1)
    assert "Nothing has changed since then." in _words(client.get(f"{DESK}/release").text)
    assert "Release 1: As of 6 April" in _words(client.get(f"{DESK}/releases").text)
    assert client.get(f"{DESK}/releases/1.pdf").data.startswith(b"%PDF-")
    assert client.get(f"{DESK}/releases/2.pdf").status_code == 404


def test_buttons_count_in_plurals_when_russian(staff: Enter) -> None:
    conference = make_conference()
    for number in range(1, 4):
        make_session(conference, f"A{number}")
    page = _words(staff("organiser").get("/ru/desk/c/xvi-kaluga-2021/programme/release").text)
    assert "Опубликовать 3 заседания" in page


def test_file_is_taken_in_when_uploaded(staff: Enter) -> None:
    krasnodar()
    client = staff("secretariat")
    address = "/en/desk/c/xiv-krasnodar-2017/programme/import"
    bad = json.loads(XIV)
    bad["items"][4]["capacity"] = "many"

    def send(content: bytes) -> Any:
        return client.post(address, data={"file": (BytesIO(content), "programme.json")})

    refused = send(json.dumps(bad).encode())
    row = html.fromstring(refused.text).xpath("//tbody/tr")[0]
    assert (refused.status_code, [cell.text_content() for cell in row]) == (
        422, ["5", "Places capacity", "A whole number from 0 is expected."],
    )  # fmt: skip
    assert send(b"nonsense").status_code == 422
    assert db.session.query(ProgrammeSession).count() == 0
    looked = send(XIV)
    assert (looked.status_code, db.session.query(ProgrammeSession).count()) == (200, 0)
    form = next(form for form in html.fromstring(looked.text).forms if "kept" in form.fields)
    assert "New: 35. Changed: 0. As in the draft: 0." in looked.text
    assert client.post(form.action, data=dict(form.form_values())).status_code == 303
    assert db.session.query(ProgrammeSession).count() == 35


def _sent(client: FlaskClient, content: bytes, name: str = "draft.xlsx") -> Any:
    return client.post(f"{DESK}/import", data={"file": (BytesIO(content), name)})


def test_draft_stays_unless_ticked_when_file_and_draft_were_both_changed(staff: Enter) -> None:
    conference = make_conference()
    row, other = make_session(conference, "K18"), make_session(conference, "K19")
    client = staff("secretariat")
    taken = json.loads(client.get(f"{DESK}/draft.json").text)
    with transaction():
        row.title_de, other.title_de = "Neu im Entwurf", "Auch neu"
    taken["items"][0]["title_de"] = "Neu in der Datei"
    page = _sent(client, json.dumps(taken).encode(), "draft.json")
    document = html.fromstring(page.text)
    assert document.xpath("//*[@class='programme__differences']//del/text()") == ["Neu im Entwurf"]
    assert "so the draft stays." in page.text
    form = next(form for form in document.forms if "kept" in form.fields)
    values = dict(form.form_values())
    assert client.post(form.action, data=values).status_code == 303
    assert [found.title_de for found in (row, other)] == ["Neu im Entwurf", "Auch neu"]
    assert client.post(form.action, data=values | {"take": "K18"}).status_code == 303
    assert [found.title_de for found in (row, other)] == ["Neu in der Datei", "Auch neu"]
    late = client.post(form.action, data=values | {"take": "K18"})
    assert (late.status_code, "Meanwhile the draft has changed." in late.text) == (409, True)


def test_file_of_another_conference_is_taken_in_only_when_that_is_confirmed(staff: Enter) -> None:
    make_session(make_conference(), "K18")
    client = staff("secretariat")
    taken = json.loads(client.get(f"{DESK}/draft.json").text) | {"conference": "XV"}
    taken["items"][0]["title_de"] = "Neu"
    page = _sent(client, json.dumps(taken).encode(), "draft.json")
    form = next(form for form in html.fromstring(page.text).forms if "kept" in form.fields)
    values = dict(form.form_values())
    assert (page.status_code, client.post(form.action, data=values).status_code) == (200, 422)
    assert client.post(form.action, data=values | {"foreign": "y"}).status_code == 303


@pytest.mark.parametrize(
    ("role", "address", "status"),
    [
        ("desk", DESK, 200), ("desk", f"{DESK}/new", 403), ("desk", f"{DESK}/release", 403),
        ("desk", f"{DESK}/draft.pdf", 200), ("secretariat", f"{DESK}/release", 403),
        ("secretariat", f"{DESK}/new", 200), ("organiser", f"{DESK}/release", 200),
    ],
)  # fmt: skip
def test_page_opens_only_when_the_role_allows_it(staff: Enter, role: str, address: str, status: int) -> None:
    make_session(make_conference())
    assert staff(role).get(address).status_code == status


def test_draft_is_enclosed_when_the_button_is_pressed(staff: Enter) -> None:
    from app.correspondence.models import LetterEnclosure

    conference: Conference = make_conference()
    make_session(conference)
    assert staff("secretariat").post(f"{DESK}/enclose").status_code == 303
    assert db.session.query(LetterEnclosure).count() == 1


def test_changes_are_told_in_the_language_of_the_page_when_releasing(staff: Enter) -> None:
    from app.programme.operations import cancel_session
    from tests.factories import ACTOR, NOW

    conference, _release = released_krasnodar()
    dinner = session_by_code(conference, "K09")
    assert dinner is not None
    cancel_session(session=dinner, actor=ACTOR, at=NOW)
    page = _words(staff("organiser").get("/ru/desk/c/xiv-krasnodar-2017/programme/release").text)
    told = "отменяется Приём от имени главы города Краснодара K09 28 июня 2017 г., 19:30–22:00"
    assert told in page.replace("\xa0", " ")
