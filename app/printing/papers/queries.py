"""Reading for whom papers are printed, what stands on them, and what was printed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import LazyString, pgettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.checkin.queries import proven_on_site
from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.conferences.taking_part import comes_in_sql, joins_by_video_in_sql
from app.database import db
from app.delegations.models import Delegate, Delegation
from app.delegations.queries.offices import Offices
from app.delegations.rules import Accreditation
from app.directory.models import MunicipalHead
from app.directory.rules import head_of_year
from app.i18n import speaking
from app.printing.choosing import named
from app.printing.models import Certificate, CertificateRule, PrintedPaper, PrintRun
from app.printing.papers.rules import RUN_WORDS, Certified, Paper, Participant
from app.printing.papers.typesetting import Signer
from app.printing.queries import badge_contents
from app.printing.rules import BadgeContent
from app.printing.rules.names import printable
from app.video.queries.visits import took_part
from invitations.dates import long_date, roman
from invitations.recipient import Gender

_CYRILLIC = re.compile("[\u0400-\u052f]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")


@dataclass(frozen=True)
class Absent:
    """Who gets no certificate because they did not come, by the way they take part; None: everybody gets one.

    ``certified``: the rule that holds for those on site. ``places``: how many they are, ``proven``: of how many it is
    proven that they came. ``asks``: somebody is checked in, and nobody has chosen whether only they get one.
    """

    by_video: frozenset[int] | None
    on_site: frozenset[int] | None
    certified: Certified
    places: int
    proven: int
    asks: bool


def certificate_rule(conference: Conference) -> CertificateRule | None:
    """What the secretariat chose."""
    return db.session.get(CertificateRule, conference.id)


def absent(conference: Conference) -> Absent:
    """Those with a place who entered no video room and were not checked in on a day of the conference; either proves
    that somebody took part. Four queries."""
    joined, arrived = took_part(conference), proven_on_site(conference)
    placed: dict[bool, set[int]] = {True: set(), False: set()}
    by_video = joins_by_video_in_sql(Delegate.attendance, conference.format)
    for number, elsewhere in db.session.execute(
        select(Delegate.id, by_video).where(
            Delegate.conference_id == conference.id, Delegate.accreditation == Accreditation.GRANTED
        )
    ):
        placed[bool(elsewhere)].add(number)
    came = joined | arrived
    chosen = certificate_rule(conference)
    certified = chosen.certified if chosen is not None else Certified.BY_ITSELF
    with_proof = certified is Certified.PROOF or (certified is Certified.BY_ITSELF and bool(arrived))
    return Absent(
        by_video=frozenset(placed[True] - came) if joined else None,
        on_site=frozenset(placed[False] - came) if with_proof else None,
        certified=certified, places=len(placed[False]), proven=len(placed[False] & came),
        asks=certified is Certified.BY_ITSELF and bool(arrived),
    )  # fmt: skip


def stayed_away(conference: Conference) -> frozenset[int]:
    """Everybody of whom it is known that they did not come, either way."""
    known = absent(conference)
    return (known.by_video or frozenset()) | (known.on_site or frozenset())


def participants(
    conference: Conference,
    paper: Paper,
    *,
    delegation_id: int | None = None,
    delegate_ids: Collection[int] = (),
    all_accredited: bool = False,
) -> list[Participant]:
    """Everyone who gets such a paper, in the order badges are handed out: certificates for all with a place who did
    not stay away, cards for those on site. At most five queries.

    :param delegate_ids: only these, whether they came or not, in the order named; empty: all.
    :param all_accredited: those who stayed away, too, so that they can be named by hand.
    """
    contents = badge_contents(
        conference,
        delegation_id=delegation_id,
        attendance=None if paper is Paper.CERTIFICATES else Attendance.ON_SITE,
    )
    wanted = set(delegate_ids)
    if paper is Paper.CERTIFICATES and not wanted and not all_accredited:
        away = stayed_away(conference)
        contents = [content for content in contents if content.delegate_id not in away]
    rows = {
        row.id: row
        for row in db.session.execute(
            select(Delegate.id, Delegate.last, Delegate.first, Delegate.patronymic, Delegate.gender, Delegate.position)
            .where(Delegate.conference_id == conference.id)
        )
    }  # fmt: skip
    if wanted:
        place = {number: place for place, number in enumerate(delegate_ids)}
        chosen = [content for content in contents if content.delegate_id in wanted]
        contents = sorted(chosen, key=lambda content: place[content.delegate_id])
    told = Offices()
    return [_participant(content, rows[content.delegate_id], told) for content in contents]


def _participant(content: BadgeContent, row: object, told: Offices) -> Participant:
    side, other = content.languages
    last, first, patronymic, gender, position = (
        printable(str(getattr(row, name))).text for name in ("last", "first", "patronymic", "gender", "position")
    )
    offices = {"ru": "", "de": ""}  # a role is no office
    if position:
        registered = told.registered(position, gender)
        for code, script in (("ru", _CYRILLIC), ("de", _LATIN)):  # in a third script it is read on no side of a card
            own = script.search(position) and (code == "ru" or not _CYRILLIC.search(position))
            found = position if own else registered[code]
            offices[code] = found if script.search(found) else ""
    return Participant(
        delegate_id=content.delegate_id,
        public_id=content.public_id,
        role=content.role.value,
        side=content.side,
        reads=content.first,
        names={side: content.name_first, other: content.name_second or content.name_first},
        places={side: content.place_first, other: content.place_second or content.place_first},
        offices=offices,
        last=last,
        first=first,
        patronymic=patronymic,
        gender=Gender(gender) if gender in ("m", "f") else Gender.UNKNOWN,
        warnings=content.warnings,
        on_cards=tuple(_office_lacks(content.public_id, position, offices)),
    )


def _office_lacks(number: str, position: str, offices: Mapping[str, str]) -> Iterator[LazyString]:
    """What a person should know of a side of a card that stands without the office."""
    if position and not any(offices.values()):
        yield _l("%(id)s: the office is written in a third script; cards stand without it.", id=number)
    elif position and not offices["ru"]:
        yield _l("%(id)s: the office is not known in Russian; that side of a card stands without it.", id=number)
    elif position and not offices["de"]:
        yield _l("%(id)s: the office is not known in German; that side of a card stands without it.", id=number)


def has_begun(conference: Conference, at: datetime) -> bool:
    """Whether the first day of the conference has come where it is held."""
    return at.astimezone(ZoneInfo(conference.timezone)).date() >= conference.starts_on


def certificate_numbers(conference: Conference) -> dict[int, int]:
    """The numbers that were given, by delegate."""
    question = select(Certificate.delegate_id, Certificate.number).where(Certificate.conference_id == conference.id)
    return {row.delegate_id: row.number for row in db.session.execute(question)}


def number_lines(dated: date) -> dict[str, str]:
    """«№ {} от 30 июня 2021 г.», "Nr. {} vom 30. Juni 2021": the number comes into the braces."""
    lines = {}
    for code in ("ru", "de"):
        with speaking(code):
            lines[code] = pgettext("certificate", "No. %(number)s of %(day)s", number="{}", day=long_date(dated, code))
    return lines


def number_label(conference: Conference, number: int) -> str:
    """«XVI-0007»."""
    return f"{roman(conference.edition)}-{number:04d}"


def signers(conference: Conference) -> list[Signer]:
    """Who signs certificates: the head of the host, and whoever signs the organiser's letters."""
    found = []
    heads = list(
        db.session.scalars(
            select(MunicipalHead).where(MunicipalHead.municipality_id == conference.host_id).order_by(MunicipalHead.id)
        )
    )
    issuer = conference.issuer
    if issuer is not None and (issuer.signatory_name_ru or issuer.signatory_name_de):
        lines = {
            code: tuple(
                getattr(issuer, f"{name}_{code}") for name in ("signatory_name", "signatory_office", "name")
            )
            for code in ("ru", "de")
        }  # fmt: skip
        found.append(Signer("", lines))
    if heads:
        head = head_of_year(heads, conference.starts_on.year)
        own = " ".join(filter(None, (head.first, head.patronymic, head.last)))
        russian = " ".join(filter(None, (head.first_ru, head.last_ru)))
        german = " ".join(filter(None, (head.academic_title, head.first_de, head.last_de)))
        cyrillic = bool(_CYRILLIC.search(own))
        names = {"ru": own if cyrillic else russian, "de": german if cyrillic else (german or own)}
        named = {}
        for code in ("ru", "de"):
            office, town = getattr(head, f"office_{code}"), getattr(conference.host, f"name_{code}")
            named[code] = (names[code], office, "" if town in office else town)
        found.append(Signer(conference.host.country, named))
    return found


