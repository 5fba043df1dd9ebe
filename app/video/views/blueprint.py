"""Pages of staff about the video rooms of one conference, all under one address; and the doors of delegates."""

from __future__ import annotations

from flask import Blueprint, abort

from app.conferences.models import Conference
from app.conferences.queries import conference_title, find
from app.navigation import enter_conference

join_blueprint = Blueprint("video", __name__)
desk_blueprint = Blueprint("video_rooms", __name__, url_prefix="/<language:language>/desk/c/<slug>/video")


def entered(slug: str) -> Conference:
    """The conference of this address; the desk's navigation follows it."""
    conference = find(slug) or abort(404)
    enter_conference(slug=slug, title=conference_title(conference))
    return conference
