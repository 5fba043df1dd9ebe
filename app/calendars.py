"""Calendar entries for people and feeds (RFC 5545, RFC 7986), with the time zone written out.

Everything is given; nothing is asked of the clock or the database. Whoever writes an entry again raises its
``sequence`` (RFC 5545 section 3.8.7.4) and keeps its ``uid``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
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
    :param uninvited: it takes place, but without the attendee who is told so (RFC 5546 section 3.2.5).
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
    uninvited: bool = False


_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # categories Cc (but for the line end) and Cs


def _clean(text: str) -> str:
    """Text without control characters; line ends stay (they are escaped when written)."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


_PLAIN = re.compile("[!-~]*")


def _address(value: str) -> str:
    """An address of one line."""
    if _PLAIN.fullmatch(value):
        return value
    return "".join(sign for sign in value if unicodedata.category(sign) not in {"Cc", "Cs", "Zs", "Zl", "Zp"})


def _day(value: datetime | date, zone: ZoneInfo) -> date:
    return value.astimezone(zone).date() if isinstance(value, datetime) else value


def _moment(value: datetime | date, zone: ZoneInfo) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError("an entry that is not of whole days needs aware moments")
    return value.astimezone(zone)


def _folded(line: str) -> str:
    """A content line in pieces of at most 75 octets (RFC 5545 section 3.1), none of which cuts a letter."""
    octets = line.encode()
    if len(octets) <= 75:
        return f"{line}\r\n"
    pieces, start, room = [], 0, 75
    while start < len(octets):
        end = min(start + room, len(octets))
        while end < len(octets) and octets[end] & 0xC0 == 0x80:  # within a letter
            end -= 1
        pieces.append(octets[start:end].decode())
        start, room = end, 74
    return "\r\n ".join(pieces) + "\r\n"


_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


_SPECIAL = re.compile(r"[\\;,\n]")


def _text(value: str) -> str:
    cleaned = _clean(value)
    return cleaned.translate(_ESCAPED) if _SPECIAL.search(cleaned) else cleaned


def shown_twice(value: datetime) -> bool:
    """Whether the clocks are put back over the hour of a moment, so that its zone's clock shows it twice.

    With a zone's name RFC 5545 (section 3.3.5) can say the first of the two only, and readers take it differently.
    """
    return value.utcoffset() != value.replace(fold=1 - value.fold).utcoffset()


def _hours(name: str, value: datetime, zone: str) -> str:
    if zone == "UTC" or shown_twice(value):
        return f"{name}:{value.astimezone(UTC):%Y%m%dT%H%M%S}Z"
    return f"{name};TZID={zone}:{value:%Y%m%dT%H%M%S}"


def event_text(entry: Entry, *, zone: str, stamp: datetime, organizer: str = "", organizer_name: str = "") -> str:
    """One VEVENT; see :func:`calendar`. Who is meant is put in by :func:`meant_for`."""
    place = ZoneInfo(zone)
    lines = [
        "BEGIN:VEVENT", f"UID:{_text(_address(entry.uid))}", f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{entry.sequence}",
    ]  # fmt: skip
    if entry.all_day:
        lines += [
            f"DTSTART;VALUE=DATE:{_day(entry.start, place):%Y%m%d}",
            f"DTEND;VALUE=DATE:{_day(entry.end, place) + timedelta(days=1):%Y%m%d}", "TRANSP:TRANSPARENT",
        ]  # fmt: skip
    else:
        starts, ends = _moment(entry.start, place), _moment(entry.end, place)
        lines.append(_hours("DTSTART", starts, zone))
        if ends > starts:  # RFC 5545 section 3.8.2.2: later than the start, or left out
            lines.append(_hours("DTEND", ends, zone))
    lines.append(f"SUMMARY:{_text(entry.summary)}")
    if entry.location:
        lines.append(f"LOCATION:{_text(entry.location)}")
    if entry.description:
        lines.append(f"DESCRIPTION:{_text(entry.description)}")
    if entry.url:
        lines.append(f"URL:{_address(entry.url)}")
    if entry.conference_url:
        lines.append(f"CONFERENCE;VALUE=URI;FEATURE=VIDEO:{_address(entry.conference_url)}")
    if not entry.uninvited:
        lines.append("STATUS:CANCELLED" if entry.cancelled else "STATUS:CONFIRMED")
    if organizer:
        lines.append(f"ORGANIZER{_called(organizer_name)}:mailto:{_address(organizer)}")
    return "".join(map(_folded, [*lines, "END:VEVENT"]))


@lru_cache(maxsize=128)
def _called(name: str) -> str:
    """CN (RFC 5545 section 3.2.2); a value in quotation marks holds none itself."""
    said = " ".join(_clean(name).replace('"', "'").split())
    return f';CN="{said}"' if said else ""


@dataclass(frozen=True)
class Mould:
    """A VEVENT of many that differ in one value: ``sign`` stands for it, in letters nobody types."""

    lines: tuple[tuple[str, bool], ...]  # as written, or in one piece where the value goes in
    sign: str

    @classmethod
    def of(cls, event: str, sign: str) -> Mould:
        """From a VEVENT that has ``sign`` in place of the value."""
        whole = event.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
        return cls(tuple((line, True) if sign in line else (_folded(line), False) for line in whole), sign)

    def fill(self, value: str) -> str:
        """The VEVENT of one of them; ``value`` is an address, which needs no escaping in text."""
        return "".join(_folded(line.replace(self.sign, value)) if has_it else line for line, has_it in self.lines)


