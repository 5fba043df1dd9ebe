"""What changed from one release to the next, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from app import i18n
from app.conferences.rules import ConferenceFormat
from app.programme.rules import InterpretationKind, PersonRole, SessionKind
from app.programme.rules.persons import name_for
from app.programme.rules.words import AUDIENCES, FORMATS, INTERPRETATIONS, KINDS, LANGUAGES, ROLE_OF_ONE
from invitations.dates import day_month

Item = Mapping[str, Any]


@dataclass(frozen=True)
class Detail:
    """One thing that is different. ``before`` and ``after`` are given where both stand side by side: titles.

    ``what`` is moved, longer, shorter, end, place, renamed, people, format, languages, track, kind, parties, papers or
    description. ``brief`` says it without both titles.
    """

    what: str
    text: str
    language: str = ""
    before: str = ""
    after: str = ""
    brief: str = ""

    @property
    def compared(self) -> list[tuple[str, str, str]]:
        """The titles word by word: (``same`` | ``gone`` | ``new``, before, after)."""
        return list(_compared(self.before, self.after))


@dataclass(frozen=True)
class Change:
    """One session that differs. ``kind`` is new, cancelled, reinstated or changed; ``words`` say what."""

    kind: str
    item: Item
    words: list[str] = field(default_factory=list)
    details: list[Detail] = field(default_factory=list)

    @property
    def sign(self) -> str:
        """What kind of change it is, for a mark beside the word: of several the weightiest."""
        return self.kind if self.kind != "changed" or not self.details else self.details[0].what

    def titled(self, language: str) -> tuple[str, str]:
        """The title for a reader of that language, and the language it is in where that is another."""
        return titled(self.item, language)


def _compared(before: str, after: str) -> Iterable[tuple[str, str, str]]:
    old, new = before.split(), after.split()
    for tag, from_, to, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = " ".join(old[from_:to]), " ".join(new[first:last])
        yield ("same" if tag == "equal" else "gone" if not come else "new" if not gone else "other", gone, come)


def when(item: Item, zone: str) -> str:
    """«28 июня 2021 г., 18:00–20:00» in the reader's language, as much as is known."""
    if not item["starts_at"]:
        return i18n.date_long(date.fromisoformat(item["date"])) if item["date"] else _("no day yet")
    starts = datetime.fromisoformat(item["starts_at"])
    day = i18n.date_long(starts.astimezone(ZoneInfo(zone)).date())
    if not item["ends_at"]:
        return f"{day}, {clock(starts, zone)}"
    return f"{day}, {i18n.time_range(starts, datetime.fromisoformat(item['ends_at']), zone)}"


def clock(moment: datetime, zone: str, language: str | None = None) -> str:
    """ "10:00", in German "10:00 Uhr"; in the language being spoken when none is given."""
    hour = f"{moment.astimezone(ZoneInfo(zone)):%H:%M}"
    return f"{hour}\u00a0Uhr" if (language or i18n.language()) == "de" else hour


def named(names: Mapping[str, str], language: str) -> str:
    """The name in the reader's language, else in one that is there."""
    return next((names[code] for code in (language, "en", "de", "ru") if names.get(code)), "")


def where(item: Item, language: str) -> str:
    """«Филармония, Большой зал», as much as is known."""
    parts = [named(item[name], language) for name in ("venue_names", "room_names")]
    return ", ".join(part for part in parts if part)


def part_words(item: Item, language: str) -> str:
    """«часть заседания „Торжественное открытие“», for a session that lies within another; else nothing."""
    if not item.get("part_of"):
        return ""
    return str(_("part of “%(title)s”", title=named(item.get("part_of_titles") or {}, language) or item["part_of"]))


def title_of(item: Item, language: str) -> str:
    """The title in the reader's language, else in one that is there, else the sign."""
    return titled(item, language)[0]


