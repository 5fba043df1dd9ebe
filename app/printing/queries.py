"""Reading who gets a badge, what stands on it, and what was printed."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path

from babel import Locale
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from app.conferences.models import Conference
from app.conferences.queries import conference_title
from app.conferences.rules import Attendance
from app.conferences.taking_part import comes_in_sql
from app.database import db, fold
from app.delegations.models import Delegate, DelegatePhoto, Delegation
from app.delegations.queries.precedence import tie_rule
from app.delegations.rules import Accreditation, is_cyrillic
from app.delegations.rules.consents import Purpose
from app.delegations.rules.precedence import Standing, in_precedence, side_of
from app.directory.models import MunicipalArms, Municipality
from app.errors import Message, Refusal
from app.printing.models import AccessMark, Badge, Printer, PrintRun
from app.printing.rules import (
    BadgeContent,
    Person,
    badge_content,
    badge_role,
    family_first,
    without_badge,
)
from app.printing.rules.access import marks_of

HAND_OUT = "hand-out"  # the kind of the lists by which badges are handed out


def badge_contents(
    conference: Conference,
    *,
    delegation_id: int | None = None,
    delegate_id: int | None = None,
    attendance: Attendance | None = Attendance.ON_SITE,
    photos: bool = False,
    listed: bool = False,
) -> list[BadgeContent]:
    """What should stand on the badges of everyone with a place on site, in the order they are handed out.

    By delegation (the municipality's name in the alphabet of the host), then by rank, then by name. Two queries.

    :param attendance: None for those who take part by video, too.
    :param photos: with their portraits.
    :param listed: as lists for others have them, the person's own script first.
    """
    group, own, of_group = aliased(Delegation), aliased(Municipality), aliased(Municipality)
    own_arms, group_arms = aliased(MunicipalArms), aliased(MunicipalArms)
    marks = access_marks(conference)
    question = (
        select(
            Delegate.id, Delegate.public_id, Delegate.badge_token, Delegate.role, Delegate.last, Delegate.first,
            Delegate.patronymic, Delegate.academic_title, Delegate.noble_prefix,
            Delegate.last_latin, Delegate.first_latin, Delegate.badge_ru, Delegate.badge_de,
            Delegate.country, Delegate.organisation, Delegate.precedence, Delegate.in_office_since,
            Delegate.delegation_id, Delegate.position,
            Delegate.languages, Delegate.interpretation, Delegate.language, Delegate.citizenship,
            DelegatePhoto.sha256.label("photo"),
            func.coalesce(own_arms.sha256, group_arms.sha256, "").label("arms"),
            func.coalesce(own.name_ru, of_group.name_ru, group.name, "").label("place_ru"),
            func.coalesce(own.name_de, of_group.name_de, group.name, "").label("place_de"),
            func.coalesce(own.country, of_group.country, "").label("place_country"),
        )
        .outerjoin(group, group.id == Delegate.delegation_id)
        .outerjoin(own, own.id == Delegate.municipality_id)
        .outerjoin(of_group, of_group.id == group.municipality_id)
        .outerjoin(DelegatePhoto, DelegatePhoto.delegate_id == Delegate.id)
        .outerjoin(own_arms, own_arms.municipality_id == own.id)
        .outerjoin(group_arms, and_(group_arms.municipality_id == of_group.id, own.id.is_(None)))
        .where(
            Delegate.conference_id == conference.id,
            Delegate.accreditation == Accreditation.GRANTED,
        )
    )  # fmt: skip
    if attendance is not None:
        question = question.where(Delegate.attendance == attendance)
    if delegation_id is not None:
        question = question.where(Delegate.delegation_id == delegation_id)
    if delegate_id is not None:
        question = question.where(Delegate.id == delegate_id)
    russian = side_of(conference.host.country) == "ru"
    countries = {code: Locale.parse(code).territories for code in ("ru", "de")}
    found: dict[tuple[str, int], list[tuple[Standing, BadgeContent]]] = {}
    for row in db.session.execute(question):
        name = f"{row.last} {row.first}"
        passport = f"{row.first_latin} {row.last_latin}".strip()
        country = row.country or row.place_country
        place_ru, place_de = row.place_ru or row.organisation, row.place_de or row.organisation
        person = Person(
            delegate_id=row.id,
            public_id=row.public_id,
            token=row.badge_token,
            role=row.role,
            own_name=f"{row.first} {row.last}".strip(),
            noble=f"{row.first} {row.noble_prefix} {row.last}".strip() if row.noble_prefix else "",
            title=row.academic_title,
            badge_ru=row.badge_ru,
            badge_de=row.badge_de,
            passport_name=passport,
            place_ru=place_ru,
            place_de=place_de,
            country=country,
            country_ru=countries["ru"].get(country, ""),
            country_de=countries["de"].get(country, ""),
            office=row.position,
            photo=(row.photo or "") if photos else "",
            portrait=row.photo or "",
            spoken=row.languages,
            language=row.language,
            citizenship=row.citizenship,
            delegation_id=row.delegation_id,
            own_last=row.last,
            home_ru=countries["ru"].get(row.place_country, ""),
            home_de=countries["de"].get(row.place_country, ""),
            own_ru=f"{row.noble_prefix if is_cyrillic(row.noble_prefix) else ''} {name} {row.patronymic}".strip(),
            interpretation=row.interpretation,
            arms=row.arms,
            marks=marks_of(marks, role=badge_role(row.role).value, delegation_id=row.delegation_id,
                           public_id=row.public_id) if marks else (),
        )  # fmt: skip
        stands = Standing(
            row.precedence, row.in_office_since, f"{_alphabetic(name)}\0{row.public_id}", side_of(row.country)
        )  # fmt: skip
        together = _alphabetic(place_ru if russian else place_de), row.delegation_id or 0
        found.setdefault(together, []).append((stands, badge_content(person, listed=listed)))
    rule = tie_rule(conference)
    return [
        content
        for together in sorted(found)
        for _, content in in_precedence(found[together], itemgetter(0), ties=rule.ties, first_side=rule.first_side)
    ]


def access_marks(conference: Conference) -> list[AccessMark]:
    """The zones and days of a conference that not everybody may enter."""
    question = select(AccessMark).where(AccessMark.conference_id == conference.id).order_by(AccessMark.id)
    return list(db.session.scalars(question))


def published_contents(conference: Conference) -> list[BadgeContent]:
    """Those with a place who agreed that their name is published, in the order of the list of participants."""
    agreed = who_agreed(conference, Purpose.PUBLICATION)
    contents = badge_contents(conference, attendance=None, listed=True)
    return [content for content in contents if content.delegate_id in agreed]


def who_agreed(conference: Conference, purpose: Purpose) -> set[int]:
    """The delegates who agree to it now. One query."""
    rows = db.session.execute(select(Delegate.id, Delegate.consents).where(Delegate.conference_id == conference.id))
    return {number for number, consents in rows if purpose.value in (consents or {})}


def _alphabetic(text: str) -> str:
    """As alphabets sort: no case, «ё» as «е», "ä" as "a"."""
    folded = fold(text.strip()) or ""
    if folded.isascii():
        return folded
    return "".join(sign if sign == "й" else unicodedata.normalize("NFKD", sign)[:1] or sign for sign in folded)


@dataclass(frozen=True)
class Group:
    """People that are handed their badges together: what they have in common, where in the list, and how many."""

    titles: tuple[str, ...]
    first: int
    count: int


def in_order(contents: Sequence[BadgeContent], sort: str) -> list[BadgeContent]:
    """The badges in the order they are printed; by delegation they come already."""
    if sort == "delegation":
        return list(contents)
    return sorted(contents, key=lambda content: (*_by_name(content, sort), content.public_id))


def _by_name(content: BadgeContent, sort: str) -> tuple[int, str]:
    """Names in the letters of the alphabet first, then others."""
    name = _alphabetic(family_first(content.person, sort.removeprefix("name_"))) if content.person else ""
    cyrillic = bool(name) and "\u0400" <= name[0] <= "\u052f"
    return int(cyrillic is not (sort == "name_ru")), name


def groups_of(contents: Sequence[BadgeContent], sort: str) -> list[Group]:
    """Delegations, or the letters names begin with, in the order of the list."""
    groups: list[Group] = []
    last: object = None
    for place, content in enumerate(contents):
        if sort == "delegation":
            number = content.person.delegation_id if content.person else None
            key: object = number or frozenset({content.place_first, content.place_second})
            towns = (content.place_first, content.place_second)[:: 1 if content.side in ("", content.first) else -1]
            named = tuple(town for town in towns if town) or (content.country,)
        else:
            key = _by_name(content, sort)[1][:1].upper()
            named = (str(key),)
        if place == 0 or key != last:
            groups.append(Group(named, place, 0))
            last = key
        groups[-1] = replace(groups[-1], count=groups[-1].count + 1)
    return groups


def times_printed(delegate_id: int) -> int:
    """How often the badge of a person was printed, without what is withdrawn."""
    question = select(func.count(Badge.id)).where(Badge.delegate_id == delegate_id, Badge.withdrawn_at.is_(None))
    return db.session.scalar(question) or 0


def titles(conference: Conference) -> dict[str, str]:
    """The conference's title for badges, in both languages."""
    return {code: conference_title(conference, code) for code in ("ru", "de")}


def of_run(run: PrintRun, contents: Sequence[BadgeContent]) -> list[BadgeContent]:
    """Those of ``contents`` who were printed in the run, in its order."""
    known = {content.delegate_id: content for content in contents}
    printed = db.session.scalars(select(Badge.delegate_id).where(Badge.run_id == run.id).order_by(Badge.id))
    return [known[number] for number in printed if number in known]


def printers() -> list[Printer]:
    """The printers of the house, by name."""
    return list(db.session.scalars(select(Printer).order_by(Printer.name)))


def printer_named(name: str) -> Printer:
    """:raises Refusal: naming those there are."""
    found = db.session.scalar(select(Printer).where(Printer.name == name))
    if found is None:
        known = ", ".join(printer.name for printer in printers()) or "–"
        raise Refusal(_("There is no printer “%(name)s”. There are: %(known)s.", name=name, known=known))
    return found


@dataclass(frozen=True)
class LeftOut:
    """How many get no badge for one reason."""

    reason: Message
    count: int


def left_out(conference: Conference) -> list[LeftOut]:
    """Who gets no badge and why; one query."""
    counted: dict[Message, int] = {}
    for accreditation, attendance, count in db.session.execute(
        select(Delegate.accreditation, Delegate.attendance, func.count())
        .where(Delegate.conference_id == conference.id)
        .group_by(Delegate.accreditation, Delegate.attendance)
        .order_by(Delegate.accreditation, Delegate.attendance)
    ):
        reason = without_badge(accreditation=accreditation, attendance=attendance)
        if reason is not None:
            counted[reason] = counted.get(reason, 0) + count
    return [LeftOut(reason, count) for reason, count in counted.items()]


def delegations_on_site(conference: Conference) -> list[tuple[Delegation, int]]:
    """The delegations with somebody on site, and how many. Two queries."""
    counted: dict[int | None, int] = {}
    for delegation_id, count in db.session.execute(
        select(Delegate.delegation_id, func.count(Delegate.id))
        .where(
            Delegate.conference_id == conference.id,
            Delegate.accreditation == Accreditation.GRANTED,
            comes_in_sql(Delegate.attendance, conference.format),
        )
        .group_by(Delegate.delegation_id)
    ):
        counted[delegation_id] = count
    groups = db.session.scalars(select(Delegation).where(Delegation.conference_id == conference.id))
    return [(group, counted[group.id]) for group in groups if group.id in counted]


def run_of(conference: Conference, run_id: int) -> PrintRun | None:
    """One run of the conference."""
    return db.session.scalar(select(PrintRun).where(PrintRun.id == run_id, PrintRun.conference_id == conference.id))


def hand_out_of(run: PrintRun, came: str = "") -> PrintRun | None:
    """The latest list by which the badges of this run are handed out to all, or to those who ``came``."""
    return hand_outs_of(run).get(came)


def hand_outs_of(run: PrintRun) -> dict[str, PrintRun]:
    """The latest of each such list: of all (``""``), of those ``arrived``, of those ``expected``."""
    lists = db.session.scalars(
        select(PrintRun)
        .where(PrintRun.conference_id == run.conference_id, PrintRun.kind == HAND_OUT, PrintRun.id > run.id)
        .order_by(PrintRun.id)
    )
    return {one.options.get("came", ""): one for one in lists if one.options.get("of") == run.id}


def run_by_key(deed_key: str) -> PrintRun | None:
    """The run a job has printed already, if it has."""
    return db.session.scalar(select(PrintRun).where(PrintRun.deed_key == deed_key))


def parts_of(deed_key: str) -> Path:
    """Where the parts of a run lie until it is whole."""
    return parts_folder() / hashlib.sha256(deed_key.encode()).hexdigest()[:32]


def parts_folder() -> Path:
    """Where the parts of all runs lie."""
    return path_of("").parent / "parts"


def path_of(sha256: str) -> Path:
    """Where the PDF of a run lies."""
    folder: Path = current_app.config["SETTINGS"].data / "prints"
    return folder / f"{sha256}.pdf"
