"""Drawing name plates and the technician's table in the background."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.printing.camera.operations import draw_plates
from app.printing.camera.table import print_guests
from app.printing.operations.runs import Printed
from app.printing.orders import printing_job


@printing_job(
    "draw-plates",
    word=_l("Draw name plates for video"),
    page="video_plates.show",
    shown="video/plates/runs/{}",
    proofs=("video_plates.picture",),
)
def draw_plates_job(**order: Any) -> Printed:
    """Draw plates."""
    return draw_plates(**order)


@printing_job(
    "print-guests",
    word=_l("Printing of the list of those by video"),
    page="video_people.show",
    shown="video/people/runs/{}.pdf",
    proofs=("video_people.proof_of_guests",),
)
def print_guests_job(**order: Any) -> Printed:
    """Lay out the technician's table."""
    return print_guests(**order)
