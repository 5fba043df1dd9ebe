"""Finding delegates among 700, over both scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from script.benchmarks import case
from script.benchmarks.scenes import KRASNODAR, conference, demo


@case("delegates-700", items=1)
def delegates() -> Iterator[Callable[[], object]]:
    """The first page of those whose name has «соловьёв» in it, whatever the spelling."""
    with demo():
        from app.delegations.queries import how_many, matching, page_of_delegates

        def work() -> None:
            question = matching(conference(KRASNODAR), words="соловьев")
            if how_many(question) < 1 or not page_of_delegates(question, offset=0, limit=50):
                raise RuntimeError("nobody was found")

        yield work
