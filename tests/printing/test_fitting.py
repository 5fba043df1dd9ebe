"""Text as large as its box allows, never outside of it."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest

from app.printing.press.faces import face, missing, runs, shaped, width
from app.printing.press.fitting import Box, Line, Part, fit

BOX = Box(x=17, y=86, width=263, height=208, largest=66, smallest=14)
BLACK = (0.0, 0.0, 0.0)
HAIR = 0.03  # em by which «щ» and "g" hang out of their strip


def _name(first: str, second: str = "") -> tuple[Part, ...]:
    return (
        Part("name_first", first, "bold", 1.0, 1.12, BLACK),
        Part("name_second", second, "regular", 0.6, 1.12, BLACK, gap=0.35),
    )


def test_fit_sets_a_short_name_in_the_largest_size():
    fitted = fit(_name("Анна Ли", "Anna Li"), BOX)
    assert [(line.text, line.size) for line in fitted.lines] == [("Анна Ли", 66.0), ("Anna Li", 39.6)]
    assert (fitted.plain, fitted.cut_word, fitted.too_small) == (True, False, False)


def test_fit_breaks_at_hyphens_when_that_lets_a_long_name_grow():
    fitted = fit(_name("Рождественская-Преображенская-Вознесенская Александра"), BOX)
    assert [line.text for line in fitted.lines] == [
        "Рождественская-", "Преображенская-", "Вознесенская", "Александра"
    ]  # fmt: skip
    assert fitted.size > 28


def test_fit_keeps_a_short_double_name_whole():
    assert [line.text for line in fit(_name("Eva-Maria Albrecht"), BOX).lines] == ["Eva-Maria", "Albrecht"]


def test_fit_breaks_inside_a_word_only_when_nothing_else_keeps_it_readable():
    fitted = fit(_name("W" * 90), BOX)
    assert (fitted.cut_word, fitted.too_small) == (True, False)
    assert "".join(line.text for line in fitted.lines) == "W" * 90
    assert fitted.lines[-1].top + 2 * fitted.size * 1.12 > BOX.y + (BOX.height + fitted.size) / 2  # fills its box


def test_fit_keeps_particles_with_the_word_behind_them():
    fitted = fit(_name("Karl-Theodor von der Recke zu Guttenberg"), BOX)
    assert [line.text for line in fitted.lines] == ["Karl-Theodor", "von der Recke", "zu Guttenberg"]


def test_fit_warns_when_a_name_had_to_go_under_its_smallest_size():
    fitted = fit(_name(" ".join(["Слово"] * 66), " ".join(["Wort"] * 80)), BOX)
    assert fitted.too_small
    assert min(line.size for line in fitted.lines) >= 8


def test_fit_leaves_out_empty_parts():
    assert fit(_name("", ""), BOX).lines == ()
    assert [line.part for line in fit(_name("Анна"), BOX).lines] == ["name_first"]


@pytest.mark.parametrize("seed", range(60))
def test_fit_stays_inside_its_box_for_any_text(seed):
    chance = random.Random(seed)
    letters = "аёЖщIlWmßÄẞ-–’.'Ї "
    texts = ["".join(chance.choice(letters) for _ in range(chance.randrange(1, 240))) for _ in range(2)]
    fitted = fit(_name(*texts), BOX)
    tops = [line.top for line in fitted.lines]
    assert tops == sorted(tops)
    for line, below in zip(fitted.lines, [*fitted.lines[1:], None], strict=True):
        bottom = line.top + line.size * line.leading
        assert line.x >= BOX.x
        assert line.x + line.width <= BOX.x + BOX.width + 0.01
        assert line.top >= BOX.y - 0.01
        assert bottom <= (below.top if below else BOX.y + BOX.height) + 0.01
    kept = "".join(" ".join(text.split()) for text in texts).replace(" ", "")
    assert "".join(line.text for line in fitted.lines).replace(" ", "") == kept


@pytest.mark.parametrize(
    "texts", [("M" * 120,), ("Leiterin des Amtes " * 20, "Zweite"), ("M" * 400, "Ж" * 400, "x" * 90)]
)
@pytest.mark.parametrize(("wide", "high"), [(110.0, 11.0), (40.0, 14.0), (110.0, 2.0), (1.0, 1.0), (0.0, 50.0)])
def test_fit_cuts_what_fits_in_no_size_and_stays_in_its_box(texts: tuple[str, ...], wide: float, high: float) -> None:
    box = Box(0, 0, wide, high, largest=9, smallest=8)
    parts = tuple(Part(f"part_{place}", text, "regular", 1.0, 1.12, BLACK) for place, text in enumerate(texts))
    fitted = fit(parts, box)
    assert (fitted.cut_text, fitted.too_small) == (True, True)
    assert all(
        line.x + line.width <= wide + 0.01 and line.top + line.size * 1.12 <= high + 0.01 for line in fitted.lines
    )
    if high > 10 and wide > 30:
        assert [line.part for line in fitted.lines] == [part.name for part in parts][: len(fitted.lines)]
        assert fitted.lines[0].text.endswith("…")


@pytest.mark.parametrize("largest", [1e308, float("inf"), 99999999.0])
def test_fit_looks_at_few_sizes_however_large_a_style_wants_it(largest: float) -> None:
    assert fit(_name("Анна Ли", "Anna Li"), replace(BOX, largest=largest)).size <= BOX.height


def test_missing_names_the_letters_no_face_has():
    assert missing("Їжакевич ҡәө Straẞe דוד محمد გიორგი") == ""
    assert missing("李 明 Li") == "李明"


def test_runs_change_the_face_where_the_script_changes():
    assert [(run.stem, run.text) for run in runs("Орлова דוד", "bold")] == [
        ("PT_Sans-Web-Bold", "Орлова "), ("NotoSansHebrew-Bold", "דוד")
    ]  # fmt: skip


def test_width_counts_kerning():
    assert width("AV", "bold") < width("A", "bold") + width("V", "bold")


def _ink(line: Line) -> tuple[float, float]:
    """Upper and lower edge of what is printed."""
    reaches = [face(run.stem).reach(shaped(run.stem, run.text)) for run in runs(line.text, line.weight)]
    high, low = max(high for high, _low in reaches), max(low for _high, low in reaches)
    return line.baseline - high * line.size, line.baseline + low * line.size


@pytest.mark.parametrize("settle", ["top", "bottom"])
@pytest.mark.parametrize(
    "name",
    ["محمد جوج الحجج الحججي", "إِبْرَاهِيمُ", "יעקב בן־גוריון לך קץ", "Գևորգ Հակոբյան", "გიორგი ჯაფარიძე", "Щукин Jürgen",
     "Ằ̂̃q̣̣ Ñ̈̈g̣̣", "Ẵ Ỗ Ữ gj", "عَبْدُ ٱللَّٰهِ"],
)  # fmt: skip
def test_fit_keeps_the_ink_of_any_script_in_the_box_and_off_the_next_line(name: str, settle: str) -> None:
    box = replace(BOX, settle=settle)
    for second in ("", "Мухаммад Щукин"):
        lines = fit(_name(name, second), box).lines
        edges = [_ink(line) for line in lines]
        hair = HAIR * lines[0].size + 0.01
        assert edges[0][0] >= box.y - hair
        assert edges[-1][1] <= box.y + box.height + hair
        assert all(low <= top + hair for (_high, low), (top, _low) in pairwise(edges))


def test_point_or_dash_between_words_begins_no_line() -> None:
    part = Part("name", "Возложение цветов · Площадь памяти – под небом", "regular", 1.0, 1.2, BLACK)
    for wide in range(60, 200, 7):
        lines = fit((part,), Box(0, 0, wide, 200, 9, 9)).lines
        assert not [line.text for line in lines if line.text[0] in "·–"]


def test_text_is_shortened_rather_than_set_smaller_than_its_least_size() -> None:
    part = (
        Part("office", "Stellvertretende Vorsitzende des Ausschusses für Wirtschaft " * 4, "regular", 1.0, 1.2, BLACK),
    )
    shortened = fit(part, Box(0, 0, 140, 12, 9, 8, least=6))
    assert (shortened.size, shortened.cut_text, shortened.lines[0].text[-1]) == (6, True, "…")
    short = fit((replace(part[0], text="Referent"),), Box(0, 0, 140, 12, 9, 8, least=6))
    assert (short.cut_text, short.size) == (False, 9)
