"""The contact of a delegation: the list as a table, many at once, its order, papers, and handing it in."""

from __future__ import annotations

import io
import json
import secrets
import tempfile
from pathlib import Path
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.clock import now
from app.delegations.field_words import field_label
from app.delegations.forms import PaperForm, RowsForm
from app.delegations.forms.members import function_choices
from app.delegations.group_words import function_word
from app.delegations.models import Delegation, DelegationPaper
from app.delegations.operations.groups import add_paper, bring_to, move_member, put_in_order, remove_paper
from app.delegations.operations.roster import Edit, TableRefused, add_rows, cells_of, check_rows, save_table
from app.delegations.queries import members
from app.delegations.queries.groups import GONE, papers_of_delegation, quota_of
from app.delegations.rules import PUBLIC_ROLES, is_over, require_until
from app.delegations.rules.groups import DelegationState
from app.delegations.rules.roster import COLUMNS, LIMITS, MOST_ROWS, ReadRow, cells_of_text, read_rows
from app.delegations.views.delegation import _actor, _delegation, _member
from app.delegations.views.shared import blueprint, private
from app.delegations.words import role_word
from app.errors import Refusal
from app.i18n import number as number_word
from app.permissions import by_token
from app.security_headers import limiter
from app.strongbox import Locked, read_file
from app.tables import read_cells

NEW_LINES = 3
MOST_LINES = 40


@blueprint.app_template_filter("field_word_of_roster")
def column_word(name: str) -> str:
    """What a column of the table is called."""
    return {"function": _("In the delegation"), "full_name": _("Full name"), "": ""}.get(name) or field_label(name)


def _back(token: str) -> Any:
    return redirect(url_for("delegations.delegation", token=token) + "#roster", code=303)


def _closed(found: Delegation) -> bool:
    over = is_over(found.conference.change_until, now(), found.conference.timezone)
    return over or found.state is DelegationState.FROZEN


def _require_time(found: Delegation) -> None:
    require_until(found.conference.change_until, now(), found.conference.timezone)


@blueprint.route("/delegation/<token>/table", methods=["GET", "POST"])
@by_token
@limiter.limit("60 per minute", methods=["POST"])
@private
def roster_table(token: str) -> Any:
    """The whole list as a table to type in; POST saves all of it or nothing."""
    found = _delegation(token)
    if _closed(found):
        return _back(token)
    rows = [row for row in members(found) if row.accreditation not in GONE]
    cells = {str(row.id): cells_of(row) for row in rows}
    shown = {key: dict(values) for key, values in cells.items()}
    faults: dict[tuple[str, str], str] = {}
    told = ""
    new = NEW_LINES
    if request.method == "POST":
        given = request.form.get("new", "")
        new = min(MOST_LINES, max(NEW_LINES, int(given) if given.isdecimal() and len(given) < 4 else NEW_LINES))
        edits = _edits(cells, new)
        cells = {edit.key: dict(edit.wished) for edit in edits}
        shown = {edit.key: dict(edit.shown) for edit in edits}
        if request.form.get("deed") == "more":
            new = min(MOST_LINES, new + NEW_LINES)
        else:
            try:
                _require_time(found)
                count = save_table(delegation=found, edits=edits, nonce=request.form.get("nonce", "")[:64],
                                   actor=_actor(found), at=now())  # fmt: skip
            except TableRefused as refused:
                told = str(refused.message)
                faults = {place: str(message) for place, message in refused.faults.items()}
                for (key, name), value in refused.theirs.items():
                    shown[key][name] = value
            except Refusal as refusal:
                told = str(refusal.message)
            else:
                flash(ngettext("%(count)s person is saved.", "%(count)s people are saved.", count,
                               count=number_word(count)) if count else _("Nothing was changed."), "done")  # fmt: skip
                return redirect(url_for("delegations.roster_table", token=token), code=303)
    for line in range(1, new + 1):
        cells.setdefault(f"n{line}", dict.fromkeys(COLUMNS, ""))
    page = render_template(
        "delegations/roster_table.html", delegation=found, conference=found.conference, cells=cells, shown=shown,
        faults=faults, told=told, columns=COLUMNS, word=column_word, limits=LIMITS, new=new, json=json.dumps,
        names={str(row.id): row for row in rows}, functions=function_choices(), roles=_roles(cells), nonce=_nonce(),
    )  # fmt: skip
    return page, (422 if told else 200)


