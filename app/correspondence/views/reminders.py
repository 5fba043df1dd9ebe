"""Reminding the silent: who, how many, in what words; then one click."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.correspondence.forms import ReminderDaysForm, blame
from app.correspondence.operations import (
    Due,
    hidden_link,
    plan_reminders,
    reminder_text,
    send_reminders,
    set_reminder_days,
)
from app.correspondence.queries import reminder_days
from app.correspondence.rules import ReminderDays
from app.correspondence.views.entrance import blueprint, tabs
from app.errors import Refusal
from app.i18n import LANGUAGES
from app.mailroom.queries import can_send
from app.permissions import Permission, allow


def _page(conference: Conference, form: ReminderDaysForm | None = None) -> str:
    plan = plan_reminders(conference=conference, at=now())
    if form is None:
        days = reminder_days(conference)
        form = ReminderDaysForm(formdata=None, data={"first_days": days.first, "second_days": days.second})
    samples: dict[tuple[str, int], Due] = {}
    for due in plan.due:
        samples.setdefault((due.letter.language, due.step), due)
    return render_template(
        "correspondence/reminders.html",
        conference=conference,
        plan=plan,
        form=form,
        texts=[(code, step, reminder_text(due, url=hidden_link(code))) for (code, step), due in samples.items()],
        languages=LANGUAGES,
        steps={1: _("first reminder"), 2: _("second reminder")},
        mail_goes=can_send(),
        tabs=tabs(conference, "correspondence.reminders"),
    )


@blueprint.get("/c/<slug>/letters/reminders")
@allow(Permission.WRITE_LETTERS)
def reminders(slug: str) -> Any:
    """Who would be reminded now, and in what words."""
    return _page(desk_conference(slug))


@blueprint.post("/c/<slug>/letters/reminders")
@allow(Permission.ISSUE_LETTERS)
def remind_now(slug: str) -> Any:
    """Queue the reminders that were shown and ticked."""
    conference = desk_conference(slug)
    keys = set(request.form.getlist("reminder"))
    count = send_reminders(conference=conference, keys=keys, actor=current_actor(), at=now())
    if count:
        flash(ngettext("%(num)s reminder is queued.", "%(num)s reminders are queued.", count), "done")
    else:
        flash(_("No reminder is due any more; nothing was queued."), "information")
    return redirect(url_for("correspondence.reminders", slug=conference.slug), code=303)


@blueprint.post("/c/<slug>/letters/reminders/days")
@allow(Permission.WRITE_LETTERS)
def set_days(slug: str) -> Any:
    """Keep after how many days the silent are reminded."""
    conference = desk_conference(slug)
    form = ReminderDaysForm()
    if form.validate_on_submit():
        days = ReminderDays(form.first_days.data, form.second_days.data)
        try:
            set_reminder_days(conference=conference, days=days, actor=current_actor(), at=now())
        except Refusal as refusal:
            blame(form, refusal)
        else:
            flash(_("The days of the reminders are kept."), "done")
            return redirect(url_for("correspondence.reminders", slug=conference.slug), code=303)
    return _page(conference, form), 422
