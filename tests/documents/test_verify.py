"""Anyone can tell a document of ours from a changed or a foreign one."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from app.documents.commands import verify
from app.documents.models import SealedDocument
from app.documents.operations import annul, seal, sign
from app.documents.queries import Proof, path, prove, signature_of
from app.documents.rules import Verdict
from tests.documents.pdf_files import pdf
from tests.factories import NOW


def sealed(content: bytes, **given: Any) -> SealedDocument:
    """A letter of ours."""
    values: dict[str, Any] = {"kind": "letter", "title": "Denissow", "number": "Исх-69", "dated": NOW.date()}
    return seal(content=content, at=NOW, **{**values, **given})


def signed_pdf(pages: int = 1) -> bytes:
    """A PDF with our signature."""
    return sign(pdf(pages), reason="Исх-69", at=NOW, holder="Twin Cities International Association")


def changed(data: bytes) -> bytes:
    """The same with one byte of the page another."""
    return data[:30] + bytes([data[30] ^ 1]) + data[31:]


def run(file: Path, data: bytes) -> tuple[Result, dict[str, Any]]:
    """``ratusha verify FILE --json``."""
    file.write_bytes(data)
    done = CliRunner().invoke(verify, [str(file), "--json"])
    return done, json.loads(done.stdout)


def test_prove_tells_what_a_file_is_when_it_is_ours_or_not(app: Flask) -> None:
    plain, signed, never = pdf(2), signed_pdf(), signed_pdf(3)
    first, second = sealed(plain), sealed(signed, signed=True)
    signature = signature_of(second)
    assert signature is not None
    assert (signature.intact, signature.whole) == (True, True)
    assert signature_of(first) is None
    assert prove(plain) == Proof(Verdict.INTACT, first, None)
    assert prove(signed) == Proof(Verdict.INTACT, second, signature)
    assert prove(plain + b"x") == Proof(Verdict.CHANGED, first, None)
    added = prove(signed + b"1 0 obj\nnull\nendobj\n%%EOF\n")
    assert (added.verdict, added.document) == (Verdict.CHANGED, second)
    inside = prove(changed(signed))
    assert (inside.verdict, inside.document) == (Verdict.CHANGED, None)
    assert prove(never).verdict is Verdict.UNISSUED
    assert prove(never + b" ").verdict is Verdict.CHANGED
    assert prove(changed(plain)) == Proof(Verdict.FOREIGN, None, None)
    assert prove(b"") == Proof(Verdict.FOREIGN, None, None)


def test_verify_ends_with_0_when_the_file_is_ours_and_unchanged(app: Flask, tmp_path: Path) -> None:
    data = signed_pdf()
    sealed(data, signed=True, addressee_office="Глава города Калуги")
    done, found = run(tmp_path / "a.pdf", data)
    name, code = found.pop("signed_by"), found.pop("code")
    until = found.pop("certificate_until")
    assert (done.exit_code, found) == (0, {
        "sealed": True, "verdict": "intact", "number": "Исх-69", "date": "2021-04-06",
        "sha256": hashlib.sha256(data).hexdigest(), "signed": True, "office": "Глава города Калуги",
        "annulled": None,
    })  # fmt: skip
    assert name
    assert len(code) == 10
    assert until > "2031"


def test_verify_says_unsigned_when_the_file_was_sealed_without_signature(app: Flask, tmp_path: Path) -> None:
    sealed(pdf())
    done, found = run(tmp_path / "a.pdf", pdf())
    assert (done.exit_code, found["sealed"], found["signed"], found["signed_by"]) == (0, True, False, None)


def test_verify_says_that_a_document_is_no_longer_valid_when_it_was_annulled(
    app: Flask, visitor: Any, tmp_path: Path
) -> None:
    document = sealed(pdf())
    annul(document=document, at=NOW)
    annul(document=document, at=NOW + timedelta(days=1))
    done, found = run(tmp_path / "a.pdf", pdf())
    assert (done.exit_code, found["sealed"], found["annulled"]) == (0, True, NOW.date().isoformat())
    page = visitor.get(f"/de/verify/{document.code}").get_data(as_text=True)
    assert "Es gilt nicht mehr" in page


@pytest.mark.parametrize(
    ("make", "verdict", "words"),
    [
        (lambda data: data + b"x", "changed", "a document of ours (Исх-69), but changed since"),
        (changed, "changed", "a document of ours, but changed since"),
        (lambda _: pdf(2), "foreign", "not ours: neither sealed nor signed by us"),
        (lambda _: signed_pdf(2), "unissued", "signed with our key and unchanged, but never issued"),
    ],
    ids=["added to", "changed", "foreign", "never issued"],
)
def test_verify_ends_with_1_when_the_file_is_not_what_we_sealed(
    app: Flask, tmp_path: Path, make: Any, verdict: str, words: str
) -> None:
    data = signed_pdf()
    sealed(data, signed=True)
    done, found = run(tmp_path / "a.pdf", make(data))
    assert (done.exit_code, found["verdict"], found["sealed"], found["number"], found["signed"]) == (
        1, verdict, False, None, False)  # fmt: skip
    assert words in done.stderr


def upload(visitor: Any, document: SealedDocument, data: bytes) -> str:
    """What the page of ``document`` says about a file dropped there."""
    page = visitor.post(f"/en/verify/{document.code}", data={"file": (io.BytesIO(data), "a.pdf")})
    assert page.status_code == 200
    return str(page.text)


def test_verify_page_shows_number_and_office_but_no_name_when_the_code_is_known(app: Flask, visitor: Any) -> None:
    document = seal(content=pdf(), kind="letter", title="Denissow", number="Исх-69", dated=NOW.date(),
                    addressee_office="Stadtoberhaupt von Kaluga", at=NOW)  # fmt: skip
    page = visitor.get(f"/de/verify/{document.code}")
    assert page.status_code == 200
    assert "Исх-69" in page.text
    assert "6. April 2021" in page.text.replace("\xa0", " ")
    assert "Stadtoberhaupt von Kaluga" in page.text
    assert "Denissow" not in page.text


def test_verify_page_says_in_plain_words_what_a_dropped_file_is(app: Flask, visitor: Any) -> None:
    plain, signed = pdf(2), signed_pdf()
    first, second = sealed(plain, number="Исх-68"), sealed(signed, signed=True)
    assert "The file is the one we sealed, byte for byte.</p>" in upload(visitor, first, plain)
    assert "byte for byte. Its electronic signature is ours and valid." in upload(visitor, second, signed)
    assert "but another document than this one: Исх-69." in upload(visitor, first, signed)
    assert "The file came from us but was changed since" in upload(visitor, second, signed + b"x")
    assert "The file came from us but was changed since" in upload(visitor, second, changed(signed))
    assert "The file carries our signature and is unchanged, but we never issued it." in upload(
        visitor, second, signed_pdf(3))  # fmt: skip
    assert "The file is not ours" in upload(visitor, second, pdf(3))
    assert "The file is not ours" in upload(visitor, second, b"")
    assert visitor.post(f"/en/verify/{second.code}").status_code == 422


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ru", ("Подписано: ", "Сертификат действителен до", "самим подписавшим")),
        ("de", ("Signiert von: ", "Zertifikat gültig bis", "dem Unterzeichner selbst")),
        ("en", ("Signed by ", "Certificate valid until", "the signer itself")),
    ],
)
def test_verify_page_shows_signer_and_end_of_the_certificate_when_signed(
    app: Flask, visitor: Any, language: str, words: tuple[str, ...]
) -> None:
    document = sealed(signed_pdf(), signed=True)
    signature = signature_of(document)
    assert signature is not None
    page = visitor.get(f"/{language}/verify/{document.code}").text
    assert [word for word in (*words, signature.certificate.holder, signature.certificate.fingerprint)
            if word not in page] == []  # fmt: skip


def test_verify_page_says_so_when_the_document_has_no_signature(app: Flask, visitor: Any) -> None:
    page = visitor.get(f"/en/verify/{sealed(pdf()).code}").text
    assert "None; the document is protected by its seal alone" in page
    assert "Certificate valid until" not in page


def test_verify_page_still_answers_when_our_own_copy_is_gone(app: Flask, visitor: Any) -> None:
    document = sealed(signed_pdf(), signed=True)
    path(document).unlink()
    page = visitor.get(f"/en/verify/{document.code}")
    assert page.status_code == 200
    assert "Our own copy cannot be read at the moment" in page.text
    assert "Исх-69" in page.text


def test_verify_page_answers_404_when_the_code_is_forged(visitor: Any) -> None:
    assert visitor.get("/ru/verify/ZZZZZZZZZZ").status_code == 404
