"""The order of honour of seats, and people put on them."""

from __future__ import annotations

from typing import Any

import pytest

from app.printing.papers.rules import Participant
from app.printing.press.faces import width
from app.printing.seating.companions import Attendee, Part, belongings
from app.printing.seating.drawing import draw
from app.printing.seating.placing import Guest, in_order, propose
from app.printing.seating.rules import CompanionRule, SeatOrder, Shape, Table, beside, in_honour, outwards, places_of
from app.printing.seating.typesetting import ROOM, _short, surname_first
from invitations.recipient import Gender

ONE_DATABASE = True
COUNTS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 25, 60, 120)


def _right_of(shape, seats, of):
    """The seat next to ``of`` on its right hand, by where the seats are in the drawing."""
    places = {place.number: place for place in places_of(shape, seats)}
    own = places[of]
    right = (-own.looks[1], own.looks[0])  # y goes downwards
    beside = [
        (abs(one.x - own.x) + abs(one.y - own.y), one.number)
        for one in places.values()
        if one.number != of and (one.x - own.x) * right[0] + (one.y - own.y) * right[1] > 1e-9
        and one.looks[0] * own.looks[0] + one.looks[1] * own.looks[1] > 0.1
    ]  # fmt: skip
    return min(beside)[1]


@pytest.mark.parametrize("shape", list(Shape))
@pytest.mark.parametrize("seats", COUNTS)
@pytest.mark.parametrize("second_host", [False, True])
def test_every_seat_has_its_place_in_the_order_of_honour_once(shape, seats, second_host):
    assert sorted(in_honour(shape, seats, second_host=second_host)) == list(range(1, seats + 1))
    assert [place.number for place in places_of(shape, seats)] == list(range(1, seats + 1))
    assert len({(round(place.x, 6), round(place.y, 6)) for place in places_of(shape, seats)}) == seats


@pytest.mark.parametrize("shape", list(Shape))
@pytest.mark.parametrize("seats", [8, 10, 11, 25, 60])
def test_the_first_guest_sits_at_the_hosts_right_hand_and_the_second_at_the_left(shape, seats):
    host, first, second = in_honour(shape, seats)[:3]
    assert _right_of(shape, seats, host) == first
    assert _right_of(shape, seats, second) == host


@pytest.mark.parametrize(
    ("shape", "seats", "second_host", "order"),
    [
        (Shape.ROUND, 8, False, (1, 2, 8, 3, 7, 4, 6, 5)),
        (Shape.ROUND, 8, True, (1, 5, 2, 6, 8, 4, 3, 7)),
        (Shape.LONG, 10, False, (3, 2, 4, 8, 1, 5, 7, 9, 6, 10)),
        (Shape.LONG, 10, True, (3, 8, 2, 7, 4, 9, 1, 6, 5, 10)),
        (Shape.ROW, 5, False, (3, 2, 4, 1, 5)),
        (Shape.ROW, 4, False, (3, 2, 4, 1)),
        (Shape.U_SHAPE, 9, False, (5, 4, 6, 3, 7, 2, 8, 1, 9)),
        (Shape.T_SHAPE, 9, False, (2, 1, 3, 4, 7, 5, 8, 6, 9)),
        (Shape.U_SHAPE, 10, True, (5, 10, 4, 6, 3, 7, 2, 8, 1, 9)),
        (Shape.T_SHAPE, 10, True, (2, 10, 1, 9, 3, 6, 8, 5, 7, 4)),
        (Shape.U_SHAPE, 3, True, (2, 1, 3)),
    ],
)
def test_seats_follow_outwards_from_the_host(shape, seats, second_host, order):
    assert in_honour(shape, seats, second_host=second_host) == order


@pytest.mark.parametrize("shape", [Shape.U_SHAPE, Shape.T_SHAPE])
@pytest.mark.parametrize("seats", [4, 5, 9, 10, 30])
def test_second_host_of_a_u_or_a_t_faces_the_first_and_the_first_guest_keeps_the_right_hand(shape, seats):
    host, across, *others = in_honour(shape, seats, second_host=True)
    places = {place.number: place for place in places_of(shape, seats, second_host=True)}
    assert (places[host].looks, places[across].looks) == ((0, 1), (0, -1))
    assert (abs(places[host].x - places[across].x) < 0.5, places[across].y > places[host].y) == (True, True)
    if seats > 5:
        assert others[0] == host - 1