def new_or_changed(conference: Conference, paper: Paper, fingerprints: Mapping[int, str]) -> set[int]:
    """Of the people by ``fingerprints`` those never printed, and those on whose last paper something else stands."""
    printed: dict[int, str] = {}
    for delegate_id, fingerprint in db.session.execute(
        select(PrintedPaper.delegate_id, PrintedPaper.fingerprint)
        .join(PrintRun, PrintRun.id == PrintedPaper.run_id)
        .where(PrintRun.conference_id == conference.id, PrintRun.kind == paper)
        .order_by(PrintedPaper.id)
    ):
        printed[delegate_id] = fingerprint
    return {number for number, fingerprint in fingerprints.items() if printed.get(number) != fingerprint}


def runs(conference: Conference, *, limit: int = 50) -> list[PrintRun]:
    """The printings of papers, the latest first."""
    return list(
        db.session.scalars(
            select(PrintRun)
            .where(PrintRun.conference_id == conference.id, PrintRun.kind.in_(RUN_WORDS))
            .options(joinedload(PrintRun.delegation).joinedload(Delegation.municipality))
            .order_by(PrintRun.id.desc())
            .limit(limit)
        )
    )


def run_of(conference: Conference, run_id: int) -> PrintRun | None:
    """One printing of papers of the conference."""
    return db.session.scalar(
        select(PrintRun).where(
            PrintRun.id == run_id,
            PrintRun.conference_id == conference.id,
            PrintRun.kind.in_(RUN_WORDS),
        )
    )


