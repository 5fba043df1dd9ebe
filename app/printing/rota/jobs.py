"""Printing the rota in the background."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.printing.orders import printing_job
from app.printing.rota.printing import print_rota

printing_job(
    "print-rota",
    word=_l("Printing of the interpreters’ rota"),
    shown="papers/runs/{}",
    proofs=("papers.proof_of_rota",),
)(print_rota)
