"""Applying a switch: one transaction, or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, literal, select, update

from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.conferences.taking_part import has_screen, is_by_video, is_on_site
from app.correspondence.queries import unreleased_letters
from app.database import UtcDateTime, db, lock, transaction
from app.delegations.models import Delegate
from app.delegations.queries.ways_in import end_of_offer
from app.delegations.rules import Accreditation
from app.errors import Refusal
from app.format_switch.models import FormatSwitch
from app.format_switch.operations.answers import answers_now, give_back_answers, keep_answers
from app.format_switch.operations.guest_mails import tell_guests
from app.format_switch.operations.mails import tell_delegates
from app.format_switch.operations.notices import tell_heads
from app.format_switch.operations.requests import move_requests
from app.format_switch.operations.sign_ups import settle_sign_ups, tell_signed_up
from app.format_switch.queries import what_will_change
from app.format_switch.queries.applied import DECIDED, decided_of
from app.format_switch.queries.letters import NOTICE, letter_facts
from app.format_switch.queries.past import GIVEN
from app.format_switch.queries.told import newest_release
from app.format_switch.rules import (
    WHOLE,
    Decision,
    PersonChange,
    Scope,
    ScopeKind,
    SessionOutcome,
    Standing,
    SwitchPlan,
)
from app.format_switch.rules.reasons import by_language, cleaned
from app.format_switch.rules.requests import Choice, Kind
from app.format_switch.rules.words import RELEASE_NAMES
from app.history.operations import record
from app.history.rules import Actor
from app.i18n import LANGUAGES, speaking
from app.programme.models import ProgrammeSession
from app.programme.operations import release_programme
from app.programme.operations.steps import draft_step, locked
from app.programme.queries import current_release
from app.programme.rules import held_as
from app.video.operations import open_rooms, withdraw_rooms


def _move_sessions(conference: Conference, plan: SwitchPlan, actor: Actor, at: datetime) -> None:
    """Change the draft, as one step of it, and its rooms: the conference's format has been changed already."""
    by_id = {change.session_id: change for change in plan.sessions}
    with transaction() as session:
        moving = [change.session_id for change in plan.sessions if change.now != change.then]
        with draft_step(conference=conference, deed="switch", actor=actor, at=at) as step:
            found = session.scalars(select(ProgrammeSession).where(ProgrammeSession.id.in_(moving))).all()
            for item in locked(found):
                step.hold(item)
                then = by_id[item.id].then
                item.format, item.starts_at, item.ends_at = then.format, then.starts_at, then.ends_at
                if item.cancelled != then.cancelled:
                    item.cancelled = item.cancelled_by_switch = then.cancelled
                item.updated_at = at
        looked_at = session.scalars(select(ProgrammeSession).where(ProgrammeSession.id.in_(by_id))).all()
        needing: list[ProgrammeSession] = []
        not_needing: list[ProgrammeSession] = []
        for item in looked_at:
            on_video = not item.cancelled and has_screen(held_as(item, conference.format))
            (needing if on_video else not_needing).append(item)
        open_rooms(sessions=needing, at=at)
        withdraw_rooms(sessions=not_needing, at=at)


def _move_people(conference: Conference, plan: SwitchPlan, actor: Actor, at: datetime) -> None:
    """One statement for all who come to stand alike; a form somebody has open is told that its row moved.

    Who gets a place they waited for keeps their hour in the line: should the way back take it, they stand there again.
    """
    groups: dict[tuple[Standing, bool], list[int]] = defaultdict(list)
    for change in plan.people:
        groups[change.after, change.wish_met].append(change.delegate_id)
    until = end_of_offer(at, conference.offer_hours) if conference.offer_hours is not None else None
    with transaction() as session:
        for (standing, wish_met), ids in groups.items():
            values: dict[Any, Any] = {
                "attendance": standing.attendance,
                "accreditation": standing.accreditation,
                "offered_until": until if standing.offered else None,
                "updated_at": at,
                "version": Delegate.version + 1,
            }
            if standing.accreditation is Accreditation.WAITLISTED:
                values["waitlisted_at"] = func.coalesce(Delegate.waitlisted_at, literal(at, UtcDateTime()))
            if wish_met:
                values |= {"wished": None, "waitlisted_at": None}
            for start in range(0, len(ids), 5000):
                session.execute(
                    update(Delegate)
                    .where(Delegate.id.in_(ids[start : start + 5000]))
                    .values(values)
                    .execution_options(synchronize_session=False)
                )
        session.flush()
        session.expire_all()
        _take_down([change for change in plan.people if change.gets_place], actor, at)


