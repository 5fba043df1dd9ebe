"""Certificates of honour on the desk: written, looked at, printed."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.errors import Refusal
from app.i18n import localized
from app.permissions import Permission, allow
from app.printing.honours import queries
from app.printing.honours.forms import HonourForm, PrintHonoursForm
from app.printing.honours.models import Honour
from app.printing.honours.operations import add_honour, change_honour, contents_of, print_honours, remove_honour
from app.printing.honours.rules import Copies
from app.printing.honours.typesetting import render_honours
from app.printing.papers.queries import participants, picked
from app.printing.papers.rules import Paper
from app.printing.papers.views import desk


def _page(conference: Conference, form: PrintHonoursForm) -> str:
    rows = queries.honours(conference)
    return render_template(
        "printing/honours.html",
        conference=conference,
        form=form,
        rows=[(row, queries.label(conference, row.number)) for row in rows],
        fresh=sum(row.printed_at is None for row in rows),
    )


@desk.get("/honours/")
@allow(Permission.PRINT)
def honours(slug: str) -> Any:
    """Who is honoured, and printing."""
    return _page(desk_conference(slug), PrintHonoursForm())


@desk.post("/honours/")
@allow(Permission.PRINT)
def print_all_honours(slug: str) -> Any:
    """Print them."""
    conference = desk_conference(slug)
    form = PrintHonoursForm()
    if not form.validate_on_submit():
        return _page(conference, form), 422
    done = print_honours(conference=conference, copies=Copies(form.copies.data), only_new=bool(form.only_new.data),
                         actor=current_actor(), at=now())  # fmt: skip
    if done.run is None:
        flash(_("Nothing is new or changed since the last printing."), "information")
        return redirect(url_for("papers.honours", slug=slug), code=303)
    return redirect(url_for("papers.run", slug=slug, run_id=done.run.id), code=303)


def _write(conference: Conference, row: Honour | None) -> Any:
    form = HonourForm(obj=row)
    towns = queries.municipalities()
    form.municipality.choices = [(0, _("please choose")), *((town.id, localized(town, "name")) for town in towns)]
    if not form.is_submitted() and row is not None:
        form.municipality.data = row.municipality_id or 0
    if form.validate_on_submit() and (done := _written(conference, row, form)):
        flash(_("The certificate of honour %(number)s is kept.", number=queries.label(conference, done.number)), "done")
        return redirect(url_for("papers.honours", slug=conference.slug), code=303)
    page = render_template(
        "printing/honour.html", conference=conference, form=form, row=row,
        label=queries.label(conference, row.number) if row else "",
    )  # fmt: skip
    return page, (422 if form.is_submitted() else 200)


def _written(conference: Conference, row: Honour | None, form: HonourForm) -> Honour | None:
    """The row as the form says it; None when something of it is refused."""
    known: dict[str, str] = {}
    delegate_id = row.delegate_id if row else None
    municipality_id = form.municipality.data or None
    if (form.person.data or "").strip():
        people = participants(conference, Paper.CERTIFICATES, all_accredited=True)
        found, _unknown = picked(people, [form.person.data])
        if not found:
            form.person.errors = [_("Nobody, or more than one person, fits: %(lines)s.", lines=form.person.data)]
            return None
        delegate_id = found[0]
        known = queries.of_person(next(person for person in people if person.delegate_id == delegate_id))
    elif municipality_id:
        town = next(town for town in queries.municipalities() if town.id == municipality_id)
        known = queries.of_municipality(town)
    try:
        details = form.details(known, delegate_id=delegate_id, municipality_id=municipality_id)
        if row is None:
            return add_honour(conference=conference, details=details, actor=current_actor(), at=now())
        change_honour(honour=row, details=details, actor=current_actor(), at=now())
    except Refusal as refusal:
        form[refusal.field].errors = [refusal.message]
        return None
    return row


@desk.route("/honours/new", methods=["GET", "POST"])
@allow(Permission.PRINT)
def new_honour(slug: str) -> Any:
    """Write one."""
    return _write(desk_conference(slug), None)


@desk.route("/honours/<int:honour_id>", methods=["GET", "POST"])
@allow(Permission.PRINT)
def honour(slug: str, honour_id: int) -> Any:
    """Say something else on it."""
    conference = desk_conference(slug)
    return _write(conference, queries.honour_of(conference, honour_id) or abort(404))


@desk.post("/honours/<int:honour_id>/remove")
@allow(Permission.PRINT)
def take_back_honour(slug: str, honour_id: int) -> Any:
    """Take back one that was not printed."""
    row = queries.honour_of(desk_conference(slug), honour_id) or abort(404)
    try:
        remove_honour(honour=row, actor=current_actor(), at=now())
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    else:
        flash(_("The certificate of honour is taken back."), "done")
    return redirect(url_for("papers.honours", slug=slug), code=303)


@desk.get("/honours/<int:honour_id>.pdf")
@allow(Permission.PRINT)
def look_at_honour(slug: str, honour_id: int) -> Any:
    """Both copies of one; a look, not a printing."""
    conference = desk_conference(slug)
    row = queries.honour_of(conference, honour_id) or abort(404)
    pdf, _pages, _warnings = render_honours(conference, contents_of(conference, [row], Copies.BOTH))
    return send_file(BytesIO(pdf), "application/pdf", download_name=f"{slug}_honour_{row.number}.pdf")
