"""Editing the draft by hand: one session at a time, nobody overwriting anybody unseen."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.conferences.models import Conference, Room, Venue
from app.conferences.rules import ConferenceFormat
from app.database import db, transaction
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.programme.models import ProgrammeSession
from app.programme.operations.importing import set_people
from app.programme.operations.signing_up import settle
from app.programme.operations.steps import draft_step, locked
from app.programme.queries import session_by_code
from app.programme.rules import PersonRole, SessionKind


@dataclass(frozen=True)
class SessionDetails:
    """What the form of a session hands over. ``day`` only while the hour is unknown, ``venue_id`` the room."""

    kind: SessionKind
    title_ru: str
    title_de: str
    title_en: str
    description_ru: str
    description_de: str
    description_en: str
    starts_at: datetime | None
    ends_at: datetime | None
    day: date | None
    room_id: int | None
    venue_id: int | None
    capacity: int | None
    audience: str
    languages: str
    interpretation: bool
    format: ConferenceFormat | None
    people: tuple[tuple[str, PersonRole], ...]
    sign_up: bool = False
    places: int | None = None


COLUMNS = tuple(part.name for part in fields(SessionDetails) if part.name != "people")


class ChangedMeanwhile(Refusal):
    """Somebody else changed the session since the form was opened.

    :param theirs: what stands in the draft now, for the columns that differ from what was sent.
    """

    def __init__(self, session: ProgrammeSession, theirs: Mapping[str, Any]) -> None:
        super().__init__(_l("Somebody else has changed this session meanwhile."))
        self.session = session
        self.theirs = theirs


def details_of(session: ProgrammeSession) -> SessionDetails:
    """The session as a form knows it."""
    values = {name: getattr(session, name) for name in COLUMNS}
    return SessionDetails(**values, people=tuple((person.name, person.role) for person in session.people))


def _place(conference: Conference, details: SessionDetails) -> dict[str, Any]:
    """Room and venue, which must be the conference's own."""
    room = db.session.get(Room, details.room_id) if details.room_id else None
    venue = db.session.get(Venue, details.venue_id) if details.venue_id and room is None else None
    house = room.venue if room is not None else venue
    asked = details.room_id or details.venue_id
    if asked and (house is None or house.conference_id != conference.id):
        raise Refusal(_l("This room does not belong to the conference."), field="place")
    return {"room": room, "venue": venue}


def _require_titles(details: SessionDetails) -> None:
    if not (details.title_ru or details.title_de or details.title_en):
        raise Refusal(_l("Give the session a title in one language at least."), field="title_ru")


def _values(conference: Conference, details: SessionDetails) -> dict[str, Any]:
    plain = {name: getattr(details, name) for name in COLUMNS if name not in {"room_id", "venue_id"}}
    return plain | _place(conference, details)


def add_session(
    *, conference: Conference, code: str, details: SessionDetails, actor: Actor, at: datetime
) -> ProgrammeSession:
    """Add a session to the draft.

    :param code: its short sign in the programme; empty: the next free one.
    :raises Refusal: when the sign is taken, or the room belongs elsewhere.
    """
    _require_titles(details)
    code = code.strip()
    with draft_step(conference=conference, deed="add", actor=actor, at=at) as step, transaction() as session:
        if code and session_by_code(conference, code) is not None:
            raise Refusal(_l("The sign “%(code)s” is taken already.", code=code), field="code")
        row = ProgrammeSession(
            conference_id=conference.id, code=code or next(free_codes(conference)), uid=str(uuid.uuid4()), extra={},
            updated_at=at, **_values(conference, details),
        )  # fmt: skip
        set_people(row, details.people)
        session.add(row)
        session.flush()
        step.made(row)
        record(deed="programme.add_session", subject=row, actor=actor, at=at, details={"code": row.code})
    return row


def free_codes(conference: Conference) -> Iterator[str]:
    """Signs nobody has yet: S08, S09, … from the number of sessions on."""
    taken = set(
        db.session.scalars(select(ProgrammeSession.code).where(ProgrammeSession.conference_id == conference.id))
    )
    number = len(taken)
    while True:
        number += 1
        if f"S{number:02}" not in taken:
            yield f"S{number:02}"


def change_session(
    *, session: ProgrammeSession, details: SessionDetails, version: int, actor: Actor, at: datetime
) -> bool:
    """Change a session of the draft; returns whether anything was different.

    :param version: the version the person saw.
    :raises ChangedMeanwhile: when it is another by now and differs from what was sent.
    :raises Refusal: when the room belongs to another conference or every title is empty.
    """
    _require_titles(details)
    with draft_step(conference=session.conference, deed="change", actor=actor, at=at) as step, transaction() as unit:
        [session] = locked([session])
        step.hold(session)
        now_there = details_of(session)
        changed = [
            part.name for part in fields(details) if getattr(now_there, part.name) != getattr(details, part.name)
        ]
        if not changed:
            return False
        if session.version != version:
            raise ChangedMeanwhile(session, {name: getattr(now_there, name) for name in changed})
        for name, value in _values(session.conference, details).items():
            if getattr(session, name) != value:
                setattr(session, name, value)
        set_people(session, details.people)
        session.updated_at = at
        unit.flush()
        settle(session, at)
        record(deed="programme.change_session", subject=session, actor=actor, at=at,
               details={"code": session.code, "changed": changed})  # fmt: skip
    return True


def cancel_session(*, session: ProgrammeSession, actor: Actor, at: datetime) -> None:
    """Take a session off; the next release says so. Cancelling twice does nothing more."""
    _set_cancelled(session, True, "programme.cancel_session", actor, at)


def reinstate_session(*, session: ProgrammeSession, actor: Actor, at: datetime) -> None:
    """Hold a cancelled session after all."""
    _set_cancelled(session, False, "programme.reinstate_session", actor, at)


def _set_cancelled(session: ProgrammeSession, cancelled: bool, deed: str, actor: Actor, at: datetime) -> None:
    step_deed = "cancel" if cancelled else "reinstate"
    with draft_step(conference=session.conference, deed=step_deed, actor=actor, at=at) as step, transaction() as unit:
        [session] = locked([session])
        if session.cancelled == cancelled:
            return
        step.hold(session)
        session.cancelled, session.cancelled_by_switch, session.updated_at = cancelled, False, at
        unit.flush()
        record(deed=deed, subject=session, actor=actor, at=at, details={"code": session.code})
