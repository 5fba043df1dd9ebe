"""The finished page: geometry in millimetres, what is on it, what is not fetched."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from invitations.layout import document
from invitations.letter import Attachment, Letter
from invitations.pdf import render, render_many
from tests.invitations.paper import at, flat, words_of

Write = Callable[..., Letter]


@pytest.mark.parametrize("language", ["ru", "de", "en"])
def test_invitation_fits_one_page_and_says_everything(write: Write, fonts: Path, language: str) -> None:
    pdf = render(write(language), fonts=fonts)
    said = flat(pdf)
    told = {
        "ru": [
            "06.04.2021",
            "Исх-69",
            "Главе муниципального образования город Краснодар Первышову Е.А.",
            "Уважаемый Евгений Алексеевич!",
            "1. Проект программы конференции на 5 л. в 1 экз.",
            "2. Копия письма МИД России на 2 л. в 1 экз.",
            "С уважением,",
            "С.В. Парамонов",
            "Исп.: М.Т. Мартынюк",
        ],
        "de": [
            "Oberbürgermeisterin der Stadt Suhl Frau Dr. Andrea Muster Marktplatz 1 98527 Suhl DEUTSCHLAND",
            "Sehr geehrte Frau Oberbürgermeisterin,",
            "6. April 2021",
            "Programmentwurf, 5 Blatt",
            "Mit freundlichen Grüßen",
        ],
        "en": [
            "Ms Henriette Reker Lord Mayor of Cologne",
            "Dear Lord Mayor,",
            "6 April 2021",
            "Draft programme, 5 sheets",
            "Yours sincerely,",
        ],
    }[language]
    link = f"ratusha.example/{language}/reply/Xk3v9QmT2bLw8RzYpN5c"
    assert [phrase for phrase in [*told, link] if phrase not in said] == []
    assert {word.page for word in words_of(pdf)} == {1}


@pytest.mark.parametrize("language", ["ru", "de", "en"])
@pytest.mark.parametrize("reply_url", [None, "https://ratusha.example/reply/abc"])
def test_foot_says_where_the_document_is_checked(
    write: Write, fonts: Path, language: str, reply_url: str | None
) -> None:
    check = "https://ratusha.example/verify/4F7K-9QMT"
    pdf = render(write(language, reply_url=reply_url, verify_url=check), fonts=fonts)
    assert "ratusha.example/verify/4F7K-9QMT" in flat(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        links = {str(note.A.URI) for note in opened.pages[0].Annots}
    assert links == {check, reply_url} - {None}
    assert {word.page for word in words_of(pdf)} == {1}


def test_gost_letter_keeps_the_margins_of_the_standard(write: Write, fonts: Path) -> None:
    words = words_of(render(write("ru"), fonts=fonts))
    assert min(word.left for word in words) == pytest.approx(20, abs=0.5)
    assert max(word.right for word in words) == pytest.approx(200, abs=1.0)
    assert min(word.top for word in words) >= 20
    assert max(word.bottom for word in words) <= 277.1


@pytest.mark.parametrize(("edition", "width"), [(2016, 75), (2025, 80)])
def test_gost_letterhead_is_as_wide_as_the_edition_says(write: Write, fonts: Path, edition: int, width: int) -> None:
    long_line = "Улица " + "Очень Длинная " * 12
    letter = write("ru", gost_edition=edition)
    letter = replace(letter, letterhead=replace(letter.letterhead, addresses={"ru": (long_line,)}))
    words = words_of(render(letter, fonts=fonts))
    street = [word for word in words if word.text in ("Улица", "Очень", "Длинная")]
    assert len({round(word.top) for word in street}) > 1
    assert max(word.right for word in street) <= 20 + width
    assert at(words, "Главе").left == pytest.approx(108, abs=0.5)


def test_din_letter_puts_address_information_and_text_where_form_b_wants_them(write: Write, fonts: Path) -> None:
    words = words_of(render(write("de"), fonts=fonts))
    office = at(words, "Oberbürgermeisterin")
    assert office.left == pytest.approx(25, abs=0.3)
    assert 62.7 - 0.6 <= office.top <= 64.5
    assert at(words, "DEUTSCHLAND").bottom <= 90
    information = at(words, "Unser")
    assert information.left == pytest.approx(125, abs=0.3)
    assert information.top == pytest.approx(50, abs=1)
    assert at(words, "Einladung").top == pytest.approx(98.46, abs=1)
    assert max(word.right for word in words) <= 190.5
    assert all(word.right <= 105 for word in words if 45 <= word.top < 50 and word.left < 100)


def test_din_letter_marks_folds_and_the_hole(write: Write, fonts: Path) -> None:
    pdf = render(replace(write("de"), reply_url=None), fonts=fonts)
    image = subprocess.run(
        ["pdftoppm", "-r", "254", "-gray", "-f", "1", "-l", "1", "-"], input=pdf, capture_output=True, check=True
    ).stdout
    width, height = (int(n) for n in image.split(b"\n", 2)[1].split())
    pixels = image[-width * height :]
    dark = [row / 10 for row in range(height) if min(pixels[row * width + 45 : row * width + 60]) < 160]
    marks = sorted({round(row, 0) for row in dark})
    assert marks == pytest.approx([105, 148, 210], abs=1)


SENTENCES = {
    "ru": ("Просим сообщить о решении до начала конференции городов.", "С уважением,", "уважением,"),
    "de": ("Bitte teilen Sie uns Ihre Entscheidung rechtzeitig mit.", "Mit freundlichen Grüßen", "freundlichen"),
    "en": ("Please let us know your decision in good time.", "Yours sincerely,", "sincerely,"),
}


@pytest.mark.parametrize("ending", ["{0}", "{0} {0} {0} {0} {0}", "- {0}\n- {0}", "| A | b\n| C | d", "{0} " * 14])
@pytest.mark.parametrize(
    ("language", "layout", "lengths"),
    [
        ("ru", "gost-corner", range(16, 44, 4)),
        ("ru", "gost-lengthwise", (24, 32, 36)),
        ("de", "din-5008-a", (34, 44)),
        ("de", "din-5008-b", (34, 42, 44)),
        ("en", "plain", (34, 42, 44)),
    ],
)
def test_signature_takes_two_lines_of_text_along_when_it_goes_to_another_sheet(
    write: Write, fonts: Path, language: str, layout: str, lengths: Sequence[int], ending: str
) -> None:
    sentence, closing, found = SENTENCES[language]
    for length in lengths:
        text = f"# T\n\n{f'{sentence} ' * length}\n\n{ending.format(sentence)}\n\n-- {closing}"
        words = words_of(render(write(language, layout=layout, text=text, attachments=()), fonts=fonts))
        closed = next(word for word in reversed(words) if word.text == found)
        if closed.page == 1:
            continue
        above = {
            round(word.bottom) for word in words if word.page == closed.page and 19.5 < word.top < closed.top - 1
        } - {round(word.bottom) for word in words if word.text in ("Seite", "Page") and word.page == closed.page}
        assert len(above) >= 2, (length, above)
        assert {word.page for word in words if word.text in ("Исп.:", "S.", "S.V.", "С.В.")} <= {1, closed.page}


def test_second_page_is_numbered_in_the_middle_of_the_upper_margin(write: Write, fonts: Path) -> None:
    preparation = "Оргкомитет побывал в Калуге и обсудил программу. " * 40
    words = words_of(render(write("ru", fields={"preparation": preparation}), fonts=fonts))
    number = min((word for word in words if word.page == 2), key=lambda word: word.top)
    assert number.text == "2"
    assert (number.left + number.right) / 2 == pytest.approx(110, abs=1)
    assert number.top >= 10
    assert all(word.top >= 20 for word in words if word.page == 1)


@pytest.mark.parametrize(("language", "word"), [("ru", "ПРОЕКТ"), ("de", "ENTWURF"), ("en", "DRAFT")])
def test_draft_says_so_across_the_page_and_leaves_the_number_blank(
    write: Write, fonts: Path, language: str, word: str
) -> None:
    letter = write(language, number=None, date=None)
    shown = document(letter, "")
    assert f'<div class="watermark">{word}</div>' in shown
    assert 'class="watermark"' not in document(write(language), "")
    assert "Исх" not in flat(render(letter, fonts=fonts))


def test_pdf_is_tagged_in_the_language_of_the_letter(write: Write, fonts: Path) -> None:
    with pikepdf.open(io.BytesIO(render(write("de"), fonts=fonts))) as pdf:
        assert (str(pdf.Root.Lang), bool(pdf.Root.MarkInfo.Marked)) == ("de", True)
        assert str(pdf.docinfo.Title) == "Einladung zur XVI. Deutsch-Russischen Städtepartnerkonferenz – Исх-69"


def test_same_letter_gives_the_same_bytes(write: Write, fonts: Path) -> None:
    first, second = render_many([write("ru"), write("ru")], fonts=fonts)
    assert first == second == render_many([write("ru")], fonts=fonts)[0]
    assert render(write("ru"), fonts=fonts) == render(write("ru"), fonts=fonts)


def test_shipped_fonts_are_the_only_ones_used(write: Write, fonts: Path) -> None:
    listed = poppler_fonts(render(write("ru"), fonts=fonts))
    assert {re.sub(r"^[A-Z]{6}\+", "", name) for name in listed} == {"PT-Serif", "PT-Serif-Bold", "PT-Sans"}


def poppler_fonts(pdf: bytes) -> list[str]:
    done = subprocess.run(["pdffonts", "-"], input=pdf, capture_output=True, check=True)
    return [line.split()[0] for line in done.stdout.decode().splitlines()[2:]]


def test_nothing_is_fetched_when_values_hold_mark_up(write: Write, fonts: Path) -> None:
    trap = '<img src="http://127.0.0.1:9/x.png"><style>@import url(file:///etc/passwd)</style>'
    letter = write("ru", fields={"preparation": trap, "reason": trap}, attachments=(Attachment(trap, 1),))
    said = flat(render(letter, fonts=fonts))
    assert "<img src=" in said
    assert "root:" not in said


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x.png", "file:///etc/hostname", "ftp://127.0.0.1/x"])
def test_rendering_stops_when_a_resource_from_elsewhere_is_asked_for(url: str, fonts: Path) -> None:
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    from invitations.composer import fetcher

    with pytest.raises(FatalURLFetchingError):
        HTML(string=f'<img src="{url}">', url_fetcher=fetcher(fonts)).render()
