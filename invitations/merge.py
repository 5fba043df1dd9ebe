"""Merge fields -> text.

The language of a letter's text is small on purpose and evaluates nothing:

* ``{{ field }}`` puts a field's value in; any name not in :data:`invitations.fields.FIELDS` is refused;
* ``{% if field %} … {% endif %}`` and ``{% if not field %} … {% endif %}`` keep or drop what they enclose;
* a blank line ends a paragraph; ``# `` opens the heading, ``- `` a list item, ``-- `` the closing phrase;
* ``**bold**`` and ``*italic*``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from invitations.fields import FIELDS, Field, Value, fill, is_empty, needs_of

__all__ = [
    "FIELDS",
    "Block",
    "Field",
    "Run",
    "TextError",
    "UnknownField",
    "blocks",
    "fields_of",
    "merge",
    "missing_fields",
]

_TAG: Final = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})", re.DOTALL)
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*\Z")
_IF: Final = re.compile(r"if\s+(not\s+)?(\S+)\Z")
_INLINE: Final = re.compile(r"\*\*(.+?)\*\*|\*(.+?)\*", re.DOTALL)
_STAR: Final = "\ue000"  # stands for an asterisk that came with a value, so it never turns into bold type


class TextError(ValueError):
    """The text is not well formed; the message says where."""


class UnknownField(TextError):
    """The text asks for a field nobody has. ``name`` is what stood between the braces."""

    def __init__(self, name: str) -> None:
        super().__init__(f"unknown merge field: {name}")
        self.name = name


@dataclass(frozen=True)
class Run:
    """A stretch of text in one weight and slope."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True)
class Block:
    """A heading, paragraph, list item or closing phrase."""

    kind: str
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The words without their dress."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class _Words:
    text: str


@dataclass(frozen=True)
class _Put:
    name: str


@dataclass(frozen=True)
class _When:
    name: str
    wanted: bool
    inside: tuple[_Node, ...]


_Node = _Words | _Put | _When


def _known(name: str) -> str:
    if not _NAME.match(name) or name not in FIELDS:
        raise UnknownField(name)
    return name


def _parse(text: str) -> tuple[_Node, ...]:
    stack: list[list[_Node]] = [[]]
    opened: list[tuple[str, bool]] = []
    for piece in _TAG.split(text):
        if piece.startswith("{{") and piece.endswith("}}"):
            stack[-1].append(_Put(_known(piece[2:-2].strip())))
        elif piece.startswith("{%") and piece.endswith("%}"):
            order = piece[2:-2].strip()
            if order == "endif":
                if not opened:
                    raise TextError("an endif without an if")
                name, wanted = opened.pop()
                inside = tuple(stack.pop())
                stack[-1].append(_When(name, wanted, inside))
                continue
            condition = _IF.match(order)
            if condition is None:
                raise TextError(f"unknown instruction: {order}")
            opened.append((_known(condition[2]), condition[1] is None))
            stack.append([])
        elif "{{" in piece or "{%" in piece or "}}" in piece or "%}" in piece:
            raise TextError("a brace is left open or closed twice")
        elif piece:
            stack[-1].append(_Words(piece))
    if opened:
        raise TextError(f"the condition on {opened[-1][0]} is never closed")
    return tuple(stack[0])


def _names(nodes: tuple[_Node, ...]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, _Put):
            yield node.name
        elif isinstance(node, _When):
            yield node.name
            yield from _names(node.inside)


def fields_of(text: str) -> tuple[str, ...]:
    """The fields ``text`` uses, in the order of their first appearance.

    Raises UnknownField or TextError for a text that could never be merged.
    """
    return tuple(dict.fromkeys(_names(_parse(text))))


def _wanted(nodes: tuple[_Node, ...], values: Mapping[str, str | None]) -> Iterator[str]:
    """The fields that stand outside any condition that fails."""
    for node in nodes:
        if isinstance(node, _Put):
            yield node.name
        elif isinstance(node, _When) and (values.get(node.name) is not None) is node.wanted:
            yield from _wanted(node.inside, values)


def missing_fields(text: str, fields: Mapping[str, Value], language: str = "ru") -> tuple[str, ...]:
    """The given fields that ``text`` needs and that are absent or empty, in the order of the text.

    A field used only inside a condition that fails is not needed. Derived fields are told by what they are
    made of: ``dates`` is missing as ``start`` and ``end``.
    """
    values = fill(fields, language)
    missing: dict[str, None] = {}
    for name in _wanted(_parse(text), values):
        if values.get(name) is None:
            lacking = [need for need in needs_of(name, language) if is_empty(fields.get(need))]
            missing.update(dict.fromkeys(lacking or [name]))
    return tuple(missing)


def merge(text: str, fields: Mapping[str, Value], language: str) -> str:
    """``text`` with its fields put in and its conditions decided; values are never read as instructions.

    Call :func:`missing_fields` first; a field still missing raises KeyError.
    """
    return _written(_parse(text), fill(fields, language)).replace(_STAR, "*")


def _written(nodes: tuple[_Node, ...], values: Mapping[str, str | None]) -> str:
    out: list[str] = []
    for node in nodes:
        if isinstance(node, _Words):
            out.append(node.text)
        elif isinstance(node, _Put):
            value = values.get(node.name)
            if value is None:
                raise KeyError(node.name)
            out.append(value.replace("*", _STAR))
        elif (values.get(node.name) is not None) is node.wanted:
            out.append(_written(node.inside, values))
    return "".join(out)


def _runs(text: str) -> tuple[Run, ...]:
    runs: list[Run] = []
    at = 0
    for found in _INLINE.finditer(text):
        if found.start() > at:
            runs.append(Run(text[at : found.start()]))
        runs.append(Run(found[1], bold=True) if found[1] else Run(found[2], italic=True))
        at = found.end()
    if at < len(text):
        runs.append(Run(text[at:]))
    return tuple(Run(run.text.replace(_STAR, "*"), run.bold, run.italic) for run in runs)


_KINDS: Final = (("-- ", "closing"), ("# ", "heading"), ("- ", "item"))


def blocks(text: str, fields: Mapping[str, Value], language: str) -> tuple[Block, ...]:
    """The merged text as headings, paragraphs, list items and closing phrases, in order."""
    found: list[Block] = []
    for paragraph in re.split(r"\n\s*\n", _written(_parse(text), fill(fields, language))):
        gathered: list[tuple[str, list[str]]] = []
        for line in (raw.strip() for raw in paragraph.splitlines()):
            if not line:
                continue
            for mark, kind in _KINDS:
                if line.startswith(mark):
                    gathered.append((kind, [line[len(mark) :].strip()]))
                    break
            else:
                if gathered and gathered[-1][0] != "heading":
                    gathered[-1][1].append(line)
                else:
                    gathered.append(("paragraph", [line]))
        for kind, lines in gathered:
            joined = re.sub(r"[ \t]+", " ", " ".join(lines)).strip()
            joined = re.sub(r"(?<!\.)\.\.(?!\.)", ".", joined)
            if joined:
                found.append(Block(kind, _runs(joined)))
    return tuple(found)
