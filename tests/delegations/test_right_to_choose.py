"""Who chooses between the hall and video of a hybrid conference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db
from app.delegations.models import Delegate
from app.delegations.operations import register_delegate
from app.delegations.operations.standing import change_details
from app.delegations.operations.ways_in import set_role_rules
from app.delegations.queries.ways_in import rules_of
from app.delegations.rules import DelegateDetails
from app.delegations.rules.ways_in import Rule, chosen_way
from app.errors import Refusal
from tests.factories import ACTOR, NOW, make_conference

ON_SITE, VIDEO = Attendance.ON_SITE, Attendance.VIDEO
HYBRID = ConferenceFormat.HYBRID


@pytest.mark.parametrize(
    ("way", "wished", "held", "found"),
    [
        (None, VIDEO, HYBRID, VIDEO),
        (None, None, HYBRID, None),
        (VIDEO, None, HYBRID, VIDEO),
        (VIDEO, VIDEO, HYBRID, VIDEO),
        (VIDEO, ON_SITE, ConferenceFormat.IN_PERSON, ON_SITE),
        (ON_SITE, VIDEO, ConferenceFormat.VIDEO, VIDEO),
    ],
)
def test_chosen_way_is_the_wish_when_it_is_theirs_to_choose(
    way: Attendance | None, wished: Attendance | None, held: ConferenceFormat, found: Attendance | None
) -> None:
    assert chosen_way(Rule(way=way), wished, held) is found


@pytest.mark.parametrize(("way", "wished"), [(ON_SITE, VIDEO), (VIDEO, ON_SITE)])
def test_chosen_way_refuses_when_the_role_does_not_choose(way: Attendance, wished: Attendance) -> None:
    with pytest.raises(Refusal) as refusal:
        chosen_way(Rule(way=way), wished, HYBRID)
    assert refusal.value.field == "attendance"


def come(conference: Conference, role: str, wished: Attendance | None) -> Delegate:
    details = DelegateDetails(last=f"{role}-{wished}", email=f"{role}-{wished}@kaluga.example", role=role,
                              attendance=wished)  # fmt: skip
    given: dict[str, Any] = {"consents": ["processing"], "nonce": "", "language": "ru", "at": NOW}
    registered = register_delegate(conference=conference, details=details, **given)
    return db.session.get_one(Delegate, registered.id)


def test_people_choose_as_their_role_may_when_the_conference_is_hybrid(app: Flask) -> None:
    conference = make_conference(format=HYBRID)
    set_role_rules(conference=conference, rules={"press": Rule(way=VIDEO)}, actor=ACTOR, at=NOW)
    assert come(conference, "member", VIDEO).attendance is VIDEO
    press = come(conference, "press", None)
    assert press.attendance is VIDEO
    with pytest.raises(Refusal):
        come(conference, "press", ON_SITE)
    change: dict[str, Any] = {
        "delegate": press, "details": DelegateDetails(last=press.last, attendance=ON_SITE), "names": {"attendance"},
        "actor": ACTOR, "at": NOW,
    }  # fmt: skip
    with pytest.raises(Refusal):
        change_details(by_staff=False, **change)
    assert change_details(by_staff=True, **change) == ["attendance"]


def test_page_keeps_who_chooses_when_it_is_saved(app: Flask, staff: Callable[[str], FlaskClient]) -> None:
    conference = make_conference(format=HYBRID)
    url = f"/de/desk/c/{conference.slug}/registration/roles"
    client = staff("organiser")
    assert (
        client.post(url, data={"press-public": "y", "press-way": "video", "youth-way": "nonsense"}).status_code == 303
    )
    assert {role: rule.way for role, rule in rules_of(conference).items() if rule.way} == {"press": VIDEO}
    assert '<option value="video" selected>' in client.get(url).text
