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
from app.errors import Message
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

    ``told`` are the ids of delegates who get a mail, ``unreachable`` of those who have no usable address. ``letters``
    are the municipalities whose heads a letter is drafted to; ``letters_refused`` says where none can be written, and
    why. ``withdrawn`` mails of earlier switches have not left yet and never will.
    """

    conference_id: int
    before: ConferenceFormat
    after: ConferenceFormat
    sessions: Sequence[SessionChange] = ()
    people: Sequence[PersonChange] = ()
    told: Sequence[int] = ()
    languages: Mapping[str, int] = field(default_factory=dict)
    unreachable: Sequence[int] = ()
    letters: Sequence[str] = ()
    letters_refused: Sequence[tuple[str, Message]] = ()
    withdrawn: int = 0

    @property
    def moves(self) -> bool:
        """Whether it changes anything at all."""
        return self.before is not self.after

    @property
    def counts(self) -> dict[str, int]:
        """What changes, as ``ratusha switch`` prints it.

        ``delegates`` are all whom it concerns: their attendance, their choice or at least what they are told changes.
        The attendance or standing of ``delegates_moved`` changes.
        """
        outcomes = Counter(change.outcome for change in self.sessions)
        people = Counter(change.outcome for change in self.people)
        return {
            "sessions": sum(number for outcome, number in outcomes.items() if outcome is not SessionOutcome.STAYS),
            "delegates": len(self.told) + len(self.unreachable),
            "mails": len(self.told),
            "letters": len(self.letters),
            "delegates_moved": len(self.people),
            "rooms_opened": outcomes[SessionOutcome.GETS_ROOM],
            "rooms_withdrawn": outcomes[SessionOutcome.LOSES_ROOM],
            "sessions_cancelled": outcomes[SessionOutcome.CANCELLED],
            "sessions_restored": outcomes[SessionOutcome.RESTORED],
            "to_video": people[PersonOutcome.MOVES_TO_VIDEO],
            "back_on_site": people[PersonOutcome.RETURNS] + people[PersonOutcome.COMES_ON_SITE],
            "waitlisted": people[PersonOutcome.WAITS],
            "leave_waiting_list": people[PersonOutcome.LEAVES_WAITING_LIST],
            "unreachable": len(self.unreachable),
            "mails_withdrawn": self.withdrawn,
            "letters_refused": len(self.letters_refused),
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
            "letters": list(self.letters),
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


def outcome_of_person(before: Standing, after: Standing) -> PersonOutcome | None:
    """What it means for a delegate to stand otherwise than before; None when they do not."""
    if before == after:
        return None
    if after.accreditation is Accreditation.WAITLISTED:
        return PersonOutcome.WAITS
    if before.accreditation is Accreditation.WAITLISTED:
        return PersonOutcome.LEAVES_WAITING_LIST
    if before.attendance is after.attendance:
        return None
    return PersonOutcome.MOVES_TO_VIDEO if after.attendance is Attendance.VIDEO else PersonOutcome.COMES_ON_SITE


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
            waits = now.accreditation is Accreditation.WAITLISTED
            outcome = PersonOutcome.WAITS if waits else PersonOutcome.MOVES_TO_VIDEO
            return Standing(Attendance.VIDEO, now.accreditation), outcome
        return None
    if now.attendance is not Attendance.VIDEO:
        return None
    if moved_before is not None and moved_before.attendance is Attendance.ON_SITE:
        waits = moved_before.accreditation is Accreditation.WAITLISTED
        return moved_before, PersonOutcome.WAITS if waits else PersonOutcome.RETURNS
    if to is ConferenceFormat.HYBRID:
        return None
    if now.accreditation is Accreditation.WAITLISTED or not room_on_site:
        return Standing(Attendance.ON_SITE, Accreditation.WAITLISTED), PersonOutcome.WAITS
    return Standing(Attendance.ON_SITE, now.accreditation), PersonOutcome.COMES_ON_SITE