def _nonce() -> str:
    return request.form.get("nonce", "")[:64] or secrets.token_urlsafe(12)


def _roles(cells: dict[str, dict[str, str]]) -> dict[str, str]:
    codes = dict.fromkeys([role.value for role in PUBLIC_ROLES] + [line["role"] for line in cells.values()])
    return {code: role_word(code) for code in codes if code}


def _edits(known: dict[str, dict[str, str]], new: int) -> list[Edit]:
    """What came back, line by line; a line that is not among the known ones and not new is passed over."""
    found = []
    for key in [*known, *(f"n{line}" for line in range(1, new + 1))]:
        if f"{key}-last" not in request.form:
            continue
        wished = {name: request.form.get(f"{key}-{name}", "")[: LIMITS[name] + 1] for name in COLUMNS}
        basis = known.get(key, dict.fromkeys(COLUMNS, ""))
        try:
            given = json.loads(request.form.get(f"{key}-shown", "{}"))
        except ValueError:
            given = {}
        if isinstance(given, dict):
            basis = basis | {name: str(value) for name, value in given.items() if name in COLUMNS}
        found.append(Edit(key, int(key) if key.isdecimal() else None, basis, wished))
    return found


@blueprint.route("/delegation/<token>/rows", methods=["GET", "POST"])
@by_token
@limiter.limit("30 per minute", methods=["POST"])
@private
def roster_rows(token: str) -> Any:
    """A list pasted or uploaded: first what every row says and what hinders it, then it is entered."""
    found = _delegation(token)
    if _closed(found):
        return _back(token)
    form = RowsForm()
    reading, checked, ignored = None, None, []
    if form.validate_on_submit():
        if "rows" in request.form:
            return _enter(found, form)
        try:
            cells = _cells(form)
            if len(cells) > MOST_ROWS:
                raise Refusal(_("At most %(count)s rows at once, please.", count=number_word(MOST_ROWS)))
            reading = read_rows(cells)
            if not reading.rows:
                raise Refusal(_("Please paste rows or choose a file."))
        except Refusal as refusal:
            place = _("row %(row)s", row=refusal.row) + ": " if refusal.row else ""
            form.form_errors.append(f"{place}{refusal.message}")
            reading = None
        else:
            checked, ignored = check_rows(delegation=found, rows=reading.rows), reading.ignored
    columns = [name for name in COLUMNS if checked and any(row.values.get(name) for row in checked)]
    page = render_template(
        "delegations/roster_rows.html", delegation=found, conference=found.conference, form=form, checked=checked,
        ignored=ignored, columns=columns, word=column_word, usual=COLUMNS, quota=quota_of(found),
        said=_said, good=sum(not row.faults for row in checked or []),
        rows=json.dumps([[row.number, row.values] for row in reading.rows], ensure_ascii=False) if reading else "",
    )  # fmt: skip
    return page, (422 if form.errors else 200)


def _said(name: str, value: str) -> str:
    if name == "function":
        return function_word(value)
    return role_word(value) if name == "role" else value


def _cells(form: RowsForm) -> list[tuple[int, list[str]]]:
    if form.file.data:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows"
            form.file.data.save(path)
            return read_cells(path, most_rows=MOST_ROWS + 1)
    return cells_of_text(form.text.data or "")


