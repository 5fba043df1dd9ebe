"""Organisations and the letterheads of those that issue letters."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.directory import operations, queries
from app.directory.forms import OrganisationForm, blame, texts_of
from app.directory.models import Organisation
from app.directory.views.blueprints import organisations_blueprint as blueprint
from app.errors import Refusal
from app.i18n import LANGUAGES, localized
from app.permissions import Permission, allow


@blueprint.get("/")
@allow(Permission.READ_DIRECTORY)
def organisations() -> Any:
    """The list."""
    return render_template("directory/organisations.html", organisations=queries.organisations())


def _edit(form: OrganisationForm, row: Organisation | None) -> Any:
    return render_template("directory/edit_organisation.html", form=form, organisation=row)


@blueprint.route("/new", methods=["GET", "POST"])
@allow(Permission.EDIT_DIRECTORY)
def new_organisation() -> Any:
    """Enter an organisation."""
    form = OrganisationForm(data={"number_pattern": "Исх-{n}"})
    if request.method == "GET":
        return _edit(form, None)
    try:
        if form.validate():
            row = operations.create_organisation(details=form.details, actor=current_actor(), at=now())
            flash(_("%(name)s has been entered.", name=localized(row, "name")), "done")
            return redirect(url_for("organisations.organisations"), code=303)
    except Refusal as refusal:
        blame(form, refusal)
    return _edit(form, None), 422


@blueprint.route("/<slug>", methods=["GET", "POST"])
@allow(Permission.EDIT_DIRECTORY)
def edit_organisation(slug: str) -> Any:
    """Change an organisation and its letterhead."""
    row = queries.find_organisation(slug) or abort(404)
    data: dict[str, Any] = texts_of(row, *OrganisationForm.COLUMNS)
    data |= {f"address_{code}": "\n".join(row.addresses.get(code, [])) for code in LANGUAGES}
    data |= {"phones": "\n".join(row.phones), "issues_letters": row.issues_letters}
    form = OrganisationForm(data=data).keep(slug)
    if request.method == "GET":
        return _edit(form, row)
    if form.validate():
        operations.change_organisation(organisation=row, details=form.details, actor=current_actor(), at=now())
        flash(_("%(name)s has been saved.", name=localized(row, "name")), "done")
        return redirect(url_for("organisations.organisations"), code=303)
    return _edit(form, row), 422
