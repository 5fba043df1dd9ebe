"""What goes with the letters: uploaded or made, apart or in the letter's own file, in one language or all."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask.testing import FlaskClient

from app.conferences.models import Conference
from app.correspondence.models import Letter, LetterEnclosure
from app.correspondence.operations import (
    Offer,
    add_enclosure,
    add_made_enclosure,
    approve_letters,
    draft_pdf,
    export_letters,
    issue_letters,
    made_enclosures,
    offers,
    prepare_letters,
    set_merged,
)
from app.correspondence.operations.enclosures import MERGED_MOST
from app.correspondence.rules import LetterKind
from app.database import db, transaction
from app.delegations.models import Delegate
from app.documents.queries import content, signature_of
from app.errors import Refusal
from app.programme.operations import release_programme
from tests.documents.claims import claims_ua
from tests.documents.pdf_files import pdf
from tests.factories import ACTOR, NOW, make_delegate, make_session

Staff = Callable[[str], FlaskClient]
PAGE = "/en/desk/c/xvi-kaluga-2021/letters/enclosures"
TITLES = {"ru": "Карта города", "de": "Stadtplan", "en": "Map of the city"}


def add(conference: Conference, **given: Any) -> LetterEnclosure:
    """An enclosure of two pages."""
    values = {"kind": LetterKind.INVITATION, "titles": TITLES, "content": pdf(2), "filename": "map.pdf"}
    return add_enclosure(conference=conference, **{**values, **given}, actor=ACTOR, at=NOW)


def issued(conference: Conference) -> dict[str, Letter]:
    """Invitations to Perm (in Russian) and Suhl (in German)."""
    prepare_letters(conference=conference, kind=LetterKind.INVITATION, selection="municipality:perm,municipality:suhl",
                    actor=ACTOR, at=NOW)  # fmt: skip
    approve_letters(conference=conference, actor=ACTOR, at=NOW)
    letters = issue_letters(conference=conference, actor=ACTOR, at=NOW).letters
    return {letter.municipality.slug: letter for letter in letters}


def pages(data: bytes) -> int:
    """How many pages a PDF has."""
    with pikepdf.open(io.BytesIO(data)) as opened:
        return len(opened.pages)


def sent_files(letter: Letter) -> list[str]:
    """Names of the files of a letter's mail."""
    assert letter.mail is not None
    return [file.filename for file in letter.mail.attachments]


def sealed(letter: Letter) -> bytes:
    assert letter.document is not None
    return content(letter.document)


