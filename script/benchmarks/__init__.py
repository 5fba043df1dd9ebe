"""Benchmarks of the product. One module a subject, each with its cases; ``script/bench`` runs them.

A case is a context manager that sets the scene and hands over what is measured::

    @case("700", items=700)
    def all_badges() -> Iterator[Callable[[], object]]:
        with demo() as conference:
            yield lambda: print_badges(conference=conference)

Every case has a process of its own, so that no case pays for the memory another one took.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

# What is measured. A dictionary it returns is printed with the figures, of each the median of the runs.
Work = Callable[[], object]
NAMES = ("badges", "certificates", "letters", "registration", "programme", "switch", "search")


@dataclass(frozen=True)
class Case:
    """One measured thing. ``items`` is what one run makes: badges, letters, answers.

    A ``long`` one is left out unless asked for, and run once.
    """

    name: str
    items: int
    scene: Callable[[], AbstractContextManager[Work]]
    long: bool = False


CASES: dict[str, dict[str, Case]] = {}


def case(name: str, *, items: int, long: bool = False) -> Callable[[Callable[[], Iterator[Work]]], Case]:
    """Add a case to the benchmark of the module it stands in."""

    def register(function: Callable[[], Iterator[Work]]) -> Case:
        made = Case(name, items, contextmanager(function), long)
        CASES.setdefault(function.__module__.rsplit(".", 1)[-1], {})[name] = made
        return made

    return register
