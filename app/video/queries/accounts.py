"""Which meeting server a conference uses, and what it is told of a room."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import current_app

from app.conferences.models import Conference
from app.database import db
from app.i18n import LANGUAGES, localized
from app.programme.models import ProgrammeSession
from app.strongbox import Locked, open_values
from app.video.models import MeetingRoom, VideoAccount
from app.video.providers import Ability, MeetingServer, server_of
from app.video.rules.accounts import CHANNELS, FLOOR, Account, RoomPlan, require_base
from app.video.rules.making import MADE_LATELY
from app.video.rules.rooms import Provider

PATIENCE = 3.0  # seconds somebody waits behind a join link


def kept_account(conference: Conference) -> VideoAccount | None:
    """What was settled for this conference; None: the house's settings hold."""
    return db.session.get(VideoAccount, conference.id)


def secret_of(row: VideoAccount) -> str:
    """The secret kept; empty when there is none, or the house lost the key it was locked with."""
    try:
        return str(open_values(row.sealed).get("secret", "")) if row.sealed else ""
    except Locked:
        return ""


def house_account() -> Account:
    """The meeting server of conferences that name none of their own."""
    settings = current_app.config["SETTINGS"]
    own = settings.video
    provider = Provider(own.provider)
    base = settings.video_url if provider is Provider.PLAIN else require_base(own.base, provider, inside=own.inside)
    return Account(provider, base, own.secret, app_id=own.app_id, inside=own.inside, seconds=own.seconds)


def account_of(conference: Conference) -> Account:
    """The meeting server of this conference, with its secret."""
    row = kept_account(conference)
    if row is None:
        return house_account()
    house = current_app.config["SETTINGS"].video
    return Account(
        row.provider, row.base, secret_of(row), app_id=row.app_id, audience=row.audience, subject=row.subject,
        key_id=row.key_id, waiting_room=row.waiting_room, recording=row.recording,
        inside=house.inside, seconds=house.seconds,
    )  # fmt: skip


def account_for(room: MeetingRoom, conference: Conference) -> Account:
    """The server a room stands on: its conference's, unless its address was typed in."""
    account = account_of(conference)
    if room.provider is account.provider:
        return account
    return Account(room.provider, "", inside=account.inside)


def server_for(room: MeetingRoom, conference: Conference, *, waiting: bool = False) -> MeetingServer:
    """The server a room stands on, ready to be asked.

    :param waiting: somebody waits for the answer; it may take less long then.
    """
    account = account_for(room, conference)
    return server_of(replace(account, seconds=min(account.seconds, PATIENCE)) if waiting else account)


def languages_of(session: ProgrammeSession) -> list[str]:
    """The languages a session is interpreted into, as far as rooms have channels for them."""
    spoken = [code.strip() for code in session.languages.split(";")] if session.interpretation else []
    return [code for code in CHANNELS if code in spoken]


def channels_of(room: MeetingRoom) -> list[str]:
    """What can be heard beside the floor: by the addresses typed in, or by the session's languages."""
    if room.by_hand or room.provider is Provider.PLAIN:
        return [code for code in CHANNELS if room.channels.get(code)]
    return languages_of(room.session)


def plan_of(room: MeetingRoom, channel: str = FLOOR, *, at: datetime | None = None) -> RoomPlan:
    """What the server is told of a room, or of one of its channels.

    :param at: when somebody wants to enter.
    """
    known = at is not None and room.made_at is not None and not room.trouble and room.made_at > at - MADE_LATELY
    session = room.session
    title = localized(session, "title") or session.code
    if channel == FLOOR:
        key, url = room.key, room.url
    else:
        key, url = f"{room.key}-{channel}", room.channels.get(channel, "")
        title = f"{LANGUAGES.get(channel, channel)} · {title}"
    return RoomPlan(
        key=key, title=title, begins=session.starts_at, ends=session.ends_at, channel=channel, url=url,
        made_lately=known, return_to=f"{current_app.config['SETTINGS'].base_url}/join/back",
    )  # fmt: skip


def makes_rooms(room: MeetingRoom) -> bool:
    """Whether its server has to be asked for the room."""
    return Ability.MAKES_ROOMS in server_of(Account(room.provider, "")).abilities
