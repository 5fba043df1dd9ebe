"""Printing a plan of seats in the background."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.printing.orders import printing_job
from app.printing.seating.operations import print_plan

_register = printing_job(
    "print-seating",
    word=_l("Printing of a seating plan"),
    page="seating.plans",
    shown="papers/runs/{}",
    proofs=("seating.proof",),
)
_register(print_plan)
