"""What a programme should be warned about. Warnings never block; they are all told.

Room and person, interpreter, buffer, travel and break look at several sessions; the rest is in ``lacks``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import LazyString, lazy_ngettext
from flask_babel import lazy_gettext as _l

from app.delegations.rules.precedence import Ties
from app.programme.rules import PersonRole, SessionKind
from app.programme.rules.clashing_sides import of_delegations, of_tables
from app.programme.rules.doubles import doubles
from app.programme.rules.lacks import Frame, lacks
from app.programme.rules.planned import Part, Planned, Side, Warning_, bearers, folded_name, same_name, shown
from app.programme.rules.spans import Span, following, overlapping, spans_of

__all__ = ["WARNING_KINDS", "Part", "Planned", "Side", "Warning_", "folded_name", "warnings"]

# In the order in which they are told.
WARNING_KINDS: Mapping[str, LazyString] = {
    "room": _l("Rooms taken twice"),
    "person": _l("People needed twice"),
    "interpreter": _l("Interpreters needed twice"),
    "delegation": _l("Delegations needed twice"),
    "travel": _l("Ways too short"),
    "buffer": _l("Rooms not kept free"),
    "part": _l("Parts outside of their session"),
    "break": _l("No break for four hours"),
    "relief": _l("Interpreters without relief"),
    "interpreters": _l("Interpreting without interpreters"),
    "chair": _l("Chairs not confirmed"),
    "declined": _l("People who do not come"),
    "stay": _l("Outside the stay"),
    "precedence": _l("Order of precedence"),
    "side": _l("Partner cities without a side"),
    "places": _l("Fewer places than sign-ups"),
    "capacity": _l("Rooms too small"),
    "days": _l("Outside the conference days"),
    "hours": _l("Without complete hours"),
    "midnight": _l("Over midnight"),
    "clock": _l("Change of clocks"),
    "title": _l("Titles missing"),
    "office": _l("Offices in one language only"),
    "double": _l("Perhaps one person twice"),
    "delegate": _l("Which delegate is meant"),
}

LONGEST_WORK = timedelta(hours=4)
SHORT_WAY = timedelta(minutes=30)  # less between two houses is told where nobody has entered how long the way takes
SHORTEST_BREAK = timedelta(minutes=15)
WORK = frozenset(
    {
        SessionKind.PLENARY, SessionKind.WORKING_GROUP, SessionKind.ROUND_TABLE, SessionKind.BILATERAL,
        SessionKind.SIGNING, SessionKind.CEREMONY, SessionKind.PRESS, SessionKind.YOUTH, SessionKind.OTHER,
    }
)  # fmt: skip
_LOOSE = frozenset({SessionKind.YOUTH, SessionKind.OTHER})  # longer than a day's work they are open doors, no work
A_DAY = timedelta(hours=8)
# The plenary line: who sits in the hall for one of these sits there for the next.
LINE = frozenset({SessionKind.PLENARY, SessionKind.SIGNING, SessionKind.CEREMONY})
_REST = frozenset({SessionKind.BREAK, SessionKind.MEAL})


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds()) // 60


def _of_rooms(spans: list[Span]) -> Iterable[Warning_]:
    by_room: dict[int, list[Span]] = defaultdict(list)
    for span in spans:
        if span[2].room is not None:
            by_room[span[2].room].append(span)
    close = []
    for room, group in by_room.items():
        for first, second in overlapping(group):
            if first.table and second.table and first.table != second.table:
                continue
            if first.lies_within(second) or second.lies_within(first):
                continue
            yield Warning_(
                "room",
                (first.code, second.code),
                _l("%(room)s is taken twice at the same time: %(first)s and %(second)s.",
                   room=first.room_name, first=shown(first), second=shown(second)),
                (room, first.starts_at, first.ends_at, second.starts_at, second.ends_at),
            )  # fmt: skip
        widest = max(max(one.buffer_before, one.buffer_after) for _, _, one in group)
        for first, second, gap in following(group, timedelta(minutes=widest)) if widest else ():
            needed = max(first.buffer_after, second.buffer_before)
            if gap < timedelta(minutes=needed):
                close.append(
                    Warning_(
                        "buffer", (first.code, second.code),
                        _l("Between %(first)s and %(second)s %(room)s should be free for %(needed)s min; it is for "
                           "%(gap)s min.", first=shown(first), second=shown(second), room=first.room_name,
                           needed=needed, gap=_minutes(gap)),
                        (room, needed, gap),
                    )
                )  # fmt: skip
    yield from close


Parts = dict[str, tuple[list[Part], Planned]]  # by the code of the session
Person = tuple[str, str, Parts]  # the name, how the reader writes it, what they do


def _by_person(sessions: Iterable[Planned]) -> list[Person]:
    """Everybody with their name, how the reader writes it, and parts."""
    held = list(sessions)
    bearer = bearers(held)
    found: dict[int | str, Parts] = {}
    names: dict[int | str, tuple[str, str]] = {}
    for one in held:
        for part in one.people:
            if part.gone:
                continue
            key: int | str = part.delegate if part.delegate is not None else same_name(part.name)
            if isinstance(key, str):
                key = bearer.get(key, key)
            names.setdefault(key, (part.name, part.called))
            found.setdefault(key, {}).setdefault(one.code, ([], one))[0].append(part)
    return [(*names[key], parts) for key, parts in found.items()]


def _interprets(parts: list[Part]) -> bool:
    return all(part.role is PersonRole.INTERPRETER for part in parts)


def _of_people(sessions: list[Planned], people: list[Person], frame: Frame) -> Iterable[Warning_]:
    reach = max(timedelta(minutes=max(frame.travel.values(), default=0)), SHORT_WAY)
    rest = _Rest(sessions)
    ways, breaks = [], []
    for name, said, parts in people:
        spans = spans_of(one for _, one in parts.values())
        for first, second in overlapping(spans):
            if first.lies_within(second) or second.lies_within(first):
                continue
            facts = (name, first.starts_at, first.ends_at, second.starts_at, second.ends_at)
            codes = (first.code, second.code)
            told = {"person": said, "first": shown(first), "second": shown(second)}
            if _interprets(parts[first.code][0]) and _interprets(parts[second.code][0]):
                message = _l("%(person)s interprets twice at the same time: %(first)s and %(second)s.", **told)
                yield Warning_("interpreter", codes, message, facts)
            else:
                message = _l("%(person)s is needed twice at the same time: %(first)s and %(second)s.", **told)
                yield Warning_("person", codes, message, facts)
        for first, second, gap in following(spans, reach):
            there = first.to_venue or first.venue
            minutes = frame.minutes(there, second.venue)
            if gap < SHORT_WAY and not frame.knows(there, second.venue):
                message = _l("%(person)s has %(gap)s min from %(first)s to %(second)s in another house; how long the "
                             "way takes is not entered.", person=said, gap=_minutes(gap), first=shown(first),
                             second=shown(second))  # fmt: skip
                ways.append(Warning_("travel", (first.code, second.code), message, (name, gap, "unknown")))
            elif gap < timedelta(minutes=minutes):
                ways.append(
                    Warning_(
                        "travel", (first.code, second.code),
                        _l("%(person)s has %(gap)s min from %(first)s to %(second)s; the way takes %(minutes)s min.",
                           person=said, gap=_minutes(gap), first=shown(first), second=shown(second), minutes=minutes),
                        (name, gap, minutes),
                    )
                )  # fmt: skip
        for begin, end, chain in _chains(rest.work(spans)):
            if len(chain) > 1:
                clock = {"start": _clock(begin, frame), "end": _clock(end, frame)}
                message = _l("%(person)s has no break from %(start)s to %(end)s: %(first)s to %(last)s.",
                             person=said, first=shown(chain[0]), last=shown(chain[-1]), **clock)  # fmt: skip
                breaks.append(Warning_("break", tuple(one.code for one in chain), message, (name, begin, end)))
    yield from ways
    yield from breaks
    yield from _of_halls(sessions, rest, frame)


def _of_names(people: list[Person]) -> Iterable[Warning_]:
    """Names alone that are those of delegates, where nobody can tell who is meant; each once."""
    for name, said, parts in people:
        for code, (there, one) in parts.items():
            numbers = next((part.perhaps for part in there if part.perhaps), ())
            if numbers:
                values = {"person": said, "session": shown(one), "numbers": ", ".join(numbers)}
                message = (
                    _l("%(person)s in %(session)s is the name of several delegates (%(numbers)s): choose in the "
                       "session who is meant, or accept this if it is none of them.", **values)
                    if len(numbers) > 1
                    else _l("%(person)s in %(session)s bears the name of a delegate (%(numbers)s), but has another "
                            "address: choose the delegate in the session, or accept this if they are two.", **values)
                )  # fmt: skip
                yield Warning_("delegate", (code,), message, (name, *numbers))
                break


def _of_offices(people: list[Person]) -> Iterable[Warning_]:
    """Each office once, at the first session of the person."""
    for name, said, parts in people:
        told: set[str] = set()
        for code, (there, one) in parts.items():
            for language in dict.fromkeys(missing for part in there for missing in part.lacking):
                if language in told:
                    continue
                told.add(language)
                values = {"person": said, "session": shown(one)}
                message = (
                    _l("The office of %(person)s in %(session)s is missing in Russian.", **values)
                    if language == "ru"
                    else _l("The office of %(person)s in %(session)s is missing in German.", **values)
                )
                yield Warning_("office", (code,), message, (name, language))


def _clock(moment: datetime, frame: Frame) -> str:
    return f"{moment.astimezone(frame.zone):%H:%M}"


class _Rest:
    """Breaks and meals that lie within a session of the same house, and so divide it."""

    def __init__(self, sessions: Iterable[Planned]) -> None:
        self.spans = [
            span
            for span in spans_of(one for one in sessions if one.kind in _REST)
            if span[1] - span[0] >= SHORTEST_BREAK
        ]
        self.starts = [starts for starts, _, _ in self.spans]

    def work(self, spans: Iterable[Span]) -> list[Span]:
        """The pieces of work in ``spans``, breaks within a session taken out."""
        found: list[Span] = []
        for starts, ends, one in spans:
            if one.kind not in WORK or (one.kind in _LOOSE and ends - starts > A_DAY):
                continue
            for begin, end, pause in self.spans[bisect_left(self.starts, starts) : bisect_left(self.starts, ends)]:
                if end <= ends and begin >= starts and (pause.venue is None or pause.venue == one.venue):
                    found.append((starts, begin, one))
                    starts = max(starts, end)
            found.append((starts, ends, one))
        found.sort(key=lambda span: (span[0], span[2].code))
        return [span for span in found if span[0] < span[1]]


def _chains(pieces: list[Span]) -> Iterable[tuple[datetime, datetime, list[Planned]]]:
    """Work of more than four hours with no gap of a quarter of an hour in it."""
    chain: list[Planned] = []
    begin = end = None
    for starts, ends, one in pieces:
        if begin is None or end is None or starts - end >= SHORTEST_BREAK:
            if begin is not None and end is not None and end - begin > LONGEST_WORK:
                yield begin, end, chain
            chain, begin, end = [], starts, ends
        end = max(end, ends)
        if one not in chain:
            chain.append(one)
    if begin is not None and end is not None and end - begin > LONGEST_WORK:
        yield begin, end, chain


def _of_halls(sessions: list[Planned], rest: _Rest, frame: Frame) -> Iterable[Warning_]:
    """The plenary line of each room, and every other session that is too long by itself."""
    lines: dict[object, list[Span]] = defaultdict(list)
    for span in rest.work(spans_of(sessions)):
        one = span[2]
        lines[one.room if one.kind in LINE and one.room is not None else one.code].append(span)
    for pieces in lines.values():
        for begin, end, chain in _chains(pieces):
            clock = {"start": _clock(begin, frame), "end": _clock(end, frame)}
            if len(chain) == 1:
                message = _l("%(session)s has no break from %(start)s to %(end)s.", session=shown(chain[0]), **clock)
            else:
                ends = {"room": chain[0].room_name, "first": shown(chain[0]), "last": shown(chain[-1])}
                message = _l("There is no break in %(room)s from %(start)s to %(end)s: %(first)s to %(last)s.",
                             **ends, **clock)  # fmt: skip
            yield Warning_("break", tuple(one.code for one in chain), message, (begin, end))


def warnings(
    sessions: Iterable[Planned],
    *,
    first_day: date,
    last_day: date,
    zone: str,
    travel: Mapping[tuple[int, int], int] | None = None,
    everything: bool = True,
    english: bool | None = None,
    ties: Ties = Ties.SINCE,
    first_side: str = "de",
) -> list[Warning_]:
    """Everything worth a second look: clashes of rooms and people first, then what one session lacks.

    Cancelled sessions are passed over, and so are the parts of people who declined. Two sessions clash when they share
    time, however little, unless one is a part of the other and lies within it.

    :param travel: minutes between two venues, the smaller number first; for a way not in it half an hour is asked.
    :param everything: the sessions are the whole draft, so that people of it can be compared.
    :param ties: who stands first of those of one rank; ``first_side``: whose turn it is first where sides alternate.
    :param english: whether titles must be in English; None: when most of these sessions have one.
    """
    frame = Frame(first_day, last_day, ZoneInfo(zone), travel or {}, ties, first_side)
    held = [one for one in sessions if not one.cancelled]
    people = _by_person(held)
    spans = spans_of(held)
    found = [*_of_rooms(spans), *_of_people(held, people, frame), *of_tables(spans), *of_delegations(spans)]
    for one in held:
        found.extend(lacks(one, frame))
    found.extend(_of_english(held, english, told=everything))
    found.extend(_of_parts(held))
    found.extend(_of_offices(people))
    found.extend(_of_names(people))
    if everything:
        found.extend(doubles(held))
    return found


def _of_english(held: list[Planned], english: bool | None, *, told: bool) -> Iterable[Warning_]:
    """English is a language of the programme when most of its titles are in it: then each missing one is told.
    Meetings, whose titles the house makes in every language, do not count. A few titles in English are told in one line
    where the whole draft is looked at: either they are too many, or all the others are missing."""
    written = [one for one in held if one.kind is not SessionKind.BILATERAL]
    there, missing = [one for one in written if one.title_en], [one for one in written if not one.title_en]
    if english is None:
        english = len(there) > len(missing)
    if english:
        for one in missing:
            message = _l("%(session)s has no English title.", session=shown(one))
            yield Warning_("title", (one.code,), message, ("en",))
    elif there and told:
        message = lazy_ngettext(
            "%(count)s session alone has a title in English, %(missing)s have none.",
            "%(count)s sessions have a title in English, %(missing)s have none.",
            len(there), count=len(there), missing=len(missing),
        )  # fmt: skip
        yield Warning_("title", tuple(one.code for one in there), message, ("en", "few"))


def _of_parts(held: Iterable[Planned]) -> Iterable[Warning_]:
    """Parts of other sessions that do not lie within them."""
    by_code = {one.code: one for one in held}
    for one in by_code.values():
        whole = by_code.get(one.part_of)
        if not one.part_of or (whole is not None and one.lies_within(whole)):
            continue
        message = (
            _l("%(session)s is a part of %(whole)s, but does not lie within its hours and its room.",
               session=shown(one), whole=shown(whole))
            if whole is not None
            else _l("%(session)s is a part of %(sign)s, which does not take place.", session=shown(one),
                    sign=one.part_of)
        )  # fmt: skip
        facts = (whole.starts_at, whole.ends_at, whole.room) if whole is not None else ()
        yield Warning_(
            "part", (one.code, *((whole.code,) if whole else ())), message,
            (one.part_of, one.starts_at, one.ends_at, one.room, *facts),
        )  # fmt: skip
