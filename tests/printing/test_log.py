"""What is looked at before a run, what the next one begins with, and what the log says of those that were."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.checkin.operations import check_in
from app.conferences.models import Conference
from app.database import db, transaction
from app.delegations.models import Delegate
from app.jobs import Job
from app.printing.freshness import Why, why_anew
from app.printing.log import Standing, people_of, standing_of
from app.printing.models import PrintRun, PrintSettings
from app.printing.operations import print_badges
from app.printing.operations.handing_out import print_hand_out
from app.printing.operations.reprinting import print_one
from app.printing.queries import badge_contents, hand_outs_of
from app.printing.rules import require_layout
from app.printing.rules.sheets import OnPaper
from tests.factories import ACTOR, NOW, make_delegate

ONE_DATABASE = True
LAYOUT = require_layout(None)
BACKS = OnPaper(backs="long")


@pytest.fixture
def url(conference: Conference) -> str:
    return f"/en/desk/c/{conference.slug}/badges/"


def _people(conference: Conference, count: int) -> list[Delegate]:
    return [make_delegate(conference, f"D{number}", badge_ru=f"Орлова {number}", badge_de=f"Anna Orlowa {number}")
            for number in range(count)]  # fmt: skip


def _print(conference: Conference, **given: Any) -> PrintRun:
    run = print_badges(**({"conference": conference, "layout": LAYOUT, "actor": ACTOR, "at": NOW} | given)).run
    assert run is not None
    return run


def test_run_is_not_begun_before_its_findings_were_shown_and_is_when_they_were(
    conference: Conference, staff: Any, url: str
) -> None:
    make_delegate(conference, "D1", badge_ru="", badge_de="", last="Ω", first="", last_latin="", first_latin="")
    order = {"layout": "a6-portrait", "scope": "all"}
    desk = staff("desk")
    shown = desk.post(url, data=order)
    assert shown.status_code == 422
    assert "Please look at these badges before you print" in shown.text
    sign = re.search(r'name="looked"[^>]*value="(\w+)"', shown.text)
    assert sign is not None
    assert db.session.scalars(select(Job)).all() == []
    assert desk.post(url, data=order | {"looked": "forged"}).status_code == 422
    assert desk.post(url, data=order | {"looked": sign.group(1)}).status_code == 303


def test_next_run_begins_with_sheet_and_backs_of_the_last(conference: Conference, staff: Any, url: str) -> None:
    people = _people(conference, 2)
    desk = staff("desk")
    assert "as in the last printing" not in desk.get(url).text
    _print(conference, layout=require_layout("90x55"), paper=OnPaper(backs="short", start=3))
    print_one(conference=conference, delegate=people[0], layout=LAYOUT, reason="damaged", actor=ACTOR, at=NOW)
    page = desk.get(url).text
    chosen = re.findall(r'<option selected value="([^"]*)"', page)
    assert "Kind of badge, sheet and backs are set as in the last printing." in page
    assert "90x55" in chosen
    assert "short" in chosen
    assert re.search(r'name="start"[^>]*value="1"', page)


def test_badge_stays_out_of_date_when_its_back_changed_and_it_was_printed_without(conference: Conference) -> None:
    _people(conference, 3)
    _print(conference, paper=BACKS)
    with transaction() as session:
        session.add(PrintSettings(conference_id=conference.id, wifi_name="Rathaus"))
    assert set(why_anew(conference, badge_contents(conference)).values()) == {Why.DATA}
    run = _print(conference, scope="new")
    assert run.warnings[0].startswith("3 badges had backs before and are printed without")
    assert len(why_anew(conference, badge_contents(conference))) == 3
    assert _print(conference, scope="new", paper=BACKS).warnings == []
    assert why_anew(conference, badge_contents(conference)) == {}


def test_single_reprint_has_a_back_when_the_badge_had_one(conference: Conference) -> None:
    (person,) = _people(conference, 1)
    _print(conference, paper=BACKS)
    again = print_one(conference=conference, delegate=person, layout=LAYOUT, reason="damaged", actor=ACTOR, at=NOW)
    assert (again.pages, again.run and again.run.options) == (2, {"backs": "long"})


def test_page_of_a_run_warns_when_its_file_holds_no_more(conference: Conference, staff: Any, url: str) -> None:
    people = _people(conference, 4)
    first = _print(conference)
    assert standing_of(conference, first) == Standing(0, 0, 0)
    assert "Do not print this file again" not in staff("desk").get(f"{url}runs/{first.id}").text
    later = NOW.replace(hour=NOW.hour + 1)
    lost = print_one(conference=conference, delegate=people[0], layout=LAYOUT, reason="lost", actor=ACTOR, at=later)
    assert lost.run is not None
    with transaction():
        people[1].badge_de, people[2].attendance = "Anna Adler", "video"
    assert standing_of(conference, first) == Standing(dead=1, changed=1, gone=1)
    assert standing_of(conference, lost.run) == Standing(0, 0, 0)
    page = staff("desk").get(f"{url}runs/{first.id}").text
    assert "Do not print this file again as it is" in page
    assert "1 code on it was withdrawn and opens nothing." in page


def test_log_names_those_of_small_runs(conference: Conference, staff: Any, url: str) -> None:
    people = _people(conference, 5)
    _print(conference)
    run = print_one(conference=conference, delegate=people[3], layout=LAYOUT, reason="damaged", actor=ACTOR, at=NOW).run
    assert run is not None
    assert [one.public_id for one in people_of([run])[run.id]] == ["D3"]
    page = staff("desk").get(url).text
    assert "Anna Orlowa 3</a> (D3)" in page
    assert "Anna Orlowa 2</a>" not in page.partition("What was printed")[2]


def test_lists_to_hand_out_by_stand_beside_each_other_and_keep_their_numbers(
    conference: Conference, staff: Any, url: str, tmp_path: Path
) -> None:
    people = _people(conference, 3)
    run = _print(conference)
    check_in(conference=conference, delegate=people[1], actor=ACTOR, at=NOW)
    texts = {}
    for came in ("", "arrived", "expected"):
        out = tmp_path / f"{came}.pdf"
        print_hand_out(
            conference=conference, run_id=run.id, came=came, actor=ACTOR, at=NOW, deliver=out.write_bytes
        )  # fmt: skip
        texts[came] = " ".join(words(out))
    assert {came: one.count for came, one in hand_outs_of(run).items()} == {"": 3, "arrived": 1, "expected": 2}
    assert ["только прибывшие к" in texts[came] for came in texts] == [False, True, False]
    assert ["nur die bis" in texts[came] for came in texts] == [False, True, True]
    assert "2 Орлова 1 Anna Orlowa 1" in texts["arrived"]  # its number in the list of all
    page = staff("desk").get(f"{url}runs/{run.id}").text
    assert ["hand-out.pdf?came=arrived" in page, "hand-out.pdf?came=expected" in page] == [True, True]


def words(pdf: Path) -> list[str]:
    return subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True, text=True).stdout.split()
