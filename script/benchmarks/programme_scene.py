"""A large programme: 2,000 sessions in 60 rooms of six houses on ten days, with parts of 1,500 people."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from script.benchmarks.scenes import NOW, demo

LARGE = "xvii-large-2023"
SESSIONS, HOUSES, ROOMS_EACH, DAYS, PEOPLE = 2000, 6, 10, 10, 1500
MOSCOW = ZoneInfo("Europe/Moscow")
FIRST_DAY = date(2023, 6, 1)


def make_large_programme() -> Any:
    """Put the large programme into the database; returns its conference."""
    from app.conferences.models import Conference, Room, Venue
    from app.database import transaction
    from app.directory.models import Municipality

    with transaction() as session:
        host = session.query(Municipality).filter_by(slug="kaluga").one()
        conference = Conference(
            slug=LARGE, edition=17, title_ru="Конференция городов-партнёров", title_de="Städtepartnerkonferenz",
            title_en="Conference of Partner Cities", host_id=host.id, starts_on=FIRST_DAY,
            ends_on=FIRST_DAY + timedelta(days=DAYS - 1), timezone="Europe/Moscow", created_at=NOW, updated_at=NOW,
        )  # fmt: skip
        session.add(conference)
        session.flush()
        rooms = []
        for number in range(HOUSES):
            venue = Venue(conference_id=conference.id, name=f"Дом {number}", name_ru=f"Дом {number}",
                          name_de=f"Haus {number}", name_en=f"House {number}", position=number)  # fmt: skip
            venue.rooms = [
                Room(name=f"Зал {place}", name_ru=f"Зал {place}", name_de=f"Saal {place}", capacity=100, position=place)
                for place in range(ROOMS_EACH)
            ]
            session.add(venue)
            session.flush()
            rooms += [room.id for room in venue.rooms]
        houses = sorted({room.venue_id for room in session.query(Room).filter(Room.id.in_(rooms))})
        _fill(conference.id, rooms, houses)
    return conference


def _fill(conference_id: int, rooms: list[int], houses: list[int]) -> None:
    from sqlalchemy import insert, select

    from app.database import db
    from app.delegations.models import Delegate
    from app.programme.models import ProgrammeSession, SessionPerson, SessionSignUp, TravelTime

    chance = random.Random(17)
    session = db.session
    session.execute(
        insert(TravelTime),
        [{"from_venue_id": one, "to_venue_id": other, "minutes": 20 + 5 * abs(one - other)}
         for one in houses for other in houses if one < other],
    )  # fmt: skip
    session.execute(insert(Delegate), [_delegate(conference_id, number) for number in range(PEOPLE)])
    session.execute(
        insert(ProgrammeSession), [_session(conference_id, rooms, number, chance) for number in range(SESSIONS)]
    )
    delegates = list(session.scalars(select(Delegate.id).where(Delegate.conference_id == conference_id)))
    sessions = session.execute(
        select(ProgrammeSession.id, ProgrammeSession.sign_up).where(ProgrammeSession.conference_id == conference_id)
    ).all()
    parts = []
    for number, (session_id, _) in enumerate(sessions):
        for place, role in enumerate(("chair", "moderator", "speaker")):
            who = (number * 3 + place) % PEOPLE
            parts.append(
                {"session_id": session_id, "name": _name(who), "role": role, "position": place,
                 "delegate_id": delegates[who], "confirmation": "confirmed"}
            )  # fmt: skip
    session.execute(insert(SessionPerson), parts)
    wishes = [
        {"session_id": number, "delegate_id": who, "standing": "has-place", "at": NOW}
        for number, sign_up in sessions
        if sign_up
        for who in chance.sample(delegates, 40)
    ]
    session.execute(insert(SessionSignUp), wishes)


def _name(who: int) -> str:
    return f"Анна Орлова-{who}" if who % 2 else f"Jörg Weiß-{who}"


def _delegate(conference_id: int, who: int) -> dict[str, Any]:
    first, last = _name(who).split(" ")
    return {
        "conference_id": conference_id, "public_id": f"L{who:05}", "last": last, "first": first, "role": "member",
        "email": f"p{who}@large.example", "accreditation": "granted", "attendance": "onsite",
        "language": ("ru", "de", "en")[who % 3], "token": secrets.token_urlsafe(24),
        "badge_token": secrets.token_urlsafe(9), "join_token": secrets.token_urlsafe(24), "consents": {},
        "arrival": "2023-05-31T18:00+03:00", "departure": "2023-06-11T12:00+03:00", "created_at": NOW,
        "updated_at": NOW, "version": 1,
    }  # fmt: skip


def _session(conference_id: int, rooms: list[int], number: int, chance: random.Random) -> dict[str, Any]:
    day, rest = divmod(number, SESSIONS // DAYS)
    slot, place = divmod(rest, len(rooms))
    starts = datetime.combine(FIRST_DAY + timedelta(days=day), datetime.min.time(), MOSCOW)
    starts += timedelta(hours=9 + 2 * slot, minutes=chance.choice((0, 15, 30)))
    return {
        "conference_id": conference_id, "code": f"L{number:04}",
        "kind": chance.choice(("working_group", "round_table")),
        "title_ru": f"Заседание {number}: укрепление муниципальных связей",
        "title_de": f"Sitzung {number}: kommunale Verbindungen stärken",
        "title_en": f"Session {number}: municipal ties",
        "description_ru": "О чём пойдёт речь. " * 8, "description_de": "Worum es geht. " * 8, "starts_at": starts,
        "ends_at": starts + timedelta(minutes=90), "room_id": rooms[place], "capacity": 80, "audience": "all",
        "languages": "ru;de", "interpretation": number % 3 == 0, "uid": f"large-{number}@ratusha.example", "extra": {},
        "sign_up": number % 20 == 0, "updated_at": NOW, "version": 1,
    }  # fmt: skip


@contextmanager
def large_programme(**settings: str) -> Iterator[Any]:
    """The application with the demo and the large programme, its context pushed; gone afterwards."""
    with demo(**settings) as app:
        make_large_programme()
        yield app
