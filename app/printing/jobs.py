"""Printing in the background."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from app.clock import now
from app.jobs import repeatedly
from app.printing.camera import jobs as camera
from app.printing.operations import print_badges
from app.printing.operations.handing_out import print_hand_out
from app.printing.operations.runs import Printed
from app.printing.operations.sweeping import sweep_files, sweep_parts
from app.printing.orders import printing_job
from app.printing.papers import jobs as papers
from app.printing.post import jobs as post
from app.printing.rota import jobs as rota
from app.printing.rules import require_layout
from app.printing.rules.sheets import OnPaper
from app.printing.seating import jobs as seating

__all__ = ["camera", "papers", "post", "print_badges_job", "print_hand_out_job", "rota", "seating", "sweep_old_parts"]


@repeatedly(3600)
def sweep_old_parts(_stop: threading.Event | None = None) -> None:
    """Throw away the parts of printings that nobody will go on with, and files that belong to no run."""
    sweep_parts(at=now())
    sweep_files(at=now())


@printing_job(
    "print-badges",
    word=_l("Printing of badges"),
    page="printing.badges",
    shown="badges/runs/{}",
    proofs=("printing.hardest", "printing.proof"),
)
def print_badges_job(
    *, layout: str, paper: Mapping[str, Any] | None = None, each: Mapping[str, str] | None = None, **order: Any
) -> Printed:
    """Print badges; ``each`` has the numbers of delegates as text."""
    named = {int(number): reason for number, reason in (each or {}).items()}
    return print_badges(layout=require_layout(layout), paper=OnPaper.of(paper or {}), each=named, **order)


@printing_job(
    "print-hand-out",
    word=_l("List for handing out badges"),
    page="printing.badges",
    shown="badges/runs/{}/badges.pdf",
    proofs=("printing.hand_out_before",),
)
def print_hand_out_job(**order: Any) -> Printed:
    """Lay out the list by which the badges of a run are handed out."""
    return print_hand_out(**order)
