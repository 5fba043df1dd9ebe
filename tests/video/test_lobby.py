"""The lobby and the way from it into the right room."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from app.clock import now
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.delegations.models import Delegate
from app.programme.models import SessionPerson
from app.programme.operations import release_programme
from app.programme.rules import Confirmation, PersonRole, SessionKind, SignUpStanding
from app.video.models import EquipmentTest, LobbyNotice, MeetingRoom, RoomDoor, RoomVisit
from app.video.operations import change_room, withdraw_rooms
from app.video.operations.accounts import AccountDetails, settle_account
from app.video.providers.patience import forget_servers
from app.video.queries.scene import scene_of
from app.video.rules.rooms import Provider
from config import VideoServer
from tests.factories import ACTOR, NOW, keep, make_conference, make_delegate, make_municipality, make_room
from tests.measuring import queries_of
from tests.video.bbb_server import SECRET, speaking_server
from tests.video.scene import add_party, address, by_video, give_part, hybrid, session_at, sign_up

ONE_DATABASE = True  # test_join.py asks the same questions on both


def joined(visitor: Any, delegate: Delegate, **query: str) -> Any:
    return visitor.get(f"/join/{delegate.join_token}", query_string=query)


def lobby(visitor: Any, delegate: Delegate, **query: str) -> str:
    answer = visitor.get(f"/join/{delegate.join_token}/lobby", query_string=query)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", str(answer.text))


def poll(visitor: Any, delegate: Delegate, tag: str = "") -> Any:
    headers = {"If-None-Match": f'"{tag}"'} if tag else {}
    return visitor.get(f"/join/{delegate.join_token}/lobby/now", headers=headers)


def test_join_leads_to_ones_own_session_when_the_plenary_runs_beside_it(app: Flask, visitor: Any) -> None:
    conference = hybrid()
    session_at(conference, "K07", -10)
    own = session_at(conference, "K11a", -5, kind=SessionKind.WORKING_GROUP, sign_up=True, places=5)
    delegate = by_video(conference)
    sign_up(own, delegate)
    assert joined(visitor, delegate).location == address(own)


def test_join_leads_to_the_plenary_when_one_only_waits_for_a_place_elsewhere(app: Flask, visitor: Any) -> None:
    conference = hybrid()
    plenary = session_at(conference, "K07", -10)
    group = session_at(conference, "K11a", -5, kind=SessionKind.WORKING_GROUP, sign_up=True, places=1)
    delegate = by_video(conference)
    sign_up(group, delegate, SignUpStanding.WAITING)
    assert joined(visitor, delegate).location == address(plenary)
    assert joined(visitor, delegate, session="K11a").status_code == 200


def test_join_leads_to_ones_own_working_group_when_six_meet_beside_each_other(app: Flask, visitor: Any) -> None:
    conference = hybrid()
    groups = [
        session_at(conference, f"G{one}", -5, kind=SessionKind.WORKING_GROUP, title_ru=f"Рабочая группа {one}: Диалог")
        for one in range(1, 4)
    ]
    delegate = by_video(conference, working_group="3")
    assert joined(visitor, delegate).location == address(groups[2])
    assert joined(visitor, delegate, session="G1").location == address(groups[0])
    sign_up(groups[1], delegate)
    assert joined(visitor, delegate).location == address(groups[1])


def test_lobby_tells_no_format_when_a_session_is_cancelled(app: Flask, visitor: Any) -> None:
    conference = make_conference(format=ConferenceFormat.VIDEO)
    session_at(conference, "K09", 120, kind=SessionKind.RECEPTION, cancelled=True)
    page = lobby(visitor, by_video(conference))
    assert '<p class="small soft">Приём</p>' in page


def test_join_lets_in_only_the_two_sides_when_it_is_a_bilateral_meeting(app: Flask, visitor: Any) -> None:
    conference = hybrid()
    meeting = session_at(conference, "B01", -5, kind=SessionKind.BILATERAL, audience="heads")
    suhl = make_municipality("suhl", country="DE", timezone="Europe/Berlin", name_ru="Зуль")
    add_party(meeting, suhl.id)
    side, other = by_video(conference, municipality_id=suhl.id), by_video(conference, role="head")
    assert joined(visitor, side).location == address(meeting)
    page = joined(visitor, other, session="B01")
    assert (page.status_code, address(meeting) in page.text) == (200, False)
    assert "открыто только для его участников" in page.text


def test_join_tells_of_the_hall_when_the_person_is_on_site(app: Flask, visitor: Any) -> None:
    conference = hybrid()
    item = session_at(conference, "K07", -5, room=make_room(conference))
    guest = make_delegate(conference)
    page = joined(visitor, guest)
    assert page.status_code == 200
    assert "Вы участвуете очно. Ждём Вас здесь: Филармония, Большой зал." in page.text
    assert joined(visitor, guest, session="K07").status_code == 200
    assert db.session.query(RoomVisit).count() == 0
    speaker = make_delegate(conference)
    give_part(item, speaker, PersonRole.SPEAKER)
    assert joined(visitor, speaker).status_code == 200
    assert joined(visitor, speaker, session="K07").location == address(item)


def test_lobby_expects_who_is_on_site_in_one_hall_when_groups_meet_beside_each_other(app: Flask, visitor: Any) -> None:
    conference = hybrid()
    hall = make_room(conference)
    for one in range(1, 4):
        session_at(conference, f"G{one}", -5, kind=SessionKind.WORKING_GROUP, room=hall,
                   title_ru=f"Рабочая группа {one}: Диалог")  # fmt: skip
    own, any_ = (lobby(visitor, make_delegate(conference, working_group=group)) for group in ("3", ""))
    assert [(page.count("Ждём Вас здесь"), page.count("В это же время очно")) for page in (own, any_)] == [
        (1, 1), (0, 1),
    ]  # fmt: skip
    expected, beside = own.split("В это же время очно")[0], own.split("В это же время очно")[1].split("</section>")[0]
    assert ("группа 3" in expected, "группа 1" in expected) == (True, False)
    assert re.findall(r"группа \d", beside) == ["группа 1", "группа 2"]


def test_join_lets_everybody_in_when_the_session_is_by_video_alone(app: Flask, visitor: Any) -> None:
    item = session_at(hybrid(), "K07", -5, format=ConferenceFormat.VIDEO)
    assert joined(visitor, make_delegate(item.conference)).location == address(item)


@pytest.mark.parametrize(
    ("begins", "change", "words"),
    [
        (40, {}, "Комната ещё не открыта"),
        (-90, {}, "Это заседание завершено."),
        (-10, {"cancelled": True}, "Это заседание не состоится."),
    ],
)
def test_join_says_why_when_the_session_asked_for_is_not_open(
    app: Flask, visitor: Any, begins: float, change: dict[str, Any], words: str
) -> None:
    item = session_at(hybrid(), "K07", begins, **change)
    page = joined(visitor, by_video(item.conference), session="K07")
    assert (page.status_code, words in page.text, address(item) in page.text) == (200, True, False)


def test_join_names_the_next_session_when_the_last_is_over(app: Flask, visitor: Any) -> None:
    conference = hybrid()
    session_at(conference, "K07", -90)
    session_at(conference, "K08", 90)
    page = joined(visitor, by_video(conference)).text
    assert "Следующее видеозаседание" in page
    assert re.search(r'class="lobby-room__title" lang="ru">Заседание K08<', page)
    assert "data-countdown" in page


def test_join_counts_nobody_when_a_browser_or_a_filter_looks_ahead(app: Flask, visitor: Any) -> None:
    item = session_at(hybrid(), "K07", -5)
    delegate = by_video(item.conference)
    path = f"/join/{delegate.join_token}"
    ahead = [visitor.head(path), visitor.get(path, headers={"Sec-Purpose": "prefetch"})]
    assert [answer.status_code for answer in ahead] == [200, 200]
    assert db.session.query(RoomVisit).count() == 0


@pytest.mark.parametrize(
    ("begins", "given", "status"),
    [(-5, {}, 302), (90, {}, 200), (-5, {"confirmation": Confirmation.DECLINED}, 404), (-5, {"delegate": True}, 404)],
)
def test_join_lets_in_an_interpreter_who_is_no_delegate_by_their_own_link(
    app: Flask, visitor: Any, begins: float, given: dict[str, Any], status: int
) -> None:
    item = session_at(hybrid(), "K07", begins)
    values = dict(given)
    if values.pop("delegate", False):
        values["delegate_id"] = by_video(item.conference).id
    part = SessionPerson(name="Ольга Лаптева", role=PersonRole.INTERPRETER, token="t" * 32, language="de", **values)
    with transaction():
        item.people.append(part)
    answer = visitor.get(f"/join/{part.token}")
    assert answer.status_code == status
    if status == 302:
        assert (answer.location, answer.text) == (address(item), "")
    if status == 200:
        assert "Der Raum öffnet in 60 Minuten, eine halbe Stunde vor der Sitzung." in answer.text
        assert f'href="/join/{part.token}"' in visitor.get(f"/de/session/{part.token}").text
    assert address(item) not in answer.text


def test_join_leads_elsewhere_when_everybody_was_moved(app: Flask, visitor: Any) -> None:
    conference = hybrid()
    item, other = session_at(conference, "K07", -5), session_at(conference, "K08", 300)
    keep(RoomDoor(session_id=item.id, leads_to_id=other.id, changed_at=NOW))
    delegate = by_video(conference)
    assert joined(visitor, delegate).location == address(other)
    assert "проходит в комнате заседания «Заседание K08»" in lobby(visitor, delegate)
    assert db.session.query(RoomVisit).one().session_id == other.id


def test_join_leads_to_the_language_chosen_when_each_has_an_address(app: Flask, visitor: Any) -> None:
    item = session_at(hybrid(), "K07", -5)
    german = "https://meet.example/de"
    change_room(room=db.session.query(MeetingRoom).one(), url="https://meet.example/floor", channels={"de": german},
                actor=ACTOR, at=NOW)  # fmt: skip
    delegate = by_video(item.conference)
    page = lobby(visitor, delegate)
    assert re.findall(r"channel=(\w+)", page) == ["floor", "de"]
    assert "Войти в комнату: немецкий" in page
    led = [joined(visitor, delegate, session="K07", channel=code).location for code in ("de", "floor", "fr")]
    assert led == [german, "https://meet.example/floor", "https://meet.example/floor"]


def test_lobby_shows_both_clocks_when_the_person_lives_elsewhere(app: Flask, visitor: Any) -> None:
    suhl = make_municipality("suhl", country="DE", timezone="Europe/Berlin")
    conference = hybrid(timezone="Europe/Moscow")
    item = session_at(conference, "K07", 90)
    page = lobby(visitor, by_video(conference, municipality_id=suhl.id), language="de")
    for zone, place in (("Europe/Moscow", "Kaluga"), ("Europe/Berlin", "Berlin")):
        assert f"{item.starts_at.astimezone(ZoneInfo(zone)):%H:%M}–" in page
        assert f'<span class="soft">({place})</span>' in page


def test_lobby_shows_another_clock_when_one_was_chosen_on_the_device(app: Flask, visitor: Any) -> None:
    item = session_at(hybrid(), "K07", 90)
    delegate = by_video(item.conference)
    answer = visitor.get(f"/join/{delegate.join_token}/lobby?zone=Asia/Vladivostok")
    assert (answer.status_code, answer.location) == (303, f"/join/{delegate.join_token}/lobby?language=ru")
    assert "(Владивосток)" in lobby(visitor, delegate)


def test_lobby_keeps_sessions_of_the_draft_to_itself_when_a_programme_was_released(app: Flask, visitor: Any) -> None:
    conference = hybrid()
    session_at(conference, "K07", 60)
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    late = session_at(conference, "K08", 90)
    delegate = by_video(conference)
    page = lobby(visitor, delegate)
    assert ("Заседание K07" in page, "Заседание K08" in page) == (True, False)
    with transaction():
        late.starts_at = now() + timedelta(minutes=20)
    assert "Заседание K08" in lobby(visitor, delegate)


def test_camera_is_open_to_the_lobby_alone(app: Flask, visitor: Any) -> None:
    delegate = by_video(hybrid())
    seen = {
        path: visitor.get(path).headers["Permissions-Policy"]
        for path in (f"/join/{delegate.join_token}/lobby", f"/ru/delegate/{delegate.token}")
    }
    assert list(seen.values()) == [
        "camera=(self), microphone=(self), geolocation=()", "camera=(), microphone=(), geolocation=()",
    ]  # fmt: skip


def test_lobby_is_told_nothing_new_for_two_queries_when_nothing_has_changed(app: Flask, visitor: Any) -> None:
    conference = hybrid()
    for number in range(12):
        session_at(conference, f"K{number:02}", 60 * number - 30)
    delegate = by_video(conference)
    first = poll(visitor, delegate)
    tag = first.headers["ETag"].strip('"')
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-store")
    assert f'data-tag="{tag}"' in lobby(visitor, delegate)

    path, asked = f"/join/{delegate.join_token}/lobby/now", {"If-None-Match": f'"{tag}"'}

    def again() -> Any:
        answer = visitor.get(path, headers=asked)
        assert (answer.status_code, answer.data) == (304, b"")
        answer.status_code = 200
        return answer

    assert queries_of(again) == 2


def test_scene_may_be_a_moment_old_for_a_look_but_not_for_who_enters(app: Flask) -> None:
    item = session_at(hybrid(), "K07", -5)
    before = scene_of(item.conference, for_a_look=True)
    with transaction():
        item.cancelled = True
    assert scene_of(item.conference, for_a_look=True) is before
    assert [one.cancelled for one in scene_of(item.conference).sessions] == [True]


def _say(item: Any, **given: Any) -> None:
    keep(LobbyNotice(conference_id=item.conference_id, text_ru="Начало позже", **({"sent_at": NOW} | given)))


def _close(item: Any) -> None:
    keep(RoomDoor(session_id=item.id, closed_at=NOW, changed_at=NOW))


def _cancel(item: Any) -> None:
    with transaction():
        item.cancelled = True


def _move(item: Any) -> None:
    with transaction():
        item.starts_at += timedelta(hours=2)
        item.ends_at += timedelta(hours=2)


def _withdraw(item: Any) -> None:
    withdraw_rooms(sessions=[item], at=NOW)


@pytest.mark.parametrize(
    ("deed", "words"),
    [(_say, "Начало позже"), (_close, "Организаторы временно закрыли"), (_cancel, "Конференция"), (_move, "откроется"),
     (_withdraw, "готовится")],
)  # fmt: skip
def test_lobby_follows_when_the_organisers_change_something(app: Flask, visitor: Any, deed: Any, words: str) -> None:
    item = session_at(hybrid(), "K07", -5)
    delegate = by_video(item.conference)
    tag = poll(visitor, delegate).headers["ETag"].strip('"')
    assert poll(visitor, delegate, tag).status_code == 304
    deed(item)
    after = poll(visitor, delegate, tag)
    assert (after.status_code, after.headers["ETag"].strip('"') == tag) == (200, False)
    assert words in after.text or deed is _cancel


def test_lobby_shows_a_notice_to_those_of_the_room_while_it_holds(app: Flask, visitor: Any) -> None:
    conference = hybrid()
    item = session_at(conference, "K07", -5, audience="press")
    _say(item, session_id=item.id)
    _say(item, text_de="Vorbei", until=now() - timedelta(minutes=1))
    _say(item, text_en="Withdrawn", withdrawn_at=NOW)
    reporter, member = by_video(conference, role="press"), by_video(conference)
    assert lobby(visitor, reporter).count("Сообщение организаторов") == 1
    assert lobby(visitor, member).count("Сообщение организаторов") == 0


def test_visitor_says_they_left_when_they_press_the_button(app: Flask, visitor: Any) -> None:
    item = session_at(hybrid(), "K07", -5)
    delegate = by_video(item.conference)
    joined(visitor, delegate)
    assert "Вы вошли в комнату заседания «Заседание K07»." in lobby(visitor, delegate)
    path = f"/join/{delegate.join_token}"
    assert visitor.post(f"{path}/here").status_code == 204
    assert visitor.post(f"{path}/leave", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert visitor.post(f"{path}/leave").status_code == 303
    visit = db.session.query(RoomVisit).one()
    assert (visit.seen_at is not None, visit.left_by and visit.left_by.value) == (True, "person")


def test_back_leads_to_the_own_lobby_when_a_server_sends_people_home(app: Flask, visitor: Any) -> None:
    item = session_at(hybrid(), "K07", -5)
    delegate = by_video(item.conference)
    assert visitor.get("/join/back").location == "/"
    joined(visitor, delegate)
    assert visitor.get("/join/back").location == f"/join/{delegate.join_token}/lobby"
    assert db.session.query(RoomVisit).one().left_at is not None


def test_equipment_is_noted_for_the_technician_when_a_test_ends(app: Flask, visitor: Any) -> None:
    delegate = by_video(hybrid())
    for microphone in ("0", "1"):
        data = {"camera": "1", "microphone": microphone}
        assert visitor.post(f"/join/{delegate.join_token}/equipment", data=data).status_code == 204
    row = db.session.query(EquipmentTest).one()
    assert (row.delegate_id, row.camera, row.microphone) == (delegate.id, True, True)


@pytest.mark.parametrize("path", ["", "/lobby", "/lobby/now"])
def test_lobby_answers_404_when_the_token_is_forged(app: Flask, visitor: Any, path: str) -> None:
    assert visitor.get(f"/join/forged{path}").status_code == 404


@pytest.fixture
def inner_network(app: Flask) -> Iterator[None]:
    """Meeting servers may stand on this machine."""
    forget_servers()
    kept = app.config["SETTINGS"]
    app.config["SETTINGS"] = dataclasses.replace(kept, video=VideoServer(inside=True))
    yield
    app.config["SETTINGS"] = kept
    forget_servers()


@pytest.mark.usefixtures("inner_network")
def test_join_tells_the_server_who_enters_as_what(app: Flask, visitor: Any) -> None:
    conference = hybrid()
    with speaking_server() as server:
        details = AccountDetails(provider=Provider.BIGBLUEBUTTON, base=server.base, secret=SECRET)
        settle_account(conference=conference, details=details, version=0, actor=ACTOR, at=NOW)
        item = session_at(conference, "K07", -5)
        people = [by_video(conference, role=role) for role in ("member", "press", "member")]
        give_part(item, people[2], PersonRole.CHAIR)
        given = [parse_qs(urlsplit(joined(visitor, one).location).query) for one in people]
    told = [(one["role"], one["userID"], "userdata-bbb_force_listen_only" in one) for one in given]
    assert told == [
        (["VIEWER"], [str(people[0].id)], False), (["VIEWER"], [str(people[1].id)], True),
        (["MODERATOR"], [str(people[2].id)], False),
    ]  # fmt: skip
    assert given[0]["fullName"] == ["Орлова Анна Павловна"]


@pytest.mark.usefixtures("inner_network")
def test_join_shows_the_lobby_when_the_server_is_down(app: Flask, visitor: Any) -> None:
    conference = hybrid()
    details = AccountDetails(
        provider=Provider.BIGBLUEBUTTON, base="http://127.0.0.1:1/bigbluebutton/api", secret=SECRET
    )  # fmt: skip
    settle_account(conference=conference, details=details, version=0, actor=ACTOR, at=NOW)
    session_at(conference, "K07", -5)
    page = joined(visitor, by_video(conference))
    assert (page.status_code, "Войти в комнату сейчас не удаётся." in page.text) == (200, True)
    assert "127.0.0.1" not in page.text
    assert db.session.query(RoomVisit).count() == 0


def test_attendance_by_video_has_a_lobby_on_the_own_page(app: Flask, visitor: Any) -> None:
    delegate = by_video(hybrid(), attendance=Attendance.VIDEO)
    page = visitor.get(f"/ru/delegate/{delegate.token}").text
    assert f'href="/join/{delegate.join_token}/lobby"' in page
