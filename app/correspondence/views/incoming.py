"""Letters that came on paper: kept, looked up, and named by the letter that answers them."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.correspondence.forms import IncomingForm, blame
from app.correspondence.operations import record_incoming, set_answered
from app.correspondence.queries import answers_to, incoming_from, incoming_letter, incoming_letters, replies_by
from app.correspondence.views.entrance import blueprint, tabs, the_letter
from app.correspondence.views.standing import reply_source
from app.directory.queries import find as find_municipality
from app.errors import Refusal
from app.permissions import Permission, allow


@blueprint.context_processor
def _of_letters() -> dict[str, Any]:
    """The page of a letter offers what it may answer, and tells how its own answer came."""
    return {"incoming_from": incoming_from, "reply_source": reply_source}


def _page(conference: Conference, form: IncomingForm | None = None) -> str:
    if form is None:
        form = IncomingForm(formdata=None, data={"received_on": now().date()})
        form.municipality.data = request.args.get("municipality", "")
    form.offer()
    return render_template(
        "correspondence/incoming.html",
        conference=conference,
        rows=incoming_letters(conference),
        answers=answers_to(conference),
        replies=replies_by(conference),
        form=form,
        tabs=tabs(conference, "correspondence.incoming"),
    )


@blueprint.get("/c/<slug>/letters/incoming")
@allow(Permission.WRITE_LETTERS)
def incoming(slug: str) -> Any:
    """What came on paper, what it replies to, what answers it."""
    return _page(desk_conference(slug))


@blueprint.post("/c/<slug>/letters/incoming")
@allow(Permission.WRITE_LETTERS)
def record_incoming_letter(slug: str) -> Any:
    """Keep a letter that came."""
    conference = desk_conference(slug)
    form = IncomingForm()
    form.offer()
    municipality = find_municipality(form.municipality.data or "") if form.validate_on_submit() else None
    if municipality is not None:
        try:
            row = record_incoming(
                conference=conference, municipality=municipality, number=form.number.data or "",
                dated=form.dated.data, received_on=form.received_on.data, subject=form.subject.data or "",
                actor=current_actor(), at=now(),
            )  # fmt: skip
        except Refusal as refusal:
            blame(form, refusal)
        else:
            flash(_("The letter No. %(number)s is kept; a letter of yours can now answer it.", number=row.number),
                  "done")  # fmt: skip
            return redirect(url_for("correspondence.incoming", slug=conference.slug), code=303)
    return _page(conference, form), 422


@blueprint.post("/c/<slug>/letters/<int:letter_id>/answers")
@allow(Permission.WRITE_LETTERS)
def answers(slug: str, letter_id: int) -> Any:
    """Say which letter a draft answers."""
    conference = desk_conference(slug)
    letter = the_letter(conference, letter_id)
    found = incoming_letter(conference, request.form.get("incoming", 0, type=int))
    try:
        set_answered(letter=letter, incoming=found, actor=current_actor(), at=now())
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    else:
        flash(_("The letter says which letter it answers.") if found else _("The letter answers no other."), "done")
    return redirect(url_for("correspondence.letter", slug=conference.slug, letter_id=letter.id), code=303)
