"""What the tests of the doors share: a conference by video, its sessions around this moment, people by video."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.clock import now
from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.delegations.models import Delegate
from app.programme.models import ProgrammeSession, SessionParty, SessionPerson, SessionSignUp
from app.programme.rules import PersonRole, SignUpStanding
from app.video.models import MeetingRoom
from app.video.operations import open_rooms
from tests.factories import NOW, keep, make_conference, make_delegate, make_session

ROUND_THE_WORLD = ("Pacific/Honolulu", "America/Phoenix", "America/Argentina/Buenos_Aires", "Africa/Abidjan",
                   "Europe/Moscow", "Asia/Yekaterinburg", "Asia/Irkutsk", "Asia/Magadan")  # fmt: skip


def zone_by_day() -> str:
    """A zone where it is about noon: a day's sessions made around this moment stay within one day at any hour."""
    return min(ROUND_THE_WORLD, key=lambda zone: abs(now().astimezone(ZoneInfo(zone)).hour - 11))


def hybrid(**given: Any) -> Conference:
    return make_conference(**({"format": ConferenceFormat.HYBRID, "timezone": zone_by_day()} | given))


def session_at(conference: Conference, code: str, begins: float, lasts: float = 60, **given: Any) -> ProgrammeSession:
    """A session with a room, so many minutes from now; ``begins`` below zero: it runs."""
    starts = now() + timedelta(minutes=begins)
    values = {"starts_at": starts, "ends_at": starts + timedelta(minutes=lasts), "title_ru": f"Заседание {code}"}
    item = make_session(conference, code, **(values | given))
    open_rooms(sessions=[item], at=NOW)
    return item


def address(item: ProgrammeSession) -> str:
    return db.session.query(MeetingRoom).filter_by(session_id=item.id).one().url


def by_video(conference: Conference, **given: Any) -> Delegate:
    return make_delegate(conference, **({"attendance": Attendance.VIDEO} | given))


def give_part(item: ProgrammeSession, delegate: Delegate, role: PersonRole) -> None:
    with transaction():
        item.people.append(SessionPerson(name=delegate.last, role=role, delegate_id=delegate.id))


def sign_up(item: ProgrammeSession, delegate: Delegate, standing: SignUpStanding = SignUpStanding.HAS_PLACE) -> None:
    keep(SessionSignUp(session_id=item.id, delegate_id=delegate.id, standing=standing, at=NOW))


def add_party(item: ProgrammeSession, municipality_id: int) -> None:
    keep(SessionParty(session_id=item.id, municipality_id=municipality_id))
