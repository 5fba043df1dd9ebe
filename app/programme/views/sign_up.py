"""A delegate chooses sessions and excursions; the staff see who comes."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.clock import now
from app.conferences.queries import conference_title
from app.database import db
from app.delegations.models import Delegate
from app.delegations.queries.groups import name_of_delegation
from app.delegations.queries.own_page import OwnLine, OwnSection, own_sections
from app.delegations.views.papers import as_themselves, of_token
from app.delegations.views.shared import full_name, list_name, private
from app.errors import Refusal
from app.i18n import date_time, localized, number, time_range, weekday_date
from app.permissions import Permission, allow, by_token
from app.programme.models import ProgrammeSession, SessionSignUp
from app.programme.operations import choose_sessions
from app.programme.queries.sign_up import Count, Offered, counts_of, is_closed, offered_to, sign_ups_of
from app.programme.rules import SignUpStanding
from app.programme.rules.sign_up import overlaps
from app.programme.views.blueprint import at_the_desk, conference_or_404, programme
from app.programme.views.sessions import session_or_404
from app.security_headers import limiter
from app.tables import write_csv

MOST = 500  # choices of one form


def hours(offered: Offered, zone: str) -> str:
    """Day and hours in the host's zone."""
    if offered.starts_at is None:
        day = date.fromisoformat(offered.item["date"]) if offered.item["date"] else None
        return f"{weekday_date(day)}, {_('hour open')}" if day else str(_("hour open"))
    if offered.ends_at is None:
        return date_time(offered.starts_at, zone)
    day = offered.starts_at.astimezone(ZoneInfo(zone)).date()
    return f"{weekday_date(day)}, {time_range(offered.starts_at, offered.ends_at, zone)}"


def standing_words(offered: Offered) -> tuple[str, str]:
    """How the person stands, in words and as a tone; empty for what they did not choose."""
    if offered.standing is None:
        return "", "quiet"
    if offered.cancelled:
        return str(_("is cancelled")), "stop"
    if offered.standing is SignUpStanding.HAS_PLACE:
        return str(_("You have a place")), "done"
    return str(_("You are number %(number)s in line", number=number(offered.place_in_line or 1))), "waiting"


def places_words(offered: Offered) -> str:
    """How many places are left, or how long the line is."""
    if not offered.open or offered.cancelled:
        return str(_("closed for sign-up"))
    if offered.waiting:
        return str(_("no place is left, waiting: %(number)s", number=number(offered.waiting)))
    if offered.left is None:
        return str(_("there is room for everybody"))
    if not offered.left:
        return str(_("no place is left; you would be the first in line"))
    return str(_("places left: %(number)s", number=number(offered.left)))


def _section(delegate: Delegate) -> OwnSection | None:
    offered = offered_to(delegate, now())
    if not offered:
        return None
    zone = delegate.conference.timezone
    return OwnSection(
        title=str(_("Sessions and excursions")),
        lines=[
            OwnLine(localized(one, "title") or one.item["id"], hours(one, zone),
                    *(standing_words(one) if one.standing else (places_words(one), "quiet")))
            for one in offered
        ],
        link=str(_("See what I have chosen") if is_closed(delegate, now()) else _("Choose or change")),
        url=url_for("programme.own_sessions", token=delegate.token),
    )  # fmt: skip


own_sections["programme"] = _section


@programme.get("/delegate/<token>/sessions")
@by_token
@private
def own_sessions(token: str) -> Any:
    """What can be chosen, and what the person has chosen."""
    return _own_page(of_token(token))


def _own_page(delegate: Delegate, *, refused: Refusal | None = None) -> str:
    offered = offered_to(delegate, now())
    chosen = [one for one in offered if one.standing is not None]
    zone = delegate.conference.timezone
    return render_template(
        "programme/own_sessions.html", delegate=delegate, conference=delegate.conference, offered=offered,
        title=conference_title(delegate.conference), name=full_name(delegate), closed=is_closed(delegate, now()),
        clashes=overlaps([one for one in chosen if not one.cancelled]), refused=refused,
        chosen=[one.id for one in chosen], hours=lambda one: hours(one, zone), standing_words=standing_words,
        places_words=places_words,
    )  # fmt: skip


def _numbers(name: str) -> set[int]:
    found = request.form.getlist(name)[:MOST]
    return {int(text) for text in found if text.isascii() and text.isdigit() and len(text) < 10}


@programme.post("/delegate/<token>/sessions")
@by_token
@limiter.limit("60 per minute")
@private
def choose_own_sessions(token: str) -> Any:
    """Take what is ticked, leave what no longer is."""
    delegate = of_token(token)
    chosen, before = _numbers("session"), _numbers("before")
    for asked in sorted(chosen | before):
        session = db.session.get(ProgrammeSession, asked)
        if session is None or session.conference_id != delegate.conference_id:
            abort(404)
    try:
        choose_sessions(delegate=delegate, before=before, chosen=chosen, actor=as_themselves(delegate), at=now())
    except Refusal as refusal:
        return _own_page(delegate, refused=refusal), 422
    flash(_("Your choice is saved."), "done")
    return redirect(url_for("programme.own_sessions", token=token), code=303)


def _standing(row: SessionSignUp) -> str:
    return str(_("has a place") if row.standing is SignUpStanding.HAS_PLACE else _("waits in line"))


@programme.get("/desk/c/<slug>/programme/<int:number>/sign-ups")
@allow(Permission.READ_DELEGATES)
def sign_ups(slug: str, number: int) -> Any:
    """Who signed up for a session."""
    conference = at_the_desk(slug)
    session = session_or_404(conference, number)
    return render_template(
        "programme/sign_ups.html", conference=conference, row=session, people=sign_ups_of(session),
        count=counts_of([session.id]).get(session.id, Count()), list_name=list_name, delegation_name=name_of_delegation,
        standing=_standing,
    )  # fmt: skip


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
