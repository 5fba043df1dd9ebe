"""Whose meeting server a conference uses, and what a server is told of a room."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l

from app.errors import Refusal
from app.video.rules.rooms import Provider

FLOOR = "floor"
CHANNELS = ("ru", "de", "en")  # beside the floor: what is heard there
SHORTEST_HMAC_KEY = 32  # bytes, RFC 7518 section 3.2
NAME_LENGTHS = (2, 64)  # of a meeting, BigBlueButton 2.4


@dataclass(frozen=True)
class Account:
    """How the house speaks with one meeting server.

    ``base``: of BigBlueButton the address of its API, of Jitsi that of the site (with the tenant, if any), of plain
    links the pattern new addresses are made from. ``secret`` is the shared one, or the private key (PEM) of Jitsi.
    ``inside``: whether addresses of the inner network and without TLS are allowed; ``seconds``: what a call may take.
    """

    provider: Provider
    base: str
    secret: str = field(repr=False, default="")
    app_id: str = ""
    audience: str = ""
    subject: str = ""
    key_id: str = ""
    waiting_room: bool = False
    recording: bool = False
    inside: bool = False
    seconds: float = 5.0


@dataclass(frozen=True)
class RoomPlan:
    """One room as a server knows it: the floor of a session, or one of its channels."""

    key: str
    title: str
    begins: datetime | None = None
    ends: datetime | None = None
    channel: str = FLOOR
    url: str = ""  # typed in by hand
    return_to: str = ""  # where people land afterwards
    made_lately: bool = False  # the server had it minutes ago


def is_private_key(secret: str) -> bool:
    """Whether this is a key in PEM, with which tokens are signed by RS256, and no shared secret."""
    return secret.lstrip().startswith("-----BEGIN ")


def require_base(text: str, provider: Provider, *, inside: bool = False) -> str:
    """The base address as somebody typed it, in the form calls are made with.

    :raises Refusal: (field ``base``) when it is none.
    """
    if provider is Provider.PLAIN:
        return _require_pattern(text.strip())
    base = text.strip().rstrip("/")
    schemes = {"https", "http"} if inside else {"https"}
    parts = urlsplit("")
    try:
        parts = urlsplit(base)
        good = parts.scheme in schemes and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good or len(base) > 380 or parts.query or parts.fragment or parts.username is not None:
        raise Refusal(_l("Give an address that begins with https://."), field="base")
    if not re.fullmatch(r"[!-~]+", parts.path + "x") or re.search(r"[\s<>\"'{}\\]", base):
        raise Refusal(_l("The address holds a sign that no address may hold."), field="base")
    if provider is Provider.BIGBLUEBUTTON and not base.endswith("/api"):
        base += "/api"
    return base


def _require_pattern(pattern: str) -> str:
    try:
        parts = urlsplit(pattern)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme != "https" or not parts.hostname or len(pattern) > 400 or re.search(r"[\s<>\"']", pattern):
        raise Refusal(_l("Give an address that begins with https://."), field="base")
    if pattern.count("{room}") != 1:
        raise Refusal(_l("Put {room} where the name of the room belongs."), field="base")
    return pattern


def meeting_name(title: str) -> str:
    """A title as long as a meeting's name may be."""
    shortest, longest = NAME_LENGTHS
    name = " ".join(title.split())
    if len(name) > longest:
        name = name[: longest - 1].rstrip() + "…"
    return name if len(name) >= shortest else f"{name} –"
