"""Plans of switches: what they would do now, what they rest on, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app import i18n
from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.correspondence.operations import next_label
from app.correspondence.queries import invited_slugs, unreleased_letters
from app.database import db
from app.delegations.models import Delegate, Delegation
from app.delegations.rules import usable_address
from app.directory.models import Municipality
from app.format_switch.models import SwitchDraft
from app.format_switch.queries.letters import NOTICE
from app.format_switch.queries.moving import people_concerned, stands_as
from app.format_switch.queries.whole import what_will_change
from app.format_switch.queries.zones import zones_present
from app.format_switch.rules import (
    Decision,
    Moved,
    Scope,
    ScopeKind,
    SessionChange,
    SwitchPlan,
    moved_since,
)
from app.format_switch.rules.hours import ProposedTime, TimedSession, propose_hours
from app.format_switch.rules.requests import choices_of
from app.format_switch.rules.words import FORMAT_WORDS
from app.i18n import localized
from app.programme.models import ProgrammeSession

NAMED = 5  # people and towns told by name; more are counted


def plans_of(conference: Conference) -> Sequence[SwitchDraft]:
    """All plans, the newest first."""
    return db.session.scalars(
        select(SwitchDraft).where(SwitchDraft.conference_id == conference.id).order_by(SwitchDraft.id.desc())
    ).all()


def plan_of(conference: Conference, plan_id: int) -> SwitchDraft | None:
    """One plan of the conference."""
    return db.session.scalar(
        select(SwitchDraft).where(SwitchDraft.conference_id == conference.id, SwitchDraft.id == plan_id)
    )


def scope_of(draft: SwitchDraft) -> Scope:
    """What the plan moves."""
    return Scope(draft.scope, draft.scope_of)


def decisions_of(draft: SwitchDraft) -> dict[str, Decision]:
    """What is decided otherwise than proposed, by ``uid``."""
    return {uid: Decision.of(kept) for uid, kept in draft.decisions.items()}


def planned(draft: SwitchDraft, at: datetime | None = None) -> SwitchPlan:
    """What the plan would do now.

    :param at: now, where what has begun matters (sign-ups).
    """
    return what_will_change(
        draft.conference, draft.to_format, draft.reason, scope=scope_of(draft), decisions=decisions_of(draft),
        requests=choices_of(draft.requests), at=at,
    )  # fmt: skip


def picture(conference: Conference, at: datetime) -> dict[str, Any]:
    """Everything a plan rests on, as JSON; and the next number of the register. Five queries."""
    issued = conference.issuer is not None
    sessions = db.session.execute(
        select(
            ProgrammeSession.uid, ProgrammeSession.code, ProgrammeSession.format, ProgrammeSession.cancelled,
            ProgrammeSession.starts_at, ProgrammeSession.ends_at, ProgrammeSession.room_id, ProgrammeSession.venue_id,
        )
        .where(ProgrammeSession.conference_id == conference.id)
        .order_by(ProgrammeSession.code)
    )  # fmt: skip
    return {
        "format": conference.format.value,
        "places": [conference.places_on_site, conference.places_video],
        "people": {
            str(row.id): [
                row.attendance.value, stands_as(row), int(usable_address(row.email)), row.language,
            ]
            for row in people_concerned(conference)
        },
        "sessions": {
            row.uid: [
                row.code, row.format.value if row.format else None, row.cancelled,
                [moment.isoformat() if moment else None for moment in (row.starts_at, row.ends_at)],
                [row.room_id, row.venue_id],
            ]
            for row in sessions
        },
        "heads": sorted(invited_slugs(conference)) if issued else [],
        "issuer": conference.issuer_id,
        "notices": sorted(letter.municipality.slug for letter in unreleased_letters(conference, NOTICE)),
        "number": next_label(conference, at) if issued else "",
    }  # fmt: skip


def moved_for(draft: SwitchDraft, at: datetime) -> Moved:
    """What moved since the plan was looked at last."""
    return moved_since(draft.picture, picture(draft.conference, at))


def _people_named(ids: Sequence[int]) -> str:
    rows = db.session.scalars(select(Delegate).where(Delegate.id.in_(list(ids[:NAMED])))).all()  # erased: none
    names = [f"{row.last} {row.first}".strip() for row in sorted(rows, key=lambda row: row.sort_name)]
    return _listed(names, len(ids))


def _listed(names: Iterable[str], total: int) -> str:
    named = [name for name in names if name][:NAMED]
    if not named:
        return i18n.number(total)
    if len(named) >= total:
        return i18n.listing(named)
    return str(_("%(names)s and %(count)s more", names=", ".join(named), count=total - len(named)))


def _towns_named(slugs: Sequence[str]) -> str:
    rows = db.session.scalars(select(Municipality).where(Municipality.slug.in_(list(slugs[:NAMED])))).all()
    return _listed(sorted(localized(row, "name") for row in rows), len(slugs))


def told_moves(moved: Moved) -> list[str]:
    """What moved, a sentence each, in the reader's language."""
    lines = []
    if moved.format is not None:
        before, now = (str(FORMAT_WORDS[ConferenceFormat(text)]) for text in moved.format)
        lines.append(_("The conference is held %(now)s now; it was held %(before)s.", before=before, now=now))
    if moved.people_new:
        lines.append(_("New among the delegates: %(who)s.", who=_people_named(moved.people_new)))
    if moved.people_gone:
        lines.append(_("No longer among the delegates: %(who)s.", who=_people_named(moved.people_gone)))
    if moved.people_changed:
        lines.append(_("Take part otherwise than before: %(who)s.", who=_people_named(moved.people_changed)))
    if moved.addresses:
        lines.append(_("Have another address or language for mails: %(who)s.", who=_people_named(moved.addresses)))
    for codes, text in (
        (moved.sessions_new, _l("New in the programme: %(sessions)s.")),
        (moved.sessions_gone, _l("No longer in the programme: %(sessions)s.")),
        (moved.sessions_held, _l("Held otherwise, taken off or held after all: %(sessions)s.")),
        (moved.sessions_hours, _l("At other hours: %(sessions)s.")),
        (moved.sessions_place, _l("In another room: %(sessions)s.")),
    ):
        if codes:
            lines.append(str(text) % {"sessions": _listed(codes, len(codes))})
    if moved.heads_new:
        lines.append(_("Invited meanwhile: %(towns)s.", towns=_towns_named(moved.heads_new)))
    if moved.heads_gone:
        lines.append(_("No longer invited: %(towns)s.", towns=_towns_named(moved.heads_gone)))
    if moved.heads_told:
        lines.append(_("The letter of an earlier switch has gone or was withdrawn meanwhile: %(towns)s.",
                       towns=_towns_named(moved.heads_told)))  # fmt: skip
    if moved.issuer:
        lines.append(_("Another organisation issues the letters, with numbers of its own register."))
    if moved.places:
        lines.append(_("The number of places is another."))
    return lines


