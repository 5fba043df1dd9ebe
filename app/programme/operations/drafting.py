"""Deeds of those who lay out the draft: moving, shifting, copying a day; undoing and doing again."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.conferences.models import Conference, Room, Venue
from app.database import db, lock, transaction
from app.delegations.models import Delegate
from app.directory.models import Municipality
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.i18n import LANGUAGES, listing
from app.programme.models import DraftStep, ProgrammeSession, ProgrammeTrack, SessionSignUp
from app.programme.operations.editing import change_session, details_of, free_codes
from app.programme.operations.signing_up import settle
from app.programme.operations.steps import ANSWERS, PARTS, Snapshot, draft_step, locked, snapshot, values_of
from app.programme.queries import current_release
from app.programme.queries.meeting_seats import tables_of, told_table
from app.programme.queries.steps import in_words, step_to_redo, step_to_undo
from app.programme.rules.hours import moment, require_after, require_likely
from app.programme.rules.steps import StepState

LONGEST_SHIFT = 7 * 24 * 60  # minutes

#: told (step, whether it is undone or done again) when the sessions are back: who keeps rows beside sessions.
followers: list[Callable[[DraftStep, bool], object]] = []
#: told the same before that: who keeps what sessions refer to.
forerunners: list[Callable[[DraftStep, bool], object]] = []


def move_session(
    *,
    session: ProgrammeSession,
    starts_at: datetime | None,
    ends_at: datetime | None,
    room_id: int | None,
    version: int,
    actor: Actor,
    at: datetime,
) -> bool:
    """Give a session other hours or another room; returns whether anything was different.

    Without hours it keeps its day, without a room its house.

    :raises ChangedMeanwhile: when it is not the ``version`` the person saw.
    :raises Refusal: when the end is not after the beginning, or the room belongs elsewhere.
    """
    if ends_at is not None and starts_at is None:
        raise Refusal(_l("There is an end but no beginning."), field="end")
    if starts_at is not None and ends_at is not None:
        require_after(starts_at, ends_at)
    with draft_step(conference=session.conference, deed="move", actor=actor, at=at):
        [session] = locked([session])
        zone = ZoneInfo(session.conference.timezone)
        house = session.house
        details = replace(
            details_of(session), starts_at=starts_at, ends_at=ends_at,
            day=session.day_in(zone) if starts_at is None else None,
            room_id=room_id, venue_id=house.id if room_id is None and house is not None else None,
        )  # fmt: skip
        return change_session(session=session, details=details, version=version, actor=actor, at=at)


def shift_sessions(
    *, conference: Conference, sessions: Collection[ProgrammeSession], minutes: int, actor: Actor, at: datetime
) -> int:
    """Let sessions begin and end that many minutes later (earlier, when below 0); returns how many had hours.

    :raises Refusal: for sessions of another conference, and for more than a week.
    """
    if abs(minutes) > LONGEST_SHIFT:
        raise Refusal(_l("At most a week, please."), field="minutes")
    by = timedelta(minutes=minutes)
    with draft_step(conference=conference, deed="shift", actor=actor, at=at, details={"minutes": minutes}) as step:
        held = locked(sessions)
        if any(row.conference_id != conference.id for row in held):
            raise Refusal(_l("This session does not belong to your conference."))
        shifted = [row for row in held if row.starts_at is not None and minutes]
        step.hold(*shifted)
        for row in shifted:
            assert row.starts_at is not None  # sifted above
            row.starts_at, row.updated_at = row.starts_at + by, at
            row.ends_at = row.ends_at + by if row.ends_at is not None else None
        db.session.flush()
        for row in shifted:
            if row.sign_up:
                settle(row, at)
        if shifted:
            record(deed="programme.shift_sessions", subject=None, actor=actor, at=at, conference_id=conference.id,
                   details={"codes": [row.code for row in shifted], "minutes": minutes})  # fmt: skip
    return len(shifted)


def copy_day(
    *, conference: Conference, source: date, target: date, meetings: bool = False, actor: Actor, at: datetime
) -> tuple[list[ProgrammeSession], int]:
    """Copy what begins on one day to another, at the same hours of the clock; returns the new sessions, and how many
    meetings of two delegations were left out.

    They get signs of their own and keep people, parties and papers; nobody has confirmed or signed up for them.
    Cancelled sessions are left out.

    :param meetings: those two delegations hold at a table are copied, too, though one pair meets once: without room and
        table, which others may have then.
    :raises Refusal: when the days are the same, there is nothing to copy, or an hour does not exist on that day.
    """
    if source == target:
        raise Refusal(_l("Choose another day to copy to."), field="target")
    require_likely(target, field="target")
    zone = ZoneInfo(conference.timezone)
    details = {"source": source.isoformat(), "target": target.isoformat()}
    with draft_step(conference=conference, deed="copy-day", actor=actor, at=at, details=details) as step:
        draft = db.session.scalars(
            select(ProgrammeSession).where(
                ProgrammeSession.conference_id == conference.id, ProgrammeSession.cancelled.is_(False)
            )
        ).all()
        of_day = locked([row for row in draft if row.day_in(zone) == source])
        if not of_day:
            raise Refusal(_l("There is nothing on that day."), field="source")
        at_tables = tables_of(conference)
        chosen = [row for row in of_day if meetings or row.id not in at_tables]
        if not chosen:
            raise Refusal(_l("There are only meetings of delegations on that day; they are copied when you say so."),
                          field="meetings")  # fmt: skip
        codes = free_codes(conference)
        copies = [_copy(row, target, zone, next(codes), at) for row in sorted(chosen, key=_by_time)]
        for row, copy in zip(sorted(chosen, key=_by_time), copies, strict=True):
            if row.id in at_tables:
                _without_table(copy, row.house, at_tables[row.id])
        db.session.add_all(copies)
        db.session.flush()
        step.made(*copies)
        record(deed="programme.copy_day", subject=None, actor=actor, at=at, conference_id=conference.id,
               details=details | {"codes": [row.code for row in copies]})  # fmt: skip
    return copies, len(of_day) - len(chosen)


def _without_table(copy: ProgrammeSession, house: Venue | None, table: str) -> None:
    copy.room_id, copy.venue_id = None, house.id if house is not None else None
    for code in LANGUAGES:
        if getattr(copy, f"description_{code}") == told_table(table, code):
            setattr(copy, f"description_{code}", "")


def _by_time(row: ProgrammeSession) -> tuple[str, str]:
    return (row.starts_at.isoformat() if row.starts_at else "", row.code)


def _copy(row: ProgrammeSession, target: date, zone: ZoneInfo, code: str, at: datetime) -> ProgrammeSession:
    kept = snapshot(row)
    made = ProgrammeSession(conference_id=row.conference_id, uid=str(uuid.uuid4()), updated_at=at)
    apply_snapshot(made, kept, answers=False)
    made.code, made.cancelled_by_switch = code, False
    if row.starts_at is None:
        made.day = target
        return made
    made.starts_at = moment(target, row.starts_at.astimezone(zone).time(), zone, field="target")
    if row.ends_at is not None:
        last = target + (row.ends_at.astimezone(zone).date() - row.starts_at.astimezone(zone).date())
        made.ends_at = moment(last, row.ends_at.astimezone(zone).time(), zone, field="target")
    return made


def undo_last(*, conference: Conference, actor: Actor, at: datetime) -> str:
    """Take back the newest step of this person; returns what was undone, in words.

    What people answered stays as it is. A step of somebody else is never undone.

    :raises Refusal: when there is none, or somebody has changed these sessions since.
    """
    with transaction():
        lock(conference)
        step = step_to_undo(conference, actor)
        if step is None:
            raise Refusal(_l("There is nothing of yours to undo."))
        words = in_words(step)
        for run in forerunners:
            run(step, True)
        _restore(conference, wanted=step.before, expected=step.after, at=at)
        for follow in followers:
            follow(step, True)
        step.state = StepState.UNDONE
        record(deed="programme.undo", subject=None, actor=actor, at=at, conference_id=conference.id,
               details={"step": step.number, "deed": step.deed, **_told(step)})  # fmt: skip
    return words


def redo_last(*, conference: Conference, actor: Actor, at: datetime) -> str:
    """Do again what this person undid last; returns what, in words.

    :raises Refusal: when there is nothing, or somebody has changed these sessions since.
    """
    with transaction():
        lock(conference)
        step = step_to_redo(conference, actor)
        if step is None:
            raise Refusal(_l("There is nothing of yours to do again."))
        words = in_words(step)
        for run in forerunners:
            run(step, False)
        _restore(conference, wanted=step.after, expected=step.before, at=at)
        for follow in followers:
            follow(step, False)
        step.state = StepState.DONE
        record(deed="programme.redo", subject=None, actor=actor, at=at, conference_id=conference.id,
               details={"step": step.number, "deed": step.deed, **_told(step)})  # fmt: skip
    return words


def _told(step: DraftStep) -> dict[str, Any]:
    """What history says of a step; what only an undo needs is left out."""
    return {name: value for name, value in step.details.items() if name not in {"meetings", "room", "plan"}}


class _Living:
    """What a snapshot refers to and is still there: a room taken out since is no room."""

    def __init__(self, conference: Conference, snapshots: Collection[Snapshot | None]) -> None:
        delegates = {
            person["delegate_id"] for kept in snapshots if kept for person in kept["people"] if person["delegate_id"]
        }
        towns = {party["municipality_id"] for kept in snapshots if kept for party in kept["parties"]}
        rooms = select(Room.id).join(Venue).where(Venue.conference_id == conference.id)
        venues = set(db.session.scalars(select(Venue.id).where(Venue.conference_id == conference.id)))
        tracks = select(ProgrammeTrack.id).where(ProgrammeTrack.conference_id == conference.id)
        self.known = {
            "room_id": set(db.session.scalars(rooms)), "venue_id": venues, "to_venue_id": venues,
            "track_id": set(db.session.scalars(tracks)),
            "delegate_id": set(db.session.scalars(select(Delegate.id).where(Delegate.id.in_(delegates)))),
        }  # fmt: skip
        self.towns = set(db.session.scalars(select(Municipality.id).where(Municipality.id.in_(towns))))

    def _row(self, row: Mapping[str, Any], besides: Collection[str]) -> dict[str, Any]:
        return {
            name: value if value is None or name not in self.known or value in self.known[name] else None
            for name, value in row.items()
            if name not in besides
        }

    def of(self, kept: Snapshot | None, *, answers: bool = True) -> Snapshot | None:
        """The snapshot as far as what it names is still there."""
        if kept is None:
            return None
        found = self._row(kept, PARTS.keys())
        for part in PARTS:
            found[part] = [self._row(row, () if answers else ANSWERS) for row in kept[part]]
        found["parties"] = [row for row in found["parties"] if row["municipality_id"] in self.towns]
        return found

    def same(self, one: Snapshot | None, other: Snapshot | None) -> bool:
        """Whether two snapshots are of the same, answers and numbers of rows aside."""
        left, right = self.of(one, answers=False), self.of(other, answers=False)
        if left is None or right is None:
            return left is right
        since = {"part_of": ""}  # older steps do not know of it
        return since | left | {"id": 0} == since | right | {"id": 0}


def _restore(
    conference: Conference, *, wanted: Mapping[str, Snapshot | None], expected: Mapping[str, Snapshot | None],
    at: datetime,
) -> None:  # fmt: skip
    found = db.session.scalars(
        select(ProgrammeSession).where(
            ProgrammeSession.conference_id == conference.id, ProgrammeSession.uid.in_(list(wanted))
        )
    ).all()
    rows = {row.uid: row for row in locked(found)}
    living = _Living(conference, [*wanted.values(), *expected.values()])
    odd = [
        str((kept or wanted[uid] or {}).get("code"))
        for uid, kept in expected.items()
        if not living.same(snapshot(rows[uid]) if uid in rows else None, kept)
    ]
    if odd:
        raise Refusal(
            _l("This cannot be undone any more: %(sessions)s has been changed since.", sessions=listing(odd[:5]))
        )
    _remove(conference, [row for uid, row in rows.items() if wanted[uid] is None])
    for uid, kept in wanted.items():
        whole = living.of(kept)
        if whole is not None:
            _put_back(conference, rows.get(uid), uid, whole, at)
    db.session.flush()
    for uid, row in rows.items():
        if wanted[uid] is not None and row.sign_up:
            settle(row, at)


def _remove(conference: Conference, rows: Collection[ProgrammeSession]) -> None:
    if not rows:
        return
    release = current_release(conference)
    public = {item["uid"] for item in release.content["items"]} if release is not None else set()
    ids = [row.id for row in rows]
    chosen = set(db.session.scalars(select(SessionSignUp.session_id).where(SessionSignUp.session_id.in_(ids))))
    for row in rows:
        if row.uid in public:
            raise Refusal(_l("%(code)s stands in a release already: cancel it instead.", code=row.code))
        if row.id in chosen:
            raise Refusal(_l("People have signed up for %(code)s: cancel it instead.", code=row.code))
        db.session.delete(row)
    db.session.flush()


def _put_back(
    conference: Conference, row: ProgrammeSession | None, uid: str, kept: Snapshot, at: datetime
) -> None:  # fmt: skip
    taken = db.session.scalar(
        select(ProgrammeSession.uid).where(
            ProgrammeSession.conference_id == conference.id, ProgrammeSession.code == kept["code"]
        )
    )
    if taken not in {None, uid}:
        raise Refusal(_l("The sign “%(code)s” is taken already.", code=kept["code"]))
    if row is None:
        row = ProgrammeSession(conference_id=conference.id, uid=uid)
        if db.session.get(ProgrammeSession, kept["id"]) is None:
            row.id = kept["id"]  # links to its page lead there again
        db.session.add(row)
    apply_snapshot(row, kept, answers=True)
    row.updated_at = at


def apply_snapshot(row: ProgrammeSession, kept: Snapshot, *, answers: bool) -> None:
    """Make the row what the snapshot says. People who are still there keep what they answered."""
    for name, value in values_of(ProgrammeSession, kept).items():
        if name != "id" and getattr(row, name) != value:
            setattr(row, name, value)
    for part, model in PARTS.items():
        there = {_key(part, snapshot_row): snapshot_row for snapshot_row in getattr(row, part)}
        rows = []
        for entry in kept[part]:
            values = values_of(model, entry)
            made = there.pop(tuple(values[name] for name in _KEYS[part]), None)
            if made is not None:
                values = {name: value for name, value in values.items() if name not in ANSWERS}
            else:
                made = model()
                if not answers:
                    values = {name: value for name, value in values.items() if name not in ANSWERS}
            for name, value in values.items():
                if getattr(made, name) != value:
                    setattr(made, name, value)
            rows.append(made)
        if list(getattr(row, part)) != rows:
            getattr(row, part)[:] = rows


_KEYS: Mapping[str, tuple[str, ...]] = {
    "people": ("name", "role"), "parties": ("municipality_id",), "agreements": ("position",),
    "materials": ("position",),
}  # fmt: skip


def _key(part: str, row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in _KEYS[part])
