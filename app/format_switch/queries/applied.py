"""A plan that was carried out, as it was decided: kept with the switch, read anew in any language.

Kept are no names: people, towns and sessions are read where they stand, and who was erased is not told of any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db
from app.format_switch.models import FormatSwitch
from app.format_switch.queries.consequences import Consequences, Papers, consequences
from app.format_switch.queries.letters import Coming, coming_letters
from app.format_switch.rules import Held, Scope, SessionChange, SessionOutcome, SwitchPlan
from app.format_switch.rules.guests import GuestChange
from app.format_switch.rules.requests import Choice, Kind, RequestPlan, kind_of
from app.i18n import localized
from app.programme.models import ProgrammeSession, SessionPerson
from app.programme.rules import SessionKind

DECIDED = "decided"  # among the changes of a switch


def decided_of(conference: Conference, plan: SwitchPlan) -> dict[str, Any]:
    """What the page and the paper of a plan tell of it later, as JSON. Ask it before anything moves."""
    return {
        "sessions": [
            [change.uid, change.code, change.kind.value, change.before, change.after, change.outcome.value,
             change.now.kept(), change.then.kept()]
            for change in plan.sessions
        ],
        "follows": asdict(replace(consequences(conference, plan), uninvited=())),
        "languages": dict(plan.languages),
        "unreachable": list(plan.unreachable),
        "guests": [[guest.key, bool(guest.email), guest.quiet, list(guest.codes)] for guest in plan.guests],
        "letters": list(plan.letters),
        "letters_withdrawn": list(plan.letters_withdrawn),
    }  # fmt: skip


@dataclass(frozen=True)
class AsDecided:
    """The plan, what followed from it, and its letters."""

    plan: SwitchPlan
    follows: Consequences
    coming: list[Coming]
    at: datetime
    actor: str


def as_decided(conference: Conference, deed: FormatSwitch | None) -> AsDecided | None:
    """What was decided with this switch; None where it was not kept. A fixed number of queries."""
    kept = deed.changes.get(DECIDED) if deed is not None else None
    if deed is None or kept is None:
        return None
    plan = SwitchPlan(
        conference.id, deed.from_format, deed.to_format, _sessions(conference, kept), (), (), kept["languages"],
        kept["unreachable"], letters=kept["letters"], letters_withdrawn=kept["letters_withdrawn"],
        scope=Scope(deed.scope, deed.scope_of), guests=_guests(kept), requests=_requests(deed.changes["requests"]),
    )  # fmt: skip
    follows = dict(kept["follows"])
    for name in ("leave", "come"):
        follows[name] = Papers(**follows[name])
    numbers = deed.changes.get("letters", [])
    coming = [
        replace(one, number=numbers[place] if place < len(numbers) else "")
        for place, one in enumerate(coming_letters(conference, plan, deed.at))
    ]
    return AsDecided(plan, Consequences(**follows), coming, deed.at, deed.actor)


def _sessions(conference: Conference, kept: Mapping[str, Any]) -> list[SessionChange]:
    rows = db.session.execute(
        select(
            ProgrammeSession.uid, ProgrammeSession.id, ProgrammeSession.title_ru, ProgrammeSession.title_de,
            ProgrammeSession.title_en,
        ).where(ProgrammeSession.conference_id == conference.id)
    )  # fmt: skip
    known = {row.uid: row for row in rows}
    found = []
    for uid, code, kind, before, after, outcome, now, then in kept["sessions"]:
        row, was = known.get(uid), Held.of(now)
        found.append(
            SessionChange(
                row.id if row else 0, code, localized(row, "title") if row else "", before, after,
                SessionOutcome(outcome), uid, SessionKind(kind), was, was, Held.of(then), after,
            )
        )  # fmt: skip
    return found


def _guests(kept: Mapping[str, Any]) -> list[GuestChange]:
    keys = [row[0] for row in kept["guests"]]
    known = {
        part.id: part
        for part in db.session.scalars(select(SessionPerson).where(SessionPerson.id.in_(keys)))
    } if keys else {}  # fmt: skip
    return [
        GuestChange(key, known[key].name, known[key].email or "?" if reached else "", known[key].language,
                    tuple(codes), quiet)
        for key, reached, quiet, codes in kept["guests"]
        if key in known
    ]  # fmt: skip


def _requests(kept: Mapping[str, Any]) -> dict[Kind, RequestPlan]:
    return {
        kind_of(kind): RequestPlan(
            Choice.KEEP if one["kept"] else Choice.WITHDRAW, tuple(one["kept"] or one["withdrawn"]),
            tuple(one["given_back"]),
        )
        for kind, one in kept.items()
    }  # fmt: skip
