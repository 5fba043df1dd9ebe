"""What a provider did instead of what it was asked, and what a test call found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class TroubleKind(StrEnum):
    """Why a call brought nothing. The words stand in :mod:`app.video.rules.words`."""

    NO_ANSWER = "no-answer"  # seconds
    UNREACHABLE = "unreachable"  # host
    UNKNOWN_NAME = "unknown-name"  # host
    CERTIFICATE = "certificate"  # host
    INSIDE = "inside"  # host: an address of the inner network
    ELSEWHERE = "elsewhere"  # host: where it wanted to lead us
    STATUS = "status"  # status
    TOO_BIG = "too-big"
    GARBAGE = "garbage"
    WRONG_SECRET = "wrong-secret"  # noqa: S105  # no password
    NO_SECRET = "no-secret"  # noqa: S105
    BAD_KEY = "bad-key"
    FAILED = "failed"  # key: what the server calls it
    BUSY = "busy"
    NO_ADDRESS = "no-address"  # nobody typed one in


#: After one of these the next call would most likely wait in vain as well.
OF_THE_WAY = frozenset(
    {TroubleKind.NO_ANSWER, TroubleKind.UNREACHABLE, TroubleKind.UNKNOWN_NAME, TroubleKind.CERTIFICATE}
)


class Trouble(Exception):
    """A provider did not do what it was asked. ``values`` go into the words; no address, no secret is among them."""

    def __init__(self, kind: TroubleKind, **values: Any) -> None:
        super().__init__(kind.value)
        self.kind = kind
        self.values = values

    def as_json(self) -> dict[str, Any]:
        """As a column keeps it."""
        return {"kind": self.kind.value, "values": self.values}


@dataclass(frozen=True)
class Finding:
    """What a test call found: ``kind`` is a :class:`TroubleKind`, or one of the good ends below."""

    ok: bool
    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)

    ACCEPTED = "accepted"  # it answered and took the secret
    ANSWERED = "answered"  # it answered; there is nothing to prove a secret with
    TOKEN_UNPROVED = "token-unproved"  # noqa: S105  # it answered; tokens are judged when somebody enters

    @classmethod
    def of(cls, trouble: Trouble) -> Finding:
        """The finding a trouble is."""
        return cls(False, trouble.kind.value, trouble.values)

    def as_json(self) -> dict[str, Any]:
        """As a column keeps it."""
        return {"ok": self.ok, "kind": self.kind, "values": dict(self.values)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Finding:
        """What :meth:`as_json` gave."""
        return cls(bool(kept.get("ok")), str(kept.get("kind", "")), kept.get("values") or {})
