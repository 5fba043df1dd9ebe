"""The overview: all days of a conference beside each other on one sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.programme.queries.papers.booklet import Edition, Told, each, require_sessions
from app.programme.queries.papers.chart import MANY
from app.programme.queries.papers.in_full import cut_short, with_the_rest
from app.programme.queries.papers.sheets import (
    FEW,
    Head,
    chart_of,
    day_names,
    days_of,
    lists_of,
    meetings_of,
    paper_of,
    planned_of,
    sheet_of,
)
from app.programme.queries.papers.tables import FEWEST, folded
from app.programme.queries.papers.together import side_by_side
from app.programme.queries.reading import Item
from app.programme.rules.changes import named

MOST_HOUSES = 6  # days whose heads say in which house most of it takes place; more are too narrow for that


def overview_pdf(
    edition: Edition, languages: Sequence[str] = ("ru", "de"), paper: str = "a4", tell: Told | None = None, *,
    in_full: bool = False,
) -> bytes:  # fmt: skip
    """The whole conference on one page: days beside each other over the hours or, where that has no room for what is to
    be told, each as a list.

    :param in_full: what is shortened there has a number, under which it stands in full on the next pages; bilateral
        meetings by table follow on a sheet of their own.
    :raises Refusal: when no session takes place.
    """
    require_sessions(edition.content)
    days = days_of(edition.content)
    if tell is not None:
        tell(0, 1)
    sheets = _overview(edition, languages, paper, days, in_full=in_full)
    if in_full:
        sheets += meetings_of(edition, days, languages, paper)
    return paper_of(edition, languages, paper, sheets)


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


def _overview(edition: Edition, languages: Sequence[str], paper: str, days: Mapping[str, Sequence[Item]], *,
              in_full: bool) -> list[dict[str, Any]]:  # fmt: skip
    zone = ZoneInfo(edition.content["timezone"])
    head = Head.of(edition, each(languages, lambda: _("Overview")), languages, paper)
    listed: dict[int, Sequence[Item]] = {}
    sessions, columns = [], []
    few = len(days) <= MOST_HOUSES
    told: set[tuple[tuple[str, tuple[str, ...]], ...]] = set()  # what groups that meet again are about is told once
    for column, (day, items) in enumerate(days.items()):
        house = _house_names(items) if few else {}
        columns.append([" · ".join(filter(None, (name, named(house, language))))
                        for language, name in zip(languages, day_names(day, languages), strict=True)])  # fmt: skip
        for same in _groups(items):
            number = len(listed) + 1
            planned = planned_of(same, column, languages, zone, number=number if in_full else 0,
                                 house=_house(items) if few else "", by_table=in_full)  # fmt: skip
            if planned is not None:
                listed[number] = same
                sessions.append(replace(planned, parts=() if planned.parts in told else planned.parts))
                told.add(planned.parts)
    chart = chart_of(head, columns, sessions, languages, paper) if len(sessions) <= MANY else None
    if chart is None or not chart.whole:
        chart = lists_of(head, columns, sessions, languages, paper)
    if in_full:
        return with_the_rest(head, [chart], listed, languages)
    return [sheet_of(head, chart, cut_short(chart, languages))]
