"""Making papers of the programme and keeping them."""

from __future__ import annotations

import hashlib
import io
import os
import secrets
from datetime import datetime

import pikepdf

from app.conferences.models import Conference
from app.database import after_commit, transaction
from app.history.operations import record
from app.history.rules import Actor
from app.programme.models import ProgrammePaper
from app.programme.queries.papers.booklet import Told
from app.programme.queries.papers.making import Order, edition_for, make, paper_signed, path_of, sign_of, steps_for


def make_paper(
    *, conference: Conference, order: Order, actor: Actor, at: datetime, tell: Told | None = None
) -> ProgrammePaper:
    """Make a paper and keep it for whoever wants it again; the same paper is not made twice.

    :param tell: told how far it is; may raise to stop, then nothing is kept.
    :raises Refusal: when there is nothing to print.
    """
    edition, steps = edition_for(conference, order, at), steps_for(conference, order)
    sign = sign_of(order, edition, steps)
    known = paper_signed(conference, sign)
    if known is not None:
        return known
    pdf = make(order, edition, steps, tell)
    sha256 = hashlib.sha256(pdf).hexdigest()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        pages = len(opened.pages)
    with transaction() as session:
        paper = ProgrammePaper(
            conference_id=conference.id, kind=order.paper.value, options=order.as_json(), sign=sign, sha256=sha256,
            release_number=order.release, pages=pages, size=len(pdf), made_by=actor.label, made_at=at,
        )  # fmt: skip
        session.add(paper)
        session.flush()
        details = {"paper": order.paper.value, "release": order.release, "pages": pages, "sha256": sha256}
        record(deed="programme.make_paper", subject=paper, actor=actor, at=at, conference_id=conference.id,
               details=details)  # fmt: skip
        after_commit(lambda: _keep(sha256, pdf))
    return paper


def _keep(sha256: str, pdf: bytes) -> None:
    """Put the PDF into the data folder, whole or not at all."""
    path = path_of(sha256)
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    try:
        draft.write_bytes(pdf)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
