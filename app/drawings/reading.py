"""A drawing as a tree of shapes with their properties, after everything that is not to be trusted was refused."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import cssselect2  # type: ignore[import-untyped]
import tinycss2  # type: ignore[import-untyped]
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from flask_babel import lazy_gettext as _l

from app.errors import Message, Refusal

MAX_BYTES = 5 * 1024 * 1024
MOST_ELEMENTS = 20_000
DEEPEST = 80
LARGEST = 100_000.0  # units of a side
_SVG = "http://www.w3.org/2000/svg"
_LINKS = ("href", "{http://www.w3.org/1999/xlink}href")
_START = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!doctype\s+svg|(?:\w+:)?svg[\s>])", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:\w+:)?svg[\s>/]")
_SCRIPTS = frozenset({"script", "foreignobject", "iframe", "object", "embed", "handler", "listener"})
_MOVES = frozenset({"animate", "animatemotion", "animatetransform", "animatecolor", "set"})
# What is drawn otherwise than by shapes; a definition nobody uses does no harm.
_NOT_DRAWN = {
    "text": "<text>", "image": "<image>", "switch": "<switch>", "video": "<video>", "audio": "<audio>",
    "flowroot": "<flowRoot>", "textpath": "<textPath>",
}  # fmt: skip
_PASSED_OVER = frozenset(
    {"title", "desc", "metadata", "style", "lineargradient", "radialgradient", "clippath", "symbol", "defs", "marker",
     "mask", "filter", "pattern", "font", "color-profile", "cursor", "view"}
)  # fmt: skip
_URL = re.compile(r"url\(\s*['\"]?\s*([^'\")]*)", re.IGNORECASE)
PROPERTIES = frozenset(
    {"fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap", "opacity",
     "stroke-linejoin", "stroke-dasharray", "clip-path", "clip-rule", "mask", "filter", "display", "visibility",
     "color", "stop-color", "stop-opacity", "transform", "marker", "marker-start", "marker-mid", "marker-end",
     "mix-blend-mode", "vector-effect"}
)  # fmt: skip


def refused(message: Message) -> Refusal:
    """The field is that of the file."""
    return Refusal(message, field="file")


def not_drawn(what: str) -> Refusal:
    """A drawing uses something that is not drawn here."""
    return refused(
        _l("This drawing uses %(what)s, which is not drawn here. Please turn everything into plain shapes (paths), or "
           "save it as PNG.", what=what)
    )  # fmt: skip


# How a drawing in UTF-16 begins, with its mark and without (XML 1.0, appendix F.1).
_WIDE = {BOM_UTF16_LE: "utf-16", BOM_UTF16_BE: "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}


@dataclass
class Node:
    """An element: its local name, its attributes, its properties (attributes, style sheets and ``style`` together)."""

    name: str
    attributes: dict[str, str]
    properties: dict[str, str]
    children: list[Node] = field(default_factory=list)

    @property
    def link(self) -> str:
        """The id it refers to; empty: to none."""
        found = next((self.attributes[name] for name in _LINKS if self.attributes.get(name)), "")
        return found.strip()[1:] if found.strip().startswith("#") else ""

    def walk(self) -> Iterator[Node]:
        """Itself and all below."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))


def is_drawing(content: bytes) -> bool:
    """Whether a file looks like an SVG drawing."""
    begins = content[:65_536]
    wide = _WIDE.get(begins[:2])
    if wide is not None:
        begins = begins.decode(wide, "ignore").encode()
    return _START.match(begins[:1024]) is not None and _ROOT.search(begins) is not None


