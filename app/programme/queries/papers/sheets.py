"""Papers of one glance: the overview of all days, and the wall plan of a day with its rooms beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from app.i18n import number, speaking
from app.programme.queries.papers.booklet import Edition, Told, each, require_sessions
from app.programme.queries.papers.chart import Planned, lay_out
from app.programme.queries.papers.measure import PT, lines
from app.programme.queries.papers.together import common_house, side_by_side, told_as_one
from app.programme.queries.reading import Item, day_title, heading, hours_of, local, shown, title_of
from app.programme.queries.setting import Setter, faces, watermark
from app.programme.rules import SessionKind
from app.programme.rules.anchors import anchor
from app.programme.rules.changes import where

SHEETS = {"a4": (297, 210), "a3": (420, 297)}
AXIS = 13.0  # mm at the left, for the hours
MOST_ROOMS = 8  # beside each other on one sheet
_MARGINS = {"a4": 10.0, "a3": 14.0}
_HEAD_SIZE = {"a4": 9.0, "a3": 12.0}  # points of the heads of columns
_FOOT = 7.0  # mm
_QUIET = {SessionKind.BREAK.value, SessionKind.MEAL.value, SessionKind.TRANSFER.value, SessionKind.REGISTRATION.value}


def _planned(items: Sequence[Item], column: int, languages: Sequence[str], zone: ZoneInfo, *, with_places: bool
             ) -> Planned | None:  # fmt: skip
    """A session, or several of the same hours told as one, in its column."""
    item = items[0]
    starts, ends = local(item["starts_at"], zone), local(item["ends_at"], zone)
    if starts is None:
        return None
    first = starts.hour * 60 + starts.minute
    length = int((ends - starts).total_seconds() // 60) if ends else 30
    titles: dict[str, str] = {}
    parts: list[tuple[str, tuple[str, ...]]] = []
    for language in languages:
        told = told_as_one(items, language) if len(items) > 1 else None
        title, spoken = (told.title, language) if told else title_of(item, language)
        if title not in titles.values():
            titles[spoken] = title
            parts += [(language, told.parts)] if told and told.parts else []
    places = []
    for language in languages if with_places else ():
        there = {where(one, language) for one in items}
        places.append(there.pop() if len(there) == 1 else common_house(items, language))
    return Planned(
        column, first, first + max(length, 5), tuple(titles.items()), tuple(dict.fromkeys(filter(None, places))),
        hours_of(item), anchor(item["id"]), item["type"] in _QUIET, tuple(parts),
    )  # fmt: skip


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


def _sheet(edition: Edition, titles: list[str], columns: Sequence[Sequence[str]], sessions: Sequence[Planned],
           languages: Sequence[str], paper: str) -> dict[str, Any]:  # fmt: skip
    width, height = SHEETS[paper]
    margin = _MARGINS[paper]
    head = _Head.of(edition, titles, languages, paper)
    chart = lay_out(
        sessions, heads=columns, width=width - 2 * margin - AXIS, height=height - 2 * margin - head.top - _FOOT,
        largest=9.0 if paper == "a4" else 16.0, languages=len(languages), head_size=_HEAD_SIZE[paper],
        more=lambda count: _more(languages, count),
    )  # fmt: skip
    return {"head": head, "columns": columns, "chart": chart, "top": head.top + chart.head}


def _page(edition: Edition, languages: Sequence[str], paper: str, **values: Any) -> str:
    with speaking(languages[0]):
        title = heading(edition.content, languages[0])["title"]
    width, height = SHEETS[paper]
    stamp = edition.stamp(languages)
    return render_template(
        "print/programme/sheet.html", title=title, languages=list(languages), names=edition.lines(languages),
        stamp=stamp, watermark=watermark(stamp, width, height) if stamp else "", faces=faces(), paper=paper,
        axis=AXIS, margin=_MARGINS[paper], head_size=_HEAD_SIZE[paper], **values,
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
    """The whole conference on one page: days beside each other over the hours.

    :raises Refusal: when no session takes place.
    """
    require_sessions(edition.content)
    zone = ZoneInfo(edition.content["timezone"])
    days = _days(edition.content)
    sessions = [
        planned
        for column, items in enumerate(days.values())
        for same in side_by_side(items)
        if (planned := _planned(same, column, languages, zone, with_places=True)) is not None
    ]
    columns = [each(languages, lambda day=day: day_title(date.fromisoformat(day))) for day in days]  # type: ignore[misc]
    sheet = _sheet(edition, each(languages, lambda: _("Overview")), columns, sessions, languages, paper)
    if tell is not None:
        tell(0, 1)
    setter = Setter()
    html = _page(edition, languages, paper, sheets=[sheet])
    return setter.bind([setter.set(html)], html)


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


def wall_pdf(
    edition: Edition, languages: Sequence[str] = ("ru", "de"), paper: str = "a3", tell: Told | None = None
) -> bytes:
    """A sheet for each day, its rooms beside each other over the hours; days with many rooms take several sheets.

    :raises Refusal: when no session takes place.
    """
    require_sessions(edition.content)
    zone = ZoneInfo(edition.content["timezone"])
    sheets = []
    days = _days(edition.content)
    for done, (day, items) in enumerate(days.items()):
        if tell is not None:
            tell(done, len(days) + 1)
        rooms = _rooms(edition.content, items)
        title = each(languages, lambda day=day: day_title(date.fromisoformat(day)))  # type: ignore[misc]
        parts = -(-len(rooms) // MOST_ROOMS)
        share = -(-len(rooms) // parts)
        for first in range(0, len(rooms), share):
            here = rooms[first : first + share]
            placed = [(item, here.index((item["venue"], item["room"]))) for item in items
                      if (item["venue"], item["room"]) in here]  # fmt: skip
            names = {column: _room_names(item, languages) for item, column in placed}
            sessions = [
                planned
                for item, column in placed
                if (planned := _planned([item], column, languages, zone, with_places=False)) is not None
            ]
            columns = [names[column] for column in range(len(here))]
            sheets.append(_sheet(edition, title, columns, sessions, languages, paper))
    setter = Setter()
    html = _page(edition, languages, paper, sheets=sheets)
    return setter.bind([setter.set(html)], html)
