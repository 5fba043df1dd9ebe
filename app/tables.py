"""Tables people send us (CSV, XLSX) and take away: read whole or refused with row and column, written harmless."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from flask_babel import gettext as _

from app.errors import Message, Refusal
from app.workbooks import CellFault, is_workbook, read_workbook, write_workbook

MAX_BYTES = 50 * 1024 * 1024
MAX_ROWS = 100_000
MAX_COLUMNS = 200

# A cell that a spreadsheet would compute. Written with one apostrophe more, read with one less: exact both ways.
_COMPUTED = re.compile(r"'*[=+\-@\t\r]")
_MADE_HARMLESS = re.compile(r"'+[=+\-@\t\r]")


@dataclass(frozen=True)
class TableRow:
    """One row of a file; ``number`` as a person counts them: the header is row 1."""

    number: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


@dataclass(frozen=True)
class Rejected:
    """Why a row was not taken, or what is odd about it."""

    row: int
    column: str
    message: Message

    def as_json(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        return {"row": self.row, "column": self.column, "message": str(self.message)}


@dataclass
class ImportReport:
    """What an import did, or why it did nothing (``refused``)."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    warnings: list[Rejected] = field(default_factory=list)
    refused: bool = False

    def as_json(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": [entry.as_json() for entry in self.rejected],
            "warnings": [entry.as_json() for entry in self.warnings],
        }


def report_on(work: Callable[[], ImportReport]) -> ImportReport:
    """What ``work`` reports; a file refused as a whole is reported as its one fault."""
    try:
        return work()
    except Refusal as refusal:
        fault = Rejected(refusal.row or 1, refusal.field or "", refusal.message)
        return ImportReport(rejected=[fault], refused=True)


