"""Badges that are lost: new codes on paper, the old ones open nothing any more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from flask_babel import gettext as _

from app.conferences.models import Conference
from app.database import db, lock
from app.delegations.models import Delegate
from app.delegations.operations.badge_codes import withdraw_badge_code
from app.delegations.operations.mails import badge_secret
from app.delegations.rules.badge_codes import WhyWithdrawn
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.printing.rules import BadgeContent


def with_new_codes(contents: Sequence[BadgeContent], lost: Collection[int]) -> list[BadgeContent]:
    """The same badges; those that were lost with codes nobody has yet."""
    return [
        content if content.delegate_id not in lost else _coded(content, badge_secret()) for content in contents
    ]  # fmt: skip


def _coded(content: BadgeContent, code: str) -> BadgeContent:
    person = None if content.person is None else replace(content.person, token=code)
    return replace(content, token=code, person=person)


def withdraw_lost_codes(
    *, conference: Conference, before: Sequence[BadgeContent], new: Sequence[BadgeContent], actor: Actor, at: datetime
) -> None:
    """Let the codes on the new badges hold instead of those of the lost ones, within the caller's transaction.

    :raises Refusal: when somebody's code became another while badges were laid out.
    """
    codes = {content.delegate_id: content.token for content in before}
    for content in sorted(new, key=lambda one: one.delegate_id):
        if content.token == codes[content.delegate_id]:
            continue
        delegate = lock(db.session.get_one(Delegate, content.delegate_id))
        if delegate.badge_token != codes[content.delegate_id]:
            raise Refusal(
                _("Meanwhile the badge of %(id)s got another code. Please print again.", id=content.public_id)
            )
        withdraw_badge_code(delegate=delegate, why=WhyWithdrawn.LOST, at=at, code=content.token)
        record(deed="withdraw-badge", subject=delegate, actor=actor, at=at, conference_id=conference.id)
