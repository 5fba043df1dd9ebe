"""Approval: submitted, approved by a second person where the setting says so, given back."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Staff as Member
from app.conferences.models import Conference
from app.correspondence.models import Letter
from app.correspondence.operations import (
    Choices,
    approve_letters,
    edit_text,
    go_back_to_text,
    plan_approval,
    prepare_letters,
    set_brief,
    submit_letters,
    take_back_approval,
)
from app.correspondence.operations.readdress import set_copies
from app.correspondence.queries import briefs_of
from app.correspondence.rules import LetterKind, LetterState
from app.database import db
from app.history.queries import of as history_of
from app.history.rules import COMMAND, Actor
from invitations.letter import shipped_text
from tests.correspondence.test_general import make_forum
from tests.factories import NOW, make_staff

Staff = Callable[[str], FlaskClient]
LETTERS = "/en/desk/c/xvi-kaluga-2021/letters"


@pytest.fixture
def two_persons(app: Flask) -> Iterator[None]:
    """The setting RATUSHA_SECOND_PERSON=1."""
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = dataclasses.replace(before, second_person=True)
    yield
    app.config["SETTINGS"] = before


def actor_of(member: Member) -> Actor:
    return Actor(kind="staff", id=member.id, label=member.name)


def prepared(conference: Conference, actor: Actor, **choices: Any) -> list[Letter]:
    """Drafts to Perm and Suhl."""
    return prepare_letters(
        conference=conference, kind=LetterKind.INVITATION, selection="municipality:perm,municipality:suhl",
        choices=Choices(**choices), actor=actor, at=NOW,
    ).letters  # fmt: skip


def words_of(response: Any) -> str:
    """The words of a page on one line."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", response.text, flags=re.DOTALL)
    return " ".join(text.replace("&nbsp;", " ").split())


@pytest.mark.usefixtures("two_persons")
def test_approve_letters_refuses_the_preparer_and_names_who_may(kaluga: Conference) -> None:
    author, other = (make_staff(email=f"{name}@ratusha.example") for name in ("author", "other"))
    make_staff(role="secretariat")
    letters = prepared(kaluga, actor_of(author))
    refused = approve_letters(conference=kaluga, actor=actor_of(author), at=NOW).refused
    assert [(one.municipality, one.reason, str(one.message)) for one in refused] == [
        (slug, "second-person",
         "You prepared or last changed it yourself; a second person approves it: Test organiser.")
        for slug in ("perm", "suhl")
    ]  # fmt: skip
    assert {letter.state for letter in letters} == {LetterState.DRAFT}
    outcome = approve_letters(conference=kaluga, actor=actor_of(other), at=NOW)
    assert (outcome.count, outcome.refused) == (2, [])


@pytest.mark.usefixtures("two_persons")
def test_approve_letters_refuses_who_changed_the_letter_last(kaluga: Conference) -> None:
    make_forum()
    author, editor = (make_staff(email=f"{name}@ratusha.example") for name in ("author", "editor"))
    perm, suhl = prepared(kaluga, actor_of(author))
    submit_letters(conference=kaluga, actor=actor_of(author), at=NOW)
    assert {perm.state, suhl.state} == {LetterState.IN_APPROVAL}
    set_copies(letter=perm, slugs=["forum"], actor=actor_of(editor), at=NOW)
    assert (perm.state, suhl.state) == (LetterState.DRAFT, LetterState.IN_APPROVAL)
    outcome = approve_letters(conference=kaluga, actor=actor_of(editor), at=NOW)
    assert ([letter.id for letter in outcome.letters], [one.municipality for one in outcome.refused]) == (
        [suhl.id], ["perm"],
    )  # fmt: skip


WORDED = "You wrote its text or what the letters say yourself; a second person approves it: %s."


def approved_by(conference: Conference, member: Member) -> tuple[list[str], list[tuple[str, str]]]:
    """Whose letters a member may approve, and what is said of the others."""
    fixed, refused = plan_approval(conference=conference, actor=actor_of(member))
    return [one.letter.municipality.slug for one in fixed], [(one.municipality, str(one.message)) for one in refused]


