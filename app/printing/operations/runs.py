"""The log of printings: one row for each, the file under its SHA-256, what stood on everybody's paper."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pikepdf
from sqlalchemy import insert

from app.conferences.models import Conference
from app.database import after_commit, rehearsing, transaction
from app.history.operations import record
from app.history.rules import Actor
from app.printing.keeping import place
from app.printing.models import Badge, PrintedPaper, PrintRun
from app.printing.queries import path_of, run_by_key
from app.printing.rules import BadgeContent

Deliver = Callable[[bytes], None]
BADGES = "badges"


@dataclass(frozen=True)
class Printed:
    """What came off the press; ``run`` is None when there was nothing to print."""

    run: PrintRun | None
    count: int
    pages: int
    warnings: list[str]

    def as_json(self) -> dict[str, object]:
        """As ``--json`` prints it."""
        return {"printed": self.count, "pages": self.pages, "warnings": self.warnings}


NOTHING = Printed(None, 0, 0, [])


class OnPaper(Protocol):
    """Somebody's paper: ``fingerprint`` changes when what should stand on it changes."""

    @property
    def delegate_id(self) -> int: ...
    @property
    def fingerprint(self) -> str: ...


def done_before(deed_key: str | None, *, kept: Callable[[str], Path] = path_of) -> Printed | None:
    """What a job printed before its process ended; None: it is to be printed (anew where the file did not come to be).

    :param kept: where the file of such a run lies, by its SHA-256.
    """
    if deed_key is None or (done := run_by_key(deed_key)) is None:
        return None
    if kept(done.sha256).is_file():
        return Printed(done, done.count, done.pages, done.warnings)
    with transaction() as session:
        session.delete(done)
    return None


def log_run(
    *,
    conference: Conference,
    kind: str,
    sha256: str,
    put: Callable[[], object],
    count: int,
    pages: int,
    actor: Actor,
    at: datetime,
    layout: str = "a4",
    scope: str = "all",
    delegation_id: int | None = None,
    deed_key: str | None = None,
    warnings: Sequence[str] = (),
    reason: str = "",
    options: Mapping[str, Any] | None = None,
    papers: Iterable[OnPaper] = (),
    looks: Mapping[str, str] | None = None,
    again: Mapping[int, str] | None = None,
    deed: str | None = None,
    deliver: Callable[[], object] | None = None,
) -> Printed:
    """Log a printing.

    :param put: brings the file to its place. When it cannot, nothing is logged; when the log cannot be written, a file
        that belongs to no run is left, which is swept away.
    :param deliver: is called once the run is on disk.
    :param papers: what stands on each person's paper, in the order printed.
    :param looks: how badges look, by role.
    :param again: why a badge is printed again, by delegate.
    :param deed: as history calls it; by the kind where nothing is given.
    """
    told = dict(Counter((again or {}).values()))
    reason = reason or (next(iter(told)) if len(told) == 1 else "")
    said = dict(options or {}) | ({"reasons": told} if len(told) > 1 else {})
    with transaction() as session:
        run = PrintRun(
            conference_id=conference.id, kind=kind, layout=layout, scope=scope, count=count, pages=pages,
            delegation_id=delegation_id, sha256=sha256, deed_key=deed_key, warnings=list(warnings),
            printed_by=actor.label, created_at=at, reason=reason, options=said,
        )  # fmt: skip
        session.add(run)
        session.flush()
        rows = [
            {"run_id": run.id, "delegate_id": paper.delegate_id, "fingerprint": paper.fingerprint}
            | (
                {
                    "back_fingerprint": paper.back,
                    "look": (looks or {}).get(paper.role.value, ""),
                    "reason": (again or {}).get(paper.delegate_id, ""),
                }
                if isinstance(paper, BadgeContent)
                else {}
            )
            for paper in papers
        ]
        if rows:
            session.execute(insert(Badge if kind == BADGES else PrintedPaper), rows)
        record(
            deed=deed or f"print-{kind}", subject=run, actor=actor, at=at, conference_id=conference.id,
            details={"count": count, "pages": pages, "layout": layout, "scope": scope, "sha256": sha256,
                     **({"reason": reason} if reason else {}), **({"reasons": told} if len(told) > 1 else {})},
        )  # fmt: skip
        if not rehearsing():
            put()
        if deliver is not None:
            after_commit(deliver)
    return Printed(run, count, pages, list(warnings))


def keep_run(*, pdf: bytes, deliver: Deliver | None = None, pages: int | None = None, **told: Any) -> Printed:
    """Log a printing and keep its PDF.

    :param deliver: gets the PDF once the run is on disk.
    :param pages: counted where they are not given.
    :param told: the rest as :func:`log_run` takes it.
    """
    sha256 = hashlib.sha256(pdf).hexdigest()
    if pages is None:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            pages = len(opened.pages)

    given = None if deliver is None else partial(deliver, pdf)
    return log_run(sha256=sha256, put=lambda: keep_print(sha256, pdf), pages=pages, deliver=given, **told)


def keep_print(sha256: str, pdf: bytes) -> None:
    """Put the PDF into the data folder, whole or not at all.

    :raises Refusal: when it cannot be written.
    """
    place(path_of(sha256), pdf)
