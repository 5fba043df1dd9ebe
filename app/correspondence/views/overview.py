"""Who is invited, has opened the page, has answered: by country and region, a list behind every number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _

from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.correspondence.queries import Place, invitations_by_place, letters_gone, people_announced
from app.correspondence.rules import NO_REGION, LetterKind, Stage
from app.correspondence.views.entrance import blueprint, tabs
from app.correspondence.views.standing import stage_words
from app.directory.regions import region_called
from app.i18n import region_name
from app.permissions import Permission, allow

ANSWERS = (Stage.COMES, Stage.SENDS_DEPUTY, Stage.BY_VIDEO, Stage.CANNOT)


@dataclass(frozen=True)
class Line:
    """A row of the overview: a country or one of its regions; ``asked`` narrows the list of letters to it."""

    name: str
    counts: dict[Stage, int]
    asked: dict[str, str]
    regions: tuple[Line, ...] = ()


def _total(places: Sequence[Place]) -> dict[Stage, int]:
    return {stage: sum(place.counts[stage] for place in places) for stage in Stage}


def _region(place: Place) -> str:
    called = region_called(code=place.region or "", name_ru=place.name_ru, name_de=place.name_de)
    return called or str(_("no region given"))


def _lines(places: Sequence[Place]) -> list[Line]:
    countries: dict[str, list[Place]] = {}
    for place in places:
        countries.setdefault(place.country, []).append(place)
    lines = []
    for code, parts in countries.items():
        regions = [
            Line(_region(part), part.counts, {"country": code, "region": part.region or NO_REGION}) for part in parts
        ]
        regions.sort(key=lambda line: line.name)
        lines.append(Line(region_name(code), _total(parts), {"country": code}, tuple(regions)))
    return sorted(lines, key=lambda line: line.name)


def _list_of(conference: Conference, asked: dict[str, str], stage: Stage) -> str:
    values: dict[str, Any] = {"kind": LetterKind.INVITATION.value, "stage": stage.value, **asked}
    return url_for("correspondence.letters", slug=conference.slug, **values)


@blueprint.get("/c/<slug>/letters/overview")
@allow(Permission.WRITE_LETTERS)
def invitations(slug: str) -> Any:
    """How far the invitations have come."""
    conference = desk_conference(slug)
    places = invitations_by_place(conference)
    return render_template(
        "correspondence/overview.html",
        conference=conference,
        total=_total(places),
        lines=_lines(places),
        stages=list(Stage),
        answers=(*ANSWERS, Stage.SILENT),
        people=people_announced(conference),
        gone=letters_gone(conference),
        words=stage_words(),
        list_of=lambda asked, stage: _list_of(conference, asked, stage),
        tabs=tabs(conference, "correspondence.invitations"),
    )