def titled(item: Item, language: str) -> tuple[str, str]:
    """:func:`title_of`, with the language the title is in where that is not the reader's."""
    for code in (language, "en", "de", "ru"):
        if item.get(f"title_{code}"):
            return str(item[f"title_{code}"]), "" if code == language else code
    return str(item["id"]), ""


def _description_of(item: Item, language: str) -> str:
    texts = (item.get(f"description_{code}") for code in (language, "de" if language == "en" else "en", "de", "ru"))
    return str(next((text for text in texts if text), ""))


_LOOKED_AT = (
    "starts_at", "ends_at", "date", "venue_names", "room_names", "title_ru", "title_de", "title_en", "held_as",
    "languages", "simultaneous_interpretation", "interpreted_how", "parties", "type", "audience", "track",
    "agreements", "materials", "description_ru", "description_de", "description_en", "to_venue_names",
)  # fmt: skip


_TEXTS = frozenset(f"{name}_{code}" for name in ("title", "description") for code in i18n.LANGUAGES)
_WHEN = ("starts_at", "ends_at", "date")
_SPOKEN = ("languages", "simultaneous_interpretation", "interpreted_how")
_DESCRIBED = ("description_ru", "description_de", "description_en", "to_venue_names")
_HOURS = frozenset({"moved", "longer", "shorter", "end"})


