"""``ratusha import programme``, ``ratusha programme check|release|export``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app.clock import now
from app.command_line import Outcome, verb
from app.conferences.queries import get
from app.errors import Refusal
from app.history.rules import COMMAND
from app.programme.operations import import_programme
from app.programme.queries import warnings_of
from app.programme.rules.programme_file import MAX_BYTES

_CONFERENCE = click.option("--conference", "slug", required=True, help="Which conference.")


def _read(file: Path) -> bytes:
    if file.stat().st_size > MAX_BYTES:
        raise Refusal(f"{file.name}: larger than 20 MB; no programme is that long.")
    return file.read_bytes()


@verb("import", "programme", changes=True)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_CONFERENCE
@click.option("--skip-bad-rows", is_flag=True, help="Leave out items that cannot be kept; else one refuses the file.")
def import_(file: Path, slug: str, skip_bad_rows: bool) -> dict[str, Any]:
    """Read a programme from a JSON FILE: one object with its items."""
    conference = get(slug)
    report = import_programme(
        conference=conference, content=_read(file), actor=COMMAND, at=now(), skip_bad_rows=skip_bad_rows
    )
    result = report.as_json()
    if report.rejected and not skip_bad_rows:
        first = report.rejected[0]
        more = f" (and {len(report.rejected) - 1} more)" if len(report.rejected) > 1 else ""
        raise Outcome(result, f"row {first.row}, column {first.column}: {first.message}{more}")
    return result


def _check_text(result: dict[str, Any]) -> str:
    lines = [f"{entry['kind']}: {entry['message']}" for entry in result["warnings"]]
    return "\n".join(lines) or "Nothing to warn about."


@verb("programme", "check", text=_check_text)
@_CONFERENCE
def check(slug: str) -> dict[str, Any]:
    """List what is worth a second look in the draft."""
    return {
        "warnings": [
            {"kind": found.kind, "sessions": list(found.sessions), "message": str(found.message)}
            for found in warnings_of(get(slug))
        ]
    }
