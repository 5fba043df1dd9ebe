"""Reading who needs a visa and what is known of their passports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, false, func, literal, or_, select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.conferences.taking_part import comes, comes_in_sql, has_hall
from app.correspondence.models import Letter
from app.correspondence.rules import LetterKind, LetterState
from app.database import db
from app.delegations.models import Delegate, PassportRecord, VisaRule, VisaSettings
from app.delegations.rules import HOLDS_A_PLACE, Accreditation
from app.delegations.rules.visa import EVERYBODY, Passport, VisaNeed, may_need_one, need_of, shipped_rules
from app.history.models import HistoryEntry
from app.strongbox import Locked, open_values

_ALWAYS_LISTED = ("RU", "DE", "BY", "KZ", "US", "CN")  # whatever holds for them
SEEN = "delegations.see_passport"
VISA_KINDS = (LetterKind.VISA_SUPPORT_RU, LetterKind.VISA_SUPPORT_DE)


def decided_needs(host_country: str) -> dict[str, VisaNeed]:
    """What the organisers decided for a host country, by citizenship."""
    rows = db.session.execute(
        select(VisaRule.citizenship, VisaRule.need).where(VisaRule.host_country == host_country)
    ).all()
    return {row[0]: row[1] for row in rows}


def settings_of(conference: Conference) -> VisaSettings:
    """What the conference says about visas; the usual where nobody said anything yet (that row is not kept)."""
    found = db.session.get(VisaSettings, conference.id)
    return found or VisaSettings(
        conference_id=conference.id, keep_days=30, consulate_ru="", consulate_de="", consulate_en=""
    )


def erased_after(conference: Conference, settings: VisaSettings | None = None) -> date:
    """The last day on which passport data of the conference are kept."""
    return conference.ends_on + timedelta(days=(settings or settings_of(conference)).keep_days)


def conferences_due(at: datetime) -> list[Conference]:
    """Conferences whose passport data are kept longer than they may be, in the host's days."""
    rows = db.session.scalars(
        select(Conference)
        .where(Conference.id.in_(select(Delegate.conference_id).join(PassportRecord)), Conference.ends_on <= at.date())
        .order_by(Conference.id)
    )
    return [row for row in rows if at.astimezone(ZoneInfo(row.timezone)).date() > erased_after(row)]


def records_of(conference: Conference) -> list[PassportRecord]:
    """Every passport record of a conference."""
    return list(
        db.session.scalars(
            select(PassportRecord)
            .join(PassportRecord.delegate)
            .options(joinedload(PassportRecord.delegate))
            .where(Delegate.conference_id == conference.id)
            .order_by(PassportRecord.delegate_id)
        )
    )


def how_many_records(conference: Conference) -> int:
    """How many passports are kept of a conference's people."""
    question = select(func.count()).select_from(PassportRecord).join(PassportRecord.delegate)
    return db.session.scalar(question.where(Delegate.conference_id == conference.id)) or 0


def need_for(delegate: Delegate, decided: dict[str, VisaNeed] | None = None) -> VisaNeed | None:
    """What this person needs; None while the citizenship is not known.

    Nothing for who takes part by video, and for who said that they need none (they may have one already).
    """
    if not comes(delegate.attendance, delegate.conference.format) or delegate.visa_needed == "no":
        return VisaNeed.NONE
    if delegate.accreditation in {Accreditation.WITHDRAWN, Accreditation.DECLINED}:
        return VisaNeed.NONE
    host = delegate.conference.host.country
    if not delegate.citizenship:
        return VisaNeed.VISA if delegate.visa_needed == "yes" else None
    need = need_of(delegate.citizenship, host, decided if decided is not None else decided_needs(host))
    return VisaNeed.VISA if need is VisaNeed.NONE and delegate.visa_needed == "yes" else need


def citizenship_matters(conference: Conference) -> bool:
    """Whether it should be known of everybody, early: some who come there may need a visa. One query."""
    if not has_hall(conference.format):
        return False
    host = conference.host.country
    return may_need_one(host, decided_needs(host))


def record_of(delegate: Delegate) -> PassportRecord | None:
    """The locked passport data of a person."""
    return db.session.get(PassportRecord, delegate.id)


def passport_in(record: PassportRecord | None) -> Passport | None:
    """The data in a record; None when there is none, or no key of the house opens it.

    Whoever shows more of it than :func:`app.delegations.rules.visa.masked` goes by ``operations.see_passport``.
    """
    if record is None:
        return None
    try:
        return Passport.of(open_values(record.sealed))
    except Locked:
        return None


