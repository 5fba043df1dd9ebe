"""The outgoing register: numbered by the issuer's pattern, narrowed, printed, annulled in."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pikepdf
import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from app.conferences.models import Conference
from app.correspondence.models import Despatch, Letter, RegisterEntry
from app.correspondence.operations import (
    annul_entry,
    approve_letters,
    issue_letters,
    prepare_letters,
    record_reply,
    set_number_pattern,
)
from app.correspondence.queries import RegisterFilter, register_lines, register_rows
from app.correspondence.rules import (
    REGISTER_COLUMNS,
    DespatchWay,
    EntryState,
    LetterKind,
    LetterState,
    ReplyAnswer,
    label_for,
    require_pattern,
)
from app.database import db, transaction
from app.errors import Refusal
from app.mailroom.rules import MailState
from tests.documents.claims import faults_of
from tests.factories import ACTOR, NOW, keep

Staff = Callable[[str], FlaskClient]
REGISTER = "/en/desk/register"


def issued(conference: Conference, *slugs: str) -> list[Letter]:
    """Letters issued in the order given."""
    made: list[Letter] = []
    for slug in slugs:
        prepare_letters(
            conference=conference, kind=LetterKind.INVITATION, selection=f"municipality:{slug}", actor=ACTOR, at=NOW
        )
        approve_letters(conference=conference, actor=ACTOR, at=NOW)
        made += issue_letters(conference=conference, actor=ACTOR, at=NOW).letters
    return made


def words_of(response: Any) -> str:
    """The words of a page on one line."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", response.text, flags=re.DOTALL)
    return " ".join(text.replace("&nbsp;", " ").replace("\xa0", " ").split())


@pytest.mark.parametrize(
    ("pattern", "label"),
    [("Исх-{n}", "Исх-69"), ("01-12/{n}", "01-12/69"), (" {n}/{year} ", "69/2021"), ("№  {n}", "№ 69")],
)
def test_require_pattern_takes_what_can_be_numbered_by(pattern: str, label: str) -> None:
    assert label_for(require_pattern(pattern), 69, 2021) == label


@pytest.mark.parametrize(
    "pattern",
    ["", "Исх", "{n}-{n}", "{n}{m}", "Исх-{n", "<b>{n}", "1{n}", "{n}5", "{year}{n}", "=A1+{n}", "И" * 40 + "{n}"],
)
def test_require_pattern_refuses_what_would_be_no_number(pattern: str) -> None:
    with pytest.raises(Refusal) as caught:
        require_pattern(pattern)
    assert caught.value.field == "pattern"


def test_issue_letters_takes_the_new_pattern_when_it_was_changed_within_the_year(kaluga: Conference) -> None:
    issued(kaluga, "perm")
    assert kaluga.issuer is not None
    set_number_pattern(issuer=kaluga.issuer, pattern="01-12/{n}", year=2021, actor=ACTOR, at=NOW)
    issued(kaluga, "suhl")
    assert [entry.label for entry in register_rows(2021)] == ["Исх-1", "01-12/2"]
    assert kaluga.issuer.number_pattern == "01-12/{n}"


def test_set_pattern_changes_the_numbers_from_the_page(kaluga: Conference, staff: Staff) -> None:
    client = staff("organiser")
    assert kaluga.issuer is not None
    address = f"{REGISTER}/pattern/{kaluga.issuer_id}"
    wrong = client.post(address, data={"pattern": "Исх"})
    assert wrong.status_code == 422
    assert "The pattern must contain {n} once, and may contain {year}." in words_of(wrong)
    assert kaluga.issuer.number_pattern == "Исх-{n}"
    right = client.post(address, data={"pattern": "01-12/{n}"})
    assert (right.status_code, right.headers["Location"]) == (303, REGISTER)
    assert kaluga.issuer.number_pattern == "01-12/{n}"
    assert staff("desk").post(address, data={"pattern": "{n}"}).status_code == 403


