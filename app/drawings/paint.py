"""Colours and gradients."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import tinycss2.color3  # type: ignore[import-untyped]
from PIL import Image

from app.drawings.geometry import Matrix, length, transformation
from app.drawings.reading import Node, not_drawn

Colour = tuple[int, int, int, float]  # red, green, blue, and how much of it covers
Box = tuple[float, float, float, float]
_REFERENCE = re.compile(r"url\(\s*['\"]?\s*#([^'\")\s]*)\s*['\"]?\s*\)\s*(.*)", re.IGNORECASE | re.DOTALL)
_RAMP = 256
_BEYOND = 64  # so many times its length a gradient goes on in its last colour
_AROUND = 181  # what Pillow's gradient has half its width from the middle
_INHERITED_DEEPEST = 8


def colour(text: str, current: Colour = (0, 0, 0, 1.0)) -> Colour | None:
    """A colour as it is written; None for none and for what is no colour."""
    found = tinycss2.color3.parse_color(text)
    if found is None:
        return None
    if found == "currentColor":
        return current
    return round(found.red * 255), round(found.green * 255), round(found.blue * 255), float(found.alpha)


def referred(text: str) -> tuple[str, str] | None:
    """The id of ``url(#id)`` and what stands behind it; None when it is none."""
    found = _REFERENCE.fullmatch(text.strip())
    return (found[1], found[2].strip()) if found is not None else None


def share(text: str | None) -> float:
    """An opacity, between 0 and 1."""
    if text is None:
        return 1.0
    return min(1.0, max(0.0, length(text, 1.0, default=1.0)))


@dataclass(frozen=True)
class Gradient:
    """A gradient: from pixels to its own space, where 0 to 1 lies along x (or from the middle outwards)."""

    radial: bool
    stops: tuple[tuple[float, Colour], ...]
    to_own: Matrix

    def region(self, box: tuple[int, int, int, int]) -> Image.Image:
        """The colours of a part of the picture."""
        left, top, right, bottom = box
        size = (right - left, bottom - top)
        if self.radial:
            own = Matrix(128.0, 0, 0, 128.0, 128.0, 128.0) @ self.to_own @ Matrix(e=left + 0.5, f=top + 0.5)
            source, beyond = Image.radial_gradient("L"), _AROUND
        else:
            own = Matrix(float(_RAMP), 0, 0, 0, 0, 0.5) @ self.to_own @ Matrix(e=left + 0.5, f=top + 0.5)
            source, beyond = _ramp(), 0
        place = (own.a, own.c, own.e, own.b, own.d, own.f)
        along = source.transform(size, Image.Transform.AFFINE, place, Image.Resampling.NEAREST, fillcolor=beyond)
        tables = [[0] * 256 for _ in range(4)]
        for step in range(256):
            t = min(1.0, step / (_AROUND if self.radial else 255))
            for table, value in zip(tables, self._at(t), strict=True):
                table[step] = value
        return Image.merge("RGBA", [along.point(table) for table in tables])

    def _at(self, t: float) -> tuple[int, int, int, int]:
        before = self.stops[0]
        for stop in self.stops:
            if t < stop[0]:
                span = stop[0] - before[0]
                part = (t - before[0]) / span if span > 0 and t > before[0] else 0.0
                mixed = [one + (two - one) * part for one, two in zip(before[1], stop[1], strict=True)]
                return round(mixed[0]), round(mixed[1]), round(mixed[2]), round(mixed[3] * 255)
            before = stop
        red, green, blue, alpha = before[1]
        return red, green, blue, round(alpha * 255)


def _ramp() -> Image.Image:
    strip = Image.new("L", (_RAMP * (1 + _BEYOND), 1), 255)
    strip.paste(Image.linear_gradient("L").rotate(90).crop((0, 0, _RAMP, 1)))
    return strip


def gradient(
    node: Node, known: Mapping[str, Node], *, matrix: Matrix, box: Box, view: tuple[float, float]
) -> Gradient | Colour | None:
    """A gradient as it lies on a shape; one colour where it has only one, None where it has none.

    :param box: of the shape, in units of the drawing.
    """
    chain = [node]
    while chain[-1].link in known and len(chain) < _INHERITED_DEEPEST:
        chain.append(known[chain[-1].link])
    given: dict[str, str] = {}
    for one in reversed(chain):
        given |= one.attributes
    stops = next((found for one in chain if (found := _stops(one))), ())
    if len(stops) < 2:
        return stops[0][1] if stops else None
    if given.get("spreadMethod", "pad") != "pad":
        raise not_drawn("spreadMethod")
    own = transformation(chain[0].properties.get("transform", "") or given.get("gradientTransform", ""))
    on_box = given.get("gradientUnits", "objectBoundingBox") != "userSpaceOnUse"
    if on_box:
        matrix = matrix @ Matrix(box[2] - box[0], 0, 0, box[3] - box[1], box[0], box[1])
        view = (1.0, 1.0)

    def of(name: str, whole: float, default: str) -> float:
        return length(given.get(name, default), whole)

    if node.name == "lineargradient":
        x, y = of("x1", view[0], "0%"), of("y1", view[1], "0%")
        across, down = of("x2", view[0], "100%") - x, of("y2", view[1], "0%") - y
        space = Matrix(across, down, -down, across, x, y)
    else:
        radius = of("r", math.hypot(*view) / math.sqrt(2), "50%")
        space = Matrix(radius, 0, 0, radius, of("cx", view[0], "50%"), of("cy", view[1], "50%"))
    way = (matrix @ own @ space).inverse()
    return Gradient(node.name == "radialgradient", stops, way) if way is not None else stops[-1][1]


def _stops(node: Node) -> tuple[tuple[float, Colour], ...]:
    found: list[tuple[float, Colour]] = []
    for one in node.children:
        if one.name != "stop":
            continue
        red, green, blue, alpha = colour(one.properties.get("stop-color", "black")) or (0, 0, 0, 1.0)
        place = min(1.0, max(0.0, length(one.attributes.get("offset", "0"), 1.0)))
        place = max(place, found[-1][0]) if found else place
        found.append((place, (red, green, blue, alpha * share(one.properties.get("stop-opacity")))))
    return tuple(found)
