"""From a selection to issued letters, and back."""

from __future__ import annotations

import io
import json
import re
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from click.testing import CliRunner
from flask import Flask

from app.conferences.models import Conference
from app.correspondence.models import Letter, OutgoingRegister, RegisterEntry
from app.correspondence.operations import (
    Outcome,
    add_enclosure,
    annul_entry,
    approve_letters,
    export_letters,
    issue_letters,
    prepare_letters,
    record_reply,
    set_brief,
    take_back_approval,
)
from app.correspondence.queries import letter_by_token, register_rows, select_municipalities
from app.correspondence.rules import LetterKind, LetterState, ReplyAnswer, parse_selection
from app.database import db, rehearsal, transaction
from app.directory.models import MunicipalHead, Municipality
from app.documents.queries import by_code, content
from app.errors import Refusal
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import hold_back, release_held
from app.mailroom.rules import MailState
from tests.correspondence.conftest import BRIEFS, let_host_take_part
from tests.factories import ACTOR, NOW, make_head, make_municipality, make_partnership

INVITATION = LetterKind.INVITATION
RUSSIAN = "partners-in:DE,country:RU"
TITLES = {"ru": "Проект программы", "de": "Programmentwurf", "en": "Draft programme"}


def blank_pdf(pages: int) -> bytes:
    """A PDF of empty pages."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        pdf.save(out)
    return out.getvalue()


def read_pdf(data: bytes) -> str:
    """The words of a PDF, as ``pdftotext`` sees them, on one line."""
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, stdout=subprocess.PIPE, check=True)
    return " ".join(found.stdout.decode().replace("\u00a0", " ").split())


def prepare(conference: Conference, selection: str = RUSSIAN, **given: Any) -> Outcome:
    """Prepare invitations."""
    return prepare_letters(conference=conference, kind=INVITATION, selection=selection, actor=ACTOR, at=NOW, **given)


def all_the_way(conference: Conference, selection: str = RUSSIAN, **given: Any) -> Outcome:
    """Prepare, approve and issue."""
    prepare(conference, selection, **given)
    approve_letters(conference=conference, actor=ACTOR, at=NOW)
    return issue_letters(conference=conference, actor=ACTOR, at=NOW)


def refused(outcome: Outcome) -> dict[str, str]:
    """Municipality and message of what was refused."""
    return {entry.municipality: str(entry.message) for entry in outcome.refused}


def change(row: Any, **values: Any) -> None:
    """Change a row on disk."""
    with transaction():
        for name, value in values.items():
            setattr(row, name, value)


def slugs(conference: Conference, selection: str) -> list[str]:
    """Whom a selection means."""
    found = select_municipalities(parse_selection(selection), conference=conference, files_allowed=True)
    return [town.slug for town in found]


def test_select_municipalities_adds_within_a_kind_narrows_between_and_excludes(
    kaluga: Conference, tmp_path: Path
) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text("slug\nperm\nsuhl\nkaluga\n", encoding="utf-8")
    expected = {
        "partners-in:DE": ["perm"],
        "partners-in:DE,country:RU": ["perm"],
        "partners-in:de , country:ru": ["perm"],
        "country:RU,country:DE": ["kaluga", "perm", "suhl"],
        "country:DE,partners-in:DE": [],
        "country:RU,country:DE,!municipality:perm": ["kaluga", "suhl"],
        "region:RU-PER,region:DE-TH": ["perm", "suhl"],
        "municipality:kaluga,municipality:perm": ["kaluga", "perm"],
        f"file:{listed},!country:DE": ["kaluga", "perm"],
        f"file:{listed},country:DE": ["suhl"],
    }
    assert {selection: slugs(kaluga, selection) for selection in expected} == expected


def test_select_municipalities_takes_the_host_when_a_query_means_it(kaluga: Conference) -> None:
    let_host_take_part(kaluga)
    expected = {
        "partners-in:DE,country:RU": ["kaluga", "perm"],
        "region:RU-KLU": ["kaluga"],
        "partners-in:DE,country:RU,!municipality:kaluga": ["perm"],
    }
    assert {selection: slugs(kaluga, selection) for selection in expected} == expected
    assert [letter.municipality.slug for letter in prepare(kaluga).letters] == ["kaluga", "perm"]


@pytest.mark.parametrize(
    ("selection", "named"),
    [
        ("city:kaluga", "city:kaluga"),
        ("country:XX", "XX"),
        ("partners-in:XX", "XX"),
        ("region:RU-NOPE", "RU-NOPE"),
        ("municipality:nowhere", "nowhere"),
        ("country:DE,!municipality:nowhere", "nowhere"),
        ("file:/does/not/exist.csv", "/does/not/exist.csv"),
        ("country", "country"),
        ("!country:RU", ""),
        (" , ", ""),
    ],
)
def test_prepare_letters_refuses_by_name_when_a_term_is_unknown(kaluga: Conference, selection: str, named: str) -> None:
    with pytest.raises(Refusal) as refusal:
        prepare(kaluga, selection, files_allowed=True)
    assert refusal.value.field == "selection"
    assert named in str(refusal.value)
    assert db.session.query(Letter).count() == 0


def test_prepare_letters_names_the_row_when_a_list_has_an_unknown_slug(kaluga: Conference, tmp_path: Path) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text("municipality_slug\nperm\nnowhere\n", encoding="utf-8")
    with pytest.raises(Refusal) as refusal:
        prepare(kaluga, f"file:{listed}", files_allowed=True)
    assert (refusal.value.row, refusal.value.field) == (3, "municipality_slug")


def test_prepare_letters_reads_no_file_when_asked_from_a_page(kaluga: Conference) -> None:
    with pytest.raises(Refusal) as refusal:
        prepare(kaluga, "file:/etc/passwd")
    assert refusal.value.field == "selection"


def test_prepare_letters_makes_nothing_twice_when_repeated(kaluga: Conference) -> None:
    first, second = (prepare(kaluga, "municipality:perm,municipality:suhl") for _ in range(2))
    assert (first.count, first.skipped, first.refused) == (2, 0, [])
    assert (second.count, second.skipped, second.refused) == (0, 2, [])


def test_prepare_letters_speaks_the_language_of_the_country_when_none_is_given(kaluga: Conference) -> None:
    boston = make_municipality("boston", name_ru="Бостон", name_de="Boston", name_en="Boston", country="US")
    make_head(
        boston, office_ru="Мэр", office_de="", office_en="Mayor of Boston", last="Wu", first="Michelle", gender="f"
    )
    letters = prepare(kaluga, "country:RU,country:DE,country:US").letters
    assert {letter.municipality.slug: letter.language for letter in letters} == {
        "perm": "ru", "suhl": "de", "boston": "en",
    }  # fmt: skip


def test_prepare_letters_lists_who_is_left_out_when_head_gender_or_office_is_missing(kaluga: Conference) -> None:
    def town(slug: str, **head: Any) -> None:
        row = make_municipality(slug, name_ru=slug, name_de=slug, name_en=slug, iso3166_2="RU-ODD")
        if head:
            make_head(row, **head)

    town("no-head")
    town("no-gender", gender=None)
    town("unknown-gender", gender="u")
    town("no-office", office_ru="")
    town("odd-office", office_ru="Верховный бурмистр")
    outcome = prepare(kaluga, "region:RU-ODD")
    assert outcome.count == 0
    assert db.session.query(Letter).count() == 0
    assert refused(outcome) == {
        "no-head": "Nobody is known to head this municipality; add the head first.",
        "no-gender": "The letter cannot be written, this is missing: the form of address (Mr or Ms).",
        "unknown-gender": "The letter cannot be written, this is missing: the form of address (Mr or Ms).",
        "no-office": "The letter cannot be written, this is missing: the office in the language of the letter.",
        "odd-office": "We do not know how to address the office “Верховный бурмистр”; please correct it.",
    }


def test_prepare_letters_writes_an_english_office_when_the_stored_ones_are_known(kaluga: Conference) -> None:
    prepared = prepare(kaluga, "municipality:perm,municipality:suhl", language="en")
    assert [letter.recipient["office"] for letter in prepared.letters] == ["Mayor of Perm", "Lord Mayor of Suhl"]
    assert [letter.recipient["last"] for letter in prepared.letters] == ["Dyomkin", "Knapp"]


def test_prepare_letters_keeps_the_latin_spelling_a_head_uses_when_it_is_not_that_of_the_passport_rule(
    kaluga: Conference,
) -> None:
    with transaction():
        db.session.query(MunicipalHead).filter_by(last="Дёмкин").one().last_icao = "Demkine"
    (letter,) = prepare(kaluga, "municipality:perm", language="en").letters
    assert (letter.recipient["first"], letter.recipient["last"]) == ("Aleksey", "Demkine")


def test_approve_letters_refuses_before_any_number_when_a_merge_field_is_missing(kaluga: Conference) -> None:
    prepare(kaluga, "municipality:perm,municipality:suhl")
    facts = {name: value for name, value in BRIEFS["ru"].items() if name != "participants"}
    set_brief(conference=kaluga, kind=INVITATION, language="ru", facts=facts, actor=ACTOR, at=NOW)
    approved = approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    issued = issue_letters(conference=kaluga, actor=ACTOR, at=NOW)
    assert [letter.municipality.slug for letter in approved.letters] == ["suhl"]
    assert refused(approved) == {"perm": "The letter cannot be written, this is missing: who is invited."}
    assert [letter.register_entry.label for letter in issued.letters if letter.register_entry] == ["Исх-1"]
    states = {letter.municipality.slug: letter.state for letter in db.session.query(Letter)}
    assert states == {"perm": LetterState.DRAFT, "suhl": LetterState.ISSUED}


def test_issue_letters_refuses_and_gives_no_number_when_the_signatory_is_gone(kaluga: Conference) -> None:
    prepare(kaluga)
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    change(kaluga.issuer, signatory_name_ru="")
    issued = issue_letters(conference=kaluga, actor=ACTOR, at=NOW)
    assert issued.count == 0
    assert refused(issued) == {
        "perm": "The letter cannot be written, this is missing: name and office of the person who signs."
    }
    assert db.session.query(RegisterEntry).count() == 0
    assert [register.last_number for register in db.session.query(OutgoingRegister)] in ([], [0])


def test_issue_letters_seals_registers_and_queues_at_once(kaluga: Conference) -> None:
    content_of_enclosure = blank_pdf(5)
    add_enclosure(conference=kaluga, kind=INVITATION, titles=TITLES, content=content_of_enclosure, filename="p.pdf",
                  actor=ACTOR, at=NOW)  # fmt: skip
    (letter,) = all_the_way(kaluga).letters
    document, entry, mail = letter.document, letter.register_entry, letter.mail
    assert document is not None
    assert entry is not None
    assert mail is not None
    assert (letter.state, entry.number, entry.label, entry.dated) == (LetterState.ISSUED, 1, "Исх-1", date(2021, 4, 6))
    assert (document.number, document.dated, document.addressee_office) == (
        "Исх-1", date(2021, 4, 6), "Глава города Перми",
    )  # fmt: skip
    assert (mail.state, mail.to, mail.deed_key) == (MailState.WAITING, ["head@perm.example"], f"letter-{letter.id}")
    assert [file.filename for file in mail.attachments] == ["1_perm.pdf", "Приложение 1. Проект программы.pdf"]
    sent = [content(file.document) for file in mail.attachments if file.document is not None]
    assert sent == [content(document), content_of_enclosure]
    assert f"/ru/reply/{letter.reply_token}" in mail.text
    assert f"/ru/reply/{letter.reply_token}" in mail.html
    words = read_pdf(sent[0])
    for expected in (
        "06.04.2021", "Исх-1", "Главе города Перми", "Дёмкину А.Н.", "Уважаемый Алексей Николаевич!", "Зуль (Германия)",
        "Приложение: Проект программы на 5 л. в 1 экз.", "28– 30 июня 2021 г.", "в городе Калуге", "С.В. Парамонов",
        "Германо-Российский форум", "650-летие", f"verify/{document.code}",
    ):  # fmt: skip
        assert expected in words or expected.replace("– ", "–") in words, expected
    assert "ПРОЕКТ" not in words
    assert by_code(document.code) == document
    assert letter_by_token(letter.reply_token) == letter


def test_issue_letters_goes_without_mail_when_the_head_has_no_address(kaluga: Conference) -> None:
    head = db.session.query(MunicipalHead).filter_by(last="Дёмкин").one()
    change(head, email="")
    (letter,) = all_the_way(kaluga).letters
    assert (letter.state, letter.mail) == (LetterState.ISSUED, None)
    assert db.session.query(OutgoingMail).count() == 0


def test_issue_letters_says_what_was_approved_when_the_directory_changes_after(kaluga: Conference) -> None:
    prepare(kaluga)
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    head = db.session.query(MunicipalHead).filter_by(last="Дёмкин").one()
    change(head, last="Другой", email="other@perm.example")
    (letter,) = issue_letters(conference=kaluga, actor=ACTOR, at=NOW).letters
    assert letter.document is not None
    assert "Дёмкину А.Н." in read_pdf(content(letter.document))
    assert letter.mail is not None
    assert letter.mail.to == ["head@perm.example"]


def test_issue_letters_counts_anew_when_the_year_changes(kaluga: Conference) -> None:
    let_host_take_part(kaluga)
    all_the_way(kaluga, "municipality:perm")
    prepare(kaluga, "municipality:suhl,municipality:kaluga")
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    # 22:00 UTC on New Year's Eve is the next year in Moscow already
    issue_letters(conference=kaluga, actor=ACTOR, at=datetime(2021, 12, 31, 22, 0, tzinfo=UTC))
    found = [(entry.register.year, entry.number, entry.dated) for entry in register_rows()]
    assert found == [(2021, 1, date(2021, 4, 6)), (2022, 1, date(2022, 1, 1)), (2022, 2, date(2022, 1, 1))]


def test_issue_letters_leaves_nothing_when_rehearsed(kaluga: Conference) -> None:
    prepare(kaluga, "municipality:perm,municipality:suhl")
    approve_letters(conference=kaluga, actor=ACTOR, at=NOW)
    with rehearsal():
        outcome = issue_letters(conference=kaluga, actor=ACTOR, at=NOW)
    assert outcome.count == 2
    assert (db.session.query(RegisterEntry).count(), db.session.query(OutgoingMail).count()) == (0, 0)
    assert {letter.state for letter in db.session.query(Letter)} == {LetterState.APPROVED}


def test_take_back_approval_makes_a_draft_that_says_what_is_true_then(kaluga: Conference) -> None:
    prepare(kaluga)
    (letter,) = approve_letters(conference=kaluga, actor=ACTOR, at=NOW).letters
    assert take_back_approval(letters=[letter], actor=ACTOR, at=NOW) == 1
    assert (letter.state, letter.approved_at, letter.fields, letter.enclosures) == (LetterState.DRAFT, None, {}, [])
    assert issue_letters(conference=kaluga, actor=ACTOR, at=NOW).count == 0


def test_annul_entry_keeps_the_number_and_lets_a_new_letter_be_written(kaluga: Conference) -> None:
    (letter,) = all_the_way(kaluga).letters
    entry = letter.register_entry
    assert entry is not None
    with pytest.raises(Refusal) as refusal:
        annul_entry(entry=entry, reason=" ", actor=ACTOR, at=NOW)
    assert refusal.value.field == "reason"
    annul_entry(entry=entry, reason="The date was wrong", actor=ACTOR, at=NOW)
    assert (letter.state, letter.mail.state if letter.mail else None) == (LetterState.ANNULLED, MailState.FAILED)
    (again,) = all_the_way(kaluga).letters
    assert [(row.label, row.state.value, row.annulled_reason) for row in register_rows()] == [
        ("Исх-1", "annulled", "The date was wrong"),
        ("Исх-2", "registered", ""),
    ]
    assert again.head_id == letter.head_id
    assert [row.document.annulled_at for row in (letter, again) if row.document is not None] == [NOW, None]
    with pytest.raises(Refusal):
        annul_entry(entry=entry, reason="Once more", actor=ACTOR, at=NOW)


def test_annul_entry_keeps_the_mail_at_home_when_held_mail_is_let_go(kaluga: Conference) -> None:
    (letter,) = all_the_way(kaluga).letters
    assert letter.mail is not None
    assert letter.register_entry is not None
    hold_back(mail=letter.mail, actor=ACTOR, at=NOW)
    annul_entry(entry=letter.register_entry, reason="The date was wrong", actor=ACTOR, at=NOW)
    assert release_held(conference_id=kaluga.id, actor=ACTOR, at=NOW) == 0
    assert letter.mail.state is MailState.FAILED


def test_annul_entry_leaves_a_mail_that_has_gone(kaluga: Conference) -> None:
    (letter,) = all_the_way(kaluga).letters
    assert letter.register_entry is not None
    change(letter.mail, state=MailState.SENT)
    annul_entry(entry=letter.register_entry, reason="The date was wrong", actor=ACTOR, at=NOW)
    assert letter.mail is not None
    assert letter.mail.state is MailState.SENT


def test_record_reply_keeps_the_last_word_until_the_deadline(kaluga: Conference) -> None:
    change(kaluga, reply_until=date(2021, 5, 15))
    (letter,) = all_the_way(kaluga).letters
    given: dict[str, Any] = {"letter": letter, "contact_email": "office@perm.example", "actor": ACTOR}
    record_reply(**given, answer=ReplyAnswer.COMES, people=4, at=NOW)
    late_evening = datetime(2021, 5, 15, 20, 59, tzinfo=UTC)  # 23:59 in Moscow
    reply = record_reply(**given, answer=ReplyAnswer.CANNOT, people=4, at=late_evening)
    assert (reply.answer, reply.people, reply.first_at, reply.answered_at) == (
        ReplyAnswer.CANNOT, 0, NOW, late_evening,
    )  # fmt: skip
    too_late = datetime(2021, 5, 15, 21, 0, tzinfo=UTC)
    with pytest.raises(Refusal):
        record_reply(**given, answer=ReplyAnswer.COMES, people=1, at=too_late)
    assert record_reply(**given, answer=ReplyAnswer.COMES, people=1, source="phone", at=too_late).people == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"answer": ReplyAnswer.COMES, "people": 0}, "people"),
        ({"answer": ReplyAnswer.COMES, "people": 501}, "people"),
        ({"answer": ReplyAnswer.SENDS_DEPUTY}, "deputy_name"),
        ({"answer": ReplyAnswer.COMES, "contact_email": "nobody"}, "contact_email"),
    ],
)
def test_record_reply_names_the_field_when_the_answer_cannot_be_acted_on(
    kaluga: Conference, given: dict[str, Any], field: str
) -> None:
    (letter,) = all_the_way(kaluga).letters
    with pytest.raises(Refusal) as refusal:
        record_reply(**{"letter": letter, "contact_email": "office@perm.example", "actor": ACTOR, "at": NOW, **given})
    assert refusal.value.field == field


def test_record_reply_refuses_when_the_letter_is_annulled(kaluga: Conference) -> None:
    (letter,) = all_the_way(kaluga).letters
    assert letter.register_entry is not None
    annul_entry(entry=letter.register_entry, reason="Wrong date", actor=ACTOR, at=NOW)
    with pytest.raises(Refusal):
        record_reply(letter=letter, answer=ReplyAnswer.CANNOT, actor=ACTOR, at=NOW)


@pytest.mark.parametrize("data", [b"PK\x03\x04 a workbook", b"", b"%PDF-1.7 broken off"])
def test_add_enclosure_refuses_when_the_file_is_no_pdf(kaluga: Conference, data: bytes) -> None:
    with pytest.raises(Refusal) as refusal:
        add_enclosure(conference=kaluga, kind=INVITATION, titles=TITLES, content=data, filename="a.pdf", actor=ACTOR,
                      at=NOW)  # fmt: skip
    assert refusal.value.field == "file"


def test_export_letters_writes_the_sealed_bytes_and_all_pages(kaluga: Conference, tmp_path: Path) -> None:
    make_partnership(kaluga.host, make_municipality("bonn", name_de="Bonn", country="DE"))
    issued = all_the_way(kaluga, "municipality:perm,municipality:suhl").letters
    paths = export_letters(conference=kaluga, kind=None, folder=tmp_path / "out")
    assert [path.name for path in paths] == ["1_perm.pdf", "2_suhl.pdf", "all.pdf"]
    for letter, path in zip(issued, paths, strict=False):
        assert letter.document is not None
        assert path.read_bytes() == content(letter.document)
    with pikepdf.open(paths[-1]) as whole:
        assert len(whole.pages) == 2


def run(app: Flask, *arguments: str) -> Any:
    """A verb of the command line with ``--json``; the exit status must be 0."""
    from app.commands import command_line

    group = command_line().commands[arguments[0]]
    with app.app_context():
        done = CliRunner().invoke(group, [*arguments[1:], "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_letters_verbs_tell_json_from_prepare_to_register(app: Flask, kaluga: Conference, tmp_path: Path) -> None:
    slug = ("--conference", "xvi-kaluga-2021")
    whom = ("--kind", "invitation", "--to", "municipality:perm,municipality:suhl")
    made = {"created": 2, "existing": 0, "refused": [], "notes": [], "left_out": []}
    assert run(app, "letters", "prepare", *slug, *whom, "--dry-run") == made
    assert run(app, "letters", "prepare", *slug, *whom) == made
    again = run(app, "letters", "prepare", *slug, *whom)
    assert (again["created"], again["existing"], again["refused"], again["notes"]) == (0, 2, [], [])
    assert again["left_out"] == [
        {"municipality": town, "name": name, "reason": "has-letter",
         "message": "It has such a letter already; it is not issued yet."}
        for town, name in (("perm", "Perm"), ("suhl", "Suhl"))
    ]  # fmt: skip
    assert run(app, "letters", "approve", *slug) == {"approved": 2, "refused": []}
    assert run(app, "letters", "issue", *slug, "--kind", "invitation") == {
        "issued": 2, "mailed": 2, "enclosed": 0, "refused": [],
    }  # fmt: skip
    out = str(tmp_path / "out")
    assert run(app, "letters", "export", *slug, "--out", out) == {
        "letters": 2, "folder": out, "files": ["1_perm.pdf", "2_suhl.pdf", "all.pdf"],
    }  # fmt: skip
    today = db.session.query(RegisterEntry).filter_by(number=1).one().dated
    common = {
        "issuer": "Международная Ассоциация «Породнённые города»", "year": today.year, "date": today.isoformat(),
        "sheets": 1, "state": "registered", "annulled_reason": "", "sent": "waiting", "sent_on": "", "reply": "",
        "replied_on": "", "incoming_number": "", "incoming_date": "",
    }  # fmt: skip
    assert run(app, "register", "list", "--year", str(today.year)) == [
        common | {
            "number": 1, "label": "Исх-1", "addressee": "Главе города Перми, Дёмкину А.Н.",
            "subject": "О приглашении на XVI конференцию городов-партнёров России и Германии",
            "executor": "Мартынюк М.Т.",
        },
        common | {
            "number": 2, "label": "Исх-2", "addressee": "Oberbürgermeister der Stadt Suhl, Herrn André Knapp",
            "subject": "Einladung zur XVI. Deutsch-Russischen Städtepartnerkonferenz", "executor": "M. T. Martynjuk",
        },
    ]  # fmt: skip
    assert run(app, "register", "list", "--year", "1999") == []


def test_letters_issue_ends_with_1_when_nothing_could_be_approved(app: Flask, kaluga: Conference) -> None:
    from app.commands import command_line

    prepare(kaluga)
    set_brief(conference=kaluga, kind=INVITATION, language="ru", facts={}, actor=ACTOR, at=NOW)
    with app.app_context():
        done = CliRunner().invoke(
            command_line().commands["letters"], ["approve", "--conference", "xvi-kaluga-2021", "--json"]
        )
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert (told["approved"], [entry["municipality"] for entry in told["refused"]]) == (0, ["perm"])
    assert done.stderr.startswith("perm: The letter cannot be written, this is missing: ")


def test_municipality_of_a_letter_stays_when_its_name_changes(kaluga: Conference) -> None:
    (letter,) = all_the_way(kaluga).letters
    before = content(letter.document) if letter.document else b""
    change(db.session.query(Municipality).filter_by(slug="perm").one(), name_ru="Молотов")
    assert letter.document is not None
    assert content(letter.document) == before


def test_prepare_letters_tells_a_change_of_format_once_and_again_when_it_changes_again(kaluga: Conference) -> None:
    kind = LetterKind.CHANGE_OF_FORMAT
    given: dict[str, Any] = {
        "conference": kaluga,
        "kind": kind,
        "selection": "municipality:perm",
        "actor": ACTOR,
        "at": NOW,
    }
    prepared = prepare_letters(**given, facts={"format": "hybrid", "reason": "ограничения на въезд"})
    assert (prepared.count, prepare_letters(**given).skipped) == (1, 1)
    approve_letters(conference=kaluga, kind=kind, actor=ACTOR, at=NOW)
    (letter,) = issue_letters(conference=kaluga, kind=kind, actor=ACTOR, at=NOW).letters
    assert letter.document is not None
    words = read_pdf(content(letter.document))
    assert "Об изменении формата" in words
    assert "Причина изменения: «ограничения на въезд»." in words
    assert "в смешанном формате: очно и по видеосвязи" in words
    assert prepare_letters(**given).count == 1


def test_take_back_approval_keeps_what_only_this_letter_says(kaluga: Conference) -> None:
    given: dict[str, Any] = {"conference": kaluga, "actor": ACTOR, "at": NOW}
    own = {"format": "video", "reason": "ограничения на въезд"}
    kind = LetterKind.CHANGE_OF_FORMAT
    (letter,) = prepare_letters(**given, kind=kind, selection="municipality:perm", facts=own).letters
    approve_letters(**given)
    take_back_approval(letters=[letter], actor=ACTOR, at=NOW)
    approve_letters(**given)
    assert (letter.fields["format"], letter.fields["reason"]) == ("video", "ограничения на въезд")


@pytest.mark.parametrize("name", ["{{ 7*7 }}", "<script>alert(1)</script>", "Иванов\u202eвоно", "О" * 110])
def test_issue_letters_shows_odd_names_as_text(kaluga: Conference, name: str) -> None:
    head = db.session.query(MunicipalHead).filter_by(last="Дёмкин").one()
    change(head, first=name)
    issued = all_the_way(kaluga)
    assert [letter.register_entry.number for letter in issued.letters if letter.register_entry] == [1]
    (letter,) = issued.letters
    assert letter.document is not None
    words = read_pdf(content(letter.document))
    assert re.search(r"\b49\b", words) is None
    assert "\u202e" not in words
    if name.startswith(("{", "<")):
        assert f"Уважаемый {name} Николаевич!" in words


def test_issue_letters_goes_on_with_the_rest_when_begun_anew(kaluga: Conference) -> None:
    from app.correspondence.jobs import issue_letters_job

    class Told:
        job_id = 7

        def set(self, done: int, total: int) -> None:
            assert done <= total

    prepare(kaluga, "municipality:perm,municipality:suhl")
    letters = approve_letters(conference=kaluga, actor=ACTOR, at=NOW).letters
    ids = [letter.id for letter in letters]
    issue_letters(conference=kaluga, letter_ids=ids[:1], actor=ACTOR, at=NOW)
    result = issue_letters_job(
        Told(), conference_id=kaluga.id, letter_ids=ids, actor_id=None, actor="M. T.", language="de"  # type: ignore[arg-type]
    )  # fmt: skip
    assert result == {"issued": 1, "refused": [], "url": "/de/desk/c/xvi-kaluga-2021/letters?job=7"}
    assert issue_letters_job(
        Told(), conference_id=kaluga.id, letter_ids=ids, actor_id=None, actor="M. T.", language="de"  # type: ignore[arg-type]
    ) == {**result, "issued": 0}  # fmt: skip