def _take_down(served: Sequence[PersonChange], actor: Actor, at: datetime) -> None:
    """Who gets a place they waited for has it in their history, as when somebody else left."""
    people = {row.id: row for row in db.session.scalars(
        select(Delegate).where(Delegate.id.in_([change.delegate_id for change in served]))
    )} if served else {}  # fmt: skip
    for change in served:
        deed = "delegations.offer_place" if change.after.offered else "delegations.grant_from_waiting_list"
        record(deed=deed, subject=people[change.delegate_id], actor=actor, at=at,
               details={"to": change.after.accreditation.value})  # fmt: skip


def _was_given(change: PersonChange) -> bool:
    left = is_on_site(change.before.attendance) and is_by_video(change.after.attendance)
    return change.wish_met or (change.gets_place and not left)


def _changes(plan: SwitchPlan) -> dict[str, Any]:
    """What the way back needs: of everything that moves, how it was; of sessions, how it is then too."""
    return {
        "delegates": {
            str(change.delegate_id): change.before.kept | ({GIVEN: "yes"} if _was_given(change) else {})
            for change in plan.people
        },
        "sessions": {
            change.code: [change.before, change.after]
            for change in plan.sessions
            if change.outcome is not SessionOutcome.STAYS
        },
        "held": {
            change.uid: {"before": change.now.kept(), "base": change.base.kept(), "after": change.then.kept()}
            for change in plan.sessions
            if len({change.now, change.base, change.then}) > 1
        },
        "sign_ups": [change.kept() for change in plan.sign_ups],
        "requests": {
            kind.value: {"withdrawn": one.withdrawn, "kept": one.remaining, "given_back": one.back}
            for kind, one in plan.requests.items()
        },
    }


def _release(
    conference: Conference, plan: SwitchPlan, why: str, reasons: Mapping[str, str], actor: Actor, at: datetime
) -> None:
    """Freeze the programme as it is now, named after the switch, with the reason for its readers."""
    if current_release(conference) is None:
        return
    names = {}
    for code in LANGUAGES:
        with speaking(code):
            names[code] = str(RELEASE_NAMES[plan.scope.kind is ScopeKind.WHOLE, plan.after])
    release_programme(conference=conference, names=names, notes=by_language(why, reasons), actor=actor, at=at)


def require_reason(reason: str) -> str:
    """The reason as it will be told.

    :raises Refusal: (field ``reason``) without one, or when it is too long.
    """
    why = " ".join(reason.split())
    if not why:
        raise Refusal(_l("Say why the format changes: the mails and the history tell it."), field="reason")
    if len(why) > 1000:
        raise Refusal(_l("Say it in at most 1000 characters."), field="reason")
    return why


