"""The desk: the order of precedence of a conference, the table of ranks, exceptions by hand."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.database import db
from app.delegations.forms.precedence import OfficeRankForm, RankFileForm, StandingForm, TiesForm
from app.delegations.models import Delegate
from app.delegations.operations.precedence import (
    read_ranks,
    set_rank_table,
    set_standing,
    set_ties,
    undo_rank_table,
    write_ranks,
)
from app.delegations.queries.offices import Offices
from app.delegations.queries.precedence import how_many_stand, last_change_of_ranks, rank_table, standing_page
from app.delegations.rules import shown
from app.delegations.rules.precedence import SHIPPED, OfficeRow, RankTable, Ties
from app.delegations.views.shared import blueprint, put
from app.delegations.words import role_word
from app.directory.uploads import find_upload, keep_upload
from app.errors import Refusal
from app.i18n import language
from app.paging import Page, page_number
from app.permissions import Permission, allow


@blueprint.get("/desk/c/<slug>/precedence")
@allow(Permission.READ_DELEGATES)
def precedence(slug: str) -> Any:
    """Who stands where, and who is first of those of one rank."""
    conference = desk_conference(slug)
    return _order_page(conference, TiesForm(None, ties=conference.precedence_ties))


@blueprint.post("/desk/c/<slug>/precedence")
@allow(Permission.EDIT_CONFERENCE)
def settle_ties(slug: str) -> Any:
    """Settle who is first of those of one rank."""
    conference = desk_conference(slug)
    form = TiesForm()
    if not form.validate_on_submit():
        return _order_page(conference, form), 422
    set_ties(conference=conference, ties=Ties(form.ties.data), actor=current_actor(), at=now())
    flash(_("The settings are saved."), "done")
    return redirect(url_for("delegations.precedence", slug=conference.slug), code=303)


def _offices(people: Iterable[Delegate]) -> dict[int, tuple[str, str]]:
    """What people are: in the reader's language as far as it is known, then as it was written."""
    offices = Offices()
    found = {}
    for one in people:
        written = shown(one.position) or role_word(one.role)
        told = offices.registered(one.position, one.gender)[language()] if one.position else written
        found[one.id] = (shown(told) or written, written if told and shown(told) != written else "")
    return found


def _order_page(conference: Conference, form: TiesForm) -> str:
    page = Page(page_number(), how_many_stand(conference))
    people = standing_page(conference, language=language(), limit=page.per_page, offset=page.offset)
    return render_template(
        "delegations/precedence.html", conference=conference, form=form, page=page, table_=rank_table(),
        people=people, offices=_offices(people),
    )  # fmt: skip


@blueprint.route("/desk/c/<slug>/delegates/<public_id>/precedence", methods=["GET", "POST"])
@allow(Permission.EDIT_DELEGATES)
def standing(slug: str, public_id: str) -> Any:
    """Where one person stands: by the table, or by hand for a reason."""
    conference = desk_conference(slug)
    row = db.session.query(Delegate).filter_by(conference_id=conference.id, public_id=public_id).one_or_none()
    if row is None:
        abort(404)
    form = StandingForm(since=row.in_office_since, rank=row.precedence_by_hand)
    table = rank_table()
    if form.validate_on_submit():
        try:
            set_standing(delegate=row, rank=form.rank.data, since=form.since.data, reason=form.reason.data or "",
                         actor=current_actor(), at=now())  # fmt: skip
        except Refusal as refusal:
            put(form, refusal)
        else:
            flash(_("The settings are saved."), "done")
            return redirect(url_for("delegations.precedence", slug=slug), code=303)
    page = render_template(
        "delegations/standing.html", conference=conference, delegate=row, form=form,
        offices=_offices([row])[row.id], by_table=table.precedence_of(row.role, row.position),
        found=table.row_for(row.role, row.position),
    )  # fmt: skip
    return page, (422 if form.is_submitted() else 200)


def _told(row: OfficeRow) -> list[tuple[str, list[str]]]:
    """The words of a row as people read them: where they stand in an office, and which they are."""
    where = {
        (False, False): "", (True, False): _("at the beginning"), (False, True): _("at the end"),
        (True, True): _("the whole office"),
    }  # fmt: skip
    found: dict[str, list[str]] = {}
    for words in row.words:
        start, end = words.startswith("^"), words.endswith("$")
        parts = words.removeprefix("^").removesuffix("$").split()
        said = " ".join(_("(any word)") if part == "*" else part.replace("*", "-") for part in parts)
        found.setdefault(where[start, end], []).append(said)
    return sorted(found.items())


