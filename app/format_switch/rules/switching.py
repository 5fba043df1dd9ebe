"""What a switch does to a session and to a person, decided without the database."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.conferences.rules import Attendance, ConferenceFormat
from app.conferences.taking_part import has_both, has_hall, has_screen, is_by_video, is_on_site
from app.delegations.rules import Accreditation
from app.errors import Message
from app.format_switch.rules.guests import GuestChange
from app.format_switch.rules.requests import Kind, RequestPlan
from app.format_switch.rules.scope import WHOLE, Scope, ScopeKind
from app.format_switch.rules.sessions import Held, Why
from app.format_switch.rules.sign_ups import SignUpChange, SignUpOutcome
from app.programme.rules import SessionKind


class SessionOutcome(StrEnum):
    """What becomes of a session."""

    STAYS = "stays"
    GETS_ROOM = "gets-room"
    CHANGES = "changes"
    LOSES_ROOM = "loses-room"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    MOVED = "moved"
    SHORTENED = "shortened"


class PersonOutcome(StrEnum):
    """What becomes of a delegate's way of taking part."""

    MOVES_TO_VIDEO = "moves-to-video"
    RETURNS = "returns"
    COMES_ON_SITE = "comes-on-site"
    WAITS = "waits"
    LEAVES_WAITING_LIST = "leaves-waiting-list"
    IS_OFFERED = "is-offered"  # a place; who has one of the other way keeps it until they take this one
    OFFER_ENDS = "offer-ends"  # there are no such places any more
    WISH_MET = "wish-met"  # they keep for good the way they wished for


@dataclass(frozen=True)
class SessionChange:
    """One session before and after: its form (a format, or ``cancelled``) and how it stands in the draft.

    ``base`` is how it stands when earlier switches have given back what they took, ``proposed`` the form proposed;
    ``shorter_until`` when it should end instead, being too long for a screen.
    """

    session_id: int
    code: str
    title: str
    before: str
    after: str
    outcome: SessionOutcome
    uid: str
    kind: SessionKind
    now: Held
    base: Held
    then: Held
    proposed: str
    shorter_until: datetime | None = None
    why: Why | None = None
    place: str = ""  # in the reader's language
    spot: tuple[int | None, int | None] = (None, None)  # room and house
    interpreted: bool = False

    @property
    def hours_change(self) -> bool:
        """Whether it begins or ends at another moment."""
        return (self.now.starts_at, self.now.ends_at) != (self.then.starts_at, self.then.ends_at)


@dataclass(frozen=True)
class Standing:
    """How a delegate takes part: attendance and accreditation; ``offered``: a place is kept for them to take."""

    attendance: Attendance
    accreditation: Accreditation
    offered: bool = False

    @property
    def kept(self) -> dict[str, str]:
        """As JSON."""
        found = {"attendance": self.attendance.value, "accreditation": self.accreditation.value}
        return {**found, "offered": "yes"} if self.offered else found


@dataclass(frozen=True)
class PersonChange:
    """One delegate whose standing changes; ``wish_met``: they wait no more for the way they wished for."""

    delegate_id: int
    before: Standing
    after: Standing
    outcome: PersonOutcome
    wish_met: bool = False

    @property
    def gets_place(self) -> bool:
        """Whether a place goes to somebody who waited for it, with another or without; offered or given."""
        if self.wish_met:
            return True
        if self.after.offered:
            return not self.before.offered or self.before.attendance is not self.after.attendance
        return self.outcome is PersonOutcome.LEAVES_WAITING_LIST


