"""XLSX: the same table as the CSV, and nothing else that a workbook may carry."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from app.errors import Refusal
from app.tables import Rejected, read_table, write_xlsx

COLUMNS = ("name", "kind", "year")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "table.xlsx"


def save(path: Path, *rows: list[Any]) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(path)


def refused(path: Path) -> tuple[int | None, str | None, str]:
    with pytest.raises(Refusal) as found:
        read_table(path, required=COLUMNS)
    return found.value.row, found.value.field, str(found.value)


def rewrite(path: Path, change: Callable[[str, bytes], bytes | None], extra: dict[str, bytes] | None = None) -> None:
    """Pack the workbook anew with some of its parts changed or left out."""
    packed = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = change(part, old.read(part))
            if content is not None:
                new.writestr(part, content)
        for name, content in (extra or {}).items():
            new.writestr(name, content)
    path.write_bytes(packed.getvalue())


def test_read_table_gives_the_texts_of_a_csv_when_cells_are_numbers_and_dates(file: Path) -> None:
    save(
        file,
        list(COLUMNS),
        ["Калуга", 54.52, 1969],
        ["Suhl", date(2017, 6, 28), datetime(2017, 6, 28, 9, 5)],  # noqa: DTZ001  # a sheet knows no zone
        [None, None, None],
        ["0042", True, 1969.0],
        ["x", time(9, 5), 0.1 + 0.2],
    )
    rows = read_table(file, required=COLUMNS)
    assert [(row.number, list(row.values.values())) for row in rows] == [
        (2, ["Калуга", "54.52", "1969"]),
        (3, ["Suhl", "2017-06-28", "2017-06-28T09:05"]),
        (5, ["0042", "yes", "1969"]),
        (6, ["x", "09:05", "0.3"]),
    ]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("=1+1", "The cell holds a formula. Please put its value there instead."),
        ('=HYPERLINK("http://x.example")', "The cell holds a formula. Please put its value there instead."),
        ("#REF!", "The cell holds the error value #REF!."),
    ],
)
def test_read_table_refuses_with_row_and_column_when_a_cell_is_computed(file: Path, value: str, message: str) -> None:
    save(file, list(COLUMNS), ["Kaluga", "city", 1], ["Suhl", value, 2])
    assert refused(file) == (3, "kind", message)
    rejected: list[Rejected] = []
    assert [row["name"] for row in read_table(file, required=COLUMNS, rejected=rejected)] == ["Kaluga"]
    assert [(entry.row, entry.column) for entry in rejected] == [(3, "kind")]


def test_read_table_gives_back_what_write_xlsx_was_given_when_cells_look_like_formulas(file: Path) -> None:
    values = ["=1+1", "+7", "-5", "@x", "\tx", "'=1", "#REF!", "0042", "1e5", "2017-06-28", "TRUE", " x ", "а\u202eб",
              "line\nbreak", "🎻", "", "line\r\nbreak"]  # fmt: skip
    rows = [{"name": value, "kind": "k", "year": "1"} for value in values]
    write_xlsx(rows, COLUMNS, file)
    assert [row.values for row in read_table(file, required=COLUMNS)] == rows


def test_read_table_refuses_when_the_workbook_is_cut_in_half(file: Path) -> None:
    save(file, list(COLUMNS), *(["Kaluga", "city", n] for n in range(500)))
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    assert refused(file) == (1, None, "The workbook is damaged or cut off. Please save it anew.")


def test_read_table_refuses_when_a_part_of_the_workbook_is_damaged(file: Path) -> None:
    save(file, list(COLUMNS), ["Kaluga", "city", 1])
    rewrite(file, lambda name, content: content[:-40] if name.endswith("sheet1.xml") else content)
    assert refused(file) == (1, None, "The workbook is damaged or cut off. Please save it anew.")


def test_read_table_refuses_when_the_workbook_carries_macros(file: Path) -> None:
    save(file, list(COLUMNS), ["Kaluga", "city", 1])
    rewrite(file, lambda _name, content: content, {"xl/vbaProject.bin": b"macro"})
    assert refused(file) == (1, None, "The workbook contains macros. Please save it as XLSX without macros.")


def test_read_table_refuses_before_unpacking_when_the_workbook_is_a_bomb(file: Path) -> None:
    save(file, list(COLUMNS), ["Kaluga", "city", 1])
    rewrite(file, lambda _name, content: content, {"xl/media/big.bin": b"\0" * (150 * 1024 * 1024)})
    assert file.stat().st_size < 1024 * 1024
    assert refused(file) == (
        1, None, "The workbook would unpack to more than is allowed. Please save only the table, as CSV.")  # fmt: skip


def test_read_table_refuses_when_the_workbook_nests_entities(file: Path) -> None:
    save(file, list(COLUMNS), ["Kaluga", "city", 1])
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'

    def nest(name: str, content: bytes) -> bytes:
        return bomb + content if name.endswith("sheet1.xml") else content

    rewrite(file, nest)
    assert refused(file) == (1, None, "The workbook is damaged or cut off. Please save it anew.")


def test_read_table_refuses_when_the_file_is_another_kind_of_archive(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("name,kind,year.csv", "x")
    assert refused(file) == (1, None, "This is not an XLSX workbook. Please send a table as CSV or XLSX.")


def test_read_table_refuses_when_the_workbook_is_old_or_locked(file: Path) -> None:
    file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    message = "This is an old or a password-protected workbook. Please save it as XLSX without a password."
    assert refused(file) == (1, None, message)


def test_read_table_reads_all_rows_when_the_sheet_lies_about_its_size(file: Path) -> None:
    save(file, list(COLUMNS), *([f"n{n}", "k", n] for n in range(30)))

    def lie(name: str, content: bytes) -> bytes:
        return content.replace(b'ref="A1:C31"', b'ref="A1:A2"') if name.endswith("sheet1.xml") else content

    rewrite(file, lie)
    assert len(read_table(file, required=COLUMNS)) == 30


def test_read_table_refuses_extra_cells_when_a_row_is_longer_than_the_header(file: Path) -> None:
    save(file, list(COLUMNS), ["Kaluga", "city", 1, "more"])
    assert refused(file)[:2] == (2, "year")
