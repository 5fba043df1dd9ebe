"""Who came into which room and left it; and replacing a link that others have seen."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from app.blueprints import commands
from app.clock import now
from app.command_line import GROUPS
from app.database import db, transaction
from app.delegations.operations.doubles import merge_doubles
from app.erasure.operations import erase_delegate
from app.history.models import HistoryEntry
from app.mailroom.models import OutgoingMail
from app.programme.models import SessionPerson
from app.programme.rules import PersonRole
from app.video.jobs import follow_who_is_there
from app.video.models import EquipmentTest, MeetingRoom, RoomVisit
from app.video.operations.accounts import AccountDetails, settle_account
from app.video.operations.following import ON_THE_WAY, follow_rooms
from app.video.operations.visits import end_visits, enter_room, leave_room, note_equipment, see_visitor
from app.video.providers.patience import forget_servers
from app.video.queries.visits import Present, attendance_of, took_part, visits_of, who_is_in
from app.video.rules.rooms import Provider
from app.video.rules.visitors import VisitorRole, guest_id
from app.video.rules.visits import LeftBy
from config import VideoServer
from tests.factories import ACTOR, NOW, make_delegate
from tests.video.bbb_server import SECRET, speaking_server
from tests.video.scene import address, by_video, hybrid, session_at

AT = NOW + timedelta(days=80)


def enter(delegate: Any, item: Any, at: datetime = AT) -> RoomVisit:
    return enter_room(delegate=delegate, session_id=item.id, role=VisitorRole.DELEGATE, at=at)


def told(delegate: Any) -> list[tuple[Any, ...]]:
    """What is known of somebody's visits: minutes after ``AT`` of coming and leaving, and how the leaving is known."""
    return [
        (
            visit.session.code if visit.session else None,
            (visit.joined_at - AT).total_seconds() / 60,
            (visit.left_at - AT).total_seconds() / 60 if visit.left_at else None,
            visit.left_by,
        )
        for visit in visits_of(delegate)
    ]


def test_enter_room_keeps_one_visit_when_the_person_clicks_again(app: Flask) -> None:
    conference = hybrid()
    one, two = session_at(conference, "K07", -5), session_at(conference, "K08", -5)
    delegate = by_video(conference)
    for minute, item in ((0, one), (5, one), (9, two), (20, one)):
        enter(delegate, item, AT + timedelta(minutes=minute))
    assert told(delegate) == [
        ("K07", 0, 9, LeftBy.MOVED), ("K08", 9, 20, LeftBy.MOVED), ("K07", 20, None, None),
    ]  # fmt: skip


def test_end_visits_takes_the_end_of_the_session_or_the_last_sign_when_it_is_over(app: Flask) -> None:
    conference = hybrid()
    item = session_at(conference, "K07", 0, starts_at=AT, ends_at=AT + timedelta(hours=1))
    stayed, silent, left = (by_video(conference) for _ in range(3))
    for delegate in (stayed, silent, left):
        enter(delegate, item)
    see_visitor(delegate=stayed, at=AT + timedelta(minutes=58))
    see_visitor(delegate=silent, at=AT + timedelta(minutes=20))
    leave_room(delegate=left, at=AT + timedelta(minutes=30))
    assert end_visits(at=AT + timedelta(minutes=59)) == 0
    assert [end_visits(at=AT + timedelta(minutes=75)) for _ in range(2)] == [2, 0]
    assert [told(one)[0][2:] for one in (stayed, silent, left)] == [
        (60, LeftBy.END), (20, LeftBy.SIGN), (30, LeftBy.PERSON),
    ]  # fmt: skip


