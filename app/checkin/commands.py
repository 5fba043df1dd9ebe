"""``ratusha checkin …``: the entrance desk at the command line."""

from __future__ import annotations

from typing import Any

import click
from flask_babel import gettext as _

from app.checkin.operations import check_in, check_in_by_code, undo_check_in, undo_outside_days
from app.checkin.queries import arrival_rows, standing_of
from app.clock import now
from app.command_line import verb
from app.conferences.queries import get
from app.errors import Refusal
from app.history.rules import COMMAND
from app.video.queries.visits import delegate_of


def _arrived(done: dict[str, Any]) -> str:
    return f"{done['delegate']}: {'checked in' if done['fresh'] else 'checked in before'}, {done['at']}, {done['by']}"


@verb("checkin", "add", changes=True, text=_arrived)
@click.option("--conference", "slug", required=True, help="Slug of the conference.")
@click.option("--delegate", "number", default="", help="Number of the delegate, such as R00001.")
@click.option("--code", default="", help="What the QR code of the badge says.")
def add(slug: str, number: str, code: str) -> dict[str, Any]:
    """Note that somebody has arrived; said again, nothing changes."""
    conference = get(slug)
    if bool(number) is bool(code):
        raise Refusal(_("Say who has arrived: either --delegate or --code."), field="delegate")
    if code:
        arrival = check_in_by_code(conference=conference, code=code, actor=COMMAND, at=now())
    else:
        delegate = delegate_of(conference, number)
        arrival = check_in(conference=conference, delegate=delegate, actor=COMMAND, at=now())
    row = arrival.check_in
    return {
        "delegate": row.delegate.public_id, "fresh": arrival.fresh, "at": row.at.isoformat(timespec="seconds"),
        "by": row.by, "how": row.how.value,
    }  # fmt: skip


@verb("checkin", "undo", changes=True)
@click.option("--conference", "slug", required=True, help="Slug of the conference.")
@click.option("--delegate", "number", default="", help="Number of the delegate, such as R00001.")
@click.option("--outside-days", is_flag=True, help="All check-ins of no day of the conference, such as trials.")
@click.option("--reason", required=True, help="Why; it stays in the record.")
def undo(slug: str, number: str, outside_days: bool, reason: str) -> dict[str, Any]:
    """Take a check-in back, or all that are of no day of the conference."""
    conference = get(slug)
    if bool(number) is outside_days:
        raise Refusal(_("Say whose check-in: either --delegate or --outside-days."), field="delegate")
    if outside_days:
        return {"undone": undo_outside_days(conference=conference, reason=reason, actor=COMMAND, at=now())}
    delegate = delegate_of(conference, number)
    row = standing_of([delegate]).get(delegate.id)
    if row is None:
        raise Refusal(_("This person has not been checked in."), field="delegate")
    return {"delegate": number, "undone": undo_check_in(check_in=row, reason=reason, actor=COMMAND, at=now())}


@verb("checkin", "list", text=lambda found: "\n".join(
    f"{row['at']}  {row['delegate']:<10} {row['by']}" for row in found
) or "Nobody has been checked in yet.")  # fmt: skip
@click.option("--conference", "slug", required=True, help="Slug of the conference.")
def list_arrivals(slug: str) -> list[dict[str, Any]]:
    """Who has arrived, in the order of coming."""
    return arrival_rows(get(slug))
