"""Whom one letter goes to: another head of the municipality, organisations that get a copy."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.correspondence.operations.readdress import choose_head, set_copies
from app.correspondence.views.entrance import blueprint, the_letter
from app.errors import Refusal
from app.permissions import Permission, allow


@blueprint.post("/c/<slug>/letters/<int:letter_id>/head")
@allow(Permission.WRITE_LETTERS)
def change_head(slug: str, letter_id: int) -> Any:
    """Write to another head of the municipality."""
    conference = desk_conference(slug)
    head_id = request.form.get("head", 0, type=int)
    try:
        choose_head(letter=the_letter(conference, letter_id), head_id=head_id, actor=current_actor(), at=now())
    except Refusal as refusal:
        flash(str(refusal), "error")
    else:
        flash(_("The addressee is changed."), "done")
    return redirect(url_for("correspondence.letter", slug=conference.slug, letter_id=letter_id), code=303)


@blueprint.post("/c/<slug>/letters/<int:letter_id>/copies")
@allow(Permission.WRITE_LETTERS)
def change_copies(slug: str, letter_id: int) -> Any:
    """Choose the organisations that get a copy."""
    conference = desk_conference(slug)
    found = the_letter(conference, letter_id)
    try:
        set_copies(letter=found.general or found, slugs=request.form.getlist("copies"), actor=current_actor(), at=now())
    except Refusal as refusal:
        flash(str(refusal), "error")
    else:
        flash(_("The copies are changed."), "done")
    return redirect(url_for("correspondence.letter", slug=conference.slug, letter_id=letter_id), code=303)
