"""Shapes as lists of points: numbers, transformations, paths and the simple forms. No colours here."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fontTools.pens.basePen import BasePen  # type: ignore[import-untyped]
from fontTools.svgLib.path.parser import parse_path  # type: ignore[import-untyped]

from app.drawings.reading import Node, not_drawn

Point = tuple[float, float]
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_LENGTH = re.compile(rf"\s*({_NUMBER.pattern})\s*(px|pt|pc|mm|cm|in|q|%)?\s*", re.IGNORECASE)
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "q": 24 / 25.4}
_FUNCTION = re.compile(r"\s*,?\s*(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^)]*)\)", re.IGNORECASE)
_CURVE = 0.5522847498  # of a quarter of a circle, as a cubic curve
_HUGE = 1e7


@dataclass(frozen=True)
class Matrix:
    """An affine transformation: x' = a·x + c·y + e, y' = b·x + d·y + f."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def __matmul__(self, other: Matrix) -> Matrix:
        """This one after ``other``."""
        return Matrix(
            self.a * other.a + self.c * other.b, self.b * other.a + self.d * other.b,
            self.a * other.c + self.c * other.d, self.b * other.c + self.d * other.d,
            self.a * other.e + self.c * other.f + self.e, self.b * other.e + self.d * other.f + self.f,
        )  # fmt: skip

    def apply(self, point: Point) -> Point:
        """A point; what lies far outside of every picture is held at its edge."""
        x, y = point
        return (
            min(_HUGE, max(-_HUGE, self.a * x + self.c * y + self.e)),
            min(_HUGE, max(-_HUGE, self.b * x + self.d * y + self.f)),
        )

    @property
    def size(self) -> float:
        """By how much lengths grow, on the average."""
        return math.sqrt(abs(self.a * self.d - self.b * self.c))

    def inverse(self) -> Matrix | None:
        """The way back; None where everything falls on a line."""
        whole = self.a * self.d - self.b * self.c
        if not math.isfinite(whole) or abs(whole) < 1e-12:
            return None
        return Matrix(
            self.d / whole, -self.b / whole, -self.c / whole, self.a / whole,
            (self.c * self.f - self.d * self.e) / whole, (self.b * self.e - self.a * self.f) / whole,
        )  # fmt: skip


def numbers(text: str) -> list[float]:
    """All numbers of a text, within reason."""
    found = [float(one) for one in _NUMBER.findall(text)]
    return [min(1e9, max(-1e9, one)) for one in found if math.isfinite(one)]


def length(text: str | None, whole: float = 0.0, *, default: float = 0.0) -> float:
    """A length in units of the drawing.

    :param whole: of which a percentage is a part.
    """
    found = _LENGTH.fullmatch(text or "")
    if found is None:
        return default
    unit = (found[2] or "").lower()
    value = float(found[1]) * (whole / 100 if unit == "%" else _UNITS[unit])
    return min(1e9, max(-1e9, value)) if math.isfinite(value) else default


def transformation(text: str) -> Matrix:
    """What ``transform`` says."""
    if text in {"", "none"}:
        return Matrix()
    place, found = 0, Matrix()
    while place < len(text.rstrip()):
        one = _FUNCTION.match(text, place)
        if one is None:
            raise not_drawn(f"transform=“{text[:40]}”")
        found, place = found @ _single(one[1].lower(), numbers(one[2])), one.end()
    return found


def _single(name: str, given: Sequence[float]) -> Matrix:
    value = [*given, *[0.0] * 6]
    if name == "matrix" and len(given) == 6:
        return Matrix(*given)
    if name == "translate" and given:
        return Matrix(e=value[0], f=value[1])
    if name == "scale" and given:
        return Matrix(a=value[0], d=given[1] if len(given) > 1 else value[0])
    if name == "rotate" and given:
        turn, x, y = math.radians(value[0]), value[1], value[2]
        cos, sin = math.cos(turn), math.sin(turn)
        return Matrix(e=x, f=y) @ Matrix(cos, sin, -sin, cos) @ Matrix(e=-x, f=-y)
    if name == "skewx" and given:
        return Matrix(c=math.tan(math.radians(value[0])))
    if name == "skewy" and given:
        return Matrix(b=math.tan(math.radians(value[0])))
    raise not_drawn(f"transform=“{name}”")


@dataclass
class Line:
    """A part of a shape: points in pixels, and whether it returns to the first."""

    points: list[Point]
    closed: bool = False


