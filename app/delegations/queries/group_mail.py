"""Mails to groups: to whom, what is new for each, what became of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Delegate, GroupMail, GroupMailRecipient
from app.delegations.queries.listing import chosen, matching, page_of_delegates
from app.delegations.rules.listing import question_of
from app.history.models import HistoryEntry
from app.mailroom.models import OutgoingMail
from app.mailroom.rules import MailState

# What others change in a person's data; decisions on the accreditation are mailed at once by themselves.
CHANGING_DEEDS = ("delegations.change_details", "delegations.import_changes", "delegations.merge_doubles")
_NOT_TOLD = frozenset(
    {"search", "sort_name", "precedence", "accreditation", "registered_at", "delegation_id", "city_slug"}
)


def recipients(mail: GroupMail) -> list[Delegate]:
    """Those a mail is meant for, as its filter finds them now."""
    return meant_by(mail.conference, mail.query)


def meant_by(conference: Conference, query: dict[str, object]) -> list[Delegate]:
    """Those a kept filter means: named by their numbers, or found by a question."""
    ids = query.get("ids")
    if isinstance(ids, list):
        asked = chosen(conference, [str(number) for number in ids])
    else:
        asked = matching(conference, question_of(query))
    return page_of_delegates(asked, offset=0, limit=None)


def changes_for(delegates: Sequence[Delegate], *, conference_id: int) -> dict[int, list[str]]:
    """The columns others changed for each since the last mail that told them anything of their data. Three queries."""
    wanted = {row.id: row.created_at for row in delegates}
    told = _last_told(wanted, conference_id)
    found: dict[int, list[str]] = defaultdict(list)
    entries = db.session.execute(
        select(HistoryEntry.subject_id, HistoryEntry.at, HistoryEntry.details)
        .where(
            HistoryEntry.subject_kind == "delegate",
            HistoryEntry.conference_id == conference_id,
            HistoryEntry.deed.in_(CHANGING_DEEDS),
            HistoryEntry.actor_kind != "delegate",
        )
        .order_by(HistoryEntry.id)
    )
    for number, at, details in entries:
        if number in wanted and at > told[number]:
            fields = [name for name in details.get("fields", []) if name not in _NOT_TOLD]
            found[number] += [name for name in fields if name not in found[number]]
    return {number: names for number, names in found.items() if names}


def _last_told(wanted: dict[int, datetime], conference_id: int) -> dict[int, datetime]:
    told = dict(wanted)
    links = db.session.execute(
        select(OutgoingMail.deed_key, OutgoingMail.created_at).where(
            OutgoingMail.conference_id == conference_id, OutgoingMail.deed_key.startswith("delegate-link:")
        )
    )
    for key, at in links:
        number = int(str(key).rpartition(":")[2])
        if number in told:
            told[number] = max(told[number], at)
    mails = db.session.execute(
        select(GroupMailRecipient.delegate_id, func.max(GroupMailRecipient.prepared_at))
        .join(GroupMail, GroupMail.id == GroupMailRecipient.group_mail_id)
        .where(
            GroupMail.conference_id == conference_id,
            GroupMail.kind == "changes",
            GroupMailRecipient.mail_id.is_not(None),
        )
        .group_by(GroupMailRecipient.delegate_id)
    )
    for number, at in mails:
        if number in told and at is not None:
            told[number] = max(told[number], at)
    return told


def group_mails(conference: Conference) -> list[tuple[GroupMail, int, int]]:
    """Every mail to a group with how many were written and how many could not be, newest first. Two queries."""
    written = func.count(GroupMailRecipient.mail_id)
    counted = {
        number: (mails, everyone - mails)
        for number, mails, everyone in db.session.execute(
            select(GroupMailRecipient.group_mail_id, written, func.count(GroupMailRecipient.id))
            .join(GroupMail, GroupMail.id == GroupMailRecipient.group_mail_id)
            .where(GroupMail.conference_id == conference.id)
            .group_by(GroupMailRecipient.group_mail_id)
        )
    }
    rows = db.session.scalars(
        select(GroupMail).where(GroupMail.conference_id == conference.id).order_by(GroupMail.id.desc())
    )
    return [(row, *counted.get(row.id, (0, 0))) for row in rows]


def states_of(mail: GroupMail) -> dict[MailState, int]:
    """What became of the mails of one to a group."""
    rows = db.session.execute(
        select(OutgoingMail.state, func.count())
        .join(GroupMailRecipient, GroupMailRecipient.mail_id == OutgoingMail.id)
        .where(GroupMailRecipient.group_mail_id == mail.id)
        .group_by(OutgoingMail.state)
    )
    return {row[0]: row[1] for row in rows}


def not_written_to(mail: GroupMail) -> list[GroupMailRecipient]:
    """For whom no mail could be written, with the delegate, by name."""
    return list(
        db.session.scalars(
            select(GroupMailRecipient)
            .join(Delegate, Delegate.id == GroupMailRecipient.delegate_id)
            .options(joinedload(GroupMailRecipient.delegate))
            .where(GroupMailRecipient.group_mail_id == mail.id, GroupMailRecipient.mail_id.is_(None))
            .order_by(Delegate.sort_name, Delegate.id)
        )
    )