@pytest.mark.parametrize("seats", [4, 6, 10, 12, 30])
def test_second_host_sits_across_when_both_sides_are_alike(seats):
    host, across = in_honour(Shape.LONG, seats, second_host=True)[:2]
    places = {place.number: place for place in places_of(Shape.LONG, seats)}
    assert (places[host].row, places[across].row) == (0, 1)
    assert abs(places[host].x - places[across].x) < 1e-9
    one, other = in_honour(Shape.ROUND, seats, second_host=True)[:2]
    assert other - one == seats // 2


def test_outwards_goes_on_at_one_hand_when_the_other_ends():
    assert outwards(0, 4) == [0, 1, 2, 3]
    assert outwards(3, 4) == [3, 2, 1, 0]


PEOPLE = [Guest(1, 1, "ru"), Guest(2, 2, "ru"), Guest(3, 3, "de"), Guest(4, 4, "ru"), Guest(5, 5, "de")]


@pytest.mark.parametrize(
    ("order", "ids"),
    [(SeatOrder.RANK, [1, 2, 3, 4, 5]), (SeatOrder.ALTERNATE, [3, 1, 5, 2, 4]), (SeatOrder.FACING, [1, 2, 3, 4, 5])],
)
def test_sides_take_turns_from_the_guests_side_on(order, ids):
    assert [guest.id for guest in in_order(PEOPLE[::-1], order, host_side="ru")] == ids


def test_host_and_second_host_have_their_seats_and_others_follow_by_rank():
    table = [Table(7, Shape.ROUND, 6)]
    found = propose(table, PEOPLE, SeatOrder.RANK, host_side="ru", host=4, cohost=5)
    assert found == {4: (7, 1), 5: (7, 4), 1: (7, 2), 2: (7, 5), 3: (7, 6)}
    assert propose(table, PEOPLE, SeatOrder.RANK, host_side="ru")[1] == (7, 1)


def test_next_tables_are_filled_when_the_first_is_full_and_who_finds_no_seat_is_left_out():
    tables = [Table(1, Shape.ROUND, 2), Table(2, Shape.ROW, 2)]
    assert propose(tables, PEOPLE, SeatOrder.RANK, host_side="ru") == {1: (1, 1), 2: (1, 2), 3: (2, 2), 4: (2, 1)}
    assert propose([], PEOPLE, SeatOrder.RANK, host_side="ru") == {}


def test_who_sits_already_stays_when_only_the_rest_is_seated():
    found = propose([Table(1, Shape.ROUND, 4)], PEOPLE, SeatOrder.RANK, host_side="ru", host=1, taken={5: (1, 1)})
    assert found == {5: (1, 1), 1: (1, 2), 2: (1, 4), 3: (1, 3)}


def test_sides_face_each_other_by_rank_along_a_long_table():
    places = {place.number: place for place in places_of(Shape.LONG, 6)}
    found = propose([Table(1, Shape.LONG, 6)], PEOPLE, SeatOrder.FACING, host_side="ru")
    rows = {guest.id: places[found[guest.id][1]] for guest in PEOPLE}
    assert {number: place.row for number, place in rows.items()} == {1: 0, 2: 0, 4: 0, 3: 1, 5: 1}
    assert abs(rows[1].x - rows[3].x) < 1e-9  # the highest of each side are across from each other
    with_second = propose([Table(1, Shape.LONG, 6)], PEOPLE, SeatOrder.FACING, host_side="ru", host=2, cohost=5)
    assert (with_second[2], with_second[5]) == ((1, 2), (1, 5))


def test_sides_take_turns_at_tables_that_have_no_two_sides():
    found = propose([Table(1, Shape.ROUND, 5)], PEOPLE, SeatOrder.FACING, host_side="ru")
    assert found == propose([Table(1, Shape.ROUND, 5)], PEOPLE, SeatOrder.ALTERNATE, host_side="ru")


def test_nobody_has_two_seats_and_no_seat_two_people_when_everything_is_asked_at_once():
    guests = [Guest(number, number % 7, "ru" if number % 3 else "de") for number in range(1, 301)]
    tables = [Table(1, Shape.LONG, 31), Table(2, Shape.U_SHAPE, 22), *(Table(n, Shape.ROUND, 9) for n in range(3, 30))]
    for order in SeatOrder:
        found = propose(tables, guests, order, host_side="ru", host=5, cohost=9, taken={77: (1, 4), 78: (3, 1)})
        assert (len(found), len(set(found.values()))) == (296, 296)


