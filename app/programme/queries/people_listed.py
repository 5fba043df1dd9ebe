"""The people of a released programme as a page lists them: by rank those of protocol, others by the alphabet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from app.delegations.rules.precedence import NO_RANK, PROTOCOL, RankTable
from app.programme.queries.pages import shown_name
from app.programme.queries.people_order import PeopleOrder
from app.programme.queries.published import Person
from app.programme.queries.reading import alphabetic, surname_first
from invitations.readings import name_in_russian
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
    return alphabetic(name_in_russian(said) if language == "ru" and name.isascii() else ru_to_duden(said)
                      if language != "ru" else said)  # fmt: skip


def in_runs(people: Collection[Person], order: PeopleOrder, table: RankTable, language: str) -> People:
    """The people in the two runs of the page."""
    alphabet = {one.key: (_alphabet(one, language), one.key) for one in people}
    sorted_ = sorted(people, key=lambda one: alphabet[one.key])
    ranks = {one.key: order.rank_of(one.shown, table) for one in sorted_}
    leading = {
        one.key
        for one in sorted_
        if ranks[one.key] <= PROTOCOL or (order.precedence_of(_number(one)) or NO_RANK) < NO_RANK
    }
    first = order.sorted(
        (one for one in sorted_ if one.key in leading),
        lambda one: order.standing(
            _number(one), rank=ranks[one.key], name=one.name, alphabet="\0".join(alphabet[one.key])
        ),
    )
    return People(first, [one for one in sorted_ if one.key not in leading])


def _number(person: Person) -> str:
    return str(person.shown.get("delegate") or "")
