"""Own CSS of badges: a short list of what it may say, so that it reaches neither network nor disk nor other papers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import tinycss2  # type: ignore[import-untyped]
from flask_babel import lazy_gettext as _l

from app.errors import Message, Refusal

LONGEST = 6000  # signs
PROPERTIES = (
    "left", "right", "top", "bottom", "width", "height", "font-size", "font-weight", "font-family", "line-height",
    "text-align", "color", "background", "background-color", "opacity",
    "border", "border-top", "border-right", "border-bottom", "border-left", "border-color", "border-width",
    "border-style", "border-radius", "padding", "padding-top", "padding-right", "padding-bottom", "padding-left",
)  # fmt: skip
FUNCTIONS = ("rgb", "rgba", "hsl", "hsla", "var")
PLACES = (
    ".badge", ".mark", ".titles", ".titles--first", ".titles--second", ".name", ".name__first", ".name__second",
    ".office", ".speaks", ".place", ".place__first", ".place__second", ".place__country", ".photo", ".arms",
    ".access", ".qr", ".band",
)  # fmt: skip
DEEPEST = 3  # brackets in brackets
RULES, AT_ONCE, CHAIN = 100, 20, 4  # rules, selectors of one rule, places one inside the other
_MILLIMETRES = {"mm": 1.0, "cm": 10.0, "q": 0.25, "in": 25.4, "pt": 25.4 / 72, "pc": 25.4 / 6, "px": 25.4 / 96}
_LETTERS = ("em", "rem", "ex", "ch")
# The least and the most: in millimetres, in letters (em; 100 % is 1), and as a bare number.
_USUAL = ((-300.0, 300.0), (-30.0, 30.0), (-1000.0, 1000.0))
_BOUNDS: Mapping[str, tuple[tuple[float, float], tuple[float, float], tuple[float, float]]] = {
    "font-size": ((0.5, 100.0), (0.1, 5.0), (1.0, 0.0)),  # no bare number
    "line-height": ((1.0, 100.0), (0.8, 5.0), (0.8, 5.0)),
    "opacity": ((0.0, 0.0), (0.0, 1.0), (0.0, 1.0)),
}
_THIN = ((0.0, 50.0), (0.0, 10.0), (0.0, 1000.0))  # of rims and what is kept free inside
FAMILIES = ("PT Sans", "PT Serif")
_SHARED = frozenset({"inherit", "initial", "unset"})
_SIZES = frozenset(
    {"xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "smaller", "larger"}
)  # fmt: skip
# The words of properties that are lengths or numbers; all others have none.
_WORDS: Mapping[str, frozenset[str]] = {
    "font-size": _SIZES,
    "line-height": frozenset({"normal"}),
    "border-width": frozenset({"thin", "medium", "thick"}),
    **dict.fromkeys(("left", "right", "top", "bottom", "width", "height"), frozenset({"auto"})),
}
_MEASURES = frozenset(
    name for name in PROPERTIES
    if name in {*_WORDS, "opacity", "border-radius"} or name.startswith("padding")
)  # fmt: skip
_NO_NUMBERS = re.compile(r"-?(?:nan|infinity)", re.IGNORECASE)  # what calculations call what is no number
_SELECTOR = re.compile(r"\s*(?:p|svg)?(?:\.[a-z][a-z_-]*)+(?:\s+(?:p|svg|(?:\.[a-z][a-z_-]*)+))*\s*")


def require_harmless(css: str) -> str:
    """The text, when it keeps to what own CSS may do.

    :raises Refusal: (field ``css``) naming the line, and what is wrong there.
    """
    css = css.replace("\r\n", "\n").rstrip()
    if len(css) > LONGEST:
        raise Refusal(
            _l("Own CSS may be %(most)s signs long; this is %(count)s. The text ends in line %(line)s there.",
               most=LONGEST, count=len(css), line=css.count("\n", 0, LONGEST) + 1), field="css",
        )  # fmt: skip
    for sign in css:
        if sign in "<\\\0" or (sign < " " and sign not in "\n\t"):
            line = css.count("\n", 0, css.index(sign)) + 1
            raise _refused(line, _l("the sign “%(sign)s” may not be used", sign=sign if sign >= " " else "?"))
    nodes = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    _require_flat(nodes)
    if len(nodes) > RULES:
        raise _refused(nodes[RULES].source_line, _l("own CSS may have %(most)s rules", most=RULES))
    for node in nodes:
        if node.type == "error":
            raise _refused(node.source_line, _l("this cannot be read as CSS"))
        if node.type == "at-rule":
            raise _refused(node.source_line, _l("“@%(name)s” may not be used", name=node.at_keyword[:40]))
        _require_rule(node)
    return css


def _require_flat(nodes: Iterable[Any]) -> None:
    """Looked at first and without calling itself, since what reads CSS calls itself for every bracket."""
    waiting = [(node, 0) for node in nodes]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST:
            raise _refused(node.source_line, _l("brackets stand one inside the other more than %(most)s times",
                                                most=DEEPEST))  # fmt: skip
        for name in ("prelude", "content", "arguments"):
            waiting += [(inner, depth + 1) for inner in getattr(node, name, None) or ()]


def _require_rule(rule: Any) -> None:
    selectors = tinycss2.serialize(rule.prelude).split(",")
    if len(selectors) > AT_ONCE:
        raise _refused(rule.source_line, _l("a rule may be for %(most)s places", most=AT_ONCE))
    for selector in selectors:
        places = re.findall(r"\.[a-z_-]+", selector)
        if len(places) > CHAIN:
            raise _refused(rule.source_line, _l("“%(selector)s” names more than %(most)s places",
                                                selector=selector.strip()[:60], most=CHAIN))  # fmt: skip
        if not _SELECTOR.fullmatch(selector) or not set(places) <= set(PLACES):
            raise _refused(rule.source_line, _l("“%(selector)s” is no place on a badge",
                                                selector=selector.strip()[:60]))  # fmt: skip
    for said in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
        if said.type != "declaration":
            raise _refused(said.source_line, _l("this cannot be read as CSS"))
        if said.lower_name not in PROPERTIES:
            raise _refused(said.source_line, _l("“%(name)s” may not be set", name=said.name[:40]))
        if said.important:
            raise _refused(said.source_line, _l("“!important” may not be used"))
        if not any(token.type not in {"whitespace", "comment"} for token in said.value):
            raise _senseless(said)
        for token in _all(said.value):
            _require_token(token, said.lower_name)
            if _means_nothing(token, said.lower_name):
                raise _senseless(said)
        for token in said.value:
            _require_bounds(token, said.lower_name)


def _require_token(token: Any, name: str) -> None:
    if token.type == "url" or (token.type == "function" and token.lower_name not in FUNCTIONS):
        called = "url" if token.type == "url" else token.name[:40]
        raise _refused(token.source_line, _l("“%(name)s( )” may not be used", name=called))
    if token.type in {"error", "[] block", "{} block", "at-keyword", "unicode-range"}:
        raise _refused(token.source_line, _l("this cannot be read as CSS"))
    if token.type == "string" and (name != "font-family" or token.value not in FAMILIES):
        raise _refused(token.source_line, _l("the only fonts are %(fonts)s", fonts=", ".join(FAMILIES)))
    if name == "font-family" and token.type not in {"string", "whitespace", "comment"}:
        raise _refused(token.source_line, _l("the only fonts are %(fonts)s", fonts=", ".join(FAMILIES)))


def _means_nothing(token: Any, name: str) -> bool:
    """Whether a word or a variable stands where a length or a number must."""
    if token.type == "function" and token.lower_name == "var":
        said = tinycss2.serialize(token.arguments).strip()
        return name in _MEASURES or said != "--role"
    if token.type != "ident" or token.value == "--role":
        return False
    word = token.lower_value
    if name in _MEASURES:
        return word not in _WORDS.get(name, frozenset()) | _SHARED
    return _NO_NUMBERS.match(word) is not None


def _senseless(said: Any) -> Refusal:
    value = tinycss2.serialize(said.value).strip()
    return _refused(said.source_line, _l("“%(name)s: %(value)s” has no value that can be used", name=said.name[:40],
                                         value=value[:30]))  # fmt: skip


def _require_bounds(token: Any, name: str) -> None:
    """No length beyond what a badge can have, in the properties themselves and in colours."""
    if token.type == "function":
        for inner in _all(token.arguments):
            if inner.type in {"number", "percentage", "dimension"} and not abs(inner.value) <= 1000:
                raise _beyond(inner, name)
        return
    if token.type not in {"number", "percentage", "dimension"}:
        return
    rim = name.startswith(("border", "padding"))
    lengths, letters, bare = _BOUNDS.get(name, _THIN if rim else _USUAL)
    if token.type == "number":
        value, (least, most) = token.value, bare
    elif token.type == "percentage":
        value, (least, most) = token.value / 100, letters
    elif token.lower_unit in _LETTERS:
        value, (least, most) = token.value, letters
    elif token.lower_unit in _MILLIMETRES:
        value, (least, most) = token.value * _MILLIMETRES[token.lower_unit], lengths
    else:
        raise _refused(token.source_line, _l("“%(unit)s” is no unit here", unit=token.unit[:20]))
    if not least <= value <= most:
        raise _beyond(token, name)


def _beyond(token: Any, name: str) -> Refusal:
    said = tinycss2.serialize([token])
    return _refused(token.source_line, _l("“%(name)s: %(value)s” is beyond what a badge can have", name=name,
                                          value=said[:30]))  # fmt: skip


def _all(tokens: Iterable[Any]) -> Iterator[Any]:
    for token in tokens:
        yield token
        inner = getattr(token, "arguments", None) or (token.content if token.type == "() block" else None)
        if inner:
            yield from _all(inner)


def _refused(line: int, what: Message) -> Refusal:
    return Refusal(_l("Line %(line)s: %(what)s.", line=line, what=what), field="css")
