"""Editing the draft by hand: one session at a time, nobody overwriting anybody unseen."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.conferences.models import Conference, Room, Venue
from app.conferences.rules import ConferenceFormat
from app.database import db, transaction
from app.delegations.models import Delegate
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.programme.models import ProgrammeSession, ProgrammeTrack
from app.programme.operations.parts import (
    agreements_of,
    parties_of,
    people_of,
    set_agreements,
    set_parties,
    set_people,
    tied,
)
from app.programme.operations.signing_up import settle
from app.programme.operations.steps import draft_step, locked
from app.programme.queries import session_by_code
from app.programme.queries.namesakes import namesakes
from app.programme.rules import RELIEF, InterpretationKind, SessionKind
from app.programme.rules.file_values import LONGEST_WAIT
from app.programme.rules.hours import require_length
from app.programme.rules.parts import AgreementDetails, PersonDetails


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
    people: tuple[PersonDetails, ...]
    sign_up: bool = False
    places: int | None = None
    track_id: int | None = None
    parallel: str = ""
    part_of: str = ""
    interpreted_how: InterpretationKind | None = None
    relief_minutes: int = RELIEF
    buffer_before: int = 0
    buffer_after: int = 0
    to_venue_id: int | None = None
    parties: tuple[int, ...] = ()
    agreements: tuple[AgreementDetails, ...] = ()


PARTS = ("people", "parties", "agreements")
COLUMNS = tuple(part.name for part in fields(SessionDetails) if part.name not in PARTS)


class ChangedMeanwhile(Refusal):
    """Somebody else changed the session since the form was opened.

    :param theirs: what stands in the draft now, for the columns that differ from what was sent.
    :param merged: what would stand there if both changes stood, with what was sent where they meet.
    """

    def __init__(
        self, session: ProgrammeSession, theirs: Mapping[str, Any], merged: SessionDetails | None = None
    ) -> None:
        super().__init__(_l("Somebody else has changed this session meanwhile."))
        self.session = session
        self.theirs = theirs
        self.merged = merged


def details_of(session: ProgrammeSession) -> SessionDetails:
    """The session as a form knows it."""
    values = {name: getattr(session, name) for name in COLUMNS}
    return SessionDetails(
        **values, people=people_of(session), parties=parties_of(session), agreements=agreements_of(session)
    )


# What only makes sense together.
_TOGETHER = ({"starts_at", "ends_at", "day"}, {"room_id", "venue_id"}, {"languages", "interpretation"})


def _plainly(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def sums_of(details: SessionDetails) -> dict[str, str]:
    """A short sum of each value, for a form to say later what it was opened with."""
    return {
        name: hashlib.sha256(json.dumps(value, default=_plainly).encode()).hexdigest()[:8]
        for name, value in asdict(details).items()
    }


def _merged(
    mine: SessionDetails, theirs: SessionDetails, opened: Mapping[str, str]
) -> tuple[SessionDetails, frozenset[str]]:
    """Both changes together, and the columns where they meet."""
    now, sent = sums_of(theirs), sums_of(mine)

    def touched(values: Mapping[str, str]) -> set[str]:
        found = {name for name, value in values.items() if value != opened.get(name)}
        for group in _TOGETHER:
            found |= group if found & group else set()
        return found

    own, others = touched(sent), touched(now)
    return (
        replace(theirs, **{name: getattr(mine, name) for name in own}),
        frozenset(name for name in own & others if sent[name] != now[name]),
    )


def _place(conference: Conference, details: SessionDetails) -> dict[str, Any]:
    """Room and venue, which must be the conference's own."""
    room = db.session.get(Room, details.room_id) if details.room_id else None
    venue = db.session.get(Venue, details.venue_id) if details.venue_id and room is None else None
    house = room.venue if room is not None else venue
    asked = details.room_id or details.venue_id
    if asked and (house is None or house.conference_id != conference.id):
        raise Refusal(_l("This room does not belong to the conference."), field="place")
    target = db.session.get(Venue, details.to_venue_id) if details.to_venue_id else None
    if details.to_venue_id and (target is None or target.conference_id != conference.id):
        raise Refusal(_l("This house does not belong to the conference."), field="to_venue")
    track = db.session.get(ProgrammeTrack, details.track_id) if details.track_id else None
    if details.track_id and (track is None or track.conference_id != conference.id):
        raise Refusal(_l("This track does not belong to the conference."), field="track")
    return {"room": room, "venue": venue, "to_venue": target, "track": track}


