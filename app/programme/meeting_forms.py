"""Forms of the meetings of delegations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields import DateField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.conferences.models import Conference, Venue
from app.directory.models import Municipality
from app.errors import Refusal
from app.i18n import date_short, localized, time_range, weekday_date
from app.programme.models import Meeting, MeetingPlan
from app.programme.operations.meetings import PlanDetails
from app.programme.queries.meeting_clashes import InTheWay
from app.programme.rules.hours import moment
from app.programme.rules.meeting_words import PRIORITY_WORDS, interpreter_words, table_words
from app.programme.rules.meetings import LONGEST_SLOT, Slot, Window, names_of, text_of

SPARE_WINDOWS = 2
_MINUTES = _l("A whole number of minutes from %(least)s to %(most)s, please.", least=5, most=LONGEST_SLOT)
_BREAK = _l("A whole number of minutes from %(least)s to %(most)s, please.", least=0, most=LONGEST_SLOT)
_CHOOSE = _l("Choose a delegation.")
_COUNT = _l("A whole number from 1 to 100, please.")


class WindowForm(Form):  # type: ignore[misc]  # WTForms is untyped
    """Hours of one day; a row without day and hours is passed over."""

    day = DateField(_l("Day"), [Optional()])
    start = TimeField(_l("Begins"), [Optional()])
    end = TimeField(_l("Ends"), [Optional()])
    interpreters = StringField(_l("Interpreters"), [Length(max=2000, message=_l("At most 2,000 characters, please."))])


class PlanForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """When, where and how meetings are held."""

    windows = FieldList(FormField(WindowForm, label=_l("Window")), label=_l("Windows"), max_entries=60)
    slot_minutes = IntegerField(
        _l("Minutes of one meeting"), [InputRequired(_MINUTES), NumberRange(5, LONGEST_SLOT, _MINUTES)]
    )
    break_minutes = IntegerField(
        _l("Minutes between two meetings"), [InputRequired(_BREAK), NumberRange(0, LONGEST_SLOT, _BREAK)]
    )
    per_half_day = IntegerField(
        _l("Meetings of one delegation in half a day"),
        [InputRequired(_COUNT), NumberRange(1, 100, _COUNT)],
        description=_l("At most; the halves of a day meet at 13:00."),
    )
    room = SelectField(
        _l("Room"),
        description=_l("The way from other houses is kept free, by the times under “Ways between the houses”."),
    )
    tables = TextAreaField(
        _l("Tables"),
        [Length(max=20_000, message=_l("At most 20,000 characters, please."))],
        description=_l("How many, or their names, one a line."),
    )

    def offer(self, venues: Sequence[Venue]) -> PlanForm:
        """Fill the rooms."""
        choices: dict[str, list[tuple[str, str]]] = {"": [("", _("not settled yet"))]}
        for venue in venues:
            name = localized(venue, "name") or venue.name
            choices[name] = [(str(room.id), localized(room, "name") or room.name) for room in venue.rooms]
        self.room.choices = {name: rooms for name, rooms in choices.items() if rooms}
        return self

    def details(self, conference: Conference) -> PlanDetails:
        """What was entered.

        :raises Refusal: naming the field, ``windows-0-end`` for that of the first window.
        """
        return PlanDetails(
            room_id=int(self.room.data) if self.room.data else None,
            slot_minutes=self.slot_minutes.data,
            break_minutes=self.break_minutes.data,
            per_half_day=self.per_half_day.data,
            tables=_names(self.tables.data, "tables"),
            windows=tuple(self._windows(ZoneInfo(conference.timezone))),
        )

    def _windows(self, zone: ZoneInfo) -> list[Window]:
        found = []
        for number, entry in enumerate(self.windows):
            given = entry.form
            if not (given.day.data or given.start.data or given.end.data):
                continue
            at = f"windows-{number}"
            for name in ("day", "start", "end"):
                if not given[name].data:
                    raise Refusal(_("Enter the day, the beginning and the end of the window."), field=f"{at}-{name}")
            starts_at = moment(given.day.data, given.start.data, zone, field=f"{at}-start")
            ends_at = moment(given.day.data, given.end.data, zone, field=f"{at}-end")
            if ends_at <= starts_at:
                raise Refusal(_("The end lies before the beginning."), field=f"{at}-end")
            found.append(Window(starts_at, ends_at, _names(given.interpreters.data, f"{at}-interpreters")))
        return found


def _names(text: str | None, field: str) -> tuple[str, ...]:
    try:
        return names_of(text or "")
    except Refusal as refusal:
        raise Refusal(refusal.message, field=field) from refusal


def plan_values(plan: MeetingPlan | None, zone: str) -> dict[str, Any]:
    """What the form shows of the settings, with spare rows for windows."""
    place = ZoneInfo(zone)
    spare: list[dict[str, Any]] = [{} for _number in range(SPARE_WINDOWS)]
    if plan is None:
        return {"windows": spare, "slot_minutes": 30, "break_minutes": 5, "per_half_day": 4, "tables": "8"}
    windows = [
        {
            "day": row.starts_at.astimezone(place).date(), "start": row.starts_at.astimezone(place).time(),
            "end": row.ends_at.astimezone(place).time(), "interpreters": text_of(row.interpreters).replace("\n", ", "),
        }
        for row in plan.windows
    ]  # fmt: skip
    return {
        "windows": windows + spare, "slot_minutes": plan.slot_minutes, "break_minutes": plan.break_minutes,
        "per_half_day": plan.per_half_day, "room": str(plan.room_id or ""), "tables": text_of(plan.tables),
    }  # fmt: skip


class PlaceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Where one meeting is held."""

    start = SelectField(_l("Time"))
    table = SelectField(_l("Table"))
    interpreter = SelectField(_l("Interpreter"))
    all_the_same = BooleanField(
        _l("Place it there all the same"), description=_l("For example because a deputy goes to the meeting.")
    )
    in_the_way = False

    def offer(self, plan: MeetingPlan | None, slots: Sequence[Slot], zone: str, *, meeting: Meeting | None) -> Any:
        """Fill the choices; what the meeting has stays choosable."""
        place = ZoneInfo(zone)
        times: dict[str, list[tuple[str, str]]] = {}
        shown = [(slot.starts_at, slot.ends_at) for slot in slots]
        session = meeting.session if meeting is not None else None
        if session is not None and session.starts_at is not None and session.ends_at is not None:
            shown = sorted({*shown, (session.starts_at, session.ends_at)})
        for starts_at, ends_at in shown:
            day = weekday_date(starts_at.astimezone(place).date())
            words = f"{date_short(starts_at.astimezone(place).date())}, {time_range(starts_at, ends_at, zone)}"
            times.setdefault(day, []).append((starts_at.isoformat(), words))
        self.start.choices = times or [("", _("There is no time for meetings yet"))]
        tables = list(plan.tables) if plan else []
        names = list(dict.fromkeys(name for window in (plan.windows if plan else ()) for name in window.interpreters))
        if meeting is not None:
            tables = list(dict.fromkeys([*tables, *filter(None, [meeting.table])]))
            names = list(dict.fromkeys([*names, *filter(None, [meeting.interpreter])]))
        self.table.choices = [*((name, table_words(name)) for name in tables), ("", _("no table"))]
        self.interpreter.choices = [("", _("nobody")), *((name, interpreter_words(name)) for name in names)]
        return self

    def moment(self) -> datetime:
        """The chosen time.

        :raises Refusal: when none was chosen.
        """
        if not self.start.data:
            raise Refusal(_("Choose a time for the meeting."), field="start")
        return datetime.fromisoformat(self.start.data)


