"""Meetings in the draft: a proposal applied in one step, and one meeting moved, kept or called off by hand."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.database import db
from app.directory.models import Municipality
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.i18n import LANGUAGES, localized
from app.programme.models import Meeting, MeetingPlan, ProgrammeSession, SessionParty, SessionPerson
from app.programme.operations.meeting_steps import kept_row, remember
from app.programme.operations.steps import Step, draft_step, locked
from app.programme.queries.meeting_clashes import require_free
from app.programme.queries.meeting_seats import Place, changes_of, doings, format_of
from app.programme.queries.meeting_sides import Side
from app.programme.queries.meetings import (
    Pair,
    pair_of,
    plan_of,
    proposal_of,
    situation,
    standing_of,
    ties_among,
)
from app.programme.rules import InterpretationKind, PersonRole, SessionKind
from app.programme.rules.meetings import TAKES_PLACE, MeetingState, interpreter_name, spoken_in, title_of

PARALLEL = "meetings"  # all of them run beside each other on purpose


def _seat(
    meeting: Meeting, session: ProgrammeSession, place: Place, plan: MeetingPlan | None,
    held: ConferenceFormat | None, at: datetime,
) -> bool:  # fmt: skip
    """Put a meeting there; whether that changed anything."""
    changed = changes_of(meeting, session, place, plan, held)
    for name in changed.keys() - {"people", "table"}:
        setattr(session, name, changed[name])
    if "people" in changed:
        _interpret(session, meeting.interpreter, place.interpreter)
    meeting.starts_at, meeting.table, meeting.interpreter = place.starts_at, place.table, place.interpreter
    if changed:
        session.updated_at = at
    return bool(changed)


def _interpret(session: ProgrammeSession, before: str, after: str) -> None:
    """The person who interprets is one of the session's people, unless they have a number only."""
    before, after = interpreter_name(before), interpreter_name(after)
    kept = [one for one in session.people if not (one.role is PersonRole.INTERPRETER and one.name == before)]
    if after and not after.isdigit() and all((one.name, one.role) != (after, PersonRole.INTERPRETER) for one in kept):
        kept.append(SessionPerson(name=after, role=PersonRole.INTERPRETER, position=len(kept)))
    session.people[:] = kept


def _ordered(conference: Conference, one: Municipality, other: Municipality) -> tuple[Municipality, Municipality]:
    """The host's country first, then by name."""
    host = conference.host.country
    first, second = sorted((one, other), key=lambda row: (row.country != host, row.name_de or row.slug, row.id))
    return first, second


class _Codes:
    """Short signs B01, B02, … that are not taken yet."""

    def __init__(self, conference: Conference) -> None:
        chosen = select(ProgrammeSession.code).where(ProgrammeSession.conference_id == conference.id)
        self.taken = set(db.session.scalars(chosen))
        self.number = 0

    def next(self) -> str:
        """The next free one."""
        self.number += 1
        while f"B{self.number:02}" in self.taken:
            self.number += 1
        return f"B{self.number:02}"


def _new_session(
    conference: Conference, one: Municipality, other: Municipality, *, code: str, tied: bool, at: datetime
) -> ProgrammeSession:
    first, second = _ordered(conference, one, other)
    spoken = dict.fromkeys(spoken_in(row.country) for row in (first, second))
    titles = {
        f"title_{language}": title_of(
            (localized(first, "name", language), localized(second, "name", language)),
            (first.kind.value, second.kind.value), language, tied=tied,
        )
        for language in LANGUAGES
    }  # fmt: skip
    return ProgrammeSession(
        conference_id=conference.id, code=code, kind=SessionKind.BILATERAL, **titles, description_ru="",
        description_de="", description_en="", audience="heads",
        languages=";".join(name for name in spoken if name in {"ru", "de", "en", "fr"}),
        interpretation=False, interpreted_how=InterpretationKind.CONSECUTIVE if len(spoken) > 1 else None,
        parallel=PARALLEL, uid=str(uuid.uuid4()), extra={}, cancelled=False, cancelled_by_switch=False, updated_at=at,
        people=[], agreements=[], materials=[],
        parties=[SessionParty(municipality=row, position=number) for number, row in enumerate((first, second))],
    )  # fmt: skip


def _begin(
    conference: Conference, pair: Pair, sides: Mapping[int, Side], codes: _Codes, *, tied: bool, place: Place,
    plan: MeetingPlan | None, state: MeetingState, step: Step, at: datetime,
) -> Meeting:  # fmt: skip
    """A meeting that was not there before."""
    one, other = (sides[key].municipality for key in pair)
    session = _new_session(conference, one, other, code=codes.next(), tied=tied, at=at)
    meeting = Meeting(conference_id=conference.id, a_id=pair[0], b_id=pair[1], state=state, table="", interpreter="")
    _seat(meeting, session, place, plan, format_of(conference, pair, sides), at)
    db.session.add(session)
    db.session.flush()
    meeting.session_id = session.id
    db.session.add(meeting)
    step.made(session)
    remember(step, session.uid, None, meeting)
    return meeting


