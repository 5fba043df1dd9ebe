"""A large programme without a fault, in which faults are planted: all are found, none is made up."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.delegations.rules.precedence import Ties
from app.programme.rules import Confirmation, InterpretationKind, PersonRole, SessionKind
from app.programme.rules.clashes import WARNING_KINDS, Part, Planned, Side, Warning_, warnings
from app.programme.rules.standing import misplaced

FIRST, LAST = date(2021, 6, 1), date(2021, 6, 20)
SEVEN = datetime(2021, 6, 1, 4, 0, tzinfo=UTC)  # 07:00 in Moscow
HOUR = timedelta(hours=1)
LATER = datetime(2021, 6, 29, tzinfo=UTC)
TRAVEL = {(1, 2): 45, (2, 3): 45, (1, 3): 90}
ROOMS = 60
Plan = list[Planned]
Found = set[tuple[str, tuple[str, ...]]]


def faultless(chance: random.Random) -> Plan:
    """2,000 sessions, five a day of an hour in each of 60 rooms; everybody has one part in the morning or none."""
    plan = []
    for number in range(2000):
        day, rest = divmod(number, ROOMS * 5)
        slot, room = divmod(rest, ROOMS)
        starts = SEVEN + timedelta(days=day, minutes=90 * slot + chance.choice((0, 5, 10)))
        people = [
            Part(f"P{(number * 3 + place) % (ROOMS * 15)}", role, delegate=(number * 3 + place) % (ROOMS * 15),
                 confirmation=Confirmation.CONFIRMED, rank=100 * place, arrival=SEVEN - HOUR,
                 departure=datetime(2021, 6, 30, tzinfo=UTC))
            for place, role in enumerate((PersonRole.CHAIR, PersonRole.SPEAKER, PersonRole.SPEAKER))
        ] + [Part(f"I{room}{place}-{slot}", PersonRole.INTERPRETER) for place in "ab"]  # fmt: skip
        plan.append(
            Planned(
                code=f"S{number:04}", label="Т", titles=("Т", "T"), starts_at=starts, ends_at=starts + HOUR, room=room,
                room_name=f"Зал {room}", room_capacity=100, capacity=80, limit=80, signed=chance.randrange(81),
                kind=chance.choice((SessionKind.WORKING_GROUP, SessionKind.ROUND_TABLE, SessionKind.PLENARY)),
                venue=room % 3 + 1, buffer_before=15, buffer_after=10, interpreted=True, relief_minutes=30,
                people=tuple(people), sides=(Side(1, "Калуга", True), Side(2, "Suhl", True)),
            )
        )  # fmt: skip
    return plan


def told(plan: Plan) -> list[Warning_]:
    return warnings(plan, first_day=FIRST, last_day=LAST, zone="Europe/Moscow", travel=TRAVEL)


def found(plan: Plan) -> Found:
    return {(one.kind, one.sessions) for one in told(plan)}


def _set(plan: Plan, place: int, **values: Any) -> Planned:
    plan[place] = replace(plan[place], **values)
    return plan[place]


def _with(plan: Plan, place: int, part: Part) -> Planned:
    return _set(plan, place, people=(*plan[place].people, part))


def _pair(plan: Plan, place: int, kind: str, other: Planned) -> Found:
    one = plan[place]
    first, second = sorted((one, other), key=lambda session: (session.starts_at, session.code))
    return {(kind, (first.code, second.code))}


def _room(plan: Plan, place: int) -> Found:
    one = plan[place]
    guest = replace(one, code="X1", people=(), starts_at=one.starts_at + HOUR / 2, ends_at=one.ends_at,
                    interpreted=False, buffer_after=10)  # fmt: skip
    plan.append(guest)
    return _pair(plan, place, "room", guest)


def _double(role: PersonRole, kind: str) -> Callable[[Plan, int], Found]:
    def plant(plan: Plan, place: int) -> Found:
        one = plan[place]
        guest = replace(one, code="X1", room=None, interpreted=False, kind=SessionKind.OTHER,
                        people=(Part(" гость ", role),), starts_at=one.ends_at - HOUR / 60)  # fmt: skip
        plan.append(guest)
        _with(plan, place, Part("Гость", role))
        return _pair(plan, place, kind, guest)

    return plant


def _way(minutes: int, kind: str | None) -> Callable[[Plan, int], Found]:
    def plant(plan: Plan, place: int) -> Found:
        one = plan[place]
        needed = TRAVEL[min(one.venue, one.venue % 3 + 1), max(one.venue, one.venue % 3 + 1)]
        begins = one.ends_at + timedelta(minutes=needed + minutes)
        guest = replace(one, code="X1", room=None, venue=one.venue % 3 + 1, interpreted=False, kind=SessionKind.OTHER,
                        people=(Part("Гость"),), starts_at=begins, ends_at=begins + HOUR / 4)  # fmt: skip
        plan.append(guest)
        _with(plan, place, Part("Гость", rank=None))
        return _pair(plan, place, kind, guest) if kind else set()

    return plant


def _buffer(minutes: int, kind: str | None) -> Callable[[Plan, int], Found]:
    def plant(plan: Plan, place: int) -> Found:
        one = plan[place]
        after = one.ends_at + timedelta(minutes=minutes)
        guest = replace(one, code="X1", people=(), interpreted=False, starts_at=after,
                        ends_at=after + timedelta(minutes=1), buffer_before=15, kind=SessionKind.OTHER)  # fmt: skip
        _set(plan, place, buffer_after=0)
        for number, other in enumerate(plan):
            if other.room == one.room and other.starts_at > one.ends_at and other.starts_at.date() == after.date():
                _set(plan, number, buffer_before=0)
        plan.append(replace(guest, buffer_after=0))
        return _pair(plan, place, "buffer", guest) if kind else set()

    return plant


def _no_break(minutes: int, kind: str | None) -> Callable[[Plan, int], Found]:
    def plant(plan: Plan, _place: int) -> Found:
        night = SEVEN + timedelta(days=8, hours=-4)
        added = []
        for number in range(3):
            starts = night + timedelta(minutes=number * 91)
            added.append(
                Planned(code=f"X{number}", label="Т", titles=("Т", "T"), starts_at=starts,
                        ends_at=starts + timedelta(minutes=minutes), people=(Part("Гость", PersonRole.MODERATOR),),
                        kind=SessionKind.WORKING_GROUP)
            )  # fmt: skip
        plan.extend(added)
        return {("break", ("X0", "X1", "X2"))} if kind else set()

    return plant


def _long_plenary(with_pause: bool) -> Callable[[Plan, int], Found]:
    def plant(plan: Plan, _place: int) -> Found:
        night = SEVEN + timedelta(days=8, hours=-6)
        long = Planned(code="X1", label="Т", titles=("Т", "T"), starts_at=night, ends_at=night + 4.5 * HOUR, room=99,
                       kind=SessionKind.PLENARY, venue=1)  # fmt: skip
        pause = replace(long, code="X2", starts_at=night + 2 * HOUR, ends_at=night + 2.25 * HOUR,
                        kind=SessionKind.BREAK, room=98)  # fmt: skip
        plan.extend([long, *([pause] if with_pause else [])])
        return set() if with_pause else {("break", ("X1",))}

    return plant


def _alone(told_as: str, /, **values: Any) -> Callable[[Plan, int], Found]:
    def plant(plan: Plan, place: int) -> Found:
        one = _set(plan, place, **values)
        return {(told_as, (one.code,))} if told_as else set()

    return plant


def _person(kind: str | None, where: int, **values: Any) -> Callable[[Plan, int], Found]:
    def plant(plan: Plan, place: int) -> Found:
        people = list(plan[place].people)
        people[where] = replace(people[where], **values)
        one = _set(plan, place, people=tuple(people))
        return {(kind, (one.code,))} if kind else set()

    return plant


def _late(plan: Plan, place: int) -> Found:
    starts = datetime(2021, 6, 9, 19, 0, tzinfo=UTC)
    one = _set(plan, place, starts_at=starts, ends_at=starts + 2 * HOUR + HOUR / 60, people=(), interpreted=False)
    return {("midnight", (one.code,))}


def _relief(plan: Plan, place: int) -> Found:
    one = _set(plan, place, people=plan[place].people[:-1])
    return {("relief", (one.code,))}


def _no_interpreters(plan: Plan, place: int) -> Found:
    one = _set(plan, place, people=plan[place].people[:-2])
    return {("interpreters", (one.code,))}


def _unknown_way(minutes: int, kind: str | None) -> Callable[[Plan, int], Found]:
    """From a house to one nobody has entered the way to, within so many minutes."""

    def plant(plan: Plan, place: int) -> Found:
        one = plan[place]
        begins = one.ends_at + timedelta(minutes=minutes)
        other = replace(one, code="X1", room=None, venue=9, starts_at=begins, ends_at=begins + HOUR / 4,
                        people=(Part("Wanderer"),), kind=SessionKind.CEREMONY, interpreted=False)  # fmt: skip
        _with(plan, place, Part("Wanderer"))
        plan.append(other)
        return {(kind, (one.code, "X1"))} if kind else set()

    return plant


def _turned_name(plan: Plan, place: int) -> Found:
    one = _with(plan, place, Part("Семёнов Пётр"))
    plan.append(replace(one, code="X1", room=None, people=(Part("Пётр Семенов"),), kind=SessionKind.CEREMONY,
                        interpreted=False))  # fmt: skip
    return _pair(plan, place, "person", plan[-1])


def _youth_day(plan: Plan, place: int) -> Found:
    one = plan[place]
    starts = datetime(2021, 6, 15, 7, 0, tzinfo=UTC)
    plan.append(replace(one, code="X1", room=None, kind=SessionKind.YOUTH, starts_at=starts, people=(),
                        ends_at=starts + 6.5 * HOUR, interpreted=False))  # fmt: skip
    return {("break", ("X1",))}


def _nowhere(plan: Plan, place: int) -> Found:
    _set(plan, place, room=None, venue=None)
    return _person("stay", 1, arrival=datetime(2021, 6, 29, tzinfo=UTC))(plan, place)


def _transfer(plan: Plan, place: int) -> Found:
    one = plan[place]
    _set(plan, place, kind=SessionKind.TRANSFER, to_venue=one.venue % 3 + 1, people=(), interpreted=False,
         ends_at=one.starts_at + timedelta(minutes=44))  # fmt: skip
    return {("travel", (one.code,))}


def _two_spellings(kind: str | None, one: str, other: str) -> Callable[[Plan, int], Found]:
    """The second name, which comes first in the alphabet of signs, in the session after that of the first."""

    def plant(plan: Plan, place: int) -> Found:
        for number, name in ((place, one), (place + 1, other)):
            _set(plan, number, people=(*plan[number].people, Part(name, PersonRole.RAPPORTEUR)))
        return {(kind, (plan[place + 1].code, plan[place].code))} if kind else set()

    return plant


def _meetings(told_as: str | None, minutes: int = 0, /, **values: Any) -> Callable[[Plan, int], Found]:
    """Two meetings of one delegation, the second ``minutes`` after the first has begun."""

    def plant(plan: Plan, _place: int) -> Found:
        night = SEVEN + timedelta(days=8, hours=-6)
        for number in (1, 2):
            starts = night + timedelta(minutes=minutes) * (number - 1)
            sides = (Side(70, "Kiel", True), Side(70 + number, "Советск", True))
            given: dict[str, Any] = {"sides": sides, "kind": SessionKind.BILATERAL} | values
            plan.append(Planned(f"X{number}", "Т", ("Т", "T"), starts, starts + HOUR / 2, table=f"{number}", room=99,
                                **given))  # fmt: skip
        return {(told_as, ("X1", "X2"))} if told_as else set()

    return plant


_NO_SIDES: dict[str, Any] = {"sides": (), "kind": SessionKind.PRESS}
_ALONE: dict[str, Any] = {"sides": (Side(70, "Kiel", True, ((None, None),)),), "kind": SessionKind.ROUND_TABLE}


def _ranks(*pairs: tuple[int, int], **values: Any) -> Callable[[Plan, int], Found]:
    """Guests of these ranks, in this order; the pairs are told."""

    def plant(plan: Plan, place: int) -> Found:
        people = tuple(Part(f"G{number}", PersonRole.RAPPORTEUR, delegate=9000 + number, rank=rank)
                       for number, rank in enumerate(values["ranks"]))  # fmt: skip
        one = _set(plan, place, people=(*plan[place].people, *people))
        told_of = {warning.facts for warning in told([one]) if warning.kind == "precedence"}
        assert told_of == {("rapporteur", f"G{first}", f"G{second}") for first, second in pairs}
        return {("precedence", (one.code,))} if pairs else set()

    return plant


PLANTS: dict[str, Callable[[Plan, int], Found]] = {
    "room": _room,
    "person": _double(PersonRole.SPEAKER, "person"),
    "interpreter": _double(PersonRole.INTERPRETER, "interpreter"),
    "way a minute too short": _way(-1, "travel"),
    "way just long enough": _way(0, None),
    "transfer too short": _transfer,
    "buffer a minute too short": _buffer(14, "buffer"),
    "buffer kept": _buffer(15, None),
    "no break": _no_break(85, "break"),
    "a break of a quarter of an hour": _no_break(76, None),
    "long plenary": _long_plenary(False),
    "long plenary with a break": _long_plenary(True),
    "days": _alone("days", starts_at=SEVEN - 24 * HOUR, ends_at=SEVEN - 23 * HOUR, people=(), interpreted=False),
    "hours": _alone("hours", starts_at=None, ends_at=None, day=FIRST),
    "russian title": _alone("title", titles=("", "T")),
    "german title": _alone("title", titles=("Т", "")),
    "capacity": _alone("capacity", capacity=101),
    "places offered": _alone("capacity", capacity=None, places=101, limit=101),
    "places": _alone("places", limit=10, signed=11),
    "side": _alone("side", sides=(Side(1, "Калуга", True), Side(2, "Suhl", False))),
    "one side": _alone("side", kind=SessionKind.BILATERAL, sides=(Side(1, "Калуга", True),)),
    "one side signs": _alone("side", kind=SessionKind.SIGNING, sides=(Side(1, "Калуга", True),)),
    "no side": _alone("side", kind=SessionKind.BILATERAL, sides=()),
    "one party": _alone("side", agreements=(("Соглашение", 1),)),
    "unknown way": _unknown_way(29, "travel"),
    "unknown way, half an hour": _unknown_way(30, None),
    "name the other way round": _turned_name,
    "youth without a break": _youth_day,
    "no interpreters": _no_interpreters,
    "arrives late, no room": _nowhere,
    "two spellings": _two_spellings("double", "Пётр Семёнов", "Semjonow, Pjotr"),
    "two spellings, one fuller": _two_spellings("double", "Хачатурян Юлия Ильинична", "Iuliia Khachaturian"),
    "two spellings in Latin letters": _two_spellings("double", "Wassili Schukow", "Dr. Vasilii Zhukov"),
    "another patronymic": _two_spellings(None, "Орлова Анна Павловна", "Anna Petrowna Orlowa"),
    "spelt in Latin letters alone": _two_spellings("double", "Troitsky, Anton", "Anton Troizki"),
    "given name spelt otherwise": _two_spellings("double", "Matthias Braun", "Mathias Braun"),
    "German family in Cyrillic": _two_spellings("double", "Йорг Мейер", "Jörg Meyer"),
    "two German families": _two_spellings(None, "Jörg Meyer", "Meier, Jörg"),
    "two German families with double letters": _two_spellings(None, "Eva Hofmann", "Eva Hoffmann"),
    "brother and sister": _two_spellings(None, "Aleksandra Chernysheva", "Alexander Tschernyschow"),
    "office in one language": _person("office", 1, lacking=("de",)),
    "midnight": _late,
    "relief": _relief,
    "chair asked": _person("chair", 0, confirmation=Confirmation.ASKED),
    "speaker asked": _person(None, 1, confirmation=Confirmation.ASKED),
    "speaker gone": _person("declined", 1, gone=True),
    "nobody chairs": _person("chair", 0, role=PersonRole.RAPPORTEUR),
    "arrives late": _person("stay", 1, arrival=datetime(2021, 6, 29, tzinfo=UTC)),
    "leaves early": _person("stay", 2, departure=SEVEN - HOUR / 2),
    "rank": _person("precedence", 2, rank=50),
    "rank not known": _person(None, 1, rank=None),
    "delegation at two tables": _meetings("delegation", 29),
    "delegation at one table after the other": _meetings(None, 30),
    "delegation of one in two groups": _meetings("delegation", **_ALONE),
    "delegation of several in two groups": _meetings(
        None, **(_ALONE | {"sides": (Side(70, "Kiel", True, ((None, None),) * 2),)})
    ),
    "interpreter with a number at two tables": _meetings("interpreter", 29, interpreter="5", **_NO_SIDES),
    "interpreter with a number, one table after the other": _meetings(None, 30, interpreter="5", **_NO_SIDES),
    "meeting without its interpreter": _alone("interpreters", people=(), interpreter=""),
    "meeting with a numbered interpreter": _alone("", people=(), interpreter="5"),
    "side arrives later": _alone("side", sides=(Side(1, "Kiel", True, ((None, SEVEN), (LATER, None))),)),
    "side joins by video": _alone("", sides=(Side(1, "Kiel", True, ((LATER, None), (None, None))),)),
    "name of several delegates": _person("delegate", 1, delegate=None, name="Eva", perhaps=("D1", "D2")),
    "each behind a higher one": _ranks((0, 1), (1, 2), ranks=(200, 150, 120)),
    "two ahead of a higher one": _ranks((0, 2), (1, 2), ranks=(150, 200, 120)),
}


def test_nothing_is_told_when_the_programme_has_no_fault() -> None:
    assert found(faultless(random.Random(1))) == set()


@pytest.mark.parametrize("name", PLANTS)
def test_planted_fault_alone_is_found_when_the_programme_is_large(name: str) -> None:
    chance = random.Random(name)
    plan = faultless(chance)
    expected = PLANTS[name](plan, chance.randrange(500, 1500))
    chance.shuffle(plan)
    assert found(plan) == expected


def test_every_kind_of_warning_is_planted_when_the_list_grows() -> None:
    planted = {kind for name in PLANTS for kind, _ in PLANTS[name](faultless(random.Random(1)), 700)}
    assert planted | {"clock", "part"} == set(WARNING_KINDS)  # those two are looked at in test_clashes


def test_cancelled_sessions_and_people_who_declined_take_no_time_when_looked_at() -> None:
    plan = faultless(random.Random(2))
    _room(plan, 700)
    plan[-1] = replace(plan[-1], cancelled=True)
    _double(PersonRole.SPEAKER, "person")(plan, 800)
    plan[-1] = replace(plan[-1], people=(replace(plan[-1].people[0], gone=True),))
    assert found(plan) == {("declined", ("X1",))}


def test_chaos_gives_what_a_slow_look_finds() -> None:
    """No order at all: every pair is compared with every other one, and the same is told."""
    chance = random.Random(5)
    plan, roles = [], (PersonRole.SPEAKER, PersonRole.INTERPRETER)
    for number in range(1000):
        starts = SEVEN + timedelta(minutes=chance.randrange(0, 6 * 24 * 60, 15))
        plan.append(
            Planned(
                code=f"S{number:04}", label="Т", titles=("Т", "T"), starts_at=starts,
                ends_at=starts + timedelta(minutes=chance.choice((15, 45, 60, 90))), room=number % 30,
                venue=number % 3 + 1, buffer_before=chance.choice((0, 0, 10)), buffer_after=chance.choice((0, 0, 20)),
                people=tuple(Part(f"P{chance.randrange(400)}", chance.choice(roles)) for _ in range(3)),
            )
        )  # fmt: skip
    expected: Found = set()
    for place, one in enumerate(plan):
        for other in plan[place + 1 :]:
            first, second = sorted((one, other), key=lambda session: (session.starts_at, session.code))
            codes, gap = (first.code, second.code), second.starts_at - first.ends_at
            if one.room == other.room:
                if gap < timedelta():
                    expected.add(("room", codes))
                elif gap < timedelta(minutes=max(first.buffer_after, second.buffer_before)):
                    expected.add(("buffer", codes))
            for name in {part.name for part in first.people} & {part.name for part in second.people}:
                if gap < timedelta():
                    both = {part.role for session in (first, second) for part in session.people if part.name == name}
                    expected.add(("interpreter" if both == {PersonRole.INTERPRETER} else "person", codes))
                elif gap < timedelta(minutes=TRAVEL.get((min(one.venue, other.venue), max(one.venue, other.venue)), 0)):
                    expected.add(("travel", codes))
    kinds = {"room", "buffer", "person", "interpreter", "travel"}
    assert {entry for entry in found(plan) if entry[0] in kinds} == expected
    assert {kind for kind, _ in expected} == kinds


@pytest.mark.parametrize(
    ("starts", "ends", "told_of"),
    [
        (datetime(2021, 10, 30, 22, 30, tzinfo=UTC), datetime(2021, 10, 31, 2, 0, tzinfo=UTC), True),  # through it
        (datetime(2021, 10, 31, 0, 30, tzinfo=UTC), datetime(2021, 10, 31, 0, 45, tzinfo=UTC), True),  # the first 02:30
        (datetime(2021, 10, 31, 1, 30, tzinfo=UTC), datetime(2021, 10, 31, 1, 45, tzinfo=UTC), True),  # the second
        (datetime(2021, 10, 31, 2, 0, tzinfo=UTC), datetime(2021, 10, 31, 3, 0, tzinfo=UTC), False),  # from 03:00
        (datetime(2021, 3, 28, 0, 30, tzinfo=UTC), datetime(2021, 3, 28, 1, 30, tzinfo=UTC), True),  # put forward
    ],
)
def test_change_of_clocks_is_told_when_an_hour_could_be_two(starts: datetime, ends: datetime, told_of: bool) -> None:
    plan = [Planned("A", "Т", ("Т", "T"), starts, ends, kind=SessionKind.TRANSFER)]
    kinds = [one.kind for one in warnings(plan, first_day=FIRST, last_day=LAST, zone="Europe/Berlin")]
    assert kinds == (["days", "clock"] if told_of else ["days"])


def test_midnight_itself_is_no_other_day_when_a_session_ends_there() -> None:
    ends = datetime(2021, 6, 9, 21, 0, tzinfo=UTC)
    assert found([Planned("A", "Т", ("Т", "T"), ends - HOUR, ends)]) == set()


def test_head_stands_before_the_deputy_when_both_have_the_same_rank() -> None:
    head, deputy, other = (
        Part(name, rank=1000, delegation=number, function=function)
        for name, number, function in (("Head", 1, 0), ("Deputy", 1, 1), ("Other", 2, 0))
    )
    plain = Planned("A", "Т", ("Т", "T"), SEVEN, SEVEN + HOUR)
    assert found([replace(plain, people=(other, head, deputy))]) == set()
    assert found([replace(plain, people=(deputy, other, head))]) == {("precedence", ("A",))}


@pytest.mark.parametrize(
    ("ties", "line", "told_of"),
    [
        (Ties.SINCE, ("de 2015 B", "ru 2010 А"), True),
        (Ties.SINCE, ("de 2010 B", "ru 2015 А"), False),
        (Ties.SINCE, ("de - B", "ru 2010 А"), False),
        (Ties.ALPHABET, ("de 2010 B", "de 2015 A"), True),
        (Ties.ALPHABET, ("de 2010 B", "ru 2015 А"), False),
        (Ties.ALTERNATE, ("ru - А", "de - B", "ru - Б"), True),
        (Ties.ALTERNATE, ("de - B", "ru - А", "ru - Б"), False),
        (Ties.ALTERNATE, ("de 2015 B", "ru - А", "de 2010 A"), True),
    ],
)
def test_line_is_told_of_when_equals_stand_against_the_rule_for_ties(
    ties: Ties, line: tuple[str, ...], told_of: bool
) -> None:
    people = [
        Part(name, rank=200, side=side, alphabet=name, since=None if year == "-" else date(int(year), 1, 1))
        for side, year, name in map(str.split, line)
    ]
    assert bool(list(misplaced(people, ties=ties, first_side="de"))) is told_of
    assert not list(misplaced([replace(one, rank=1000) for one in people], ties=ties, first_side="de"))


def test_spelling_by_name_alone_is_told_with_its_own_session_when_others_are_known() -> None:
    plain = Planned("A", "Т", ("Т", "T"), SEVEN, SEVEN + HOUR)

    def named(code: str, name: str, delegate: int | None, hours: int) -> Planned:
        return replace(plain, code=code, people=(Part(name, delegate=delegate),), starts_at=SEVEN + hours * HOUR,
                       ends_at=SEVEN + (hours + 1) * HOUR)  # fmt: skip

    known, spelt = named("A", "Lutz Bauer", 1, 0), named("B", "Луц Бауер", 1, 2)
    assert found([known, spelt, named("C", "Луц Бауер", None, 4)]) == set()
    assert found([known, named("C", "Луц Бауер", None, 4)]) == {("double", ("A", "C"))}


def test_namesakes_are_two_when_both_are_known_as_delegates() -> None:
    plain = Planned("A", "Т", ("Т", "T"), SEVEN, SEVEN + HOUR)

    def both(one: int | None, other: int | None) -> Found:
        return found([replace(plain, people=(Part("Анна Орлова", delegate=one),)),
                      replace(plain, code="B", people=(Part("Анна Орлова", delegate=other),))])  # fmt: skip

    assert (both(1, 2), both(1, 1), both(1, None)) == (
        set(), {("person", ("A", "B"))}, {("person", ("A", "B"))},
    )  # fmt: skip


def test_consecutive_interpreting_needs_no_relief_when_alone() -> None:
    alone = Planned("A", "Т", ("Т", "T"), SEVEN, SEVEN + 2 * HOUR, people=(Part("I", PersonRole.INTERPRETER),),
                    interpreted=True, interpreted_how=InterpretationKind.CONSECUTIVE)  # fmt: skip
    assert found([alone]) == set()
    assert found([replace(alone, interpreted_how=InterpretationKind.BOOTH)]) == {("relief", ("A",))}


def test_key_changes_when_the_facts_do() -> None:
    plain = Planned("A", "Т", ("Т", "T"), SEVEN, SEVEN + HOUR, room=1, room_name="Зал")
    second = replace(plain, code="B")

    def key(*plan: Planned) -> str:
        [one] = told(list(plan))
        return one.key

    assert key(plain, second) == key(second, plain) == key(replace(plain, label="Другое"), second)
    moved = replace(second, starts_at=SEVEN + HOUR / 2)
    assert len({key(plain, second), key(plain, moved), key(replace(plain, room=2), replace(second, room=2))}) == 3


def test_all_warnings_take_a_fraction_of_a_second_when_the_programme_is_large() -> None:
    plan = faultless(random.Random(3))
    took = []
    for _ in range(3):
        begun = time.process_time()
        told(plan)
        took.append(time.process_time() - begun)
    assert min(took) < 0.25
