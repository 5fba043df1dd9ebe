"""The door to the video rooms."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.clock import now
from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.delegations.models import Delegate
from app.delegations.rules import Accreditation
from app.errors import Refusal
from app.programme.models import ProgrammeSession
from app.video.models import MeetingRoom
from app.video.operations import change_room, open_rooms, withdraw_rooms
from app.video.queries import open_now
from tests.factories import ACTOR, NOW, make_conference, make_delegate, make_session


def hybrid(**given: Any) -> Conference:
    return make_conference(format=ConferenceFormat.HYBRID, **given)


def running(conference: Conference, code: str = "K07", **given: Any) -> ProgrammeSession:
    at = now()
    values = {"starts_at": at - timedelta(minutes=10), "ends_at": at + timedelta(hours=1)}
    return make_session(conference, code, **(values | given))


def by_video(conference: Conference, **given: Any) -> Delegate:
    return make_delegate(conference, **({"attendance": Attendance.VIDEO} | given))


def address(item: ProgrammeSession) -> str:
    open_rooms(sessions=[item], at=NOW)
    return db.session.query(MeetingRoom).filter_by(session_id=item.id).one().url


def test_join_leads_to_the_room_when_one_session_is_open(app: Flask, visitor: Any) -> None:
    conference = hybrid()
    url = address(running(conference))
    answer = visitor.get(f"/join/{by_video(conference).join_token}")
    assert (answer.status_code, answer.location, answer.text) == (302, url, "")
    assert answer.headers["Cache-Control"] == "no-store"


def test_join_offers_a_choice_without_addresses_when_several_are_open(app: Flask, visitor: Any) -> None:
    conference = hybrid()
    urls = [address(running(conference, code)) for code in ("K11a", "K12a")]
    token = by_video(conference).join_token
    page = visitor.get(f"/join/{token}")
    assert page.status_code == 200
    assert f"/join/{token}?session=K12a" in page.text
    assert not any(url in page.text for url in urls)
    assert visitor.get(f"/join/{token}?session=K12a").location == urls[1]


def test_join_names_the_next_session_when_none_is_open(app: Flask, visitor: Any) -> None:
    conference = hybrid()
    at = now()
    url = address(make_session(conference, starts_at=at + timedelta(days=1), ends_at=at + timedelta(days=1, hours=1)))
    page = visitor.get(f"/join/{by_video(conference).join_token}")
    assert page.status_code == 200
    assert "Открытие конференции" in page.text
    assert url not in page.text


@pytest.mark.parametrize("standing", [Accreditation.DECLINED, Accreditation.WITHDRAWN])
def test_join_answers_404_when_the_person_has_no_place(app: Flask, visitor: Any, standing: Accreditation) -> None:
    conference = hybrid()
    running(conference)
    delegate = by_video(conference, accreditation=standing)
    assert visitor.get(f"/join/{delegate.join_token}").status_code == 404


def test_join_says_why_the_door_is_shut_when_the_person_waits_for_a_place(app: Flask, visitor: Any) -> None:
    conference = hybrid()
    url = address(running(conference))
    waits = by_video(conference, accreditation=Accreditation.WAITLISTED, waitlisted_at=now())
    applied = by_video(conference, accreditation=Accreditation.APPLIED, language="de")
    for delegate, language, told in (
        (waits, "ru", "Ваш номер в листе ожидания – 1"), (applied, "de", "haben Ihren Platz noch nicht bestätigt"),
    ):  # fmt: skip
        for path in ("", "/lobby"):
            page = visitor.get(f"/join/{delegate.join_token}{path}")
            assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
            assert f'lang="{language}"' in page.text
            assert told in page.text
            assert url not in page.text
            assert delegate.token not in page.text


def test_join_answers_404_when_the_token_is_forged(app: Flask, visitor: Any) -> None:
    assert visitor.get("/join/forged").status_code == 404
    assert visitor.get("/join/" + "x" * 500).status_code == 404


def test_join_leads_nowhere_when_the_conference_is_in_person(app: Flask, visitor: Any) -> None:
    conference = make_conference()
    url = address(running(conference))
    page = visitor.get(f"/join/{by_video(conference).join_token}")
    assert page.status_code == 200
    assert url not in page.text


def test_open_rooms_brings_the_same_address_back_when_withdrawn_before(app: Flask) -> None:
    item = running(hybrid())
    before = address(item)
    assert len(withdraw_rooms(sessions=[item], at=NOW)) == 1
    assert len(open_rooms(sessions=[item], at=NOW)) == 1
    assert open_rooms(sessions=[item], at=NOW) == []
    assert address(item) == before


def test_change_room_refuses_when_the_address_is_not_https(app: Flask) -> None:
    item = running(hybrid())
    address(item)
    room = db.session.query(MeetingRoom).one()
    for wrong in ("javascript:alert(1)", "http://x.example", "https://", "https://a b"):
        with pytest.raises(Refusal):
            change_room(room=room, url=wrong, actor=ACTOR, at=NOW)


def test_open_now_begins_half_an_hour_before_and_ends_with_the_session(app: Flask) -> None:
    item = make_session(hybrid())
    assert item.starts_at is not None
    assert item.ends_at is not None
    moments = [item.starts_at - timedelta(minutes=31), item.starts_at - timedelta(minutes=30), item.ends_at]
    assert [open_now([item], at) == [item] for at in moments] == [False, True, False]


def test_rooms_page_shows_addresses_when_opened_by_an_organiser_only(app: Flask, staff: Any) -> None:
    conference = hybrid()
    url = address(running(conference))
    page = f"/de/desk/c/{conference.slug}/video/"
    organiser = staff("organiser")
    assert url not in organiser.get(page).text
    assert organiser.post(f"{page}addresses").status_code == 303
    assert url in organiser.get(page).text
    assert staff("desk").get(page).status_code == 403
    room = db.session.query(MeetingRoom).one()
    answer = organiser.post(f"{page}{room.id}", data={"url": "https://other.example/x"})
    assert answer.status_code == 303
    with transaction():
        pass
    assert db.session.get_one(MeetingRoom, room.id).url == "https://other.example/x"
