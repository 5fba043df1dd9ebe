"""A frozen programme as a reader of one language sees it: days, hours, words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _

from app import i18n
from app.conferences.rules import ConferenceFormat
from app.conferences.taking_part import has_hall, has_screen
from app.delegations.rules.offices import office_in
from app.programme.rules import PersonRole, SessionKind
from app.programme.rules.anchors import anchor
from app.programme.rules.changes import named, part_words, where
from app.programme.rules.known_as import as_known, key_of
from app.programme.rules.persons import name_for
from app.programme.rules.words import AUDIENCES, FORMATS, KINDS, LANGUAGES, role_heading


@dataclass(frozen=True)
class Track:
    """A line of subjects; ``names`` by language."""

    code: str
    names: Mapping[str, str]
    colour: str = ""
    position: int = 0


@dataclass(frozen=True)
class Named:
    """Somebody of a session: the name, the office in the reader's language, the key of their page."""

    name: str
    office: str
    key: str


@dataclass(frozen=True)
class Line:
    """One session of a page. ``people`` and ``persons`` are in order of roles, then of precedence."""

    code: str
    anchor: str
    hours: str
    starts: str
    title: str
    title_language: str
    other_title: str
    other_language: str
    description: str
    place: str
    kind: str
    format: str
    languages: str
    audience: str
    people: list[tuple[str, list[str]]]
    cancelled: bool
    ends: str = ""
    persons: list[tuple[str, list[Named]]] = field(default_factory=list)
    parties: list[str] = field(default_factory=list)
    track: str = ""
    track_colour: str = ""


@dataclass
class Day:
    """A day with its sessions; ``day`` None: not settled yet."""

    day: date | None
    title: str
    anchor: str
    lines: list[Line] = field(default_factory=list)


def _first_filled(item: Mapping[str, Any], languages: Iterable[str]) -> tuple[str, str]:
    for code in languages:
        if item.get(f"title_{code}"):
            return str(item[f"title_{code}"]), code
    return "", ""


def _titles(item: Mapping[str, Any], language: str, other: str) -> tuple[str, str, str, str]:
    title, spoken = _first_filled(
        item, dict.fromkeys((language, "de" if language == "en" else other, "en", "de", "ru"))
    )
    if not title:
        return str(item["id"]), language, "", other
    second, second_spoken = _first_filled(item, [code for code in dict.fromkeys((other, "de", "ru")) if code != spoken])
    return title, spoken, ("" if second == title else second), second_spoken


def shown_name(person: Mapping[str, Any], language: str) -> str:
    """The name in the script of the reader: as the programme has it, be it elsewhere, else as it sounds."""
    known = as_known(person)
    return name_for(str(known["name"]), language, str(known.get("name_latin") or ""))


def persons_of(item: Mapping[str, Any], language: str) -> list[tuple[str, list[Named]]]:
    """Who does what in a session, by role; in each in order of precedence, as the release has them."""
    found = []
    for role in PersonRole:
        names = [
            Named(shown_name(person, language), office_in(person, language), key_of(person))
            for person in item["people"]
            if person["role"] == role.value
        ]
        if names:
            found.append((_role(role, min(len(names), 2), language), names))
    return found


def track_of(item: Mapping[str, Any], content: Mapping[str, Any]) -> Track | None:
    """The track of a session, from the release's list of tracks; None when it has none."""
    code = item.get("track") or ""
    if not code or not isinstance(code, str):
        return None
    for position, track in enumerate(content.get("tracks") or ()):
        if track.get("id") == code:
            names = {language: str(track.get(f"name_{language}") or "") for language in i18n.LANGUAGES}
            return Track(code, names if any(names.values()) else {"en": code}, track.get("colour") or "", position)
    return Track(code, {"en": code})


def parties_of(item: Mapping[str, Any], language: str) -> list[str]:
    """The municipalities whose sides belong to a session, in its order."""
    found = [named(names, language) for names in item.get("party_names") or ()]
    return [name for name in found if name]


@lru_cache(maxsize=500)
def _languages(codes: tuple[str, ...], interpreted: bool, _language: str) -> str:
    spoken = [str(LANGUAGES.get(code, code)) for code in codes]
    if not spoken:
        return _("with simultaneous interpreting") if interpreted else ""
    named = i18n.listing(spoken)
    return _("%(languages)s, with simultaneous interpreting", languages=named) if interpreted else named


@lru_cache(maxsize=500)
def _kind(kind: str, audience: str, held: ConferenceFormat, _language: str) -> tuple[str, str, str]:
    """Kind, format (empty on site) and audience in words; asked for so often that they are kept by language."""
    return (
        str(KINDS[SessionKind(kind)]),
        str(FORMATS[held]) if has_screen(held) else "",
        str(AUDIENCES.get(audience, "")),
    )


@lru_cache(maxsize=100)
def _role(role: PersonRole, count: int, _language: str) -> str:
    return role_heading(role, count)


def hours(item: Mapping[str, Any]) -> str:
    """ "18:00–20:00", as much as is known, in the zone of the conference."""
    return "–".join(part for part in (item["start"], item["end"]) if part)


def line(item: Mapping[str, Any], content: Mapping[str, Any], language: str) -> Line:
    """A session in the words of the language being spoken."""
    title, spoken, second, second_spoken = _titles(item, language, i18n.both_scripts(language)[1])
    held = ConferenceFormat(item["held_as"])
    place = where(item, language)
    track = track_of(item, content)
    kind, format_, audience = _kind(item["type"], item["audience"], held, language)
    persons = persons_of(item, language)
    return Line(
        code=item["id"],
        anchor=anchor(item["id"]),
        hours=hours(item),
        starts=item["starts_at"] or item["date"],
        title=title,
        title_language=spoken,
        other_title=second,
        other_language=second_spoken,
        description=item.get(f"description_{language}", ""),
        place=place if has_hall(held) else "",
        kind=f"{kind}, {part_words(item, language)}" if item.get("part_of") else kind,
        format=format_,
        languages=_languages(tuple(item["languages"]), bool(item["simultaneous_interpretation"]), language),
        audience=audience,
        people=[(role, [person.name for person in there]) for role, there in persons],
        cancelled=item["cancelled"],
        ends=item["ends_at"] or "",
        persons=persons,
        parties=parties_of(item, language),
        track=named(track.names, language) if track else "",
        track_colour=track.colour if track else "",
    )


def in_order(item: Mapping[str, Any]) -> tuple[bool, str, bool, str, str]:
    """By day and hour; what has no hour yet stands at the end of its day, what has no day at the very end."""
    return (not item["date"], item["date"], not item["starts_at"], item["starts_at"] or "", item["id"])


def day_title(day: str) -> str:
    """«Среда, 28 июня 2017 г.», or that it is not settled."""
    title = i18n.weekday_date(date.fromisoformat(day)) if day else _("Day not settled yet")
    return title[0].upper() + title[1:]


def day_anchor(day: str) -> str:
    """Where a day begins on a page."""
    return f"day-{day or 'open'}"


def days(content: Mapping[str, Any], *, language: str, cancelled: bool = True) -> list[Day]:
    """The programme by day in the language being spoken."""
    found: dict[str, Day] = {}
    for item in sorted(content["items"], key=in_order):
        if item["cancelled"] and not cancelled:
            continue
        if item["date"] not in found:
            day = date.fromisoformat(item["date"]) if item["date"] else None
            found[item["date"]] = Day(day, day_title(item["date"]), day_anchor(item["date"]))
        found[item["date"]].lines.append(line(item, content, language))
    return list(found.values())
