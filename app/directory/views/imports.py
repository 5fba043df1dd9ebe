"""Importing files: choose, see what would happen, apply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.database import rehearsal
from app.directory import operations
from app.directory.forms import ImportForm, import_kinds
from app.directory.uploads import find_upload, keep_upload
from app.directory.views.blueprints import directory
from app.permissions import Permission, allow
from app.tables import ImportReport, report_on

IMPORTS: dict[str, Callable[..., ImportReport]] = {
    "municipalities": operations.import_municipalities,
    "partnerships": operations.import_partnerships,
    "heads": operations.import_heads,
}
SHOWN = 200


@directory.route("/import", methods=["GET", "POST"])
@allow(Permission.EDIT_DIRECTORY)
def import_file() -> Any:
    """Choose a file."""
    kind = request.args.get("kind", "municipalities")
    form = ImportForm(data={"kind": kind if kind in IMPORTS else "municipalities"})
    if request.method == "GET":
        return render_template("directory/import.html", form=form)
    if form.validate():
        token = keep_upload(form.file.data.stream, at=now())
        return redirect(url_for("directory.preview_import", kind=form.kind.data, token=token), code=303)
    return render_template("directory/import.html", form=form), 422


@directory.get("/import/<kind>/<token>")
@allow(Permission.EDIT_DIRECTORY)
def preview_import(kind: str, token: str) -> Any:
    """What taking the file would do; computed in full, then undone."""
    work = IMPORTS.get(kind) or abort(404)
    path = find_upload(token)
    if path is None:
        flash(_("The file is no longer kept. Please choose it again."), "error")
        return redirect(url_for("directory.import_file", kind=kind), code=303)
    strict = report_on(lambda: _rehearse(work, path=path, skip_bad_rows=False))
    lenient = report_on(lambda: _rehearse(work, path=path, skip_bad_rows=True)) if strict.refused else strict
    usable = not lenient.refused and bool(lenient.created + lenient.updated + lenient.unchanged)
    return render_template(
        "directory/preview_import.html",
        kind=kind,
        what=import_kinds()[kind],
        token=token,
        report=lenient,
        whole=not strict.refused,
        usable=usable,
        shown=SHOWN,
    )


def _rehearse(work: Callable[..., ImportReport], **given: Any) -> ImportReport:
    with rehearsal():
        return work(actor=current_actor(), at=now(), **given)


@directory.post("/import/<kind>/<token>")
@allow(Permission.EDIT_DIRECTORY)
def apply_import(kind: str, token: str) -> Any:
    """Take the file; with ``skip`` its bad rows are left out."""
    work = IMPORTS.get(kind) or abort(404)
    path = find_upload(token)
    skip = request.form.get("skip") == "yes"
    report = (
        ImportReport(refused=True)
        if path is None
        else report_on(lambda: work(path=path, actor=current_actor(), at=now(), skip_bad_rows=skip))
    )
    if report.refused:
        return redirect(url_for("directory.preview_import", kind=kind, token=token), code=303)
    if path is not None:
        path.unlink(missing_ok=True)
    flash(
        _("Taken: %(created)s new, %(updated)s changed, %(unchanged)s as before, %(rejected)s left out.",
          created=report.created, updated=report.updated, unchanged=report.unchanged,
          rejected=len({entry.row for entry in report.rejected})),
        "done")  # fmt: skip
    return redirect(url_for("directory.municipalities"), code=303)
