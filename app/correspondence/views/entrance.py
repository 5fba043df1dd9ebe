"""What every page of letters begins with."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _

from app.conferences.models import Conference
from app.correspondence.models import Letter
from app.correspondence.queries import Filter, letter_of
from app.correspondence.rules import LetterKind, LetterState, Stage

blueprint = Blueprint("correspondence", __name__, url_prefix="/<language:language>/desk")

# The browser's own reader of PDFs brings its style; nothing else may run in it.
PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"


def the_letter(conference: Conference, letter_id: int) -> Letter:
    """The letter of the address; 404 when it is not of this conference."""
    return letter_of(conference, letter_id) or abort(404)


def kind_words() -> dict[str, str]:
    """The kinds of letters, as people call them."""
    return {
        LetterKind.INVITATION.value: _("Invitation"),
        LetterKind.PROGRAMME_COVER.value: _("Covering letter for the programme"),
        LetterKind.CHANGE_OF_FORMAT.value: _("Change of format"),
        LetterKind.VISA_SUPPORT_RU.value: _("Visa support for Russia"),
        LetterKind.VISA_SUPPORT_DE.value: _("Visa support for Germany"),
        LetterKind.CONFIRMATION.value: _("Confirmation of participation"),
        LetterKind.THANKS.value: _("Letter of thanks"),
        LetterKind.FREE.value: _("Free letter"),
    }


def asked_kind() -> LetterKind | None:
    """The kind asked for in the address."""
    value = request.values.get("kind", "")
    return LetterKind(value) if value in set(LetterKind) else None


def asked_filter() -> Filter:
    """The filter asked for in the address; what is not understood counts as not asked."""
    state = request.values.get("state", "")
    language = request.values.get("in", "")
    stage = request.values.get("stage", "")
    return Filter(
        kind=asked_kind(),
        state=LetterState(state) if state in set(LetterState) else None,
        language=language if language in {"ru", "de", "en"} else "",
        country=request.values.get("country", "")[:2].upper(),
        stage=Stage(stage) if stage in set(Stage) else None,
        region=request.values.get("region", "")[:10].upper(),
    )


def tabs(conference: Conference, here: str) -> list[dict[str, Any]]:
    """The rooms of the letters of a conference in the order of the work, in four groups; the present one is open.

    A page that is no room of its own (``here`` empty) belongs to the letters.
    """
    groups = (
        (
            _("Addressees"),
            (("correspondence.prepare", _("Prepare letters")), ("correspondence.forms", _("Forms of address"))),
        ),
        (
            _("Contents"),
            (
                ("correspondence.brief", _("What the letters say")),
                ("correspondence.texts", _("Texts")),
                ("correspondence.house", _("Sheet")),
                ("correspondence.enclosures", _("Enclosures")),
            ),
        ),
        (
            _("Letters"),
            (("correspondence.letters", _("All letters")), ("correspondence.despatch", _("Despatch on paper"))),
        ),
        (
            _("Answers"),
            (
                ("correspondence.invitations", _("Overview")),
                ("correspondence.chain", _("Chain of invitations")),
                ("correspondence.reminders", _("Reminders")),
                ("correspondence.incoming", _("Incoming letters")),
            ),
        ),
    )
    within = here or "correspondence.letters"
    shown = []
    for label, rooms in groups:
        present = any(endpoint == within for endpoint, _label in rooms)
        links = [
            {"label": name, "url": url_for(endpoint, slug=conference.slug), "current": endpoint == here}
            for endpoint, name in rooms
        ]
        shown.append({"label": label, "url": links[0]["url"], "present": present, "rooms": links if present else []})
    return shown
