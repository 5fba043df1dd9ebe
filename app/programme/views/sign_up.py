"""A delegate chooses sessions and excursions on their own page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.clock import now
from app.conferences.queries import conference_title
from app.database import db
from app.delegations.models import Delegate
from app.delegations.queries.own_page import OwnLine, OwnSection, own_sections
from app.delegations.views.papers import as_themselves, of_token
from app.delegations.views.shared import full_name, private
from app.errors import Refusal
from app.i18n import localized
from app.permissions import by_token
from app.programme.models import ProgrammeSession
from app.programme.operations import choose_sessions
from app.programme.queries.sign_up import Offered, is_closed, offered_to
from app.programme.rules.sign_up import overlaps
from app.programme.sign_up_words import hours, places_words, standing_words
from app.programme.views.blueprint import programme
from app.security_headers import limiter

MOST = 500  # choices of one form


def lines(offered: Sequence[Offered], delegate: Delegate, *, of_another: bool = False) -> list[OwnLine]:
    """One line for each: its name, its hours, how the person stands or whether there are places."""
    zone = delegate.conference.timezone
    return [
        OwnLine(
            localized(one, "title") or one.item["id"], hours(one, zone),
            *(standing_words(one, of_another=of_another) if one.standing else (places_words(one), "quiet")),
        )
        for one in offered
    ]  # fmt: skip


def _section(delegate: Delegate) -> OwnSection | None:
    offered = offered_to(delegate, now())
    if not offered:
        return None
    return OwnSection(
        title=str(_("Sessions and excursions")),
        lines=lines(offered, delegate),
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


def numbers(name: str) -> set[int]:
    """The sessions a form sends under ``name``."""
    found = request.form.getlist(name)[:MOST]
    return {int(text) for text in found if text.isascii() and text.isdigit() and len(text) < 10}


@programme.post("/delegate/<token>/sessions")
@by_token
@limiter.limit("60 per minute")
@private
def choose_own_sessions(token: str) -> Any:
    """Take what is ticked, leave what no longer is."""
    delegate = of_token(token)
    chosen, before = numbers("session"), numbers("before")
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
