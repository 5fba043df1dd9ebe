"""``ratusha print rota``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app.clock import now
from app.command_line import verb
from app.conferences.queries import get
from app.history.rules import COMMAND
from app.i18n import LANGUAGES
from app.printing.files import require_folder, write_file
from app.printing.rota.printing import print_rota


def _told(done: dict[str, Any]) -> str:
    return "\n".join([*done["warnings"], f"{done['printed']} interpreters on {done['pages']} pages."])


@verb("print", "rota", changes=True, text=_told)
@click.option("--conference", "slug", required=True, metavar="SLUG")
@click.option("--language", "code", default="ru", show_default=True, type=click.Choice(list(LANGUAGES)))
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
def rota(slug: str, code: str, out: Path) -> dict[str, Any]:
    """Who interprets where and when, with the turns of each pair, and a sheet for each interpreter."""
    require_folder(out)
    return print_rota(
        conference=get(slug), actor=COMMAND, at=now(), code=code, deliver=lambda pdf: write_file(out, pdf)
    ).as_json()