class _Flattening(BasePen):  # type: ignore[misc]  # fontTools is untyped
    """Curves as short straight lines, in pixels."""

    def __init__(self, matrix: Matrix, spend: Callable[[int], None]) -> None:
        super().__init__(None)
        self.matrix, self.spend = matrix, spend
        self.lines: list[Line] = []

    def _moveTo(self, pt: Point) -> None:  # fontTools calls it
        self.lines.append(Line([self.matrix.apply(pt)]))

    def _lineTo(self, pt: Point) -> None:
        self.lines[-1].points.append(self.matrix.apply(pt))
        self.spend(1)

    def _curveToOne(self, pt1: Point, pt2: Point, pt3: Point) -> None:
        points = self.lines[-1].points
        start, *rest = points[-1], *(self.matrix.apply(one) for one in (pt1, pt2, pt3))
        one, two, end = rest
        way = math.dist(start, one) + math.dist(one, two) + math.dist(two, end)
        steps = min(96, max(3, math.ceil(math.sqrt(way) * 1.5)))
        self.spend(steps)
        for step in range(1, steps + 1):
            t = step / steps
            u = 1 - t
            w0, w1, w2, w3 = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
            points.append((
                w0 * start[0] + w1 * one[0] + w2 * two[0] + w3 * end[0],
                w0 * start[1] + w1 * one[1] + w2 * two[1] + w3 * end[1],
            ))  # fmt: skip

    def _closePath(self) -> None:
        self.lines[-1].closed = True

    def _endPath(self) -> None:
        pass


def outline(node: Node, matrix: Matrix, view: Point, spend: Callable[[int], None]) -> list[Line]:
    """The lines of a shape, in pixels; nothing for what is no shape.

    :param view: width and height percentages are of.
    :param spend: told how many points were made.
    """
    pen = _Flattening(matrix, spend)
    given = node.attributes

    def of(name: str, whole: float, default: float = 0.0) -> float:
        return length(given.get(name), whole, default=default)

    if node.name == "path":
        _path(given.get("d", ""), pen)
    elif node.name in {"polygon", "polyline"}:
        values = numbers(given.get("points", ""))
        _polygon(list(zip(values[::2], values[1::2], strict=False)), pen, closed=node.name == "polygon")
    elif node.name == "line":
        ends = [(of("x1", view[0]), of("y1", view[1])), (of("x2", view[0]), of("y2", view[1]))]
        _polygon(ends, pen, closed=False)
    elif node.name in {"circle", "ellipse"}:
        radius = of("r", math.hypot(*view) / math.sqrt(2))
        x, y = (radius, radius) if node.name == "circle" else (of("rx", view[0]), of("ry", view[1]))
        _rounded(of("cx", view[0]) - x, of("cy", view[1]) - y, 2 * x, 2 * y, x, y, pen)
    elif node.name == "rect":
        width, height = of("width", view[0]), of("height", view[1])
        x, y = of("rx", view[0], -1.0), of("ry", view[1], -1.0)
        x, y = (y if x < 0 else x), (x if y < 0 else y)
        _rounded(of("x", view[0]), of("y", view[1]), width, height, min(max(x, 0), width / 2),
                 min(max(y, 0), height / 2), pen)  # fmt: skip
    return pen.lines


def _path(text: str, pen: Any) -> None:
    try:
        parse_path(text, pen)
    except Exception as reason:  # the parser has no error of its own
        if hasattr(reason, "field"):
            raise
        raise not_drawn("<path d=…>") from reason


def _polygon(points: Sequence[Point], pen: Any, *, closed: bool) -> None:
    if not points:
        return
    pen.moveTo(points[0])
    for point in points[1:]:
        pen.lineTo(point)
    if closed:
        pen.closePath()
    else:
        pen.endPath()


def _rounded(left: float, top: float, width: float, height: float, x: float, y: float, pen: Any) -> None:
    """A rectangle with round corners; an ellipse, when they take all of it."""
    if width <= 0 or height <= 0:
        return
    right, bottom = left + width, top + height
    if x <= 0 or y <= 0:
        _polygon([(left, top), (right, top), (right, bottom), (left, bottom)], pen, closed=True)
        return
    i, j = x * (1 - _CURVE), y * (1 - _CURVE)
    pen.moveTo((left + x, top))
    pen.lineTo((right - x, top))
    pen.curveTo((right - i, top), (right, top + j), (right, top + y))
    pen.lineTo((right, bottom - y))
    pen.curveTo((right, bottom - j), (right - i, bottom), (right - x, bottom))
    pen.lineTo((left + x, bottom))
    pen.curveTo((left + i, bottom), (left, bottom - j), (left, bottom - y))
    pen.lineTo((left, top + y))
    pen.curveTo((left, top + j), (left + i, top), (left + x, top))
    pen.closePath()
