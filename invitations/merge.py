"""Merge fields -> text.

The language of a letter's text is small on purpose and evaluates nothing:

* ``{{ field }}`` puts a field's value in; any name not in :data:`invitations.fields.FIELDS` is refused;
* ``{% if field %} … {% endif %}`` and ``{% if not field %} … {% endif %}`` keep or drop what they enclose;
* ``{{ count field | form | form | form }}`` puts a number in with the form its noun takes (two forms in German and
  English: for 1 and for more; three in Russian: for 1, 2 and 5);
* a blank line ends a paragraph; ``# `` opens the heading, ``- `` a list item, ``-- `` the closing phrase,
  ``| label | words`` a row of particulars;
* ``**bold**`` and ``*italic*``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from invitations import counts
from invitations.fields import FIELDS, Field, Value, fill, is_empty, needs_of
from invitations.overrides import Overrides

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
_GUARD: Final = "\ue001"  # stands before a value, so that what it begins with is never read as a mark
_COUNT: Final = re.compile(r"count\s+(\S+)\s*\|(.+)\Z", re.DOTALL)


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
    """A heading, paragraph, list item, closing phrase, or a row with its label."""

    kind: str
    runs: tuple[Run, ...]
    label: str = ""

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
class _Count:
    name: str
    forms: tuple[str, ...]


@dataclass(frozen=True)
class _When:
    name: str
    wanted: bool
    inside: tuple[_Node, ...]


_Node = _Words | _Put | _Count | _When


def _known(name: str) -> str:
    if not _NAME.match(name) or name not in FIELDS:
        raise UnknownField(name)
    return name


def _value(order: str) -> _Put | _Count:
    counted = _COUNT.match(order)
    if counted is None:
        return _Put(_known(order))
    forms = tuple(form.strip() for form in counted[2].split("|"))
    if not all(forms) or len(forms) not in (2, 3):
        raise TextError(f"two or three forms stand beside a number: {order}")
    return _Count(_known(counted[1]), forms)


def _parse(text: str) -> tuple[_Node, ...]:
    stack: list[list[_Node]] = [[]]
    opened: list[tuple[str, bool]] = []
    for piece in _TAG.split(text):
        if piece.startswith("{{") and piece.endswith("}}"):
            stack[-1].append(_value(piece[2:-2].strip()))
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
        if isinstance(node, _Put | _Count):
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
        if isinstance(node, _Put | _Count):
            yield node.name
        elif isinstance(node, _When) and (values.get(node.name) is not None) is node.wanted:
            yield from _wanted(node.inside, values)


def missing_fields(
    text: str, fields: Mapping[str, Value], language: str = "ru", *, overrides: Overrides | None = None
) -> tuple[str, ...]:
    """The given fields that ``text`` needs and that are absent or empty, in the order of the text.

    A field used only inside a condition that fails is not needed. Derived fields are told by what they are
    made of: ``dates`` is missing as ``start`` and ``end``.
    """
    nodes = _parse(text)
    values = fill(fields, language, names=dict.fromkeys(_names(nodes)), overrides=overrides)
    missing: dict[str, None] = {}
    for name in _wanted(nodes, values):
        if values.get(name) is None:
            lacking = [need for need in needs_of(name, language) if is_empty(fields.get(need))]
            missing.update(dict.fromkeys(lacking or [name]))
    return tuple(missing)


def merge(text: str, fields: Mapping[str, Value], language: str, *, overrides: Overrides | None = None) -> str:
    """``text`` with its fields put in and its conditions decided; values are never read as instructions.

    Call :func:`missing_fields` first; a field still missing raises KeyError.
    """
    return _filled(text, fields, language, overrides).replace(_STAR, "*").replace(_GUARD, "")


def _filled(text: str, fields: Mapping[str, Value], language: str, overrides: Overrides | None) -> str:
    nodes = _parse(text)
    values = fill(fields, language, names=dict.fromkeys(_names(nodes)), overrides=overrides)
    return _written(nodes, values, language)


def _guarded(value: str) -> str:
    """A value's words are never marks; only the dashes of a list inside a text of several lines are."""
    several = "\n" in value
    lines = (line if several and line.startswith("- ") else _GUARD + line if line else "" for line in value.split("\n"))
    return "\n".join(lines).replace("*", _STAR)


def _written(nodes: tuple[_Node, ...], values: Mapping[str, str | None], language: str) -> str:
    out: list[str] = []
    for node in nodes:
        if isinstance(node, _Words):
            out.append(node.text)
        elif isinstance(node, _Put | _Count):
            value = values.get(node.name)
            if value is None:
                raise KeyError(node.name)
            out.append(_guarded(value) if isinstance(node, _Put) else _counted(value, node, language))
        elif (values.get(node.name) is not None) is node.wanted:
            out.append(_written(node.inside, values, language))
    return "".join(out)


def _counted(value: str, node: _Count, language: str) -> str:
    if not re.fullmatch(r"\d{1,9}", value):
        raise TextError(f"{node.name} is no number: {value}")
    n = int(value)
    if len(node.forms) != counts.FORMS[language]:
        raise TextError(f"{counts.FORMS[language]} forms are needed beside {node.name}")
    return f"{counts.number(n, language)}\u00a0{counts.plural(n, language, node.forms)}"


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
    return tuple(Run(run.text.replace(_STAR, "*").replace(_GUARD, ""), run.bold, run.italic) for run in runs)


_KINDS: Final = (("-- ", "closing"), ("# ", "heading"), ("- ", "item"), ("| ", "row"))


def blocks(
    text: str, fields: Mapping[str, Value], language: str, *, overrides: Overrides | None = None
) -> tuple[Block, ...]:
    """The merged text as headings, paragraphs, list items, rows and closing phrases, in order."""
    found: list[Block] = []
    for paragraph in re.split(r"\n\s*\n", _filled(text, fields, language, overrides)):
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
            label, words = "", joined
            if kind == "row":
                label, bar, words = joined.partition("|")
                if not bar:
                    raise TextError(f"a row has a label and words: {joined}")
                label, words = label.strip(), words.strip()
            if words.replace(_GUARD, ""):
                found.append(Block(kind, _runs(words), label.replace(_GUARD, "")))
    return tuple(found)
