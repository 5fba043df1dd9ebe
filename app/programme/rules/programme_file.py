"""Reading a programme file: JSON of one object with its items, checked to the last value before anything is kept."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from app.calendars import shown_twice
from app.conferences.rules import ConferenceFormat
from app.errors import Message, Refusal
from app.programme.rules import RELIEF, InterpretationKind, SessionKind
from app.programme.rules import file_values as values
from app.programme.rules.file_state import STATE, Seen, seen_in
from app.programme.rules.file_values import LANGUAGES, LONGEST_WAIT
from app.programme.rules.hours import at_offset, moments, offset_of, read_clock, read_day
from app.programme.rules.parts import FilePerson
from app.tables import Rejected

# Kinds other files use, and what they are here.
ALIASES = {"departure": SessionKind.TRANSFER, "arrival": SessionKind.TRANSFER}
MAX_BYTES = 20 * 1024 * 1024
MAX_ITEMS = 5000
MAX_EXTRA = 20_000  # characters of JSON an item may carry in fields we do not use
MAX_DEPTH = 20
_MADE = re.compile(r"N[0-9a-f]{7}(-\d+)?")  # ids made for a file that gives none
# Fields an export adds; the draft has its own truth about them.
DERIVED = frozenset(
    {
        "uid", "sequence", "held_as", "starts_at", "ends_at", "venue_names", "room_names", "to_venue_names",
        "party_names", "part_of_titles", STATE,
    }
)  # fmt: skip
# What a session has columns of its own for: never kept beside them among the fields we do not use.
OWN_FIELDS = frozenset(
    {
        "track", "parallel", "part_of", "to_venue",
        "interpreted_how", "relief_minutes", "buffer_before", "buffer_after",
        "parties", "agreements", "materials", "sign_up", "places",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One item of a file. ``given`` are the optional fields it names; what it does not name stays as it is.

    ``more`` are the given ones of :data:`OWN_FIELDS`. ``twice`` are hours the clock shows twice in that night and of
    which the file does not say (``start_offset``, ``end_offset``: "+01:00") which one it means.
    ``seen`` is of which state of the draft it was taken, ``raw`` the item as it stands in the file.
    """

    row: int
    code: str
    kind: SessionKind
    starts_at: datetime | None
    ends_at: datetime | None
    day: date | None
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    venue: str
    room: str
    capacity: int | None
    audience: str
    languages: str
    interpretation: bool
    format: ConferenceFormat | None
    cancelled: bool
    people: tuple[FilePerson, ...]
    more: Mapping[str, Any]
    extra: Mapping[str, Any]
    given: frozenset[str]
    twice: tuple[str, ...] = ()
    seen: Seen | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class ProgrammeFile:
    """What a file says about its conference and tracks, its items, and what is wrong or odd in it."""

    conference: str = ""
    host: str = ""
    tracks: list[Mapping[str, str]] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    warnings: list[Rejected] = field(default_factory=list)


def _no_constant(name: str) -> NoReturn:
    raise Refusal(_l("The file holds %(value)s, which is no number.", value=name))


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        _no_constant(text[:40])
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Refusal(_l("The file names “%(name)s” twice in one object.", name=twice[:60]))
    return found


