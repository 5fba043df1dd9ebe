"""Importing the directory: the real files, again, and files with faults."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import func, select

import app.directory.commands  # noqa: F401  # registers the verbs
from app.command_line import GROUPS
from app.database import Model, db
from app.directory import operations, queries
from app.directory.models import MunicipalHead, Municipality, Partnership
from app.directory.rules import Gender, MunicipalityKind, PartnershipKind
from app.history.models import HistoryEntry
from config import ROOT
from tests.factories import ACTOR, NOW, make_head, make_municipality, make_partnership

DATA = ROOT / "app" / "demo" / "data"
KINDS = ("municipalities", "partnerships", "heads")
IMPORT: dict[str, Callable[..., Any]] = {
    "municipalities": operations.import_municipalities,
    "partnerships": operations.import_partnerships,
    "heads": operations.import_heads,
}


def take(kind: str, path: Path, **given: Any) -> dict[str, Any]:
    report = IMPORT[kind](path=path, actor=ACTOR, at=NOW, **given)
    return {**report.as_json(), "refused": report.refused}


def taken(created: int = 0, updated: int = 0, unchanged: int = 0, **given: Any) -> dict[str, Any]:
    return {"created": created, "updated": updated, "unchanged": unchanged, "rejected": [], "warnings": [],
            "refused": False} | given  # fmt: skip


def count(table: type[Model]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def rows_of(kind: str) -> list[dict[str, str]]:
    with (DATA / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def run(*arguments: str) -> tuple[int, Any, str]:
    result = CliRunner().invoke(GROUPS["import"], [*arguments, "--json"])
    return result.exit_code, json.loads(result.stdout) if result.stdout else None, result.stderr


def test_import_takes_the_real_files_and_changes_nothing_when_repeated(app: Flask) -> None:
    started = time.monotonic()
    first = {kind: take(kind, DATA / f"{kind}.csv") for kind in KINDS}
    second = {kind: take(kind, DATA / f"{kind}.csv") for kind in KINDS}
    assert first == {"municipalities": taken(215), "partnerships": taken(147), "heads": taken(162)}
    assert second == {
        "municipalities": taken(unchanged=215), "partnerships": taken(unchanged=147), "heads": taken(unchanged=162)
    }  # fmt: skip
    assert (count(Municipality), count(Partnership), count(MunicipalHead)) == (215, 147, 162)
    deeds = db.session.scalars(select(HistoryEntry.deed).order_by(HistoryEntry.id)).all()
    assert deeds == ["import-municipalities", "import-partnerships", "import-heads"]
    assert time.monotonic() - started < 10


def test_import_keeps_every_value_when_the_files_are_the_real_ones(app: Flask) -> None:
    for kind in KINDS:
        take(kind, DATA / f"{kind}.csv")
    places = queries.all_by_slug()
    for row in rows_of("municipalities"):
        place = places[row["slug"]]
        said = {name: "" if getattr(place, name) is None else str(getattr(place, name)) for name in row}
        assert said | {"lat": place.lat, "lon": place.lon} == row | {"lat": float(row["lat"]), "lon": float(row["lon"])}
    heads = {
        (head.municipality.slug, head.office_ru, head.last, head.first): head
        for head in db.session.scalars(select(MunicipalHead))
    }
    for row in rows_of("heads"):
        head = heads[row["municipality_slug"], row["office_ru"], row["last"], row["first"]]
        assert {name: str(getattr(head, name)) for name in row if name != "municipality_slug"} == {
            name: value for name, value in row.items() if name != "municipality_slug"
        }


def test_import_reads_xlsx_as_it_reads_csv_when_cells_are_numbers(app: Flask, tmp_path: Path) -> None:
    for kind in KINDS:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        rows = rows_of(kind)
        sheet.append(list(rows[0]))
        for row in rows:
            sheet.append([float(v) if k in {"lat", "lon", "population", "since_year"} and v else v or None
                          for k, v in row.items()])  # fmt: skip
        book.save(tmp_path / f"{kind}.xlsx")
        assert take(kind, tmp_path / f"{kind}.xlsx") == taken(len(rows))
        assert take(kind, DATA / f"{kind}.csv") == taken(unchanged=len(rows))


def test_import_updates_only_what_the_file_tells_when_a_column_is_left_out(app: Flask, tmp_path: Path) -> None:
    take("municipalities", DATA / "municipalities.csv")
    rows = rows_of("municipalities")
    for row in rows:
        for name in ("note", "geonameid", "coord_source"):
            del row[name]
    rows[0]["population"] = "350000"
    rows[1]["name_ru"] = "Новое Имя"
    assert take("municipalities", write(tmp_path / "m.csv", rows)) == taken(updated=2, unchanged=213)
    changed = queries.all_by_slug()
    assert (changed["arkhangelsk"].population, changed["arkhangelsk"].geonameid) == (350000, "581049")
    assert [row.municipality.slug for row in queries.search(words="новое имя").rows] == ["bagrationovsk"]


def test_import_finds_a_pair_again_when_its_order_is_turned(app: Flask, tmp_path: Path) -> None:
    take("municipalities", DATA / "municipalities.csv")
    take("partnerships", DATA / "partnerships.csv")
    rows = rows_of("partnerships")
    for row in rows:
        row["city_a"], row["city_b"] = row["city_b"], row["city_a"]
    assert take("partnerships", write(tmp_path / "p.csv", rows)) == taken(unchanged=147)


def test_import_changes_nothing_when_one_row_is_bad(app: Flask, tmp_path: Path) -> None:
    take("municipalities", DATA / "municipalities.csv")
    rows = rows_of("heads")
    rows[3]["gender"] = "x"
    rows[5]["municipality_slug"] = "nowhere"
    rows[5]["email"] = "not an address"
    rows[9]["as_of"] = "2019-2021"
    path = write(tmp_path / "h.csv", rows)
    rejected = [
        {"row": 5, "column": "gender", "message": "“x” is not known here. Known are: m, f, u."},
        {"row": 7, "column": "email", "message": "“not an address” is no e-mail address."},
        {"row": 11, "column": "as_of",
         "message": "“2019-2021” are no years joined by semicolons, as in “2019;2021”."},
    ]  # fmt: skip
    assert take("heads", path) == taken(rejected=rejected, refused=True)
    assert count(MunicipalHead) == 0
    assert take("heads", path, skip_bad_rows=True) == taken(159, rejected=rejected)
    assert count(MunicipalHead) == 159


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("slug", "Big City", "Only small Latin letters, digits and hyphens are allowed, as in “bad-homburg”."),
        ("slug", "", "This must not be empty."),
        ("name_de", "", "This must not be empty."),
        ("name_ru", "x" * 201, "This is longer than 200 characters."),
        ("name_en", "=HYPERLINK(1)", "This begins like a formula of a spreadsheet. Please write the text itself."),
        ("name_en", "two\nlines", "This contains a line break or a control character."),
        ("country", "de", "“de” is no country code of two capital letters, as “DE”."),
        ("country", "ZZ", "“ZZ” is no country code of two capital letters, as “DE”."),
        ("iso3166_2", "DE-BW", "“DE-BW” is no region code of the country, as “RU-KDA” or “DE-BW”."),
        ("lat", "54,5", "“54,5” is no number from -90 to 90. The decimal sign is a point."),
        ("lat", "91", "“91” is no number from -90 to 90. The decimal sign is a point."),
        ("lat", "nan", "“nan” is no number from -90 to 90. The decimal sign is a point."),
        ("lon", "-180.1", "“-180.1” is no number from -180 to 180. The decimal sign is a point."),
        ("lon", "", "Latitude and longitude are given together or not at all."),
        ("population", "-5", "“-5” is no whole number from 0 to 100000000."),
        ("population", "99999999999", "“99999999999” is no whole number from 0 to 100000000."),
        ("timezone", "Europe/Atlantis", "“Europe/Atlantis” is no time zone, as “Europe/Moscow” is one."),
        ("timezone", "../etc/passwd", "“../etc/passwd” is no time zone, as “Europe/Moscow” is one."),
        ("kind", "village", "“village” is not known here. Known are: city, district, county, region."),
        ("kind", "", "This must not be empty."),
    ],
)
def test_import_municipalities_names_row_and_column_when_a_value_is_wrong(
    app: Flask, tmp_path: Path, column: str, value: str, message: str
) -> None:
    rows = rows_of("municipalities")[:3]
    rows[1][column] = value
    expected = [{"row": 3, "column": column, "message": message}]
    assert take("municipalities", write(tmp_path / "m.csv", rows)) == taken(rejected=expected, refused=True)
    assert count(Municipality) == 0


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("city_a", "nowhere", "There is no municipality “nowhere”."),
        ("city_b", "", "This must not be empty."),
        ("city_b", "kaluga", "A municipality cannot be its own partner."),
        ("kind", "marriage", "“marriage” is not known here. Known are: partnership, friendship, trilateral, region."),
        ("since_year", "69", "“69” is no whole number from 800 to 2100."),
        ("since_year", "around 1969", "“around 1969” is no whole number from 800 to 2100."),
        ("group", "x" * 61, "This is longer than 60 characters."),
    ],
)
def test_import_partnerships_names_row_and_column_when_a_value_is_wrong(
    app: Flask, tmp_path: Path, column: str, value: str, message: str
) -> None:
    make_municipality("kaluga")
    make_municipality("suhl", country="DE")
    row = {"city_a": "kaluga", "city_b": "suhl", "kind": "partnership", "since_year": "1969", "group": ""}
    path = write(tmp_path / "p.csv", [row, row | {"since_year": "1970", column: value}])
    expected = [{"row": 3, "column": column, "message": message}]
    assert take("partnerships", path) == taken(rejected=expected, refused=True)
    assert count(Partnership) == 0


def test_import_takes_a_row_once_when_the_file_repeats_it(app: Flask, tmp_path: Path) -> None:
    rows = rows_of("municipalities")[:2]
    warnings = [{"row": 4, "column": "slug", "message": "This row says the same as row 2."}]
    assert take("municipalities", write(tmp_path / "m.csv", [*rows, rows[0]])) == taken(
        2, unchanged=1, warnings=warnings
    )


def test_import_refuses_when_the_file_contradicts_itself(app: Flask, tmp_path: Path) -> None:
    rows = rows_of("municipalities")[:2]
    rejected = [{"row": 4, "column": "slug", "message": "This row says something else about the same as row 2."}]
    path = write(tmp_path / "m.csv", [*rows, rows[0] | {"name_en": "Elsewhere"}])
    assert take("municipalities", path) == taken(rejected=rejected, refused=True)


def test_import_heads_warns_when_a_letter_could_not_be_written(app: Flask, tmp_path: Path) -> None:
    make_municipality("krasnodar")
    row = rows_of("heads")[0] | {"gender": "", "office_ru": "", "office_de": ""}
    assert take("heads", write(tmp_path / "h.csv", [row])) == taken(
        1,
        warnings=[
            {"row": 2, "column": "office_ru", "message": "Without an office no letter can be written to this head."},
            {"row": 2, "column": "gender",
             "message": "Without m or f no form of address can be written for this head."},
        ],
    )  # fmt: skip
    assert db.session.scalars(select(MunicipalHead)).one().gender is None


def test_import_verbs_print_one_json_value_when_asked(app: Flask, tmp_path: Path) -> None:
    good = {"created": 215, "updated": 0, "unchanged": 0, "rejected": [], "warnings": []}
    assert run("municipalities", str(DATA / "municipalities.csv"), "--dry-run") == (0, good, "")
    assert count(Municipality) == 0
    assert run("municipalities", str(DATA / "municipalities.csv")) == (0, good, "")
    bad = tmp_path / "bad.csv"
    bad.write_bytes("municipality_slug,office_ru\nkaluga,Глава\n".encode("cp1251"))
    message = "The file is not in UTF-8 (perhaps Windows-1251 or Windows-1252). Please save it as “CSV UTF-8”."
    assert run("heads", str(bad)) == (
        1,
        {"created": 0, "updated": 0, "unchanged": 0, "warnings": [],
         "rejected": [{"row": 2, "column": "office_ru", "message": message}]},
        f"row 2, column office_ru: {message} Nothing has been changed.\n",
    )  # fmt: skip
    assert run("heads", str(tmp_path / "missing.csv"))[0] == 2


def test_import_leaves_out_bad_rows_on_the_command_line_when_allowed(app: Flask, tmp_path: Path) -> None:
    make_municipality("krasnodar")
    path = write(tmp_path / "h.csv", rows_of("heads")[:2])
    rejected = [{"row": 3, "column": "municipality_slug", "message": "There is no municipality “kaluga”."}]
    code, result, line = run("heads", str(path), "--skip-bad-rows")
    assert (code, result, line) == (
        0, {"created": 1, "updated": 0, "unchanged": 0, "rejected": rejected, "warnings": []}, "")  # fmt: skip
    code, result, line = run("heads", str(path))
    assert (code, result["rejected"]) == (1, rejected)
    expected = "row 3, column municipality_slug: There is no municipality “kaluga”. Nothing has been changed.\n"
    assert line == expected


def test_import_takes_many_rows_with_few_queries(app: Flask, tmp_path: Path) -> None:
    from sqlalchemy import event

    rows = [rows_of("municipalities")[0] | {"slug": f"place-{n}"} for n in range(2000)]
    path = write(tmp_path / "m.csv", rows)
    statements: list[str] = []

    def note(_c: Any, _u: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert take("municipalities", path) == taken(2000)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(statements) < 50


def test_kinds_are_stored_as_their_words_when_imported(app: Flask) -> None:
    kaluga = make_municipality("kaluga")
    suhl = make_municipality("suhl", country="DE", name_de="Suhl")
    make_partnership(kaluga, suhl, kind=PartnershipKind.TRILATERAL)
    make_head(kaluga, gender=Gender.FEMALE)
    db.session.expire_all()
    assert (
        queries.by_slug("kaluga").kind,
        queries.ties_of(kaluga)[0][0].kind,
        queries.heads_of(kaluga)[0].gender,
    ) == (MunicipalityKind.CITY, PartnershipKind.TRILATERAL, Gender.FEMALE)


def test_import_takes_postal_addresses_and_the_reception_office_when_the_file_has_them(
    app: Flask, tmp_path: Path
) -> None:
    town = next(row for row in rows_of("municipalities") if row["slug"] == "suhl")
    path = write(tmp_path / "m.csv", [town | {"postal_address": "Marktplatz 1 | 98527  Suhl |"}])
    assert take("municipalities", path) == taken(created=1)
    assert db.session.scalars(select(Municipality.postal_address)).all() == ["Marktplatz 1\n98527 Suhl"]
    head = next(row for row in rows_of("heads") if row["municipality_slug"] == "suhl")
    path = write(tmp_path / "h.csv", [head | {"copy_to": "ob@suhl.example; protokoll@suhl.example,ob@suhl.example"}])
    assert take("heads", path)["created"] == 1
    assert db.session.scalars(select(MunicipalHead.copy_to)).all() == ["ob@suhl.example, protokoll@suhl.example"]


@pytest.mark.parametrize("value", ["no address", "a@b.example, c", ", ".join(f"n{n}@suhl.example" for n in range(6))])
def test_import_heads_names_the_column_when_a_copy_cannot_go(app: Flask, tmp_path: Path, value: str) -> None:
    take("municipalities", DATA / "municipalities.csv")
    head = next(row for row in rows_of("heads") if row["municipality_slug"] == "suhl")
    path = write(tmp_path / "h.csv", [head | {"copy_to": value}])
    assert [entry["column"] for entry in take("heads", path)["rejected"]] == ["copy_to"]
