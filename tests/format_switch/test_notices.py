"""The numbers of the notices: foreseen, given in the deed itself, and never used again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.correspondence.models import Letter, OutgoingRegister, RegisterEntry
from app.correspondence.operations import issue_letters, take_back_approval
from app.correspondence.rules import EntryState, LetterKind, LetterState
from app.database import db, transaction
from app.format_switch.operations import apply_plan, draft_plan
from app.format_switch.queries import what_will_change
from app.format_switch.queries.letters import LETTER_MAIL, coming_letters, coming_numbers, going
from app.format_switch.queries.plans import moved_for
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import release_held, send_again
from app.mailroom.rules import MailState
from tests.factories import ACTOR, NOW
from tests.format_switch.test_letters import WHY, conference_with_heads, move
from tests.format_switch.test_switch import HYBRID, IN_PERSON, VIDEO

GIVEN: dict[str, Any] = {"actor": ACTOR, "at": NOW}
KIND = LetterKind.CHANGE_OF_FORMAT


def notices() -> list[tuple[str, str, LetterState, EntryState]]:
    """Number, municipality, and how letter and entry stand, in the order of the register."""
    db.session.expire_all()
    rows = db.session.query(Letter).filter_by(kind=KIND).join(Letter.register_entry).order_by(RegisterEntry.number)
    return [
        (row.register_entry.label, row.municipality.slug, row.state, row.register_entry.state)
        for row in rows
        if row.register_entry is not None
    ]


def test_switch_gives_the_numbers_it_foresaw_and_holds_the_letters_until_they_are_released(app: Flask) -> None:
    conference = conference_with_heads()
    plan = what_will_change(conference, VIDEO)
    assert [(one.number, one.town, one.language) for one in coming_letters(conference, plan, NOW)] == [
        ("Исх-4", "Coventry", "en"), ("Исх-5", "Perm", "ru"), ("Исх-6", "Suhl", "de"),
    ]  # fmt: skip
    assert coming_numbers(conference, plan, NOW) == list(move(conference, VIDEO).numbers) == ["Исх-4", "Исх-5", "Исх-6"]
    registered = (LetterState.APPROVED, EntryState.REGISTERED)
    assert notices() == [
        ("Исх-4", "coventry", *registered), ("Исх-5", "perm", *registered), ("Исх-6", "suhl", *registered),
    ]  # fmt: skip
    assert take_back_approval(letters=db.session.query(Letter).filter_by(kind=KIND).all(), **GIVEN) == 0
    assert issue_letters(conference=conference, **GIVEN).count == 3
    letters = db.session.query(Letter).filter_by(kind=KIND).order_by(Letter.id).all()
    assert [(row.state, row.mail and row.mail.state, row.register_entry and row.register_entry.sheets)
            for row in letters] == [(LetterState.ISSUED, MailState.HELD, 1)] * 3  # fmt: skip
    assert {row.document.number for row in letters if row.document} == {"Исх-4", "Исх-5", "Исх-6"}
    assert [len(each) for each in (going(conference).unmade, going(conference).held)] == [0, 3]
    assert release_held(conference_id=conference.id, kind=LETTER_MAIL, **GIVEN) == 3
    assert issue_letters(conference=conference, **GIVEN).count == 0


def test_way_back_annuls_the_letters_that_have_not_gone_and_tells_only_who_was_told(app: Flask) -> None:
    conference = conference_with_heads()
    move(conference, VIDEO, at=NOW + timedelta(hours=1))
    issue_letters(conference=conference, **GIVEN)
    mail = db.session.query(OutgoingMail).filter(OutgoingMail.subject.contains("формата")).one()
    send_again(mail=mail, **GIVEN)
    back = what_will_change(conference, IN_PERSON)
    assert (list(back.letters), list(back.letters_withdrawn)) == (["perm"], ["Исх-4", "Исх-6"])
    assert move(conference, IN_PERSON, at=NOW + timedelta(hours=2)).numbers == ["Исх-7"]
    stands, annulled = EntryState.REGISTERED, (LetterState.ANNULLED, EntryState.ANNULLED)
    assert notices() == [
        ("Исх-4", "coventry", *annulled), ("Исх-5", "perm", LetterState.ISSUED, stands), ("Исх-6", "suhl", *annulled),
        ("Исх-7", "perm", LetterState.APPROVED, stands),
    ]  # fmt: skip
    entry = db.session.query(RegisterEntry).filter_by(number=4).one()
    assert entry.annulled_reason == "Формат конференции изменён снова до отправки письма."
    states = [row.state for row in db.session.query(OutgoingMail).filter_by(kind=LETTER_MAIL).order_by(OutgoingMail.id)]
    assert sorted(states) == [MailState.FAILED, MailState.FAILED, MailState.WAITING]


def test_letters_annulled_before_their_page_was_made_are_never_sealed(app: Flask) -> None:
    conference = conference_with_heads()
    move(conference, VIDEO)
    assert move(conference, HYBRID).counts["letters_withdrawn"] == 3
    assert issue_letters(conference=conference, **GIVEN).count == 3
    assert [row[0] for row in notices() if row[2] is LetterState.ISSUED] == ["Исх-7", "Исх-8", "Исх-9"]


def test_plan_is_applied_with_later_numbers_when_others_registered_letters_meanwhile(app: Flask) -> None:
    conference = conference_with_heads()
    plan = draft_plan(conference=conference, to=VIDEO, reason=WHY, **GIVEN)
    with transaction():
        db.session.query(OutgoingRegister).one().last_number = 68
    moved = moved_for(plan, NOW)
    assert (moved.numbers, moved.anything) == (("Исх-4", "Исх-69"), False)
    done = apply_plan(plan=plan, version=plan.version, **GIVEN)
    assert done is not None
    assert list(done.numbers) == ["Исх-69", "Исх-70", "Исх-71"]
    assert apply_plan(plan=plan, version=plan.version, **GIVEN) is None
    assert db.session.query(OutgoingRegister).one().last_number == 71


def test_plan_is_refused_when_a_letter_of_an_earlier_switch_went_meanwhile(app: Flask) -> None:
    conference = conference_with_heads()
    move(conference, HYBRID)
    plan = draft_plan(conference=conference, to=IN_PERSON, reason=WHY, **GIVEN)
    issue_letters(conference=conference, **GIVEN)
    assert not moved_for(plan, NOW).anything
    release_held(conference_id=conference.id, kind=LETTER_MAIL, **GIVEN)
    assert moved_for(plan, NOW).heads_told == ("coventry", "perm", "suhl")


def test_letters_are_drafts_without_a_number_when_a_second_person_approves_them(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    conference = conference_with_heads()
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], second_person=True))
    plan = what_will_change(conference, VIDEO)
    assert {one.number for one in coming_letters(conference, plan, NOW)} == {""}
    assert (list(move(conference, VIDEO).numbers), notices()) == ([], [])
    assert {letter.state for letter in db.session.query(Letter).filter_by(kind=KIND)} == {LetterState.DRAFT}


def test_page_says_why_letters_could_not_be_made_when_the_dates_moved_meanwhile(
    app: Flask, staff: Any, run_jobs: Any
) -> None:
    conference = conference_with_heads()
    move(conference, VIDEO)
    with transaction():
        conference.starts_on += timedelta(days=1)
    assert run_jobs() == 1
    page = staff("organiser").get(f"/en/desk/c/{conference.slug}/switch/").text.replace("\xa0", " ")
    assert "3 letters are in the register and have no page yet." in page
    assert "Perm: It says other dates than the conference has now: annul it" in page
    assert [row[2] for row in notices()] == [LetterState.APPROVED] * 3
