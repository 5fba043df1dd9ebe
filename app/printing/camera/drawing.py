"""Name plates and lower thirds drawn as PNG, 1920 × 1080. No database, no persons' rows: texts in, pictures out.

Everything is measured in points of a picture 640 points wide, three pixels each, so that the fitting of the print room
sets names here by the same rules: as large as the box allows, broken at hyphens, never cut off.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont, features

from app.printing.camera.png import Upper
from app.printing.press.faces import FONTS, face, runs, shaped
from app.printing.press.fitting import Box, Fitted, Line, Part, fit

WIDTH, HIGH = 1920, 1080
SCALE = 3  # pixels in a point
MOST_LINES = 3  # of both names, before the second is set with initials
DRAWN = "3"  # goes up when the drawing changes, so that nobody is left with an old picture

PAPER, PATTERN, INK, SOFT = "#FAF8F3", "#EFEBE1", "#1B242B", "#55606A"
VERDIGRIS, RAISED = "#1C6E64", "#FFFFFF"

# The mark of the house in its own units, 36 wide: a long rule and a short one that end level.
_MARK = ((0, 1, 36, 5), (14, 9, 36, 13))
_LOWER = 243 * SCALE  # pixels: above it stands what is the same on all plates of a conference

# Where texts stand. The head and shoulders of somebody before a camera are in the middle: it stays free.
_NAME = Box(24, 262, 236, 82, largest=29, smallest=12)
_TOWN = Box(396, 262, 220, 82, largest=17, smallest=9, align="right")
_TITLES = (
    Box(64, 20, 176, 34, largest=9.5, smallest=8),
    Box(416, 20, 200, 34, largest=9.5, smallest=8, align="right"),
)
_ARMS = (44.0, 52.0)  # at most so wide and high, at the right edge of the town
_BESIDE_ARMS = 10.0
_THIRD_ARMS = (40.0, 50.0)
_THIRD_NAME = Box(52, 254, 380, 46, largest=25, smallest=11)
_THIRD_TOWN = Box(52, 0, 380, 30, largest=11, smallest=8)


@dataclass(frozen=True)
class PlateTexts:
    """What stands on a plate: the name and the town in both scripts, the person's own first.

    ``name_short``: the second name with initials, for where both need too many lines; ``office_second``: the
    office in the other language, where it is known.
    """

    name_first: str
    name_second: str
    office: str
    place_first: str
    place_second: str
    country: str
    title_first: str
    title_second: str
    office_second: str = ""
    name_short: str = ""
    arms: bytes = field(default=b"", repr=False)  # of the municipality, a PNG with clear ground


def _rgb(colour: str) -> tuple[float, float, float]:
    return tuple(int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))  # type: ignore[return-value]


def _ink(colour: tuple[float, float, float]) -> tuple[int, int, int]:
    return tuple(round(share * 255) for share in colour)  # type: ignore[return-value]


def _part(text: str, ratio: float, colour: str, *, bold: bool = False, gap: float = 0.0, leading: float = 1.15) -> Part:
    return Part(f"{ratio}{bold}", text, "bold" if bold else "regular", ratio, leading, _rgb(colour), gap)


def name_on_plate(texts: PlateTexts) -> Fitted:
    """The name as it stands on the plate."""
    return _names(texts, _NAME, gap=0.25)


def _names(texts: PlateTexts, box: Box, *, gap: float) -> Fitted:
    """Both names; the second with initials when the two would stand in more than three lines otherwise."""

    def fitted(second: str) -> tuple[Fitted, int]:
        other = _part(second, 0.6, SOFT, gap=gap)
        found = fit((_part(texts.name_first, 1.0, INK, bold=True, leading=1.12), other), box)
        return found, sum(line.part == other.name for line in found.lines)

    whole, lines = fitted(texts.name_second)
    if lines < 2 or len(whole.lines) <= MOST_LINES or texts.name_short in {"", texts.name_second}:
        return whole
    short, fewer = fitted(texts.name_short)
    return short if fewer < lines else whole


def town_on_plate(texts: PlateTexts) -> Fitted:
    """The town in both scripts, the office above it and the country below."""
    place, other = texts.place_first, "" if texts.place_second == texts.place_first else texts.place_second
    parts = (
        _part(texts.office, 0.62, SOFT),
        _part(texts.office_second, 0.62, SOFT),
        _part(place, 1.0, INK, bold=True, gap=0.2 if texts.office else 0.0),
        _part(other, 0.8, INK),
        _part(texts.country, 0.6, SOFT, gap=0.25),
    )
    aside = _arms(texts.arms, _ARMS).width / SCALE + _BESIDE_ARMS if texts.arms else 0.0
    return fit(tuple(part for part in parts if part.text), replace(_TOWN, width=_TOWN.width - aside))


@lru_cache(maxsize=256)
def _arms(content: bytes, size: tuple[float, float]) -> Image.Image:
    """The arms as large as ``size`` (points) allows."""
    with Image.open(io.BytesIO(content), formats=("PNG",)) as given:
        whole = given.convert("RGBA")
    share = min(size[0] * SCALE / whole.width, size[1] * SCALE / whole.height)
    return whole.resize(
        (max(1, round(whole.width * share)), max(1, round(whole.height * share))), Image.Resampling.LANCZOS
    )  # fmt: skip


@lru_cache(maxsize=64)
def _font(stem: str, tenths: int) -> ImageFont.FreeTypeFont:
    engine = ImageFont.Layout.RAQM if features.check("raqm") else ImageFont.Layout.BASIC
    return ImageFont.truetype(str(FONTS / f"{stem}.ttf"), tenths / 10, layout_engine=engine)


def _set(draw: ImageDraw.ImageDraw, lines: Sequence[Line], *, above: int = 0) -> None:
    """Draw lines where the fitting put them, each run in the face that has its letters.

    :param above: pixels of the whole picture above the one that is drawn on.
    """
    without_ligatures = ["-liga"] if features.check("raqm") else None
    for line in lines:
        at, below = line.x * SCALE, line.baseline * SCALE - above
        for run in runs(line.text, line.weight):
            font = _font(run.stem, round(line.size * SCALE * 10))
            draw.text((at, below), run.text, font=font, fill=_ink(line.colour), anchor="ls", features=without_ligatures)
            advance = sum(glyph.advance for glyph in shaped(run.stem, run.text)) / face(run.stem).units
            at += advance * line.size * SCALE


def _fill(draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], colour: str, *, above: int = 0) -> None:
    """A rectangle from corner to corner, in points."""
    left, top, right, bottom = (round(value * SCALE) for value in box)
    draw.rectangle((left, top - above, right - 1, bottom - above - 1), fill=colour)


def _mark(draw: ImageDraw.ImageDraw, left: float, top: float, width: float, colour: str) -> None:
    unit = width / 36
    for x, y, right, bottom in _MARK:
        _fill(draw, (left + x * unit, top + y * unit, left + right * unit, top + bottom * unit), colour)


@lru_cache(maxsize=8)
def _upper(first: str, second: str) -> Upper:
    """The upper part of a conference's plates: the pattern of the mark, and the title in both languages."""
    picture = Image.new("RGB", (WIDTH, _LOWER), PAPER)
    draw = ImageDraw.Draw(picture)
    for row in range(5):
        for column in range(-1, 5):
            _mark(draw, 36 + column * 128 + (64 if row % 2 else 0), 66 + row * 35, 56, PATTERN)
    _mark(draw, 24, 21, 32, VERDIGRIS)
    for text, box in zip((first, second), _TITLES, strict=True):
        _set(draw, fit((_part(text, 1.0, SOFT, leading=1.25),), box).lines)
    return Upper(picture)


