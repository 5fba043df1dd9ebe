"""What every door has: an answer kept by nobody, the way back, and the address that stands in one header alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app, redirect, request

from app.video.operations.entering import address_for
from app.video.queries import rooms_of
from app.video.rules.accounts import FLOOR
from app.video.rules.trouble import Trouble
from app.video.rules.visitors import Visitor

WAY_BACK = "ratusha-lobby"
_HALF_A_DAY = 12 * 3600


def private(response: Any) -> Any:
    """Kept by nobody, told to nobody; camera and microphone may be tried here."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Permissions-Policy"] = "camera=(self), microphone=(self), geolocation=()"
    return response


def keep_way_back(response: Any, token: str) -> None:
    """The device remembers whose lobby it came from, for as long as a conference day may last."""
    response.set_cookie(
        WAY_BACK, token, max_age=_HALF_A_DAY, path="/join", httponly=True, samesite="Lax",
        secure=bool(current_app.config.get("SESSION_COOKIE_SECURE")),
    )  # fmt: skip


def is_a_click() -> bool:
    """Nobody enters a room because a browser or a mail filter looked ahead."""
    ahead = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return request.method == "GET" and "prefetch" not in ahead and "preview" not in ahead


def address_of(session_id: int, visitor: Visitor, at: datetime) -> str:
    """Where the room is, for this person at this moment; empty while there is no way in."""
    room = rooms_of([session_id]).get(session_id)
    if room is None or room.withdrawn_at is not None:
        return ""
    try:
        return address_for(room=room, visitor=visitor, at=at, channel=request.args.get("channel", FLOOR))
    except Trouble:
        return ""


def led(address: str) -> Any:
    """The address goes in the header alone."""
    response = redirect(address, code=302)
    response.set_data(b"")
    return private(response)
