"""What the pages of conferences learn about their programmes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from app.conferences.models import Conference
from app.conferences.queries import Step, next_steps, overview_figures, public_links
from app.database import db
from app.i18n import number
from app.programme.models import ProgrammeSession, Release


def _released(conferences: Sequence[Conference]) -> set[int]:
    ids = [conference.id for conference in conferences]
    return set(db.session.scalars(select(Release.conference_id).where(Release.conference_id.in_(ids)).distinct()))


def _links(conferences: Sequence[Conference]) -> Mapping[int, str]:
    found = _released(conferences)
    return {one.id: url_for("programme.public", slug=one.slug) for one in conferences if one.id in found}


def _steps(conferences: Sequence[Conference]) -> Mapping[int, Step]:
    ids = [conference.id for conference in conferences]
    drafted = set(
        db.session.scalars(
            select(ProgrammeSession.conference_id).where(ProgrammeSession.conference_id.in_(ids)).distinct()
        )
    )
    found = _released(conferences)
    steps = {}
    for one in conferences:
        if one.id not in drafted:
            steps[one.id] = Step(_("Enter the programme"), url_for("programme.editor", slug=one.slug), 30)
        elif one.id not in found:
            steps[one.id] = Step(_("Release the programme"), url_for("programme.release", slug=one.slug), 60)
    return steps


def _figures(conference: Conference) -> Sequence[tuple[str, str, str | None]]:
    count = db.session.scalar(
        select(func.count())
        .select_from(ProgrammeSession)
        .where(ProgrammeSession.conference_id == conference.id, ProgrammeSession.cancelled.is_(False))
    )
    words = ngettext("session in the programme", "sessions in the programme", count or 0)
    return [(number(count or 0), words, url_for("programme.editor", slug=conference.slug))]


public_links["programme"] = _links
next_steps["programme"] = _steps
overview_figures["programme"] = _figures
