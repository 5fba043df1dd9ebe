"""The people of a released programme as a page lists them: by rank those of protocol, others by the alphabet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.delegations.queries.precedence import rank_table
from app.delegations.rules.offices import LANGUAGES
from app.delegations.rules.precedence import NO_RANK, PROTOCOL, RankTable
from app.programme.queries.pages import shown_name
from app.programme.queries.published import Person, Published
from app.programme.queries.reading import alphabetic, surname_first
from invitations.german_to_russian import de_to_ru
from invitations.translit import ru_to_duden


@dataclass(frozen=True)
class People:
    """``leading`` in order of precedence, ``others`` by surname; both alphabets in one order."""

    leading: list[Person]
    others: list[Person]


def _alphabet(person: Person, language: str) -> str:
    """By what the person is sorted for readers of the language: names of the other script as they sound in its own."""
    name = shown_name(person.shown, language)
    said = surname_first(name, language)
    return alphabetic(de_to_ru(said) if language == "ru" and name.isascii() else ru_to_duden(said)
                      if language != "ru" else said)  # fmt: skip


def _rank(person: Person, found: Published, table: RankTable) -> int:
    offices = (str(person.shown.get(f"office_{code}") or "") for code in LANGUAGES)
    return table.rank_of(offices, found.ranks.get(str(person.shown.get("delegate"))))


def in_runs(people: Iterable[Person], found: Published, language: str) -> People:
    """The people in the two runs of the page."""
    sorted_ = sorted(people, key=lambda one: (_alphabet(one, language), one.key))
    table = rank_table()
    ranks = {one.key: _rank(one, found, table) for one in sorted_}
    leading = {
        one.key
        for one in sorted_
        if ranks[one.key] <= PROTOCOL or found.ranks.get(str(one.shown.get("delegate")), NO_RANK) < NO_RANK
    }
    first = sorted((one for one in sorted_ if one.key in leading), key=lambda one: ranks[one.key])
    return People(first, [one for one in sorted_ if one.key not in leading])