def _maybe_needed(conference: Conference) -> ColumnElement[bool]:
    """On site, not withdrawn, did not say no, and of a citizenship that needs one or is not known. As SQL."""
    host = conference.host.country
    decided = decided_needs(host)
    free = {code for code in {*shipped_rules(host), *decided, host} if need_of(code, host, decided) is VisaNeed.NONE}
    unknown_free = decided.get(EVERYBODY) is VisaNeed.NONE
    known = {code for code in {*shipped_rules(host), *decided} if code not in free}
    by_rule = Delegate.citizenship.in_(known) if unknown_free else Delegate.citizenship.not_in(free)
    return and_(
        Delegate.conference_id == conference.id,
        comes_in_sql(Delegate.attendance, conference.format),
        Delegate.accreditation.in_({*HOLDS_A_PLACE, Accreditation.WAITLISTED}),
        Delegate.visa_needed != "no",
        or_(Delegate.visa_needed == "yes", and_(Delegate.citizenship != "", by_rule)),
    )


@dataclass(frozen=True)
class Applicant:
    """One who needs a visa, with what is there: passport data (locked away again at once), letter."""

    delegate: Delegate
    need: VisaNeed | None
    record: PassportRecord | None
    letter: Letter | None


def how_many_applicants(conference: Conference) -> int:
    """How many need a visa, electronic ones too."""
    return db.session.scalar(select(func.count()).select_from(Delegate).where(_maybe_needed(conference))) or 0


def how_many_unknown(conference: Conference) -> int:
    """How many who come have not said what their citizenship is."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Delegate)
            .where(
                Delegate.conference_id == conference.id, comes_in_sql(Delegate.attendance, conference.format),
                Delegate.accreditation.in_(HOLDS_A_PLACE), Delegate.citizenship == "", Delegate.visa_needed == "",
            )
        )
        or 0
    )  # fmt: skip


def applicants(conference: Conference, *, offset: int = 0, limit: int | None = None) -> list[Applicant]:
    """Those who need a visa, with passport data first, then by name. Four queries."""
    question = (
        select(Delegate, PassportRecord)
        .outerjoin(PassportRecord, PassportRecord.delegate_id == Delegate.id)
        .options(joinedload(Delegate.municipality))
        .where(_maybe_needed(conference))
        .order_by(case((PassportRecord.delegate_id.is_(None), literal(1)), else_=literal(0)), Delegate.last,
                  Delegate.first, Delegate.id)
        .offset(offset)
        .limit(limit)
    )  # fmt: skip
    rows = db.session.execute(question).all()
    letters = visa_letters([row[0].id for row in rows])
    decided = decided_needs(conference.host.country)
    return [Applicant(row, need_for(row, decided), record, letters.get(row.id)) for row, record in rows]


def waiting_for_letter(conference: Conference) -> list[Delegate]:
    """Those who need a visa, whose passport data are there, and who have no letter yet."""
    return [one.delegate for one in applicants(conference) if one.record is not None and one.letter is None]


def visa_letters(delegate_ids: Sequence[int]) -> dict[int, Letter]:
    """The newest living visa letter of each, by delegate; one that is withdrawn is none. One query."""
    if not delegate_ids:
        return {}
    rows = db.session.scalars(
        select(Letter)
        .options(joinedload(Letter.register_entry))
        .where(
            Letter.subject_id.in_(delegate_ids) if delegate_ids else false(),
            Letter.kind.in_(VISA_KINDS),
            Letter.state != LetterState.ANNULLED,
            Letter.withdrawn_at.is_(None),
        )
        .order_by(Letter.id)
    )
    return {letter.subject_id: letter for letter in rows if letter.subject_id is not None}


def looks_at(delegate: Delegate) -> list[HistoryEntry]:
    """Who looked at the passport data of a person, the newest first; they are shown to the person."""
    return list(
        db.session.scalars(
            select(HistoryEntry)
            .where(
                HistoryEntry.subject_kind == Delegate.__tablename__,
                HistoryEntry.subject_id == delegate.id,
                HistoryEntry.deed == SEEN,
            )
            .order_by(HistoryEntry.id.desc())
            .limit(50)
        )
    )


@dataclass(frozen=True)
class Rule:
    """One line of the table of rules: what holds, and whether the organisers decided it."""

    citizenship: str
    need: VisaNeed
    decided: bool
    changed_by: str = ""


def rules_for(host_country: str) -> list[Rule]:
    """The whole table for a host country, ``*`` last."""
    rows = {row.citizenship: row for row in db.session.scalars(
        select(VisaRule).where(VisaRule.host_country == host_country))}  # fmt: skip
    found = []
    decided = {code: row.need for code, row in rows.items()}
    for code in sorted({*shipped_rules(host_country), *rows, *_ALWAYS_LISTED} - {EVERYBODY, host_country}):
        row = rows.get(code)
        need = row.need if row is not None else need_of(code, host_country, decided)
        found.append(Rule(code, need, row is not None, row.changed_by if row is not None else ""))
    rest = rows.get(EVERYBODY)
    found.append(
        Rule(EVERYBODY, rest.need if rest else VisaNeed.VISA, rest is not None, rest.changed_by if rest else "")
    )
    return found
