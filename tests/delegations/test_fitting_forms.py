"""Forms ask and keep what fits the way somebody takes part; what is known stays for the way back."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.delegations.models import Delegate
from app.delegations.rules import ON_THE_SPOT, DelegateDetails, fitting
from tests.factories import make_conference, make_delegate, make_delegation

SPOT = {
    "arrival": "2021-06-28T09:00", "arrival_mode": "train", "departure": "2021-06-30T18:00", "hotel_needed": "yes",
    "room_with": "Петров", "dietary_code": "vegan", "dietary_note": "!", "visa_needed": "yes", "emergency_name": "Мать",
}  # fmt: skip
FORM = {"last": "Орлова", "first": "Анна", "email": "orlova@kaluga.example", "nonce": "1", "phone": "+7 4842 565979"}


def kept(row: Delegate) -> dict[str, str]:
    return {name: text for name in sorted(ON_THE_SPOT) if (text := getattr(row, name))}


def asks(page: str) -> set[str]:
    return {name for name in ON_THE_SPOT if f'name="{name}"' in page}


@pytest.mark.parametrize(
    ("attendance", "held", "keeps"),
    [
        (Attendance.ON_SITE, "in-person", True), (Attendance.ON_SITE, "hybrid", True),
        (Attendance.VIDEO, "hybrid", False), (Attendance.ON_SITE, "video", False), (Attendance.VIDEO, "video", False),
    ],
)  # fmt: skip
def test_details_keep_what_the_spot_needs_when_somebody_comes(attendance: Attendance, held: str, keeps: bool) -> None:
    details = DelegateDetails(last="О", hotel_needed="yes", accessibility_note="Субтитры")
    found = fitting(details, attendance, ConferenceFormat(held))
    assert (found.hotel_needed, found.accessibility_note) == ("yes" if keeps else "", "Субтитры")


@pytest.fixture
def conference(app: Flask) -> Conference:
    return make_conference(format=ConferenceFormat.VIDEO)


def test_forms_ask_nothing_of_the_spot_when_the_conference_is_held_by_video(
    conference: Conference, visitor: FlaskClient
) -> None:
    group = make_delegation(conference, conference.host)
    row = make_delegate(conference, attendance=Attendance.VIDEO, delegation_id=group.id, hotel_needed="no",
                        arrival="2021-06-28T09:00+03:00")  # fmt: skip
    pages = [f"/en/c/{conference.slug}/register", f"/en/delegate/{row.token}", f"/en/delegation/{group.token}",
             f"/en/delegation/{group.token}/{row.id}"]  # fmt: skip
    for url in pages:
        page = visitor.get(url).text
        assert asks(page) == set()
        assert ("For example subtitles or sign language." in page, 'name="phone"' in page) == (True, True)
    before = kept(row)
    assert visitor.post(pages[1], data=FORM | SPOT).status_code == 303
    assert visitor.post(pages[3], data=FORM | SPOT | {"role": "member"}).status_code == 303
    db.session.expire_all()
    assert (kept(row), row.phone) == (before, FORM["phone"])
    assert visitor.post(pages[0], data=FORM | SPOT | {"consent_processing": "y"}).status_code == 303
    assert visitor.post(pages[2], data=FORM | SPOT | {"role": "member"}).status_code == 303
    assert [kept(one) for one in db.session.scalars(select(Delegate).where(Delegate.id != row.id))] == [{}, {}]
    page = visitor.get(pages[1])
    assert "I cannot take part after all" in page.text
    with transaction():
        conference.format = ConferenceFormat.HYBRID
        row.attendance = Attendance.ON_SITE
    page = visitor.get(pages[1])
    assert asks(page.text) == ON_THE_SPOT
    assert 'value="2021-06-28T09:00"' in page.text


def test_registration_ignores_the_spot_with_a_word_when_video_is_chosen(app: Flask, visitor: FlaskClient) -> None:
    conference = make_conference(format=ConferenceFormat.HYBRID)
    url = f"/de/c/{conference.slug}/register"
    assert "betreffen nur Personen, die vor Ort teilnehmen" in visitor.get(url).text
    given = FORM | SPOT | {"consent_processing": "y"}
    for number, way in enumerate(("video", "onsite")):
        answer = visitor.post(url, data=given | {"attendance": way, "nonce": str(number)})
        assert answer.status_code == 303
        told = "Was dort angegeben wurde, wird nicht gespeichert" in visitor.get(answer.location).text
        assert told is (way == "video")
    found = db.session.scalars(select(Delegate).order_by(Delegate.id)).all()
    assert [sorted(kept(row)) for row in found] == [[], sorted(SPOT)]
