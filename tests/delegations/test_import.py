"""Delegates from files, and back."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from app.command_line import GROUPS
from app.conferences.rules import ConferenceFormat
from app.database import db
from app.delegations import commands as _commands
from app.delegations.models import Delegate
from app.delegations.operations import import_delegates
from app.delegations.queries import EXPORT_COLUMNS, FILE_COLUMNS
from app.delegations.rules import Accreditation
from app.history.models import HistoryEntry
from app.tables import read_table
from tests.factories import ACTOR, NOW, make_conference, make_municipality

__all__ = ["_commands"]  # importing them registers the verbs

AWKWARD = [
    {"last": "\u202eвокаранед", "last_latin": "\u202evokaraned"}, {"last": "العلي", "first": "محمد"},
    {"last": "לוי", "first": "דוד"}, {"last": "Лебедева \U0001f54a\ufe0f"}, {"last": "Wag\u200bner\u2066x\u2069"},
    {"last": "  Кузнецов ", "first": "Денис\xa0"}, {"last": "Klein  Schmidt"}, {"last": "Bu\u0308chsenschu\u0308tz"},
    {"organisation": "=1+1"}, {"organisation": "+7-(тест)"}, {"organisation": "'=1+1"}, {"organisation": "@SUM(A1)"},
    {"organisation": 'ООО "Образец, Лтд."; отдел №1'}, {"dietary_note": "Nussallergie\nNotfallset\r\nim Gepäck"},
    {"last": "<b>Белов</b>"}, {"last": "Null"}, {"first": "", "last": "Tenzin"}, {"last": "", "first": "Айсылу"},
    {"email": '"kurt meier"@krefeld.example'}, {"email": "жукова@пример.example"}, {"email": "kurz+d@duisburg.example"},
    {"city_slug": "gorod-n"}, {"citizenship": "XXA"}, {"role": "head;minister"}, {"arrival": "", "departure": ""},
    {"gender": "x"}, {"email": ""}, {"first": "Maria Theresia Walburga " * 6}, {"organisation": "\tTab"},
    {"working_group": "007"}, {"position": "1e5"}, {"organisation": "TRUE"}, {"attendance": "video"},
]  # fmt: skip

ROW = {
    "delegate_id": "D00001", "last": "Герасимов", "first": "Дмитрий", "patronymic": "Олегович",
    "last_latin": "Gerasimov", "first_latin": "Dmitrii", "gender": "m", "academic_title": "", "noble_prefix": "",
    "badge_ru": "Герасимов Дмитрий Олегович", "badge_de": "Dmitri Gerassimow", "city_slug": "kaluga",
    "country": "RU", "citizenship": "RU", "role": "press", "organisation": "Газета «Вестник»",
    "position": "Корреспондент", "languages": "ru", "interpretation": "de>ru",
    "email": "dmitrii@kaluga.example", "attendance": "onsite", "arrival": "2021-06-27T14:05+03:00",
    "departure": "2021-07-01T20:20+03:00", "arrival_mode": "train", "hotel_needed": "yes", "working_group": "",
    "dietary_code": "halal", "dietary_note": "халяль\nи ещё", "accessibility_note": "", "visa_needed": "no",
    "visa_note": "", "photo_consent": "yes", "registered_at": "2021-05-22T10:24+03:00", "awkward": "",
}  # fmt: skip


def write(path: Path, *changes: dict[str, str], columns: list[str] | None = None) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns or list(ROW), extrasaction="ignore")
        writer.writeheader()
        for number, change in enumerate(changes, start=1):
            writer.writerow({**ROW, "delegate_id": f"D{number:05}", **change})
    return path


def bring(path: Path, conference: Any, *, skip: bool = False) -> dict[str, Any]:
    report = import_delegates(conference=conference, path=path, skip_bad_rows=skip, actor=ACTOR, at=NOW)
    return report.as_json()


def run(*arguments: str) -> tuple[int, str, str]:
    group, name, *rest = arguments
    result = CliRunner().invoke(GROUPS[group], [name, *rest])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_import_grants_and_keeps_every_cell_when_the_row_is_good(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()

    report = bring(write(tmp_path / "d.csv", {}), conference)

    assert report == {"created": 1, "updated": 0, "unchanged": 0, "rejected": [], "warnings": []}
    row = db.session.scalars(select(Delegate)).one()
    assert row.accreditation is Accreditation.GRANTED
    assert row.municipality_id == conference.host_id
    kept = {name: getattr(row, name) for name in FILE_COLUMNS if name not in {"delegate_id", "attendance"}}
    assert kept == {name: ROW[name] for name in kept}
    assert (row.public_id, row.attendance.value, row.language) == ("D00001", "onsite", "ru")
    assert len({row.token, row.badge_token, row.join_token}) == 3


def test_import_makes_no_doubles_when_repeated(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    path = write(tmp_path / "d.csv", {}, {"last": "Орлов", "email": "orlov@kaluga.example"})
    bring(path, conference)

    assert bring(path, conference) == {
        "created": 0, "updated": 0, "unchanged": 2, "rejected": [], "warnings": []
    }  # fmt: skip


def test_import_updates_and_names_fields_in_history_when_a_cell_differs(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    bring(write(tmp_path / "a.csv", {}, {"last": "Орлов", "email": "o@kaluga.example"}), conference)

    report = bring(
        write(tmp_path / "b.csv", {"phone": "", "last": "Герасимова"}, {"last": "Орлов", "email": "o@kaluga.example"}),
        conference,
    )

    assert report == {"created": 0, "updated": 1, "unchanged": 1, "rejected": [], "warnings": []}
    row = db.session.scalars(select(Delegate).where(Delegate.public_id == "D00001")).one()
    assert (row.last, row.version, "герасимова" in row.search) == ("Герасимова", 2, True)
    entry = db.session.scalars(select(HistoryEntry).where(HistoryEntry.deed == "delegations.import_changes")).one()
    assert entry.details == {"fields": ["last"], "row": 2}


def test_import_keeps_a_withdrawal_when_the_file_says_nothing_of_it(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    path = write(tmp_path / "d.csv", {})
    bring(path, conference)
    from app.delegations.operations import withdraw

    withdraw(delegate=db.session.scalars(select(Delegate)).one(), actor=ACTOR, at=NOW)

    assert bring(path, conference)["unchanged"] == 1
    assert db.session.scalars(select(Delegate.accreditation)).one() is Accreditation.WITHDRAWN


BAD = [
    ({"last": "", "first": " "}, "last", "the person has no name"),
    ({"role": "king"}, "role", "“king” is not a role"),
    ({"attendance": "maybe"}, "attendance", "“maybe” is neither onsite nor video"),
    ({"gender": "male"}, "gender", "“male” is not known here"),
    ({"arrival": "2021-06-31T10:00+03:00"}, "arrival", "“2021-06-31T10:00+03:00” is not a date with time"),
    ({"country": "RUSSIA"}, "country", "longer than 3 characters"),
    ({"delegate_id": ""}, "delegate_id", "the number is missing"),
    ({"delegate_id": "D00001"}, "delegate_id", "D00001 stands in row 2 already"),
]


@pytest.mark.parametrize(("change", "column", "message"), BAD)
def test_import_changes_nothing_and_names_the_cell_when_a_row_is_bad(
    app: Flask, tmp_path: Path, change: dict[str, str], column: str, message: str
) -> None:
    conference = make_conference()
    path = write(tmp_path / "d.csv", {}, change)

    assert bring(path, conference) == {
        "created": 0, "updated": 0, "unchanged": 0, "warnings": [],
        "rejected": [{"row": 3, "column": column, "message": message}],
    }  # fmt: skip
    assert db.session.scalars(select(Delegate)).all() == []
    assert bring(path, conference, skip=True)["created"] == 1


ODD = [
    ({"city_slug": "gorod-n"}, "city_slug", "“gorod-n” is not in the directory; kept as given"),
    ({"email": ""}, "email", "no e-mail address: nothing can be mailed to this person"),
    ({"email": "nobody at home"}, "email", "no mail can be sent to this address; kept as given"),
    ({"last": "КoвaленКo"}, "last", "Cyrillic and Latin letters are mixed in one word"),
    ({"last": "\u202eвокаранед"}, "last", "contains invisible characters; pages show them"),
    ({"departure": "2021-06-20T10:00+03:00"}, "departure", "the departure lies before the arrival"),
    ({"dietary_code": "raw"}, "dietary_code", "“raw” is unusual; kept as given"),
]


@pytest.mark.parametrize(("change", "column", "message"), ODD)
def test_import_takes_the_row_with_a_warning_when_something_is_odd(
    app: Flask, tmp_path: Path, change: dict[str, str], column: str, message: str
) -> None:
    report = bring(write(tmp_path / "d.csv", change), make_conference())

    assert report == {
        "created": 1, "updated": 0, "unchanged": 0, "rejected": [],
        "warnings": [{"row": 2, "column": column, "message": message}],
    }  # fmt: skip
    (name, value), = change.items()  # fmt: skip
    assert getattr(db.session.scalars(select(Delegate)).one(), name) == value


def test_import_warns_when_a_person_or_an_address_occurs_twice(app: Flask, tmp_path: Path) -> None:
    report = bring(
        write(
            tmp_path / "d.csv",
            {},
            {"email": "DMITRII@KALUGA.example", "last": "Лазарев"},
            {"email": "x@kaluga.example"},
        ),
        make_conference(),
    )

    assert report["warnings"] == [
        {"row": 3, "column": "email", "message": "the same address as in row 2"},
        {"row": 4, "column": "last", "message": "perhaps the same person as in row 2"},
    ]


def test_import_takes_all_700_and_export_brings_them_back(app: Flask, tmp_path: Path) -> None:
    rows = [AWKWARD[number] if number < len(AWKWARD) else {} for number in range(700)]
    source = write(tmp_path / "in.csv", *({"email": f"d{n}@kaluga.example"} | row for n, row in enumerate(rows)))
    make_conference()
    code, out, err = run("import", "delegates", str(source), "--conference", "xvi-kaluga-2021", "--json")
    first = json.loads(out)
    assert (code, err, first["created"], first["rejected"]) == (0, "", 700, [])

    for kind in ("csv", "xlsx"):
        target = tmp_path / f"out.{kind}"
        code, _, err = run("delegates", "export", "--conference", "xvi-kaluga-2021", "--out", str(target))
        assert (code, err) == (0, "")
        code, out, _ = run("import", "delegates", str(target), "--conference", "xvi-kaluga-2021", "--json")
        again = json.loads(out)
        assert (code, again["created"], again["updated"], again["unchanged"]) == (0, 0, 0, 700)

    given = read_table(source, required=FILE_COLUMNS, optional=["awkward"])
    written = read_table(tmp_path / "out.csv", required=EXPORT_COLUMNS)
    assert [{name: row[name] for name in FILE_COLUMNS} for row in written] == [
        {name: row[name] for name in FILE_COLUMNS} for row in given
    ]
    assert {row["accreditation"] for row in written} == {"granted"}


def test_import_verb_refuses_with_row_and_column_when_a_row_is_bad(app: Flask, tmp_path: Path) -> None:
    make_conference()
    path = write(tmp_path / "d.csv", {}, {"role": "king"}, {"last": "", "first": ""})

    code, out, err = run("import", "delegates", str(path), "--conference", "xvi-kaluga-2021", "--json")

    assert code == 1
    assert [(entry["row"], entry["column"]) for entry in json.loads(out)["rejected"]] == [(3, "role"), (4, "last")]
    assert err == "row 3, column role: “king” is not a role (and 1 more rows) Nothing was changed.\n"


def test_import_verb_changes_nothing_when_rehearsed(app: Flask, tmp_path: Path) -> None:
    make_conference()
    path = write(tmp_path / "d.csv", {})

    code, out, _ = run("import", "delegates", str(path), "--conference", "xvi-kaluga-2021", "--dry-run", "--json")

    assert (code, json.loads(out)["created"]) == (0, 1)
    db.session.expire_all()
    assert db.session.scalars(select(Delegate)).all() == []


def test_import_joins_an_existing_standing_when_the_file_names_it(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    bring(write(tmp_path / "a.csv", {}), conference)
    columns = [*ROW, "accreditation"]

    report = bring(write(tmp_path / "b.csv", {"accreditation": "declined"}, columns=columns), conference)

    assert (report["updated"], db.session.scalars(select(Delegate.accreditation)).one()) == (
        1, Accreditation.DECLINED,
    )  # fmt: skip


def test_import_reads_a_file_of_few_columns(app: Flask, tmp_path: Path) -> None:
    columns = ["delegate_id", "last", "first", "city_slug", "country", "role", "email", "attendance"]

    report = bring(write(tmp_path / "d.csv", {}, columns=columns), make_conference())

    assert (report["created"], report["rejected"]) == (1, [])


def test_import_links_the_municipality_when_the_directory_knows_it(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    karlsruhe = make_municipality("karlsruhe", name_ru="Карлсруэ", name_de="Karlsruhe", country="DE")
    bring(write(tmp_path / "d.csv", {"city_slug": "karlsruhe", "country": "DE"}), conference)

    assert db.session.scalars(select(Delegate.municipality_id)).one() == karlsruhe.id


def test_import_takes_people_by_video_when_the_conference_is_held_so(app: Flask, tmp_path: Path) -> None:
    conference = make_conference(format=ConferenceFormat.VIDEO)
    path = write(tmp_path / "d.csv", {"attendance": "onsite"}, {"attendance": "video", "email": "x@kaluga.example"})
    first, second = bring(path, conference), bring(path, conference)
    assert (first["created"], second["unchanged"]) == (2, 2)
    assert [row.attendance.value for row in db.session.query(Delegate)] == ["video", "video"]
    assert [(one["row"], one["column"]) for one in first["warnings"] if one["column"] == "attendance"] == [
        (2, "attendance")
    ]
