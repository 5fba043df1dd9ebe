"""The change log of the released programme: a page and a feed."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, make_response, render_template, request, url_for

from app.conferences.entrance import conference_or_404
from app.conferences.models import Conference
from app.conferences.queries import conference_title
from app.i18n import language
from app.mail_texts import absolute
from app.permissions import public as public_page
from app.programme.queries.change_feed import atom
from app.programme.queries.releases import change_log, change_log_tag
from app.programme.views.blueprint import programme


def _known(conference: Conference) -> Response | None:
    """304 when the reader has the newest already; found out without reading a programme."""
    if change_log_tag(conference, language()) not in request.if_none_match:
        return None
    response = current_app.response_class(status=304)
    response.set_etag(change_log_tag(conference, language()))
    return response


def _tagged(response: Response, conference: Conference) -> Response:
    response.set_etag(change_log_tag(conference, language()))
    response.headers["Cache-Control"] = "no-cache"  # ask whether there is a newer one
    return response


@programme.get("/c/<slug>/programme/changes")
@public_page
def changes(slug: str) -> Any:
    """What each release changed."""
    conference = conference_or_404(slug)
    return make_response(
        render_template(
            "programme/changes.html", conference=conference, slug=slug, title=conference_title(conference),
            log=change_log(conference, language=language()),
        )
    )  # fmt: skip


@programme.get("/c/<slug>/programme/changes.atom")
@public_page
def changes_feed(slug: str) -> Any:
    """The same for feed readers."""
    conference = conference_or_404(slug)
    known = _known(conference)
    if known is not None:
        return known
    text = atom(
        conference, change_log(conference, language=language()), language=language(), updated=conference.updated_at,
        page=absolute(url_for("programme.changes", slug=slug)),
        feed=absolute(url_for("programme.changes_feed", slug=slug)),
    )  # fmt: skip
    response = current_app.response_class(text, content_type="application/atom+xml; charset=utf-8")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return _tagged(response, conference)
