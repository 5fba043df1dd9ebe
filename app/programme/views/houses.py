"""Where the programme takes place, for everyone: the plan of the town, the houses, their rooms and plans."""

from __future__ import annotations

import re
from typing import Any

from flask import abort
from markupsafe import Markup

from app.conferences.entrance import conference_or_404
from app.conferences.models import Conference
from app.conferences.plan_drawing import draw_plan
from app.conferences.queries import plan_sheet, shows_plan
from app.conferences.views.plans import plan_answer
from app.i18n import language
from app.mail_texts import absolute
from app.permissions import public as public_page
from app.programme.queries.facts import paper_facts
from app.programme.queries.linked_data import places
from app.programme.queries.papers.places import Houses, houses_of
from app.programme.queries.published import Published, published
from app.programme.views.blueprint import programme
from app.programme.views.public import around
from app.programme.views.reading import answer

_SIGN = re.compile(r"[0-9a-f]{64}")


def _houses(conference: Conference, found: Published) -> Houses:
    """The houses of the newest release as they are now: a wrong address or plan is put right at once."""
    facts = paper_facts(conference)
    now = {place["name"] for place in facts["places"]}
    gone = [place for place in found.content.get("places") or () if place["name"] not in now]
    return houses_of({**found.content, **facts, "places": [*facts["places"], *gone]}, language())


@programme.get("/c/<slug>/programme/venues")
@public_page
def venues(slug: str) -> Any:
    """The plan of the town, the houses and their rooms."""
    conference = conference_or_404(slug)
    found = published(conference)
    if found is None:
        return answer("programme/venues.html", **around(conference, None))
    houses = _houses(conference, found)
    plan = houses.plan(width=100, radius=4, highest=0.85)
    return answer(
        "programme/venues.html", **around(conference, found), houses=houses, plan=plan,
        drawing=Markup(draw_plan(plan, [language()])) if plan else "",  # noqa: S704  # drawn by us
        linked=places(conference, [row[0] for row in houses.rows], absolute("")), used=found.places,
    )  # fmt: skip


@programme.get("/c/<slug>/programme/venues/plans/<sha256>")
@public_page
def venue_plan(slug: str, sha256: str) -> Any:
    """A plan as large as it is."""
    conference = conference_or_404(slug)
    if not _SIGN.fullmatch(sha256) or not shows_plan(conference, sha256) or published(conference) is None:
        abort(404)
    return plan_answer(plan_sheet(sha256) or abort(404), public=True)
