"""The words of the mails of a switch: each part is written once for all who read the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import escape

from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.delegations.operations.mails import mail_facts
from app.format_switch.models import FormatSwitch
from app.format_switch.queries.news import Saying
from app.format_switch.queries.past import MAIL
from app.format_switch.queries.plans import about
from app.format_switch.queries.told import OwnSession
from app.format_switch.rules import ScopeKind
from app.format_switch.rules.reasons import in_language, told_in
from app.format_switch.rules.words import IN_LANGUAGE
from app.i18n import date_short, language, listing, speaking, time_range
from app.mail_texts import MailText, write_mail
from app.programme.queries.published import Item
from app.programme.rules.changes import clock, titled, when, where
from app.programme.rules.words import FORMATS, ROLE_OF_ONE
from app.programme.rules.zones import city, elsewhere

# Stand-ins in a frame; letters nobody types.
_PERSON, _LINK, _JOIN, _BODY, _FEED, _TOWN = "\ue001", "\ue002", "\ue003", "\ue004", "\ue005", "\ue006"


@dataclass(frozen=True)
class Meaning:
    """What a switch means for somebody, as far as many share it.

    :param outcome: a :class:`app.format_switch.rules.PersonOutcome`, of guests a
        :class:`app.format_switch.rules.guests.GuestOutcome`, or empty; ``until_now``: the format they knew.
    :param papers: what becomes of the journey (``withdrawn``, ``again``, ``kept`` or empty), of which of ``asked``:
        hotel, journey, visa; of who leaves the hall those are ``kept`` that are not withdrawn.
    :param entry: the calendar entry is ``new``, ``replaces`` or ``cancels`` the former one; empty: there is none.
    :param files: how many calendar files of sessions are enclosed; ``doors_alone``: they bring ways in by video alone.
    :param news: what is told of the switches, in this order (queries.news).
    :param part: what the parts that move mean for who takes part as before (see :func:`part_means`), or empty.
    :param calm: no session of theirs is other than they knew; ``choice``, ``wish``: what they may choose, and what is
        told of the other way they wait for (mail_choices); ``offered``: a place is kept for them to take.
    """

    language: str
    outcome: str
    until_now: ConferenceFormat
    on_video: bool
    joins: bool
    papers: str
    asked: tuple[str, ...]
    entry: str
    files: int = 0
    doors_alone: bool = False
    kept: tuple[str, ...] = ()
    news: tuple[Saying, ...] = ()
    part: str = ""
    calm: bool = False
    choice: str = ""
    wish: str = ""
    offered: bool = False


@dataclass(frozen=True)
class Reader:
    """What is one person's own; ``greeting``: how their mail begins; ``town``: where they live, if it is known."""

    greeting: str
    link: str
    join: str
    feed: str
    zone: str
    town: str = ""