@dataclass(frozen=True)
class SwitchPlan:
    """All a switch would do, computed by the code that does it.

    ``told`` are the ids of delegates who get a mail, ``unreachable`` of those who have no usable address, ``quiet`` of
    those for whom nothing is new, since they never heard of what is undone. ``letters``
    are the municipalities whose heads a letter is written to; ``letters_refused`` says where none can be written, and
    why. ``numbers`` are those of the register they get, in their order; ``letters_withdrawn`` those of letters of
    earlier switches that have not gone and are annulled. ``withdrawn`` mails of earlier switches have not left yet and
    never will. ``before`` and ``after`` are formats of the conference, or of the part that moves (``scope``).
    ``hindrance`` says why it cannot be done. ``guests`` have a part in what changes and are no delegates.
    """

    conference_id: int
    before: ConferenceFormat
    after: ConferenceFormat
    sessions: Sequence[SessionChange] = ()
    people: Sequence[PersonChange] = ()
    told: Sequence[int] = ()
    languages: Mapping[str, int] = field(default_factory=dict)
    unreachable: Sequence[int] = ()
    quiet: Sequence[int] = ()
    letters: Sequence[str] = ()
    letter_languages: Mapping[str, int] = field(default_factory=dict)
    letters_refused: Sequence[tuple[str, Message]] = ()
    letters_withdrawn: Sequence[str] = ()
    numbers: Sequence[str] = ()
    withdrawn: int = 0
    scope: Scope = WHOLE
    hindrance: Message | None = None
    guests: Sequence[GuestChange] = ()
    sign_ups: Sequence[SignUpChange] = ()
    requests: Mapping[Kind, RequestPlan] = field(default_factory=dict)
    sign_up_mails: int = 0

    @property
    def guests_told(self) -> list[GuestChange]:
        """The guests who get a mail."""
        return [guest for guest in self.guests if guest.is_told]

    @property
    def guests_unreachable(self) -> list[GuestChange]:
        """The guests nobody can write to."""
        return [guest for guest in self.guests if not guest.email]

    @property
    def moves(self) -> bool:
        """Whether it changes anything at all."""
        if self.scope.kind is ScopeKind.WHOLE:
            return self.before is not self.after
        return bool(self.people) or any(change.now != change.then for change in self.sessions)

    @property
    def counts(self) -> dict[str, int]:
        """What changes, as ``ratusha switch`` prints it.

        ``delegates`` are all whom it concerns: their attendance, their choice or at least what they are told changes.
        The attendance or standing of ``delegates_moved`` changes.
        """
        outcomes = Counter(change.outcome for change in self.sessions)
        people = Counter(change.outcome for change in self.people)
        places = Counter(change.outcome for change in self.sign_ups)
        return {
            "sessions": sum(number for outcome, number in outcomes.items() if outcome is not SessionOutcome.STAYS),
            "delegates": len(self.told) + len(self.unreachable) + len(self.quiet),
            "mails": len(self.told) + len(self.guests_told),
            "letters": len(self.letters),
            "delegates_moved": len(self.people),
            "rooms_opened": outcomes[SessionOutcome.GETS_ROOM],
            "rooms_interpreted": sum(
                change.interpreted and change.outcome is SessionOutcome.GETS_ROOM for change in self.sessions
            ),
            "rooms_withdrawn": outcomes[SessionOutcome.LOSES_ROOM],
            "sessions_cancelled": outcomes[SessionOutcome.CANCELLED],
            "sessions_restored": outcomes[SessionOutcome.RESTORED],
            "sessions_at_other_hours": sum(change.hours_change for change in self.sessions),
            "to_video": people[PersonOutcome.MOVES_TO_VIDEO],
            "back_on_site": people[PersonOutcome.RETURNS] + people[PersonOutcome.COMES_ON_SITE],
            "sign_ups_withdrawn": places[SignUpOutcome.WITHDRAWN],
            "sign_ups_given_back": places[SignUpOutcome.GIVEN_BACK],
            "sign_ups_moved_up": places[SignUpOutcome.MOVES_UP],
            "sign_ups_back_in_line": places[SignUpOutcome.BACK_IN_LINE],
            "sign_up_mails": self.sign_up_mails,
            "requests_withdrawn": sum(len(one.withdrawn) for one in self.requests.values()),
            "requests_kept": sum(len(one.remaining) for one in self.requests.values()),
            "requests_given_back": sum(len(one.back) for one in self.requests.values()),
            "waitlisted": people[PersonOutcome.WAITS],
            "leave_waiting_list": people[PersonOutcome.LEAVES_WAITING_LIST],
            "wishes_met": sum(change.wish_met for change in self.people),
            "places_offered": sum(change.after.offered and change.gets_place for change in self.people),
            "guests": len(self.guests),
            "guests_told": len(self.guests_told),
            "guests_unreachable": len(self.guests_unreachable),
            "unreachable": len(self.unreachable),
            "not_told": len(self.quiet),
            "mails_withdrawn": self.withdrawn,
            "letters_refused": len(self.letters_refused),
            "letters_withdrawn": len(self.letters_withdrawn),
        }

    @property
    def digest(self) -> str:
        """A sign of everything the plan rests on: another digest means that the world moved.

        Sign-ups and requests follow from what is in it, and from what people say themselves until the last moment: they
        are settled as they are then.
        """
        content: dict[str, Any] = {
            "conference": self.conference_id,
            "formats": [self.before, self.after],
            "scope": [self.scope.kind, self.scope.of],
            "sessions": [
                [change.session_id, change.outcome, change.now.kept(), change.then.kept(), change.spot]
                for change in self.sessions
            ],
            "people": [
                [change.delegate_id, change.before.kept, change.after.kept, change.outcome] for change in self.people
            ],
            "told": list(self.told),
            "unreachable": list(self.unreachable),
            "guests": [[guest.key, guest.email, guest.language, guest.codes] for guest in self.guests],
            "letters": sorted(self.letters),
        }
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def outcome_of_session(before: str, after: str, now: Held, then: Held) -> SessionOutcome:
    """``before`` and ``after`` are a format or ``"cancelled"``."""
    if before == after:
        if after == "cancelled" or (now.starts_at, now.ends_at) == (then.starts_at, then.ends_at):
            return SessionOutcome.STAYS
        shorter = now.starts_at == then.starts_at and _before(then.ends_at, now.ends_at)
        return SessionOutcome.SHORTENED if shorter else SessionOutcome.MOVED
    if after == "cancelled":
        return SessionOutcome.CANCELLED
    if before == "cancelled":
        return SessionOutcome.RESTORED
    if not has_screen(before):
        return SessionOutcome.GETS_ROOM
    if not has_screen(after):
        return SessionOutcome.LOSES_ROOM
    return SessionOutcome.CHANGES


