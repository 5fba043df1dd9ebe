"""The layouts and the habits of the house, in millimetres (GOST R 7.0.97, DIN 5008)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from invitations.house import ASSOCIATION, HouseOptions
from invitations.letter import InReplyTo, Letter, SignatureMark
from invitations.pdf import render
from invitations.pictures import picture
from invitations.recipient import Gender, Recipient
from tests.invitations.paper import Ink, at, flat, words_of

Write = Callable[..., Letter]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20"/></svg>'
MARK = SignatureMark("01D7 2F8A 44C0 9B12", "Парамонов Сергей Викторович", date(2021, 1, 15), date(2022, 4, 15))
ANSWERED = InReplyTo("01-12/45", date(2021, 3, 30))


def test_lengthwise_letterhead_is_centred_and_no_line_is_longer_than_120(write: Write, fonts: Path) -> None:
    letter = write("ru", layout="gost-lengthwise")
    long_line = "Улица " + "Очень Длинная " * 14
    letter = replace(letter, letterhead=replace(letter.letterhead, addresses={"ru": (long_line,)}))
    words = words_of(render(letter, fonts=fonts))
    name = [at(words, "Международная"), at(words, "города»")]
    assert (name[0].left + name[1].right) / 2 == pytest.approx(110, abs=0.5)
    street = [word for word in words if word.text in ("Улица", "Очень", "Длинная")]
    assert len({round(word.top) for word in street}) > 1
    assert max(word.right for word in street) - min(word.left for word in street) <= 120
    assert at(words, "Главе").left == pytest.approx(108, abs=0.5)
    assert at(words, "06.04.2021").left == pytest.approx(22, abs=0.5)
    assert at(words, "06.04.2021").top > max(word.bottom for word in street)


@pytest.mark.parametrize(
    ("layout", "address", "information", "text", "folds"),
    [
        ("din-5008-a", 44.7, 32, 80.46, (87, 192)),
        ("din-5008-b", 62.7, 50, 98.46, (105, 210)),
        ("din", 62.7, 50, 98.46, (105, 210)),
    ],
)
def test_din_letter_has_the_measures_of_its_form(
    write: Write,
    fonts: Path,
    layout: str,
    address: float,
    information: float,
    text: float,
    folds: tuple[float, float],
) -> None:
    pdf = render(write("de", layout=layout, reply_url=None), fonts=fonts)
    words = words_of(pdf)
    office = at(words, "Oberbürgermeisterin")
    assert office.left == pytest.approx(25, abs=0.3)
    assert address - 0.6 <= office.top <= address + 1.8
    assert at(words, "DEUTSCHLAND").bottom <= address + 27.3
    assert at(words, "Unser").left == pytest.approx(125, abs=0.3)
    assert at(words, "Unser").top == pytest.approx(information, abs=1)
    assert at(words, "Einladung").top == pytest.approx(text, abs=1)
    assert (
        max(word.bottom for word in words if word.text == "„Partnerstädte“" and word.top < address - 18.7)
        <= address - 17.7
    )
    ink = Ink(pdf)
    marks = [ink.box(3, y - 1.5, 9, y + 1.5) for y in (*folds, 148.5)]
    assert [round(mark[1], 1) if mark else None for mark in marks] == pytest.approx([*folds, 148.5], abs=0.3)
    assert [round(mark[2] - mark[0]) if mark else None for mark in marks] == pytest.approx([2.5, 2.5, 4], abs=0.6)


@pytest.mark.parametrize("lines", [1, 4])
def test_window_shows_the_whole_addressee_whatever_its_length(write: Write, fonts: Path, lines: int) -> None:
    office = "Oberbürgermeister der Stadt Suhl und " + "Vorsitzender des Ausschusses für Partnerschaften " * 5
    whom = Recipient(
        "de", office.strip(), "Freudenthaler-Oberschwarzenegger", "Maria Theresia Walburga Amalia Christina Josepha",
        degree="Prof. Dr. Dr. h. c. mult.", gender=Gender.FEMALE, address=tuple(f"Zeile {n}" for n in range(lines)),
        country="Deutschland",
    )  # fmt: skip
    words = words_of(render(write("de", recipient=whom), fonts=fonts))
    inside = [word for word in words if word.left < 105 and 45 <= word.top < 95 and word.text != "Einladung"]
    assert at(words, "DEUTSCHLAND").bottom <= 90
    assert min(word.left for word in inside) >= 24.9
    assert max(word.right for word in inside) <= 105.1


def test_qr_stands_in_the_lower_right_corner_of_the_first_sheet(write: Write, fonts: Path) -> None:
    ink = Ink(render(write("ru"), fonts=fonts))
    code = ink.box(179.5, 245, 205, 290)
    assert code is not None
    assert code == pytest.approx((180, 257, 200, 277), abs=0.6)


def test_code_leads_to_the_personal_link(write: Write, fonts: Path) -> None:
    import segno

    from invitations.layout.parts import _code

    url = "https://ratusha.example/ru/reply/Xk3v9QmT2bLw8RzYpN5c"
    assert _code(url) == segno.make(url, error="m", micro=False, mask=2).png_data_uri(border=0, scale=3)


def test_answer_names_what_it_answers(write: Write, fonts: Path) -> None:
    said = {code: flat(render(write(code, in_reply_to=ANSWERED), fonts=fonts)) for code in ("ru", "de", "en")}
    assert "На № 01-12/45 от 30.03.2021" in said["ru"]
    assert [
        told for told in ("Ihr Zeichen:", "01-12/45", "Ihre Nachricht:", "vom 30. März 2021") if told not in said["de"]
    ] == []
    assert "Your reference: 01-12/45, 30 March 2021" in said["en"]


def test_house_habits_reproduce_the_sample(write: Write, fonts: Path) -> None:
    group = Recipient("ru", "Главы муниципальных образований Российской Федерации", "", "", gender=Gender.GROUP)
    letter = write("ru", recipient=group, house=ASSOCIATION)
    assert letter.salutation == "Уважаемые коллеги,"
    assert letter.body[0].text.startswith("приглашаем вас и делегации ваших")
    pdf = render(letter, fonts=fonts)
    said = flat(pdf)
    assert "Дата 06.04.2021 № Исх-69" in said
    assert "Приложение: Проект программы конференции, копия письма МИД России на «7» лл." in said
    assert "С.В.Парамонов" in said
    assert "Исп.: М.Т.Мартынюк" in said
    assert "Тел.: +7 499 000-20-15" in said
    words = words_of(pdf)
    assert at(words, "Дата").bottom < at(words, "№").bottom
    assert at(words, "Исполнительный").top < at(words, "уважением,").top
    assert at(words, "С.В.Парамонов").bottom == pytest.approx(at(words, "уважением,").bottom, abs=0.5)


def test_standard_habits_stand_when_none_are_chosen(write: Write, fonts: Path) -> None:
    letter = write("ru")
    assert letter.house == HouseOptions()
    words = words_of(render(letter, fonts=fonts))
    assert at(words, "уважением,").bottom < at(words, "Исполнительный").top
    assert at(words, "06.04.2021").bottom == pytest.approx(at(words, "Исх-69").bottom, abs=0.2)
    with pytest.raises(ValueError, match="salutation"):
        HouseOptions(salutation_mark=".")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "ru",
            [
                "ДОКУМЕНТ ПОДПИСАН",
                "Сертификат: 01D7 2F8A 44C0 9B12",
                "Владелец: Парамонов Сергей Викторович",
                "Действителен: с 15.01.2021 по 15.04.2022",
            ],
        ),
        ("de", ["Gültig: 15.01.2021 bis 15.04.2022"]),
        ("en", ["Valid: 15 Jan 2021 to 15 Apr 2022"]),
    ],
)
def test_mark_of_the_electronic_signature_stands_where_the_hand_would(
    write: Write, fonts: Path, language: str, told: list[str]
) -> None:
    pdf = render(write(language, signature_mark=MARK, attachments=()), fonts=fonts)
    said = flat(pdf)
    assert [line for line in told if line not in said] == []
    if language == "ru":
        words = words_of(pdf)
        box = [word for word in words if word.text in ("ПОДПИСЬЮ", "Сертификат:", "Викторович", "15.04.2022")]
        post, name = at(words, "вице-президент"), at(words, "С.В.")
        assert min(word.left for word in box) > post.right
        assert max(word.right for word in box) < name.left
        assert min(word.top for word in box) > at(words, "уважением,").bottom
        assert post.bottom == pytest.approx(name.bottom, abs=0.3)


@pytest.mark.parametrize(
    ("language", "layout"),
    [("ru", "gost-corner"), ("ru", "gost-lengthwise"), ("de", "din-5008-a"), ("de", "din-5008-b"), ("en", "plain")],
)
def test_mark_breaks_the_number_in_groups_and_covers_nothing_when_it_is_long(
    write: Write, fonts: Path, language: str, layout: str
) -> None:
    owner = "Международная общественная организация «Ассоциация породнённых городов»"
    mark = SignatureMark("6B02F4A1C99D3E5578AB01C4DD92E6F0137C5A8", owner, date(2021, 1, 15), date(2031, 4, 15))
    letter = write(language, layout=layout, signature_mark=mark)
    words = words_of(render(letter, fonts=fonts))
    first, second = (
        [at(words, group) for group in line.split()]
        for line in ("06B0 2F4A 1C99 D3E5 578A", "B01C 4DD9 2E6F 0137 C5A8")
    )
    assert [len({word.top for word in line}) for line in (first, second)] == [1, 1]
    assert second[0].top > first[0].top
    inside = [word for word in words if first[0].top - 6 < word.top < second[0].bottom + 10 and word.page == 1]
    left = min(word.left for word in (*first, *second))
    box = [word for word in inside if left - 0.5 < word.left < left + 68]
    assert box, "the mark is found"
    for word in box:
        for other in words:
            apart = (
                other is word or other.page != word.page or other.left >= word.right or other.right <= word.left
                or other.top >= word.bottom - 0.6 or other.bottom <= word.top + 0.6
            )  # fmt: skip
            assert apart, (word, other)


def test_facsimile_or_mark_but_never_both(write: Write, fonts: Path) -> None:
    image = picture(SVG)
    with pytest.raises(ValueError, match="not both"):
        write("ru", facsimile=image, signature_mark=MARK)
    plain = Ink(render(write("ru", attachments=()), fonts=fonts))
    signed = Ink(render(write("ru", attachments=(), facsimile=image), fonts=fonts))
    region = (98, 205, 150, 250)
    assert plain.box(*region) is None
    found = signed.box(*region)
    assert found is not None
    assert found[2] - found[0] == pytest.approx(2 * (found[3] - found[1]), abs=0.4)


@pytest.mark.parametrize(("language", "layout"), [("ru", None), ("ru", "gost-lengthwise"), ("de", None), ("en", None)])
def test_emblem_takes_the_place_of_the_mark(write: Write, fonts: Path, language: str, layout: str | None) -> None:
    letter = write(language, layout=layout, reply_url=None)
    letter = replace(letter, letterhead=replace(letter.letterhead, logo=picture(SVG)))
    ink = Ink(render(letter, fonts=fonts)).box(20, 8, 200, 42)
    bare = Ink(render(replace(letter, letterhead=replace(letter.letterhead, logo=None)), fonts=fonts))
    assert ink is not None
    assert ink != bare.box(20, 8, 200, 42)


def test_layout_is_refused_when_nobody_knows_it(write: Write) -> None:
    with pytest.raises(ValueError, match="unknown layout"):
        write("ru", layout="gost-corner; drop table")


@pytest.mark.parametrize("edition", [2016, 2025])
@pytest.mark.parametrize("layout", ["gost-corner", "gost-lengthwise"])
def test_russian_sheet_keeps_the_margins(write: Write, fonts: Path, layout: str, edition: int) -> None:
    words = words_of(render(write("ru", layout=layout, gost_edition=edition), fonts=fonts))
    assert min(word.left for word in words) == pytest.approx(20, abs=0.5)
    assert max(word.right for word in words) == pytest.approx(200, abs=1.0)
    assert min(word.top for word in words) >= 20
    assert max(word.bottom for word in words) <= 277.1


@pytest.mark.parametrize(
    ("language", "word"),
    [("ru", "достопримечательностях"), ("de", "Kommunalpartnerschaftsbeauftragte")],
)
def test_long_words_divide_where_a_gap_would_be_wide(write: Write, fonts: Path, language: str, word: str) -> None:
    text = f"# T\n\n{' '.join([word] * 30)}\n\n-- С уважением,"
    words = words_of(render(write(language, text=text, attachments=()), fonts=fonts))
    halves = [found.text.rstrip("-\u2010") for found in words if found.text.endswith(("-", "\u2010"))]
    assert halves
    assert all(word.startswith(half) and 4 <= len(half) <= len(word) - 4 for half in halves)
