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
from app.mail_texts import absolute
from app.programme.models import Release
from app.programme.operations import import_programme, release_programme
from app.programme.operations.meeting_tables import apply_proposal
from app.programme.operations.meetings import propose_meetings
from app.programme.paper_commands import write_whole
from app.programme.queries import current_release, release_numbered
from app.programme.queries.feeds import as_json, ics
from app.programme.queries.frab import frab
from app.programme.queries.meeting_pages import missing_of
from app.programme.queries.meeting_reasons import Times
from app.programme.queries.meetings import situation
from app.programme.queries.papers import release_pdf
from app.programme.queries.releases import mails_of
from app.programme.queries.taking_out import draft_file
from app.programme.queries.warnings import told_warnings
from app.programme.rules.programme_file import MAX_BYTES
from app.programme.rules.programme_sheet import write_sheet
from app.programme.rules.touched import Tell

_CONFERENCE = click.option("--conference", "slug", required=True, help="Which conference.")


def _read(file: Path) -> bytes:
    if file.stat().st_size > MAX_BYTES:
        raise Refusal(f"{file.name}: larger than 20 MB; no programme is that long.")
    return file.read_bytes()


def _import_text(result: dict[str, Any]) -> str:
    counts = ", ".join(f"{name}: {result[name]}" for name in ("created", "updated", "unchanged"))
    lines = [f"Left out: {_place(entry)}{entry['message']}" for entry in result["rejected"]]
    lines += [f"Warning: {_place(entry)}{entry['message']}" for entry in result["warnings"]]
    return "\n".join([counts, *lines])


def _place(entry: dict[str, Any]) -> str:
    return f"row {entry['row']}, column {entry['column']}: " if entry["row"] else ""


@verb("import", "programme", changes=True, text=_import_text)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_CONFERENCE
@click.option("--skip-bad-rows", is_flag=True, help="Leave out items that cannot be kept; else one refuses the file.")
@click.option("--from-another", is_flag=True, help="Take over a file of another conference, too, as new sessions.")
def import_(file: Path, slug: str, skip_bad_rows: bool, from_another: bool) -> dict[str, Any]:
    """Read a programme from a FILE: JSON of one object with its items, or an XLSX table of them."""
    conference = get(slug)
    report = import_programme(
        conference=conference, content=_read(file), actor=COMMAND, at=now(), skip_bad_rows=skip_bad_rows,
        from_another=from_another,
    )  # fmt: skip
    result = report.as_json()
    if report.rejected and not skip_bad_rows:
        first = report.rejected[0]
        more = f" (and {len(report.rejected) - 1} more)" if len(report.rejected) > 1 else ""
        raise Outcome(result, f"row {first.row}, column {first.column}: {first.message}{more}")
    return result


def _check_text(result: dict[str, Any]) -> str:
    lines = [
        f"{entry['kind']}: {entry['message']}{' (accepted)' if entry['accepted'] else ''}"
        for entry in result["warnings"]
    ]
    if result["accepted"] and not any(entry["accepted"] for entry in result["warnings"]):
        lines.append(f"Accepted for good and left out: {result['accepted']} (--all shows them).")
    return "\n".join(lines) or "Nothing to warn about."


@verb("programme", "check", text=_check_text)
@_CONFERENCE
@click.option("--all", "everything", is_flag=True, help="Those accepted for good too.")
def check(slug: str, everything: bool) -> dict[str, Any]:
    """List what is worth a second look in the draft."""
    told = told_warnings(get(slug))
    return {
        "warnings": [
            {
                "kind": one.warning.kind, "sessions": list(one.warning.sessions), "message": str(one.warning.message),
                "accepted": one.accepted is not None, "note": one.accepted.note if one.accepted else "",
            }
            for one in told
            if everything or one.accepted is None
        ],
        "accepted": sum(one.accepted is not None for one in told),
    }  # fmt: skip


def _release_text(done: dict[str, int]) -> str:
    mails = f" {done['mails']} mails are in the mailroom." if "mails" in done else ""
    return f"Release {done['release']} is public now.{mails}"


