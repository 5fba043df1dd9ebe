"""What the papers of one glance have in common: heads, charts, the sheets of meetings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from app.i18n import number, speaking
from app.programme.queries.papers.booklet import Edition, each
from app.programme.queries.papers.chart import Chart, Planned, lay_out
from app.programme.queries.papers.day_lists import list_days
from app.programme.queries.papers.measure import PT, lines
from app.programme.queries.papers.tables import FEWEST, at_a_table, folded, slots, table_of
from app.programme.queries.papers.together import common_place, runs, told_as_one
from app.programme.queries.reading import Item, day_title, heading, hours_of, local, shown, tied, title_of
from app.programme.queries.setting import Setter, faces, watermark
from app.programme.rules import SessionKind
from app.programme.rules.anchors import anchor

SHEETS = {"a4": (297, 210), "a3": (420, 297)}
AXIS = 13.0  # mm at the left, for the hours
FEW = 3  # sessions of a day that may stand on a sheet with those of the next
_SLOTS = {"a4": 3, "a3": 4}  # hours of meetings beside each other
_MARGINS = {"a4": 10.0, "a3": 12.0}
_HEAD_SIZE = {"a4": 9.0, "a3": 10.5}  # points of the heads of columns
_FOOT = 7.0  # mm
_QUIET = {SessionKind.BREAK.value, SessionKind.MEAL.value, SessionKind.TRANSFER.value, SessionKind.REGISTRATION.value}


def planned_of(
    items: Sequence[Item], column: int, languages: Sequence[str], zone: ZoneInfo, *, number: int = 0,
    house: str | None = None, by_table: bool = True,
) -> Planned | None:  # fmt: skip
    """A session, or several told as one, in its column.

    :param number: under which it stands in the list of what the sheet does not tell in full.
    :param by_table: meetings told as one stand by table on a sheet of their own.
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
    listed = False
    for language in languages:
        told = told_as_one(items, language) if len(items) > 1 and not meetings else None
        title, spoken = (told.title, language) if told else title_of(item, language)
        if meetings:
            title, spoken = meetings_as_one(items, language, by_table=by_table), language
        if title not in titles.values():
            titles[spoken] = title
            parts += [(language, told.parts)] if told and told.parts else []
            listed = listed or bool(told and not told.parts)
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
        anchor(item["id"]), item["type"] in _QUIET, tuple(parts), number, listed, len(items),
    )  # fmt: skip


def _at_table(name: str, language: str) -> str:
    with speaking(language):
        return tied(str(_("Table %(number)s", number=name)), language)


def meetings_as_one(items: Sequence[Item], language: str, *, by_table: bool = True) -> str:
    """ "32 bilateral meetings, tables 1–9; each of them on the sheet of meetings"."""
    count, tables = len(items), {table_of(item) for item in items}
    with speaking(language):
        title = ngettext("%(count)s bilateral meeting", "%(count)s bilateral meetings", count, count=number(count))
        if all(name.isdigit() for name in tables):
            told = _("tables %(numbers)s", numbers=runs(sorted(int(name) for name in tables)))
            title = f"{title}, {told}"
        return tied(f"{title}; {_('each of them on the sheet of meetings')}" if by_table else title, language)


def _more(languages: Sequence[str], count: int) -> str:
    said = []
    for language in languages:
        with speaking(language):
            said.append(str(ngettext("and %(count)s more", "and %(count)s more", count, count=number(count))))
    return " · ".join(said)


@dataclass(frozen=True)
class Head:
    """What stands above the chart of a sheet. ``top``: mm from the upper edge of the sheet to the heads of columns."""

    titles: list[str]
    subs: list[str]
    top: float

    @classmethod
    def of(cls, edition: Edition, titles: list[str], languages: Sequence[str], paper: str) -> Head:
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


