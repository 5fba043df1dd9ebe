"""The tags of a letter: languages of passages, the order in which it is read aloud."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from invitations.letter import Letter
from invitations.pdf import render
from tests.documents.claims import elements, faults_of, languages_of

Write = Callable[..., Letter]


@pytest.mark.parametrize(
    ("language", "passages"),
    [
        ("ru", ["ru", "ru", "en", "ru", "en"]),
        ("de", ["de", "de", "ru", "de", "ru"]),
        ("en", ["en", "en", "ru", "en", "ru"]),
    ],
)
def test_letter_says_the_language_of_each_passage_when_the_letterhead_is_bilingual(
    write: Write, fonts: Path, language: str, passages: list[str]
) -> None:
    assert languages_of(render(write(language), fonts=fonts)) == passages


@pytest.mark.parametrize("layout", ["gost-corner", "gost-lengthwise", "din-5008-a", "din-5008-b", "plain"])
def test_letter_keeps_what_pdf_ua_asks_when_it_claims_it(write: Write, fonts: Path, layout: str) -> None:
    language = {"g": "ru", "d": "de", "p": "en"}[layout[0]]
    letter = write(language, layout=layout, verify_url=f"https://ratusha.example/{language}/verify/ABCDEFGHJK")
    assert faults_of(render(letter, fonts=fonts)) == []


def test_foot_is_read_after_the_letter_when_it_stands_first_in_the_source(write: Write, fonts: Path) -> None:
    with pikepdf.open(io.BytesIO(render(write("ru"), fonts=fonts))) as pdf:
        parts = list(pdf.Root.StructTreeRoot.K[0].K)
        figures = [any(str(one.S) == "/Figure" for one in elements(part)) for part in parts]
    assert figures == [False] * (len(parts) - 1) + [True]
