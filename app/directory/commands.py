"""``ratusha import municipalities|partnerships|heads FILE``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from app.clock import now
from app.command_line import Outcome, verb
from app.directory import operations
from app.history.rules import COMMAND
from app.tables import ImportReport, report_on

Import = Callable[..., ImportReport]

SHOWN = 20


def told(result: dict[str, Any]) -> str:
    """What an import did, for people: the counts, then a line for every row left out or odd."""
    counts = [f"{name} {result[name]}" for name in ("created", "updated", "unchanged")]
    lines = [", ".join([*counts, f"rejected {len(result['rejected'])}"])]
    for word in ("rejected", "warnings"):
        label = "rejected" if word == "rejected" else "warning"
        lines += [f"{label}: {_place(entry)}{entry['message']}" for entry in result[word][:SHOWN]]
        if len(result[word]) > SHOWN:
            lines.append(f"{label}: {len(result[word]) - SHOWN} more, see --json")
    return "\n".join(lines)


def _place(entry: dict[str, Any]) -> str:
    return f"row {entry['row']}" + (f", column {entry['column']}: " if entry["column"] else ": ")


def ended(report: ImportReport) -> dict[str, Any]:
    """The value of an import verb.

    :raises Outcome: when the file was refused; the JSON value still tells every fault.
    """
    result = report.as_json()
    if not report.refused:
        return result
    faults = result["rejected"]
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    raise Outcome(result, f"{_place(faults[0])}{faults[0]['message']}{more} Nothing has been changed.")


def _add_verb(name: str, work: Import, text: str) -> None:
    @verb("import", name, changes=True, text=told)
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--conference", metavar="SLUG", hidden=True, help="Not needed: the directory serves all.")
    @click.option("--skip-bad-rows", is_flag=True, help="Leave bad rows out instead of refusing the file.")
    def run(file: Path, conference: str | None, skip_bad_rows: bool) -> dict[str, Any]:  # noqa: ARG001
        return ended(report_on(lambda: work(path=file, actor=COMMAND, at=now(), skip_bad_rows=skip_bad_rows)))

    run.help = text


_add_verb("municipalities", operations.import_municipalities, "Municipalities from FILE (CSV or XLSX); key: slug.")
_add_verb("partnerships", operations.import_partnerships, "Ties from FILE; key: the pair, the kind and the year.")
_add_verb("heads", operations.import_heads, "Heads from FILE; key: municipality, office and name.")
