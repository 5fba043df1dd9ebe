"""``ratusha print``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _

from app.clock import now
from app.command_line import verb
from app.conferences.queries import get
from app.errors import Refusal
from app.history.rules import COMMAND
from app.printing.operations import print_badges, print_participants
from app.printing.rules import DEFAULT_LAYOUT, require_layout


def _told(done: dict[str, Any]) -> str:
    if not done["printed"]:
        return "Nothing is new or changed; no file was written."
    return "\n".join([*done["warnings"], f"{done['printed']} badges on {done['pages']} pages."])


def _require_folder(out: Path) -> None:
    if not out.parent.is_dir():
        raise Refusal(_("The folder “%(folder)s” does not exist.", folder=out.parent))


def _write(out: Path, pdf: bytes) -> None:
    try:
        out.write_bytes(pdf)
    except OSError as error:
        raise Refusal(
            _("The file “%(file)s” cannot be written: %(reason)s.", file=out, reason=error.strerror)
        ) from error


@verb("print", "badges", changes=True, text=_told)
@click.option("--conference", "slug", required=True, metavar="SLUG")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--layout", default=DEFAULT_LAYOUT, show_default=True, metavar="NAME")
@click.option("--only-new", is_flag=True, help="Only who is new or changed since their last badge.")
def badges(slug: str, out: Path, layout: str, only_new: bool) -> dict[str, Any]:
    """Badges of everyone with a place on site, four A6 on a sheet of A4."""
    _require_folder(out)
    paper = require_layout(layout)
    printed = print_badges(
        conference=get(slug),
        layout=paper,
        scope="new" if only_new else "all",
        actor=COMMAND,
        at=now(),
        deliver=lambda pdf: _write(out, pdf),
    )
    return printed.as_json()


@verb(
    "print",
    "participants",
    changes=True,
    text=lambda done: "\n".join([*done["warnings"], f"{done['printed']} persons on {done['pages']} pages."]),
)
@click.option("--conference", "slug", required=True, metavar="SLUG")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
def participants(slug: str, out: Path) -> dict[str, Any]:
    """The list of participants in both languages, by delegation in the order of rank."""
    _require_folder(out)
    printed = print_participants(conference=get(slug), actor=COMMAND, at=now(), deliver=lambda pdf: _write(out, pdf))
    return printed.as_json()