def apply_proposal(*, conference: Conference, basis: str, actor: Actor, at: datetime) -> dict[str, int]:
    """Put what the last run found into the draft: one step, which can be undone. What was fixed by hand stays.

    :param basis: of the proposal the person saw.
    :returns: how many are ``new``, ``moved``, ``kept`` and ``freed``.
    :raises Refusal: when there is none, another one, or anything it rests on has changed.
    """
    with draft_step(conference=conference, deed="meetings", actor=actor, at=at) as step:
        proposal = proposal_of(conference)
        if proposal is None or proposal.content.get("applied"):
            raise Refusal(_l("There is no proposal any more. Let places be looked for again."))
        now_so = situation(conference)
        if not proposal.basis == basis == now_so.digest:
            raise Refusal(
                _l("Meanwhile delegations, sessions or settings have changed. Let places be looked for again.")
            )
        plan, codes = plan_of(conference), _Codes(conference)
        held = {one.sides for one in now_so.problem.held}
        ours = [meeting.session for meeting in now_so.meetings if (meeting.a_id, meeting.b_id) not in held]
        sessions = {session.id: session for session in locked(ours)}
        step.hold(*sessions.values())
        counts = dict.fromkeys(("new", "moved", "kept", "freed"), 0)
        for one in list(doings(proposal.content["seats"], now_so, plan, conference)):
            counts[one.deed] += 1
            if one.meeting is None and one.place is not None:
                _begin(conference, one.pair, now_so.sides, codes, tied=one.pair in now_so.ties, place=one.place,
                       plan=plan, state=MeetingState.PLACED, step=step, at=at)  # fmt: skip
                continue
            assert one.meeting is not None  # what has no meeting has a place
            session, before = sessions[one.meeting.session_id], kept_row(one.meeting)
            if one.place is None:
                one.meeting.state, session.cancelled, session.updated_at = MeetingState.FREED, True, at
            else:
                _seat(one.meeting, session, one.place, plan, format_of(conference, one.pair, now_so.sides), at)
                one.meeting.state = MeetingState.PLACED
            remember(step, session.uid, before, one.meeting)
        proposal.content = {"unplaced": proposal.content["unplaced"], "applied": True}
        db.session.flush()
        record(deed="programme.place_meetings", subject=conference, actor=actor, at=at, details=counts,
               conference_id=conference.id)  # fmt: skip
    return counts


def _length(meeting: Meeting | None, plan: MeetingPlan | None) -> timedelta:
    if meeting is not None and meeting.session.starts_at is not None and meeting.session.ends_at is not None:
        return meeting.session.ends_at - meeting.session.starts_at
    return timedelta(minutes=plan.slot_minutes if plan is not None else 30)


def move_meeting(
    *,
    meeting: Meeting,
    starts_at: datetime,
    table: str,
    interpreter: str,
    all_the_same: bool = False,
    actor: Actor,
    at: datetime,
) -> None:
    """Put a meeting elsewhere by hand; from then on no run moves it. One that was called off takes place again.

    :param all_the_same: what stands in the way is known: a deputy goes, a table is shared.
    :raises Refusal: naming what is in the way.
    """
    conference = meeting.conference
    with draft_step(conference=conference, deed="move", actor=actor, at=at) as step:
        db.session.refresh(meeting)
        [session] = locked([meeting.session])
        step.hold(session)
        plan = plan_of(conference)
        _require_known(plan, meeting, table, interpreter)
        ends_at = starts_at + _length(meeting, plan)
        pair = (meeting.a_id, meeting.b_id)
        sides = require_free(conference, pair, starts_at, ends_at, table, interpreter, besides=meeting,
                             all_the_same=all_the_same)  # fmt: skip
        before = kept_row(meeting)
        _seat(meeting, session, Place(starts_at, ends_at, table, interpreter), plan,
              format_of(conference, pair, sides), at)  # fmt: skip
        meeting.state = MeetingState.FIXED
        remember(step, session.uid, before, meeting)
        db.session.flush()
        record(deed="programme.move_meeting", subject=session, actor=actor, at=at, details={"code": session.code})


def _require_known(plan: MeetingPlan | None, meeting: Meeting | None, table: str, interpreter: str) -> None:
    tables = {"", *(plan.tables if plan else ())} | ({meeting.table} if meeting else set())
    if table not in tables:
        raise Refusal(_l("Choose one of the tables."), field="table")
    names = {"", *(name for window in (plan.windows if plan else ()) for name in window.interpreters)}
    if interpreter not in names | ({meeting.interpreter} if meeting else set()):
        raise Refusal(_l("Choose one of the interpreters."), field="interpreter")


