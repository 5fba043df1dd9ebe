"""The technician's table on paper, A4 across."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import render_template
from flask_babel import gettext as _

from app.conferences.models import Conference
from app.conferences.queries import conference_title
from app.correspondence.operations import sheets_pdf
from app.errors import Refusal
from app.history.rules import Actor
from app.i18n import language
from app.printing.camera.queries import GUESTS
from app.printing.camera.technician import Guest, guests
from app.printing.camera.words import plate_words, test_words
from app.printing.operations.runs import Printed, done_before, keep_run
from app.printing.press.design import font_address
from app.printing.press.pages import Told
from app.printing.proofs import few, marked


def _same(words: Sequence[str]) -> str:
    """What all rows of a column say: it is said once above the table; empty when they differ."""
    return words[0] if len(set(words)) == 1 else ""


def _laid_out(conference: Conference, found: Sequence[Guest], *, contacts: bool) -> bytes:
    title = _("Delegates by video: %(title)s", title=conference_title(conference))
    html = render_template(
        "video/people_sheets.html", title=title, conference=conference, guests=found, language=language(),
        fonts=font_address(), plate_words=plate_words, test_words=test_words, contacts=contacts,
        same_plate=_same([plate_words(one)[0] for one in found]),
        same_test=_same([test_words(one)[0] for one in found]),
        any_own_time=any(one.there for guest in found for one in guest.appearances),
    )  # fmt: skip
    return sheets_pdf(html, title=title)


def guests_proof(conference: Conference, *, with_part: bool, contacts: bool) -> bytes:
    """The first of those by video and the longest names, marked as a proof; nothing is logged.

    :raises Refusal: when nobody takes part by video.
    """
    found = guests(conference, with_part=with_part, contacts=contacts)
    if not found:
        raise Refusal(_("Nobody takes part by video yet."))
    some = few(found, lambda one: one.name)
    title = _("Delegates by video: %(title)s", title=conference_title(conference))
    return marked(_laid_out(conference, some, contacts=contacts), len(some), len(found), title=title)


def print_guests(
    *,
    conference: Conference,
    with_part: bool,
    contacts: bool,
    actor: Actor,
    at: datetime,
    deed_key: str | None = None,
    tell: Told | None = None,
) -> Printed:
    """Lay out the table of those by video in the language spoken now, and log the run.

    :param with_part: only who does something in a session.
    :param contacts: with e-mail and telephone.
    :param deed_key: a second call with the same key gives the run there is.
    :param tell: told (none, people in all) before the pages are laid out in one piece; may raise to stop.
    :raises Refusal: when nobody takes part by video.
    """
    if (done := done_before(deed_key)) is not None:
        return done
    found = guests(conference, with_part=with_part, contacts=contacts)
    if not found:
        raise Refusal(_("Nobody takes part by video yet."))
    if tell is not None:
        tell(0, len(found))
    return keep_run(
        conference=conference, kind=GUESTS, deed="print-guests", scope="contacts" if contacts else "plain",
        pdf=_laid_out(conference, found, contacts=contacts), count=len(found), deed_key=deed_key, actor=actor, at=at,
    )  # fmt: skip
