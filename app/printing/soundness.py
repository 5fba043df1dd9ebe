"""Whether a design can be read: where its boxes lie, and what texts and code stand on, measured in a picture."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from PIL import Image

from app.errors import Refusal
from app.page_pictures import paper_of, picture_of
from app.printing.press.design import MM, Design, Slot
from app.printing.rules import Layout
from app.printing.rules.boxes import faults, slot_word
from app.printing.rules.look import LEAST_CONTRAST

CODE_CONTRAST = 7.0  # of the modules to what they stand on: a code is read by worse eyes than ours
_DPI = 150
_SHARE = 0.1  # of a box may be worse: a line or an ornament runs through it
_BLACK = (0.0, 0.0, 0.0)

Colour = tuple[float, float, float]


def contrast(one: Colour, other: Colour) -> float:
    """Of two colours, as WCAG 2.2 counts it."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in colour
    )  # fmt: skip
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def design_faults(layout: Layout, designs: Iterable[Design]) -> list[str]:
    """What a person should know before badges of these designs are printed, each once. Designs with neither own CSS nor
    a background are as they were shipped: only their boxes are looked at.

    :raises Refusal: when own CSS has taken away what every badge needs.
    """
    drawn = bool(layout.look.css or layout.look.background)
    found: list[str] = []
    for design in designs:
        found += map(str, faults(design.slots, width=layout.width, height=layout.height))
        if drawn:
            found += map(str, _unreadable(design))
    return list(dict.fromkeys(found))


def require_sound(layout: Layout, designs: Iterable[Design]) -> None:
    """:raises Refusal: (field ``anyway``) with what is wrong with the look of these badges."""
    if found := design_faults(layout, designs):
        raise Refusal(
            _l("With this look badges are not printed: %(faults)s", faults=" ".join(found)), field="anyway"
        )  # fmt: skip


def _unreadable(design: Design) -> Iterator[LazyString]:
    paper = paper_of(design.drawing)
    if paper is None:
        return
    picture = Image.open(io.BytesIO(picture_of(paper, design.number, dpi=_DPI))).convert("RGB")
    for name, slot in design.slots.items():
        told = slot.parts or name == "qr" or name.startswith("role_")
        ground = _ground(picture, slot) if told else ()
        if not ground:
            continue
        if name == "qr":
            readable = _worst(_BLACK, ground, slot.opacity) >= CODE_CONTRAST
        elif name.startswith("role_"):
            lights = [_luminance(one) for one in ground]  # its words are drawn already
            readable = (max(lights) + 0.05) / (min(lights) + 0.05) >= LEAST_CONTRAST
        else:
            readable = all(_worst(part.colour, ground, slot.opacity) >= LEAST_CONTRAST for part in slot.parts)
        if not readable:
            yield _l("“%(name)s” cannot be read on its ground.", name=slot_word(name))


def _ground(picture: Image.Image, slot: Slot) -> Sequence[Colour]:
    """The colours of the picture where the slot lies; of an empty one, where nothing is drawn yet, a part of them."""
    dots, box = _DPI / 25.4 / MM, slot.box
    left, top = max(0, round(box.x * dots)), max(0, round(box.y * dots))
    right = min(picture.width, round((box.x + box.width) * dots))
    low = min(picture.height, round((box.y + box.height) * dots))
    if right <= left or low <= top:
        return ()
    piece = picture.crop((left, top, right, low))
    if slot.parts or slot.name == "qr":
        piece = piece.resize((min(piece.width, 60), min(piece.height, 40)), Image.Resampling.NEAREST)
    raw = piece.tobytes()
    return [(raw[at] / 255, raw[at + 1] / 255, raw[at + 2] / 255) for at in range(0, len(raw), 3)]


def _worst(colour: Colour, ground: Sequence[Colour], opacity: float) -> float:
    """The contrast of ink of this colour to its ground, but for the worst tenth of it."""
    known: dict[Colour, float] = {}
    for below in ground:
        if below not in known:
            seen = tuple(ink * opacity + paper * (1 - opacity) for ink, paper in zip(colour, below, strict=True))
            known[below] = contrast((seen[0], seen[1], seen[2]), below)
    return sorted(known[below] for below in ground)[int(len(ground) * _SHARE)]