def _enter(found: Delegation, form: RowsForm) -> Any:
    try:
        given = json.loads(request.form["rows"])
        rows = [ReadRow(int(number), {str(name): str(text) for name, text in values.items() if name in COLUMNS})
                for number, values in given[:MOST_ROWS]]  # fmt: skip
    except (ValueError, TypeError, AttributeError):
        abort(400)
    try:
        _require_time(found)
        added, left_out = add_rows(delegation=found, rows=rows, nonce=form.nonce.data or "", actor=_actor(found),
                                   at=now())  # fmt: skip
    except Refusal as refusal:
        flash(str(refusal.message), "error")
        return redirect(url_for("delegations.roster_rows", token=found.token), code=303)
    if added:
        flash(ngettext("%(count)s person is entered.", "%(count)s people are entered.", len(added),
                       count=number_word(len(added))), "done")  # fmt: skip
    if left_out:
        flash(ngettext("%(count)s row was left out.", "%(count)s rows were left out.", len(left_out),
                       count=number_word(len(left_out))), "information")  # fmt: skip
    return _back(found.token)


@blueprint.post("/delegation/<token>/<int:number>/move")
@by_token
@limiter.limit("120 per minute")
@private
def move_in_roster(token: str, number: int) -> Any:
    """One place up or down."""
    found = _delegation(token)
    row = _member(found, number)
    direction = request.form.get("direction", "")
    if direction not in {"up", "down"}:
        abort(400)
    try:
        _require_time(found)
        move_member(delegate=row, up=direction == "up", actor=_actor(found), at=now())
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    return redirect(url_for("delegations.delegation", token=token) + f"#member-{row.id}", code=303)


@blueprint.post("/delegation/<token>/order")
@by_token
@limiter.limit("120 per minute")
@private
def order_roster(token: str) -> Any:
    """The whole order, as it was dragged."""
    found = _delegation(token)
    ids = [int(part) for part in request.form.get("order", "").split(",") if part.isdecimal() and len(part) < 10]
    try:
        _require_time(found)
        put_in_order(delegation=found, ids=ids[:1000], actor=_actor(found), at=now())
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    return _back(token)


@blueprint.post("/delegation/<token>/hand-in")
@by_token
@limiter.limit("30 per minute")
@private
def hand_in(token: str) -> Any:
    """The list is complete: the secretariat checks it."""
    found = _delegation(token)
    try:
        bring_to(delegation=found, state=DelegationState.SUBMITTED, by_staff=False, actor=_actor(found), at=now())
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    else:
        flash(_("The list is handed in. Thank you; the organisers check it now."), "done")
    return _back(token)


@blueprint.post("/delegation/<token>/papers")
@by_token
@limiter.limit("20 per minute")
@private
def add_delegation_paper(token: str) -> Any:
    """Upload a nomination letter or a note verbale."""
    found = _delegation(token)
    form = PaperForm()
    if not form.validate_on_submit():
        flash(_("Please choose a file."), "error")
        return _back(token)
    try:
        add_paper(delegation=found, content=form.file.data.read(21 * 1024 * 1024), filename=form.file.data.filename,
                  actor=_actor(found), at=now())  # fmt: skip
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    else:
        flash(_("The paper is kept."), "done")
    return _back(token)


def _paper(found: Delegation, number: int) -> DelegationPaper:
    return next((row for row in papers_of_delegation(found) if row.id == number), None) or abort(404)


def send_paper(paper: DelegationPaper) -> Any:
    """The file of a paper."""
    try:
        content = read_file(paper.file)
    except Locked:
        abort(404)
    return send_file(io.BytesIO(content), mimetype="application/pdf", as_attachment=True,
                     download_name=paper.filename)  # fmt: skip


@blueprint.get("/delegation/<token>/papers/<int:number>")
@by_token
@private
def delegation_paper(token: str, number: int) -> Any:
    """A paper of one's own delegation."""
    return send_paper(_paper(_delegation(token), number))


@blueprint.post("/delegation/<token>/papers/<int:number>/remove")
@by_token
@limiter.limit("30 per minute")
@private
def remove_delegation_paper(token: str, number: int) -> Any:
    """Take a paper away."""
    found = _delegation(token)
    try:
        remove_paper(paper=_paper(found, number), actor=_actor(found), at=now())
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    else:
        flash(_("The paper is removed."), "done")
    return _back(token)