def about(draft: SwitchDraft | Any, conference: Conference) -> str:
    """Which part a plan or a deed moves, in words; empty for the whole conference."""
    kind, of = draft.scope, draft.scope_of
    if kind is ScopeKind.DAY:
        return i18n.date_long(date.fromisoformat(of))
    if kind is ScopeKind.SESSION:
        row = db.session.scalar(select(ProgrammeSession).where(ProgrammeSession.uid == of))
        return str(f"{row.code} · {localized(row, 'title')}" if row is not None else _("a session that is no more"))
    if kind is ScopeKind.DELEGATION:
        group = db.session.get(Delegation, int(of))
        if group is None or group.conference_id != conference.id:
            return str(_("a delegation that is no more"))
        return str(localized(group.municipality, "name") if group.municipality else group.name)
    return ""


@dataclass(frozen=True)
class Hours:
    """The hours proposed for what moves to a screen; ``proposals`` by ``uid``, only where they are other ones."""

    zones: dict[str, int] = field(default_factory=dict)
    sessions: Sequence[TimedSession] = ()
    proposals: dict[str, ProposedTime] = field(default_factory=dict)


def timed(change: SessionChange) -> TimedSession | None:
    """A session that is held, with its hours after the switch."""
    starts, ends = change.then.starts_at, change.then.ends_at
    if starts is None or ends is None or change.then.cancelled:
        return None
    return TimedSession(change.uid, starts, ends)


def hours_of(draft: SwitchDraft, plan: SwitchPlan) -> Hours:
    """On which clocks the sessions on a screen lie, and where they should lie."""
    on_screen = [
        one for change in plan.sessions
        if change.after in {"hybrid", "video"} and (one := timed(change)) is not None
    ]  # fmt: skip
    if not on_screen:
        return Hours()
    zones = zones_present(draft.conference)
    found = propose_hours(on_screen, zones, host=draft.conference.timezone)
    return Hours(zones, on_screen, {one.key: one for one in found if one.moved})
