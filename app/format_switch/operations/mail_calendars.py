"""The calendar files of a person's sessions that go with the mail of a switch, with the signs of the feeds."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import datetime
from email.utils import parseaddr
from typing import Protocol

from app import calendars
from app.format_switch.operations.mail_frames import differs, is_off
from app.format_switch.queries.told import OwnSession
from app.mail_texts import absolute
from app.mailroom.operations import MailFile
from app.programme.queries.feeds import entry
from app.programme.queries.published import Item, Published
from app.programme.rules.anchors import anchor

_DOOR = "\ue001"  # stands for the way in, which is each person's own
Written = tuple[str, tuple[int, ...]]  # the VEVENT, and the years in which it lies


class Addressed(Protocol):
    """Somebody a mail goes to."""

    @property
    def email(self) -> str:
        """The address."""

    @property
    def language(self) -> str:
        """The language of the mail."""


class SessionCalendars:
    """Writes the entries of a release for those a switch tells: the same UID and SEQUENCE as in the feeds.

    What takes place is one file to open, a request. What is called off is a file for each, as RFC 5546 (section 3.2.5)
    wants it, and only where a mail brought the reader an entry for it: subscribed calendars follow by themselves, and
    there is nothing to cancel in others. The entry of the whole conference stands in the mail itself, where programmes
    for mail show it.

    :param invited: of what mails brought an entry, as pairs of folded address and sign.
    :param at: of the switch; by it a reader tells the newer of two entries of one SEQUENCE (RFC 5546 section 2.1.5).
    """

    def __init__(
        self, release: Published | None, organisers: str, *, invited: Container[tuple[str, str]], at: datetime
    ) -> None:
        self._release, self._invited, self._at = release, invited, at
        self._organiser = parseaddr(organisers)[1]
        self._items = {item["uid"]: item for item in release.items} if release is not None else {}
        self._written: dict[tuple[str, str, bool, bool], tuple[calendars.Mould, tuple[int, ...]] | None] = {}

    def of(
        self, reader: Addressed, sessions: Sequence[OwnSession], door: str, *, unanswered: Container[str] = ()
    ) -> tuple[MailFile, ...]:
        """The files of one person: only what is other than they knew.

        :param unanswered: signs of the sessions of which they have not said yet whether they take their part.
        """
        if self._release is None:
            return ()
        held: list[Written] = []
        off: list[tuple[str, Written]] = []
        for one in sessions:
            item = self._items.get(one.item["uid"])
            if item is None or not (differs(one) or one.had_door != one.has_door):
                continue
            gone = is_off(one)
            if gone and (reader.email.casefold(), item["uid"]) not in self._invited:
                continue
            found = self._event(item, reader.language, lost=one.after is None, door=door if one.has_door else "")
            if found is None:
                continue
            opened = item["uid"] in unanswered
            answer = "NEEDS-ACTION" if opened else "ACCEPTED"
            event = calendars.meant_for(found[0], reader.email, answer=answer, asked=opened and not gone)
            meant = (event, found[1])
            if gone:
                off.append((item["id"], meant))
            else:
                held.append(meant)
        files = [self._file("programme.ics", reader.language, "REQUEST", held)] if held else []
        files += [self._file(f"cancelled-{anchor(code)}.ics", reader.language, "CANCEL", [one]) for code, one in off]
        return tuple(files)

    def _file(self, name: str, language: str, method: str, events: Sequence[Written]) -> MailFile:
        if self._release is None:
            raise ValueError("no release, no file")
        content = self._release.content
        text = calendars.bound(
            [text for text, _years in events], name=content["titles"][language] or content["titles"]["en"],
            zone=content["timezone"], years=[year for _text, years in events for year in years], method=method,
        )  # fmt: skip
        return MailFile(name, content=text.encode(), media_type=f"text/calendar; method={method}; charset=utf-8")

    def _event(self, item: Item, language: str, *, lost: bool, door: str) -> Written | None:
        key = (item["uid"], language, lost, bool(door))
        if key not in self._written:
            written = self._write(item, language, lost=lost, door=_DOOR if door else "")
            self._written[key] = written and (calendars.Mould.of(written[0], _DOOR), written[1])
        found = self._written[key]
        return found and (found[0].fill(door), found[1])

    def _write(self, item: Item, language: str, *, lost: bool, door: str) -> Written | None:
        if self._release is None:
            return None
        content = self._release.content
        found = entry(item, content, absolute(""), language=language, door=door)
        if found is None:
            return None
        text = calendars.event_text(
            replace(found, uninvited=lost and not found.cancelled), zone=content["timezone"],
            stamp=self._at, organizer=self._organiser,
            organizer_name=content["titles"][language] or content["titles"]["en"],
        )  # fmt: skip
        return text, () if found.all_day else (found.start.year, found.end.year)
