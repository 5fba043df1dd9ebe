"""What WeasyPrint leaves out of a tagged PDF: the language of a passage, and the foot read after the letter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

LAST = "foot"  # the class of what stands first in the source to come on the first sheet, and is read last there


def mark_passages() -> None:
    """From now on tagged PDFs of this process say the language of each passage that has one of its own.

    PDF/UA-1 (ISO 14289-1, 7.2) asks for it, and for an order in which the page is read aloud. Doing it twice is
    doing it once.
    """
    from weasyprint.pdf import tags

    inner = tags._build_box_tree
    if getattr(inner, "marks_passages", False):
        return

    def build(box: Any, *rest: Any) -> Iterable[Any]:
        import pydyf  # type: ignore[import-untyped]

        element = getattr(box, "_box", box).element
        attributes = element.attrib if element is not None else {}
        if element is None or element.tag == "html":
            yield from inner(box, *rest)
            return
        if element.tag == "body":
            yield from sorted(inner(box, *rest), key=lambda made: getattr(made, "read_last", False))
            return
        for made in inner(box, *rest):
            if "lang" in attributes:
                made["Lang"] = pydyf.String(attributes["lang"])
            if attributes.get("class") == LAST:
                made.read_last = True
            yield made

    build.marks_passages = True  # type: ignore[attr-defined]
    tags._build_box_tree = build
