"""The contact of a delegation keeps its roster."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.clock import now
from app.delegations.forms import PaperForm, RosterForm
from app.delegations.forms.questions import answers_in, know_answers, show_answers, with_questions
from app.delegations.group_words import STATE_TONES, function_word, state_word
from app.delegations.models import Delegate, Delegation
from app.delegations.operations import add_member, withdraw
from app.delegations.operations.groups import set_function
from app.delegations.operations.person import change_person
from app.delegations.place_words import ignored_words, tell_left, wish_words_of
from app.delegations.queries import delegation_by_token, link_states, members
from app.delegations.queries.groups import how_many_members, name_of_delegation, papers_of_delegation, quota_of
from app.delegations.queries.own_page import delegation_sections
from app.delegations.queries.questions import answers_of, questions_of, taken_places
from app.delegations.rules import Accreditation, DelegateDetails, is_over
from app.delegations.rules.groups import DelegationFunction, DelegationState
from app.delegations.views.shared import blueprint, is_htmx, private, put
from app.errors import Refusal
from app.history.rules import Actor
from app.mailroom.rules import MailState
from app.permissions import by_token
from app.security_headers import limiter

CHANGEABLE = set(DelegateDetails.__dataclass_fields__) - {"municipality_id", "photo_consent"}


def _delegation(token: str) -> Delegation:
    return delegation_by_token(token) or abort(404)


def _member(found: Delegation, number: int) -> Delegate:
    return next((row for row in members(found) if row.id == number), None) or abort(404)


def _actor(found: Delegation) -> Actor:
    return Actor(kind="contact", id=found.id, label=f"delegation {found.id}")


def link_word(row: Delegate, state: MailState | None) -> tuple[str, str]:
    """What became of the personal link: (words, tone)."""
    if "processing" in row.consents:
        return _("the person has confirmed their details"), "done"
    if not row.email:
        return _("no e-mail address"), "waiting"
    if state is MailState.SENT:
        return _("link sent"), "information"
    if state is MailState.FAILED:
        return _("the mail could not be delivered"), "stop"
    if state is None:
        return _("link not sent"), "quiet"
    return _("link is on its way"), "quiet"


def _roster(found: Delegation, form: RosterForm, *, status: int = 200, done: str = "") -> Any:
    tell_left(form, found.conference)
    rows = members(found)
    states = link_states(rows)
    quota, counted = quota_of(found), how_many_members(found)
    over = is_over(found.conference.change_until, now(), found.conference.timezone)
    frozen = found.state is DelegationState.FROZEN
    page = render_template(
        "delegations/_roster.html" if is_htmx() else "delegations/delegation.html",
        delegation=found, conference=found.conference, wish_words_of=wish_words_of,
        whose=name_of_delegation(found), form=form, done=done,
        rows=[(row, *link_word(row, states.get(row.id))) for row in rows],
        ended={Accreditation.WITHDRAWN, Accreditation.DECLINED},
        closed=over or frozen, frozen=frozen, quota=quota, counted=counted,
        full=quota is not None and counted >= quota, state_word=state_word(found.state),
        state_tone=STATE_TONES[found.state], function_word=function_word, papers=papers_of_delegation(found),
        paper_form=PaperForm(), may_hand_in=found.state is DelegationState.OPEN and counted > 0 and not over,
        sections=() if is_htmx() else [one for tell in delegation_sections.values() if (one := tell(found))],
    )  # fmt: skip
    return page, status


def _empty_form(found: Delegation, **given: Any) -> RosterForm:
    asked = questions_of(found.conference)
    form = with_questions(RosterForm, asked, taken=taken_places(asked), require=False)(**given)
    form.prepare(conference=found.conference, cities={})
    del form.municipality
    return form


@blueprint.route("/delegation/<token>", methods=["GET", "POST"])
@by_token
@limiter.limit("60 per minute", methods=["POST"])
@private
def delegation(token: str) -> Any:
    """The roster and what is missing for whom; POST adds a member."""
    found = _delegation(token)
    form = _empty_form(found)
    if not form.validate_on_submit():
        return _roster(found, form, status=422 if form.is_submitted() else 200)
    if is_over(found.conference.change_until, now(), found.conference.timezone):
        form.form_errors.append(_("The date until which members could be entered has passed."))
        return _roster(found, form, status=422)
    try:
        details = form.details(conference=found.conference, ids={})
        row = add_member(
            delegation=found, details=details, answers=answers_in(form),
            function=form.function.data or "", nonce=form.nonce.data or "", actor=_actor(found), at=now(),
        )  # fmt: skip
    except Refusal as refusal:
        put(form, refusal)
        return _roster(found, form, status=422)
    if row.accreditation is Accreditation.WAITLISTED:
        done = _("The person is entered. All places are taken: they are on the waiting list.")
    elif row.email:
        done = _("The person is entered; their personal link has been mailed.")
    else:
        done = _("The person is entered. Without an e-mail address they receive no link.")
    done = f"{done} {ignored_words(details, row.attendance, found.conference)}".rstrip()
    if is_htmx():
        return _roster(found, _empty_form(found, formdata=None), done=done)
    flash(done, "done")
    return redirect(url_for("delegations.delegation", token=token) + "#roster", code=303)


@blueprint.route("/delegation/<token>/<int:number>", methods=["GET", "POST"])
@by_token
@limiter.limit("60 per minute", methods=["POST"])
@private
def member(token: str, number: int) -> Any:
    """One member's data, to look at and to change."""
    found = _delegation(token)
    row = _member(found, number)
    asked, known = questions_of(found.conference), answers_of(row)
    form = with_questions(RosterForm, asked, taken=taken_places(asked, but=row), require=False)()
    form.prepare(conference=found.conference, cities={}, delegate=row)
    know_answers(form, known)
    del form.municipality
    if form.validate_on_submit():
        try:
            details = form.details(conference=found.conference, ids={}, delegate=row)
            changed = change_person(
                delegate=row, details=details,
                names=CHANGEABLE, answers=answers_in(form), require_answers=False, by_staff=False,
                actor=_actor(found), at=now(),
            )  # fmt: skip
            if form.function.data:
                set_function(delegate=row, function=DelegationFunction(form.function.data), actor=_actor(found),
                             at=now())  # fmt: skip
        except Refusal as refusal:
            put(form, refusal)
        else:
            flash(_("The details are saved."), "done")
            _tell(row, details, changed)
            return redirect(url_for("delegations.delegation", token=token) + "#roster", code=303)
    elif not form.is_submitted():
        form.show(row, zone=found.conference.timezone)
        show_answers(form, known)
    tell_left(form, found.conference)
    page = render_template("delegations/member.html", delegation=found, conference=found.conference, delegate=row,
                           form=form)  # fmt: skip
    return page, (422 if form.is_submitted() else 200)


def _tell(row: Delegate, details: DelegateDetails, changed: Collection[str]) -> None:
    """What the contact should know of what was saved, or was not."""
    told = wish_words_of(row) if "wished" in changed else ""
    for text in (told, ignored_words(details, row.attendance, row.conference, row)):
        if text:
            flash(text, "information")


@blueprint.route("/delegation/<token>/<int:number>/remove", methods=["GET", "POST"])
@by_token
@limiter.limit("60 per minute", methods=["POST"])
@private
def remove(token: str, number: int) -> Any:
    """Ask first, then take a member off; their place goes to the first who waits."""
    found = _delegation(token)
    row = _member(found, number)
    if request.method == "GET":
        return render_template("delegations/remove.html", delegation=found, conference=found.conference, delegate=row)
    try:
        withdraw(delegate=row, actor=_actor(found), at=now())
    except Refusal as refusal:
        flash(str(refusal.message), "error")
        return redirect(url_for("delegations.delegation", token=token) + "#roster", code=303)
    done = _("The person is taken off the list.")
    if is_htmx():
        return _roster(found, _empty_form(found, formdata=None), done=done)
    flash(done, "done")
    return redirect(url_for("delegations.delegation", token=token) + "#roster", code=303)
