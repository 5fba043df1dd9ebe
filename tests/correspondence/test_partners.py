"""Letters for partner cities: added to a Russian head's letter, numbered, enclosed, forwarded, answered."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.conferences.models import Conference
from app.correspondence.models import Letter
from app.correspondence.operations import (
    approve_letters,
    discard_letters,
    issue_letters,
    plan_partner_letters,
    prepare_letters,
    prepare_partner_letters,
    record_reply,
)
from app.correspondence.operations.partners import for_partner
from app.correspondence.operations.writing import write_letter
from app.correspondence.queries import letters_of_entries, register_rows
from app.correspondence.rules import LetterKind, LetterState, ReplyAnswer
from app.database import db, transaction
from app.directory.models import MunicipalHead
from app.documents.queries import content
from tests.correspondence.conftest import let_host_take_part
from tests.factories import ACTOR, NOW

Staff = Callable[[str], FlaskClient]
CHAIN = "/en/desk/c/xvi-kaluga-2021/letters/chain"


def words_of(response: Any) -> str:
    """The words of a page on one line."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", response.text, flags=re.DOTALL)
    return " ".join(text.replace("&nbsp;", " ").split())


def draft(conference: Conference, selection: str = "municipality:perm") -> Letter:
    """A draft to Perm."""
    prepare_letters(conference=conference, kind=LetterKind.INVITATION, selection=selection, actor=ACTOR, at=NOW)
    return db.session.query(Letter).join(Letter.municipality).filter_by(slug="perm").one()


@pytest.fixture
def pair(kaluga: Conference) -> tuple[Letter, Letter]:
    """Drafts to Perm and, to be forwarded, to its partner Suhl."""
    parent = draft(kaluga)
    (child,) = prepare_partner_letters(conference=kaluga, actor=ACTOR, at=NOW).letters
    return parent, child


def test_partner_letters_are_drafted_in_german_with_a_link_of_their_own_and_not_twice(
    kaluga: Conference, pair: tuple[Letter, Letter]
) -> None:
    parent, child = pair
    assert (child.municipality.slug, child.language, child.parent_letter_id, child.state) == (
        "suhl", "de", parent.id, LetterState.DRAFT,
    )  # fmt: skip
    assert child.reply_token != parent.reply_token
    assert prepare_partner_letters(conference=kaluga, actor=ACTOR, at=NOW).count == 0
    assert draft(kaluga).id == parent.id


def said(letter: Letter) -> str:
    """The body of a letter as it would be written now."""
    return " ".join(block.text for block in write_letter(letter).body).replace("\u00a0", " ")


def test_the_partner_letter_says_who_hands_it_on_and_names_no_partner_to_invite(pair: tuple[Letter, Letter]) -> None:
    parent, child = pair
    assert "Diese Einladung übermittelt Ihnen auf unsere Bitte Ihre Partnerstadt Perm." in said(child)
    assert "Bitte geben Sie unsere Einladung" not in said(child)
    assert "Ваш город-партнёр: Зуль (Германия)" in said(parent)


def test_the_host_is_never_among_the_partners_to_be_invited(kaluga: Conference) -> None:
    let_host_take_part(kaluga)
    prepare_letters(conference=kaluga, kind=LetterKind.INVITATION, selection="municipality:suhl", actor=ACTOR, at=NOW)
    letter = db.session.query(Letter).one()
    assert "Gastgeberin der Konferenz ist Ihre Partnerstadt Kaluga." in said(letter)
    assert "Ihre Partnerstadt: Perm (Russland)." in said(letter)
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    assert letter.fields["partners"] == ["Perm (Russland)"]


def test_no_partner_letter_is_needed_when_the_association_invites_the_partner_itself(kaluga: Conference) -> None:
    draft(kaluga, "municipality:perm,municipality:suhl")
    assert plan_partner_letters(conference=kaluga).meant == []


def test_the_partner_letter_goes_numbered_and_listed_with_the_letter_to_the_russian_head(
    kaluga: Conference, pair: tuple[Letter, Letter]
) -> None:
    parent, child = pair
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    outcome = issue_letters(conference=kaluga, letter_ids=[parent.id], actor=ACTOR, at=NOW)
    assert ([letter.id for letter in outcome.letters], outcome.refused) == ([child.id, parent.id], [])
    entries = register_rows(2021)
    behind = letters_of_entries(entries)
    assert [(entry.label, behind[entry.id].id) for entry in entries] == [("Исх-1", child.id), ("Исх-2", parent.id)]
    assert child.mail is None
    assert parent.mail is not None
    assert [file.document_id for file in parent.mail.attachments] == [parent.document_id, child.document_id]
    assert child.document is not None
    assert parent.enclosures == [
        {"document_id": child.document_id, "title": "Приглашение для города-партнёра Зуля (на немецком языке)",
         "sheets": child.document.sheets, "partner": child.id},
    ]  # fmt: skip
    assert parent.document is not None
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=content(parent.document), capture_output=True, check=True
    ).stdout.decode()
    assert "города-партнёра Зуля" in " ".join(text.split())


