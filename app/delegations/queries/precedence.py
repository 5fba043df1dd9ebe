"""Reading the order of precedence: the table of ranks, the rule for ties, who stands where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Delegate, Delegation, OfficeRank
from app.delegations.models.precedence import by_precedence
from app.delegations.rules import Accreditation
from app.delegations.rules.precedence import NO_RANK, SHIPPED, OfficeRow, RankTable, Standing, Ties, side_of, table_of


def rank_table() -> RankTable:
    """The table that holds now: the house's own, else the shipped one. One query."""
    rows = db.session.scalars(select(OfficeRank).order_by(OfficeRank.turn, OfficeRank.id))
    found = tuple(OfficeRow(row.rank, row.name_ru, row.name_de, row.name_en, tuple(row.words)) for row in rows)
    return table_of(found) if found else SHIPPED


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


def standing_list(
    conference: Conference, *, ranked: bool = True, limit: int | None = None, offset: int = 0
) -> list[Delegate]:
    """Everyone with a place in order of precedence; ``ranked``: only those who have a rank. One query."""
    question = (
        select(Delegate)
        .options(joinedload(Delegate.municipality), joinedload(Delegate.delegation).joinedload(Delegation.municipality))
        .where(*_placed(conference))
        .order_by(*in_order_of(conference))
        .limit(limit)
        .offset(offset)
    )
    if ranked:
        question = question.where(Delegate.precedence < NO_RANK)
    return list(db.session.scalars(question))