def switch(
    *,
    conference: Conference,
    to: ConferenceFormat,
    plan: str | None,
    reason: str,
    reasons: Mapping[str, str] | None = None,
    scope: Scope = WHOLE,
    decisions: Mapping[str, Decision] | None = None,
    requests: Mapping[Kind, Choice] | None = None,
    actor: Actor,
    at: datetime,
) -> SwitchPlan:
    """Move the conference to another format: sessions, rooms, delegates, programme, mails, history, at once.

    The mails wait in the mailroom, held until a person releases them. The letters to the heads are entered in the
    register; their pages, and the mails that bring them, held too, are made in the background.

    :param plan: the digest of the plan that was confirmed; None when nobody looked at one (command line).
    :param scope: a part of the conference that moves alone; its format stays.
    :param reasons: the reason in other languages (rules.reasons).
    :param decisions: what is decided for sessions otherwise than proposed, by ``uid``.
    :param requests: what people asked for that is withdrawn or kept otherwise than proposed.
    :returns: the plan as applied; one that does not move when everything is held so already.
    :raises Refusal: without a reason, or when what was confirmed is no longer what would happen.
    """
    return switched(
        conference=conference,
        to=to,
        plan=plan,
        reason=reason,
        reasons=reasons,
        scope=scope,
        decisions=decisions,
        requests=requests,
        actor=actor,
        at=at,
    )[0]


def switched(
    *,
    conference: Conference,
    to: ConferenceFormat,
    plan: str | None,
    reason: str,
    reasons: Mapping[str, str] | None = None,
    scope: Scope = WHOLE,
    decisions: Mapping[str, Decision] | None = None,
    requests: Mapping[Kind, Choice] | None = None,
    actor: Actor,
    at: datetime,
) -> tuple[SwitchPlan, FormatSwitch | None]:
    """:func:`switch`, with its entry in the history; None when nothing had to be moved."""
    why, others = require_reason(reason), cleaned(reasons)
    with transaction() as session:
        lock(conference)
        if scope.kind is ScopeKind.WHOLE:  # nobody lets a letter go while it is decided who knows what
            unreleased_letters(conference, NOTICE, held=True)
        applied = what_will_change(conference, to, why, scope=scope, decisions=decisions, requests=requests, at=at)
        if applied.hindrance is not None:
            raise Refusal(applied.hindrance)
        if not applied.moves:
            return applied, None
        if plan is not None and plan != applied.digest:
            raise Refusal(_l("Something has changed since you looked at this plan. Look at it again, then confirm."))
        whole, decided = scope.kind is ScopeKind.WHOLE, decided_of(conference, applied)
        facts, answers = letter_facts(conference, to, why, others), answers_now(conference)
        if whole:
            conference.format = to
        conference.updated_at = at
        conference.calendar_sequence += 1
        session.flush()
        deed = FormatSwitch(
            conference_id=conference.id, at=at, actor=actor.label, from_format=applied.before, to_format=to,
            reason=why, reasons=others, scope=scope.kind, scope_of=scope.of, plan_digest=applied.digest,
            counts=applied.counts,
            changes={**_changes(applied), DECIDED: decided, "release": newest_release(conference)},  # its readers knew
        )  # fmt: skip
        session.add(deed)
        session.flush()
        _move_sessions(conference, applied, actor, at)
        _move_people(conference, applied, actor, at)
        move_requests(deed=deed, plan=applied, at=at)
        settle_sign_ups(applied.sign_ups, actor=actor, at=at)
        give_back_answers(conference, deed)
        _release(conference, applied, why, others, actor, at)
        keep_answers(conference, deed, applied, answers)
        tell_delegates(conference=conference, deed=deed, plan=applied, actor=actor, at=at)
        tell_signed_up(conference=conference, deed=deed, plan=applied, actor=actor, at=at)
        tell_guests(conference=conference, deed=deed, plan=applied, at=at)
        if whole:  # last, because it holds the register
            numbers = tell_heads(conference=conference, deed=deed, plan=applied, facts=facts, actor=actor, at=at)
            applied = replace(applied, numbers=numbers)
        record(
            deed="format_switch.switch" if whole else "format_switch.switch_part", subject=deed, actor=actor, at=at,
            conference_id=conference.id,
            details={"from": applied.before.value, "to": to.value, "scope": scope.kind.value, "scope_of": scope.of,
                     "counts": applied.counts},
        )  # fmt: skip
    return applied, deed
