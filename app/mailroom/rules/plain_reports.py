"""Delivery reports that servers write for people: qmail, Exim, Exchange, Yandex, mail.ru and their like.

A mail is one when a server sent it and says in words that another mail was not delivered. An automatic answer of a
person (RFC 3834: out of office) is none, whatever it quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.header import decode_header, make_header
from email.message import Message as Mime
from email.utils import getaddresses, parseaddr
from html import unescape
from typing import Final

from app.mailroom.rules.fates import Fate

_LONGEST: Final = 300_000  # signs read of a text
_ADDRESSES_READ: Final = 50
_SERVERS: Final = re.compile(r"(mailer-?daemon|mail-?daemon|postmaster|mdaemon|microsoftexchange[0-9a-f]+)(?=[@+]|$)")
_UNDELIVERED: Final = re.compile(
    "|".join((
        r"this is the qmail-send program",
        r"(could|can|was|were|has|have) ?not be(en)? delivered", r"(was|were|is)(n[’']t| not) delivered",
        r"mail delivery failed", r"delivery (has )?failed", r"undeliver(ed|able)", r"unable to deliver",
        r"did not reach (some or all of )?the", r"permanent (fatal )?errors?",
        r"nicht zugestellt", r"unzustellbar", r"fehler bei der nachrichtenzustellung",
        r"empfänger nicht erreicht", r"zustellung .{0,60}fehlgeschlagen",
        r"не (может|могло|удалось) быть доставлено", r"не удалось доставить", r"не (было )?доставлено",
        r"недоставленн", r"сбой доставки", r"ошибка доставки", r"доставка .{0,60}(невозможна|не удалась)",
    ))
)  # fmt: skip
_DELAYED: Final = re.compile(
    "|".join((
        r"warning message only", r"will (be retried|keep trying|try again)", r"delivery .{0,40}delayed",
        r"has not yet been delivered", r"do not need to resend", r"\(delay\)",
        r"verzögert", r"weiter(hin)? versucht", r"попытки .{0,60}(продолж|повтор)", r"доставка .{0,40}(задерж|отлож)",
    ))
)  # fmt: skip
_OUT_OF_OFFICE: Final = re.compile(
    r"out of (the )?office|auto(matic|matische|-)? ?(reply|antwort)|abwesen|автоматический ответ|автоответ|отсутству"
)
# What stands above the copy of what came back.
_COPY: Final = re.compile(
    r"(?im)^[> \t]*(-+ ?(below this line is a copy|this is a copy of the message|original message)"
    r"|(return-path|received|message-id|dkim-signature|mime-version):"
    r"|original message headers|ursprüngliche nachrichtenk|исходные заголовки|заголовки исходного)"
)
_NUMBER: Final = re.compile(r"(?im)^[> \t]*message-id:\s*(<[^<>\s]{3,250}>)")
_ADDRESS: Final = re.compile(r"(?<![\w.+\-])[\w.+\-]{1,64}@[\w.\-]{1,250}\.[\w\-]{2,60}")
_QMAIL: Final = re.compile(r"(?m)^<([^<>\s]+@[^<>\s]+)>:[ \t]*\n((?:.+\n)*)")
_STATUS: Final = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![.\d])")
_CODE: Final = re.compile(r"(?<![\d.])([45][0-5]\d)(?=[ \-#])(?![.\d])")
_BY_WORDS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (
        re.compile(r"quota|mailbox (is )?full|over ?quota|postfach .{0,40}voll|ящик .{0,40}переполнен"),
        "5.2.2",
    ),
    (
        re.compile(
            r"user (is )?unknown|unknown user|no such (user|mailbox|recipient)|invalid mailbox|no mailbox"
            r"|(mailbox|address|recipient|user|account).{0,40}(not found|doesn[’']t exist|does not exist)"
            r"|existiert nicht|unbekannt|не найден|не существует|нет такого пользователя"
        ),
        "5.1.1",
    ),
)


def plain_fates(mail: Mime, parts: list[Mime]) -> tuple[Fate, ...]:
    """Whom a mail did not reach by the words of the server that sent it; nothing when it is another mail."""
    failed = _one(mail, "X-Failed-Recipients")
    sender = parseaddr(_one(mail, "From"))[1].casefold()
    text = _told(parts)
    words = " ".join(f"{_one(mail, 'Subject')} {text}".casefold().split())
    if not (failed or _SERVERS.match(sender)) or not _UNDELIVERED.search(words):
        return ()
    if _OUT_OF_OFFICE.search(_one(mail, "Subject").casefold()):
        return ()
    permanent = not _DELAYED.search(words)
    if failed:
        named = [address.casefold() for _name, address in getaddresses([failed]) if "@" in address]
        return tuple(Fate((address,), permanent, _status(text)) for address in named[:_ADDRESSES_READ])
    blocks = [(found[1], found[2]) for found in _QMAIL.finditer(text)]
    if blocks:
        return tuple(
            Fate((who.casefold(),), permanent, _status(why) or _status(text)) for who, why in blocks[:_ADDRESSES_READ]
        )
    ours = {address.casefold() for _name, address in getaddresses([_one(mail, "To"), _one(mail, "From")])}
    others = dict.fromkeys(address.casefold() for address in _ADDRESS.findall(text))
    found = tuple(address for address in others if address not in ours)
    return (Fate(found[:_ADDRESSES_READ], permanent, _status(text)),) if found else ()


def numbers_in(parts: list[Mime]) -> tuple[str, ...]:
    """The numbers of mails (Message-ID) among the lines of a text that quotes what came back."""
    return tuple(number for text in _texts(parts) for number in _NUMBER.findall(text))


def _one(mail: Mime, name: str) -> str:
    written = " ".join(str(mail.get(name) or "")[:1000].split())
    try:
        return str(make_header(decode_header(written)))
    except (LookupError, ValueError):
        return written


def _status(text: str) -> str:
    found = _STATUS.search(text)
    if found is not None:
        return found[1]
    words = " ".join(text.casefold().split())
    for pattern, status in _BY_WORDS:
        if pattern.search(words):
            return status
    code = _CODE.search(text)
    return code[1] if code is not None else ""


def _told(parts: list[Mime]) -> str:
    """What the server says itself: its text up to the copy of what came back."""
    for text in _texts(parts):
        copy = _COPY.search(text)
        own = text[: copy.start()] if copy is not None else text
        if own.strip():
            return own
    return ""


def _texts(parts: list[Mime]) -> Iterator[str]:
    for wanted in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() != wanted or part.is_multipart():
                continue
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                text = _decoded(content[:_LONGEST], part.get_content_charset() or "utf-8")
                yield f"{text}\n" if wanted == "text/plain" else unescape(re.sub(r"<[^<>@]{0,2000}>", "\n", text))


def _decoded(content: bytes, charset: str) -> str:
    try:
        text = content.decode(charset, "replace")
    except LookupError:
        text = content.decode("utf-8", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")
