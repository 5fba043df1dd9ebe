"""Where the slots of a design lie: what own CSS can spoil."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

from app.errors import Refusal
from app.printing.press.design import MM, Slot
from app.printing.press.fitting import Box
from app.printing.press.paper import SAFE
from app.printing.rules.look import FIELDS

LEAST_CODE = 20.0  # mm, of the square with the code
NEEDED = ("name", "qr")
_HAIR = 0.2  # mm
QUIET = 4 / 33  # of a code of version 2: its quiet zone on either side (ISO/IEC 18004)
NEAR = SAFE - 0.3  # mm from the edge: what stands nearer is cut off by one printer or knife in some
_TO_THE_EDGE = frozenset({"band", "role"})


_WORDS: Mapping[str, LazyString] = {
    "title_first": FIELDS["titles"],
    "title_second": FIELDS["titles"],
    "name": _p("badge", "Name of the person"),
    "place": _p("badge", "Municipality or organisation"),
    "photo": _p("badge", "Photograph"),
    "qr": _p("badge", "Code"),
    "mark": _p("badge", "Logo"),
    "band": _p("badge", "Band of the role"),
    "role": _p("badge", "Word of the role"),
    "head": _p("badge", "Head of the back"),
    "programme": _p("badge", "Own programme"),
    "info": _p("badge", "Emergency numbers and Wi-Fi"),
    "foot": _p("badge", "Municipality and office"),
    "line": _p("badge", "Line below the name"),
    "citation": _p("badge", "Citation"),
    "number": _p("badge", "Number of the paper"),
}


def slot_word(name: str) -> LazyString | str:
    """What people call a slot."""
    return _WORDS.get(name) or FIELDS.get(name.partition("_")[0]) or _WORDS.get(name.partition("_")[0]) or name


def require_whole(slots: Mapping[str, Slot]) -> None:
    """:raises Refusal: when a design has no place for what every badge needs."""
    for name in NEEDED:
        box = slots[name].box if name in slots else None
        if box is None or box.width <= 0 or box.height <= 0:
            raise Refusal(_l("With this CSS the badge has no place for “%(name)s”.", name=slot_word(name)), field="css")


def faults(slots: Mapping[str, Slot], *, width: float, height: float) -> Iterator[LazyString]:
    """What a person should know about a design before it is printed. Millimetres."""
    require_whole(slots)
    for name, slot in slots.items():
        box = slot.box
        right, low = (box.x + box.width) / MM, (box.y + box.height) / MM
        if box.x < -_HAIR or box.y < -_HAIR or right > width + _HAIR or low > height + _HAIR:
            yield _l("“%(name)s” leaves the badge.", name=slot_word(name))
            continue
        empty = min(box.width, box.height) / MM * QUIET if name == "qr" else 0.0  # nothing is drawn there
        near = min(box.x / MM, box.y / MM, width - right, height - low) + empty
        if name.partition("_")[0] not in _TO_THE_EDGE and near < NEAR:
            yield _l("“%(name)s” stands less than 4 mm from the edge.", name=slot_word(name))
    for (one, first), (other, second) in combinations(slots.items(), 2):
        if not _belong(one, other) and _common(first.box, second.box):
            yield _l("“%(one)s” and “%(other)s” overlap.", one=slot_word(one), other=slot_word(other))
    code = slots["qr"].box
    side = min(code.width, code.height) / MM
    if side < LEAST_CODE - _HAIR:
        yield _l("The code is %(side)s mm wide; scanners need 20.", side=f"{side:.1f}")


def _belong(one: str, other: str) -> bool:
    """The words of the role stand on the band."""
    return {one.partition("_")[0], other.partition("_")[0]} <= {"band", "role"}


def _common(one: Box, other: Box) -> bool:
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return across > _HAIR * MM and down > _HAIR * MM
