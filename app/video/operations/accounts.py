"""Settling which meeting server a conference uses, and asking it whether it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from app.conferences.models import Conference
from app.database import after_commit, db, lock, transaction
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.strongbox import lock_values, open_values
from app.video.models import VideoAccount
from app.video.operations.rooms import move_rooms
from app.video.providers import server_of
from app.video.providers.jitsi import require_private_key
from app.video.providers.patience import forget_servers
from app.video.queries.accounts import account_of, house_account, kept_account, secret_of
from app.video.rules.accounts import is_private_key, require_base
from app.video.rules.rooms import Provider
from app.video.rules.trouble import Finding, Trouble

LONGEST_SECRET = 10_000


@dataclass(frozen=True)
class AccountDetails:
    """A meeting server as typed in. ``provider`` None: as the house is set up; empty ``secret``: the one kept."""

    provider: Provider | None
    base: str = ""
    secret: str = ""
    app_id: str = ""
    audience: str = ""
    subject: str = ""
    key_id: str = ""
    waiting_room: bool = False
    recording: bool = False


def _host(base: str) -> str:
    return (urlsplit(base).hostname or "").lower()


def _secret(details: AccountDetails, base: str, row: VideoAccount | None) -> str:
    """The secret to be kept: the one given, else the one there is, if it was given for the same server."""
    if details.provider is Provider.PLAIN:
        return ""
    given = details.secret.strip()
    if len(given) > LONGEST_SECRET:
        raise Refusal(_l("That is too long."), field="secret")
    if not given and row is not None and row.provider is details.provider and _host(row.base) == _host(base):
        given = secret_of(row)
    if not given:
        raise Refusal(_l("Give the secret of this server; without it nobody is let in."), field="secret")
    if is_private_key(given):
        if details.provider is not Provider.JITSI:
            raise Refusal(_l("BigBlueButton has a shared secret and no private key."), field="secret")
        try:
            require_private_key(given)
        except Trouble as trouble:
            raise Refusal(_l("The private key cannot be read: an RSA key in PEM without a password is needed."),
                          field="secret") from trouble  # fmt: skip
    return given


def settle_account(
    *, conference: Conference, details: AccountDetails, version: int, actor: Actor, at: datetime
) -> int:  # fmt: skip
    """Let a conference use this meeting server from now on. Its rooms move there; addresses typed in stay.

    :param version: that of the settings somebody saw, 0 when there were none of its own.
    :returns: how many rooms moved.
    :raises Refusal: when something does not fit, or somebody else was faster.
    """
    inside = house_account().inside
    base = require_base(details.base, details.provider, inside=inside) if details.provider is not None else ""
    with transaction() as session:
        lock(conference)
        row = kept_account(conference)
        if (row.version if row is not None else 0) != version:
            raise Refusal(_l("Somebody else has changed these settings meanwhile. Look at them again, then save."))
        if details.provider is None:
            if row is None:
                return 0
            session.delete(row)
        else:
            secret = _secret(details, base, row)
            if row is None:
                row = VideoAccount(conference_id=conference.id)
                session.add(row)
            row.provider, row.base = details.provider, base
            row.sealed = lock_values({"secret": secret}) if secret else ""
            for name in ("app_id", "audience", "subject", "key_id"):
                value = " ".join(getattr(details, name).split()) if details.provider is Provider.JITSI else ""
                setattr(row, name, value[:200])
            row.waiting_room = details.waiting_room and details.provider is not Provider.PLAIN
            row.recording = details.recording and details.provider is not Provider.PLAIN
            row.checked_at, row.finding = None, {}
            row.changed_by, row.changed_at = actor.label[:254], at
        session.flush()
        moved = move_rooms(conference=conference, account=account_of(conference))
        record(
            deed="video.settle_account", subject=None, actor=actor, at=at, conference_id=conference.id,
            details={"provider": details.provider.value if details.provider else "", "server": _host(base),
                     "rooms_moved": moved},
        )  # fmt: skip
        after_commit(forget_servers)
    return moved


def check_account(*, conference: Conference, at: datetime) -> Finding:
    """Ask the conference's meeting server something harmless. Not inside of a transaction; takes some seconds."""
    server = server_of(account_of(conference))
    row = kept_account(conference)
    version = row.version if row is not None else 0
    db.session.commit()
    finding = server.check(at=at)
    if row is not None:  # not a change of the settings: nobody who is at them is held up
        with transaction() as session:
            session.execute(
                update(VideoAccount)
                .where(VideoAccount.conference_id == conference.id, VideoAccount.version == version)
                .values(checked_at=at, finding=finding.as_json())
            )
    return finding


def lock_secrets_anew() -> dict[str, int]:
    """Lock the secrets of meeting servers with the first key of the house, in the surrounding transaction.

    :raises Locked: when no key of the house opens one.
    """
    count = 0
    with transaction() as session:
        for row in session.query(VideoAccount).filter(VideoAccount.sealed != "").with_for_update():
            row.sealed = lock_values(open_values(row.sealed))
            count += 1
        session.flush()
    return {"servers": count}
