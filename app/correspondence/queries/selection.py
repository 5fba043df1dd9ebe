"""From the terms of a selection to municipalities."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.conferences.models import Conference
from app.correspondence.rules import Term
from app.database import db
from app.directory.models import Municipality, Partnership
from app.errors import Refusal
from app.i18n import language
from app.tables import read_table

_SLUG_COLUMNS = ("slug", "municipality_slug", "municipality")
_OTHER_COLUMNS = (
    "name_ru", "name_de", "name_en", "country", "region_ru", "region_de", "iso3166_2", "lat", "lon", "population",
    "timezone", "kind", "geonameid", "coord_source", "note", "office_ru", "office_de", "office_en", "last", "first",
    "patronymic", "academic_title", "gender", "confidence", "email", "last_de", "first_de", "patronymic_de", "last_ru",
    "first_ru", "last_icao", "first_icao", "as_of", "source",
)  # fmt: skip


def _slugs_in(path: Path) -> list[tuple[int, str]]:
    """Row and slug of a list: a CSV or XLSX with a column ``slug`` (or ``municipality_slug``)."""
    if not path.is_file():
        raise Refusal(_("There is no file “%(name)s”.", name=str(path)), field="selection")
    with path.open("rb") as file:
        first = file.readline(500).decode("utf-8-sig", errors="replace").lower()
    named = [cell.strip().strip('"') for cell in re.split(r"[,;\t]", first)]
    column = next((name for name in _SLUG_COLUMNS if name in named), "slug")
    others = [name for name in (*_SLUG_COLUMNS, *_OTHER_COLUMNS) if name != column]
    rows = read_table(path, required=[column], optional=others)
    return [(row.number, row[column].strip().lower()) for row in rows]


def _known(slugs: Sequence[str]) -> dict[str, int]:
    rows = db.session.execute(select(Municipality.slug, Municipality.id).where(Municipality.slug.in_(slugs)))
    return dict(rows.all())


def _ids_of_file(value: str) -> set[int]:
    listed = _slugs_in(Path(value))
    known = _known([slug for _number, slug in listed])
    for number, slug in listed:
        if slug not in known:
            raise Refusal(_("There is no municipality “%(slug)s”.", slug=slug), field="slug", row=number)
    return set(known.values())


def _ids_of(term: Term) -> set[int]:
    """The municipalities one term means; an unknown place is refused by name, an empty country too."""
    if term.kind == "file":
        return _ids_of_file(term.value)
    if term.kind == "municipality":
        found = set(_known([term.value]).values())
        if not found:
            raise Refusal(_("There is no municipality “%(slug)s”.", slug=term.value), field="selection")
        return found
    if term.kind == "region":
        found = set(db.session.scalars(select(Municipality.id).where(Municipality.iso3166_2 == term.value)))
        if not found:
            raise Refusal(_("We know no municipality in the region “%(code)s”.", code=term.value),
                          field="selection")  # fmt: skip
        return found
    in_country = set(db.session.scalars(select(Municipality.id).where(Municipality.country == term.value)))
    if not in_country:
        raise Refusal(_("We know no municipality in the country “%(code)s”.", code=term.value),
                      field="selection")  # fmt: skip
    return in_country if term.kind == "country" else _with_partners_in(term.value)


def _with_partners_in(country: str) -> set[int]:
    other = aliased(Municipality)
    found: set[int] = set()
    for near, far in ((Partnership.a_id, Partnership.b_id), (Partnership.b_id, Partnership.a_id)):
        found |= set(db.session.scalars(select(near).join(other, other.id == far).where(other.country == country)))
    return found


def select_municipalities(terms: Sequence[Term], *, conference: Conference, files_allowed: bool) -> list[Municipality]:
    """The municipalities a selection means, by name; the host city like any other.

    :param files_allowed: False where the selection comes from a page: nobody reads the server's files from there.
    :raises Refusal: naming the term that means nothing.
    """
    if not files_allowed and any(term.kind == "file" for term in terms):
        raise Refusal(_("A list of addressees cannot be given as a file here."), field="selection")
    wanted: dict[str, set[int]] = {}
    unwanted: set[int] = set()
    for term in terms:
        ids = _ids_of(term)
        if term.excluded:
            unwanted |= ids
            continue
        wanted[term.kind] = wanted.get(term.kind, set()) | ids
    meant = set.intersection(*wanted.values()) - unwanted if wanted else set()
    if not meant:
        return []
    return list(
        db.session.scalars(
            select(Municipality).where(Municipality.id.in_(meant)).order_by(Municipality.name_de, Municipality.slug)
        )
    )


def regions() -> list[tuple[str, str]]:
    """Code (ISO 3166-2) and name of every region that has a municipality, in the order of the names."""
    rows = db.session.execute(
        select(Municipality.iso3166_2, Municipality.region_ru, Municipality.region_de)
        .where(Municipality.iso3166_2 != "")
        .order_by(Municipality.iso3166_2, Municipality.id)
    ).all()
    russian = language() == "ru"
    named: dict[str, str] = {}
    for code, name_ru, name_de in rows:
        named.setdefault(code, (name_ru if russian else name_de) or name_de or name_ru or code)
    return sorted(named.items(), key=lambda pair: pair[1])