@pytest.mark.parametrize(
    ("narrowed", "labels"),
    [
        (RegisterFilter(), ["Исх-1", "Исх-2"]),
        (RegisterFilter(year=2020), []),
        (RegisterFilter(year=2021), ["Исх-1", "Исх-2"]),
        (RegisterFilter(state=EntryState.ANNULLED), ["Исх-2"]),
        (RegisterFilter(search="ДЕМКИН"), ["Исх-1"]),
        (RegisterFilter(search="suhl"), ["Исх-2"]),
        (RegisterFilter(search="исх-2"), ["Исх-2"]),
        (RegisterFilter(search="перм исх-2"), []),
        (RegisterFilter(search="%"), []),
    ],
)
def test_register_rows_are_narrowed(kaluga: Conference, narrowed: RegisterFilter, labels: list[str]) -> None:
    _, second = issued(kaluga, "perm", "suhl")
    assert second.register_entry is not None
    annul_entry(entry=second.register_entry, reason="double", actor=ACTOR, at=NOW)
    assert [entry.label for entry in register_rows(narrowed=narrowed)] == labels


def test_register_page_shows_how_a_letter_went_and_the_answer_with_its_own_number(
    kaluga: Conference, staff: Staff
) -> None:
    first, second = issued(kaluga, "perm", "suhl")
    assert second.mail is not None
    with transaction():
        second.mail.state, second.mail.sent_at = MailState.SENT, NOW
    record_reply(letter=first, answer=ReplyAnswer.COMES, people=3, source="letter", incoming_number=" 15-3/ 12 ",
                 incoming_date=date(2021, 4, 5), actor=ACTOR, at=NOW)  # fmt: skip
    page = words_of(staff("secretariat").get(REGISTER))
    assert "by e-mail: not sent yet comes, 6 Apr 2021 (their No. 15-3/ 12 of 5 Apr 2021)" in page
    assert "sent by e-mail on 6 Apr 2021" in page
    nothing = staff("secretariat").get(f"{REGISTER}?search=nobody")
    assert "No entry meets all that you have asked for." in words_of(nothing)


def test_record_reply_refuses_a_letter_dated_tomorrow(kaluga: Conference) -> None:
    (letter,) = issued(kaluga, "perm")
    with pytest.raises(Refusal) as caught:
        record_reply(letter=letter, answer=ReplyAnswer.CANNOT, source="letter", incoming_date=date(2021, 4, 7),
                     actor=ACTOR, at=NOW)  # fmt: skip
    assert caught.value.field == "incoming_date"


def test_record_reply_keeps_number_and_date_of_a_letter_only(kaluga: Conference, staff: Staff) -> None:
    (letter,) = issued(kaluga, "perm")
    address = f"/en/desk/c/xvi-kaluga-2021/letters/{letter.id}"
    asked = {"answer": "cannot", "incoming_number": "7", "incoming_date": "2021-04-05"}
    assert staff("organiser").post(f"{address}/reply", data={**asked, "source": "letter"}).status_code == 303
    assert letter.reply is not None
    assert (letter.reply.incoming_number, letter.reply.incoming_date) == ("7", date(2021, 4, 5))
    assert "their No. 7 of 5 Apr 2021" in words_of(staff("organiser").get(address))
    assert staff("organiser").post(f"{address}/reply", data={**asked, "source": "phone"}).status_code == 303
    assert letter.reply is not None
    assert (letter.reply.incoming_number, letter.reply.incoming_date) == ("", None)


def test_annul_page_annuls_only_with_a_reason(kaluga: Conference, staff: Staff) -> None:
    (letter,) = issued(kaluga, "perm")
    entry = letter.register_entry
    assert entry is not None
    client = staff("secretariat")
    address = f"{REGISTER}/{entry.id}/annul"
    assert "Annul the entry Исх-1" in words_of(client.get(address))
    assert client.post(address, data={"reason": "  "}).status_code == 422
    assert entry.state is EntryState.REGISTERED
    done = client.post(address, data={"reason": "Fehler im Namen"})
    assert (done.status_code, done.headers["Location"]) == (303, f"{REGISTER}?year=2021")
    assert (entry.state, entry.annulled_reason, letter.state) == (
        EntryState.ANNULLED, "Fehler im Namen", LetterState.ANNULLED,
    )  # fmt: skip
    assert client.post(address, data={"reason": "again"}).status_code == 422
    assert staff("desk").get(address).status_code == 403
    assert client.get(f"{REGISTER}/999/annul").status_code == 404


