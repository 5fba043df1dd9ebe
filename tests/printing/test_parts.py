"""Printings in parts: where they are cut, what is kept, what is made anew."""

from __future__ import annotations

import io
import os
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pikepdf
import pytest
from flask import Flask

from app.conferences.models import Conference
from app.database import transaction
from app.history.rules import COMMAND
from app.jobs import Cancelled, JobState
from app.printing.camera.operations import draw_plates
from app.printing.operations import print_badges, print_participants
from app.printing.operations.handing_out import print_hand_out
from app.printing.operations.sweeping import sweep_parts
from app.printing.orders import job_for
from app.printing.papers.operations import print_paper
from app.printing.papers.rules import Paper, require_paper_layout
from app.printing.parts import Cut, forget_parts, in_parts
from app.printing.queries import parts_of
from app.printing.rules import require_layout
from tests.factories import NOW, make_delegate, make_municipality

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


def _numbered_people(conference: Conference, count: int) -> None:
    """Of as many towns, so that a list may be cut anywhere."""
    for number in range(count):
        town = make_municipality(name_ru=f"Город {number}", name_de=f"Stadt {number}", slug=f"town-{number}")
        make_delegate(conference, f"D{number}", badge_de=f"Anna Orlowa {number}", municipality_id=town.id)


def _pages(pdf: bytes) -> list[str]:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, check=True, capture_output=True)
    return [" ".join(page.split()) for page in done.stdout.decode().split("\f")[:-1]]


@pytest.mark.parametrize("paper", ["hand-out", "participants"])
def test_lists_go_on_where_they_were_when_their_process_ended(
    conference: Conference, monkeypatch: pytest.MonkeyPatch, paper: str
) -> None:
    monkeypatch.setattr("app.printing.hand_out.FIRST", 4)
    monkeypatch.setattr("app.printing.participants.PARTICIPANTS", (4, 1_000))
    _numbered_people(conference, 6)
    given: dict[str, Any] = {"conference": conference, "actor": COMMAND, "at": NOW}
    run = print_badges(**given, layout=require_layout(None)).run
    assert run is not None
    deed = partial(print_hand_out, run_id=run.id) if paper == "hand-out" else print_participants
    told: list[int] = []
    with pytest.raises(SystemExit):
        deed(**given, deed_key=KEY, tell=_tell_and_end(told))
    (kept,) = parts_of(KEY).glob("*.pdf")
    before = kept.read_bytes()
    with pikepdf.open(kept, allow_overwriting_input=True) as pdf:
        pdf.pages.append(pdf.pages[0])
        pdf.save(kept)
    assert before != kept.read_bytes()
    files: list[bytes] = []
    deed(**given, deed_key=KEY, tell=_tell_and_end(told), deliver=files.append)
    assert (told[:3], parts_of(KEY).exists()) == ([0, 4, 4], False)  # those four were taken as they lay
    pages = _pages(files[0])
    count = len(pages)
    assert count > 2
    assert [page.replace(" ", "")[-3:] for page in pages] == [f"{number}/{count}" for number in range(1, count + 1)]
    assert ["Anna Orlowa 5" in page for page in pages] == [False] * (count - 1) + [True]
    assert " 6 " in pages[-1]  # numbers of persons go on, too


def test_parts_of_jobs_that_ended_are_swept_and_those_of_others_stay(conference: Conference) -> None:
    layout = require_layout(None)
    keys = {}
    for state in JobState:
        job = job_for(kind="print-badges", order={"layout": layout.name, "n": state.value}, conference=conference,
                      language="ru", actor=COMMAND, at=NOW)  # fmt: skip
        keys[state] = f"job:{job.params['key']}"
        with transaction():
            job.state = state
    folders = {state: parts_of(key) for state, key in keys.items()}
    stray, fresh = parts_of("job:of-nobody"), parts_of("job:of-somebody-just-now")
    for folder in (*folders.values(), stray, fresh):
        folder.mkdir(parents=True)
        (folder / "0-4-x.pdf").write_bytes(b"%PDF")
    old = (NOW - timedelta(days=3)).timestamp()
    for folder in (*folders.values(), stray):
        os.utime(folder, (old, old))
    os.utime(fresh, (NOW.timestamp(), NOW.timestamp()))
    assert sweep_parts(at=NOW) == 4
    assert {state for state, folder in folders.items() if folder.exists()} == {JobState.QUEUED, JobState.RUNNING}
    assert (stray.exists(), fresh.exists(), sweep_parts(at=NOW)) == (False, True, 0)


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
