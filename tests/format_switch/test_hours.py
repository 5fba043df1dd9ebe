"""Humane hours for all clocks: the shared window, days shifted into it, the strip of local hours."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.directory.zones import zone_of
from app.format_switch.rules.hours import (
    HourCell,
    HourKind,
    ProposedTime,
    SharedWindow,
    TimedSession,
    Window,
    hours_strip,
    hours_strips,
    kind_of_hour,
    outside_hours,
    propose_hours,
    shared_window,
)

MOSCOW, BERLIN, KALININGRAD = "Europe/Moscow", "Europe/Berlin", "Europe/Kaliningrad"
YEKATERINBURG, VLADIVOSTOK, NEW_YORK = "Asia/Yekaterinburg", "Asia/Vladivostok", "America/New_York"
DAY = date(2021, 6, 28)


def at(clock: str, zone: str = MOSCOW, day: date = DAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=ZoneInfo(zone))


def session(key: str, start: str, end: str, zone: str = MOSCOW, day: date = DAY) -> TimedSession:
    return TimedSession(key, at(start, zone, day), at(end, zone, day))


def clocks(proposed: list[ProposedTime], zone: str = MOSCOW) -> list[tuple[str, str]]:
    place = ZoneInfo(zone)
    return [(f"{p.starts_at.astimezone(place):%d %H:%M}", f"{p.ends_at.astimezone(place):%H:%M}") for p in proposed]


def test_shared_window_is_what_berlin_and_vladivostok_have_in_common_when_it_is_long_enough() -> None:
    zones = {MOSCOW: 300, BERLIN: 200, VLADIVOSTOK: 4}
    assert shared_window(DAY, zones) == SharedWindow(
        at("09:00"), at("13:00"), (MOSCOW, BERLIN, VLADIVOSTOK), (), 504
    )  # fmt: skip


def test_shared_window_leaves_out_the_fewest_when_the_day_is_longer_than_all_have_in_common() -> None:
    zones = {MOSCOW: 300, BERLIN: 200, VLADIVOSTOK: 4}
    assert shared_window(DAY, zones, at_least=timedelta(hours=8)) == SharedWindow(
        at("09:00"), at("20:00"), (MOSCOW, BERLIN), (VLADIVOSTOK,), 500
    )  # fmt: skip


@pytest.mark.parametrize("zones", [{}, {MOSCOW: 0}])
def test_shared_window_is_none_when_nobody_is_anywhere(zones: dict[str, int]) -> None:
    assert shared_window(DAY, zones) is None


def test_shared_window_is_none_when_the_day_is_longer_than_any_humane_one() -> None:
    assert shared_window(DAY, {MOSCOW: 5}, at_least=timedelta(hours=13)) is None


def test_shared_window_moves_by_an_hour_when_berlin_has_changed_its_clocks() -> None:
    before, after = (shared_window(day, {MOSCOW: 1, BERLIN: 1}) for day in (date(2021, 3, 27), date(2021, 3, 28)))
    assert before is not None
    assert after is not None
    assert (before.starts_at, before.ends_at) == (
        at("10:00", day=date(2021, 3, 27)),
        at("20:00", day=date(2021, 3, 27)),
    )
    assert (after.starts_at, after.ends_at) == (at("09:00", day=date(2021, 3, 28)), at("20:00", day=date(2021, 3, 28)))


def test_day_stays_when_it_is_humane_for_everybody() -> None:
    given = [session("A", "10:00", "12:00"), session("B", "14:00", "18:00")]
    proposed = propose_hours(given, {MOSCOW: 10, BERLIN: 10}, host=MOSCOW)
    assert proposed == [ProposedTime(one.key, one.starts_at, one.starts_at, one.ends_at) for one in given]
    assert not any(one.moved for one in proposed)


def test_day_is_shifted_as_one_when_it_begins_too_early_for_berlin() -> None:
    given = [
        session("OPENING", "08:30", "10:00"),
        session("GROUP 1", "10:30", "12:15"),
        session("GROUP 2", "10:30", "12:45"),
        session("CLOSING", "14:00", "17:10"),
    ]
    proposed = propose_hours(given, {MOSCOW: 300, BERLIN: 2}, host=MOSCOW)
    assert clocks(proposed) == [
        ("28 09:00", "10:30"), ("28 11:00", "12:45"), ("28 11:00", "13:15"), ("28 14:30", "17:40"),
    ]  # fmt: skip
    assert {one.outside for one in proposed} == {()}


def test_day_is_shifted_earlier_when_it_ends_too_late_for_yekaterinburg() -> None:
    given = [session("A", "13:00", "15:00"), session("B", "15:30", "18:20")]
    assert clocks(propose_hours(given, {MOSCOW: 1, YEKATERINBURG: 1}, host=MOSCOW)) == [
        ("28 12:30", "14:30"), ("28 15:00", "17:50"),
    ]  # fmt: skip


def test_day_is_shifted_to_the_minute_when_half_hours_do_not_fit() -> None:
    given = [session("A", "08:45", "20:45")]
    assert clocks(propose_hours(given, {MOSCOW: 1}, host=MOSCOW)) == [("28 08:00", "20:00")]


def test_day_stays_and_says_where_it_is_inhumane_when_no_shift_helps() -> None:
    given = [session("A", "09:30", "12:30"), session("B", "14:00", "18:00")]
    proposed = propose_hours(given, {MOSCOW: 300, BERLIN: 200, VLADIVOSTOK: 4}, host=MOSCOW)
    assert [(one.moved, one.outside) for one in proposed] == [(False, ()), (False, (VLADIVOSTOK,))]


def test_hours_move_for_the_many_only_when_nobody_gains_by_a_shift() -> None:
    given = [session("A", "10:00", "13:00")]
    assert clocks(propose_hours(given, {MOSCOW: 10, NEW_YORK: 1}, host=MOSCOW)) == [("28 15:00", "18:00")]
    assert clocks(propose_hours(given, {MOSCOW: 10, NEW_YORK: 1, VLADIVOSTOK: 2}, host=MOSCOW)) == [
        ("28 10:00", "13:00")
    ]


def test_every_day_is_shifted_by_itself_when_there_are_several() -> None:
    other = DAY + timedelta(days=1)
    given = [session("A", "07:00", "09:00", day=other), session("B", "10:00", "11:00")]
    assert clocks(propose_hours(given, {MOSCOW: 1}, host=MOSCOW)) == [("29 08:00", "10:00"), ("28 10:00", "11:00")]


def test_length_and_breaks_stay_when_clocks_change_while_the_day_lasts() -> None:
    sunday = date(2021, 3, 28)
    given = [session("A", "01:30", "04:00", BERLIN, sunday), session("B", "05:00", "06:00", BERLIN, sunday)]
    proposed = propose_hours(given, {BERLIN: 1}, host=BERLIN)
    assert clocks(proposed, BERLIN) == [("28 08:00", "09:30"), ("28 10:30", "11:30")]
    lengths = [one.ends_at - one.starts_at for one in proposed]
    assert lengths == [timedelta(hours=1, minutes=30), timedelta(hours=1)]


def test_window_of_ones_own_is_kept_when_it_is_given() -> None:
    given = [session("A", "09:00", "10:00")]
    late = Window(time(10, 0), time(14, 0))
    assert clocks(propose_hours(given, {MOSCOW: 1}, late, host=MOSCOW)) == [("28 10:00", "11:00")]


@pytest.mark.parametrize("start", ["07:00", "08:30", "10:00", "12:30", "16:00"])
@pytest.mark.parametrize("zones", [{MOSCOW: 3, BERLIN: 2}, {YEKATERINBURG: 9, BERLIN: 2}, {VLADIVOSTOK: 9, MOSCOW: 2}])
def test_proposal_never_shortens_nor_reorders_nor_harms_when_a_day_is_shifted(
    start: str, zones: dict[str, int]
) -> None:
    first = at(start)
    given = [
        TimedSession(str(number), first + timedelta(minutes=40 * number), first + timedelta(minutes=40 * number + 90))
        for number in range(5)
    ]
    proposed = propose_hours(given, zones, host=MOSCOW)
    assert len({after.starts_at - before.starts_at for before, after in zip(given, proposed, strict=True)}) == 1
    assert [(one.ends_at - one.starts_at) for one in proposed] == [timedelta(minutes=90)] * 5
    whole = [(one[0].starts_at, one[-1].ends_at) for one in (given, proposed)]
    well = [sum(zones.values()) - sum(zones[zone] for zone in outside_hours(*span, zones)) for span in whole]
    assert well[1] >= well[0]
    assert well[1] > well[0] or not proposed[0].moved


def test_hours_outside_are_those_of_the_day_it_is_there_when_that_is_the_next_one() -> None:
    assert outside_hours(at("23:00"), at("23:59"), [MOSCOW, "Asia/Kamchatka"]) == (MOSCOW,)


def test_strip_tells_every_clock_from_west_to_east_when_people_sit_in_many() -> None:
    strip = hours_strip(
        DAY, [session("A", "09:30", "12:00")],
        {VLADIVOSTOK: 4, MOSCOW: 9, BERLIN: 7, "Europe/Vienna": 2, "Asia/Kolkata": 1, NEW_YORK: 0}, host=MOSCOW,
    )  # fmt: skip
    assert strip is not None
    assert (strip.day, strip.host, strip.hours) == (DAY, MOSCOW, ("9", "10", "11"))
    good, late = HourKind.GOOD, HourKind.LATE
    assert [(row.zones, row.people, row.minutes, row.cells) for row in strip.rows] == [
        ((BERLIN, "Europe/Vienna"), 9, -60, tuple(HourCell(clock, good) for clock in ("8", "9", "10"))),
        ((MOSCOW,), 9, 0, tuple(HourCell(clock, good) for clock in ("9", "10", "11"))),
        (("Asia/Kolkata",), 1, 150, tuple(HourCell(clock, good) for clock in ("11:30", "12:30", "13:30"))),
        ((VLADIVOSTOK,), 4, 420, (HourCell("16", good), HourCell("17", good), HourCell("18", good))),
    ]  # fmt: skip
    assert strip.rows[0].kinds == {good: 3}
    assert late not in strip.rows[0].kinds


def test_strip_says_when_it_is_another_day_there() -> None:
    strip = hours_strip(DAY, [session("A", "17:00", "19:00")], {VLADIVOSTOK: 1}, host=MOSCOW)
    assert strip is not None
    assert strip.rows[1].cells == (HourCell("0", HourKind.NIGHT, 1), HourCell("1", HourKind.NIGHT, 1))


def test_strip_has_an_hour_less_when_the_host_puts_its_clocks_forward() -> None:
    sunday = date(2021, 3, 28)
    strip = hours_strip(sunday, [session("A", "00:00", "05:00", BERLIN, sunday)], {MOSCOW: 1}, host=BERLIN)
    assert strip is not None
    assert strip.hours == ("0", "1", "3", "4")
    assert [cell.clock for cell in strip.rows[1].cells] == ["2", "3", "4", "5"]


def test_strip_has_an_hour_twice_when_the_host_puts_its_clocks_back() -> None:
    sunday = date(2021, 10, 31)
    strip = hours_strip(sunday, [session("A", "01:00", "04:00", BERLIN, sunday)], {}, host=BERLIN)
    assert strip is not None
    assert strip.hours == ("1", "2", "2", "3")


def test_strips_are_one_for_each_day_when_there_are_several() -> None:
    other = DAY + timedelta(days=1)
    strips = hours_strips([session("A", "09:00", "10:00", day=other), session("B", "09:00", "10:00")], {}, host=MOSCOW)
    assert [strip.day for strip in strips] == [DAY, other]
    assert hours_strip(DAY, [], {}, host=MOSCOW) is None


@pytest.mark.parametrize(
    ("clock", "kind"),
    [("05:59", HourKind.NIGHT), ("06:00", HourKind.EARLY), ("08:00", HourKind.GOOD), ("19:59", HourKind.GOOD),
     ("20:00", HourKind.LATE), ("22:00", HourKind.NIGHT)],
)  # fmt: skip
def test_hour_is_of_its_kind_when_the_clock_shows_it(clock: str, kind: HourKind) -> None:
    assert kind_of_hour(time.fromisoformat(clock)) is kind


@pytest.mark.parametrize(
    ("timezone", "region", "country", "zone"),
    [
        ("Asia/Omsk", "RU-KLU", "RU", "Asia/Omsk"),
        ("", "RU-KGD", "RU", KALININGRAD),
        ("", "RU-PRI", "RU", VLADIVOSTOK),
        ("", "RU-KLU", "RU", MOSCOW),
        ("", "DE-BW", "DE", BERLIN),
        ("Nowhere/At-all", "RU-SVE", "RU", YEKATERINBURG),
        ("", "DE-BW", "", BERLIN),
        ("", "US-NY", "US", ""),
        ("", "", "", ""),
    ],
)  # fmt: skip
def test_zone_is_that_of_the_place_when_it_is_known(timezone: str, region: str, country: str, zone: str) -> None:
    assert zone_of(timezone=timezone, region=region, country=country) == zone
