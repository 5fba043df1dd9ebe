"""Certificates of participation: in one file, and a file for each person, as the command line and the worker make them.
The process is warm; the names are new to it each run. Every certificate is already numbered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from script.benchmarks import case
from script.benchmarks.badges import NOW, conference_of, forget_persons


def _print(conference: Any, *, into: Path | None = None) -> None:
    from datetime import timedelta

    from app.history.rules import COMMAND
    from app.printing.papers import queries
    from app.printing.papers.operations import each_apart, print_paper
    from app.printing.papers.rules import Paper, require_paper_layout

    made: list[bytes] = []
    printed = print_paper(
        conference=conference, paper=Paper.CERTIFICATES, layout=require_paper_layout(Paper.CERTIFICATES, None),
        actor=COMMAND, at=NOW + timedelta(days=30), deliver=made.append,
    )  # fmt: skip
    assert printed.run is not None
    if into is not None:
        with into.open("wb") as file:
            each_apart(conference, Paper.CERTIFICATES, made[0], queries.file_names(printed.run), file)


def _joined(count: int) -> Iterator[Callable[[], object]]:
    with conference_of(count) as conference:
        _print(conference)

        def work() -> None:
            forget_persons()
            _print(conference)

        yield work


def _apart(count: int) -> Iterator[Callable[[], object]]:
    with conference_of(count) as conference, TemporaryDirectory() as folder:
        target = Path(folder) / "certificates.zip"
        _print(conference)

        def work() -> None:
            forget_persons()
            _print(conference, into=target)

        yield work


@case("700", items=700)
def one_file() -> Iterator[Callable[[], object]]:
    """A whole conference in one file."""
    yield from _joined(700)


@case("700-apart", items=700)
def a_file_each() -> Iterator[Callable[[], object]]:
    """A whole conference, a file for each person."""
    yield from _apart(700)


@case("10000", items=10_000)
def very_many() -> Iterator[Callable[[], object]]:
    """Fourteen of them in one file: does time grow evenly, and does memory stay?"""
    yield from _joined(10_000)


@case("10000-apart", items=10_000, long=True)
def very_many_files() -> Iterator[Callable[[], object]]:
    """The same, a file for each person."""
    yield from _apart(10_000)