def file_names(run: PrintRun) -> list[str]:
    """What the single files of a run are called: the place in the run and the person's number, in its order."""
    found = db.session.scalars(
        select(Delegate.public_id)
        .join(PrintedPaper, PrintedPaper.delegate_id == Delegate.id)
        .where(PrintedPaper.run_id == run.id)
        .order_by(PrintedPaper.id)
    )
    return [f"{place:04d}_{re.sub(r'[^A-Za-z0-9-]', '-', number)}" for place, number in enumerate(found, start=1)]


def picked(people: Sequence[Participant], lines: Iterable[str]) -> tuple[list[int], list[str]]:
    """Who of them is meant, as :func:`~app.printing.choosing.named` says it."""
    names = ((one.delegate_id, one.public_id, " ".join([*one.names.values(), one.last, one.first])) for one in people)
    return named(names, lines)


def last_number(conference: Conference) -> int:
    """The highest number given, 0 before the first."""
    found = db.session.scalar(select(func.max(Certificate.number)).where(Certificate.conference_id == conference.id))
    return found or 0


def how_many(conference: Conference, paper: Paper) -> int:
    """How many get such a paper."""
    question = select(func.count(Delegate.id)).where(
        Delegate.conference_id == conference.id, Delegate.accreditation == Accreditation.GRANTED
    )
    if paper is not Paper.CERTIFICATES:
        return db.session.scalar(question.where(comes_in_sql(Delegate.attendance, conference.format))) or 0
    return (db.session.scalar(question) or 0) - len(stayed_away(conference))
