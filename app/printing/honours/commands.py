"""``ratusha print honours``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app.clock import now
from app.command_line import verb
from app.conferences.queries import get
from app.history.rules import COMMAND
from app.printing.files import require_folder, write_file
from app.printing.honours.operations import print_honours
from app.printing.honours.rules import Copies


def _told(done: dict[str, Any]) -> str:
    if not done["printed"]:
        return "Nothing is new or changed; no file was written."
    return "\n".join([*done["warnings"], f"{done['printed']} certificates of honour on {done['pages']} pages."])


@verb("print", "honours", changes=True, text=_told)
@click.option("--conference", "slug", required=True, metavar="SLUG")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--both", is_flag=True, help="Also the mirrored copy for the other side.")
@click.option("--only-new", is_flag=True, help="Only what was not printed since it was written or changed.")
def honours(slug: str, out: Path, both: bool, only_new: bool) -> dict[str, Any]:
    """Certificates of honour, signed by the chair; the side of the honoured stands first."""
    require_folder(out)
    return print_honours(
        conference=get(slug), copies=Copies.BOTH if both else Copies.OWN, only_new=only_new, actor=COMMAND, at=now(),
        deliver=lambda pdf: write_file(out, pdf),
    ).as_json()  # fmt: skip
