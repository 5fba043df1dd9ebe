"""Mails ordered in the transaction of a deed and written a moment later."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from app.command_line import GROUPS
from app.conferences.models import Conference
from app.database import db, transaction
from app.delegations.models import Delegate
from app.delegations.operations import register_delegate, withdraw
from app.delegations.rules import DelegateDetails
from app.erasure.operations import erase_delegate
from app.history.rules import Actor
from app.mailroom.models import MailOrder, OutgoingMail
from app.mailroom.operations import Draft, mail_writer, order_mail, ordered_mails, orders, write_ordered
from app.mailroom.operations.orders import is_time
from tests.factories import NOW, make_conference
from tests.mailroom.mails import LETTER

ACTOR = Actor(kind="staff", id=1, label="organiser")


def told() -> list[tuple[str, list[str], str | None]]:
    rows = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
    return [(mail.kind, mail.to, mail.deed_key) for mail in rows]


def come(conference: Conference, number: int = 1) -> Delegate:
    details = DelegateDetails(last=f"Weber{number}", first="Kim", email=f"kim{number}@suhl.example")
    registered = register_delegate(conference=conference, details=details, consents=["processing"], nonce=f"n{number}",
                             language="de", at=NOW)  # fmt: skip
    return db.session.get_one(Delegate, registered.id)


@pytest.fixture
def writers(app: Flask) -> Iterator[dict[int, Draft | Exception | None]]:
    """What the writer «trial» gives for each subject."""
    given: dict[int, Draft | Exception | None] = {}

    @mail_writer("trial")
    def write(subject_id: int, _at: datetime) -> Draft | None:
        made = given[subject_id]
        if isinstance(made, Exception):
            raise made
        return made

    yield given
    del orders._WRITERS["trial"]


def order(*subjects: int) -> None:
    with transaction():
        for subject in subjects:
            order_mail(writer="trial", subject_id=subject, deed_key=f"t:{subject}", conference_id=None, at=NOW)


def draft(subject: int) -> Draft:
    return Draft("trial", [f"t{subject}@suhl.example"], "de", LETTER)


def test_registration_is_confirmed_once_when_its_order_is_written_twice(app: Flask) -> None:
    row = come(make_conference())
    assert (told(), ordered_mails(), ordered_mails(row.conference_id)) == ([], 1, 1)
    assert (write_ordered(at=NOW), write_ordered(at=NOW)) == (1, 0)
    assert told() == [("registered", ["kim1@suhl.example"], f"delegate-link:{row.id}")]
    assert ordered_mails() == 0


def test_order_is_gone_when_the_deed_fails(app: Flask) -> None:
    make_conference()

    def fail() -> None:
        with transaction():
            order_mail(writer="registration", subject_id=1, deed_key="x", conference_id=None, at=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert ordered_mails() == 0


def test_confirmation_comes_before_what_follows_when_it_was_not_written_yet(app: Flask) -> None:
    conference = make_conference(places_on_site=1)
    first, second = come(conference), come(conference, 2)
    withdraw(delegate=first, actor=ACTOR, at=NOW)
    write_ordered(at=NOW)
    to_second = [kind for kind, to, _key in told() if to == [second.email]]
    assert to_second[-1] == "place_granted"
    assert len(to_second) == 2


def test_nothing_is_written_to_somebody_erased_meanwhile(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    row = come(make_conference())
    put = orders._put

    def erased_first(*given: object) -> int:
        erase_delegate(delegate=row, actor=ACTOR, at=NOW)
        return put(*given)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(orders, "_put", erased_first)
    assert write_ordered(at=NOW) == 0
    assert (told(), ordered_mails()) == ([], 0)


def test_others_are_written_and_one_tried_five_times_when_it_cannot_be_written(
    writers: dict[int, Draft | Exception | None],
) -> None:
    writers |= {number: draft(number) for number in range(1, 25)}
    writers[3], writers[4] = ValueError("odd"), None
    order(*range(1, 25))
    assert write_ordered(at=NOW) == 22
    assert [row.subject_id for row in db.session.scalars(select(MailOrder))] == [3]
    assert [write_ordered(at=NOW) for _ in range(6)] == [0] * 6
    assert [row.attempts for row in db.session.scalars(select(MailOrder))] == [5]
    assert len(told()) == 22


@pytest.mark.parametrize(
    ("ages", "expected"), [((), False), ((0.2,), False), ((1.5,), True), ((3, 0.2), False), ((12, 0.2), True)]
)
def test_orders_wait_until_the_door_is_calm_but_not_for_ever(
    writers: dict[int, Draft | Exception | None], ages: tuple[float, ...], expected: bool
) -> None:
    with transaction():
        for number, age in enumerate(ages):
            order_mail(writer="trial", subject_id=number, deed_key=f"t:{number}", conference_id=None,
                       at=NOW - timedelta(seconds=age))  # fmt: skip
    assert is_time(NOW) is expected


@pytest.mark.usefixtures("app")
def test_list_and_send_know_mails_still_to_be_written() -> None:
    conference = make_conference()
    come(conference)
    come(conference, 2)

    import app.mailroom.commands  # noqa: F401  # registers the verbs

    def said(*arguments: str) -> Any:
        return json.loads(CliRunner().invoke(GROUPS["mail"], [*arguments, "--json"], catch_exceptions=False).output)

    assert said("send", "--dry-run")["waiting"] == 2
    assert [one["kind"] for one in said("list")] == ["registered", "registered"]
