"""What the letters say beyond the conference's facts, and what goes with them."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.correspondence.forms import BriefForm, EnclosureForm, MadeEnclosureForm, blame
from app.correspondence.models import LetterEnclosure
from app.correspondence.operations import (
    add_enclosure,
    add_made_enclosure,
    move_enclosure,
    offers,
    remove_enclosure,
    set_brief,
    set_merged,
)
from app.correspondence.queries import body_of, briefs_of, enclosures_of, wordings
from app.correspondence.rules import BRIEF_FACTS, LetterKind
from app.correspondence.views.entrance import asked_kind, blueprint, kind_words, tabs
from app.database import db
from app.documents.queries import content
from app.errors import Refusal
from app.i18n import LANGUAGES, language
from app.permissions import Permission, allow
from invitations.merge import FIELDS, fields_of


def _asked_language() -> str:
    code = request.args.get("in", "")
    return code if code in LANGUAGES else language()


def _kept(conference: Conference, kind: LetterKind, code: str) -> dict[str, Any]:
    row = briefs_of(conference, kind).get(code)
    return row.facts if row is not None else {}


def _asked_facts(kind: LetterKind, code: str) -> list[str]:
    """The facts of a brief that the text of the kind uses."""
    used = fields_of(body_of(kind, code, wordings(kind, [code])[code]))
    return [name for name in BRIEF_FACTS if name in used and name != "reason"]


def _brief_page(conference: Conference, kind: LetterKind, code: str, form: BriefForm) -> str:
    return render_template(
        "correspondence/brief.html",
        conference=conference,
        kind=kind.value,
        kinds=kind_words(),
        code=code,
        languages=LANGUAGES,
        form=form,
        filled=briefs_of(conference, kind),
        meanings={name: FIELDS[name] for name in FIELDS},
        tabs=tabs(conference, "correspondence.brief"),
    )


@blueprint.get("/c/<slug>/letters/brief")
@allow(Permission.WRITE_LETTERS)
def brief(slug: str) -> Any:
    """What the letters of a kind say in one language."""
    conference = desk_conference(slug)
    kind, code = asked_kind() or LetterKind.INVITATION, _asked_language()
    form = BriefForm.of(_kept(conference, kind, code))
    form.keep_only(_asked_facts(kind, code))
    return _brief_page(conference, kind, code, form)


@blueprint.post("/c/<slug>/letters/brief")
@allow(Permission.WRITE_LETTERS)
def save_brief(slug: str) -> Any:
    """Keep it."""
    conference = desk_conference(slug)
    kind, code = asked_kind() or LetterKind.INVITATION, _asked_language()
    form = BriefForm()
    form.keep_only(_asked_facts(kind, code))
    if not form.validate_on_submit():
        return _brief_page(conference, kind, code, form), 422
    facts = _kept(conference, kind, code) | form.facts()
    set_brief(conference=conference, kind=kind, language=code, facts=facts, actor=current_actor(), at=now())
    flash(_("Saved. Drafts say it from now on; approved and issued letters stay as they are."), "done")
    here: dict[str, Any] = {"kind": kind.value, "in": code}
    return redirect(url_for("correspondence.brief", slug=conference.slug, **here), code=303)


def _forms(conference: Conference) -> tuple[EnclosureForm, MadeEnclosureForm]:
    """The empty forms: for a PDF to upload, and for one that the house makes."""
    found = EnclosureForm(formdata=None), MadeEnclosureForm(formdata=None)
    for form in found:
        form.offer(kind_words())
    found[1].made.choices = [(name, offer.word) for name, offer in offers(conference).items()]
    return found


def _enclosures_page(
    conference: Conference, *, upload: EnclosureForm | None = None, made: MadeEnclosureForm | None = None
) -> str:
    new_upload, new_made = _forms(conference)
    return render_template(
        "correspondence/enclosures.html",
        conference=conference,
        form=upload or new_upload,
        made=made or new_made,
        wrong=upload or made,
        groups=[(kind.value, kind_words()[kind.value], enclosures_of(conference, kind)) for kind in LetterKind],
        languages=LANGUAGES,
        tabs=tabs(conference, "correspondence.enclosures"),
    )


@blueprint.get("/c/<slug>/letters/enclosures")
@allow(Permission.WRITE_LETTERS)
def enclosures(slug: str) -> Any:
    """What goes with the letters, and the forms to add a PDF."""
    return _enclosures_page(desk_conference(slug))


def _added(conference: Conference, row: LetterEnclosure) -> Any:
    flash(_("The enclosure is added; letters approved from now on carry it."), "done")
    if row.odd_pages:
        pages = ", ".join(map(str, row.odd_pages[:10]))
        flash(_("Not all of its pages are A4: look at %(pages)s before you print.", pages=pages), "waiting")
    return redirect(url_for("correspondence.enclosures", slug=conference.slug), code=303)


@blueprint.post("/c/<slug>/letters/enclosures")
@allow(Permission.WRITE_LETTERS)
def add(slug: str) -> Any:
    """Add a PDF."""
    conference = desk_conference(slug)
    form = EnclosureForm()
    form.offer(kind_words())
    if form.validate_on_submit():
        upload = form.file.data
        try:
            row = add_enclosure(
                conference=conference, titles={code: form[f"title_{code}"].data or "" for code in LANGUAGES},
                content=upload.read(), filename=upload.filename or "", actor=current_actor(), at=now(), **form.how(),
            )  # fmt: skip
        except Refusal as refusal:
            blame(form, refusal)
        else:
            return _added(conference, row)
    return _enclosures_page(conference, upload=form), 422


@blueprint.post("/c/<slug>/letters/enclosures/made")
@allow(Permission.WRITE_LETTERS)
def add_made(slug: str) -> Any:
    """Add what the house makes now: the programme, the list of participants."""
    conference = desk_conference(slug)
    form = MadeEnclosureForm()
    form.offer(kind_words())
    form.made.choices = [(name, offer.word) for name, offer in offers(conference).items()]
    if form.validate_on_submit():
        try:
            row = add_made_enclosure(
                conference=conference, name=form.made.data, actor=current_actor(), at=now(), **form.how()
            )
        except Refusal as refusal:
            blame(form, refusal)
        else:
            return _added(conference, row)
    return _enclosures_page(conference, made=form), 422


def _the_enclosure(conference: Conference, enclosure_id: int) -> LetterEnclosure:
    row = db.session.get(LetterEnclosure, enclosure_id)
    return row if row is not None and row.conference_id == conference.id else abort(404)


@blueprint.get("/c/<slug>/letters/enclosures/<int:enclosure_id>.pdf")
@allow(Permission.WRITE_LETTERS)
def enclosure_pdf(slug: str, enclosure_id: int) -> Any:
    """The PDF as it goes out."""
    row = _the_enclosure(desk_conference(slug), enclosure_id)
    headers = {
        "Content-Type": "application/pdf",
        "Content-Disposition": "attachment; filename=enclosure.pdf",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return content(row.document), 200, headers


@blueprint.post("/c/<slug>/letters/enclosures/<int:enclosure_id>/way")
@allow(Permission.WRITE_LETTERS)
def change_way(slug: str, enclosure_id: int) -> Any:
    """Part of the letter's own file, or a file of its own."""
    conference = desk_conference(slug)
    row = _the_enclosure(conference, enclosure_id)
    try:
        set_merged(enclosure=row, merged=request.form.get("merged") == "1", actor=current_actor(), at=now())
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    else:
        flash(_("Letters approved from now on carry it that way."), "done")
    return redirect(url_for("correspondence.enclosures", slug=conference.slug), code=303)


@blueprint.post("/c/<slug>/letters/enclosures/<int:enclosure_id>/remove")
@allow(Permission.WRITE_LETTERS)
def remove(slug: str, enclosure_id: int) -> Any:
    """Let it go with no further letter."""
    conference = desk_conference(slug)
    remove_enclosure(enclosure=_the_enclosure(conference, enclosure_id), actor=current_actor(), at=now())
    flash(_("The enclosure goes with no further letter."), "done")
    return redirect(url_for("correspondence.enclosures", slug=conference.slug), code=303)


@blueprint.post("/c/<slug>/letters/enclosures/<int:enclosure_id>/move")
@allow(Permission.WRITE_LETTERS)
def move(slug: str, enclosure_id: int) -> Any:
    """One place earlier or later."""
    conference = desk_conference(slug)
    move_enclosure(
        enclosure=_the_enclosure(conference, enclosure_id), earlier=request.form.get("to") == "earlier",
        actor=current_actor(), at=now(),
    )  # fmt: skip
    return redirect(url_for("correspondence.enclosures", slug=conference.slug), code=303)
