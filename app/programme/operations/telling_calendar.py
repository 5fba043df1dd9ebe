"""The calendar that goes with a mail about a release: what changed for its reader, with the signs of the feeds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from email.utils import parseaddr
from typing import Any

from app import calendars
from app.conferences.rules import Attendance
from app.conferences.taking_part import part_in
from app.mail_texts import absolute
from app.mailroom.operations import MailFile
from app.programme.models import Release
from app.programme.queries.feeds import entry
from app.programme.queries.touched import Touched
from app.programme.rules import Confirmation
from app.programme.rules.anchors import anchor

Item = Mapping[str, Any]


@dataclass(frozen=True)
class Attached:
    """What goes with a mail: a calendar shown with it, or files."""

    calendar: str = ""
    method: str = ""
    files: tuple[MailFile, ...] = ()


@dataclass(frozen=True)
class _Event:
    text: str
    years: tuple[int, ...]


@dataclass
class Calendars:
    """Writes the entries of one release; each once for all who read it in the same language.

    One invitation stands in the mail itself, where programmes for mail show it; several are a file to open. RFC 5546
    (section 3.2.5) wants a file of its own for each entry that is called off.

    :param organisers: address of theirs, which a request must name (RFC 5546 section 3.2.2).
    """

    release: Release
    organisers: str
    items: Mapping[str, Item] = field(init=False)
    _events: dict[tuple[str, str, bool, str], _Event | None] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.items = {item["uid"]: item for item in self.release.content["items"]}
        self.organisers = parseaddr(self.organisers)[1]

    def of(self, person: Touched, *, again: Collection[int]) -> Attached:
        """What is new for one reader.

        :param again: the parts they are asked about once more.
        """
        invited: list[_Event] = []
        off: list[tuple[str, _Event]] = []
        for uid, why in person.concerns.items():
            item = self.items.get(uid)
            if item is None or uid in person.waits:
                continue
            lost = why.is_lost
            parts = person.parts.get(uid, {})
            if parts and set(parts.values()) == {Confirmation.DECLINED} and not item["cancelled"]:
                continue
            event = self._event(item, person, lost=lost)
            if event is None:
                continue
            open_ = any(said is not Confirmation.CONFIRMED or number in again for number, said in parts.items())
            answer = "NEEDS-ACTION" if open_ else "ACCEPTED"
            gone = lost or item["cancelled"]
            text = calendars.meant_for(event.text, person.email, answer=answer, asked=open_ and not gone)
            meant = _Event(text, event.years)
            if gone:
                off.append((item["id"], meant))
            else:
                invited.append(meant)
        return self._bound(person.language, invited, off)

    def _bound(self, language: str, invited: list[_Event], off: list[tuple[str, _Event]]) -> Attached:
        if len(invited) + len(off) == 1:
            method = "REQUEST" if invited else "CANCEL"
            return Attached(self._text(language, method, invited or [off[0][1]]), method)
        files = [self._file("programme.ics", language, "REQUEST", invited)] if invited else []
        files += [self._file(f"cancelled-{anchor(code)}.ics", language, "CANCEL", [event]) for code, event in off]
        return Attached(files=tuple(files))

    def _file(self, name: str, language: str, method: str, events: list[_Event]) -> MailFile:
        content = self._text(language, method, events).encode()
        return MailFile(name, content=content, media_type=f"text/calendar; method={method}; charset=utf-8")

    def _text(self, language: str, method: str, events: list[_Event]) -> str:
        content = self.release.content
        return calendars.bound(
            [event.text for event in events], name=content["titles"][language] or content["titles"]["en"],
            zone=content["timezone"], years=[year for event in events for year in event.years], method=method,
        )  # fmt: skip

    def _event(self, item: Item, person: Touched, *, lost: bool) -> _Event | None:
        attendance = Attendance.VIDEO if person.by_video else Attendance.ON_SITE
        door = person.door if part_in(attendance, item["held_as"]).has_door else ""
        key = (item["uid"], person.language, lost, door)
        if key not in self._events:
            written = self._write(item, person.language, lost=lost, door=door)
            if door:  # theirs alone
                return written
            self._events[key] = written
        return self._events[key]

    def _write(self, item: Item, language: str, *, lost: bool, door: str) -> _Event | None:
        content = self.release.content
        found = entry(item, content, absolute(""), language=language, door=door)
        if found is None:
            return None
        if lost and not found.cancelled:
            found = replace(found, uninvited=True)
        text = calendars.event_text(
            found, zone=content["timezone"], stamp=self.release.released_at, organizer=self.organisers,
            organizer_name=content["titles"][language] or content["titles"]["en"],
        )  # fmt: skip
        years = () if found.all_day else (found.start.year, found.end.year)
        return _Event(text, years)
