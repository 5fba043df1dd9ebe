"""Guests a switch concerns: who has a part in what changes and is no delegate; what each of them has heard of."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select

from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.database import db
from app.format_switch.models import FormatSwitch
from app.format_switch.queries.past import MAIL, TOLD_BY, history
from app.format_switch.rules import ScopeKind, SessionChange, SessionOutcome
from app.format_switch.rules.guests import GuestChange
from app.mailroom.models import OutgoingMail
from app.mailroom.rules import MailState
from app.programme.models import SessionPerson
from app.programme.queries.guests import PartGuest, guests_of

GUEST_TOLD_BY = re.compile(r"switch-(\d+)-g(\d+)")  # deed keys of their mails: switch and first part
_GONE = (MailState.SENDING, MailState.UNCERTAIN, MailState.SENT)


def was_to(key: str | None, delegates: Collection[int], guests: Collection[int]) -> bool:
    """Whether a mail of a switch, by its deed key, was written to one of these delegates or guests."""
    found, guest = TOLD_BY.fullmatch(key or ""), GUEST_TOLD_BY.fullmatch(key or "")
    return (found is not None and int(found[2]) in delegates) or (guest is not None and int(guest[2]) in guests)


class GuestsHeard:
    """Of which switches each guest has been told: mails that have not left count for nothing."""

    def __init__(self, conference: Conference) -> None:
        self._deeds = history(conference)
        self._told: dict[int, int] = {}
        keys = db.session.scalars(
            select(OutgoingMail.deed_key).where(
                OutgoingMail.conference_id == conference.id, OutgoingMail.kind == MAIL, OutgoingMail.state.in_(_GONE),
                OutgoingMail.deed_key.like("switch-%-g%"),
            )
        )  # fmt: skip
        for key in keys:
            found = GUEST_TOLD_BY.fullmatch(key or "")
            if found is not None:
                switch_id, part_id = (int(number) for number in found.groups())
                self._told[part_id] = max(switch_id, self._told.get(part_id, 0))

    def unheard(self, parts: Sequence[SessionPerson], *, before: int = 0) -> list[FormatSwitch]:
        """The switches they have not heard of, the first one first; those before the switch ``before`` only."""
        last = self._last(parts)
        return [deed for deed in self._deeds if deed.id > last and (not before or deed.id < before)]

    def heard(self, parts: Sequence[SessionPerson]) -> list[FormatSwitch]:
        """The switches up to the last one they have heard of."""
        return [deed for deed in self._deeds if deed.id <= self._last(parts)]

    def _last(self, parts: Sequence[SessionPerson]) -> int:
        return max((self._told.get(part.id, 0) for part in parts), default=0)


def guests_concerned(
    conference: Conference, to: ConferenceFormat, sessions: Sequence[SessionChange], *, whole: bool
) -> list[GuestChange]:  # fmt: skip
    """Who has a part in a session that changes, by name. Two queries, or four.

    :param to: the format of the conference afterwards.
    :param whole: every mail that has not left is withdrawn, so whose session changed by a switch they have not heard
        of is told of it now.
    """
    changes = {change.session_id: change for change in sessions}
    found = []
    heard = None
    for guest in guests_of(conference):
        own = [changes[part.session_id] for part in guest.parts if part.session_id in changes]
        heard = heard or GuestsHeard(conference)
        unheard = heard.unheard(guest.parts)
        codes = dict.fromkeys(
            change.code for change in own
            if change.outcome is not SessionOutcome.STAYS or (whole and _form_known(unheard, change) != change.after)
        )  # fmt: skip
        if not codes:
            continue
        others = {part.session.uid for part in guest.parts if part.session_id not in changes}
        moved = any(uid in deed.changes.get("held", {}) for deed in unheard for uid in others)
        quiet = not moved and _undone(unheard, conference.format, to, own)
        found.append(GuestChange(guest.key, guest.name, guest.email, guest.language, tuple(codes), quiet))
    return found


def _undone(
    unheard: Sequence[FormatSwitch], now: ConferenceFormat, to: ConferenceFormat, own: Sequence[SessionChange]
) -> bool:
    """Whether the conference and their sessions will be as they were before the first switch the guest has not heard
    of."""
    wholes = [deed for deed in unheard if deed.scope is ScopeKind.WHOLE]
    if not unheard or (wholes[0].from_format if wholes else now) is not to:
        return False
    return all(_first_known(unheard, change.uid, change.now.kept()) == change.then.kept() for change in own)


def _form_known(unheard: Sequence[FormatSwitch], change: SessionChange) -> str:
    """How the guest knows the session to be held."""
    forms = (one.changes.get("sessions", {}).get(change.code) for one in unheard)
    return next((str(form[0]) for form in forms if form is not None), change.before)


def _first_known(unheard: Sequence[FormatSwitch], uid: str, now: Mapping[str, object]) -> Mapping[str, object]:
    for deed in unheard:
        kept = deed.changes.get("held", {}).get(uid)
        if kept is not None:
            before: Mapping[str, object] = kept["before"]
            return before
    return now


def told_guests(conference: Conference, changes: Sequence[GuestChange]) -> list[PartGuest]:
    """Those of them who get a mail, with all of their parts."""
    keys = {change.key for change in changes if change.is_told}
    return [guest for guest in guests_of(conference) if guest.key in keys] if keys else []
