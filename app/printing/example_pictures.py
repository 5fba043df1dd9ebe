"""Front and back of an awkward example as pictures: what the printer would get, drawn."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from app.conferences.models import Conference
from app.errors import Refusal
from app.page_pictures import DPI, paper_of, picture_of
from app.printing.backs import example_back
from app.printing.operations import render_badges
from app.printing.press.paper import Turn
from app.printing.rules import BadgeContent, Layout, alone
from app.printing.rules.sheets import OnPaper

SHARP = 192  # dots per inch: two for each of a screen's


@dataclass(frozen=True)
class Picture:
    """A side of the badge in the text of the page itself; ``width`` and ``height`` in dots of a screen."""

    word: str
    url: str
    width: int
    height: int


def example_pictures(conference: Conference, layout: Layout, content: BadgeContent) -> list[Picture]:
    """Front and back, each as one sheet of the badge's size.

    :raises Refusal: when own CSS has taken away what every badge needs.
    """
    plain = alone(replace(layout, folded=False))
    turn = Turn.LONG if plain.width < plain.height else Turn.SHORT  # so that the back stands upright
    paper = OnPaper(marks=False, backs=turn.value)
    pdf, _pages, _warnings = render_badges(
        conference, plain, [content], paper=paper, backs={content.delegate_id: example_back(conference, content)}
    )
    drawn = paper_of(pdf)
    if drawn is None or len(drawn.sizes) != 2:
        raise Refusal(_("With this CSS a badge is larger than its paper."), field="css")
    words = (_("Front side"), _("Back side"))
    return [
        Picture(
            word,
            f"data:image/png;base64,{b64encode(picture_of(drawn, number, dpi=SHARP)).decode()}",
            *(round(side / 25.4 * DPI) for side in drawn.sizes[number]),
        )
        for number, word in enumerate(words)
    ]
