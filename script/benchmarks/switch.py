"""The switch of a conference with 700 delegates and its full programme."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from time import process_time
from typing import TYPE_CHECKING

from script.benchmarks import case
from script.benchmarks.scenes import KRASNODAR, NOW, conference, demo

if TYPE_CHECKING:
    from app.conferences.rules import ConferenceFormat

BEGINS = date(2021, 6, 28)
HEADS = 20  # hold an invitation, and get a letter


def coming() -> None:
    """Put the conference off to a day to come, so that every mail has its hours and calendar files, and invite heads,
    so that letters are numbered."""
    from sqlalchemy import select

    from app.correspondence.operations import approve_letters, issue_letters, prepare_letters, set_brief
    from app.correspondence.rules import LetterKind
    from app.database import transaction
    from app.demo import facts
    from app.directory.models import MunicipalHead, Municipality
    from app.history.rules import COMMAND
    from app.programme.models import ProgrammeSession
    from app.programme.operations import release_programme

    row = conference(KRASNODAR)
    later = BEGINS - row.starts_on
    with transaction() as session:
        row.starts_on, row.ends_on = row.starts_on + later, row.ends_on + later
        row.contact_email, row.contact_phone = "info@krasnodar.example", "+7 861 000-00-00"
        for item in session.scalars(select(ProgrammeSession).where(ProgrammeSession.conference_id == row.id)):
            item.starts_at = item.starts_at and item.starts_at + later
            item.ends_at = item.ends_at and item.ends_at + later
            item.day = item.day and item.day + later
        slugs = session.scalars(
            select(Municipality.slug)
            .where(Municipality.id.in_(select(MunicipalHead.municipality_id)), Municipality.country == "RU")
            .order_by(Municipality.slug)
            .limit(HEADS)
        ).all()
    release_programme(conference=row, name="", actor=COMMAND, at=NOW - timedelta(hours=1))
    for language, brief in facts.BRIEFS.items():
        set_brief(conference=row, kind=LetterKind.INVITATION, language=language, facts=brief, actor=COMMAND, at=NOW)
    ids = [
        letter.id
        for slug in slugs
        for letter in prepare_letters(
            conference=row, kind=LetterKind.INVITATION, selection=f"municipality:{slug}", actor=COMMAND, at=NOW
        ).letters
    ]
    approve_letters(conference=row, letter_ids=ids, actor=COMMAND, at=NOW)
    issue_letters(conference=row, letter_ids=ids, actor=COMMAND, at=NOW)


def _other(now: ConferenceFormat) -> ConferenceFormat:
    """Where everybody has to be told again, though the mails of the last time have not gone."""
    from app.conferences.rules import ConferenceFormat

    return ConferenceFormat.HYBRID if now is ConferenceFormat.VIDEO else ConferenceFormat.VIDEO


@case("preview-700", items=700)
def preview() -> Iterator[Callable[[], object]]:
    """The plan from in person to video."""
    with demo():
        coming()
        from app.conferences.rules import ConferenceFormat
        from app.format_switch.queries import what_will_change

        yield lambda: what_will_change(conference(KRASNODAR), ConferenceFormat.VIDEO)


@case("apply-700", items=700)
def apply() -> Iterator[Callable[[], object]]:
    """To video, or from video to hybrid: one transaction in which every mail is written each time."""
    with demo():
        coming()
        from app.format_switch.operations import switch
        from app.history.rules import COMMAND

        def work() -> dict[str, float]:
            row = conference(KRASNODAR)
            begun, to = process_time(), _other(row.format)
            switch(conference=row, to=to, plan=None, reason="benchmark", actor=COMMAND, at=NOW)
            return {"cpu_seconds": process_time() - begun}

        yield work


@case("plan-700x60", items=700)
def plan() -> Iterator[Callable[[], object]]:
    """A plan drafted, decided for every session and applied, there and back, with 60 sessions in the programme."""
    with demo():
        coming()
        from datetime import timedelta

        from app.conferences.rules import ConferenceFormat
        from app.database import transaction
        from app.format_switch.operations import PlanDetails, apply_plan, change_plan, draft_plan
        from app.format_switch.queries.plans import planned
        from app.format_switch.rules import Decision
        from app.history.rules import COMMAND
        from app.programme.models import ProgrammeSession
        from app.programme.queries import sessions_of
        from app.programme.rules import SessionKind

        row = conference(KRASNODAR)
        with transaction() as session:
            first = next(item for item in sessions_of(row) if item.starts_at)
            for number in range(60 - len(sessions_of(row))):
                session.add(
                    ProgrammeSession(
                        conference_id=row.id, code=f"B{number:02}", kind=SessionKind.ROUND_TABLE, title_ru="Стол",
                        starts_at=first.starts_at, ends_at=first.ends_at, uid=f"bench-{number}", extra={},
                        updated_at=NOW,
                    )
                )  # fmt: skip

        def work() -> dict[str, float]:
            row = conference(KRASNODAR)
            begun, to = process_time(), _other(row.format)
            made = draft_plan(conference=row, to=to, reason="benchmark", actor=COMMAND, at=NOW)
            quarter = timedelta(minutes=15)
            decisions = {
                change.uid: Decision("", change.base.starts_at + quarter, change.base.ends_at)
                for change in planned(made).sessions
                if to is ConferenceFormat.VIDEO and change.base.starts_at and change.base.ends_at
            }
            change_plan(
                plan=made, details=PlanDetails(decisions=decisions), version=made.version, actor=COMMAND, at=NOW
            )
            apply_plan(plan=made, version=made.version, actor=COMMAND, at=NOW)
            return {"cpu_seconds": process_time() - begun}

        yield work
