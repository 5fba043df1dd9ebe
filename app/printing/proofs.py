"""Proofs: what a printing would give, of a few people, marked as such on every page. Nothing of them is logged."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import TypeVar

import pikepdf
from flask_babel import gettext as _
from pikepdf import Name, String

from app.i18n import number
from app.page_pictures import PROOF
from app.printing.press.numbering import mark_pages
from app.printing.press.pages import written

T = TypeVar("T")
FIRST, LONGEST = 20, 10


def few(items: Sequence[T], name: Callable[[T], str], *, first: int = FIRST, longest: int = LONGEST) -> list[T]:
    """The first few and those with the longest names, in the order given; all of them where they are not many."""
    if len(items) <= first + longest:
        return list(items)
    hard = sorted(range(first, len(items)), key=lambda place: -len(name(items[place])))[:longest]
    return [items[place] for place in (*range(first), *sorted(hard))]


def marked(pdf: bytes, shown: int, total: int, *, title: str) -> bytes:
    """The pages with a word on each that they are a proof, and of how many of those that will be printed."""
    word = _("Proof")
    if shown < total:
        word = _("Proof: %(shown)s of %(total)s", shown=number(shown), total=number(total))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        mark_pages(opened, word)
        opened.docinfo[Name(f"/{PROOF}")] = String(word)  # the page of pictures says it, too
        return written(opened, title)
