"""Reading the order of precedence: the table of ranks, the rule for ties, who stands where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Delegate, Delegation, OfficeRank
from app.delegations.models.precedence import by_precedence
from app.delegations.queries.search import sort_name
from app.delegations.rules import Accreditation, is_cyrillic
from app.delegations.rules.precedence import (
    NO_RANK,
    SHIPPED,
    OfficeRow,
    RankTable,
    Standing,
    Ties,
    in_precedence,
    side_of,
    table_of,
)
from app.history.models import HistoryEntry
from invitations.readings import name_in_russian
from invitations.translit import ru_to_duden

T = TypeVar("T")


def rank_table() -> RankTable:
    """The table that holds now: the house's own, else the shipped one. One query."""
    rows = db.session.scalars(select(OfficeRank).order_by(OfficeRank.turn, OfficeRank.id))
    found = tuple(
        OfficeRow(row.rank, row.name_ru, row.name_de, row.name_en, tuple(row.words), row.role) for row in rows
    )
    return table_of(found) if found else SHIPPED


def last_change_of_ranks() -> HistoryEntry | None:
    """The last change of the table that can be taken back, and was not yet. One query."""
    changes = db.session.scalars(
        select(HistoryEntry).where(HistoryEntry.deed == "delegations.set_ranks").order_by(HistoryEntry.id.desc())
    )
    undone: set[int] = set()
    for entry in changes:
        if "undoes" in entry.details:
            undone.add(entry.details["undoes"])
        elif entry.id not in undone:
            return entry if "before" in entry.details else None
    return None


@dataclass(frozen=True)
class TieRule:
    """Who stands first of those of one rank at a conference; ``first_side``: the guests', where sides alternate."""

    ties: Ties
    first_side: str


def tie_rule(conference: Conference) -> TieRule:
    """The rule of a conference."""
    ties = Ties(conference.precedence_ties) if conference.precedence_ties in set(Ties) else Ties.SINCE
    return TieRule(ties, "de" if side_of(conference.host.country) == "ru" else "ru")


def in_order_of(conference: Conference) -> list[Any]:
    """What a question for delegates of a conference is ordered by."""
    rule = tie_rule(conference)
    return by_precedence(rule.ties, first_side=rule.first_side)


def standing_of(delegate: Delegate) -> Standing:
    """What decides where a delegate stands; by the name as the desk sorts it."""
    return Standing(
        delegate.precedence, delegate.in_office_since, f"{delegate.sort_name}\0{delegate.id:09}",
        side_of(delegate.country),
    )  # fmt: skip


def how_many_stand(conference: Conference) -> int:
    """How many have a place and a rank."""
    question = select(func.count(Delegate.id)).where(*_placed(conference), Delegate.precedence < NO_RANK)
    return db.session.scalar(question) or 0


def _placed(conference: Conference) -> list[ColumnElement[bool]]:
    return [
        Delegate.conference_id == conference.id,
        Delegate.accreditation == Accreditation.GRANTED,
        Delegate.merged_into_id.is_(None),
    ]


def in_alphabet_of(language: str, *, last: str, first: str, own: str = "") -> str:
    """By what a copy in that language sorts a name: written in the other script, as it sounds in its own.

    :param own: the name as the desk sorts it, where it is known already.
    """
    if is_cyrillic(last + first) is (language == "ru"):
        return own or sort_name({"last": last, "first": first})
    told = name_in_russian if language == "ru" else ru_to_duden
    return sort_name({"last": told(last), "first": told(first)})


# What a question asks for whose rows are put in the order of a copy, beside their number.
RANKING = (
    Delegate.precedence, Delegate.in_office_since, Delegate.sort_name, Delegate.country, Delegate.last, Delegate.first,
)  # fmt: skip


def in_order_of_copy(conference: Conference, rows: Iterable[T], *, language: str) -> list[T]:
    """The rows in order of precedence; those of one rank by the rule of the conference and by the alphabet of a copy in
    that language, whatever the database takes for one.

    :param rows: with ``id`` and :data:`RANKING`.
    """
    rule = tie_rule(conference)

    def standing(row: Any) -> Standing:
        name = in_alphabet_of(language, last=row.last, first=row.first, own=row.sort_name)
        return Standing(row.precedence, row.in_office_since, f"{name}\0{row.id:09}", side_of(row.country))

    return in_precedence(rows, standing, ties=rule.ties, first_side=rule.first_side)


def standing_page(conference: Conference, *, language: str, limit: int, offset: int) -> list[Delegate]:
    """A page of those with a place and a rank as a copy in that language has them. Two queries."""
    rows = db.session.execute(select(Delegate.id, *RANKING).where(*_placed(conference), Delegate.precedence < NO_RANK))
    placed = in_order_of_copy(conference, rows, language=language)
    wanted = [row.id for row in placed[offset : offset + limit]]
    found = {one.id: one for one in db.session.scalars(_with_towns().where(Delegate.id.in_(wanted)))}
    return [found[number] for number in wanted if number in found]


def _with_towns() -> Select[Delegate]:
    return select(Delegate).options(
        joinedload(Delegate.municipality), joinedload(Delegate.delegation).joinedload(Delegation.municipality)
    )


def standing_list(conference: Conference, *, ranked: bool = True) -> list[Delegate]:
    """Everyone with a place in order of precedence; ``ranked``: only those who have a rank. One query."""
    question = _with_towns().where(*_placed(conference)).order_by(*in_order_of(conference))
    if ranked:
        question = question.where(Delegate.precedence < NO_RANK)
    return list(db.session.scalars(question))
