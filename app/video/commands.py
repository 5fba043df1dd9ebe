"""``ratusha video …``."""

from __future__ import annotations

from typing import Any, TextIO

import click

from app.clock import now
from app.command_line import Outcome, verb
from app.conferences.queries import get
from app.history.rules import COMMAND
from app.video.operations.accounts import LONGEST_SECRET, AccountDetails, settle_account
from app.video.operations.links import replace_join_link
from app.video.providers import server_of
from app.video.queries import rooms
from app.video.queries.accounts import account_of, kept_account
from app.video.queries.visits import attendance_rows, delegate_of
from app.video.rules.rooms import Provider
from app.video.rules.words import finding_words, trouble_words

PROVIDERS = ["house", *(one.value for one in Provider)]


@verb("video", "rooms", text=lambda found: "\n".join(f"{room['session']:<8} {room['url']}" for room in found))
@click.option("--conference", "slug", required=True, help="Slug of the conference.")
def list_rooms(slug: str) -> list[dict[str, Any]]:
    """For staff: the raw addresses of the rooms in use."""
    return [
        {
            "session": room.session.code,
            "url": room.url,
            "provider": room.provider.value,
            "channels": room.channels,
            "trouble": trouble_words(room.trouble["kind"], room.trouble["values"]) if room.trouble else "",
        }
        for room in rooms(get(slug))
    ]


@verb("video", "check", text=lambda found: f"{found['provider']}: {found['message']}")
@click.option("--conference", "slug", required=True, help="Slug of the conference.")
def check(slug: str) -> dict[str, Any]:
    """Ask the meeting server of a conference whether it answers and takes the secret; exit status 1 when not."""
    account = account_of(get(slug))
    finding = server_of(account).check(at=now())
    found = {
        "ok": finding.ok, "provider": account.provider.value, "kind": finding.kind, "message": finding_words(finding),
        "clock_ahead_s": finding.values.get("clock"),
    }  # fmt: skip
    if not finding.ok:
        raise Outcome(found, finding_words(finding))
    return found


@verb("video", "server", changes=True)
@click.option("--conference", "slug", required=True, help="Slug of the conference.")
@click.option("--provider", required=True, type=click.Choice(PROVIDERS), help="house: as the house is set up.")
@click.option("--base", default="", help="Address of the server; of plain addresses the pattern with {room}.")
@click.option(
    "--secret-file", type=click.File(), help="File with the secret or private key, - for stdin. Else as kept."
)
@click.option("--app-id", default="", help="Jitsi: the application (iss).")
@click.option("--audience", default="", help="Jitsi: the audience (aud).")
@click.option("--subject", default="", help="Jitsi: tenant or domain (sub).")
@click.option("--key-id", default="", help="Jitsi: name of the key (kid).")
@click.option("--waiting-room", is_flag=True, help="Delegates and press are let in by a moderator.")
@click.option("--recording", is_flag=True, help="Moderators may record.")
def settle_server(slug: str, provider: str, secret_file: TextIO | None, **given: Any) -> dict[str, Any]:
    """Let a conference use this meeting server; its rooms move there, the join links stay the same."""
    conference = get(slug)
    secret = secret_file.read(LONGEST_SECRET + 1) if secret_file is not None else ""
    details = AccountDetails(None if provider == "house" else Provider(provider), secret=secret, **given)
    row = kept_account(conference)
    moved = settle_account(
        conference=conference, details=details, version=row.version if row is not None else 0, actor=COMMAND, at=now()
    )
    account = account_of(conference)
    return {"provider": account.provider.value, "base": account.base, "rooms_moved": moved}


@verb("video", "replace-link", changes=True)
@click.option("--conference", "slug", required=True, help="Slug of the conference.")
@click.option("--delegate", "number", required=True, help="Number of the delegate, such as R00001.")
@click.option("--mail", "tell", is_flag=True, help="Send the person the new link.")
def replace_link(slug: str, number: str, tell: bool) -> dict[str, Any]:
    """Give a delegate a new join link; the old one opens nothing any more."""
    delegate = delegate_of(get(slug), number)
    return {"delegate": number, "mailed": replace_join_link(delegate=delegate, tell=tell, actor=COMMAND, at=now())}


@verb("video", "attendance", text=lambda found: "\n".join(
    f"{visit['session']:<8} {visit['delegate']:<10} {visit['joined_at']} – {visit['left_at'] or '…'}" for visit in found
))  # fmt: skip
@click.option("--conference", "slug", required=True, help="Slug of the conference.")
def attendance(slug: str) -> list[dict[str, Any]]:
    """Who was in which room, and when; ``left_by`` says how the leaving is known."""
    return attendance_rows(get(slug))
