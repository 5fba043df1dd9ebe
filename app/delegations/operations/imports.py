"""Reading delegates from a file of the secretariat."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from babel import Locale
from flask_babel import gettext as _
from sqlalchemy import Table, bindparam, insert, select, update

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.conferences.taking_part import way_of
from app.database import db, fold, lock, transaction
from app.delegations.models import Delegate, Delegation
from app.delegations.operations.import_answers import FileAnswers
from app.delegations.operations.import_quotas import warn_of_quotas
from app.delegations.operations.waiting_list import grant_waiting
from app.delegations.queries import FILE_COLUMNS, JOURNEY_COLUMNS, places, search_text, sort_name
from app.delegations.queries.groups import GONE
from app.delegations.queries.precedence import rank_table
from app.delegations.queries.questions import answer_columns
from app.delegations.rules import (
    ARRIVAL_MODES,
    DIETS,
    HEAPED,
    HIDDEN,
    INTERPRETATION,
    Accreditation,
    DelegateRole,
    is_cyrillic,
    mixes_scripts,
    moment_of,
    says_nothing,
    usable_address,
)
from app.delegations.rules.precedence import RankTable
from app.directory.models import Municipality
from app.history.operations import record
from app.history.rules import Actor
from app.tables import ImportReport, Rejected, TableRow, read_table
from app.workbooks import as_in_workbook

Tell = Callable[[int, int], object]

REQUIRED = ("delegate_id", "last", "first", "city_slug", "country", "role", "email", "attendance")
_TEXTS = tuple(name for name in FILE_COLUMNS if name not in {"delegate_id", "attendance"})
_LIMITS: Mapping[str, int] = {
    name: getattr(Delegate.__table__.c[name].type, "length", None) or 20_000 for name in (*_TEXTS, *JOURNEY_COLUMNS)
} | {"delegate_id": 40}
_CLOSED: Mapping[str, frozenset[str]] = {
    "gender": frozenset({"", "m", "f", "x", "d", "u"}),
    "hotel_needed": frozenset({"", "yes", "no"}),
    "visa_needed": frozenset({"", "yes", "no"}),
    "photo_consent": frozenset({"", "yes", "no"}),
    "accreditation": frozenset({"", *Accreditation}),
}
_USUAL: Mapping[str, frozenset[str]] = {
    "interpretation": frozenset({"", *INTERPRETATION}),
    "dietary_code": frozenset({"", *DIETS}),
    "arrival_mode": frozenset({"", *ARRIVAL_MODES}),
    "departure_mode": frozenset({"", *ARRIVAL_MODES}),
}
_ATTENDANCE: Mapping[str, Attendance] = {
    "onsite": Attendance.ON_SITE, "on-site": Attendance.ON_SITE, "on_site": Attendance.ON_SITE,
    "in-person": Attendance.ON_SITE, "video": Attendance.VIDEO, "online": Attendance.VIDEO, "remote": Attendance.VIDEO,
}  # fmt: skip


# What no address of a page can hold within one step of its path.
_NO_ADDRESS = re.compile(r"[/\\]|\A\.+\Z")
# Stateless people, refugees and officials of international organisations (ICAO Doc 9303-3, section 5).
_BEYOND_COUNTRIES = frozenset(
    {"XXA", "XXB", "XXC", "XXX", "UNO", "UNA", "UNK", "EUE", "XOM", "XPO", "XCE", "XBA", "XIM", "XCC", "XCO", "XEC",
     "XES", "XMP", "XDC", "RKS"}
)  # fmt: skip

_FOLLOWING = frozenset({"search", "sort_name", "precedence"})  # these follow from the others


@lru_cache(maxsize=1)
def _known_codes() -> tuple[frozenset[str], frozenset[str]]:
    """Codes of countries (ISO 3166-1 alpha-2, and those beyond) and of languages (ISO 639)."""
    known = Locale.parse("en")
    return frozenset(known.territories) | _BEYOND_COUNTRIES, frozenset(known.languages)


@dataclass
class _Reading:
    """What one file says, row by row, and what hinders."""

    conference: Conference
    cities: Mapping[str, tuple[int, str]]
    report: ImportReport
    answers: FileAnswers
    ranks: RankTable = field(default_factory=rank_table)
    rows: dict[str, tuple[TableRow, dict[str, Any]]] = field(default_factory=dict)

    def refuse(self, row: TableRow, column: str, message: str) -> None:
        self.report.rejected.append(Rejected(row.number, column, message))

    def warn(self, row: TableRow, column: str, message: str) -> None:
        self.report.warnings.append(Rejected(row.number, column, message))


def _faults(reading: _Reading, row: TableRow) -> list[tuple[str, str]]:
    """What makes the row unusable: (column, message)."""
    found = []
    key = row["delegate_id"]
    if says_nothing(key):
        found.append(("delegate_id", _("the number is missing")))
    elif key != key.strip() or HIDDEN.search(key) or _NO_ADDRESS.search(key):
        found.append(("delegate_id", _("the number has a slash, a space at its end or an invisible character")))
    elif key in reading.rows:
        found.append(
            ("delegate_id", _("%(id)s stands in row %(row)s already", id=key, row=reading.rows[key][0].number))
        )
    if says_nothing(row["last"] + row["first"]):
        found.append(("last", _("the person has no name")))
    roles = row["role"].split(";")
    if not set(roles) <= set(DelegateRole):
        found.append(("role", _("“%(value)s” is not a role", value=row["role"][:60])))
    if row["attendance"] and row["attendance"] not in _ATTENDANCE:
        found.append(("attendance", _("“%(value)s” is neither onsite nor video", value=row["attendance"][:60])))
    for column, allowed in _CLOSED.items():
        if row[column] not in allowed:
            found.append((column, _("“%(value)s” is not known here", value=row[column][:60])))
    for column in ("arrival", "departure", "registered_at"):
        if row[column] and moment_of(row[column], reading.conference.timezone) is None:
            found.append((column, _("“%(value)s” is not a date with time", value=row[column][:60])))
    for column, limit in _LIMITS.items():
        if column not in _CLOSED and len(row[column]) > limit:
            found.append((column, _("longer than %(limit)s characters", limit=limit)))
    return found + reading.answers.faults(row)


def _in_one_case(name: str) -> bool:
    return len(name.strip()) > 1 and (name.isupper() or name.islower())


def _oddities(reading: _Reading, row: TableRow) -> list[tuple[str, str]]:
    """What a person should look at; the row is taken as given."""
    found = []
    if row["city_slug"] and row["city_slug"] not in reading.cities:
        found.append(
            ("city_slug", _("“%(value)s” is not in the directory; kept as given", value=row["city_slug"][:60]))
        )
    if not row["email"].strip():
        found.append(("email", _("no e-mail address: nothing can be mailed to this person")))
    elif not usable_address(row["email"]):
        found.append(("email", _("no mail can be sent to this address; kept as given")))
    for column in ("last", "first"):
        if mixes_scripts(row[column]):
            found.append((column, _("Cyrillic and Latin letters are mixed in one word")))
    if _in_one_case(row["last"]) and _in_one_case(row["first"]):
        found.append(("last", _("in capitals or in small letters only; so it stands on the badge")))
    for column in ("last_latin", "first_latin"):
        if is_cyrillic(row[column]):
            found.append((column, _("written in Cyrillic letters, though it should be Latin ones")))
    for column in (*FILE_COLUMNS, *JOURNEY_COLUMNS):
        if HIDDEN.search(row[column].replace("\r\n", "\n")):
            found.append((column, _("contains invisible characters; pages show them")))
        if HEAPED.search(row[column]):
            found.append((column, _("heaps marks on a letter; pages show three of them")))
    for column in ("country", "citizenship"):
        if row[column] and row[column] not in _known_codes()[0]:
            found.append((column, _("“%(value)s” is unusual; kept as given", value=row[column])))
    if row["languages"] and not set(row["languages"].split(";")) <= _known_codes()[1]:
        found.append(("languages", _("“%(value)s” is unusual; kept as given", value=row["languages"])))
    for column, usual in _USUAL.items():
        if row[column] not in usual:
            found.append((column, _("“%(value)s” is unusual; kept as given", value=row[column][:60])))
    stated = _ATTENDANCE.get(row["attendance"])
    if stated is not None and way_of(stated, reading.conference.format) is not stated:
        found.append(("attendance", _("the conference is held by video; taken as by video")))
    zone = reading.conference.timezone
    arrival, departure = moment_of(row["arrival"], zone), moment_of(row["departure"], zone)
    if arrival and departure and departure <= arrival:
        found.append(("departure", _("the departure lies before the arrival")))
    return found


def _values(reading: _Reading, row: TableRow) -> dict[str, Any]:
    """The columns of a delegate, byte for byte as given."""
    values: dict[str, Any] = {name: row[name] for name in _TEXTS}
    values |= {name: row[name] for name in JOURNEY_COLUMNS if name in row.values}
    stated = _ATTENDANCE.get(row["attendance"], Attendance.ON_SITE)
    values["attendance"] = way_of(stated, reading.conference.format)
    values["municipality_id"] = reading.cities.get(row["city_slug"], (None, ""))[0]
    values["precedence"] = reading.ranks.precedence_of(row["role"], row["position"])
    values["search"] = search_text(values | {"public_id": row["delegate_id"]})
    values["sort_name"] = sort_name(values)
    if row["accreditation"]:
        values["accreditation"] = Accreditation(row["accreditation"])
    return values


def _folded(value: str) -> str:
    """A name as it is compared: letter case, ё, spaces, and how a letter is composed do not tell people apart."""
    return " ".join((fold(unicodedata.normalize("NFC", HIDDEN.sub("", value))) or "").split())


def _read(reading: _Reading, rows: Sequence[TableRow], tell: Tell) -> None:
    """Sort rows into usable ones and rejected ones, and note what is odd."""
    people: dict[tuple[str, ...], list[TableRow]] = {}
    addresses: dict[str, TableRow] = {}
    for place, row in enumerate(rows):
        if place % 500 == 0:
            tell(place, len(rows))
        faults = _faults(reading, row)
        if faults:
            for column, message in faults:
                reading.refuse(row, column, message)
            continue
        for column, message in _oddities(reading, row):
            reading.warn(row, column, message)
        person = tuple(_folded(row[name]) for name in ("last", "first", "city_slug"))
        for other in people.setdefault(person, []):
            names = {_folded(row["patronymic"]), _folded(other["patronymic"])} - {""}
            if len(names) < 2:
                reading.warn(row, "last", _("perhaps the same person as in row %(row)s", row=other.number))
                break
        people[person].append(row)
        address = row["email"].strip().casefold()
        if address:
            other = addresses.setdefault(address, row)
            if other is not row:
                reading.warn(row, "email", _("the same address as in row %(row)s", row=other.number))
        reading.rows[row["delegate_id"]] = (row, _values(reading, row))


def _new_row(conference: Conference, key: str, values: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    standing = values.get("accreditation", Accreditation.GRANTED)
    return {
        "phone": "", "consents": {}, "version": 1, **values,
        "conference_id": conference.id, "public_id": key, "accreditation": standing,
        "waitlisted_at": at if standing is Accreditation.WAITLISTED else None,
        "language": _mail_language(values), "token": secrets.token_urlsafe(24),
        "badge_token": secrets.token_urlsafe(9), "join_token": secrets.token_urlsafe(24),
        "created_at": at, "updated_at": at,
    }  # fmt: skip


def _mail_language(values: Mapping[str, Any]) -> str:
    spoken = [code for code in str(values["languages"]).split(";") if code in {"ru", "de", "en"}]
    native = {"RU": "ru", "BY": "ru", "DE": "de", "AT": "de", "CH": "de"}.get(str(values["country"]))
    if native and (not spoken or native in spoken):
        return native
    return spoken[0] if spoken else "en"


def _came_from_our_workbook(known: object, value: object) -> bool:
    """Whether ``value`` is what a workbook made of a text with characters it cannot hold."""
    return isinstance(value, str) and "\ufffd" in value and as_in_workbook(str(known)) == value


def _changed(known: Delegate, values: Mapping[str, Any]) -> dict[str, Any]:
    different = {
        name: value for name, value in values.items()
        if getattr(known, name) != value and not _came_from_our_workbook(getattr(known, name), value)
    }  # fmt: skip
    if not set(different) - _FOLLOWING:
        return {}
    if known.precedence_by_hand is not None or not {"role", "position"} & set(different):
        different.pop("precedence", None)
    return different


def import_delegates(
    *,
    conference: Conference,
    path: Path,
    skip_bad_rows: bool,
    actor: Actor,
    at: datetime,
    tell: Tell = lambda _done, _total: None,
) -> ImportReport:
    """Take the delegates of ``path`` into ``conference``; ``delegate_id`` is the key of a repeat.

    New ones are granted, unless the file has an ``accreditation`` of their own. What a file says is kept byte for
    byte. With a bad row and without ``skip_bad_rows`` nothing is changed: the report has the rejected rows only.
    Nobody is mailed. Granted people are taken beyond the number of places too, with a warning.

    :param tell: is told how many of the rows are looked through, before anything is written.

    :raises Refusal: when the file itself cannot be read.
    """
    report = ImportReport()
    usual = (*(name for name in FILE_COLUMNS if name not in REQUIRED), "accreditation", "awkward")
    rows = read_table(
        path,
        required=REQUIRED,
        optional=(*usual, *JOURNEY_COLUMNS, *answer_columns(conference)),
        rejected=report.rejected,
        warnings=report.warnings,
    )
    towns = db.session.execute(select(Municipality.slug, Municipality.id, Municipality.country))
    cities = {slug: (number, country) for slug, number, country in towns}
    reading = _Reading(conference, cities, report, FileAnswers.of(conference))
    _read(reading, rows, tell)
    if report.rejected and not skip_bad_rows:
        report.refused = True
        report.rejected.sort(key=lambda entry: entry.row)
        return report
    with transaction() as session:
        lock(conference)
        reading.answers = FileAnswers.of(conference)  # as they are now that nobody else can change them
        known = {
            row.public_id: row
            for row in session.scalars(select(Delegate).where(Delegate.conference_id == conference.id))
        }
        delegations = {
            number: found
            for found, number in session.execute(
                select(Delegation.id, Delegation.municipality_id).where(
                    Delegation.conference_id == conference.id, Delegation.municipality_id.is_not(None)
                )
            )
        }
        new: list[dict[str, Any]] = []
        back: set[str] = set()  # who had left their delegation
        changes: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        told = {
            key: (row, answers)
            for key, (row, _values) in reading.rows.items()
            if (key not in known or known[key].merged_into_id is None) and (answers := reading.answers.changed(row))
        }
        for key, (row, values) in reading.rows.items():
            if key not in known:
                new.append(_new_row(conference, key, values, at)
                           | {"delegation_id": delegations.get(values["municipality_id"])})  # fmt: skip
                report.created += 1
                continue
            if known[key].merged_into_id is not None:
                reading.warn(row, "delegate_id", _("was a double and has been merged; the row is passed over"))
                report.unchanged += 1
                continue
            different = _changed(known[key], values)
            if not different:
                report.unchanged += key not in told
                report.updated += key in told
                continue
            report.updated += 1
            if known[key].accreditation in GONE and different.get("accreditation", Accreditation.DECLINED) not in GONE:
                back.add(key)
            if different.get("accreditation") is Accreditation.WAITLISTED:
                different["waitlisted_at"] = at
            names = tuple(sorted(different))
            changes[names].append(different | {"key": known[key].id, "next": known[key].version + 1, "moment": at})
            record(deed="delegations.import_changes", subject=known[key], actor=actor, at=at,
                   details={"fields": sorted(set(names) - _FOLLOWING), "row": row.number})  # fmt: skip
        if new:
            session.execute(insert(Delegate), new)
        _write(session, changes)
        if new or changes or told:
            session.flush()
            session.expire_all()
            if told:
                people = {row.public_id: row for row in session.scalars(
                    select(Delegate).where(Delegate.conference_id == conference.id))}  # fmt: skip
                reading.answers.keep(told, people, report, skip_bad_rows=skip_bad_rows, actor=actor, at=at)
            _warn_of_crowd(conference, report, rows)
            beyond = warn_of_quotas(conference, report, {key: row for key, (row, _values) in reading.rows.items()},
                                    new=back | {row["public_id"] for row in new})  # fmt: skip
            record(deed="delegations.import", subject=conference, actor=actor, at=at,
                   conference_id=conference.id,
                   details={"created": report.created, "updated": report.updated, "rejected": len(report.rejected)}
                   | ({"beyond_quota": beyond} if beyond else {}))  # fmt: skip
            grant_waiting(conference=conference, actor=actor, at=at)
    return report


def _write(session: Any, changes: Mapping[tuple[str, ...], list[dict[str, Any]]]) -> None:
    """One statement for each set of changed columns."""
    table = cast(Table, Delegate.__table__)
    for names, rows in changes.items():
        statement = (
            update(table)
            .where(table.c.id == bindparam("key"))
            .values(
                {name: bindparam(f"new_{name}") for name in names}
                | {"version": bindparam("next"), "updated_at": bindparam("moment")}
            )
        )
        session.execute(
            statement,
            [{(f"new_{name}" if name in names else name): value for name, value in row.items()} for row in rows],
        )


def _warn_of_crowd(conference: Conference, report: ImportReport, rows: Sequence[TableRow]) -> None:
    for kind in places(conference).values():
        capacity = kind["capacity"]
        if capacity is not None and (kind["taken"] or 0) > capacity:
            report.warnings.append(
                Rejected(
                    rows[-1].number if rows else 1,
                    "attendance",
                    _("%(taken)s people now hold one of %(capacity)s places", taken=kind["taken"], capacity=capacity),
                )
            )