def test_the_letter_waits_without_a_number_when_its_partner_letter_is_a_draft(
    kaluga: Conference, pair: tuple[Letter, Letter]
) -> None:
    parent, child = pair
    approve_letters(conference=kaluga, letter_ids=[parent.id], actor=ACTOR, at=NOW)
    outcome = issue_letters(conference=kaluga, actor=ACTOR, at=NOW)
    assert (outcome.count, [(one.municipality, str(one.message)) for one in outcome.refused]) == (
        0,
        [("perm", "A letter for a partner city that goes with it is not issued: approve it or give it up.")],
    )
    assert register_rows(2021) == []
    discard_letters(letters=[child], actor=ACTOR, at=NOW)
    assert [letter.id for letter in issue_letters(conference=kaluga, actor=ACTOR, at=NOW).letters] == [parent.id]


def test_discarding_a_letter_gives_up_its_partner_letters_too(pair: tuple[Letter, Letter]) -> None:
    parent, child = pair
    assert discard_letters(letters=[parent], actor=ACTOR, at=NOW) == 2
    assert (parent.state, child.state) == (LetterState.ANNULLED, LetterState.ANNULLED)


def test_chain_page_shows_the_tree_with_states_and_the_answer_of_the_partner(
    kaluga: Conference, staff: Staff, visitor: FlaskClient
) -> None:
    draft(kaluga)
    client = staff("secretariat")
    before = words_of(client.get(CHAIN))
    assert "Prepare 1 letter for partner cities" in before
    assert "Perm draft Suhl no letter" in before.replace("Пермь", "Perm")
    assert client.post(CHAIN).status_code == 303
    child = db.session.query(Letter).filter(Letter.parent_letter_id.is_not(None)).one()
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    issue_letters(conference=kaluga, actor=ACTOR, at=NOW)
    db.session.expire_all()
    assert "Suhl goes with another letter Исх-1" in words_of(client.get(CHAIN))
    assert visitor.get(f"/de/reply/{child.reply_token}").status_code == 200
    record_reply(letter=child, answer=ReplyAnswer.COMES, people=2, contact_email="a@suhl.example", actor=ACTOR, at=NOW)
    assert "Suhl answered: comes Исх-1" in words_of(client.get(CHAIN))
    assert staff("desk").get(CHAIN).status_code == 403


def test_prepare_page_warns_when_two_heads_share_an_address(kaluga: Conference, staff: Staff) -> None:
    asked = "/en/desk/c/xvi-kaluga-2021/letters/prepare?kind=invitation&country=RU&country=DE"
    warning = "Several letters would go to one e-mail address"
    assert warning not in words_of(staff("secretariat").get(asked))
    with transaction():
        for head in db.session.query(MunicipalHead):
            head.email = "Reception@Office.example" if head.id % 2 else "reception@office.example"
    page = words_of(staff("secretariat").get(asked))
    assert warning in page
    assert "reception@office.example:" in page
    assert "Prepare 2 letters" in page


def test_draft_lists_the_partner_letters_that_will_be_enclosed_when_it_is_issued(
    kaluga: Conference, pair: tuple[Letter, Letter], staff: Staff
) -> None:
    parent, child = pair

    def enclosures(data: bytes) -> str:
        text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True)
        return " ".join(text.stdout.decode().partition("Приложение:")[2].partition("С уважением")[0].split())

    client = staff("organiser")
    before = client.get(f"/en/desk/c/xvi-kaluga-2021/letters/{parent.id}.pdf").data
    page = words_of(client.get(f"/en/desk/c/xvi-kaluga-2021/letters/{parent.id}"))
    assert f"Goes with it {for_partner(child.municipality, 'ru')}" in page
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    approved = client.get(f"/en/desk/c/xvi-kaluga-2021/letters/{parent.id}.pdf").data
    issue_letters(conference=kaluga, actor=ACTOR, at=NOW)
    db.session.expire_all()
    assert parent.document is not None
    issued = enclosures(content(parent.document))
    assert "Зуля" in issued
    assert [enclosures(before), enclosures(approved)] == [issued, issued]


def test_approve_and_issue_pages_tell_kinds_and_languages_and_what_is_enclosed_and_mailed(
    kaluga: Conference, pair: tuple[Letter, Letter], staff: Staff
) -> None:
    client = staff("organiser")
    address = "/en/desk/c/xvi-kaluga-2021/letters"
    page = words_of(client.get(f"{address}/approve"))
    assert "Invitation 1 Invitation, for partner cities 1" in page
    assert "Invitation, for partner cities André Knapp Deutsch" in page
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    page = words_of(client.get(f"{address}/issue"))
    assert "Sent by e-mail 1 Enclosed in the letters to Russian cities 1 To be printed" in page
    assert "Invitation Алексей Дёмкин Русский" in page
