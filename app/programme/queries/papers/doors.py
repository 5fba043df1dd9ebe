"""Door signs: what takes place in a room on a day, to be read from three steps away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import gettext as _

from app.errors import Refusal
from app.i18n import speaking
from app.programme.queries.papers.booklet import Edition, Told, each, require_sessions
from app.programme.queries.papers.door_tables import Grid, grid_of
from app.programme.queries.papers.measure import PT, lines
from app.programme.queries.papers.sheets import meetings_as_one
from app.programme.queries.papers.tables import FEWEST, at_a_table, by_table, folded, pair_of, table_of
from app.programme.queries.reading import Entry, Item, day_title, entry, heading, shown
from app.programme.queries.setting import Setter, faces, watermark
from app.programme.rules.changes import named
from app.programme.rules.outdoors import has_door

_SIZES = (26.0, 23.0, 20.0, 18.0, 16.0, 14.0, 12.0)
_SHEET, _WIDTH, _COLUMN = 259.0, 178.0, 130.0  # mm: the height of all, its width, and that of the titles


@dataclass(frozen=True)
class Sign:
    """One sign: room, house and day by language, and the sessions, each by language."""

    rooms: list[str]
    houses: list[str]
    days: list[str]
    sessions: list[list[Entry]]
    size: float
    grid: Grid | None = None  # of bilateral meetings by hour and table


def _head(rooms: Sequence[str], houses: Sequence[str]) -> float:
    """The height of what stands above the sessions, in millimetres."""
    sizes = (32.0, 23.0) if len(rooms[0]) > 24 else (46.0, 30.0)  # as in the style
    told = 0.0
    for number, room in enumerate(dict.fromkeys(rooms)):
        size = sizes[0] if number == 0 else sizes[1]
        told += len(lines(room, millimetres=_WIDTH, size=size, face="serif")) * size * 1.08 * PT
        told += 8.0 if number == 0 else 2.5
    house = " · ".join(dict.fromkeys(filter(None, houses)))
    told += len(lines(house, millimetres=_WIDTH, size=14.0, face="sans")) * 14.0 * 1.25 * PT + 3.0 if house else 0.0
    return told + 3.0 + 2 * 17.0 * 1.3 * PT + 11.0  # rules above, the day below


def _size(sessions: Sequence[Sequence[Entry]], room: float) -> float:
    for size in _SIZES:
        height = 0.0
        for session in sessions:
            first = lines(session[0].title, millimetres=_COLUMN, size=size, face="serif-bold")
            rest = [
                line
                for one in session[1:]
                if one.title != session[0].title
                for line in lines(one.title, millimetres=_COLUMN, size=size * 0.72, face="serif")
            ]
            height += (len(first) * size * 1.2 + len(rest) * size * 0.72 * 1.25) * PT + 0.9 * size * PT
        if height <= room:
            return size
    return _SIZES[-1]


def _entry(items: Sequence[Item], language: str, zone: ZoneInfo) -> Entry:
    """A session; a meeting by its table and the pair; meetings that follow each other as one."""
    item = items[0]
    found = entry(item, language, zone)
    if len(items) >= FEWEST:
        hours = f"{item['start']}–{max(items, key=lambda one: str(one['ends_at']))['end']}"
        return replace(found, hours=hours, title=meetings_as_one(items, language), title_language=language)
    if not at_a_table(item):
        return found
    table = _("Table %(number)s", number=table_of(item))
    return replace(found, title=f"{table}: {pair_of(item, language)}", title_language=language)


def _sign(items: Sequence[Item], day: str, languages: Sequence[str], zone: ZoneInfo) -> Sign:
    rooms, houses, days, columns = [], [], [], []
    items = sorted(items, key=lambda item: (item["starts_at"] or "", item["ends_at"] or "", by_table(item)))
    runs = [part for run in folded(items) for part in ([run] if len(run) >= FEWEST else [[one] for one in run])]
    tabled = [item for run in runs if len(run) >= FEWEST for item in run]
    for language in languages:
        with speaking(language):
            house = named(items[0]["venue_names"], language)
            room = named(items[0]["room_names"], language)
            rooms.append(_capital(room or house))
            houses.append(house if room else "")
            days.append(day_title(date.fromisoformat(day)))
            columns.append([_entry(run, language, zone) for run in runs])
    sessions = [list(same) for same in zip(*columns, strict=True)]
    size = _size(sessions, _SHEET - _head(rooms, houses))
    if len(tabled) == len(items):  # the table says it all
        sessions = []
    return Sign(rooms, houses, days, sessions, size, grid_of(tabled, languages) if tabled else None)


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def rooms_of_days(edition: Edition) -> dict[tuple[str, str, str], list[Item]]:
    """What takes place behind which door: by day, house and room."""
    found: dict[tuple[str, str, str], list[Item]] = {}
    for item in shown(edition.content):
        if item["date"] and item["venue"] and has_door(item["venue"], item["room"]):
            found.setdefault((item["date"], item["venue"], item["room"]), []).append(item)
    return dict(sorted(found.items()))


def doors_pdf(
    edition: Edition, languages: Sequence[str] = ("ru", "de"), *, day: str = "", tell: Told | None = None
) -> bytes:
    """A sign for each room and day, or only those of one day.

    :raises Refusal: when nothing takes place in a room (on that day).
    """
    require_sessions(edition.content)
    zone = ZoneInfo(edition.content["timezone"])
    chosen = {key: items for key, items in rooms_of_days(edition).items() if not day or key[0] == day}
    if not chosen:
        raise Refusal(_("Nothing takes place in a room on that day."), field="day")
    heads = []
    for language in languages:
        with speaking(language):
            heads.append(heading(edition.content, language))
    setter = Setter()
    stamp = edition.stamp(languages)
    parts, said = [], ""
    keys = list(chosen)
    for first in range(0, len(keys), 20):
        if tell is not None:
            tell(first, len(keys))
        signs = [_sign(chosen[key], key[0], languages, zone) for key in keys[first : first + 20]]
        html = render_template(
            "print/programme/doors.html", signs=signs, languages=list(languages), heads=heads, faces=faces(),
            names=edition.lines(languages), stamp=stamp, watermark=watermark(stamp, 210, 297) if stamp else "",
            watermark_wide=watermark(stamp, 297, 210) if stamp else "",
            until=each(languages, lambda: _("hour follows")), table_words=each(languages, lambda: _("Table")),
        )  # fmt: skip
        said += html
        parts.append(setter.set(html))
    return setter.bind(parts, said)
