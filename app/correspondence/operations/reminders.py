"""Reminding the silent: by rule, looked at by a person, once for each letter and step."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from app.conferences.models import Conference
from app.correspondence.models import Letter, ReminderRule
from app.correspondence.operations.writing import Refused, refused_for, reply_url, write_letter
from app.correspondence.queries import reminder_days, reminders_queued, returned_letters, silent_letters
from app.correspondence.rules import REMINDER, ReminderDays, due_step, file_name, reminder_key, require_reminder_days
from app.database import lock, transaction
from app.errors import Message
from app.history.operations import record
from app.history.rules import Actor
from app.i18n import localized
from app.mail_texts import MailText, absolute, write_mail
from app.mailroom.operations import MailFile, queue_mail
from app.mailroom.rules import MailState


@dataclass(frozen=True)
class Due:
    """A reminder that would go: the letter, whether it is the first or the second one, days since the letter went."""

    letter: Letter
    step: int
    days: int

    @property
    def key(self) -> str:
        """What names this reminder: one for each letter and step."""
        return reminder_key(self.letter.id, self.step)


@dataclass
class ReminderPlan:
    """Which reminders are due, who is silent and cannot be reminded by e-mail and why, how many are not due yet."""

    due: list[Due] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    later: int = 0
    closed: Message | None = None


def plan_reminders(*, conference: Conference, at: datetime) -> ReminderPlan:
    """What :func:`send_reminders` would queue now; changes nothing."""
    zone = ZoneInfo(conference.timezone)
    today = at.astimezone(zone).date()
    if today > min(conference.reply_until or conference.ends_on, conference.ends_on):
        return ReminderPlan(closed=_l("The time to answer is over; nobody is reminded any more."))
    rule, queued, returned = reminder_days(conference), reminders_queued(conference), returned_letters(conference)
    plan = ReminderPlan()
    for letter in silent_letters(conference):
        town = letter.municipality
        if letter.parent is not None:
            name = localized(letter.parent.municipality, "name")
            message = _l("Invited only through a partner city, %(name)s: please ask there.", name=name)
            plan.refused.append(refused_for(town, message, "forwarded"))
            continue
        if letter.mail is None:
            plan.refused.append(refused_for(town, _l("The letter went on paper: please ask by telephone.")))
            continue
        if letter.id in returned or letter.mail.state in {MailState.FAILED, MailState.UNCERTAIN}:
            plan.refused.append(refused_for(town, _l("The letter has perhaps not arrived: look at its mail first.")))
            continue
        if letter.mail.state is not MailState.SENT or letter.mail.sent_at is None:
            plan.later += 1
            continue
        days = (today - letter.mail.sent_at.astimezone(zone).date()).days
        first = queued.get(reminder_key(letter.id, 1))
        since_first = (today - first.astimezone(zone).date()).days if first is not None else None
        step = due_step(rule, days=days, since_first=since_first, second=reminder_key(letter.id, 2) in queued)
        if step:
            plan.due.append(Due(letter, step, days))
        elif reminder_key(letter.id, 2) not in queued:
            plan.later += 1
    return plan


def reminder_text(due: Due, *, url: str | None = None) -> MailText:
    """What the reminder says.

    :param url: shown instead of the head's personal link (for the preview).
    :raises Refusal: when the letter cannot be composed any more.
    """
    letter = due.letter
    entry = letter.register_entry
    if entry is None:
        raise ValueError("a letter without a number is not reminded of")
    written = write_letter(letter, number=entry.label, dated=entry.dated)
    return write_mail(
        "reminder", letter.language, salutation=written.salutation, number=entry.label, dated=entry.dated,
        letter_subject=" ".join(written.subject.split()), reply_url=url or reply_url(letter), step=due.step,
        reply_until=letter.conference.reply_until, issuer=written.letterhead.name(letter.language),
        signatory=written.signatory,
    )  # fmt: skip


def hidden_link(language: str) -> str:
    """A personal link as the preview shows it: without the secret."""
    return absolute(f"/{language}/reply/…")


def send_reminders(*, conference: Conference, keys: Collection[str], actor: Actor, at: datetime) -> int:
    """Queue those reminders of ``keys`` that are still due; returns how many. Clicking twice sends none twice.

    The issued letter goes with it once more.
    """
    count = 0
    with transaction():
        lock(conference)
        for due in plan_reminders(conference=conference, at=at).due:
            letter = due.letter
            if due.key not in keys:
                continue
            entry = letter.register_entry
            files = []
            if letter.document is not None and entry is not None:
                files.append(MailFile(file_name(f"{entry.number}_{letter.municipality.slug}"), letter.document))
            issuer = conference.issuer
            queue_mail(
                kind=REMINDER, to=[str(letter.recipient.get("email", ""))], language=letter.language,
                mail=reminder_text(due), at=at, conference_id=conference.id, deed_key=due.key, files=files,
                reply_to=conference.contact_email or (issuer.email if issuer is not None else ""),
                copies=letter.recipient.get("copy_to", ()),
            )  # fmt: skip
            record(deed="correspondence.send_reminders", subject=letter, actor=actor, at=at,
                   details={"step": due.step})  # fmt: skip
            count += 1
    return count


def set_reminder_days(*, conference: Conference, days: ReminderDays, actor: Actor, at: datetime) -> None:
    """Say after how many days the silent are reminded.

    :raises Refusal: (field ``first_days`` or ``second_days``) when the second does not come after the first.
    """
    require_reminder_days(days)
    with transaction() as session:
        lock(conference)
        rule = session.get(ReminderRule, conference.id)
        if rule is None:
            rule = ReminderRule(conference_id=conference.id)
            session.add(rule)
        rule.first_days, rule.second_days = days.first, days.second
        record(deed="correspondence.set_reminder_days", subject=None, actor=actor, at=at,
               details={"days": [days.first, days.second]}, conference_id=conference.id)  # fmt: skip