def _basis(table: RankTable) -> str:
    """Tells whether the table is still the one somebody has before them."""
    return hashlib.sha256(repr(table.rows).encode()).hexdigest()[:16]


def _table_page(form: RankFileForm | None = None, rejected: Refusal | None = None) -> str:
    table = rank_table()
    return render_template(
        "delegations/ranks.html", table_=table, told=[_told(row) for row in table.rows],
        own=table is not SHIPPED, form=form or RankFileForm(None),
        rejected=rejected, basis=_basis(table), last=last_change_of_ranks(),
    )  # fmt: skip


@blueprint.get("/desk/ranks")
@allow(Permission.READ_DELEGATES)
def ranks() -> Any:
    """The table of ranks."""
    return _table_page()


@blueprint.get("/desk/ranks.xlsx")
@allow(Permission.READ_DELEGATES)
def ranks_workbook() -> Any:
    """The table as a workbook that can be taken back."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ranks.xlsx"
        write_ranks(path)
        content = path.read_bytes()
    return send_file(
        io.BytesIO(content), as_attachment=True, download_name="ranks.xlsx",
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )  # fmt: skip


@blueprint.post("/desk/ranks")
@allow(Permission.EDIT_CONFERENCE)
def take_ranks() -> Any:
    """Take the whole table from a file."""
    form = RankFileForm()
    if not form.validate_on_submit():
        return _table_page(form), 422
    path = find_upload(keep_upload(form.file.data.stream, at=now())) or abort(404)
    try:
        moved = set_rank_table(rows=read_ranks(path), actor=current_actor(), at=now())
    except Refusal as refusal:
        return _table_page(form, refusal), 422
    finally:
        path.unlink(missing_ok=True)
    return _done(moved)


@blueprint.post("/desk/ranks/shipped")
@allow(Permission.EDIT_CONFERENCE)
def shipped_ranks() -> Any:
    """Let the shipped table hold again."""
    return _done(set_rank_table(rows=(), actor=current_actor(), at=now()))


@blueprint.post("/desk/ranks/undo")
@allow(Permission.EDIT_CONFERENCE)
def undo_ranks() -> Any:
    """Take the last change of the table back."""
    try:
        if request.form.get("basis") != _basis(rank_table()):
            raise Refusal(_("The table has changed meanwhile. Please look at it again."))
        return _done(undo_rank_table(actor=current_actor(), at=now()))
    except Refusal as refusal:
        flash(str(refusal), "stop")
        return redirect(url_for("delegations.ranks"), code=303)


@blueprint.route("/desk/ranks/<int:number>", methods=["GET", "POST"])
@allow(Permission.EDIT_CONFERENCE)
def rank(number: int) -> Any:
    """One row, from 1 on; 0 is a new one, which is looked at first."""
    table = rank_table()
    if number > len(table.rows):
        abort(404)
    known = table.rows[number - 1] if number else None
    form = OfficeRankForm(
        **({"rank": known.rank, "name_ru": known.name_ru, "name_de": known.name_de, "name_en": known.name_en,
            "words": "\n".join(known.words), "role": known.role} if known else {})
    )  # fmt: skip
    if form.validate_on_submit():
        try:
            return _done(_change(table, number, form.row))
        except Refusal as refusal:
            put(form, refusal)
    page = render_template("delegations/rank.html", form=form, known=known, number=number, basis=_basis(table))
    return page, (422 if form.is_submitted() else 200)


@blueprint.post("/desk/ranks/<int:number>/remove")
@allow(Permission.EDIT_CONFERENCE)
def remove_rank(number: int) -> Any:
    """Take a row out of the table."""
    table = rank_table()
    if not 1 <= number <= len(table.rows):
        abort(404)
    try:
        return _done(_change(table, number, None))
    except Refusal as refusal:
        flash(str(refusal), "stop")
        return redirect(url_for("delegations.ranks"), code=303)


def _change(table: RankTable, number: int, row: OfficeRow | None) -> int:
    """Put ``row`` in the place of the row of that number; None: nothing, 0: before all, a role behind all."""
    if request.form.get("basis") != _basis(table):
        raise Refusal(_("The table has changed meanwhile. Please look at it again."))
    rows = list(table.rows)
    if row is not None and row.role and not number:
        rows.append(row)
    else:
        rows[max(number - 1, 0) : number] = [row] if row is not None else []
    return set_rank_table(rows=rows, actor=current_actor(), at=now())


def _done(moved: int) -> Any:
    flash(
        ngettext("The table is saved. %(num)s person stands elsewhere now.",
                 "The table is saved. %(num)s persons stand elsewhere now.", moved), "done",
    )  # fmt: skip
    return redirect(url_for("delegations.ranks"), code=303)
