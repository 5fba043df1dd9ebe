"""Printing certificates, cards and the papers of delegations in the background."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.printing.operations import print_participants
from app.printing.operations.runs import Printed
from app.printing.orders import printing_job
from app.printing.papers.lists import print_list
from app.printing.papers.operations import print_paper
from app.printing.papers.rules import ListPaper, Paper, require_paper_layout

printing_job(
    "print-participants",
    word=_l("Printing of the list of participants"),
    shown="papers/runs/{}",
    proofs=("papers.proof_of_participants",),
)(print_participants)


@printing_job(
    "print-paper",
    word=_l("Printing of certificates, cards and sheets"),
    shown="papers/runs/{}",
    proofs=("papers.proof", "papers.proof_of_list", "seating.proof_of_cards"),
)
def print_paper_job(*, paper: str, layout: str, **order: Any) -> Printed:
    """Print a paper for persons, or one for delegations."""
    if paper in set(ListPaper):
        return print_list(**order, paper=ListPaper(paper))
    kind = Paper(paper)
    return print_paper(**order, paper=kind, layout=require_paper_layout(kind, layout))
