"""The faces that papers are set in, and text shaped with them by HarfBuzz (the library WeasyPrint uses, too)."""

from __future__ import annotations

import ctypes.util
import struct
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from cffi import FFI  # type: ignore[import-untyped]
from flask_babel import lazy_gettext as _l

from app.errors import Refusal

TRIFLE = 0.005  # em by which ink of other faces than the first may leave its strip
FONTS = Path(__file__).resolve().parents[2] / "static" / "fonts"

_ffi = FFI()
_ffi.cdef(
    """
    typedef struct hb_blob_t hb_blob_t; typedef struct hb_face_t hb_face_t; typedef struct hb_font_t hb_font_t;
    typedef struct hb_buffer_t hb_buffer_t;
    typedef struct { uint32_t codepoint, mask, cluster, var1, var2; } hb_glyph_info_t;
    typedef struct { int32_t x_advance, y_advance, x_offset, y_offset; uint32_t var; } hb_glyph_position_t;
    typedef struct { uint32_t tag, value; unsigned int start, end; } hb_feature_t;
    typedef struct { int32_t x_bearing, y_bearing, width, height; } hb_glyph_extents_t;
    typedef struct { int32_t ascender, descender, line_gap, r9, r8, r7, r6, r5, r4, r3, r2, r1; } hb_font_extents_t;
    hb_blob_t *hb_blob_create_from_file_or_fail(const char *file_name);
    hb_face_t *hb_face_create(hb_blob_t *blob, unsigned int index);
    unsigned int hb_face_get_upem(const hb_face_t *face);
    hb_font_t *hb_font_create(hb_face_t *face);
    void hb_font_make_immutable(hb_font_t *font);
    int hb_font_get_h_extents(hb_font_t *font, hb_font_extents_t *extents);
    int hb_font_get_nominal_glyph(hb_font_t *font, uint32_t unicode, uint32_t *glyph);
    int hb_font_get_glyph_extents(hb_font_t *font, uint32_t glyph, hb_glyph_extents_t *extents);
    int32_t hb_font_get_glyph_h_advance(hb_font_t *font, uint32_t glyph);
    hb_buffer_t *hb_buffer_create(void);
    void hb_buffer_destroy(hb_buffer_t *buffer);
    void hb_buffer_add_utf32(hb_buffer_t *buffer, const uint32_t *text, int length, unsigned int offset, int items);
    void hb_buffer_guess_segment_properties(hb_buffer_t *buffer);
    void hb_shape(hb_font_t *font, hb_buffer_t *buffer, const hb_feature_t *features, unsigned int number);
    hb_glyph_info_t *hb_buffer_get_glyph_infos(hb_buffer_t *buffer, unsigned int *length);
    hb_glyph_position_t *hb_buffer_get_glyph_positions(hb_buffer_t *buffer, unsigned int *length);
    """
)


class FontMissing(Refusal):
    """A font the house ships cannot be read: printing must not go on with another."""


@lru_cache(maxsize=1)
def _harfbuzz() -> Any:
    for name in ("libharfbuzz.so.0", ctypes.util.find_library("harfbuzz") or "harfbuzz"):
        try:
            return _ffi.dlopen(name)
        except OSError:
            continue
    raise FontMissing(_l("Nothing is printed: the library HarfBuzz is missing. Please run script/setup as root."))


def _is_whole(path: Path) -> bool:
    """Whether every table that the font names lies within its file (OpenType 1.9, table directory)."""
    try:
        content = path.read_bytes()
        tables = int.from_bytes(content[4:6], "big")
        places = [struct.unpack_from(">II", content, 12 + 16 * number + 8) for number in range(tables)]
    except (OSError, struct.error):
        return False
    return tables > 0 and all(offset + length <= len(content) for offset, length in places)


class Glyph(NamedTuple):
    """One glyph, its ``number`` in the font, in font units; ``text`` is what it stands for, "" when counted already."""

    number: int
    text: str
    advance: int
    natural: int  # the advance the font itself gives, without kerning
    moved: bool  # has an offset: a mark that was put in its place
    lift: int = 0  # the offset upwards


