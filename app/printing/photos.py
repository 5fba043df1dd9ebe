"""Portraits as they are printed: shrunk once to the size of the slot and kept."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

from app.delegations.queries.photos import photo_path
from app.printing.press.sheets import Photo

DPI = 300
WIDE, HIGH = 27.0, 36.0  # mm, of the slot for a portrait in every design
_DOTS = (round(WIDE / 25.4 * DPI), round(HIGH / 25.4 * DPI))


def _kept(source: Path) -> Path:
    """Beside the portrait itself: what is removed with it is found there."""
    return source.with_name(f"{source.stem}-{_DOTS[0]}.jpg")


def portraits(signs: Iterable[str]) -> dict[str, Photo]:
    """The portraits with these SHA-256, shrunk; those whose file is gone are left out."""
    found: dict[str, Photo] = {}
    large: dict[str, Path] = {}
    for sign in dict.fromkeys(signs):
        source = photo_path(sign) if sign else None
        photo = _read(_kept(source)) if source else None
        if photo is not None:
            found[sign] = photo
        elif source is not None and source.is_file():
            large[sign] = source
    if large:
        with ThreadPoolExecutor(2) as pool:
            found |= zip(large, pool.map(_shrunk, large.values()), strict=True)
    return found


def gone(signs: Iterable[str]) -> set[str]:
    """Those of these SHA-256 whose file is not in the data folder."""
    found = ((sign, photo_path(sign)) for sign in set(signs) if sign)
    return {sign for sign, source in found if not (source.is_file() or _kept(source).is_file())}


def _read(kept: Path) -> Photo | None:
    try:
        content = kept.read_bytes()
    except FileNotFoundError:
        return None
    return Photo(content, *_size(content))


def _shrunk(source: Path) -> Photo:
    kept = _kept(source)
    _shrink(source, kept)
    content = kept.read_bytes()
    return Photo(content, *_size(content))


def _size(jpeg: bytes) -> tuple[int, int]:
    """Width and height of one of our own JPEGs, from its frame header (ITU-T T.81, B.2.2)."""
    place = 2
    while jpeg[place + 1] not in (0xC0, 0xC1, 0xC2):
        place += 2 + int.from_bytes(jpeg[place + 2 : place + 4], "big")
    return int.from_bytes(jpeg[place + 7 : place + 9], "big"), int.from_bytes(jpeg[place + 5 : place + 7], "big")


def _shrink(source: Path, kept: Path) -> None:
    with Image.open(source) as picture:
        picture.draft("RGB", _DOTS)
        small = picture.convert("RGB")
        if small.width > _DOTS[0]:
            small = small.resize(_DOTS, Image.Resampling.LANCZOS, reducing_gap=3.0)
        draft = kept.with_name(f".{kept.name}.{secrets.token_hex(4)}")
        small.save(draft, "JPEG", quality=85, optimize=True)
    os.replace(draft, kept)
