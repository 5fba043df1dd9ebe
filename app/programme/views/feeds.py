"""Feeds of the newest release, without language."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, request

from app.mail_texts import absolute
from app.permissions import public as public_page
from app.programme.models import Release
from app.programme.queries import current_release
from app.programme.queries.feeds import as_json, frab, ics
from app.programme.views.blueprint import conference_or_404

blueprint = Blueprint("programme_feeds", __name__)


def _release(slug: str) -> Release:
    return current_release(conference_or_404(slug)) or abort(404)


def _answer(text: str, media_type: str) -> Any:
    response = current_app.response_class(text, content_type=f"{media_type}; charset=utf-8")
    response.add_etag()
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response.make_conditional(request)


@blueprint.get("/c/<slug>/programme.ics")
@public_page
def calendar(slug: str) -> Any:
    """iCalendar (RFC 5545)."""
    return _answer(ics(_release(slug), base_url=absolute("")), "text/calendar")


@blueprint.get("/c/<slug>/programme.xml")
@public_page
def schedule(slug: str) -> Any:
    """frab ``schedule.xml``."""
    return _answer(frab(_release(slug), base_url=absolute("")), "application/xml")


@blueprint.get("/c/<slug>/programme.json")
@public_page
def data(slug: str) -> Any:
    """The shape of a programme file."""
    return _answer(as_json(_release(slug), public=True), "application/json")
