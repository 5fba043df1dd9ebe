"""Delegations of cities and organisations: opened, limited, handed in, checked, confirmed, frozen; their papers."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.conferences.models import Conference
from app.database import after_commit, lock, transaction
from app.delegations.models import Delegate, Delegation, DelegationPaper, DelegationQuota
from app.delegations.operations.mails import mail_delegation_opened
from app.delegations.queries import members
from app.delegations.queries.groups import how_many_members, papers_of_delegation, quota_of
from app.delegations.rules import usable_address
from app.delegations.rules.groups import (
    LOOKED_AT,
    ONE_ONLY,
    DelegationFunction,
    DelegationKind,
    DelegationState,
    require_not_frozen,
    require_quota,
    require_state_change,
)
from app.directory.models import Organisation
from app.documents.rules import check_pdf
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.i18n import localized
from app.phones import is_phone
from app.strongbox import keep_file, remove_file

PAPERS_MOST = 10


def _require_contact(email: str, phone: str) -> None:
    if email and not usable_address(email):
        raise Refusal(_l("This is not an e-mail address. It should look like name@example.org."), field="contact_email")
    if phone and not is_phone(phone):
        raise Refusal(_l("“%(value)s” is no telephone number.", value=phone), field="contact_phone")


def open_group(
    *,
    conference: Conference,
    kind: DelegationKind,
    organisation: Organisation | None = None,
    name: str = "",
    quota: int | None = None,
    contact_name: str = "",
    contact_email: str = "",
    contact_phone: str = "",
    expected: int = 0,
    language: str = "ru",
    actor: Actor,
    at: datetime,
) -> Delegation:
    """Open the delegation of an organisation, of the directory or by its ``name``; the contact is mailed the link.

    There is one of the same kind and organisation (or name) at a conference: opening it again brings it up to date.

    :raises Refusal: without a name, for a municipality, or with the field of the contact that is wrong.
    """
    name = " ".join(name.split())
    if kind is DelegationKind.MUNICIPALITY:
        raise Refusal(_l("Please choose who sends the delegation."), field="kind")
    if organisation is None and not name:
        raise Refusal(_l("Please choose an organisation of the directory or give a name."), field="name")
    _require_contact(contact_email, contact_phone)
    with transaction() as session:
        lock(conference)
        same = select(Delegation).where(Delegation.conference_id == conference.id, Delegation.kind == kind)
        if organisation is not None:
            row = session.scalar(same.where(Delegation.organisation_id == organisation.id))
        else:
            known = session.scalars(same.where(Delegation.organisation_id.is_(None))).all()
            row = next((one for one in known if one.name.casefold() == name.casefold()), None)
        if row is None:
            row = Delegation(
                conference=conference, kind=kind, organisation=organisation,
                name=localized(organisation, "name", language) if organisation is not None else name,
                token=secrets.token_urlsafe(24), language=language, state=DelegationState.OPEN, contact_name="",
                contact_email="", contact_phone="", expected=0, created_at=at,
            )  # fmt: skip
            session.add(row)
            session.flush()
            record(deed="delegations.open_delegation", subject=row, actor=actor, at=at, details={"kind": kind.value})
        row.contact_name, row.contact_email = contact_name or row.contact_name, contact_email or row.contact_email
        row.contact_phone, row.expected = contact_phone or row.contact_phone, expected or row.expected
        row.quota = quota if quota is not None else row.quota
        session.flush()
        mail_delegation_opened(row, at=at)
    return row


def change_delegation(
    *,
    delegation: Delegation,
    quota: int | None,
    contact_name: str,
    contact_email: str,
    contact_phone: str,
    expected: int,
    actor: Actor,
    at: datetime,
) -> None:
    """Set the quota (None: the usual one of its kind) and the contact; a new address is mailed the link.

    Fewer places than members are allowed: nobody loses a place.

    :raises Refusal: with the field that is wrong.
    """
    _require_contact(contact_email, contact_phone)
    with transaction() as session:
        lock(delegation)
        given = {"quota": quota, "contact_name": contact_name, "contact_email": contact_email,
                 "contact_phone": contact_phone, "expected": expected}  # fmt: skip
        changed = sorted(name for name, value in given.items() if getattr(delegation, name) != value)
        for name in changed:
            setattr(delegation, name, given[name])
        if changed:
            session.flush()
            record(deed="delegations.change_delegation", subject=delegation, actor=actor, at=at,
                   details={"fields": changed} | ({"quota": quota} if "quota" in changed else {}))  # fmt: skip
            mail_delegation_opened(delegation, at=at)


def set_quotas(
    *, conference: Conference, quotas: Mapping[DelegationKind, int | None], actor: Actor, at: datetime
) -> None:
    """Set how many people delegations of each kind may have; None for no limit.

    :raises Refusal: with the kind as field, below 0.
    """
    for kind, people in quotas.items():
        if people is not None and people < 0:
            raise Refusal(_l("The number of places cannot be below 0."), field=f"quota_{kind.value}")
    with transaction() as session:
        lock(conference)
        changed = {}
        for kind, people in quotas.items():
            row = session.get(DelegationQuota, (conference.id, kind))
            if (row.people if row is not None else None) == people:
                continue
            changed[kind.value] = people
            if row is not None and people is None:
                session.delete(row)
            elif row is not None and people is not None:
                row.people = people
            else:
                session.add(DelegationQuota(conference_id=conference.id, kind=kind, people=people))
        if changed:
            session.flush()
            record(deed="delegations.set_quotas", subject=conference, actor=actor, at=at,
                   conference_id=conference.id, details=changed)  # fmt: skip


def bring_to(*, delegation: Delegation, state: DelegationState, by_staff: bool, actor: Actor, at: datetime) -> None:
    """Hand the list in, check, confirm, freeze it, or open it again. Doing it twice is harmless.

    :raises Refusal: when it cannot be brought there, or is handed in without anybody in it.
    """
    with transaction() as session:
        lock(delegation)
        before = delegation.state
        if before is state:
            return
        require_state_change(before, state, by_staff=by_staff)
        if state is DelegationState.SUBMITTED and not how_many_members(delegation):
            raise Refusal(_l("Nobody is entered yet: there is nothing to hand in."))
        delegation.state = state
        session.flush()
        record(deed="delegations.bring_to", subject=delegation, actor=actor, at=at,
               details={"from": before.value, "to": state.value})  # fmt: skip


def require_room(*, delegation: Delegation, more: int = 1) -> None:
    """Under the conference's lock.

    :raises Refusal: when ``more`` people do not fit into the delegation.
    """
    require_quota(quota_of(delegation), how_many_members(delegation), more)


def changed_by_contact(*, delegation: Delegation | None, actor: Actor, at: datetime) -> None:
    """The contact changes the list: one that was checked or confirmed waits for a new check.

    :raises Refusal: when the list is frozen.
    """
    if delegation is None or actor.kind != "contact":
        return
    require_not_frozen(delegation.state, by_staff=False)
    if delegation.state in LOOKED_AT:
        bring_to(delegation=delegation, state=DelegationState.SUBMITTED, by_staff=True, actor=actor, at=at)


def next_position(delegation: Delegation) -> int:
    """Where a new member stands: behind the last one put by hand, by rank where nobody was."""
    with transaction() as session:
        highest = session.scalar(
            select(func.max(Delegate.roster_position)).where(Delegate.delegation_id == delegation.id)
        )
    return highest + 1 if highest else 0


def set_function(*, delegate: Delegate, function: DelegationFunction, actor: Actor, at: datetime) -> None:
    """Say what a member is within the delegation; head and contact are one person each: who was it becomes a member.

    :raises Refusal: when the person is in no delegation, or the contact may not change it any more.
    """
    with transaction() as session:
        lock(delegate)
        delegation = delegate.delegation
        if delegation is None:
            raise Refusal(_l("This person belongs to no delegation."))
        lock(delegation)
        if delegate.function == function.value:
            return
        changed_by_contact(delegation=delegation, actor=actor, at=at)
        if function in ONE_ONLY:
            for other in members(delegation):
                if other.function == function.value and other.id != delegate.id:
                    other.function, other.updated_at = DelegationFunction.MEMBER.value, at
        before, delegate.function, delegate.updated_at = delegate.function, function.value, at
        session.flush()
        record(deed="delegations.set_function", subject=delegate, actor=actor, at=at,
               details={"from": before, "to": function.value})  # fmt: skip


def put_in_order(*, delegation: Delegation, ids: list[int], actor: Actor, at: datetime) -> None:
    """Order the members by hand: those of ``ids`` first, in this order; who is not among them follows as before.

    :raises Refusal: when the list is frozen.
    """
    with transaction() as session:
        lock(delegation)
        rows = members(delegation)
        place = {number: index for index, number in enumerate(ids)}
        ordered = sorted(rows, key=lambda row: place.get(row.id, len(place)))
        if [row.id for row in ordered] == [row.id for row in rows]:
            return
        require_not_frozen(delegation.state, by_staff=actor.kind != "contact")
        for index, row in enumerate(ordered, start=1):
            if row.roster_position != index:
                row.roster_position, row.updated_at = index, at
        session.flush()
        record(deed="delegations.put_in_order", subject=delegation, actor=actor, at=at)


def move_member(*, delegate: Delegate, up: bool, actor: Actor, at: datetime) -> None:
    """Put a member one place higher or lower in the list; at its end nothing happens.

    :raises Refusal: when the list is frozen.
    """
    delegation = delegate.delegation
    if delegation is None:
        return
    with transaction():
        lock(delegation)
        ids = [row.id for row in members(delegation)]
        here = ids.index(delegate.id)
        there = here - 1 if up else here + 1
        if 0 <= there < len(ids):
            ids[here], ids[there] = ids[there], ids[here]
            put_in_order(delegation=delegation, ids=ids, actor=actor, at=at)


def add_paper(*, delegation: Delegation, content: bytes, filename: str, actor: Actor, at: datetime) -> DelegationPaper:
    """Keep a nomination letter or a note verbale, locked.

    :raises Refusal: (field ``file``) when it is no plain PDF, or there are too many.
    """
    filename = filename.replace("\\", "/").rsplit("/", 1)[-1][:200] or "paper.pdf"
    facts = check_pdf(content, filename=filename)
    with transaction() as session:
        lock(delegation)
        require_not_frozen(delegation.state, by_staff=actor.kind != "contact")
        if len(papers_of_delegation(delegation)) >= PAPERS_MOST:
            raise Refusal(_l("There are %(count)s papers already. Please remove one first.", count=PAPERS_MOST),
                          field="file")  # fmt: skip
        row = DelegationPaper(delegation_id=delegation.id, file=keep_file(content), filename=filename,
                              pages=facts.pages, uploaded_by=actor.label[:254], uploaded_at=at)  # fmt: skip
        session.add(row)
        session.flush()
        record(deed="delegations.add_paper", subject=delegation, actor=actor, at=at, details={"pages": facts.pages})
    return row


def remove_paper(*, paper: DelegationPaper, actor: Actor, at: datetime) -> None:
    """Take a paper away.

    :raises Refusal: when the list is frozen.
    """
    with transaction() as session:
        delegation = paper.delegation
        lock(delegation)
        require_not_frozen(delegation.state, by_staff=actor.kind != "contact")
        after_commit(partial(remove_file, paper.file))
        session.delete(paper)
        session.flush()
        record(deed="delegations.remove_paper", subject=delegation, actor=actor, at=at)


def forget_papers(delegations: list[Delegation]) -> int:
    """Erase every paper of these delegations. Returns how many there were."""
    with transaction() as session:
        rows = [paper for one in delegations for paper in papers_of_delegation(one)]
        for row in rows:
            after_commit(partial(remove_file, row.file))
            session.delete(row)
        session.flush()
    return len(rows)