FAMILY = [
    Guest(1, 1, "ru"), Guest(2, 2, "de"), Guest(3, 3, "ru"), Guest(4, 4, "de"),
    Guest(11, 11, "ru", of=1), Guest(12, 12, "de", of=2), Guest(21, 21, "de", of=2, interprets=True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "interpreters_beside", "places"),
    [
        # a row of 9: the host's seat is 5, the right hand is the smaller number
        (CompanionRule.RANK, False, {1: 5, 2: 4, 3: 6, 4: 3, 11: 7, 12: 2, 21: 8}),
        (CompanionRule.BESIDE, True, {1: 5, 11: 6, 2: 4, 21: 3, 12: 2, 3: 7, 4: 8}),
        (CompanionRule.BESIDE, False, {1: 5, 11: 6, 2: 4, 12: 3, 3: 7, 4: 2, 21: 8}),
        (CompanionRule.SEPARATE, True, {1: 5, 2: 4, 21: 3, 3: 6, 4: 7, 11: 2, 12: 8}),
    ],
)
def test_companions_and_interpreters_sit_by_the_rule_chosen(rule, interpreters_beside, places):
    found = propose([Table(1, Shape.ROW, 9)], FAMILY, SeatOrder.RANK, host_side="ru", companions=rule,
                    interpreters_beside=interpreters_beside)  # fmt: skip
    assert {number: place for number, (_table, place) in found.items()} == places


@pytest.mark.parametrize(("shape", "seats"), [(Shape.LONG, 14), (Shape.ROUND, 12)])
def test_companions_sit_across_from_those_they_accompany(shape, seats):
    found = propose([Table(1, shape, seats)], FAMILY, SeatOrder.RANK, host_side="ru",
                    companions=CompanionRule.OPPOSITE, interpreters_beside=True)  # fmt: skip
    places = {place.number: place for place in places_of(shape, seats)}
    for whom, companion in ((1, 11), (2, 12)):
        one, other = places[found[whom][1]], places[found[companion][1]]
        assert one.looks[0] * other.looks[0] + one.looks[1] * other.looks[1] < -0.99
        assert shape is Shape.ROUND or abs(one.x - other.x) < 1e-9
    assert found[21][1] in beside(shape, seats)[found[2][1]]


@pytest.mark.parametrize(
    ("shape", "seats"), [(Shape.LONG, 14), (Shape.ROUND, 12), (Shape.ROW, 13), (Shape.U_SHAPE, 15)]
)
@pytest.mark.parametrize("couples", [2, 3, 4, 5])
def test_couples_sit_crosswise(shape, seats, couples):
    people = [Guest(n, n, "ru" if n % 2 else "de") for n in range(1, couples + 1)]
    people += [Guest(10 * n, 100 + n, "ru" if n % 2 else "de", of=n) for n in range(1, couples + 1)]
    found = propose([Table(1, shape, seats)], people, SeatOrder.RANK, host_side="ru",
                    companions=CompanionRule.CROSSED)  # fmt: skip
    near = beside(shape, seats)
    assert len(set(found.values())) == 2 * couples
    for number in range(1, couples + 1):
        mine = near[found[10 * number][1]]
        assert found[number][1] not in mine
        assert any(found[other][1] in mine for other in range(1, couples + 1) if other != number)


def test_the_only_couple_sits_across_where_couples_sit_crosswise():
    people = [Guest(1, 1, "ru"), Guest(2, 2, "de"), Guest(11, 11, "ru", of=1)]
    found = propose([Table(1, Shape.LONG, 6)], people, SeatOrder.RANK, host_side="ru", companions=CompanionRule.CROSSED)
    assert found == {1: (1, 2), 11: (1, 5), 2: (1, 1)}


def test_companions_have_tables_of_their_own_in_the_order_of_those_they_accompany():
    tables = [Table(1, Shape.ROUND, 6), Table(2, Shape.ROUND, 6)]
    found = propose(tables, FAMILY, SeatOrder.RANK, host_side="ru", companions=CompanionRule.SEPARATE)
    assert {number: seat for number, seat in found.items() if seat[0] == 2} == {11: (2, 1), 12: (2, 2)}


