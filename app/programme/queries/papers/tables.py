"""Bilateral meetings on paper: who sits at which table, and their list by hour and table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from app.programme.queries.reading import Item, name_of, parties_of, tied, title_of
from app.programme.rules import PersonRole, SessionKind

FEWEST: Final = 3  # of a day that are told in one box and listed by table
GAP: Final = 20  # minutes between meetings that are told in one box
_TABLE: Final = re.compile(r"(?:Стол|Tisch|Table)[\s\u00a0](?P<name>\S{1,20})")
_MINUTE: Final = re.compile(r"(\d\d):(\d\d)")


@dataclass(frozen=True)
class Meeting:
    """A meeting in one line of each language."""

    anchor: str
    table: str
    pairs: list[str]
    interpreters: list[str]


@dataclass(frozen=True)
class Slot:
    """The meetings of the same hours, by table."""

    hours: str
    meetings: list[Meeting]

    @property
    def with_interpreters(self) -> bool:
        """Whether somebody is named who interprets."""
        return any(any(one.interpreters) for one in self.meetings)


def table_of(item: Item) -> str:
    """The table the solver wrote into the description; nothing where somebody wrote something else.

    >>> table_of({"type": "bilateral", "description_ru": "Стол 7"})
    '7'
    """
    if item["type"] != SessionKind.BILATERAL.value:
        return ""
    texts = (str(item.get(f"description_{code}") or "").strip() for code in ("ru", "de", "en"))
    return next((match["name"] for text in texts if (match := _TABLE.fullmatch(text))), "")


def at_a_table(item: Item) -> bool:
    """Whether a line tells all of the meeting: its hour, its table, the pair and who interprets."""
    return bool(
        table_of(item) and len(item.get("party_names") or []) == 2 and item["starts_at"] and item["ends_at"]
        and not item.get("agreements")
        and all(person["role"] == PersonRole.INTERPRETER.value for person in item["people"])
    )  # fmt: skip


def by_table(item: Item) -> tuple[int, str]:
    """The order of tables: by number, named ones last."""
    name = table_of(item)
    return (int(name) if name.isdigit() else 10_000, name)


def pair_of(item: Item, language: str) -> str:
    """ "Magnitogorsk – Brandenburg an der Havel"."""
    towns = parties_of(item, language)
    return tied(" – ".join(towns), language) if len(towns) == 2 else title_of(item, language)[0]


def slots(items: Sequence[Item], languages: Sequence[str]) -> list[Slot]:
    """The meetings by hour and table."""
    ordered = sorted(items, key=lambda item: (item["starts_at"], item["ends_at"], by_table(item)))
    return [
        Slot(
            f"{start}–{end}",
            [
                Meeting(
                    str(item["id"]),
                    table_of(item),
                    [pair_of(item, language) for language in languages],
                    [", ".join(name_of(person, language) for person in item["people"]) for language in languages],
                )
                for item in same
            ],
        )
        for (start, end), same in groupby(ordered, key=lambda item: (item["start"], item["end"]))
    ]


def _minutes(clock: str) -> int:
    match = _MINUTE.fullmatch(clock)
    return int(match[1]) * 60 + int(match[2]) if match else 0


def folded(items: Sequence[Item]) -> list[list[Item]]:
    """Items in their order; the meetings of a day and room that follow each other closely together, where there are
    three or more of them."""
    rows: dict[tuple[str, str, str], list[list[Item]]] = {}
    of_item: dict[int, list[Item]] = {}
    for item in items:
        if not at_a_table(item):
            continue
        runs = rows.setdefault((item["date"], item["venue"], item["room"]), [])
        if runs and _minutes(item["start"]) - max(_minutes(one["end"]) for one in runs[-1]) <= GAP:
            runs[-1].append(item)
        else:
            runs.append([item])
        of_item[id(item)] = runs[-1]
    found, told = [], set()
    for item in items:
        run = of_item.get(id(item), [])
        if len(run) < FEWEST:
            found.append([item])
        elif id(run) not in told:
            told.add(id(run))
            found.append(run)
    return found
