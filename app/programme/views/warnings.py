"""What the draft should be warned about: all of it, by kind, and what was accepted."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import conference_or_404, desk_conference
from app.conferences.models import Conference
from app.errors import Refusal
from app.paging import Page, page_number
from app.permissions import Permission, allow
from app.programme.operations.accepting import accept_warning, take_back_acceptance
from app.programme.queries.warnings import session_numbers, told_warnings
from app.programme.rules.clashes import WARNING_KINDS
from app.programme.views.blueprint import programme

_FIRST = 5  # of each kind, where all kinds are shown


def _chosen() -> tuple[str, bool]:
    kind = request.values.get("kind", "")
    return kind if kind in WARNING_KINDS else "", request.values.get("accepted") == "1"


def _page(conference: Conference, refused: Refusal | None = None) -> str:
    kind, accepted = _chosen()
    told = told_warnings(conference)
    of_state = [one for one in told if (one.accepted is not None) == accepted]
    counts = Counter(one.warning.kind for one in of_state)
    if kind:
        page = Page(page_number(), counts[kind])
        shown = [one for one in of_state if one.warning.kind == kind][page.offset : page.offset + page.per_page]
        groups = [(kind, shown)] if shown else []
    else:
        page = None
        groups = [
            (name, [one for one in of_state if one.warning.kind == name][:_FIRST])
            for name in WARNING_KINDS
            if counts[name]
        ]
    return render_template(
        "programme/warnings.html", conference=conference, groups=groups, counts=counts, kinds=WARNING_KINDS, kind=kind,
        accepted=accepted, page=page, refused=refused, numbers=session_numbers(conference),
        open_count=sum(one.accepted is None for one in told),
        accepted_count=sum(one.accepted is not None for one in told),
    )  # fmt: skip


@programme.get("/desk/c/<slug>/programme/warnings")
@allow(Permission.READ_PROGRAMME)
def warnings(slug: str) -> Any:
    """Every warning, counted by kind; with ``kind`` all of one, with ``accepted`` those left as they are."""
    return _page(desk_conference(slug))


@programme.post("/desk/c/<slug>/programme/warnings")
@allow(Permission.EDIT_PROGRAMME)
def accept(slug: str) -> Any:
    """Accept one for good, or take that back."""
    conference = conference_or_404(slug)
    kind, accepted = _chosen()
    key = request.form.get("key", "")[:64]
    try:
        if request.form.get("deed") == "take-back":
            take_back_acceptance(conference=conference, key=key, actor=current_actor(), at=now())
            flash(_("The warning is told again."), "done")
        else:
            accept_warning(conference=conference, key=key, note=request.form.get("note", ""), actor=current_actor(),
                           at=now())  # fmt: skip
            flash(_("Accepted. It is told again when what it is about changes."), "done")
    except Refusal as refusal:
        return _page(desk_conference(slug), refused=refusal), 422
    where = url_for("programme.warnings", slug=slug, kind=kind or None, accepted=1 if accepted else None)
    return redirect(where, code=303)