def test_took_part_knows_everybody_who_came_when_the_session_is_gone(app: Flask) -> None:
    conference = hybrid()
    item = session_at(conference, "K07", -5)
    came, tried, through = (by_video(conference) for _ in range(3))
    day = AT + timedelta(days=4)  # of the conference, wherever it is held
    enter(came, item, day)
    enter(tried, item)  # on the eve of the eve, to try the camera out
    leave_room(delegate=tried, at=AT)
    enter(through, item, AT)
    leave_room(delegate=through, at=day)
    with transaction() as unit:
        unit.delete(db.session.query(MeetingRoom).one())
        unit.delete(item)
    assert took_part(conference) == {came.id, through.id}
    assert end_visits(at=day + timedelta(minutes=9)) == 1
    assert told(came) == [(None, 4 * 24 * 60, 4 * 24 * 60 + 9, LeftBy.END)]


def test_attendance_counts_people_once_when_they_came_twice(app: Flask) -> None:
    conference = hybrid()
    item, other = session_at(conference, "K07", -5), session_at(conference, "K08", -5)
    one, two = by_video(conference), by_video(conference)
    enter(one, item)
    leave_room(delegate=one, at=AT)
    enter(one, item)
    enter(two, item)
    enter(two, other)
    assert attendance_of([item.id, other.id]) == {item.id: Present(1, 2), other.id: Present(1, 1)}
    assert {number: set(people) for number, people in who_is_in([item.id, other.id]).items()} == {
        item.id: {str(one.id)}, other.id: {str(two.id)},
    }  # fmt: skip


def test_visits_go_to_the_other_row_or_away_when_people_are_merged_or_erased(app: Flask) -> None:
    conference = hybrid()
    item = session_at(conference, "K07", -5)
    delegate = by_video(conference)
    enter(delegate, item)
    note_equipment(delegate=delegate, camera=True, microphone=True, at=AT)
    act = erase_delegate(delegate=delegate, actor=ACTOR, at=AT)
    assert act.counts["visits_to_rooms"] == 1
    assert (db.session.query(RoomVisit).count(), db.session.query(EquipmentTest).count()) == (0, 0)


@pytest.fixture
def _inner_network(app: Flask) -> Iterator[None]:
    forget_servers()
    kept = app.config["SETTINGS"]
    app.config["SETTINGS"] = dataclasses.replace(kept, video=VideoServer(inside=True))
    yield
    app.config["SETTINGS"] = kept
    forget_servers()


@pytest.mark.usefixtures("_inner_network")
def test_follow_rooms_believes_the_server_when_it_tells_who_is_there(app: Flask) -> None:
    conference = hybrid()
    with speaking_server() as server:
        details = AccountDetails(provider=Provider.BIGBLUEBUTTON, base=server.base, secret=SECRET)
        settle_account(conference=conference, details=details, version=0, actor=ACTOR, at=NOW)
        item = session_at(conference, "K07", -5)
        key = db.session.query(MeetingRoom).one().key
        server.meetings[key] = {"createTime": "1"}
        gone, late, quiet = (by_video(conference) for _ in range(3))
        speaker = SessionPerson(name="Eva Berg", role=PersonRole.SPEAKER)
        with transaction():
            item.people.append(speaker)
        at = now()
        enter(gone, item, at)
        server.people[key] = [
            (str(quiet.id), "Q", "VIEWER"),
            ("w_unknown", "?", "VIEWER"),
            ("999999", "?", "VIEWER"),
            (guest_id(speaker.id), "S", "VIEWER"),
            (guest_id(999999), "?", "VIEWER"),
        ]
        assert follow_rooms(at=at) == 2  # who clicked just now may still be choosing a microphone
        enter(late, item, at + ON_THE_WAY)
        assert follow_rooms(at=at + ON_THE_WAY + timedelta(seconds=5)) == 1
        server.people[key] = []
        assert follow_rooms(at=at + 3 * ON_THE_WAY) == 3
    known = {one.id: (visits_of(one)[0].via.value, visits_of(one)[0].left_by) for one in (gone, late, quiet)}
    assert known == {
        gone.id: ("link", LeftBy.PROVIDER), late.id: ("link", LeftBy.PROVIDER), quiet.id: ("provider", LeftBy.PROVIDER),
    }  # fmt: skip
    visit = db.session.query(RoomVisit).filter_by(part_id=speaker.id).one()
    assert (visit.name, visit.role, visit.via.value, visit.left_by) == (
        "Eva Berg", VisitorRole.SPEAKER, "provider", LeftBy.PROVIDER,
    )  # fmt: skip
    follow_who_is_there()  # the server is down by now: nothing breaks


