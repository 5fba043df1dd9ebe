"""A large run in parts: what one part is, is kept until the whole is logged, so that a run begun anew goes on there."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pikepdf

from app.printing.press.pages import Told, written
from app.printing.queries import parts_of
from app.printing.rules import BadgeContent

PART = 2_000  # badges; fewer are printed in one go, it takes a second or two

Rendered = tuple[bytes, int, list[str]]
Render = Callable[[Sequence[BadgeContent], int, Told | None], Rendered]  # (badges, first free place, told)


def _slices(count: int, size: int, on_a_sheet: int, start: int) -> Iterator[tuple[int, int]]:
    """Where parts begin and end: each ends with a full sheet."""
    first = 0
    while first < count:
        last = first + max(1, size // on_a_sheet) * on_a_sheet - (start - 1 if first == 0 else 0)
        yield first, min(last, count)
        first = last


def in_parts(
    contents: Sequence[BadgeContent],
    render: Render,
    *,
    deed_key: str,
    basis: Any,
    on_a_sheet: int,
    start: int,
    title: str,
    tell: Told | None = None,
    size: int = PART,
) -> Rendered:
    """The PDF of all badges, its pages and the warnings; parts that were printed before are not printed again.

    :param deed_key: of the job; its parts are kept under it until :func:`forget_parts`.
    :param basis: how the badges look and lie on sheets; a part of another basis, or of other badges, is printed anew.
    """
    folder = parts_of(deed_key)
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    try:
        whole = _joined(list(_parts(folder, contents, render, basis, (on_a_sheet, start, size), tell)), title)
    except Exception:
        forget_parts(deed_key)  # cancelled or refused; only who is killed leaves parts behind
        raise
    return whole


def _parts(
    folder: Path,
    contents: Sequence[BadgeContent],
    render: Render,
    basis: Any,
    cut: tuple[int, int, int],
    tell: Told | None,
) -> Iterator[Rendered]:
    on_a_sheet, start, size = cut
    for first, last in _slices(len(contents), size, on_a_sheet, start):
        badges = contents[first:last]
        standing = [repr(basis), *(badge.fingerprint for badge in badges)]
        sign = hashlib.sha256(json.dumps(standing).encode()).hexdigest()
        kept = _kept(folder / sign)
        if kept is None:
            kept = render(badges, start if first == 0 else 1, _counting(tell, first, len(contents)))
            _keep(folder / sign, kept)
        yield kept


def _joined(parts: Sequence[Rendered], title: str) -> Rendered:
    warnings, duplex = [], None
    with pikepdf.new() as whole, ExitStack() as opened:
        for pdf, _pages, told in parts:
            part = opened.enter_context(pikepdf.open(io.BytesIO(pdf)))
            whole.pages.extend(part.pages)
            warnings += told
            duplex = str(part.Root.ViewerPreferences.get("/Duplex", "")) or None
        return written(whole, title, duplex=duplex), len(whole.pages), warnings


def _counting(tell: Told | None, first: int, count: int) -> Told | None:
    return None if tell is None else lambda done, _of_part: tell(first + done, count)


def _kept(path: Path) -> Rendered | None:
    try:
        said = json.loads(path.with_suffix(".json").read_text("utf-8"))
        return path.with_suffix(".pdf").read_bytes(), int(said["pages"]), list(said["warnings"])
    except FileNotFoundError:
        return None


def _keep(path: Path, part: Rendered) -> None:
    """Both files, whole or not at all: the one that says what it is comes last."""
    said = json.dumps({"pages": part[1], "warnings": part[2]}, ensure_ascii=False)
    for suffix, content in ((".pdf", part[0]), (".json", said.encode())):
        draft = path.with_suffix(suffix + ".draft")
        draft.write_bytes(content)
        os.replace(draft, path.with_suffix(suffix))


def forget_parts(deed_key: str) -> None:
    """The whole is on disk, or will never be: its parts are not needed any more."""
    shutil.rmtree(parts_of(deed_key), ignore_errors=True)
