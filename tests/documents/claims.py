"""Is a PDF/UA-1 claim true? The main clauses of ISO 14289-1 that a program can check, without a validator."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

_TYPES = re.compile(
    r"Document|Part|Art|Sect|Div|BlockQuote|Caption|TOCI?|Index|NonStruct|Private|P|H[1-6]?|LI?|Lbl|LBody|Table|T[RHD]"
    r"|THead|TBody|TFoot|Span|Quote|Note|Reference|BibEntry|Code|Link|Annot|Figure|Formula|Form"
)
_PAINTING = re.compile(r"T[jJ]|'|\"|[fF]\*?|[bB]\*?|[sS]|sh|Do|EI|INLINE IMAGE")


def claims_ua(pdf: bytes) -> bool:
    """Whether the file says it is PDF/UA-1."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return "/Metadata" in opened.Root and b"pdfuaid:part" in bytes(opened.Root.Metadata.read_bytes())


def elements(node: Any) -> Iterator[Dictionary]:
    """The elements of a structure in reading order."""
    if isinstance(node, Array):
        for kid in node:
            yield from elements(kid)
    elif isinstance(node, Dictionary) and "/S" in node:
        yield node
        yield from elements(node.get("/K", Array()))


def languages_of(pdf: bytes) -> list[str]:
    """The language of the document, then of the passages that name one, in reading order."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        passages = [str(one.Lang) for one in elements(opened.Root.StructTreeRoot.K) if "/Lang" in one]
        return [str(opened.Root.Lang), *passages]


def _annotation_faults(page: Any, parents: dict[int, Any]) -> Iterator[str]:
    for mark in page.obj.get("/Annots", Array()):
        if page.obj.get("/Tabs") != Name.S:
            yield "7.18.3: tabs do not follow the structure"
        left, bottom, right, top = (float(edge) for edge in mark.Rect)
        if mark.Subtype == Name.Widget and right - left == 0 and top - bottom == 0 and left < 0:
            continue  # outside the page: 7.18.1 exempts it
        if mark.Subtype == Name.Link and "/Contents" not in mark:
            yield "7.18.5: link without a description"
        owner = parents.get(int(mark.get("/StructParent", -1)))
        if owner is None or str(owner.S) not in ("/Link", "/Annot", "/Form"):
            yield f"7.18.1: {mark.Subtype} not in the structure"


def _numbers(tree: Any) -> dict[int, Any]:
    rows = list(tree.get("/Nums", Array()))
    return {int(rows[at]): rows[at + 1] for at in range(0, len(rows), 2)}


def faults_of(pdf: bytes) -> list[str]:
    """What contradicts the claim; empty when nothing was found."""
    found: list[str] = []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        root = opened.Root
        if not claims_ua(pdf):
            found.append("5: no claim")
        if not re.search(rb"dc:title.*?<rdf:li[^>]*>[^<]+<", bytes(root.Metadata.read_bytes()), re.DOTALL):
            found.append("7.1: no title")
        if not root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle"):
            found.append("7.1: title is not displayed")
        if not root.get("/MarkInfo", Dictionary()).get("/Marked"):
            found.append("7.1: not tagged")
        if not str(root.get("/Lang", "")):
            found.append("7.2: no language")
        tree = root.StructTreeRoot
        parents = _numbers(tree.ParentTree)
        heading = 0
        for element in elements(tree.K):
            kind = str(element.S).lstrip("/")
            if not _TYPES.fullmatch(kind):
                found.append(f"7.1: {kind} is no standard type")
            if kind == "Figure" and not str(element.get("/Alt", "")):
                found.append("7.3: figure without alternate text")
            if re.fullmatch("H[1-6]", kind):
                if int(kind[1]) > heading + 1:
                    found.append("7.4.2: headings leave a level out")
                heading = int(kind[1])
        for page in opened.pages:
            found += _annotation_faults(page, parents)
            if int(page.obj.get("/StructParents", -1)) not in parents:
                found.append("7.1: page outside of the structure")
            depth = 0
            for one in pikepdf.parse_content_stream(page):
                operator = str(one.operator)
                depth += {"BDC": 1, "BMC": 1, "EMC": -1}.get(operator, 0)
                if _PAINTING.fullmatch(operator) and depth == 0:
                    found.append("7.1: content neither tagged nor an artifact")
                    break
    return found + _font_faults(pdf)


def _font_faults(pdf: bytes) -> list[str]:
    table = subprocess.run(["pdffonts", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    rows = [line.split() for line in table.splitlines()[2:]]
    return [f"7.21.4: {row[0]} is not embedded" for row in rows if row[-5] != "yes"]


def is_sound(pdf: bytes) -> bool:
    """Whether another reader opens it without complaint."""
    with Pdf.open(io.BytesIO(pdf), attempt_recovery=False) as opened:
        return not opened.check_pdf_syntax() and not opened.get_warnings()
