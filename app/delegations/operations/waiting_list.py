"""Places that become free go to those who wait, in their order."""

from __future__ import annotations

from datetime import datetime

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.database import lock, transaction
from app.delegations.models import Delegate
from app.delegations.operations.mails import mail_place_granted
from app.delegations.queries import places, waiting_line
from app.delegations.rules import Accreditation
from app.history.operations import record
from app.history.rules import Actor

_KINDS = {"on_site": Attendance.ON_SITE, "video": Attendance.VIDEO}


def place_is_free(conference: Conference, attendance: Attendance) -> bool:
    """Whether a newcomer gets a place: one is left and nobody waits for it. Ask under the conference's lock."""
    name = next(key for key, value in _KINDS.items() if value is attendance)
    now = places(conference)[name]
    capacity, taken, waiting = now["capacity"], now["taken"] or 0, now["waiting"] or 0
    return capacity is None or (taken < capacity and not waiting)


def grant_waiting(*, conference: Conference, actor: Actor, at: datetime) -> list[Delegate]:
    """Give every free place to the first who waits for it, and mail them.

    Where registrations need approval, the place is reserved and the person stands as applied.
    """
    given = []
    with transaction() as session:
        lock(conference)
        standing = Accreditation.APPLIED if conference.approval_needed else Accreditation.GRANTED
        for name, now in places(conference).items():
            if not now["waiting"]:
                continue
            line = waiting_line(conference, _KINDS[name])
            free = len(line) if now["capacity"] is None else max(0, now["capacity"] - (now["taken"] or 0))
            for delegate in line[:free]:
                delegate.accreditation, delegate.waitlisted_at, delegate.updated_at = standing, None, at
                session.flush()
                record(deed="delegations.grant_from_waiting_list", subject=delegate, actor=actor, at=at,
                       details={"to": standing.value})  # fmt: skip
                mail_place_granted(delegate, at=at)
                given.append(delegate)
    return given
