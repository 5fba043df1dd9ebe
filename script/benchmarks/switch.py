"""The switch of a conference with 700 delegates and its full programme."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from script.benchmarks import case
from script.benchmarks.scenes import KRASNODAR, NOW, conference, demo


@case("preview-700", items=700)
def preview() -> Iterator[Callable[[], object]]:
    """The plan from in person to video."""
    with demo():
        from app.conferences.rules import ConferenceFormat
        from app.format_switch.queries import what_will_change

        yield lambda: what_will_change(conference(KRASNODAR), ConferenceFormat.VIDEO)


@case("apply-700", items=700)
def apply() -> Iterator[Callable[[], object]]:
    """In person to video or back, in one transaction, with every mail written."""
    with demo():
        from app.conferences.rules import ConferenceFormat
        from app.format_switch.operations import switch
        from app.history.rules import COMMAND

        def work() -> None:
            row = conference(KRASNODAR)
            there = row.format is not ConferenceFormat.VIDEO
            to = ConferenceFormat.VIDEO if there else ConferenceFormat.IN_PERSON
            switch(conference=row, to=to, plan=None, reason="benchmark", actor=COMMAND, at=NOW)

        yield work


@case("plan-700x60", items=700)
def plan() -> Iterator[Callable[[], object]]:
    """A plan drafted, decided for every session and applied, there and back, with 60 sessions in the programme."""
    with demo():
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

        def work() -> None:
            row = conference(KRASNODAR)
            there = row.format is not ConferenceFormat.VIDEO
            to = ConferenceFormat.VIDEO if there else ConferenceFormat.IN_PERSON
            made = draft_plan(conference=row, to=to, reason="benchmark", actor=COMMAND, at=NOW)
            quarter = timedelta(minutes=15)
            decisions = {
                change.uid: Decision("", change.base.starts_at + quarter, change.base.ends_at)
                for change in planned(made).sessions
                if there and change.base.starts_at and change.base.ends_at
            }
            change_plan(
                plan=made, details=PlanDetails(decisions=decisions), version=made.version, actor=COMMAND, at=NOW
            )
            apply_plan(plan=made, version=made.version, actor=COMMAND, at=NOW)

        yield work
