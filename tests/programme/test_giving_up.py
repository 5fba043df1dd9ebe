"""A room the draft uses goes out: its sessions go elsewhere in the same step, and all of it can be undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html

from app.conferences.models import Conference, Room
from app.conferences.queries import rooms_of
from app.database import db
from app.errors import Refusal
from app.programme.models import MeetingPlan, ProgrammeSession
from app.programme.operations import redo_last, undo_last
from app.programme.operations.giving_up import give_up_room
from app.programme.rules import SessionKind
from tests.factories import ACTOR, NOW, keep, make_conference, make_room, make_session

Enter = Callable[[str], FlaskClient]
DESK = "/en/desk/c/xvi-kaluga-2021"


def _scene() -> tuple[Conference, Room, Room]:
    """Two sessions in the great hall, one of them cancelled, and one in the small one."""
    conference = make_conference()
    hall, small = make_room(conference), make_room(conference, "Малый зал")
    make_session(conference, "A", room=hall)
    make_session(conference, "B", room=hall, cancelled=True, kind=SessionKind.RECEPTION)
    make_session(conference, "C", room=small)
    return conference, hall, small


def _where() -> dict[str, tuple[str, bool]]:
    """By sign: the room, and whether a house is named beside it."""
    db.session.expire_all()
    rows = db.session.query(ProgrammeSession).order_by(ProgrammeSession.code)
    return {row.code: (row.room.name if row.room else "", row.venue_id is not None) for row in rows}


def _rooms(conference: Conference) -> list[str]:
    return [room.name for room in rooms_of(conference)]


BEFORE = {"A": ("Большой зал", False), "B": ("Большой зал", False), "C": ("Малый зал", False)}


@pytest.mark.parametrize("elsewhere", [True, False])
def test_sessions_move_and_come_back_when_their_room_goes_out(app: Any, elsewhere: bool) -> None:
    conference, hall, small = _scene()
    keep(MeetingPlan(conference_id=conference.id, room_id=hall.id, tables=["1"], updated_at=NOW))
    after = ("Малый зал", False) if elsewhere else ("", True)
    assert give_up_room(room=hall, to=small if elsewhere else None, actor=ACTOR, at=NOW) == 2
    plan = db.session.get_one(MeetingPlan, conference.id)
    gone = ({"A": after, "B": after, "C": BEFORE["C"]}, ["Малый зал"], small.id if elsewhere else None)
    assert (_where(), _rooms(conference), plan.room_id) == gone
    undo_last(conference=conference, actor=ACTOR, at=NOW)
    assert (_where(), sorted(_rooms(conference))) == (BEFORE, ["Большой зал", "Малый зал"])
    assert db.session.get_one(MeetingPlan, conference.id).room.name == "Большой зал"
    redo_last(conference=conference, actor=ACTOR, at=NOW)
    assert (_where(), _rooms(conference)) == gone[:2]


def test_undoing_is_refused_when_another_room_has_the_name_now(app: Any) -> None:
    conference, hall, small = _scene()
    give_up_room(room=hall, to=small, actor=ACTOR, at=NOW)
    make_room(conference, "Большой зал")
    with pytest.raises(Refusal, match="cannot come back"):
        undo_last(conference=conference, actor=ACTOR, at=NOW)
    assert {name for name, _house in _where().values()} == {"Малый зал"}


def test_giving_up_is_refused_when_the_other_room_is_none_of_the_conference(app: Any) -> None:
    conference, hall, _small = _scene()
    other = make_conference("xv-aachen-2019", edition=15, host=conference.host)
    for target in (hall, make_room(other)):
        with pytest.raises(Refusal) as refused:
            give_up_room(room=hall, to=target, actor=ACTOR, at=NOW)
        assert refused.value.field == "to"
    assert _where() == BEFORE


def test_desk_is_asked_where_sessions_go_when_it_removes_a_room_in_use(staff: Enter) -> None:
    conference, hall, small = _scene()
    client, page_of = staff("organiser"), f"{DESK}/programme/rooms/{hall.id}/remove"
    answer = client.post(f"{DESK}/rooms/{hall.id}/remove")
    assert (answer.status_code, answer.headers["Location"]) == (303, page_of)
    page = html.fromstring(client.get(page_of).text)
    assert [option.get("value") for option in page.xpath("//select[@id='to']//option")] == ["none", str(small.id)]
    assert [link.text.partition(" ")[0] for link in page.xpath("//main//ul[@class='plain-list']//a")] == ["A", "B"]
    assert client.post(page_of, data={"to": "999"}).status_code == 422
    assert client.post(page_of, data={"to": str(small.id)}).headers["Location"] == f"{DESK}/venues"
    assert "2 sessions were moved" in client.get(f"{DESK}/venues").text
    assert _rooms(conference) == ["Малый зал"]


def test_desk_may_not_give_up_a_room_when_it_may_not_edit_the_conference(staff: Enter) -> None:
    _conference, hall, _small = _scene()
    assert staff("secretariat").post(f"{DESK}/programme/rooms/{hall.id}/remove", data={"to": "none"}).status_code == 403
