"""Telling those a release touches what it changes for each of them, in their language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from markupsafe import escape

from app.conferences.models import Conference
from app.delegations.operations.mails import mail_facts
from app.i18n import speaking
from app.mail_texts import MailText, absolute, write_mail
from app.mailroom.operations import PlainMail, queue_plain_mails
from app.programme.models import Release
from app.programme.queries.touched import Touched
from app.programme.rules.changes import Change, changes, title_of, when
from app.programme.rules.touched import WHY, Why

MAIL = "programme_changed"

# Stand-ins in a frame that is written once for all who read it; letters nobody types.
_PERSON, _LINK, _BODY, _WHY, _END = "\ue001", "\ue002", "\ue003", "\ue004", "\ue005"


@dataclass(frozen=True)
class _Frame:
    """A mail but for what differs from one reader to the next."""

    mail: MailText
    blocks: Mapping[str, tuple[str, str]]  # text and HTML of each session, by its uid
    why: Mapping[Why, str]

    def fill(self, person: Touched, order: Sequence[str]) -> MailText:
        own = [(self.blocks[uid], self.why[person.concerns[uid]]) for uid in order if uid in person.concerns]
        text = self.mail.text.replace(_BODY, "\n\n".join(block[0].replace(_WHY, why) for block, why in own))
        html = self.mail.html.replace(_BODY, "\n".join(block[1].replace(_WHY, why) for block, why in own))
        return MailText(
            self.mail.subject,
            text.replace(_PERSON, person.name).replace(_LINK, person.link),
            html.replace(_PERSON, str(escape(person.name))).replace(_LINK, str(escape(person.link))),
        )


class _Writer:
    """Writes the mails of one release; what many read the same is made once."""

    def __init__(self, release: Release, before: Mapping[str, Any] | None, people: Sequence[Touched]) -> None:
        self.release, self.before, self.people = release, before, people
        self.conference: Conference = release.conference
        self.frames: dict[tuple[str, str, str, bool], _Frame] = {}
        self.order: list[str] = []

    def write(self, person: Touched) -> MailText:
        key = (person.language, person.zone, person.town.get(person.language, ""), bool(person.name))
        frame = self.frames.get(key)
        if frame is None:
            frame = self.frames[key] = self._frame(*key)
        return frame.fill(person, self.order)

    def _frame(self, language: str, zone: str, town: str, named: bool) -> _Frame:
        with speaking(language):
            found = changes(self.before, self.release.content, language=language, zone=zone)
            self.order = [change.item["uid"] for change in found]
            wanted = {
                uid
                for person in self.people
                if (person.language, person.zone) == (language, zone)
                for uid in person.concerns
            }
            blocks = _blocks([change for change in found if change.item["uid"] in wanted], language, zone)
            why = {reason: str(words) for reason, words in WHY.items()}
            page = absolute(f"/{language}/c/{self.conference.slug}/programme/changes")
            facts = mail_facts(self.conference, language)
        mail = write_mail(
            MAIL, language, person=_PERSON if named else "", link=_LINK, body=_BODY, town=town, page=page,
            called=self.release.name_in(language), note=self.release.note_in(language), first=self.before is None,
            **facts,
        )  # fmt: skip
        return _Frame(mail, blocks, why)


def _blocks(found: Sequence[Change], language: str, zone: str) -> dict[str, tuple[str, str]]:
    """Text and HTML of each session; all are written in one go, which is many times as quick."""
    titles = [title_of(change.item, language) for change in found]
    # Where the change does not tell the hour, it stands beside the title.
    hours = [
        when(change.item, zone)
        if change.kind == "changed" and not any(detail.what == "moved" for detail in change.details)
        else ""
        for change in found
    ]
    pages = (current_app.jinja_env.get_template(f"mail/_session_changes.{form}") for form in ("txt", "html"))
    plain, rich = (
        page.render(changes=zip(found, titles, hours, strict=True), why=_WHY, end=_END).split(_END)[:-1]
        for page in pages
    )
    return {
        change.item["uid"]: (text.strip(), html.strip())
        for change, text, html in zip(found, plain, rich, strict=True)
    }  # fmt: skip


def tell_touched(
    *, release: Release, before: Mapping[str, Any] | None, people: Sequence[Touched], held: bool, at: datetime
) -> int:
    """Queue one mail for each, within the transaction of the release; returns how many.

    :param before: what the release before said.
    """
    writer = _Writer(release, before, people)
    mails = [
        PlainMail(person.email, person.language, writer.write(person), f"release:{release.id}:{person.key}"[:120])
        for person in people
    ]
    return queue_plain_mails(
        kind=MAIL, mails=mails, conference_id=release.conference_id, at=at, held=held,
        reply_to=release.conference.contact_email,
    )  # fmt: skip
