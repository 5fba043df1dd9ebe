"""What the pages of the programme share."""

from __future__ import annotations

from flask import Blueprint, abort

from app.conferences.models import Conference
from app.conferences.queries import conference_title, find
from app.navigation import enter_conference

programme = Blueprint("programme", __name__, url_prefix="/<language:language>")


def conference_or_404(slug: str) -> Conference:
    """The conference of an address."""
    return find(slug) or abort(404)


def at_the_desk(slug: str) -> Conference:
    """The conference of an address of the staff, whose navigation is shown."""
    conference = conference_or_404(slug)
    enter_conference(slug=slug, title=conference_title(conference))
    return conference
