"""The outgoing register on the desk: read, narrowed, printed, annulled in."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.correspondence.forms import AnnulForm, PatternForm, blame
from app.correspondence.models import Letter, RegisterEntry
from app.correspondence.operations import annul_entry, set_number_pattern, sheets_pdf
from app.correspondence.operations.writing import fonts
from app.correspondence.queries import (
    RegisterFilter,
    issuers,
    letters_of_entries,
    register_count,
    register_csv,
    register_lines,
    register_rows,
    years,
)
from app.correspondence.rules import EntryState, label_for
from app.correspondence.views.entrance import blueprint
from app.correspondence.views.standing import how_sent, what_answered
from app.database import db
from app.directory.models import Organisation
from app.errors import Refusal
from app.i18n import date_short, language, localized, number
from app.paging import Page, page_number
from app.permissions import Permission, allow
from app.tables import write_xlsx

PER_PAGE = 100


def _asked() -> RegisterFilter:
    state = request.args.get("state", "")
    return RegisterFilter(
        year=request.args.get("year", type=int),
        state=EntryState(state) if state in set(EntryState) else None,
        search=request.args.get("search", "")[:200].strip(),
    )


def _entry_words() -> dict[str, str]:
    return {EntryState.REGISTERED.value: _("entered"), EntryState.ANNULLED.value: _("annulled")}


def _page(form: PatternForm | None = None, wrong: Organisation | None = None) -> str:
    narrowed = _asked()
    page = Page(page_number(), register_count(narrowed), PER_PAGE)
    rows = register_rows(narrowed=narrowed, offset=page.offset, limit=PER_PAGE, newest_first=True)
    letters = letters_of_entries(rows)
    patterns = []
    for issuer in issuers():
        own = form if form is not None and issuer is wrong else PatternForm(formdata=None)
        if own is not form:
            own.pattern.data = issuer.number_pattern
        own.pattern.id = f"pattern-{issuer.id}"
        patterns.append((issuer, own, label_for(issuer.number_pattern, 69, now().year)))
    return render_template(
        "correspondence/register.html",
        rows=[(entry, letters.get(entry.id)) for entry in rows],
        how_sent=how_sent,
        what_answered=what_answered,
        page=page,
        years=years(),
        narrowed=narrowed,
        states=_entry_words(),
        asked={name: value for name, value in request.args.items() if name in {"year", "state", "search"} and value},
        patterns=patterns,
        wrong=form,
    )


@blueprint.get("/register")
@allow(Permission.READ_REGISTER)
def register() -> Any:
    """Number, date, addressee, subject, sheets: every letter ever issued."""
    return _page()


@blueprint.post("/register/pattern/<int:issuer_id>")
@allow(Permission.ISSUE_LETTERS)
def set_pattern(issuer_id: int) -> Any:
    """Number the letters of an issuer by another pattern."""
    issuer = db.session.get(Organisation, issuer_id) or abort(404)
    form = PatternForm()
    if form.validate_on_submit():
        try:
            pattern = set_number_pattern(
                issuer=issuer, pattern=form.pattern.data, year=now().year, actor=current_actor(), at=now()
            )
        except Refusal as refusal:
            blame(form, refusal)
        else:
            flash(_("From the next letter on the numbers look like %(label)s.",
                    label=label_for(pattern, 69, now().year)), "done")  # fmt: skip
            return redirect(url_for("correspondence.register"), code=303)
    return _page(form, issuer), 422


@blueprint.route("/register/<int:entry_id>/annul", methods=["GET", "POST"])
@allow(Permission.ISSUE_LETTERS)
def annul_entry_page(entry_id: int) -> Any:
    """Say why an entry is not valid any more."""
    entry = db.session.get(RegisterEntry, entry_id) or abort(404)
    form = AnnulForm()
    if form.validate_on_submit():
        try:
            annul_entry(entry=entry, reason=form.reason.data, actor=current_actor(), at=now())
        except Refusal as refusal:
            blame(form, refusal)
        else:
            flash(_("The entry %(number)s is annulled; it stays in the register.", number=entry.label), "done")
            return redirect(url_for("correspondence.register", year=entry.register.year), code=303)
    letter = letters_of_entries([entry]).get(entry.id)
    page = render_template(
        "correspondence/register_annul.html", entry=entry, letter=letter, form=form, how_sent=how_sent(letter)
    )
    return page, 422 if form.is_submitted() else 200


def _file_name(ending: str) -> str:
    year = _asked().year
    return f"register-{year}.{ending}" if year else f"register.{ending}"


@blueprint.get("/register.csv")
@allow(Permission.READ_REGISTER)
def register_file() -> Any:
    """The register as CSV."""
    lines = register_lines(register_rows(narrowed=_asked()))
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f"attachment; filename={_file_name('csv')}",
    }
    return "\ufeff" + register_csv(lines), 200, headers


def _columns() -> dict[str, str]:
    return {
        "date": _("Date"), "number": _("Number"), "addressee": _("Addressee"), "subject": _("Subject"),
        "sheets": _("Sheets"), "executor": _("Prepared by"), "sent": _("How sent"), "reply": _("Answer"),
    }  # fmt: skip


def _lines(rows: Sequence[RegisterEntry]) -> list[dict[str, str]]:
    letters: dict[int, Letter] = {}
    for first in range(0, len(rows), 500):
        letters |= letters_of_entries(rows[first : first + 500])
    return [
        {
            "date": date_short(entry.dated),
            "number": entry.label,
            "addressee": entry.addressee,
            "subject": entry.subject,
            "sheets": number(entry.sheets),
            "executor": entry.executor,
            "sent": how_sent(letters.get(entry.id)),
            "reply": what_answered(letters[entry.id].reply if entry.id in letters else None),
            "annulled": _("annulled: %(reason)s", reason=entry.annulled_reason) if entry.annulled_reason else "",
        }
        for entry in rows
    ]


@blueprint.get("/register.xlsx")
@allow(Permission.READ_REGISTER)
def register_workbook() -> Any:
    """The register as a workbook with the columns of the paper one."""
    columns = _columns() | {"annulled": _("State")}
    rows = [{columns[key]: text for key, text in line.items()} for line in _lines(register_rows(narrowed=_asked()))]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        write_xlsx(rows, list(columns.values()), path)
        content = path.read_bytes()
    return send_file(
        BytesIO(content), as_attachment=True, download_name=_file_name("xlsx"),
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )  # fmt: skip


@blueprint.get("/register.pdf")
@allow(Permission.READ_REGISTER)
def register_sheets() -> Any:
    """The register on paper: A4 across, its pages numbered, each issuer and year begun anew."""
    narrowed = _asked()
    rows = register_rows(narrowed=narrowed)
    parts: dict[int, dict[str, Any]] = {}
    for entry, line in zip(rows, _lines(rows), strict=True):
        owner = entry.register
        part = parts.setdefault(owner.id, {"issuer": localized(owner.issuer, "name"), "year": owner.year, "lines": []})
        part["lines"].append(line)
    title = _("Outgoing register")
    html = render_template(
        "correspondence/register_sheets.html", title=title, parts=list(parts.values()), columns=_columns(),
        printed_on=date_short(now()), narrowed=narrowed, language=language(), states=_entry_words(),
        fonts=fonts().resolve().as_uri(),
    )  # fmt: skip
    return send_file(
        BytesIO(sheets_pdf(html, title=title)), mimetype="application/pdf", download_name=_file_name("pdf")
    )