def _before(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and one < other


def outcome_of_person(before: Standing, after: Standing) -> PersonOutcome | None:
    """What it means for a delegate to stand otherwise than before; None when they do not."""
    if before == after:
        return None
    if after.accreditation is Accreditation.WAITLISTED:
        return PersonOutcome.IS_OFFERED if after.offered else PersonOutcome.WAITS
    if before.accreditation is Accreditation.WAITLISTED:
        return PersonOutcome.LEAVES_WAITING_LIST
    if before.attendance is after.attendance:
        if before.offered is after.offered:
            return None
        return PersonOutcome.IS_OFFERED if after.offered else PersonOutcome.OFFER_ENDS
    return PersonOutcome.MOVES_TO_VIDEO if is_by_video(after.attendance) else PersonOutcome.COMES_ON_SITE


def person_after(
    now: Standing, *, to: ConferenceFormat, moved_before: Standing | None, room_on_site: bool
) -> Standing | None:
    """How a delegate takes part whom a switch moves, before free places go to those who wait; None: as before.

    A place that was offered them is not offered of another way.

    :param moved_before: the standing from which an earlier switch took them, when it has not been given back.
    :param room_on_site: whether one more place on site is left.
    """
    waits = now.accreditation is Accreditation.WAITLISTED
    if not has_hall(to):
        return Standing(Attendance.VIDEO, now.accreditation) if is_on_site(now.attendance) else None
    if not is_by_video(now.attendance):
        return None
    if moved_before is not None and is_on_site(moved_before.attendance):
        if moved_before.accreditation is not Accreditation.WAITLISTED:
            return moved_before if waits else Standing(Attendance.ON_SITE, now.accreditation)
        # who takes part by video keeps that place as long as there are such places
        return None if has_both(to) and (now.offered or not waits) else moved_before
    if has_both(to):
        return None
    stands = Accreditation.WAITLISTED if waits or not room_on_site else now.accreditation
    return Standing(Attendance.ON_SITE, stands)
