"""Where the pages of the switch hang."""

from __future__ import annotations

from flask import Blueprint, abort
from flask_babel import lazy_gettext as _l

from app.conferences.models import Conference
from app.conferences.queries import conference_title, find
from app.navigation import Door, enter_conference
from app.permissions import Permission

blueprint = Blueprint("format_switch", __name__, url_prefix="/<language:language>/desk/c/<slug>/switch")
doors = (Door(_l("Switch of format"), "format_switch.plan", Permission.SWITCH_FORMAT, 60, of_conference=True),)


def entered(slug: str) -> Conference:
    """The conference of this address, its entries shown; 404 when there is none."""
    conference = find(slug) or abort(404)
    enter_conference(slug=slug, title=conference_title(conference))
    return conference
