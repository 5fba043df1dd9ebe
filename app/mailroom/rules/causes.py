"""What the answer of a mail server means, in a sentence (RFC 5321 section 4.2, RFC 3463)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from app.errors import Message

OUR_SERVER = "the mail server does not answer"  # how a failure ends that no recipient is to blame for
SIGN_IN = "the mail server refuses the sign-in"
BROKE = "the connection broke"
HANDED_OVER = "after the content was handed over"
STOPPED = "the sender stopped after handing over"
NO_ADDRESS = "not an e-mail address"
NOT_LATIN = "the mail server cannot write to an address that is not in Latin letters"
WITHDRAWN = "withdrawn"
MAILBOX_FULL = "2.2"

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_CODE = re.compile(r"\b([245]\d\d)\b")

_BY_WORDS: tuple[tuple[str, Message], ...] = (
    (SIGN_IN, _l("The mail server refuses our name or password (RATUSHA_SMTP_URL).")),
    (OUR_SERVER, _l("The mail server does not answer; no recipient is to blame.")),
    (BROKE, _l("The connection broke before the mail was handed over.")),
    (HANDED_OVER, _l("The connection broke after the mail had been handed over.")),
    (STOPPED, _l("The program was stopped after the mail had been handed over.")),
    (NO_ADDRESS, _l("This is no e-mail address.")),
    (NOT_LATIN, _l("Our mail server cannot write to an address that is not in Latin letters.")),
    (WITHDRAWN, _l("It was withdrawn because what it brings is not valid any more.")),
)

# Subject and detail of the enhanced status; the class says only whether another try is worth while.
_BY_STATUS: Mapping[str, Message] = {
    "1.1": _l("There is no such mailbox."),
    "1.2": _l("The domain of the address does not exist."),
    "1.3": _l("This is no e-mail address."),
    "1.6": _l("The mailbox has moved and left no new address."),
    "1.10": _l("The domain of the address takes no mail."),
    "2.0": _l("The mail server of the recipient asks to come back later."),
    "2.1": _l("The mailbox is switched off."),
    MAILBOX_FULL: _l("The mailbox is full."),
    "2.3": _l("The mail is too large for the recipient."),
    "3.1": _l("The mail server of the recipient has no room left."),
    "3.4": _l("The mail is too large for the recipient."),
    "4.1": _l("The mail server of the recipient does not answer."),
    "4.4": _l("The domain of the address does not exist."),
    "4.7": _l("It could not be delivered in time."),
    "7.0": _l("The mail server of the recipient refuses mail from us."),
}
_BY_SUBJECT: Mapping[str, Message] = {
    "1": _l("Something is wrong with the address."),
    "2": _l("The mailbox cannot take the mail."),
    "3": _l("The mail server of the recipient has a fault."),
    "4": _l("The mail server of the recipient cannot be reached."),
    "5": _l("The mail servers did not understand each other."),
    "6": _l("The mail server of the recipient cannot pass on what the mail contains."),
    "7": _l("The mail server of the recipient refuses mail from us."),
}
_BY_CODE: Mapping[str, Message] = {
    "421": _l("The mail server is busy."),
    "450": _l("The mail server of the recipient asks to come back later."),
    "451": _l("The mail server of the recipient asks to come back later."),
    "452": _l("The mail server of the recipient has no room left."),
    "550": _l("There is no such mailbox, or it is closed to us."),
    "551": _l("There is no such mailbox."),
    "552": _l("The mailbox is full."),
    "553": _l("Something is wrong with the address."),
    "554": _l("The mail server of the recipient refuses the mail."),
}
_SOFTENED: Mapping[str, Message] = {
    "4.7.0": _l("The mail server of the recipient asks to come back later."),
    "4.7.1": _l("The mail server of the recipient asks to come back later."),
}


def status_of(error: str) -> str:
    """The enhanced status in what is kept of an answer: ``5.1.1``; empty when there is none."""
    found = _STATUS.search(error)
    return found[1] if found is not None else ""


def cause_of(error: str) -> Message:
    """Why a mail did not go, in a sentence; empty when nothing went wrong.

    :param error: what is kept with the mail: the code of the answer, or words of ours.
    """
    if not error:
        return ""
    for words, message in _BY_WORDS:
        if error.endswith(words):
            return message
    status = status_of(error)
    if status:
        _class, subject, detail = status.split(".")
        known = _SOFTENED.get(status) or _BY_STATUS.get(f"{subject}.{detail}") or _BY_SUBJECT.get(subject)
        if known is not None:
            return known
    code = _CODE.search(error)
    if code is not None and code[1] in _BY_CODE:
        return _BY_CODE[code[1]]
    if status.startswith("4") or (code is not None and code[1].startswith("4")):
        return _l("The mail server of the recipient asks to come back later.")
    return _l("The mail server of the recipient refuses the mail.")