def test_couples_are_kept_together_at_the_next_table_and_parted_only_when_no_table_has_room_for_both():
    people = [Guest(1, 1, "ru"), Guest(2, 2, "ru"), Guest(3, 3, "ru"), Guest(12, 12, "ru", of=2)]
    given = {"order": SeatOrder.RANK, "host_side": "ru", "companions": CompanionRule.BESIDE}
    together = propose([Table(1, Shape.ROUND, 2), Table(2, Shape.ROUND, 2)], people, **given)
    assert together == {1: (1, 1), 3: (1, 2), 2: (2, 1), 12: (2, 2)}
    parted = propose(
        [Table(1, Shape.ROUND, 3), Table(2, Shape.ROUND, 1)], people, **given, taken={1: (1, 1), 3: (1, 2)}
    )
    assert parted == {1: (1, 1), 3: (1, 2), 2: (1, 3), 12: (2, 1)}


def test_companions_of_hosts_follow_them_and_whoever_belongs_to_a_companion_goes_by_rank():
    people = [*FAMILY, Guest(31, 31, "ru", of=11)]
    found = propose([Table(1, Shape.LONG, 10)], people, SeatOrder.RANK, host_side="ru", host=1, cohost=2,
                    companions=CompanionRule.BESIDE, interpreters_beside=True)  # fmt: skip
    near = beside(Shape.LONG, 10)
    assert (found[1], found[2]) == ((1, 3), (1, 8))
    assert found[11][1] in near[3]
    assert {found[12][1], found[21][1]} == near[8]
    assert len(set(found.values())) == len(people)


def test_companions_and_interpreters_are_given_to_those_they_most_likely_belong_to():
    people = [
        Attendee(1, Part.GUEST, 7, "Крамской"), Attendee(2, Part.GUEST, 7, "Орлов", needs=True),
        Attendee(3, Part.COMPANION, 7, "Орлова"), Attendee(4, Part.COMPANION, 7, "Weber"),
        Attendee(5, Part.INTERPRETER, 7, "Lang"), Attendee(6, Part.INTERPRETER, 7, "Kurz"),
        Attendee(7, Part.INTERPRETER, None, "Frei"), Attendee(8, Part.COMPANION, 7, "Крамская"),
    ]  # fmt: skip
    assert belongings(people) == {3: (2, False), 4: (1, False), 5: (2, False), 6: (1, False), 8: (1, False)}
    assert belongings(people, {5: None, 7: 1, 4: 99}) == {3: (2, False), 6: (2, False), 7: (1, True), 8: (1, False)}


@pytest.mark.parametrize("shape", list(Shape))
@pytest.mark.parametrize("seats", COUNTS)
@pytest.mark.parametrize("second_host", [False, True])
def test_seats_are_drawn_inside_the_drawing_and_not_over_each_other(shape, seats, second_host):
    made = draw(shape, seats, second_host=second_host)
    for seat in made.seats:
        assert 3 < seat.x < made.width - 3, seat
        assert 3 < seat.y < made.height - 3, seat
    for number, one in enumerate(made.seats):
        for other in made.seats[number + 1 :]:
            assert (one.x - other.x) ** 2 + (one.y - other.y) ** 2 > 6.8**2, (one, other)


def test_names_in_a_plan_begin_with_the_family_name_and_titles_stand_behind() -> None:
    own: dict[str, Any] = {"places": {}, "offices": {}, "patronymic": "", "gender": Gender.MALE}
    scholar = Participant(1, "D1", "ru", {"ru": "к. э. н. Галимов Рустам Айратович", "de": "Rustam Galimow"},
                          last="Галимов", first="Рустам", **own)  # fmt: skip
    guest = Participant(2, "D2", "de", {"ru": "Феликс Граф", "de": "Prof. Dr. Felix Graf"},
                        last="Graf", first="Felix", **own)  # fmt: skip
    assert [[surname_first(person, code) for code in ("ru", "de")] for person in (scholar, guest)] == [
        ["Галимов Рустам Айратович, к. э. н.", "Galimow, Rustam"], ["Граф, Феликс", "Graf, Prof. Dr. Felix"],
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["Schwarzenbach-Löwenhaupt", "Донаудампфшиффартсгезельшафт", "Ж" * 60, "Li", "Орлова"])
def test_name_beside_a_seat_has_room_in_the_drawing_and_says_when_it_is_shortened(name: str) -> None:
    shown = _short(name)
    assert width(shown, "regular") <= ROOM
    assert (shown == name) == (width(name, "regular") <= ROOM)
    assert shown == name or (shown[-1] == "…" and name.startswith(shown[:-1]) and len(shown) > 6)
