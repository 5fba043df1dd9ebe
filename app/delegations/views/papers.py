"""What the pages behind a personal link share: whose they are, and what stands beside the details."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort
from sqlalchemy import select

from app.conferences.models import Conference
from app.conferences.taking_part import comes
from app.database import db
from app.delegations.models import Delegate, DelegatePhoto
from app.delegations.queries import delegate_by_token
from app.delegations.queries.consents import agrees
from app.delegations.queries.photos import photo_row
from app.delegations.queries.visa import need_for, record_of
from app.delegations.rules.consents import Purpose
from app.delegations.rules.visa import VisaNeed
from app.history.rules import Actor


def of_token(token: str) -> Delegate:
    """The delegate whose link it is; a forged one is not found."""
    return delegate_by_token(token) or abort(404)


def as_themselves(delegate: Delegate) -> Actor:
    """The person acts."""
    return Actor(kind="delegate", id=delegate.id, label=delegate.public_id)


@dataclass(frozen=True)
class Papers:
    """What a person sees of photograph, visa and consents at a glance; ``need`` None: the citizenship is not known.

    ``comes``: to where the conference is held.
    """

    photo: DelegatePhoto | None
    need: VisaNeed | None
    has_passport: bool
    agreed: int
    comes: bool = True

    @property
    def asks(self) -> bool:
        """Whether there is anything to say about a visa."""
        return self.need is not VisaNeed.NONE or self.has_passport


def papers_of(delegate: Delegate) -> Papers:
    """Of one person; a few small queries."""
    return Papers(
        photo_row(delegate), need_for(delegate), record_of(delegate) is not None,
        sum(agrees(delegate, purpose) for purpose in Purpose), comes(delegate.attendance, delegate.conference.format),
    )  # fmt: skip


def staff_delegate(conference: Conference, public_id: str) -> Delegate:
    """The delegate of a desk page."""
    found = db.session.scalar(
        select(Delegate).where(Delegate.conference_id == conference.id, Delegate.public_id == public_id)
    )
    return found or abort(404)
