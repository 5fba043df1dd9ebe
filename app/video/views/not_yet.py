"""The door of somebody who has no place yet: why it is shut, and when it opens."""

from __future__ import annotations

from typing import Any

from flask import g, make_response, render_template, request, url_for

from app.conferences.queries import conference_title
from app.delegations.models import Delegate
from app.delegations.queries import place_in_line
from app.delegations.views.shared import full_name
from app.i18n import LANGUAGES, language
from app.video.views.doors import private


def not_yet_page(delegate: Delegate, token: str) -> Any:
    """In their language, or the one they chose on the page; it names no other secret of theirs."""
    asked = request.args.get("language", "")
    g.language = asked if asked in LANGUAGES else delegate.language
    conference = delegate.conference
    issuer = conference.issuer
    links = [
        {"code": code, "label": label, "current": code == language(),
         "url": url_for("video.join", token=token, language=code)}
        for code, label in LANGUAGES.items()
    ]  # fmt: skip
    return private(
        make_response(
            render_template(
                "video/not_yet.html", title=conference_title(conference), name=full_name(delegate),
                waiting=place_in_line(delegate), offered=delegate.offered_until is not None, language_links=links,
                email=conference.contact_email or (issuer.email if issuer is not None else ""),
            )
        )
    )  # fmt: skip
