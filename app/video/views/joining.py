"""``/join/TOKEN``: the door to the right room, opened at the click."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request

from app.clock import now
from app.conferences.queries import conference_title
from app.permissions import by_token
from app.security_headers import limiter
from app.video.queries import guest, next_one, open_now, rooms_of, sessions_on_video

join_blueprint = Blueprint("video", __name__)


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
