"""A place passed on to somebody else."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.database import lock, transaction
from app.delegations.models import Delegate
from app.delegations.operations.badge_codes import withdraw_badge_code
from app.delegations.operations.leaving import tell_left
from app.delegations.operations.mails import mail_added, mail_changed, new_pass
from app.delegations.operations.registration import place_for_substitute
from app.delegations.operations.waiting_list import forget_wish, grant_waiting
from app.delegations.rules import HOLDS_A_PLACE, Accreditation, DelegateDetails, require_until, usable_address
from app.delegations.rules.badge_codes import WhyWithdrawn
from app.delegations.rules.groups import require_not_frozen
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor


@dataclass(frozen=True)
class Substitute:
    """Who takes the place."""

    last: str
    first: str
    email: str
    patronymic: str = ""
    position: str = ""
    gender: str = ""


def pass_on(*, delegate: Delegate, to: Substitute, actor: Actor, at: datetime) -> Delegate:
    """Somebody else comes instead: they take place, role and delegation; the links and the badge of the first one die.

    Nobody on the waiting list loses anything by it: it is the same place. Both are told by mail. Data, answers,
    consents and papers are not passed on: they are personal.

    :raises Refusal: without a place to pass on, after the date for changes, or with the field that is wrong.
    """
    conference = delegate.conference
    if not usable_address(to.email):
        raise Refusal(_l("This is not an e-mail address. It should look like name@example.org."), field="email")
    drawn = new_pass()
    with transaction() as session:
        lock(conference)
        lock(delegate)
        if actor.kind != "staff":
            require_until(conference.change_until, at, conference.timezone)
        if delegate.accreditation not in HOLDS_A_PLACE:
            raise Refusal(_l("There is no place to pass on: only somebody who holds one can."))
        if delegate.email.casefold() == to.email.casefold():
            raise Refusal(_l("This is your own address. Please give that of the person who takes part instead."),
                          field="email")  # fmt: skip
        delegation, standing = delegate.delegation, delegate.accreditation
        if delegation is not None:
            require_not_frozen(delegation.state, by_staff=actor.kind == "staff")
        was_offered = delegate.offered_until is not None
        delegate.accreditation = Accreditation.WITHDRAWN
        forget_wish(delegate)
        delegate.token, delegate.join_token = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        withdraw_badge_code(delegate=delegate, why=WhyWithdrawn.PASSED_ON, at=at)
        session.flush()
        row = place_for_substitute(
            delegate=delegate, standing=standing, badge_token=drawn.token, actor=actor, at=at,
            details=DelegateDetails(
                last=to.last, first=to.first, patronymic=to.patronymic, position=to.position, gender=to.gender,
                email=to.email, role=delegate.role, municipality_id=delegate.municipality_id,
                organisation=delegate.organisation, attendance=delegate.attendance,
            ),
        )  # fmt: skip
        tell_left(delegate)
        record(deed="delegations.pass_on", subject=delegate, actor=actor, at=at, details={"to": row.public_id})
        mail_added(row, delegation=delegation, drawn=drawn, at=at)
        mail_changed(delegate, what="passed_on", at=at)
        if was_offered:  # a place of the other way, which nobody needs now
            grant_waiting(conference=conference, actor=actor, at=at)
    return row
