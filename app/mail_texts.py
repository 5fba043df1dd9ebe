"""Writing a mail from its templates: ``templates/mail/<name>.txt`` (its first line is the subject) and ``.html``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, render_template
from flask_mail import Mail
from jinja2 import TemplateNotFound
from markupsafe import escape

from app.i18n import speaking

# Words no sentence in German begins with a capital for its own sake; nouns and the polite forms keep theirs.
_SMALL = (
    "Am|An|Auf|Aus|Bei|Bis|Bitte|Das|Dem|Den|Der|Die|Diese|Dieser|Ein|Eine|Einem|Einen|Einer|Es|Für|Im|In|Mit|Nach|"
    "Seit|Um|Vielen|Vom|Von|Was|Wie|Wir|Zu|Zum|Zur|Zurzeit"
)


@dataclass(frozen=True)
class MailText:
    """What a mail says: plain and HTML say the same."""

    subject: str
    text: str
    html: str


def write_mail(name: str, language: str, **context: Any) -> MailText:
    """Fill the templates of mail ``name`` in ``language``.

    The first line of the ``.txt`` reads ``Subject: …``; a blank line follows, then the text.
    """
    with speaking(language):
        context = {**context, "language": language}
        plain = render_template(f"mail/{name}.txt", **context).strip()
        first, _, rest = plain.partition("\n")
        try:
            html = render_template(f"mail/{name}.html", subject=first.removeprefix("Subject:").strip(), **context)
        except TemplateNotFound:
            html = ""
    opening = context.get("person") or context.get("greeting") or ""
    if language == "de" and opening:
        rest, html = running_on(rest, opening), running_on(html, str(escape(opening)))
    text = re.sub(r"\n{3,}", "\n\n", rest.strip()) + "\n"
    return MailText(" ".join(first.removeprefix("Subject:").split()), text, html)


def running_on(text: str, opening: str) -> str:
    """``text`` with a small letter after the comma of the opening, as German has it: "Sehr geehrte Frau Orlova,"."""
    found = re.search(rf"{re.escape(opening)}(?:\s|<[^>]*>)*\b({_SMALL})\b", text)
    if found is None:
        return text
    at = found.start(1)
    return text[:at] + text[at].lower() + text[at + 1 :]


def absolute(path: str) -> str:
    """``path`` of this house as people outside open it (``RATUSHA_BASE_URL``)."""
    return str(current_app.config["SETTINGS"].base_url) + path


def mail_trial_to() -> str:
    """The address to which every mail goes in trial mode; empty when mails go to their recipients."""
    return str(current_app.config["SETTINGS"].mail_trial_to)


def init_app(app: Flask) -> None:
    """Flask-Mail writes our messages; the mailroom sends them (``suppress``: it opens no connection itself)."""
    app.config.update(MAIL_SUPPRESS_SEND=True, MAIL_DEFAULT_SENDER=app.config["SETTINGS"].mail_from)
    Mail(app)
    app.jinja_env.globals["mail_trial_to"] = mail_trial_to
