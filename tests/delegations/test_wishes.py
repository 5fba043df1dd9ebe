"""Who has a place and wishes for the other way of taking part keeps it until the wished one is theirs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import product
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.conferences.models import Conference
from app.conferences.queries import get
from app.conferences.rules import Attendance, ConferenceFormat
from app.conferences.taking_part import waits_for
from app.database import db, transaction
from app.delegations.models import Delegate
from app.delegations.operations import register_delegate, set_registration, withdraw
from app.delegations.operations.standing import change_details
from app.delegations.operations.waiting_list import accept_offer, end_offers
from app.delegations.queries import chosen_attendance, places, waiting_line, wish_in_line, wish_of
from app.delegations.queries.places import who_wishes
from app.delegations.rules import Accreditation, DelegateDetails
from app.mailroom.models import OutgoingMail
from tests.factories import ACTOR, NOW, make_conference, make_delegate

ON_SITE, VIDEO = Attendance.ON_SITE, Attendance.VIDEO
GRANTED = Accreditation.GRANTED


def hall(on_site: int | None = 1, video: int | None = None, **given: Any) -> Conference:
    return make_conference(format=ConferenceFormat.HYBRID, places_on_site=on_site, places_video=video, **given)


def come(conference: Conference, last: str, way: Attendance) -> Delegate:
    details = DelegateDetails(last=last, email=f"{last}@kaluga.example", attendance=way)
    row = register_delegate(
        conference=conference, details=details, consents=["processing"], nonce="", language="ru", at=NOW
    )
    return db.session.get_one(Delegate, row.id)


def wish(delegate: Delegate, way: Attendance, *, minutes: int = 0) -> list[str]:
    return change_details(
        delegate=delegate, details=DelegateDetails(last=delegate.last, attendance=way), names={"attendance"},
        by_staff=False, actor=ACTOR, at=NOW + timedelta(minutes=minutes),
    )  # fmt: skip


def stands(delegate: Delegate) -> tuple[Attendance, Accreditation, Attendance | None]:
    return delegate.attendance, delegate.accreditation, wish_of(delegate)


def taken(conference: Conference) -> list[tuple[int | None, int | None]]:
    return [(now["taken"], now["waiting"]) for now in places(conference).values()]


@pytest.mark.parametrize("to", Attendance)
def test_place_stays_when_the_other_way_is_full(app: Flask, to: Attendance) -> None:
    back = next(way for way in Attendance if way is not to)
    conference = hall(1, 1)
    other, one = come(conference, "a", to), come(conference, "b", back)

    assert wish(one, to) == ["wished"]
    assert wish(one, to, minutes=5) == []

    assert (stands(one), one.waitlisted_at, wish_in_line(one)) == ((back, GRANTED, to), NOW, 1)
    assert chosen_attendance(one) is to
    assert sorted(taken(conference)) == [(1, 0), (1, 1)]
    assert waiting_line(conference, to) == [one]
    late = come(conference, "c", back)
    assert late.accreditation is Accreditation.WAITLISTED
    withdraw(delegate=other, actor=ACTOR, at=NOW)
    assert (stands(one), stands(late)) == ((to, GRANTED, None), (back, GRANTED, None))
    assert sorted(taken(conference)) == [(1, 0), (1, 0)]
    assert (one.wished, one.waitlisted_at) == (None, None)


def test_wish_ends_when_the_person_stays_or_withdraws(app: Flask) -> None:
    conference = hall(1)
    come(conference, "a", ON_SITE)
    one, two = come(conference, "b", VIDEO), come(conference, "c", VIDEO)
    wish(one, ON_SITE)
    wish(two, ON_SITE, minutes=1)
    assert [wish_in_line(row) for row in (one, two)] == [1, 2]
    assert wish(one, VIDEO) == ["wished"]
    assert (stands(one), wish_in_line(two)) == ((VIDEO, GRANTED, None), 1)
    withdraw(delegate=two, actor=ACTOR, at=NOW)
    assert (two.wished, taken(conference)) == (None, [(1, 0), (1, 0)])


def test_first_of_both_lines_change_places_when_each_has_what_the_other_wishes(app: Flask) -> None:
    conference = hall(1, 1)
    one, two = come(conference, "a", ON_SITE), come(conference, "b", VIDEO)
    wish(one, VIDEO)
    assert stands(one) == (ON_SITE, GRANTED, VIDEO)
    wish(two, ON_SITE)
    assert (stands(one), stands(two)) == ((VIDEO, GRANTED, None), (ON_SITE, GRANTED, None))
    assert taken(conference) == [(1, 0), (1, 0)]


def test_place_that_is_offered_leaves_the_old_one_until_it_is_taken(app: Flask, visitor: FlaskClient) -> None:
    conference = hall(1, 2)
    set_registration(conference=conference, changes={"offer_hours": 24}, actor=ACTOR, at=NOW)
    other, one, two = come(conference, "a", ON_SITE), come(conference, "b", VIDEO), come(conference, "c", VIDEO)
    wish(one, ON_SITE)
    wish(two, ON_SITE, minutes=1)
    withdraw(delegate=other, actor=ACTOR, at=NOW)

    assert (stands(one), one.offered_until) == ((VIDEO, GRANTED, ON_SITE), NOW + timedelta(hours=24))
    assert taken(conference) == [(1, 1), (2, 0)]
    assert end_offers(actor=ACTOR, at=NOW + timedelta(hours=25)) == 1
    assert (stands(one), one.offered_until, wish_in_line(one)) == ((VIDEO, GRANTED, ON_SITE), None, 2)
    accept_offer(delegate=two, actor=ACTOR, at=NOW + timedelta(hours=26))
    accept_offer(delegate=two, actor=ACTOR, at=NOW + timedelta(hours=26))
    assert (stands(two), taken(conference)) == ((ON_SITE, GRANTED, None), [(1, 1), (1, 0)])
    told = [(mail.kind, mail.to[0][0], " ".join(mail.text.split())) for mail in
            db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))]  # fmt: skip
    words = {
        ("place_offered", "b"): "Пока Вы его не приняли, прежнее место (участие по видеосвязи) остаётся за Вами",
        ("place_offered", "c"): "Освободилось место, как Вы пожелали (участие очно)",
        ("delegate_changed", "b"): "Прежнее место остаётся за Вами",
        ("place_granted", "c"): "Желаемое место теперь Ваше: Вы участвуете очно.",
    }
    for (kind, whom), said in words.items():
        assert [said in text for one, to, text in told if (one, to) == (kind, whom)] == [True]
    withdraw(delegate=two, actor=ACTOR, at=NOW + timedelta(hours=27))
    page = visitor.get(f"/en/delegate/{one.token}/offer")
    assert "you keep the place you have" in page.text
    assert visitor.post(f"/en/delegate/{one.token}/offer", data={"deed": "leave"}).status_code == 303
    db.session.expire_all()
    assert (stands(one), taken(conference)) == ((VIDEO, GRANTED, None), [(0, 0), (1, 0)])


def test_one_click_keeps_the_place_and_says_so(app: Flask, visitor: FlaskClient) -> None:
    conference = hall(1, 5)
    come(conference, "a", ON_SITE)
    one = come(conference, "b", VIDEO)
    url = f"/{{}}/delegate/{one.token}"
    full = {"ru": "зал заполнен", "de": "der Saal ist voll", "en": "the hall is full"}
    left = {"ru": "осталось 4 места", "de": "noch 4 Plätze frei", "en": "4 places left"}
    for code in full:
        for page in (visitor.get(url.format(code)).text, visitor.get(f"/{code}/c/{conference.slug}/register").text):
            assert (full[code] in page, left[code] in page) == (True, True)

    form = {"last": "b", "email": one.email, "attendance": "onsite", "hotel_needed": "yes", "nonce": "1"}
    assert visitor.post(url.format("en"), data=form).status_code == 303

    db.session.expire_all()
    assert (stands(one), one.hotel_needed) == ((VIDEO, GRANTED, ON_SITE), "")
    page = visitor.get(url.format("en")).text
    assert page.count("Your place by video stays yours; you are number 1 on the waiting list for the hall") == 1
    assert "what was filled in there is not kept" in page
    assert visitor.get(f"/join/{one.join_token}").status_code == 200
    assert visitor.post(url.format("en"), data=form | {"phone": "+7 4842 565979"}).status_code == 303
    assert (stands(one), one.phone) == ((VIDEO, GRANTED, ON_SITE), "+7 4842 565979")
    assert db.session.scalars(select(OutgoingMail.kind)).all().count("place_granted") == 0


def test_last_place_goes_to_one_when_many_wish_and_come_at_once(app: Flask) -> None:
    crowd, conference = 8, hall(2)
    first = come(conference, "a", ON_SITE)
    ids = [come(conference, f"v{number}", VIDEO).id for number in range(crowd)]
    start = Barrier(crowd * 2)

    def race(number: int) -> None:
        with app.app_context():
            found, rows = get(conference.slug), [db.session.get_one(Delegate, one) for one in ids]
            assert found is not None
            db.session.rollback()
            start.wait(30)
            if number < crowd:
                wish(rows[number], ON_SITE)
            else:
                come(found, f"n{number}", ON_SITE)

    with ThreadPoolExecutor(crowd * 2) as people:
        list(people.map(race, range(crowd * 2)))
    db.session.expire_all()
    counted = places(conference)
    assert counted["on_site"] == {"capacity": 2, "taken": 2, "waiting": crowd * 2 - 1}
    withdraw(delegate=first, actor=ACTOR, at=NOW)
    held = db.session.scalars(select(Delegate.attendance).where(Delegate.accreditation == GRANTED)).all()
    assert held.count(ON_SITE) == 2


def test_wish_sleeps_while_the_conference_is_not_hybrid() -> None:
    assert [waits_for(VIDEO, ON_SITE, held) for held in ConferenceFormat] == [None, ON_SITE, None]
    assert waits_for(VIDEO, VIDEO, ConferenceFormat.HYBRID) is waits_for(VIDEO, None, ConferenceFormat.HYBRID) is None


def test_wish_is_the_same_in_sql_when_asked_of_every_combination(app: Flask) -> None:
    conference = make_conference()
    for one, wished, standing, at in product(Attendance, [None, *Attendance], Accreditation, (None, NOW)):
        make_delegate(conference, attendance=one, wished=wished, accreditation=standing, waitlisted_at=at)
    rows = db.session.scalars(select(Delegate)).all()
    for held in ConferenceFormat:
        with transaction():
            conference.format = held
        wishing = {row.id for row in rows if wish_of(row) is not None}
        assert set(db.session.scalars(who_wishes(conference))) == wishing
        assert bool(wishing) is (held is ConferenceFormat.HYBRID)
        for way in Attendance:
            alone = {row.id for row in rows if row.attendance is way and row.accreditation is Accreditation.WAITLISTED}
            assert {row.id for row in waiting_line(conference, way)} == alone | {
                row.id for row in rows if wish_of(row) is way
            }