def words_of(response: Any) -> str:
    """The words of a page on one line."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", response.text, flags=re.DOTALL)
    return " ".join(text.replace("&nbsp;", " ").replace("\xa0", " ").split())


def test_enclosure_stands_in_the_letters_file_when_it_is_merged(kaluga: Conference, tmp_path: Path) -> None:
    add(kaluga, merged=True)
    add(kaluga, titles={**TITLES, "ru": "Анкета"}, content=pdf(1))
    letter = issued(kaluga)["perm"]
    assert (letter.document, letter.register_entry) != (None, None)
    assert letter.document is not None
    assert letter.register_entry is not None
    signature = signature_of(letter.document)
    assert signature is not None
    assert (signature.intact, signature.whole) == (True, True)
    assert (pages(sealed(letter)), claims_ua(sealed(letter)), letter.register_entry.sheets) == (3, False, 4)
    assert sent_files(letter) == ["1_perm.pdf", "Приложение 2. Анкета.pdf"]
    export_letters(conference=kaluga, kind=None, folder=tmp_path)
    assert (tmp_path / "1_perm.pdf").read_bytes() == sealed(letter)


def test_letter_claims_to_be_accessible_when_its_enclosures_go_apart(kaluga: Conference) -> None:
    add(kaluga)
    letter = issued(kaluga)["perm"]
    assert (pages(sealed(letter)), claims_ua(sealed(letter))) == (1, True)
    assert sent_files(letter) == ["1_perm.pdf", "Приложение 1. Карта города.pdf"]


def test_same_bytes_go_to_everyone(kaluga: Conference) -> None:
    row = add(kaluga)
    letters = issued(kaluga)
    sent = {
        file.document_id
        for letter in letters.values()
        if letter.mail is not None
        for file in letter.mail.attachments[1:]
    }
    assert (len(letters), sent) == (2, {row.document_id})


def test_enclosure_goes_with_letters_of_its_language_only(kaluga: Conference) -> None:
    add(kaluga, language="de", titles={"de": "Stadtplan"})
    letters = issued(kaluga)
    assert [sent_files(letters[slug])[1:] for slug in ("perm", "suhl")] == [[], ["Anlage 1. Stadtplan.pdf"]]


def test_add_enclosure_refuses_when_the_title_of_a_language_is_missing(kaluga: Conference) -> None:
    for given, field in (({}, "title_ru"), ({"language": "en"}, "title_en")):
        with pytest.raises(Refusal) as caught:
            add(kaluga, titles={"de": "Stadtplan"}, **given)
        assert caught.value.field == field


@pytest.mark.parametrize(("count", "both_sides", "sheets"), [(5, False, 5), (5, True, 3), (6, True, 3), (1, True, 1)])
def test_sheets_are_counted_as_they_are_printed(kaluga: Conference, count: int, both_sides: bool, sheets: int) -> None:
    row = add(kaluga, content=pdf(count), both_sides=both_sides)
    assert (row.pages, row.document.sheets) == (count, sheets)


def test_merged_refuses_what_is_too_large_for_every_letter(kaluga: Conference) -> None:
    row = add(kaluga)
    with transaction():
        row.document.size = MERGED_MOST + 1
    with pytest.raises(Refusal) as caught:
        set_merged(enclosure=row, merged=True, actor=ACTOR, at=NOW)
    assert (caught.value.field, row.merged) == ("merged", False)


def test_draft_shows_the_pages_that_will_be_in_its_file(kaluga: Conference) -> None:
    add(kaluga, merged=True)
    prepare_letters(conference=kaluga, kind=LetterKind.INVITATION, selection="municipality:perm", actor=ACTOR, at=NOW)
    assert pages(draft_pdf(db.session.query(Letter).one())) == 3


def test_enclosures_page_tells_pages_that_are_not_a4(kaluga: Conference, staff: Staff) -> None:
    client = staff("secretariat")
    given = {"kind": "invitation", "of_language": "", "merged": "0", **{f"title_{k}": v for k, v in TITLES.items()}}
    done = client.post(PAGE, data={**given, "file": (io.BytesIO(pdf(2, size=(842, 1191))), "plan.pdf")},
                       content_type="multipart/form-data")  # fmt: skip
    assert done.status_code == 303
    page = words_of(client.get(PAGE))
    assert "look at 1, 2 before you print" in page
    assert "Map of the city not A4 pages 1, 2 every language own file 2 2" in page
    (row,) = db.session.query(LetterEnclosure)
    assert client.post(f"{PAGE}/{row.id}/way", data={"merged": "1"}).status_code == 303
    assert "every language in the letter's file" in words_of(client.get(PAGE)).replace("&#39;", "'")


def test_enclosures_page_refuses_500_pages(kaluga: Conference, staff: Staff) -> None:
    given = {"kind": "invitation", "merged": "0", **{f"title_{k}": v for k, v in TITLES.items()}}
    wrong = staff("secretariat").post(PAGE, data={**given, "file": (io.BytesIO(pdf(500)), "book.pdf")},
                                      content_type="multipart/form-data")  # fmt: skip
    assert wrong.status_code == 422
    assert "“book.pdf” has more than 200 pages." in words_of(wrong)
    assert db.session.query(LetterEnclosure).count() == 0


def test_programme_and_list_of_participants_are_offered_when_there_are_any(kaluga: Conference) -> None:
    assert offers(kaluga) == {}
    make_session(kaluga)
    release_programme(conference=kaluga, name="", actor=ACTOR, at=NOW)
    agreed, silent = make_delegate(kaluga), make_delegate(kaluga, badge_ru="Тихонова Вера")
    with transaction():
        agreed.consents = {"processing": {}, "publication": {}}
        silent.consents = {"processing": {}}
    found = offers(kaluga)
    assert {name: offer.word for name, offer in found.items()} == {
        "programme": "Programme, release 1", "participants": "List of participants (1 person who agreed)",
    }  # fmt: skip
    row = add_made_enclosure(conference=kaluga, kind=LetterKind.INVITATION, name="participants", actor=ACTOR, at=NOW)
    text = _text(content(row.document))
    assert ("Орлова" in text, "Тихонова" in text) == (True, False)
    programme = add_made_enclosure(conference=kaluga, kind=LetterKind.PROGRAMME_COVER, name="programme", language="de",
                                   actor=ACTOR, at=NOW)  # fmt: skip
    assert (programme.language, programme.odd_pages, claims_ua(content(programme.document))) == ("de", [], True)
    assert db.session.query(Delegate).count() == 2


def _text(data: bytes) -> str:
    import subprocess

    return subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()


def test_made_enclosure_is_added_from_the_page(
    kaluga: Conference, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def make(code: str) -> bytes:
        made.append(code)
        return pdf(3)

    monkeypatch.setitem(made_enclosures, "map", lambda _conference: Offer("Map of the city", TITLES, make))
    client = staff("secretariat")
    given = {"made-made": "map", "made-kind": "thanks", "made-of_language": "ru", "made-merged": "1"}
    assert "Map of the city" in words_of(client.get(PAGE))
    assert client.post(f"{PAGE}/made", data=given).status_code == 303
    (row,) = db.session.query(LetterEnclosure)
    assert (row.kind, row.language, row.merged, row.pages, made) == (LetterKind.THANKS, "ru", True, 3, ["ru"])
    assert client.post(f"{PAGE}/made", data={**given, "made-made": "nothing"}).status_code == 422
    assert staff("desk").post(f"{PAGE}/made", data=given).status_code == 403
