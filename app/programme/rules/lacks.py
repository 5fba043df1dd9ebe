"""What one session of a programme lacks, looked at by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from app.delegations.rules.precedence import Ties
from app.programme.rules import Confirmation, InterpretationKind, PersonRole, SessionKind
from app.programme.rules.planned import Part, Planned, Warning_, shown
from app.programme.rules.standing import misplaced

# What may well end after midnight.
OF_THE_NIGHT = frozenset({SessionKind.TRANSFER, SessionKind.RECEPTION, SessionKind.EXCURSION})


@dataclass(frozen=True)
class Frame:
    """The conference around the sessions. ``travel``: minutes between two venues, the smaller number first.

    ``ties``: who stands first of those of one rank; ``first_side``: whose turn it is first where sides alternate.
    """

    first_day: date
    last_day: date
    zone: ZoneInfo
    travel: Mapping[tuple[int, int], int]
    ties: Ties = Ties.SINCE
    first_side: str = "de"

    def minutes(self, one: int | None, other: int | None) -> int:
        """How long the way takes; 0 when it is not known or there is none."""
        if one is None or other is None or one == other:
            return 0
        return self.travel.get((one, other) if one < other else (other, one), 0)

    def knows(self, one: int | None, other: int | None) -> bool:
        """Whether somebody has entered how long the way takes, or there is none."""
        if one is None or other is None or one == other:
            return True
        return ((one, other) if one < other else (other, one)) in self.travel


def _time_of(one: Planned, frame: Frame) -> Iterable[Warning_]:
    code = (one.code,)
    starts, ends = one.starts_at, one.ends_at
    here = starts.astimezone(frame.zone) if starts is not None else None
    day = here.date() if here is not None else one.day
    if day is not None and not frame.first_day <= day <= frame.last_day:
        yield Warning_(
            "days", code, _l("%(session)s lies outside the days of the conference.", session=shown(one)), (day,)
        )
    if starts is None or ends is None:
        yield Warning_("hours", code, _l("%(session)s has no complete hours yet.", session=shown(one)), (starts, ends))
        return
    assert here is not None
    there = ends.astimezone(frame.zone)
    ends_on = (there - timedelta(microseconds=1)).date()  # midnight itself belongs to the day before
    if ends_on != here.date() and one.kind not in OF_THE_NIGHT:
        yield Warning_(
            "midnight", code, _l("%(session)s ends on the next day only.", session=shown(one)), (starts, ends)
        )
    if here.utcoffset() != there.utcoffset() or _twice(here) or _twice(there):
        yield Warning_(
            "clock", code,
            _l("The clocks are changed while %(session)s begins, lasts or ends: tell people which hour is meant.",
               session=shown(one)), (starts, ends),
        )  # fmt: skip
    needed = frame.minutes(one.venue, one.to_venue)
    if one.kind is SessionKind.TRANSFER and ends - starts < timedelta(minutes=needed):
        yield Warning_(
            "travel", code,
            _l("%(session)s is too short: the way takes %(minutes)s min.", session=shown(one), minutes=needed),
            (starts, ends, one.venue, one.to_venue, needed),
        )  # fmt: skip


def _twice(local: datetime) -> bool:
    """Whether the clock shows this hour twice in that night."""
    return local.replace(fold=0).utcoffset() > local.replace(fold=1).utcoffset()  # type: ignore[operator]  # aware


def _titles_of(one: Planned) -> Iterable[Warning_]:
    if not one.titles[0]:
        message = _l("%(session)s has no Russian title.", session=shown(one))
        yield Warning_("title", (one.code,), message, ("ru",))
    if not one.titles[1]:
        message = _l("%(session)s has no German title.", session=shown(one))
        yield Warning_("title", (one.code,), message, ("de",))


def _places_of(one: Planned) -> Iterable[Warning_]:
    code, seats = (one.code,), one.room_capacity
    if seats is not None and one.capacity is not None and one.capacity > seats:
        yield Warning_(
            "capacity", code,
            _l("%(session)s is planned for %(places)s people; %(room)s holds %(seats)s.", session=shown(one),
               places=one.capacity, room=one.room_name, seats=seats),
            (one.capacity, one.room, seats),
        )  # fmt: skip
    elif seats is not None and one.places is not None and one.places > seats:
        yield Warning_(
            "capacity", code,
            _l("%(session)s offers %(places)s places to sign up for; %(room)s holds %(seats)s.", session=shown(one),
               places=one.places, room=one.room_name, seats=seats),
            (one.places, one.room, seats),
        )  # fmt: skip
    if one.limit is not None and one.signed > one.limit:
        yield Warning_(
            "places", code,
            _l("%(session)s has fewer places (%(places)s) than people who signed up (%(people)s).", session=shown(one),
               places=one.limit, people=one.signed),
            (one.limit, one.signed),
        )  # fmt: skip


_LED = frozenset({SessionKind.PLENARY, SessionKind.WORKING_GROUP, SessionKind.ROUND_TABLE})
_SAYS_NOTHING = frozenset(
    {SessionKind.MEAL, SessionKind.BREAK, SessionKind.TRANSFER, SessionKind.REGISTRATION, SessionKind.FAIR,
     SessionKind.SPORT}
)  # fmt: skip
_LEADS = frozenset({PersonRole.CHAIR, PersonRole.MODERATOR})


def _people_of(one: Planned, frame: Frame) -> Iterable[Warning_]:
    code = (one.code,)
    for part in one.people:
        if part.gone:
            message = _l(
                "%(person)s does not take part in %(session)s any more.", person=part.called, session=shown(one)
            )
            yield Warning_("declined", code, message, (part.name, part.role.value))
        elif part.role is PersonRole.CHAIR and part.confirmation is not Confirmation.CONFIRMED:
            message = _l(
                "%(person)s has not confirmed yet to chair %(session)s.", person=part.called, session=shown(one)
            )
            yield Warning_("chair", code, message, (part.name,))
    there = [part for part in one.people if not part.gone]
    if there and one.kind in _LED and not any(part.role in _LEADS for part in there):
        message = _l("%(session)s has people but nobody who chairs or moderates.", session=shown(one))
        yield Warning_("chair", code, message, ())
    yield from _precedence_of(one, there, frame)
    yield from _stay_of(one, there)
    if (
        one.interpreted
        and (there or one.interpreter is not None)
        and not one.interpreter
        and one.kind not in _SAYS_NOTHING
        and not any(part.role is PersonRole.INTERPRETER for part in there)
    ):
        message = _l("%(session)s is to be interpreted, but no interpreter is named.", session=shown(one))
        yield Warning_("interpreters", code, message, ())
    if not one.interpreted or one.interpreted_how is InterpretationKind.CONSECUTIVE:
        return
    booth = [part for part in there if part.role is PersonRole.INTERPRETER]
    if len(booth) == 1 and one.starts_at is not None and one.ends_at is not None:
        minutes = int((one.ends_at - one.starts_at).total_seconds()) // 60
        if minutes > one.relief_minutes:
            yield Warning_(
                "relief", code,
                _l("%(person)s interprets %(session)s alone for %(minutes)s min; relief is due after %(relief)s min.",
                   person=booth[0].called, session=shown(one), minutes=minutes, relief=one.relief_minutes),
                (booth[0].name, minutes, one.relief_minutes),
            )  # fmt: skip


def _precedence_of(one: Planned, there: list[Part], frame: Frame) -> Iterable[Warning_]:
    """Who stands too far ahead, in each role; interpreters have no rank."""
    for role in PersonRole:
        line = [part for part in there if part.role is role and part.rank is not None]
        if len(line) < 2 or role is PersonRole.INTERPRETER:
            continue
        for first, second in misplaced(line, ties=frame.ties, first_side=frame.first_side):
            yield Warning_(
                "precedence", (one.code,),
                _l("In %(session)s %(first)s stands before %(second)s, against the order of precedence.",
                   session=shown(one), first=first.called, second=second.called),
                (role.value, first.name, second.name),
            )  # fmt: skip


def _stay_of(one: Planned, there: list[Part]) -> Iterable[Warning_]:
    if one.starts_at is None or one.on_screen:
        return
    ends = one.ends_at or one.starts_at
    for part in there:
        if part.arrival is not None and one.starts_at < part.arrival:
            message = _l("%(person)s arrives only after %(session)s has begun.", person=part.called, session=shown(one))
            yield Warning_("stay", (one.code,), message, (part.name, one.starts_at, part.arrival))
        if part.departure is not None and ends > part.departure:
            message = _l("%(person)s leaves before %(session)s has ended.", person=part.called, session=shown(one))
            yield Warning_("stay", (one.code,), message, (part.name, ends, part.departure))


OF_TWO = frozenset({SessionKind.BILATERAL, SessionKind.SIGNING})


def _sides_of(one: Planned) -> Iterable[Warning_]:
    code = (one.code,)
    for side in one.sides:
        if not side.present:
            message = _l("%(side)s belongs to %(session)s, but nobody from there has a place at the conference.",
                         side=side.name, session=shown(one))  # fmt: skip
            yield Warning_("side", code, message, (side.municipality,))
        elif one.starts_at is not None and not side.is_there(one.starts_at, one.ends_at or one.starts_at):
            message = _l("%(side)s belongs to %(session)s, but nobody from there is at the conference then.",
                         side=side.name, session=shown(one))  # fmt: skip
            yield Warning_("side", code, message, ("stay", side.municipality, one.starts_at, one.ends_at))
    if one.kind in OF_TWO and len(one.sides) == 1:
        message = _l("%(session)s names one side only: %(side)s.", session=shown(one), side=one.sides[0].name)
        yield Warning_("side", code, message, ("one", one.sides[0].municipality))
    if one.kind is SessionKind.BILATERAL and not one.sides:
        yield Warning_("side", code, _l("%(session)s names no side.", session=shown(one)), ("none",))
    for title, parties in one.agreements:
        if parties < 2:
            message = _l(
                "In %(session)s “%(document)s” has fewer than two parties.", session=shown(one), document=title
            )
            yield Warning_("side", code, message, ("agreement", title, parties))


def lacks(one: Planned, frame: Frame) -> Iterable[Warning_]:
    """Everything a session lacks by itself."""
    yield from _time_of(one, frame)
    yield from _titles_of(one)
    yield from _places_of(one)
    yield from _people_of(one, frame)
    yield from _sides_of(one)
