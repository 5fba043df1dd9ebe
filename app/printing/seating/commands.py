"""``ratusha print seating``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _

from app.clock import now
from app.command_line import verb
from app.conferences.queries import get
from app.errors import Refusal
from app.history.rules import COMMAND
from app.printing.files import require_folder, write_file
from app.printing.seating import queries
from app.printing.seating.operations import print_plan, propose_seats


def _told(done: dict[str, Any]) -> str:
    return f"{done['printed']} persons have a seat, {done['without_seat']} have none; {done['pages']} pages."


@verb("print", "seating", changes=True, text=_told)
@click.option("--conference", "slug", required=True, metavar="SLUG")
@click.option("--plan", "plan_id", type=int, metavar="NUMBER", help="The latest when none is named.")
@click.option("--propose", "proposed", type=click.Choice(["anew", "rest"]), help="First give seats by the rule.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
def seating(slug: str, plan_id: int | None, proposed: str | None, out: Path) -> dict[str, Any]:
    """A seating plan: by name, then each table drawn with its people in both scripts."""
    require_folder(out)
    conference = get(slug)
    latest = next((plan.id for plan, _seats, _taken in queries.plans(conference)), 0)
    plan = queries.plan_of(conference, plan_id or latest)
    if plan is None:
        raise Refusal(_("There is no such seating plan."), field="plan")
    changed = 0
    if proposed:
        changed = propose_seats(plan=plan, keep=proposed == "rest", actor=COMMAND, at=now())
    printed = print_plan(
        conference=conference, plan_id=plan.id, actor=COMMAND, at=now(), deliver=lambda pdf: write_file(out, pdf)
    )
    seats = queries.seats_of(plan)
    without = sum(one.wanted and one.id not in seats for one in queries.seatable(plan))
    return {**printed.as_json(), "plan": plan.id, "changed": changed, "without_seat": without}
