"""Consents: separate, versioned, with the text that was shown; taken back with an effect; minors by their guardian."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import db, transaction
from app.delegations.models import Consent, ConsentWording, Delegate
from app.delegations.operations.consents import erase_due_health, give_consent, name_guardian, withdraw_consent
from app.delegations.queries.consents import agrees, consents_of, text_for, texts_for
from app.delegations.rules.consents import VERSION, Operator, Purpose, consent_text, is_minor
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.history.rules import Actor
from tests.factories import NOW, make_conference, make_delegate

PERSON = Actor(kind="delegate", id=1, label="R00001")
FORM = {"last": "Щукина", "email": "shchukina@kaluga.example", "consent_processing": "y"}


def send(visitor: FlaskClient, language: str = "ru", **more: Any) -> Any:
    return visitor.post(f"/{language}/c/xvi-kaluga-2021/register", data={**FORM, **more})


def only() -> Delegate:
    return db.session.scalars(select(Delegate)).one()


def given() -> list[tuple[str, str, bool]]:
    rows = db.session.scalars(select(Consent).order_by(Consent.id))
    return [(row.purpose.value, row.language, row.withdrawn_at is None) for row in rows]


@pytest.mark.parametrize("language", ["ru", "de", "en"])
@pytest.mark.parametrize("purpose", list(Purpose))
def test_text_is_a_whole_document_in_each_language(language: str, purpose: Purpose) -> None:
    text = consent_text(purpose, language, Operator("Ассоциация", "Москва", "info@example.org", "XVI"))

    assert len(text.paragraphs) >= 3
    assert "{" not in text.whole
    assert "info@example.org" in text.whole  # how to withdraw
    assert text.whole.count("XVI") + text.whole.count("Ассоциация") >= 1
    wrong = {"ru": '["“„]', "de": '["«»]', "en": '["«»„]'}[language]
    assert re.search(wrong, text.whole) is None


def test_registration_keeps_every_consent_with_its_text(app: Flask, visitor: FlaskClient) -> None:
    conference = make_conference()

    send(visitor, consent_publication="y", consent_photo="y", consent_newsletter="y", dietary_code="vegan")

    row = only()
    assert given() == [
        ("processing", "ru", True), ("publication", "ru", True), ("recording", "ru", True), ("health", "ru", True),
        ("newsletter", "ru", True),
    ]  # fmt: skip
    assert sorted(row.consents) == ["health", "newsletter", "processing", "publication", "recording"]
    assert row.photo_consent == "yes"
    consent = db.session.scalars(select(Consent).where(Consent.purpose == Purpose.PUBLICATION)).one()
    shown = text_for(Purpose.PUBLICATION, conference, "ru")
    assert (consent.wording, consent.version, consent.given_by) == (shown.sha256, VERSION, row.public_id)
    assert db.session.get_one(ConsentWording, shown.sha256).text == shown.whole
    assert "Породнённые города" in shown.whole


def test_registration_shows_every_text_where_it_asks(app: Flask, visitor: FlaskClient) -> None:
    conference = make_conference()

    page = visitor.get("/de/c/xvi-kaluga-2021/register").text

    texts = texts_for(conference, "de")
    for name in ("processing", "cross_border", "publication", "recording", "newsletter", "health"):
        assert texts[name].title in page
    assert "checked" not in page[page.index('id="consent_processing"') :]


def test_registration_keeps_no_consent_that_was_not_given(app: Flask, visitor: FlaskClient) -> None:
    make_conference()

    send(visitor, dietary_code="none")

    assert given() == [("processing", "ru", True)]


def test_two_people_share_the_wording_they_agreed_to(app: Flask, visitor: FlaskClient) -> None:
    make_conference()

    send(visitor, nonce="1")
    send(visitor, nonce="2", email="other@kaluga.example")

    assert len(db.session.scalars(select(Consent)).all()) == 2
    assert len(db.session.scalars(select(ConsentWording)).all()) == 1


@pytest.mark.parametrize(("guardian", "status"), [("", 422), ("Щукина", 422), ("Щукина Ольга", 303)])
def test_registration_of_a_minor_needs_a_guardian(app: Flask, visitor: FlaskClient, guardian: str, status: int) -> None:
    make_conference()

    answer = send(visitor, minor="y", guardian=guardian, role="youth")

    assert answer.status_code == status
    kept = db.session.scalars(select(Consent.guardian)).all()
    assert kept == (["Щукина Ольга"] if status == 303 else [])
    if status == 303:
        assert (only().minor, only().guardian) == (True, "Щукина Ольга")


def test_guardian_is_forgotten_when_the_person_is_of_age(app: Flask) -> None:
    row = make_delegate(make_conference())

    name_guardian(delegate=row, minor=True, guardian=" Ольга  Орлова ", actor=PERSON, at=NOW)
    named = (row.minor, row.guardian)
    name_guardian(delegate=row, minor=False, guardian="Ольга Орлова", actor=PERSON, at=NOW)

    assert (named, (row.minor, row.guardian)) == ((True, "Ольга Орлова"), (False, ""))


@pytest.mark.parametrize(
    ("birth", "minor"), [(date(2003, 6, 28), False), (date(2003, 6, 29), True), (date(2004, 2, 29), True)]
)
def test_age_is_told_on_the_first_day(birth: date, minor: bool) -> None:
    assert is_minor(birth, date(2021, 6, 28)) is minor


def test_consent_given_twice_is_one(app: Flask) -> None:
    row = make_delegate(make_conference())

    for _ in range(2):
        give_consent(delegate=row, purpose=Purpose.PUBLICATION, language="de", actor=PERSON, at=NOW)

    assert given() == [("publication", "de", True)]


def test_withdrawn_consent_stays_as_proof_and_can_be_given_again(app: Flask) -> None:
    row = make_delegate(make_conference())
    give_consent(delegate=row, purpose=Purpose.PUBLICATION, language="de", actor=PERSON, at=NOW)

    withdraw_consent(delegate=row, purpose=Purpose.PUBLICATION, actor=PERSON, at=NOW)
    withdraw_consent(delegate=row, purpose=Purpose.PUBLICATION, actor=PERSON, at=NOW)
    after = agrees(row, Purpose.PUBLICATION)
    give_consent(delegate=row, purpose=Purpose.PUBLICATION, language="ru", actor=PERSON, at=NOW)

    assert after is False
    assert given() == [("publication", "de", False), ("publication", "ru", True)]
    first = consents_of(row)[-1]
    assert (first.consent.withdrawn_at, first.consent.withdrawn_by) == (NOW, "R00001")
    assert first.text.startswith("Einwilligung in die Veröffentlichung meines Namens")
    deeds = db.session.scalars(select(HistoryEntry.deed).order_by(HistoryEntry.id)).all()
    assert deeds == ["delegations.give_consent", "delegations.withdraw_consent", "delegations.give_consent"]


def test_withdrawal_erases_what_was_said_of_food(app: Flask) -> None:
    row = make_delegate(make_conference(), dietary_code="halal", dietary_note="орехи", accessibility_note="пандус")
    give_consent(delegate=row, purpose=Purpose.HEALTH, language="ru", actor=PERSON, at=NOW)

    withdraw_consent(delegate=row, purpose=Purpose.HEALTH, actor=PERSON, at=NOW)

    assert (row.dietary_code, row.dietary_note, row.accessibility_note) == ("", "", "")


def test_what_was_said_of_food_is_erased_after_thirty_days(app: Flask) -> None:
    conference = make_conference()
    said = make_delegate(conference, "R1", dietary_code="vegan", consents={})
    brought = make_delegate(conference, "R2", dietary_code="vegan")
    give_consent(delegate=said, purpose=Purpose.HEALTH, language="ru", actor=PERSON, at=NOW)

    early = erase_due_health(at=datetime(2021, 7, 30, 20, 59, tzinfo=UTC))  # 23:59 in Kaluga
    due = erase_due_health(at=datetime(2021, 7, 30, 21, 1, tzinfo=UTC))
    again = erase_due_health(at=datetime(2021, 9, 1, tzinfo=UTC))

    assert (early, due, again) == (0, 1, 0)
    assert (said.dietary_code, brought.dietary_code) == ("", "vegan")
    assert consents_of(said)[0].consent.withdrawn_by == "Ratusha"


def test_withdrawal_of_recordings_shows_in_the_list(app: Flask) -> None:
    row = make_delegate(make_conference(), photo_consent="yes")

    withdraw_consent(delegate=row, purpose=Purpose.RECORDING, actor=PERSON, at=NOW)

    assert row.photo_consent == "no"


def test_processing_is_taken_back_after_the_registration_only(app: Flask, visitor: FlaskClient) -> None:
    make_conference()
    send(visitor, consent_publication="y")
    row = only()
    here = f"/en/delegate/{row.token}/consents"

    early = visitor.post(here, data={"deed": "withdraw", "purpose": "processing"})
    visitor.post(f"/en/delegate/{row.token}/withdraw")
    late = visitor.post(here, data={"deed": "withdraw", "purpose": "processing"})

    assert (early.status_code, "Please withdraw your registration first." in early.text) == (422, True)
    assert late.status_code == 303
    assert [(name, living) for name, _language, living in given()] == [("processing", False), ("publication", False)]
    assert only().consents == {}


def test_own_page_gives_and_takes_back(app: Flask, visitor: FlaskClient) -> None:
    row = make_delegate(make_conference())
    here = f"/en/delegate/{row.token}/consents"

    first = visitor.post(here, data={"deed": "give", "purpose": "newsletter"})
    page = visitor.get(here)
    second = visitor.post(here, data={"deed": "withdraw", "purpose": "newsletter"})
    wrong = [visitor.post(here, data=data).status_code for data in (
        {"deed": "give", "purpose": "all"}, {"deed": "x", "purpose": "photo"}, {})]  # fmt: skip

    assert (first.status_code, second.status_code, wrong) == (303, 303, [400, 400, 400])
    assert page.headers["Cache-Control"] == "no-store"
    assert given() == [("newsletter", "en", False)]


def test_own_page_tells_when_the_guardian_is_missing(app: Flask, visitor: FlaskClient) -> None:
    row = make_delegate(make_conference())
    here = f"/en/delegate/{row.token}/consents"

    wrong = visitor.post(here, data={"deed": "guardian", "minor": "y", "guardian": ""})
    right = visitor.post(here, data={"deed": "guardian", "minor": "y", "guardian": "Olga Orlova"})

    assert (wrong.status_code, 'aria-describedby="guardian-error"' in wrong.text) == (422, True)
    assert (right.status_code, only().guardian) == (303, "Olga Orlova")


def test_consent_of_a_minor_is_refused_while_nobody_is_named(app: Flask) -> None:
    row = make_delegate(make_conference(), minor=True)

    with pytest.raises(Refusal) as caught:
        give_consent(delegate=row, purpose=Purpose.PHOTO, language="en", actor=PERSON, at=NOW)

    assert caught.value.field == "guardian"


def test_own_details_of_food_are_agreed_to_by_filling_them_in(app: Flask, visitor: FlaskClient) -> None:
    row = make_delegate(make_conference(change_until=date(2051, 1, 1)))

    visitor.post(f"/ru/delegate/{row.token}", data={
        "last": row.last, "first": row.first, "email": row.email, "dietary_note": "без орехов"})  # fmt: skip

    assert only().dietary_note == "без орехов"
    assert given() == [("health", "ru", True)]


def test_migration_keeps_consents_given_on_earlier_forms(app: Flask) -> None:
    import importlib.util
    from pathlib import Path
    from types import SimpleNamespace

    row = make_delegate(make_conference(), "R00009", consents={
        "processing": {"at": "2021-04-06T12:00:00+03:00", "language": "de", "version": "2021-1"},
        "publication": {}, "strange": {}})  # fmt: skip
    path = next((Path(app.config["MIGRATIONS"]) / "versions").glob("0005_*.py"))
    spec = importlib.util.spec_from_file_location("revision", path)
    assert spec is not None
    assert spec.loader is not None
    revision = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(revision)

    with transaction() as session:
        revision.op = SimpleNamespace(
            get_bind=lambda: session.connection(),
            bulk_insert=lambda table, rows: session.connection().execute(table.insert(), rows),
        )
        revision.keep_given_consents()

    kept = db.session.scalars(select(Consent).order_by(Consent.id)).all()
    assert [(one.delegate_id, one.purpose, one.version, one.language, one.wording, one.given_at) for one in kept] == [
        (row.id, Purpose.PROCESSING, "2021-1", "de", "", NOW), (row.id, Purpose.PUBLICATION, "2021-1", "en", "", NOW),
    ]  # fmt: skip
    assert {one.given_by for one in kept} == {"R00009"}
