"""The wall plan: a day with its rooms beside each other, on as many sheets as it takes to tell everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.programme.queries.papers.booklet import Edition, Told, each, require_sessions
from app.programme.queries.papers.chart import Chart, Planned
from app.programme.queries.papers.in_full import with_the_rest
from app.programme.queries.papers.sheets import (
    FEW,
    Head,
    chart_of,
    day_names,
    days_of,
    meetings_of,
    paper_of,
    planned_of,
)
from app.programme.queries.papers.tables import FEWEST, folded
from app.programme.queries.reading import Item
from app.programme.rules.changes import where

FEW_ROOMS = 4
ROOMS = (8, 6, 4, 3, 2, 1)  # beside each other on one sheet
PARTS = (1, 2, 3, 4)  # of a day, one after the other
MOST_LANES = 8  # of a room in one column; where more runs at once, it has several


@dataclass(frozen=True)
class _Plan:
    """A day, or a few with little. ``heads`` of the columns by language; ``listed``: what stands behind each number."""

    titles: list[str]
    heads: list[list[str]]
    sessions: list[Planned]
    listed: Mapping[int, Sequence[Item]]


def wall_pdf(
    edition: Edition, languages: Sequence[str] = ("ru", "de"), paper: str = "a3", tell: Told | None = None
) -> bytes:
    """A sheet for each day, its rooms beside each other over the hours; days that are too full for one take several, by
    rooms or by hours. Bilateral meetings follow by table on a sheet of their own.

    :raises Refusal: when no session takes place.
    """
    require_sessions(edition.content)
    sheets = []
    days = days_of(edition.content)
    for done, same in enumerate(_gathered(edition.content, days)):
        if tell is not None:
            tell(done, len(days) + 1)
        sheets += _wall(edition, languages, paper, {day: days[day] for day in same})
        sheets += meetings_of(edition, {day: days[day] for day in same}, languages, paper)
    return paper_of(edition, languages, paper, sheets)


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


def _wall(edition: Edition, languages: Sequence[str], paper: str, days: Mapping[str, list[Item]]
          ) -> list[dict[str, Any]]:  # fmt: skip
    """The fewest sheets that tell a day, or a few days with little, in full."""
    plan = _planned(edition, languages, days)
    rooms = len(plan.heads)
    divided = PARTS if len(days) == 1 else PARTS[:1]
    ways = {(-(-rooms // -(-rooms // most)), parts) for most in ROOMS for parts in divided}
    charts: list[list[Chart]] = []
    heads: list[Head] = []
    for share, parts in sorted(ways, key=lambda way: (-(-rooms // way[0]) * way[1], way[1])):
        pieces = _pieces(plan, parts)
        heads = [Head.of(edition, piece.titles, languages, paper) for piece in pieces]
        charts = [_charts(head, piece, languages, paper, share) for head, piece in zip(heads, pieces, strict=True)]
        if all(chart.whole for same in charts for chart in same):
            break
    return [sheet for head, same in zip(heads, charts, strict=True)
            for sheet in with_the_rest(head, same, plan.listed, languages)]  # fmt: skip


def _charts(head: Head, piece: _Plan, languages: Sequence[str], paper: str, share: int) -> list[Chart]:
    firsts = range(0, len(piece.heads), share)
    counts = [len(piece.heads[first : first + share]) for first in firsts]
    chart = chart_of(head, piece.heads, piece.sessions, languages, paper, counts)
    return [chart.columns(first, share) for first in firsts]


def _planned(edition: Edition, languages: Sequence[str], days: Mapping[str, list[Item]]) -> _Plan:
    zone = ZoneInfo(edition.content["timezone"])
    rooms = [(day, venue, room) for day, items in days.items() for venue, room in _rooms(edition.content, items)]
    names: list[list[str]] = [[] for _room in rooms]
    found: list[list[Planned]] = [[] for _room in rooms]
    listed: dict[int, Sequence[Item]] = {}
    for day, items in days.items():
        for run in folded(items):
            for same in [run] if len(run) >= FEWEST else [[one] for one in run]:
                column = rooms.index((day, same[0]["venue"], same[0]["room"]))
                names[column] = _room_names(same[0], languages)
                planned = planned_of(same, column, languages, zone, number=len(listed) + 1)
                if planned is not None:
                    listed[planned.number] = same
                    found[column].append(planned)
    if len(days) > 1:
        names = [
            [f"{name}: {there}" for name, there in zip(day_names(room[0], languages), told, strict=True)]
            for room, told in zip(rooms, names, strict=True)
        ]
    heads: list[list[str]] = []
    sessions: list[Planned] = []
    for told, here in zip(names, found, strict=True):
        for beside in _in_columns(here):
            sessions += [replace(one, column=len(heads)) for one in beside]
            heads.append(told)
    titles = [" · ".join(names) for names in zip(*(day_names(day, languages) for day in days), strict=True)]
    return _Plan(titles, heads, sessions, listed)


def _in_columns(sessions: Sequence[Planned]) -> list[list[Planned]]:
    """The sessions of a room; where more run at once than a column has room for, in several columns."""
    ends: list[int] = []
    columns: list[list[Planned]] = []
    for one in sorted(sessions, key=lambda one: (one.starts, -one.ends)):
        lane = next((lane for lane, end in enumerate(ends) if end <= one.starts), len(ends))
        ends[lane : lane + 1] = [one.ends]
        if lane // MOST_LANES == len(columns):
            columns.append([])
        columns[lane // MOST_LANES].append(one)
    return columns


def _pieces(plan: _Plan, parts: int) -> list[_Plan]:
    """A day divided by its hours, so that each part has about as many sessions; rooms only where something begins."""
    starts = sorted(one.starts for one in plan.sessions)
    cuts = sorted({starts[len(starts) * part // parts] for part in range(1, parts)} - {starts[0]})
    if not cuts:
        return [plan]
    found = []
    for first, last in zip([0, *cuts], [*cuts, 10_000], strict=True):
        here = [one for one in plan.sessions if first <= one.starts < last]
        columns = sorted({one.column for one in here})
        begins, ends = min(one.starts for one in here), min(last, max(one.ends for one in here))
        hours = f"{begins // 60 % 24:02}:{begins % 60:02}–{ends // 60 % 24:02}:{ends % 60:02}"
        found.append(
            _Plan([f"{title}, {hours}" for title in plan.titles], [plan.heads[column] for column in columns],
                  [replace(one, column=columns.index(one.column)) for one in here], plan.listed)
        )  # fmt: skip
    return found
