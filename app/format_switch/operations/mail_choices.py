"""What the mails of a switch say of waiting: of places that are free or offered, and of wishes for the other way."""

from __future__ import annotations

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.conferences.taking_part import has_both, is_on_site
from app.delegations.models import Delegate
from app.delegations.operations.waiting_list import place_is_free
from app.delegations.queries import wish_of
from app.delegations.queries.ways_in import rules_of
from app.delegations.rules import HOLDS_A_PLACE, Accreditation
from app.delegations.rules.ways_in import Rule, role_of
from app.format_switch.rules import PersonOutcome, Standing

# of those who have a place: told by what is said of their wish
_OF_WISHES = frozenset({PersonOutcome.IS_OFFERED, PersonOutcome.OFFER_ENDS, PersonOutcome.WISH_MET})


def meant(outcome: PersonOutcome | None, now: Standing) -> str:
    """What is told of a place: who has none waits, whether they did before or not; one given may want approval."""
    if now.accreditation is Accreditation.WAITLISTED:
        return PersonOutcome.IS_OFFERED if now.offered else PersonOutcome.WAITS
    if outcome is PersonOutcome.LEAVES_WAITING_LIST and now.accreditation is Accreditation.APPLIED:
        return "place-kept"
    return "" if outcome is None or outcome in _OF_WISHES else outcome


def told_of_wish(delegate: Delegate) -> str:
    """Of the other way somebody waits for who has a place: ``offered``, ``in-line``, or ``rests`` while the conference
    has no such places; the wish is kept with its hour in the line, so that it counts again on the way back."""
    if delegate.accreditation not in HOLDS_A_PLACE or delegate.wished is None or delegate.waitlisted_at is None:
        return ""
    if wish_of(delegate) is not None:
        return "offered" if delegate.offered_until is not None else "in-line"
    return "rests" if delegate.wished is not delegate.attendance else ""


class Choices:
    """What each may choose, looked up once for all of a role. Ask it when the switch has moved its people."""

    def __init__(self, conference: Conference) -> None:
        self._conference = conference
        self._rules = rules_of(conference) if has_both(conference.format) else None
        self._free: dict[tuple[Attendance, str], bool] = {}

    def of(self, delegate: Delegate) -> str:
        """``other``: they may take part the other way; who waits has none to leave, and is told whether a place of the
        other way is ``free`` or the line there is closed to them as well (``full``). Empty: nothing to choose."""
        role = role_of(delegate.role)
        if self._rules is None or self._rules.get(role, Rule()).way is not None or delegate.offered_until is not None:
            return ""
        if delegate.accreditation in HOLDS_A_PLACE:
            return "" if wish_of(delegate) is not None else "other"
        other = Attendance.VIDEO if is_on_site(delegate.attendance) else Attendance.ON_SITE
        if (other, role) not in self._free:
            self._free[other, role] = place_is_free(self._conference, other, role, self._rules)
        return "free" if self._free[other, role] else "full"
