"""The programme of one delegate: parts, sign-ups, meetings of the own delegation, and what is for everyone."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db
from app.delegations.models import Delegate
from app.delegations.rules import HOLDS_A_PLACE
from app.programme.models import ProgrammeSession
from app.programme.queries.published import Item, Published
from app.programme.queries.sign_up import own_standings
from app.programme.rules import SessionKind

FOR_EVERYONE = frozenset({SessionKind.PLENARY.value, SessionKind.CEREMONY.value})


@dataclass(frozen=True)
class Reason:
    """Why a session stands in a person's programme; all empty: because it is for everyone."""

    role: str = ""
    signed_up: bool = False
    place_in_line: int | None = None
    party: bool = False


@dataclass
class Own:
    """A released session of a person."""

    item: Item
    reasons: list[Reason] = field(default_factory=list)

    @property
    def in_calendar(self) -> bool:
        """Whether it goes into the person's calendar: not while they only wait in line."""
        return any(reason.place_in_line is None for reason in self.reasons)


def held_online(delegate: Delegate, item: Item) -> bool:
    """Whether the person takes part in the session by video."""
    by_video = delegate.attendance is Attendance.VIDEO
    return item["held_as"] == ConferenceFormat.VIDEO.value or (
        item["held_as"] == ConferenceFormat.HYBRID.value and by_video
    )


def _can_be_there(delegate: Delegate, item: Item) -> bool:
    return delegate.attendance is not Attendance.VIDEO or item["held_as"] != ConferenceFormat.IN_PERSON.value


def _standings(delegate: Delegate) -> dict[str, Reason]:
    """How the person stands in what they signed up for, by calendar sign."""
    standings = own_standings(delegate)
    if not standings:
        return {}
    rows = db.session.execute(
        select(ProgrammeSession.id, ProgrammeSession.uid).where(ProgrammeSession.id.in_(list(standings)))
    ).all()
    return {
        uid: Reason(signed_up=standings[number][1] is None, place_in_line=standings[number][1]) for number, uid in rows
    }


def _town(delegate: Delegate) -> str:
    delegation = delegate.delegation
    return delegation.municipality.slug if delegation is not None and delegation.municipality is not None else ""


def own_programme(delegate: Delegate, found: Published) -> list[Own]:
    """In the order of hours, as the newest release has it; three queries whatever there is.

    Nobody without a place at the conference has one. A session stands here once, with all its reasons.
    """
    if delegate.accreditation not in HOLDS_A_PLACE:
        return []
    standings, town = _standings(delegate), _town(delegate)
    own = []
    for item in found.items:
        reasons = [
            Reason(role=person["role"]) for person in item["people"] if person.get("delegate") == delegate.public_id
        ]
        if item["uid"] in standings:
            reasons.append(standings[item["uid"]])
        if town and town in item.get("parties", ()):
            reasons.append(Reason(party=True))
        for_everyone = item["type"] in FOR_EVERYONE and item["audience"] == "all" and _can_be_there(delegate, item)
        if reasons or for_everyone:
            own.append(Own(item, reasons or [Reason()]))
    return own