def add_meeting(
    *, conference: Conference, one: Municipality, other: Municipality, starts_at: datetime, table: str,
    interpreter: str, all_the_same: bool = False, actor: Actor, at: datetime,
) -> Meeting:  # fmt: skip
    """Place a meeting by hand, also of two that are no partners; no run moves it.

    :param all_the_same: as of :func:`move_meeting`.

    :raises Refusal: naming what is in the way, or when the two have a meeting already.
    """
    if one.id == other.id:
        raise Refusal(_l("A delegation cannot meet itself."), field="other")
    pair = pair_of(one.id, other.id)
    with draft_step(conference=conference, deed="add", actor=actor, at=at) as step:
        known = db.session.scalar(
            select(Meeting).where(
                Meeting.conference_id == conference.id, Meeting.a_id == pair[0], Meeting.b_id == pair[1]
            )
        )
        if known is not None and standing_of(known) in TAKES_PLACE:
            raise Refusal(_l("These two have a meeting already."), field="other")
        if known is not None:
            move_meeting(meeting=known, starts_at=starts_at, table=table, interpreter=interpreter,
                         all_the_same=all_the_same, actor=actor, at=at)  # fmt: skip
            return known
        plan = plan_of(conference)
        _require_known(plan, None, table, interpreter)
        ends_at = starts_at + _length(None, plan)
        sides = require_free(conference, pair, starts_at, ends_at, table, interpreter, all_the_same=all_the_same)
        made = _begin(
            conference, pair, sides, _Codes(conference), tied=pair in ties_among(pair),
            place=Place(starts_at, ends_at, table, interpreter), plan=plan, state=MeetingState.FIXED, step=step, at=at,
        )  # fmt: skip
        db.session.flush()
        record(deed="programme.add_meeting", subject=made.session, actor=actor, at=at,
               details={"code": made.session.code})  # fmt: skip
        return made


def fix_meeting(*, meeting: Meeting, fixed: bool, actor: Actor, at: datetime) -> None:
    """Keep a meeting where it is in every later run, or let runs move it again."""
    with draft_step(conference=meeting.conference, deed="fix" if fixed else "loosen", actor=actor, at=at) as step:
        db.session.refresh(meeting)
        [session] = locked([meeting.session])
        step.hold(session)
        if standing_of(meeting) not in TAKES_PLACE:
            raise Refusal(_l("This meeting does not take place now."))
        before = kept_row(meeting)
        meeting.state = MeetingState.FIXED if fixed else MeetingState.PLACED
        meeting.starts_at = session.starts_at
        remember(step, session.uid, before, meeting)
        record(deed="programme.fix_meeting" if fixed else "programme.loosen_meeting", subject=session,
               actor=actor, at=at, details={"code": session.code})  # fmt: skip


def call_off_meeting(*, meeting: Meeting, actor: Actor, at: datetime) -> None:
    """Take a meeting off by hand; no run proposes it again. Twice does nothing more."""
    with draft_step(conference=meeting.conference, deed="cancel", actor=actor, at=at) as step:
        db.session.refresh(meeting)
        [session] = locked([meeting.session])
        step.hold(session)
        if meeting.state is MeetingState.CANCELLED and session.cancelled:
            return
        before = kept_row(meeting)
        meeting.state, session.cancelled, session.updated_at = MeetingState.CANCELLED, True, at
        session.cancelled_by_switch = False
        remember(step, session.uid, before, meeting)
        record(deed="programme.cancel_session", subject=session, actor=actor, at=at, details={"code": session.code})


def hold_meeting(*, meeting: Meeting, actor: Actor, at: datetime) -> None:
    """Let a meeting take place after all where it was; no run moves it.

    :raises Refusal: naming what is in the way by now.
    """
    if meeting.session.starts_at is None:
        raise Refusal(_l("Choose a time for the meeting."), field="start")
    move_meeting(meeting=meeting, starts_at=meeting.session.starts_at, table=meeting.table,
                 interpreter=meeting.interpreter, actor=actor, at=at)  # fmt: skip


def loosen_meeting_for_next_run(*, meeting: Meeting, actor: Actor, at: datetime) -> None:
    """Let the next run propose a meeting again that was called off by hand."""
    with draft_step(conference=meeting.conference, deed="loosen", actor=actor, at=at) as step:
        db.session.refresh(meeting)
        [session] = locked([meeting.session])
        step.hold(session)
        if standing_of(meeting) is not MeetingState.CANCELLED:
            raise Refusal(_l("This meeting is not called off."))
        before = kept_row(meeting)
        meeting.state = MeetingState.FREED
        remember(step, session.uid, before, meeting)
        record(deed="programme.loosen_meeting", subject=session, actor=actor, at=at, details={"code": session.code})
