"""The rooms' page for staff."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.queries import current_actor
from app.clock import now
from app.database import db
from app.errors import Refusal
from app.permissions import Permission, allow
from app.programme.models import ProgrammeSession
from app.video.forms import RoomForm
from app.video.models import MeetingRoom
from app.video.operations import change_room
from app.video.queries import rooms, sessions_on_video
from app.video.views.blueprint import desk_blueprint, entered


@desk_blueprint.get("/")
@allow(Permission.SEE_ROOM_ADDRESSES)
def show(slug: str) -> Any:
    """The rooms in use and the sessions that lack one."""
    conference = entered(slug)
    found = rooms(conference)
    with_room = {room.session_id for room in found}
    lacking = [item for item in sessions_on_video(conference) if item.id not in with_room]
    return render_template("video/rooms.html", conference=conference, rooms=found, lacking=lacking)


@desk_blueprint.route("/<int:room_id>", methods=["GET", "POST"])
@allow(Permission.SEE_ROOM_ADDRESSES)
def edit(slug: str, room_id: int) -> Any:
    """Give a session another address."""
    conference = entered(slug)
    room = db.session.scalar(
        select(MeetingRoom)
        .join(ProgrammeSession)
        .where(MeetingRoom.id == room_id, ProgrammeSession.conference_id == conference.id)
    ) or abort(404)
    form = RoomForm(url=room.url)
    if form.validate_on_submit():
        try:
            change_room(room=room, url=form.url.data, actor=current_actor(), at=now())
        except Refusal as refusal:
            form.url.errors = [*form.url.errors, refusal.message]
        else:
            flash(_("The join links of this session lead to the new address from now on."), "done")
            return redirect(url_for("video_rooms.show", slug=slug), code=303)
    page = render_template("video/room.html", conference=conference, room=room, form=form)
    return page, 422 if form.is_submitted() else 200
