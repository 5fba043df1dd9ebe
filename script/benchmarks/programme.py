"""The programme: warnings, release, the public page, the calendar, the paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator

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
