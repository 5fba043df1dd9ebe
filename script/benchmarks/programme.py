"""The programme: warnings, release, the public page, the calendar, the paper."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from script.benchmarks import case
from script.benchmarks.scenes import KRASNODAR, NOW, ask, conference, demo


@case("warnings", items=35)
def warnings() -> Iterator[Callable[[], object]]:
    """All warnings of the draft."""
    with demo():
        from app.programme.queries import warnings_of

        yield lambda: warnings_of(conference(KRASNODAR))


@case("release", items=35)
def release() -> Iterator[Callable[[], object]]:
    """Freeze the draft once more."""
    with demo():
        from app.history.rules import COMMAND
        from app.programme.operations import release_programme

        yield lambda: release_programme(conference=conference(KRASNODAR), name="", actor=COMMAND, at=NOW)


@case("page", items=1)
def page() -> Iterator[Callable[[], object]]:
    """The public programme in German."""
    with demo() as app:
        yield lambda: ask(app, f"/de/c/{KRASNODAR}/programme")


@case("calendar", items=1)
def calendar() -> Iterator[Callable[[], object]]:
    """The feed of the whole programme."""
    with demo() as app:
        yield lambda: ask(app, f"/c/{KRASNODAR}/programme.ics")


@case("meetings-300", items=300)
def meetings_300() -> Iterator[Callable[[], object]]:
    """Find a place for 300 bilateral meetings of the demo's delegations and put them into the draft."""
    with demo():
        from datetime import timedelta

        from app.database import rehearsal
        from app.history.rules import COMMAND
        from app.programme.operations.meeting_tables import apply_proposal
        from app.programme.operations.meetings import PlanDetails, propose_meetings, settle_meetings, wish_meeting
        from app.programme.queries.meetings import sides_of, situation
        from app.programme.rules.meetings import Window

        place, numbers = conference(KRASNODAR), tuple(str(number) for number in range(1, 21))
        begins = datetime(2017, 6, 29, 6, 0, tzinfo=UTC)
        window = Window(begins, begins + timedelta(hours=9), numbers)
        by = {"actor": COMMAND, "at": NOW}
        settle_meetings(conference=place, details=PlanDetails(None, 30, 0, 6, numbers, (window,)), **by)
        sides = [side.municipality for side in sides_of(place).values()]
        for step in range(1, 4):
            for number, wishing in enumerate(sides):
                if len(situation(place).problem.wanted) == 300:
                    break
                wished = sides[(number + 7 * step) % len(sides)]
                wish_meeting(conference=place, wishing=wishing, wished=wished, priority=step, remark="", **by)

        def work() -> dict[str, float]:
            proposal = propose_meetings(conference=place, **by)
            with rehearsal():
                counts = apply_proposal(conference=place, basis=proposal.basis, **by)
            return {"placed": counts["new"]}

        yield work


@case("page-2000", items=100)
def page_2000() -> Iterator[Callable[[], object]]:
    """A day of 2,000 sessions: the first reader of a release, then ninety-nine, and one who has the page already."""
    from script.benchmarks.programme_scene import LARGE, large_programme

    with large_programme() as app:
        from app.history.rules import COMMAND
        from app.programme.operations import release_programme

        release_programme(conference=conference(LARGE), name="", actor=COMMAND, at=NOW)
        address = f"/de/c/{LARGE}/programme?day=2023-06-05"
        ask(app, f"/de/c/{KRASNODAR}/programme")

        def took() -> float:
            begun = time.perf_counter()
            ask(app, address)
            return (time.perf_counter() - begun) * 1000

        def work() -> dict[str, float]:
            app.extensions.pop("ratusha.published", None)
            cold = took()
            warm = sorted(took() for _ in range(99))
            return {"cold_ms": round(cold, 1), "page_p95_ms": round(warm[94], 1)}

        yield work
