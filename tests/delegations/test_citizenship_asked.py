"""The public registration asks the citizenship where somebody may need a visa, and only there."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.conferences.rules import ConferenceFormat
from app.database import db
from app.delegations.models import Delegate, VisaRule
from app.delegations.queries.visa import need_for
from app.delegations.rules.visa import EVERYBODY, VisaNeed, may_need_one, shipped_rules
from tests.factories import NOW, keep, make_conference, make_municipality

FORM = {"nonce": "n", "last": "Meier", "email": "m@suhl.example", "role": "member", "consent_processing": "y"}
PAGE = "/de/c/xvi-kaluga-2021/register"


def test_citizenship_is_kept_and_tells_who_needs_a_visa(app: Flask, visitor: FlaskClient) -> None:
    make_conference()
    assert 'name="citizenship"' in visitor.get(PAGE).text
    assert visitor.post(PAGE, data=FORM | {"citizenship": "ZZ"}).status_code == 422
    assert visitor.post(PAGE, data=FORM | {"citizenship": "DE"}).status_code == 303
    row = db.session.scalars(select(Delegate)).one()
    assert (row.citizenship, need_for(row)) == ("DE", VisaNeed.EVISA)


def test_registration_is_taken_when_the_citizenship_is_left_open(app: Flask, visitor: FlaskClient) -> None:
    make_conference()
    assert visitor.post(PAGE, data=FORM | {"citizenship": ""}).status_code == 303
    row = db.session.scalars(select(Delegate)).one()
    assert (row.citizenship, need_for(row)) == ("", None)


@pytest.mark.parametrize("why", ["video", "nobody needs a visa"])
def test_citizenship_is_neither_asked_nor_kept_when_no_visa_may_be_needed(
    app: Flask, visitor: FlaskClient, why: str
) -> None:
    suhl = make_municipality("suhl", country="DE")
    make_conference(host=suhl, format=ConferenceFormat.VIDEO if why == "video" else ConferenceFormat.IN_PERSON)
    if why != "video":
        keep(VisaRule(citizenship=EVERYBODY, host_country="DE", need=VisaNeed.NONE, changed_at=NOW))
    assert 'name="citizenship"' not in visitor.get(PAGE).text
    assert visitor.post(PAGE, data=FORM | {"citizenship": "RU"}).status_code == 303
    assert db.session.scalars(select(Delegate)).one().citizenship == ""


def test_somebody_may_need_a_visa_unless_the_rules_free_everybody() -> None:
    free = {EVERYBODY: VisaNeed.NONE}
    assert may_need_one("RU", {})
    assert may_need_one("DE", {})
    assert may_need_one("RU", free)  # citizens with an electronic visa
    assert not may_need_one("DE", free)
    assert may_need_one("DE", free | {"CN": VisaNeed.VISA})
    assert not may_need_one("RU", free | dict.fromkeys(shipped_rules("RU"), VisaNeed.NONE))
