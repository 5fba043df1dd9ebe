"""The chain of invitations as a tree, and the letters that Russian heads forward to their partners."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.correspondence.operations import plan_partner_letters, prepare_partner_letters
from app.correspondence.queries import answers_by_municipality, chain_of
from app.correspondence.views.entrance import blueprint, tabs
from app.correspondence.views.standing import standing
from app.permissions import Permission, allow


@blueprint.get("/c/<slug>/letters/chain")
@allow(Permission.WRITE_LETTERS)
def chain(slug: str) -> Any:
    """From the association to the Russian cities, their German partners and the answers."""
    conference = desk_conference(slug)
    return render_template(
        "correspondence/chain.html",
        conference=conference,
        branches=chain_of(conference),
        plan=plan_partner_letters(conference=conference),
        standing=partial(standing, answers=answers_by_municipality(conference)),
        tabs=tabs(conference, "correspondence.chain"),
    )


@blueprint.post("/c/<slug>/letters/chain")
@allow(Permission.WRITE_LETTERS)
def prepare_for_partners(slug: str) -> Any:
    """Draft the letters for the partner cities that were shown."""
    conference = desk_conference(slug)
    outcome = prepare_partner_letters(conference=conference, actor=current_actor(), at=now())
    if outcome.count:
        flash(ngettext("%(num)s letter is prepared.", "%(num)s letters are prepared.", outcome.count), "done")
    else:
        flash(_("Every partner city has its letter already."), "information")
    return redirect(url_for("correspondence.chain", slug=conference.slug), code=303)
