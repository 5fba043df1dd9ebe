"""Reading the directory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.database import db, fold
from app.directory.models import MunicipalArms, MunicipalHead, Municipality, Organisation, Partnership
from app.directory.rules import head_of_year
from app.errors import Refusal
from app.i18n import language

PAGE = 50


@dataclass(frozen=True)
class Related:
    """Something of a floor above that belongs to a municipality, for its page."""

    title: str
    note: str
    url: str


#: name of a feature -> what it knows of a municipality. A feature above adds itself when its views are imported.
related_to: dict[str, Callable[[Municipality], Sequence[Related]]] = {}


@dataclass(frozen=True)
class MunicipalityRow:
    """A line of the list of municipalities."""

    municipality: Municipality
    partners: int
    heads: int


@dataclass(frozen=True)
class Found:
    """One page of a list: ``number`` of ``pages``, ``total`` rows in all."""

    rows: Sequence[MunicipalityRow]
    number: int
    pages: int
    total: int


def find(slug: str) -> Municipality | None:
    """The municipality of that slug, if there is one."""
    return db.session.scalar(select(Municipality).where(Municipality.slug == slug))


def by_slug(slug: str) -> Municipality:
    """The municipality of that slug.

    :raises Refusal: when there is none.
    """
    found = find(slug)
    if found is None:
        raise Refusal(_("There is no municipality “%(slug)s”.", slug=slug), field="slug")
    return found


def all_by_slug() -> dict[str, Municipality]:
    """Every municipality by its slug."""
    return {row.slug: row for row in db.session.scalars(select(Municipality))}


def names() -> list[tuple[str, str]]:
    """Slug and name of every municipality in the reader's language, in the order of the names (for choices)."""
    name = _name_column()
    rows = db.session.execute(select(Municipality.slug, name).order_by(name))
    return [(slug, text) for slug, text in rows]


def _name_column() -> ColumnElement[str]:
    first = {"ru": Municipality.name_ru, "de": Municipality.name_de, "en": Municipality.name_en}[language()]
    return func.coalesce(func.nullif(first, ""), Municipality.name_de, "")


def countries() -> list[str]:
    """The countries that occur."""
    return list(db.session.scalars(select(Municipality.country).distinct().order_by(Municipality.country)))


def has_partners_in(country: str) -> ColumnElement[bool]:
    """The condition that a municipality is tied to one in ``country``."""
    other = select(Municipality.id).where(Municipality.country == country).scalar_subquery()
    return or_(
        Municipality.id.in_(select(Partnership.a_id).where(Partnership.b_id.in_(other))),
        Municipality.id.in_(select(Partnership.b_id).where(Partnership.a_id.in_(other))),
    )


def select_municipalities(
    *,
    words: str = "",
    country: str = "",
    partners_in: str = "",
    countries: Collection[str] = (),
    partners_in_any: Collection[str] = (),
    regions: Collection[str] = (),
    slugs: Collection[str] = (),
    without: Collection[str] = (),
) -> Select[Municipality]:
    """Municipalities that meet every condition given; several values of one condition add up.

    :param words: every word must occur in a name, in any language.
    :param regions: ISO 3166-2 codes.
    :param without: slugs to leave out.
    """
    conditions: list[ColumnElement[bool]] = [
        Municipality.search.contains(word, autoescape=True) for word in (fold(words) or "").split()[:8]
    ]
    wanted = [*([country] if country else []), *countries]
    if wanted:
        conditions.append(Municipality.country.in_(wanted))
    tied = [*([partners_in] if partners_in else []), *partners_in_any]
    if tied:
        conditions.append(or_(*(has_partners_in(code) for code in tied)))
    if regions:
        conditions.append(Municipality.iso3166_2.in_(list(regions)))
    if slugs:
        conditions.append(Municipality.slug.in_(list(slugs)))
    if without:
        conditions.append(Municipality.slug.not_in(list(without)))
    return select(Municipality).where(and_(True, *conditions))


def search(*, words: str = "", country: str = "", partners_in: str = "", number: int = 1, size: int = PAGE) -> Found:
    """One page of the list, in the order of the names in the reader's language. Two queries, however many rows."""
    chosen = select_municipalities(words=words, country=country, partners_in=partners_in)
    total = db.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // size))
    number = min(max(1, number), pages)
    ties = (
        select(func.count())
        .where(or_(Partnership.a_id == Municipality.id, Partnership.b_id == Municipality.id))
        .correlate(Municipality)
        .scalar_subquery()
    )
    heads = (
        select(func.count())
        .where(MunicipalHead.municipality_id == Municipality.id)
        .correlate(Municipality)
        .scalar_subquery()
    )
    rows = db.session.execute(
        chosen.add_columns(ties, heads)
        .order_by(_name_column(), Municipality.id)
        .limit(size)
        .offset((number - 1) * size)
    )
    return Found([MunicipalityRow(*row) for row in rows], number, pages, total)


