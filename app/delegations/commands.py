"""Verbs: import delegates, delegates export, conference show and set."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _
from sqlalchemy import select

from app.clock import now
from app.command_line import Outcome, verb
from app.conferences.queries import get
from app.database import db
from app.delegations.models import Delegate
from app.delegations.operations import import_delegates, set_registration
from app.delegations.operations.many_photos import pack_folder, take_photos
from app.delegations.operations.passports import (
    erase_due_passports,
    erase_passport,
    erase_passports,
    lock_all_anew,
)
from app.delegations.operations.precedence import (
    read_ranks,
    renew_precedence,
    set_rank_table,
    set_standing,
    write_ranks,
)
from app.delegations.queries import export_rows, places
from app.delegations.queries.precedence import standing_list
from app.delegations.queries.questions import with_answers
from app.delegations.queries.ways_in import registration_is_open
from app.errors import Refusal
from app.history.rules import COMMAND
from app.tables import ImportReport, report_on, write_csv, write_xlsx


def _refused(report: ImportReport) -> Outcome:
    first = report.rejected[0]
    rows = len({entry.row for entry in report.rejected})
    line = f"row {first.row}, column {first.column or '-'}: {first.message}"
    if rows > 1:
        line += f" (and {rows - 1} more rows)"
    return Outcome(report.as_json(), line + " Nothing was changed.")


@verb("import", "delegates", changes=True)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--conference", "slug", required=True, metavar="SLUG", help="The conference they come to.")
@click.option("--skip-bad-rows", is_flag=True, help="Take the good rows, leave out the bad ones.")
def import_delegates_command(file: Path, slug: str, skip_bad_rows: bool) -> dict[str, Any]:
    """Read delegates from FILE (CSV or XLSX); they are granted. A repeat makes no doubles."""
    conference = get(slug)
    report = report_on(
        lambda: import_delegates(conference=conference, path=file, skip_bad_rows=skip_bad_rows, actor=COMMAND, at=now())
    )
    if report.refused:
        raise _refused(report)
    return report.as_json()


def _photos(done: dict[str, Any]) -> str:
    lines = [f"{one['file']}: {one['why']}" for one in done["left_out"]]
    return "\n".join([*lines, f"photographs saved: {done['taken']}, files left out: {len(lines)}"])


@verb("import", "photos", changes=True, text=_photos)
@click.argument("files", type=click.Path(exists=True, path_type=Path))
@click.option("--conference", "slug", required=True, metavar="SLUG", help="The conference they come to.")
def import_photos_command(files: Path, slug: str) -> dict[str, Any]:
    """Keep photographs named after people, from FILES: a ZIP file or a folder. Who has one already gets the new one."""
    conference = get(slug)
    if files.is_dir():
        with tempfile.NamedTemporaryFile(suffix=".zip") as archive:
            pack_folder(files, Path(archive.name))
            return take_photos(conference=conference, path=Path(archive.name), actor=COMMAND, at=now()).as_json()
    return take_photos(conference=conference, path=files, actor=COMMAND, at=now()).as_json()


@verb("delegates", "export")
@click.option("--conference", "slug", required=True, metavar="SLUG")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.csv|.xlsx")
def export_command(slug: str, out: Path) -> dict[str, Any]:
    """Write the delegates to a file that `import delegates` reads without changing anything."""
    conference = get(slug)
    columns, rows = with_answers(conference, export_rows(conference))
    kind = out.suffix.lower()
    if kind not in {".csv", ".xlsx"}:
        raise Refusal("The name of the file must end in .csv or .xlsx.", field="out")
    draft = out.with_name(f".{out.name}.part")
    try:
        if kind == ".xlsx":
            write_xlsx(rows, columns, draft)
        else:
            with draft.open("w", encoding="utf-8", newline="") as file:
                write_csv(rows, columns, file)
        draft.replace(out)
    except OSError as reason:
        raise Refusal(f"{out}: {reason.strerror}", field="out") from reason
    return {"delegates": len(rows), "file": str(out)}


def _facts(slug: str) -> dict[str, Any]:
    conference = get(slug)
    return {
        "conference": conference.slug,
        "registration": "open" if registration_is_open(conference, now()) else "closed",
        "format": conference.format.value,
        "places": places(conference),
    }


def _told(facts: dict[str, Any]) -> str:
    lines = [f"{facts['conference']}: {facts['format']}, registration {facts['registration']}"]
    for name, place in facts["places"].items():
        limit = "no limit" if place["capacity"] is None else f"of {place['capacity']}"
        lines.append(f"  {name.replace('_', ' ')}: {place['taken']} taken ({limit}), {place['waiting']} waiting")
    return "\n".join(lines)


@verb("conference", "show", text=_told)
@click.argument("slug")
def show_command(slug: str) -> dict[str, Any]:
    """Show how a conference is held, whether registration is open, and its places."""
    return _facts(slug)


class Places(click.ParamType[int | str]):
    """A number of places, or ``none`` for no limit."""

    name = "N|none"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        """Refuse what is neither."""
        if isinstance(value, int):
            return value
        if value == "none":
            return "none"
        if not str(value).isascii() or not str(value).isdecimal() or len(str(value)) > 7:
            self.fail("expected a number of places, or none for no limit", param, ctx)
        return int(value)


@verb("conference", "set", changes=True, text=_told)
@click.argument("slug")
@click.option("--places-on-site", type=Places(), help="How many may come; none for no limit.")
@click.option("--places-video", type=Places(), help="How many may take part by video; none for no limit.")
@click.option("--registration", type=click.Choice(["open", "closed"]), help="Whether anyone may register.")
def set_command(
    slug: str, places_on_site: int | str | None, places_video: int | str | None, registration: str | None
) -> dict[str, Any]:
    """Set the places and open or close registration; who waits gets the places that become free."""
    changes: dict[str, Any] = {}
    for name, value in (("places_on_site", places_on_site), ("places_video", places_video)):
        if value is not None:
            changes[name] = None if value == "none" else value
    if registration is not None:
        changes["registration_open"] = registration == "open"
    set_registration(conference=get(slug), changes=changes, actor=COMMAND, at=now())
    db.session.expire_all()
    return _facts(slug)


def _erased(done: dict[str, Any]) -> str:
    return f"passport data erased: {done['erased']}"


@verb("visa", "erase", changes=True, text=_erased)
@click.option("--conference", "slug", metavar="SLUG", help="Of everyone at this conference.")
@click.option("--delegate", "public_id", metavar="ID", help="Of this person only (with --conference).")
@click.option("--due", is_flag=True, help="Of every conference whose time of keeping is over.")
def erase_passports_command(slug: str | None, public_id: str | None, due: bool) -> dict[str, Any]:
    """Erase passport data, copies and the pages of visa letters now; numbers stay in the register."""
    if due is (slug is not None):
        raise click.UsageError("give either --conference SLUG or --due")
    if slug is None:
        return {"erased": erase_due_passports(at=now())}
    conference = get(slug)
    if public_id is None:
        return {"erased": erase_passports(conference=conference, actor=COMMAND, at=now())}
    row = db.session.scalar(
        select(Delegate).where(Delegate.conference_id == conference.id, Delegate.public_id == public_id)
    )
    if row is None:
        raise Refusal("There is no such delegate at this conference.", field="delegate")
    return {"erased": int(erase_passport(delegate=row, reason="by_hand", actor=COMMAND, at=now()))}


def _locked(done: dict[str, Any]) -> str:
    return (
        f"locked anew: {done['records']} passports, {done['scans']} copies, {done['letters']} letters, "
        f"{done['papers']} papers, {done['answers']} files of answers, {done['forms']} started forms, "
        f"{done.get('servers', 0)} secrets of meeting servers"
    )


@verb("visa", "rekey", changes=True, text=_locked)
def rekey_command() -> dict[str, Any]:
    """Lock all personal data with the first key of RATUSHA_PERSONAL_KEY; the older keys are needed once more for it."""
    return lock_all_anew(actor=COMMAND, at=now())


@verb("precedence", "export", text=lambda done: f"{done['rows']} rows.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.xlsx")
def export_ranks(out: Path) -> dict[str, Any]:
    """Write the table of ranks to a workbook that `precedence import` reads."""
    if not out.parent.is_dir():
        raise Refusal(_("The folder “%(folder)s” does not exist.", folder=out.parent))
    return {"rows": write_ranks(out)}


def _moved(done: dict[str, Any]) -> str:
    return f"{done['moved']} persons stand elsewhere now."


@verb("precedence", "import", changes=True, text=_moved)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_ranks(file: Path) -> dict[str, Any]:
    """Let FILE (CSV or XLSX) be the table of ranks."""
    return {"moved": set_rank_table(rows=read_ranks(file), actor=COMMAND, at=now())}


@verb("precedence", "renew", changes=True, text=_moved)
def renew_ranks() -> dict[str, Any]:
    """Let everyone stand by the table; exceptions by hand stay."""
    return {"moved": renew_precedence()}


def _order(done: dict[str, Any]) -> str:
    return "\n".join(f"{one['rank']:>4}  {one['number']}  {one['name']}, {one['office']}" for one in done["people"])


@verb("precedence", "show", text=_order)
@click.option("--conference", "slug", required=True, metavar="SLUG")
def show_order(slug: str) -> dict[str, Any]:
    """Everyone with a rank and a place, in order of precedence."""
    return {
        "people": [
            {"number": one.public_id, "name": f"{one.last} {one.first}", "office": one.position,
             "rank": one.precedence, "by_hand": one.precedence_by_hand is not None}
            for one in standing_list(get(slug))
        ]
    }  # fmt: skip


@verb("precedence", "set", changes=True, text=lambda done: "Set." if done["changed"] else "As before.")
@click.argument("number")
@click.option("--conference", "slug", required=True, metavar="SLUG")
@click.option("--rank", type=int, metavar="RANK", help="By hand; without one the table decides.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="In office since.")
@click.option("--reason", default="", metavar="TEXT", help="Why the rank is given by hand.")
def set_order(number: str, slug: str, rank: int | None, since: datetime | None, reason: str) -> dict[str, Any]:
    """Say where one person stands."""
    conference = get(slug)
    person = db.session.scalar(
        select(Delegate).where(Delegate.conference_id == conference.id, Delegate.public_id == number)
    )
    if person is None:
        raise Refusal(_("Nobody has the number %(numbers)s.", numbers=number))
    held = since.date() if since is not None else None
    return {"changed": set_standing(delegate=person, rank=rank, since=held, reason=reason, actor=COMMAND, at=now())}