class Face:
    """One font file. ``family`` is the name papers' style sheets know it by."""

    def __init__(self, stem: str) -> None:
        self.stem = stem
        self.path = FONTS / f"{stem}.ttf"
        hb = self._hb = _harfbuzz()
        blob = hb.hb_blob_create_from_file_or_fail(str(self.path).encode())
        if blob == _ffi.NULL or not _is_whole(self.path):
            raise FontMissing(
                _l("Nothing is printed: the font %(name)s is missing or damaged. Please install Ratusha anew.",
                   name=self.path.name)
            )  # fmt: skip
        face = hb.hb_face_create(blob, 0)
        self.units = int(hb.hb_face_get_upem(face))
        self._font = hb.hb_font_create(face)
        hb.hb_font_make_immutable(self._font)
        extents = _ffi.new("hb_font_extents_t *")
        hb.hb_font_get_h_extents(self._font, extents)
        self.ascent = float(extents.ascender / self.units)
        self.descent = float(-extents.descender / self.units)
        self._features = _ffi.new("hb_feature_t *")  # no ligatures: each letter stays a letter when copied
        self._features.tag = int.from_bytes(b"liga", "big")
        self._features.value, self._features.start, self._features.end = 0, 0, 0xFFFFFFFF
        self._covered: dict[str, bool] = {}

    def covers(self, character: str) -> bool:
        """Whether the font has a glyph for the character."""
        known = self._covered.get(character)
        if known is None:
            glyph = _ffi.new("uint32_t *")
            known = bool(self._hb.hb_font_get_nominal_glyph(self._font, ord(character), glyph))
            self._covered[character] = known
        return known

    def shape(self, text: str) -> tuple[Glyph, ...]:
        """The glyphs of one run in one direction, from left to right."""
        hb = self._hb
        buffer = hb.hb_buffer_create()
        try:
            points = _ffi.new("uint32_t[]", [ord(character) for character in text])
            hb.hb_buffer_add_utf32(buffer, points, len(text), 0, len(text))
            hb.hb_buffer_guess_segment_properties(buffer)
            hb.hb_shape(self._font, buffer, self._features, 1)
            count = _ffi.new("unsigned int *")
            infos = hb.hb_buffer_get_glyph_infos(buffer, count)
            positions = hb.hb_buffer_get_glyph_positions(buffer, count)
            found = [(infos[i], positions[i]) for i in range(count[0])]
            starts = [*sorted({info.cluster for info, _ in found}), len(text)]
            ends = dict(pairwise(starts))
            glyphs, seen = [], set()
            for info, position in found:
                cluster = info.cluster
                glyphs.append(
                    Glyph(
                        int(info.codepoint),
                        "" if cluster in seen else text[cluster : ends[cluster]],
                        int(position.x_advance),
                        int(hb.hb_font_get_glyph_h_advance(self._font, info.codepoint)),
                        bool(position.x_offset or position.y_offset),
                        int(position.y_offset),
                    )
                )
                seen.add(cluster)
            return tuple(glyphs)
        finally:
            hb.hb_buffer_destroy(buffer)

    def reach(self, glyphs: Iterable[Glyph]) -> tuple[float, float]:
        """How far their ink goes above and below the base line, in em."""
        high = low = 0
        for glyph in glyphs:
            extents = _ffi.new("hb_glyph_extents_t *")
            if self._hb.hb_font_get_glyph_extents(self._font, glyph.number, extents) and extents.height:
                top = glyph.lift + extents.y_bearing
                high, low = max(high, top), min(low, top + extents.height)
        return high / self.units, -low / self.units


@dataclass(frozen=True)
class Run:
    """A stretch of a line that one face can set."""

    stem: str
    text: str


_FALLBACKS = ("NotoSans", "NotoSansArabic", "NotoSansHebrew", "NotoSansArmenian", "NotoSansGeorgian")
CHAINS: dict[str, tuple[str, ...]] = {
    "bold": ("PT_Sans-Web-Bold", *(f"{name}-Bold" for name in _FALLBACKS)),
    "regular": ("PT_Sans-Web-Regular", *(f"{name}-Regular" for name in _FALLBACKS)),
    "serif": ("PT_Serif-Web-Regular", *(f"{name}-Regular" for name in _FALLBACKS)),
    "serif-bold": ("PT_Serif-Web-Bold", *(f"{name}-Bold" for name in _FALLBACKS)),
}


@lru_cache(maxsize=32)
def face(stem: str) -> Face:
    """A face by its file name without the ending."""
    return Face(stem)


@lru_cache(maxsize=4096)
def _stem_for(character: str, weight: str) -> str | None:
    for stem in CHAINS[weight]:
        if face(stem).covers(character):
            return stem
    return None


def missing(text: str) -> str:
    """The characters of ``text`` that no face of the house has, each once, in their order."""
    return "".join(dict.fromkeys(sign for sign in text if _stem_for(sign, "bold") is None))


def runs(text: str, weight: str) -> list[Run]:
    """``text`` cut where the face must change; spaces and marks stay with what stands before them."""
    found: list[tuple[str, list[str]]] = []
    for sign in text:
        stem = _stem_for(sign, weight) or CHAINS[weight][0]
        clings = sign == " " or unicodedata.combining(sign)
        if found and (stem == found[-1][0] or (clings and face(found[-1][0]).covers(sign))):
            found[-1][1].append(sign)
        else:
            found.append((stem, [sign]))
    return [Run(stem, "".join(signs)) for stem, signs in found]


@lru_cache(maxsize=8192)
def shaped(stem: str, text: str) -> tuple[Glyph, ...]:
    """Shaped once, kept: names and towns come again and again."""
    return face(stem).shape(text)


@lru_cache(maxsize=32768)
def width(text: str, weight: str) -> float:
    """How wide ``text`` is, in em."""
    return sum(
        sum(glyph.advance for glyph in shaped(run.stem, run.text)) / face(run.stem).units for run in runs(text, weight)
    )


@lru_cache(maxsize=8192)
def beyond(text: str, weight: str, leading: float) -> tuple[float, float]:
    """How much room letters need above and below a line's strip, in em: the bowls of Arabic letters hang far lower than
    those of Latin and Cyrillic ones, for which strips are made, and marks stand one on the other.
    """
    lead = face(CHAINS[weight][0])
    above = below = 0.0
    for run in runs(text, weight):
        if run.stem != lead.stem or any(unicodedata.combining(sign) for sign in run.text):
            high, low = face(run.stem).reach(shaped(run.stem, run.text))
            above, below = max(above, high), max(below, low)
    base = (leading + lead.ascent - lead.descent) / 2
    return max(0.0, above - base - TRIFLE), max(0.0, below - (leading - base) - TRIFLE)


def is_plain(text: str, weight: str) -> bool:
    """Whether the first face of the weight sets the whole text, left to right, with nothing moved."""
    first = CHAINS[weight][0]
    for run in runs(text, weight):
        if run.stem != first or any(glyph.moved for glyph in shaped(run.stem, run.text)):
            return False
    return True
