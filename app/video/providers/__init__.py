"""Meeting servers behind one small interface."""

from __future__ import annotations

from app.video.providers.bigbluebutton import BigBlueButton
from app.video.providers.interface import Ability, MeetingServer, PersonInside, Recording
from app.video.providers.jitsi import Jitsi
from app.video.providers.plain import PlainLinks
from app.video.rules.accounts import Account
from app.video.rules.rooms import Provider

__all__ = ["Ability", "MeetingServer", "PersonInside", "Recording", "server_of"]

_SERVERS: dict[Provider, type[BigBlueButton] | type[Jitsi] | type[PlainLinks]] = {
    Provider.BIGBLUEBUTTON: BigBlueButton,
    Provider.JITSI: Jitsi,
    Provider.PLAIN: PlainLinks,
}


def server_of(account: Account) -> MeetingServer:
    """The server an account is for."""
    return _SERVERS[account.provider](account)
