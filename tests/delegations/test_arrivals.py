"""The board of arrivals and departures, and the statistics."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from app.conferences.rules import Attendance
from app.delegations.queries.statistics import Count, days_of, journeys, statistics_of
from app.delegations.rules import Accreditation
from tests.delegations.test_desk import queries_of
from tests.factories import make_conference, make_delegate, make_municipality

Staff = Callable[[str], FlaskClient]
DESK = "/en/desk/c/xvi-kaluga-2021/delegates"


def test_people_are_counted_by_country_region_role_and_day_when_they_hold_a_place(app: Flask) -> None:
    conference = make_conference()
    kaluga = conference.host
    ulm = make_municipality("ulm", name_de="Ulm", country="DE", iso3166_2="DE-BW", region_ru="Баден-Вюртемберг",
                            region_de="Baden-Württemberg")  # fmt: skip
    make_delegate(conference, "D1", municipality_id=kaluga.id, arrival="2021-06-27T23:30+00:00", role="head;minister")
    make_delegate(conference, "D2", municipality_id=ulm.id, country="DE", arrival="2021-06-28T10:00+03:00",
                  accreditation=Accreditation.APPLIED)  # fmt: skip
    make_delegate(conference, "D3", country="", attendance=Attendance.VIDEO, arrival="2021-06-27T10:00+03:00")
    make_delegate(conference, "D4", country="DE", arrival="unknown")
    make_delegate(conference, "D5", country="FR", accreditation=Accreditation.WITHDRAWN)

    found = statistics_of(conference)

    assert found.total == Count(3, 1)
    assert list(found.by_country.items()) == [("DE", Count(2, 0)), ("RU", Count(1, 0)), ("", Count(0, 1))]
    assert list(found.by_region.items()) == [
        ("DE-BW", Count(1, 0)), ("RU-KLU", Count(1, 0)), ("", Count(1, 1)),
    ]  # fmt: skip
    assert list(found.by_role.items()) == [("member", Count(2, 1)), ("head", Count(1, 0))]
    assert list(found.by_arrival.items()) == [("2021-06-28", Count(2, 0)), ("", Count(1, 0))]


def test_journeys_stand_in_the_hosts_time_when_given_with_other_offsets(app: Flask) -> None:
    conference = make_conference()
    make_delegate(conference, "D1", arrival="2021-06-27T22:30+00:00", arrival_mode="plane")
    make_delegate(conference, "D2", arrival="2021-06-28T00:10", arrival_mode="train")
    make_delegate(conference, "D3", arrival="")
    make_delegate(conference, "D4", arrival="2021-06-27T10:00+03:00", attendance=Attendance.VIDEO)
    make_delegate(conference, "D5", arrival="2021-06-27T10:00+03:00", accreditation=Accreditation.WAITLISTED)

    known, unknown = journeys(conference)

    assert [(row.delegate.public_id, row.moment.isoformat(timespec="minutes")) for row in known] == [
        ("D2", "2021-06-28T00:10+03:00"), ("D1", "2021-06-28T01:30+03:00"),
    ]  # fmt: skip
    assert [row.public_id for row in unknown] == ["D3"]
    assert {day.isoformat(): dict(count) for day, count in days_of(known).items()} == {
        "2021-06-28": {"train": 1, "plane": 1}
    }


def test_board_shows_day_and_means_of_travel_when_asked(app: Flask, staff: Staff) -> None:
    conference = make_conference()
    times = {"arrival": "2021-06-27T14:05+03:00", "departure": "2021-06-30T18:00+03:00"}
    make_delegate(conference, "D1", arrival_mode="train", accessibility_note="Rollstuhl", phone="+7 495 000", **times)
    make_delegate(conference, "D2", last="Вторая", arrival_mode="plane", **times)
    make_delegate(conference, "D3", last="Третья", arrival="2021-06-28T09:00+03:00", arrival_mode="train")
    make_delegate(conference, "D4", last="\u202eвока")
    desk = staff("desk")

    def names(query: str) -> list[str]:
        page = desk.get(f"{DESK}/arrivals{query}").text
        page = page[page.index("<h1") :]
        return [name for name in ("Орлова", "Вторая", "Третья", "[U+202E]вока") if name in page]

    assert [names(query) for query in ("", "?day=2021-06-27", "?mode=train", "?day=2021-06-27&mode=plane",
                                       "?way=departure&mode=train", "?day=nonsense&mode=nonsense")] == [
        ["Орлова", "Вторая", "Третья", "[U+202E]вока"], ["Орлова", "Вторая"], ["Орлова", "Третья"], ["Вторая"],
        ["Орлова"], [],
    ]  # fmt: skip
    page = desk.get(f"{DESK}/arrivals?day=2021-06-27&mode=train").text
    assert re.search(r"14:05.*Орлова.*\+7 495 000.*Rollstuhl", page, re.DOTALL)


def test_board_and_statistics_take_the_same_queries_for_1_and_50_rows(app: Flask, staff: Staff) -> None:
    conference = make_conference()
    desk = staff("desk")

    def one_more(n: int) -> None:
        make_delegate(conference, f"D{n:05}", municipality_id=make_municipality(f"city-{n}").id,
                      arrival=f"2021-06-27T10:{n:02}+03:00")  # fmt: skip

    one_more(0)
    paths = ("arrivals", "statistics")
    first = [queries_of(lambda path=path: desk.get(f"{DESK}/{path}")) for path in paths]  # type: ignore[misc]
    first = [queries_of(lambda path=path: desk.get(f"{DESK}/{path}")) for path in paths]  # type: ignore[misc]
    for n in range(1, 50):
        one_more(n)

    assert [queries_of(lambda path=path: desk.get(f"{DESK}/{path}")) for path in paths] == first  # type: ignore[misc]


def test_statistics_lead_to_the_lists_behind_the_numbers_when_opened(app: Flask, staff: Staff) -> None:
    conference = make_conference()
    make_delegate(conference, "D1", municipality_id=conference.host_id, arrival="2021-06-27T14:05+03:00")
    desk = staff("desk")

    page = desk.get(f"{DESK}/statistics").text

    links = re.findall(rf'href="({DESK}\?[^"]+)"', page)
    assert links == [
        f"{DESK}?{query}" for query in ("country=RU", "region=RU-KLU", "role=member", "arrival=2021-06-27")
    ]
    assert all("Орлова" in desk.get(link).text for link in links)
