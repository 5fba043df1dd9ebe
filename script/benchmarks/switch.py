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
