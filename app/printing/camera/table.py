"""The technician's table on paper, A4 across."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from datetime import datetime

import pikepdf
from flask import render_template
from flask_babel import gettext as _

from app.conferences.models import Conference
from app.conferences.queries import conference_title
from app.correspondence.operations import sheets_pdf
from app.database import after_commit, transaction
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.i18n import language
from app.printing.camera.queries import GUESTS
from app.printing.camera.technician import guests
from app.printing.camera.words import plate_words, test_words
from app.printing.models import PrintRun
from app.printing.operations import Printed, keep_print
from app.printing.press.design import font_address
from app.printing.queries import path_of, run_by_key


def _same(words: Sequence[str]) -> str:
    """What all rows of a column say: it is said once above the table; empty when they differ."""
    return words[0] if len(set(words)) == 1 else ""


def print_guests(
    *,
    conference: Conference,
    with_part: bool,
    contacts: bool,
    actor: Actor,
    at: datetime,
    deed_key: str | None = None,
) -> Printed:
    """Lay out the table of those by video in the language spoken now, and log the run.

    :param with_part: only who does something in a session.
    :param contacts: with e-mail and telephone.
    :param deed_key: a second call with the same key gives the run there is.
    :raises Refusal: when nobody takes part by video.
    """
    if deed_key is not None and (done := run_by_key(deed_key)) is not None:
        if path_of(done.sha256).is_file():
            return Printed(done, done.count, done.pages, done.warnings)
        with transaction() as session:  # the process ended between the log and the file: print it anew
            session.delete(done)
    found = guests(conference, with_part=with_part, contacts=contacts)
    if not found:
        raise Refusal(_("Nobody takes part by video yet."))
    title = _("Delegates by video: %(title)s", title=conference_title(conference))
    html = render_template(
        "video/people_sheets.html", title=title, conference=conference, guests=found, language=language(),
        fonts=font_address(), plate_words=plate_words, test_words=test_words, contacts=contacts,
        same_plate=_same([plate_words(one)[0] for one in found]),
        same_test=_same([test_words(one)[0] for one in found]),
        any_own_time=any(one.there for guest in found for one in guest.appearances),
    )  # fmt: skip
    pdf = sheets_pdf(html, title=title)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        pages = len(opened.pages)
    sha256 = hashlib.sha256(pdf).hexdigest()
    with transaction() as session:
        run = PrintRun(
            conference_id=conference.id, kind=GUESTS, layout="a4", scope="contacts" if contacts else "plain",
            count=len(found), pages=pages, sha256=sha256, deed_key=deed_key, warnings=[], printed_by=actor.label,
            created_at=at,
        )  # fmt: skip
        session.add(run)
        session.flush()
        record(
            deed="print-guests", subject=run, actor=actor, at=at, conference_id=conference.id,
            details={"count": len(found), "pages": pages, "sha256": sha256},
        )  # fmt: skip
        after_commit(lambda: keep_print(sha256, pdf))
    return Printed(run, len(found), pages, [])
