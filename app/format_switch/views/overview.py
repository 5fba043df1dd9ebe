"""Where the conference stands: the plans, the mails that wait for a word, what was switched so far."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app import i18n
from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.conferences.taking_part import has_both
from app.correspondence.queries import unnumbered_letters
from app.database import db
from app.delegations.models import Delegation
from app.errors import Refusal
from app.format_switch.forms import BeginForm
from app.format_switch.operations import draft_plan
from app.format_switch.queries import MAIL, history
from app.format_switch.queries.letters import LETTER_MAIL, NOTICE, going
from app.format_switch.queries.past import KEYS, held_mails
from app.format_switch.queries.plans import about, plans_of
from app.format_switch.queries.sessions import days_of
from app.format_switch.rules import ScopeKind
from app.format_switch.rules.reasons import told_in
from app.format_switch.rules.words import FORMAT_WORDS, SCOPE_WORDS, STATE_WORDS, STEP_WORDS
from app.format_switch.views.blueprint import blueprint, described_work
from app.mailroom.operations import release_held, withdraw_unsent
from app.mailroom.queries import can_send
from app.permissions import Permission, allow
from app.programme.models import ProgrammeSession


def _parts(conference: Conference) -> dict[str, list[tuple[str, str]]]:
    """What may be chosen to move, in groups."""
    sessions = db.session.execute(
        select(ProgrammeSession.uid, ProgrammeSession.code, ProgrammeSession.title_ru, ProgrammeSession.title_de,
               ProgrammeSession.title_en)
        .where(ProgrammeSession.conference_id == conference.id, ProgrammeSession.cancelled.is_(False))
        .order_by(ProgrammeSession.starts_at, ProgrammeSession.code)
    )  # fmt: skip
    groups = db.session.scalars(select(Delegation).where(Delegation.conference_id == conference.id))
    named = sorted(
        (i18n.localized(group.municipality, "name") if group.municipality else group.name, group.id)
        for group in groups
    )  # fmt: skip
    whole = [(ScopeKind.WHOLE.value, _("The whole conference"))]
    days = [(f"{ScopeKind.DAY.value}:{day.isoformat()}", i18n.weekday_date(day)) for day in days_of(conference)]
    delegations = [(f"{ScopeKind.DELEGATION.value}:{number}", name) for name, number in named]
    items = [
        (f"{ScopeKind.SESSION.value}:{row.uid}", f"{row.code} · {i18n.localized(row, 'title')}") for row in sessions
    ]
    found = {_("Everything"): whole, _("One day"): days, _("One session"): items}
    if has_both(conference.format):
        found[_("One delegation")] = delegations
    return {name: choices for name, choices in found.items() if choices}


def _page(conference: Conference, form: BeginForm, status: int = 200) -> Any:
    form.part.choices = _parts(conference)
    letters = unnumbered_letters(conference, NOTICE)
    page = render_template(
        "format_switch/overview.html", conference=conference, form=form, plans=plans_of(conference),
        words=FORMAT_WORDS, step_words=STEP_WORDS, states=STATE_WORDS, scopes=SCOPE_WORDS, about=about,
        history=list(reversed(history(conference))), held=held_mails(conference), can_send=can_send(),
        told=lambda row: told_in(i18n.language(), row.reason, row.reasons),
        drafts=len(letters), waiting=going(conference), job=described_work(conference),
    )  # fmt: skip
    return page, status


@blueprint.get("/")
@allow(Permission.SWITCH_FORMAT)
def plan(slug: str) -> Any:
    """The plans, and the beginning of another."""
    conference = desk_conference(slug)
    form = BeginForm(formdata=None)
    form.reason_language.data = i18n.language()
    wanted = request.args.get("to", "")
    if wanted in {each.value for each in ConferenceFormat}:
        form.to.data = wanted
    return _page(conference, form)


@blueprint.post("/")
@allow(Permission.SWITCH_FORMAT)
def begin(slug: str) -> Any:
    """Begin a plan."""
    conference = desk_conference(slug)
    form = BeginForm()
    if not form.validate_on_submit():
        return _page(conference, form, 422)
    try:
        made = draft_plan(
            conference=conference, to=ConferenceFormat(form.to.data), scope=form.scope(), reason=form.first_reason(),
            reasons=form.reasons(), actor=current_actor(), at=now(),
        )  # fmt: skip
    except Refusal as refusal:
        field = form[refusal.field if refusal.field in form else "to"]
        field.errors = [*field.errors, refusal.message]
        return _page(conference, form, 422)
    flash(_("The plan has begun. Nothing happens before you confirm it."), "done")
    return redirect(url_for("format_switch.show_plan", slug=slug, plan_id=made.id), code=303)


@blueprint.post("/release")
@allow(Permission.SWITCH_FORMAT)
def release(slug: str) -> Any:
    """Let the held mails of the switch go, or those with its letters."""
    conference = desk_conference(slug)
    letters = request.form.get("what") == "letters"
    number = release_held(
        conference_id=conference.id, key_prefix="" if letters else KEYS, kind=LETTER_MAIL if letters else "",
        actor=current_actor(), at=now(),
    )  # fmt: skip
    flash(_("Mails released: %(number)s.", number=number), "done")
    return redirect(url_for("format_switch.plan", slug=slug), code=303)


@blueprint.post("/withdraw")
@allow(Permission.SWITCH_FORMAT)
def withdraw(slug: str) -> Any:
    """Let the mails of the switch never go: it has been told another way, or nobody needs to hear of it."""
    conference = desk_conference(slug)
    number = withdraw_unsent(conference_id=conference.id, kind=MAIL, actor=current_actor(), at=now())
    flash(_("Mails withdrawn: %(number)s.", number=number), "done")
    return redirect(url_for("format_switch.plan", slug=slug), code=303)
