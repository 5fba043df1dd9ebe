"""The desk: how many come from where, and the board of arrivals and departures."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.delegations import words
from app.delegations.queries.arrived import those_who
from app.delegations.queries.statistics import Count, Journey, days_of, journeys, statistics_of
from app.delegations.rules import ARRIVAL_MODES, shown
from app.delegations.rules.listing import day_of, question_of
from app.delegations.views.desk_list import came_choices, list_url
from app.delegations.views.shared import blueprint
from app.i18n import region_name, weekday_date
from app.permissions import Permission, allow


@blueprint.get("/desk/c/<slug>/delegates/statistics")
@allow(Permission.READ_DELEGATES)
def statistics(slug: str) -> Any:
    """Those who hold a place, by country, region, role and day of arrival."""
    conference = desk_conference(slug)
    found = statistics_of(conference)
    unknown = _("not known")
    parts = [
        (
            "country",
            _("By country"),
            _("Country"),
            {code: region_name(code) for code in found.by_country},
            found.by_country,
        ),
        ("region", _("By region"), _("Region"), found.region_names, found.by_region),
        (
            "role",
            _("By role"),
            _("Role"),
            {code: shown(words.role_word(code)) for code in found.by_role},
            found.by_role,
        ),
        ("arrival", _("By day of arrival"), _("Day of arrival"), _days(found.by_arrival), found.by_arrival),
    ]
    charts = [
        (name, title, label,
         [(called.get(code) or unknown, count, _list_url(conference, name, code)) for code, count in counts.items()],
         max((count.total for count in counts.values()), default=0))
        for name, title, label, called, counts in parts
    ]  # fmt: skip
    return render_template(
        "delegations/statistics.html", conference=conference, charts=charts, total=found.total,
        by_video=bool(found.total.video),
    )  # fmt: skip


def _days(counts: dict[str, Count]) -> dict[str, str]:
    return {text: weekday_date(day) for text in counts if (day := day_of(text)) is not None}


def _list_url(conference: Conference, name: str, code: str) -> str:
    if not code and name != "arrival":
        return ""
    return list_url(conference.slug, question_of({name: code or "none"}))


@blueprint.get("/desk/c/<slug>/delegates/arrivals")
@allow(Permission.READ_DELEGATES)
def arrivals(slug: str) -> Any:
    """Who arrives (or leaves) on which day by what, for those who meet trains. Made to be printed on A4."""
    conference = desk_conference(slug)
    leaving = request.args.get("way") == "departure"
    found, unknown = journeys(conference, leaving=leaving)
    days = days_of(found)
    day, mode = day_of(request.args.get("day", "")), request.args.get("mode", "")
    modes = {code: words.arrival_word(code) for code in ARRIVAL_MODES}
    came = request.args.get("came", "")
    those = those_who(conference, came)
    meant = [row for row in found if (day is None or row.moment.date() == day)
             and (not mode or row.mode == mode) and (those is None or row.delegate.id in those)]  # fmt: skip
    return render_template(
        "delegations/arrivals.html", conference=conference, leaving=leaving, days=days, day=day, mode=mode,
        modes=modes, board=_board(meant), came=came if those is not None else "",
        came_choices=came_choices(),
        unknown=[row for row in unknown if those is None or row.id in those] if day is None and not mode else [],
        mode_word=lambda code: shown(words.arrival_word(code)) if code else _("means of travel not known"),
        language_names=words.language_names,
    )  # fmt: skip


def _board(found: list[Journey]) -> list[tuple[Any, list[tuple[str, list[Journey]]]]]:
    """By day, then by means of travel in the usual order, then by time."""
    order = {code: place for place, code in enumerate(ARRIVAL_MODES)}

    def means(journey: Journey) -> tuple[int, str]:
        code = journey.mode
        return order.get(code, len(order) + (not code)), code

    board = []
    for day, of_day in groupby(found, key=lambda journey: journey.moment.date()):
        rows = sorted(of_day, key=lambda journey: (means(journey), journey.moment))
        board.append((day, [(key[1], list(group)) for key, group in groupby(rows, key=means)]))
    return board
