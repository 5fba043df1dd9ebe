"""``/join/TOKEN``: the door to the right room, opened at the click; and the rooms' page for staff."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.models import Conference
from app.conferences.queries import conference_title, find
from app.database import db
from app.errors import Refusal
from app.navigation import Door, enter_conference
from app.permissions import Permission, allow, by_token
from app.programme.models import ProgrammeSession
from app.security_headers import limiter
from app.video.forms import RoomForm
from app.video.models import MeetingRoom
from app.video.operations import change_room
from app.video.queries import guest, next_one, open_now, rooms, rooms_of, sessions_on_video

join_blueprint = Blueprint("video", __name__)
desk_blueprint = Blueprint("video_rooms", __name__, url_prefix="/<language:language>/desk/c/<slug>/video")
blueprints = (join_blueprint, desk_blueprint)
doors = (Door(_l("Video rooms"), "video_rooms.show", Permission.SEE_ROOM_ADDRESSES, 70, of_conference=True),)


@join_blueprint.get("/join/<token>")
@by_token
@limiter.limit("120 per minute")
def join(token: str) -> Any:
    """Lead the person to the room that is theirs now; the raw address stands in no page of ours."""
    delegate = guest(token) or abort(404)
    g.language = delegate.language
    conference = delegate.conference
    at = now()
    sessions = sessions_on_video(conference)
    doors_open = open_now(sessions, at)
    wanted = request.args.get("session", "")
    chosen = [item for item in doors_open if item.code == wanted] if wanted else doors_open
    if len(chosen) == 1:
        room = rooms_of([chosen[0].id]).get(chosen[0].id)
        if room is not None and room.withdrawn_at is None and room.url:
            response = redirect(room.url, code=302)
            response.set_data(b"")  # the address goes in the header alone
            response.headers["Referrer-Policy"] = "no-referrer"
            response.headers["Cache-Control"] = "no-store"
            return response
    page = render_template(
        "video/lobby.html", delegate=delegate, conference=conference, title=conference_title(conference),
        open_sessions=doors_open, following=next_one(sessions, at), any_session=bool(sessions), token=token,
        room_missing=len(chosen) == 1,
    )  # fmt: skip
    return page, 200, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def _enter(slug: str) -> Conference:
    conference = find(slug) or abort(404)
    enter_conference(slug=slug, title=conference_title(conference))
    return conference


@desk_blueprint.get("/")
@allow(Permission.SEE_ROOM_ADDRESSES)
def show(slug: str) -> Any:
    """The rooms in use and the sessions that lack one."""
    conference = _enter(slug)
    found = rooms(conference)
    with_room = {room.session_id for room in found}
    lacking = [item for item in sessions_on_video(conference) if item.id not in with_room]
    return render_template("video/rooms.html", conference=conference, rooms=found, lacking=lacking)


@desk_blueprint.route("/<int:room_id>", methods=["GET", "POST"])
@allow(Permission.SEE_ROOM_ADDRESSES)
def edit(slug: str, room_id: int) -> Any:
    """Give a session another address."""
    conference = _enter(slug)
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
