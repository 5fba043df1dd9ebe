"""How the demo's conference of 2017 holds bilateral meetings, and who wishes one; nothing is placed yet."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from app.conferences.models import Conference
from app.conferences.queries import venues_of
from app.directory.queries import all_by_slug
from app.history.rules import COMMAND
from app.programme.operations.meetings import PlanDetails, settle_meetings, wish_meeting
from app.programme.rules.meetings import Window

_INTERPRETERS = tuple(str(number) for number in range(1, 9))
_WINDOWS = (
    ((2017, 6, 28, 14, 30), (2017, 6, 28, 16, 45)),
    ((2017, 6, 29, 10, 0), (2017, 6, 29, 12, 30)),
    ((2017, 6, 29, 15, 30), (2017, 6, 29, 18, 0)),
)
_WISHES = (
    ("suhl", "sochi", 1, "Austausch der Wintersportvereine"),
    ("sochi", "suhl", 2, "Зимние виды спорта, обмен молодёжными командами"),
    ("stuttgart", "yekaterinburg", 2, "Smart City, Nahverkehr"),
    ("penza", "erlangen", 1, "Медицинские технологии"),
    ("kassel", "ulyanovsk", 3, ""),
)


def plan_meetings(conference: Conference, *, at: datetime) -> None:
    """Windows, tables and a few wishes."""
    zone = ZoneInfo(conference.timezone)
    rooms = [room for venue in venues_of(conference) for room in venue.rooms if room.name == "Зал 7"]
    windows = tuple(
        Window(datetime(*starts, tzinfo=zone), datetime(*ends, tzinfo=zone), _INTERPRETERS)
        for starts, ends in _WINDOWS
    )  # fmt: skip
    details = PlanDetails(
        room_id=rooms[0].id if rooms else None, slot_minutes=30, break_minutes=5, per_half_day=4,
        tables=tuple(str(number) for number in range(1, 11)), windows=windows,
    )  # fmt: skip
    settle_meetings(conference=conference, details=details, actor=COMMAND, at=at)
    known = all_by_slug()
    for one, other, priority, remark in _WISHES:
        wish_meeting(
            conference=conference, wishing=known[one], wished=known[other], priority=priority, remark=remark,
            actor=COMMAND, at=at,
        )  # fmt: skip