def load_json(content: bytes) -> dict[str, Any]:
    """The object of a JSON file.

    :raises Refusal: when it is too large, not UTF-8, no JSON, nested too deeply, or no object.
    """
    if len(content) > MAX_BYTES:
        raise Refusal(_l("The file is larger than 20 MB; no programme is that long."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        line = content[: reason.start].count(b"\n") + 1
        raise Refusal(_l("The file is not UTF-8 (line %(line)s).", line=line)) from reason
    try:
        value = json.loads(text, parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_unique)
    except json.JSONDecodeError as reason:
        raise Refusal(
            _l("The file is no JSON: line %(line)s, column %(column)s.", line=reason.lineno, column=reason.colno)
        ) from reason
    except RecursionError as reason:
        raise Refusal(_l("The file is nested too deeply to be a programme.")) from reason
    except ValueError as reason:
        raise Refusal(_l("The file holds a number too long to be read.")) from reason
    if not isinstance(value, dict):
        raise Refusal(_l("The file is not a programme: it must be one object with “items”."))
    return value


def _kind(item: dict[str, Any]) -> SessionKind:
    alias = ALIASES.get(item["type"]) if isinstance(item.get("type"), str) else None
    if alias is not None:
        item["type"] = alias.value
    found: SessionKind = values.choice(item, "type", SessionKind)
    return found


def _more(item: dict[str, Any]) -> dict[str, Any]:
    """What few sessions have, as far as the item names it."""
    read: dict[str, Callable[[], Any]] = {
        "track": lambda: values.text(item, "track", 40),
        "parallel": lambda: values.text(item, "parallel", 40),
        "part_of": lambda: values.text(item, "part_of", 40),
        "to_venue": lambda: values.text(item, "to_venue", 300),
        "interpreted_how": lambda: values.choice_or_none(item, "interpreted_how", InterpretationKind),
        "relief_minutes": lambda: values.whole_number(item, "relief_minutes", least=1, most=LONGEST_WAIT) or RELIEF,
        "buffer_before": lambda: values.whole_number(item, "buffer_before", most=LONGEST_WAIT) or 0,
        "buffer_after": lambda: values.whole_number(item, "buffer_after", most=LONGEST_WAIT) or 0,
        "parties": lambda: values.parties(item),
        "agreements": lambda: values.agreements(item),
        "materials": lambda: values.materials(item),
        "sign_up": lambda: values.yes_or_no(item, "sign_up"),
        "places": lambda: values.whole_number(item, "places"),
    }
    return {name: take() for name, take in read.items() if name in item}


def _extra(item: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in item.items() if name not in DERIVED}
    _check_deep(kept, "", 0)
    if len(json.dumps(kept)) > MAX_EXTRA:
        raise Refusal(_l("The item carries too much that is not of a programme."), field=next(iter(kept))[:60])
    return kept


def _check_deep(value: Any, column: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Refusal(_l("The item is nested too deeply."), field=column)
    if isinstance(value, str):
        values.clean(value.replace("\r", "\n"), lines=True, column=column)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            values.clean(name, lines=False, column=column or "items")
            _check_deep(inner, column or name[:60], depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check_deep(inner, column, depth + 1)


def _item(row: int, raw: Any, zone: str) -> Item:
    if not isinstance(raw, dict):
        raise Refusal(_l("An item must be an object."), field="items")
    item = dict(raw)
    given = frozenset(item)
    code = values.text(item, "id", 40)
    if not code:
        raise Refusal(_l("Each item needs an id of its own."), field="id")
    day = read_day(values.text(item, "date", 40), field="date")
    start = read_clock(values.text(item, "start", 40), field="start")
    end = read_clock(values.text(item, "end", 40), field="end")
    said = {name: values.text(item, f"{name}_offset", 6) for name in ("start", "end")}
    start = at_offset(day, start, said["start"], zone, field="start")
    end = at_offset(day, end, said["end"], zone, field="end", days=2)
    starts_at, ends_at = moments(day, start, end, zone, end_said=bool(said["end"]), literally=True)
    room, venue = values.text(item, "room", 200), values.text(item, "venue", 300)
    if room and not venue:
        raise Refusal(_l("There is a room but no venue it belongs to."), field="venue")
    return Item(
        row=row,
        code=code,
        kind=_kind(item),
        starts_at=starts_at,
        ends_at=ends_at,
        day=day if starts_at is None else None,
        titles={tongue: values.text(item, f"title_{tongue}", 400) for tongue in LANGUAGES},
        descriptions={tongue: values.text(item, f"description_{tongue}", 20_000, lines=True) for tongue in LANGUAGES},
        venue=venue,
        room=room,
        capacity=values.whole_number(item, "capacity"),
        audience=values.text(item, "audience", 60),
        languages=values.languages(item),
        interpretation=values.yes_or_no(item, "simultaneous_interpretation"),
        format=values.choice_or_none(item, "format", ConferenceFormat),
        cancelled=values.yes_or_no(item, "cancelled"),
        people=values.people(item),
        more=_more(item),
        extra=_extra(item),
        given=given,
        twice=tuple(
            name
            for name, moment in (("start", starts_at), ("end", ends_at))
            if moment is not None and not said[name] and _may_be_later(moment.astimezone(ZoneInfo(zone)))
        ),
        seen=seen_in(raw),
        raw=raw,
    )


def _may_be_later(local: datetime) -> bool:
    """Whether the clock shows that hour once more; of an hour that must be the later one nothing is left open."""
    return local.fold == 0 and shown_twice(local)


def _zone(value: dict[str, Any], expected: str) -> str:
    zone = value.get("timezone") or expected
    try:
        known = isinstance(zone, str) and ZoneInfo(zone) is not None
    except (KeyError, ValueError, OSError):
        known = False
    if not known:
        raise Refusal(_l("“%(zone)s” is no time zone.", zone=str(zone)[:60]), field="timezone")
    if zone != expected:
        raise Refusal(
            _l("The file is in the time zone %(zone)s, the conference is held in %(expected)s.",
               zone=zone, expected=expected),
            field="timezone",
        )  # fmt: skip
    return expected


def _called(item: Item) -> str:
    """The sign of an item, and its title where the sign says nothing: it was made here."""
    title = next((item.titles[code] for code in LANGUAGES if item.titles[code]), "")
    return f"{item.code} ({title[:80]})" if title and _MADE.fullmatch(item.code) else item.code


def _warn(file: ProgrammeFile, item: Item) -> None:
    called = _called(item)
    if item.starts_at is None or item.ends_at is None:
        column = "start" if item.starts_at is None else "end"
        file.warnings.append(Rejected(item.row, column, _l("%(id)s has no complete hours yet.", id=called)))
    for code, message in (
        ("ru", _l("%(id)s has no Russian title.", id=called)),
        ("de", _l("%(id)s has no German title.", id=called)),
    ):
        if not item.titles[code]:
            file.warnings.append(Rejected(item.row, f"title_{code}", message))


def twice_told(item: Item, zone: str) -> list[Rejected]:
    """That the earlier of two equal hours is taken, and how a file says the later one."""
    found = []
    for column in item.twice:
        moment = item.starts_at if column == "start" else item.ends_at
        assert moment is not None  # only hours that are known come twice
        local = moment.astimezone(ZoneInfo(zone))
        message = _l(
            "The clock shows this hour twice in that night; the earlier one is taken. The later one is written with "
            "“%(name)s”: “%(offset)s”, in a table as “%(hour)s %(offset)s”.",
            name=f"{column}_offset", offset=offset_of(local.replace(fold=1)), hour=f"{local:%H:%M}",
        )  # fmt: skip
        found.append(Rejected(item.row, column, message))
    return found


def _tracks(value: dict[str, Any]) -> list[Mapping[str, str]]:
    """Names and colours of tracks a file brings along."""
    found: list[Mapping[str, str]] = []
    for entry in value.get("tracks") or []:
        if not isinstance(entry, dict):
            raise Refusal(_l("A list of objects is expected."), field="tracks")
        track = dict(entry)
        names = {f"name_{code}": values.text(track, f"name_{code}", 200) for code in LANGUAGES}
        code = values.text(track, "id", 40)
        if code:
            found.append({"id": code, "colour": values.text(track, "colour", 20), **names})
    return found


def _named(items: list[Any], file: ProgrammeFile) -> list[Any]:
    """Items of a file that gives no id at all get one made of day, kind and title, the same at every reading."""
    if not items or any(not isinstance(raw, dict) or "id" in raw for raw in items):
        return items
    message = _l("The file gives no ids; they were made from day, kind and title.")
    file.warnings.append(Rejected(0, "id", message))
    taken: dict[str, int] = {}
    named = []
    for raw in items:
        about = json.dumps([str(raw.get(name, "")) for name in ("date", "type", "title_de", "title_ru")])
        sign = f"N{hashlib.sha256(about.encode()).hexdigest()[:7]}"
        taken[sign] = taken.get(sign, 0) + 1
        named.append({"id": sign if taken[sign] == 1 else f"{sign}-{taken[sign]}", **raw})
    return named


def read_programme(content: bytes, *, zone: str) -> ProgrammeFile:
    """Read a file for a conference held in ``zone``.

    Items that cannot be kept are in ``rejected`` with their place in the list (from 1) and the column at fault.

    :raises Refusal: when the file as a whole cannot be used: no JSON, another time zone, an id twice.
    """
    value = load_json(content)
    zone = _zone(value, zone)
    file = read_items(value.get("items"), zone=zone)
    file.conference = str(value.get("conference") or "")[:40]
    file.host, file.tracks = str(value.get("host") or "")[:80], _tracks(value)
    _check_offset(value, file.items, zone)
    return file


def read_items(items: Any, *, zone: str, rows: Sequence[int] = ()) -> ProgrammeFile:
    """The items of a file; ``rows`` are their places in it when they are not 1, 2, 3, ….

    :raises Refusal: when they are no list, too many, or an id stands twice.
    """
    if not isinstance(items, list):
        raise Refusal(_l("The file is not a programme: it must be one object with “items”."), field="items")
    if len(items) > MAX_ITEMS:
        raise Refusal(_l("The file holds more than %(most)s items.", most=MAX_ITEMS), field="items")
    file = ProgrammeFile()
    seen: dict[str, int] = {}
    for row, raw in zip(rows or range(1, len(items) + 1), _named(items, file), strict=True):
        code = raw.get("id") if isinstance(raw, dict) else None
        if isinstance(code, str) and code.strip():
            sign = code.strip().casefold()  # "Z5" and "z5" would be one in speech and on paper
            if sign in seen:
                raise Refusal(
                    _l("The id “%(id)s” stands twice, first in item %(first)s.", id=code.strip()[:40],
                       first=seen[sign]),
                    row=row, field="id",
                )  # fmt: skip
            seen[sign] = row
        try:
            item = _item(row, raw, zone)
        except Refusal as reason:
            message: Message = reason.message
            file.rejected.append(Rejected(row, reason.field or "", message))
            continue
        file.items.append(item)
        _warn(file, item)
    return file


def _check_offset(value: dict[str, Any], items: list[Item], zone: str) -> None:
    """``utc_offset`` must be one the zone has during the programme (two when the clocks change in between)."""
    offset = value.get("utc_offset")
    place = ZoneInfo(zone)
    known = {item.starts_at.astimezone(place).isoformat()[-6:] for item in items if item.starts_at is not None}
    if offset and known and offset not in known:
        raise Refusal(
            _l("The file says UTC%(offset)s, but %(zone)s is at UTC%(local)s in those days.",
               offset=str(offset)[:10], zone=zone, local=", ".join(sorted(known))),
            field="utc_offset",
        )  # fmt: skip
