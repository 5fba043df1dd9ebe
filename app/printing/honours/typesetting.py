"""Certificates of honour laid out once for each side, and filled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template
from flask_babel import pgettext

from app.conferences.models import Conference
from app.conferences.queries import conference_title
from app.i18n import speaking
from app.printing.honours.rules import LAYOUT, PARAGRAPHS
from app.printing.papers.queries import signers
from app.printing.papers.rules import PaperContent
from app.printing.papers.typesetting import print_set
from app.printing.press.design import Design, font_address, lay_out
from invitations.dates import date_range


def _texts(conference: Conference) -> dict[str, dict[str, Any]]:
    """What stands on every certificate, by language. The chair who signs is whoever signs the organiser's letters."""
    chair = next(iter(signers(conference)), None)
    found = {}
    for code in ("ru", "de"):
        host = getattr(conference.host, f"name_{code}") or conference.host.name_ru or conference.host.name_de
        with speaking(code):
            found[code] = {
                "title": pgettext("honour", "Certificate of honour"),
                "before": pgettext("honour", "is hereby awarded to"),
                "event": conference_title(conference, code),
                "days": f"{host}, {date_range(conference.starts_on, conference.ends_on, code)}",
                "signer": [line for line in chair.lines[code] if line] if chair else [],
            }
    return found


def render_honours(conference: Conference, contents: Sequence[PaperContent]) -> tuple[bytes, int, list[str]]:
    """The PDF, its number of pages, and what to look at before it is handed over."""
    sides = sorted({content.variant[0] for content in contents})
    html = render_template(
        LAYOUT.template, sides=[(side, "de" if side == "ru" else "ru") for side in sides], texts=_texts(conference),
        paragraphs=range(PARAGRAPHS), fonts=font_address(),
    )  # fmt: skip
    designs: dict[tuple[str, ...], Design] = dict(zip([(side,) for side in sides], lay_out(html), strict=True))
    title = f"{pgettext('honour', 'Certificate of honour')}: {conference.slug}"
    pdf, pages, warnings = print_set(designs, contents, LAYOUT, title=title)
    return pdf, pages, list(dict.fromkeys(warnings))
