"""Entering, changing and removing a head."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.database import db
from app.directory import operations
from app.directory.forms import HeadForm, blame, texts_of
from app.directory.models import MunicipalHead, Municipality
from app.directory.views.blueprints import directory
from app.directory.views.municipalities import municipality_or_404
from app.errors import Refusal
from app.permissions import Permission, allow


def _head_or_404(row: Municipality, head_id: int) -> MunicipalHead:
    head = db.session.get(MunicipalHead, head_id)
    if head is None or head.municipality_id != row.id:
        abort(404)
    return head


def _edit(form: HeadForm, row: Municipality, head: MunicipalHead | None) -> Any:
    return render_template("directory/edit_head.html", form=form, municipality=row, head=head)


def _back(row: Municipality) -> Any:
    return redirect(url_for("directory.municipality", slug=row.slug), code=303)


@directory.route("/municipalities/<slug>/heads/new", methods=["GET", "POST"])
@allow(Permission.EDIT_DIRECTORY)
def new_head(slug: str) -> Any:
    """Enter a head."""
    row = municipality_or_404(slug)
    form = HeadForm(data={"as_of": str(now().year)})
    if request.method == "GET":
        return _edit(form, row, None)
    try:
        if form.validate():
            operations.add_head(municipality=row, details=form.details, actor=current_actor(), at=now())
            flash(_("The head has been entered."), "done")
            return _back(row)
    except Refusal as refusal:
        blame(form, refusal)
    return _edit(form, row, None), 422


@directory.route("/municipalities/<slug>/heads/<int:head_id>", methods=["GET", "POST"])
@allow(Permission.EDIT_DIRECTORY)
def edit_head(slug: str, head_id: int) -> Any:
    """Change a head."""
    row = municipality_or_404(slug)
    head = _head_or_404(row, head_id)
    form = HeadForm(data=texts_of(head, *HeadForm.COLUMNS))
    if request.method == "GET":
        return _edit(form, row, head)
    try:
        if form.validate():
            operations.change_head(head=head, details=form.details, actor=current_actor(), at=now())
            flash(_("The head has been saved."), "done")
            return _back(row)
    except Refusal as refusal:
        blame(form, refusal)
    return _edit(form, row, head), 422


@directory.post("/municipalities/<slug>/heads/<int:head_id>/remove")
@allow(Permission.EDIT_DIRECTORY)
def remove_head(slug: str, head_id: int) -> Any:
    """Take a head out of the directory."""
    row = municipality_or_404(slug)
    try:
        operations.remove_head(head=_head_or_404(row, head_id), actor=current_actor(), at=now())
        flash(_("The head has been removed."), "done")
    except Refusal as refusal:
        flash(str(refusal), "error")
    return _back(row)
