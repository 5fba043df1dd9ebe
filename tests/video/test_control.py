"""The control page: who should be where, who is, and deeds that join links obey at the next click."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.clock import now
from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.delegations.models import Delegate
from app.errors import Refusal
from app.programme.models import ProgrammeSession, SessionPerson
from app.programme.operations import choose_sessions
from app.programme.rules import PersonRole, SessionKind
from app.video.models import LobbyNotice, MeetingRoom, RoomDoor, RoomVisit
from app.video.operations import open_rooms
from app.video.operations.doors import close_door, lead_back, move_everybody, open_door
from app.video.operations.notices import broadcast, withdraw_notice
from app.video.operations.visits import enter_room
from app.video.queries.control import board_of
from app.video.rules.doors import closed_by_hand, is_open, opened_by_hand
from app.video.rules.joining import Phase
from app.video.rules.visitors import VisitorRole
from app.video.rules.visits import LeftBy
from tests.factories import ACTOR, NOW, make_conference, make_delegate, make_session
from tests.video.scene import sign_up

HOUR = timedelta(hours=1)


def conference_by_video(**given: Any) -> Conference:
    return make_conference(format=ConferenceFormat.VIDEO, **given)


def session(
    conference: Conference, code: str = "K07", *, begins: timedelta = -HOUR / 6, **given: Any
) -> ProgrammeSession:
    starts = now() + begins
    item = make_session(conference, code, **({"starts_at": starts, "ends_at": starts + 2 * HOUR} | given))
    open_rooms(sessions=[item], at=NOW)
    return item


def person(conference: Conference, name: str = "Орлова", **given: Any) -> Delegate:
    return make_delegate(conference, attendance=Attendance.VIDEO, last=name, phone="+7 900 000-00-00", **given)


def give_part(item: ProgrammeSession, delegate: Delegate | None, role: PersonRole, name: str = "Анна Орлова") -> None:
    with transaction() as unit:
        unit.add(
            SessionPerson(session_id=item.id, name=name, role=role, delegate_id=delegate.id if delegate else None)
        )  # fmt: skip


def come(delegate: Delegate, item: ProgrammeSession) -> None:
    enter_room(delegate=delegate, session_id=item.id, role=VisitorRole.DELEGATE, at=now())


class DoorIs:
    """A door as somebody left it."""

    def __init__(self, opened_at: datetime | None = None, closed_at: datetime | None = None) -> None:
        self.opened_at, self.closed_at = opened_at, closed_at


@pytest.mark.parametrize(
    ("opened", "closed", "minutes", "expected"),
    [
        (None, None, -31, False), (None, None, -30, True), (None, None, 119, True), (None, None, 120, False),
        (-120, None, -121, False), (-120, None, -120, True), (-120, None, 119, True), (-120, None, 120, False),
        (None, 10, 9, True), (None, 10, 10, False), (20, 10, 20, True), (10, 20, 20, False), (10, 10, 10, False),
        (130, None, 129, False), (130, None, 130, True), (130, None, 369, True), (130, None, 370, False),
        (130, 140, 141, False),
    ],
)  # fmt: skip
def test_is_open_follows_the_hours_unless_somebody_opened_or_closed_the_door(
    opened: int | None, closed: int | None, minutes: int, expected: bool
) -> None:
    def moment(value: int | None) -> datetime | None:
        return None if value is None else NOW + timedelta(minutes=value)

    door = DoorIs(moment(opened), moment(closed))
    at = NOW + timedelta(minutes=minutes)
    assert is_open(NOW, NOW + 2 * HOUR, door, at) is expected
    assert not (closed_by_hand(door, at) and opened_by_hand(door, NOW + 2 * HOUR, at))


def test_board_tells_who_is_there_who_is_missing_and_who_is_elsewhere(app: Flask) -> None:
    conference = conference_by_video()
    item, other = session(conference), session(conference, "K08")
    chair, speaker, away, guest = (person(conference, name) for name in ("Орлова", "Белов", "Зимин", "Гость"))
    for one, role in ((chair, PersonRole.CHAIR), (chair, PersonRole.SPEAKER), (speaker, PersonRole.SPEAKER),
                      (away, PersonRole.INTERPRETER)):  # fmt: skip
        give_part(item, one, role, name=one.last)
    give_part(item, None, PersonRole.SPEAKER, name="Gast ohne Link")
    come(chair, item)
    come(guest, item)
    come(away, other)
    room = next(one for one in board_of(conference, now()).present if one.session.code == "K07")
    told = [
        (one.name, one.roles, one.is_there, one.elsewhere.code if one.elsewhere else "") for one in room.parts
    ]  # fmt: skip
    assert told == [
        ("Орлова", (PersonRole.CHAIR, PersonRole.SPEAKER), True, ""),
        ("Белов", (PersonRole.SPEAKER,), False, ""),
        ("Зимин", (PersonRole.INTERPRETER,), False, "K08"),
        ("Gast ohne Link", (PersonRole.SPEAKER,), False, ""),
    ]
    assert [one.delegate for one in room.others] == [guest]
    assert (room.inside, len(room.missing)) == (2, 3)


def test_board_misses_nobody_who_sits_in_the_hall(app: Flask) -> None:
    conference = conference_by_video()
    with transaction():
        conference.format = ConferenceFormat.HYBRID
    item = session(conference)
    on_site = make_delegate(conference, attendance=Attendance.ON_SITE)
    by_video = person(conference, "Белов")
    give_part(item, on_site, PersonRole.CHAIR, name="Орлова")
    give_part(item, by_video, PersonRole.SPEAKER, name="Белов")
    room = board_of(conference, now()).present[0]
    assert [(one.name, one.in_hall) for one in room.parts] == [("Орлова", True), ("Белов", False)]
    assert [one.name for one in room.missing] == ["Белов"]


def test_board_expects_those_who_signed_up(app: Flask) -> None:
    conference = conference_by_video()
    item = session(conference, sign_up=True, places=5, begins=HOUR)
    comes = person(conference)
    choose_sessions(delegate=comes, before=[], chosen=[item.id], actor=ACTOR, at=NOW)
    room = board_of(conference, now()).following[0]
    assert [one.delegate for one in room.expected] == [comes]
    come(comes, item)
    room = board_of(conference, now()).following[0]
    assert (room.inside, room.absent, room.others) == (1, [], [])


def test_board_expects_the_working_group_where_it_meets(app: Flask, staff: Any) -> None:
    conference = conference_by_video()
    item = session(conference, kind=SessionKind.WORKING_GROUP, title_ru="Рабочая группа 2", title_de="Arbeitsgruppe 2")
    chair, comes, away = (person(conference, name, working_group="2") for name in ("Орлова", "Белов", "Зимин"))
    person(conference, "Гость", working_group="1")
    give_part(item, chair, PersonRole.CHAIR, name="Орлова")
    come(chair, item)
    come(comes, item)
    room = board_of(conference, now()).present[0]
    assert [one.delegate for one in room.expected] == [comes, away]
    assert (room.expected_there, room.expected_people, room.absent) == (2, 3, [room.expected[1]])
    page = staff("organiser").get(f"/de/desk/c/{conference.slug}/video/control").text
    assert "2 von 3 Erwarteten sind da" in page


def test_board_expects_those_on_site_too_where_a_session_moved_to_video_and_by_precedence(app: Flask) -> None:
    conference = conference_by_video()
    with transaction():
        conference.format, conference.precedence_ties = ConferenceFormat.HYBRID, "alphabet"
    moved = session(conference, sign_up=True, places=9, format=ConferenceFormat.VIDEO)
    both = session(conference, "K08", sign_up=True, places=9)
    near, far = make_delegate(conference, last="Авдеев"), person(conference, "Белов", in_office_since=NOW.date())
    first = make_delegate(conference, last="Яшин", precedence=1)
    for item in (moved, both):
        for one in (near, far, first):
            sign_up(item, one)
    rooms = {room.session.code: [one.delegate for one in room.expected] for room in board_of(conference, now()).present}
    assert rooms == {moved.code: [first, near, far], "K08": [far]}


def test_board_expects_nobody_in_their_group_who_chose_another_beside_it(app: Flask) -> None:
    conference = conference_by_video()
    group, other = (
        session(conference, f"K{number}", kind=SessionKind.WORKING_GROUP, title_ru=f"Рабочая группа {number}")
        for number in (2, 3)
    )
    stays, goes = (person(conference, name, working_group="2") for name in ("Белов", "Зимин"))
    sign_up(other, goes)
    rooms = {room.session.code: [one.delegate for one in room.expected] for room in board_of(conference, now()).present}
    assert rooms == {group.code: [stays], other.code: [goes]}


def test_board_sorts_rooms_by_what_is_on_and_what_comes_next(app: Flask) -> None:
    conference = conference_by_video()
    session(conference, "OVER", begins=-5 * HOUR)
    session(conference, "JUST", begins=-2 * HOUR - timedelta(minutes=10))
    session(conference, "NOW")
    session(conference, "SOON", begins=timedelta(minutes=20))
    session(conference, "NEXT", begins=3 * HOUR)
    session(conference, "LATER", begins=5 * HOUR)
    session(conference, "OFF", cancelled=True)
    board = board_of(conference, now())
    assert [one.session.code for one in board.present] == ["JUST", "NOW", "SOON"]
    assert [one.session.code for one in board.following] == ["NEXT"]
    assert [one.code for one in board.later] == ["LATER"]
    assert board_of(conference, now(), code="LATER").chosen is not None
    assert {one.code for one in board.sessions} == {"OVER", "JUST", "NOW", "SOON", "NEXT", "LATER"}


def test_board_asks_the_same_number_of_questions_whatever_the_size(app: Flask) -> None:
    conference = conference_by_video()
    counts = []
    for size in (1, 12):
        for number in range(size):
            item = session(conference, f"S{size}-{number}")
            one = person(conference)
            give_part(item, one, PersonRole.SPEAKER)
            come(one, item)
        board_of(conference, now())
        asked: list[str] = []

        def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any, asked: list[str] = asked) -> None:
            asked.append(statement)

        event.listen(db.engine, "before_cursor_execute", hear)
        db.session.expire_all()
        board_of(conference, now())
        event.remove(db.engine, "before_cursor_execute", hear)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 10


def test_open_door_lets_people_in_early_and_makes_the_room_when_there_is_none(app: Flask, visitor: Any) -> None:
    conference = conference_by_video()
    item = make_session(conference, starts_at=now() + 5 * HOUR, ends_at=now() + 6 * HOUR)
    token = person(conference).join_token
    assert visitor.get(f"/join/{token}").status_code == 200
    open_door(session=item, actor=ACTOR, at=now())
    room = db.session.query(MeetingRoom).filter_by(session_id=item.id).one()
    answer = visitor.get(f"/join/{token}?session={item.code}")
    assert (answer.status_code, answer.location.split("?")[0]) == (302, room.url)


def test_close_door_lets_nobody_in_until_it_is_opened_again(app: Flask, visitor: Any) -> None:
    conference = conference_by_video()
    item = session(conference)
    token = person(conference).join_token
    assert visitor.get(f"/join/{token}").status_code == 302
    close_door(session=item, actor=ACTOR, at=now())
    assert visitor.get(f"/join/{token}").status_code == 200
    assert board_of(conference, now()).present[0].phase is Phase.SHUT
    open_door(session=item, actor=ACTOR, at=now())
    assert visitor.get(f"/join/{token}").status_code == 302


def test_open_door_refuses_when_the_session_is_not_by_video(app: Flask) -> None:
    conference = make_conference()
    with pytest.raises(Refusal):
        open_door(session=make_session(conference), actor=ACTOR, at=NOW)
    with transaction():
        conference.format = ConferenceFormat.VIDEO
    with pytest.raises(Refusal):
        open_door(session=make_session(conference, "K08", cancelled=True), actor=ACTOR, at=NOW)
    assert db.session.query(RoomDoor).count() == 0


def test_move_everybody_leads_links_into_the_other_room_and_tells_the_lobby(app: Flask, visitor: Any) -> None:
    conference = conference_by_video()
    item = session(conference)
    to = session(conference, "K08", title_de="Saal 2", begins=3 * HOUR)
    url = db.session.query(MeetingRoom).filter_by(session_id=to.id).one().url
    delegate = person(conference, language="de")
    move_everybody(session=item, to=to, actor=ACTOR, at=now())
    assert visitor.get(f"/join/{delegate.join_token}").location.split("?")[0] == url
    said = db.session.query(LobbyNotice).one()
    assert (said.session_id, said.until, said.withdrawn_at) == (item.id, item.ends_at, None)
    assert said.text_de == (
        "„Eröffnung der Konferenz“ findet im Raum von „Saal 2“ statt. Bitte treten Sie dort über Ihren Link ein."
    )
    assert said.text_ru.startswith("Заседание «Открытие конференции» проходит")
    room = next(one for one in board_of(conference, now()).present if one.session.code == item.code)
    assert room.leads_to is not None
    assert room.leads_to.code == "K08"
    lead_back(session=item, actor=ACTOR, at=now())
    assert visitor.get(f"/join/{delegate.join_token}").location.split("?")[0] != url
    assert db.session.query(LobbyNotice).one().withdrawn_at is not None


def test_move_everybody_counts_nobody_in_the_old_room_when_no_server_tells_who_is_there(
    app: Flask, visitor: Any
) -> None:
    conference = conference_by_video()
    item, to = session(conference), session(conference, "K08", title_de="Saal 2")
    delegate = person(conference, language="de")
    visitor.get(f"/join/{delegate.join_token}?session={item.code}")
    move_everybody(session=item, to=to, actor=ACTOR, at=now())
    board = board_of(conference, now())
    assert [one.inside for one in board.present] == [0, 0]
    assert board.inside == 0
    visitor.get(f"/join/{delegate.join_token}?session={item.code}")
    assert [(visit.session_id, visit.left_by) for visit in db.session.query(RoomVisit).order_by(RoomVisit.id)] == [
        (item.id, LeftBy.MOVED), (to.id, None),
    ]  # fmt: skip


def test_move_everybody_takes_along_who_was_led_here_before(app: Flask) -> None:
    conference = conference_by_video()
    first, second, third = (session(conference, code) for code in ("A", "B", "C"))
    move_everybody(session=first, to=second, actor=ACTOR, at=now())
    move_everybody(session=second, to=third, actor=ACTOR, at=now())
    led = {door.session_id: door.leads_to_id for door in db.session.query(RoomDoor)}
    assert led == {first.id: third.id, second.id: third.id}
    standing = db.session.query(LobbyNotice).filter(LobbyNotice.withdrawn_at.is_(None))
    assert {notice.session_id for notice in standing} == {first.id, second.id}
    with pytest.raises(Refusal):  # its own links lead away: nobody would ever arrive
        move_everybody(session=third, to=first, actor=ACTOR, at=now())
    with pytest.raises(Refusal):
        move_everybody(session=third, to=third, actor=ACTOR, at=now())


def test_broadcast_stands_in_the_lobby_until_it_is_taken_back(app: Flask, visitor: Any) -> None:
    conference = conference_by_video()
    session(conference, begins=3 * HOUR)
    lobby = f"/join/{person(conference, language='ru').join_token}"
    notice = broadcast(
        conference=conference, session=None, texts={"ru": "Начало через десять минут.", "de": "", "en": "  "},
        urgent=False, until=None, actor=ACTOR, at=now(),
    )  # fmt: skip
    assert "Начало через десять минут." in visitor.get(lobby).text
    withdraw_notice(notice=notice, actor=ACTOR, at=now())
    assert "Начало через десять минут." not in visitor.get(lobby).text


@pytest.mark.parametrize(
    ("texts", "minutes", "field"),
    [({"ru": " "}, 5, "text_ru"), ({"de": "x" * 1001}, 5, "text_de"), ({"en": "Now"}, 0, "until")],
)
def test_broadcast_refuses_when_nothing_too_much_or_too_late_is_said(
    app: Flask, texts: dict[str, str], minutes: int, field: str
) -> None:
    conference = conference_by_video()
    with pytest.raises(Refusal) as refused:
        broadcast(
            conference=conference, session=None, texts=texts, urgent=False, until=NOW + timedelta(minutes=minutes),
            actor=ACTOR, at=NOW,
        )  # fmt: skip
    assert refused.value.field == field
    assert db.session.query(LobbyNotice).count() == 0


def test_control_page_does_the_deeds_by_one_click_when_an_organiser_asks(app: Flask, staff: Any) -> None:
    conference = conference_by_video()
    item, to = session(conference), session(conference, "K08")
    client, page = staff("organiser"), f"/ru/desk/c/{conference.slug}/video/control"
    for deed in ("close", "open", "move", "back"):
        answer = client.post(f"{page}/{item.id}/{deed}", data={f"to_{item.id}": "K08"})
        assert (deed, answer.status_code) == (deed, 303)
    refused = client.post(f"{page}/{item.id}/move", data={f"to_{item.id}": "K07"})
    assert refused.status_code == 422
    assert "Выберите другую комнату." in refused.text
    assert client.post(f"{page}/{item.id}/move").status_code == 422
    assert client.post(f"{page}/0/open").status_code == 404
    answer = client.post(f"{page}/notices", data={"to": to.code, "text_en": "Wait", "minutes": "15"})
    assert answer.status_code == 303
    notice = db.session.query(LobbyNotice).filter_by(text_en="Wait").one()
    assert (notice.session_id, notice.until is not None) == (to.id, True)
    shown = client.get(page).text
    assert "Wait" in shown
    for deed in ("комната K07 закрыта", "участники K07 переведены в комнату K08", "сообщение в фойе заседания K08"):
        assert f"Test organiser: {deed}" in shown, deed
    assert client.post(f"{page}/notices/{notice.id}/withdraw").status_code == 303
    assert client.post(f"{page}/notices", data={"to": "", "minutes": "15"}).status_code == 422
    assert client.post(f"{page}/notices", data={"to": "nowhere", "minutes": "15", "text_ru": "!"}).status_code == 422


def test_control_page_is_closed_to_those_who_may_not_see_rooms(app: Flask, staff: Any) -> None:
    conference = conference_by_video()
    session(conference)
    page = f"/de/desk/c/{conference.slug}/video/control"
    for role in ("secretariat", "desk"):
        assert staff(role).get(page).status_code == 403
        assert staff(role).post(f"{page}/1/open").status_code == 403


def test_control_page_follows_only_when_something_has_changed(app: Flask, staff: Any) -> None:
    conference = conference_by_video()
    item = session(conference)
    speaker = person(conference)
    give_part(item, speaker, PersonRole.SPEAKER)
    client, page = staff("organiser"), f"/de/desk/c/{conference.slug}/video/control/now"
    first = client.get(page)
    sign = first.headers["ETag"].strip('"')
    assert "+7 900 000-00-00" in first.text
    assert client.get(f"{page}?seen={sign}").status_code == 204
    assert client.get(page, headers={"If-None-Match": f'"{sign}"'}).status_code == 304
    come(speaker, item)
    changed = client.get(f"{page}?seen={sign}")
    assert changed.status_code == 200
    assert "+7 900 000-00-00" not in changed.text
    assert "im Raum seit" in changed.text


def test_control_page_names_no_raw_address(app: Flask, staff: Any) -> None:
    conference = conference_by_video()
    item = session(conference, kind=SessionKind.BILATERAL)
    url = db.session.query(MeetingRoom).filter_by(session_id=item.id).one().url
    page = staff("organiser").get(f"/de/desk/c/{conference.slug}/video/control")
    assert page.status_code == 200
    assert url not in page.text
