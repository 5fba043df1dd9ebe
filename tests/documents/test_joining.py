"""Enclosures in the letter's own file: no claim that would be false, nothing that points back."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from app.documents.joining import with_enclosures
from tests.documents.claims import claims_ua, elements, is_sound
from tests.documents.pdf_files import annotated, pdf, pdf_with, tagged_pdf


def opened(content: bytes) -> Pdf:
    return pikepdf.open(io.BytesIO(content))


def test_letter_stays_as_it_is_when_nothing_is_joined() -> None:
    letter = tagged_pdf()
    assert with_enclosures(letter, []) is letter


def test_joined_file_takes_back_the_claim_and_keeps_the_tags_of_the_letter() -> None:
    letter, enclosure = tagged_pdf("Письмо"), tagged_pdf("Программа")
    joined = with_enclosures(letter, [enclosure, pdf(3)])
    assert (claims_ua(letter), claims_ua(joined), is_sound(joined)) == (True, False, True)
    assert joined == with_enclosures(letter, [enclosure, pdf(3)])
    with opened(letter) as before, opened(joined) as after:
        assert len(after.pages) == 5
        kinds = [[str(one.S) for one in elements(file.Root.StructTreeRoot.K)] for file in (before, after)]
        assert kinds[0] == kinds[1]
        assert ["/StructParents" in page.obj for page in after.pages] == [True, False, False, False, False]
        metadata = bytes(after.Root.Metadata.read_bytes())
        assert b"pdfuaid" not in metadata
        assert "Письмо".encode() in metadata


def test_joined_pages_carry_no_field_and_no_mark_but_links_to_the_web() -> None:
    def with_a_field(file: Pdf) -> Any:
        look = file.make_stream(b"0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
        field = file.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="name", Rect=[0, 0, 9, 9], V="x",
                       AP=Dictionary(N=look), F=4)
        )  # fmt: skip
        file.pages[0].obj["/Annots"] = Array([field])
        file.Root["/AcroForm"] = Dictionary(Fields=Array([field]))

    web = annotated(A=Dictionary(S=Name.URI, URI="https://example.org"), StructParent=7)
    inside = annotated(Dest=Array([0, Name.Fit]))
    joined = with_enclosures(tagged_pdf(), [pdf_with(with_a_field), web, inside])
    with opened(joined) as file:
        assert "/AcroForm" not in file.Root
        marks = [[mark.Subtype for mark in page.obj.get("/Annots", [])] for page in file.pages]
        assert marks[1:] == [[], [Name.Link], []]
        assert "/StructParent" not in file.pages[2].obj.Annots[0]
        assert b"Do" in b"".join(part.read_bytes() for part in _contents(file.pages[1]))  # the field is drawn
    assert is_sound(joined)


def _contents(page: Any) -> list[Any]:
    found = page.obj.Contents
    return list(found) if isinstance(found, Array) else [found]


def test_letter_is_not_touched_when_the_enclosure_was_joined_to_another_before() -> None:
    """What is prepared once for all letters must not carry anything of the first."""
    enclosure = pdf(1)
    first = with_enclosures(tagged_pdf("Первышов"), [enclosure])
    second = with_enclosures(tagged_pdf("Дёмкин"), [enclosure])
    with opened(second) as file:
        texts = [bytes(part.read_bytes()) for part in file.objects if isinstance(part, pikepdf.Stream)]
    assert first != second
    assert [text for text in texts if "Первышов".encode() in text] == []
