"""The paper of a plan, for the meeting that decides."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app

from app.clock import now
from app.conferences.entrance import desk_conference
from app.errors import Refusal
from app.format_switch.queries.paper import paper_name, plan_pdf
from app.format_switch.queries.plans import plan_of
from app.format_switch.views.blueprint import blueprint
from app.i18n import language
from app.permissions import Permission, allow


@blueprint.get("/plans/<int:plan_id>/paper.pdf")
@allow(Permission.SWITCH_FORMAT)
def plan_paper(slug: str, plan_id: int) -> Any:
    """The plan as it would be applied now, in the language of the page; of one that was, as it was
    decided; 404 when it was withdrawn."""
    plan = plan_of(desk_conference(slug), plan_id) or abort(404)
    try:
        pdf = plan_pdf(plan, spoken=language(), at=now())
    except Refusal:
        abort(404)
    response = current_app.response_class(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{paper_name(plan)}"'
    response.headers["Cache-Control"] = "no-store"
    return response
