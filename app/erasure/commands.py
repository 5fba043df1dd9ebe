"""``ratusha erase``."""

from __future__ import annotations

from typing import Any

import click
from flask_babel import gettext as _

from app.clock import now
from app.command_line import verb
from app.conferences.queries import get
from app.erasure.operations import erase_conference, erase_delegate
from app.erasure.queries import delegate_of_number
from app.errors import Refusal
from app.history.rules import COMMAND


def _text(act: dict[str, Any]) -> str:
    counts = ", ".join(f"{name.replace('_', ' ')}: {number}" for name, number in act["counts"].items())
    return f"{act['at']}  {act['actor']}  {act['conference']}\nErased: {counts}.\nStays: {'; '.join(act['stays'])}."


@verb(None, "erase", changes=True, text=_text)
@click.option("--conference", "slug", default=None, help="Slug of the conference: everybody's data.")
@click.option("--delegate", "number", default=None, help="Number of one delegate (delegate_id of the files).")
def erase_command(slug: str | None, number: str | None) -> dict[str, Any]:
    """Erase personal data for good; prints the record of it, which the history keeps."""
    if number is None and slug is None:
        raise Refusal(_("Say whose data: --conference SLUG or --delegate ID."))
    conference = get(slug) if slug is not None else None
    if number is not None:
        delegate = delegate_of_number(number, conference)
        return erase_delegate(delegate=delegate, actor=COMMAND, at=now()).as_json()
    assert conference is not None  # one of the two was given
    return erase_conference(conference=conference, actor=COMMAND, at=now()).as_json()


commands = (erase_command,)
