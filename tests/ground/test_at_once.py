"""What waits for the end of a deed of a crowd is written whole or not at all, on both databases alike."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import insert, literal, select
from sqlalchemy.exc import IntegrityError

from app.conferences.models import Conference
from app.database import db, lock_and_ask, rehearsal, transaction, write_later
from app.history.models import HistoryEntry
from app.history.operations import record
from app.history.rules import SYSTEM
from app.mailroom.models import MailOrder
from tests.factories import NOW, make_conference

_NEW_ORDER = insert(MailOrder.metadata.tables[MailOrder.__tablename__]).inline()
ORDER = {"writer": "nobody", "subject_id": 1, "deed_key": "once", "attempts": 0, "created_at": NOW}


def kept() -> tuple[list[str], list[str]]:
    db.session.rollback()
    deeds = db.session.scalars(select(HistoryEntry.deed).where(HistoryEntry.deed.like("crowd%")))
    return sorted(deeds), sorted(db.session.scalars(select(MailOrder.deed_key)))


def told(number: int) -> None:
    record(deed=f"crowd.{number}", subject=None, actor=SYSTEM, at=NOW)


def test_rows_stand_when_they_waited_for_the_end(app: Flask) -> None:
    conference = make_conference()
    with transaction(at_once=True):
        lock_and_ask(Conference, conference.id, select(literal(1)), {})
        told(1)
        write_later(_NEW_ORDER, [{**ORDER, "deed_key": key} for key in ("a", "b")])
    assert kept() == (["crowd.1"], ["a", "b"])


def test_nothing_stands_when_one_of_the_rows_that_waited_is_refused(app: Flask) -> None:
    conference = make_conference()
    slug = conference.slug

    def deed() -> None:
        with transaction(at_once=True):
            conference.slug = "another"
            told(1)
            write_later(_NEW_ORDER, ORDER | {"writer": None})
            told(2)

    with pytest.raises(IntegrityError):
        deed()
    assert kept() == ([], [])
    assert db.session.get_one(Conference, conference.id).slug == slug
    with transaction(at_once=True):  # the connection serves the next
        told(3)
    assert kept() == (["crowd.3"], [])


def test_nothing_stands_when_the_deed_breaks_off_or_is_only_rehearsed(app: Flask) -> None:
    def deed() -> None:
        with transaction(at_once=True):
            told(1)
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        deed()
    with rehearsal(), transaction(at_once=True):
        told(2)
    with transaction():
        told(3)
    assert kept() == (["crowd.3"], [])
