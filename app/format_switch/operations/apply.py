"""Applying a switch: one transaction, or nothing."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, literal, select, update

from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.correspondence.operations import prepare_letters
from app.correspondence.rules import LetterKind
from app.database import UtcDateTime, lock, transaction
from app.delegations.models import Delegate
from app.delegations.rules import Accreditation
from app.errors import Refusal
from app.format_switch.models import FormatSwitch
from app.format_switch.operations.mails import tell_delegates
from app.format_switch.queries import selection_of, what_will_change
from app.format_switch.rules import SessionOutcome, Standing, SwitchPlan
from app.history.operations import record
from app.history.rules import Actor
from app.programme.models import ProgrammeSession
from app.programme.operations import release_programme
from app.programme.queries import current_release
from app.programme.rules import held_as
from app.video.operations import open_rooms, withdraw_rooms


def _move_sessions(conference: Conference, plan: SwitchPlan, at: datetime) -> None:
    """Cancel, restore, open and withdraw: the conference's format has been changed already."""
    by_id = {change.session_id: change for change in plan.sessions}
    with transaction() as session:
        found = session.scalars(
            select(ProgrammeSession).where(
                ProgrammeSession.conference_id == conference.id, ProgrammeSession.id.in_(by_id)
            )
        ).all()
        needing: list[ProgrammeSession] = []
        not_needing: list[ProgrammeSession] = []
        for item in found:
            outcome = by_id[item.id].outcome
            if outcome is SessionOutcome.CANCELLED:
                item.cancelled = item.cancelled_by_switch = True
                item.updated_at = at
            elif outcome is SessionOutcome.RESTORED:
                item.cancelled = item.cancelled_by_switch = False
                item.updated_at = at
            on_video = not item.cancelled and held_as(item, conference.format) is not ConferenceFormat.IN_PERSON
            (needing if on_video else not_needing).append(item)
        open_rooms(sessions=needing, at=at)
        withdraw_rooms(sessions=not_needing, at=at)


def _move_people(plan: SwitchPlan, at: datetime) -> None:
    """One statement for each standing people move to; a form somebody has open is told that its row moved."""
    groups: dict[Standing, list[int]] = defaultdict(list)
    for change in plan.people:
        groups[change.after].append(change.delegate_id)
    with transaction() as session:
        for standing, ids in groups.items():
            values: dict[Any, Any] = {
                "attendance": standing.attendance,
                "accreditation": standing.accreditation,
                "updated_at": at,
                "version": Delegate.version + 1,
            }
            if standing.accreditation is Accreditation.WAITLISTED:
                values["waitlisted_at"] = func.coalesce(Delegate.waitlisted_at, literal(at, UtcDateTime()))
            for start in range(0, len(ids), 5000):
                session.execute(
                    update(Delegate)
                    .where(Delegate.id.in_(ids[start : start + 5000]))
                    .values(values)
                    .execution_options(synchronize_session=False)
                )
        session.flush()
        session.expire_all()


def switch(
    *,
    conference: Conference,
    to: ConferenceFormat,
    plan: str | None,
    reason: str,
    actor: Actor,
    at: datetime,
) -> SwitchPlan:
    """Move the conference to another format: sessions, rooms, delegates, programme, mails, history, at once.

    The mails wait in the mailroom, held until a person releases them; the letters to the heads are drafts.

    :param plan: the digest of the plan that was confirmed; None when nobody looked at one (command line).
    :returns: the plan as applied; one that does not move when the conference has that format already.
    :raises Refusal: without a reason, or when what was confirmed is no longer what would happen.
    """
    why = " ".join(reason.split())
    if not why:
        raise Refusal(_l("Say why the format changes: the mails and the history tell it."), field="reason")
    if len(why) > 1000:
        raise Refusal(_l("Say it in at most 1000 characters."), field="reason")
    with transaction() as session:
        lock(conference)
        applied = what_will_change(conference, to, why)
        if not applied.moves:
            return applied
        if plan is not None and plan != applied.digest:
            raise Refusal(_l("Something has changed since you looked at this plan. Look at it again, then confirm."))
        conference.format, conference.updated_at = to, at
        conference.calendar_sequence += 1
        session.flush()
        deed = FormatSwitch(
            conference_id=conference.id, at=at, actor=actor.label, from_format=applied.before, to_format=to,
            reason=why, plan_digest=applied.digest, counts=applied.counts,
            changes={
                "delegates": {
                    str(change.delegate_id): {
                        "attendance": change.before.attendance.value,
                        "accreditation": change.before.accreditation.value,
                    }
                    for change in applied.people
                },
                "sessions": {
                    change.code: [change.before, change.after]
                    for change in applied.sessions
                    if change.outcome is not SessionOutcome.STAYS
                },
            },
        )  # fmt: skip
        session.add(deed)
        session.flush()
        _move_sessions(conference, applied, at)
        _move_people(applied, at)
        if current_release(conference) is not None:
            release_programme(conference=conference, name="", actor=actor, at=at)
        if applied.letters:
            prepare_letters(
                conference=conference, kind=LetterKind.CHANGE_OF_FORMAT, selection=selection_of(applied.letters),
                facts={"format": to.value, "reason": why}, anew=True, actor=actor, at=at,
            )  # fmt: skip
        tell_delegates(conference=conference, deed=deed, plan=applied, actor=actor, at=at)
        record(
            deed="format_switch.switch", subject=deed, actor=actor, at=at, conference_id=conference.id,
            details={"from": applied.before.value, "to": to.value, "counts": applied.counts},
        )  # fmt: skip
    return applied
