"""How the badges of a conference look where they differ from the shipped design."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.errors import Refusal

LEAST_CONTRAST = 4.5  # of white words on the band, WCAG 2.2, 1.4.3
LARGEST, SMALLEST = (12.0, 90.0), (6.0, 24.0)  # points the name may begin with, and be warned under
FIELDS: Mapping[str, LazyString] = {
    "titles": _l("Title of the conference"),
    "name_second": _l("Name in the other script"),
    "office": _l("Office"),
    "speaks": _l("Languages and interpretation"),
    "place_second": _l("Municipality in the other script"),
    "country": _l("Country"),
    "arms": _l("Arms of the municipality"),
    "access": _l("Access marks"),
}
_PARTS = {"titles": ("title_first", "title_second")}
_COLOUR = re.compile("#[0-9A-Fa-f]{6}")


@dataclass(frozen=True)
class Look:
    """What differs. ``hidden`` are of :data:`FIELDS`, ``colours`` by role; 0 points: as the design has it."""

    hidden: frozenset[str] = frozenset()
    colours: tuple[tuple[str, str], ...] = ()
    largest: float = 0.0
    smallest: float = 0.0
    css: str = ""
    logo: bytes = field(default=b"", repr=False)  # PNG
    background: bytes = field(default=b"", repr=False)  # JPEG

    @cached_property
    def sign(self) -> str:
        """Differs for looks that differ; empty for the shipped design."""
        if self == PLAIN:
            return ""
        said = repr((sorted(self.hidden), self.colours, self.largest, self.smallest, self.css)).encode()
        return hashlib.sha256(b"\0".join((said, self.logo, self.background))).hexdigest()

    @cached_property
    def _beside_colours(self) -> str:
        said = repr((sorted(self.hidden), self.largest, self.smallest, self.css)).encode()
        return hashlib.sha256(b"\0".join((said, self.logo, self.background))).hexdigest()

    def sign_of(self, role: str, usual: str) -> str:
        """Differs when badges of this role look different; never empty."""
        return f"{self._beside_colours}{self.colour(role, usual)}"

    def colour(self, role: str, usual: str) -> str:
        """Of the band of a role."""
        return dict(self.colours).get(role, usual)

    def shown(self, texts: Mapping[str, str]) -> dict[str, str]:
        """The texts without those that are left out."""
        gone = {part for name in self.hidden for part in _PARTS.get(name, (name,))}
        return {name: "" if name in gone else text for name, text in texts.items()}

    @property
    def logo_address(self) -> str:
        """The logo in the text of the design itself."""
        return f"data:image/png;base64,{b64encode(self.logo).decode()}" if self.logo else ""

    @property
    def background_address(self) -> str:
        """The background likewise."""
        return f"data:image/jpeg;base64,{b64encode(self.background).decode()}" if self.background else ""

    def as_json(self) -> dict[str, Any]:
        """The choices, as they are kept."""
        said: dict[str, Any] = {"hidden": sorted(self.hidden), "colours": dict(self.colours), "largest": self.largest,
                                "smallest": self.smallest}  # fmt: skip
        return {name: value for name, value in said.items() if value}

    @classmethod
    def of(cls, kept: Mapping[str, Any], *, css: str = "", logo: bytes = b"", background: bytes = b"") -> Look:
        """From what was kept or given.

        :raises Refusal: at the field that is wrong.
        """
        hidden = frozenset(kept.get("hidden") or ())
        if unknown := sorted(hidden - set(FIELDS)):
            raise Refusal(_l("A badge has no “%(name)s”.", name=unknown[0]), field="hidden")
        colours = tuple(sorted((kept.get("colours") or {}).items()))
        for role, colour in colours:
            require_colour(colour, field=f"colour_{role}")
        return cls(
            hidden,
            colours,
            _size(kept.get("largest"), LARGEST, "largest"),
            _size(kept.get("smallest"), SMALLEST, "smallest"),
            css,
            logo,
            background,
        )


PLAIN = Look()


def _size(value: Any, limits: tuple[float, float], name: str) -> float:
    if not value:
        return 0.0
    if not limits[0] <= float(value) <= limits[1]:
        raise Refusal(_l("Please give a size from %(least)s to %(most)s points.", least=f"{limits[0]:g}",
                         most=f"{limits[1]:g}"), field=name)  # fmt: skip
    return float(value)


def require_colour(colour: str, *, field: str) -> None:
    """:raises Refusal: when it is no colour, or white words on it could not be read."""
    if not _COLOUR.fullmatch(colour):
        raise Refusal(_l("Please give the colour as “#1C6E64”."), field=field)
    if contrast_with_white(colour) < LEAST_CONTRAST:
        raise Refusal(_l("White words cannot be read on this colour. Please take a darker one."), field=field)


def contrast_with_white(colour: str) -> float:
    """As WCAG 2.2 counts it."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )  # fmt: skip
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
