"""``ratusha mail …``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from app.clock import now
from app.command_line import verb
from app.history.rules import COMMAND
from app.mailroom.operations import SendReport, release_held, send_waiting
from app.mailroom.queries import all_mails, can_send, counts
from app.mailroom.rules import MailState


def _sent(result: dict[str, int]) -> str:
    line = ", ".join(f"{word}: {count}" for word, count in result.items())
    return line if can_send() else f"{line} (no mail server is set: RATUSHA_SMTP_URL)"


@verb("mail", "send", text=_sent)
@click.option("--limit", type=click.IntRange(min=1), help="At most so many tries.")
@click.option("--dry-run", is_flag=True, help="Count what would be tried, send nothing.")
def send(limit: int | None, dry_run: bool) -> dict[str, int]:
    """Try at once all that waits; take back what a killed sender had claimed."""
    if dry_run:
        found = counts()
        waiting, failed, uncertain = MailState.WAITING, MailState.FAILED, MailState.UNCERTAIN
        return asdict(SendReport(0, found[waiting], found[failed], found[uncertain]))
    return asdict(send_waiting(at=now(), limit=limit))


@verb("mail", "list", text=lambda mails: "\n".join(f"{m['id']:>6}  {m['state']:<9}  {m['kind']}" for m in mails))
def list_mails() -> list[dict[str, Any]]:
    """All mails, sent ones too."""
    return [
        {
            "id": mail.id,
            "message_id": mail.message_id,
            "to": list(mail.to),
            "state": mail.state.value,
            "kind": mail.kind,
            "subject": mail.subject,
            "attempts": mail.attempts,
        }
        for mail in all_mails()
    ]


@verb("mail", "release", changes=True, text=lambda result: f"released: {result['released']}")
@click.option("--conference", "slug", required=True, help="The conference whose held mail may go.")
def release(slug: str) -> dict[str, int]:
    """Let held mail go."""
    from flask_babel import gettext as _
    from sqlalchemy import select

    from app.database import Model, db
    from app.errors import Refusal

    table = Model.metadata.tables["conference"]  # the mailroom stands below the conferences: the table is enough
    conference_id = db.session.scalar(select(table.c.id).where(table.c.slug == slug))
    if conference_id is None:
        raise Refusal(_("There is no conference “%(slug)s”.", slug=slug))
    return {"released": release_held(conference_id=conference_id, actor=COMMAND, at=now())}
