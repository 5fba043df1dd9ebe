"""One conversation with the mail server, in the steps that matter for never sending twice.

Flask-Mail writes the message and opens the connection; the transaction (RFC 5321 section 3.3) is led here, because
the moment before the final dot is the one that has to be on our disk first.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from email import policy
from email.headerregistry import Address
from email.message import Message as Mime

from flask_mail import Message

from app.documents.queries import content
from app.mailroom.models import OutgoingMail
from app.mailroom.operations.trial import Trial
from app.mailroom.rules import COPIES_GIVEN_UP_AFTER
from app.mailroom.rules.causes import BROKE, HANDED_OVER, NO_ADDRESS, NOT_LATIN, OUR_SERVER, SIGN_IN
from config import SmtpServer

TIMEOUT_S = 30


class Temporary(Exception):
    """Not accepted for certain, worth another try."""


class Permanent(Exception):
    """Not accepted for certain, and never will be."""


class Uncertain(Exception):
    """The content was handed over and no answer came."""


@dataclass(frozen=True)
class Declined:
    """A recipient the server did not take while it took others; ``answer`` is its code."""

    address: str
    answer: str
    permanent: bool


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
    except smtplib.SMTPAuthenticationError as reason:
        raise Temporary(f"{reason.smtp_code}: {SIGN_IN}; {OUR_SERVER}") from reason
    except (OSError, smtplib.SMTPException) as reason:
        raise Temporary(f"{type(reason).__name__}: {OUR_SERVER}") from reason
    return host


def envelope_address(address: str) -> tuple[str, bool]:
    """The address as SMTP says it, and whether it needs SMTPUTF8 (RFC 6531): the domain always goes as ASCII.

    :raises Permanent: when it is no address at all.
    """
    local, at, domain = address.strip().rpartition("@")
    if not at or not local or not domain or re.search(r"[\s<>,;]", domain):
        raise Permanent(NO_ADDRESS)
    if re.search(r"[\x00-\x20\x7f<>]", local) and not (local.startswith('"') and local.endswith('"')):
        raise Permanent(NO_ADDRESS)
    try:
        ascii_domain = domain.encode("idna").decode("ascii") if not domain.isascii() else domain
    except UnicodeError as reason:
        raise Permanent(NO_ADDRESS) from reason
    return f"{local}@{ascii_domain}", not local.isascii()


def write_message(mail: OutgoingMail, trial: Trial | None = None) -> bytes:
    """The message as it goes over the wire, without dot-stuffing; the same bytes at every try.

    :param trial: it goes to the trial's address and says for whom it was meant.
    """
    message = Message(
        subject=trial.subject(mail) if trial else mail.subject,
        recipients=["undisclosed@localhost"],  # set below: Flask-Mail would mangle internationalised ones
        body=trial.text(mail) if trial else mail.text,
        html=(trial.html(mail) if trial else mail.html) or None,
        sender=mail.sender,
        reply_to=mail.reply_to or None,
        date=mail.created_at.timestamp(),
        extra_headers={
            "Auto-Submitted": "auto-generated", "Content-Language": mail.language, **mail.headers,
            **(trial.headers(mail) if trial else {}),
        },
    )  # fmt: skip
    message.msgId = trial.message_id(mail) if trial else mail.message_id
    if mail.calendar and trial is None:
        message.alts = {**(message.alts or {}), "calendar": mail.calendar}
    for file in mail.attachments:
        data = content(file.document) if file.document is not None else file.content or b""
        message.attach(file.filename, file.media_type, data)
    mime: Mime = message._message()
    mime.policy = policy.SMTP
    del mime["To"]
    mime["To"] = ", ".join(envelope_address(address)[0] for address in ([trial.to] if trial else mail.to))
    if mail.copies and trial is None:
        mime["Cc"] = ", ".join(envelope_address(address)[0] for address in mail.copies)
    for part in mime.walk():
        if part.get_content_type() == "text/calendar" and not part.get_filename():  # a file says its own
            part.set_param("method", mail.calendar_method or "PUBLISH")
    raw = mime.as_bytes(policy=policy.SMTP)
    return re.sub(rb"\r?\n", b"\r\n", raw)


def hand_over(
    host: smtplib.SMTP, mail: OutgoingMail, *, before_the_dot: Callable[[], None], trial: Trial | None = None
) -> list[Declined]:
    """Give one mail to the server.

    :param before_the_dot: called when everything but the final dot is out: after it the mail may have arrived.
    :returns: the recipients the server did not take, when it took others.
    :raises Temporary | Permanent | Uncertain: see there.
    """
    handed = False
    try:
        recipients = [envelope_address(address) for address in ([trial.to] if trial else [*mail.to, *mail.copies])]
        if not recipients:
            raise Permanent(NO_ADDRESS)
        unicode_needed = any(needs for _, needs in recipients)
        if unicode_needed and not host.has_extn("smtputf8"):
            raise Permanent(NOT_LATIN)
        raw = write_message(mail, trial)
        sender, _ = envelope_address(Address(addr_spec=mail.sender).addr_spec)
        options = ["SMTPUTF8"] if unicode_needed else []
        if host.does_esmtp and host.has_extn("8bitmime"):
            options.append("BODY=8BITMIME")
        wants_report = bool(host.does_esmtp) and host.has_extn("dsn") and trial is None
        if wants_report:
            options += ["RET=HDRS", f"ENVID={_xtext(mail.message_id.strip('<>'))}"]
        _expect(host.mail(sender, options))
        declined = _recipients(host, mail, [address for address, _ in recipients], wants_report=wants_report)
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
            raise Uncertain(f"{type(reason).__name__} {HANDED_OVER}") from reason
        raise Temporary(f"{type(reason).__name__}: {BROKE}") from reason
    return declined


def _recipients(host: smtplib.SMTP, mail: OutgoingMail, addresses: list[str], *, wants_report: bool) -> list[Declined]:
    """Name the recipients to the server; returns those it did not take.

    While one of them is only put off the whole mail waits, so that nobody gets it twice; copies are waited for a few
    times only.
    """
    declined: list[Declined] = []
    for place, address in enumerate(addresses):
        options = ["NOTIFY=FAILURE,DELAY"] if wants_report else []
        if wants_report and address.isascii():
            options.append(f"ORCPT=rfc822;{_xtext(address)}")
        code, text = host.rcpt(address, options)
        if code in {250, 251}:
            continue
        later = 400 <= code < 500
        if later and (place < len(mail.to) or mail.attempts < COPIES_GIVEN_UP_AFTER):
            raise Temporary(_answer(code, text))
        declined.append(Declined(address, _answer(code, text), permanent=not later))
    if len(declined) == len(addresses):
        raise Permanent(declined[0].answer)
    return declined


def _xtext(words: str) -> str:
    """As RFC 3461 section 4 writes what may hold odd signs."""
    return "".join(sign if "!" <= sign <= "~" and sign not in "+=" else f"+{ord(sign):02X}" for sign in words)


def _answer(code: int, text: bytes) -> str:
    """The code of an answer and its enhanced status (RFC 3463); the rest of the line may quote an address."""
    found = re.match(rb"\d\.\d{1,3}\.\d{1,3}", text or b"")
    return f"{code} {found.group().decode()}" if found else str(code)


def _expect(answer: tuple[int, bytes]) -> None:
    code, text = answer
    if 200 <= code < 300:
        return
    if 500 <= code < 600:
        raise Permanent(_answer(code, text))
    raise Temporary(_answer(code, text))
