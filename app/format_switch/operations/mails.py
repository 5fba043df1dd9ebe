"""Telling every delegate what the switch changes for them, with a calendar entry that replaces the old one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.conferences.models import Conference
from app.conferences.queries import conference_title
from app.conferences.rules import Attendance
from app.database import db
from app.delegations.models import Delegate
from app.delegations.operations.mails import written_name
from app.delegations.queries import calendar_for, join_link, personal_link
from app.format_switch.models import FormatSwitch
from app.format_switch.rules import SwitchPlan
from app.mail_texts import write_mail
from app.mailroom.operations import queue_mail


def tell_delegates(*, conference: Conference, deed: FormatSwitch, plan: SwitchPlan, at: datetime) -> int:
    """Queue one mail for each delegate of the plan, held for a person's release; returns how many."""
    outcomes = {change.delegate_id: change.outcome.value for change in plan.people}
    told = db.session.scalars(select(Delegate).where(Delegate.id.in_(plan.told)).order_by(Delegate.id)).all()
    titles = {code: conference_title(conference, code) for code in ("ru", "de", "en")}
    for delegate in told:
        on_video = delegate.attendance is Attendance.VIDEO
        text = write_mail(
            "format_changed", delegate.language, delegate=delegate, person=written_name(delegate),
            conference=conference, title=titles.get(delegate.language, titles["en"]), to=deed.to_format.value,
            outcome=outcomes.get(delegate.id, ""), reason=deed.reason, link=personal_link(delegate),
            join=join_link(delegate) if on_video else "", standing=delegate.accreditation.value,
        )  # fmt: skip
        queue_mail(
            kind="format_changed", to=[delegate.email], language=delegate.language, mail=text, at=at,
            conference_id=conference.id, deed_key=f"switch-{deed.id}-{delegate.id}", held=True,
            calendar=calendar_for(delegate, stamp=at, method="REQUEST"), calendar_method="REQUEST",
        )  # fmt: skip
    return len(told)
