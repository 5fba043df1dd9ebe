"""Telling people of a place that is theirs now, or kept for them: once, and nothing that is not so any more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.delegations.models import Delegate
from app.delegations.operations.mails import mail_place_granted, mail_place_offered
from app.delegations.rules import Accreditation


@dataclass(frozen=True)
class Stood:
    """How somebody stood before; ``offered``: a place was kept for them."""

    attendance: Attendance
    accreditation: Accreditation
    offered: bool = False

    @classmethod
    def of(cls, delegate: Delegate) -> Stood:
        """How they stand now."""
        return cls(delegate.attendance, delegate.accreditation, delegate.offered_until is not None)


#: name of a feature -> tells these people, by id with how they stood before, in a mail about the same conference that
#: was written to them before and has not left; returns the ids of those whom it told. Two mails would contradict each
#: other. Called inside the transaction that gives the places.
told_by_others: dict[str, Callable[[Conference, Mapping[int, Stood], datetime], Collection[int]]] = {}

#: name of a feature -> the delegates to whom such a mail is held: the time of an offer it tells does not run yet.
untold: dict[str, Callable[[Conference], Collection[int]]] = {}


def tell_of_places(conference: Conference, people: Sequence[tuple[Delegate, Stood]], *, at: datetime) -> None:
    """Call in the transaction that gave these people a place, or offered them one."""
    if not people:
        return
    before = {delegate.id: stood for delegate, stood in people}
    done: set[int] = set()
    for tell in told_by_others.values():
        done.update(tell(conference, {number: one for number, one in before.items() if number not in done}, at))
    for delegate, stood in people:
        if delegate.id in done:
            continue
        if delegate.offered_until is not None:
            mail_place_offered(delegate, at=at)
        else:
            mail_place_granted(delegate, moved=delegate.attendance is not stood.attendance, at=at)
