"""The desk: delegations of cities and organisations."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.database import db
from app.delegations import forms
from app.delegations.group_words import STATE_TONES, function_word, kind_word, state_word
from app.delegations.models import Delegation
from app.delegations.operations import open_delegation
from app.delegations.operations.groups import bring_to, change_delegation, open_group, set_quotas
from app.delegations.queries import delegations as all_delegations
from app.delegations.queries import link_states, members
from app.delegations.queries.groups import (
    GONE,
    delegation_of_number,
    how_many_members,
    name_of_delegation,
    organisations_to_choose,
    papers_of_delegation,
    quota_of,
    usual_quotas,
)
from app.delegations.rules import usable_address
from app.delegations.rules.groups import ALLOWED_STATES, DelegationKind, DelegationState
from app.delegations.views.delegation import link_word
from app.delegations.views.roster import send_paper
from app.delegations.views.shared import blueprint, cities, private, put
from app.directory.models import Organisation
from app.directory.queries import by_slug
from app.errors import Refusal
from app.history.queries import of
from app.permissions import Permission, allow


def _find(conference: Conference, number: int) -> Delegation:
    return delegation_of_number(conference, number) or abort(404)


@blueprint.get("/desk/c/<slug>/delegations")
@allow(Permission.READ_DELEGATES)
def delegations(slug: str) -> Any:
    """Delegations: who is their contact, how many were announced, how many are entered, how far they are."""
    conference = desk_conference(slug)
    return render_template(
        "delegations/delegations.html", conference=conference, delegations=all_delegations(conference),
        quotas=usual_quotas(conference), kind_word=kind_word, state_word=state_word, tones=STATE_TONES,
        whose=name_of_delegation,
    )  # fmt: skip


@blueprint.route("/desk/c/<slug>/delegations/new", methods=["GET", "POST"])
@allow(Permission.EDIT_DELEGATES)
def new_delegation(slug: str) -> Any:
    """Open a delegation by hand; its contact is mailed the link to the roster."""
    conference = desk_conference(slug)
    form = forms.DelegationForm()
    choices, _ids = cities()
    form.prepare(choices, organisations_to_choose())
    if form.validate_on_submit():
        try:
            row = _open(conference, form)
        except Refusal as refusal:
            put(form, refusal)
        else:
            flash(_("The delegation is open."), "done")
            return redirect(url_for("delegations.desk_delegation", slug=slug, number=row.id), code=303)
    page = render_template("delegations/desk_delegation.html", conference=conference, form=form)
    return page, (422 if form.is_submitted() else 200)


def _open(conference: Conference, form: forms.DelegationForm) -> Delegation:
    kind = DelegationKind(form.kind.data)
    names = ("contact_name", "contact_email", "contact_phone")
    contact: dict[str, str] = {name: form[name].data or "" for name in names}
    expected, language = form.expected.data or 0, form.language.data
    if kind is not DelegationKind.MUNICIPALITY:
        number = form.organisation.data or ""
        return open_group(
            conference=conference, kind=kind, name=form.name.data or "", quota=form.quota.data, expected=expected,
            organisation=db.session.get(Organisation, int(number)) if number.isdecimal() else None,
            language=language, actor=current_actor(), at=now(), **contact,
        )  # fmt: skip
    if not form.municipality.data:
        raise Refusal(_("Please choose a city or municipality."), field="municipality")
    if contact["contact_email"] and not usable_address(contact["contact_email"]):
        raise Refusal(_("This is not an e-mail address. It should look like name@example.org."), field="contact_email")
    row = open_delegation(
        conference=conference, municipality=by_slug(form.municipality.data), contact_name=contact["contact_name"],
        contact_email=contact["contact_email"], contact_phone=contact["contact_phone"], expected=expected,
        language=language, actor=current_actor(), at=now(),
    )  # fmt: skip
    if form.quota.data is not None:
        change_delegation(
            delegation=row, quota=form.quota.data, contact_name=row.contact_name, contact_email=row.contact_email,
            contact_phone=row.contact_phone, expected=row.expected, actor=current_actor(), at=now(),
        )  # fmt: skip
    return row


@blueprint.route("/desk/c/<slug>/delegations/<int:number>", methods=["GET", "POST"])
@allow(Permission.EDIT_DELEGATES)
def desk_delegation(slug: str, number: int) -> Any:
    """One delegation: how far it is, its people and what they lack, papers, quota and contact."""
    conference = desk_conference(slug)
    row = _find(conference, number)
    form = forms.DelegationSettingsForm(obj=row)
    if form.validate_on_submit():
        try:
            change_delegation(
                delegation=row, quota=form.quota.data, contact_name=form.contact_name.data or "",
                contact_email=form.contact_email.data or "", contact_phone=form.contact_phone.data or "",
                expected=form.expected.data or 0, actor=current_actor(), at=now(),
            )  # fmt: skip
        except Refusal as refusal:
            put(form, refusal)
        else:
            flash(_("The settings are saved."), "done")
            return redirect(url_for("delegations.desk_delegation", slug=slug, number=number), code=303)
    people = members(row)
    states = link_states(people)
    page = render_template(
        "delegations/delegation_desk.html", conference=conference, delegation=row, form=form,
        whose=name_of_delegation(row), kind=kind_word(row.kind), state=state_word(row.state),
        state_tone=STATE_TONES[row.state], quota=quota_of(row), counted=how_many_members(row),
        rows=[(one, *link_word(one, states.get(one.id))) for one in people], gone=GONE,
        function_word=function_word, papers=papers_of_delegation(row), entries=of(row, limit=20),
        steps=[(step.value, step_word(row.state, step)) for step in DelegationState
               if step in ALLOWED_STATES[row.state] and step_word(row.state, step)],
        deeds_words=group_deed_words(), state_words={state.value: state_word(state) for state in DelegationState},
    )  # fmt: skip
    return page, (422 if form.is_submitted() else 200)


def step_word(before: DelegationState, after: DelegationState) -> str:
    """What the button says that brings a delegation from one state to the next; empty for none."""
    if before is DelegationState.FROZEN and after is DelegationState.CONFIRMED:
        return str(_("Let the contact change the list again"))
    words: dict[DelegationState, str] = {
        DelegationState.OPEN: _("Give the list back to be filled in"),
        DelegationState.SUBMITTED: "" if before is not DelegationState.OPEN else _("Count the list as handed in"),
        DelegationState.CHECKED: _("The list is checked"),
        DelegationState.CONFIRMED: _("Confirm the delegation"),
        DelegationState.FROZEN: _("Make the list final"),
    }
    return words[after]


def group_deed_words() -> dict[str, str]:
    """What the deeds about delegations are called in a history."""
    return {
        "delegations.open_delegation": _("opened"),
        "delegations.change_delegation": _("contact or number of places changed"),
        "delegations.bring_to": _("brought further"),
        "delegations.put_in_order": _("order changed by hand"),
        "delegations.add_paper": _("paper uploaded"),
        "delegations.remove_paper": _("paper removed"),
        "delegations.exceed_quota": _("somebody taken beyond the quota"),
    }


@blueprint.post("/desk/c/<slug>/delegations/<int:number>/state")
@allow(Permission.EDIT_DELEGATES)
def delegation_state(slug: str, number: int) -> Any:
    """Bring a delegation further, or back."""
    row = _find(desk_conference(slug), number)
    wished = request.form.get("state", "")
    if wished not in set(DelegationState):
        abort(400)
    try:
        bring_to(delegation=row, state=DelegationState(wished), by_staff=True, actor=current_actor(), at=now())
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    else:
        flash(_("The delegation is now: %(state)s.", state=state_word(DelegationState(wished))), "done")
    return redirect(url_for("delegations.desk_delegation", slug=slug, number=number), code=303)


@blueprint.get("/desk/c/<slug>/delegations/<int:number>/papers/<int:paper>")
@allow(Permission.EDIT_DELEGATES)
@private
def desk_delegation_paper(slug: str, number: int, paper: int) -> Any:
    """A nomination letter or a note verbale."""
    row = _find(desk_conference(slug), number)
    return send_paper(next((one for one in papers_of_delegation(row) if one.id == paper), None) or abort(404))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 4 and int(text) <= 500


@blueprint.route("/desk/c/<slug>/delegations/quotas", methods=["GET", "POST"])
@allow(Permission.EDIT_CONFERENCE)
def delegation_quotas(slug: str) -> Any:
    """How many people delegations of each kind may have."""
    conference = desk_conference(slug)
    faults: dict[str, str] = {}
    typed = {kind.value: str(people) for kind, people in usual_quotas(conference).items()}
    if request.method == "POST":
        typed = {kind.value: request.form.get(f"quota_{kind.value}", "").strip() for kind in DelegationKind}
        told = _("Please give a number from 0 to 500, or leave it empty.")
        faults = {name: told for name, text in typed.items() if text and not _is_number(text)}
        if not faults:
            set_quotas(conference=conference, actor=current_actor(), at=now(),
                       quotas={kind: int(typed[kind.value]) if typed[kind.value] else None
                               for kind in DelegationKind})  # fmt: skip
            flash(_("The settings are saved."), "done")
            return redirect(url_for("delegations.delegations", slug=slug), code=303)
    page = render_template(
        "delegations/delegation_quotas.html", conference=conference, typed=typed, faults=faults,
        kinds={kind.value: kind_word(kind) for kind in DelegationKind},
    )  # fmt: skip
    return page, (422 if faults else 200)
