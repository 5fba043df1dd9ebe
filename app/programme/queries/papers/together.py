"""Several sessions of the same hours told as one: «Рабочие группы 1–6», and what each of them is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from app.i18n import number, speaking
from app.programme.queries.reading import Item, tied, title_of
from app.programme.rules import SessionKind
from app.programme.rules.changes import named

FEWEST: Final = 3  # of the same kind and hours that are told as one
MOST_PARTS: Final = 8  # told one by one below
_NUMBERED: Final = re.compile(r"(?P<word>\D{2,40}?)[\s\u00a0](?P<number>\d{1,3})\s*[:.–—-]\s*(?P<rest>.+)", re.DOTALL)
_COUNTED: Final = re.compile(r"(?P<word>\D{2,40}?)[\s\u00a0](?P<number>\d{1,3})")
_ENDING: Final = re.compile(r"\s*(?P<ending>\([^()]{1,30}\))$")


@dataclass(frozen=True)
class Together:
    """What several sessions are called, and what each of them is about."""

    title: str
    parts: tuple[str, ...]


def side_by_side(items: Sequence[Item]) -> list[list[Item]]:
    """The sessions in their order, those of one kind and the same hours together where there are three or more."""
    groups: dict[tuple[str, str, str], list[Item]] = {}
    for item in items:
        if item["starts_at"] and item["ends_at"]:
            groups.setdefault((item["starts_at"], item["ends_at"], item["type"]), []).append(item)
    found, told = [], set()
    for item in items:
        key = (item["starts_at"], item["ends_at"], item["type"])
        same = groups.get(key, [])
        if len(same) < FEWEST:
            found.append([item])
        elif key not in told:
            told.add(key)
            found.append(same)
    return found


def common_place(items: Sequence[Item], language: str, *, house: bool = True) -> str:
    """Where all of them are: the house they share, and its rooms («Зал 1–6»); nothing where they are in several."""
    houses = {named(item["venue_names"], language) for item in items}
    if len(houses) != 1:
        return ""
    rooms = list(dict.fromkeys(filter(None, (named(item["room_names"], language) for item in items))))
    return ", ".join(filter(None, (houses.pop() if house or not rooms else "", *_rooms_together(rooms))))


def _rooms_together(rooms: Sequence[str]) -> list[str]:
    counted = [match for room in rooms if (match := _COUNTED.fullmatch(room))]
    words = {match["word"] for match in counted}
    if len(rooms) > 1 and len(counted) == len(rooms) and len(words) == 1:
        return [f"{words.pop()}\u00a0{runs(sorted({int(match['number']) for match in counted}))}"]
    return list(rooms)


def told_as_one(items: Sequence[Item], language: str) -> Together:
    """Sessions of one kind in one language: numbered ones by their numbers, else how many there are."""
    titles = [title_of(item, language)[0] for item in items]
    endings = {match["ending"] if (match := _ENDING.search(title)) else "" for title in titles}
    ending = endings.pop() if len(endings) == 1 else ""
    if ending:
        titles = [_ENDING.sub("", title) for title in titles]
    numbered = [match for title in titles if (match := _NUMBERED.fullmatch(title))]
    with speaking(language):
        if len(numbered) == len(titles) and len({match["word"] for match in numbered}) == 1:
            ordered = sorted(numbered, key=lambda match: int(match["number"]))
            parts = [f"{match['number']}. {match['rest']}" for match in ordered]
            title = _several(items, runs([int(match["number"]) for match in ordered]))
        else:
            parts, title = titles, _several(items, "")
    shown = parts if len(parts) <= MOST_PARTS else []
    return Together(tied(" ".join(filter(None, (title, ending))), language), tuple(shown))


def _several(items: Sequence[Item], numbers: str) -> str:
    count = len(items)
    if items[0]["type"] == SessionKind.WORKING_GROUP.value and numbers:
        return str(_("Working groups %(numbers)s", numbers=numbers))
    if items[0]["type"] == SessionKind.WORKING_GROUP.value:
        return str(ngettext("%(count)s working group", "%(count)s working groups", count, count=number(count)))
    if items[0]["type"] == SessionKind.BILATERAL.value:
        return str(ngettext("%(count)s bilateral meeting", "%(count)s bilateral meetings", count, count=number(count)))
    return str(ngettext("%(count)s session in parallel", "%(count)s sessions in parallel", count, count=number(count)))


def runs(numbers: Sequence[int]) -> str:
    """ "1–4, 6"; no break within a run."""
    found: list[list[int]] = []
    for one in numbers:
        if found and one == found[-1][1] + 1:
            found[-1][1] = one
        else:
            found.append([one, one])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in found)
