"""What earlier switches did, and what people know of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.conferences.taking_part import has_hall
from app.database import db
from app.delegations.rules import Accreditation
from app.format_switch.models import FormatSwitch
from app.format_switch.rules import Alteration, Held, ScopeKind, Standing
from app.mailroom.models import MailAttachment, OutgoingMail
from app.mailroom.queries import on_their_way
from app.mailroom.rules import MailState

MAIL = "format_changed"  # the kind of the mails
TOLD_BY = re.compile(r"switch-(\d+)-(\d+)")  # their deed keys: switch and delegate
_SIGN = re.compile(r"^UID:(.+?)\r?$", re.MULTILINE)
GIVEN = "given"  # of a standing before that is kept: who waited has a place since, and was not taken from the hall
KEYS = "switch-"  # with which they begin


def history(conference: Conference) -> Sequence[FormatSwitch]:
    """All switches of a conference, the first one first."""
    return db.session.scalars(
        select(FormatSwitch).where(FormatSwitch.conference_id == conference.id).order_by(FormatSwitch.id)
    ).all()


@dataclass(frozen=True)
class Away:
    """From where a switch took a delegate, and whether it moved the whole conference."""

    before: Standing
    scope: ScopeKind


def standing_of(kept: Mapping[str, str]) -> Standing:
    """A standing as it was kept."""
    return Standing(Attendance(kept["attendance"]), Accreditation(kept["accreditation"]), offered="offered" in kept)


def moved_away(conference: Conference) -> dict[int, Away]:
    """Delegates whom earlier switches took from the hall and did not give back: their standing before."""
    away: dict[int, Away] = {}
    for deed in history(conference):
        for text, before in deed.changes.get("delegates", {}).items():
            delegate_id = int(text)
            if not has_hall(deed.to_format) and GIVEN not in before:
                away.setdefault(delegate_id, Away(standing_of(before), deed.scope))
            else:
                away.pop(delegate_id, None)
    return away


def held_mails(conference: Conference, kind: str = MAIL) -> int:
    """How many mails of switches wait for a person's word; by ``kind`` those to the heads, with letters."""
    held = (OutgoingMail.conference_id == conference.id, OutgoingMail.kind == kind,
            OutgoingMail.state == MailState.HELD)  # fmt: skip
    return db.session.scalar(select(func.count()).select_from(OutgoingMail).where(*held)) or 0


def alterations(conference: Conference) -> dict[str, list[Alteration]]:
    """What earlier switches did to sessions and did not give back, the oldest first, by ``uid``."""
    found: dict[str, list[Alteration]] = {}
    for deed in history(conference):
        for uid, kept in deed.changes.get("held", {}).items():
            base, after = Held.of(kept["base"]), Held.of(kept["after"])
            stack = [one for one in found.get(uid, []) if not one.is_undone_by(deed.to_format, deed.scope)]
            if base != after:
                stack.append(Alteration(deed.to_format, base, after, deed.scope))
            found[uid] = stack
    return found


def last_known(conference: Conference) -> dict[int, Standing]:
    """What delegates moved by switches last knew of their standing: that before the first switch they were not told.

    Ask it when the mails of earlier switches that never left have been withdrawn; who was told of everything is not
    in it.
    """
    told: dict[int, int] = {}
    for mail in on_their_way(conference.id):
        found = TOLD_BY.fullmatch(mail.deed_key or "") if mail.kind == MAIL else None
        if found is not None:
            switch_id, delegate_id = (int(number) for number in found.groups())
            told[delegate_id] = max(switch_id, told.get(delegate_id, 0))
    known: dict[int, Standing] = {}
    for deed in history(conference):
        for text, before in deed.changes.get("delegates", {}).items():
            if deed.id > told.get(int(text), 0):
                known.setdefault(int(text), standing_of(before))
    return known


def invited_by_mail(conference: Conference) -> set[tuple[str, str]]:
    """Of which sessions mails that have left, or are about to, brought an entry that was not cancelled by a later one:
    folded address and sign. One query."""
    leaving = (MailState.WAITING, MailState.SENDING, MailState.UNCERTAIN, MailState.SENT)
    mail = OutgoingMail.__table__.c
    rows = db.session.execute(
        select(
            mail.recipients, mail.calendar, mail.calendar_method, MailAttachment.media_type, MailAttachment.content
        )
        .outerjoin(
            MailAttachment,
            and_(MailAttachment.mail_id == mail.id, MailAttachment.media_type.startswith("text/calendar")),
        )
        .where(
            mail.conference_id == conference.id, mail.state.in_(leaving),
            or_(MailAttachment.id.is_not(None), mail.calendar_method != ""),
        )
        .order_by(mail.id, MailAttachment.position)
    )  # fmt: skip
    found: set[tuple[str, str]] = set()
    for to, shown, method, media_type, content in rows:
        texts = [(method == "CANCEL", shown)] if shown else []
        if content:
            texts.append(("method=CANCEL" in media_type, content.decode()))
        for off, text in texts:
            pairs = {(address.casefold(), sign) for sign in _SIGN.findall(text) for address in to}
            if off:
                found -= pairs
            else:
                found |= pairs
    return found


def calendars_sent(conference: Conference) -> set[str]:
    """The addresses to which an entry for the calendar has gone, or is about to; folded."""
    return {
        address.casefold()
        for mail in on_their_way(conference.id)
        if mail.calendar_method in {"PUBLISH", "REQUEST"}
        for address in mail.to
    }