def _id(municipality: Municipality | int) -> int:
    return municipality if isinstance(municipality, int) else municipality.id


def heads_of(municipality: Municipality | int) -> list[MunicipalHead]:
    """Every head known of a municipality, the latest first."""
    rows = db.session.scalars(select(MunicipalHead).where(MunicipalHead.municipality_id == _id(municipality)))
    return sorted(rows, key=lambda head: (head.as_of.split(";")[-1], head.as_of, head.id), reverse=True)


def head_for(municipality: Municipality | int, year: int) -> MunicipalHead | None:
    """Who is addressed in ``year``: whose years cover it, else the latest before it, else the earliest after."""
    return heads_for([_id(municipality)], year).get(_id(municipality))


def heads_for(municipality_ids: Iterable[int], year: int) -> dict[int, MunicipalHead]:
    """:func:`head_for` of many, in one query; municipalities without any head are left out."""
    known: dict[int, list[MunicipalHead]] = {}
    wanted = list(municipality_ids)
    if not wanted:
        return {}
    rows = db.session.scalars(
        select(MunicipalHead).where(MunicipalHead.municipality_id.in_(wanted)).order_by(MunicipalHead.id)
    )
    for head in rows:
        known.setdefault(head.municipality_id, []).append(head)
    return {key: head_of_year(heads, year) for key, heads in known.items()}


def partners_of(municipality_ids: Iterable[int], country: str | None = None) -> dict[int, list[Municipality]]:
    """The municipalities tied to each of those given (once each), in the order of their names; one query.

    :param country: only partners there.
    """
    wanted = list(municipality_ids)
    partners: dict[int, list[Municipality]] = {key: [] for key in wanted}
    if not wanted:
        return partners
    one = select(Partnership.a_id.label("own"), Partnership.b_id.label("other")).where(Partnership.a_id.in_(wanted))
    two = select(Partnership.b_id.label("own"), Partnership.a_id.label("other")).where(Partnership.b_id.in_(wanted))
    ties = one.union(two).subquery()
    chosen = select(ties.c.own, Municipality).join(Municipality, Municipality.id == ties.c.other)
    if country:
        chosen = chosen.where(Municipality.country == country)
    for own, partner in db.session.execute(chosen.order_by(_name_column(), Municipality.id)):
        partners[own].append(partner)
    return partners


def ties_of(municipality: Municipality) -> list[tuple[Partnership, Municipality]]:
    """Every tie of a municipality with the partner at its other end, by country and name; one query."""
    rows = db.session.scalars(
        select(Partnership)
        .where(or_(Partnership.a_id == municipality.id, Partnership.b_id == municipality.id))
        .options(joinedload(Partnership.a), joinedload(Partnership.b))
    )
    ties = [(row, row.b if row.a_id == municipality.id else row.a) for row in rows]
    return sorted(ties, key=lambda tie: (tie[1].country, tie[1].name_de, tie[0].since_year, tie[0].id))


def organisations(slugs: Collection[str] | None = None) -> list[Organisation]:
    """Associations, forums and ministries in the order of their names; only those of ``slugs`` when given."""
    chosen = select(Organisation).order_by(Organisation.name_de, Organisation.id)
    if slugs is not None:
        chosen = chosen.where(Organisation.slug.in_(list(slugs)))
    return list(db.session.scalars(chosen))


def find_organisation(slug: str) -> Organisation | None:
    """The organisation of that slug, if there is one."""
    return db.session.scalar(select(Organisation).where(Organisation.slug == slug))


def organisation(slug: str) -> Organisation:
    """The organisation of that slug.

    :raises Refusal: when there is none.
    """
    found = find_organisation(slug)
    if found is None:
        raise Refusal(_("There is no organisation “%(slug)s”.", slug=slug), field="slug")
    return found


def organisation_names() -> Mapping[str, str]:
    """Slug and name of every organisation in the reader's language (for choices)."""
    from app.i18n import localized

    return {row.slug: localized(row, "name") for row in organisations()}


def arms_of(municipality: Municipality) -> MunicipalArms | None:
    """The arms of one municipality."""
    return db.session.get(MunicipalArms, municipality.id)


def arms_pictures(municipality_ids: Collection[int]) -> dict[int, bytes]:
    """The arms of many, as PNG; those without are left out. One query."""
    question = select(MunicipalArms.municipality_id, MunicipalArms.picture)
    rows = db.session.execute(question.where(MunicipalArms.municipality_id.in_(municipality_ids)))
    return {number: bytes(picture) for number, picture in rows}
