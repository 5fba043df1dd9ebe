"""The programme: warnings, release, the public page, the calendar, the paper."""

from __future__ import annotations

import contextvars
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from script.benchmarks import case
from script.benchmarks.scenes import KRASNODAR, NOW, as_served, ask, conference, demo


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
        from app.programme.queries.meeting_sides import sides_of
        from app.programme.queries.meetings import situation
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


@case("booklet-40", items=40)
def booklet_40() -> Iterator[Callable[[], object]]:
    """A booklet of forty pages of A5 in Russian and German, as the background makes it."""
    import io

    import pikepdf

    with demo():
        from script.benchmarks.booklet_scene import forty_pages

        edition = forty_pages(conference(KRASNODAR))
        from app.programme.queries.papers.booklet import booklet_pdf

        def work() -> dict[str, float]:
            begun = time.process_time()
            pdf = booklet_pdf(edition)
            took = time.process_time() - begun
            with pikepdf.open(io.BytesIO(pdf)) as opened:
                return {"pages": len(opened.pages), "cpu_s": round(took, 2)}

        yield work


@case("warnings-2000", items=2000)
def warnings_2000() -> Iterator[Callable[[], object]]:
    """All warnings of 2,000 sessions in 60 rooms with parts of 1,500 people, the queries included."""
    from script.benchmarks.programme_scene import LARGE, large_programme

    with large_programme():
        from app.database import db
        from app.programme.queries import warnings_of

        def work() -> dict[str, float]:
            db.session.remove()
            begun = time.process_time()
            found = warnings_of(conference(LARGE))
            return {"cpu_s": round(time.process_time() - begun, 3), "warnings": len(found)}

        yield work


@case("release-2000", items=2000)
def release_2000() -> Iterator[Callable[[], object]]:
    """Every one of 2,000 sessions has moved: the release, and a mail of what is theirs for each of 1,500 people."""
    from script.benchmarks.programme_scene import LARGE, large_programme

    with large_programme():
        from datetime import timedelta

        from sqlalchemy import select

        from app.database import db, transaction
        from app.history.rules import COMMAND
        from app.programme.models import ProgrammeSession
        from app.programme.operations import release_programme
        from app.programme.queries.releases import mails_of
        from app.programme.rules.touched import Tell

        release_programme(conference=conference(LARGE), name="", actor=COMMAND, at=NOW)
        as_served()

        def work() -> dict[str, float]:
            with transaction() as session:
                of_large = select(ProgrammeSession).where(ProgrammeSession.conference_id == conference(LARGE).id)
                for row in session.scalars(of_large):
                    row.starts_at -= timedelta(minutes=5)
            db.session.remove()
            cpu, begun = time.process_time(), time.perf_counter()
            made = release_programme(conference=conference(LARGE), tell=Tell.HELD, actor=COMMAND, at=NOW)
            took = {"release_s": round(time.perf_counter() - begun, 3), "cpu_s": round(time.process_time() - cpu, 3)}
            return took | {"mails": mails_of(made)}

        yield work


@case("grid-2000", items=200)
def grid_2000() -> Iterator[Callable[[], object]]:
    """A day of 2,000 sessions on ten days as the grid of the staff, with all of its 60 rooms."""
    from script.benchmarks.programme_scene import FIRST_DAY, LARGE, large_programme

    with large_programme() as app:
        from app.accounts.models import Staff
        from app.database import db

        client = app.test_client()
        with client.session_transaction() as entered:
            entered["_user_id"] = db.session.query(Staff).order_by(Staff.id).first().fs_uniquifier
            entered["_fresh"] = True
        address = f"/de/desk/c/{LARGE}/programme/grid?day={FIRST_DAY}&rooms=all"
        as_served()

        def work() -> dict[str, float]:
            cpu = time.process_time()
            answer = contextvars.Context().run(client.get, address)
            if answer.status_code != 200:
                raise RuntimeError(f"the grid answered {answer.status_code}")
            return {"cpu_s": round(time.process_time() - cpu, 3), "sessions": answer.text.count("data-slot=")}

        yield work
