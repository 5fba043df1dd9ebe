"""Making papers of the programme and keeping them."""

from __future__ import annotations

import hashlib
import io
from datetime import datetime

import pikepdf
from flask_babel import lazy_gettext as _l

from app.conferences.models import Conference
from app.database import rehearsing, transaction
from app.history.operations import record
from app.history.rules import Actor
from app.programme.models import ProgrammePaper
from app.programme.queries.papers.booklet import Told
from app.programme.queries.papers.making import Order, edition_for, make, paper_signed, path_of, sign_of, steps_for
from app.whole_files import put_whole, writing


def make_paper(
    *, conference: Conference, order: Order, actor: Actor, at: datetime, tell: Told | None = None
) -> ProgrammePaper:
    """Make a paper and keep it for whoever wants it again; the same paper is not made twice.

    :param tell: told how far it is; may raise to stop, then nothing is kept.
    :raises Refusal: when there is nothing to print, or the file cannot be written.
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
        if not rehearsing():
            with writing(_l("No paper was made. Please have this mended and try again.")):
                put_whole(path_of(sha256), pdf)
    return paper
