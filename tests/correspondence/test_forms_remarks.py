"""Remarks on the wording before approval."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from app.conferences.models import Conference
from app.correspondence.models import Letter
from app.correspondence.operations import (
    approve_letters,
    decide_forms,
    edit_text,
    plan_approval,
    prepare_letters,
    proofread,
    review_forms,
    summed,
    write_letter,
)
from app.correspondence.rules import LetterKind, LetterState
from app.database import transaction
from invitations.lint import Departure
from tests.factories import ACTOR, NOW

Staff = Callable[[str], FlaskClient]
LETTERS = "/en/desk/c/xvi-kaluga-2021/letters"
TEXT = "Встретимся в городе Калуга в 2021г. - это решено.\n\n-- С уважением,"
TOWN = Departure("town", "в городе Калуга", "в городе Калуге")
YEAR = Departure("year", "2021г.", "2021\u00a0г.")
DASH = Departure("dash", "-", "—")


def careless(conference: Conference) -> Letter:
    """A draft to Perm by a careless text."""
    edit_text(kind=LetterKind.INVITATION, language="ru", body=TEXT, based_on=0, actor=ACTOR, at=NOW)
    (letter,) = prepare_letters(
        conference=conference, kind=LetterKind.INVITATION, selection="municipality:perm", actor=ACTOR, at=NOW
    ).letters
    return letter


def test_proofread_marks_a_careless_letter_and_its_missing_heading(kaluga: Conference) -> None:
    letter = careless(kaluga)
    assert proofread(write_letter(letter)) == (Departure("heading", "", ""), TOWN, YEAR, DASH)


def test_proofread_marks_a_careless_german_letter(kaluga: Conference) -> None:
    text = "# Betreff: Treffen in Kaluga.\n\nWir treffen uns z.B. in der Hauptstrasse.\n\n-- Mit freundlichen Grüßen,"
    edit_text(kind=LetterKind.INVITATION, language="de", body=text, based_on=0, actor=ACTOR, at=NOW)
    (letter,) = prepare_letters(
        conference=kaluga, kind=LetterKind.INVITATION, selection="municipality:suhl", actor=ACTOR, at=NOW
    ).letters
    assert [one.rule for one in proofread(write_letter(letter))] == [
        "subject word", "heading stop", "after comma", "sharp s", "abbreviation", "closing comma",
    ]  # fmt: skip


def test_proofread_is_silent_about_the_shipped_letters(kaluga: Conference) -> None:
    prepare_letters(
        conference=kaluga, kind=LetterKind.INVITATION, selection="municipality:perm,municipality:suhl",
        actor=ACTOR, at=NOW,
    )  # fmt: skip
    fixed, refused = plan_approval(conference=kaluga)
    assert ([one.departures for one in fixed], refused) == ([()] * len(fixed), [])
    assert fixed


def test_summed_counts_the_letters_of_each_departure(kaluga: Conference) -> None:
    one, other = Letter(id=1), Letter(id=2)
    found = summed([(one, [YEAR]), (other, [DASH, YEAR])])
    assert [(remark.departure, remark.letters) for remark in found] == [(YEAR, [one, other]), (DASH, [other])]


def test_remarks_are_shown_and_hinder_nothing(kaluga: Conference, staff: Staff) -> None:
    letter = careless(kaluga)
    client = staff("organiser")
    for page in (f"{LETTERS}/{letter.id}", f"{LETTERS}/approve", f"{LETTERS}/texts/invitation/ru"):
        shown = client.get(page).text
        assert "в городе Калуга</q>" in shown, page
        assert "A remark hinders nothing." in shown, page
    assert "The letter has no heading" in client.get(f"{LETTERS}/approve").text
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    assert letter.state is LetterState.APPROVED


def test_odd_signs_of_a_head_are_told_before_approval(kaluga: Conference, staff: Staff) -> None:
    (letter,) = prepare_letters(
        conference=kaluga, kind=LetterKind.INVITATION, selection="municipality:perm", actor=ACTOR, at=NOW
    ).letters
    with transaction():
        letter.head.last, letter.head.first = "Дёмкин<script>", "Алек\u202eсей"
    (fixed,) = plan_approval(conference=kaluga)[0]
    assert fixed.departures == (
        Departure("odd sign", "Дёмкин<script>", ""), Departure("sign left out", "Алек[U+202E]сей", "Алексей"),
    )  # fmt: skip
    client = staff("organiser")
    pages = (f"{letter.id}", "approve", "forms", f"forms/{letter.head_id}/ru")
    for page in pages:
        shown = client.get(f"{LETTERS}/{page}").text
        assert "Signs in the data of the addressee that do not belong there" in shown, page
        assert "Алек[U+202E]сей" in shown, page
        assert "Дёмкин<script>" not in shown, page
    assert "1 head is kept with signs" in client.get(f"{LETTERS}/forms").text


def test_decide_forms_holds_for_a_name_kept_with_signs_that_no_letter_shows(kaluga: Conference) -> None:
    (letter,) = prepare_letters(
        conference=kaluga, kind=LetterKind.INVITATION, selection="municipality:perm", actor=ACTOR, at=NOW
    ).letters
    with transaction():
        letter.head.first = "Алек\u202eсей"
    (row,) = review_forms(conference=kaluga, selection="", language=None)
    assert row.forms["name_dative"].form == "Дёмкину Алексею Николаевичу"
    decide_forms(
        forms=row.forms, texts={"name_dative": "Дёмкину Алексию Николаевичу"}, language="ru", actor=ACTOR, at=NOW
    )  # fmt: skip
    (row,) = review_forms(conference=kaluga, selection="", language=None)
    form = row.forms["name_dative"]
    assert (form.form, form.source) == ("Дёмкину Алексию Николаевичу", "decided")
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    assert ["name", "Дёмкин Алексей Николаевич", "dative", "Дёмкину Алексию Николаевичу"] in letter.recipient["forms"]
