"""``ratusha video plates``."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _

from app.clock import now
from app.command_line import verb
from app.conferences.queries import get
from app.errors import Refusal
from app.history.rules import COMMAND
from app.printing.camera.operations import draw_plates
from app.printing.files import require_folder


def _told(done: dict[str, Any]) -> str:
    return "\n".join([*done["warnings"], f"Plates and lower thirds of {done['drawn']} persons."])


@verb("video", "plates", changes=True, text=_told)
@click.option("--conference", "slug", required=True, metavar="SLUG")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.zip")
@click.option("--everyone", is_flag=True, help="Those on site, too; else those who take part by video.")
def plates(slug: str, out: Path, everyone: bool) -> dict[str, Any]:
    """Name plates (1920 × 1080) and lower thirds as PNG in one ZIP, by delegation."""
    require_folder(out)

    def deliver(made: Path) -> None:
        try:
            shutil.copyfile(made, out)
        except OSError as error:
            raise Refusal(
                _("The file “%(file)s” cannot be written: %(reason)s.", file=out, reason=error.strerror)
            ) from error

    done = draw_plates(conference=get(slug), everyone=everyone, actor=COMMAND, at=now(), deliver=deliver)
    return {"drawn": done.count, "files": done.pages, "warnings": done.warnings}
