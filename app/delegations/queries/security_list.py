"""Reading the lists made for the guards of the host."""

from __future__ import annotations

from sqlalchemy import func, select

from app.conferences.models import Conference
from app.conferences.taking_part import comes_in_sql
from app.database import db
from app.delegations.models import Delegate, PassportRecord
from app.delegations.rules import Accreditation
from app.documents.models import SealedDocument

KIND = "security_list"


def security_lists(conference: Conference) -> list[SealedDocument]:
    """The lists that were made and are not erased, the newest first."""
    return list(
        db.session.scalars(
            select(SealedDocument)
            .where(SealedDocument.kind == KIND, SealedDocument.number == conference.slug,
                   SealedDocument.erased_at.is_(None))
            .order_by(SealedDocument.id.desc())
        )
    )  # fmt: skip


def how_many_to_list(conference: Conference) -> tuple[int, int]:
    """How many people have a place on site, and of how many passport data are kept."""
    counted = db.session.execute(
        select(func.count(), func.count(PassportRecord.delegate_id))
        .select_from(Delegate)
        .outerjoin(PassportRecord, PassportRecord.delegate_id == Delegate.id)
        .where(
            Delegate.conference_id == conference.id, comes_in_sql(Delegate.attendance, conference.format),
            Delegate.accreditation == Accreditation.GRANTED,
        )
    ).one()  # fmt: skip
    return counted[0], counted[1]