class _Compare:
    """One session before and after, for a reader.

    :param theirs: only what a reader of the language sees of it; else titles in every language.
    """

    def __init__(
        self, before: Item, after: Item, *, zone: str = "UTC", language: str = "en",
        tracks: Mapping[str, str] = MappingProxyType({}), theirs: bool = False,
    ) -> None:  # fmt: skip
        self.before, self.after, self.zone, self.language, self.tracks = before, after, zone, language, tracks
        self.theirs = theirs
        self.other = {name for name in _LOOKED_AT if (before.get(name) or None) != (after.get(name) or None)}

    def differs(self, *names: str) -> bool:
        return not self.other.isdisjoint(names)

    def any(self) -> bool:
        """Whether there is something to tell."""
        return bool(self.other) or self._other_people()

    def _other_people(self) -> bool:
        people = ([(person["name"], person["role"]) for person in item["people"]] for item in (self.before, self.after))
        return next(people) != next(people)

    def readers(self) -> frozenset[str]:
        """The languages whose readers see a difference."""
        if self.other - _TEXTS or self._other_people():
            return frozenset(i18n.LANGUAGES)
        both = (self.before, self.after)
        return frozenset(
            code
            for code in i18n.LANGUAGES
            if len({title_of(item, code) for item in both}) > 1
            or len({_description_of(item, code) for item in both}) > 1
        )

    def details(self) -> list[Detail]:
        """Everything that is different, the weightiest first."""
        found: list[Detail] = []
        for what, names, texts in (
            ("moved", _WHEN, self._moved), ("end", _WHEN, self._end),
            ("place", ("venue_names", "room_names"), self._place), ("format", ("held_as",), self._format),
            ("people", ("people",), self._people), ("languages", _SPOKEN, self._languages),
            ("parties", ("parties",), self._parties), ("kind", ("type", "audience"), self._kind),
            ("track", ("track",), self._track), ("papers", ("agreements", "materials"), self._papers),
            ("description", _DESCRIBED, self._description),
        ):  # fmt: skip
            if self.differs(*names) if what != "people" else self.before["people"] != self.after["people"]:
                found += [Detail(self._length() if what == "end" else what, text) for text in texts()]
        place = 1 + max((number for number, one in enumerate(found) if one.what in _HOURS | {"place"}), default=-1)
        found[place:place] = self._titles()
        return found

    def _moved(self) -> Iterable[str]:
        if not self.differs("starts_at", "ends_at", "date"):
            return
        before, after = self.before, self.after
        if not (before["starts_at"] and after["starts_at"]):
            if before["starts_at"] or after["starts_at"] or before["date"] != after["date"]:
                yield _("Now %(after)s (before: %(before)s).", after=when(after, self.zone),
                        before=when(before, self.zone))  # fmt: skip
            return
        old, new = (datetime.fromisoformat(item["starts_at"]) for item in (before, after))
        zone = ZoneInfo(self.zone)
        from_day, to_day = old.astimezone(zone).date(), new.astimezone(zone).date()
        from_hour, to_hour = clock(old, self.zone, self.language), clock(new, self.zone, self.language)
        if from_day != to_day:
            days = [
                i18n.date_long(day) if from_day.year != to_day.year else day_month(day, self.language)
                for day in (from_day, to_day)
            ]
            yield _("Moved from %(day)s, %(hour)s to %(new_day)s, %(new_hour)s.", day=days[0], hour=from_hour,
                    new_day=days[1], new_hour=to_hour)  # fmt: skip
        elif old != new:
            yield _("Moved on %(day)s from %(hour)s to %(new_hour)s.", day=day_month(to_day, self.language),
                    hour=from_hour, new_hour=to_hour)  # fmt: skip

    def _span(self, item: Item) -> tuple[datetime, datetime | None]:
        ends = datetime.fromisoformat(item["ends_at"]) if item["ends_at"] else None
        return datetime.fromisoformat(item["starts_at"]), ends

    def _length(self) -> str:
        """What a change of the end is: longer, shorter, or only another end."""
        if not (self.before["starts_at"] and self.after["starts_at"]):
            return "end"
        (old, old_end), (new, new_end) = self._span(self.before), self._span(self.after)
        if old_end is None or new_end is None or new_end - new == old_end - old:
            return "end"
        return "longer" if new_end - new > old_end - old else "shorter"

    def _end(self) -> Iterable[str]:
        if not (self.differs("starts_at", "ends_at", "date") and self.before["starts_at"] and self.after["starts_at"]):
            return
        (old, old_end), (new, new_end) = self._span(self.before), self._span(self.after)
        if new_end is None:
            if old_end is not None:
                yield _("The end is open now.")
        elif old_end is None or (old != new and new_end - new != old_end - old):
            yield self._until(new, new_end)
        elif old == new and new_end != old_end:
            yield _("Ends at %(after)s instead of %(before)s.", after=clock(new_end, self.zone, self.language),
                    before=clock(old_end, self.zone, self.language))  # fmt: skip

    def _until(self, starts: datetime, ends: datetime) -> str:
        zone, hour = ZoneInfo(self.zone), clock(ends, self.zone, self.language)
        day = ends.astimezone(zone).date()
        if day == starts.astimezone(zone).date():
            return str(_("Lasts until %(hour)s.", hour=hour))
        return str(_("Lasts until %(hour)s on %(day)s.", hour=hour, day=day_month(day, self.language)))

    def _place(self) -> Iterable[str]:
        if not self.differs("venue_names", "room_names"):
            return
        before, after = where(self.before, self.language), where(self.after, self.language)
        same_house = self.before["venue_names"] == self.after["venue_names"]
        if same_house and self.before["room_names"] and self.after["room_names"]:
            rooms = [named(item["room_names"], self.language) for item in (self.before, self.after)]
            if rooms[0] != rooms[1]:
                yield _("Other room: %(after)s (before: %(before)s).", after=rooms[1], before=rooms[0])
        elif not after:
            yield _("The place is open now (before: %(before)s).", before=before)
        elif not before:
            yield _("Place: %(after)s.", after=after)
        elif before != after:
            yield _("Other place: %(after)s (before: %(before)s).", after=after, before=before)

    def _titles(self) -> list[Detail]:
        found: list[Detail] = []
        if not self.differs("title_ru", "title_de", "title_en"):
            return found
        for code in i18n.LANGUAGES:
            before, after = (str(item.get(f"title_{code}") or "") for item in (self.before, self.after))
            if before == after or (self.theirs and after != title_of(self.after, self.language)):
                continue
            language = {"ru": _("in Russian"), "de": _("in German"), "en": _("in English")}[code]
            if not before:
                text = _("Title %(language)s: “%(after)s”.", language=language, after=after)
            elif not after:
                text = _("No title %(language)s any more (before: “%(before)s”).", language=language, before=before)
            else:
                text = _("Renamed %(language)s: “%(after)s” (before: “%(before)s”).", language=language, after=after,
                         before=before)  # fmt: skip
            brief = _("Renamed %(language)s:", language=language)
            found.append(Detail("renamed", text, code, before, after, brief))
        return found

    def _people(self) -> Iterable[str]:
        before, after = _roles(self.before["people"]), _roles(self.after["people"])
        latin = _names([*self.before["people"], *self.after["people"]], self.language)
        come = [_with_roles(latin.get(name, name), roles) for name, roles in after.items() if name not in before]
        gone = [latin.get(name, name) for name in before if name not in after]
        if come:
            yield ngettext("With them now: %(people)s.", "With them now: %(people)s.", min(len(come), 2),
                           people=i18n.listing(come))  # fmt: skip
        if gone:
            yield ngettext("Not with them any more: %(people)s.", "Not with them any more: %(people)s.",
                           min(len(gone), 2), people=i18n.listing(gone))  # fmt: skip
        for name, roles in after.items():
            if name in before and roles != before[name]:
                yield _("%(person)s now: %(roles)s.", person=latin.get(name, name), roles=_role_words(roles))
        if not come and not gone and list(before) != list(after):
            yield _("Other order of the people.")

    def _format(self) -> Iterable[str]:
        if self.differs("held_as"):
            before, after = (str(FORMATS[ConferenceFormat(item["held_as"])]) for item in (self.before, self.after))
            yield _("Now %(after)s (before: %(before)s).", after=after, before=before)

    def _languages(self) -> Iterable[str]:
        if self.differs("languages"):
            before, after = (
                i18n.listing([str(LANGUAGES.get(code, code)) for code in item["languages"]])
                for item in (self.before, self.after)
            )
            yield _("Languages: %(after)s (before: %(before)s).", after=after or _("open"), before=before or _("open"))
        if self.differs("simultaneous_interpretation"):
            yield (_("Now with simultaneous interpreting.") if self.after["simultaneous_interpretation"]
                   else _("No simultaneous interpreting any more."))  # fmt: skip
        elif self.differs("interpreted_how"):
            how = self.after.get("interpreted_how")
            yield (
                _("Interpreting: %(how)s.", how=INTERPRETATIONS[InterpretationKind(how)])
                if how
                else _("Interpreting changed.")
            )

    def _parties(self) -> Iterable[str]:
        if self.differs("parties"):
            names = [named(town, self.language) for town in self.after.get("party_names", ())]
            yield _("Partner cities: %(towns)s.", towns=i18n.listing(names)) if names else _("No partner cities named.")

    def _kind(self) -> Iterable[str]:
        if self.differs("type"):
            before, after = (str(KINDS[SessionKind(item["type"])]) for item in (self.before, self.after))
            yield _("Other kind: %(after)s (before: %(before)s).", after=after, before=before)
        if self.differs("audience"):
            audience = self.after["audience"]
            yield _("Now %(after)s.", after=AUDIENCES.get(audience, _("for everybody")))

    def _track(self) -> Iterable[str]:
        if self.differs("track"):
            track = str(self.after.get("track") or "")
            yield _("Track: %(after)s.", after=self.tracks.get(track, track)) if track else _("In no track any more.")

    def _papers(self) -> Iterable[str]:
        if self.differs("agreements"):
            yield _("Other documents are signed.")
        papers = [
            [paper for paper in item.get("materials", ()) if paper.get("public", True)]
            for item in (self.before, self.after)
        ]
        if papers[0] != papers[1]:
            yield _("Other materials.")

    def _description(self) -> Iterable[str]:
        texts = {_description_of(item, self.language) for item in (self.before, self.after)}
        if len(texts) > 1 if self.theirs else self.differs("description_ru", "description_de", "description_en"):
            yield _("Other description.")
        if self.differs("to_venue_names"):
            place = named(self.after.get("to_venue_names", {}), self.language)
            yield _("Leads to: %(place)s.", place=place or _("open"))


