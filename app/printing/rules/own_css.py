"""Own CSS of badges: a short list of what it may say, so that it reaches neither network nor disk nor other papers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
FAMILIES = ("PT Sans", "PT Serif")
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
    for node in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if node.type == "error":
            raise _refused(node.source_line, _l("this cannot be read as CSS"))
        if node.type == "at-rule":
            raise _refused(node.source_line, _l("“@%(name)s” may not be used", name=node.at_keyword[:40]))
        _require_rule(node)
    return css


def _require_rule(rule: Any) -> None:
    for selector in tinycss2.serialize(rule.prelude).split(","):
        places = re.findall(r"\.[a-z_-]+", selector)
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
        for token in _all(said.value):
            _require_token(token, said.lower_name)


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


def _all(tokens: Iterable[Any]) -> Iterator[Any]:
    for token in tokens:
        yield token
        inner = getattr(token, "arguments", None) or (token.content if token.type == "() block" else None)
        if inner:
            yield from _all(inner)


def _refused(line: int, what: Message) -> Refusal:
    return Refusal(_l("Line %(line)s: %(what)s.", line=line, what=what), field="css")
