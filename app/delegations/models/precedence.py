"""The table of ranks, and the order of precedence as databases sort."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, String, case, func, literal
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model
from app.delegations.models.people import Delegate
from app.delegations.rules.precedence import WRITE_CYRILLIC, Ties


class OfficeRank(Model):
    """A row of the table of ranks, of an office or a role; ``turn`` is when it is looked at. Without rows the shipped
    table holds."""

    __tablename__ = "office_rank"
    __table_args__ = (CheckConstraint("rank BETWEEN 1 AND 999", name="rank"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    turn: Mapped[int]
    rank: Mapped[int]
    name_ru: Mapped[str] = mapped_column(String(200))
    name_de: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    words: Mapped[list[str]] = mapped_column(JSON, default=list)
    role: Mapped[str] = mapped_column(String(40), default="", server_default="")


def by_precedence(ties: Ties = Ties.SINCE, *, first_side: str = "de") -> list[Any]:
    """What a question for delegates is ordered by: the twin of :func:`~app.delegations.rules.precedence.in_precedence`.

    :param first_side: whose turn it is first at each rank, where sides alternate.
    """
    held = [Delegate.in_office_since.is_(None), Delegate.in_office_since]
    name = [Delegate.sort_name, Delegate.id]
    if ties is Ties.ALPHABET:
        return [Delegate.precedence, *name]
    if ties is Ties.SINCE:
        return [Delegate.precedence, *held, *name]
    side = case((side_in_sql() == literal(first_side), 0), else_=1)
    turn = func.row_number().over(partition_by=[Delegate.precedence, side], order_by=[*held, *name])
    return [Delegate.precedence, turn, side]


def side_in_sql() -> Any:
    """``ru`` for those of countries that write Cyrillic, else ``de``."""
    return case((Delegate.country.in_(sorted(WRITE_CYRILLIC)), "ru"), else_="de")
