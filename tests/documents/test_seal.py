"""Sealed files stay what they were."""

from __future__ import annotations

import pytest
from flask import Flask

from app.documents.operations import seal
from app.documents.queries import Altered, by_code, by_content, content, path
from tests.documents.pdf_files import pdf
from tests.factories import NOW


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
