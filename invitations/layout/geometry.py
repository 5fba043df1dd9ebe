"""The measures of the three layouts, in millimetres on A4 from the upper left corner."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final


@dataclass(frozen=True)
class Gost:
    """GOST R 7.0.97. The longest line of the letterhead is 75 mm (2016) or 80 mm (2025), lengthwise 120 mm."""

    left: float = 20
    right: float = 10
    top: float = 20
    bottom: float = 20
    letterhead_width: float = 80
    lengthwise_width: float = 120
    addressee_x: float = 108
    indent: float = 12.5
    qr: float = 20
    foot: float = 23

    @property
    def addressee_width(self) -> float:
        """From the addressee's left edge to the right margin."""
        return 210 - self.right - self.addressee_x


@dataclass(frozen=True)
class Din:
    """DIN 5008:2020, form B; :data:`DIN_A` is form A with its low letterhead."""

    left: float = 25
    right: float = 20
    top: float = 20
    bottom: float = 20
    address_x: float = 25
    address_y: float = 45
    address_width: float = 80
    return_line: float = 5
    notes: float = 12.7
    address_height: float = 27.3
    info_x: float = 125
    info_y: float = 50
    info_width: float = 65
    letterhead_top: float = 14
    text_y: float = 98.46
    fold_1: float = 105
    fold_2: float = 210
    hole: float = 148.5
    qr: float = 19
    foot: float = 22


@dataclass(frozen=True)
class Plain:
    """English letters: issuer above, date and reference, inside address, everything from the left margin."""

    left: float = 25
    right: float = 20
    top: float = 18
    bottom: float = 18
    qr: float = 20
    foot: float = 23


DIN_A: Final = Din(address_y=27, info_y=32, letterhead_top=6, text_y=80.46, fold_1=87, fold_2=192)


def gost(edition: int) -> Gost:
    """The measures of an edition of GOST R 7.0.97: 2016 or 2025."""
    if edition not in (2016, 2025):
        raise ValueError(f"GOST R 7.0.97 has no edition of {edition}")
    return Gost(letterhead_width=75 if edition == 2016 else 80)


def shape(layout: str, edition: int) -> Gost | Din | Plain:
    """The measures of a layout by its name."""
    if layout.startswith("gost"):
        return gost(edition)
    if layout.startswith("din"):
        return DIN_A if layout.endswith("-a") else Din()
    return Plain()


def measures(shape: Gost | Din | Plain) -> dict[str, str]:
    """The measures as CSS lengths, for the style sheet's ``$name`` places."""
    found = {name: f"{value:g}mm" for name, value in asdict(shape).items()}
    if isinstance(shape, Gost):
        found["addressee_width"] = f"{shape.addressee_width:g}mm"
        found["addressee_offset"] = f"{shape.addressee_x - shape.left:g}mm"
    if isinstance(shape, Din):
        for name in ("address_x", "info_x"):
            found[name] = f"{getattr(shape, name) - shape.left:g}mm"
        for name in ("address_y", "info_y", "fold_1", "fold_2", "hole"):
            found[name] = f"{getattr(shape, name) - shape.text_y:g}mm"
        found["sheet_left"] = f"{-shape.left:g}mm"
        found["sheet_top"] = f"{-shape.text_y:g}mm"
    if not isinstance(shape, Din):
        found["first_bottom"] = f"{shape.bottom + shape.foot:g}mm"
    else:
        found["first_bottom"] = f"{shape.bottom - 10 + shape.foot:g}mm"
    top, bottom = (shape.text_y, shape.bottom - 10) if isinstance(shape, Din) else (shape.top, shape.bottom)
    found["foot_y"] = f"{297 - bottom - shape.foot - top + 3:g}mm"
    # In the top margin; in a German letter under the information block, for an emblem stands in the corner.
    found["check_y"] = "-16.2mm" if isinstance(shape, Din) else f"{4.5 - top:g}mm"
    found["foot_width"] = f"{210 - shape.left - shape.right:g}mm"
    return found
