"""Printings in parts: where they are cut, what is kept, what is made anew."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence

import pikepdf
import pytest
from flask import Flask

from app.conferences.models import Conference
from app.history.rules import COMMAND
from app.jobs import Cancelled
from app.printing.camera.operations import draw_plates
from app.printing.operations.parts import Cut, forget_parts, in_parts
from app.printing.papers.operations import print_paper
from app.printing.papers.rules import Paper, require_paper_layout
from app.printing.queries import parts_of
from tests.factories import NOW, make_delegate

ONE_DATABASE = True
KEY = "job:parts"


def test_a_printing_is_cut_after_full_sheets_and_between_groups() -> None:
    sheets = Cut.by_sheets(20, 4, start=3, size=8, most=8)
    assert list(sheets.ends) == [2, 6, 10, 14, 18, 20]
    assert [sheets.end(first, 8) for first in (0, 6, 14)] == [6, 14, 20]
    assert [sheets.end(0, size) for size in (1, 2, 100)] == [2, 2, 20]
    assert [Cut([90, 95, 300], 50, 50).end(first, 50) for first in (0, 90, 95)] == [90, 95, 300]
    assert list(Cut.by_sheets(3, 4, size=8, most=8).ends) == [3]


@pytest.fixture
def press(app: Flask) -> Callable[..., tuple[int, list[str], list[int]]]:
    """Print letters, a page each, in parts of two; gives pages, warnings, and where each part that was made began."""

    def run(letters: str, *, stop_at: int | None = None, told: BaseException | None = None, basis: str = "plain",
            deed_key: str | None = KEY) -> tuple[int, list[str], list[int]]:  # fmt: skip
        made: list[int] = []

        def render(some: Sequence[str], first: int, _tell: object) -> tuple[bytes, int, list[str]]:
            if first == stop_at and told is not None:
                raise told
            made.append(first)
            pdf, file = pikepdf.new(), io.BytesIO()
            for _letter in some:
                pdf.add_blank_page()
            pdf.save(file)
            return file.getvalue(), len(some), list(some)

        found = in_parts(
            letters, render, deed_key=deed_key, signs=list(letters), basis=basis, title="letters",
            cut=Cut.by_sheets(len(letters), 1, size=2, most=2),
        )  # fmt: skip
        return found[1], found[2], made

    return run


def test_parts_are_not_made_again_unless_something_on_them_changed(press: Callable[..., object]) -> None:
    for changed, basis, expected in (
        ("abcde", "plain", [4]),
        ("abXde", "plain", [2, 4]),
        ("abcde", "other", [0, 2, 4]),
    ):
        with pytest.raises(KeyboardInterrupt):
            press("abcde", stop_at=4, told=KeyboardInterrupt())
        assert press(changed, basis=basis) == (5, list(changed), expected)
        forget_parts(KEY)


def test_nothing_is_kept_when_it_is_cancelled_or_no_job(press: Callable[..., object]) -> None:
    with pytest.raises(Cancelled):
        press("abcde", stop_at=4, told=Cancelled())
    assert not parts_of(KEY).exists()
    assert press("abcde", deed_key=None) == (5, list("abcde"), [0, 2, 4])
    assert press("ab") == (2, ["a", "b"], [0])
    assert list(parts_of(KEY).iterdir()) == []  # one part is the whole


def _tell_and_end(told: list[int]) -> Callable[[int, int], None]:
    """Ends the process the first time that four are told: as little is tidied up as when it is killed."""

    def tell(done: int, _count: int) -> None:
        told.append(done)
        if done == 4 and told.count(4) == 1:
            raise SystemExit

    return tell


def test_cards_go_on_where_they_were_when_their_process_ended(
    conference: Conference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.printing.papers.operations.FIRST", 4)
    for number in range(6):
        make_delegate(conference, f"D{number}", badge_de=f"Anna Orlowa {number}")
    told: list[int] = []
    layout = require_paper_layout(Paper.TENT_CARDS, None)
    given = {"conference": conference, "paper": Paper.TENT_CARDS, "layout": layout, "actor": COMMAND, "at": NOW}
    with pytest.raises(SystemExit):
        print_paper(**given, deed_key=KEY, tell=_tell_and_end(told))
    (kept,) = parts_of(KEY).glob("*.pdf")
    with pikepdf.open(kept, allow_overwriting_input=True) as pdf:
        pdf.pages.extend([pdf.pages[0]] * 3)
        pdf.save(kept)
    assert (
        print_paper(**given, deed_key=KEY, tell=_tell_and_end(told)).pages == 6 + 3
    )  # those four were taken as they lay
    assert (told[:2], parts_of(KEY).exists()) == ([0, 4], False)


def test_plates_go_on_where_they_were_when_their_process_ended(
    conference: Conference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.printing.camera.operations.AT_ONCE", 4)
    for number in range(6):
        make_delegate(conference, f"D{number}", badge_de=f"Anna Orlowa {number}")
    told: list[int] = []
    given = {"conference": conference, "everyone": True, "actor": COMMAND, "at": NOW, "deed_key": KEY}
    with pytest.raises(SystemExit):
        draw_plates(**given, tell=_tell_and_end(told))
    (kept,) = parts_of(KEY).glob("*.zip")
    with zipfile.ZipFile(kept, "a") as archive:
        archive.writestr("more.txt", "as it lay")
    names: list[str] = []
    draw_plates(**given, tell=_tell_and_end(told), deliver=lambda path: names.extend(zipfile.ZipFile(path).namelist()))
    assert (len(names), "more.txt" in names, told, parts_of(KEY).exists()) == (13, True, [0, 4, 0, 4], False)
