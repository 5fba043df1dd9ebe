"""The list of municipalities, the page of one, entering and changing it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.directory import operations, queries
from app.directory.details import country_codes
from app.directory.forms import (
    MunicipalityForm,
    blame,
    country_choices,
    genders,
    municipality_kinds,
    partnership_kinds,
    texts_of,
)
from app.directory.models import Municipality
from app.directory.views.blueprints import directory
from app.directory.views.notes import told_note
from app.errors import Refusal
from app.history import queries as history
from app.i18n import localized
from app.permissions import Permission, allow

FIELDS = ("q", "country", "partners_in")


def municipality_or_404(slug: str) -> Municipality:
    """The municipality of an address."""
    return queries.find(slug) or abort(404)


@directory.get("/municipalities")
@allow(Permission.READ_DIRECTORY)
def municipalities() -> Any:
    """The list: search, filter, leaf through. htmx gets the piece that changes."""
    chosen = {name: request.args.get(name, "").strip()[:100] for name in FIELDS}
    found = queries.search(
        words=chosen["q"],
        country=chosen["country"],
        partners_in=chosen["partners_in"],
        number=request.args.get("page", 1, type=int),
    )

    def leaf(number: int) -> str | None:
        if not 1 <= number <= found.pages:
            return None
        values: dict[str, Any] = {key: value for key, value in chosen.items() if value}
        return url_for("directory.municipalities", page=number, **values)

    page = {
        "number": found.number,
        "pages": found.pages,
        "total": found.total,
        "previous_url": leaf(found.number - 1),
        "next_url": leaf(found.number + 1),
    }
    piece = bool(request.headers.get("HX-Request"))
    response = render_template(
        "directory/_municipalities.html" if piece else "directory/municipalities.html",
        rows=found.rows,
        page=page,
        chosen=chosen,
        narrowed=any(chosen.values()),
        countries=[] if piece else country_choices(queries.countries()),
        kinds=municipality_kinds(),
    )
    return response, 200, {"Vary": "HX-Request"}


@directory.get("/municipalities/<slug>")
@allow(Permission.READ_DIRECTORY)
def municipality(slug: str) -> Any:
    """One municipality with its heads, partners and conferences."""
    row = municipality_or_404(slug)
    return render_template(
        "directory/municipality.html",
        municipality=row,
        note=told_note(row.note),
        arms=queries.arms_of(row),
        heads=queries.heads_of(row),
        ties=queries.ties_of(row),
        related=[piece for tell in queries.related_to.values() for piece in tell(row)],
        entries=[(entry, deed_words().get(entry.deed, entry.deed)) for entry in history.of(row, limit=20)],
        kinds=municipality_kinds(),
        tie_kinds=partnership_kinds(),
        genders=genders(),
    )


def deed_words() -> dict[str, str]:
    """What was done to a municipality, in words."""
    return {
        "create-municipality": _("entered the municipality"),
        "change-municipality": _("changed the municipality"),
        "add-head": _("entered a head"),
        "change-head": _("changed a head"),
        "remove-head": _("removed a head"),
        "add-partnership": _("entered a partnership"),
        "change-partnership": _("changed a partnership"),
        "remove-partnership": _("removed a partnership"),
        "set-arms": _("kept the arms"),
        "remove-arms": _("removed the arms"),
    }


def _edit(form: MunicipalityForm, row: Municipality | None) -> Any:
    back = url_for("directory.municipality", slug=row.slug) if row else url_for("directory.municipalities")
    return render_template("directory/edit_municipality.html", form=form, municipality=row, back=back)


@directory.route("/municipalities/new", methods=["GET", "POST"])
@allow(Permission.EDIT_DIRECTORY)
def new_municipality() -> Any:
    """Enter a municipality."""
    form = MunicipalityForm(countries=sorted(country_codes()), data={"country": "RU", "kind": "city"})
    if request.method == "GET":
        return _edit(form, None)
    try:
        if form.validate():
            row = operations.create_municipality(details=form.details, actor=current_actor(), at=now())
            flash(_("%(name)s has been entered.", name=localized(row, "name")), "done")
            return redirect(url_for("directory.municipality", slug=row.slug), code=303)
    except Refusal as refusal:
        blame(form, refusal)
    return _edit(form, None), 422


@directory.route("/municipalities/<slug>/edit", methods=["GET", "POST"])
@allow(Permission.EDIT_DIRECTORY)
def edit_municipality(slug: str) -> Any:
    """Change a municipality."""
    row = municipality_or_404(slug)
    form = MunicipalityForm(countries=sorted(country_codes()), data=texts_of(row, *MunicipalityForm.COLUMNS)).keep(row)
    if request.method == "GET":
        return _edit(form, row)
    if form.validate():
        operations.change_municipality(municipality=row, details=form.details, actor=current_actor(), at=now())
        flash(_("%(name)s has been saved.", name=localized(row, "name")), "done")
        return redirect(url_for("directory.municipality", slug=slug), code=303)
    return _edit(form, row), 422
