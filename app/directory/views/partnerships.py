"""Entering, changing and removing a tie."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.database import db
from app.directory import operations, queries
from app.directory.forms import PartnershipForm, blame, texts_of
from app.directory.models import Municipality, Partnership
from app.directory.views.blueprints import directory
from app.directory.views.municipalities import municipality_or_404
from app.errors import Refusal
from app.permissions import Permission, allow


def _tie_or_404(row: Municipality, tie_id: int) -> Partnership:
    tie = db.session.get(Partnership, tie_id)
    if tie is None or row.id not in {tie.a_id, tie.b_id}:
        abort(404)
    return tie


def _edit(form: PartnershipForm, row: Municipality, tie: Partnership | None) -> Any:
    partner = None if tie is None else tie.b if tie.a_id == row.id else tie.a
    return render_template("directory/edit_partnership.html", form=form, municipality=row, tie=tie, partner=partner)


def _back(row: Municipality) -> Any:
    return redirect(url_for("directory.municipality", slug=row.slug), code=303)


@directory.route("/municipalities/<slug>/partnerships/new", methods=["GET", "POST"])
@allow(Permission.EDIT_DIRECTORY)
def new_partnership(slug: str) -> Any:
    """Enter a tie."""
    row = municipality_or_404(slug)
    form = PartnershipForm(partners=[("", _("Please choose")), *(name for name in queries.names() if name[0] != slug)])
    if request.method == "GET":
        return _edit(form, row, None)
    try:
        if form.validate():
            partner = queries.find(form.partner.data)
            if partner is None:
                raise Refusal(_("Please choose the partner."), field="partner")
            operations.add_partnership(
                municipality=row, partner=partner, details=form.details, actor=current_actor(), at=now()
            )
            flash(_("The partnership has been entered."), "done")
            return _back(row)
    except Refusal as refusal:
        blame(form, refusal)
    return _edit(form, row, None), 422


@directory.route("/municipalities/<slug>/partnerships/<int:tie_id>", methods=["GET", "POST"])
@allow(Permission.EDIT_DIRECTORY)
def edit_partnership(slug: str, tie_id: int) -> Any:
    """Change kind, year and notes of a tie."""
    row = municipality_or_404(slug)
    tie = _tie_or_404(row, tie_id)
    data = texts_of(tie, *PartnershipForm.COLUMNS) | ({} if tie.since_year else {"since_year": ""})
    form = PartnershipForm(data=data, partners=[])
    del form.partner
    if request.method == "GET":
        return _edit(form, row, tie)
    try:
        if form.validate():
            operations.change_partnership(tie=tie, details=form.details, actor=current_actor(), at=now())
            flash(_("The partnership has been saved."), "done")
            return _back(row)
    except Refusal as refusal:
        blame(form, refusal)
    return _edit(form, row, tie), 422


@directory.post("/municipalities/<slug>/partnerships/<int:tie_id>/remove")
@allow(Permission.EDIT_DIRECTORY)
def remove_partnership(slug: str, tie_id: int) -> Any:
    """Take a tie out of the directory."""
    row = municipality_or_404(slug)
    operations.remove_partnership(tie=_tie_or_404(row, tie_id), actor=current_actor(), at=now())
    flash(_("The partnership has been removed."), "done")
    return _back(row)