@pytest.mark.usefixtures("two_persons")
def test_approve_letters_refuses_who_wrote_the_text_in_their_language(kaluga: Conference) -> None:
    author, writer = (make_staff(email=f"{name}@ratusha.example", name=name) for name in ("Author", "Writer"))
    prepared(kaluga, actor_of(author))
    text = shipped_text("invitation", "ru").replace("Уважаем", "Высокоуважаем") + "\n"
    text = text.replace("\n-- ", "\n\nЖдём Вас.\n\n-- ")
    edit_text(kind=LetterKind.INVITATION, language="ru", body=text, based_on=0, actor=actor_of(writer), at=NOW)
    nobody = "A second person must approve it, and nobody else may: give somebody the role of an organiser."
    assert approved_by(kaluga, writer) == (["suhl"], [("perm", nobody)])
    other = make_staff(email="other@ratusha.example", name="Other")
    assert approved_by(kaluga, writer) == (["suhl"], [("perm", WORDED % "Other")])
    assert approved_by(kaluga, other) == (["perm", "suhl"], [])
    assert approve_letters(conference=kaluga, actor=actor_of(writer), at=NOW).count == 1
    go_back_to_text(
        kind=LetterKind.INVITATION, language="ru", version=0, based_on=1, actor=actor_of(other), at=NOW
    )  # fmt: skip
    assert approved_by(kaluga, writer) == (["perm"], [])
    assert approved_by(kaluga, other) == ([], [("perm", WORDED % "Writer")])


@pytest.mark.usefixtures("two_persons")
def test_approve_letters_refuses_who_last_changed_a_fact_of_the_brief(kaluga: Conference) -> None:
    author, writer, other = (
        make_staff(email=f"{name}@ratusha.example", name=name) for name in ("Author", "Writer", "Other")
    )
    prepared(kaluga, actor_of(author))

    def write(language: str, member: Member, **facts: Any) -> None:
        before = briefs_of(kaluga, LetterKind.INVITATION)[language].facts
        set_brief(conference=kaluga, kind=LetterKind.INVITATION, language=language, facts=before | facts,
                  actor=actor_of(member), at=NOW)  # fmt: skip

    write("de", writer, guests="die Außenminister")
    assert approved_by(kaluga, writer) == (["perm"], [("suhl", WORDED % "Other")])
    write("de", other, guests="die Außenminister")  # saved as it was
    assert approved_by(kaluga, writer) == (["perm"], [("suhl", WORDED % "Other")])
    assert approved_by(kaluga, other) == (["perm", "suhl"], [])
    write("de", other, guests="die Minister")
    assert approved_by(kaluga, writer) == (["perm", "suhl"], [])
    assert approved_by(kaluga, other) == (["perm"], [("suhl", WORDED % "Writer")])
    write("ru", writer, responsible_phone="+7 499 000-20-16")  # every language has it
    assert approved_by(kaluga, writer)[0] == []


@pytest.mark.usefixtures("two_persons")
def test_the_letter_page_says_so_when_its_text_is_of_the_reader(kaluga: Conference, staff: Staff) -> None:
    author = make_staff(email="author@ratusha.example", name="Author")
    perm, _suhl = prepared(kaluga, actor_of(author))
    organiser = staff("organiser")
    organiser.post(f"{LETTERS}/brief?kind=invitation&in=ru", data={"guests": "министры"})
    make_staff(email="second@ratusha.example", name="Second")
    page = words_of(organiser.get(f"{LETTERS}/{perm.id}"))
    assert WORDED % "Second" in page
    organiser.post(f"{LETTERS}/{perm.id}/approve")
    db.session.expire_all()
    assert perm.state is LetterState.DRAFT


@pytest.mark.usefixtures("two_persons")
def test_the_command_line_approves_nothing_when_a_second_person_is_asked_for(kaluga: Conference) -> None:
    make_staff()
    prepared(kaluga, COMMAND)
    refused = approve_letters(conference=kaluga, actor=COMMAND, at=NOW).refused
    assert {str(one.message) for one in refused} == {
        "It is approved on the desk by a person who signs in: Test organiser."
    }


@pytest.mark.usefixtures("two_persons")
def test_approve_letters_says_what_to_do_when_nobody_else_may(kaluga: Conference) -> None:
    author = make_staff()
    prepared(kaluga, actor_of(author))
    (first, _second) = approve_letters(conference=kaluga, actor=actor_of(author), at=NOW).refused
    assert "give somebody the role of an organiser" in str(first.message)


def test_who_prepared_a_letter_approves_it_when_no_second_person_is_asked_for(kaluga: Conference) -> None:
    author = make_staff()
    prepared(kaluga, actor_of(author))
    assert approve_letters(conference=kaluga, actor=actor_of(author), at=NOW).count == 2