def chart_of(head: Head, columns: Sequence[Sequence[str]], sessions: Sequence[Planned], languages: Sequence[str],
           paper: str, sheets: Sequence[int] = ()) -> Chart:  # fmt: skip
    """The chart below a head; ``sheets``: how many columns stand on each, where it has several."""
    width, height = SHEETS[paper]
    margin = _MARGINS[paper]
    return lay_out(
        sessions, heads=columns, width=width - 2 * margin - AXIS, height=height - 2 * margin - head.top - _FOOT,
        largest=9.0 if paper == "a4" else 16.0, languages=len(languages), head_size=_HEAD_SIZE[paper],
        more=lambda count: _more(languages, count), spoken=languages, sheets=sheets,
    )  # fmt: skip


def lists_of(head: Head, columns: Sequence[Sequence[str]], sessions: Sequence[Planned], languages: Sequence[str],
             paper: str) -> Chart:  # fmt: skip
    """Lists of days below a head, where the chart has no room for what it tells."""
    width, height = SHEETS[paper]
    margin = _MARGINS[paper]
    return list_days(
        sessions, heads=columns, width=width - 2 * margin, height=height - 2 * margin - head.top - _FOOT,
        languages=len(languages), head_size=_HEAD_SIZE[paper], more=lambda count: _more(languages, count),
        spoken=languages,
    )  # fmt: skip


def sheet_of(head: Head, chart: Chart, note: Sequence[str] = ()) -> dict[str, Any]:
    """What the page shows of a sheet; ``note``: in its foot, by language."""
    axis = AXIS if chart.marks else 0.0
    return {"head": head, "chart": chart, "top": head.top + chart.head, "note": note, "axis": axis}


def tables_of(edition: Edition, day: str, items: Sequence[Item], languages: Sequence[str], paper: str
              ) -> dict[str, Any]:  # fmt: skip
    """The meetings of a day by hour and table, as a sheet of their own."""
    found = slots(items, languages)
    beside = min(_SLOTS[paper], len(found))
    subs = [
        " · ".join(filter(None, (word, common_place(items, language))))
        for language, word in zip(languages, each(languages, lambda: _("Bilateral meetings by table")), strict=True)
    ]
    return {
        "head": replace(Head.of(edition, day_names(day, languages), languages, paper), subs=subs),
        "rows": [found[first : first + beside] for first in range(0, len(found), beside)],
        "beside": beside,
    }


def tabled(items: Sequence[Item]) -> list[Item]:
    """The meetings of a day that are told in one box."""
    return [item for run in folded(items) if len(run) >= FEWEST for item in run]


def meetings_of(edition: Edition, days: Mapping[str, Sequence[Item]], languages: Sequence[str], paper: str
                ) -> list[dict[str, Any]]:  # fmt: skip
    """The sheets of meetings by table, of the days that have some."""
    return [tables_of(edition, day, meetings, languages, paper)
            for day, items in days.items() if (meetings := tabled(items))]  # fmt: skip


def paper_of(edition: Edition, languages: Sequence[str], paper: str, sheets: Sequence[dict[str, Any]]) -> bytes:
    """The sheets as one PDF."""
    setter = Setter()
    html = page_of(edition, languages, paper, sheets=sheets)
    return setter.bind([setter.set(html)], html)


def page_of(edition: Edition, languages: Sequence[str], paper: str, **values: Any) -> str:
    """The sheets as a document."""
    with speaking(languages[0]):
        title = heading(edition.content, languages[0])["title"]
    width, height = SHEETS[paper]
    stamp = edition.stamp(languages)
    return render_template(
        "print/programme/sheet.html", title=title, languages=list(languages), names=edition.lines(languages),
        stamp=stamp, watermark=watermark(stamp, width, height) if stamp else "", faces=faces(), paper=paper,
        margin=_MARGINS[paper], head_size=_HEAD_SIZE[paper],
        table_words=each(languages, lambda: _("Table")), **values,
    )  # fmt: skip


def days_of(content: Mapping[str, Any]) -> dict[str, list[Item]]:
    """What has its hour, by day."""
    found: dict[str, list[Item]] = {}
    for item in shown(content):
        if item["starts_at"]:
            found.setdefault(item["date"], []).append(item)
    return found


def day_names(day: str, languages: Sequence[str]) -> list[str]:
    """A day in each of the languages."""
    return each(languages, lambda: day_title(date.fromisoformat(day)))
