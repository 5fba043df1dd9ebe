"""The staff sign people up for sessions and take them off: from a session's list and from a delegate's page."""

from __future__ import annotations

import io
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import conference_or_404, desk_conference
from app.conferences.models import Conference
from app.delegations.models import Delegate
from app.delegations.queries import matching, page_of_delegates
from app.delegations.queries.groups import name_of_delegation
from app.delegations.queries.own_page import OwnSection, desk_sections
from app.delegations.rules import HOLDS_A_PLACE
from app.delegations.views.papers import staff_delegate
from app.delegations.views.shared import full_name, list_name
from app.errors import Refusal
from app.permissions import Permission, allow, may
from app.programme.models import ProgrammeSession, SessionSignUp
from app.programme.operations import choose_sessions
from app.programme.queries.sign_up import (
    Count,
    counts_of,
    is_open,
    may_hold,
    offered_to,
    place_of,
    sign_ups_of,
    told_as,
)
from app.programme.rules import SignUpStanding
from app.programme.rules.sign_up import overlaps
from app.programme.sign_up_words import hours, places_words, standing_words
from app.programme.views.blueprint import programme
from app.programme.views.sessions import session_or_404
from app.programme.views.sign_up import lines, numbers
from app.tables import write_csv

FOUND_MOST = 20


def _section(delegate: Delegate) -> OwnSection | None:
    offered = offered_to(delegate, now())
    if not offered:
        return None
    chosen = [one for one in offered if one.standing is not None]
    changes = may(Permission.EDIT_DELEGATES)
    return OwnSection(
        title=str(_("Sessions and excursions")), lines=lines(chosen, delegate, of_another=True),
        link=(str(_("Sign up or take off")) if changes else ""),
        url=url_for("programme.delegate_sessions", slug=delegate.conference.slug, public_id=delegate.public_id),
    )  # fmt: skip


desk_sections["programme"] = _section


@programme.get("/desk/c/<slug>/delegates/<public_id>/sessions")
@allow(Permission.EDIT_DELEGATES)
def delegate_sessions(slug: str, public_id: str) -> Any:
    """What a delegate can be signed up for, and is."""
    return _page_of(staff_delegate(desk_conference(slug), public_id))


def _page_of(delegate: Delegate, *, refused: Refusal | None = None) -> str:
    conference = delegate.conference
    offered = offered_to(delegate, now())
    chosen = [one for one in offered if one.standing is not None]
    return render_template(
        "programme/delegate_sessions.html", delegate=delegate, conference=conference, offered=offered,
        name=full_name(delegate), closed=delegate.accreditation not in HOLDS_A_PLACE and not chosen, refused=refused,
        clashes=overlaps([one for one in chosen if not one.cancelled]), chosen=[one.id for one in chosen],
        hours=lambda one: hours(one, conference.timezone),
        standing_words=lambda one: standing_words(one, of_another=True),
        places_words=lambda one: places_words(one, of_another=True),
    )  # fmt: skip


@programme.post("/desk/c/<slug>/delegates/<public_id>/sessions")
@allow(Permission.EDIT_DELEGATES)
def choose_for_delegate(slug: str, public_id: str) -> Any:
    """Sign up for what is ticked, take off what no longer is; the person is told by mail."""
    conference = desk_conference(slug)
    delegate = staff_delegate(conference, public_id)
    chosen, before = numbers("session"), numbers("before")
    for asked in sorted(chosen | before):
        session_or_404(conference, asked)
    try:
        choose_sessions(
            delegate=delegate, before=before, chosen=chosen, by_staff=True, actor=current_actor(), at=now()
        )  # fmt: skip
    except Refusal as refusal:
        return _page_of(delegate, refused=refusal), 422
    flash(_("The choice is saved. The person is told by mail of what is new, if there is an address."), "done")
    return redirect(url_for("delegations.desk_delegate", slug=slug, public_id=public_id), code=303)


def _standing(row: SessionSignUp) -> str:
    return str(_("has a place") if row.standing is SignUpStanding.HAS_PLACE else _("waits in line"))


