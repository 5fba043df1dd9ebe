"""``ratusha mail …``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from flask import current_app

from app.clock import now
from app.command_line import verb
from app.history.rules import COMMAND
from app.mailroom.operations import (
    SendReport,
    ordered_mails,
    read_mailbox,
    release_held,
    send_again,
    send_waiting,
    settle_arrived,
    take_reports,
    write_ordered,
)
from app.mailroom.queries import all_mails, can_send, counts, mail_of
from app.mailroom.rules import MailState, cause_of


def _sent(result: dict[str, int]) -> str:
    line = ", ".join(f"{word}: {count}" for word, count in result.items())
    trial = current_app.config["SETTINGS"].mail_trial_to
    if trial:
        line += f" (trial mode: everything goes to {trial} and is held afterwards)"
    return line if can_send() else f"{line} (no mail server is set: RATUSHA_SMTP_URL)"


@verb("mail", "send", text=_sent)
@click.option("--limit", type=click.IntRange(min=1), help="At most so many tries.")
@click.option("--dry-run", is_flag=True, help="Count what would be tried, send nothing.")
def send(limit: int | None, dry_run: bool) -> dict[str, int]:
    """Try at once all that waits; take back what a killed sender had claimed."""
    if dry_run:
        found = counts()
        found[MailState.WAITING] += ordered_mails()
        waiting, failed, uncertain = MailState.WAITING, MailState.FAILED, MailState.UNCERTAIN
        return asdict(SendReport(0, found[waiting], found[failed], found[uncertain]))
    write_ordered(at=now())
    return asdict(send_waiting(at=now(), limit=limit))


def _listed(mails: list[dict[str, Any]]) -> str:
    marks = {True: "  trial only", False: ""}
    return "\n".join(
        f"{one['id']:>6}  {one['state']:<9}  {one['kind']}{marks[bool(one['trial'])]}"
        f"{'  came back' if one['returned'] else ''}"
        for one in mails
    )


@verb("mail", "list", text=_listed)
def list_mails() -> list[dict[str, Any]]:
    """All mails, sent ones too; those ordered a moment ago are written first."""
    write_ordered(at=now())
    return [
        {
            "id": mail.id,
            "message_id": mail.message_id,
            "to": list(mail.to),
            "copies": list(mail.copies),
            "state": mail.state.value,
            "kind": mail.kind,
            "subject": mail.subject,
            "attempts": mail.attempts,
            "trial": mail.tried_at is not None and mail.sent_at is None,
            "returned": mail.returned_at is not None,
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


@verb("mail", "settle", changes=True, text=lambda result: f"mail {result['id']}: {result['state']}")
@click.argument("mail_id", metavar="ID", type=int)
@click.option("--arrived/--again", "arrived", required=True, default=None,
              help="It arrived, its recipient says; or it did not and is to be sent again.")  # fmt: skip
def settle(mail_id: int, arrived: bool) -> dict[str, Any]:
    """Decide about a mail whose arrival is uncertain."""
    mail = mail_of(mail_id)
    if arrived:
        settle_arrived(mail=mail, actor=COMMAND, at=now())
    else:
        send_again(mail=mail, actor=COMMAND, at=now())
    return {"id": mail.id, "state": mail.state.value}


@verb("mail", "bounces", changes=True)
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, exists=True))
def bounces(path: Path) -> dict[str, Any]:
    """Read delivery reports from a mail (.eml), a mailbox (mbox) or a folder (maildir): which mails came back."""
    taken = take_reports(mails=read_mailbox(path), actor=COMMAND, at=now())
    return {
        "read": taken.read, "returned": taken.returned, "noted": taken.noted, "known": taken.known,
        "foreign": taken.foreign, "other": taken.other, "broken": taken.broken,
        "mails": [{"id": mail.id, "state": mail.state.value, "cause": str(cause_of(mail.last_error))}
                  for mail in {mail.id: mail for mail in taken.mails}.values()],
    }  # fmt: skip
