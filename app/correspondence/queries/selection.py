"""From the terms of a selection to municipalities."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased

from app.conferences.models import Conference
from app.correspondence.models import Letter, OutgoingRegister, RegisterEntry, Reply
from app.correspondence.queries.letters import name_now
from app.correspondence.queries.stages import answers_by_municipality
from app.correspondence.rules import LetterKind, LetterState, ReplyAnswer, Term
from app.database import db, fold
from app.directory.models import Municipality, Partnership
from app.directory.regions import region_called, told_apart
from app.errors import Refusal
from app.tables import TableRow, read_table
from app.workbooks import is_workbook

_SLUG_COLUMNS = ("slug", "municipality_slug", "municipality")
_NAME_COLUMNS = ("name_ru", "name_de", "name_en", "name")
_OTHER_COLUMNS = (
    "country", "region_ru", "region_de", "iso3166_2", "lat", "lon", "population",
    "timezone", "kind", "geonameid", "coord_source", "note", "office_ru", "office_de", "office_en", "last", "first",
    "patronymic", "academic_title", "gender", "confidence", "email", "last_de", "first_de", "patronymic_de", "last_ru",
    "first_ru", "last_icao", "first_icao", "as_of", "source",
)  # fmt: skip


@dataclass
class Chosen:
    """Whom a selection means, and whom only a term with ``!`` keeps away."""

    meant: list[Municipality] = field(default_factory=list)
    excluded: list[tuple[Municipality, Term]] = field(default_factory=list)


def listed_slugs(path: Path, *, name: str = "") -> list[str]:
    """The municipalities of a list: a CSV or XLSX that names them by slug or by name in any language.

    :param name: what to call the file in a complaint.
    :raises Refusal: with row and column, when the file cannot be read or a municipality is not known.
    """
    if not path.is_file():
        raise Refusal(_("There is no file “%(name)s”.", name=name or str(path)), field="selection")
    columns = (*_SLUG_COLUMNS, *_NAME_COLUMNS, *_OTHER_COLUMNS)
    required = _first_named(path)
    rows = read_table(path, required=required, optional=[name for name in columns if name not in required])
    known: dict[str, set[str]] = {}
    for slug, *names in db.session.execute(
        select(Municipality.slug, Municipality.name_ru, Municipality.name_de, Municipality.name_en)
    ):
        for word in (slug, *names):
            known.setdefault(fold(word) or "", set()).add(slug)
    return list(dict.fromkeys(_slug_of(row, known) for row in rows))


def _first_named(path: Path) -> list[str]:
    """The column of a CSV that names the municipalities, so that its separator is recognised; a workbook has none."""
    with path.open("rb") as file:
        start = file.readline(500)
    if is_workbook(start[:8]):
        return []
    named = [
        cell.strip().strip('"') for cell in re.split(r"[,;\t]", start.decode("utf-8-sig", errors="replace").lower())
    ]
    return [next((name for name in (*_SLUG_COLUMNS, *_NAME_COLUMNS) if name in named), "slug")]


def _slug_of(row: TableRow, known: dict[str, set[str]]) -> str:
    column = next((name for name in (*_SLUG_COLUMNS, *_NAME_COLUMNS) if row[name].strip()), "")
    if not column:
        raise Refusal(_("No column names the municipality: slug, municipality_slug or name."), field="slug",
                      row=row.number)  # fmt: skip
    written = row[column].strip()
    if written.lower() in known.get(fold(written) or "", ()):
        return written.lower()
    found = known.get(fold(written) or "", set())
    if len(found) > 1:
        raise Refusal(
            _("Several municipalities are called “%(name)s”: name the one by its slug (%(slugs)s).", name=written,
              slugs=", ".join(sorted(found))), field=column, row=row.number,
        )  # fmt: skip
    if not found:
        raise Refusal(_("There is no municipality “%(slug)s”.", slug=written), field=column, row=row.number)
    return next(iter(found))


def _known(slugs: Sequence[str]) -> dict[str, int]:
    """The ids of municipalities by slug; one that is not known is refused by name."""
    rows = db.session.execute(select(Municipality.slug, Municipality.id).where(Municipality.slug.in_(slugs)))
    known: dict[str, int] = dict(rows.all())
    for slug in slugs:
        if slug not in known:
            raise Refusal(_("There is no municipality “%(slug)s”.", slug=slug), field="selection")
    return known


def _in_region(code: str) -> set[int]:
    found = set(db.session.scalars(select(Municipality.id).where(Municipality.iso3166_2 == code)))
    if not found:
        raise Refusal(_("We know no municipality in the region “%(code)s”.", code=code), field="selection")
    return found


def _in_country(code: str) -> set[int]:
    found = set(db.session.scalars(select(Municipality.id).where(Municipality.country == code)))
    if not found:
        raise Refusal(_("We know no municipality in the country “%(code)s”.", code=code), field="selection")
    return found


def _with_partners_in(country: str) -> set[int]:
    _in_country(country)
    other = aliased(Municipality)
    found: set[int] = set()
    for near, far in ((Partnership.a_id, Partnership.b_id), (Partnership.b_id, Partnership.a_id)):
        found |= set(db.session.scalars(select(near).join(other, other.id == far).where(other.country == country)))
    return found


def _issued() -> Select[int]:
    return select(Letter.municipality_id).where(Letter.state == LetterState.ISSUED)


def _silent(conference: Conference) -> set[int]:
    """Invited, and no letter of the conference was answered from there."""
    here = _issued().where(Letter.conference_id == conference.id)
    invited = set(db.session.scalars(here.where(Letter.kind == LetterKind.INVITATION)))
    return invited - set(db.session.scalars(here.join(Reply, Reply.letter_id == Letter.id)))


def _answered(conference: Conference, answer: str) -> set[int]:
    """Whose newest answer it is."""
    replies = answers_by_municipality(conference)
    return {town_id for town_id, reply in replies.items() if reply.answer is ReplyAnswer(answer)}


def _of_letters(conference: Conference, value: str) -> set[int]:
    """Who got the letters of a kind, or the letter of a number; a general letter went to many."""
    before, slash, kind = value.rpartition("/")
    named = kind.lower().replace("-", "_")
    if named in set(LetterKind):
        question = _issued().join(Letter.conference).where(Letter.kind == LetterKind(named))
        question = question.where(Conference.slug == before if slash else Conference.id == conference.id)
        return set(db.session.scalars(question))
    number, slash, year = value.partition("/")
    same = [RegisterEntry.label == value]
    if number.isdecimal() and (not slash or year.isdecimal()):
        same.append(RegisterEntry.number == int(number[:9]))
    entries = (
        select(RegisterEntry.id, OutgoingRegister.year)
        .join(RegisterEntry.register)
        .where(OutgoingRegister.issuer_id == conference.issuer_id, or_(*same))
        .order_by(OutgoingRegister.year.desc())
    )
    rows = [(entry, of) for entry, of in db.session.execute(entries) if not year.isdecimal() or of == int(year[:4])]
    newest = [entry for entry, of in rows if of == rows[0][1]]
    found = set(db.session.scalars(_issued().where(Letter.register_entry_id.in_(newest))))
    if not found:
        raise Refusal(_("There is no letter “%(value)s” that was issued and stands.", value=value), field="selection")
    return found


def resolve(terms: Sequence[Term], *, conference: Conference, files_allowed: bool) -> Chosen:
    """The municipalities a selection means, by name; the host city like any other.

    :param files_allowed: False where the selection comes from a page: nobody reads the server's files from there.
    :raises Refusal: naming the term that means nothing.
    """
    if not files_allowed and any(term.kind == "file" for term in terms):
        raise Refusal(_("A list of addressees cannot be given as a file here."), field="selection")
    named = _known([term.value for term in terms if term.kind == "municipality"])
    meaning: dict[str, Callable[[str], set[int]]] = {
        "municipality": lambda value: {named[value]},
        "file": lambda value: set(_known(listed_slugs(Path(value))).values()),
        "region": _in_region,
        "country": _in_country,
        "partners-in": _with_partners_in,
        "letter": lambda value: _of_letters(conference, value),
        "answer": lambda value: _answered(conference, value),
        "no-reply": lambda _value: _silent(conference),
    }
    wanted: dict[str, set[int]] = {}
    unwanted: dict[int, Term] = {}
    for term in terms:
        ids = meaning[term.kind](term.value)
        if term.excluded:
            unwanted.update((each, term) for each in ids if each not in unwanted)
        else:
            wanted[term.kind] = wanted.get(term.kind, set()) | ids
    met = set.intersection(*wanted.values()) if wanted else set()
    if not met:
        return Chosen()
    rows = db.session.scalars(
        select(Municipality).where(Municipality.id.in_(met)).order_by(name_now(), Municipality.slug)
    ).all()
    return Chosen(
        [town for town in rows if town.id not in unwanted],
        [(town, unwanted[town.id]) for town in rows if town.id in unwanted],
    )


def select_municipalities(terms: Sequence[Term], *, conference: Conference, files_allowed: bool) -> list[Municipality]:
    """The municipalities of :func:`resolve`."""
    return resolve(terms, conference=conference, files_allowed=files_allowed).meant


def regions() -> list[tuple[str, str]]:
    """Code (ISO 3166-2) and name of every region that has a municipality, in the order of the names."""
    rows = db.session.execute(
        select(Municipality.iso3166_2, Municipality.region_ru, Municipality.region_de)
        .where(Municipality.iso3166_2 != "")
        .order_by(Municipality.iso3166_2, Municipality.id)
    ).all()
    named: dict[str, str] = {}
    for code, name_ru, name_de in rows:
        named.setdefault(code, region_called(code=code, name_ru=name_ru, name_de=name_de))
    return sorted(told_apart(named).items(), key=lambda pair: pair[1])
