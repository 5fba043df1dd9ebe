"""Who has not answered yet, and what reminded them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from app.conferences.models import Conference
from app.correspondence.models import Letter, ReminderRule
from app.correspondence.queries.letters import name_now
from app.correspondence.queries.stages import at_stage
from app.correspondence.rules import REMINDER, LetterKind, ReminderDays, Stage
from app.database import db
from app.directory.models import Municipality
from app.mailroom.models import OutgoingMail


def reminder_days(conference: Conference) -> ReminderDays:
    """After how many days the silent of a conference are reminded."""
    rule = db.session.get(ReminderRule, conference.id)
    return ReminderDays(rule.first_days, rule.second_days) if rule is not None else ReminderDays()


def silent_letters(conference: Conference) -> Sequence[Letter]:
    """Issued invitations without an answer, by the name of the municipality; of those that partner cities forward one
    for each municipality that has no other."""
    rows = db.session.scalars(
        select(Letter)
        .join(Letter.municipality)
        .options(
            contains_eager(Letter.municipality),
            joinedload(Letter.register_entry),
            joinedload(Letter.document),
            joinedload(Letter.mail),
            joinedload(Letter.parent).joinedload(Letter.municipality),
        )
        .where(
            Letter.conference_id == conference.id,
            Letter.kind == LetterKind.INVITATION,
            at_stage(Stage.SILENT),
        )
        .order_by(name_now(), Municipality.slug, Letter.parent_letter_id.is_not(None), Letter.id)
    ).all()
    direct = {letter.municipality_id for letter in rows if letter.parent_letter_id is None}
    kept: list[Letter] = []
    forwarded: set[int] = set()
    for letter in rows:
        if letter.parent_letter_id is not None:
            if letter.municipality_id in direct | forwarded:
                continue
            forwarded.add(letter.municipality_id)
        kept.append(letter)
    return kept


def returned_letters(conference: Conference) -> set[int]:
    """Ids of the letters that were not delivered or came back, by mail or by post."""
    question = select(Letter.id).where(Letter.conference_id == conference.id, at_stage(Stage.RETURNED))
    return set(db.session.scalars(question))


def reminders_queued(conference: Conference) -> dict[str, datetime]:
    """When each reminder of a conference was put into the mailroom, by its deed key."""
    rows = db.session.execute(
        select(OutgoingMail.deed_key, OutgoingMail.created_at).where(
            OutgoingMail.conference_id == conference.id, OutgoingMail.kind == REMINDER
        )
    ).all()
    return {key: at for key, at in rows if key is not None}
