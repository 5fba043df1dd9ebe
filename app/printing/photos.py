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
    places = {sign: photo_path(sign) for sign in dict.fromkeys(signs) if sign}
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(_read, places.values())
        return {sign: photo for sign, photo in zip(places, found, strict=True) if photo is not None}


def _read(source: Path) -> Photo | None:
    if not source.is_file():
        return None
    kept = _kept(source)
    if not kept.is_file():
        _shrink(source, kept)
    content = kept.read_bytes()
    with Image.open(kept) as picture:
        return Photo(content, *picture.size)


def _shrink(source: Path, kept: Path) -> None:
    with Image.open(source) as picture:
        picture.draft("RGB", _DOTS)
        small = picture.convert("RGB")
        if small.width > _DOTS[0]:
            small = small.resize(_DOTS, Image.Resampling.LANCZOS, reducing_gap=3.0)
        draft = kept.with_name(f".{kept.name}.{secrets.token_hex(4)}")
        small.save(draft, "JPEG", quality=85, optimize=True)
    os.replace(draft, kept)