@lru_cache(maxsize=1)
def _lower() -> Image.Image:
    """The ground of the lower part: the two rules of the mark across the whole width."""
    picture = Image.new("RGB", (WIDTH, HIGH - _LOWER), RAISED)
    draw = ImageDraw.Draw(picture)
    _fill(draw, (24, 243, 616, 246), VERDIGRIS, above=_LOWER)
    _fill(draw, (254, 249, 616, 252), VERDIGRIS, above=_LOWER)
    return picture


def draw_plate(texts: PlateTexts) -> bytes:
    """The picture to stand behind a person."""
    picture = _lower().copy()
    draw = ImageDraw.Draw(picture)
    _set(draw, [*name_on_plate(texts).lines, *town_on_plate(texts).lines], above=_LOWER)
    if texts.arms:
        arms = _arms(texts.arms, _ARMS)
        picture.paste(
            arms, (round((_TOWN.x + _TOWN.width) * SCALE) - arms.width, round(_TOWN.y * SCALE) - _LOWER), arms
        )
    return _upper(texts.title_first, texts.title_second).with_lower(picture)


def third_lines(texts: PlateTexts) -> tuple[Fitted, Fitted]:
    """Name, and what stands below it, on a lower third; its panel is as high as they need."""
    name = _names(texts, _THIRD_NAME, gap=0.15)
    office = " · ".join(filter(None, (texts.office, texts.office_second)))
    places = " · ".join(dict.fromkeys(filter(None, (texts.place_first, texts.place_second))))
    below = max((line.top + line.size * line.leading for line in name.lines), default=_THIRD_NAME.y)
    town = fit(
        tuple(
            part
            for part in (_part(office, 1.0, INK), _part(places, 1.0, SOFT, gap=0.1 if texts.office else 0.0))
            if part.text
        ),
        Box(_THIRD_TOWN.x, below + 3, _THIRD_TOWN.width, _THIRD_TOWN.height, largest=_THIRD_TOWN.largest,
            smallest=_THIRD_TOWN.smallest),
    )  # fmt: skip
    return name, town


@lru_cache(maxsize=1)
def _clear() -> Upper:
    return Upper(Image.new("RGBA", (WIDTH, _LOWER), (255, 255, 255, 0)))


def draw_lower_third(texts: PlateTexts) -> bytes:
    """The strip to lay over a person's picture: everything around it is clear."""
    picture = Image.new("RGBA", (WIDTH, HIGH - _LOWER), (255, 255, 255, 0))
    draw = ImageDraw.Draw(picture)
    name, town = third_lines(texts)
    lines = [*name.lines, *town.lines]
    left, top = _THIRD_NAME.x - 24, _THIRD_NAME.y - 7
    right = max((line.x + line.width for line in lines), default=_THIRD_NAME.x) + 16
    bottom = max((line.top + line.size * line.leading for line in lines), default=_THIRD_NAME.y) + 7
    arms = _arms(texts.arms, (_THIRD_ARMS[0], min(_THIRD_ARMS[1], bottom - top - 14))) if texts.arms else None
    beside, right = right, right + (arms.width / SCALE + 16 if arms is not None else 0)
    _fill(draw, (left, top, right, bottom), RAISED, above=_LOWER)
    _fill(draw, (left, top, left + 4, bottom), VERDIGRIS, above=_LOWER)
    _fill(draw, (left + 8, top + (bottom - top) * 14 / 36, left + 12, bottom), VERDIGRIS, above=_LOWER)
    _set(draw, lines, above=_LOWER)
    if arms is not None:
        middle = round((top + bottom) / 2 * SCALE) - _LOWER
        picture.alpha_composite(arms, (round(beside * SCALE), middle - arms.height // 2))
    return _clear().with_lower(picture)
