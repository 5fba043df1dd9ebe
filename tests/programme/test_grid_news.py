"""What others do to the draft reaches the page of the grid: nothing while nothing is new, else only what is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html

from app.history.rules import Actor
from app.programme.models import ProgrammeSession
from app.programme.operations import cancel_session, move_session, shift_sessions, undo_last
from app.programme.operations.drafting import redo_last
from app.programme.queries.news import tip_of
from app.programme.rules.tip import Tip
from tests.factories import NOW, make_conference, make_room, make_session

Enter = Callable[[str], FlaskClient]
OTHER = Actor(kind="staff", id=77, label="Ольга Петрова")
GRID = "/en/desk/c/xvi-kaluga-2021/programme/grid"
TEN = datetime(2021, 6, 28, 7, 0, tzinfo=UTC)


def _move(session: ProgrammeSession, *, by: int = 60, room: int | None = None) -> None:
    assert session.starts_at is not None
    assert session.ends_at is not None
    shift = timedelta(minutes=by)
    move_session(session=session, starts_at=session.starts_at + shift, ends_at=session.ends_at + shift, room_id=room,
                 version=session.version, actor=OTHER, at=NOW)  # fmt: skip


def _tip(client: FlaskClient) -> tuple[str, str]:
    """Where the page stands and the hours it shows."""
    page = html.fromstring(client.get(f"{GRID}?day=2021-06-28").text)
    planner = page.xpath("//*[@data-planner]")[0]
    return planner.get("data-tip"), f"{planner.get('data-first')}-{planner.get('data-last')}"


def _ask(client: FlaskClient, tip: str, span: str = "8-20") -> Any:
    return client.get(f"{GRID}/news?day=2021-06-28&span={span}", headers={"If-None-Match": f'"{tip}"'})


@pytest.mark.parametrize("sign", ["", "x", "1.", "-1", "1.2.x", "9999999999"])
def test_tip_is_none_when_the_sign_is_odd(sign: str) -> None:
    assert Tip.read(sign) is None


def test_tip_reads_what_it_wrote_when_steps_are_undone() -> None:
    tip = Tip(12, frozenset({7, 3}))
    assert (str(tip), Tip.read("12.3.7"), Tip.read("0")) == ("12.3.7", tip, Tip())


def test_tip_differs_when_a_step_is_made_undone_or_done_again(app: Any) -> None:
    conference = make_conference()
    session = make_session(conference, starts_at=TEN, ends_at=TEN + timedelta(hours=1))
    found = [str(tip_of(conference))]
    _move(session)
    found.append(str(tip_of(conference)))
    undo_last(conference=conference, actor=OTHER, at=NOW)
    found.append(str(tip_of(conference)))
    redo_last(conference=conference, actor=OTHER, at=NOW)
    found.append(str(tip_of(conference)))
    assert found == ["0", "1", "1.1", "1"]


def test_page_is_told_nothing_when_nothing_is_new(staff: Enter) -> None:
    make_session(make_conference(), starts_at=TEN, ends_at=TEN + timedelta(hours=1))
    client = staff("organiser")
    tip, span = _tip(client)
    answer = _ask(client, tip, span)
    assert (tip, answer.status_code, answer.data, answer.headers["ETag"]) == ("0", 304, b"", '"0"')


def test_page_is_told_who_did_what_when_another_moves_a_session(staff: Enter) -> None:
    conference = make_conference()
    hall = make_room(conference)
    session = make_session(conference, "K07", room=hall, starts_at=TEN, ends_at=TEN + timedelta(hours=1))
    make_session(conference, "K08", starts_at=TEN, ends_at=TEN + timedelta(hours=1))
    client = staff("organiser")
    tip, span = _tip(client)
    _move(session)
    answer = _ask(client, tip, span).get_json()
    assert answer["news"] == [
        {
            "text": "Ольга Петрова – K07: moved", "slots": [session.id],
            "url": f"{GRID}?day=2021-06-28#slot-{session.id}",
        }
    ]  # fmt: skip
    assert (answer["tip"], sorted(answer["columns"])) == ("1", sorted({str(hall.id), "none"}))
    slots = html.fromstring(f"<ul>{answer['columns']['none']}</ul>").xpath("//li/@data-code")
    assert slots == ["K08", "K07"]
    assert f'value="{session.id}-{session.version}"' in answer["options"]
    assert _ask(client, answer["tip"], span).status_code == 304


def test_news_lead_to_another_day_when_the_session_stands_there_now(staff: Enter) -> None:
    conference = make_conference()
    session = make_session(conference, starts_at=TEN, ends_at=TEN + timedelta(hours=1))
    _move(session, by=24 * 60)
    answer = _ask(staff("organiser"), "0").get_json()
    assert [line["url"] for line in answer["news"]] == [f"{GRID}?day=2021-06-29#slot-{session.id}"]
    assert answer["columns"] == {"none": ""}


def test_news_say_undone_when_another_takes_a_step_back(staff: Enter) -> None:
    conference = make_conference()
    session = make_session(conference, starts_at=TEN, ends_at=TEN + timedelta(hours=1))
    cancel_session(session=session, actor=OTHER, at=NOW)
    client = staff("organiser")
    tip, span = _tip(client)
    undo_last(conference=conference, actor=OTHER, at=NOW)
    undone = _ask(client, tip, span).get_json()
    redo_last(conference=conference, actor=OTHER, at=NOW)
    again = _ask(client, undone["tip"], span).get_json()
    assert [line["text"] for line in (*undone["news"], *again["news"])] == [
        "Ольга Петрова – undone (K07: taken off)", "Ольга Петрова – K07: taken off",
    ]  # fmt: skip


def test_own_deeds_refresh_the_page_without_a_word_when_done_elsewhere(staff: Enter) -> None:
    conference = make_conference()
    session = make_session(conference, starts_at=TEN, ends_at=TEN + timedelta(hours=1))
    client = staff("organiser")
    tip, span = _tip(client)
    client.post(f"{GRID}/move", data={"session": f"{session.id}-{session.version}", "day": "2021-06-28",
                                      "start": "12:00"})  # fmt: skip
    answer = _ask(client, tip, span).get_json()
    assert (answer["news"], sorted(answer["columns"])) == ([], ["none"])


def test_news_are_one_line_when_there_are_very_many(staff: Enter) -> None:
    conference = make_conference()
    session = make_session(conference, starts_at=TEN, ends_at=TEN + timedelta(hours=1))
    for _number in range(21):
        shift_sessions(conference=conference, sessions=[session], minutes=5, actor=OTHER, at=NOW)
    answer = _ask(staff("organiser"), "0").get_json()
    assert [line["text"] for line in answer["news"]] == ["A great deal has changed in the draft."]
    assert sorted(answer["columns"]) == ["none"]


def test_columns_are_left_out_when_the_page_shows_too_few_hours(staff: Enter) -> None:
    conference = make_conference()
    session = make_session(conference, starts_at=TEN, ends_at=TEN + timedelta(hours=1))
    _move(session, by=11 * 60)
    answer = _ask(staff("organiser"), "0").get_json()
    assert (len(answer["news"]), "columns" in answer) == (1, False)


def test_news_are_closed_when_the_role_may_not_edit(staff: Enter) -> None:
    make_conference()
    assert _ask(staff("desk"), "0").status_code == 403
