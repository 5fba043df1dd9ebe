"""The switch: look at the plan, confirm it, see that it is done."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.models import Conference
from app.conferences.queries import conference_title, find
from app.conferences.rules import ConferenceFormat
from app.correspondence.queries import unnumbered_letters
from app.correspondence.rules import LetterKind
from app.errors import Refusal
from app.format_switch.forms import SwitchForm
from app.format_switch.operations import switch
from app.format_switch.queries import MAIL, history, unreachable_people, what_will_change
from app.format_switch.rules import SessionOutcome
from app.format_switch.rules.words import FORMAT_WORDS, OUTCOME_WORDS, STEP_WORDS
from app.mailroom.operations import release_held, withdraw_unsent
from app.mailroom.queries import can_send, counts, how_many_not_begun
from app.mailroom.rules import MailState
from app.navigation import Door, enter_conference
from app.permissions import Permission, allow

blueprint = Blueprint("format_switch", __name__, url_prefix="/<language:language>/desk/c/<slug>/switch")
doors = (Door(_l("Switch of format"), "format_switch.plan", Permission.SWITCH_FORMAT, 60, of_conference=True),)

MOVE_WORDS = {
    ConferenceFormat.IN_PERSON: _l("Move to in person"),
    ConferenceFormat.HYBRID: _l("Move to hybrid"),
    ConferenceFormat.VIDEO: _l("Move to video"),
}


def _enter(slug: str) -> Conference:
    conference = find(slug) or abort(404)
    enter_conference(slug=slug, title=conference_title(conference))
    return conference


def _wanted(conference: Conference) -> ConferenceFormat | None:
    text = request.args.get("to", "")
    if text in {item.value for item in ConferenceFormat} and text != conference.format.value:
        return ConferenceFormat(text)
    return None


def _page(conference: Conference, to: ConferenceFormat | None, form: SwitchForm, status: int = 200) -> Any:
    found = what_will_change(conference, to) if to is not None else None
    if found is not None:
        form.digest.data = found.digest
    page = render_template(
        "format_switch/plan.html", conference=conference, to=to, plan=found, form=form, words=FORMAT_WORDS,
        move_words=MOVE_WORDS, step_words=STEP_WORDS, outcomes=OUTCOME_WORDS,
        formats=list(ConferenceFormat), history=list(reversed(history(conference))),
        unreachable=unreachable_people(found) if found is not None else [], stays=SessionOutcome.STAYS,
        held=counts(conference.id)[MailState.HELD], can_send=can_send(),
        switch_mails=how_many_not_begun(conference.id, MAIL),
        drafts=len(unnumbered_letters(conference, LetterKind.CHANGE_OF_FORMAT)),
    )  # fmt: skip
    return page, status


@blueprint.get("/")
@allow(Permission.SWITCH_FORMAT)
def plan(slug: str) -> Any:
    """Where the conference stands, and what a switch would change."""
    conference = _enter(slug)
    return _page(conference, _wanted(conference), SwitchForm())


@blueprint.post("/")
@allow(Permission.SWITCH_FORMAT)
def apply(slug: str) -> Any:
    """Apply the plan that was looked at."""
    conference = _enter(slug)
    to = _wanted(conference)
    if to is None:
        flash(_("The conference has this format already; nothing was changed."), "information")
        return redirect(url_for("format_switch.plan", slug=slug), code=303)
    form = SwitchForm()
    if not form.validate_on_submit():
        return _page(conference, to, form, 422)
    try:
        switch(
            conference=conference, to=to, plan=form.digest.data or "", reason=form.reason.data,
            actor=current_actor(), at=now(),
        )  # fmt: skip
    except Refusal as refusal:
        form.reason.errors = [*form.reason.errors, refusal.message]
        return _page(conference, to, form, 422)
    flash(_("The conference is now held %(format)s. The mails wait for your release.", format=FORMAT_WORDS[to]), "done")
    return redirect(url_for("format_switch.plan", slug=slug), code=303)


@blueprint.post("/release")
@allow(Permission.SWITCH_FORMAT)
def release(slug: str) -> Any:
    """Let the held mails go."""
    conference = _enter(slug)
    number = release_held(conference_id=conference.id, actor=current_actor(), at=now())
    flash(_("Mails released: %(number)s.", number=number), "done")
    return redirect(url_for("format_switch.plan", slug=slug), code=303)


@blueprint.post("/withdraw")
@allow(Permission.SWITCH_FORMAT)
def withdraw(slug: str) -> Any:
    """Let the mails of the switch never go: it has been told another way, or nobody needs to hear of it."""
    conference = _enter(slug)
    number = withdraw_unsent(conference_id=conference.id, kind=MAIL, actor=current_actor(), at=now())
    flash(_("Mails withdrawn: %(number)s.", number=number), "done")
    return redirect(url_for("format_switch.plan", slug=slug), code=303)
