"""``ratusha video …``."""

from __future__ import annotations

from typing import Any

import click

from app.clock import now
from app.command_line import Outcome, verb
from app.conferences.queries import get
from app.history.rules import COMMAND
from app.video.operations.links import replace_join_link
from app.video.providers import server_of
from app.video.queries import rooms
from app.video.queries.accounts import account_of
from app.video.queries.visits import attendance_rows, delegate_of
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
