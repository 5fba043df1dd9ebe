"""``ratusha video …``."""

from __future__ import annotations

from typing import Any

import click

from app.clock import now
from app.command_line import Outcome, verb
from app.conferences.queries import get
from app.video.providers import server_of
from app.video.queries import rooms
from app.video.queries.accounts import account_of
from app.video.rules.words import finding_words, trouble_words


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
