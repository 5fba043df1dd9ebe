"""Sealed files stay what they were."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest
from flask import Flask

from app.documents.operations import seal
from app.documents.queries import Altered, by_code, by_content, content, path
from app.documents.rules import PdfFacts, check_pdf
from app.errors import Refusal
from tests.factories import NOW


def pdf(pages: int = 1, **save: Any) -> bytes:
    """A plain PDF of blank A4 pages."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    out = io.BytesIO()
    document.save(out, **save)
    return out.getvalue()


def test_seal_keeps_the_bytes_when_sealed_twice(app: Flask) -> None:
    data = pdf()
    first = seal(content=data, kind="letter", title="Исх-69", number="Исх-69", at=NOW)
    second = seal(content=data, kind="attachment", title="copy", at=NOW)
    assert (content(first), content(second)) == (data, data)
    assert first.code != second.code
    assert by_content(data) == first
    assert by_code(f" {first.code[:5].lower()}-{first.code[5:]} ") == first


def test_content_raises_when_the_file_was_changed(app: Flask) -> None:
    document = seal(content=pdf(), kind="letter", title="x", at=NOW)
    path(document).chmod(0o640)
    path(document).write_bytes(b"forged")
    with pytest.raises(Altered):
        content(document)


def test_check_pdf_counts_sheets_when_the_file_is_plain() -> None:
    assert check_pdf(pdf(7), filename="a.pdf") == PdfFacts(7)
    assert check_pdf(pdf(7), filename="a.pdf").sheets == 7


def _with_script() -> bytes:
    document = pikepdf.open(io.BytesIO(pdf()))
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"%PDF-1.7\nbroken",
        b"PK\x03\x04 not a pdf",
        pdf(201),
        pdf(encryption=pikepdf.Encryption(owner="a", user="b")),
        pdf(encryption=pikepdf.Encryption(owner="a", user="")),
        _with_script(),
    ],
    ids=["empty", "text", "broken", "zip", "long", "password", "locked", "script"],
)
def test_check_pdf_refuses_when_the_file_may_not_go_with_a_letter(data: bytes) -> None:
    with pytest.raises(Refusal):
        check_pdf(data, filename="a.pdf")


def test_verify_page_shows_number_and_office_but_no_name_when_the_code_is_known(app: Flask, visitor: Any) -> None:
    document = seal(content=pdf(), kind="letter", title="Denissow", number="Исх-69", dated=NOW.date(),
                    addressee_office="Stadtoberhaupt von Kaluga", at=NOW)  # fmt: skip
    page = visitor.get(f"/de/verify/{document.code}")
    assert page.status_code == 200
    assert "Исх-69" in page.text
    assert "6. April 2021" in page.text.replace("\xa0", " ")
    assert "Stadtoberhaupt von Kaluga" in page.text
    assert "Denissow" not in page.text


def test_verify_page_tells_a_changed_file_when_one_is_dropped(app: Flask, visitor: Any) -> None:
    data = pdf()
    document = seal(content=data, kind="letter", title="x", at=NOW)
    url = f"/de/verify/{document.code}"
    same = visitor.post(url, data={"file": (io.BytesIO(data), "a.pdf")})
    other = visitor.post(url, data={"file": (io.BytesIO(data + b" "), "a.pdf")})
    assert "Byte für Byte" in same.text
    assert "weicht von der ausgefertigten ab" in other.text
    assert visitor.post(url).status_code == 422


def test_verify_page_answers_404_when_the_code_is_forged(visitor: Any) -> None:
    assert visitor.get("/ru/verify/ZZZZZZZZZZ").status_code == 404
