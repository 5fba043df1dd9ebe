"""Whose rooms they are, and when one may enter."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l

from app.errors import Refusal

OPENS_BEFORE = timedelta(minutes=30)


class Provider(StrEnum):
    """Who holds the meeting room."""

    PLAIN = "plain"
    JITSI = "jitsi"
    BIGBLUEBUTTON = "bigbluebutton"


def require_address(url: str, *, field: str = "url") -> str:
    """The address of a room as somebody typed it.

    :raises Refusal: when it is no https address.
    """
    address = url.strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme != "https" or not parts.hostname or len(address) > 500 or any(sign.isspace() for sign in address):
        raise Refusal(_l("Give an address that begins with https://."), field=field)
    return address
