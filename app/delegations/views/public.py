"""Registration for those without a personal link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.clock import now
from app.conferences.entrance import conference_or_404
from app.conferences.models import Conference
from app.conferences.queries import public_links
from app.database import db
from app.delegations.forms import RegistrationForm
from app.delegations.forms.citizenship import CitizenRegistrationForm
from app.delegations.forms.fields import new_nonce
from app.delegations.forms.questions import answers_in, with_questions
from app.delegations.forms.registration import ASKED_PURPOSES
from app.delegations.operations import register_delegate
from app.delegations.operations.started_forms import address_in
from app.delegations.operations.ways_in import drop_draft, keep_draft
from app.delegations.place_words import ignored_words, tell_left
from app.delegations.queries import places
from app.delegations.queries.consents import texts_for
from app.delegations.queries.questions import questions_of, taken_places
from app.delegations.queries.visa import citizenship_matters
from app.delegations.queries.ways_in import draft_of, draft_values, registration_is_open, rules_of
from app.delegations.rules import Accreditation, attendances_of, usable_address
from app.delegations.rules.ways_in import DRAFT_LIVES, public_roles
from app.delegations.views.shared import Cities, blueprint, cities, private, put
from app.errors import Refusal
from app.i18n import date_long, date_time, language
from app.kept_pages import keep_page, kept_facts, kept_page, same_for_everyone
from app.permissions import by_token, public
from app.security_headers import limiter


def _register_links(conferences: Sequence[Conference]) -> Mapping[int, str]:
    return {row.id: url_for("delegations.register", slug=row.slug) for row in conferences
            if registration_is_open(row, now())}  # fmt: skip


public_links["register"] = _register_links


@blueprint.route("/c/<slug>/register", methods=["GET", "POST"])
@public
@limiter.limit("30 per minute", methods=["POST"])
def register(slug: str) -> Any:
    """The form; whoever sends it gets a place or stands in line, and sees their own page."""
    empty = ("register", slug, language())
    plain = same_for_everyone()
    if plain and (page := kept_page(empty, {"nonce": new_nonce})) is not None:
        return page
    if plain and registration_is_open(conference := conference_or_404(slug), now()):
        form = _form(conference, _offered(conference))
        return keep_page(empty, _page(conference, form), {"nonce": str(form.nonce.data)})
    return _register(slug, token="")


@blueprint.route("/c/<slug>/register/<token>", methods=["GET", "POST"])
@by_token
@limiter.limit("30 per minute", methods=["POST"])
@private
def started_registration(slug: str, token: str) -> Any:
    """The form as it was left, opened by its own link."""
    conference = conference_or_404(slug)
    if draft_of(conference, token, now()) is None:
        flash(_("This started form is finished or too old. Please begin anew."), "information")
        return redirect(url_for("delegations.register", slug=slug), code=303)
    return _register(slug, token=token)


def _at_the_door(slug: str) -> Conference:
    """The conference of the address for somebody who sends the form: kept for a moment, loaded whole, of no session.

    Whether registration is open, and whether a place is left, is asked again under its lock.
    """

    def read() -> Conference:
        found = conference_or_404(slug)
        for row in (found.host, found.issuer, found):  # the consents name them; nothing is loaded of no session
            if row is not None:
                db.session.expunge(row)
        return found

    return kept_facts(("conference", slug), read)


def _register(slug: str, *, token: str) -> Any:
    deed = request.form.get("deed", "")
    sent = request.method == "POST" and deed not in {"keep", "forget"}
    conference = _at_the_door(slug) if sent else conference_or_404(slug)
    if not registration_is_open(conference, now()):
        conference = conference_or_404(slug)
        opens = conference.registration_opens_at
        page = render_template(
            "delegations/closed.html", conference=conference,
            opens=date_time(opens, conference.timezone)
            if opens is not None and opens > now() and conference.registration_open else "",
        )  # fmt: skip
        return page, (422 if request.method == "POST" else 200)
    kept = draft_of(conference, token, now()) if token and request.method == "GET" else None
    given: dict[str, Any] = {}
    if kept is not None:
        given["formdata"] = MultiDict([(name, text) for name, texts in draft_values(kept).items() for text in texts])
    offered = kept_facts(("register", conference.id), lambda: _offered(conference))
    form = _form(conference, offered, **given)
    if request.method == "POST" and not sent and form.csrf_is_right():
        return _keep(conference, form, token, deed)
    if form.validate_on_submit():
        try:
            details = form.details(conference=conference, ids=offered.cities[1])
            registered = register_delegate(
                conference=conference,
                details=details,
                consents=[purpose for purpose in ASKED_PURPOSES if form[f"consent_{purpose}"].data],
                answers=answers_in(form),
                nonce=form.nonce.data or "",
                language=language(),
                minor=form.minor.data,
                guardian=form.guardian.data or "",
                citizenship=(form["citizenship"].data or "") if "citizenship" in form else "",
                draft=token,
                at=now(),
            )
        except Refusal as refusal:
            put(form, refusal)
        else:
            if registered.accreditation is Accreditation.WAITLISTED:
                flash(_("Thank you. You are on the waiting list; we have written to you."), "information")
            else:
                flash(_("Thank you for your registration. We have written to you."), "done")
            way = details.attendance or attendances_of(conference.format)[0]
            if ignored := ignored_words(details, way, conference):
                flash(ignored, "information")
            return redirect(url_for("delegations.delegate", token=registered.token), code=303)
    return _page(conference_or_404(slug), form, token), (422 if form.is_submitted() else 200)


@dataclass(frozen=True)
class _Offered:
    """What the form offers, the same for everyone."""

    cities: Cities
    roles: list[str]
    asks: bool  # whether the organisers have questions of their own
    citizenship: bool  # whether somebody may need a visa


def _offered(conference: Conference) -> _Offered:
    return _Offered(cities(), public_roles(rules_of(conference)) or [""], bool(questions_of(conference)),
                    citizenship_matters(conference))  # fmt: skip


def _form(conference: Conference, offered: _Offered, **given: Any) -> RegistrationForm:
    asked = questions_of(conference) if offered.asks else []
    asking = CitizenRegistrationForm if offered.citizenship else RegistrationForm
    form = with_questions(asking, asked, taken=taken_places(asked))(**given)
    form.prepare(conference=conference, cities=offered.cities[0], roles=offered.roles)
    return form


def _page(conference: Conference, form: RegistrationForm, token: str = "") -> str:
    tell_left(form, conference)
    return render_template(
        "delegations/register.html", conference=conference, form=form, full=_none_left(conference),
        texts=texts_for(conference, language()), started=token,
        kept_until=date_long((now() + DRAFT_LIVES).date()),
    )  # fmt: skip


def _keep(conference: Conference, form: RegistrationForm, token: str, deed: str) -> Any:
    """Keep what was typed so far, or let it go; a script gets the address of the kept form."""
    slug = conference.slug
    if deed == "forget":
        drop_draft(conference=conference, token=token)
        flash(_("What you had typed is erased."), "done")
        return redirect(url_for("delegations.register", slug=slug), code=303)
    values = {name: texts for name, texts in request.form.lists() if name in form}
    by_script = request.headers.get("X-Requested-With") == "fetch"
    try:
        token = keep_draft(
            conference=conference, token=token, values=values, language=language(), quietly=by_script, at=now()
        )  # fmt: skip
    except Refusal as refusal:
        if by_script:
            return {"kept": False}, 422
        flash(str(refusal.message), "error")
        return redirect(url_for("delegations.register", slug=slug), code=303)
    url = url_for("delegations.started_registration", slug=slug, token=token)
    if by_script:
        return {"kept": True, "url": url}
    mailed = _("The link has been mailed to you as well.") if usable_address(address_in(values)) else ""
    flash(
        " ".join((_("What you have typed is kept. The address of this page opens it again."), mailed)).strip(), "done"
    )
    return redirect(url, code=303)


def _none_left(conference: Conference) -> bool:
    """Whether newcomers wait, whichever way they take part."""
    names = {"onsite": "on_site", "video": "video"}
    counted = places(conference)
    left = []
    for kind in attendances_of(conference.format):
        place = counted[names[kind.value]]
        left.append(place["capacity"] is None or (place["taken"] or 0) < place["capacity"])
    return not any(left)
