"""The conference of an address, as every page below it begins."""

from __future__ import annotations

from flask import abort

from app.conferences.models import Conference
from app.conferences.queries import conference_title, find
from app.navigation import enter_conference


def conference_or_404(slug: str) -> Conference:
    """The conference of an address."""
    return find(slug) or abort(404)


def desk_conference(slug: str) -> Conference:
    """The conference of an address of the staff, whose entries then stand in the navigation."""
    conference = conference_or_404(slug)
    enter_conference(slug=slug, title=conference_title(conference))
    return conference