def meant_for(event: str, attendee: str, *, answer: str = "ACCEPTED", asked: bool = False) -> str:
    """The VEVENT with its one attendee.

    :param answer: ``ACCEPTED``, or ``NEEDS-ACTION`` of who has not said yet whether they come.
    :param asked: an answer is wanted (RFC 5545 section 3.2.17).
    """
    return f"{event.removesuffix(_END)}{_attendee(attendee, answer, asked)}{_END}"


@lru_cache(maxsize=512)
def _attendee(address: str, answer: str, asked: bool) -> str:
    wanted = "TRUE" if asked else "FALSE"
    return _folded(f"ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT={answer};RSVP={wanted}:mailto:{_address(address)}")


_END = "END:VEVENT\r\n"


def _state(moment: datetime, place: ZoneInfo) -> tuple[timedelta, bool, str]:
    """Offset, whether it is summer time, and its name."""
    local = moment.astimezone(place)
    return local.utcoffset() or timedelta(0), bool(local.dst()), local.tzname() or ""


def _offset(value: timedelta) -> str:
    seconds = int(value.total_seconds())
    hours, rest = divmod(abs(seconds), 3600)
    minutes, left = divmod(rest, 60)
    return f"{'-' if seconds < 0 else '+'}{hours:02}{minutes:02}{f'{left:02}' if left else ''}"


def _changes(place: ZoneInfo, begins: datetime, ends: datetime) -> Iterable[datetime]:
    """The moments from which the clocks of a zone show something else."""
    day = begins
    while day < ends:
        early, late = day, day + timedelta(days=1)
        if _state(early, place) != _state(late, place):
            while late - early > timedelta(seconds=1):
                middle = (early + (late - early) / 2).replace(microsecond=0)
                early, late = (middle, late) if _state(middle, place) == _state(day, place) else (early, middle)
            yield late
        day += timedelta(days=1)


def zone_text(zone: str, first: int, last: int) -> str:
    """The VTIMEZONE of a zone for the years from ``first`` to ``last``, one more on either side.

    Every onset is written as the clock showed it before the change (RFC 5545 section 3.6.5: DTSTART and RDATE are
    local times with the offset TZOFFSETFROM).
    """
    place = ZoneInfo(zone)
    begins, ends = datetime(first - 1, 1, 1, tzinfo=UTC), datetime(last + 2, 1, 1, tzinfo=UTC)
    offset, summer, name = _state(begins, place)
    onsets = {(offset, offset, summer, name): [begins + offset]}
    for moment in _changes(place, begins, ends):
        before = offset
        offset, summer, name = _state(moment, place)
        onsets.setdefault((before, offset, summer, name), []).append(moment + before)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone}"]
    for (before, after, summer, name), moments in onsets.items():
        kind = "DAYLIGHT" if summer else "STANDARD"
        written = [f"{moment:%Y%m%dT%H%M%S}" for moment in moments]
        lines += [f"BEGIN:{kind}", f"DTSTART:{written[0]}"]
        lines += [f"RDATE:{','.join(written[1:])}"] if written[1:] else []
        lines += [f"TZNAME:{_text(name)}", f"TZOFFSETFROM:{_offset(before)}", f"TZOFFSETTO:{_offset(after)}",
                  f"END:{kind}"]  # fmt: skip
    return "".join(map(_folded, [*lines, "END:VTIMEZONE"]))


@lru_cache(maxsize=128)
def _frame(name: str, zone: str, method: str, refresh_hours: int, years: tuple[int, int] | None) -> str:
    """A calendar up to its first entry. Describing a zone takes longer than writing a hundred entries."""
    from icalendar import Calendar, vText

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
    text: str = written.to_ical().decode("utf-8")
    described = zone_text(zone, *years) if years is not None and zone != "UTC" else ""
    return text.removesuffix("END:VCALENDAR\r\n") + described


def bound(
    events: Iterable[str], *, name: str, zone: str, years: Sequence[int], method: str = "", refresh_hours: int = 0
) -> str:
    """Entries written by :func:`event_text` as a calendar; see :func:`calendar`.

    :param years: those in which entries with hours begin or end; none: no zone is described.
    """
    span = (min(years), max(years)) if years else None
    return f"{_frame(name, zone, method, refresh_hours, span)}{''.join(events)}END:VCALENDAR\r\n"


def calendar(
    entries: Iterable[Entry],
    *,
    name: str,
    zone: str,
    method: str | None = None,
    organizer: str = "",
    organizer_name: str = "",
    attendee: str = "",
    stamp: datetime,
    refresh_hours: int = 0,
) -> str:
    """Write a calendar.

    :param name: what a reader's programme calls it.
    :param zone: IANA name; times are written in it, with its VTIMEZONE.
    :param method: ``PUBLISH``, ``REQUEST`` or ``CANCEL`` for a mail (RFC 5546); None for a feed.
    :param organizer: e-mail address (RFC 5546 wants one in REQUEST and CANCEL); ``attendee`` likewise.
    :param organizer_name: what readers see in place of the address.
    :param stamp: when this was written (DTSTAMP); the same input gives the same text.
    :param refresh_hours: how often a reader of a feed should ask again (RFC 7986 section 5.7); 0: not said.
    :returns: lines of at most 75 octets that end in CR LF.
    """
    events, years = [], set()
    for entry in entries:
        event = event_text(entry, zone=zone, stamp=stamp, organizer=organizer, organizer_name=organizer_name)
        events.append(meant_for(event, attendee) if attendee else event)
        if not entry.all_day:
            years |= {entry.start.year, entry.end.year}
    return bound(events, name=name, zone=zone, years=sorted(years), method=method or "", refresh_hours=refresh_hours)
