"""The doors: rules of roles, dates of the public page, started forms."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import CursorResult, delete

from app.conferences.models import Conference
from app.database import lock, transaction
from app.delegations.models import RegistrationDraft, RoleRule
from app.delegations.operations.started_forms import MAIL_AFTER, address_in, mail_started_form
from app.delegations.operations.waiting_list import grant_waiting
from app.delegations.queries.ways_in import digest_of, draft_of, rules_of
from app.delegations.rules import DelegateRole, usable_address
from app.delegations.rules.ways_in import DRAFT_LIVES, Rule
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.strongbox import lock_values

DRAFT_MOST = 40_000  # characters of all answers together
_NOT_KEPT = ("csrf_token", "nonce", "deed", "website")
_CHOSEN_FOR_THEM = frozenset({"role", "attendance"})  # the form comes with these: they say nothing of the person


def set_role_rules(*, conference: Conference, rules: Mapping[str, Rule], actor: Actor, at: datetime) -> None:
    """Say who may register themselves, who decides, how many places a role has and whether those of it choose between
    the hall and video; free places are given at once.

    :raises Refusal: with ``places_<role>`` as field, below 0, or when a role is not known.
    """
    for role, rule in rules.items():
        if role not in set(DelegateRole):
            raise Refusal(_l("This role is not known here."), field="role")
        if (rule.on_site or 0) < 0 or (rule.video or 0) < 0:
            raise Refusal(_l("The number of places cannot be below 0."), field=f"places_{role}")
    with transaction() as session:
        lock(conference)
        before = rules_of(conference)
        changed = [role for role, rule in rules.items() if before.get(role, Rule()) != rule]
        for role in changed:
            rule = rules[role]
            row = session.get(RoleRule, (conference.id, role)) or RoleRule(conference_id=conference.id, role=role)
            row.public, row.approval = rule.public, rule.approval
            row.places_on_site, row.places_video, row.way = rule.on_site, rule.video, rule.way
            session.add(row)
        if changed:
            session.flush()
            record(deed="delegations.set_role_rules", subject=conference, actor=actor, at=at,
                   conference_id=conference.id, details={"roles": changed})  # fmt: skip
            grant_waiting(conference=conference, actor=actor, at=at)


def keep_draft(
    *,
    conference: Conference,
    token: str,
    values: Mapping[str, Sequence[str]],
    language: str = "en",
    quietly: bool = False,
    at: datetime,
) -> str:
    """Keep what somebody typed so far, locked, for 30 days; returns the secret of the link that opens it.

    Consents are not kept: they are given when the form is sent. ``token`` is of a draft there is already, else empty.
    The link is mailed once to the address typed: at once when the person asked to keep it, else (``quietly``, while
    they type) after :data:`MAIL_AFTER`, should the form not have been sent by then.

    :raises Refusal: when nothing has been typed yet, or it is too much.
    """
    kept = {name: list(texts) for name, texts in values.items()
            if name not in _NOT_KEPT and not name.startswith("consent_") and any(texts)}  # fmt: skip
    if not set(kept) - _CHOSEN_FOR_THEM:
        raise Refusal(_l("Nothing has been typed yet that could be kept."))
    if sum(len(text) for texts in kept.values() for text in texts) > DRAFT_MOST:
        raise Refusal(_l("This is too much to be kept. Please shorten your answers."))
    with transaction() as session:
        row = draft_of(conference, token, at) if token else None
        if row is None:
            token = secrets.token_urlsafe(24)
            row = RegistrationDraft(conference=conference, token=digest_of(token), created_at=at)
        row.sealed, row.updated_at = lock_values(kept), at
        session.add(row)
        if row.mailed_at is None and usable_address(address_in(kept)):
            row.link = lock_values({"token": token, "language": language})
            row.mail_due_at = (row.mail_due_at or at + MAIL_AFTER) if quietly else at
            if not quietly:
                mail_started_form(draft=row, at=at)
    return token


def drop_draft(*, conference: Conference, token: str) -> None:
    """The form is sent, or the person wants it gone: nothing of it stays."""
    with transaction() as session:
        session.execute(
            delete(RegistrationDraft).where(
                RegistrationDraft.token == digest_of(token), RegistrationDraft.conference_id == conference.id
            )
        )


def drop_old_drafts(*, at: datetime) -> int:
    """Erase started forms nobody went on with for 30 days. Returns how many."""
    with transaction() as session:
        done = session.execute(delete(RegistrationDraft).where(RegistrationDraft.updated_at <= at - DRAFT_LIVES))
        return done.rowcount if isinstance(done, CursorResult) else 0
