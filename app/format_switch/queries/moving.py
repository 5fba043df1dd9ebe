"""How a switch moves people, and whom of those who wait it gives a place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.conferences.taking_part import has_both, has_hall, is_by_video, is_on_site, waits_for
from app.database import db
from app.delegations.models import Delegate
from app.delegations.queries.ways_in import most_of, rules_of
from app.delegations.rules import HOLDS_A_PLACE, Accreditation
from app.delegations.rules.lines import InLine, Room, by_line, given
from app.delegations.rules.ways_in import Rule, needs_approval, role_of
from app.format_switch.queries.past import Away, moved_away
from app.format_switch.rules import (
    PersonChange,
    PersonOutcome,
    Scope,
    ScopeKind,
    Standing,
    outcome_of_person,
    person_after,
)

CONCERNED = HOLDS_A_PLACE | {Accreditation.WAITLISTED}


def people_concerned(conference: Conference) -> Sequence[Any]:
    """Everybody with a place or waiting for one: rows of what a switch asks of them."""
    return db.session.execute(
        select(
            Delegate.id, Delegate.attendance, Delegate.accreditation, Delegate.email, Delegate.language,
            Delegate.delegation_id, Delegate.created_at, Delegate.role, Delegate.wished, Delegate.waitlisted_at,
            Delegate.offered_until,
        )
        .where(Delegate.conference_id == conference.id, Delegate.accreditation.in_(CONCERNED))
        .order_by(Delegate.id)
    ).all()  # fmt: skip


def standing_now(row: Any) -> Standing:
    """How a delegate, or their row, stands."""
    return Standing(row.attendance, row.accreditation, offered=row.offered_until is not None)


def stands_as(row: Any) -> str:
    """How a row stands, as a plan keeps what its readers saw: with what is offered and wished for beside a place."""
    offered = "offered" if row.offered_until is not None else ""
    return " ".join(word for word in (row.accreditation.value, row.wished or "", offered) if word)


def wish_held(row: Any, held: ConferenceFormat, attendance: Attendance | None = None) -> Attendance | None:
    """The way somebody waits for who has a place, when the conference is held so and they take part by
    ``attendance``."""
    if row.wished is None or row.waitlisted_at is None:
        return None
    return waits_for(attendance or row.attendance, row.wished, held)


@dataclass(frozen=True)
class Moves:
    """Who stands otherwise afterwards; ``asked``: of them those whom the switch itself moves, before free places go to
    those who wait."""

    changes: list[PersonChange]
    asked: list[PersonChange]


def moves(conference: Conference, to: ConferenceFormat, scope: Scope, rows: Sequence[Any]) -> Moves:
    """How all stand afterwards. ``rows``: of everybody concerned.

    First the switch moves those in its scope. Then the places that are free go to those who wait, as they will be given
    when it is done: in the order of the lines, within the limits of roles, offered where the conference offers them; so
    nothing is left to give. Three queries.
    """
    held = to if scope.kind is ScopeKind.WHOLE else conference.format
    rules = rules_of(conference)
    back = _back(conference, to, scope, rows)
    then = {row.id: _kept_offer(row, held) for row in rows}
    moved = _move(conference, to, [row for row in rows if row.id in back], rows, back)
    then |= moved
    met = {row.id for row in rows if is_on_site(row.wished) and row.id in moved and _comes(row, moved, back)}
    asked = _changes(rows, then, back, met)
    while found := _serve(conference, held, [row for row in rows if row.id not in met], rows, then, rules):
        met |= {number for number in found if then[number].attendance is not found[number].attendance}
        then |= found  # who has a place again may wish for one of the other way
    return Moves(_changes(rows, then, back, met), asked)


def _back(
    conference: Conference, to: ConferenceFormat, scope: Scope, rows: Iterable[Any]
) -> dict[int, Standing | None]:  # fmt: skip
    """Of those in scope: the standing from which an earlier switch took them."""
    away = moved_away(conference)
    return {
        row.id: _from_where(away, row.id, scope, to)
        for row in rows
        if scope.kind is ScopeKind.WHOLE or str(row.delegation_id) == scope.of
    }


def _from_where(away: Mapping[int, Away], delegate_id: int, scope: Scope, to: ConferenceFormat) -> Standing | None:
    """The standing to give back: what one delegation was asked to do is not undone by the way back of all to hybrid."""
    found = away.get(delegate_id)
    if found is None or not is_on_site(found.before.attendance):
        return None
    if scope.kind is ScopeKind.WHOLE and has_both(to) and found.scope is not ScopeKind.WHOLE:
        return None
    return found.before


def _kept_offer(row: Any, held: ConferenceFormat) -> Standing:
    """How somebody stands whom nobody moves: a place is no longer offered of a way that is none any more."""
    now = standing_now(row)
    if not now.offered or has_both(held):
        return now
    alone = now.accreditation is Accreditation.WAITLISTED and has_hall(held) == is_on_site(now.attendance)
    return replace(now, offered=alone)


def _comes(row: Any, moved: Mapping[int, Standing], back: Mapping[int, Standing | None]) -> bool:
    """Whether somebody has the place in the hall they wished for, and not one that is given back."""
    then = moved[row.id]
    return is_on_site(then.attendance) and then.accreditation in HOLDS_A_PLACE and back[row.id] is None


def _taken(rows: Iterable[Any], then: Mapping[int, Standing], held: ConferenceFormat) -> list[tuple[Attendance, str]]:
    """The way and the role of each place that is held or offered."""
    found = []
    for row in rows:
        stands = then[row.id]
        if stands.accreditation in HOLDS_A_PLACE:
            found.append((stands.attendance, role_of(row.role)))
            wish = wish_held(row, held, stands.attendance)
            if stands.offered and wish is not None:
                found.append((wish, role_of(row.role)))
        elif stands.offered:
            found.append((stands.attendance, role_of(row.role)))
    return found


def _move(
    conference: Conference,
    to: ConferenceFormat,
    moving: Sequence[Any],
    rows: Sequence[Any],
    back: Mapping[int, Standing | None],
) -> dict[int, Standing]:
    """How those stand whom the switch itself moves. Who has a place by video comes before those who wait for one in the
    hall, and of them who wished for the hall, in their order."""
    now = {row.id: standing_now(row) for row in rows}
    left = conference.places_on_site
    if left is not None:
        left -= sum(is_on_site(way) for way, _role in _taken(rows, now, conference.format))
    fit = _returning(moving, back, left)
    left = None if left is None else left - len(fit)
    found = {}
    for row in sorted(moving, key=_order):
        before = back[row.id]
        if before is not None and before.accreditation in HOLDS_A_PLACE and row.id not in fit:
            before = Standing(before.attendance, Accreditation.WAITLISTED)  # others have the place meanwhile
        then = person_after(now[row.id], to=to, moved_before=before, room_on_site=left is None or left > 0)
        if then is None:
            continue
        found[row.id] = then
        if left is not None and then.accreditation in HOLDS_A_PLACE and is_on_site(then.attendance) and before is None:
            left -= 1
    return found


def _order(row: Any) -> tuple[bool, bool, Any]:
    waits = row.accreditation is Accreditation.WAITLISTED
    wishes = row.wished is not None and row.waitlisted_at is not None
    return waits, not wishes, by_line(row.waitlisted_at if waits or wishes else None, row.id)


def _returning(moving: Sequence[Any], back: Mapping[int, Standing | None], left: int | None) -> set[int]:
    """Who gets back the place on site they had, before anybody else is given one: as many as there are places."""
    returning = [
        row.id
        for row in sorted(moving, key=_order)
        if is_by_video(row.attendance)
        and (before := back[row.id]) is not None
        and before.accreditation in HOLDS_A_PLACE
    ]
    return set(returning if left is None else returning[: max(0, left)])


def _serve(
    conference: Conference,
    held: ConferenceFormat,
    waiting: Sequence[Any],
    rows: Sequence[Any],
    then: Mapping[int, Standing],
    rules: Mapping[str, Rule],
) -> dict[int, Standing]:
    """How those stand who get a place, or are offered one; nobody when none is left."""
    by_id = {row.id: row for row in rows}
    line = []
    for row in sorted(waiting, key=lambda one: by_line(one.waitlisted_at, one.id)):
        stands = then[row.id]
        if stands.offered:
            continue
        if stands.accreditation is Accreditation.WAITLISTED:
            line.append(InLine(row.id, stands.attendance, role_of(row.role)))
        elif (wish := wish_held(row, held, stands.attendance)) is not None:
            line.append(InLine(row.id, wish, role_of(row.role), keeps=True))
    if not line:
        return {}
    offers, served = conference.offer_hours is not None, dict[int, Standing]()
    for one in given(line, _rooms(conference, held, rows, then, rules), offers=offers):
        stands = then[one.id]
        if offers:
            served[one.id] = replace(stands, offered=True)
        elif one.keeps:
            served[one.id] = Standing(one.way, stands.accreditation)
        else:
            by_hand = needs_approval(rules, by_id[one.id].role, conference=conference.approval_needed)
            served[one.id] = Standing(one.way, Accreditation.APPLIED if by_hand else Accreditation.GRANTED)
    return served


def _rooms(
    conference: Conference,
    held: ConferenceFormat,
    rows: Sequence[Any],
    then: Mapping[int, Standing],
    rules: Mapping[str, Rule],
) -> dict[Attendance, Room]:
    taken = Counter(_taken(rows, then, held))
    by_way: Counter[Attendance] = Counter()
    for (way, _role), number in taken.items():
        by_way[way] += number
    found = {}
    for way, places in ((Attendance.ON_SITE, conference.places_on_site), (Attendance.VIDEO, conference.places_video)):
        limits = {role: most for role, rule in rules.items() if (most := most_of(rule, way)) is not None}
        found[way] = Room(
            None if places is None else places - by_way[way],
            {role: most - taken[way, role] for role, most in limits.items()},
        )
    return found


def _changes(
    rows: Iterable[Any], then: Mapping[int, Standing], back: Mapping[int, Standing | None], met: set[int]
) -> list[PersonChange]:
    found = []
    for row in rows:
        now, after = standing_now(row), then[row.id]
        outcome = outcome_of_person(now, after)
        if outcome is None and row.id in met:
            outcome = PersonOutcome.WISH_MET
        if outcome is None:
            continue
        if outcome is PersonOutcome.COMES_ON_SITE and back.get(row.id) is not None:
            outcome = PersonOutcome.RETURNS
        found.append(PersonChange(row.id, now, after, outcome, wish_met=row.id in met))
    return found
