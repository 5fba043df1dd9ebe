"""Many at once: places are never promised twice, nobody is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from sqlalchemy import select

from app.conferences.rules import ConferenceFormat
from app.database import db
from app.delegations.models import Delegate
from app.delegations.queries import places
from tests.factories import make_conference, make_delegate

CROWD = 64


def _post(app: Flask, path: str, data: dict[str, str], start: Barrier) -> int:
    with app.app_context():
        visitor = app.test_client()
        start.wait(60)
        return int(visitor.post(path, data=data).status_code)


def _all_at_once(app: Flask, posts: list[tuple[str, dict[str, str]]]) -> list[int]:
    start = Barrier(len(posts))
    with ThreadPoolExecutor(len(posts)) as crowd:
        return list(crowd.map(lambda post: _post(app, post[0], post[1], start), posts))


def test_register_never_oversells_when_64_come_at_once(app: Flask) -> None:
    conference = make_conference(format=ConferenceFormat.HYBRID, places_on_site=7, places_video=5)
    people = [
        {"nonce": str(n), "last": f"Гость {n}", "email": f"g{n}@kaluga.example", "consent_processing": "y",
         "attendance": "onsite" if n % 2 else "video"}
        for n in range(CROWD)
    ]  # fmt: skip

    codes = _all_at_once(app, [("/ru/c/xvi-kaluga-2021/register", person) for person in people])

    assert set(codes) == {303}
    db.session.expire_all()
    assert places(conference) == {
        "on_site": {"capacity": 7, "taken": 7, "waiting": 25},
        "video": {"capacity": 5, "taken": 5, "waiting": 27},
    }
    numbers = db.session.scalars(select(Delegate.public_id).order_by(Delegate.public_id)).all()
    assert numbers == [f"R{n:05}" for n in range(1, CROWD + 1)]


def test_register_makes_one_delegate_when_one_form_comes_16_times_at_once(app: Flask) -> None:
    make_conference(places_on_site=3)
    form = {"nonce": "same", "last": "Гость", "email": "g@kaluga.example", "consent_processing": "y"}

    codes = _all_at_once(app, [("/ru/c/xvi-kaluga-2021/register", form)] * 16)

    assert set(codes) == {303}
    assert len(db.session.scalars(select(Delegate.id)).all()) == 1


def test_withdraw_hands_each_place_on_once_when_all_withdraw_at_once(app: Flask) -> None:
    from app.delegations.rules import Accreditation
    from tests.factories import NOW

    conference = make_conference(places_on_site=8)
    holders = [make_delegate(conference, f"D{n}", email=f"d{n}@kaluga.example") for n in range(8)]
    for n in range(12):
        make_delegate(conference, f"W{n:02}", accreditation=Accreditation.WAITLISTED, waitlisted_at=NOW, email="")

    codes = _all_at_once(app, [(f"/en/delegate/{row.token}/withdraw", {}) for row in holders])

    assert set(codes) == {303}
    db.session.expire_all()
    assert places(conference)["on_site"] == {"capacity": 8, "taken": 8, "waiting": 4}
    waiting = db.session.scalars(
        select(Delegate.public_id).where(Delegate.accreditation == Accreditation.WAITLISTED).order_by(Delegate.id)
    ).all()
    assert waiting == ["W08", "W09", "W10", "W11"]
