"""A head answers the invitation. GET shows, and keeps when it was first opened: readers of mails open links too."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.clock import now
from app.conferences.models import Conference
from app.conferences.taking_part import has_hall, has_screen
from app.correspondence.models import Letter
from app.correspondence.operations import note_opened
from app.correspondence.queries import answer_of_head
from app.correspondence.rules import LetterState, ReplyAnswer, answer_meant
from app.delegations.forms import ReplyForm
from app.delegations.models import Delegation
from app.delegations.operations import answer_invitation
from app.delegations.queries import delegation_for, letter_of_reply
from app.delegations.queries.groups import quota_of, usual_quotas
from app.delegations.rules import OPENS_DELEGATION, is_over
from app.delegations.rules.groups import DelegationKind
from app.delegations.views.shared import blueprint, private, put
from app.delegations.words import answer_words, people_question
from app.errors import Refusal
from app.history.rules import Actor
from app.i18n import number
from app.permissions import by_token
from app.security_headers import limiter


def _letter(token: str) -> Letter:
    return letter_of_reply(token) or abort(404)


def _not_valid(letter: Letter) -> Any:
    """What somebody reads who opens the link of a letter that was annulled since, or is not issued yet."""
    if letter.state is not LetterState.ANNULLED:
        abort(404)
    conference = letter.conference
    email = conference.contact_email or (conference.issuer.email if conference.issuer is not None else "")
    return render_template("delegations/reply_not_valid.html", conference=conference, email=email), 404


def _held(conference: Conference, delegation: Delegation | None) -> list[str]:
    """How the conference is held and how many may join, where it is not simply on the spot."""
    if not has_screen(conference.format):
        return []
    usual = usual_quotas(conference).get(DelegationKind.MUNICIPALITY)
    most = usual if delegation is None else quota_of(delegation)
    return [
        _("The conference is held on site and by video: each of you chooses how to take part.")
        if has_hall(conference.format)
        else _("The conference is held by video: nobody travels, everybody takes part from where they are."),
        _("As many people of your delegation may join as you wish.")
        if most is None
        else ngettext("Of your delegation %(count)s person may join.", "Of your delegation %(count)s people may join.",
                      most, count=number(most)),
    ]  # fmt: skip


@blueprint.route("/reply/<token>", methods=["GET", "POST"])
@by_token
@limiter.limit("30 per minute", methods=["POST"])
@private
def reply(token: str) -> Any:
    """What was answered, and the form to answer or to change the answer."""
    letter = _letter(token)
    if letter.state is not LetterState.ISSUED:
        return _not_valid(letter)
    if request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        note_opened(letter=letter, at=now())
    conference = letter.conference
    closed = is_over(conference.reply_until, now(), conference.timezone)
    before = answer_of_head(letter)
    form = ReplyForm(obj=before)
    form.prepare(conference.format, before.answer if before is not None else None)
    if form.is_submitted() and request.form.get("website"):  # nobody sees this field; a program filled it in
        return redirect(url_for("delegations.reply", token=token), code=303)
    if form.validate_on_submit():
        answer = ReplyAnswer(form.answer.data)
        try:
            answer_invitation(
                letter=letter, answer=answer, people=form.people.data if form.people.data is not None else 1,
                contact_name=form.contact_name.data or "", contact_email=form.contact_email.data or "",
                contact_phone=form.contact_phone.data or "", deputy_name=form.deputy_name.data or "",
                deputy_office=form.deputy_office.data or "", remarks=form.remarks.data or "",
                actor=Actor(kind="head", id=letter.head_id, label=f"letter {letter.id}"), at=now(),
            )  # fmt: skip
        except Refusal as refusal:
            put(form, refusal)
        else:
            if answer in OPENS_DELEGATION:
                flash(_("Thank you for your answer. The contact person receives the link to your delegation."), "done")
            else:
                flash(_("Thank you for your answer. We regret that you cannot take part."), "done")
            return redirect(url_for("delegations.reply", token=token), code=303)
    opened = None
    if before is not None and before.answer in OPENS_DELEGATION:
        opened = delegation_for(conference.id, letter.municipality_id)
    page = render_template(
        "delegations/reply.html",
        letter=letter,
        reply=before,
        conference=conference,
        form=form,
        closed=closed,
        until=conference.reply_until,
        email=conference.contact_email or (conference.issuer.email if conference.issuer is not None else ""),
        delegation=opened,
        answers=answer_words(),
        people_label=people_question(conference.format),
        held=_held(conference, delegation_for(conference.id, letter.municipality_id)),
        moved=before is not None and answer_meant(before.answer, conference.format) is not before.answer,
    )
    return page, (422 if form.is_submitted() else 200)
