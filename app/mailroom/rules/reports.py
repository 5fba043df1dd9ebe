"""Delivery reports in a mail, a mailbox file or a folder of mails: read with care, for anyone may send one.

Those of RFC 3464 are made for machines; what other servers write for people is read where it is a report without doubt.

Nothing of a report is believed but the number of the mail it is about, the recipient and the status.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Mime
from email.utils import parseaddr

from flask_babel import lazy_gettext as _l

from app.errors import Refusal
from app.mailroom.rules.fates import Fate
from app.mailroom.rules.plain_reports import numbers_in, plain_fates

LARGEST_MAIL = 30_000_000
LARGEST_MAILBOX = 100_000_000
_PARTS_READ = 200
_RECIPIENTS_READ = 100
_MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")
_BEGIN_OF_MAIL = re.compile(rb"(?m)^From [^\r\n]{1,500}\r?\n")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True)
class Report:
    """A delivery report: the numbers of the mail it may be about, and whom it did not reach.

    ``plain``: it was written for people, so that a recipient is what it names somewhere.
    """

    message_ids: tuple[str, ...]
    fates: tuple[Fate, ...]
    plain: bool = False


def mails_in(data: bytes) -> Iterator[bytes]:
    """The single mails of a mailbox file (mbox, lines beginning with ``From``), or the one mail that it is."""
    text = data.lstrip(b"\xef\xbb\xbf\r\n\t ")
    if not text.startswith(b"From "):
        yield text
        return
    begins = [found.span() for found in _BEGIN_OF_MAIL.finditer(text) if _after_blank_line(text, found.start())]
    ends = [start for start, _ in begins[1:]] + [len(text)]
    for (_, start), end in zip(begins, ends, strict=True):
        yield re.sub(rb"(?m)^>(>*From )", rb"\1", text[start:end])


def _after_blank_line(text: bytes, start: int) -> bool:
    return start == 0 or text[max(0, start - 3) : start].endswith((b"\n\n", b"\n\r\n"))


def read_report(data: bytes) -> Report | None:
    """The delivery report a mail is; None when it is another mail.

    :raises Refusal: when the mail is too large or too broken to be read.
    """
    if len(data) > LARGEST_MAIL:
        raise Refusal(_l("This mail is too large to be read."), field="report")
    try:
        mail = message_from_bytes(data)
        parts = _parts(mail)
        fates = tuple(fate for part in parts if part.get_content_type() == "message/delivery-status"
                      for fate in _fates(part))  # fmt: skip
        if fates:
            return Report(_message_ids(mail, parts), fates)
        fates = plain_fates(mail, parts)
        numbers = (*numbers_in(parts), *_message_ids(mail, parts)) if fates else ()
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError) as reason:
        raise Refusal(_l("This mail is broken and cannot be read."), field="report") from reason
    return Report(tuple(dict.fromkeys(numbers)), fates, plain=True) if fates else None


def _parts(mail: Mime) -> list[Mime]:
    found: list[Mime] = []
    for part in mail.walk():
        found.append(part)
        if len(found) >= _PARTS_READ:
            break
    return found


def _one(block: Mime, name: str) -> str:
    return " ".join(str(block.get(name) or "")[:1000].split())


def _address(block: Mime, name: str) -> str:
    """``rfc822; head@kaluga.example`` -> the address in small letters."""
    written = _one(block, name)
    kind, semicolon, address = written.partition(";")
    address = address if semicolon and kind.strip().lower() in {"rfc822", "utf-8"} else written
    return (parseaddr(address.strip())[1] or address.strip().strip("<>")).casefold()


def _fates(part: Mime) -> Iterator[Fate]:
    blocks = part.get_payload()
    if not isinstance(blocks, list):
        return
    for block in blocks[: _RECIPIENTS_READ + 1]:
        if not isinstance(block, Mime) or "Action" not in block:
            continue
        action = _one(block, "Action").split(" ", 1)[0].strip("(;").lower()
        if action not in {"failed", "delayed"}:
            continue
        found = _STATUS.search(_one(block, "Status")) or _STATUS.search(_one(block, "Diagnostic-Code"))
        addresses = (_address(block, "Original-Recipient"), _address(block, "Final-Recipient"))
        named = tuple(dict.fromkeys(address for address in addresses if address))
        if named:
            yield Fate(named, action == "failed", found[0] if found else "")


def _message_ids(mail: Mime, parts: list[Mime]) -> tuple[str, ...]:
    """The number of the returned mail: in what came back of it, as we named its envelope, else what is answered."""
    found: list[str] = []
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/rfc822" and isinstance(part.get_payload(), list):
            found += _MESSAGE_ID.findall(_one(part.get_payload(0), "Message-ID"))  # type: ignore[arg-type]  # typeshed
        elif kind in {"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"}:
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                found += _MESSAGE_ID.findall(_one(message_from_bytes(content[:200_000]), "Message-ID"))
        elif kind == "message/delivery-status" and isinstance(part.get_payload(), list) and part.get_payload():
            envelope = _one(part.get_payload(0), "Original-Envelope-Id")  # type: ignore[arg-type]  # typeshed
            found += _MESSAGE_ID.findall(f"<{_plain_of_xtext(envelope)}>")
    if not found:
        found += _MESSAGE_ID.findall(_one(mail, "In-Reply-To")) + _MESSAGE_ID.findall(_one(mail, "References"))
    return tuple(dict.fromkeys(found))


def _plain_of_xtext(words: str) -> str:
    """RFC 3461 section 4: ``+2B`` stands for a plus."""
    return re.sub(r"\+([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), words).strip("<>")
