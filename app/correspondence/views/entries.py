"""What the letters tell on the pages of conferences: the next step, and how many stand where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from app.conferences.models import Conference
from app.conferences.queries import Step, next_steps, overview_figures
from app.correspondence.models import Letter, Reply
from app.correspondence.queries import counts
from app.correspondence.rules import OPEN, LetterState
from app.database import db
from app.i18n import number


def _steps(conferences: Sequence[Conference]) -> Mapping[int, Step]:
    found: dict[int, dict[LetterState, int]] = defaultdict(dict)
    rows = db.session.execute(
        select(Letter.conference_id, Letter.state, func.count())
        .where(
            Letter.conference_id.in_([one.id for one in conferences]),
            Letter.general_id.is_(None),
            (Letter.state != LetterState.APPROVED) | Letter.register_entry_id.is_(None),  # those are being made
        )
        .group_by(Letter.conference_id, Letter.state)
    )
    for conference_id, state, count in rows:
        found[conference_id][state] = count
    steps = {}
    for one in conferences:
        states = found[one.id]
        if approved := states.get(LetterState.APPROVED, 0):
            words = ngettext("Issue %(num)s letter", "Issue %(num)s letters", approved)
            steps[one.id] = Step(words, url_for("correspondence.issue", slug=one.slug), 20)
        elif drafts := sum(states.get(state, 0) for state in OPEN):
            words = ngettext("Approve %(num)s letter", "Approve %(num)s letters", drafts)
            steps[one.id] = Step(words, url_for("correspondence.approve", slug=one.slug), 20)
        elif not states:
            steps[one.id] = Step(_("Prepare the invitations"), url_for("correspondence.prepare", slug=one.slug), 20)
    return steps


def _figures(conference: Conference) -> Sequence[tuple[str, str, str | None]]:
    issued = counts(conference)[LetterState.ISSUED]
    answered = (
        db.session.scalar(
            select(func.count()).select_from(Reply).join(Letter).where(Letter.conference_id == conference.id)
        )
        or 0
    )
    url = url_for("correspondence.letters", slug=conference.slug)
    return [
        (
            number(issued),
            ngettext("letter issued", "letters issued", issued),
            f"{url}?state={LetterState.ISSUED.value}",
        ),
        (number(answered), ngettext("answer received", "answers received", answered), url),
    ]


next_steps["correspondence"] = _steps
overview_figures["correspondence"] = _figures
