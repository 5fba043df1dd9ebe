"""What the letters are made of: their texts, edited as versions, and the merge fields."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.correspondence.forms import TextForm, blame
from app.correspondence.operations import edit_text, go_back_to_text, preview_text
from app.correspondence.operations.texts import text_as_letter
from app.correspondence.queries import (
    body_of,
    difference,
    find_fields,
    newest_texts,
    versions_of,
    wording_of,
    wordings,
)
from app.correspondence.rules import LetterKind
from app.correspondence.views.entrance import PDF_POLICY, blueprint, kind_words, tabs
from app.correspondence.views.standing import lint_words
from app.directory.queries import find, names
from app.errors import Refusal
from app.i18n import LANGUAGES, language
from app.permissions import Permission, allow
from invitations.letter import kinds
from invitations.lint import text_departures

_FIELDS_LIST = "correspondence/_text_fields.html"


def _asked(kind: str, code: str) -> tuple[LetterKind, str]:
    """The text of the address; 404 when letters of that kind or language are not written."""
    if kind not in set(LetterKind) or kind not in kinds() or code not in LANGUAGES:
        abort(404)
    return LetterKind(kind), code


@blueprint.get("/c/<slug>/letters/texts")
@allow(Permission.WRITE_LETTERS)
def texts(slug: str) -> Any:
    """Every text by kind and language, with its version and who changed it last."""
    conference = desk_conference(slug)
    return render_template(
        "correspondence/texts.html",
        conference=conference,
        kinds=[(LetterKind(value), word) for value, word in kind_words().items() if value in kinds()],
        newest=newest_texts(),
        languages=LANGUAGES,
        tabs=tabs(conference, "correspondence.texts"),
    )


@blueprint.get("/c/<slug>/letters/texts/fields")
@allow(Permission.WRITE_LETTERS)
def text_fields(slug: str) -> Any:
    """The merge fields with meaning and example, narrowed by words."""
    conference = desk_conference(slug)
    words = request.args.get("find", "")[:100]
    found = find_fields(words, language())
    if request.headers.get("HX-Request"):
        return render_template(_FIELDS_LIST, fields=found)
    return render_template(
        "correspondence/text_fields.html", conference=conference, fields=found, words=words,
        tabs=tabs(conference, ""),
    )  # fmt: skip


def _form(conference: Conference) -> TextForm:
    form = TextForm()
    form.addressee.choices = names()
    if not form.addressee.data:
        form.addressee.data = conference.host.slug
    return form


def _text_page(conference: Conference, kind: LetterKind, code: str, form: TextForm) -> str:
    wording = wordings(kind, [code])[code]
    return render_template(
        "correspondence/text.html",
        conference=conference,
        kind=kind.value,
        kind_word=kind_words()[kind.value],
        kinds=kind_words(),
        code=code,
        languages=LANGUAGES,
        form=form,
        version=wording.version,
        versions=versions_of(kind, code),
        fields=find_fields("", language()),
        remarks=text_departures(form.body.data or "", code),
        lint_words=lint_words(),
        tabs=tabs(conference, "correspondence.texts"),
    )


@blueprint.get("/c/<slug>/letters/texts/<kind>/<code>")
@allow(Permission.WRITE_LETTERS)
def text(slug: str, kind: str, code: str) -> Any:
    """One text to edit, its versions, the merge fields."""
    conference = desk_conference(slug)
    asked, spoken = _asked(kind, code)
    wording = wordings(asked, [spoken])[spoken]
    form = _form(conference)
    form.body.data, form.based_on.data = body_of(asked, spoken, wording), str(wording.version)
    return _text_page(conference, asked, spoken, form)


@blueprint.post("/c/<slug>/letters/texts/<kind>/<code>")
@allow(Permission.WRITE_LETTERS)
def save_text(slug: str, kind: str, code: str) -> Any:
    """Keep a new version."""
    conference = desk_conference(slug)
    asked, spoken = _asked(kind, code)
    form = _form(conference)
    if form.validate():
        try:
            row = edit_text(
                kind=asked, language=spoken, body=form.body.data or "", note=form.note.data or "",
                based_on=form.version, actor=current_actor(), at=now(),
            )  # fmt: skip
        except Refusal as refusal:
            blame(form, refusal)
        else:
            flash(_("Version %(version)s is kept. Drafts are written by it from now on.", version=row.version), "done")
            return redirect(url_for("correspondence.text", slug=slug, kind=kind, code=code), code=303)
    return _text_page(conference, asked, spoken, form), 422


@blueprint.post("/c/<slug>/letters/texts/<kind>/<code>/preview")
@allow(Permission.WRITE_LETTERS)
def preview_of_text(slug: str, kind: str, code: str) -> Any:
    """A draft by the text in the form, kept or not."""
    conference = desk_conference(slug)
    asked, spoken = _asked(kind, code)
    form = _form(conference)
    town = find(form.addressee.data or "")
    if town is None:
        form.addressee.errors = [_("Choose whom the letter is shown to be for.")]
    if form.validate() and town is not None:
        try:
            content = preview_text(
                conference=conference, kind=asked, language=spoken, municipality=town, body=form.body.data or ""
            )
        except Refusal as refusal:
            blame(form, refusal)
        else:
            response = send_file(BytesIO(content), mimetype="application/pdf", download_name="preview.pdf")
            response.headers["Content-Security-Policy"] = PDF_POLICY
            response.headers["Cache-Control"] = "no-store"
            return response
    if request.form.get("framed"):  # the frame beside the text: the reason stands above it already
        return "", 204
    return _text_page(conference, asked, spoken, form), 422


@blueprint.post("/c/<slug>/letters/texts/<kind>/<code>/live")
@allow(Permission.WRITE_LETTERS)
def live_text(slug: str, kind: str, code: str) -> Any:
    """The words of a letter by the text as it is being typed, or what is wrong with it; nothing is kept."""
    conference = desk_conference(slug)
    asked, spoken = _asked(kind, code)
    town = find(request.form.get("addressee", ""))
    body = request.form.get("body", "")
    written, refused = None, ""
    if town is None:
        refused = _("Choose whom the letter is shown to be for.")
    else:
        try:
            written = text_as_letter(conference=conference, kind=asked, language=spoken, municipality=town, body=body)
        except Refusal as refusal:
            refused = str(refusal)
    return render_template(
        "correspondence/_text_live.html", written=written, refused=refused, code=spoken,
        remarks=text_departures(body, spoken), lint_words=lint_words(),
    )  # fmt: skip


@blueprint.get("/c/<slug>/letters/texts/<kind>/<code>/<int:version>")
@allow(Permission.WRITE_LETTERS)
def text_version(slug: str, kind: str, code: str, version: int) -> Any:
    """A version and how it differs from another, by default from the one before."""
    conference = desk_conference(slug)
    asked, spoken = _asked(kind, code)
    shown = wording_of(asked, spoken, version) or abort(404)
    other = request.args.get("from", max(0, version - 1), type=int)
    before = wording_of(asked, spoken, other) or abort(404)
    return render_template(
        "correspondence/text_version.html",
        conference=conference,
        kind=kind,
        kind_word=kind_words()[kind],
        code=code,
        languages=LANGUAGES,
        version=version,
        other=other,
        changes=difference(body_of(asked, spoken, before), body_of(asked, spoken, shown)),
        versions=versions_of(asked, spoken),
        tabs=tabs(conference, "correspondence.texts"),
    )


@blueprint.post("/c/<slug>/letters/texts/<kind>/<code>/<int:version>/back")
@allow(Permission.WRITE_LETTERS)
def text_back(slug: str, kind: str, code: str, version: int) -> Any:
    """Make an older version hold again, as a new one."""
    desk_conference(slug)
    asked, spoken = _asked(kind, code)
    try:
        row = go_back_to_text(
            kind=asked, language=spoken, version=version, based_on=request.form.get("based_on", -1, type=int),
            actor=current_actor(), at=now(),
        )  # fmt: skip
    except Refusal as refusal:
        flash(str(refusal), "error")
    else:
        flash(_("Version %(version)s is kept. Drafts are written by it from now on.", version=row.version), "done")
    return redirect(url_for("correspondence.text", slug=slug, kind=kind, code=code), code=303)
