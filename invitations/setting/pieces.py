"""A letter's HTML taken apart into pieces: the blocks that are laid out by themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# Boxes that only hold others and draw nothing; whatever else stands in the body is a piece.
_CONTAINERS: Final = frozenset({"top", "corner", "addressee", "lengthwise", "body", "end", "foot", "down"})
_VOID: Final = frozenset({"br", "img"})
_TAG: Final = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*)>")
_CLASS: Final = re.compile(r' class="([^" ]+)')
_SHOWN: Final = re.compile(r' (?:src|alt)="[^"]*"')
MARK: Final = "data-piece"


class CannotBeTakenApart(ValueError):
    """The page has something between its pieces; it is laid out as a whole."""


@dataclass(frozen=True)
class Piece:
    """One block and the start tags of the containers round it: all its inner layout depends on."""

    path: tuple[str, ...]
    name: str
    html: str

    def marked(self, number: int) -> str:
        """Its mark-up with a number to be found by."""
        return f'<{self.name} {MARK}="{number}"{self.html[len(self.name) + 1 :]}'

    def alone(self, number: int) -> str:
        """The same in containers of its own, for a page on which it has no neighbours."""
        return f"<section>{''.join(self.path)}{self.marked(number)}{'</div>' * len(self.path)}</section>"


@dataclass(frozen=True)
class TakenApart:
    """``structure`` is the body without what the pieces hold: with their heights it decides where each stands."""

    pieces: tuple[Piece, ...]
    structure: str
    marked: str


def take_apart(html: str) -> TakenApart:
    """The pieces of a letter's document in order.

    :raises CannotBeTakenApart: when there is text outside of every piece.
    """
    start, end = html.index("<body>") + len("<body>"), html.rindex("</body>")
    pieces: list[Piece] = []
    structure: list[str] = []
    marked = [html[:start]]
    path: list[str] = []
    begun, depth, at, name = 0, 0, start, ""

    def add(stop: int) -> None:
        piece = Piece(tuple(path), name, html[begun:stop])
        marked.append(piece.marked(len(pieces)))
        pieces.append(piece)

    for found in _TAG.finditer(html, start, end):
        closing, tag, attributes = found.groups()
        if depth:
            if tag not in _VOID:
                depth += -1 if closing else 1
            if not depth:
                add(found.end())
                at = found.end()
            continue
        if found.start() != at:
            raise CannotBeTakenApart
        at = found.end()
        css = _CLASS.match(attributes)
        if closing:
            path.pop()
        elif tag == "div" and css is not None and css[1] in _CONTAINERS:
            path.append(found[0])
        else:
            begun, name = found.start(), tag
            structure.append(_SHOWN.sub("", found[0]))  # what a picture shows is its own affair, as any text is
            if tag in _VOID:
                add(at)
            else:
                depth = 1
            continue
        structure.append(found[0])
        marked.append(found[0])
    if depth or path or at != end:
        raise CannotBeTakenApart
    marked.append(html[end:])
    return TakenApart(tuple(pieces), "".join(structure), "".join(marked))
