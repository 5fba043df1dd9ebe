"""The desk: where staff begin, the overview of one conference, entering and changing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences import operations, queries
from app.conferences.entrance import desk_conference
from app.conferences.forms import ConferenceForm, format_words, place_title
from app.conferences.models import Conference
from app.conferences.queries import Step
from app.conferences.rules import is_past
from app.conferences.views.blueprint import conferences as blueprint
from app.directory import queries as directory
from app.directory.forms import blame
from app.errors import Refusal
from app.history import queries as history
from app.i18n import date_range, localized
from app.permissions import Permission, allow, may
from invitations.dates import roman


def _own_step(row: Conference, *, has_venues: bool) -> Step | None:
    """What this floor itself asks for."""
    if not may(Permission.EDIT_CONFERENCE):
        return None
    edit = url_for("conferences.edit", slug=row.slug)
    if row.issuer_id is None:
        return Step(_("Say who issues the letters"), edit, 10)
    if not (row.theme_ru and row.theme_de):
        return Step(_("Enter the theme"), edit, 20)
    if not has_venues:
        return Step(_("Enter venues and rooms"), url_for("conferences.venues", slug=row.slug), 30)
    return None


def steps_of(rows: Sequence[Conference]) -> dict[int, Step]:
    """What is to be done next for each conference: the earliest of what all floors ask for."""
    told = [tell(rows) for tell in queries.next_steps.values()]
    housed = queries.with_venues()
    chosen = {}
    for row in rows:
        own = _own_step(row, has_venues=row.id in housed)
        asked = [*([own] if own else []), *(steps[row.id] for steps in told if row.id in steps)]
        if asked:
            chosen[row.id] = min(asked, key=lambda step: step.order)
    return chosen


def _line(row: Conference, step: Step | None, past: bool) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "title": queries.conference_title(row),
        "host": localized(row.host, "name"),
        "dates": date_range(row.starts_on, row.ends_on),
        "format": format_words()[row.format],
        "registration_open": row.registration_open,
        "step": step,
        "past": past,
    }


@blueprint.get("/desk/")
@allow(Permission.SEE_DESK)
def desk() -> Any:
    """Every conference with its next step."""
    at = now()
    rows = queries.all_conferences()
    past = {
        row.id: is_past(ends_on=row.ends_on, timezone=row.timezone, at=at, registration_open=row.registration_open)
        for row in rows
    }
    steps = steps_of([row for row in rows if not past[row.id]])
    lines = [_line(row, steps.get(row.id), past[row.id]) for row in rows]
    return render_template("conferences/desk.html", ahead=[line for line in reversed(lines) if not line["past"]],
                           past=[line for line in lines if line["past"]])  # fmt: skip


@blueprint.get("/desk/c/<slug>/")
@allow(Permission.SEE_DESK)
def overview(slug: str) -> Any:
    """One conference at a glance."""
    row = desk_conference(slug)
    past = is_past(ends_on=row.ends_on, timezone=row.timezone, at=now(), registration_open=row.registration_open)
    settings = "delegations.registration"
    return render_template(
        "conferences/overview.html",
        conference=row,
        title=queries.conference_title(row),
        edition=roman(row.edition),
        step=None if past else steps_of([row]).get(row.id),
        past=past,
        figures=[figure for tell in queries.overview_figures.values() for figure in tell(row)],
        format=format_words()[row.format],
        switch_url=_link("format_switch.plan", row, Permission.SWITCH_FORMAT),
        settings_url=_link(settings, row, Permission.EDIT_CONFERENCE),
        venues=[(place_title(venue), [place_title(room) for room in venue.rooms]) for venue in queries.venues_of(row)],
        entries=[
            (entry, deed_words()[entry.deed]) for entry in history.of(row, limit=60) if entry.deed in deed_words()
        ],
    )


def _link(endpoint: str, row: Conference, permission: Permission) -> str | None:
    if endpoint not in current_app.view_functions or not may(permission):
        return None
    return url_for(endpoint, slug=row.slug)


def deed_words() -> dict[str, str]:
    """What was done to a conference, in words."""
    return {
        "create-conference": _("entered the conference"),
        "change-conference": _("changed the conference"),
        "delegations.set_registration": _("changed places or registration"),
    }


def _form(conference: Conference | None = None) -> ConferenceForm:
    every = directory.organisations()
    return ConferenceForm(
        conference=conference,
        hosts=directory.names(),
        organisations={row.slug: localized(row, "name") for row in every},
        issuers={row.slug: localized(row, "name") for row in every if row.issues_letters},
    )


def _edit(form: ConferenceForm, conference: Conference | None) -> Any:
    return render_template(
        "conferences/edit.html",
        form=form,
        conference=conference,
        title=queries.conference_title(conference) if conference else "",
        format=format_words()[conference.format] if conference else "",
        switch_url=_link("format_switch.plan", conference, Permission.SWITCH_FORMAT) if conference else None,
        settings_url=_link("delegations.registration", conference, Permission.EDIT_CONFERENCE) if conference else None,
    )


@blueprint.route("/desk/conferences/new", methods=["GET", "POST"])
@allow(Permission.EDIT_CONFERENCE)
def new() -> Any:
    """Enter a conference."""
    form = _form()
    if not form.is_submitted():
        return _edit(form, None)
    try:
        if form.validate():
            row = operations.create_conference(
                details=form.details, registration_open=form.registration_open.data,
                places_on_site=form.places_on_site.data, places_video=form.places_video.data,
                actor=current_actor(), at=now(),
            )  # fmt: skip
            flash(_("The conference has been entered."), "done")
            return redirect(url_for("conferences.overview", slug=row.slug), code=303)
    except Refusal as refusal:
        blame(form, refusal)
    return _edit(form, None), 422


@blueprint.route("/desk/c/<slug>/edit", methods=["GET", "POST"])
@allow(Permission.EDIT_CONFERENCE)
def edit(slug: str) -> Any:
    """Change a conference."""
    row = desk_conference(slug)
    form = _form(row)
    if not form.is_submitted():
        return _edit(form, row)
    try:
        if form.validate():
            operations.change_conference(conference=row, details=form.details, actor=current_actor(), at=now())
            flash(_("The conference has been saved."), "done")
            return redirect(url_for("conferences.overview", slug=slug), code=303)
    except Refusal as refusal:
        blame(form, refusal)
    return _edit(form, row), 422
