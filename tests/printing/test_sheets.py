"""Sheets: where places are, what is refused, where backs meet their fronts."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.errors import Refusal
from app.i18n import speaking
from app.printing.calibration import calibration_page
from app.printing.press.paper import MM, Sheet, Turn
from app.printing.rules import LAYOUTS, Layout
from app.printing.rules.sheets import ARTICLES, OnPaper, fits, own_grid, sheet_of

from .conftest import words  # isort: skip

A6 = LAYOUTS["a6-portrait"]
LANDSCAPE = LAYOUTS["a6-landscape"]


def millimetres(place: tuple[float, float], sheet: Sheet) -> tuple[float, float]:
    """The upper left corner, from the upper left of the sheet."""
    return round(place[0] / MM, 3), round(sheet.height - place[1] / MM, 3)


def corners(sheet: Sheet) -> list[tuple[float, float]]:
    return [millimetres(place, sheet) for place in sheet.places]


def backs(sheet: Sheet) -> list[tuple[float, float, bool]]:
    found = []
    for place in sheet.places:
        left, top, turned = sheet.mirrored(place)
        found.append((*millimetres((left, top), sheet), turned))
    return found


def test_a_badge_stands_in_the_middle_of_its_label(app: Flask) -> None:
    sheet = sheet_of(LAYOUTS["80x50"], OnPaper("L4785"))
    assert corners(sheet)[:3] == [(17.5, 13.5), (112.5, 13.5), (17.5, 68.5)]
    own = sheet_of(LAYOUTS["80x50"], OnPaper("own", "90; 56; 10,5; 8; 2; 0; 2; 5"))
    assert corners(own)[:3] == [(15.5, 11), (107.5, 11), (15.5, 67)]


def test_a3_takes_as_many_as_fit(app: Flask) -> None:
    sheet = sheet_of(A6, OnPaper("a3"))
    assert (sheet.across * sheet.down, {sheet.width, sheet.height}) == (8, {297.0, 420.0})


@pytest.mark.parametrize(
    ("layout", "paper", "field", "said"),
    [
        (A6, OnPaper("L4785"), "sheet", "does not fit on a label of 80 × 50 mm"),
        (A6, OnPaper("nothing"), "sheet", "There is no label sheet “nothing”"),
        (A6, OnPaper("own", "1;2;3"), "own", "eight numbers"),
        (A6, OnPaper("own", "nan;1;1;1;1;1;1;1"), "own", "eight numbers"),
        (A6, OnPaper("own", "82;51;10;8;4;2;2.7;5"), "own", "eight numbers"),
        (A6, OnPaper("own", "105;148;10;0;0;0;2;2"), "own", "do not fit on a sheet of A4"),
        (A6, OnPaper("own", "105;148;0;0;0;0;0;0"), "own", "do not fit on a sheet of A4"),
        (A6, OnPaper(start=5), "start", "from 1 to 4"),
        (A6, OnPaper(start=0), "start", "from 1 to 4"),
    ],
)
def test_sheet_is_refused_when_badges_do_not_fit_on_it(
    app: Flask, layout: Layout, paper: OnPaper, field: str, said: str
) -> None:
    with pytest.raises(Refusal, match=said) as refused:
        sheet_of(layout, paper)
    assert refused.value.field == field


def test_backs_change_left_and_right_over_an_upright_edge(app: Flask) -> None:
    fronts = [(0, 0.5), (105, 0.5), (0, 148.5), (105, 148.5)]
    upright = sheet_of(A6, OnPaper(backs="long"))
    assert corners(upright) == fronts
    assert backs(upright) == [(105, 0.5, False), (0, 0.5, False), (105, 148.5, False), (0, 148.5, False)]
    level = sheet_of(LANDSCAPE, OnPaper(backs="short"))
    assert [turned for *_, turned in backs(level)] == [False] * 4


def test_backs_change_above_and_below_and_stand_upside_down_over_a_level_edge(app: Flask) -> None:
    sheet = sheet_of(A6, OnPaper(backs="short"))
    assert backs(sheet) == [(0, 148.5, True), (105, 148.5, True), (0, 0.5, True), (105, 0.5, True)]
    assert [turned for *_, turned in backs(sheet_of(LANDSCAPE, OnPaper(backs="long")))] == [True] * 4


def test_a_printers_correction_moves_both_sides_alike(app: Flask) -> None:
    still, moved = (sheet_of(A6, OnPaper(backs="long", shift=shift)) for shift in ((0.0, 0.0), (1.5, -2.0)))
    assert corners(moved) == [(x + 1.5, y - 2) for x, y in corners(still)]
    assert backs(moved) == [(x + 1.5, y - 2, turned) for x, y, turned in backs(still)]


def on_page(sheet: Sheet, place: tuple[float, float], *, upside_down: bool = False) -> tuple[float, float, str]:
    """The upper left corner of what lies in a place, from that of the page in millimetres, and where its head is."""
    (left, top), high, wide = place, sheet.paper_height * MM, sheet.paper_width * MM
    matrix = [float(part) for part in sheet.on_page("").split()[1:7]] if sheet.turned else [1.0, 0, 0, 1, 0, 0]
    a, b, c, d, e, f = matrix
    points = [(a * x + c * y + e, b * x + d * y + f) for x in (left, left + wide) for y in (top - high, top)]
    x, y = min(x for x, _ in points) / MM, sheet.page[1] - max(y for _, y in points) / MM
    head = "left" if sheet.turned else "above"
    across = {"left": "right", "above": "below"}[head]
    return round(x, 2) + 0, round(y, 2) + 0, across if upside_down else head


def test_badges_lie_on_labels_that_take_them_only_so(app: Flask) -> None:
    assert (fits(LANDSCAPE, ARTICLES["HERMA 10809"]), fits(A6, ARTICLES["HERMA 10809"])) == (True, True)
    upright = sheet_of(A6, OnPaper("10809"))
    assert (upright.turned, upright.page) == (False, (210.0, 297.0))
    sheet = sheet_of(LANDSCAPE, OnPaper("10809", start=2))
    assert (sheet.page, sheet.start, sheet.on_page("x")) == (
        (210.0, 297.0), 1, f"q 0 1 -1 0 {210 * MM:.3f} 0 cm\nxQ\n",
    )  # fmt: skip
    assert [on_page(sheet, place) for place in sheet.places] == [
        (0, 0, "left"), (105, 0, "left"), (0, 148, "left"), (105, 148, "left"),
    ]  # fmt: skip
    smaller = sheet_of(LANDSCAPE, OnPaper("own", "108;150;0;0;0;0;1;1"))
    assert [on_page(smaller, place) for place in smaller.places] == [(1.5, 1, "left")]
    moved = sheet_of(LANDSCAPE, OnPaper("10809", shift=(1.5, -2.0)))
    assert on_page(moved, moved.places[2]) == (1.5, 146, "left")


@pytest.mark.parametrize(("edge", "behind"), [
    ("long", [(105, 0), (0, 0), (105, 148), (0, 148)]),
    ("short", [(0, 149), (105, 149), (0, 1), (105, 1)]),
])  # fmt: skip
def test_backs_of_lying_badges_meet_their_fronts_head_to_head(
    app: Flask, edge: str, behind: list[tuple[float, float]]
) -> None:
    sheet = sheet_of(LANDSCAPE, OnPaper("10809", backs=edge))
    found = []
    for place in sheet.places:
        left, top, turned = sheet.mirrored(place)
        found.append(on_page(sheet, (left, top), upside_down=turned))
    # turned over its upright edge the page shows the head on the other side, over the level one on the same
    assert found == [(*corner, "right" if edge == "long" else "left") for corner in behind]


def test_cut_marks_stand_at_every_edge_between_and_can_be_left_out(app: Flask) -> None:
    assert sheet_of(A6, OnPaper(marks=False)).cut_marks() == ""
    gaps = Sheet(210, 297, 80, 50, 2, 1, left=10, top=10, step_x=100)
    crossings = [line for line in gaps.cut_marks().splitlines() if line.endswith(" l")]
    assert len(crossings) == 4 * 2 + 2 * 2 + 2 * 4 * 2  # four upright and two level edges, eight corners


def test_on_paper_is_the_same_after_it_was_kept() -> None:
    for paper in (OnPaper(), OnPaper("own", "1;2", 3, False, Turn.LONG.value, True, (1.0, -0.5)), OnPaper("a3")):
        assert OnPaper.of(paper.as_json()) == paper
    assert OnPaper().as_json() == {}


def test_own_grid_reads_commas_and_points() -> None:
    assert own_grid("90;55; 15 ;11,5;0.5;0;2;5").step == (90.5, 55)


@pytest.mark.parametrize("name", list(ARTICLES))
def test_labels_of_an_article_do_not_overlap_and_stand_in_the_middle_of_their_sheet(name: str) -> None:
    grid = ARTICLES[name]
    for side in (0, 1):
        count = (grid.across, grid.down)[side]
        right = grid.sheet[side] - grid.first[side] - (count - 1) * grid.step[side] - grid.label[side]
        assert grid.step[side] >= grid.label[side] - 0.05
        assert right >= 0
        assert abs(right - grid.first[side]) <= (3.05 if name == "DURABLE 1445" else 1.05)
    assert any(fits(layout, grid) for layout in LAYOUTS.values())
    assert grid.source


def test_numbers_of_the_calibration_page_stand_beside_their_ticks_when_it_is_moved(app: Flask, tmp_path: Path) -> None:
    places = {}
    for moved in ((0.0, 0.0), (9.5, -2.25)):
        file = tmp_path / "page.pdf"
        with speaking("de"):
            file.write_bytes(calibration_page(LAYOUTS["80x50"], OnPaper(shift=moved)))
        found = words(file)
        places[moved] = {word.text: (word.left, word.top) for word in found if word.text in {"30", "70", "120"}}
        assert ("−2,25" in {word.text for word in found}) == (moved != (0.0, 0.0))
    for text, (left, top) in places[0.0, 0.0].items():
        assert places[9.5, -2.25][text] == pytest.approx((left + 9.5, top - 2.25), abs=0.02)
