"""XLSX files: read as texts without trusting them, written as texts."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from app.errors import Refusal

MAX_UNPACKED = 100 * 1024 * 1024
MAX_PARTS = 1_000
MAX_RATIO = 200

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # not a character of XML 1.0


@dataclass(frozen=True)
class CellFault:
    """Why a cell cannot be read."""

    message: str


def is_workbook(start: bytes) -> bool:
    """Whether a file that begins so is a workbook of any kind (also an old or an encrypted one)."""
    return start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0"))


def read_workbook(path: Path, *, max_columns: int, max_rows: int) -> Iterator[tuple[int, Sequence[str | CellFault]]]:
    """Row number and cells of the first visible sheet; what a CSV of the same table would hold.

    :raises Refusal: when it is no XLSX workbook, is damaged, carries macros, or would unpack to too much.
    """
    _look_inside(path)
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with path.open("rb") as file:  # not the path: openpyxl would go by its ending
                book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
                try:
                    yield from _sheet_rows(book, max_columns, max_rows)
                finally:
                    book.close()
        except Refusal:
            raise
        except Exception as error:  # a damaged workbook fails in any way a parser can
            raise Refusal(_("The workbook is damaged or cut off. Please save it anew."), row=1) from error


def _look_inside(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(4) == b"\xd0\xcf\x11\xe0":
            raise Refusal(
                _("This is an old or a password-protected workbook. Please save it as XLSX without a password."), row=1
            )
    try:
        with zipfile.ZipFile(path) as parts:
            listed = parts.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Refusal(_("The workbook is damaged or cut off. Please save it anew."), row=1) from error
    packed = sum(part.compress_size for part in listed)
    unpacked = sum(part.file_size for part in listed)
    if len(listed) > MAX_PARTS or unpacked > MAX_UNPACKED or unpacked > 1024**2 + MAX_RATIO * packed:
        raise Refusal(
            _("The workbook would unpack to more than is allowed. Please save only the table, as CSV."), row=1
        )
    names = [part.filename for part in listed]
    if len(set(names)) != len(names) or "[Content_Types].xml" not in names:
        raise Refusal(_("This is not an XLSX workbook. Please send a table as CSV or XLSX."), row=1)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refusal(_("The workbook contains macros. Please save it as XLSX without macros."), row=1)


def _sheet_rows(book: Any, max_columns: int, max_rows: int) -> Iterator[tuple[int, Sequence[str | CellFault]]]:
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not sheets:
        raise Refusal(_("The workbook has no sheet with a table."), row=1)
    sheet = sheets[0]
    sheet.reset_dimensions()  # what the file says of its own size need not be true
    header: list[str | CellFault] = []
    for cells in sheet.iter_rows(max_row=1, max_col=max_columns + 1):
        header = [_as_text(cell) for cell in cells]
    while header and not header[-1]:
        header.pop()
    if len(header) > max_columns:
        raise Refusal(_("The file has too many columns."), row=1)
    for place, cell in enumerate(header):
        if isinstance(cell, CellFault):
            raise Refusal(cell.message, row=1, field=str(place + 1))
    yield 1, header
    rows = sheet.iter_rows(min_row=2, max_col=len(header) + 1)
    for number, cells in enumerate(rows, start=2):
        texts = [_as_text(cell) for cell in cells]
        if number > max_rows and not any(texts):
            continue
        yield number, texts


def _as_text(cell: Any) -> str | CellFault:
    value, kind = cell.value, getattr(cell, "data_type", "n")
    if value is None:
        return ""
    if kind == "f":
        return CellFault(_("The cell holds a formula. Please put its value there instead."))
    if kind == "e":
        return CellFault(_("The cell holds the error value %(value)s.", value=str(value)[:20]))
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes" if not value.second else "seconds")
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02}:{minutes % 60:02}"
    return CellFault(_("The cell holds neither text nor a number nor a date."))


def _moment(value: datetime) -> str:
    if (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0):
        return value.date().isoformat()
    return value.isoformat(timespec="minutes" if not value.second else "seconds")


def as_in_workbook(value: str) -> str:
    """``value`` as a cell can hold it."""
    return _FORBIDDEN.sub("\ufffd", value)[:32_767]


def write_workbook(
    rows: Iterable[Sequence[str]], columns: Sequence[str], path: Path, *, widths: Sequence[int] = ()
) -> None:
    """One sheet, the header bold and kept in sight. Characters that XML cannot hold become U+FFFD.

    :param widths: of the columns in characters; 0: as they come.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Ratusha")
    sheet.freeze_panes = "A2"
    for number, width in enumerate(widths, start=1):
        if width:
            sheet.column_dimensions[get_column_letter(number)].width = width

    def text(value: str, font: Font | None = None) -> Any:
        cell = WriteOnlyCell(sheet, value=as_in_workbook(value))
        cell.data_type = "s"
        if font is not None:
            cell.font = font
            cell.alignment = Alignment(wrap_text="\n" in value, vertical="top")
        return cell

    bold = Font(bold=True)
    sheet.append([text(column, bold) for column in columns])
    for row in rows:
        sheet.append([text(value) for value in row])
    book.save(path)
