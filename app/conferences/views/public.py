"""What everyone may see: all conferences, and one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import abort, render_template, url_for

from app.clock import now
from app.conferences import queries
from app.conferences.forms import format_words, place_title
from app.conferences.models import Conference
from app.conferences.rules import is_past
from app.conferences.taking_part import has_hall
from app.conferences.views.blueprint import conferences as blueprint
from app.directory.models import Municipality
from app.directory.queries import Related, related_to
from app.i18n import date_range, localized
from app.permissions import public
from invitations.dates import roman


@dataclass(frozen=True)
class Announced:
    """A conference as the public pages show it."""

    edition_roman: str
    title: str
    host_name: str
    start: date
    end: date
    theme: str
    format_label: str
    url: str
    is_past: bool
    register_url: str | None = None
    programme_url: str | None = None
    participants_url: str | None = None
    venues: Sequence[str] = ()
    organisers: Sequence[str] = ()
    description: str = ""


def _announced(row: Conference, at: datetime, links: Mapping[str, Mapping[int, str]], **more: Any) -> Announced:
    past = is_past(ends_on=row.ends_on, timezone=row.timezone, at=at, registration_open=row.registration_open)
    return Announced(
        edition_roman=roman(row.edition),
        title=queries.conference_title(row),
        host_name=localized(row.host, "name"),
        start=row.starts_on,
        end=row.ends_on,
        theme=localized(row, "theme"),
        format_label=format_words()[row.format],
        url=url_for("conferences.show", slug=row.slug),
        is_past=past,
        register_url=None if past else links.get("register", {}).get(row.id),
        programme_url=links.get("programme", {}).get(row.id),
        participants_url=links.get("participants", {}).get(row.id),
        **more,
    )


@blueprint.get("/")
@public
def start() -> Any:
    """All conferences: those to come, the next one first; then the past ones, the latest first."""
    at = now()
    found = [_announced(row, at, {}) for row in queries.all_conferences()]
    ahead = sorted((row for row in found if not row.is_past), key=lambda row: row.start)
    return render_template("home/conferences.html", conferences=[*ahead, *(row for row in found if row.is_past)])


@blueprint.get("/c/<slug>/")
@public
def show(slug: str) -> Any:
    """One conference."""
    row = queries.find(slug) or abort(404)
    links = {kind: tell([row]) for kind, tell in queries.public_links.items()}
    announced = _announced(
        row, now(), links,
        venues=[place_title(venue) for venue in queries.venues_of(row)] if has_hall(row.format) else [],
        organisers=[localized(organiser, "name") for organiser in row.organisers],
    )  # fmt: skip
    return render_template("home/conference.html", conference=announced)


def _hosted(municipality: Municipality) -> list[Related]:
    return [
        Related(queries.conference_title(row), date_range(row.starts_on, row.ends_on),
                url_for("conferences.overview", slug=row.slug))
        for row in queries.hosted_by(municipality)
    ]  # fmt: skip


related_to["conferences"] = _hosted
