"""How a person takes part, now: the one resolver that pages, feeds, letters, badges, mails, doors and counts ask.

A person is registered for the hall or for video (:class:`Attendance`). A conference is held in person, hybrid or by
video, and so is each session of it (:func:`app.programme.rules.held_as`). What follows from the two together is
decided here and nowhere else; ``tests/house/test_taking_part.py`` finds who compares them by themselves.

Each decision has a twin in SQL, ``…_in_sql``, for what is counted and searched; both are tested against each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, case, false, not_, or_, true

from app.conferences.rules import Attendance, ConferenceFormat


class Part(StrEnum):
    """How somebody takes part in a session, or in a conference as a whole."""

    ON_SITE = "on-site"
    EITHER = "either"  # has a seat in the hall, and may follow on a screen as well
    VIDEO = "video"
    NOT_AT_ALL = "not-at-all"

    @property
    def in_hall(self) -> bool:
        """Whether the address is a hall: where they are expected."""
        return self in {Part.ON_SITE, Part.EITHER}

    @property
    def on_screen(self) -> bool:
        """Whether the address is their door: they are not in the hall."""
        return self is Part.VIDEO

    @property
    def has_door(self) -> bool:
        """Whether a door opens for them at all."""
        return self in {Part.VIDEO, Part.EITHER}


def has_hall(held: str) -> bool:
    """Whether anybody is on the spot of what is held so. ``held``: a format, or its value as releases keep it."""
    return held != ConferenceFormat.VIDEO


def has_screen(held: str) -> bool:
    """Whether it can be followed on a screen: it has a room, and doors."""
    return held != ConferenceFormat.IN_PERSON


def has_both(held: str) -> bool:
    """Whether some sit in a hall and others before a screen, so that a person may choose."""
    return has_hall(held) and has_screen(held)


def is_on_site(attendance: str | None) -> bool:
    """Whether somebody is registered for the hall; None of those who are no delegates."""
    return attendance == Attendance.ON_SITE


def is_by_video(attendance: str | None) -> bool:
    """Whether somebody is registered for video; whoever is no delegate is not."""
    return attendance == Attendance.VIDEO


def way_of(attendance: Attendance, conference: str) -> Attendance:
    """How somebody takes part in a conference of that format: nobody is on the spot of one by video, whatever was
    written down of them before."""
    return attendance if has_hall(conference) else Attendance.VIDEO


def waits_for(attendance: Attendance, wished: Attendance | None, conference: str) -> Attendance | None:
    """The other way for which somebody waits who keeps the place they have; None where nobody chooses."""
    return wished if has_both(conference) and wished is not attendance else None


def comes(attendance: str | None, conference: str) -> bool:
    """Whether somebody comes to where a conference of that format is held.

    That is what a badge, a pass for the entrance, a check-in, a seat at table, a bed, a journey and a visa are for: who
    comes needs them, who does not needs none of them.
    """
    return is_on_site(attendance) and has_hall(conference)


def joins_by_video(attendance: str, conference: str) -> bool:
    """Whether somebody takes part in a conference of that format from elsewhere: their address is a door."""
    return not comes(attendance, conference)


@lru_cache(maxsize=64)  # asked for each session of each person when all are told of a switch
def part_in(attendance: str, held: str, *, cancelled: bool = False, holds_place: bool = True) -> Part:
    """How somebody takes part in a session that is held so.

    :param holds_place: whether they have a place at the conference.
    """
    if cancelled or not holds_place:
        return Part.NOT_AT_ALL
    if not has_hall(held):
        return Part.VIDEO
    if is_on_site(attendance):
        return Part.EITHER if has_screen(held) else Part.ON_SITE
    return Part.VIDEO if has_screen(held) else Part.NOT_AT_ALL


@dataclass(frozen=True)
class Seats:
    """How many may have a place in a session; ``limit`` None: everybody.

    ``in_hall_only``: who sits before a screen takes none of them.
    """

    limit: int | None = None
    in_hall_only: bool = False

    def bind(self, attendance: str) -> bool:
        """Whether somebody needs one of the seats."""
        return self.limit is not None and (is_on_site(attendance) or not self.in_hall_only)


def seats_of(*, places: int | None, capacity: int | None, held: str) -> Seats:
    """The seats of a session that is held so.

    :param places: how many its organisers allow, wherever people sit.
    :param capacity: how many the hall holds; nobody who sits before a screen is bound by it.
    """
    if places is not None or not has_hall(held):
        return Seats(places)
    return Seats(capacity, in_hall_only=capacity is not None and has_screen(held))


def has_hall_in_sql(held: Any) -> ColumnElement[bool]:
    """:func:`has_hall` of a column of formats."""
    return cast("ColumnElement[bool]", held != ConferenceFormat.VIDEO)


def has_screen_in_sql(held: Any) -> ColumnElement[bool]:
    """:func:`has_screen` of a column of formats."""
    return cast("ColumnElement[bool]", held != ConferenceFormat.IN_PERSON)


def is_on_site_in_sql(attendance: Any) -> ColumnElement[bool]:
    """:func:`is_on_site` of a column of attendances."""
    return cast("ColumnElement[bool]", attendance == Attendance.ON_SITE)


def is_by_video_in_sql(attendance: Any) -> ColumnElement[bool]:
    """:func:`is_by_video` of a column of attendances."""
    return cast("ColumnElement[bool]", attendance == Attendance.VIDEO)


def waits_for_in_sql(attendance: Any, wished: Any, conference: Any, way: Attendance) -> ColumnElement[bool]:
    """Whether :func:`waits_for` of columns is ``way``; ``conference``: a column of formats."""
    return and_(wished == way, attendance != way, has_hall_in_sql(conference), has_screen_in_sql(conference))


def comes_in_sql(attendance: Any, conference: ConferenceFormat) -> ColumnElement[bool]:
    """:func:`comes` of a column of attendances, in a conference of that format."""
    return is_on_site_in_sql(attendance) if has_hall(conference) else false()


def joins_by_video_in_sql(attendance: Any, conference: ConferenceFormat) -> ColumnElement[bool]:
    """:func:`joins_by_video` of a column of attendances, in a conference of that format."""
    return is_by_video_in_sql(attendance) if has_hall(conference) else true()


def part_in_sql(attendance: Any, held: Any, *, cancelled: Any, holds_place: Any) -> ColumnElement[str]:
    """:func:`part_in` of columns: the value of a :class:`Part`."""
    hall, screen = has_hall_in_sql(held), has_screen_in_sql(held)
    return case(
        (or_(cancelled, not_(holds_place)), Part.NOT_AT_ALL.value),
        (not_(hall), Part.VIDEO.value),
        (and_(is_on_site_in_sql(attendance), screen), Part.EITHER.value),
        (is_on_site_in_sql(attendance), Part.ON_SITE.value),
        (screen, Part.VIDEO.value),
        else_=Part.NOT_AT_ALL.value,
    )
