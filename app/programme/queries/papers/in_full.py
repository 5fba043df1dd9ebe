"""What a sheet of one glance has no room for: told in full on the pages behind it, under the numbers it has there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from app.i18n import number, speaking
from app.programme.queries.papers.booklet import each
from app.programme.queries.papers.chart import Chart
from app.programme.queries.papers.sheets import Head, sheet_of
from app.programme.queries.papers.together import common_place
from app.programme.queries.reading import Item, day_title, hours_of, title_of, unique


@dataclass(frozen=True)
class Row:
    """A session in full. ``titles``: (language, title); ``places`` by language."""

    number: int
    date: str
    hours: str
    titles: list[tuple[str, str]]
    places: list[str]


def _row(number_: int, item: Item, languages: Sequence[str]) -> Row:
    titles = dict(title_of(item, language) for language in reversed(languages))
    return Row(
        number_, str(item["date"]), hours_of(item), [(spoken, title) for title, spoken in reversed(titles.items())],
        unique(common_place([item], language) for language in languages),
    )  # fmt: skip


def with_the_rest(
    head: Head, charts: Sequence[Chart], listed: Mapping[int, Sequence[Item]], languages: Sequence[str]
) -> list[dict[str, Any]]:
    """The sheets, each with a word on how much it leaves out, and the list of all that.

    :param listed: the sessions behind the number of each block.
    """
    sheets, rows = [], []
    for chart in charts:
        left_out = 0
        for _block, sessions in chart.untold:
            items = [item for planned in sessions for item in listed[planned.number]]
            rows += [_row(sessions[0].number, item, languages) for item in items]
            left_out += len(items)
        sheets.append(sheet_of(head, chart, _note(left_out, languages) if left_out else ()))
    if rows:
        titles = []
        for language, title in zip(languages, head.titles, strict=True):
            with speaking(language):
                titles.append(str(_("%(title)s: in full", title=title)))
        rows.sort(key=lambda row: (row.date, row.hours, row.number))
        days = [
            (unique(each(languages, lambda day=day: day_title(date.fromisoformat(day)))), list(same))  # type: ignore[misc]
            for day, same in groupby(rows, key=lambda row: row.date)
        ]
        sheets.append({"head": replace(head, titles=titles), "full": days})
    return sheets


def cut_short(chart: Chart, languages: Sequence[str]) -> list[str]:
    """A word on how many titles one sheet shortens that nothing follows, else that it leaves out places; nothing where
    it tells all."""
    count = chart.unnamed
    if not count and not chart.whole:
        return each(languages, lambda: _("Places not named here stand in the booklet"))
    if not count:
        return []
    return each(languages, lambda: _("Shortened here: %(count)s; in full in the booklet", count=number(count)))


def _note(count: int, languages: Sequence[str]) -> list[str]:
    return each(
        languages,
        lambda: _(
            "Shortened here: %(count)s; in full under the numbers in brackets on the following pages",
            count=number(count),
        ),
    )