def test_submit_letters_waits_for_approval_and_comes_back_as_a_draft(kaluga: Conference) -> None:
    author = make_staff()
    perm, suhl = prepared(kaluga, actor_of(author))
    assert submit_letters(conference=kaluga, letter_ids=[perm.id], actor=actor_of(author), at=NOW).count == 1
    assert submit_letters(conference=kaluga, letter_ids=[perm.id], actor=actor_of(author), at=NOW).count == 0
    assert (perm.state, suhl.state) == (LetterState.IN_APPROVAL, LetterState.DRAFT)
    assert take_back_approval(letters=[perm, suhl], actor=actor_of(author), at=NOW) == 1
    assert perm.state is LetterState.DRAFT
    assert sorted(event.deed for event in history_of(perm)) == [
        "correspondence.prepare_letters", "correspondence.submit_letters", "correspondence.take_back_approval",
    ]  # fmt: skip


@pytest.mark.usefixtures("two_persons")
def test_letters_are_submitted_and_approved_on_the_desk_by_two_persons(kaluga: Conference, staff: Staff) -> None:
    secretary, organiser = staff("secretariat"), staff("organiser")
    secretary.post(f"{LETTERS}/prepare", data={"kind": "invitation", "country": ["DE", "RU"]})
    assert "Look at it, then submit it: a second person approves it." in words_of(secretary.get(LETTERS))
    assert "Submit 2 letters" in words_of(secretary.get(f"{LETTERS}/submit"))
    made = secretary.post(f"{LETTERS}/submit")
    assert (made.status_code, made.headers["Location"]) == (303, f"{LETTERS}?state=in_approval")
    assert "Somebody who may approve it looks at it, then approves it or gives it back." in words_of(
        organiser.get(f"{LETTERS}?state=in_approval")
    )
    assert "Approve 2 letters" in words_of(organiser.get(f"{LETTERS}/approve"))
    organiser.post(f"{LETTERS}/approve")
    first, second = db.session.query(Letter).order_by(Letter.id)
    assert (first.state, second.state) == (LetterState.APPROVED, LetterState.APPROVED)
    assert secretary.post(f"{LETTERS}/{first.id}/take-back").status_code == 403


@pytest.mark.usefixtures("two_persons")
def test_the_letter_page_says_who_may_approve(kaluga: Conference, staff: Staff) -> None:
    organiser = staff("organiser")
    organiser.post(f"{LETTERS}/prepare", data={"kind": "invitation", "country": ["DE"]})
    letter = db.session.query(Letter).one()
    make_staff(email="second@ratusha.example")
    page = words_of(organiser.get(f"{LETTERS}/{letter.id}"))
    assert "You prepared or last changed it yourself; a second person approves it: Test organiser." in page
    assert "Approve the letter" not in page
    organiser.post(f"{LETTERS}/{letter.id}/approve")
    assert letter.state is LetterState.DRAFT
    assert organiser.post(f"{LETTERS}/{letter.id}/submit").status_code == 303
    db.session.expire_all()
    assert letter.state is LetterState.IN_APPROVAL


def test_approvals_are_taken_back_together_after_a_look_at_their_number(kaluga: Conference, staff: Staff) -> None:
    organiser, secretary = staff("organiser"), staff("secretariat")
    author = make_staff()
    perm, suhl = prepared(kaluga, actor_of(author))
    approve_letters(conference=kaluga, letter_ids=[perm.id], actor=actor_of(author), at=NOW)
    submit_letters(conference=kaluga, letter_ids=[suhl.id], actor=actor_of(author), at=NOW)
    assert "Make 2 letters drafts again" in words_of(organiser.get(f"{LETTERS}/take-back"))
    assert "Make 1 letter a draft again" in words_of(organiser.get(f"{LETTERS}/take-back?letter={perm.id}"))
    assert "Make 1 letter a draft again" in words_of(organiser.get(f"{LETTERS}/take-back?country=DE"))
    assert "Make drafts again" in words_of(organiser.get(LETTERS))
    assert {perm.state, suhl.state} == {LetterState.APPROVED, LetterState.IN_APPROVAL}
    # an approval takes who may approve
    assert "Make 1 letter a draft again" in words_of(secretary.get(f"{LETTERS}/take-back"))
    answer = secretary.post(f"{LETTERS}/take-back", data={"letter": [perm.id, suhl.id]})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{LETTERS}?state=draft")
    db.session.expire_all()
    assert (perm.state, suhl.state) == (LetterState.APPROVED, LetterState.DRAFT)
    organiser.post(f"{LETTERS}/take-back")
    assert "1 letter is a draft again." in words_of(organiser.get(LETTERS))
    db.session.expire_all()
    assert {perm.state, suhl.state} == {LetterState.DRAFT}
    assert "No letter is approved or waits for approval" in words_of(organiser.get(f"{LETTERS}/take-back"))