@verb("programme", "release", changes=True, text=_release_text)
@_CONFERENCE
@click.option("--name", default="", help="A name for this release, such as “As of 12 May”, where a language has none.")
@click.option("--name-ru", default="", help="Its name for readers of Russian.")
@click.option("--name-de", default="", help="Its name for readers of German.")
@click.option("--name-en", default="", help="Its name for readers of English.")
@click.option(
    "--tell", type=click.Choice([tell.value for tell in Tell]), default=Tell.NOBODY.value,
    help="Who gets a mail: nobody; those it touches; or those, held in the mailroom until they are let go.",
)  # fmt: skip
def release(slug: str, name: str, name_ru: str, name_de: str, name_en: str, tell: str) -> dict[str, int]:
    """Freeze the draft under the next number and make it public."""
    names = {"ru": name_ru, "de": name_de, "en": name_en}
    made = release_programme(
        conference=get(slug), name=name, names=names, tell=Tell(tell), actor=COMMAND, at=now()
    )  # fmt: skip
    told = {} if tell == Tell.NOBODY else {"mails": mails_of(made)}
    return {"release": made.number, **told}


def _chosen(slug: str, number: int | None) -> Release:
    conference = get(slug)
    found = current_release(conference) if number is None else release_numbered(conference, number)
    if found is None and number is None:
        raise Refusal(f"{slug} has no release yet: make one with “ratusha programme release --conference {slug}”.")
    if found is None:
        raise Refusal(f"{slug} has no release {number}.")
    return found


def _content(chosen: Release, kind: str) -> bytes:
    if kind == "pdf":
        return release_pdf(chosen)
    if kind == "json":
        return as_json(chosen, public=False).encode()
    if kind == "xlsx":
        return write_sheet(chosen.content)
    return (ics if kind == "ics" else frab)(chosen, base_url=absolute("")).encode()


def _written(done: dict[str, Any]) -> str:
    what = f"Release {done['release']}" if done["release"] else "The draft"
    return f"{what} written to {done['file']}."


@verb("programme", "export", text=_written)
@_CONFERENCE
@click.option("--format", "kind", required=True, type=click.Choice(["pdf", "ics", "xml", "json", "xlsx"]))
@click.option("--release", "number", type=int, help="Which release; without it the newest.")
@click.option("--draft", is_flag=True, help="The draft as it stands (json or xlsx), to be taken in again.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
def export(slug: str, kind: str, number: int | None, draft: bool, out: Path) -> dict[str, Any]:
    """Write a release as PDF, iCalendar, frab schedule.xml, JSON or XLSX; or the draft as JSON or XLSX."""
    if draft:
        if number is not None or kind not in {"json", "xlsx"}:
            raise Refusal("The draft is written as json or xlsx, and has no release number.")
        content, release_number = draft_file(get(slug), kind), None
    else:
        chosen = _chosen(slug, number)
        content, release_number = _content(chosen, kind), chosen.number
    write_whole(out, content)
    return {"release": release_number, "format": kind, "file": str(out), "bytes": len(content)}


def _meetings_text(result: dict[str, Any]) -> str:
    counts = "{new} new, {moved} moved, {kept} as before, {freed} without their place".format(**result)
    lines = [f"{entry['meeting']}: {entry['message']}" for entry in result["unplaced"]]
    return "\n".join([f"Meetings in the draft: {counts}.", *lines])


@verb("programme", "meetings", changes=True, text=_meetings_text)
@_CONFERENCE
def meetings(slug: str) -> dict[str, Any]:
    """Find a place for every bilateral meeting and put it into the draft; what was fixed by hand stays."""
    conference = get(slug)
    proposal = propose_meetings(conference=conference, actor=COMMAND, at=now())
    counts = apply_proposal(conference=conference, basis=proposal.basis, actor=COMMAND, at=now())
    content = proposal.content
    unplaced = missing_of(
        content, times=lambda: Times(conference, content, situation(conference).problem.slots)
    )  # fmt: skip
    return {
        **counts,
        "unplaced": [
            {"meeting": one.names, "message": str(one.reason), "times": list(one.occupied)} for one in unplaced
        ],
    }
