"""A new code for a badge; the old one opens nothing any more, and whoever shows it is told so."""

from __future__ import annotations

from datetime import datetime

from app.database import transaction
from app.delegations.models import Delegate
from app.delegations.models.badge_codes import WithdrawnCode
from app.delegations.operations.mails import badge_secret
from app.delegations.rules.badge_codes import WhyWithdrawn, code_digest


def withdraw_badge_code(*, delegate: Delegate, why: WhyWithdrawn, at: datetime, code: str = "") -> None:
    """Give somebody's badge a new code, within the caller's transaction.

    :param code: the new one, where it stands on paper already.
    """
    with transaction() as session:
        session.add(
            WithdrawnCode(delegate_id=delegate.id, digest=code_digest(delegate.badge_token), why=why, withdrawn_at=at)
        )
        delegate.badge_token, delegate.updated_at = code or badge_secret(), at
