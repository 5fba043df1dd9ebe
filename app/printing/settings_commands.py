"""``ratusha print``: what is settled before printing: backs, printers, the look of badges, access marks."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _
from sqlalchemy import select

from app.clock import now
from app.command_line import verb
from app.conferences.models import Conference
from app.conferences.queries import get
from app.database import db
from app.delegations.models import Delegation
from app.directory.models import Municipality
from app.errors import Refusal
from app.history.rules import COMMAND
from app.printing.looks import design_of, dressed
from app.printing.models import AccessMark, PrintSettings
from app.printing.operations.designs import (
    MarkDetails,
    forget_access_mark,
    remove_badge_picture,
    set_badge_picture,
    settle_access_mark,
    settle_css,
    settle_look,
)
from app.printing.operations.settings import BackDetails, forget_printer, settle_backs, settle_printer
from app.printing.queries import access_marks, printer_named, printers
from app.printing.rules import DEFAULT_LAYOUT, require_layout
from app.printing.rules.samples import example, with_and_without_arms
from app.printing.soundness import design_faults
from app.printing.typesetting import designs_for

_conference = click.option("--conference", "slug", required=True, metavar="SLUG")
_layout = click.option("--layout", default=DEFAULT_LAYOUT, show_default=True, metavar="NAME")


@verb("print", "backs", changes=True)
@_conference
@click.option("--wifi-name", metavar="NAME")
@click.option("--wifi-password", metavar="PASSWORD")
@click.option("--emergency-ru", metavar="TEXT", help="Emergency numbers in Russian, a line each.")
@click.option("--emergency-de", metavar="TEXT")
@click.option("--emergency-en", metavar="TEXT")
@click.option("--programme/--no-programme", "back_programme", default=None, help="Everybody's own programme.")
@click.option("--emergency/--no-emergency", "back_emergency", default=None, help="The emergency numbers.")
@click.option("--wifi/--no-wifi", "back_wifi", default=None, help="The Wi-Fi.")
def backs(slug: str, **given: Any) -> dict[str, Any]:
    """What stands on the backs of badges; what is not named stays as it is."""
    conference = get(slug)
    row = db.session.get(PrintSettings, conference.id)
    known = (
        BackDetails() if row is None else BackDetails(**{name: getattr(row, name) for name in asdict(BackDetails())})
    )
    details = replace(known, **{name: value for name, value in given.items() if value is not None})
    if details != known:
        settle_backs(conference=conference, details=details, actor=COMMAND, at=now())
    return asdict(details)


def _machines() -> list[dict[str, Any]]:
    return [{"name": row.name, "right_mm": row.right_mm, "down_mm": row.down_mm} for row in printers()]


def _machines_told(found: list[dict[str, Any]]) -> str:
    return "\n".join(f"{row['name']}: {row['right_mm']:+g} mm right, {row['down_mm']:+g} mm down" for row in found)


@verb("print", "printers", text=_machines_told)
def list_printers() -> list[dict[str, Any]]:
    """The printers of the house and how far each moves what it prints."""
    return _machines()


@verb("print", "printer", changes=True, text=_machines_told)
@click.argument("name")
@click.option("--right", default=0.0, metavar="MM", help="How far it moves everything to the right.")
@click.option("--down", default=0.0, metavar="MM", help="How far it moves everything down.")
@click.option("--forget", is_flag=True, help="Keep this printer no longer.")
def printer(name: str, right: float, down: float, forget: bool) -> list[dict[str, Any]]:
    """Keep how far a printer must move everything so that it meets the paper."""
    if forget:
        forget_printer(printer=printer_named(name), actor=COMMAND, at=now())
    else:
        settle_printer(name=name, right_mm=right, down_mm=down, actor=COMMAND, at=now())
    return _machines()


@verb("print", "look", changes=True)
@_conference
@_layout
@click.option("--hide", "hidden", multiple=True, metavar="FIELD", help="Not printed; may be given often.")
@click.option("--show", "shown", multiple=True, metavar="FIELD", help="Printed again.")
@click.option("--colour", "colours", multiple=True, metavar="ROLE=#RRGGBB", help="Of the band; may be given often.")
@click.option("--largest", type=float, metavar="PT", help="Largest size of the name; 0: as the design has it.")
@click.option("--smallest", type=float, metavar="PT", help="Warn under this size of the name; 0: 14.")
@click.option("--css", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", help="Own CSS.")
@click.option("--logo", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--background", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--no-logo", is_flag=True, help="Remove the logo.")
@click.option("--no-background", is_flag=True, help="Remove the background.")
def look(slug: str, layout: str, hidden: tuple[str, ...], shown: tuple[str, ...], colours: tuple[str, ...],
         largest: float | None, smallest: float | None, css: Path | None, logo: Path | None, background: Path | None,
         no_logo: bool, no_background: bool) -> dict[str, Any]:  # fmt: skip
    """How one kind of badge looks; what is not named stays as it is."""
    conference, style = get(slug), require_layout(layout).style
    given: dict[str, Any] = {"conference": conference, "actor": COMMAND, "at": now()}
    row = design_of(conference, style)
    kept = dict(row.choices) if row else {}
    choices = kept | {
        "hidden": sorted((set(kept.get("hidden", [])) | set(hidden)) - set(shown)),
        "colours": kept.get("colours", {}) | dict(_pair(colour) for colour in colours),
        "largest": kept.get("largest", 0) if largest is None else largest,
        "smallest": kept.get("smallest", 0) if smallest is None else smallest,
    }
    if hidden or shown or colours or largest is not None or smallest is not None:
        settle_look(**given, style=style, choices=choices)
    if css is not None:
        settle_css(**given, style=style, css=_text(css))
    for kind, file, gone in (("logo", logo, no_logo), ("background", background, no_background)):
        if file is not None:
            set_badge_picture(**given, kind=kind, content=file.read_bytes())
        elif gone:
            remove_badge_picture(**given, kind=kind)
    row = design_of(conference, style)
    form = dressed(given["conference"], require_layout(layout))
    found = design_faults(form, designs_for(form, with_and_without_arms(example("usual"))).values())
    return {"style": style, **(row.choices if row else {}), "css": row.css if row else "", "faults": found}


def _pair(text: str) -> tuple[str, str]:
    role, sign, colour = text.partition("=")
    if not sign:
        raise Refusal(_("Please give the colour as “#1C6E64”."), field="colour")
    return role.strip(), colour.strip()


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Refusal(_("The file is not UTF-8."), field="css") from error


def _marks(conference: Conference) -> list[dict[str, Any]]:
    names = ("code", "shape", "word_ru", "word_de", "word_en", "roles", "delegations", "people")
    return [{name: getattr(row, name) for name in names} for row in access_marks(conference)]


def _marks_told(found: list[dict[str, Any]]) -> str:
    return "\n".join(f"{row['code']} ({row['shape']}): {row['word_ru']} · {row['word_de']}" for row in found)


@verb("print", "access-marks", text=_marks_told)
@_conference
def list_marks(slug: str) -> list[dict[str, Any]]:
    """The zones and days that not everybody may enter."""
    return _marks(get(slug))


@verb("print", "access-mark", changes=True, text=_marks_told)
@click.argument("code")
@_conference
@click.option("--shape", default="", metavar="SHAPE")
@click.option("--ru", "word_ru", default="", metavar="WORDS", help="What it means, in Russian.")
@click.option("--de", "word_de", default="", metavar="WORDS")
@click.option("--en", "word_en", default="", metavar="WORDS")
@click.option("--role", "roles", multiple=True, metavar="ROLE", help="Who has it; may be given often.")
@click.option("--delegation", "towns", multiple=True, metavar="MUNICIPALITY", help="By slug; may be given often.")
@click.option("--delegate", "people", multiple=True, metavar="NUMBER", help="May be given often.")
@click.option("--forget", is_flag=True, help="Keep this mark no longer.")
def access_mark(code: str, slug: str, towns: tuple[str, ...], forget: bool, **given: Any) -> list[dict[str, Any]]:
    """Keep a mark of a zone or a day, or change the one with this sign: what is not named stays as it is."""
    conference = get(slug)
    known: AccessMark | None = next((row for row in access_marks(conference) if row.code == code), None)
    if forget:
        if known is None:
            raise Refusal(_("There is no mark “%(code)s”.", code=code), field="code")
        forget_access_mark(mark=known, actor=COMMAND, at=now())
        return _marks(conference)
    said = {**given, "delegations": _delegations(conference, towns)}
    details = MarkDetails(
        code=code, **{name: value or (getattr(known, name) if known else value) for name, value in said.items()}
    )
    settle_access_mark(conference=conference, details=details, mark=known, actor=COMMAND, at=now())
    return _marks(conference)


def _delegations(conference: Conference, towns: tuple[str, ...]) -> list[int]:
    if not towns:
        return []
    rows = db.session.execute(
        select(Municipality.slug, Delegation.id)
        .join(Delegation, Delegation.municipality_id == Municipality.id)
        .where(Delegation.conference_id == conference.id, Municipality.slug.in_(towns))
    ).all()
    found = {row.slug: row.id for row in rows}
    if lacking := [town for town in towns if town not in found]:
        raise Refusal(_("There is no delegation of %(names)s.", names=", ".join(lacking)), field="delegation")
    return [found[town] for town in towns]
