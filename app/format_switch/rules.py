"""What a switch does to a session and to a person, decided without the database."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.conferences.rules import Attendance, ConferenceFormat
from app.delegations.rules import Accreditation
from app.programme.rules import NEEDS_A_PLACE, SessionKind


class SessionOutcome(StrEnum):
    """What becomes of a session."""

    STAYS = "stays"
    GETS_ROOM = "gets-room"
    CHANGES = "changes"
    LOSES_ROOM = "loses-room"
    CANCELLED = "cancelled"
    RESTORED = "restored"


class PersonOutcome(StrEnum):
    """What becomes of a delegate's way of taking part."""

    MOVES_TO_VIDEO = "moves-to-video"
    RETURNS = "returns"
    COMES_ON_SITE = "comes-on-site"
    WAITS = "waits"
    LEAVES_WAITING_LIST = "leaves-waiting-list"


@dataclass(frozen=True)
class SessionChange:
    """One session before and after."""

    session_id: int
    code: str
    title: str
    before: str
    after: str
    outcome: SessionOutcome


@dataclass(frozen=True)
class Standing:
    """How a delegate takes part: attendance and accreditation."""

    attendance: Attendance
    accreditation: Accreditation


@dataclass(frozen=True)
class PersonChange:
    """One delegate whose standing changes."""

    delegate_id: int
    before: Standing
    after: Standing
    outcome: PersonOutcome


@dataclass(frozen=True)
class SwitchPlan:
    """All a switch would do, computed by the code that does it.

    ``told`` are the ids of delegates who get a mail, ``unreachable`` of those who have no usable address.
    """

    conference_id: int
    before: ConferenceFormat
    after: ConferenceFormat
    sessions: Sequence[SessionChange] = ()
    people: Sequence[PersonChange] = ()
    told: Sequence[int] = ()
    languages: Mapping[str, int] = field(default_factory=dict)
    unreachable: Sequence[int] = ()

    @property
    def moves(self) -> bool:
        """Whether it changes anything at all."""
        return self.before is not self.after

    @property
    def counts(self) -> dict[str, int]:
        """Rows that change, as ``ratusha switch`` prints them."""
        outcomes = Counter(change.outcome for change in self.sessions)
        people = Counter(change.outcome for change in self.people)
        return {
            "sessions": sum(number for outcome, number in outcomes.items() if outcome is not SessionOutcome.STAYS),
            "delegates": len(self.people),
            "mails": len(self.told),
            "letters": 0,
            "rooms_opened": outcomes[SessionOutcome.GETS_ROOM],
            "rooms_withdrawn": outcomes[SessionOutcome.LOSES_ROOM],
            "sessions_cancelled": outcomes[SessionOutcome.CANCELLED],
            "sessions_restored": outcomes[SessionOutcome.RESTORED],
            "to_video": people[PersonOutcome.MOVES_TO_VIDEO],
            "back_on_site": people[PersonOutcome.RETURNS] + people[PersonOutcome.COMES_ON_SITE],
            "waitlisted": people[PersonOutcome.WAITS],
            "unreachable": len(self.unreachable),
        }

    @property
    def digest(self) -> str:
        """A sign of everything the plan rests on: another digest means that the world moved."""
        content: dict[str, Any] = {
            "conference": self.conference_id,
            "formats": [self.before, self.after],
            "sessions": [[change.session_id, change.before, change.after, change.outcome] for change in self.sessions],
            "people": [
                [change.delegate_id, change.before.attendance, change.before.accreditation, change.outcome]
                for change in self.people
            ],
            "told": list(self.told),
            "unreachable": list(self.unreachable),
        }
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def dropped(kind: SessionKind, own_format: ConferenceFormat | None, to: ConferenceFormat) -> bool:
    """Whether a session is cancelled because nobody will be on the spot (gala dinner, excursion, transfer)."""
    return to is ConferenceFormat.VIDEO and kind in NEEDS_A_PLACE and own_format is None


def outcome_of_session(before: str, after: str) -> SessionOutcome:
    """``before`` and ``after`` are a format or ``"cancelled"``."""
    if before == after:
        return SessionOutcome.STAYS
    if after == "cancelled":
        return SessionOutcome.CANCELLED
    if before == "cancelled":
        return SessionOutcome.RESTORED
    if before == ConferenceFormat.IN_PERSON:
        return SessionOutcome.GETS_ROOM
    if after == ConferenceFormat.IN_PERSON:
        return SessionOutcome.LOSES_ROOM
    return SessionOutcome.CHANGES


def person_after(
    now: Standing, *, to: ConferenceFormat, moved_before: Standing | None, room_on_site: bool, room_on_video: bool
) -> tuple[Standing, PersonOutcome] | None:
    """How a delegate takes part after the switch; None when nothing changes for them.

    :param moved_before: the standing from which an earlier switch took them, when it has not been given back.
    :param room_on_site: whether one more place on site is left; ``room_on_video`` likewise.
    """
    if to is ConferenceFormat.VIDEO:
        if now.accreditation is Accreditation.WAITLISTED and room_on_video:
            return Standing(Attendance.VIDEO, Accreditation.GRANTED), PersonOutcome.LEAVES_WAITING_LIST
        if now.attendance is Attendance.ON_SITE:
            return Standing(Attendance.VIDEO, now.accreditation), PersonOutcome.MOVES_TO_VIDEO
        return None
    if now.attendance is not Attendance.VIDEO:
        return None
    if moved_before is not None and moved_before.attendance is Attendance.ON_SITE:
        return moved_before, PersonOutcome.RETURNS
    if to is ConferenceFormat.HYBRID:
        return None
    if now.accreditation is Accreditation.WAITLISTED or not room_on_site:
        return Standing(Attendance.ON_SITE, Accreditation.WAITLISTED), PersonOutcome.WAITS
    return Standing(Attendance.ON_SITE, now.accreditation), PersonOutcome.COMES_ON_SITE