def test_register_lines_tell_how_a_letter_went_and_what_was_answered(kaluga: Conference, staff: Staff) -> None:
    perm, suhl = issued(kaluga, "perm", "suhl")
    record_reply(letter=perm, answer=ReplyAnswer.COMES, people=3, source="letter", incoming_number="15-3/12",
                 incoming_date=date(2021, 4, 5), actor=ACTOR, at=NOW)  # fmt: skip
    keep(Despatch(letter_id=suhl.id, way=DespatchWay.POSTED, at=NOW))

    def told() -> list[tuple[str, ...]]:
        names = ("sent", "sent_on", "reply", "replied_on", "incoming_number", "incoming_date")
        return [tuple(line[name] for name in names) for line in register_lines(register_rows(2021))]

    assert told() == [
        ("waiting", "", "comes", "2021-04-06", "15-3/12", "2021-04-05"),
        ("posted", "2021-04-06", "", "", "", ""),
    ]
    with transaction():
        assert perm.mail is not None
        perm.mail.state, perm.mail.sent_at = MailState.SENT, NOW
    assert told()[0][:2] == ("email", "2021-04-06")
    text = staff("secretariat").get(f"{REGISTER}.csv?year=2021").text.lstrip("\ufeff")
    assert text.splitlines()[0] == ",".join(REGISTER_COLUMNS)
    assert ",posted,2021-04-06," in text


def text_of(pdf: bytes) -> str:
    """The text of every page."""
    import subprocess

    out = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout
    return " ".join(out.decode().split())


def test_register_pdf_is_a4_across_with_numbered_pages(kaluga: Conference, staff: Staff) -> None:
    first, _second = issued(kaluga, "perm", "suhl")
    entry = first.register_entry
    assert entry is not None
    with transaction() as session:
        for number in range(3, 80):
            session.add(
                RegisterEntry(
                    register_id=entry.register_id, number=number, label=f"Исх-{number}", dated=entry.dated,
                    addressee="Ёж " * 40, subject="<b>Тема</b>", sheets=1, executor="M.", search="", created_at=NOW,
                )
            )  # fmt: skip
    answer = staff("organiser").get("/ru/desk/register.pdf?year=2021")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    with pikepdf.open(io.BytesIO(answer.data)) as pdf:
        sizes = {(round(float(page.mediabox[2])), round(float(page.mediabox[3]))) for page in pdf.pages}
        count = len(pdf.pages)
    assert (sizes, count > 1) == ({(842, 595)}, True)
    assert faults_of(answer.data) == []
    text = text_of(answer.data)
    assert f"Страница 1 / {count}" in text
    assert f"Страница {count} / {count}" in text
    assert text.count("<b>Тема</b>") == 77
    assert text.count("Адресат") == count
    assert text_of(staff("organiser").get(f"{REGISTER}.pdf?year=1999").data).startswith("Outgoing register No letter")


def test_register_workbook_has_harmless_cells(kaluga: Conference, staff: Staff) -> None:
    (letter,) = issued(kaluga, "perm")
    assert letter.register_entry is not None
    with transaction():
        letter.register_entry.addressee = '=HYPERLINK("http://x.example")'
    answer = staff("organiser").get(f"{REGISTER}.xlsx?year=2021")
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    head, row = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert head == ["Date", "Number", "Addressee", "Subject", "Sheets", "Prepared by", "How sent", "Answer", "State"]
    assert row[:3] == ["6\xa0Apr\xa02021", "Исх-1", '\'=HYPERLINK("http://x.example")']
    assert {cell.data_type for cell in sheet[2] if cell.value} == {"s"}
    assert answer.headers["Content-Disposition"] == "attachment; filename=register-2021.xlsx"


def test_register_page_takes_the_same_number_of_queries_when_rows_grow(kaluga: Conference, staff: Staff) -> None:
    from sqlalchemy import event

    client = staff("secretariat")

    def queries() -> int:
        seen: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
        client.get(REGISTER)
        return len(seen)

    issued(kaluga, "perm")
    client.get(REGISTER)
    one = queries()
    issued(kaluga, "suhl")
    assert queries() == one
