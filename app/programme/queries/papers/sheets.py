"""Papers of one glance: the overview of all days, and the wall plan of a day with its rooms beside each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from app.i18n import number, speaking
from app.programme.queries.papers.booklet import Edition, Told, each, require_sessions
from app.programme.queries.papers.chart import Chart, Planned, lay_out
from app.programme.queries.papers.measure import PT, lines
from app.programme.queries.papers.tables import FEWEST, at_a_table, folded, slots, table_of
from app.programme.queries.papers.together import common_place, runs, side_by_side, told_as_one
from app.programme.queries.reading import Item, day_title, heading, hours_of, local, shown, tied, title_of
from app.programme.queries.setting import Setter, faces, watermark
from app.programme.rules import SessionKind
from app.programme.rules.anchors import anchor
from app.programme.rules.changes import named, where

SHEETS = {"a4": (297, 210), "a3": (420, 297)}
AXIS = 13.0  # mm at the left, for the hours
MOST_ROOMS = 8  # beside each other on one sheet
FEW = 3  # sessions of a day that may stand on a sheet with those of the next
FEW_ROOMS = 4
_SLOTS = {"a4": 3, "a3": 4}  # hours of meetings beside each other
_MARGINS = {"a4": 10.0, "a3": 12.0}
_HEAD_SIZE = {"a4": 9.0, "a3": 10.5}  # points of the heads of columns
_FOOT = 7.0  # mm
_QUIET = {SessionKind.BREAK.value, SessionKind.MEAL.value, SessionKind.TRANSFER.value, SessionKind.REGISTRATION.value}


def _planned(items: Sequence[Item], column: int, languages: Sequence[str], zone: ZoneInfo, *, house: str | None = None
             ) -> Planned | None:  # fmt: skip
    """A session, or several told as one, in its column.

    :param house: told in the head of the column; None where places are not told at all, because the head does it.
    """
    item = items[0]
    starts, ends = local(item["starts_at"], zone), local(max(one["ends_at"] or "" for one in items), zone)
    if starts is None:
        return None
    meetings = len(items) >= FEWEST and all(at_a_table(one) for one in items)
    first = starts.hour * 60 + starts.minute
    length = int((ends - starts).total_seconds() // 60) if ends else 30
    titles: dict[str, str] = {}
    parts: list[tuple[str, tuple[str, ...]]] = []
    for language in languages:
        told = told_as_one(items, language) if len(items) > 1 and not meetings else None
        title, spoken = (told.title, language) if told else title_of(item, language)
        if meetings:
            title, spoken = _meetings(items, language), language
        if title not in titles.values():
            titles[spoken] = title
            parts += [(language, told.parts)] if told and told.parts else []
    places: dict[str, str] = {}
    for language in languages:
        there = common_place(items, language, house=item["venue"] != house) if house is not None else ""
        if len(items) == 1 and table_of(item):
            there = ", ".join(filter(None, (there, _at_table(table_of(item), language))))
        if there and there not in places.values():
            places[language] = there
    hours = f"{starts:%H:%M}–{ends:%H:%M}" if meetings and ends else hours_of(item)
    return Planned(
        column, first, first + max(length, 5), tuple(titles.items()), tuple(places.items()), hours,
        anchor(item["id"]), item["type"] in _QUIET, tuple(parts),
    )  # fmt: skip


def _at_table(name: str, language: str) -> str:
    with speaking(language):
        return tied(str(_("Table %(number)s", number=name)), language)


def _meetings(items: Sequence[Item], language: str) -> str:
    """ "32 bilateral meetings, tables 1–9; all of them on the sheet of meetings"."""
    count, tables = len(items), {table_of(item) for item in items}
    with speaking(language):
        title = ngettext("%(count)s bilateral meeting", "%(count)s bilateral meetings", count, count=number(count))
        if all(name.isdigit() for name in tables):
            told = _("tables %(numbers)s", numbers=runs(sorted(int(name) for name in tables)))
            title = f"{title}, {told}"
        return tied(f"{title}; {_('each of them on the sheet of meetings')}", language)


def _more(languages: Sequence[str], count: int) -> str:
    said = []
    for language in languages:
        with speaking(language):
            said.append(str(ngettext("and %(count)s more", "and %(count)s more", count, count=number(count))))
    return " · ".join(said)


@dataclass(frozen=True)
class _Head:
    """What stands above the chart of a sheet. ``top``: mm from the upper edge of the sheet to the heads of columns."""

    titles: list[str]
    subs: list[str]
    top: float

    @classmethod
    def of(cls, edition: Edition, titles: list[str], languages: Sequence[str], paper: str) -> _Head:
        """Measured: long titles of a conference take several lines."""
        subs = []
        for language in languages:
            with speaking(language):
                head = heading(edition.content, language)
                subs.append(f"{head['title']} · {head['host']}, {head['dates']}")
        room = (SHEETS[paper][0] - 2 * _MARGINS[paper]) / len(languages) - 5
        large, small = (24.0, 9.5) if paper == "a3" else (13.5, 8.0)
        height = max(
            len(lines(title, millimetres=room, size=large, face="serif")) * large * 1.15 * PT
            + len(lines(sub, millimetres=room, size=small, face="sans")) * small * 1.25 * PT
            for title, sub in zip(titles, subs, strict=True)
        )
        return cls(titles, subs, (7.0 if paper == "a3" else 4.6) + 0.8 + height + (3.0 if paper == "a3" else 2.0))


def _chart(head: _Head, columns: Sequence[Sequence[str]], sessions: Sequence[Planned], languages: Sequence[str],
           paper: str, sheets: Sequence[int] = ()) -> Chart:  # fmt: skip
    width, height = SHEETS[paper]
    margin = _MARGINS[paper]
    return lay_out(
        sessions, heads=columns, width=width - 2 * margin - AXIS, height=height - 2 * margin - head.top - _FOOT,
        largest=9.0 if paper == "a4" else 16.0, languages=len(languages), head_size=_HEAD_SIZE[paper],
        more=lambda count: _more(languages, count), spoken=languages, sheets=sheets,
    )  # fmt: skip


def _sheet(head: _Head, chart: Chart) -> dict[str, Any]:
    return {"head": head, "chart": chart, "top": head.top + chart.head}


def _tables(edition: Edition, day: str, items: Sequence[Item], languages: Sequence[str], paper: str) -> dict[str, Any]:
    """The meetings of a day by hour and table, as a sheet of their own."""
    found = slots(items, languages)
    beside = min(_SLOTS[paper], len(found))
    subs = [
        " · ".join(filter(None, (word, common_place(items, language))))
        for language, word in zip(languages, each(languages, lambda: _("Bilateral meetings by table")), strict=True)
    ]
    return {
        "head": replace(_Head.of(edition, _day_names(day, languages), languages, paper), subs=subs),
        "rows": [found[first : first + beside] for first in range(0, len(found), beside)],
        "beside": beside,
    }


def _tabled(items: Sequence[Item]) -> list[Item]:
    """The meetings of a day that are told in one box."""
    return [item for run in folded(items) if len(run) >= FEWEST for item in run]


def _page(edition: Edition, languages: Sequence[str], paper: str, **values: Any) -> str:
    with speaking(languages[0]):
        title = heading(edition.content, languages[0])["title"]
    width, height = SHEETS[paper]
    stamp = edition.stamp(languages)
    return render_template(
        "print/programme/sheet.html", title=title, languages=list(languages), names=edition.lines(languages),
        stamp=stamp, watermark=watermark(stamp, width, height) if stamp else "", faces=faces(), paper=paper,
        axis=AXIS, margin=_MARGINS[paper], head_size=_HEAD_SIZE[paper],
        table_words=each(languages, lambda: _("Table")), **values,
    )  # fmt: skip


def _days(content: Mapping[str, Any]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in shown(content):
        if item["starts_at"]:
            found.setdefault(item["date"], []).append(item)
    return found


def overview_pdf(
    edition: Edition, languages: Sequence[str] = ("ru", "de"), paper: str = "a4", tell: Told | None = None
) -> bytes:
    """The whole conference at a glance: days beside each other over the hours, bilateral meetings by table on a sheet
    of their own. What A4 cannot hold stands on A3, what A3 cannot hold on several sheets.

    :raises Refusal: when no session takes place.
    """
    require_sessions(edition.content)
    days = _days(edition.content)
    if tell is not None:
        tell(0, 1)
    paper, sheets = _overview(edition, languages, paper, days)
    sheets += [_tables(edition, day, meetings, languages, paper)
               for day, items in days.items() if (meetings := _tabled(items))]  # fmt: skip
    setter = Setter()
    html = _page(edition, languages, paper, sheets=sheets)
    return setter.bind([setter.set(html)], html)


def _groups(items: Sequence[Item]) -> list[list[Item]]:
    """The sessions of a day as the overview tells them: meetings of a room as one, and what runs side by side."""
    runs_of_day = folded(items)
    meetings = [run for run in runs_of_day if len(run) >= FEWEST]
    return meetings + side_by_side([item for run in runs_of_day if len(run) < FEWEST for item in run])


def _house(items: Sequence[Item]) -> str:
    """The house in which most of a day takes place, if there is one: it is told once."""
    house, count = Counter(str(item["venue"]) for item in items).most_common(1)[0]
    return house if len(items) > FEW and count * 2 > len(items) else ""


def _house_names(items: Sequence[Item]) -> dict[str, str]:
    house = _house(items)
    return next((dict(item["venue_names"]) for item in items if house and item["venue"] == house), {})


def _overview(edition: Edition, languages: Sequence[str], paper: str, days: Mapping[str, Sequence[Item]]
              ) -> tuple[str, list[dict[str, Any]]]:  # fmt: skip
    """The fewest sheets on which every session has its whole title and place; where none do, one per day."""
    zone = ZoneInfo(edition.content["timezone"])
    titles = each(languages, lambda: _("Overview"))
    count = len(days)
    ways = dict.fromkeys([(paper, count), ("a3", count), ("a3", -(-count // 2)), ("a3", -(-count // 3)), ("a3", 1)])
    sheets: list[dict[str, Any]] = []
    for size, share in ways:
        head = _Head.of(edition, titles, languages, size)
        sheets = []
        for first in range(0, count, share):
            here = list(days.items())[first : first + share]
            sessions = [
                planned
                for column, (_day, items) in enumerate(here)
                for same in _groups(items)
                if (planned := _planned(same, column, languages, zone, house=_house(items))) is not None
            ]
            columns = [
                [" · ".join(filter(None, (name, named(house, language))))
                 for language, name in zip(languages, _day_names(day, languages), strict=True)]
                for day, items in here
                for house in [_house_names(items)]
            ]  # fmt: skip
            sheets.append(_sheet(head, _chart(head, columns, sessions, languages, size)))
        if all(sheet["chart"].whole for sheet in sheets):
            return size, sheets
    return "a3", sheets


def _rooms(content: Mapping[str, Any], items: Sequence[Item]) -> list[tuple[str, str]]:
    """The rooms of a day in the order of the staff; sessions without a room under their house, others last."""
    known = [(place["name"], room) for place in content.get("places") or []
             for room in (*(room["name"] for room in place["rooms"]), "")]  # fmt: skip
    order = {pair: number for number, pair in enumerate(known)}
    found = {(item["venue"], item["room"]) for item in items}
    return sorted(found, key=lambda pair: (not pair[0], order.get(pair, len(order)), pair))


def _room_names(item: Item, languages: Sequence[str]) -> list[str]:
    names = [where(item, language) for language in languages]
    return names if any(names) else each(languages, lambda: _("no room yet"))


def _gathered(content: Mapping[str, Any], days: Mapping[str, list[Item]]) -> list[list[str]]:
    """The days of each sheet: those with little stand on one with the next that has little too."""
    found: list[list[str]] = []
    rooms = few = 0
    for day, items in days.items():
        many = len(_rooms(content, items))
        little = len(items) <= FEW
        if found and few and little and rooms + many <= FEW_ROOMS:
            found[-1].append(day)
            rooms += many
        else:
            found.append([day])
            rooms = many
        few = little
    return found


def wall_pdf(
    edition: Edition, languages: Sequence[str] = ("ru", "de"), paper: str = "a3", tell: Told | None = None
) -> bytes:
    """A sheet for each day, its rooms beside each other over the hours; days with many rooms take several sheets on
    which the hours are level. Bilateral meetings follow by table on a sheet of their own.

    :raises Refusal: when no session takes place.
    """
    require_sessions(edition.content)
    sheets = []
    days = _days(edition.content)
    for done, same in enumerate(_gathered(edition.content, days)):
        if tell is not None:
            tell(done, len(days) + 1)
        sheets += _wall(edition, languages, paper, {day: days[day] for day in same})
        sheets += [_tables(edition, day, meetings, languages, paper)
                   for day in same if (meetings := _tabled(days[day]))]  # fmt: skip
    setter = Setter()
    html = _page(edition, languages, paper, sheets=sheets)
    return setter.bind([setter.set(html)], html)


def _wall(edition: Edition, languages: Sequence[str], paper: str, days: Mapping[str, list[Item]]
          ) -> list[dict[str, Any]]:  # fmt: skip
    """The sheets of a day, or of a few days with little."""
    zone = ZoneInfo(edition.content["timezone"])
    rooms = [(day, venue, room) for day, items in days.items() for venue, room in _rooms(edition.content, items)]
    heads: list[list[str]] = [[] for _room in rooms]
    sessions = []
    for day, items in days.items():
        for run in folded(items):
            for same in [run] if len(run) >= FEWEST else [[one] for one in run]:
                column = rooms.index((day, same[0]["venue"], same[0]["room"]))
                heads[column] = _room_names(same[0], languages)
                planned = _planned(same, column, languages, zone)
                sessions += [planned] if planned is not None else []
    titles = [" · ".join(names) for names in zip(*(_day_names(day, languages) for day in days), strict=True)]
    if len(days) > 1:
        heads = [
            [f"{name}: {there}" for name, there in zip(_day_names(room[0], languages), names, strict=True)]
            for room, names in zip(rooms, heads, strict=True)
        ]
    head = _Head.of(edition, titles, languages, paper)
    for most in (MOST_ROOMS, 6, 4, 3, 2, 1):
        parts = -(-len(rooms) // most)
        share = -(-len(rooms) // parts)
        firsts = range(0, len(rooms), share)
        chart = _chart(head, heads, sessions, languages, paper, [len(heads[first : first + share]) for first in firsts])
        if chart.whole or share == 1:
            break
    return [_sheet(head, chart.columns(first, share)) for first in firsts]


def _day_names(day: str, languages: Sequence[str]) -> list[str]:
    return each(languages, lambda: day_title(date.fromisoformat(day)))
