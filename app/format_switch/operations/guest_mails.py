"""Telling guests, people with a part who are no delegates, what a switch means for it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.conferences.taking_part import has_screen
from app.database import db
from app.format_switch.models import FormatSwitch
from app.format_switch.operations.mail_calendars import SessionCalendars
from app.format_switch.operations.mail_frames import FrameWriter, Meaning, Reader, differs, is_off, only_doors
from app.format_switch.queries.guests import GuestsHeard, told_guests
from app.format_switch.queries.news import News, seen
from app.format_switch.queries.past import MAIL, invited_by_mail
from app.format_switch.queries.told import OwnSession, drafted, newest_release
from app.format_switch.rules import ScopeKind, SwitchPlan
from app.format_switch.rules.guests import outcome_of_guest
from app.mail_texts import absolute
from app.mailroom.operations import PlainMail, queue_plain_mails
from app.programme.models import Release, SessionPerson
from app.programme.queries.confirming import own_link
from app.programme.queries.guests import PartGuest
from app.programme.queries.own_programme import door_for, online_for
from app.programme.queries.published import Item, Published
from app.programme.rules import Confirmation, PersonRole, held_as
from app.programme.rules.addressing import greeting
from app.programme.rules.zones import HOME


class _Programmes:
    """Releases of a conference by number, each read once."""

    def __init__(self, conference: Conference) -> None:
        self._conference = conference
        self._found: dict[int, Published | None] = {}

    def get(self, number: int) -> Published | None:
        if number and number not in self._found:
            row = db.session.scalar(
                select(Release).where(Release.conference_id == self._conference.id, Release.number == number)
            )
            self._found[number] = (
                Published(self._conference.id, row.number, row.name, row.released_at, row.content, None)
                if row is not None
                else None
            )
        return self._found.get(number)

    def items(self, number: int) -> Mapping[str, Item]:
        found = self.get(number)
        return {item["uid"]: item for item in found.items} if found is not None else {}


def tell_guests(*, conference: Conference, deed: FormatSwitch, plan: SwitchPlan, at: datetime) -> int:
    """Queue one mail for each guest of the plan, held for a person's release, within the caller's transaction.

    As those of delegates they say what is new to their reader: their part, its hours on the host's clock and on that
    of their language, and the door, which is theirs alone. Who had no link yet gets one.
    """
    guests = told_guests(conference, plan.guests)
    if not guests:
        return 0
    heard, programmes = GuestsHeard(conference), _Programmes(conference)
    newest = newest_release(conference)
    after = programmes.items(newest)
    drafts = seen(drafted(conference).items)
    writer = FrameWriter(conference, deed)
    organisers = conference.contact_email or ""
    calendars = SessionCalendars(programmes.get(newest), organisers, invited=invited_by_mail(conference), at=at)
    mails = []
    for guest in guests:
        unheard = [one for one in heard.unheard(guest.parts, before=deed.id) if "release" in one.changes]
        first = unheard[0] if unheard else deed
        wholes = [one for one in (*unheard, deed) if one.scope is ScopeKind.WHOLE]
        before = programmes.items(int(first.changes.get("release", 0)))
        codes = {part.session.code for part in guest.parts}
        known = wholes[0].from_format if wholes else conference.format
        told_of = News(
            heard=heard.heard(guest.parts), unheard=unheard, deed=deed, known=known, before=seen(before.values()),
            now={**({} if before else drafts), **seen(after.values())}, listed=newest > 0, by_day=False,
        ).of(codes)  # fmt: skip
        sessions = _sessions(guest.parts, before, after, at)
        held = [
            held_as(part.session, conference.format) for part in guest.parts
            if not part.session.cancelled and (part.session.ends_at is None or part.session.ends_at > at)
        ]  # fmt: skip
        part = _with_a_link(guest)
        door = absolute(f"/join/{part.token}")
        link = own_link(part, guest.language)
        unanswered = {one.session.uid for one in guest.parts if one.confirmation is not Confirmation.CONFIRMED}
        files = calendars.of(guest, sessions, door, unanswered=unanswered)
        meaning = Meaning(
            guest.language, outcome_of_guest(held), known, False,
            joins=any(has_screen(one) for one in held), papers="", asked=(), entry="", files=len(files),
            doors_alone=only_doors(sessions),
            news=told_of, calm=not any(map(differs, sessions)),
        )  # fmt: skip
        hello = greeting(guest.name, guest.language, latin=guest.name_latin)
        reader = Reader(hello, link, door, "", HOME.get(guest.language, ""))
        mails.append(
            PlainMail(
                guest.email, guest.language, writer.write(meaning, reader, sessions), f"switch-{deed.id}-g{guest.key}",
                "", "", files,
            )
        )  # fmt: skip
    return queue_plain_mails(
        kind=MAIL, mails=mails, conference_id=conference.id, at=at, held=True, reply_to=conference.contact_email
    )


def _with_a_link(guest: PartGuest) -> SessionPerson:
    """The first part of theirs that takes place, else the first; it has a link."""
    part = next((one for one in guest.parts if not one.session.cancelled), guest.parts[0])
    part.token = part.token or secrets.token_urlsafe(24)
    return part


def _sessions(
    parts: Sequence[SessionPerson], before: Mapping[str, Item], after: Mapping[str, Item], at: datetime
) -> list[OwnSession]:
    """What they have a part in and readers know of, as it was and is, in the order of hours; not what is over."""
    roles: dict[str, list[PersonRole]] = {}
    for part in parts:
        roles.setdefault(part.session.uid, []).append(part.role)
    found = []
    for uid, own in roles.items():
        was, now = before.get(uid), after.get(uid)
        if now is None:
            continue
        one = OwnSession(was, now, _online(was), _online(now), tuple(own), had_door=_door(was), has_door=_door(now))
        ends = now["ends_at"] or now["starts_at"]
        over = bool(ends) and datetime.fromisoformat(ends) <= at
        known_off = is_off(one) and (was is None or bool(was["cancelled"]))
        if not over and not known_off:
            found.append(one)
    return sorted(found, key=lambda one: (one.item["starts_at"] or one.item["date"] or "9", one.item["id"]))


def _online(item: Item | None) -> bool:
    """A guest comes to the hall as long as there is one."""
    return item is not None and online_for(Attendance.ON_SITE, item)


def _door(item: Item | None) -> bool:
    return item is not None and door_for(Attendance.ON_SITE, item)
