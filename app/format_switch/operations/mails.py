"""Telling every delegate what is new to them, with an entry for the calendar."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.conferences.models import Conference
from app.conferences.queries import conference_title, main_venue
from app.conferences.rules import Attendance
from app.database import db
from app.delegations.models import Delegate
from app.delegations.operations.mails import written_name
from app.delegations.queries import calendar_for, join_link, personal_link
from app.delegations.rules import HOLDS_A_PLACE
from app.format_switch.models import FormatSwitch
from app.format_switch.queries import MAIL, TOLD_BY, calendars_sent, last_known
from app.format_switch.rules import ScopeKind, Standing, SwitchPlan, outcome_of_person
from app.history.rules import Actor
from app.mail_texts import write_mail
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import queue_mail, withdraw, withdraw_unsent
from app.mailroom.queries import not_begun


def _withdraw_of(conference: Conference, plan: SwitchPlan, *, actor: Actor, at: datetime) -> None:
    """Withdraw the mails of earlier switches to those who are told of this one; the others' stay true."""
    told = set(plan.told)
    for mail in db.session.scalars(select(OutgoingMail).where(*not_begun(conference.id, MAIL))).all():
        found = TOLD_BY.fullmatch(mail.deed_key or "")
        if found is not None and int(found[2]) in told:
            withdraw(mail=mail, actor=actor, at=at)


def tell_delegates(*, conference: Conference, deed: FormatSwitch, plan: SwitchPlan, actor: Actor, at: datetime) -> int:
    """Queue one mail for each delegate of the plan, held for a person's release; returns how many.

    Mails of earlier switches that have not left are withdrawn: they are not true any more. So each mail says what is
    new to its reader, which may be more than this switch changes, or less.
    """
    if plan.scope.kind is ScopeKind.WHOLE:
        withdraw_unsent(conference_id=conference.id, kind=MAIL, actor=actor, at=at)
    else:
        _withdraw_of(conference, plan, actor=actor, at=at)
    known, have_entry = last_known(conference), calendars_sent(conference)
    told = db.session.scalars(select(Delegate).where(Delegate.id.in_(plan.told)).order_by(Delegate.id)).all()
    titles = {code: conference_title(conference, code) for code in ("ru", "de", "en")}
    venue = main_venue(conference)
    for delegate in told:
        now = Standing(delegate.attendance, delegate.accreditation)
        place, entry = delegate.accreditation in HOLDS_A_PLACE, delegate.email.casefold() in have_entry
        calendar = ""
        if place or entry:  # who waits for a place keeps none in the calendar
            method = "REQUEST" if place else "CANCEL"
            calendar = calendar_for(delegate, stamp=at, method=method, cancelled=not place, venue=venue)
        text = write_mail(
            MAIL, delegate.language, delegate=delegate, person=written_name(delegate), conference=conference,
            title=titles.get(delegate.language, titles["en"]), to=deed.to_format.value,
            outcome=outcome_of_person(known.get(delegate.id, now), now) or "", reason=deed.reason,
            link=personal_link(delegate), on_video=now.attendance is Attendance.VIDEO,
            join=join_link(delegate) if now.attendance is Attendance.VIDEO and place else "",
            entry="" if not calendar else "cancels" if not place else "replaces" if entry else "new",
        )  # fmt: skip
        queue_mail(
            kind=MAIL, to=[delegate.email], language=delegate.language, mail=text, at=at,
            conference_id=conference.id, deed_key=f"switch-{deed.id}-{delegate.id}", held=True,
            calendar=calendar, calendar_method=("REQUEST" if place else "CANCEL") if calendar else "",
        )  # fmt: skip
    return len(told)