class FrameWriter:
    """Writes the mails of one switch."""

    def __init__(self, conference: Conference, deed: FormatSwitch) -> None:
        self.conference, self.deed = conference, deed
        self._frames: dict[tuple[Meaning, bool], MailText] = {}
        self._blocks: dict[tuple[Any, ...], tuple[str, str]] = {}
        self._sums: dict[tuple[str, int, int, int], str] = {}
        self._abouts: dict[tuple[str, ScopeKind, str], str] = {}
        self._foreigns: dict[str, str] = {}

    def write(self, meaning: Meaning, reader: Reader, sessions: Sequence[OwnSession]) -> MailText:
        """The mail of one person; ``sessions`` are theirs, in the order of hours."""
        guest = meaning.outcome.startswith("part-")
        blocks = [self._block(one, meaning.language, reader.zone, guest=guest) for one in sessions]
        frame = self._frame(meaning, bool(blocks))
        summed = self._summed(meaning.language, sessions) if blocks else ""
        foreign = any(not one.item.get(f"title_{meaning.language}") for one in sessions)
        said = [line for line in (summed, self._foreign(meaning.language) if foreign else "") if line]
        town = reader.town or (city(reader.zone, meaning.language) if reader.zone else "")
        text = "\n\n".join(said + [block[0] for block in blocks]).replace(_TOWN, town)
        rows = [f"<tr><td>{escape(line)}</td></tr>" for line in said]
        html = "\n".join(rows + [block[1] for block in blocks]).replace(_TOWN, str(escape(town)))
        return MailText(
            frame.subject,
            _filled(frame.text, reader, text, quoted=False),
            _filled(frame.html, reader, html, quoted=True),
        )

    def _frame(self, meaning: Meaning, sessions: bool) -> MailText:
        found = self._frames.get((meaning, sessions))
        if found is None:
            code = meaning.language
            facts = mail_facts(self.conference, code)
            news = meaning.news
            whole = next((one for one in news if one.scope is ScopeKind.WHOLE), None)
            newest = whole.to if whole else self.deed.to_format.value
            found = self._frames[meaning, sessions] = write_mail(
                MAIL, code, person=_PERSON, link=_LINK, join=_JOIN if meaning.joins else "", feed=_FEED,
                body=_BODY if sessions else "", to=newest, whole=whole is not None,
                news=[self._told(code, one, after) for one, after in zip_longest(news, news[1:])],
                until_now="" if meaning.until_now.value == newest else meaning.until_now.value,
                part=meaning.part, calm=meaning.calm, choice=meaning.choice,
                wish=meaning.wish, offer=f"{_LINK}/offer" if meaning.offered else "",
                outcome=meaning.outcome, on_video=meaning.on_video, papers=meaning.papers, asked=meaning.asked,
                kept=meaning.kept,
                entry=meaning.entry, files=meaning.files, doors_alone=meaning.doors_alone, **facts,
            )  # fmt: skip
        return found

    def _foreign(self, code: str) -> str:
        if code not in self._foreigns:
            with speaking(code):
                self._foreigns[code] = str(
                    _("Titles stand here as the organisers wrote them, some in another language.")
                )
        return self._foreigns[code]

    def _told(self, code: str, one: Saying, after: Saying | None) -> dict[str, Any]:
        """One sentence as a mail tells it; the same reason of two is said after the second."""
        why = _worded(code, one.deed)
        again = after is not None and _worded(code, after.deed) == why
        return {
            "whole": one.scope is ScopeKind.WHOLE, "scope": one.scope.value + ("-partly" if one.partly else ""),
            "to": one.to, "about": self._about(code, one), "reason": None if again or not why[0] else why,
        }  # fmt: skip

    def _about(self, code: str, one: Saying) -> str:
        key = (code, one.scope, one.scope_of)
        if key not in self._abouts:
            with speaking(code):
                self._abouts[key] = _part(one, self.conference)
        return self._abouts[key]

    def _summed(self, code: str, sessions: Sequence[OwnSession]) -> str:
        off = sum(1 for one in sessions if is_off(one))
        new = sum(1 for one in sessions if one.before is None)
        other = sum(1 for one in sessions if not is_off(one) and differs(one)) - new
        if new == len(sessions):  # who gets a place now gets a programme with it
            return ""
        key = (code, off, other, new)
        if key not in self._sums:
            with speaking(code):
                self._sums[key] = _sum(off, other, new)
        return self._sums[key]

    def _block(self, one: OwnSession, code: str, zone: str, *, guest: bool) -> tuple[str, str]:
        key = (
            code, guest, zone if one.is_online else "", one.item["uid"], one.was_online, one.is_online,
            one.after is None, one.waits,
            one.before["sequence"] if one.before else None, one.roles,
        )  # fmt: skip
        found = self._blocks.get(key)
        if found is None:
            with speaking(code):
                lines = session_lines(one, host=self.conference.timezone, zone=zone)
                pages = (current_app.jinja_env.get_template(f"mail/_switch_session.{form}") for form in ("txt", "html"))
                plain, rich = (page.render(guest=guest, town=_TOWN, **lines).strip() for page in pages)
            found = self._blocks[key] = (plain, rich)
        return found


def _worded(code: str, deed: FormatSwitch | None) -> tuple[str, str, str]:
    """The reason, the language it is said in where that is not the reader's, and how that is called."""
    if deed is None:
        return "", "", ""
    text, said = told_in(code, deed.reason, deed.reasons)
    if said == code or in_language(code, deed.reason, deed.reasons):
        return text, "", ""
    with speaking(code):
        return text, said, str(IN_LANGUAGE[said] if said else _("in another language"))


def _part(one: Saying, conference: Conference) -> str:
    """The part of the conference that is told of, in words; a session by its title alone."""
    if one.scope is ScopeKind.WHOLE:
        return ""
    named = about(one, conference)
    return named.partition(" · ")[2] or named


def _filled(text: str, reader: Reader, body: str, *, quoted: bool) -> str:
    for sign, value in ((_PERSON, reader.greeting), (_LINK, reader.link), (_JOIN, reader.join), (_FEED, reader.feed)):
        text = text.replace(sign, str(escape(value)) if quoted else value)
    return text.replace(_BODY, body)


def _sum(off: int, other: int, new: int) -> str:
    parts = []
    if other:
        parts.append(
            ngettext("%(num)s item of your programme changes.", "%(num)s items of your programme change.", other)
        )
    if off:
        parts.append(
            ngettext(
                "%(num)s item of your programme does not take place.",
                "%(num)s items of your programme do not take place.",
                off,
            )
        )
    if new:
        parts.append(
            ngettext("%(num)s item of your programme is new.", "%(num)s items of your programme are new.", new)
        )
    return " ".join(parts) or str(_("Your programme stays as it is."))


