"""Plans of houses and of the town: uploaded, changed, put in order, removed; and the plan drawn from coordinates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences import operations, queries
from app.conferences.entrance import desk_conference
from app.conferences.forms import PlanForm, place_title
from app.conferences.models import Conference, PlanSheet, SitePlan, Venue
from app.conferences.plan_drawing import distance, draw_plan
from app.conferences.town_plan import town_plan
from app.conferences.views.blueprint import conferences as blueprint
from app.database import db
from app.directory.forms import blame
from app.errors import Refusal
from app.i18n import language
from app.permissions import Permission, allow
from app.plan_pictures import GOOD_DPI, PAPERS, dpi

_TOO_FAR = 100_000.0  # metres between houses of one conference: rather a mistake


@dataclass(frozen=True)
class Drawn:
    """The plan of the town as staff see it, the houses that are not on it, and those that lie far from all others."""

    svg: Markup
    missing: list[str]
    strange: list[tuple[str, str]]


def drawn_town(conference: Conference, venues: Sequence[Venue]) -> Drawn:
    """The plan made of the coordinates that are known; ``svg`` is empty while fewer than two houses have some."""
    places = {venue.id: number for number, venue in enumerate(venues)}
    minutes = {
        (min(places[one], places[other]), max(places[one], places[other])): count
        for tell in queries.minutes_between.values()
        for (one, other), count in tell(conference).items()
        if one in places and other in places
    }
    plan = town_plan([venue.spot for venue in venues], minutes, width=100, radius=4, highest=0.85)
    title = _("Plan of the town: where the houses stand")
    return Drawn(
        Markup(draw_plan(plan, [language()], title=title)) if plan else Markup(),  # noqa: S704  # drawn by us
        [place_title(venue) for venue in venues if venue.spot is None],
        _strange(venues),
    )


def _strange(venues: Sequence[Venue]) -> list[tuple[str, str]]:
    """Houses with the way to the nearest other one, where that is beyond what people go in a day."""
    nearest: dict[int, float] = {}
    for one, other in combinations([venue for venue in venues if venue.spot], 2):
        if one.spot and other.spot:
            metres = one.spot.metres_to(other.spot)
            for venue in (one, other):
                nearest[venue.id] = min(metres, nearest.get(venue.id, metres))
    return [(place_title(venue), distance(nearest[venue.id])) for venue in venues
            if nearest.get(venue.id, 0.0) > _TOO_FAR]  # fmt: skip


def on_paper(plan: SitePlan) -> str:
    """How sharp a plan is when it is printed."""
    found = {paper: dpi(plan.sheet.width, plan.sheet.height, paper) for paper in PAPERS}
    words = str(_("On paper: %(a5)s dpi on A5, %(a4)s dpi on A4.", a5=found["A5"], a4=found["A4"]))
    rough = str(_("On A4 small letters may look rough."))
    return f"{words} {rough}" if found["A4"] < GOOD_DPI else words


def plan_answer(sheet: PlanSheet, *, public: bool) -> Response:
    """The picture; its address changes with it, so it may be kept."""
    response = Response(sheet.screen, content_type=sheet.media_type)
    whose = "public" if public else "private"
    response.headers["Cache-Control"] = f"{whose}, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


def _plan(conference: Conference, plan_id: int) -> SitePlan:
    plan = db.session.get(SitePlan, plan_id)
    if plan is None or plan.conference_id != conference.id:
        abort(404)
    return plan


def _whose(venue: Venue | None) -> str:
    return place_title(venue) if venue is not None else _("Plan of the town")


def _answer(conference: Conference, form: PlanForm, venue: Venue | None, plan: SitePlan | None, done: str,
            deed: Callable[[], object]) -> Any:  # fmt: skip
    """Show the form, or do the deed and go back to the houses."""
    if form.is_submitted():
        try:
            if form.validate():
                deed()
                flash(done, "done")
                anchor = f"venue-{venue.id}" if venue is not None else "town"
                return redirect(url_for("conferences.venues", slug=conference.slug, _anchor=anchor), code=303)
        except Refusal as refusal:
            blame(form, refusal)
    page = render_template(
        "conferences/edit_plan.html", form=form, conference=conference, plan=plan, whose=_whose(venue),
        on_paper=on_paper,
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/desk/c/<slug>/venues/plans/new", methods=["GET", "POST"])
@blueprint.route("/desk/c/<slug>/venues/<int:venue_id>/plans/new", methods=["GET", "POST"])
@allow(Permission.EDIT_CONFERENCE)
def new_plan(slug: str, venue_id: int | None = None) -> Any:
    """Upload a plan of a house, or of the town."""
    row = desk_conference(slug)
    venue = db.session.get(Venue, venue_id) if venue_id is not None else None
    if venue_id is not None and (venue is None or venue.conference_id != row.id):
        abort(404)
    form = PlanForm.of(None)
    return _answer(row, form, venue, None, _("The plan is kept."), lambda: operations.add_plan(
        conference=row, venue=venue, content=form.content, texts=form.details, actor=current_actor(), at=now()
    ))  # fmt: skip


@blueprint.route("/desk/c/<slug>/venues/plans/<int:plan_id>", methods=["GET", "POST"])
@allow(Permission.EDIT_CONFERENCE)
def edit_plan(slug: str, plan_id: int) -> Any:
    """Change the texts of a plan, or its picture."""
    row = desk_conference(slug)
    plan = _plan(row, plan_id)
    venue = db.session.get(Venue, plan.venue_id) if plan.venue_id is not None else None
    form = PlanForm.of(plan)
    return _answer(row, form, venue, plan, _("The plan is kept."), lambda: operations.change_plan(
        plan=plan, texts=form.details, content=form.content, actor=current_actor(), at=now()
    ))  # fmt: skip


@blueprint.get("/desk/c/<slug>/venues/plans/<int:plan_id>/picture")
@allow(Permission.EDIT_CONFERENCE)
def plan_picture(slug: str, plan_id: int) -> Any:
    """The picture of a plan."""
    sheet = queries.plan_sheet(_plan(desk_conference(slug), plan_id).sha256) or abort(404)
    response = plan_answer(sheet, public=False)
    if "v" not in request.args:
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def _do(slug: str, plan: SitePlan, deed: Callable[[], object], done: str) -> Any:
    anchor = f"venue-{plan.venue_id}" if plan.venue_id is not None else "town"
    deed()
    flash(done, "done")
    return redirect(url_for("conferences.venues", slug=slug, _anchor=anchor), code=303)


@blueprint.post("/desk/c/<slug>/venues/plans/<int:plan_id>/remove")
@allow(Permission.EDIT_CONFERENCE)
def remove_plan(slug: str, plan_id: int) -> Any:
    """Take a plan out."""
    plan = _plan(desk_conference(slug), plan_id)
    done = _("The plan is removed. Releases that show it keep it.")
    return _do(slug, plan, lambda: operations.remove_plan(plan=plan, actor=current_actor(), at=now()), done)


@blueprint.post("/desk/c/<slug>/venues/plans/<int:plan_id>/earlier")
@allow(Permission.EDIT_CONFERENCE)
def move_plan(slug: str, plan_id: int) -> Any:
    """Put a plan one place earlier."""
    plan = _plan(desk_conference(slug), plan_id)
    done = _("The plan now stands earlier.")
    return _do(slug, plan, lambda: operations.move_plan(plan=plan, actor=current_actor(), at=now()), done)