def _require_sense(conference: Conference, details: SessionDetails) -> None:
    """What must be so whatever stands in the draft."""
    if not (details.title_ru or details.title_de or details.title_en):
        raise Refusal(_l("Give the session a title in one language at least."), field="title_ru")
    require_length(details.starts_at, details.ends_at, conference.timezone)
    for name in ("buffer_before", "buffer_after"):
        if not 0 <= getattr(details, name) <= LONGEST_WAIT:
            raise Refusal(_l("At most a day, please."), field=name)
    if not 1 <= details.relief_minutes <= LONGEST_WAIT:
        raise Refusal(_l("At least one minute, please."), field="relief_minutes")
    numbers = {person.delegate_id for person in details.people if person.delegate_id is not None}
    if numbers and len(numbers) != db.session.scalar(
        select(func.count())
        .select_from(Delegate)
        .where(Delegate.id.in_(numbers), Delegate.conference_id == conference.id)
    ):
        raise Refusal(_l("This delegate does not belong to the conference."), field="people")


def _values(conference: Conference, details: SessionDetails) -> dict[str, Any]:
    plain = {name: getattr(details, name) for name in COLUMNS if name not in _LOADED}
    return plain | _place(conference, details)


_LOADED = frozenset({"room_id", "venue_id", "to_venue_id", "track_id"})


def _set_parts(session: ProgrammeSession, details: SessionDetails) -> None:
    with db.session.no_autoflush:
        by_name = namesakes(session.conference_id, {one.name for one in details.people if one.delegate_id is None})
    set_people(session, [tied(one, by_name) for one in details.people])
    set_parties(session, details.parties)
    set_agreements(session, details.agreements)


def add_session(
    *, conference: Conference, code: str, details: SessionDetails, actor: Actor, at: datetime
) -> ProgrammeSession:
    """Add a session to the draft.

    :param code: its short sign in the programme; empty: the next free one.
    :raises Refusal: when the sign is taken, or the room belongs elsewhere.
    """
    _require_sense(conference, details)
    code = code.strip()
    with draft_step(conference=conference, deed="add", actor=actor, at=at) as step, transaction() as session:
        if code and session_by_code(conference, code) is not None:
            raise Refusal(_l("The sign “%(code)s” is taken already.", code=code), field="code")
        row = ProgrammeSession(
            conference_id=conference.id, code=code or next(free_codes(conference)), uid=str(uuid.uuid4()), extra={},
            updated_at=at, **_values(conference, details),
        )  # fmt: skip
        _set_parts(row, details)
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
    *,
    session: ProgrammeSession,
    details: SessionDetails,
    version: int,
    opened: Mapping[str, str] | None = None,
    actor: Actor,
    at: datetime,
) -> bool:
    """Change a session of the draft; returns whether anything was different.

    :param version: the version the person saw.
    :param opened: the sums of what they saw (:func:`sums_of`): then what others changed meanwhile stands beside what
        they changed, as long as it is not the same.
    :raises ChangedMeanwhile: when it is another by now and differs from what was sent.
    :raises Refusal: when the room belongs to another conference or every title is empty.
    """
    _require_sense(session.conference, details)
    with draft_step(conference=session.conference, deed="change", actor=actor, at=at) as step, transaction() as unit:
        [session] = locked([session])
        step.hold(session)
        now_there = details_of(session)
        meet: frozenset[str] | None = None
        if opened and session.version != version:
            details, meet = _merged(details, now_there, opened)
            _require_sense(session.conference, details)
        changed = [
            part.name for part in fields(details) if getattr(now_there, part.name) != getattr(details, part.name)
        ]
        if not changed:
            return False
        if session.version != version and (meet is None or meet):
            raise ChangedMeanwhile(
                session, {name: getattr(now_there, name) for name in changed if meet is None or name in meet},
                merged=details if meet else None,
            )  # fmt: skip
        for name, value in _values(session.conference, details).items():
            if getattr(session, name) != value:
                setattr(session, name, value)
        _set_parts(session, details)
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
