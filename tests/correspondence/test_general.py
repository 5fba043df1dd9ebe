"""General letters to a group, and copies to organisations: one number, one file, a mail with its own link for each."""

from __future__ import annotations

import io
import re
import subprocess

import pikepdf
import pytest

from app.conferences.models import Conference
from app.correspondence.models import Letter
from app.correspondence.operations import (
    Choices,
    Outcome,
    annul_entry,
    approve_letters,
    discard_letters,
    export_letters,
    issue_letters,
    plan_letters,
    prepare_letters,
    record_reply,
    reply_url,
    take_back_approval,
)
from app.correspondence.queries import letters_of_entries, register_rows
from app.correspondence.rules import EntryState, LetterKind, LetterState, ReplyAnswer
from app.database import db
from app.documents.queries import content
from app.errors import Refusal
from app.mailroom.models import OutgoingMail
from app.mailroom.rules import MailState
from tests.correspondence.conftest import let_host_take_part
from tests.factories import ACTOR, NOW, make_issuer

GROUP = "Главы муниципальных образований – городов-партнёров"
TO = "country:RU,partners-in:DE"


def prepare(conference: Conference, choices: Choices, selection: str = TO, language: str | None = None) -> Outcome:
    """Prepare invitations with something chosen by hand."""
    return prepare_letters(
        conference=conference, kind=LetterKind.INVITATION, selection=selection, language=language, choices=choices,
        actor=ACTOR, at=NOW,
    )  # fmt: skip


def issued(conference: Conference, choices: Choices, selection: str = TO) -> list[Letter]:
    """The letters of a selection, issued."""
    rows = prepare(conference, choices, selection).letters
    assert approve_letters(conference=conference, actor=ACTOR, at=NOW).refused == []
    assert issue_letters(conference=conference, actor=ACTOR, at=NOW).refused == []
    return rows


def words_of(data: bytes) -> str:
    """The words of a PDF on one line."""
    found = subprocess.run(["pdftotext", "-", "-"], input=data, stdout=subprocess.PIPE, check=True)
    return " ".join(found.stdout.decode().replace("\u00a0", " ").split())


def make_forum(slug: str = "forum", email: str = "forum@forum.example") -> None:
    """An organisation that gets copies."""
    make_issuer(slug=slug, name_ru="Германо-Российский форум", name_de="Deutsch-Russisches Forum e. V.",
                name_en="German-Russian Forum", email=email, issues_letters=False)  # fmt: skip


def test_a_general_letter_has_one_number_and_file_and_a_mail_with_its_own_link_for_each_head(
    kaluga: Conference,
) -> None:
    let_host_take_part(kaluga)
    first, second = issued(kaluga, Choices(addressed_as=GROUP))
    assert [entry.label for entry in register_rows(2021)] == ["Исх-1"]
    assert (first.register_entry_id, first.document_id) == (second.register_entry_id, second.document_id)
    assert (second.general_id, first.general_id) == (first.id, None)
    mails = [first.mail, second.mail]
    assert [mail.to for mail in mails if mail] == [["head@kaluga.example"], ["head@perm.example"]]
    for letter, other, mail in zip((first, second), (second, first), mails, strict=True):
        assert mail is not None
        assert reply_url(letter) in mail.text
        assert reply_url(other) not in mail.text
        assert [file.document_id for file in mail.attachments] == [first.document_id]
    assert first.document is not None
    paper = words_of(content(first.document))
    assert "Главам муниципальных образований – городов-партнёров" in paper
    assert "Уважаемые коллеги!" in paper
    assert "по личной ссылке из электронного письма" in paper
    assert re.search(r"/reply/|внизу первой страницы|Денисов|Дёмкин|head@", paper) is None


def test_a_general_letter_brings_the_list_of_its_addressees_when_asked(kaluga: Conference) -> None:
    let_host_take_part(kaluga)
    make_forum()
    first, second = issued(kaluga, Choices(addressed_as=GROUP, with_list=True, copies=("forum",)))
    assert first.enclosures == second.enclosures
    (enclosure,) = first.enclosures
    assert (enclosure["title"], enclosure["sheets"]) == ("Список рассылки", 1)
    assert first.document is not None
    paper = words_of(content(first.document))
    assert "Приложение: Список рассылки на 1 л. в 1 экз." in paper
    assert "городов-партнёров (по списку)" in paper
    assert first.mail is not None
    listed = first.mail.attachments[1].document
    assert listed is not None
    words = words_of(content(listed))
    for expected in ("Калуга", "Денисов", "Пермь", "Алексей Николаевич Дёмкин", "Германо-Российский форум"):
        assert expected in words


