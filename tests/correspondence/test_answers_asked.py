"""Which letters ask for an answer, on paper and in the mail with them."""

from __future__ import annotations

import subprocess

import pytest

from app.conferences.models import Conference
from app.correspondence.operations import (
    Choices,
    approve_letters,
    edit_text,
    issue_letters,
    plan_letters,
    prepare_letters,
    prepare_partner_letters,
    reply_url,
    set_brief,
    write_letter,
)
from app.correspondence.rules import LetterKind
from app.documents.queries import content
from invitations.letter import shipped_text
from tests.correspondence.conftest import BRIEFS, let_host_take_part
from tests.factories import ACTOR, NOW


def words_of_pdf(data: bytes) -> str:
    """The words of a PDF on one line."""
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, stdout=subprocess.PIPE, check=True)
    return " ".join(found.stdout.decode().replace("\u00a0", " ").split())


@pytest.mark.parametrize(
    ("kind", "asks"),
    [(LetterKind.INVITATION, True), (LetterKind.CONFIRMATION, False), (LetterKind.THANKS, False)],
)
def test_the_reply_link_stands_on_paper_and_in_the_mail_when_the_letter_asks_for_an_answer(
    kaluga: Conference, kind: LetterKind, asks: bool
) -> None:
    for language, facts in BRIEFS.items():
        set_brief(conference=kaluga, kind=kind, language=language, facts=facts, actor=ACTOR, at=NOW)
    prepare_letters(conference=kaluga, kind=kind, selection="municipality:perm", actor=ACTOR, at=NOW)
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    (letter,) = issue_letters(conference=kaluga, actor=ACTOR, at=NOW).letters
    assert letter.document is not None
    assert letter.mail is not None
    paper = words_of_pdf(content(letter.document))
    shown = ("Ваш ответ" in paper, "/reply/" in letter.mail.text, "/reply/" in letter.mail.html)
    assert shown == (asks, asks, asks)


def test_the_reply_link_stands_on_paper_when_the_wording_of_the_organisers_names_it(kaluga: Conference) -> None:
    body = shipped_text("thanks", "ru").replace("-- С", "Ваши впечатления: {{ reply_url }}\n\n-- С")
    edit_text(kind=LetterKind.THANKS, language="ru", body=body, based_on=0, actor=ACTOR, at=NOW)
    set_brief(
        conference=kaluga, kind=LetterKind.THANKS, language="ru", facts=BRIEFS["ru"], actor=ACTOR, at=NOW
    )  # fmt: skip
    outcome = prepare_letters(
        conference=kaluga, kind=LetterKind.THANKS, selection="municipality:perm", actor=ACTOR, at=NOW
    )  # fmt: skip
    assert [write_letter(letter).reply_url for letter in outcome.letters] == [
        reply_url(letter) for letter in outcome.letters
    ]


def test_the_mail_asks_to_pass_on_the_letters_for_partner_cities_when_they_go_with_it(kaluga: Conference) -> None:
    (parent,) = prepare_letters(
        conference=kaluga, kind=LetterKind.INVITATION, selection="municipality:perm", actor=ACTOR, at=NOW
    ).letters  # fmt: skip
    prepare_partner_letters(conference=kaluga, actor=ACTOR, at=NOW)
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    issue_letters(conference=kaluga, actor=ACTOR, at=NOW)
    assert parent.mail is not None
    told = "Просим передать 1 письмо для города-партнёра его руководителю."
    assert [told in text.replace("\u00a0", " ") for text in (parent.mail.text, parent.mail.html)] == [True, True]


def test_a_general_letter_is_noted_when_it_goes_to_one_head_only(kaluga: Conference) -> None:
    let_host_take_part(kaluga)
    notes = [
        [str(note.message) for note in plan_letters(
            conference=kaluga, kind=LetterKind.INVITATION, selection=selection, language="ru",
            choices=Choices(addressed_as="Главы муниципальных образований"),
        ).notes]
        for selection in ("municipality:perm", "municipality:perm,municipality:suhl")
    ]  # fmt: skip
    assert notes == [["The general letter would go to one head only: a letter to this head by name is better."], []]
