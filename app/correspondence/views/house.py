"""How the issuer's letters look: layouts, edition of the standard, habits of the house, emblem and facsimile."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.correspondence.forms import blame
from app.correspondence.house_form import HouseForm
from app.correspondence.operations.house import preview_sheet, set_letter_sheet, with_pictures
from app.correspondence.queries.house import Sheet, letter_sheet
from app.correspondence.views.entrance import PDF_POLICY, blueprint, tabs
from app.directory.models import Organisation
from app.directory.queries import find, names
from app.errors import Refusal
from app.i18n import LANGUAGES
from app.permissions import Permission, allow
from invitations.house import ASSOCIATION, HouseOptions

# Habits that may be filled in at one go; nothing is kept by that.
_PRESETS = {"standard": HouseOptions(), "association": ASSOCIATION}


def _issuer(conference: Conference) -> Organisation:
    return conference.issuer or abort(404)


def _page(conference: Conference, form: HouseForm, kept: Sheet) -> str:
    return render_template(
        "correspondence/house.html",
        conference=conference,
        issuer=conference.issuer,
        form=form,
        kept=kept,
        tabs=tabs(conference, "correspondence.house"),
    )


def _offered(form: HouseForm, conference: Conference) -> HouseForm:
    form.offer()
    form.addressee.choices = names()
    form.in_language.choices = list(LANGUAGES.items())
    if not form.addressee.data:
        form.addressee.data = conference.host.slug
    return form


@blueprint.get("/c/<slug>/letters/sheet")
@allow(Permission.EDIT_DIRECTORY)
def house(slug: str) -> Any:
    """How the letters of this conference's issuer look."""
    conference = desk_conference(slug)
    if conference.issuer is None:
        rooms = tabs(conference, "correspondence.house")
        return render_template("correspondence/house.html", conference=conference, issuer=None, tabs=rooms)
    kept = letter_sheet(conference.issuer)
    shown = HouseForm.shown(kept)
    preset = _PRESETS.get(request.args.get("habits", ""))
    if preset is not None:
        shown |= {name: getattr(preset, name) for name in HouseOptions.__dataclass_fields__}
    return _page(conference, _offered(HouseForm(formdata=None, data=shown), conference), kept)


@blueprint.post("/c/<slug>/letters/sheet")
@allow(Permission.EDIT_DIRECTORY)
def save_house(slug: str) -> Any:
    """Keep it."""
    conference = desk_conference(slug)
    issuer = _issuer(conference)
    kept = letter_sheet(issuer)
    form = _offered(HouseForm(), conference)
    if form.validate():
        try:
            given, removed = form.pictures()
            wanted = with_pictures(form.sheet(kept), given=given, removed=removed)
            set_letter_sheet(issuer=issuer, sheet=wanted, actor=current_actor(), at=now())
        except Refusal as refusal:
            blame(form, refusal)
        else:
            flash(_("Saved. Letters look so from now on; issued letters stay as they are."), "done")
            return redirect(url_for("correspondence.house", slug=slug), code=303)
    return _page(conference, form, kept), 422


@blueprint.post("/c/<slug>/letters/sheet/preview")
@allow(Permission.EDIT_DIRECTORY)
def preview_of_house(slug: str) -> Any:
    """A draft as it would look by what is in the form, kept or not."""
    conference = desk_conference(slug)
    kept = letter_sheet(_issuer(conference))
    form = _offered(HouseForm(), conference)
    town = find(form.addressee.data or "")
    language = form.in_language.data if form.in_language.data in LANGUAGES else "ru"
    if town is None:
        form.addressee.errors = [_("Choose whom the letter is shown to be for.")]
    if form.validate() and town is not None:
        try:
            given, removed = form.pictures()
            wanted = with_pictures(form.sheet(kept), given=given, removed=removed)
            content = preview_sheet(conference=conference, sheet=wanted, language=language, municipality=town)
        except Refusal as refusal:
            blame(form, refusal)
        else:
            response = send_file(BytesIO(content), mimetype="application/pdf", download_name="preview.pdf")
            response.headers["Content-Security-Policy"] = PDF_POLICY
            response.headers["Cache-Control"] = "no-store"
            return response
    return _page(conference, form, kept), 422


@blueprint.get("/c/<slug>/letters/sheet/<name>.png")
@allow(Permission.EDIT_DIRECTORY)
def house_picture(slug: str, name: str) -> Any:
    """The emblem or the facsimile; a drawing cannot run anything here."""
    kept = letter_sheet(_issuer(desk_conference(slug)))
    shown = {"logo": kept.logo, "facsimile": kept.facsimile}.get(name) or abort(404)
    response = send_file(BytesIO(shown.data), mimetype=shown.media_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.headers["Cache-Control"] = "private, no-cache"
    return response
