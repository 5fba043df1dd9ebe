"""Writing a mail from its templates: ``templates/mail/<name>.txt`` (its first line is the subject) and ``.html``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, render_template
from flask_mail import Mail
from jinja2 import TemplateNotFound

from app.i18n import speaking


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
    text = re.sub(r"\n{3,}", "\n\n", rest.strip()) + "\n"
    return MailText(" ".join(first.removeprefix("Subject:").split()), text, html)


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
