"""Reviewing the forms of address before the first letter, and deciding them."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.correspondence.forms import FormsOfAddressForm, PrepareForm, blame
from app.correspondence.operations import Addressed, addressed, decide_forms, review_forms
from app.correspondence.queries import decided_about, decided_forms
from app.correspondence.views.entrance import blueprint, kind_words, tabs
from app.correspondence.views.standing import lint_words
from app.database import db
from app.directory.models import MunicipalHead
from app.errors import Refusal
from app.history.queries import of as history_of
from app.i18n import LANGUAGES
from app.paging import PER_PAGE, Page, page_number
from app.permissions import Permission, allow


def source_words() -> dict[str, str]:
    """Where a form comes from."""
    return {
        "decided": _("decided by the organisers"),
        "rule": _("by the rules"),
        "list": _("by a list of words"),
        "unchanged": _("does not decline"),
        "stored": _("as stored"),
        "unknown": _("not known: please decide"),
    }


@blueprint.get("/c/<slug>/letters/forms")
@allow(Permission.WRITE_LETTERS)
def forms(slug: str) -> Any:
    """One table of how the selected heads are addressed, each form with its source."""
    conference = desk_conference(slug)
    asked = PrepareForm(request.args)
    asked.offer(kind_words())
    rows: list[Addressed] = []
    try:
        rows = review_forms(
            conference=conference, selection=asked.selection(), language=asked.in_language.data or None
        )  # fmt: skip
    except Refusal as refusal:
        flash(str(refusal), "error")
    page = Page(page_number(), len(rows), PER_PAGE)
    return render_template(
        "correspondence/forms.html",
        conference=conference,
        rows=rows[page.offset : page.offset + PER_PAGE],
        asking=sum(row.asks for row in rows),
        odd=sum(bool(row.remarks) for row in rows),
        lint_words=lint_words(),
        page=page,
        sources=source_words(),
        languages=LANGUAGES,
        query={name: values for name, values in request.args.to_dict(flat=False).items() if name != "page"},
        tabs=tabs(conference, "correspondence.forms"),
    )


def _the_head(head_id: int, code: str) -> Addressed:
    head = db.session.get(MunicipalHead, head_id)
    if head is None or code not in LANGUAGES:
        abort(404)
    return addressed(head, head.municipality, code, decided_forms(code))


def _head_page(conference: Conference, row: Addressed, form: FormsOfAddressForm) -> str:
    keys = [each.key for each in row.forms.values()]
    about = decided_about(keys, row.language)
    told = [
        entry
        for each in row.forms.values()
        if (each.scope, each.key, each.case) in about
        for entry in history_of(about[each.scope, each.key, each.case])
    ]
    return render_template(
        "correspondence/forms_of_head.html",
        conference=conference,
        row=row,
        form=form,
        lint_words=lint_words(),
        sources=source_words(),
        languages=LANGUAGES,
        history=sorted(told, key=lambda entry: entry.id, reverse=True),
        query=request.args.to_dict(flat=False),
        tabs=tabs(conference, "correspondence.forms"),
    )


@blueprint.get("/c/<slug>/letters/forms/<int:head_id>/<code>")
@allow(Permission.WRITE_LETTERS)
def forms_of_head(slug: str, head_id: int, code: str) -> Any:
    """How one head is addressed in one language, to be decided where the rules are wrong."""
    conference = desk_conference(slug)
    row = _the_head(head_id, code)
    return _head_page(conference, row, FormsOfAddressForm(data={name: form.form for name, form in row.forms.items()}))


@blueprint.post("/c/<slug>/letters/forms/<int:head_id>/<code>")
@allow(Permission.WRITE_LETTERS)
def decide(slug: str, head_id: int, code: str) -> Any:
    """Keep the decided forms."""
    conference = desk_conference(slug)
    row = _the_head(head_id, code)
    form = FormsOfAddressForm()
    if form.validate():
        try:
            changed = decide_forms(
                forms=row.forms, texts=form.texts(row.forms), language=code, actor=current_actor(), at=now()
            )
        except Refusal as refusal:
            blame(form, refusal)
        else:
            flash(ngettext("%(num)s form of address is decided.", "%(num)s forms of address are decided.",
                           len(changed)), "done")  # fmt: skip
            back: dict[str, Any] = request.args.to_dict(flat=False)
            return redirect(url_for("correspondence.forms", slug=slug, **back), code=303)
    return _head_page(conference, row, form), 422
