"""Registration for those without a personal link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.clock import now
from app.conferences.models import Conference
from app.conferences.queries import public_links
from app.delegations.forms import RegistrationForm
from app.delegations.forms.people import ASKED_PURPOSES
from app.delegations.forms.questions import answers_in, with_questions
from app.delegations.operations import register_delegate
from app.delegations.queries import places
from app.delegations.queries.consents import texts_for
from app.delegations.queries.questions import questions_of, taken_places
from app.delegations.rules import Accreditation, attendances_of
from app.delegations.views.shared import blueprint, cities, conference_or_404, put
from app.errors import Refusal
from app.i18n import language
from app.permissions import public
from app.security_headers import limiter


def _register_links(conferences: Sequence[Conference]) -> Mapping[int, str]:
    return {row.id: url_for("delegations.register", slug=row.slug) for row in conferences if row.registration_open}


public_links["register"] = _register_links


@blueprint.route("/c/<slug>/register", methods=["GET", "POST"])
@public
@limiter.limit("30 per minute", methods=["POST"])
def register(slug: str) -> Any:
    """The form; whoever sends it gets a place or stands in line, and sees their own page."""
    conference = conference_or_404(slug)
    if not conference.registration_open:
        page = render_template("delegations/closed.html", conference=conference)
        return page, (422 if request.method == "POST" else 200)
    asked = questions_of(conference)
    form = with_questions(RegistrationForm, asked, taken=taken_places(asked))()
    choices, ids = cities()
    form.prepare(conference=conference, cities=choices)
    if form.validate_on_submit():
        try:
            delegate = register_delegate(
                conference=conference,
                details=form.details(conference=conference, ids=ids),
                consents=[purpose for purpose in ASKED_PURPOSES if form[f"consent_{purpose}"].data],
                answers=answers_in(form),
                nonce=form.nonce.data or "",
                language=language(),
                minor=form.minor.data,
                guardian=form.guardian.data or "",
                at=now(),
            )
        except Refusal as refusal:
            put(form, refusal)
        else:
            if delegate.accreditation is Accreditation.WAITLISTED:
                flash(_("Thank you. You are on the waiting list; we have written to you."), "information")
            else:
                flash(_("Thank you for your registration. We have written to you."), "done")
            return redirect(url_for("delegations.delegate", token=delegate.token), code=303)
    free = _none_left(conference)
    page = render_template(
        "delegations/register.html", conference=conference, form=form, full=free,
        texts=texts_for(conference, language()),
    )  # fmt: skip
    return page, (422 if form.is_submitted() else 200)


def _none_left(conference: Conference) -> bool:
    """Whether newcomers wait, whichever way they take part."""
    names = {"onsite": "on_site", "video": "video"}
    counted = places(conference)
    left = []
    for kind in attendances_of(conference.format):
        place = counted[names[kind.value]]
        left.append(place["capacity"] is None or (place["taken"] or 0) < place["capacity"])
    return not any(left)
