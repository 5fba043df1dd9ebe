"""Signing in and out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from app.accounts.models import Staff
from app.accounts.operations import add_staff
from app.database import db
from app.errors import Refusal
from app.permissions import GRANTS, Permission, Role
from app.security_headers import limiter
from tests.factories import ACTOR, NOW

EMAIL, PASSWORD = "organiser@ratusha.example", "a long enough sentence"


@pytest.fixture
def organiser(app: Flask) -> Staff:
    """A member of staff with a password."""
    return add_staff(email=EMAIL, name="M. T.", password=PASSWORD, roles=[Role.ORGANISER], actor=ACTOR, at=NOW)


@pytest.fixture
def limits(app: Flask) -> Iterator[None]:
    """Rate limits are counted, as in service."""
    limiter.enabled = True
    limiter.reset()
    yield
    limiter.reset()
    limiter.enabled = False


def enter(visitor: Any, password: str = PASSWORD, email: str = EMAIL, **query: str) -> Any:
    return visitor.post("/de/sign-in", data={"email": email, "password": password}, query_string=query)


def test_sign_in_opens_the_desk_when_the_password_is_right(organiser: Staff, visitor: Any) -> None:
    answer = enter(visitor)
    assert (answer.status_code, answer.location) == (302, "/de/desk/")
    assert visitor.get("/de/desk/").status_code == 200


def test_sign_in_leads_back_to_the_page_that_was_wanted(organiser: Staff, visitor: Any) -> None:
    wanted = visitor.get("/de/desk/mail/").location
    assert wanted == "/de/sign-in?next=/de/desk/mail/"
    assert enter(visitor, next="/de/desk/mail/").location == "/de/desk/mail/"


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_sign_in_leads_nowhere_else_when_the_next_page_is_foreign(
    organiser: Staff, visitor: Any, next_page: str
) -> None:
    answer = enter(visitor, next=next_page)
    place = urlsplit(answer.location or "/")
    assert (place.scheme, place.netloc) == ("", "")
    assert not (answer.location or "/").startswith(("//", "/\\"))


@pytest.mark.parametrize(("email", "password"), [(EMAIL, "wrong"), ("nobody@ratusha.example", PASSWORD), (EMAIL, "")])
def test_sign_in_says_the_same_when_address_or_password_is_wrong(
    organiser: Staff, visitor: Any, email: str, password: str
) -> None:
    answer = enter(visitor, password, email)
    assert answer.status_code == 200
    assert visitor.get("/de/desk/").status_code == 303


def test_sign_in_is_refused_when_the_member_is_no_longer_active(organiser: Staff, visitor: Any) -> None:
    from app.database import transaction

    with transaction():
        organiser.active = False
    enter(visitor)
    assert visitor.get("/de/desk/").status_code == 303


def test_sign_out_closes_the_desk_when_posted_only(organiser: Staff, visitor: Any) -> None:
    enter(visitor)
    assert visitor.get("/de/sign-out").status_code == 405
    assert visitor.get("/de/desk/").status_code == 200
    assert visitor.post("/de/sign-out").status_code == 302
    assert visitor.get("/de/desk/").status_code == 303


def test_sign_in_answers_429_when_tried_too_often(organiser: Staff, visitor: Any, limits: None) -> None:
    answers = [enter(visitor, "wrong").status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


def test_password_is_kept_as_argon2_only_when_staff_is_added(organiser: Staff) -> None:
    db.session.expire_all()
    kept = db.session.get_one(Staff, organiser.id).password
    assert kept is not None
    assert kept.startswith("$argon2")
    assert PASSWORD not in kept


@pytest.mark.parametrize(("email", "password"), [(EMAIL.upper(), PASSWORD), ("new@ratusha.example", "short")])
def test_add_staff_refuses_when_address_is_taken_or_password_short(organiser: Staff, email: str, password: str) -> None:
    with pytest.raises(Refusal):
        add_staff(email=email, name="", password=password, roles=[Role.DESK], actor=ACTOR, at=NOW)


def test_roles_grant_what_the_house_says() -> None:
    assert GRANTS[Role.ORGANISER] == frozenset(Permission)
    assert GRANTS[Role.DESK] < GRANTS[Role.SECRETARIAT] < GRANTS[Role.ORGANISER]
    assert Permission.SWITCH_FORMAT not in GRANTS[Role.SECRETARIAT]
    assert Permission.APPROVE_LETTERS not in GRANTS[Role.SECRETARIAT]
