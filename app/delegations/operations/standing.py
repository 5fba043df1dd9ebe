"""Changing what is known of a delegate, and their standing."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from app.conferences.rules import Attendance
from app.conferences.taking_part import comes, has_both, is_on_site
from app.database import lock, transaction
from app.delegations.models import Delegate, DelegateChange
from app.delegations.operations.answers import give_back_what_is_full
from app.delegations.operations.consents import HEALTH_FIELDS, keep_consents, says_something_of_health
from app.delegations.operations.groups import changed_by_contact
from app.delegations.operations.leaving import tell_left
from app.delegations.operations.mails import mail_changed
from app.delegations.operations.places_told import Stood, tell_of_places
from app.delegations.operations.precedence import stand_by_table
from app.delegations.operations.registration import badge_names, proposed_latin, require_attendance, with_latin
from app.delegations.operations.waiting_list import forget_wish, grant_waiting, place_is_free
from app.delegations.queries import chosen_attendance, places, search_text, sort_name, wish_of
from app.delegations.queries.ways_in import approval_for, left_by_role, rules_of
from app.delegations.rules import (
    HOLDS_A_PLACE,
    ON_THE_SPOT,
    Accreditation,
    DelegateDetails,
    fitting,
    is_cyrillic,
    require_details,
    require_transition,
    require_until,
)
from app.delegations.rules.consents import Purpose
from app.delegations.rules.ways_in import Rule, chosen_way, role_of
from app.directory.models import Municipality
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from invitations.translit import de_to_ru

_NAME = ("last", "first", "patronymic", "academic_title")
_BESIDE_NAME = ("noble_prefix", "last_latin", "first_latin", "country", "citizenship")


def same_value(before: Any, after: Any) -> bool:
    """Whether a form brought back what it showed: spaces around and line ends are the browser's, not the person's."""
    if isinstance(before, str) and isinstance(after, str):
        return before.replace("\r\n", "\n").strip() == after.replace("\r\n", "\n").strip()
    return bool(before == after)


def _with_new_latin(delegate: Delegate, details: DelegateDetails, names: set[str]) -> DelegateDetails:
    """``details`` with the Latin spelling following a corrected name, where it was our proposal and was left alone."""
    texts: dict[str, Any] = {}
    for own in ("last", "first"):
        latin, before = f"{own}_latin", getattr(delegate, own)
        shown = getattr(delegate, latin)
        if {own, latin} <= names and same_value(getattr(details, latin), shown) and shown == proposed_latin(before):
            texts[latin] = proposed_latin(getattr(details, own))
    return replace(details, **texts)


def _once_proposed(delegate: Delegate) -> dict[str, str]:
    """What rows of earlier editions have as our proposal: every Latin name read as German."""
    proposed = badge_names({name: getattr(delegate, name) for name in (*_NAME, *_BESIDE_NAME)})
    if is_cyrillic(delegate.last + delegate.first):
        return proposed
    return proposed | {"badge_ru": " ".join(de_to_ru(part) for part in (delegate.first, delegate.last) if part)}


def _with_badge(delegate: Delegate, details: DelegateDetails, names: set[str]) -> tuple[DelegateDetails, set[str]]:
    """``details`` with what stands on the badge, and which of it follows from the name.

    What the person or the secretariat wrote by hand stays whatever else is changed; a proposal follows the name, and
    emptying the field brings the proposal back.
    """
    known = {name: getattr(delegate, name) for name in (*_NAME, *_BESIDE_NAME)}
    before = badge_names(known), badge_names(known | {"citizenship": ""}), _once_proposed(delegate)
    after = badge_names(known | {name: getattr(details, name) for name in _NAME if name in names})
    texts: dict[str, Any] = {}
    followed: set[str] = set()
    for name, proposed in after.items():
        now, given = getattr(delegate, name), getattr(details, name).strip() if name in names else ""
        if given and not same_value(now, given):
            texts[name] = given
        elif (given or name not in names) and now and not any(same_value(now, one[name]) for one in before):
            texts[name] = now
        else:
            texts[name] = proposed
            followed |= {name} if not now or any(same_value(now, one[name]) for one in before) else set()
    return replace(details, **texts), followed


def _follow_names(delegate: Delegate, changed: set[str]) -> None:
    """The search text follows what is known."""
    if changed:
        said = {column.key: getattr(delegate, column.key) for column in Delegate.__table__.columns}
        delegate.search, delegate.sort_name = search_text(said), sort_name(said)


def _kept(value: Any) -> str:
    """A value as the list of changes keeps it."""
    return "" if value is None else value.value if isinstance(value, Attendance) else str(value)


def change_details(
    *, delegate: Delegate, details: DelegateDetails, names: set[str], by_staff: bool, actor: Actor, at: datetime
) -> list[str]:
    """Set the fields ``names`` of a delegate to what ``details`` says; returns those that really changed.

    Who changes from a place on site to one by video (or back) needs a place there. While none is free they keep the
    place they have and stand in that line: then ``wished`` is among what changed. What only those need who come to the
    spot is changed of those alone.

    :raises Refusal: when the date for changes has passed (not for staff), or with the field that is wrong.
    """
    conference = delegate.conference
    details = with_latin(details)
    with transaction() as session:
        lock(conference)
        lock(delegate)
        if not by_staff:
            require_until(conference.change_until, at, conference.timezone)
            _require_living(delegate)
        wanted = {field.name for field in fields(DelegateDetails)} & names
        details = _with_new_latin(delegate, details, wanted)
        details, followed = _with_badge(delegate, details, wanted)
        wanted -= followed
        changed = {name for name in wanted if not same_value(getattr(delegate, name), getattr(details, name))}
        if "attendance" in wanted:
            changed -= {"attendance"}
            changed |= {"attendance"} if details.attendance is not chosen_attendance(delegate) else set()
        if "attendance" in changed and details.attendance is None:
            changed.discard("attendance")
        if not changed:
            return []
        changed_by_contact(delegation=delegate.delegation, actor=actor, at=at)
        known = {name: getattr(delegate, name) for name in {*changed, "attendance", "wished"}}
        if "attendance" in changed:
            wished, role = details.attendance, details.role if "role" in changed else delegate.role
            if not by_staff:
                wished = chosen_way(rules_of(conference).get(role_of(role), Rule()), wished, conference.format)
            changed -= {"attendance"}
            changed |= _move(delegate, require_attendance(conference, wished), role, at)
        require_details(fitting(details, delegate.attendance, conference.format), zone=conference.timezone)
        if not comes(delegate.attendance, conference.format):
            changed -= ON_THE_SPOT
        if not changed:
            return []
        for name in changed - {"attendance", "wished"}:
            setattr(delegate, name, getattr(details, name))
        if "municipality_id" in changed:
            city = session.get(Municipality, details.municipality_id) if details.municipality_id else None
            delegate.city_slug, delegate.country = (city.slug, city.country) if city else ("", delegate.country)
        if {"role", "position"} & changed:
            stand_by_table([delegate])
        for name in followed:
            setattr(delegate, name, getattr(details, name))
        _follow_names(delegate, changed)
        if actor.kind == "delegate" and changed & set(HEALTH_FIELDS) and says_something_of_health(details):
            keep_consents(delegate=delegate, purposes={Purpose.HEALTH}, language=delegate.language, actor=actor, at=at)
        delegate.updated_at = at
        session.add_all(
            DelegateChange(delegate_id=delegate.id, field=name, before=_kept(known[name]),
                           after=_kept(getattr(delegate, name)), actor_kind=actor.kind, at=at)
            for name in sorted(changed)
        )  # fmt: skip
        session.flush()
        record(deed="delegations.change_details", subject=delegate, actor=actor, at=at,
               details={"fields": sorted(changed)})  # fmt: skip
        if {"attendance", "wished"} & changed:
            grant_waiting(conference=conference, actor=actor, at=at)
    return sorted(changed)


def _move(delegate: Delegate, to: Attendance, role: str, at: datetime) -> set[str]:
    """Take part the other way from now on, or from when a place there is free; returns the columns that changed."""
    if to is chosen_attendance(delegate):
        return set()
    holds = delegate.accreditation in HOLDS_A_PLACE
    if holds and to is delegate.attendance:  # they stay after all
        forget_wish(delegate)
        return {"wished"}
    conference = delegate.conference
    free = place_is_free(conference, to, role)
    if holds and not free and has_both(conference.format):
        delegate.wished, delegate.waitlisted_at, delegate.offered_until = to, at, None
        return {"wished"}
    waited = delegate.accreditation is Accreditation.WAITLISTED
    delegate.attendance = to
    forget_wish(delegate)
    if waited and free:
        approval = approval_for(conference, role)
        delegate.accreditation = Accreditation.APPLIED if approval else Accreditation.GRANTED
    elif waited or (holds and not free):
        delegate.accreditation, delegate.waitlisted_at = Accreditation.WAITLISTED, at
    return {"attendance"}


def _require_living(delegate: Delegate) -> None:
    if delegate.accreditation in {Accreditation.WITHDRAWN, Accreditation.DECLINED}:
        raise Refusal(_l("This registration has ended; it cannot be changed any more."))


def _set(delegate: Delegate, to: Accreditation, *, deed: str, actor: Actor, at: datetime) -> None:
    before = delegate.accreditation
    require_transition(before, to)
    wishes = wish_of(delegate) is not None and to in HOLDS_A_PLACE
    delegate.accreditation = to
    if not wishes:
        forget_wish(delegate)
        delegate.waitlisted_at = at if to is Accreditation.WAITLISTED else None
    delegate.updated_at = at
    record(deed=deed, subject=delegate, actor=actor, at=at, details={"from": before.value, "to": to.value})
    if to in {Accreditation.WITHDRAWN, Accreditation.DECLINED}:
        tell_left(delegate)


def withdraw(*, delegate: Delegate, actor: Actor, at: datetime) -> None:
    """The person does not come after all; their place goes to the first who waits. Withdrawing twice is harmless."""
    with transaction() as session:
        lock(delegate.conference)
        lock(delegate)
        if delegate.accreditation is Accreditation.WITHDRAWN:
            return
        changed_by_contact(delegation=delegate.delegation, actor=actor, at=at)
        _set(delegate, Accreditation.WITHDRAWN, deed="delegations.withdraw", actor=actor, at=at)
        session.flush()
        if actor.kind != "delegate":
            mail_changed(delegate, what="withdrawn", at=at)
        grant_waiting(conference=delegate.conference, actor=actor, at=at)


def grant(*, delegate: Delegate, actor: Actor, at: datetime) -> None:
    """The secretariat grants accreditation, from the waiting list too. Mailed. Granting twice is harmless.

    :raises Refusal: when no place is left for somebody who holds none yet.
    """
    with transaction() as session:
        lock(delegate.conference)
        lock(delegate)
        if delegate.accreditation is Accreditation.GRANTED:
            return
        if delegate.accreditation not in HOLDS_A_PLACE and delegate.offered_until is None:
            kind = "on_site" if is_on_site(delegate.attendance) else "video"
            conference = delegate.conference
            now = places(conference)[kind]
            if now["capacity"] is not None and (now["taken"] or 0) >= now["capacity"]:
                raise Refusal(_l("No place is left. Raise the number of places first, or let somebody else go."))
            if left_by_role(conference, delegate.attendance, rules_of(conference)).get(role_of(delegate.role), 1) < 1:
                raise Refusal(_l("No place is left for this role. Raise their number first, or let somebody else go."))
            give_back_what_is_full(delegate=delegate, actor=actor, at=at)
        delegate.decision_reason, stood = "", Stood.of(delegate)
        _set(delegate, Accreditation.GRANTED, deed="delegations.grant", actor=actor, at=at)
        session.flush()
        tell_of_places(delegate.conference, [(delegate, stood)], at=at)


def decline(*, delegate: Delegate, reason: str = "", actor: Actor, at: datetime) -> None:
    """The secretariat declines accreditation; mailed with the ``reason``; a place held goes to the first who waits."""
    with transaction() as session:
        lock(delegate.conference)
        lock(delegate)
        if delegate.accreditation is Accreditation.DECLINED:
            return
        delegate.decision_reason = reason
        _set(delegate, Accreditation.DECLINED, deed="delegations.decline", actor=actor, at=at)
        session.flush()
        mail_changed(delegate, what="declined", at=at)
        grant_waiting(conference=delegate.conference, actor=actor, at=at)


def send_link_again(*, delegate: Delegate, actor: Actor, at: datetime) -> bool:
    """Mail the personal link once more; False when the person has no address mail can be sent to."""
    with transaction():
        sent = mail_changed(delegate, what="link", at=at) is not None
        if sent:
            record(deed="delegations.send_link_again", subject=delegate, actor=actor, at=at)
    return sent
