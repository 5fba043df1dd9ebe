"""What changed from one release to the next, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app import i18n
from app.conferences.rules import ConferenceFormat
from app.programme.rules.words import FORMATS

Item = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One session that differs. ``kind`` is new, cancelled, reinstated or changed; ``words`` say what."""

    kind: str
    item: Item
    words: list[str] = field(default_factory=list)


def when(item: Item, zone: str) -> str:
    """«28 июня 2021 г., 18:00–20:00» in the reader's language, as much as is known."""
    if not item["starts_at"]:
        return i18n.date_long(date.fromisoformat(item["date"])) if item["date"] else _("no day yet")
    starts = datetime.fromisoformat(item["starts_at"])
    day = i18n.date_long(starts.astimezone(ZoneInfo(zone)).date())
    if not item["ends_at"]:
        return f"{day}, {starts.astimezone(ZoneInfo(zone)):%H:%M}"
    return f"{day}, {i18n.time_range(starts, datetime.fromisoformat(item['ends_at']), zone)}"


def named(names: Mapping[str, str], language: str) -> str:
    """The name in the reader's language, else in one that is there."""
    return next((names[code] for code in (language, "en", "de", "ru") if names.get(code)), "")


def where(item: Item, language: str) -> str:
    """«Филармония, Большой зал», as much as is known."""
    parts = [named(item[name], language) for name in ("venue_names", "room_names")]
    return ", ".join(part for part in parts if part)


def _people(item: Item) -> str:
    return i18n.listing([person["name"] for person in item["people"]]) if item["people"] else _("nobody yet")


def _format(item: Item) -> str:
    return str(FORMATS[ConferenceFormat(item["held_as"])])


def _words(before: Item, after: Item, zone: str, language: str) -> list[str]:
    words = []

    def differs(*names: str) -> bool:
        return any(before.get(name) != after.get(name) for name in names)

    def say(text: Callable[[], str], *names: str) -> None:
        if differs(*names):
            words.append(text())

    say(lambda: _("moved from %(before)s to %(after)s", before=when(before, zone), after=when(after, zone)),
        "starts_at", "ends_at", "date")  # fmt: skip
    say(lambda: _("other place: %(after)s (before: %(before)s)", after=where(after, language) or _("none yet"),
                  before=where(before, language) or _("none yet")), "venue_names", "room_names")  # fmt: skip
    for code, name in (("ru", _("in Russian")), ("de", _("in German")), ("en", _("in English"))):
        say(lambda code=code, name=name: _("renamed %(language)s: “%(after)s” (before: “%(before)s”)",  # type: ignore[misc]
                  language=name, after=after[f"title_{code}"], before=before[f"title_{code}"]),
            f"title_{code}")  # fmt: skip
    say(lambda: _("other people: %(after)s (before: %(before)s)", after=_people(after), before=_people(before)),
        "people")  # fmt: skip
    say(lambda: _("now %(after)s (before: %(before)s)", after=_format(after), before=_format(before)), "held_as")
    say(lambda: _("other languages or interpreting"), "languages", "simultaneous_interpretation")
    say(lambda: _("other description"), "description_ru", "description_de", "description_en")
    say(lambda: _("other kind or audience"), "type", "audience")
    return words


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any], *, language: str) -> list[Change]:
    """Every session that differs between two frozen programmes, in the order of the later one."""
    known = {item["uid"]: item for item in before["items"]} if before else {}
    zone = after["timezone"]
    found = []
    for item in after["items"]:
        earlier = known.get(item["uid"])
        if earlier is None:
            found.append(Change("new", item, [when(item, zone)]))
        elif item["cancelled"] != earlier["cancelled"]:
            found.append(Change("cancelled" if item["cancelled"] else "reinstated", item, [when(item, zone)]))
        elif not item["cancelled"]:
            words = _words(earlier, item, zone, language)
            if words:
                found.append(Change("changed", item, words))
    return found
