"""Preparing letters: choose whom to write to, see everybody before a letter is made."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.correspondence.forms import ListForm, PrepareForm, blame
from app.correspondence.operations import Choices, Plan, plan_letters, prepare_letters, preview_pdf, said
from app.correspondence.queries import listed_slugs
from app.correspondence.rules import LetterKind, file_name
from app.correspondence.views.entrance import PDF_POLICY, blueprint, kind_words, tabs
from app.correspondence.views.standing import answer_words
from app.directory.queries import search
from app.directory.uploads import find_upload, keep_upload
from app.errors import Refusal
from app.i18n import LANGUAGES
from app.permissions import Permission, allow

FOUND = 30  # municipalities shown for the words asked


@blueprint.get("/c/<slug>/letters/prepare")
@allow(Permission.WRITE_LETTERS)
def prepare(slug: str) -> Any:
    """Choose whom to write to; see who gets a letter, who is left out and why."""
    conference = desk_conference(slug)
    return _page(conference, _asked())


def _asked() -> PrepareForm:
    form = PrepareForm(request.values)
    form.offer(kind_words(), answer_words())
    return form


def _listed(form: PrepareForm) -> list[str]:
    """The municipalities of the uploaded list.

    :raises Refusal: when it cannot be read, or is no longer kept.
    """
    if not form.listed.data:
        return []
    path = find_upload(form.listed.data)
    if path is None:
        raise Refusal(_("The list is no longer kept. Please choose it again."))
    return listed_slugs(path)


def _choices(form: PrepareForm) -> Choices:
    only = request.form.getlist("only") if "ticked" in request.form else None
    return form.choices(only=only, heads=request.values.getlist("head", type=int))


def _wanted(form: PrepareForm) -> dict[str, Any]:
    """What :func:`plan_letters` and :func:`prepare_letters` are asked.

    :raises Refusal: when nothing was chosen.
    """
    if not form.validate():
        raise Refusal(_("Please check what you have entered"))
    selection = form.selection(_listed(form))
    if not selection:
        raise Refusal(_("Choose a country, a region, a municipality, or where the partners are."))
    reason = (form.reason.data or "").strip()
    return {
        "kind": LetterKind(form.kind.data),
        "selection": selection,
        "language": form.in_language.data or None,
        "facts": {"reason": reason} if reason else None,
        "choices": _choices(form),
    }


def _page(conference: Conference, form: PrepareForm, *, upload: ListForm | None = None) -> Any:
    plan: Plan | None = None
    asks = set(request.values) - {"words"}
    if asks and upload is None and not form.errors:
        try:
            plan = plan_letters(conference=conference, **_wanted(form), at=now())
        except Refusal as refusal:
            if not form.errors:
                blame(form, refusal)
    words = (form.words.data or "").strip()
    found = search(words=words, size=FOUND).rows if words else []
    page = render_template(
        "correspondence/prepare.html",
        conference=conference,
        form=form,
        upload=upload or ListForm(formdata=None),
        plan=plan,
        host_is_meant=plan is not None and any(one.municipality.id == conference.host_id for one in plan.meant),
        by_hand=_by_hand(form, [row.municipality.slug for row in found]),
        languages=LANGUAGES,
        said=said,
        query=_query(),
        asked=[(name, value) for name, values in _query().items() for value in values],
        tabs=tabs(conference, "correspondence.prepare"),
    )
    return page, 422 if form.errors or (upload is not None and upload.errors) else 200


def _by_hand(form: PrepareForm, found: Sequence[str]) -> list[tuple[str, str, bool]]:
    """Slug, name, and whether it is ticked: of the municipalities chosen by hand and of those found by words."""
    ticked = form.municipality.data or []
    named: dict[str, str] = dict(form.municipality.choices)
    shown = dict.fromkeys([*ticked, *found])
    return [(slug, named[slug], slug in ticked) for slug in shown if slug in named]


def _query() -> dict[str, list[str]]:
    """What was asked, to be asked again; without what belongs to the preview, and without empty answers."""
    kept = {name: [value for value in request.values.getlist(name) if value] for name in request.values}
    return {
        name: values
        for name, values in kept.items()
        if values and name not in {"only", "ticked", "csrf_token", "words", "head", "file"}
    }


@blueprint.post("/c/<slug>/letters/prepare")
@allow(Permission.WRITE_LETTERS)
def prepare_now(slug: str) -> Any:
    """Make the drafts shown, of those ticked."""
    conference = desk_conference(slug)
    form = _asked()
    try:
        outcome = prepare_letters(conference=conference, **_wanted(form), actor=current_actor(), at=now())
    except Refusal as refusal:
        if not form.errors:
            blame(form, refusal)
        return _page(conference, form)
    if outcome.general:
        flash(ngettext("A general letter to %(num)s head is prepared.",
                       "A general letter to %(num)s heads is prepared.", outcome.count), "done")  # fmt: skip
    else:
        flash(ngettext("%(num)s letter is prepared.", "%(num)s letters are prepared.", outcome.count), "done")
    if outcome.for_partners:
        more = len(outcome.for_partners)
        flash(ngettext("%(num)s letter for a partner city goes with them.",
                       "%(num)s letters for partner cities go with them.", more), "done")  # fmt: skip
    return redirect(url_for("correspondence.letters", slug=conference.slug, state="draft"), code=303)


@blueprint.post("/c/<slug>/letters/prepare/list")
@allow(Permission.WRITE_LETTERS)
def prepare_list(slug: str) -> Any:
    """Take a list of addressees; what else was chosen stays chosen."""
    conference = desk_conference(slug)
    form, upload = _asked(), ListForm()
    if not upload.validate_on_submit():
        return _page(conference, form, upload=upload)
    token = keep_upload(upload.file.data.stream, at=now())
    try:
        path = find_upload(token) or abort(400)
        listed_slugs(path)
    except Refusal as refusal:
        place = _("Row %(number)s: ", number=refusal.row) if refusal.row else ""
        upload.file.errors = [*upload.file.errors, f"{place}{refusal.message}"]
        return _page(conference, form, upload=upload)
    query: dict[str, Any] = _query() | {"listed": [token]}
    return redirect(url_for("correspondence.prepare", slug=conference.slug, **query), code=303)


@blueprint.get("/c/<slug>/letters/prepare/<town>.pdf")
@allow(Permission.WRITE_LETTERS)
def prepare_preview(slug: str, town: str) -> Any:
    """One of the letters shown, as it would look."""
    conference = desk_conference(slug)
    form = _asked()
    try:
        data = preview_pdf(plan_letters(conference=conference, **_wanted(form)), town)
    except Refusal:
        data = None
    response = send_file(
        BytesIO(data or abort(404)), mimetype="application/pdf", download_name=file_name(f"draft_{town}")
    )
    response.headers["Content-Security-Policy"] = PDF_POLICY
    return response