def read(content: bytes) -> tuple[Node, dict[str, Node]]:
    """The root, and all elements by their id.

    :raises Refusal: (field ``file``) saying what is wrong with the drawing.
    """
    if len(content) > MAX_BYTES:
        raise refused(_l("The drawing is larger than 5 MB. Please choose a simpler one."))
    try:
        root = fromstring(content, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as reason:
        raise refused(
            _l("This drawing defines entities or refers to other files, which may be an attack. Please save it anew as "
               "plain SVG, or as PNG.")
        ) from reason  # fmt: skip
    except (ParseError, ValueError, LookupError, RecursionError) as reason:
        raise refused(_l("The drawing is damaged or cut off. Please choose another one.")) from reason
    if _local(root) != "svg":
        raise refused(_l("This is a page, not a drawing. Please choose an SVG, PNG, JPEG or WebP file."))
    styles = _require_harmless(root)
    by_element = _styled(root, styles)
    tree = _node(root, by_element)
    return tree, {one.attributes["id"]: one for one in tree.walk() if one.attributes.get("id")}


def _local(element: Element) -> str:
    tag = element.tag if isinstance(element.tag, str) else ""
    return tag.rpartition("}")[2].lower()


def _require_harmless(root: Element) -> str:
    """Refuse what could act, fetch or grow; returns the text of the style sheets."""
    styles: list[str] = []
    stack, count = [(root, 1)], 0
    while stack:
        element, depth = stack.pop()
        count += 1
        if count > MOST_ELEMENTS or depth > DEEPEST:
            raise refused(_l("The drawing has too many parts. Please choose a simpler one, or save it as PNG."))
        name = _local(element)
        if name in _SCRIPTS:
            raise refused(_l("This drawing holds a script or a page. Please save it as plain SVG, or as PNG."))
        if name in _MOVES:
            raise refused(_l("The drawing moves. Please choose one that stands still."))
        for key, value in element.attrib.items():
            _require_harmless_attribute(key.rpartition("}")[2].lower(), value, key in _LINKS)
        if name == "style":
            styles.append("".join(element.itertext()))
        stack.extend((child, depth + 1) for child in element)
    text = "\n".join(styles)
    _require_own(text)
    if "@import" in text.lower() or "\\" in text:
        raise _elsewhere()
    return text


def _elsewhere() -> Refusal:
    return refused(
        _l("This drawing refers to something outside of its file. Please save it with everything in it, or as PNG.")
    )


def _require_harmless_attribute(name: str, value: str, is_link: bool) -> None:
    if name.startswith("on") or "javascript:" in re.sub(r"\s", "", value.lower()):
        raise refused(_l("This drawing holds a script or a page. Please save it as plain SVG, or as PNG."))
    if is_link:
        target = value.strip()
        if target.lower().startswith("data:"):
            raise not_drawn("<image>")
        if target and not target.startswith("#"):
            raise _elsewhere()
    if name in {"src", "base"}:
        raise _elsewhere()
    _require_own(value)


def _require_own(text: str) -> None:
    if any(not target.strip().startswith("#") for target in _URL.findall(text)):
        raise _elsewhere()


def _declared(tokens: Any) -> dict[str, str]:
    found: dict[str, tuple[str, bool]] = {}
    for one in tinycss2.parse_declaration_list(tokens, skip_comments=True, skip_whitespace=True):
        if one.type == "declaration" and one.lower_name in PROPERTIES:
            important = bool(one.important)
            if important or not found.get(one.lower_name, ("", False))[1]:
                found[one.lower_name] = (tinycss2.serialize(one.value).strip(), important)
    return {name: value for name, (value, _important) in found.items()}


def _styled(root: Element, styles: str) -> dict[Element, dict[str, str]]:
    """What style sheets say, by element."""
    if not styles.strip():
        return {}
    matcher = cssselect2.Matcher()
    for rule in tinycss2.parse_stylesheet(styles, skip_comments=True, skip_whitespace=True):
        if rule.type == "at-rule" and rule.lower_at_keyword in {"charset", "namespace", "font-face"}:
            continue
        if rule.type != "qualified-rule":
            raise not_drawn("<style>")
        try:
            selectors = cssselect2.compile_selector_list(rule.prelude)
        except cssselect2.SelectorError as reason:
            raise not_drawn("<style>") from reason
        for selector in selectors:
            matcher.add_selector(selector, _declared(rule.content))
    found = {}
    for wrapped in cssselect2.ElementWrapper.from_xml_root(root).iter_subtree():
        said: dict[str, str] = {}
        for _specificity, _order, _pseudo, declared in sorted(matcher.match(wrapped), key=lambda one: one[:2]):
            said |= declared
        if said:
            found[wrapped.etree_element] = said
    return found


def _node(root: Element, styled: dict[Element, dict[str, str]]) -> Node:
    def one(element: Element) -> Node:
        attributes = {key if key in _LINKS else key.rpartition("}")[2]: value for key, value in element.attrib.items()}
        properties = {key: value.strip() for key, value in attributes.items() if key in PROPERTIES}
        properties |= styled.get(element, {})
        if "style" in attributes:
            properties |= _declared(attributes["style"])
        tag = element.tag if isinstance(element.tag, str) else ""
        known = tag.startswith(f"{{{_SVG}}}") or not tag.startswith("{")
        return Node(_local(element) if known else "", attributes, properties)

    top = one(root)
    stack = [(root, top)]
    while stack:
        element, node = stack.pop()
        for child in element:
            made = one(child)
            node.children.append(made)
            stack.append((child, made))
    return top


def is_drawn(node: Node) -> bool:
    """Whether an element is drawn where it stands.

    :raises Refusal: when it should be, and we cannot.
    """
    if not node.name or node.name in _PASSED_OVER or node.properties.get("display") == "none":
        return False
    if node.name in _NOT_DRAWN:
        raise not_drawn(_NOT_DRAWN[node.name])
    return True
