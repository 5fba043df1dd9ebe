"""Taking a programme file into the draft: first it is shown what it would change, then it is done."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections import Counter
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import conference_or_404, desk_conference
from app.conferences.models import Conference
from app.database import rehearsal
from app.errors import Refusal
from app.i18n import number
from app.permissions import Permission, allow
from app.programme.forms import ImportForm, PlainForm
from app.programme.operations import import_programme
from app.programme.operations.importing import read_file
from app.programme.operations.taking_over import of_another
from app.programme.queries.file_compare import Standing, compared_with_draft, in_words
from app.programme.queries.news import tip_of
from app.programme.rules.programme_file import MAX_BYTES
from app.programme.rules.programme_sheet import HEADS
from app.programme.views.blueprint import programme
from app.tables import ImportReport
from app.workbooks import is_workbook

_SHOWN = 300  # rows on the page; more are counted
_LONGEST_KEPT = 1_900_000  # characters the page can carry from the preview to the deed


def _page(conference: Conference, form: ImportForm, report: ImportReport | None = None, *, rows: bool = False) -> str:
    return render_template(
        "programme/import.html", conference=conference, form=form, report=report, rows=rows, heads=HEADS
    )


def _keep(content: bytes) -> str:
    kept = base64.b64encode(zlib.compress(content, 6)).decode()
    if len(kept) > _LONGEST_KEPT:
        raise Refusal(
            _("The file is too large to be looked at here first; take it in with “ratusha import programme”.")
        )
    return kept


def _kept(text: str) -> bytes:
    try:
        unpacked = zlib.decompressobj().decompress(base64.b64decode(text, validate=True), MAX_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error):
        abort(400)
    return unpacked


def _where(row: int, *, rows: bool) -> str:
    if not row:
        return ""
    return str(_("Row %(row)s: ", row=row) if rows else _("Item %(row)s: ", row=row))


def _preview(conference: Conference, content: bytes, *, said: str = "", foreign_missing: bool = False) -> Any:
    """What the file would change; nothing is changed yet."""
    rows = is_workbook(content[:8])
    tip = tip_of(conference)  # before the draft is read: what comes between is told once more
    with rehearsal():
        report = import_programme(conference=conference, content=content, actor=current_actor(), at=now(), take=(),
                                  from_another=True)  # fmt: skip
    if report.rejected:
        return _page(conference, ImportForm(formdata=None), report, rows=rows), 422
    file = read_file(content, conference, from_another=True)
    compared = compared_with_draft(conference, file)
    count = Counter(row.standing for row in compared)
    odd = [one for one in report.warnings if one.row == 0 and one.column in {"conference", "host"}]
    clashes = [row for row in compared if row.standing is Standing.CLASH]
    changed = [row for row in compared if row.standing is Standing.CHANGED]
    new = [row for row in compared if row.standing is Standing.NEW]
    told = {row.row for row in clashes}
    return render_template(
        "programme/import_preview.html", conference=conference, form=PlainForm(), kept=_keep(content), tip=str(tip),
        count=count, standing=Standing, clashes=clashes, changed=changed[:_SHOWN], new=new[:_SHOWN], shown=_SHOWN,
        odd=odd, another=of_another(file, conference),
        warnings=[one for one in report.warnings if one not in odd and one.row not in told],
        heads=HEADS, in_words=in_words, rows=rows,
        where=lambda row: _where(row, rows=rows), said=said, foreign_missing=foreign_missing,
    ), (409 if said else 422 if foreign_missing else 200)  # fmt: skip


@programme.route("/desk/c/<slug>/programme/import", methods=["GET", "POST"])
@allow(Permission.EDIT_PROGRAMME)
def import_file(slug: str) -> Any:
    """Choose a programme file; sent, it is shown what it would change."""
    conference = desk_conference(slug)
    form = ImportForm()
    if request.method == "GET":
        return _page(conference, form)
    rows = False
    try:
        if form.validate():
            content = form.file.data.stream.read()
            rows = is_workbook(content[:8])
            return _preview(conference, content)
    except Refusal as refusal:
        form.file.errors = [*form.file.errors, f"{_where(refusal.row or 0, rows=rows)}{refusal.message}"]
    return _page(conference, form), 422


@programme.post("/desk/c/<slug>/programme/import/apply")
@allow(Permission.EDIT_PROGRAMME)
def import_apply(slug: str) -> Any:
    """Take the file that was looked at into the draft."""
    conference = conference_or_404(slug)
    content = _kept(request.form.get("kept", ""))
    form = ImportForm(formdata=None)
    rows = is_workbook(content[:8])
    try:
        if request.form.get("tip") != str(tip_of(conference)):
            said = _("Meanwhile the draft has changed. Please look at it once more.")
            return _preview(conference, content, said=said)
        if request.form.get("odd") and not request.form.get("foreign"):
            return _preview(conference, content, foreign_missing=True)
        report = import_programme(conference=conference, content=content, actor=current_actor(), at=now(),
                                  take=set(request.form.getlist("take")),
                                  from_another=bool(request.form.get("foreign")))  # fmt: skip
    except Refusal as refusal:
        form.file.errors = [f"{_where(refusal.row or 0, rows=rows)}{refusal.message}"]
        return _page(conference, form), 422
    if report.rejected:
        return _page(conference, form, report, rows=rows), 422
    _tell(report, rows=rows)
    return redirect(url_for("programme.editor", slug=slug), code=303)


def _tell(report: ImportReport, *, rows: bool) -> None:
    counts = {"created": report.created, "updated": report.updated, "unchanged": report.unchanged}
    flash(_("Into the draft: %(created)s new, %(updated)s changed, %(unchanged)s as before.", **counts), "done")
    for warning in report.warnings[:5]:
        flash(f"{_where(warning.row, rows=rows)}{warning.message}", "information")
    more = len(report.warnings) - 5
    if more > 0:
        flash(ngettext("and %(count)s more remark", "and %(count)s more remarks", more, count=number(more)),
              "information")  # fmt: skip
