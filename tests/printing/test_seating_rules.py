"""The order of honour of seats, and people put on them."""

from __future__ import annotations

import pytest

from app.printing.seating.drawing import draw
from app.printing.seating.rules import Guest, SeatOrder, Shape, Table, in_honour, in_order, outwards, places_of, propose

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
    ],
)
def test_seats_follow_outwards_from_the_host(shape, seats, second_host, order):
    assert in_honour(shape, seats, second_host=second_host) == order


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


@pytest.mark.parametrize("shape", list(Shape))
@pytest.mark.parametrize("seats", COUNTS)
def test_seats_are_drawn_inside_the_drawing_and_not_over_each_other(shape, seats):
    made = draw(shape, seats)
    for seat in made.seats:
        assert 3 < seat.x < made.width - 3, seat
        assert 3 < seat.y < made.height - 3, seat
    for number, one in enumerate(made.seats):
        for other in made.seats[number + 1 :]:
            assert (one.x - other.x) ** 2 + (one.y - other.y) ** 2 > 6.8**2, (one, other)
