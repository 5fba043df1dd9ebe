"""Giving up a room the draft uses."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import ngettext

from app import i18n
from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.forms import place_title
from app.conferences.models import Conference, Room
from app.conferences.queries import venues_of
from app.conferences.views.venues import ways_out
from app.database import db
from app.errors import Refusal
from app.permissions import Permission, allow
from app.programme.forms import blame
from app.programme.forms.rooms import NO_ROOM, GiveUpForm
from app.programme.operations.giving_up import give_up_room
from app.programme.part_words import hours_in_words
from app.programme.queries.using import sessions_in, signs_of_users
from app.programme.views.blueprint import programme


def _way_out(room: Room) -> str:
    if not signs_of_users(room):
        return ""
    return str(url_for("programme.give_up", slug=room.venue.conference.slug, number=room.id))


ways_out["programme"] = _way_out


def _room_or_404(conference: Conference, number: int) -> Room:
    room = db.session.get(Room, number)
    return room if room is not None and room.venue.conference_id == conference.id else abort(404)


@programme.route("/desk/c/<slug>/programme/rooms/<int:number>/remove", methods=["GET", "POST"])
@allow(Permission.EDIT_CONFERENCE)
def give_up(slug: str, number: int) -> Any:
    """Say where the sessions of a room go, and take it out."""
    conference = desk_conference(slug)
    room = _room_or_404(conference, number)
    form = GiveUpForm().offer(venues_of(conference), room)
    code = 200
    if form.is_submitted():
        code = 422
        try:
            if form.validate():
                to = db.session.get(Room, int(form.to.data)) if form.to.data != NO_ROOM else None
                name = place_title(room)
                count = give_up_room(room=room, to=to, actor=current_actor(), at=now())
                told = {"name": name, "number": i18n.number(count)}
                flash(
                    ngettext("%(name)s has been removed; %(number)s session was moved. It can be undone in the grid.",
                             "%(name)s has been removed; %(number)s sessions were moved. It can be undone in the grid.",
                             count, **told),
                    "done",
                )  # fmt: skip
                return redirect(url_for("conferences.venues", slug=slug), code=303)
        except Refusal as refusal:
            blame(form, refusal)
    sessions = sessions_in(room)
    page = render_template(
        "programme/give_up_room.html", conference=conference, form=form, room=room, sessions=sessions,
        name=place_title(room), hours=hours_in_words,
    )  # fmt: skip
    return page, code
