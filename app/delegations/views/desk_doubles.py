"""The desk: people who may stand on the list twice, side by side."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.database import db
from app.delegations.field_words import field_label, value_word
from app.delegations.models import Delegate
from app.delegations.operations.doubles import MERGED_FIELDS, different_fields, merge_doubles, say_two_people
from app.delegations.queries.doubles import find_doubles, people_of
from app.delegations.rules import HOLDS_A_PLACE
from app.delegations.rules.doubles import Likeness, Shared
from app.delegations.views.shared import blueprint
from app.errors import Refusal
from app.paging import Page, page_number
from app.permissions import Permission, allow

PER_PAGE = 20


def _words() -> tuple[dict[str, str], dict[str, str]]:
    likeness = {
        Likeness.SURE: _("almost certainly one person"), Likeness.LIKELY: _("probably one person"),
        Likeness.DOUBTFUL: _("one address, two names"),
    }  # fmt: skip
    shared = {
        Shared.NAME: _("the same name"), Shared.SWAPPED: _("the same name, family and given name swapped"),
        Shared.EMAIL: _("the same e-mail address"), Shared.PHONE: _("the same telephone number"),
        Shared.TOWN: _("the same city or municipality"),
    }  # fmt: skip
    return {key.value: word for key, word in likeness.items()}, {key.value: word for key, word in shared.items()}


@blueprint.get("/desk/c/<slug>/delegates/doubles")
@allow(Permission.READ_DELEGATES)
def doubles(slug: str) -> Any:
    """Pairs that may be one person, the surest first."""
    conference = desk_conference(slug)
    pairs = find_doubles(conference)
    page = Page(page_number(), len(pairs), per_page=PER_PAGE)
    here = pairs[page.offset : page.offset + PER_PAGE]
    likeness, shared = _words()
    return render_template(
        "delegations/doubles.html", conference=conference, page=page, pairs=here, people=people_of(here),
        likeness=likeness, shared=shared, order=list(Shared),
    )  # fmt: skip


def _two(conference: Conference, left: int, right: int) -> tuple[Delegate, Delegate]:
    rows = [db.session.get(Delegate, number) for number in (left, right)]
    one, other = rows
    if one is None or other is None or one is other or {row.conference_id for row in rows if row} != {conference.id}:
        abort(404)
    return one, other


def _usual(one: Delegate, other: Delegate, name: str) -> str:
    """Which side is proposed: what is filled in, else what was changed last."""
    filled = [side for side, row in (("left", one), ("right", other)) if getattr(row, name) not in ("", None)]
    if len(filled) == 1:
        return filled[0]
    return "left" if one.updated_at >= other.updated_at else "right"


@blueprint.get("/desk/c/<slug>/delegates/doubles/<int:left>/<int:right>")
@allow(Permission.READ_DELEGATES)
def compare(slug: str, left: int, right: int) -> Any:
    """Two rows side by side, with what differs."""
    conference = desk_conference(slug)
    one, other = _two(conference, left, right)
    return _comparison(conference, one, other)


def _comparison(conference: Conference, one: Delegate, other: Delegate, error: str = "") -> Any:
    different = different_fields(one, other)
    rows = [
        (name, field_label(name), value_word(one, name), value_word(other, name), name in different)
        for name in MERGED_FIELDS
        if getattr(one, name) or getattr(other, name)
    ]
    merged = one.merged_into_id is not None or other.merged_into_id is not None
    page = render_template(
        "delegations/compare.html", conference=conference, left=one, right=other, rows=rows, error=error, merged=merged,
        proposed={name: request.form.get(f"take-{name}") or _usual(one, other, name) for name in different},
        stays=request.form.get("stays") or ("right" if _better(other, one) else "left"),
    )  # fmt: skip
    return page, (422 if error else 200)


def _better(one: Delegate, other: Delegate) -> bool:
    """Whether ``one`` is rather the row to keep: it holds a place, or was there first."""
    holds = (one.accreditation in HOLDS_A_PLACE, other.accreditation in HOLDS_A_PLACE)
    return holds[0] > holds[1] or (holds[0] == holds[1] and one.id < other.id)


@blueprint.post("/desk/c/<slug>/delegates/doubles/<int:left>/<int:right>")
@allow(Permission.EDIT_DELEGATES)
def decide_doubles(slug: str, left: int, right: int) -> Any:
    """Make one of two, or say that they are two."""
    conference = desk_conference(slug)
    one, other = _two(conference, left, right)
    try:
        if request.form.get("deed") == "two":
            say_two_people(one=one, other=other, actor=current_actor(), at=now())
            flash(_("Kept: these are two people."), "done")
            return redirect(url_for("delegations.doubles", slug=slug), code=303)
        sides = {"left": one, "right": other}
        keep = request.form.get("stays", "left")
        if keep not in sides:
            abort(400)
        stays, goes = sides[keep], other if keep == "left" else one
        gone = "right" if keep == "left" else "left"
        versions = tuple(_number(request.form.get(f"version-{row.id}", "")) for row in (stays, goes))
        merge_doubles(
            stays=stays, goes=goes,
            taken={name for name in MERGED_FIELDS if request.form.get(f"take-{name}") == gone},
            versions=(versions[0], versions[1]), actor=current_actor(), at=now(),
        )  # fmt: skip
    except Refusal as refusal:
        db.session.rollback()
        return _comparison(conference, one, other, str(refusal.message))
    flash(_("The two are one person now. Both personal links lead there."), "done")
    return redirect(url_for("delegations.desk_delegate", slug=slug, public_id=stays.public_id), code=303)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else -1
