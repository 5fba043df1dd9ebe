"""Registering by role and date, started forms, places of roles, offers, passing on, and what was changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.clock import now
from app.conferences.models import Conference
from app.conferences.queries import get
from app.database import db, transaction
from app.delegations.models import Delegate, RegistrationDraft
from app.delegations.operations import register_delegate, set_registration, withdraw
from app.delegations.operations.passing_on import Substitute, pass_on
from app.delegations.operations.standing import change_details
from app.delegations.operations.started_forms import mail_due_forms
from app.delegations.operations.waiting_list import accept_offer, end_offers
from app.delegations.operations.ways_in import drop_draft, drop_old_drafts, keep_draft, set_role_rules
from app.delegations.queries import delegate_by_token, place_in_line, places
from app.delegations.queries.ways_in import draft_of
from app.delegations.rules import Accreditation, DelegateDetails
from app.delegations.rules.ways_in import Approval, Rule
from app.errors import Refusal
from app.history.rules import Actor
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import write_ordered
from tests.factories import ACTOR, NOW, make_conference, make_delegation

PERSON = Actor(kind="delegate", id=1, label="R00001")


@pytest.fixture
def conference(app: Flask) -> Conference:
    return make_conference()


def come(conference: Conference, last: str, *, role: str = "member", **more: Any) -> Delegate:
    details = DelegateDetails(last=last, email=f"{abs(hash(last))}@kaluga.example", role=role)
    registered = register_delegate(
        conference=conference, details=details, consents=["processing"], nonce="", language="ru", **{"at": NOW} | more
    )
    return db.session.get_one(Delegate, registered.id)


def settle(conference: Conference, **changes: Any) -> None:
    set_registration(conference=conference, changes=changes, actor=ACTOR, at=NOW)


def rule(conference: Conference, **rules: Rule) -> None:
    set_role_rules(conference=conference, rules=rules, actor=ACTOR, at=NOW)


def kinds() -> list[str]:
    return [row.kind for row in db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))]


def test_registration_is_closed_when_the_moment_lies_outside_its_dates(
    conference: Conference, visitor: FlaskClient
) -> None:
    settle(conference, registration_opens_at=NOW + timedelta(days=1), registration_closes_at=NOW + timedelta(days=2))

    for moment, opened in ((0, False), (1, True), (1.5, True), (2, False)):
        try:
            come(conference, f"Гость {moment}", at=NOW + timedelta(days=moment))
        except Refusal:
            assert not opened
        else:
            assert opened
    assert visitor.get("/de/c/xvi-kaluga-2021/register").text.count("<form") == 0
    settle(conference, registration_open=True)
    assert conference.registration_opens_at is None


def test_registration_opens_at_once_when_it_is_switched_on_after_its_end(conference: Conference) -> None:
    settle(conference, registration_closes_at=NOW - timedelta(days=1))
    settle(conference, registration_open=True)
    assert come(conference, "Гость").accreditation is Accreditation.GRANTED


def test_role_is_refused_on_the_public_page_when_it_is_not_for_everyone(
    conference: Conference, visitor: FlaskClient
) -> None:
    rule(conference, press=Rule(public=False))
    form = {"nonce": "1", "last": "Г", "email": "g@kaluga.example", "consent_processing": "y", "role": "press"}

    assert visitor.post("/ru/c/xvi-kaluga-2021/register", data=form).status_code == 422
    with pytest.raises(Refusal):
        come(conference, "Гость", role="press")
    assert visitor.post("/ru/c/xvi-kaluga-2021/register", data=form | {"role": "business"}).status_code == 303


def test_accreditation_follows_the_rule_of_the_role(conference: Conference) -> None:
    rule(conference, press=Rule(approval=Approval.BY_HAND))
    assert come(conference, "Пресса", role="press").accreditation is Accreditation.APPLIED
    assert come(conference, "Гость").accreditation is Accreditation.GRANTED
    settle(conference, approval_needed=True)
    rule(conference, business=Rule(approval=Approval.AUTOMATIC))
    assert come(conference, "Другой").accreditation is Accreditation.APPLIED
    assert come(conference, "Бизнес", role="business").accreditation is Accreditation.GRANTED


def test_role_waits_when_its_places_are_taken_and_others_do_not(conference: Conference) -> None:
    settle(conference, places_on_site=4)
    rule(conference, press=Rule(on_site=1))
    first, second = come(conference, "Раз", role="press"), come(conference, "Два", role="press")
    other = come(conference, "Гость")

    assert [row.accreditation.value for row in (first, second, other)] == ["granted", "waitlisted", "granted"]
    withdraw(delegate=first, actor=ACTOR, at=NOW)
    assert second.accreditation is Accreditation.GRANTED
    third = come(conference, "Три", role="press")
    rule(conference, press=Rule(on_site=2))
    assert third.accreditation is Accreditation.GRANTED


def test_offer_is_made_in_order_and_goes_on_when_nobody_takes_it(conference: Conference) -> None:
    settle(conference, places_on_site=1, offer_hours=24)
    holder, one, two = come(conference, "Место"), come(conference, "Первый"), come(conference, "Второй")

    withdraw(delegate=holder, actor=PERSON, at=NOW)

    assert (one.offered_until, two.offered_until) == (NOW + timedelta(hours=24), None)
    assert one.accreditation is Accreditation.WAITLISTED
    assert places(conference)["on_site"] == {"capacity": 1, "taken": 1, "waiting": 1}
    assert come(conference, "Третий").accreditation is Accreditation.WAITLISTED
    assert end_offers(actor=ACTOR, at=NOW + timedelta(hours=23)) == 0
    assert end_offers(actor=ACTOR, at=NOW + timedelta(hours=24)) == 1
    assert (one.offered_until, two.offered_until) == (None, NOW + timedelta(hours=48))
    assert place_in_line(one) == 3
    with pytest.raises(Refusal):
        accept_offer(delegate=one, actor=PERSON, at=NOW + timedelta(hours=25))
    accept_offer(delegate=two, actor=PERSON, at=NOW + timedelta(hours=25))
    assert (two.accreditation, two.offered_until) == (Accreditation.GRANTED, None)
    assert kinds().count("place_offered") == 2
    assert kinds()[-1] == "place_granted"


def test_offered_places_are_given_when_offers_end(conference: Conference) -> None:
    settle(conference, places_on_site=1, offer_hours=24)
    holder, one = come(conference, "Место"), come(conference, "Первый")
    withdraw(delegate=holder, actor=PERSON, at=NOW)

    settle(conference, offer_hours=None)

    assert (one.accreditation, one.offered_until) == (Accreditation.GRANTED, None)
    assert places(conference)["on_site"] == {"capacity": 1, "taken": 1, "waiting": 0}


def test_offer_page_takes_the_place_or_lets_it_go(conference: Conference, visitor: FlaskClient) -> None:
    settle(conference, places_on_site=1, offer_hours=720)
    holder, one, two = come(conference, "Место"), come(conference, "Первый"), come(conference, "Второй")
    withdraw(delegate=holder, actor=PERSON, at=now())

    assert "offer" in visitor.get(f"/de/delegate/{one.token}").text
    assert visitor.get(f"/de/delegate/{one.token}/offer").status_code == 200
    assert visitor.post(f"/de/delegate/{one.token}/offer", data={"deed": "leave"}).status_code == 303
    assert visitor.post(f"/de/delegate/{two.token}/offer", data={"deed": "take"}).status_code == 303

    assert [row.accreditation.value for row in (one, two)] == ["withdrawn", "granted"]


def test_last_place_of_a_role_is_taken_once_when_24_come_at_once(app: Flask, conference: Conference) -> None:
    rule(conference, press=Rule(on_site=1))
    start = Barrier(24)

    def post(number: int) -> int:
        with app.app_context():
            visitor = app.test_client()
            start.wait(60)
            form = {"nonce": str(number), "last": f"Г{number}", "email": f"g{number}@kaluga.example", "role": "press",
                    "consent_processing": "y"}  # fmt: skip
            return int(visitor.post("/ru/c/xvi-kaluga-2021/register", data=form).status_code)

    with ThreadPoolExecutor(24) as crowd:
        assert set(crowd.map(post, range(24))) == {303}
    db.session.expire_all()
    standings = [row.accreditation.value for row in db.session.scalars(select(Delegate))]
    assert (standings.count("granted"), standings.count("waitlisted")) == (1, 23)


def test_started_form_is_kept_locked_and_goes_when_it_is_sent(conference: Conference, visitor: FlaskClient) -> None:
    typed = {"deed": "keep", "last": "Щукина", "languages": ["ru", "de"], "consent_processing": "y", "email": "no"}

    kept = visitor.post("/ru/c/xvi-kaluga-2021/register", data=typed)
    draft = db.session.scalars(select(RegistrationDraft)).one()
    again = visitor.get(kept.location)

    assert kept.status_code == 303
    assert "Щукина" not in kept.location
    assert "Щукина" not in draft.sealed
    assert kept.location.rsplit("/", 1)[1] != draft.token
    assert 'value="Щукина"' in again.text
    assert again.headers["Cache-Control"] == "no-store"
    assert 'name="consent_processing" required type="checkbox" value="y"' in again.text
    script = visitor.post(kept.location, data=typed | {"last": "Щукин"}, headers={"X-Requested-With": "fetch"})
    assert script.json == {"kept": True, "url": kept.location}
    sent = {"nonce": "1", "last": "Щукин", "email": "s@kaluga.example", "consent_processing": "y", "role": "member"}
    assert visitor.post(kept.location, data=sent).status_code == 303
    assert db.session.scalars(select(RegistrationDraft)).all() == []
    assert visitor.get(kept.location).status_code == 303


def test_started_form_is_erased_when_asked_or_after_30_days(conference: Conference, visitor: FlaskClient) -> None:
    kept = visitor.post("/ru/c/xvi-kaluga-2021/register", data={"deed": "keep", "last": "А"})
    assert visitor.post(kept.location, data={"deed": "forget"}).status_code == 303
    assert db.session.scalars(select(RegistrationDraft)).all() == []
    token = keep_draft(conference=conference, token="", values={"last": ["Б"]}, at=NOW)

    assert drop_old_drafts(at=NOW + timedelta(days=29)) == 0
    assert draft_of(conference, token, NOW + timedelta(days=29)) is not None
    assert draft_of(conference, token, NOW + timedelta(days=30)) is None
    assert drop_old_drafts(at=NOW + timedelta(days=30)) == 1


def drafts() -> list[RegistrationDraft]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(RegistrationDraft)))


def test_nothing_is_kept_before_something_is_typed(conference: Conference, visitor: FlaskClient) -> None:
    empty = {
        "deed": "keep",
        "nonce": "n",
        "role": "member",
        "attendance": "onsite",
        "last": "",
        "consent_processing": "y",
    }
    address = "/de/c/xvi-kaluga-2021/register"
    by_script = visitor.post(address, data=empty, headers={"X-Requested-With": "fetch"})
    by_button = visitor.post(address, data=empty)
    assert (by_script.status_code, by_script.json, drafts()) == (422, {"kept": False}, [])
    assert by_button.location == address
    assert "Es ist noch nichts eingegeben" in visitor.get(address).text


def test_link_of_a_started_form_is_mailed_at_once_and_once_when_the_button_keeps_it(
    conference: Conference, visitor: FlaskClient
) -> None:
    typed = {"deed": "keep", "last": "Meier", "email": " meier@suhl.example "}
    kept = visitor.post("/de/c/xvi-kaluga-2021/register", data=typed)
    visitor.post(kept.location, data=typed | {"first": "Jörg"})
    (mail,) = db.session.scalars(select(OutgoingMail))
    assert (mail.kind, mail.to, mail.language) == ("started_form", ["meier@suhl.example"], "de")
    assert f"{kept.location}\n" in mail.text
    assert mail.subject.startswith("Ihre begonnene Anmeldung")
    assert "Der Link ist Ihnen auch per E-Mail zugegangen." in visitor.get(kept.location).text
    assert mail_due_forms(at=NOW + timedelta(days=9999)) == 0


def test_link_of_a_form_kept_while_typing_is_mailed_when_it_is_not_sent_in_time(conference: Conference) -> None:
    def keep(token: str, at: datetime, **typed: str) -> str:
        values = {name: [text] for name, text in typed.items()}
        return keep_draft(conference=conference, token=token, values=values, language="ru", quietly=True, at=at)

    token = keep("", NOW, last="Щукина", email="s@kal")
    keep(token, NOW + timedelta(minutes=1), last="Щукина", email="s@kaluga.example")
    keep(token, NOW + timedelta(minutes=9), last="Щукина", email="anna@kaluga.example")
    other = keep("", NOW, last="Орлова", email="o@kaluga.example")
    drop_draft(conference=conference, token=other)  # sent, or erased
    (draft,) = drafts()
    assert token not in draft.link

    assert [mail_due_forms(at=NOW + timedelta(minutes=minutes)) for minutes in (15, 16, 17)] == [0, 1, 0]
    (mail,) = db.session.scalars(select(OutgoingMail))
    assert (mail.to, f"/ru/c/{conference.slug}/register/{token}" in mail.text) == (["anna@kaluga.example"], True)
    (draft,) = drafts()
    assert (draft.mail_due_at, draft.mailed_at, draft.link) == (None, NOW + timedelta(minutes=16), "")


def test_link_is_not_mailed_when_the_form_was_kept_in_the_moment_of_sending_it(
    conference: Conference, visitor: FlaskClient
) -> None:
    typed = {"last": "Meier", "email": "meier@suhl.example", "role": "member"}
    address = "/de/c/xvi-kaluga-2021/register"
    assert visitor.post(address, data=typed | {"consent_processing": "y", "nonce": "n"}).status_code == 303
    visitor.post(address, data=typed | {"deed": "keep"}, headers={"X-Requested-With": "fetch"})
    assert mail_due_forms(at=now() + timedelta(minutes=20)) == 0
    assert [draft.mail_due_at for draft in drafts()] == [None]


def test_started_form_is_refused_when_it_is_too_much(conference: Conference) -> None:
    with pytest.raises(Refusal):
        keep_draft(conference=conference, token="", values={"dietary_note": ["x" * 50_000]}, at=NOW)


def test_place_is_passed_on_and_the_old_links_die(conference: Conference) -> None:
    settle(conference, places_on_site=1)
    first, waiting = come(conference, "Орлова", role="business"), come(conference, "Ждёт")
    old = (first.token, first.badge_token, first.join_token)
    delegation = make_delegation(conference, conference.host)
    with transaction():
        first.delegation_id, first.function = delegation.id, "head"

    row = pass_on(delegate=first, to=Substitute(last="Meier", first="Jörg", email="j@m.example"), actor=PERSON, at=NOW)

    assert (row.accreditation, row.role, row.delegation_id, row.function, row.replaces_id) == (
        Accreditation.GRANTED, "business", delegation.id, "head", first.id,
    )  # fmt: skip
    assert (first.accreditation, waiting.accreditation) == (Accreditation.WITHDRAWN, Accreditation.WAITLISTED)
    assert places(conference)["on_site"] == {"capacity": 1, "taken": 1, "waiting": 1}
    assert delegate_by_token(old[0]) is None
    assert not set(old) & {first.token, first.badge_token, first.join_token, row.token, row.badge_token}
    assert kinds()[-2:] == ["delegate_added", "delegate_changed"]
    mail = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(1)).one()
    assert first.token not in mail.text + mail.html


@pytest.mark.parametrize("standing", [Accreditation.WAITLISTED, Accreditation.WITHDRAWN])
def test_place_is_not_passed_on_when_there_is_none(conference: Conference, standing: Accreditation) -> None:
    row = come(conference, "Орлова")
    with transaction():
        row.accreditation = standing
    with pytest.raises(Refusal):
        pass_on(delegate=row, to=Substitute(last="M", first="", email="j@m.example"), actor=PERSON, at=NOW)


def test_pass_on_page_asks_and_passes(conference: Conference, visitor: FlaskClient) -> None:
    row = come(conference, "Орлова")
    url = f"/de/delegate/{row.token}/pass-on"

    assert visitor.get(url).status_code == 200
    assert visitor.post(url, data={"last": "Meier", "email": "no"}).status_code == 422
    assert visitor.post(url, data={"last": "Meier", "email": "j@m.example"}).status_code == 200
    assert visitor.get(url).status_code == 404


def test_changes_are_told_in_words_when_somebody_changed_something(
    conference: Conference, visitor: FlaskClient
) -> None:
    row = come(conference, "Орлова")
    details = DelegateDetails(last="Орлова", email=row.email, phone="+7 4842 000000", arrival_mode="train")
    change_details(delegate=row, details=details, names={"phone", "arrival_mode"}, by_staff=True, actor=ACTOR, at=NOW)

    page = visitor.get(f"/ru/delegate/{row.token}/changes").text

    assert "+7 4842 000000" in page
    assert "поезд" in page.lower()
    assert "организаторы" in page


def test_pass_is_a_page_and_a_pdf_when_granted(conference: Conference, visitor: FlaskClient) -> None:
    row = come(conference, "Орлова")
    sheet = visitor.get(f"/ru/delegate/{row.token}/pass.pdf")

    assert (sheet.status_code, sheet.data[:5]) == (200, b"%PDF-")
    assert visitor.get(f"/ru/delegate/{row.token}/pass").text.count("<svg") >= 1
    withdraw(delegate=row, actor=PERSON, at=NOW)
    assert visitor.get(f"/ru/delegate/{row.token}/pass.pdf").status_code == 404


def test_settings_pages_keep_what_was_typed(conference: Conference, staff: Any) -> None:
    client = staff("organiser")
    base = "/de/desk/c/xvi-kaluga-2021/registration"
    given = {"registration_open": "y", "registration_opens_at": "2021-05-01T10:00", "offer_hours": "48"}

    assert client.post(base, data=given).status_code == 303
    assert client.post(f"{base}/roles", data={"press-approval": "by_hand", "press-on_site": "x"}).status_code == 422
    assert client.post(f"{base}/roles", data={"press-approval": "by_hand", "press-on_site": "5"}).status_code == 303

    db.session.refresh(conference)
    assert conference.offer_hours == 48
    assert conference.registration_opens_at is not None
    assert conference.registration_opens_at.isoformat() == "2021-05-01T07:00:00+00:00"
    assert 'value="5"' in client.get(f"{base}/roles").text


def test_confirmation_tells_what_is_still_missing(conference: Conference) -> None:
    come(conference, "Орлова")
    write_ordered(at=NOW)
    mail = db.session.scalars(select(OutgoingMail)).one()
    told = "Ещё не указано: языки, прибытие и отъезд. Это можно добавить на Вашей личной странице."
    assert told in " ".join(mail.text.split())
    assert "прибытие и отъезд" in mail.html


def test_last_place_is_taken_once_in_each_of_20_rounds_when_24_come_at_once(app: Flask, conference: Conference) -> None:
    rounds, crowd = 20, 24
    for number in range(rounds):
        make_conference(f"round-{number}", host=conference.host, places_on_site=1)
    start = Barrier(crowd)

    def come_to_all(who: int) -> None:
        with app.app_context():
            known = [get(f"round-{number}") for number in range(rounds)]
            for one in known:
                db.session.rollback()  # nobody holds a connection while they wait for each other
                start.wait(30)
                come(one, f"Г{who}")

    with ThreadPoolExecutor(crowd) as people:
        list(people.map(come_to_all, range(crowd)))
    db.session.expire_all()
    counted = [places(get(f"round-{number}"))["on_site"] for number in range(rounds)]
    assert counted == [{"capacity": 1, "taken": 1, "waiting": crowd - 1}] * rounds
