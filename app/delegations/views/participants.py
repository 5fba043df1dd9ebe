"""The public list of participants, where the organisers switched it on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from flask import Response, abort, make_response, render_template, url_for

from app.conferences.entrance import conference_or_404
from app.conferences.models import Conference
from app.conferences.queries import conference_title, public_links
from app.delegations.queries.participants import (
    PICTURE,
    Participant,
    how_many_participants,
    page_of_participants,
    published_picture,
)
from app.delegations.views.shared import blueprint
from app.i18n import language, region_name
from app.paging import Page, page_number
from app.permissions import public

PER_PAGE = 120


def _links(conferences: Sequence[Conference]) -> Mapping[int, str]:
    return {row.id: url_for("delegations.participants", slug=row.slug) for row in conferences
            if row.participants_public}  # fmt: skip


public_links["participants"] = _links


def _published(slug: str) -> Conference:
    conference = conference_or_404(slug)
    return conference if conference.participants_public else abort(404)


@blueprint.get("/c/<slug>/participants")
@public
def participants(slug: str) -> Any:
    """Who comes, of those who agreed that everybody may read it; kept nowhere, so that withdrawing holds at once."""
    conference = _published(slug)
    page = Page(page_number(), how_many_participants(conference), PER_PAGE)
    rows = page_of_participants(conference, language=language(), offset=page.offset, limit=PER_PAGE)
    response = make_response(
        render_template(
            "delegations/participants.html",
            conference=conference,
            title=conference_title(conference),
            page=page,
            countries=_by_place(rows),
            size=tuple(side // 2 for side in PICTURE),
        )
    )
    return _not_kept(response)


def _by_place(rows: Sequence[Participant]) -> list[tuple[str, list[tuple[str, list[Participant]]]]]:
    return [
        (region_name(country) if country else "", [
            (city, list(people)) for city, people in groupby(there, key=lambda row: row.city)
        ])
        for country, there in groupby(rows, key=lambda row: row.country)
    ]  # fmt: skip


@blueprint.get("/c/<slug>/participants/<sha256>.jpg")
@public
def participant_photo(slug: str, sha256: str) -> Any:
    """The portrait of somebody who agreed to that too."""
    picture = published_picture(_published(slug), sha256) or abort(404)
    response = Response(picture, content_type="image/jpeg")
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return _not_kept(response)


def _not_kept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, noarchive, noimageindex"
    return response
