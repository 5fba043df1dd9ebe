"""Trial mode: every mail goes to one address of the house and says for whom it was meant."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from flask_babel import gettext as _

from app.i18n import speaking
from app.mailroom.models import OutgoingMail


@dataclass(frozen=True)
class Trial:
    """Where the mails of the trial go (``RATUSHA_MAIL_TRIAL_TO``)."""

    to: str

    def subject(self, mail: OutgoingMail) -> str:
        """The subject with the real recipients before it."""
        with speaking(mail.language):
            return f"[{_('Trial, for %(recipients)s', recipients=_meant(mail))}] {mail.subject}"

    def text(self, mail: OutgoingMail) -> str:
        """The text below a line that says what this is."""
        return f"{_notice(mail)}\n\n{mail.text}"

    def html(self, mail: OutgoingMail) -> str:
        """The page with the same line on top; nothing when the mail has none."""
        if not mail.html:
            return ""
        line = f'<p style="margin:0;padding:12px 20px;background:#F6E3B4;color:#1B242B">{escape(_notice(mail))}</p>'
        before, body, after = mail.html.partition("<body>")
        return f"{before}{body}{line}{after}" if body else line + mail.html

    def headers(self, mail: OutgoingMail) -> dict[str, str]:
        """For filters of the organiser's mail program."""
        named = [address for address in (*mail.to, *mail.copies) if address.isascii()]
        return {"X-Ratusha-Trial-For": ", ".join(named)} if named else {}

    def message_id(self, mail: OutgoingMail) -> str:
        """Not the number of the real mail, so that a mailbox that has the trial still takes the real one."""
        return f"<trial-{mail.attempts + 1}.{mail.message_id.removeprefix('<')}"


def _meant(mail: OutgoingMail) -> str:
    return ", ".join((*mail.to, *mail.copies))


def _notice(mail: OutgoingMail) -> str:
    meant = _meant(mail)
    with speaking(mail.language):
        return str(
            _("This is a trial: the mail was meant for %(recipients)s and has not gone there.", recipients=meant)
        )