class NewMeetingForm(PlaceForm):
    """A meeting of two, placed by hand."""

    one = SelectField(_l("Delegation"), [InputRequired(_CHOOSE)])
    other = SelectField(_l("Other delegation"), [InputRequired(_CHOOSE)])

    def offer_sides(self, choices: list[tuple[str, str]]) -> None:
        """Fill both sides."""
        self.one.choices = self.other.choices = choices


class WishForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """One delegation wishes to meet another."""

    wishing = SelectField(_l("Who wishes"), [InputRequired(_CHOOSE)])
    wished = SelectField(_l("Whom they wish to meet"), [InputRequired(_CHOOSE)])
    priority = SelectField(
        _l("How important"), choices=[(str(number), words) for number, words in PRIORITY_WORDS.items()], default="2"
    )
    remark = TextAreaField(_l("About what"), [Length(max=1000, message=_l("At most 1,000 characters, please."))])


def side_choices(rows: Sequence[Municipality]) -> list[tuple[str, str]]:
    """Municipalities to choose from, by name in the reader's language, after an empty choice."""
    found = [(str(row.id), localized(row, "name")) for row in rows]
    return [("", _("not chosen yet")), *sorted(found, key=lambda entry: entry[1].casefold())]


def blame_part(form: FlaskForm, refusal: Refusal) -> None:
    """Put a refusal at the field it belongs to, also within a row (``windows-0-end``), else at the form."""
    name, _sign, rest = (refusal.field or "").partition("-")
    number, _sign, part = rest.partition("-")
    target = form[name] if name and name in form else None
    if target is not None and part and number.isdigit():
        target.errors = [refusal.message]  # so that the list of errors looks into the rows
        target = target[int(number)].form[part]
    if isinstance(refusal, InTheWay):
        form.in_the_way = True
        for field, message in refusal.clashes:
            form[field].errors = [*form[field].errors, message]
    elif target is None:
        form.form_errors.append(refusal.message)
    else:
        target.errors = [*target.errors, refusal.message]
