"""The arms of a municipality: uploaded, shown, removed."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.directory.forms import ArmsForm, blame
from app.directory.operations.arms import remove_arms, set_arms
from app.directory.queries import arms_of
from app.directory.views.blueprints import directory
from app.directory.views.municipalities import municipality_or_404
from app.errors import Refusal
from app.permissions import Permission, allow


@directory.route("/municipalities/<slug>/arms", methods=["GET", "POST"])
@allow(Permission.EDIT_DIRECTORY)
def edit_arms(slug: str) -> Any:
    """Upload the arms, or remove them."""
    row = municipality_or_404(slug)
    form = ArmsForm()
    if request.method == "POST" and request.form.get("deed") == "remove":
        if remove_arms(municipality=row, actor=current_actor(), at=now()):
            flash(_("The arms are removed."), "done")
        return redirect(url_for("directory.municipality", slug=slug), code=303)
    if form.validate_on_submit():
        try:
            set_arms(municipality=row, content=form.file.data.stream.read(), actor=current_actor(), at=now())
        except Refusal as refusal:
            blame(form, refusal)
        else:
            flash(_("The arms are kept."), "done")
            return redirect(url_for("directory.municipality", slug=slug), code=303)
    page = render_template("directory/arms.html", municipality=row, form=form, arms=arms_of(row))
    return page, 422 if form.is_submitted() else 200


@directory.get("/municipalities/<slug>/arms.png")
@allow(Permission.READ_DIRECTORY)
def arms_picture(slug: str) -> Any:
    """The picture; its address changes with it, so it may be kept."""
    found = arms_of(municipality_or_404(slug)) or abort(404)
    response = Response(found.picture, content_type="image/png")
    response.headers["Cache-Control"] = "private, max-age=31536000" if "v" in request.args else "private, no-cache"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response
