"""What the pages of the programme share."""

from __future__ import annotations

from flask import Blueprint

from app.i18n import language
from app.programme.queries.papers import measure

programme = Blueprint("programme", __name__, url_prefix="/<language:language>")


@programme.app_template_filter("hyphenated")
def hyphenated(text: object) -> str:
    """Long words with soft hyphens, in the language being spoken."""
    return measure.hyphenated(str(text), language())