def read_table(
    path: Path,
    *,
    required: Sequence[str],
    optional: Sequence[str] = (),
    rejected: list[Rejected] | None = None,
    warnings: list[Rejected] | None = None,
) -> list[TableRow]:
    """The rows of a CSV (UTF-8, with or without BOM) or XLSX file; which of the two is told by its content.

    Cells come as they stand, only the apostrophe of :func:`write_csv` is taken off. Empty rows are passed over.

    :param required: columns the file must have. Others than these and ``optional`` are refused.
    :param rejected: when given, rows that cannot be read are added here and left out.
    :param warnings: when given, oddities of the file are added here.
    :raises Refusal: with row and column, when the file cannot be read, or (without ``rejected``) a row of it.
    """
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise Refusal(
            _("The file is larger than %(size)s MB. Please divide it into parts.", size=MAX_BYTES // 1024**2), row=1
        )
    if size == 0:
        raise Refusal(_("The file is empty."), row=1)
    with path.open("rb") as file:
        start = file.read(8)
    records = _workbook_records(path) if is_workbook(start) else _csv_records(path, start, required, warnings)
    number, cells = next(records, (1, []))
    columns = _header([str(cell) for cell in cells], required=required, optional=optional)
    rows: list[TableRow] = []
    for number, cells in records:
        if number > MAX_ROWS:
            raise Refusal(_("The file has more than %(rows)s rows. Please divide it into parts.", rows=MAX_ROWS),
                          row=number)  # fmt: skip
        try:
            row = _row(number, cells, columns)
        except Refusal as refusal:
            if rejected is None:
                raise
            rejected.append(Rejected(number, refusal.field or "", refusal.message))
            continue
        if row is not None:
            rows.append(row)
    if warnings is not None and not rows and not rejected:
        warnings.append(Rejected(1, "", _("The file has a header and no rows below it.")))
    return rows


def read_cells(path: Path, *, most_rows: int) -> list[tuple[int, list[str]]]:
    """Row numbers and cells of a CSV or XLSX file whose columns people name as they like.

    :raises Refusal: with row and column, when the file cannot be read or has more than ``most_rows`` rows.
    """
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise Refusal(
            _("The file is larger than %(size)s MB. Please divide it into parts.", size=MAX_BYTES // 1024**2), row=1
        )
    content = path.read_bytes()
    records: Records
    if is_workbook(content[:8]):
        records = _workbook_records(path)
    else:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content[:2000]:
            raise Refusal(_("The file is not in UTF-8. Please save it as “CSV UTF-8”."), row=1)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise _encoding_refusal(content, error.start) from error
        first = text[:20_000].split("\n", 1)[0]
        records = _parse_csv(text, max("\t;,", key=first.count))
    rows: list[tuple[int, list[str]]] = []
    for number, cells in records:
        if number > most_rows:
            raise Refusal(_("The file has more than %(rows)s rows. Please divide it into parts.", rows=most_rows),
                          row=number)  # fmt: skip
        for place, cell in enumerate(cells):
            if isinstance(cell, CellFault):
                raise Refusal(cell.message, field=str(place + 1), row=number)
        texts = [str(cell) for cell in cells]
        rows.append((number, [cell[1:] if cell[:1] == "'" and _MADE_HARMLESS.match(cell) else cell for cell in texts]))
    return rows


def _header(cells: Sequence[str], *, required: Sequence[str], optional: Sequence[str]) -> list[str]:
    columns = [cell.strip().partition("\n")[0].strip().lower() for cell in cells]  # what stands below is for people
    while columns and not columns[-1]:
        columns.pop()
    missing = [name for name in required if name not in columns]
    if missing:
        raise Refusal(_("These columns are missing: %(columns)s.", columns=", ".join(missing)),
                      field=missing[0], row=1)  # fmt: skip
    known = {*required, *optional}
    for name in columns:
        if name not in known:
            raise Refusal(
                _("This column is not known here. Known are: %(columns)s.", columns=", ".join([*required, *optional])),
                field=name[:80] or "?", row=1)  # fmt: skip
        if columns.count(name) > 1:
            raise Refusal(_("This column stands in the file twice."), field=name, row=1)
    return columns


def _row(number: int, cells: Sequence[str | CellFault], columns: Sequence[str]) -> TableRow | None:
    if all(isinstance(cell, str) and not cell.strip() for cell in cells):
        return None
    if len(cells) < len(columns):
        raise Refusal(
            _("The row ends after %(found)s of %(expected)s cells. The file seems to be cut off.",
              found=len(cells), expected=len(columns)),
            field=columns[len(cells)], row=number)  # fmt: skip
    if any(cells[len(columns) :]):
        raise Refusal(
            _("The row has more cells than the header has columns. A comma or a quotation mark seems to be misplaced."),
            field=columns[-1], row=number)  # fmt: skip
    values: dict[str, str] = {}
    for column, cell in zip(columns, cells, strict=False):
        if isinstance(cell, CellFault):
            raise Refusal(cell.message, field=column, row=number)
        if "\x00" in cell:
            raise Refusal(_("The cell contains a null character. The file is damaged."), field=column, row=number)
        values[column] = cell[1:] if cell[:1] == "'" and _MADE_HARMLESS.match(cell) else cell
    return TableRow(number, values)


Records = Iterator[tuple[int, Sequence[str | CellFault]]]


def _workbook_records(path: Path) -> Records:
    return read_workbook(path, max_columns=MAX_COLUMNS, max_rows=MAX_ROWS)


def _csv_records(path: Path, start: bytes, required: Sequence[str], warnings: list[Rejected] | None) -> Records:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refusal(_("The file is in UTF-16. Please save it as “CSV UTF-8”."), field=required[0], row=1)
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _encoding_refusal(content, error.start) from error
    first = text[: min(len(text), 20_000)].split("\n", 1)[0].split("\r", 1)[0]
    if "\x00" in first:
        raise Refusal(_("The file is not in UTF-8. Please save it as “CSV UTF-8”."), field=required[0], row=1)
    delimiter = max(",;\t", key=lambda sign: len({name.strip(' "') for name in first.split(sign)} & set(required)))
    number, ended = 1, text.endswith(("\n", "\r"))
    filled, last = 0, ("", "")  # rows but the last whose last cell is filled in; that cell of the last row, its column
    header: list[str] = []
    for number, cells in _parse_csv(text, delimiter):
        if number == 1:
            header = [str(cell) for cell in cells]
        else:
            filled, last = filled + bool(last[0]), (str(cells[-1]) if cells else "", header[-1])
        yield number, cells
    if not ended and not last[0] and 0 < filled == number - 2:
        raise Refusal(
            _("The last cell is empty, its line has no end, and every other row has something there. "
              "The file seems to be cut off."),
            field=last[1].strip().lower() or None, row=number)  # fmt: skip
    if warnings is not None and not ended:
        warnings.append(Rejected(number, "", _("The last line has no end. Please check that the file is complete.")))


def _parse_csv(text: str, delimiter: str) -> Records:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number, lines, header = 0, 0, [""]
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            rest = "".join(islice(io.StringIO(text, newline=""), lines, None))
            place = _place_of_quote(rest[:5000], delimiter)
            raise Refusal(_csv_message(str(error)), field=header[min(place, len(header) - 1)], row=number) from error
        if number == 1:
            header = [cell.strip() for cell in cells] or [""]
            if len(header) > MAX_COLUMNS:
                raise Refusal(_("The file has too many columns."), field=header[MAX_COLUMNS][:80], row=1)
        lines = reader.line_num
        yield number, cells


def _place_of_quote(rest: str, delimiter: str) -> int:
    """In which cell of the record that ``rest`` begins with a quotation mark is at fault."""
    for end in (place for place, sign in enumerate(rest) if sign in (delimiter, "\n", "\r")):
        try:
            list(csv.reader(io.StringIO(rest[:end], newline=""), delimiter=delimiter, strict=True))
        except csv.Error as error:
            if "expected after" in str(error):
                return len(list(csv.reader(io.StringIO(rest[:end], newline=""), delimiter=delimiter))[-1]) - 1
    try:
        return len(next(csv.reader(io.StringIO(rest, newline=""), delimiter=delimiter))) - 1
    except csv.Error:
        return 0


def _csv_message(error: str) -> str:
    if "end of data" in error:
        return str(_("A quotation mark opens here and is never closed. The file seems to be cut off."))
    if "field limit" in error:
        return str(_("The cell is too long. A quotation mark seems to be missing."))
    return str(_("A quotation mark stands in the wrong place. Inside a cell it must be written twice."))


def _encoding_refusal(content: bytes, position: int) -> Refusal:
    before = list(csv.reader(io.StringIO(content[:position].decode("utf-8-sig"), newline="")))
    row = max(len(before), 1)
    header = before[0] if before else [""]
    place = len(before[-1]) - 1 if before else 0
    if content[:position].endswith((b"\n", b"\r")):
        row, place = row + 1, 0
    column = header[min(max(place, 0), len(header) - 1)] if row > 1 else ""
    if len(content) - position < 4:
        message = _("The file ends in the middle of a letter. It seems to be cut off.")
    else:
        message = _("The file is not in UTF-8 (perhaps Windows-1251 or Windows-1252). Please save it as “CSV UTF-8”.")
    return Refusal(message, field=column or None, row=row)


def harmless(value: object) -> str:
    """The text of a cell that no spreadsheet computes; :func:`read_table` gives it back exactly."""
    text = "" if value is None else str(value)
    return f"'{text}" if _COMPUTED.match(text) else text


def write_csv(rows: Iterable[Mapping[str, object]], columns: Sequence[str], file: TextIO) -> None:
    """Write ``rows`` as CSV with CRLF line ends. ``file`` must be open in UTF-8 with ``newline=""``."""
    writer = csv.writer(file)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([harmless(row.get(column)) for column in columns])


def write_xlsx(
    rows: Iterable[Mapping[str, object]], columns: Sequence[str], path: Path, *,
    heads: Mapping[str, str] | None = None, widths: Mapping[str, int] | None = None,
) -> None:  # fmt: skip
    """Write ``rows`` as one sheet of texts: no cell is computed, none is taken for a number or a date.

    :param heads: what columns are for people, below their names in the first row; :func:`read_table` passes over it.
    :param widths: of columns, in characters.
    """
    texts = ([harmless(row.get(column)) for column in columns] for row in rows)
    first = [f"{column}\n{heads[column]}" if heads and column in heads else column for column in columns]
    write_workbook(texts, first, path, widths=[(widths or {}).get(column, 0) for column in columns])
