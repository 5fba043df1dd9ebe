"""Reading delegations: how many people they may have, their papers, what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Delegate, Delegation, DelegationPaper, DelegationQuota
from app.delegations.rules import Accreditation
from app.delegations.rules.groups import DelegationKind
from app.directory.models import Organisation
from app.i18n import localized

GONE = frozenset({Accreditation.WITHDRAWN, Accreditation.DECLINED})


def usual_quotas(conference: Conference) -> dict[DelegationKind, int]:
    """How many people delegations may have by kind; a kind that is not there has no limit."""
    rows = db.session.execute(
        select(DelegationQuota.kind, DelegationQuota.people).where(DelegationQuota.conference_id == conference.id)
    )
    return {row[0]: row[1] for row in rows}


def quota_of(delegation: Delegation) -> int | None:
    """How many people a delegation may have; None for no limit."""
    if delegation.quota is not None:
        return delegation.quota
    return db.session.scalar(
        select(DelegationQuota.people).where(
            DelegationQuota.conference_id == delegation.conference_id, DelegationQuota.kind == delegation.kind
        )
    )


def how_many_members(delegation: Delegation) -> int:
    """Members who count: those who have not withdrawn and were not declined."""
    return (
        db.session.scalar(
            select(func.count()).where(
                Delegate.delegation_id == delegation.id, Delegate.merged_into_id.is_(None),
                Delegate.accreditation.not_in(GONE),
            )
        )
        or 0
    )  # fmt: skip


@dataclass(frozen=True)
class Size:
    """How many people a delegation has, and may have (None: any number)."""

    people: int
    quota: int | None

    def beyond(self, more: int = 0) -> int:
        """How many people are too many once ``more`` come."""
        return 0 if self.quota is None else max(0, self.people + more - self.quota)


def size_of(delegation: Delegation) -> Size:
    """The size of one delegation (two small queries)."""
    return Size(how_many_members(delegation), quota_of(delegation))


def papers_of_delegation(delegation: Delegation) -> list[DelegationPaper]:
    """Nomination letters and notes, the newest first."""
    return list(
        db.session.scalars(
            select(DelegationPaper)
            .where(DelegationPaper.delegation_id == delegation.id)
            .order_by(DelegationPaper.id.desc())
        )
    )


def delegation_of_number(conference: Conference, number: int) -> Delegation | None:
    """A delegation of the conference by its number."""
    return db.session.scalar(
        select(Delegation)
        .options(joinedload(Delegation.conference), joinedload(Delegation.organisation))
        .where(Delegation.conference_id == conference.id, Delegation.id == number)
    )


def organisations_to_choose() -> list[tuple[int, str]]:
    """Organisations of the directory: (id, name in the reader's language), by name."""
    found = [(row.id, localized(row, "name")) for row in db.session.scalars(select(Organisation))]
    return sorted(found, key=lambda pair: pair[1].casefold())


def name_of_delegation(delegation: Delegation, language: str | None = None) -> str:
    """Whose delegation it is, in the reader's language."""
    if delegation.municipality is not None:
        return localized(delegation.municipality, "name", language)
    if delegation.organisation is not None:
        return localized(delegation.organisation, "name", language)
    return delegation.name
