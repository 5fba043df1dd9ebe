"""Forms beside the grid of a day: moving a session, shifting what follows, copying a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField
from wtforms.fields import DateField, TimeField
from wtforms.validators import InputRequired, NumberRange, Optional

from app.conferences.models import Venue
from app.errors import Refusal
from app.i18n import localized
from app.programme.models import ProgrammeSession
from app.programme.rules.hours import moment, require_likely

AS_BEFORE, NO_ROOM = "", "none"
LONGEST = 14 * 24 * 60  # minutes
LONGEST_SHIFT = 7 * 24 * 60
_A_LENGTH = _l("A whole number of minutes from 5, please.")
_A_SHIFT = _l("Minutes up to a week, please; earlier with a minus sign.")

Hours = tuple[datetime | None, datetime | None]


def _rooms(venues: list[Venue], first: tuple[str, str]) -> dict[str, list[tuple[str, str]]]:
    choices = {"": [first, (NO_ROOM, _("No room yet"))]}
    for venue in venues:
        name = localized(venue, "name") or venue.name
        choices[name] = [(str(room.id), localized(room, "name") or room.name) for room in venue.rooms]
    return {name: rooms for name, rooms in choices.items() if rooms}


class MoveForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Another hour or room for a session; what is left empty stays as it is."""

    session = StringField(_l("Session"))  # its number and the version seen: 17-3
    day = DateField(_l("Day"), [Optional()])
    start = TimeField(_l("Begins"), [Optional()])
    minutes = IntegerField(_l("Minutes"), [Optional(), NumberRange(5, LONGEST, _A_LENGTH)])
    room = SelectField(_l("Room"), default=AS_BEFORE)

    def offer(self, venues: list[Venue]) -> MoveForm:
        """Fill the rooms."""
        self.room.choices = _rooms(venues, (AS_BEFORE, _("as before")))
        return self

    def chosen(self) -> tuple[int, int]:
        """The session's number and the version seen; zeros when it is none."""
        left, _sign, right = (self.session.data or "").partition("-")
        good = all(part.isascii() and part.isdigit() and len(part) < 10 for part in (left, right))
        return (int(left), int(right)) if good else (0, 0)

    def hours(self, session: ProgrammeSession, zone: ZoneInfo) -> Hours:
        """When it begins and ends then.

        :raises Refusal: when the hour does not exist, or a day is missing.
        """
        before = session.starts_at.astimezone(zone) if session.starts_at is not None else None
        day = self.day.data or (before.date() if before is not None else session.day)
        start = self.start.data or (before.time() if before is not None else None)
        if start is None:
            raise Refusal(_l("Say when it begins."), field="start")
        if day is None:
            raise Refusal(_l("There is an hour but no day."), field="day")
        require_likely(day, field="day")
        begins = moment(day, start, zone, field="start")
        if self.minutes.data:
            return begins, begins + timedelta(minutes=self.minutes.data)
        if session.starts_at is None or session.ends_at is None:
            return begins, None
        return begins, begins + (session.ends_at - session.starts_at)

    def room_id(self, session: ProgrammeSession) -> int | None:
        """The room it takes place in then."""
        if self.room.data in {AS_BEFORE, None}:
            return session.room_id
        return None if self.room.data == NO_ROOM else int(self.room.data)


class ShiftForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """What begins from an hour on, earlier or later."""

    day = HiddenField()
    since = TimeField(_l("From this hour on"), [InputRequired(_l("From which hour on?"))])
    room = SelectField(_l("Where"), default=AS_BEFORE)
    minutes = IntegerField(
        _l("By minutes"),
        [InputRequired(_A_SHIFT), NumberRange(-LONGEST_SHIFT, LONGEST_SHIFT, _A_SHIFT)],
        description=_l("With a minus sign: earlier."),
    )

    def offer(self, venues: list[Venue]) -> ShiftForm:
        """Fill the rooms."""
        self.room.choices = _rooms(venues, (AS_BEFORE, _("in all rooms")))
        return self

    def means(self, session: ProgrammeSession, zone: ZoneInfo) -> bool:
        """Whether a session of the day is shifted too."""
        if (
            session.cancelled
            or session.starts_at is None
            or session.starts_at.astimezone(zone).time() < self.since.data
        ):
            return False
        if self.room.data == AS_BEFORE:
            return True
        return bool(str(session.room_id or NO_ROOM) == self.room.data)


class CopyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A day laid out like another."""

    source = HiddenField()
    target = DateField(_l("To the day"), [InputRequired(_l("To which day?"))])
    meetings = BooleanField(
        _l("Meetings of delegations, too"),
        description=_l("They stand there without room and table; each pair of delegations then meets twice."),
    )
