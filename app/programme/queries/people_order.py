"""The order of precedence of people of a programme: one for the list, the papers and whatever else names them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Delegate
from app.delegations.queries.precedence import tie_rule
from app.delegations.rules import is_cyrillic
from app.delegations.rules.offices import LANGUAGES
from app.delegations.rules.precedence import NO_RANK, RankTable, Standing, Ties, in_precedence, side_of

T = TypeVar("T")
_SOME = 5000  # values in one question


@dataclass(frozen=True)
class PeopleOrder:
    """The rule for those of one rank as it is now, and what is kept with delegates: by number their precedence, since
    when they hold office (ISO) and their side."""

    ties: str = Ties.SINCE.value
    first_side: str = "de"
    delegates: Mapping[str, tuple[int, str, str]] = field(default_factory=dict)

    def precedence_of(self, number: str) -> int | None:
        """The precedence kept with a delegate; None: no delegate of this conference."""
        kept = self.delegates.get(number)
        return kept[0] if kept is not None else None

    def rank_of(self, person: Mapping[str, Any], table: RankTable) -> int:
        """The rank of an entry of a frozen programme: by precedence and offices."""
        kept = self.precedence_of(str(person.get("delegate") or ""))
        offices = (str(person.get(f"office_{code}") or "") for code in LANGUAGES)
        return table.rank_of(offices, kept if kept is not None else person.get("precedence"))

    def standing(self, number: str, *, rank: int, name: str, alphabet: str) -> Standing:
        """What decides where somebody stands; who has no rank, by the alphabet alone.

        :param alphabet: by what the name is sorted for its readers.
        """
        if rank >= NO_RANK:
            return Standing(rank, None, alphabet)
        _rank, since, side = self.delegates.get(number, (0, "", "ru" if is_cyrillic(name) else "de"))
        return Standing(rank, date.fromisoformat(since) if since else None, alphabet, side)

    def sorted(self, people: Iterable[T], standing: Callable[[T], Standing]) -> list[T]:
        """The people in order."""
        return in_precedence(people, standing, ties=Ties(self.ties), first_side=self.first_side)

    @property
    def sign(self) -> tuple[object, ...]:
        """The same while the order is."""
        return self.ties, self.first_side, tuple(sorted(self.delegates.items()))


def people_order(conference: Conference, numbers: Iterable[str]) -> PeopleOrder:
    """The order among these delegates and everybody else. One query."""
    rule, wanted = tie_rule(conference), sorted({number for number in numbers if number})
    found: dict[str, tuple[int, str, str]] = {}
    for start in range(0, len(wanted), _SOME):
        rows = db.session.execute(
            select(Delegate.public_id, Delegate.precedence, Delegate.in_office_since, Delegate.country).where(
                Delegate.conference_id == conference.id, Delegate.public_id.in_(wanted[start : start + _SOME])
            )
        )
        for number, precedence, since, country in rows:
            found[number] = (precedence, since.isoformat() if since else "", side_of(country))
    return PeopleOrder(rule.ties.value, rule.first_side, found)


def order_of_content(conference: Conference, content: Mapping[str, Any]) -> PeopleOrder:
    """The order among the people of a frozen programme."""
    return people_order(
        conference, (str(person.get("delegate") or "") for item in content["items"] for person in item["people"])
    )
