"""Reading municipalities, ties and heads from files: repeatable without doubles, all of a file or nothing."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from flask_babel import gettext as _
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.database import Model, transaction
from app.directory.details import (
    Faults,
    HeadDetails,
    MunicipalityDetails,
    PartnershipDetails,
    head_details,
    municipality_details,
    partnership_details,
    what_a_letter_lacks,
)
from app.directory.models import MunicipalHead, Municipality, Partnership
from app.directory.operations.changes import alone, apply, search_text
from app.history.operations import record
from app.history.rules import Actor
from app.tables import ImportReport, Rejected, TableRow, read_table

MUNICIPALITY_COLUMNS = (
    "slug", "name_ru", "name_de", "name_en", "country", "region_ru", "region_de", "iso3166_2", "lat", "lon",
    "population", "timezone", "kind",
)  # fmt: skip
MUNICIPALITY_EXTRAS = ("geonameid", "coord_source", "note", "postal_address")
PARTNERSHIP_COLUMNS = ("city_a", "city_b", "kind", "since_year")
PARTNERSHIP_EXTRAS = ("source", "confidence", "group", "note")
HEAD_COLUMNS = (
    "municipality_slug", "office_ru", "office_de", "last", "first", "patronymic", "academic_title", "gender", "email",
    "as_of",
)  # fmt: skip
HEAD_EXTRAS = (
    "office_en", "confidence", "last_de", "first_de", "patronymic_de", "last_ru", "first_ru", "last_icao",
    "first_icao", "source", "copy_to",
)  # fmt: skip

Details = TypeVar("Details", MunicipalityDetails, HeadDetails, PartnershipDetails)
Place = Callable[[TableRow, Details], Hashable]


def import_municipalities(*, path: Path, actor: Actor, at: datetime, skip_bad_rows: bool = False) -> ImportReport:
    """Take the municipalities of a file; ``slug`` is the key of a repeat.

    One bad row refuses the file (``report.refused``) and changes nothing, unless ``skip_bad_rows``.

    :raises Refusal: when the file cannot be read as a whole.
    """
    report = ImportReport()
    rows = read_table(path, required=MUNICIPALITY_COLUMNS, optional=MUNICIPALITY_EXTRAS,
                      rejected=report.rejected, warnings=report.warnings)  # fmt: skip
    read = _check(rows, municipality_details, report)
    good = _once(read, lambda _row, details: details.slug, "slug", report)
    with transaction() as session:
        if _refuse(report, skip_bad_rows):
            return report
        alone(session, Municipality)
        known = {row.slug: row for row in session.scalars(select(Municipality))}
        new: list[dict[str, Any]] = []
        for row, details in good:
            values = _given(row, asdict(details))
            found = known.get(details.slug)
            if found is None:
                new.append(values | {"search": search_text(details), "updated_at": at})
            _count(report, found, values, at)
            if found is not None:
                apply(found, {"search": search_text(found)})
        if new:
            session.execute(insert(Municipality), new)
        _record("import-municipalities", report, actor, at)
    return report


def import_partnerships(*, path: Path, actor: Actor, at: datetime, skip_bad_rows: bool = False) -> ImportReport:
    """Take the ties of a file; the key of a repeat is the pair (in either order), the kind and the year.

    Refuses as :func:`import_municipalities` does; both municipalities must be known.
    """
    report = ImportReport()
    rows = read_table(path, required=PARTNERSHIP_COLUMNS, optional=PARTNERSHIP_EXTRAS,
                      rejected=report.rejected, warnings=report.warnings)  # fmt: skip
    read = _check(rows, partnership_details, report)
    with transaction() as session:
        alone(session, Partnership)
        ids = _ids(session)
        read = [entry for entry in read if _ends_known(entry[0], ids, report)]

        def pair(row: TableRow) -> tuple[int, int]:
            low, high = sorted((ids[row["city_a"].strip()], ids[row["city_b"].strip()]))
            return low, high

        good = _once(read, lambda row, tie: (pair(row), tie.kind, tie.since_year), "city_a", report)
        if _refuse(report, skip_bad_rows):
            return report
        known = {(tie.a_id, tie.b_id, tie.kind, tie.since_year): tie for tie in session.scalars(select(Partnership))}
        new: list[dict[str, Any]] = []
        for row, details in good:
            a_id, b_id = pair(row)
            values = _given(row, asdict(details)) | {"a_id": a_id, "b_id": b_id}
            found = known.get((a_id, b_id, details.kind, details.since_year))
            if found is None:
                new.append(values | {"updated_at": at})
            _count(report, found, values, at)
        if new:
            session.execute(insert(Partnership), new)
        _record("import-partnerships", report, actor, at)
    return report


def import_heads(*, path: Path, actor: Actor, at: datetime, skip_bad_rows: bool = False) -> ImportReport:
    """Take the heads of a file; the key of a repeat is municipality, office and name.

    Refuses as :func:`import_municipalities` does; the municipality must be known. What a letter to a head would
    lack is told as a warning.
    """
    report = ImportReport()
    rows = read_table(path, required=HEAD_COLUMNS, optional=HEAD_EXTRAS,
                      rejected=report.rejected, warnings=report.warnings)  # fmt: skip
    read = _check(rows, head_details, report)
    with transaction() as session:
        alone(session, MunicipalHead)
        ids = _ids(session)
        read = [entry for entry in read if _known(entry[0], "municipality_slug", ids, report)]
        good = _once(read, _head_key, "last", report)
        for row, details in good:
            report.warnings += [
                Rejected(row.number, lack.column, lack.message) for lack in what_a_letter_lacks(details)
            ]
        if _refuse(report, skip_bad_rows):
            return report
        known = {
            (head.municipality_id, head.office_ru, head.last, head.first): head
            for head in session.scalars(select(MunicipalHead))
        }
        new: list[dict[str, Any]] = []
        for row, details in good:
            municipality_id = ids[row["municipality_slug"].strip()]
            values = _given(row, asdict(details)) | {"municipality_id": municipality_id}
            found = known.get((municipality_id, details.office_ru, details.last, details.first))
            if found is None:
                new.append(values | {"updated_at": at})
            _count(report, found, values, at)
        if new:
            session.execute(insert(MunicipalHead), new)
        _record("import-heads", report, actor, at)
    return report


def _ids(session: Session) -> dict[str, int]:
    return dict(session.execute(select(Municipality.slug, Municipality.id)).all())


def _head_key(row: TableRow, _details: HeadDetails) -> tuple[str, ...]:
    return tuple(row[column].strip() for column in ("municipality_slug", "office_ru", "last", "first"))


def _check(
    rows: Sequence[TableRow], details_of: Callable[[Mapping[str, str]], Details], report: ImportReport
) -> list[tuple[TableRow, Details]]:
    good = []
    for row in rows:
        try:
            good.append((row, details_of(row.values)))
        except Faults as found:
            report.rejected += [Rejected(row.number, fault.column, fault.message) for fault in found.faults]
    return good


def _once(
    read: Sequence[tuple[TableRow, Details]], key: Place[Details], column: str, report: ImportReport
) -> list[tuple[TableRow, Details]]:
    """Leave out repeats within the file: the same again is a warning, something else under the same key a fault."""
    first: dict[Hashable, tuple[TableRow, Details]] = {}
    for row, details in read:
        earlier, said = first.setdefault(key(row, details), (row, details))
        if earlier is row:
            continue
        if said == details:
            message = _("This row says the same as row %(row)s.", row=earlier.number)
            report.warnings.append(Rejected(row.number, column, message))
            report.unchanged += 1
        else:
            message = _("This row says something else about the same as row %(row)s.", row=earlier.number)
            report.rejected.append(Rejected(row.number, column, message))
    return list(first.values())


def _known(row: TableRow, column: str, ids: Mapping[str, int], report: ImportReport) -> bool:
    slug = row[column].strip()
    if slug in ids:
        return True
    message = _("There is no municipality “%(slug)s”.", slug=slug) if slug else _("This must not be empty.")
    report.rejected.append(Rejected(row.number, column, message))
    return False


def _ends_known(row: TableRow, ids: Mapping[str, int], report: ImportReport) -> bool:
    if not all([_known(row, "city_a", ids, report), _known(row, "city_b", ids, report)]):
        return False
    if row["city_a"].strip() == row["city_b"].strip():
        report.rejected.append(Rejected(row.number, "city_b", _("A municipality cannot be its own partner.")))
        return False
    return True


def _given(row: TableRow, values: dict[str, Any]) -> dict[str, Any]:
    """Only what the file has a column for: other things that are known stay."""
    return {name: value for name, value in values.items() if name in row.values}


def _count(report: ImportReport, found: Model | None, values: Mapping[str, Any], at: datetime) -> None:
    if found is None:
        report.created += 1
    elif apply(found, values, at=at):
        report.updated += 1
    else:
        report.unchanged += 1


def _refuse(report: ImportReport, skip_bad_rows: bool) -> bool:
    report.rejected.sort(key=lambda entry: entry.row)
    report.warnings.sort(key=lambda entry: entry.row)
    report.refused = bool(report.rejected) and not skip_bad_rows
    if report.refused:
        report.unchanged = 0
    return report.refused


def _record(deed: str, report: ImportReport, actor: Actor, at: datetime) -> None:
    if report.created or report.updated:
        counts = {"created": report.created, "updated": report.updated, "rejected": len(report.rejected)}
        record(deed=deed, subject=None, actor=actor, at=at, details=counts)
