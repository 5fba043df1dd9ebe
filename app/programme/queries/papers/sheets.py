"""Papers of one glance: the overview of all days, and the wall plan of a day with its rooms beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from app.i18n import number, speaking
from app.programme.queries.papers.booklet import Edition, Told, each, require_sessions
from app.programme.queries.papers.chart import Chart, Planned, lay_out
from app.programme.queries.reading import Item, day_title, heading, hours_of, local, shown, title_of
from app.programme.queries.setting import Setter, faces, watermark
from app.programme.rules import SessionKind
from app.programme.rules.anchors import anchor
from app.programme.rules.changes import where

SHEETS = {"a4": (297, 210), "a3": (420, 297)}
AXIS = 13.0  # mm at the left, for the hours
MOST_ROOMS = 8  # beside each other on one sheet
_QUIET = {SessionKind.BREAK.value, SessionKind.MEAL.value, SessionKind.TRANSFER.value, SessionKind.REGISTRATION.value}


def _planned(item: Item, column: int, languages: Sequence[str], zone: ZoneInfo, *, with_places: bool) -> Planned | None:
    starts, ends = local(item["starts_at"], zone), local(item["ends_at"], zone)
    if starts is None:
        return None
    first = starts.hour * 60 + starts.minute
    length = int((ends - starts).total_seconds() // 60) if ends else 30
    titles: dict[str, str] = {}
    for language in languages:
        title, spoken = title_of(item, language)
        if title not in titles.values():
            titles[spoken] = title
    places = [where(item, language) for language in languages] if with_places else []
    return Planned(
        column, first, first + max(length, 5), tuple(titles.items()), tuple(dict.fromkeys(filter(None, places))),
        item["start"] if with_places else hours_of(item), anchor(item["id"]), item["type"] in _QUIET,
    )  # fmt: skip


def _more(languages: Sequence[str], count: int) -> str:
    said = []
    for language in languages:
        with speaking(language):
            said.append(str(ngettext("and %(count)s more", "and %(count)s more", count, count=number(count))))
    return " · ".join(said)


def _chart(sessions: Sequence[Planned], columns: int, languages: Sequence[str], paper: str, head: float) -> Chart:
    width, height = SHEETS[paper]
    margin = 10.0 if paper == "a4" else 14.0
    return lay_out(
        sessions, columns=columns, width=width - 2 * margin - AXIS, height=height - 2 * margin - head,
        largest=9.0 if paper == "a4" else 16.0, languages=len(languages), more=lambda count: _more(languages, count),
    )  # fmt: skip


def _page(edition: Edition, languages: Sequence[str], paper: str, **values: Any) -> str:
    heads = []
    for language in languages:
        with speaking(language):
            heads.append(heading(edition.content, language))
    width, height = SHEETS[paper]
    stamp = edition.stamp(languages)
    return render_template(
        "print/programme/sheet.html", heads=heads, languages=list(languages), names=edition.lines(languages),
        stamp=stamp, watermark=watermark(stamp, width, height) if stamp else "", faces=faces(), paper=paper,
        axis=AXIS, **values,
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
        for item in items
        if (planned := _planned(item, column, languages, zone, with_places=True)) is not None
    ]
    columns = [each(languages, lambda day=day: day_title(date.fromisoformat(day))) for day in days]  # type: ignore[misc]
    chart = _chart(sessions, len(days), languages, paper, 36.0 if paper == "a4" else 52.0)
    sheet = {"title": each(languages, lambda: _("Overview")), "columns": columns, "chart": chart}
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
                if (planned := _planned(item, column, languages, zone, with_places=False)) is not None
            ]
            sheets.append({
                "title": title, "columns": [names[column] for column in range(len(here))],
                "chart": _chart(sessions, len(here), languages, paper, 58.0),
            })  # fmt: skip
    setter = Setter()
    html = _page(edition, languages, paper, sheets=sheets)
    return setter.bind([setter.set(html)], html)