def test_replaced_link_opens_nothing_when_the_person_took_a_new_one(app: Flask, visitor: Any) -> None:
    conference = hybrid()
    item = session_at(conference, "K07", -5)
    delegate, double = by_video(conference), by_video(conference, last="Орлова-Мюллер")
    merge_doubles(stays=delegate, goes=double, taken=[], versions=(1, 1), actor=ACTOR, at=NOW)
    old = [delegate.join_token, double.join_token]
    page = f"/ru/delegate/{delegate.token}/join-link"
    assert visitor.get(page).status_code == 200
    assert [visitor.get(f"/join/{token}").location for token in old] == [address(item)] * 2
    assert visitor.post(page, data={"mail": "y"}).location == f"/ru/delegate/{delegate.token}"
    db.session.refresh(delegate)
    assert [visitor.get(f"/join/{token}{end}").status_code for token in old for end in ("", "/lobby")] == [404] * 4
    assert visitor.get(f"/join/{delegate.join_token}").location == address(item)
    mail = db.session.query(OutgoingMail).filter_by(kind="join_link").one()
    assert (mail.to, f"/join/{delegate.join_token}" in mail.text, old[0] in mail.text) == (
        [delegate.email],
        True,
        False,
    )
    entry = db.session.query(HistoryEntry).filter_by(deed="video.replace_join_link").one()
    assert (entry.actor_kind, entry.subject_id, entry.details) == ("delegate", delegate.id, {"told": True})


def test_staff_replace_a_link_when_their_role_allows_it(app: Flask, staff: Any) -> None:
    conference = hybrid()
    delegate = make_delegate(conference, "R00007", email="")
    old = delegate.join_token
    page = f"/de/desk/c/{conference.slug}/video/links/R00007"
    assert staff("desk").post(page).status_code == 403
    assert "keine E-Mail-Adresse" in staff("secretariat").get(page).text
    assert staff("secretariat").post(page, data={"mail": "y"}).status_code == 303
    db.session.refresh(delegate)
    assert (delegate.join_token == old, db.session.query(OutgoingMail).count()) == (False, 0)
    assert "Beitrittslink ersetzt" in staff("secretariat").get(f"/de/desk/c/{conference.slug}/delegates/R00007").text


def _ratusha(app: Flask, *words: str) -> Any:
    commands()
    return CliRunner().invoke(GROUPS[words[0]], list(words[1:]), catch_exceptions=False)


def test_commands_replace_a_link_and_tell_the_attendance(app: Flask) -> None:
    conference = hybrid()
    item = session_at(conference, "K07", -5)
    delegate = by_video(conference, public_id="R00007")
    enter(delegate, item)
    old, slug = delegate.join_token, conference.slug
    words = ("video", "replace-link", "--conference", slug, "--delegate", "R00007", "--json")
    assert json.loads(_ratusha(app, *words, "--dry-run").output) == {"delegate": "R00007", "mailed": False}
    db.session.refresh(delegate)
    assert delegate.join_token == old
    assert json.loads(_ratusha(app, *words, "--mail").output) == {"delegate": "R00007", "mailed": True}
    db.session.refresh(delegate)
    assert delegate.join_token != old
    assert _ratusha(app, *words[:5], "X", "--json").exit_code == 1
    rows = json.loads(_ratusha(app, "video", "attendance", "--conference", slug, "--json").output)
    moment = AT.isoformat(timespec="seconds")
    assert rows == [
        {"session": "K07", "delegate": "R00007", "guest": "", "role": "delegate", "via": "link", "joined_at": moment,
         "left_at": None, "left_by": None},
    ]  # fmt: skip
