"""``ratusha print``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _

from app.clock import now
from app.command_line import verb
from app.conferences.queries import get
from app.database import after_commit, db, transaction
from app.delegations.models import Delegate
from app.errors import Refusal
from app.history.rules import COMMAND
from app.printing import settings_commands
from app.printing.camera import commands as camera
from app.printing.checks import check_badges, worst_of
from app.printing.files import require_folder, write_file
from app.printing.hand_out import hand_out_list
from app.printing.honours import commands as honours
from app.printing.operations import print_badges, print_participants, render_badges
from app.printing.operations.reprinting import print_one
from app.printing.papers import commands as papers
from app.printing.post import commands as post
from app.printing.queries import badge_contents, of_run, printer_named
from app.printing.rota import commands as rota
from app.printing.rules import DEFAULT_LAYOUT, require_layout
from app.printing.rules.orders import SORTS
from app.printing.rules.sheets import OnPaper
from app.printing.seating import commands as seating
from app.printing.whose import asked, for_whom

__all__ = [
    "badges", "camera", "check", "honours", "papers", "participants", "post", "rota", "seating", "settings_commands",
]  # fmt: skip


def _told(done: dict[str, Any]) -> str:
    if not done["printed"]:
        return "Nothing is new or changed; no file was written."
    return "\n".join([*done["warnings"], f"{done['printed']} badges on {done['pages']} pages."])


def _keep(file: Path, pdf: bytes) -> None:
    """Write the file, unless this was only a rehearsal."""
    with transaction():
        after_commit(lambda: write_file(file, pdf))


@verb("print", "badges", changes=True, text=_told)
@click.option("--conference", "slug", required=True, metavar="SLUG")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--layout", default=DEFAULT_LAYOUT, show_default=True, metavar="NAME")
@click.option("--only-new", is_flag=True, help="Only who is new or changed since their last badge.")
@click.option("--despite-look", is_flag=True, help="With --only-new: not those whose look alone changed.")
@click.option("--delegate", "numbers", multiple=True, metavar="NUMBER", help="The same as --only NUMBER.")
@for_whom
@click.option("--sort", default="delegation", show_default=True, type=click.Choice(list(SORTS)))
@click.option("--sheet", default="", metavar="NAME", help="“a3”, or a label sheet by its article.")
@click.option("--own", default="", metavar="MM", help="Own labels: width;height;left;top;gap;gap;across;down.")
@click.option("--start", default=1, show_default=True, help="The first free place of a half-used sheet.")
@click.option("--no-marks", is_flag=True, help="Without cut marks.")
@click.option("--backs", default="", type=click.Choice(["", "long", "short"]), help="Backs; the edge that is turned.")
@click.option("--dividers", is_flag=True, help="A sheet before each delegation or letter.")
@click.option("--printer", default="", metavar="NAME", help="Moved as that printer needs it.")
@click.option("--hand-out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="The list to sign.")
@click.option("--reason", default="", metavar="REASON", help="Why again: lost, damaged, changed, wrong or other.")
@click.option("--anyway", is_flag=True, help="Even when something is wrong with the look.")
@click.option("--proof", is_flag=True, help="Only the ten hardest names; nothing is logged.")
def badges(slug: str, out: Path, layout: str, only_new: bool, despite_look: bool, numbers: tuple[str, ...], sort: str,
           sheet: str, own: str, start: int, no_marks: bool, backs: str, dividers: bool, printer: str,
           hand_out: Path | None, reason: str, anyway: bool, proof: bool, **whom: Any) -> dict[str, Any]:  # fmt: skip
    """Badges of everyone with a place on site, four A6 on a sheet of A4."""
    require_folder(out)
    conference, form = get(slug), require_layout(layout)
    machine = printer_named(printer) if printer else None
    paper = OnPaper("own" if own else sheet, own, start, not no_marks, backs, dividers,
                    (machine.right_mm, machine.down_mm) if machine else (0.0, 0.0))  # fmt: skip
    if proof:
        contents = worst_of(conference, form)
        pdf, pages, warnings = render_badges(conference, form, contents, paper=paper)
        _keep(out, pdf)
        return {"printed": len(contents), "pages": pages, "warnings": warnings}
    whose = asked(conference, lambda: badge_contents(conference), **whom | {"only": [*numbers, *whom["only"]]})
    given: dict[str, Any] = {
        "conference": conference, "layout": form, "paper": paper, "actor": COMMAND, "at": now(), "anyway": anyway,
        "deliver": lambda pdf: write_file(out, pdf),
    }  # fmt: skip
    ids = whose["delegate_ids"]
    if reason and len(ids) == 1:
        printed = print_one(**given, delegate=db.session.get_one(Delegate, ids[0]), reason=reason, single=False)
    else:
        if only_new and whose["scope"] not in ("all", "picked"):
            raise Refusal(_("Say either --only-new or for whom otherwise."), field="only-new")
        anew = "data" if despite_look else "new"
        each = dict.fromkeys(ids, reason) if reason else {}
        printed = print_badges(**given, **(whose | {"scope": anew} if only_new else whose), sort=sort, reason=reason,
                               each=each, asks=bool(ids))  # fmt: skip
    if hand_out is not None and printed.run is not None:
        contents = of_run(printed.run, badge_contents(conference, listed=True))
        _keep(hand_out, hand_out_list(conference, contents, sort=sort))
    return printed.as_json()


@verb("print", "check", text=lambda done: "\n".join([*done["findings"], *done["stale"]]) or "Nothing to look at.")
@click.option("--conference", "slug", required=True, metavar="SLUG")
@click.option("--layout", default=DEFAULT_LAYOUT, show_default=True, metavar="NAME")
def check(slug: str, layout: str) -> dict[str, Any]:
    """A look before printing: missing letters, coarse photographs, texts too small, badges out of date."""
    found = check_badges(get(slug), require_layout(layout))
    return {
        "badges": found.count,
        "new_or_changed": found.fresh,
        "findings": list(found.findings),
        "why": dict(found.why),
        "stale": [content.public_id for content, _why in found.stale],
        "hardest": [content.public_id for content in found.worst],
    }


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
@for_whom
def participants(slug: str, out: Path, consent: bool, photos: bool, **whom: Any) -> dict[str, Any]:
    """The list of participants in both languages, by delegation in the order of rank."""
    require_folder(out)
    conference = get(slug)
    printed = print_participants(
        conference=conference,
        only_agreed=consent,
        with_photos=photos,
        **asked(conference, lambda: badge_contents(conference, attendance=None), **whom),
        actor=COMMAND,
        at=now(),
        deliver=lambda pdf: write_file(out, pdf),
    )
    return printed.as_json()
