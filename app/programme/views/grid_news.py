"""What others do to the draft, for the page of the grid: asked every few seconds, answered with nothing while there
is nothing new."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, get_template_attribute, jsonify, make_response, request
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.conferences.entrance import conference_or_404
from app.conferences.models import Conference
from app.conferences.queries import venues_of
from app.database import db
from app.permissions import Permission, allow
from app.programme.models import ProgrammeSession
from app.programme.queries.grid import NO_ROOM
from app.programme.queries.news import News, news_since, tip_of
from app.programme.queries.steps import in_words, step_to_redo, step_to_undo
from app.programme.rules.tip import Tip
from app.programme.views.blueprint import programme
from app.programme.views.grid import asked_date, board_shown, forms_of, grid_address, kept_choices, remarks, span_shown

SHOWN = 5  # news in one answer


@programme.get("/desk/c/<slug>/programme/grid/news")
@allow(Permission.EDIT_PROGRAMME)
def grid_news(slug: str) -> Any:
    """304 while the draft stands as the page knows it, else what is new and the columns it touches."""
    conference = conference_or_404(slug)
    tip = tip_of(conference)
    if str(tip) in request.if_none_match:
        answer = make_response("", 304)
    else:
        seen = Tip.read(next(iter(request.if_none_match), "")) or Tip()
        day = asked_date(request.args.get("day")) or abort(400)
        answer = jsonify(_news(conference, seen, day) | {"tip": str(tip)})
    answer.set_etag(str(tip))
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _news(conference: Conference, seen: Tip, day: date) -> dict[str, Any]:
    actor = current_actor()
    found = news_since(conference, seen, actor=actor, no_room=NO_ROOM)
    made = board_shown(conference, day, venues_of(conference), span_shown(request.args))
    told = [one for one in found or () if not one.own]
    answer: dict[str, Any] = {"news": [_line(conference, day, one) for one in told[-SHOWN:]]}
    if found is None:
        lead = {"text": _("A great deal has changed in the draft."), "url": grid_address(conference.slug, day)}
        answer["news"] = [lead | {"slots": []}]
    if (made.first, made.last) != span_shown(request.args):  # the page shows too few hours
        return answer
    edit = forms_of(conference.slug, day)
    column, tray, undo, options = (
        get_template_attribute("programme/_grid.html", name) for name in ("column", "tray", "undo_bar", "options")
    )
    touched = {one.key for one in made.columns} if found is None else {key for one in found for key in one.rooms}
    return answer | {
        "tall": made.tall,
        "columns": {key: column(shown, edit) for key in sorted(touched) if (shown := made.column(key)) is not None},
        "tray": tray(made, edit),
        "undo": undo(conference.slug, day.isoformat(), kept_choices(), step_to_undo(conference, actor),
                     step_to_redo(conference, actor), in_words),
        "options": options(made),
        "remarks": remarks(made),
    }  # fmt: skip


def _line(conference: Conference, day: date, one: News) -> dict[str, Any]:
    """A line of news with the way to the first session it is about: to the day that session stands on."""
    rows = [row for row in (db.session.get(ProgrammeSession, number) for number in one.sessions[:1]) if row is not None]
    url = ""
    if rows:
        target = rows[0].day_in(ZoneInfo(conference.timezone)) or day
        url = grid_address(conference.slug, target, _anchor=f"slot-{rows[0].id}")
    return {"text": one.text, "url": url, "slots": list(one.sessions)}