def is_off(one: OwnSession) -> bool:
    """Whether it does not take place, or not for this person."""
    return one.after is None or bool(one.after["cancelled"])


def _hours(item: Item) -> tuple[Any, ...]:
    return item["starts_at"], item["ends_at"], item["date"]


def differs(one: OwnSession) -> bool:
    """Whether it is another hour, place or way than the person knew."""
    if one.before is None or one.after is None:
        return True
    if _hours(one.before) != _hours(one.after) or one.was_online != one.is_online:
        return True
    places = ("venue_names", "room_names")
    elsewhere_ = any(one.before.get(name) != one.after.get(name) for name in places)
    return bool(one.before["cancelled"]) != bool(one.after["cancelled"]) or (not one.is_online and elsewhere_)


def only_doors(sessions: Sequence[OwnSession]) -> bool:
    """Whether nothing is other than the person knew, but that they may come to some by video."""
    return any(one.has_door and not one.had_door for one in sessions) and not any(map(differs, sessions))


def part_means(sessions: Sequence[OwnSession], *, on_video: bool, to_screen: bool) -> str:
    """What parts that move mean for somebody who takes part as before.

    Of who comes: ``some-online`` (others stay in the hall), ``all-online``, ``hall-again``, ``stays`` or ``other``
    (something else of theirs changes); of who takes part by video ``joins``, ``hall-only`` or empty.

    :param sessions: theirs, to come; empty before the first release.
    :param to_screen: what moves is held by video alone.
    """
    held = [one for one in sessions if not is_off(one)]
    if on_video:
        if any(one.after is None and one.before is not None for one in sessions):
            return "hall-only"
        return "joins" if any(one.has_door for one in held) or (to_screen and not sessions) else ""
    if any(one.is_online and not one.was_online for one in held) or (to_screen and not sessions):
        return "all-online" if held and all(one.is_online for one in held) else "some-online"
    if any(one.was_online and not one.is_online for one in held):
        return "hall-again"
    return "other" if any(map(differs, sessions)) else "stays"


def session_lines(one: OwnSession, *, host: str, zone: str) -> dict[str, str]:
    """A session in the words of the language being spoken: how it is now, on the reader's clock, and how it was.

    In place of the reader's town stands a sign: what is written is the same for all who live by one clock.

    :param zone: the reader's, told beside the host's for what they follow from there.
    """
    code, before, after = language(), one.before, one.after
    title, spoken = titled(one.item, code)
    lines = {"title": title, "spoken": spoken, "state": "", "now": "", "there": "", "was": "", "part": ""}
    lines["part"] = listing([str(ROLE_OF_ONE[role]) for role in one.roles]) if one.roles else ""
    if after is None:
        lines["state"] = str(_("you are in line for it") if one.waits else _("on the spot only"))
        lines["was"] = when(one.item, host)
        return lines
    if after["cancelled"]:
        lines["state"] = str(_("is cancelled"))
        lines["was"] = when(before or after, host)
        return lines
    lines["now"] = ", ".join(filter(None, (when(after, host), _way(after, one.is_online, code))))
    if one.is_online:
        lines["there"] = _there(after, host, zone)
    if before is None:
        return lines
    if before["cancelled"]:
        lines["state"] = str(_("takes place again"))
        return lines
    was = [_before_hours(before, after, host)] if _hours(before) != _hours(after) else []
    old_way, new_way = _way(before, one.was_online, code), _way(after, one.is_online, code)
    was += [old_way] if old_way != new_way else []
    lines["was"] = ", ".join(filter(None, was))
    return lines


def _before_hours(before: Item, after: Item, host: str) -> str:
    starts, ends = (_moment(before[name]) for name in ("starts_at", "ends_at"))
    same_day = before["date"] == after["date"]
    return time_range(starts, ends, host) if same_day and starts and ends else when(before, host)


def _way(item: Item, online: bool, code: str) -> str:
    if online:
        return str(FORMATS[ConferenceFormat.VIDEO])
    return where(item, code) or str(FORMATS[ConferenceFormat.IN_PERSON])


def _there(item: Item, host: str, zone: str) -> str:
    if not zone or zone == host or not item["starts_at"]:
        return ""
    starts, ends = (_moment(item[name]) for name in ("starts_at", "ends_at"))
    there = elsewhere(starts, ends, host=host, zone=zone) if starts is not None else None
    if there is None:
        return ""
    hours = time_range(there.starts, there.ends, zone) if there.ends else clock(there.starts, zone)
    return f"{date_short(there.day)}, {hours}" if there.day else hours


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
