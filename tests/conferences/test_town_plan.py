"""The plan of a town: coordinates as people write them, numbers that never cover each other, the scale, the ways."""

from __future__ import annotations

import math
import random
import re
from itertools import combinations, pairwise

import pytest
from flask import Flask

from app.conferences.place_words import floor_words
from app.conferences.plan_drawing import draw_plan
from app.conferences.spots import Spot, read_spot
from app.conferences.town_plan import bar_length, meet, note_box, outside, pill, place_signs, town_plan
from app.i18n import speaking

PHILHARMONIC = Spot(45.0271, 38.971)


def beside(east: float, north: float) -> Spot:
    """So many metres from the philharmonic hall."""
    across = 111_195 * math.cos(math.radians(PHILHARMONIC.latitude))
    return Spot(PHILHARMONIC.latitude + north / 111_195, PHILHARMONIC.longitude + east / across)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("45.0271, 38.9710", Spot(45.0271, 38.971)),
        ("45.0271 38.9710", Spot(45.0271, 38.971)),
        ("45,0271; 38,9710", Spot(45.0271, 38.971)),
        ("45,0271, 38,9710", Spot(45.0271, 38.971)),
        ("geo:45.0271,38.971;u=35", Spot(45.0271, 38.971)),
        ("N 54° 30.850' E 36° 16.431'", Spot(54.514167, 36.27385)),
        ("54°30′51″ с. ш. 36°16′26″ в. д.", Spot(54.514167, 36.273889)),
        ("36°16′26″ O 54°30′51″ N", Spot(54.514167, 36.273889)),
        ("33°51′ S, 151°12′ E", Spot(-33.85, 151.2)),
        ("-33.85, 151.2", Spot(-33.85, 151.2)),
        *((wrong, None) for wrong in ("", "Krasnaja 55", "45.0271", "95, 10", "45, 181", "45°61′ N 38°0′ E",
                                      "45°1′ N 38°2′ N", "45°1′ N 38°2′ E and more", "1, 2, 3", "NaN, 1")),
    ],
)  # fmt: skip
def test_read_spot_understands_what_maps_give_when_it_is_on_the_globe(written: str, meant: Spot | None) -> None:
    assert read_spot(written) == meant


def test_spot_writes_what_it_reads_when_asked() -> None:
    spot = Spot(54.51417, -36.2)
    assert (str(spot), spot.uri) == ("54.51417, -36.2", "geo:54.51417,-36.2")
    assert (read_spot(str(spot)), read_spot(spot.uri)) == (spot, spot)
    assert round(PHILHARMONIC.metres_to(beside(300, 400))) == 500


@pytest.mark.parametrize("seed", range(25))
def test_town_plan_covers_no_number_by_another_when_houses_stand_close(seed: int) -> None:
    chance = random.Random(seed)
    spread = chance.choice((5, 60, 900, 4000))
    houses = [beside(chance.gauss(0, spread), chance.gauss(0, spread)) for _ in range(chance.randint(2, 40))]
    houses += chance.choices(houses, k=3) + [beside(40_000, 3_000)] * (seed % 2)
    plan = town_plan(houses, dict.fromkeys(combinations(range(len(houses)), 2), 20))
    assert plan is not None
    assert [marker.index for marker in plan.markers] == list(range(len(houses)))
    for one, other in combinations(plan.markers, 2):
        assert math.dist(one.sign, other.sign) >= 2 * plan.radius
    for marker in plan.markers:
        x, y = marker.sign
        assert plan.radius <= x <= plan.width - plan.radius
        assert plan.radius <= y <= plan.height - plan.radius
    for way in plan.ways:
        assert way.label is None or all(math.dist(way.label, one.sign) > 1.6 * plan.radius for one in plan.markers)


CITIES: dict[str, list[tuple[float, float]]] = {
    "two": [(0, 0), (700, 300)],
    "two at one place": [(0, 0), (0, 0)],
    "two at one place and an airport": [(0, 0), (0, 0), (500, 100), (12_000, 0)],
    "five with an airport": [(0, 0), (300, 200), (-250, 150), (100, -400), (9000, 8000)],
    "five with two far away": [(0, 0), (300, 200), (-250, 150), (11_000, -4000), (12_000, -3500)],
    "nine with an airport": [(0, 0), (420, 90), (150, -380), (-610, 200), (800, -500), (-300, -700), (90, 60),
                             (1200, 900), (12_000, 3000)],
    "in a line": [(400 * number, 0) for number in range(9)],
    "in a line, far ones at both ends": [*((60 * number, 0) for number in range(6)), (12_000, 0), (-9000, 0)],
    "close together, two far away": [*((20 * number, 10 * (number % 3)) for number in range(7)), (0, 12_000),
                                     (300, 12_500)],
}  # fmt: skip


