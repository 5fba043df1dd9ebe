"""Drawing a tree of shapes: several times as large as wanted, then made smaller, so that edges are smooth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import lazy_gettext as _l
from PIL import Image, ImageChops, ImageDraw

from app.drawings.geometry import Line, Matrix, Point, length, numbers, outline, transformation
from app.drawings.paint import Box, Colour, Gradient, colour, gradient, referred, share
from app.drawings.reading import LARGEST, Node, is_drawn, not_drawn, read, refused
from app.errors import Refusal

_FINER = 4
_MOST_POINTS = 1_500_000
_MOST_PIXELS = 1_500_000_000  # coloured one after the other, all shapes together
_MOST_DRAWN = 20_000
_USED_DEEPEST = 12
_NARROWEST = 40  # a side is at most so many times the other
_NONE = frozenset({"", "none"})
_INHERITED = (
    "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap", "color",
    "stroke-linejoin", "stroke-dasharray", "visibility", "clip-rule",
)  # fmt: skip
Pixels = tuple[int, int, int, int]


@dataclass(frozen=True)
class _Standing:
    """What holds for an element: where it lies, what it inherits, how much covers, what is cut away."""

    matrix: Matrix
    said: Mapping[str, str]
    covers: float = 1.0
    cut: Image.Image | None = None
    used: int = 0


def draw(content: bytes, *, side: int = 1200, finer: int = _FINER) -> Image.Image:
    """The drawing as RGBA, its longer side so many pixels; what is clear stays clear.

    :param finer: by how much larger it is drawn first; large drawings need less.
    :raises Refusal: (field ``file``) when it is unsafe, damaged, or uses what is not drawn here.
    """
    root, known = read(content)
    left, top, width, height = _view(root)
    scale = side * finer / max(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    painter = _Painter(known, size, (width, height), finer)
    try:
        painter.children(root, _Standing(Matrix(scale, 0, 0, scale, -left * scale, -top * scale), _inherited(root, {})))
    except (RecursionError, OverflowError, MemoryError) as reason:
        raise _too_much() from reason
    wanted = max(1, round(size[0] / finer)), max(1, round(size[1] / finer))
    return painter.picture.resize(wanted, Image.Resampling.BOX)


def _too_much() -> Refusal:
    return refused(_l("The drawing has too many parts. Please choose a simpler one, or save it as PNG."))


def _view(root: Node) -> Box:
    """What is seen: left, top, width, height, in units of the drawing."""
    given = numbers(root.attributes.get("viewBox", ""))
    if len(given) == 4:
        left, top, width, height = given
    else:
        left, top = 0.0, 0.0
        width, height = length(root.attributes.get("width")), length(root.attributes.get("height"))
    outer = [length(root.attributes.get(name), LARGEST) for name in ("width", "height")]
    if max(width, height, *outer) > LARGEST:
        raise refused(_l("The drawing is far too large. Please set its page to what is drawn and save it anew."))
    if min(width, height) <= 0:
        raise refused(_l("The drawing does not say how large it is. Please save it anew with its size, or as PNG."))
    if max(width, height) > _NARROWEST * min(width, height):
        raise refused(_l("The picture is too long and narrow."))
    return left, top, width, height


def _inherited(node: Node, outer: Mapping[str, str]) -> dict[str, str]:
    found = {name: value for name, value in outer.items() if name in _INHERITED}
    for name, value in node.properties.items():
        if name in _INHERITED and value == "inherit":
            continue
        found[name] = value
    return found


class _Painter:
    """The picture, and how much may still be drawn."""

    def __init__(self, known: Mapping[str, Node], size: tuple[int, int], view: Point, finer: int) -> None:
        self.known, self.size, self.view, self.finer = known, size, view, finer
        self.picture = Image.new("RGBA", size, (0, 0, 0, 0))
        self._points, self._pixels, self._drawn = _MOST_POINTS, _MOST_PIXELS, _MOST_DRAWN

    def _spend_points(self, count: int) -> None:
        self._points -= count
        if self._points < 0:
            raise _too_much()

    def _spend_pixels(self, count: int) -> None:
        self._pixels -= count
        if self._pixels < 0:
            raise _too_much()

    def children(self, node: Node, standing: _Standing) -> None:
        """All below an element, in order."""
        for child in node.children:
            self._element(child, standing)

    def _element(self, node: Node, outer: _Standing) -> None:
        if not is_drawn(node):
            return
        self._drawn -= 1
        if self._drawn < 0:
            raise _too_much()
        said = _inherited(node, outer.said)
        for name in ("mask", "filter", "mix-blend-mode"):
            if node.properties.get(name, "none") not in {"none", "normal", ""}:
                raise not_drawn(name)
        matrix = outer.matrix @ transformation(node.properties.get("transform", ""))
        standing = replace(outer, matrix=matrix, said=said)
        clip = referred(node.properties.get("clip-path", ""))
        if clip is not None:
            standing = replace(standing, cut=self._cut(clip[0], node, standing))
        elif node.properties.get("clip-path", "none") not in _NONE:
            raise not_drawn("clip-path")
        covers = share(node.properties.get("opacity"))
        if node.name in {"g", "a", "svg", "use"}:
            self._group(node, standing, covers)
        else:
            self._shape(node, replace(standing, covers=standing.covers * covers))

    def _group(self, node: Node, standing: _Standing, covers: float) -> None:
        if covers >= 1:
            self._inside(node, standing)
            return
        if covers <= 0:
            return
        self._spend_pixels(4 * self.size[0] * self.size[1])
        below, self.picture = self.picture, Image.new("RGBA", self.size, (0, 0, 0, 0))
        self._inside(node, standing)
        layer, self.picture = self.picture, below
        layer.putalpha(layer.getchannel("A").point([round(step * covers) for step in range(256)]))
        self.picture.alpha_composite(layer)

    def _inside(self, node: Node, standing: _Standing) -> None:
        if node.name == "use":
            self._use(node, standing)
        elif node.name == "svg":
            self.children(node, replace(standing, matrix=standing.matrix @ self._port(node)))
        else:
            self.children(node, standing)

    def _port(self, node: Node, width: str | None = None, height: str | None = None) -> Matrix:
        """From inside of a drawing within the drawing to its outside."""
        given = node.attributes
        at = Matrix(e=length(given.get("x"), self.view[0]), f=length(given.get("y"), self.view[1]))
        box = numbers(given.get("viewBox", ""))
        if len(box) != 4 or min(box[2:]) <= 0:
            return at
        wide = length(width or given.get("width"), self.view[0], default=self.view[0])
        high = length(height or given.get("height"), self.view[1], default=self.view[1])
        scale = min(wide / box[2], high / box[3])
        return at @ Matrix(
            scale, 0, 0, scale, (wide - box[2] * scale) / 2 - box[0] * scale,
            (high - box[3] * scale) / 2 - box[1] * scale,
        )  # fmt: skip

    def _use(self, node: Node, standing: _Standing) -> None:
        target = self.known.get(node.link)
        if target is None:
            return
        if standing.used >= _USED_DEEPEST:
            raise _too_much()
        at = Matrix(e=length(node.attributes.get("x"), self.view[0]), f=length(node.attributes.get("y"), self.view[1]))
        inner = replace(standing, matrix=standing.matrix @ at, used=standing.used + 1)
        if target.name == "symbol":
            port = self._port(target, node.attributes.get("width"), node.attributes.get("height"))
            said = _inherited(target, inner.said)
            self.children(target, replace(inner, matrix=inner.matrix @ port, said=said))
        else:
            self._element(target, inner)

    # shapes

    def _shape(self, node: Node, standing: _Standing) -> None:
        said = standing.said
        if said.get("visibility") in {"hidden", "collapse"}:
            return
        for name in ("marker", "marker-start", "marker-mid", "marker-end"):
            if node.properties.get(name, "none") not in _NONE:
                raise not_drawn("<marker>")
        lines = outline(node, standing.matrix, self.view, self._spend_points)
        if not lines:
            return
        own = self._own_box(node) if "url(" in said.get("fill", "") + said.get("stroke", "") else (0.0, 0.0, 1.0, 1.0)
        if node.name != "line":
            ink = self._ink(said.get("fill", "black"), standing, own)
            if ink is not None:
                box = self._box(lines, 1)
                mask = self._filled(lines, box, even=said.get("fill-rule") == "evenodd") if box is not None else None
                self._lay(ink, mask, box, standing, share(said.get("fill-opacity")))
        ink = self._ink(said.get("stroke", "none"), standing, own)
        width = length(said.get("stroke-width", "1"), math.hypot(*self.view) / math.sqrt(2), default=1.0)
        if ink is not None and width > 0:
            if said.get("stroke-dasharray", "none") not in _NONE:
                raise not_drawn("stroke-dasharray")
            still = node.properties.get("vector-effect") == "non-scaling-stroke"
            pixels = width * (self.finer if still else standing.matrix.size)
            box = self._box(lines, pixels / 2 + 2)
            mask = self._stroked(lines, box, pixels, said) if box is not None else None
            self._lay(ink, mask, box, standing, share(said.get("stroke-opacity")) * min(1.0, pixels))

    def _own_box(self, node: Node) -> Box:
        points = [point for line in outline(node, Matrix(), self.view, self._spend_points) for point in line.points]
        xs, ys = [x for x, _y in points], [y for _x, y in points]
        return min(xs), min(ys), max(xs), max(ys)

    def _ink(self, text: str, standing: _Standing, box: Box) -> Gradient | Colour | None:
        current = colour(standing.said.get("color", "black")) or (0, 0, 0, 1.0)
        link = referred(text)
        if link is None:
            return colour(text, current)
        node = self.known.get(link[0])
        if node is None:
            return colour(link[1], current) if link[1] else None
        if node.name not in {"lineargradient", "radialgradient"}:
            raise not_drawn(f"<{node.name}>")
        return gradient(node, self.known, matrix=standing.matrix, box=box, view=self.view)

    def _box(self, lines: Sequence[Line], margin: float) -> Pixels | None:
        """The part of the picture a shape lies in; None where it lies outside of all."""
        points = [point for line in lines for point in line.points]
        left, right = min(x for x, _y in points), max(x for x, _y in points)
        top, bottom = min(y for _x, y in points), max(y for _x, y in points)
        box = (
            max(0, math.floor(left - margin)), max(0, math.floor(top - margin)),
            min(self.size[0], math.ceil(right + margin)), min(self.size[1], math.ceil(bottom + margin)),
        )  # fmt: skip
        return box if box[0] < box[2] and box[1] < box[3] else None

    def _filled(self, lines: Sequence[Line], box: Pixels, *, even: bool) -> Image.Image:
        """What a shape covers: by the windings of its lines around each point, or by whether they are even."""
        size = box[2] - box[0], box[3] - box[1]
        self._spend_pixels(size[0] * size[1])
        found = Image.new("L", size, 0 if even else 128)
        for line in lines:
            points = [(x - box[0], y - box[1]) for x, y in line.points]
            if len(points) < 3:
                continue
            xs, ys = [x for x, _y in points], [y for _x, y in points]
            part = (
                max(0, math.floor(min(xs))), max(0, math.floor(min(ys))),
                min(size[0], math.ceil(max(xs)) + 1), min(size[1], math.ceil(max(ys)) + 1),
            )  # fmt: skip
            if part[0] >= part[2] or part[1] >= part[3]:
                continue
            width, height = part[2] - part[0], part[3] - part[1]
            self._spend_pixels(3 * width * height)
            one = Image.new("L", (width, height), 0)
            ImageDraw.Draw(one).polygon([(x - part[0], y - part[1]) for x, y in points], fill=255 if even else 1)
            before = found.crop(part)
            if even:
                after = ImageChops.difference(before, one)
            else:
                after = ImageChops.add(before, one) if _turns(points) > 0 else ImageChops.subtract(before, one)
            found.paste(after, part[:2])
        return found if even else found.point([0 if step == 128 else 255 for step in range(256)])

    def _stroked(self, lines: Sequence[Line], box: Pixels, width: float, said: Mapping[str, str]) -> Image.Image:
        size = box[2] - box[0], box[3] - box[1]
        self._spend_pixels(size[0] * size[1])
        found = Image.new("L", size, 0)
        pen = ImageDraw.Draw(found)
        wide = max(1, round(width))
        for line in lines:
            points = [(x - box[0], y - box[1]) for x, y in line.points]
            if line.closed and len(points) > 1:
                points = [*points, points[0], points[1]]
            if len(points) > 1:
                pen.line(points, fill=255, width=wide, joint="curve" if wide > 2 else None)
            if not line.closed and wide > 2 and said.get("stroke-linecap", "butt") != "butt":
                for x, y in (points[0], points[-1]):
                    pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)
        return found

    def _lay(
        self, ink: Gradient | Colour, mask: Image.Image | None, box: Pixels | None, standing: _Standing, covers: float
    ) -> None:
        """Lay a colour on what the mask says."""
        if mask is None or box is None:
            return
        self._spend_pixels(4 * mask.width * mask.height)
        if standing.cut is not None:
            mask = ImageChops.multiply(mask, standing.cut.crop(box))
        covers *= standing.covers
        if isinstance(ink, Gradient):
            layer = ink.region(box)
            mask = ImageChops.multiply(mask, layer.getchannel("A"))
        else:
            layer, covers = Image.new("RGBA", mask.size, (*ink[:3], 255)), covers * ink[3]
        if covers < 1:
            mask = mask.point([round(step * covers) for step in range(256)])
        layer.putalpha(mask)
        self.picture.alpha_composite(layer, box[:2])

    def _cut(self, name: str, node: Node, standing: _Standing) -> Image.Image | None:
        """What of the picture stays, when a shape cuts it out."""
        clip = self.known.get(name)
        if clip is None or clip.name != "clippath":
            return standing.cut
        if clip.properties.get("clip-path", "none") not in _NONE:
            raise not_drawn("clip-path")
        matrix = standing.matrix @ transformation(clip.properties.get("transform", ""))
        if clip.attributes.get("clipPathUnits") == "objectBoundingBox":
            box = self._own_box(node)
            matrix = matrix @ Matrix(box[2] - box[0], 0, 0, box[3] - box[1], box[0], box[1])
        whole = Image.new("L", self.size, 0)
        self._spend_pixels(2 * self.size[0] * self.size[1])
        for child in clip.children:
            if not is_drawn(child):
                continue
            own = matrix @ transformation(child.properties.get("transform", ""))
            shape = child
            if child.name == "use":
                target = self.known.get(child.link)
                if target is None:
                    continue
                own = own @ Matrix(e=length(child.attributes.get("x")), f=length(child.attributes.get("y")))
                own, shape = own @ transformation(target.properties.get("transform", "")), target
            lines = outline(shape, own, self.view, self._spend_points)
            box_ = self._box(lines, 1) if lines else None
            if box_ is not None:
                rule = shape.properties.get("clip-rule", child.properties.get("clip-rule", ""))
                mask = self._filled(lines, box_, even=rule == "evenodd")
                whole.paste(255, box_, mask)
        return whole if standing.cut is None else ImageChops.multiply(whole, standing.cut)


def _turns(points: Sequence[Point]) -> float:
    """Twice the area, with a sign for the way round."""
    return sum(
        one[0] * two[1] - two[0] * one[1] for one, two in zip(points, [*points[1:], points[0]], strict=True)
    )  # fmt: skip
