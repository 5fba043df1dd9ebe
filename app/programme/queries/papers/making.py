"""From what somebody chose to the paper: which programme is shown, in which languages, on which sheets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select

from app.conferences.models import Conference
from app.database import db
from app.errors import Refusal
from app.programme.models import ProgrammePaper, Release
from app.programme.queries import current_release, release_numbered, session_by_code
from app.programme.queries.content import freeze
from app.programme.queries.facts import paper_facts
from app.programme.queries.papers.booklet import Edition, Told, booklet_pdf, require_sessions
from app.programme.queries.papers.doors import doors_pdf
from app.programme.queries.papers.imposition import fold
from app.programme.queries.papers.overview import overview_pdf
from app.programme.queries.papers.run_of_show import run_pdf
from app.programme.queries.papers.wall import wall_pdf
from app.programme.queries.pdf import programme_pdf
from app.programme.queries.people_order import order_of_content
from app.programme.queries.run_of_show import run_of
from app.programme.rules.papers import Paper, Step

LAYOUT = 11  # raise it when a paper looks different


@dataclass(frozen=True)
class Order:
    """A paper that is wanted. ``release`` 0: of the draft; ``day`` of door signs, "" for all; ``session`` of a run."""

    paper: Paper
    languages: tuple[str, ...] = ("ru", "de")
    release: int = 0
    day: str = ""
    session: str = ""
    in_full: bool = False  # behind an overview, pages with what it shortens

    def as_json(self) -> dict[str, Any]:
        """As a job and a row keep it."""
        return {**asdict(self), "paper": self.paper.value, "languages": list(self.languages)}

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Order:
        """From what a job or a row kept."""
        return cls(Paper(values["paper"]), tuple(values["languages"]), values["release"], values["day"],
                   values["session"], values.get("in_full", False))  # fmt: skip


def with_facts(content: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """What was released, with the facts that were not frozen then as they are now; so, too, of each house."""
    today = {place["name"]: place for place in facts["places"]}
    places = [
        place if "plans" in place else {**_facts_of_today(today.get(place["name"]) or {}), **place}
        for place in content.get("places", facts["places"])
    ]
    return {**facts, **content, "places": places}


def _facts_of_today(place: Mapping[str, Any]) -> dict[str, Any]:
    return {name: place[name] for name in ("spot", "plans") if name in place}


def edition_of_release(release: Release) -> Edition:
    """A release as papers show it; what was not frozen with an old one is as it is now."""
    zone = ZoneInfo(release.content["timezone"])
    content = with_facts(release.content, paper_facts(release.conference))
    names = {code: name for code in ("ru", "de", "en") if (name := release.names.get(code))}
    on = release.released_at.astimezone(zone).date()
    return Edition(content, False, release.number, on, names, order_of_content(release.conference, content))


def edition_of_draft(conference: Conference, on: date) -> Edition:
    """The working draft as papers show it, as of a day."""
    before = current_release(conference)
    content = freeze(conference, before=before.content if before else None)
    return Edition(content, True, 0, on, order=order_of_content(conference, content))


def edition_for(conference: Conference, order: Order, at: datetime) -> Edition:
    """What the order shows.

    :raises Refusal: when there is no such release.
    """
    if not order.release:
        return edition_of_draft(conference, at.astimezone(ZoneInfo(conference.timezone)).date())
    release = release_numbered(conference, order.release)
    if release is None:
        raise Refusal(_("There is no release %(number)s.", number=order.release), field="edition")
    return edition_of_release(release)


def steps_for(conference: Conference, order: Order) -> list[Step]:
    """The steps a run of show tells."""
    session = session_by_code(conference, order.session) if order.paper is Paper.RUN else None
    return run_of(session) if session is not None else []


def sign_of(order: Order, edition: Edition, steps: list[Step]) -> str:
    """The same for papers that would be the same."""
    shown = asdict(edition) | {"on": str(edition.on)}
    told = [LAYOUT, order.as_json(), shown, [asdict(step) for step in steps]]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def make(order: Order, edition: Edition, steps: list[Step], tell: Told | None = None) -> bytes:
    """The PDF.

    :param tell: told how far it is; may raise to stop.
    :raises Refusal: when there is nothing to print.
    """
    require_sessions(edition.content)
    languages = order.languages
    match order.paper:
        case Paper.BOOKLET:
            return booklet_pdf(edition, languages, "a5", tell)
        case Paper.FOLDED:
            return fold(booklet_pdf(edition, languages, "a5", tell))
        case Paper.BOOKLET_A4:
            return booklet_pdf(edition, languages, "a4", tell)
        case Paper.LIST:
            return programme_pdf(
                edition.content, languages, edition.draft, number=edition.number,
                released=None if edition.draft else edition.on,
            )  # fmt: skip
        case Paper.OVERVIEW | Paper.OVERVIEW_A3:
            paper = "a4" if order.paper is Paper.OVERVIEW else "a3"
            return overview_pdf(edition, languages, paper, tell, in_full=order.in_full)
        case Paper.WALL:
            return wall_pdf(edition, languages, "a3", tell)
        case Paper.DOORS:
            return doors_pdf(edition, languages, day=order.day, tell=tell)
        case Paper.RUN:
            return run_pdf(edition, steps, order.session, languages)


def newest_releases() -> list[Release]:
    """The newest release of each conference."""
    newest = select(func.max(Release.id)).group_by(Release.conference_id)
    return list(db.session.scalars(select(Release).where(Release.id.in_(newest)).order_by(Release.id)))


def folder() -> Path:
    """Where papers lie."""
    found: Path = current_app.config["SETTINGS"].data / "programme" / "papers"
    return found


def path_of(sha256: str) -> Path:
    """Where the paper of that SHA-256 lies."""
    return folder() / f"{sha256}.pdf"


def papers_of(conference: Conference, limit: int = 50) -> list[ProgrammePaper]:
    """The papers made last."""
    return list(
        db.session.scalars(
            select(ProgrammePaper)
            .where(ProgrammePaper.conference_id == conference.id)
            .order_by(ProgrammePaper.id.desc())
            .limit(limit)
        )
    )


def paper_of(conference: Conference, number: int) -> ProgrammePaper | None:
    """One paper."""
    found = db.session.get(ProgrammePaper, number)
    return found if found is not None and found.conference_id == conference.id else None


def paper_signed(conference: Conference, sign: str) -> ProgrammePaper | None:
    """The paper that shows just that, if it was made and still lies there."""
    found = db.session.scalar(
        select(ProgrammePaper)
        .where(ProgrammePaper.conference_id == conference.id, ProgrammePaper.sign == sign)
        .order_by(ProgrammePaper.id.desc())
        .limit(1)
    )
    return found if found is not None and path_of(found.sha256).is_file() else None
