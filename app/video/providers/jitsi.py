"""Jitsi: a room is there as soon as somebody enters; a signed token says who may, until when, and as what.

After lib-jitsi-meet's ``doc/tokens.md`` and the token of Jitsi as a Service: ``iss`` the application, ``aud`` the
service, ``sub`` the tenant or the domain, ``room`` without either. Servers read the moderator's right from different
places, so it stands in all of them: the token itself, ``context.user.affiliation`` and ``context.user.moderator``.
"""

from __future__ import annotations

import json
import warnings
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

from app.video.providers.calls import Limits, call
from app.video.providers.interface import Ability, PersonInside, Recording
from app.video.providers.patience import patiently
from app.video.rules.accounts import FLOOR, SHORTEST_HMAC_KEY, Account, RoomPlan, is_private_key
from app.video.rules.trouble import Finding, Trouble, TroubleKind
from app.video.rules.visitors import Visitor, VisitorRole

AS_A_SERVICE = "8x8.vc"  # where every token is issued by "chat"
SKEW = timedelta(minutes=1)  # a server's clock may be behind
AFTER_THE_END = timedelta(hours=1)  # a session may last longer, and who was cut off comes back with the same token
SHORTEST = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
_LISTENS = ("fullscreen", "hangup", "participants-pane", "raisehand", "settings", "tileview")


@lru_cache(maxsize=8)
def require_private_key(pem: str) -> Any:
    """The RSA key in ``pem``.

    :raises Trouble: when there is none.
    """
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem.strip().encode(), None)
    except (ValueError, TypeError) as reason:
        raise Trouble(TroubleKind.BAD_KEY) from reason
    if not isinstance(key, RSAPrivateKey):
        raise Trouble(TroubleKind.BAD_KEY)
    return key


class Jitsi:
    """A Jitsi Meet site at ``account.base``, its own or Jitsi as a Service."""

    abilities = frozenset({Ability.CHANNELS})

    def __init__(self, account: Account, limits: Limits | None = None) -> None:
        self._account = account
        self._limits = limits or Limits.of(account.seconds)

    def raw_address(self, key: str) -> str:
        """Lets nobody in without a token, where the server asks for one."""
        return f"{self._account.base}/{quote(key.lower())}"

    def check(self, *, at: datetime) -> Finding:
        """Fetch the site's settings, which every Jitsi shows, and sign a token for nobody."""
        parts = urlsplit(self._account.base)
        site = f"{parts.scheme}://{parts.netloc}"
        try:
            nobody = Visitor("0", "Ratusha", VisitorRole.DELEGATE)
            self._token(RoomPlan("check", "check"), nobody, at)
            answer = patiently(
                site,
                lambda: call(f"{site}/config.js", limits=self._limits, inside=self._account.inside),
                anyway=True,
            )
            if answer.status != 200:
                raise Trouble(TroubleKind.STATUS, status=answer.status)
            if b"config" not in answer.body or b"<html" in answer.body[:1000].lower():
                raise Trouble(TroubleKind.GARBAGE)
        except Trouble as trouble:
            return Finding.of(trouble)
        values: dict[str, Any] = {"clock": answer.clock}
        secret = self._account.secret
        if not is_private_key(secret) and len(secret.encode()) < SHORTEST_HMAC_KEY:
            values["short_secret"] = True
        return Finding(True, Finding.TOKEN_UNPROVED, values)

    def ensure(self, room: RoomPlan) -> None:
        """Nothing: the first who enters makes the room."""

    def _token(self, room: RoomPlan, visitor: Visitor, at: datetime) -> str:
        import jwt  # costs 0.05 s

        account, site = self._account, urlsplit(self._account.base)
        if not account.secret:
            raise Trouble(TroubleKind.NO_SECRET)
        moderator = visitor.role is VisitorRole.MODERATOR or (
            room.channel != FLOOR and visitor.role is VisitorRole.INTERPRETER
        )
        until = max((room.ends + AFTER_THE_END) if room.ends else at + LONGEST, at + SHORTEST)
        waits = account.waiting_room and visitor.waits
        user = {
            "id": visitor.id,
            "name": visitor.name,
            "affiliation": "owner" if moderator else "member",
            "moderator": "true" if moderator else "false",
        }
        if not waits:
            user["lobby_bypass"] = "true"
        context: dict[str, Any] = {
            "user": user,
            "features": {
                "recording": "true" if moderator and account.recording else "false",
                "livestreaming": "false",
                "outbound-call": "false",
            },
        }
        if account.waiting_room:
            context["room"] = {"lobby": True}
        claims = {
            "aud": account.audience or "jitsi",
            "iss": account.app_id or ("chat" if site.hostname == AS_A_SERVICE else "ratusha"),
            "sub": account.subject or site.path.strip("/").rpartition("/")[2] or site.hostname or "*",
            "room": room.key.lower(),
            "iat": int(at.timestamp()),
            "nbf": int((at - SKEW).timestamp()),
            "exp": int(min(until, at + LONGEST).timestamp()),
            "moderator": moderator,
            "context": context,
        }
        headers = {"kid": account.key_id} if account.key_id else None
        if is_private_key(account.secret):
            return jwt.encode(claims, require_private_key(account.secret), algorithm="RS256", headers=headers)
        with warnings.catch_warnings():  # a secret too short is the association's decision; the page says it
            warnings.simplefilter("ignore", jwt.InsecureKeyLengthWarning)
            return jwt.encode(claims, account.secret, algorithm="HS256", headers=headers)

    def address_for(self, room: RoomPlan, visitor: Visitor, *, at: datetime) -> str:
        """The room's address with a token; how the person enters stands behind the ``#``, which reaches no server."""
        settings: list[tuple[str, Any]] = [
            ("config.defaultLanguage", visitor.language),
            ("config.subject", room.title),
            ("config.startWithAudioMuted", True),
            ("config.prejoinConfig.enabled", True),
        ]
        speaks_here = visitor.role in {VisitorRole.MODERATOR, VisitorRole.INTERPRETER}
        if visitor.only_listens or (room.channel != FLOOR and not speaks_here):
            settings += [
                ("config.startWithVideoMuted", True),
                ("config.disableInitialGUM", True),
                ("config.toolbarButtons", list(_LISTENS)),
            ]
        entered = "&".join(
            f"{name}={quote(json.dumps(value, ensure_ascii=False), safe='')}" for name, value in settings
        )
        return f"{self.raw_address(room.key)}?jwt={self._token(room, visitor, at)}#{entered}"

    def end(self, room: RoomPlan) -> bool:  # noqa: ARG002
        """Jitsi has no call for it: a moderator ends the meeting inside."""
        return False

    def recordings(self, room: RoomPlan) -> list[Recording]:  # noqa: ARG002
        """Jitsi tells of none."""
        return []

    def people_in(self, room: RoomPlan) -> list[PersonInside]:  # noqa: ARG002
        """Jitsi does not tell."""
        return []
