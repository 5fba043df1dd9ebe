"""Letters to Russian heads with partners in Germany: composed, numbered, sealed, queued."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from script.benchmarks import case
from script.benchmarks.scenes import KALUGA, NOW, conference, demo

# How many letters one run issues: the demo's Russian heads are the addressees.
LETTERS = 20


@case("issue", items=LETTERS)
def issue() -> Iterator[Callable[[], object]]:
    """Number, PDF with QR, seal, register entry and mail, one transaction each."""
    with demo():
        from sqlalchemy import select

        from app.correspondence.models import Letter
        from app.correspondence.operations import annul_entry, approve_letters, issue_letters, prepare_letters
        from app.correspondence.rules import LetterKind, LetterState
        from app.database import db
        from app.history.rules import COMMAND

        def work() -> None:
            given: dict[str, Any] = {"conference": conference(KALUGA), "actor": COMMAND, "at": NOW}
            for letter in db.session.scalars(select(Letter).where(Letter.state == LetterState.ISSUED)).all():
                annul_entry(entry=letter.register_entry, reason="benchmark", actor=COMMAND, at=NOW)
            prepare_letters(**given, kind=LetterKind.INVITATION, selection="partners-in:DE,country:RU")
            approve_letters(**given, kind=LetterKind.INVITATION)
            ids = list(db.session.scalars(select(Letter.id).where(Letter.state == LetterState.APPROVED)))[:LETTERS]
            done = issue_letters(**given, letter_ids=ids)
            if len(done.letters) != LETTERS:
                raise RuntimeError(f"{len(done.letters)} letters instead of {LETTERS}")

        yield work
