"""The shipped fonts hold the letters our pages and papers are written in."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parents[2] / "app" / "static" / "fonts"
STYLES = ("Regular", "Bold", "Italic", "BoldItalic")
CYRILLIC = "".join(map(chr, range(0x410, 0x450))) + "ЁёЇїІіЄєҐґЎўӘәҒғҚқҢңӨөҰұҮүҺһӐӑӖӗӲӳЂђЃѓЉљЊњЋћЌќЏџӀ"
LATIN = "".join(map(chr, range(0x20, 0x7F))) + "ÄÖÜẞäöüßÀÉÈÊËÎÏÔŒÙÛÇéèêëîïôœùûçŁłŃńŚśŹźŻżĄąĘęČčŘřŠšŽžĞğŞşİı"
SIGNS = "„“”‘’«»‹›№–—…·§€₽°×−•\u00a0"


def _letters(path: Path) -> set[int]:
    with TTFont(path, lazy=True) as font:
        return set(font.getBestCmap())


def _missing(path: Path, text: str) -> str:
    letters = _letters(path)
    return "".join(letter for letter in text if ord(letter) not in letters)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("family", ["PT_Serif", "PT_Sans"])
def test_font_holds_every_letter_when_asked_for_russian_and_german(family: str, style: str) -> None:
    for kind in ("ttf", "woff2"):
        assert _missing(FONTS / f"{family}-Web-{style}.{kind}", CYRILLIC + LATIN + SIGNS) == ""


@pytest.mark.parametrize(
    ("font", "name"),
    [
        ("NotoSans", "Nguyễn Văn Đạt Παπαδόπουλος"),
        ("NotoSansArabic", "محمد"),
        ("NotoSansHebrew", "יעקב"),
        ("NotoSansArmenian", "Արմեն"),
        ("NotoSansGeorgian", "გიორგი"),
    ],
)
def test_fallback_font_holds_a_name_when_its_script_is_not_ours(font: str, name: str) -> None:
    for style in ("Regular", "Bold"):
        assert _missing(FONTS / f"{font}-{style}.ttf", name) == ""
