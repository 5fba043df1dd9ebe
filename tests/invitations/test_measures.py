"""The five sheets in millimetres, against GOST R 7.0.97 and DIN 5008 as they are told in docs and standards."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from invitations.composer import Composer
from invitations.letter import InReplyTo, Letter
from invitations.pdf import render, render_many
from invitations.pictures import picture
from tests.invitations.paper import Ink, Word, at, pages, words_of

Write = Callable[..., Letter]
SHEETS = [("ru", "gost-corner"), ("ru", "gost-lengthwise"), ("de", "din-5008-a"), ("de", "din-5008-b"), ("en", "plain")]
LINE = 4.23
LONG = "Оргкомитет побывал в Калуге и обсудил программу. " * 60


def lines_of(words: list[Word], page: int = 1) -> list[list[Word]]:
    """The words of a page line by line."""
    found: dict[int, list[Word]] = {}
    for word in words:
        if word.page == page:
            found.setdefault(round(word.bottom * 2), []).append(word)
    return [found[key] for key in sorted(found)]


@pytest.mark.parametrize(("layout", "top"), [("din-5008-a", 27), ("din-5008-b", 45)])
@pytest.mark.parametrize(
    ("name", "street"),
    [
        ("Freundeskreis", ("Weg 1", "98527 Suhl")),
        ("Internationale Assoziation „Partnerstädte“", ("ul. Primernaja 16", "119000 Moskau", "Russische Föderation")),
        (
            "Verband „Mir“ der " + "Partnerstädte " * 8,
            ("Große-Beispiel-Straße 122 a, Haus 4", "125009 Moskau, Russland"),
        ),
        ("MMMMM WWWWW " * 8, ("MMMMMMMM WWWWW " * 5, "WWWWWW MMMMMM " * 5)),
    ],
)
def test_return_line_is_one_line_of_eight_points_whatever_the_sender_is_called(
    write: Write, fonts: Path, layout: str, top: float, name: str, street: tuple[str, ...]
) -> None:
    letter = write("de", layout=layout, reply_url=None)
    head = replace(letter.letterhead, names={"de": name.strip()}, addresses={"de": street})
    words = words_of(render(replace(letter, letterhead=head), fonts=fonts))
    line = [word for word in words if top <= word.top and word.bottom <= top + 5.1 and word.left < 105]
    assert line
    assert len({round(word.bottom, 1) for word in line}) == 1
    assert min(word.left for word in line) == pytest.approx(25, abs=0.3)
    assert max(word.right for word in line) <= 105
    # Poppler's box is as high as the font's ascent and descent: 1.294 of its size.
    assert max(word.bottom - word.top for word in line) <= 8 * 1.3 * 25.4 / 72


@pytest.mark.parametrize(("layout", "start"), [("din-5008-a", 80.46), ("din-5008-b", 98.46)])
def test_din_letter_leaves_the_blank_lines_of_the_standard(
    write: Write, fonts: Path, layout: str, start: float
) -> None:
    words = words_of(render(write("de", layout=layout), fonts=fonts))
    subject, salutation, text = at(words, "Einladung"), at(words, "Sehr"), at(words, "wir")
    assert subject.top == pytest.approx(start, abs=1)
    assert salutation.top - subject.top == pytest.approx(3 * 4.4, abs=0.5)
    assert text.top - salutation.top == pytest.approx(2 * 4.4, abs=0.5)
    closing = at(words, "freundlichen")
    above = max((word for word in words if word.bottom < closing.top and word.left < 120), key=lambda word: word.bottom)
    assert closing.top - above.top == pytest.approx(2 * 4.4, abs=0.5)
    name = at(words, "Paramonow")
    assert 4 * LINE - 0.5 <= name.top - closing.top <= 5 * LINE


@pytest.mark.parametrize("layout", ["din-5008-a", "din-5008-b"])
def test_din_letter_keeps_text_area_and_information_block(write: Write, fonts: Path, layout: str) -> None:
    answered = InReplyTo("01-12/45-2021-ext-protocol", date(2021, 3, 30))
    words = words_of(render(write("de", layout=layout, in_reply_to=answered), fonts=fonts))
    assert min(word.left for word in words) == pytest.approx(25, abs=0.3)
    assert max(word.right for word in words) <= 190.3
    start = 32 if layout == "din-5008-a" else 50
    block = [word for word in words if word.left >= 124.5 and start - 0.5 <= word.top <= start + 48]
    assert block[0].text == "Ihr"
    assert min(word.left for word in block) == pytest.approx(125, abs=0.3)
    assert max(word.right for word in block) - 125 <= 75
    assert max(word.bottom for word in block) < at(words, "Einladung").top


@pytest.mark.parametrize(("language", "layout"), SHEETS)
def test_second_page_is_numbered_and_keeps_the_margins(write: Write, fonts: Path, language: str, layout: str) -> None:
    words = words_of(render(write(language, layout=layout, fields={"preparation": LONG}), fonts=fonts))
    second = [word for word in words if word.page == 2]
    number, *text = lines_of(second, 2)
    told = " ".join(word.text for word in number)
    assert told == {"ru": "2", "de": "Seite 2 von 2", "en": "Page 2 of 2"}[language]
    assert number[0].top >= 10
    if language == "ru":
        assert (number[0].left + number[-1].right) / 2 == pytest.approx(110, abs=0.5)
        assert number[0].bottom < 20
    else:
        assert number[-1].right == pytest.approx(190, abs=0.3)
    left, right = (20, 200) if language == "ru" else (25, 190)
    assert min(word.left for line in text for word in line) == pytest.approx(left, abs=0.5)
    assert max(word.right for line in text for word in line) <= right + 0.4
    assert max(word.bottom for line in text for word in line) <= 277.2
    assert not [word for word in words if word.page == 1 and word.text in ("Seite", "Page")]


@pytest.mark.parametrize("edition", [2016, 2025])
@pytest.mark.parametrize("layout", ["gost-corner", "gost-lengthwise"])
def test_no_line_of_a_russian_requisite_is_longer_than_the_edition_allows(
    write: Write, fonts: Path, layout: str, edition: int
) -> None:
    letter = write("ru", layout=layout, gost_edition=edition, reply_url=None)
    long = "Международная Ассоциация породнённых городов и регионов мира " * 3
    head = replace(letter.letterhead, names={"ru": long.strip()}, addresses={"ru": (long.strip(),)})
    words = words_of(render(replace(letter, letterhead=head), fonts=fonts))
    longest = {"gost-lengthwise": 120, "gost-corner": 75 if edition == 2016 else 80}[layout]
    block = [word for word in words if word.text in set(long.split()) and word.bottom < 70 and word.left < 175]
    widths = [line[-1].right - line[0].left for line in lines_of(block)]
    assert len(widths) >= 6
    assert longest - 25 <= max(widths) <= longest
    heading = next(line for line in lines_of(words) if line[0].text == "О" and line[0].left < 21)
    assert heading[-1].right - heading[0].left <= (75 if edition == 2016 else 80)


@pytest.mark.parametrize("layout", ["gost-corner", "gost-lengthwise"])
def test_russian_paragraphs_are_indented_and_justified(write: Write, fonts: Path, layout: str) -> None:
    words = words_of(render(write("ru", layout=layout, fields={"preparation": LONG}), fonts=fonts))
    assert at(words, "Приглашаем").left == pytest.approx(32.5, abs=0.3)
    edges = [line[-1].right for line in lines_of(words) if line[0].left < 21 and len(line) > 8 and line[0].top > 95]
    full = [edge for edge in edges if edge > 198]
    assert full == pytest.approx([200] * len(full), abs=0.6)
    assert len(full) >= 20 > 5 * (len(edges) - len(full))  # the last lines of paragraphs are short
    starts = [line[0].bottom for line in lines_of(words) if 95 < line[0].top < 250 and line[0].left < 34]
    pitches = [below - above for above, below in pairwise(starts)]
    assert 12 * 25.4 / 72 * 0.99 <= min(pitches) <= 12 * 25.4 / 72 * 1.5


@pytest.mark.parametrize(("language", "layout"), SHEETS)
def test_everything_of_the_first_page_stays_on_the_sheet(write: Write, fonts: Path, language: str, layout: str) -> None:
    words = words_of(render(write(language, layout=layout), fonts=fonts))
    assert {word.page for word in words} == {1}
    assert max(word.bottom for word in words) <= 297 - (10 if language == "de" else 17.5)
    assert not [word for word in words if re.search(r"\{\{|None|\bnan\b", word.text)]


@pytest.mark.parametrize(("language", "layout"), SHEETS)
def test_emblem_leaves_every_other_requisite_its_place(write: Write, fonts: Path, language: str, layout: str) -> None:
    letter = write(language, layout=layout)
    drawn = picture(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40"/></svg>')
    head = replace(letter.letterhead, logo=drawn)
    words = words_of(render(replace(letter, letterhead=head), fonts=fonts))
    assert {word.page for word in words} == {1}
    if language == "de":
        top = 27 if layout == "din-5008-a" else 45
        names = [word for word in words if word.bottom <= top]
        assert {"Assoziation", "Ассоциация"} <= {word.text for word in names}
        ink = Ink(render(replace(letter, letterhead=head), fonts=fonts)).box(150, 3, 200, top)
        assert ink is not None
        assert ink == pytest.approx((178, ink[1], 190, ink[1] + 12), abs=0.4)


FILLING = {
    "ru": "Оргкомитет обсудил программу встречи. ",
    "de": "Der Ausschuss hat das Programm beraten. ",
    "en": "The committee met and discussed it. ",
}


@pytest.mark.parametrize(("language", "layout"), SHEETS)
def test_a_letter_a_line_too_long_stays_on_one_sheet_with_its_blocks_closer_together(
    write: Write, fonts: Path, language: str, layout: str
) -> None:
    composer = Composer(fonts)
    for times in range(5, 40):
        letter = write(language, layout=layout, fields={"preparation": (FILLING[language] * times).strip()})
        if len(composer._laid_out(letter, one_sheet=True).pages) == 2:
            break
    usual = write(language, layout=layout, fields={"preparation": None})
    loose, tight = (
        words_of(composer._written(usual, composer._laid_out(usual, one_sheet=True, tight=close)))
        for close in (False, True)
    )
    name = letter.signatory.name.split()[-1]
    assert 10 <= at(loose, name).bottom - at(tight, name).bottom <= 16
    heights = [sorted(word.bottom - word.top for word in words) for words in (loose, tight)]
    assert heights[0] == pytest.approx(heights[1])
    alone, among = render(letter, fonts=fonts), render_many([letter], fonts=fonts)[0]
    assert (pages(alone), pages(among)) == (1, 1)
    assert words_of(alone) == words_of(among)
