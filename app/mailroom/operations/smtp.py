"""One conversation with the mail server, in the steps that matter for never sending twice.

Flask-Mail writes the message and opens the connection; the transaction (RFC 5321 section 3.3) is led here, because
the moment before the final dot is the one that has to be on our disk first.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from email import policy
from email.headerregistry import Address
from email.message import Message as Mime

from flask_mail import Message

from app.documents.queries import content
from app.mailroom.models import OutgoingMail
from config import SmtpServer

TIMEOUT_S = 30


class Temporary(Exception):
    """Not accepted for certain, worth another try."""


class Permanent(Exception):
    """Not accepted for certain, and never will be."""


class Uncertain(Exception):
    """The content was handed over and no answer came."""


def open_server(server: SmtpServer) -> smtplib.SMTP:
    """Connect and sign in.

    :raises Temporary: when the server does not answer or declines.
    """
    try:
        if server.security == "tls":
            host: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S)
        else:
            host = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
        if server.security == "starttls":
            host.starttls()
        if server.user:
            host.login(server.user, server.password)
        host.ehlo_or_helo_if_needed()
    except (OSError, smtplib.SMTPException) as reason:
        raise Temporary(f"{type(reason).__name__}: the mail server does not answer") from reason
    return host


def envelope_address(address: str) -> tuple[str, bool]:
    """The address as SMTP says it, and whether it needs SMTPUTF8 (RFC 6531): the domain always goes as ASCII.

    :raises Permanent: when it is no address at all.
    """
    local, at, domain = address.strip().rpartition("@")
    if not at or not local or not domain or re.search(r"[\s<>,;]", domain):
        raise Permanent("not an e-mail address")
    if re.search(r"[\x00-\x20\x7f<>]", local) and not (local.startswith('"') and local.endswith('"')):
        raise Permanent("not an e-mail address")
    try:
        ascii_domain = domain.encode("idna").decode("ascii") if not domain.isascii() else domain
    except UnicodeError as reason:
        raise Permanent("not an e-mail address") from reason
    return f"{local}@{ascii_domain}", not local.isascii()


def write_message(mail: OutgoingMail, recipients: list[str]) -> bytes:
    """The message as it goes over the wire, without dot-stuffing; the same bytes at every try."""
    message = Message(
        subject=mail.subject,
        recipients=["undisclosed@localhost"],  # set below: Flask-Mail would mangle internationalised ones
        body=mail.text,
        html=mail.html or None,
        sender=mail.sender,
        reply_to=mail.reply_to or None,
        date=mail.created_at.timestamp(),
        extra_headers={"Auto-Submitted": "auto-generated", "Content-Language": mail.language, **mail.headers},
    )
    message.msgId = mail.message_id
    if mail.calendar:
        message.alts = {**(message.alts or {}), "calendar": mail.calendar}
    for file in mail.attachments:
        data = content(file.document) if file.document is not None else file.content or b""
        message.attach(file.filename, file.media_type, data)
    mime: Mime = message._message()
    mime.policy = policy.SMTP
    del mime["To"]
    mime["To"] = ", ".join(recipients)
    for part in mime.walk():
        if part.get_content_type() == "text/calendar":
            part.set_param("method", mail.calendar_method or "PUBLISH")
    raw = mime.as_bytes(policy=policy.SMTP)
    return re.sub(rb"\r?\n", b"\r\n", raw)


def hand_over(host: smtplib.SMTP, mail: OutgoingMail, *, before_the_dot: Callable[[], None]) -> list[str]:
    """Give one mail to the server.

    :param before_the_dot: called when everything but the final dot is out: after it the mail may have arrived.
    :returns: the recipients the server refused for good, when it took others.
    :raises Temporary | Permanent | Uncertain: see there.
    """
    handed = False
    try:
        recipients = [envelope_address(address) for address in mail.to]
        unicode_needed = any(needs for _, needs in recipients)
        if unicode_needed and not host.has_extn("smtputf8"):
            raise Permanent("the mail server cannot write to an address that is not in Latin letters")
        raw = write_message(mail, [address for address, _ in recipients])
        sender, _ = envelope_address(Address(addr_spec=mail.sender).addr_spec)
        options = ["SMTPUTF8"] if unicode_needed else []
        if host.does_esmtp and host.has_extn("8bitmime"):
            options.append("BODY=8BITMIME")
        _expect(host.mail(sender, options))
        refused: list[str] = []
        later: tuple[int, bytes] | None = None
        for address, _ in recipients:
            code, text = host.rcpt(address)
            if code in {250, 251}:
                continue
            if 400 <= code < 500:
                later = (code, text)
            else:
                refused.append(address)
        if later is not None:
            _expect(later)
        if len(refused) == len(recipients):
            raise Permanent("the mail server refused every recipient")
        code, text = host.docmd("data")
        if code != 354:
            _expect((code, text))
            raise Temporary(f"unexpected answer {code}")
        body = re.sub(rb"(?m)^\.", b"..", raw)
        host.send(body if body.endswith(b"\r\n") else body + b"\r\n")
        before_the_dot()
        handed = True
        host.send(b".\r\n")
        _expect(host.getreply())
    except (OSError, smtplib.SMTPServerDisconnected, smtplib.SMTPResponseException) as reason:
        if handed:
            raise Uncertain(f"{type(reason).__name__} after the content was handed over") from reason
        raise Temporary(f"{type(reason).__name__}: the connection broke") from reason
    return refused


def _expect(answer: tuple[int, bytes]) -> None:
    code, text = answer
    if 200 <= code < 300:
        return
    # Only the enhanced status code is kept (RFC 3463): the rest of the line may quote an address.
    found = re.match(rb"\d\.\d{1,3}\.\d{1,3}", text or b"")
    words = f"{code} {found.group().decode()}" if found else str(code)
    if 500 <= code < 600:
        raise Permanent(words)
    raise Temporary(words)
