"""A frozen programme as a reader of one language sees it: days, hours, words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _

from app import i18n
from app.conferences.rules import ConferenceFormat
from app.database import fold
from app.programme.rules import PersonRole, SessionKind
from app.programme.rules.anchors import anchor
from app.programme.rules.changes import where
from app.programme.rules.words import AUDIENCES, FORMATS, KINDS, LANGUAGES, ROLES


@dataclass(frozen=True)
class Line:
    """One session of a page."""

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


def _people(item: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for role in PersonRole:
        names = [person["name"] for person in item["people"] if person["role"] == role.value]
        if names:
            found[str(ROLES[role])] = names
    return list(found.items())


def _languages(item: Mapping[str, Any]) -> str:
    spoken = [str(LANGUAGES.get(code, code)) for code in item["languages"]]
    if not spoken:
        return _("with simultaneous interpreting") if item["simultaneous_interpretation"] else ""
    named = i18n.listing(spoken)
    return (
        _("%(languages)s, with simultaneous interpreting", languages=named)
        if item["simultaneous_interpretation"]
        else named
    )


def hours(item: Mapping[str, Any]) -> str:
    """ "18:00–20:00", as much as is known, in the zone of the conference."""
    return "–".join(part for part in (item["start"], item["end"]) if part)


def _line(item: Mapping[str, Any], language: str, other: str) -> Line:
    title, spoken, second, second_spoken = _titles(item, language, other)
    held = ConferenceFormat(item["held_as"])
    place = where(item, language)
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
        place=place if held is not ConferenceFormat.VIDEO else "",
        kind=str(KINDS[SessionKind(item["type"])]),
        format=str(FORMATS[held]) if held is not ConferenceFormat.IN_PERSON else "",
        languages=_languages(item),
        audience=str(AUDIENCES.get(item["audience"], "")),
        people=_people(item),
        cancelled=item["cancelled"],
    )  # fmt: skip


def _order(item: Mapping[str, Any]) -> tuple[bool, str, bool, str, str]:
    return (not item["date"], item["date"], not item["starts_at"], item["starts_at"] or "", item["id"])


def _mentions(item: Mapping[str, Any], wanted: str) -> bool:
    texts = [str(item.get(name) or "") for name in item if name.startswith(("title_", "description_"))]
    texts += [*item["venue_names"].values(), *item["room_names"].values(), item["id"]]
    texts += [person["name"] for person in item["people"]]
    return wanted in (fold(" ".join(texts)) or "")


def days(content: Mapping[str, Any], *, language: str, search: str = "", cancelled: bool = True) -> list[Day]:
    """The programme by day in the language being spoken; with ``search`` only what mentions every word of it."""
    other = i18n.both_scripts(language)[1]
    words = (fold(search) or "").split()
    found: dict[str, Day] = {}
    for item in sorted(content["items"], key=_order):
        if (item["cancelled"] and not cancelled) or not all(_mentions(item, word) for word in words):
            continue
        if item["date"] not in found:
            day = date.fromisoformat(item["date"]) if item["date"] else None
            title = i18n.weekday_date(day) if day else _("Day not settled yet")
            title = title[0].upper() + title[1:]
            found[item["date"]] = Day(day, title, f"day-{item['date'] or 'open'}")
        found[item["date"]].lines.append(_line(item, language, other))
    return list(found.values())
