"""Files people send: read exactly, or refused with row and column."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.errors import Refusal
from app.tables import MAX_BYTES, Rejected, TableRow, read_table, write_csv
from config import ROOT

COLUMNS = ("name", "kind", "year")
HEADER = b"name,kind,year\r\n"
ANY = "'=+-@\t\r\n ,;\"xя\u202e🎻"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


def read(path: Path, **given: Any) -> list[dict[str, str]]:
    return [row.values for row in read_table(path, required=COLUMNS, **given)]


def refused(path: Path, content: bytes, **given: Any) -> tuple[int | None, str | None, str]:
    path.write_bytes(content)
    with pytest.raises(Refusal) as found:
        read(path, **given)
    return found.value.row, found.value.field, str(found.value)


@pytest.mark.parametrize(
    "content",
    [
        b"name,kind,year\nKaluga,city,1990\n",
        b"\xef\xbb\xbfname,kind,year\r\nKaluga,city,1990\r\n",
        b"name;kind;year\r\nKaluga;city;1990\r\n",
        b"name\tkind\tyear\rKaluga\tcity\t1990\r",
        b"Year, Kind ,NAME\n1990,city,Kaluga\n\n,,\n",
    ],
    ids=["unix", "bom", "semicolons", "tabs and old line ends", "other order, blank rows"],
)
def test_read_table_gives_the_rows_when_the_file_is_spelled_differently(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert read(file) == [{"name": "Kaluga", "kind": "city", "year": "1990"}]


def test_read_table_counts_rows_as_people_do_when_cells_hold_line_breaks(file: Path) -> None:
    file.write_bytes(HEADER + b'"two\nlines",a,1\n\nsecond,b,2\n')
    assert read_table(file, required=COLUMNS) == [
        TableRow(2, {"name": "two\nlines", "kind": "a", "year": "1"}),
        TableRow(4, {"name": "second", "kind": "b", "year": "2"}),
    ]


def test_read_table_keeps_every_byte_when_the_cells_are_awkward(file: Path) -> None:
    source = ROOT / "app" / "demo" / "data" / "heads.csv"
    with source.open(encoding="utf-8", newline="") as opened:
        expected = list(csv.DictReader(opened))
    rows = read_table(source, required=list(expected[0]))
    assert [row.values for row in rows] == expected


def test_read_table_gives_back_what_write_csv_was_given_when_cells_look_like_formulas(file: Path) -> None:
    chance = random.Random(7)
    rows = [
        {"name": "".join(chance.choice(ANY) for _ in range(chance.randint(1, 6))) + "x", "kind": "k", "year": ""}
        for _ in range(2000)
    ]
    with file.open("w", encoding="utf-8", newline="") as opened:
        write_csv(rows, COLUMNS, opened)
    assert read(file) == rows


@pytest.mark.parametrize("value", ["=1+1", "+7", "-5", "@SUM(A1)", "\tx", "\rx", "'=1", "''-2"])
def test_write_csv_puts_an_apostrophe_first_when_a_spreadsheet_would_compute(value: str) -> None:
    out = io.StringIO(newline="")
    write_csv([{"name": value}], ["name"], out)
    assert list(csv.reader(io.StringIO(out.getvalue(), newline=""))) == [["name"], [f"'{value}"]]


@pytest.mark.parametrize("value", ["Kaluga", "'quoted'", "d'Amico", "1", "", "a=b"])
def test_write_csv_leaves_a_cell_alone_when_nothing_would_compute_it(value: str) -> None:
    out = io.StringIO(newline="")
    write_csv([{"name": value, "kind": "k"}], ["name", "kind"], out)
    assert list(csv.reader(io.StringIO(out.getvalue(), newline="")))[1] == [value, "k"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"name,kind\nKaluga,city\n", (1, "year", "These columns are missing: year.")),
        (
            b"name,kind,year,colour\nKaluga,city,1990,red\n",
            (1, "colour", "This column is not known here. Known are: name, kind, year."),
        ),
        (b"name,kind,year,kind\n", (1, "kind", "This column stands in the file twice.")),
        (b"\n\n", (1, "name", "These columns are missing: name, kind, year.")),
        (
            HEADER + b"Kaluga,city,1990\nSuhl,ci",
            (3, "year", "The row ends after 2 of 3 cells. The file seems to be cut off."),
        ),
        (
            HEADER + b"Kaluga,city,1990\nSuhl,city,",
            (
                3,
                "year",
                "The last cell is empty, its line has no end, and every other row has something there. "
                "The file seems to be cut off.",
            ),
        ),
        (
            HEADER + b'Kaluga,"ci\nty,1990\nSuhl,city,1990\n',
            (2, "kind", "A quotation mark opens here and is never closed. The file seems to be cut off."),
        ),
        (
            HEADER + b'Kaluga,"ci"ty,1990\n',
            (2, "kind", "A quotation mark stands in the wrong place. Inside a cell it must be written twice."),
        ),
        (
            HEADER + b"Kaluga,city,1990,and more\n",
            (
                2,
                "year",
                "The row has more cells than the header has columns. "
                "A comma or a quotation mark seems to be misplaced.",
            ),
        ),
        (
            HEADER + "Kaluga,city,1990\nКалуга,город,1990\n".encode("cp1251"),
            (
                3,
                "name",
                "The file is not in UTF-8 (perhaps Windows-1251 or Windows-1252). Please save it as “CSV UTF-8”.",
            ),
        ),
        (
            HEADER + "Kaluga,Städtchen,1990\n".encode("cp1252"),
            (
                2,
                "kind",
                "The file is not in UTF-8 (perhaps Windows-1251 or Windows-1252). Please save it as “CSV UTF-8”.",
            ),
        ),
        (
            HEADER + "Kaluga,го".encode()[:-1],
            (2, "kind", "The file ends in the middle of a letter. It seems to be cut off."),
        ),
        (
            (HEADER + b"Kaluga,city,1990\n").decode().encode("utf-16"),
            (1, "name", "The file is in UTF-16. Please save it as “CSV UTF-8”."),
        ),
        (
            (HEADER + b"Kaluga,city,1990\n").decode().encode("utf-16-le"),
            (1, "name", "The file is not in UTF-8. Please save it as “CSV UTF-8”."),
        ),
        (
            HEADER + b"Kaluga,ci\x00ty,1990\n",
            (2, "kind", "The cell contains a null character. The file is damaged."),
        ),
        (
            HEADER + b"Kaluga," + b"x" * 200_000 + b",1990\n",
            (2, "kind", "The cell is too long. A quotation mark seems to be missing."),
        ),
        (b"", (1, None, "The file is empty.")),
    ],
    ids=lambda given: "" if isinstance(given, bytes) else str(given[2])[:40],
)
def test_read_table_refuses_with_row_and_column_when_the_file_is_broken(
    file: Path, content: bytes, expected: tuple[int, str | None, str]
) -> None:
    assert refused(file, content) == expected


def test_read_table_refuses_at_once_when_the_file_is_huge(file: Path) -> None:
    with file.open("wb") as opened:
        opened.truncate(200 * 1024 * 1024)
    with pytest.raises(Refusal) as found:
        read(file)
    assert (found.value.row, str(found.value)) == (1, "The file is larger than 50 MB. Please divide it into parts.")
    assert MAX_BYTES == 50 * 1024 * 1024


def test_read_table_leaves_bad_rows_out_when_they_may_be_rejected(file: Path) -> None:
    file.write_bytes(HEADER + b"Kaluga,city,1990\nSuhl\nUfa,ci\x00ty,1\nPerm,city,1\n")
    rejected: list[Rejected] = []
    assert [row["name"] for row in read_table(file, required=COLUMNS, rejected=rejected)] == ["Kaluga", "Perm"]
    assert [entry.as_json() for entry in rejected] == [
        {"row": 3, "column": "kind", "message": "The row ends after 1 of 3 cells. The file seems to be cut off."},
        {"row": 4, "column": "kind", "message": "The cell contains a null character. The file is damaged."},
    ]


def test_read_table_warns_when_the_last_line_has_no_end(file: Path) -> None:
    file.write_bytes(HEADER + b"Kaluga,city,1990")
    warnings: list[Rejected] = []
    assert len(read_table(file, required=COLUMNS, warnings=warnings)) == 1
    assert [(entry.row, str(entry.message)) for entry in warnings] == [
        (2, "The last line has no end. Please check that the file is complete.")
    ]


def test_read_table_warns_when_the_last_cell_is_empty_as_others_are(file: Path) -> None:
    file.write_bytes(HEADER + b"Kaluga,city,\nPerm,city,1990\nSuhl,city,")
    warnings: list[Rejected] = []
    assert len(read_table(file, required=COLUMNS, warnings=warnings)) == 3
    assert [entry.row for entry in warnings] == [4]


@pytest.mark.parametrize("ending", [b"", b"\n\n"])
def test_read_table_warns_when_there_is_a_header_and_no_row(file: Path, ending: bytes) -> None:
    file.write_bytes(HEADER + ending)
    warnings: list[Rejected] = []
    assert read_table(file, required=COLUMNS, warnings=warnings) == []
    assert [(entry.row, str(entry.message)) for entry in warnings] == [
        (1, "The file has a header and no rows below it.")
    ]


@pytest.mark.parametrize(
    ("language", "message"),
    [("ru", "Нет столбцов: kind, year."), ("de", "Diese Spalten fehlen: kind, year.")],
)
def test_read_table_refuses_in_the_language_of_the_reader(app: Flask, file: Path, language: str, message: str) -> None:
    with app.test_request_context(f"/{language}/"):
        from flask import g

        g.language = language
        assert refused(file, b"name\nKaluga\n")[2] == message
