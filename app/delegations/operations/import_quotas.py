"""People of a file who are more than their delegations may have."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Delegate, Delegation
from app.delegations.queries.groups import GONE, name_of_delegation, usual_quotas
from app.tables import ImportReport, Rejected, TableRow


def warn_of_quotas(
    conference: Conference, report: ImportReport, rows: Mapping[str, TableRow], *, new: Collection[str]
) -> int:
    """Warn of every new person beyond the quota of their delegation, at their row; returns how many there are.

    They are taken all the same: the file is the staff's own word. Once everything is written, two queries and one for
    each delegation that has too many.
    """
    usual = usual_quotas(conference)
    counted = (
        select(Delegate.delegation_id, func.count())
        .where(
            Delegate.conference_id == conference.id, Delegate.merged_into_id.is_(None),
            Delegate.delegation_id.is_not(None), Delegate.accreditation.not_in(GONE),
        )
        .group_by(Delegate.delegation_id)
    )  # fmt: skip
    sizes = dict(iter(db.session.execute(counted)))
    count = 0
    for delegation in db.session.scalars(select(Delegation).where(Delegation.conference_id == conference.id)):
        quota = usual.get(delegation.kind) if delegation.quota is None else delegation.quota
        people = sizes.get(delegation.id, 0)
        if quota is None or people <= quota:
            continue
        members = db.session.scalars(
            select(Delegate.public_id).where(
                Delegate.delegation_id == delegation.id, Delegate.merged_into_id.is_(None),
                Delegate.accreditation.not_in(GONE),
            )
        )  # fmt: skip
        fresh = sorted((rows[key] for key in members if key in new), key=lambda row: row.number)
        excess = fresh[-(people - quota) :]
        for number, row in enumerate(excess, people - len(excess) + 1):
            message = _("beyond the quota of the delegation of %(name)s: person %(people)s of %(quota)s",
                        name=name_of_delegation(delegation), quota=quota, people=number)  # fmt: skip
            report.warnings.append(Rejected(row.number, "city_slug", message))
            count += 1
    return count