def test_a_general_letter_is_exported_and_registered_once_and_annulled_as_a_whole(
    kaluga: Conference, tmp_path: object
) -> None:
    let_host_take_part(kaluga)
    first, second = issued(kaluga, Choices(addressed_as=GROUP))
    record_reply(letter=second, answer=ReplyAnswer.COMES, people=2, contact_email="a@b.example", actor=ACTOR, at=NOW)
    (entry,) = register_rows(2021)
    assert letters_of_entries([entry])[entry.id].id == first.id
    from pathlib import Path

    names = [path.name for path in export_letters(conference=kaluga, kind=None, folder=Path(str(tmp_path)))]
    assert names == ["1_general.pdf", "all.pdf"]
    annul_entry(entry=entry, reason="Ошибка в дате", actor=ACTOR, at=NOW)
    assert (entry.state, first.state, second.state) == (EntryState.ANNULLED, LetterState.ANNULLED, LetterState.ANNULLED)
    assert {mail.state for mail in db.session.query(OutgoingMail)} == {MailState.FAILED}


def test_taking_back_and_discarding_reach_every_row_of_a_general_letter(kaluga: Conference) -> None:
    let_host_take_part(kaluga)
    rows = prepare(kaluga, Choices(addressed_as=GROUP)).letters
    assert approve_letters(conference=kaluga, actor=ACTOR, at=NOW).letters == [rows[0]]
    assert {row.state for row in rows} == {LetterState.APPROVED}
    assert take_back_approval(letters=[rows[1]], actor=ACTOR, at=NOW) == 2
    assert discard_letters(letters=[rows[1]], actor=ACTOR, at=NOW) == 1
    assert [row.state for row in rows] == [LetterState.DRAFT, LetterState.ANNULLED]
    assert discard_letters(letters=[rows[0]], actor=ACTOR, at=NOW) == 1


@pytest.mark.parametrize(
    ("choices", "selection", "field"),
    [
        (Choices(addressed_as=GROUP), "municipality:perm,municipality:suhl", "in_language"),
        (Choices(addressed_as="Главы " + "муниципальных образований " * 20), TO, "addressed_as"),
        (Choices(addressed_as=GROUP, partners=True), TO, "partners"),
        (Choices(copies=("nobody",)), TO, "copies"),
        (Choices(copies=("a", "b", "c", "d")), TO, "copies"),
    ],
)
def test_plan_letters_names_the_field_when_a_choice_cannot_be_kept(
    kaluga: Conference, choices: Choices, selection: str, field: str
) -> None:
    for slug in "abcd":
        make_forum(slug)
    with pytest.raises(Refusal) as refusal:
        plan_letters(
            conference=kaluga, kind=LetterKind.INVITATION, selection=selection, language=None, choices=choices
        )  # fmt: skip
    assert refusal.value.field == field
    assert db.session.query(Letter).count() == 0


def test_an_organisation_gets_a_copy_of_the_sealed_file_without_the_reply_link(kaluga: Conference) -> None:
    make_forum()
    make_forum("quiet", email="")
    (letter,) = issued(kaluga, Choices(copies=("forum", "quiet")), "municipality:suhl")
    assert [copy["name"] for copy in letter.copies] == ["Deutsch-Russisches Forum e. V."] * 2
    copy = db.session.query(OutgoingMail).filter_by(kind="letter-copy").one()
    assert copy.to == ["forum@forum.example"]
    assert [file.document_id for file in copy.attachments] == [letter.document_id]
    assert letter.reply_token not in copy.text + copy.html
    assert "Oberbürgermeister der Stadt Suhl, Herrn André Knapp" in copy.text
    assert letter.document is not None
    with pikepdf.open(io.BytesIO(content(letter.document))) as pdf:
        assert len(pdf.pages) == 1
    assert "Verteiler Deutsch-Russisches Forum e. V." in words_of(content(letter.document))
    annul_entry(entry=register_rows(2021)[0], reason="Doppelt", actor=ACTOR, at=NOW)
    assert copy.state is MailState.FAILED
