"""Calendar entries, read back by the library that other programmes use too."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from app.calendars import Entry, Mould, calendar, event_text, zone_text

STAMP = datetime(2021, 4, 6, 9, 0, tzinfo=UTC)
OPENING = Entry(
    uid="k07@ratusha.example",
    sequence=3,
    start=datetime(2021, 6, 28, 15, 0, tzinfo=UTC),
    end=datetime(2021, 6, 28, 17, 0, tzinfo=UTC),
    summary="Торжественное открытие XIV Конференции городов-партнёров России и Германии; Eröffnung",
    location="Филармония, Большой зал",
    description="Erste Zeile\nвторая строка",
    url="https://ratusha.example/de/c/x/programme#K07",
)


def _write(*entries: Entry, **given: object) -> str:
    values: dict[str, object] = {"name": "Konferenz", "zone": "Europe/Moscow", "stamp": STAMP}
    return calendar(entries, **(values | given))  # type: ignore[arg-type]


def _event(text: str) -> object:
    return Calendar.from_ical(text).walk("VEVENT")[0]


def test_entry_reads_back_whole_when_written() -> None:
    event = _event(_write(OPENING))
    moscow = ZoneInfo("Europe/Moscow")
    assert {
        "uid": str(event["uid"]),
        "sequence": int(event["sequence"]),
        "start": event.decoded("dtstart"),
        "end": event.decoded("dtend"),
        "summary": str(event["summary"]),
        "location": str(event["location"]),
        "description": str(event["description"]),
        "url": str(event["url"]),
        "status": str(event["status"]),
        "stamp": event.decoded("dtstamp"),
        "zone": event["dtstart"].params["TZID"],
    } == {
        "uid": OPENING.uid,
        "sequence": 3,
        "start": datetime(2021, 6, 28, 18, 0, tzinfo=moscow),
        "end": datetime(2021, 6, 28, 20, 0, tzinfo=moscow),
        "summary": OPENING.summary,
        "location": OPENING.location,
        "description": OPENING.description,
        "url": OPENING.url,
        "status": "CONFIRMED",
        "stamp": STAMP,
        "zone": "Europe/Moscow",
    }


@pytest.mark.parametrize("zone", ["Europe/Moscow", "Europe/Berlin", "Asia/Yekaterinburg"])
def test_calendar_carries_its_zone_once_when_entries_share_it(zone: str) -> None:
    read = Calendar.from_ical(_write(OPENING, OPENING, zone=zone))
    zones = read.walk("VTIMEZONE")
    assert [(str(found["tzid"]), found.get("COMMENT")) for found in zones] == [(zone, None)]
    local = OPENING.start.astimezone(ZoneInfo(zone))  # type: ignore[union-attr]
    assert zones[0].to_tz().utcoffset(local.replace(tzinfo=None)) == local.utcoffset()


def test_lines_stay_within_75_octets_when_text_is_cyrillic() -> None:
    text = _write(OPENING)
    assert text.endswith("END:VCALENDAR\r\n")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


def test_conference_property_names_the_video_when_there_is_one() -> None:

    event = _event(_write(replace(OPENING, conference_url="https://ratusha.example/join/abc")))
    found = event["conference"]
    assert (str(found), found.params["VALUE"], found.params["FEATURE"]) == (
        "https://ratusha.example/join/abc", "URI", "VIDEO",
    )  # fmt: skip


def test_method_and_people_are_written_when_it_goes_by_mail() -> None:
    text = _write(OPENING, method="request", organizer="info@a.example", attendee="orlova@kaluga.example")
    read = Calendar.from_ical(text)
    event = read.walk("VEVENT")[0]
    assert (str(read["method"]), str(event["organizer"]), str(event["attendee"])) == (
        "REQUEST", "mailto:info@a.example", "mailto:orlova@kaluga.example",
    )  # fmt: skip


def test_feed_has_no_method_when_none_is_given() -> None:
    assert "method" not in Calendar.from_ical(_write(OPENING))


def test_cancelled_entry_says_so_when_written() -> None:

    assert str(_event(_write(replace(OPENING, cancelled=True)))["status"]) == "CANCELLED"


def test_whole_days_end_the_day_after_when_written() -> None:
    days = Entry(uid="x@y", sequence=0, start=date(2021, 6, 28), end=date(2021, 6, 30), summary="K", all_day=True)
    event = _event(_write(days))
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2021, 6, 28), date(2021, 7, 1))


def test_text_cannot_add_lines_when_it_is_hostile() -> None:

    hostile = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\x00\ud800"
    text = _write(replace(OPENING, summary=hostile, url=f"https://a.example/{hostile}", uid=f"u{hostile}"))
    assert text.split("\r\n").count("BEGIN:VEVENT") == 1
    assert str(_event(text)["summary"]) == "x\nEND:VEVENT\nBEGIN:VEVENT"


def test_same_input_gives_the_same_text_when_written_twice() -> None:
    assert _write(OPENING) == _write(OPENING)


def test_naive_moment_is_refused_when_not_of_whole_days() -> None:

    with pytest.raises(ValueError, match="aware moments"):
        _write(replace(OPENING, start=OPENING.start.replace(tzinfo=None)))  # type: ignore[call-arg]


def test_entry_has_no_status_when_only_its_reader_is_taken_off() -> None:

    assert "status" not in _event(_write(replace(OPENING, uninvited=True)))  # type: ignore[operator]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_entry_reads_back_as_the_same_moment_when_the_zone_differs(zone: str) -> None:
    assert _event(_write(OPENING, zone=zone)).decoded("dtstart") == OPENING.start  # type: ignore[attr-defined]


@pytest.mark.parametrize("clock", ["00:30", "01:30", "02:30"])
def test_hours_read_back_rightly_when_the_clock_shows_them_twice(clock: str) -> None:
    starts = datetime.fromisoformat(f"2026-10-25T{clock}+00:00")  # in Berlin the hour from 02:00 comes twice
    event = _event(_write(replace(OPENING, start=starts, end=starts + timedelta(minutes=20)), zone="Europe/Berlin"))
    found = [event.decoded(name) for name in ("dtstart", "dtend")]  # type: ignore[attr-defined]
    assert [moment.astimezone(UTC) for moment in found] == [starts, starts + timedelta(minutes=20)]


def test_mould_gives_what_would_have_been_written_when_it_is_filled() -> None:
    door = "https://ratusha.example/join/" + "x" * 60
    written, moulded = (
        event_text(replace(OPENING, description=f"Зал\n{way}", conference_url=way), zone="Europe/Moscow", stamp=STAMP)
        for way in (door, "\ue001")
    )
    assert Mould.of(moulded, "\ue001").fill(door) == written
    assert Mould.of(written, "\ue001").fill(door) == written


@pytest.mark.parametrize(
    ("zone", "moments"),
    [
        # (UTC, what clocks show): the last minute before each change of clocks and the first after it
        ("Europe/Berlin", [
            ("2018-03-25T00:59", "01:59"), ("2018-03-25T01:00", "03:00"), ("2018-10-28T00:59", "02:59"),
            ("2018-10-28T01:00", "02:00"), ("2019-03-31T00:59", "01:59"), ("2019-03-31T01:00", "03:00"),
        ]),
        ("Asia/Yekaterinburg", [("2018-03-25T01:00", "06:00"), ("2018-10-28T01:00", "06:00")]),
    ],
)  # fmt: skip
def test_zone_alone_tells_the_hour_when_clocks_change(zone: str, moments: list[tuple[str, str]]) -> None:
    from dateutil.tz import tzical

    years = sorted({int(moment[:4]) for moment, _ in moments})
    text = zone_text(zone, years[0], years[-1])
    # A name of our own: readers would take what they know of a zone's name instead of what is written.
    strange = text.replace(f"TZID:{zone}", "TZID:Ratusha/Test")
    [component] = Calendar.from_ical(f"BEGIN:VCALENDAR\r\n{strange}END:VCALENDAR\r\n").walk("VTIMEZONE")
    readers = [component.to_tz(lookup_tzid=False), tzical(StringIO(strange)).get("Ratusha/Test")]
    clocks = [
        [f"{datetime.fromisoformat(f'{moment}+00:00').astimezone(reader):%H:%M}" for moment, _ in moments]
        for reader in readers
    ]
    assert clocks == [[shown for _, shown in moments]] * 2
    assert "20180325T020000" in zone_text("Europe/Berlin", 2018, 2018)
