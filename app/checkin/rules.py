"""What a scanner types, and who is let in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from app.delegations.rules import Accreditation
from app.errors import Message

LONGEST_REASON = 300


class How(StrEnum):
    """How somebody was recognised at the entrance."""

    SCANNED = "scanned"
    BY_NAME = "by-name"


# A scanner is a keyboard: it types what its keys mean in the layout chosen on the computer. Right: what is on the keys
# of the American layout, which scanners have in mind.
_RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбюЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ"
_AMERICAN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>"
_LAYOUTS = (
    str.maketrans(_RUSSIAN, _AMERICAN),
    str.maketrans("zyZYß?", "yzYZ-_"),  # German
)
_CODE = re.compile(r"[A-Za-z0-9_-]{12}")  # what secrets.token_urlsafe(9) makes

WITHOUT_A_PLACE: Mapping[Accreditation, Message] = {
    Accreditation.APPLIED: _l("This person’s registration has not been decided on yet: there is no place."),
    Accreditation.WAITLISTED: _l("This person is on the waiting list and has no place."),
    Accreditation.DECLINED: _l("This person’s accreditation was declined."),
    Accreditation.WITHDRAWN: _l("This person’s registration was withdrawn."),
}
BY_VIDEO: Message = _l("This person takes part by video and is not expected on site.")
NOBODY_ON_SITE: Message = _l("The conference is held by video: nobody is expected on site.")


def why_not(accreditation: Accreditation, *, comes: bool, has_hall: bool) -> Message | None:
    """Why somebody is not let in; None: they are.

    :param comes: whether they are expected where the conference is held.
    :param has_hall: whether it is held anywhere.
    """
    if not has_hall:
        return NOBODY_ON_SITE
    if accreditation is not Accreditation.GRANTED:
        return WITHOUT_A_PLACE[accreditation]
    return None if comes else BY_VIDEO


def readings(typed: str) -> list[str]:
    """The codes a scanner may have meant: as typed, and as if the computer had the Russian or the German layout, or
    capitals were locked. Empty: no scanner types that."""
    text = "".join(typed.split())
    tried = [text, *(text.translate(layout) for layout in _LAYOUTS)]
    tried += [one.swapcase() for one in tried]
    return list(dict.fromkeys(one for one in tried if _CODE.fullmatch(one)))


def is_like_a_code(typed: str) -> bool:
    """Whether this is rather a code than a name: with digits, or capitals amid small letters."""
    return any(re.search(r"[0-9]|[a-z].*[A-Z].*[a-z]|[A-Z].*[a-z].*[A-Z]", one) for one in readings(typed))
