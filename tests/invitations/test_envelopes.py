"""Envelopes and labels, measured in millimetres on the finished page."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from invitations.envelopes import render_envelopes, render_labels
from invitations.layout.envelope import (
    FORM_NAMES,
    FORMS,
    SHEET,
    WINDOWS,
    Box,
    Envelope,
    EnvelopeForm,
    country_lines,
    form,
)
from invitations.layout.fitting import LEADING, MM_PER_POINT, fit, width_mm
from invitations.layout.labels import ARTICLES, LabelSheet, even, faults
from tests.invitations.paper import Word, at, words_of

FONTS = Path(__file__).parents[2] / "app" / "static" / "fonts"
FACE = FONTS / "PT_Sans-Web-Regular.ttf"
SENDER = ("Международная Ассоциация «Породнённые города»", "Россия, 115184, Москва", "ул. Примерная, д. 1")
KALUGA = Envelope(
    "ru",
    SENDER,
    ("Городскому Голове города Калуги", "Денисову Д.А.", "ул. Ленина, д. 93", "Калуга", "248000"),
    "Исх-69",
)
SUHL = Envelope(
    "de",
    ("Internationale Assoziation der Partnerstädte", "115184 Moskau, Russland"),
    ("Oberbürgermeister der Stadt Suhl", "Herrn Andreas Knapp", "Marktplatz 1", "98527 Suhl", "DEUTSCHLAND"),
    "Исх-70",
)
LONG = Envelope("ru", SENDER, ("Первому заместителю главы администрации " * 10, "Долгоруковой-Крымской Е.А."), "Исх-71")


def made(*envelopes: Envelope, name: str, post: str = "RU") -> bytes:
    return render_envelopes(envelopes, form=name, post=post, fonts=FONTS, title="Конверты")


def round_words(words: list[Word]) -> Box:
    left, top = min(word.left for word in words), min(word.top for word in words)
    return Box(left, top, max(word.right for word in words) - left, max(word.bottom for word in words) - top)


def inside(inner: Box, outer: Box, play: float = 0.6) -> bool:
    return (
        inner.x >= outer.x - play and inner.y >= outer.y - play
        and inner.x + inner.width <= outer.x + outer.width + play
        and inner.y + inner.height <= outer.y + outer.height + play
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("dl", (220, 110)),
        ("c5", (229, 162)),
        ("c4", (324, 229)),
        ("dl-window", (220, 110)),
        ("c4-window", (229, 324)),
        ("sheet", (210, 297)),
    ],
)
def test_render_envelopes_makes_a_page_of_its_size_when_a_form_is_asked(name: str, size: tuple[int, int]) -> None:
    with pikepdf.open(BytesIO(made(KALUGA, SUHL, name=name))) as pdf:
        boxes = [[float(edge) * MM_PER_POINT for edge in page.mediabox[2:]] for page in pdf.pages]
    assert [tuple(map(round, box)) for box in boxes] == [size, size]


@pytest.mark.parametrize("post", ["RU", "DE"])
@pytest.mark.parametrize("name", ["dl", "c5", "c4"])
@pytest.mark.parametrize("envelope", [KALUGA, SUHL, LONG])
def test_render_envelopes_puts_sender_and_addressee_in_their_places_when_the_envelope_is_plain(
    name: str, post: str, envelope: Envelope
) -> None:
    asked = FORMS[post][name]
    words = words_of(made(envelope, name=name, post=post))
    sender = [word for word in words if word.left < asked.width / 2 - 2 and word.top < asked.height / 2 - 12]
    addressee = [word for word in words if word not in sender]
    assert asked.addressee is not None
    assert inside(round_words(sender), asked.sender)
    assert inside(round_words(addressee), asked.addressee)
    assert abs(min(word.left for word in addressee) - asked.addressee.x) < 0.6
    assert asked.addressee.x >= asked.width / 2 - 4
    told = " ".join(word.text for word in addressee)
    assert told == " ".join(" ".join(envelope.addressee).split())


@pytest.mark.parametrize("asked", [*FORMS["RU"].values(), *FORMS["DE"].values()])
def test_forms_leave_the_places_of_the_post_free_when_the_envelope_is_plain(asked: EnvelopeForm) -> None:
    stamp = Box(asked.width - 74, 0, 74, 40)
    assert asked.addressee is not None
    assert not asked.sender.meets(stamp)
    assert not asked.addressee.meets(stamp)
    assert not asked.addressee.meets(asked.sender)
    if asked in FORMS["DE"].values():
        assert asked.addressee.y + asked.addressee.height <= asked.height - 15


@pytest.mark.parametrize("name", ["dl-window", "c5-window", "c4-window"])
def test_render_envelopes_keeps_the_window_free_when_it_has_one(name: str) -> None:
    words = words_of(made(LONG, name=name))
    window = WINDOWS[name].window
    assert window is not None
    assert not round_words(words).meets(window)
    assert "Долгоруковой-Крымской" not in {word.text for word in words}
    assert at(words, "Исх-71").left < 60


@pytest.mark.parametrize("envelope", [KALUGA, SUHL, LONG])
def test_render_envelopes_shows_the_address_through_both_windows_when_the_sheet_is_asked(envelope: Envelope) -> None:
    words = [word for word in words_of(made(envelope, name="sheet")) if word.left < 120]
    shown = round_words(words)
    for name in ("dl-window", "c5-window", "c4-window"):
        window = WINDOWS[name].window
        assert window is not None
        if name == "dl-window":  # the sheet is folded to 105 mm and may slide by 5 mm
            window = Box(window.x, window.y - 5, window.width, window.height)
        if name == "c5-window":  # folded once to 148.5 mm; as far down as it lies, within 1 mm of the norm's tolerance
            window = Box(window.x, window.y - 12.5, window.width, window.height)
        if name == "c4-window":  # not folded; in the middle of the 27 mm by which it may slide
            window = Box(window.x, window.y - 13.5, window.width, window.height)
        assert inside(shown, window)
    assert SHEET.addressee is not None
    assert at(words, envelope.addressee[0].split()[0]).top >= SHEET.addressee.y - 0.6


def test_form_refuses_when_there_is_none_of_this_name() -> None:
    with pytest.raises(ValueError, match="b4"):
        form("b4", "RU")
    assert [form(name, "CH").name for name in FORM_NAMES] == list(FORM_NAMES)


@pytest.mark.parametrize(
    ("country", "language", "post", "lines"),
    [
        ("RU", "ru", "RU", ()),
        ("DE", "de", "RU", ("DEUTSCHLAND", "ГЕРМАНИЯ")),
        ("RU", "ru", "DE", ("РОССИЯ", "RUSSISCHE FÖDERATION")),
        ("RU", "de", "DE", ("RUSSISCHE FÖDERATION",)),
        ("DE", "de", "DE", ()),
        ("FR", "en", "DE", ("FRANCE",)),
        ("BY", "ru", "RU", ("БЕЛАРУСЬ",)),
    ],
)
def test_country_lines_close_the_address_when_the_post_is_foreign(
    country: str, language: str, post: str, lines: tuple[str, ...]
) -> None:
    assert country_lines(country, language=language, post=post, name="France") == lines


@pytest.mark.parametrize("text", ["Иванову И.И.", "Б" * 200, "", "日本 Straße " * 20])
def test_fit_keeps_every_sign_when_the_lines_are_broken(text: str) -> None:
    found = fit([text], width=40, height=20, face=FACE, largest=12)
    assert "".join(found.lines).replace(" ", "") == text.replace(" ", "")
    assert all(width_mm(line, found.size, FACE) <= 40.01 for line in found.lines)
    assert len(found.lines) * found.size * LEADING * MM_PER_POINT <= 20 or found.size == 4


def test_fit_breaks_a_long_name_at_its_hyphens() -> None:
    found = fit(["Hohenstein-Waldburg-Zeil-Trauchburg"], width=40, height=20, face=FACE, largest=12)
    assert found.lines == ("Hohenstein-", "Waldburg-Zeil-", "Trauchburg")


@pytest.mark.parametrize("article", sorted(ARTICLES))
def test_render_labels_keeps_each_address_in_its_label_when_the_article_is_known(article: str) -> None:
    sheet = ARTICLES[article]
    assert faults(sheet) == ()
    marked = [
        Envelope("de", (), (f"Nr{place:02}", "Oberbürgermeisterin", "98527 Suhl")) for place in range(sheet.count + 1)
    ]
    words = words_of(render_labels(marked, sheet=sheet, start=1, fonts=FONTS, title="Labels"))
    for place in range(sheet.count):
        x, y = sheet.place(place)
        first = at(words, f"Nr{place:02}")
        assert inside(Box(first.left, first.top, first.right - first.left, first.bottom - first.top),
                      Box(x, y, sheet.width, sheet.height), play=0)  # fmt: skip
        assert abs(first.left - x - 4) < 0.6
    assert at(words, f"Nr{sheet.count:02}").page == 2


def test_articles_lie_where_the_makers_put_them_when_measured() -> None:
    sheet = ARTICLES["L7160"]
    assert (sheet.left, sheet.top, sheet.step_x, sheet.step_y, sheet.count) == (7.25, 15.15, 66.0, 38.1, 21)
    assert (ARTICLES["4265"].left, ARTICLES["4265"].top, ARTICLES["4265"].count) == (4.65, 21.6, 12)


def test_render_labels_begins_further_down_when_the_first_labels_are_used() -> None:
    sheet = ARTICLES["L7160"]
    words = words_of(render_labels([KALUGA], sheet=sheet, start=20, fonts=FONTS, title="Labels"))
    x, y = sheet.place(19)
    first = at(words, "Городскому")
    assert abs(first.left - x - 4) < 0.6
    assert y < first.top < y + 10
    with pytest.raises(ValueError, match="labels"):
        render_labels([KALUGA], sheet=sheet, start=22, fonts=FONTS, title="Labels")


def test_render_labels_keeps_a_long_office_in_its_label_when_the_label_is_small() -> None:
    sheet = ARTICLES["L7160"]
    shown = round_words(words_of(render_labels([LONG], sheet=sheet, start=1, fonts=FONTS, title="Labels")))
    assert inside(shown, Box(7.25, 15.15, 63.5, 38.1), play=0)


@pytest.mark.parametrize(
    ("sheet", "wrong"),
    [
        (even(3, 7, 63.5, 38.1, 2.5), ()),
        (even(4, 7, 63.5, 38.1, 2.5), ("left",)),
        (LabelSheet(3, 9, 63.5, 38.1, 7, 15, 66, 38.1), ("top",)),
        (LabelSheet(3, 7, 63.5, 38.1, 7, 15, 60, 38.1), ("step_x",)),
        (LabelSheet(3, 7, 63.5, 38.1, 7, 15, 66, 20), ("step_y",)),
        (LabelSheet(0, 0, 1, 1, 0, 0, 0, 0), ("columns", "rows", "width", "height")),
    ],
)
def test_faults_name_the_measures_when_a_sheet_cannot_be(sheet: LabelSheet, wrong: tuple[str, ...]) -> None:
    assert faults(sheet) == wrong


def test_long_names_break_at_their_hyphens_and_shrink_before_a_word_is_cut() -> None:
    name = "Рождественской-Преображенской-Новосильцевой-Голенищевой-Кутузовой"
    made = fit([name], width=55, height=34, face=FACE, largest=11)
    assert made.lines == (
        "Рождественской-", "Преображенской-", "Новосильцевой-Голенищевой-", "Кутузовой"
    )  # fmt: skip
    assert fit(["Ж" * 20], width=55, height=34, face=FACE, largest=11).lines == ("Ж" * 20,)
