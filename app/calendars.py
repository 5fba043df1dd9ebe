"""Calendar entries for people and feeds (RFC 5545, RFC 7986), with the time zone written out.

Everything is given; nothing is asked of the clock or the database. Whoever writes an entry again raises its
``sequence`` (RFC 5545 section 3.8.7.4) and keeps its ``uid``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

PRODUCT = "-//Ratusha//Conferences of partner cities//EN"


@dataclass(frozen=True)
class Entry:
    """One entry.

    :param uid: for ever the same (RFC 7986 section 5.3); ``sequence``: raised with every change.
    :param start: an aware moment; for ``all_day`` a day.
    :param end: an aware moment, the first after the entry (the same as ``start``: not known); for ``all_day`` the
        **last** day, included.
    :param url: a page about it; ``conference_url``: where one takes part by video (RFC 7986 section 5.11).
    """

    uid: str
    sequence: int
    start: datetime | date
    end: datetime | date
    summary: str
    location: str = ""
    description: str = ""
    url: str = ""
    conference_url: str = ""
    cancelled: bool = False
    all_day: bool = False


_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # categories Cc (but for the line end) and Cs


def _clean(text: str) -> str:
    """Text without control characters; line ends stay (they are escaped when written)."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _address(value: str) -> str:
    """An address of one line."""
    return "".join(sign for sign in value if unicodedata.category(sign) not in {"Cc", "Cs", "Zs", "Zl", "Zp"})


def _day(value: datetime | date, zone: ZoneInfo) -> date:
    return value.astimezone(zone).date() if isinstance(value, datetime) else value


def _moment(value: datetime | date, zone: ZoneInfo) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError("an entry that is not of whole days needs aware moments")
    return value.astimezone(zone)


def calendar(
    entries: Iterable[Entry],
    *,
    name: str,
    zone: str,
    method: str | None = None,
    organizer: str = "",
    attendee: str = "",
    stamp: datetime,
    refresh_hours: int = 0,
) -> str:
    """Write a calendar.

    :param name: what a reader's programme calls it.
    :param zone: IANA name; times are written in it, with its VTIMEZONE.
    :param method: ``PUBLISH``, ``REQUEST`` or ``CANCEL`` for a mail (RFC 5546); None for a feed.
    :param organizer: e-mail address (RFC 5546 wants one in REQUEST and CANCEL); ``attendee`` likewise.
    :param stamp: when this was written (DTSTAMP); the same input gives the same text.
    :param refresh_hours: how often a reader of a feed should ask again (RFC 7986 section 5.7); 0: not said.
    :returns: lines of at most 75 octets that end in CR LF.
    """
    from icalendar import Calendar, Event, vText, vUri

    place = ZoneInfo(zone)
    written = Calendar()
    written.add("prodid", PRODUCT)
    written.add("version", "2.0")
    written.add("calscale", "GREGORIAN")
    if method:
        written.add("method", method.upper())
    written.add("name", vText(_clean(name)))
    written.add("x-wr-calname", vText(_clean(name)))
    written.add("x-wr-timezone", vText(zone))
    if refresh_hours:
        written.add("refresh-interval", timedelta(hours=refresh_hours), parameters={"VALUE": "DURATION"})
        written.add("x-published-ttl", vText(f"PT{refresh_hours}H"))
    years = set()
    for entry in entries:
        years |= {entry.start.year, entry.end.year}
        event = Event()
        event.add("uid", _address(entry.uid))
        event.add("dtstamp", stamp.astimezone(UTC))
        event.add("sequence", entry.sequence)
        if entry.all_day:
            event.add("dtstart", _day(entry.start, place))
            event.add("dtend", _day(entry.end, place) + timedelta(days=1))
            event.add("transp", "TRANSPARENT")
        else:
            starts, ends = _moment(entry.start, place), _moment(entry.end, place)
            event.add("dtstart", starts)
            if ends > starts:  # RFC 5545 section 3.8.2.2: later than the start, or left out
                event.add("dtend", ends)
        event.add("summary", _clean(entry.summary))
        if entry.location:
            event.add("location", _clean(entry.location))
        if entry.description:
            event.add("description", _clean(entry.description))
        if entry.url:
            event.add("url", vUri(_address(entry.url)))
        if entry.conference_url:
            event.add(
                "conference",
                vUri(_address(entry.conference_url)),
                parameters={"VALUE": "URI", "FEATURE": "VIDEO"},
            )
        event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
        if organizer:
            event.add("organizer", vUri(f"mailto:{_address(organizer)}"))
        if attendee:
            event.add(
                "attendee",
                vUri(f"mailto:{_address(attendee)}"),
                parameters={"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"},
            )
        written.add_component(event)
    if years:
        written.add_missing_timezones(date(min(years) - 1, 1, 1), date(max(years) + 2, 1, 1))
        for described in written.timezones:
            described.pop("COMMENT", None)  # the library's word on itself
    text: str = written.to_ical().decode("utf-8")
    return text
