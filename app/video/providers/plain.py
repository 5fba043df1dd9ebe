"""Plain addresses of any other service: typed in, or made from a pattern; one for each language where there is one."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from app.video.providers.calls import Limits, call
from app.video.providers.interface import Ability, PersonInside, Recording
from app.video.providers.patience import patiently
from app.video.rules.accounts import Account, RoomPlan
from app.video.rules.trouble import Finding, Trouble, TroubleKind
from app.video.rules.visitors import Visitor


class PlainLinks:
    """Nothing is known of the service but that its address opens in a browser."""

    abilities: frozenset[Ability] = frozenset()

    def __init__(self, account: Account, limits: Limits | None = None) -> None:
        self._account = account
        self._limits = limits or Limits.of(account.seconds)

    def raw_address(self, key: str) -> str:
        """The pattern with the room's name in it."""
        return self._account.base.replace("{room}", key)

    def check(self, *, at: datetime) -> Finding:  # noqa: ARG002
        """Whether anybody answers at the front door of the service."""
        parts = urlsplit(self._account.base)
        site = f"{parts.scheme}://{parts.netloc.replace('{room}', 'room')}"
        try:
            answer = patiently(
                site, lambda: call(f"{site}/", limits=self._limits, inside=self._account.inside), anyway=True
            )
        except Trouble as trouble:
            if trouble.kind in {TroubleKind.ELSEWHERE, TroubleKind.TOO_BIG}:  # people's browsers go along
                return Finding(True, Finding.ANSWERED)
            return Finding.of(trouble)
        if answer.status >= 500:
            return Finding.of(Trouble(TroubleKind.STATUS, status=answer.status))
        return Finding(True, Finding.ANSWERED, {"clock": answer.clock})

    def ensure(self, room: RoomPlan) -> None:
        """Nothing: who typed the address in has made the room."""

    def address_for(self, room: RoomPlan, visitor: Visitor, *, at: datetime) -> str:  # noqa: ARG002
        """The address as it stands; such a service is told nothing of the person."""
        if not room.url:
            raise Trouble(TroubleKind.NO_ADDRESS)
        return room.url

    def end(self, room: RoomPlan) -> bool:  # noqa: ARG002
        """Nobody can be asked."""
        return False

    def recordings(self, room: RoomPlan) -> list[Recording]:  # noqa: ARG002
        """Nobody can be asked."""
        return []

    def people_in(self, room: RoomPlan) -> list[PersonInside]:  # noqa: ARG002
        """Nobody can be asked."""
        return []
