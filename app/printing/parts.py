"""A printing in parts: what was made is kept until the whole is logged, so that a job begun anew goes on there."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pikepdf

from app.printing.keeping import writing
from app.printing.press.numbering import number_pages
from app.printing.press.pages import Told, written
from app.printing.queries import parts_of

T = TypeVar("T")
SECONDS = 1.0  # of work that a part is to take: no more is lost when the process is killed

Rendered = tuple[bytes, int, list[str]]
Render = Callable[[Sequence[T], int, Told | None], Rendered]  # (items, the place of the first among all, told)


@dataclass(frozen=True)
class Cut:
    """Where a printing may be cut: ``ends`` are ascending, the last is the number of items.

    ``size``: items of the first part; from what it took the next ones are made longer or shorter, up to ``most``.
    """

    ends: Sequence[int]
    size: int
    most: int

    @classmethod
    def by_sheets(cls, count: int, on_a_sheet: int, *, start: int = 1, size: int, most: int) -> Cut:
        """After full sheets; ``start`` is the first free place of the first."""
        ends = [*range(on_a_sheet - start + 1, count, on_a_sheet), count]
        return cls(ends, size, most)

    def end(self, first: int, size: int) -> int:
        """Where a part of about ``size`` items ends that begins at ``first``."""
        place = bisect_right(self.ends, first + size) - 1
        if place < 0 or self.ends[place] <= first:
            place = bisect_right(self.ends, first)
        return self.ends[place]


def in_parts(
    items: Sequence[T],
    render: Render[T],
    *,
    deed_key: str | None,
    signs: Sequence[str],
    basis: Any,
    cut: Cut,
    title: str,
    tell: Told | None = None,
    named: bool = True,
    numbers: float | None = None,
) -> Rendered:
    """The PDF of all items, its pages and the warnings; parts that were made before are not made again.

    :param deed_key: of the job; its parts are kept under it until :func:`forget_parts`. None: nothing is kept.
    :param signs: one for each item; differs when what should stand on paper does.
    :param basis: what else the pages depend on; a part of another basis, or of other items, is made anew.
    :param numbers: how far from the right edge the numbers of pages stand, in millimetres; None: there are none.
    :param named: what ``render`` gives is a whole file already, with its title.
    """
    folder = None if deed_key is None else parts_of(deed_key)
    if folder is not None:
        with writing():
            folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    try:
        parts = list(_parts(folder, items, render, [repr(basis), *signs], cut, tell))
        return parts[0] if named and len(parts) == 1 else _joined(parts, title, numbers)
    except Exception:
        if deed_key is not None:
            forget_parts(deed_key)  # cancelled or refused; only who is killed leaves parts behind
        raise


def _parts(
    folder: Path | None,
    items: Sequence[T],
    render: Render[T],
    standing: Sequence[str],
    cut: Cut,
    tell: Told | None,
) -> Iterator[Rendered]:
    first, size = 0, cut.size
    while first < len(items):
        last, made = _kept(folder, first, standing) if folder is not None else (0, None)
        if made is None:
            last = cut.end(first, size)
            begun = time.thread_time()
            made = render(items[first:last], first, _counting(tell, first, len(items)))
            took = max(time.thread_time() - begun, 0.001)
            if folder is not None and (first, last) != (0, len(items)):
                _keep(folder / f"{first}-{last}-{_sign(standing, first, last)}", made)
            size = min(cut.most, max(1, round((last - first) * SECONDS / took)))
        yield made
        first = last


def _sign(standing: Sequence[str], first: int, last: int) -> str:
    return hashlib.sha256(json.dumps([standing[0], *standing[first + 1 : last + 1]]).encode()).hexdigest()


def _joined(parts: Sequence[Rendered], title: str, numbers: float | None) -> Rendered:
    warnings, duplex = [], None
    with pikepdf.new() as whole, ExitStack() as opened:
        for pdf, _pages, told in parts:
            part = opened.enter_context(pikepdf.open(io.BytesIO(pdf)))
            whole.pages.extend(part.pages)
            warnings += told
            if "/ViewerPreferences" in part.Root:
                duplex = str(part.Root.ViewerPreferences.get("/Duplex", "")) or None
        if numbers is not None:
            number_pages(whole, right=numbers)
        return written(whole, title, duplex=duplex), len(whole.pages), warnings


def _counting(tell: Told | None, first: int, count: int) -> Told | None:
    return None if tell is None else lambda done, _of_part: tell(first + done, count)


def _kept(folder: Path, first: int, standing: Sequence[str]) -> tuple[int, Rendered | None]:
    """The part that begins there, and where it ends; None when there is none of what should stand on paper now."""
    for path in sorted(folder.glob(f"{first}-*.json")):
        _first, last, sign = path.stem.split("-")
        if sign == _sign(standing, first, int(last)):
            said = json.loads(path.read_text("utf-8"))
            return int(last), (path.with_suffix(".pdf").read_bytes(), int(said["pages"]), list(said["warnings"]))
    return 0, None


def _keep(path: Path, part: Rendered) -> None:
    """Both files, whole or not at all: the one that says what it is comes last."""
    said = json.dumps({"pages": part[1], "warnings": part[2]}, ensure_ascii=False)
    put(path.with_suffix(".pdf"), part[0])
    put(path.with_suffix(".json"), said.encode())


def put(path: Path, content: bytes) -> None:
    """A file among the parts, whole or not at all.

    :raises Refusal: when it cannot be written.
    """
    draft = path.with_suffix(path.suffix + ".draft")
    with writing():
        draft.write_bytes(content)
        os.replace(draft, path)


def forget_parts(deed_key: str | None) -> None:
    """The whole is on disk, or will never be: its parts are not needed any more."""
    if deed_key is not None:
        shutil.rmtree(parts_of(deed_key), ignore_errors=True)
