"""Quotas of delegations: the staff are warned, go on only deliberately, and it is written down."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Delegate, Delegation
from app.delegations.operations import import_delegates
from app.delegations.operations.quotas import register_on_behalf
from app.delegations.queries.groups import how_many_members
from app.delegations.rules import Accreditation, DelegateDetails
from app.errors import Refusal
from app.history.models import HistoryEntry
from tests.factories import ACTOR, NOW, make_conference, make_delegate, make_delegation
from tests.programme.test_sign_up import words

BEYOND = "Die Delegation hätte 1 Person mehr, als ihr Kontingent vorsieht."


@pytest.fixture
def conference(app: Flask) -> Conference:
    return make_conference()


@pytest.fixture
def full(conference: Conference) -> Delegation:
    """A delegation with the one person it may have."""
    found = make_delegation(conference, conference.host, quota=1)
    make_delegate(conference, "D1", delegation_id=found.id)
    return found


def noted() -> list[tuple[str, int | None, Any]]:
    """(what it is about, its id, details) of every time a quota was exceeded."""
    rows = db.session.scalars(select(HistoryEntry).filter_by(deed="delegations.exceed_quota").order_by("id"))
    return [(row.subject_kind, row.subject_id, row.details) for row in rows]


def register(conference: Conference, *, over_quota: bool, nonce: str = "") -> Delegate:
    return register_on_behalf(
        conference=conference, details=DelegateDetails(last="Щукина", municipality_id=conference.host_id),
        language="ru", nonce=nonce, over_quota=over_quota, actor=ACTOR, at=NOW,
    )  # fmt: skip


def test_staff_register_beyond_the_quota_only_when_it_is_meant(conference: Conference, full: Delegation) -> None:
    with pytest.raises(Refusal) as refused:
        register(conference, over_quota=False)
    assert refused.value.field == "over_quota"
    assert (how_many_members(full), noted()) == (1, [])

    row = register(conference, over_quota=True, nonce="n")
    again = register(conference, over_quota=False, nonce="n")

    details = {"delegation": full.id, "delegate": row.public_id, "people": 2, "quota": 1}
    assert (how_many_members(full), again.id) == (2, row.id)
    assert noted() == [("delegate", row.id, details), ("delegation", full.id, details)]


def test_desk_form_warns_and_goes_on_when_confirmed(
    conference: Conference, full: Delegation, staff: Callable[[str], FlaskClient]
) -> None:
    client, page = staff("secretariat"), f"/de/desk/c/{conference.slug}/delegates/new"
    sent = {"last": "Щукина", "municipality": conference.host.slug, "role": "member", "language": "ru"}
    answer = client.post(page, data=sent)
    assert answer.status_code == 422
    text = words(answer.text)
    assert "Das Kontingent der Delegation ist überschritten: Kaluga – vorgesehen 1, es wären 2." in text
    assert 'href="#over_quota"' in answer.text
    assert 'name="over_quota"' in answer.text
    assert 'name="over_quota"' not in client.get(page).text
    assert client.post(page, data=sent | {"over_quota": "y"}).status_code == 303
    assert how_many_members(full) == 2
    desk = words(client.get(f"/de/desk/c/{conference.slug}/delegations/{full.id}").text)
    assert "Die Delegation hat 1 Person mehr, als ihr Kontingent vorsieht." in desk
    assert "jemand über das Kontingent hinaus aufgenommen" in desk


def test_many_are_put_beyond_the_quota_only_when_confirmed(
    conference: Conference, full: Delegation, staff: Callable[[str], FlaskClient]
) -> None:
    for number, standing in (("D2", Accreditation.GRANTED), ("D3", Accreditation.WITHDRAWN)):
        make_delegate(conference, number, accreditation=standing)
    client, page = staff("secretariat"), f"/de/desk/c/{conference.slug}/delegates/together"
    sent = {"deed": "join", "who": "chosen", "id": ["D1", "D2", "D3"], "count": "3", "delegation_id": str(full.id)}
    answer = client.post(page, data=sent)
    assert (answer.status_code, BEYOND in words(answer.text), how_many_members(full)) == (422, True, 1)
    assert client.post(page, data=sent | {"over_quota": "y"}).status_code == 303
    assert how_many_members(full) == 2
    assert [kind for kind, *_ in noted()] == ["delegate", "delegation"]


def test_many_are_put_without_a_question_when_the_quota_suffices(
    conference: Conference, full: Delegation, staff: Callable[[str], FlaskClient]
) -> None:
    make_delegate(conference, "D3", accreditation=Accreditation.WITHDRAWN)
    client, page = staff("secretariat"), f"/de/desk/c/{conference.slug}/delegates/together"
    sent = {"deed": "join", "who": "chosen", "id": ["D1", "D3"], "count": "2", "delegation_id": str(full.id)}
    assert client.post(page, data=sent).status_code == 303
    assert (how_many_members(full), noted()) == (1, [])


def test_person_who_left_gets_back_into_a_full_delegation_only_when_it_is_meant(
    conference: Conference, full: Delegation, staff: Callable[[str], FlaskClient]
) -> None:
    make_delegate(conference, "D2", delegation_id=full.id, accreditation=Accreditation.WITHDRAWN)
    client, page = staff("secretariat"), f"/de/desk/c/{conference.slug}/delegates/D2"
    asked = client.post(page, data={"deed": "grant"})
    assert (asked.location, how_many_members(full)) == (f"{page}?beyond=quota", 1)
    shown = client.get(asked.location).text
    assert ("vorgesehen 1, es wären 2" in words(shown), 'name="over_quota" value="y"' in shown) == (True, True)
    assert client.post(page, data={"deed": "grant", "over_quota": "y"}).location == page
    assert (how_many_members(full), len(noted())) == (2, 2)


def test_import_warns_at_the_rows_beyond_the_quota_when_a_file_has_too_many(
    conference: Conference, full: Delegation, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    columns = ["delegate_id", "last", "first", "city_slug", "country", "role", "email", "attendance", "accreditation"]
    rows = [
        ["D1", "Орлова", "Анна", "kaluga", "RU", "member", "a@kaluga.example", "onsite", "granted"],
        ["F1", "Адамов", "Илья", "kaluga", "RU", "member", "b@kaluga.example", "onsite", "granted"],
        ["F2", "Белов", "Олег", "kaluga", "RU", "member", "c@kaluga.example", "onsite", "declined"],
        ["F3", "Волков", "Пётр", "kaluga", "RU", "member", "d@kaluga.example", "onsite", "granted"],
    ]
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([columns, *rows])
    take = {"conference": conference, "path": file, "skip_bad_rows": False, "actor": ACTOR, "at": NOW}

    first = import_delegates(**take)
    again = import_delegates(**take)
    rows[2][-1] = "granted"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([columns, *rows])
    back = import_delegates(**take)

    told = "beyond the quota of the delegation of Kaluga: person {} of 1"
    assert [(one.row, one.column, str(one.message)) for one in first.warnings] == [
        (3, "city_slug", told.format(2)), (5, "city_slug", told.format(3)),
    ]  # fmt: skip
    assert [(one.row, str(one.message)) for one in back.warnings] == [(4, told.format(4))]
    assert (first.created, again.created, again.warnings) == (3, 0, [])
    entry = db.session.scalars(select(HistoryEntry).filter_by(deed="delegations.import").order_by("id")).first()
    assert entry is not None
    assert entry.details["beyond_quota"] == 2
