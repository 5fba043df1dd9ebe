"""Telling those a release touches what it changes for each of them, in their language."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from markupsafe import escape

from app.conferences.models import Conference
from app.delegations.operations.mails import mail_facts
from app.i18n import speaking
from app.mail_texts import MailText, absolute, write_mail
from app.mailroom.operations import PlainMail, queue_plain_mails
from app.programme.models import Release, SessionPerson
from app.programme.operations.telling_calendar import Calendars
from app.programme.queries.confirming import own_link
from app.programme.queries.touched import Touched
from app.programme.rules import SessionKind
from app.programme.rules.changes import Change, changes, title_of, when, where
from app.programme.rules.touched import WHY, WHY_CANCELLED, Why
from app.programme.rules.words import ROLE_OF_ONE

MAIL = "programme_changed"

# Stand-ins in a frame that is written once for all who read it; letters nobody types.
_PERSON, _LINK, _BODY, _WHY, _END, _AGAIN, _CALENDAR = (chr(0xE001 + number) for number in range(7))


#: what stands before the reason it is told, between that and what is asked once more, and after.
_Block = tuple[str, str, str]


@dataclass(frozen=True)
class _Frame:
    """A mail but for what differs from one reader to the next."""

    mail: MailText
    blocks: Mapping[str, tuple[_Block, _Block]]  # text and HTML of each session, by its uid
    why: Mapping[Why, str]
    off: Mapping[Why, str]  # the same of what does not take place
    cancelled: Collection[str]
    calendar: str  # said when a calendar goes with it

    def fill(
        self, person: Touched, order: Sequence[str], *, again: Mapping[str, tuple[str, str]], calendar: bool
    ) -> MailText:
        """The mail of one reader; ``again``: what they are asked once more, by session, as text and HTML."""
        own = [uid for uid in order if uid in person.concerns]
        texts: list[str] = []
        pages: list[str] = []
        for uid in own:
            why, once_more = self._why(person, uid), again.get(uid, ("", ""))
            for form, told in enumerate((texts, pages)):
                before, between, after = self.blocks[uid][form]
                told.append(f"{before}{why}{between}{once_more[form]}{after}")
        said = self.calendar if calendar else ""
        text = self.mail.text.replace(_BODY, "\n\n".join(texts))
        text = text.replace(f"{_CALENDAR}\n\n", f"{said}\n\n" if said else "")
        html = self.mail.html.replace(_BODY, "\n".join(pages))
        html = html.replace(_CALENDAR, f'<p class="small">{escape(said)}</p>' if said else "")
        return MailText(
            self.mail.subject,
            text.replace(_PERSON, person.greeting).replace(_LINK, person.link),
            html.replace(_PERSON, str(escape(person.greeting))).replace(_LINK, str(escape(person.link))),
        )

    def _why(self, person: Touched, uid: str) -> str:
        return (self.off if uid in self.cancelled else self.why)[person.concerns[uid]]


class _Writer:
    """Writes the mails of one release; what many read the same is made once."""

    def __init__(
        self, release: Release, before: Mapping[str, Any] | None, people: Sequence[Touched],
        again: Mapping[int, SessionPerson],
    ) -> None:  # fmt: skip
        self.release, self.before, self.people, self.again = release, before, people, again
        self.conference: Conference = release.conference
        organisers = mail_facts(self.conference, "en")["organisers"]
        self.calendars = Calendars(release, organisers)
        self.frames: dict[tuple[str, str, str, bool], _Frame] = {}
        self.order: list[str] = []

    def write(self, person: Touched, key: str) -> PlainMail:
        attached = self.calendars.of(person, again=self.again.keys())
        mail = self._frame_of(person).fill(
            person, self.order, again=self._once_more(person), calendar=bool(attached.calendar or attached.files)
        )
        return PlainMail(person.email, person.language, mail, key, attached.calendar, attached.method, attached.files)

    def _once_more(self, person: Touched) -> dict[str, tuple[str, str]]:
        found: dict[str, tuple[str, str]] = {}
        for uid, parts in person.parts.items():
            asked = [self.again[number] for number in parts if number in self.again]
            if not asked:
                continue
            with speaking(person.language):
                told = [
                    (
                        _("You had said yes to your part (%(role)s). As it has changed, please confirm or decline once "
                          "more:", role=ROLE_OF_ONE[part.role]),
                        own_link(part, person.language),
                    )
                    for part in asked
                ]  # fmt: skip
                word = _("Confirm or decline")
            found[uid] = (
                "".join(f"\n  {text}\n  {link}" for text, link in told),
                "".join(f'<br>{escape(text)} <a href="{escape(link)}">{escape(word)}</a>' for text, link in told),
            )
        return found

    def _frame_of(self, person: Touched) -> _Frame:
        key = (person.language, person.zone, person.town.get(person.language, ""), person.own_page)
        frame = self.frames.get(key)
        if frame is None:
            frame = self.frames[key] = self._frame(*key)
        return frame

    def _frame(self, language: str, zone: str, town: str, own_page: bool) -> _Frame:
        with speaking(language):
            found = changes(self.before, self.release.content, language=language, zone=zone, theirs=True)
            self.order = [change.item["uid"] for change in found]
            wanted = {
                uid
                for person in self.people
                if (person.language, person.zone) == (language, zone)
                for uid in person.concerns
            }
            blocks = _blocks([change for change in found if change.item["uid"] in wanted], language, zone)
            why, off = ({reason: str(words) for reason, words in table.items()} for table in (WHY, WHY_CANCELLED))
            page = absolute(f"/{language}/c/{self.conference.slug}/programme/changes")
            facts = mail_facts(self.conference, language)
            calendar = _("The calendar attached brings your entries up to date.")
        mail = write_mail(
            MAIL, language, greeting=_PERSON, own_page=own_page, link=_LINK, body=_BODY, town=town, page=page,
            called=self.release.name_in(language), note=self.release.note_in(language), first=self.before is None,
            calendar=_CALENDAR, **facts,
        )  # fmt: skip
        cancelled = {change.item["uid"] for change in found if change.kind == "cancelled"}
        return _Frame(mail, blocks, why, off, cancelled, calendar)


def _divided(block: str) -> _Block:
    before, _why, rest = block.strip().partition(_WHY)
    between, _again, after = rest.partition(_AGAIN)
    return before, between, after


def _place(change: Change, language: str) -> str:
    """House and room of what is new, and the table of a meeting; of other changes the words tell where it differs."""
    if change.kind not in ("new", "reinstated"):
        return ""
    told = change.item.get(f"description_{language}", "") if change.item["type"] == SessionKind.BILATERAL.value else ""
    return ", ".join(part for part in (where(change.item, language), told.partition("\n")[0]) if part)


def _blocks(found: Sequence[Change], language: str, zone: str) -> dict[str, tuple[_Block, _Block]]:
    """Text and HTML of each session; all are written in one go, which is many times as quick."""
    titles = [title_of(change.item, language) for change in found]
    # Where the change does not tell the hour, it stands beside the title.
    hours = [
        when(change.item, zone)
        if change.kind == "changed" and not any(detail.what == "moved" for detail in change.details)
        else ""
        for change in found
    ]
    places = [_place(change, language) for change in found]
    pages = (current_app.jinja_env.get_template(f"mail/_session_changes.{form}") for form in ("txt", "html"))
    plain, rich = (
        page.render(
            changes=zip(found, titles, hours, places, strict=True), language=language, why=_WHY, again=_AGAIN, end=_END
        ).split(_END)[:-1]
        for page in pages
    )
    return {
        change.item["uid"]: (_divided(text), _divided(html))
        for change, text, html in zip(found, plain, rich, strict=True)
    }  # fmt: skip


def tell_touched(
    *,
    release: Release,
    before: Mapping[str, Any] | None,
    people: Sequence[Touched],
    again: Mapping[int, SessionPerson],
    held: bool,
    at: datetime,
) -> int:
    """Queue one mail for each, within the transaction of the release; returns how many.

    :param before: what the release before said.
    :param again: parts whose people are asked once more, by number.
    """
    writer = _Writer(release, before, people, again)
    mails = [writer.write(person, f"release:{release.id}:{person.key}"[:120]) for person in people]
    return queue_plain_mails(
        kind=MAIL, mails=mails, conference_id=release.conference_id, at=at, held=held,
        reply_to=release.conference.contact_email,
    )  # fmt: skip
