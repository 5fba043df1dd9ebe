"""The heads of municipalities, as a letter chooses among them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from app.database import db, fold
from app.directory.models import MunicipalHead
from app.directory.queries import by_slug, heads_of
from app.directory.rules import head_of_year, serves_in
from app.errors import Message, Refusal


def heads_known(municipality_ids: Iterable[int]) -> dict[int, list[MunicipalHead]]:
    """Every head of these municipalities in the order in which they were entered; one query."""
    known: dict[int, list[MunicipalHead]] = {}
    rows = db.session.scalars(
        select(MunicipalHead)
        .where(MunicipalHead.municipality_id.in_(list(municipality_ids)))
        .order_by(MunicipalHead.municipality_id, MunicipalHead.id)
    )
    for head in rows:
        known.setdefault(head.municipality_id, []).append(head)
    return known


def head_and_others(
    heads: list[MunicipalHead], year: int, chosen: frozenset[int] = frozenset()
) -> tuple[MunicipalHead, list[MunicipalHead]]:
    """Who is written to in ``year``, and who serves in that year too; ``heads`` are those of one municipality.

    :param chosen: ids of heads chosen by hand: such a one wins.
    """
    by_hand = [head for head in heads if head.id in chosen]
    first = by_hand[0] if by_hand else head_of_year(heads, year)
    return first, [head for head in heads if head is not first and serves_in(head.as_of, year)]


def head_called(slug: str, last: str, *, unknown: Message) -> int:
    """The id of the latest head of that surname (in any script) of a municipality.

    :param unknown: what to say when there is none.
    :raises Refusal: when municipality or head are not known.
    """
    wanted = fold(last.strip())
    for head in heads_of(by_slug(slug)):
        if wanted in {fold(name) for name in (head.last, head.last_de, head.last_ru, head.last_icao) if name}:
            return head.id
    raise Refusal(unknown, field="head")