@pytest.mark.parametrize("name", CITIES)
def test_town_plan_tells_each_minute_at_its_way_and_covers_nothing_in_made_cities(name: str) -> None:
    places = CITIES[name]
    pairs = list(combinations(range(len(places)), 2))
    minutes = {pair: 3 + int(math.dist(places[pair[0]], places[pair[1]]) / 80) for pair in pairs}
    plan = town_plan([beside(*place) for place in places], minutes, frozenset({(0, len(places) - 1)}))
    assert plan is not None
    size = (plan.width, plan.height)
    far = [marker for marker in plan.markers if marker.metres is not None]
    assert {marker.index for marker in far} == {
        number for number, place in enumerate(places) if math.hypot(*place) > 8000
    }  # fmt: skip
    boxes = [note_box(marker.sign, plan.radius, size) for marker in far] + [
        pill(way, plan.radius) for way in plan.ways if way.label is not None
    ]
    assert not any(meet(one, other) for one, other in combinations(boxes, 2))
    for marker in plan.markers:
        for left, top, right, bottom in boxes:
            x, y = marker.sign
            assert math.dist((x, y), (min(max(x, left), right), min(max(y, top), bottom))) >= plan.radius
        assert all(math.dist(marker.sign, other.sign) >= 2 * plan.radius for other in plan.markers if other != marker)
        assert marker.metres is None or any(marker.index in way.pair and way.label for way in plan.ways)
    for way in plan.ways:
        assert way.label is not None
        middle = [(one + other) / 2 for one, other in zip(way.start, way.end, strict=True)]
        assert math.dist(middle, way.label) <= 0.25 * math.dist(way.start, way.end) + 2.2 * plan.radius
    near = [marker for marker in plan.markers if marker.metres is None]
    if far and len({places[marker.index] for marker in near}) > 2:  # the others have the whole plan
        spread = max(math.dist(one.at, other.at) for one, other in combinations(near, 2))
        assert spread > plan.width * 0.25


def test_town_plan_makes_numbers_smaller_when_there_are_more_than_it_holds() -> None:
    plan = town_plan([PHILHARMONIC] * 30, {}, width=40, radius=4)
    assert plan is not None
    assert plan.radius < 4
    assert len({marker.sign for marker in plan.markers}) == 30
    with pytest.raises(ValueError, match="no room"):
        place_signs([(5, 5)] * 9, radius=4, size=(10, 10))


def test_town_plan_is_true_to_scale_and_has_north_above_when_two_houses_are_known() -> None:
    plan = town_plan([PHILHARMONIC, None, beside(0, 1000), beside(1000, 0)], {})
    assert plan is not None
    south, north, east = (marker.at for marker in plan.markers)
    assert [marker.index for marker in plan.markers] == [0, 2, 3]
    assert (north[1] < south[1], east[0] > south[0]) == (True, True)
    assert [north[0], east[1]] == pytest.approx([south[0], south[1]], abs=0.05)
    kilometre = plan.bar / plan.bar_metres * 1000
    assert math.dist(north, south) == pytest.approx(kilometre, rel=0.01)
    assert math.dist(east, south) == pytest.approx(kilometre, rel=0.01)
    assert plan.bar <= plan.width * 0.3


@pytest.mark.parametrize(("metres", "length"), [(0.2, 1), (9.9, 5), (10, 10), (249, 200), (999, 500), (2400, 2000)])
def test_bar_length_is_the_roundest_that_fits_when_asked(metres: float, length: int) -> None:
    assert bar_length(metres) == length


def test_town_plan_keeps_the_airport_at_the_edge_with_its_distance_when_it_is_far() -> None:
    town = [beside(0, 0), beside(800, 100), beside(300, 900)]
    plan = town_plan([*town, beside(15_000, 0)], {(0, 3): 45}, frozenset({(0, 3)}))
    alone = town_plan(town, {})
    assert plan is not None
    assert alone is not None
    airport = plan.markers[3]
    assert airport.sign[0] > plan.width * 0.9
    assert airport.metres == pytest.approx(14_600, abs=100)
    assert plan.bar_metres == alone.bar_metres
    assert [(way.pair, way.by_bus, way.minutes) for way in plan.ways] == [((0, 3), True, 45)]
    assert outside([(0, 0), (100, 0), (5000, 0)]) == {2}
    assert outside([(0, 0), (5000, 0)]) == set()


def test_town_plan_draws_ways_between_neighbours_when_all_are_known() -> None:
    row = [beside(500 * number, 0) for number in range(4)]
    minutes = dict.fromkeys(combinations(range(4), 2), 7)
    plan = town_plan(row, minutes)
    assert plan is not None
    assert [way.pair for way in plan.ways] == list(pairwise(range(4)))


@pytest.mark.parametrize("known", [[], [PHILHARMONIC], [None, PHILHARMONIC, None]])
def test_town_plan_is_none_when_fewer_than_two_places_are_known(known: list[Spot | None]) -> None:
    assert town_plan(known, {}) is None


def test_draw_plan_says_scale_and_north_in_the_languages_when_they_differ(app: Flask) -> None:
    plan = town_plan([PHILHARMONIC, beside(900, 300), beside(30_000, 0)], {(0, 1): 12})
    assert plan is not None
    both, one = draw_plan(plan, ["ru", "de"]), draw_plan(plan, ["de"], title="<Plan>")
    assert re.findall(r"<text[^>]*>([^<]*)</text>", both) == [
        "12", "1", "2", "3", "30\u00a0км / 30\u00a0km", "200\u00a0м / 200\u00a0m", "С / N"
    ]  # fmt: skip
    assert "&lt;Plan&gt;</title>" in one
    assert re.findall(r"(?:href|style|script|url)\W", one) == []


def test_floor_words_count_as_each_country_does_when_asked(app: Flask) -> None:
    told = {}
    for language in ("ru", "de", "en"):
        with speaking(language):
            told[language] = [floor_words(floor) for floor in (-2, -1, 0, 1)]
    assert told == {
        "ru": ["2-й подвальный этаж", "подвальный этаж", "1-й этаж", "2-й этаж"],
        "de": ["2. Untergeschoss", "Untergeschoss", "Erdgeschoss", "1. Obergeschoss"],
        "en": ["basement 2", "basement", "ground floor", "floor 1"],
    }