def _roles(people: Sequence[Item]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for person in people:
        found.setdefault(person["name"], []).append(person["role"])
    return found


def _names(people: Sequence[Item], language: str) -> dict[str, str]:
    """People by their name as written, as readers of the language know them."""
    latin = {person["name"]: person["name_latin"] for person in people if person.get("name_latin")}
    return {person["name"]: name_for(person["name"], language, latin.get(person["name"], "")) for person in people}


def _role_words(roles: Sequence[str]) -> str:
    return i18n.listing([str(ROLE_OF_ONE[PersonRole(role)]) for role in roles])


def _with_roles(name: str, roles: Sequence[str]) -> str:
    return f"{name} ({_role_words(roles)})"


def track_names(content: Mapping[str, Any], language: str) -> dict[str, str]:
    """The tracks of a frozen programme by their sign, in the reader's language."""
    return {
        track["id"]: named({code: track.get(f"name_{code}", "") for code in ("ru", "de", "en")}, language)
        or track["id"]
        for track in content.get("tracks", ())
    }


def readers_of_change(before: Item, after: Item) -> frozenset[str]:
    """The languages in which readers of a session that is held see that it differs."""
    return _Compare(before, after).readers()


def changes(
    before: Mapping[str, Any] | None, after: Mapping[str, Any], *, language: str, zone: str | None = None,
    theirs: bool = False,
) -> list[Change]:  # fmt: skip
    """Every session that differs between two frozen programmes, in the order of the later one.

    What stood in ``before`` and is gone from ``after`` counts as cancelled; it comes last.

    :param zone: in which the hours are told; None: the host's.
    :param theirs: texts only as a reader of the language sees them; else titles in every language.
    """
    known = {item["uid"]: item for item in before["items"]} if before else {}
    zone, tracks = zone or after["timezone"], track_names(after, language)
    found = []
    for item in after["items"]:
        earlier = known.pop(item["uid"], None)
        if earlier is None:
            if not item["cancelled"]:
                found.append(Change("new", item, [when(item, zone)]))
        elif item["cancelled"] != earlier["cancelled"]:
            kind = "cancelled" if item["cancelled"] else "reinstated"
            found.append(Change(kind, item, [when(earlier if item["cancelled"] else item, zone)]))
        elif not item["cancelled"] and item != earlier:
            compare = _Compare(earlier, item, zone=zone, language=language, tracks=tracks, theirs=theirs)
            if compare.any():
                details = compare.details() or [Detail("description", _("Small changes."))]
                found.append(Change("changed", item, [detail.text for detail in details], details))
    found += [Change("cancelled", gone, [when(gone, zone)]) for gone in known.values() if not gone["cancelled"]]
    return found


def kinds_of_change(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> dict[str, str]:
    """Which sessions differ, and how, by their ``uid``: the same as :func:`changes` tells, without the words."""
    known = {item["uid"]: item for item in before["items"]} if before else {}
    found = {}
    for item in after["items"]:
        earlier = known.pop(item["uid"], None)
        if earlier is None:
            if not item["cancelled"]:
                found[item["uid"]] = "new"
        elif item["cancelled"] != earlier["cancelled"]:
            found[item["uid"]] = "cancelled" if item["cancelled"] else "reinstated"
        elif not item["cancelled"] and item != earlier and _Compare(earlier, item).any():
            found[item["uid"]] = "changed"
    return found | {uid: "cancelled" for uid, gone in known.items() if not gone["cancelled"]}
