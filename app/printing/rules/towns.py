"""People of one town under one heading, in the language that leads the copy. No database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.printing.rules import BadgeContent
from app.printing.rules.names import printable


@dataclass(frozen=True)
class Town:
    """A heading: the town in both languages, the leading one first, and its own country; of those of no town the
    country alone. Names that are the same in both stand once.
    """

    places: tuple[str, ...]
    country: str


def town_of(content: BadgeContent, leading: str) -> Town:
    """The heading somebody stands under, whatever country they come from themselves."""
    person = content.person
    if person is None:
        return Town(tuple(filter(None, (content.place_first, content.place_second))), content.country)
    order = ("ru", "de") if leading == "ru" else ("de", "ru")
    places = [printable(getattr(person, f"place_{code}")).text for code in order]
    countries = [getattr(person, f"home_{code}") for code in order]
    if not any(places) or not any(countries):
        countries = [getattr(person, f"country_{code}") for code in order]
    return Town(tuple(dict.fromkeys(filter(None, places))), " · ".join(dict.fromkeys(filter(None, countries))))


def by_town(contents: Sequence[BadgeContent], leading: str) -> list[tuple[Town, list[BadgeContent]]]:
    """Everyone under the heading of their town, each heading once, in the order given; those of no town at the end."""
    found: dict[Town, list[BadgeContent]] = {}
    for content in contents:
        found.setdefault(town_of(content, leading), []).append(content)
    return sorted(found.items(), key=lambda pair: not pair[0].places)
