"""What the hours of a plan would set against each other in the programme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.conferences.models import Conference
from app.format_switch.rules import SwitchPlan
from app.programme.queries.warnings import planned_of, travel_times
from app.programme.rules.clashes import warnings
from app.programme.rules.planned import Planned, Warning_


def new_clashes(conference: Conference, plan: SwitchPlan) -> list[Warning_]:
    """The warnings the programme would have after the switch and does not have now. A fixed number of queries."""
    moving = {change.session_id: change for change in plan.sessions if change.hours_change}
    if not moving:
        return []
    now, travel = planned_of(conference), travel_times(conference)

    def look(at: Sequence[Planned]) -> list[Warning_]:
        return warnings(at, first_day=conference.starts_on, last_day=conference.ends_on, zone=conference.timezone,
                        travel=travel)  # fmt: skip

    changes = {change.session_id: change for change in plan.sessions}
    then = []
    for one in now:
        change = changes.get(one.number)
        if change is None:
            then.append(one)
            continue
        on_screen = change.after == "video"
        held = replace(one, starts_at=change.then.starts_at, ends_at=change.then.ends_at,
                       cancelled=change.then.cancelled, on_screen=on_screen,
                       limit=one.places if on_screen else one.limit)  # fmt: skip
        then.append(replace(held, venue=None, to_venue=None) if on_screen else held)
    known = {(one.kind, one.sessions) for one in look(now)}
    codes = {change.code for change in moving.values()}
    return [one for one in look(then) if (one.kind, one.sessions) not in known and codes & set(one.sessions)]
