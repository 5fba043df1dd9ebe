"""``ratusha print``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app.clock import now
from app.command_line import verb
from app.conferences.queries import get
from app.history.rules import COMMAND
from app.printing.camera import commands as camera
from app.printing.files import require_folder, write_file
from app.printing.operations import print_badges, print_participants
from app.printing.papers import commands as papers
from app.printing.rules import DEFAULT_LAYOUT, require_layout

__all__ = ["badges", "camera", "papers", "participants"]


def _told(done: dict[str, Any]) -> str:
    if not done["printed"]:
        return "Nothing is new or changed; no file was written."
    return "\n".join([*done["warnings"], f"{done['printed']} badges on {done['pages']} pages."])


@verb("print", "badges", changes=True, text=_told)
@click.option("--conference", "slug", required=True, metavar="SLUG")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--layout", default=DEFAULT_LAYOUT, show_default=True, metavar="NAME")
@click.option("--only-new", is_flag=True, help="Only who is new or changed since their last badge.")
def badges(slug: str, out: Path, layout: str, only_new: bool) -> dict[str, Any]:
    """Badges of everyone with a place on site, four A6 on a sheet of A4."""
    require_folder(out)
    paper = require_layout(layout)
    printed = print_badges(
        conference=get(slug),
        layout=paper,
        scope="new" if only_new else "all",
        actor=COMMAND,
        at=now(),
        deliver=lambda pdf: write_file(out, pdf),
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
@click.option("--consent", is_flag=True, help="Only who agreed to stand in the list.")
@click.option("--photos", is_flag=True, help="With the portraits of those who agreed to that.")
def participants(slug: str, out: Path, consent: bool, photos: bool) -> dict[str, Any]:
    """The list of participants in both languages, by delegation in the order of rank."""
    require_folder(out)
    conference = get(slug)
    printed = print_participants(
        conference=conference,
        only_agreed=consent,
        with_photos=photos,
        actor=COMMAND,
        at=now(),
        deliver=lambda pdf: write_file(out, pdf),
    )
    return printed.as_json()
