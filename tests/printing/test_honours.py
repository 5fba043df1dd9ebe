"""Certificates of honour: written, printed for each side, changed, taken back."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from app.database import db
from app.erasure.operations import erase_conference, erase_delegate
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.history.rules import COMMAND
from app.printing.honours import queries
from app.printing.honours.commands import honours
from app.printing.honours.models import Honour
from app.printing.honours.operations import add_honour, change_honour, print_honours, remove_honour
from app.printing.honours.rules import Copies, HonourDetails, honour_content, paragraphs, require_whole
from app.printing.models import PrintRun
from tests.factories import NOW, make_delegate, make_municipality
from tests.printing.conftest import words

DETAILS = HonourDetails("de", "Юрген Гросс", "Jürgen Groß", "Карлсруэ", "Karlsruhe", "за дружбу", "für Freundschaft")
LINES = {"ru": "№ {} от 30 июня 2021 г.", "de": "Nr. {} vom 30. Juni 2021"}


@pytest.fixture
def honour(conference) -> Honour:
    return add_honour(conference=conference, details=DETAILS, actor=COMMAND, at=NOW)


def test_content_puts_the_side_of_the_honoured_first_and_mirrors_the_other_copy():
    made = honour_content(DETAILS, honour_id=7, label="XVI/01", numbers=LINES, mirrored=False)
    assert (made.variant, dict(made.front)) == (
        ("de",),
        {
            "number_ru": "№ XVI/01 от 30 июня 2021 г.", "name_ru": "Юрген Гросс", "line_ru": "Карлсруэ",
            "citation_ru_0": "за дружбу", "number_de": "Nr. XVI/01 vom 30. Juni 2021", "name_de": "Jürgen Groß",
            "line_de": "Karlsruhe", "citation_de_0": "für Freundschaft",
        },
    )  # fmt: skip
    other = honour_content(DETAILS, honour_id=7, label="XVI/01", numbers=LINES, mirrored=True)
    assert (other.variant, other.front) == (("ru",), made.front)


@pytest.mark.parametrize(
    ("said", "apart"),
    [("a", ["a"]), ("a\r\n\r\n b  c ", ["a", "b c"]), ("a\nb\nc\nd\ne\nf", ["a", "b", "c", "d e f"])],
)
def test_paragraphs_stand_apart_as_far_as_there_is_room(said, apart):
    assert paragraphs(said) == apart


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [("name_ru", "", "both languages"), ("citation_de", "", "what the honour is for"),
     ("citation_ru", "я" * 901, "At most 900")],
)  # fmt: skip
def test_honour_is_refused_when_a_language_is_missing_or_a_citation_too_long(app, field, value, told):
    with pytest.raises(Refusal, match=told) as refused:
        require_whole(HonourDetails(**(DETAILS.__dict__ | {field: value})))
    assert refused.value.field == field


def test_printing_logs_the_run_and_prints_again_only_what_was_changed(conference, honour, tmp_path):
    out = tmp_path / "h.pdf"
    other = add_honour(conference=conference, details=DETAILS, actor=COMMAND, at=NOW)
    given = {"conference": conference, "actor": COMMAND, "at": NOW, "deliver": out.write_bytes}
    done = print_honours(**given, copies=Copies.BOTH)
    assert (done.count, done.pages, done.warnings, done.run.kind) == (2, 4, [], "honours")
    first, mirrored = ([word for word in words(out) if word.page == page] for page in (1, 2))
    place = [next(word.left for word in page if word.text == "Ehrenurkunde") for page in (first, mirrored)]
    assert place[0] < 148 < place[1]
    assert "Paramonow" in {word.text for word in first}
    assert {(word.page, word.text) for word in words(out) if word.left < 9 or word.right > 288} == set()
    assert print_honours(**given, only_new=True).run is None
    change_honour(honour=other, details=HonourDetails(**(DETAILS.__dict__ | {"line_ru": "Эттлинген"})), actor=COMMAND,
                  at=NOW)  # fmt: skip
    assert print_honours(**given, only_new=True).count == 1
    with pytest.raises(Refusal, match="printed"):
        remove_honour(honour=honour, actor=COMMAND, at=NOW)
    deeds = db.session.scalars(select(HistoryEntry.deed).order_by(HistoryEntry.id)).all()
    assert deeds == ["add-honour", "add-honour", "print-honours", "change-honour", "print-honours"]


def test_honour_that_was_not_printed_can_be_taken_back_and_its_number_is_next(conference, honour):
    remove_honour(honour=honour, actor=COMMAND, at=NOW)
    assert (queries.honours(conference), queries.following_number(conference)) == ([], 1)
    with pytest.raises(Refusal, match="No certificate of honour"):
        print_honours(conference=conference, actor=COMMAND, at=NOW)


def test_names_are_taken_from_person_and_municipality_on_the_page(conference, staff):
    make_delegate(conference, "D1", municipality_id=conference.host.id, position="Глава города")
    town = make_municipality("karlsruhe", name_ru="Карлсруэ", name_de="Karlsruhe", country="DE", region_ru="",
                             region_de="Baden-Württemberg")  # fmt: skip
    client = staff("secretariat")
    url = f"/en/desk/c/{conference.slug}/papers/honours/"
    said = {"citation_ru": "за всё", "citation_de": "für alles", "municipality": "0", "side": "de"}
    assert client.post(f"{url}new", data=said).status_code == 422
    assert "Nobody, or more than one person" in client.post(f"{url}new", data={**said, "person": "D9"}).text
    assert client.post(f"{url}new", data={**said, "person": "d1"}).status_code == 303
    assert client.post(f"{url}new", data={**said, "municipality": str(town.id)}).status_code == 303
    kept = [(row.side, row.name_ru, row.name_de, row.line_ru, row.line_de) for row in queries.honours(conference)]
    assert kept == [
        ("ru", "Орлова Анна Павловна", "Anna Orlowa", "Глава города, Калуга", "Oberbürgermeisterin, Kaluga"),
        ("de", "Карлсруэ", "Karlsruhe", "", "Baden-Württemberg"),
    ]
    assert "XVI/02" in client.get(url).text
    look = client.get(f"{url}{queries.honours(conference)[0].id}.pdf")
    assert (look.mimetype, look.data[:5]) == ("application/pdf", b"%PDF-")
    assert db.session.scalars(select(PrintRun)).all() == []
    printed = client.post(url, data={"copies": "own"})
    assert client.get(printed.location).status_code == 200


def test_print_honours_writes_the_file_and_nothing_in_a_dry_run(conference, honour, tmp_path):
    out = tmp_path / "h.pdf"
    given = ["--conference", conference.slug, "--out", str(out), "--json"]
    dry = CliRunner().invoke(honours, [*given, "--dry-run"])
    assert (dry.exit_code, out.exists(), db.session.scalars(select(PrintRun)).all()) == (0, False, [])
    db.session.refresh(honour)
    assert honour.printed_at is None
    done = CliRunner().invoke(honours, [*given, "--both"])
    assert json.loads(done.stdout) == {"printed": 1, "pages": 2, "warnings": []}
    assert out.read_bytes().startswith(b"%PDF-")


def test_honour_of_a_person_goes_when_the_person_is_erased(conference):
    person = make_delegate(conference, "D1")
    for number in (person.id, None):
        details = HonourDetails(**(DETAILS.__dict__ | {"delegate_id": number}))
        add_honour(conference=conference, details=details, actor=COMMAND, at=NOW)
    erase_delegate(delegate=person, actor=COMMAND, at=NOW)
    assert [row.number for row in queries.honours(conference)] == [2]
    erase_conference(conference=conference, actor=COMMAND, at=NOW)
    assert queries.honours(conference) == []
