"""Giving up a room the draft uses: its sessions go elsewhere and the room goes out, as one step that can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.conferences.models import Room, Venue
from app.conferences.operations import remove_room
from app.database import db
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import SYSTEM, Actor
from app.programme.models import DraftStep, MeetingPlan, ProgrammeSession
from app.programme.operations.drafting import followers, forerunners
from app.programme.operations.steps import columns_of, draft_step, locked


def give_up_room(*, room: Room, to: Room | None, actor: Actor, at: datetime) -> int:
    """Move the sessions of a room to another one, or leave them in its house without a room, and take the room out;
    returns how many sessions that were.

    :raises Refusal: when the other room is of another conference, or the same.
    """
    conference = room.venue.conference
    if to is not None and (to.id == room.id or to.venue.conference_id != conference.id):
        raise Refusal(_l("Choose another room of this conference."), field="to")
    kept = {name: getattr(room, name) for name in columns_of(Room)}
    details: dict[str, Any] = {"room": kept}
    with draft_step(conference=conference, deed="room", actor=actor, at=at, details=details) as step:
        number, house = room.id, room.venue
        held = locked(db.session.scalars(select(ProgrammeSession).where(ProgrammeSession.room_id == number)).all())
        step.hold(*held)
        for row in held:
            row.room, row.venue, row.updated_at = to, house if to is None else None, at
        plan = db.session.get(MeetingPlan, conference.id)
        if plan is not None and plan.room_id == number:
            plan.room = to
            step.details["plan"] = True
        db.session.flush()
        remove_room(room=room, actor=actor, at=at)
        record(deed="programme.give_up_room", subject=None, actor=actor, at=at, conference_id=conference.id,
               details={"room": kept["name"], "to": to.name if to else "", "sessions": len(held)})  # fmt: skip
    return len(held)


def _bring_back(step: DraftStep, undone: bool) -> None:
    """Before the sessions go back into it, the room stands again."""
    kept: dict[str, Any] | None = step.details.get("room")
    if not kept or not undone:
        return
    house = db.session.get(Venue, kept["venue_id"])
    same_name = select(Room.id).where(Room.venue_id == kept["venue_id"], Room.name == kept["name"])
    taken = db.session.get(Room, kept["id"]) is not None or db.session.scalar(same_name) is not None
    if house is None or taken:
        raise Refusal(_l("The room “%(name)s” cannot come back: its house or its place is not free any more.",
                         name=kept["name"]))  # fmt: skip
    room = Room(**kept)
    house.rooms.append(room)
    db.session.flush()
    if step.details.get("plan"):
        plan = db.session.get(MeetingPlan, step.conference_id)
        if plan is not None:
            plan.room = room


def _take_out_again(step: DraftStep, undone: bool) -> None:
    kept: dict[str, Any] | None = step.details.get("room")
    if not kept or undone:
        return
    room = db.session.get(Room, kept["id"])
    if room is not None:
        remove_room(room=room, actor=SYSTEM, at=step.at)


if _bring_back not in forerunners:
    forerunners.append(_bring_back)
    followers.append(_take_out_again)
