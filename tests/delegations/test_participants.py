"""The public list of participants: only who agreed, only what they agreed to, and no longer than they agree."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml.html import document_fromstring
from PIL import Image
from sqlalchemy import event

from app.conferences.models import Conference
from app.database import db, transaction
from app.delegations.models import Delegate, DelegatePhoto
from app.delegations.operations import withdraw
from app.delegations.operations.consents import give_consent, withdraw_consent
from app.delegations.operations.photos import set_photo
from app.delegations.rules import Accreditation
from app.delegations.rules.consents import Purpose
from tests.factories import ACTOR, make_conference, make_delegate, make_municipality
from tests.programme.test_sign_up import words

AT = datetime(2021, 4, 6, 9, 0, tzinfo=UTC)


@pytest.fixture
def conference(app: Flask) -> Conference:
    return make_conference(participants_public=True)


def person(conference: Conference, number: str, *purposes: Purpose, **given: object) -> Delegate:
    row = make_delegate(conference, number, email=f"{number}@kaluga.example", municipality_id=conference.host_id,
                        **given)  # fmt: skip
    for purpose in purposes:
        give_consent(delegate=row, purpose=purpose, language="ru", actor=ACTOR, at=AT)
    return row


def portrait(row: Delegate) -> str:
    drawn = io.BytesIO()
    Image.new("RGB", (300, 400), "teal").save(drawn, "JPEG")
    set_photo(delegate=row, content=drawn.getvalue(), crop=None, actor=ACTOR, at=AT)
    return db.session.get_one(DelegatePhoto, row.id).sha256


def listed(visitor: FlaskClient, language: str = "ru", query: str = "") -> list[str]:
    page = document_fromstring(visitor.get(f"/{language}/c/xvi-kaluga-2021/participants{query}").text)
    found = page.xpath("//main//h2 | //main//h3 | //ul[@class='participants']/li/span")
    return [" ".join(one.text_content().split()) for one in found]


def test_list_shows_who_agreed_by_place_in_the_script_of_the_reader(
    conference: Conference, visitor: FlaskClient
) -> None:
    suhl = make_municipality("suhl", name_ru="Зуль", name_de="Suhl", name_en="Suhl", country="DE")
    name = Purpose.PUBLICATION
    person(conference, "D1", name, last="Орлова", badge_ru="Орлова Анна", badge_de="Anna Orlowa")
    person(conference, "D2", name, last="Meier", first="Jörg", badge_ru="Йорг Майер", badge_de="Dr. Jörg Meier",
           sort_name="meier")  # fmt: skip
    with transaction():
        db.session.query(Delegate).filter_by(public_id="D2").one().municipality_id = suhl.id
    person(
        conference, "D3", name, last="Без", country="DE", badge_ru="", badge_de="", last_latin="Bes", sort_name="без"
    )
    with transaction():
        db.session.query(Delegate).filter_by(public_id="D3").one().municipality_id = None
    person(conference, "D4", badge_ru="Несогласный")
    person(conference, "D5", name, badge_ru="Ушедший", accreditation=Accreditation.WITHDRAWN)
    person(conference, "D6", name, badge_ru="Заявка", accreditation=Accreditation.APPLIED)

    assert listed(visitor) == [
        "Россия", "Калуга", "Орлова Анна", "Германия", "Зуль", "Йорг Майер", "Организации и другие участники",
        "Анна Без",
    ]  # fmt: skip
    assert listed(visitor, "de") == [
        "Russland", "Kaluga", "Anna Orlowa", "Deutschland", "Suhl", "Dr. Jörg Meier", "Organisationen und andere",
        "Anna Bes",
    ]  # fmt: skip
    answer = visitor.get("/de/c/xvi-kaluga-2021/participants")
    assert (answer.headers["Cache-Control"], "noindex" in answer.headers["X-Robots-Tag"]) == ("no-store", True)
    assert [sign for sign in ("@", "D1", "Anna Pawlowna") if sign in words(answer.text)] == []


def test_photograph_is_shown_only_while_name_and_photograph_are_agreed_to(
    conference: Conference, visitor: FlaskClient
) -> None:
    row = person(conference, "D1", Purpose.PUBLICATION)
    picture = f"/ru/c/xvi-kaluga-2021/participants/{portrait(row)}.jpg"
    page = "/ru/c/xvi-kaluga-2021/participants"
    assert (picture in visitor.get(page).text, visitor.get(picture).status_code) == (False, 404)

    give_consent(delegate=row, purpose=Purpose.PHOTO, language="ru", actor=ACTOR, at=AT)
    answer = visitor.get(picture)
    assert (picture in visitor.get(page).text, answer.status_code) == (True, 200)
    assert Image.open(io.BytesIO(answer.data)).size == (180, 240)

    withdraw_consent(delegate=row, purpose=Purpose.PUBLICATION, actor=ACTOR, at=AT)
    assert (listed(visitor), visitor.get(picture).status_code) == ([], 404)


def test_person_is_gone_at_once_when_they_take_the_consent_back_or_do_not_come(
    conference: Conference, visitor: FlaskClient
) -> None:
    one, two = person(conference, "D1", Purpose.PUBLICATION), person(conference, "D2", Purpose.PUBLICATION)
    assert len(listed(visitor)) == 4
    withdraw_consent(delegate=one, purpose=Purpose.PUBLICATION, actor=ACTOR, at=AT)
    assert len(listed(visitor)) == 3
    withdraw(delegate=two, actor=ACTOR, at=AT)
    assert listed(visitor) == []


def test_list_is_not_found_when_the_organisers_have_not_switched_it_on(
    app: Flask, staff: Callable[[str], FlaskClient], visitor: FlaskClient
) -> None:
    conference = make_conference()
    row = person(conference, "D1", Purpose.PUBLICATION, Purpose.PHOTO)
    picture, page = f"/de/c/xvi-kaluga-2021/participants/{portrait(row)}.jpg", "/de/c/xvi-kaluga-2021/participants"
    assert [visitor.get(address).status_code for address in (page, picture)] == [404, 404]
    assert "Teilnehmende" not in visitor.get("/de/c/xvi-kaluga-2021/").text

    settings = f"/de/desk/c/{conference.slug}/registration"
    assert staff("organiser").post(settings, data={"participants_public": "y"}).status_code == 303
    assert [visitor.get(address).status_code for address in (page, picture)] == [200, 200]
    assert page in visitor.get("/de/c/xvi-kaluga-2021/").text
    assert staff("organiser").post(settings, data={"places_on_site": ""}).status_code == 303
    assert visitor.get(page).status_code == 404


def test_list_is_paged_in_the_database_with_the_same_number_of_queries(
    conference: Conference, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.delegations.views.participants.PER_PAGE", 3)
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        counts = []
        for number in range(7):
            person(conference, f"D{number}", Purpose.PUBLICATION, badge_ru=f"Человек {number}", sort_name=str(number))
            asked.clear()
            listed(visitor)
            counts.append(len([one for one in asked if one.startswith("SELECT")]))
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert set(counts[1:]) == {counts[-1]}
    assert listed(visitor, query="?page=3") == ["Россия", "Калуга", "Человек 6"]
    assert listed(visitor, query="?page=9") == []
