"""Photographs: the person's own page, and the pictures for the desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.delegations.forms.photos import PhotoForm
from app.delegations.operations.consents import give_consent
from app.delegations.operations.photos import remove_photo, set_photo
from app.delegations.queries.consents import agrees, text_for
from app.delegations.queries.photos import photo_of, photo_row
from app.delegations.rules.consents import Purpose
from app.delegations.views.papers import as_themselves, of_token, staff_delegate
from app.delegations.views.shared import blueprint, private, put
from app.errors import Refusal
from app.i18n import language
from app.permissions import Permission, allow, by_token
from app.security_headers import limiter


def _picture(path: Path | None) -> Any:
    if path is None:
        abort(404)
    response = Response(path.read_bytes(), content_type="image/jpeg")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


@blueprint.route("/delegate/<token>/photo", methods=["GET", "POST"])
@by_token
@limiter.limit("20 per minute", methods=["POST"])
@private
def own_photo(token: str) -> Any:
    """Upload a photograph, cut it, or remove it."""
    row = of_token(token)
    form = PhotoForm()
    if request.method == "POST" and request.form.get("deed") == "remove":
        if remove_photo(delegate=row, actor=as_themselves(row), at=now()):
            flash(_("The photograph is removed."), "done")
        return redirect(url_for("delegations.own_photo", token=token), code=303)
    if form.validate_on_submit():
        try:
            set_photo(delegate=row, content=form.file.data.stream.read(), crop=form.chosen(),
                      actor=as_themselves(row), at=now())  # fmt: skip
            if form.consent_photo.data:
                give_consent(delegate=row, purpose=Purpose.PHOTO, language=language(), actor=as_themselves(row),
                             at=now())  # fmt: skip
        except Refusal as refusal:
            put(form, refusal)
        else:
            flash(_("The photograph is saved."), "done")
            return redirect(url_for("delegations.own_photo", token=token), code=303)
    page = render_template(
        "delegations/photo.html", delegate=row, conference=row.conference, form=form, photo=photo_row(row),
        agreed=agrees(row, Purpose.PHOTO), text=text_for(Purpose.PHOTO, row.conference, language()),
    )  # fmt: skip
    return page, (422 if form.is_submitted() else 200)


@blueprint.get("/delegate/<token>/photo.jpg")
@by_token
@private
def own_photo_file(token: str) -> Any:
    """One's own portrait."""
    return _picture(photo_of(of_token(token)))


@blueprint.get("/desk/c/<slug>/delegates/<public_id>/photo.jpg")
@allow(Permission.READ_DELEGATES)
def desk_photo(slug: str, public_id: str) -> Any:
    """A delegate's portrait."""
    return _picture(photo_of(staff_delegate(desk_conference(slug), public_id)))


@blueprint.route("/desk/c/<slug>/delegates/<public_id>/photo", methods=["GET", "POST"])
@allow(Permission.EDIT_DELEGATES)
def desk_set_photo(slug: str, public_id: str) -> Any:
    """Put in a photograph that came by mail or was taken at the desk. What the person agrees to stays as it is."""
    conference = desk_conference(slug)
    row = staff_delegate(conference, public_id)
    form = PhotoForm()
    if form.validate_on_submit():
        try:
            set_photo(delegate=row, content=form.file.data.stream.read(), crop=form.chosen(), actor=current_actor(),
                      at=now())  # fmt: skip
        except Refusal as refusal:
            put(form, refusal)
        else:
            flash(_("The photograph is saved."), "done")
            return redirect(url_for("delegations.desk_delegate", slug=slug, public_id=public_id), code=303)
    page = render_template(
        "delegations/desk_photo.html", delegate=row, conference=conference, form=form, photo=photo_row(row),
        agreed=agrees(row, Purpose.PHOTO),
    )  # fmt: skip
    return page, (422 if form.is_submitted() else 200)


@blueprint.post("/desk/c/<slug>/delegates/<public_id>/photo/remove")
@allow(Permission.EDIT_DELEGATES)
def desk_remove_photo(slug: str, public_id: str) -> Any:
    """Remove a portrait that does not fit."""
    row = staff_delegate(desk_conference(slug), public_id)
    if remove_photo(delegate=row, actor=current_actor(), at=now()):
        flash(_("The photograph is removed."), "done")
    return redirect(url_for("delegations.desk_delegate", slug=slug, public_id=public_id), code=303)