@programme.get("/desk/c/<slug>/programme/<int:number>/sign-ups")
@allow(Permission.READ_DELEGATES)
def sign_ups(slug: str, number: int) -> Any:
    """Who signed up for a session; who can be signed up is looked for by name or number."""
    conference = desk_conference(slug)
    return _list_of(conference, session_or_404(conference, number))


def _list_of(conference: Conference, session: ProgrammeSession, *, refused: Refusal | None = None) -> str:
    people = sign_ups_of(session)
    words = request.args.get("q", "").strip()[:200]
    found = _found(conference, session, words, {row.delegate_id for row in people}) if words else []
    return render_template(
        "programme/sign_ups.html", conference=conference, row=session, people=people, refused=refused, words=words,
        count=counts_of([session.id]).get(session.id, Count()), list_name=list_name, delegation_name=name_of_delegation,
        standing=_standing, open=is_open(session, now()), found=found, more=len(found) == FOUND_MOST,
    )  # fmt: skip


def _found(conference: Conference, session: ProgrammeSession, words: str, there: set[int]) -> list[Delegate]:
    asked = matching(conference, words=words).where(may_hold(session), Delegate.id.not_in(there))
    return page_of_delegates(asked, offset=0, limit=FOUND_MOST)


@programme.post("/desk/c/<slug>/programme/<int:number>/sign-ups")
@allow(Permission.EDIT_DELEGATES)
def change_sign_ups(slug: str, number: int) -> Any:
    """Sign one person up for a session, or take them off."""
    conference = desk_conference(slug)
    session = session_or_404(conference, number)
    delegate = staff_delegate(conference, request.form.get("person", ""))
    deed = request.form.get("deed", "")
    if deed not in {"sign-up", "take-off"}:
        abort(400)
    chosen, before = ([session.id], []) if deed == "sign-up" else ([], [session.id])
    try:
        choose_sessions(
            delegate=delegate, before=before, chosen=chosen, by_staff=True, actor=current_actor(), at=now()
        )  # fmt: skip
    except Refusal as refusal:
        return _list_of(conference, session, refused=refusal), 422
    standing, line = place_of(session, delegate)
    name = list_name(delegate)
    if standing is SignUpStanding.HAS_PLACE:
        said = _("%(name)s has a place.", name=name)
    elif standing is SignUpStanding.WAITING:
        said = _("No place is left: %(name)s is number %(number)s in line.", name=name, number=line)
    else:
        said = _("%(name)s is taken off the list.", name=name)
    told = _("The person is told by mail, if there is an address.")
    if told_as(session) is None:
        told = _("No mail is sent: the session does not stand in a release yet.")
    flash(f"{said} {told}", "done" if standing is not SignUpStanding.WAITING else "information")
    return redirect(url_for("programme.sign_ups", slug=slug, number=number), code=303)


@programme.get("/desk/c/<slug>/programme/<int:number>/sign-ups.csv")
@allow(Permission.READ_DELEGATES)
def sign_ups_file(slug: str, number: int) -> Response:
    """The same as a file, for those who stand at the door."""
    conference = conference_or_404(slug)
    session = session_or_404(conference, number)
    columns = ["number", "delegate_id", "name", "name_latin", "organisation", "standing", "signed_up_at"]
    rows = [
        {
            "number": place, "delegate_id": one.delegate.public_id, "name": list_name(one.delegate),
            "name_latin": " ".join(part for part in (one.delegate.last_latin, one.delegate.first_latin) if part),
            "organisation": one.delegate.organisation, "standing": one.standing.value,
            "signed_up_at": one.at.isoformat(timespec="seconds"),
        }
        for place, one in enumerate(sign_ups_of(session), 1)
    ]  # fmt: skip
    text = io.StringIO(newline="")
    write_csv(rows, columns, text)
    name = f"sign-ups-{conference.slug}-{session.id}.csv"
    return Response(
        text.getvalue().encode("utf-8-sig"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
