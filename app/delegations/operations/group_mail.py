"""Mails to many delegates: written once, filled in for each, held in the outbox until a person lets them go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from app.conferences.models import Conference
from app.database import db, lock, transaction
from app.delegations.field_words import field_label, value_word
from app.delegations.models import Delegate, GroupMail, GroupMailRecipient
from app.delegations.operations.mails import mail_facts, salutation, written_name
from app.delegations.queries import personal_link
from app.delegations.queries.group_mail import changes_for, recipients
from app.delegations.rules import shown, usable_address
from app.delegations.rules.group_mail import (
    GroupMailKind,
    GroupMailState,
    merged,
    require_known_fields,
    require_move,
)
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.i18n import LANGUAGES, listing, speaking
from app.mail_texts import MailText, write_mail
from app.mailroom.operations import queue_mail, release_held, withdraw_unsent

Tell = Callable[[int, int], object]
_AT_ONCE = 50
KIND = "group_mail"


@dataclass
class Prepared:
    """What preparing did."""

    written: int = 0
    without_address: list[str] = field(default_factory=list)
    nothing_changed: int = 0

    def as_json(self) -> dict[str, Any]:
        """As a job keeps it."""
        return {"written": self.written, "without_address": self.without_address,
                "nothing_changed": self.nothing_changed}  # fmt: skip


def write_group_mail(
    *,
    conference: Conference,
    kind: GroupMailKind,
    query: Mapping[str, Any],
    texts: Mapping[str, str],
    mail: GroupMail | None = None,
    actor: Actor,
    at: datetime,
) -> GroupMail:
    """Keep a draft: ``texts`` are ``subject_ru`` … ``body_en``. Nothing is sent.

    :raises Refusal: with the field, when something in braces is not known, nothing is written at all, or the mail is
        no draft any more.
    """
    names = [f"{part}_{code}" for code in LANGUAGES for part in ("subject", "body")]
    for name in names:
        require_known_fields(texts.get(name, ""), field=name)
    if kind is GroupMailKind.TEXT and not any(texts.get(f"body_{code}", "").strip() for code in LANGUAGES):
        raise Refusal(_l("Please write a text in at least one language."), field="body_ru")
    with transaction() as session:
        if mail is None:
            mail = GroupMail(
                conference_id=conference.id, state=GroupMailState.DRAFT, written_by=actor.label[:254], created_at=at,
                updated_at=at, kind=kind, query=dict(query), **dict.fromkeys(names, ""),
            )  # fmt: skip
            session.add(mail)
        else:
            lock(mail)
            if mail.state is not GroupMailState.DRAFT:
                raise Refusal(_l("The mail is no longer in a state in which this can be done; look at it again."))
        mail.kind, mail.query, mail.updated_at = kind, dict(query), at
        for name in names:
            setattr(mail, name, texts.get(name, "").replace("\r\n", "\n").strip())
        session.flush()
        record(deed="delegations.write_group_mail", subject=mail, actor=actor, at=at)
    return mail


def compose(mail: GroupMail, delegate: Delegate, *, changed: Sequence[str] = ()) -> MailText:
    """The mail as ``delegate`` would get it, in their language."""
    language = delegate.language
    about = mail_facts(delegate.conference, language)
    with speaking(language):
        values = {
            "salutation": salutation(delegate), "name": written_name(delegate), "link": personal_link(delegate),
            "number": shown(delegate.public_id), "conference": about["title"], "dates": about["when"],
            "host": about["host"],
        }  # fmt: skip
        news = [(field_label(name), value_word(delegate, name) or str(_("now empty"))) for name in changed]
    subject = merged(getattr(mail, f"subject_{language}"), values)
    body = merged(getattr(mail, f"body_{language}"), values)
    if mail.kind is GroupMailKind.CHANGES and "{salutation}" not in getattr(mail, f"body_{language}"):
        body = f"{values['salutation']}\n\n{body}".strip()
    return write_mail(
        "group", language, subject_line=shown(subject), body=shown(body), news=news, link=values["link"],
        tells_changes=mail.kind is GroupMailKind.CHANGES, **about,
    )  # fmt: skip


def require_texts(mail: GroupMail, delegates: Sequence[Delegate]) -> None:
    """:raises Refusal: naming the languages recipients read and no text is written in."""
    if mail.kind is GroupMailKind.CHANGES:
        return
    read = Counter(row.language for row in delegates if usable_address(row.email))
    lacking = [code for code in LANGUAGES if read[code] and not (
        getattr(mail, f"subject_{code}").strip() and getattr(mail, f"body_{code}").strip())]  # fmt: skip
    if lacking:
        words = listing([f"{LANGUAGES[code]} ({read[code]})" for code in lacking])
        raise Refusal(_("Subject or text is missing in languages recipients read: %(languages)s.", languages=words),
                      field=f"body_{lacking[0]}")  # fmt: skip


def key_of(mail: GroupMail) -> str:
    """How the deed keys of the mails of one preparation begin."""
    stamp = int(mail.prepared_at.timestamp()) if mail.prepared_at else 0
    return f"group-mail:{mail.id}:{stamp}:"


def prepare_group_mail(
    *, mail: GroupMail, actor: Actor, at: datetime, tell: Tell = lambda _done, _total: None
) -> Prepared:
    """Write the mail of everyone the filter finds now; they are held. Begun anew, nobody gets a second one.

    :raises Refusal: when nobody is found, or a text is missing in a language somebody reads.
    """
    with transaction():
        lock(mail)
        people = recipients(mail)
        if mail.state is not GroupMailState.PREPARED:
            if not people:
                raise Refusal(_l("The filter finds nobody."))
            require_texts(mail, people)
            require_move(mail.state, GroupMailState.PREPARED)
            mail.state, mail.prepared_at = GroupMailState.PREPARED, at
            record(deed="delegations.prepare_group_mail", subject=mail, actor=actor, at=at,
                   details={"recipients": len(people)})  # fmt: skip
    ids = [row.id for row in people]
    changed = changes_for(people, conference_id=mail.conference_id) if mail.kind is GroupMailKind.CHANGES else {}
    for start in range(0, len(ids), _AT_ONCE):
        _prepare_some(mail, ids[start : start + _AT_ONCE], changed, at)
        tell(min(start + _AT_ONCE, len(ids)), len(ids))
    return outcome(mail)


def _prepare_some(mail: GroupMail, ids: Sequence[int], changed: Mapping[int, Sequence[str]], at: datetime) -> None:
    with transaction() as session:
        lock(mail)
        if mail.state is not GroupMailState.PREPARED:
            raise Refusal(_l("The mail is no longer in a state in which this can be done; look at it again."))
        done = set(
            session.scalars(
                select(GroupMailRecipient.delegate_id).where(
                    GroupMailRecipient.group_mail_id == mail.id, GroupMailRecipient.delegate_id.in_(ids)
                )
            )
        )
        rows = {row.id: row for row in session.scalars(select(Delegate).where(Delegate.id.in_(ids)))}
        for row in (rows[number] for number in ids if number in rows and number not in done):
            reason, sent = "", None
            if mail.kind is GroupMailKind.CHANGES and not changed.get(row.id):
                reason = "nothing_changed"
            elif not usable_address(row.email):
                reason = "no_address"
            else:
                sent = queue_mail(
                    kind=KIND, to=[row.email], language=row.language,
                    mail=compose(mail, row, changed=changed.get(row.id, ())), at=at,
                    conference_id=mail.conference_id, deed_key=f"{key_of(mail)}{row.id}", held=True,
                    reply_to=mail.conference.contact_email,
                )  # fmt: skip
            session.add(
                GroupMailRecipient(
                    group_mail_id=mail.id, delegate_id=row.id, mail_id=sent.id if sent else None, reason=reason,
                    prepared_at=mail.prepared_at or at,
                )
            )  # fmt: skip


def outcome(mail: GroupMail) -> Prepared:
    """What preparing did so far."""
    rows = db.session.execute(
        select(GroupMailRecipient.mail_id, GroupMailRecipient.reason, Delegate.public_id)
        .join(Delegate, Delegate.id == GroupMailRecipient.delegate_id)
        .where(GroupMailRecipient.group_mail_id == mail.id)
        .order_by(Delegate.public_id)
    ).all()
    return Prepared(
        written=sum(row.mail_id is not None for row in rows),
        without_address=[row.public_id for row in rows if row.reason == "no_address"],
        nothing_changed=sum(row.reason == "nothing_changed" for row in rows),
    )


def release_group_mail(*, mail: GroupMail, actor: Actor, at: datetime) -> int:
    """Let the held mails of this one go, and no others; returns how many.

    :raises Refusal: when it is not prepared.
    """
    with transaction():
        lock(mail)
        require_move(mail.state, GroupMailState.RELEASED)
        count = release_held(conference_id=mail.conference_id, key_prefix=key_of(mail), actor=actor, at=at)
        mail.state, mail.released_at = GroupMailState.RELEASED, at
        record(deed="delegations.release_group_mail", subject=mail, actor=actor, at=at, details={"mails": count})
    return count


def take_back_group_mail(*, mail: GroupMail, actor: Actor, at: datetime) -> int:
    """A prepared mail is a draft again; its held mails never go. Returns how many those are.

    :raises Refusal: when it is not prepared, or was let go.
    """
    with transaction() as session:
        lock(mail)
        require_move(mail.state, GroupMailState.DRAFT)
        count = withdraw_unsent(
            conference_id=mail.conference_id, kind=KIND, key_prefix=key_of(mail), actor=actor, at=at
        )
        session.execute(delete(GroupMailRecipient).where(GroupMailRecipient.group_mail_id == mail.id))
        mail.state, mail.prepared_at = GroupMailState.DRAFT, None
        record(deed="delegations.take_back_group_mail", subject=mail, actor=actor, at=at, details={"mails": count})
    return count
