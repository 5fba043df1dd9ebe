"""Printing envelopes and labels in the background."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.printing.operations.runs import Printed
from app.printing.orders import printing_job
from app.printing.post.addressees import Whom
from app.printing.post.printing import PostPaper, print_post


@printing_job(
    "print-post",
    word=_l("Printing of envelopes and address labels"),
    shown="papers/runs/{}",
    proofs=("papers.proof_of_post",),
)
def print_post_job(*, paper: str, whom: str, **order: Any) -> Printed:
    """Print envelopes or labels."""
    return print_post(paper=PostPaper(paper), whom=Whom(whom), **order)
