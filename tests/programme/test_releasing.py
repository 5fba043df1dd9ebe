"""Releases: frozen, numbered, each with the sequence of its calendar entries."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.database import db, transaction
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.programme.models import ProgrammeSession, Release
from app.programme.operations import (
    cancel_session,
    change_session,
    details_of,
    import_programme,
    reinstate_session,
    release_programme,
)
from app.programme.queries import current_release, session_by_code
from app.programme.queries.feeds import as_json
from app.programme.rules import PersonRole, SessionKind, held_as
from app.programme.rules.parts import PersonDetails
from tests.factories import ACTOR, NOW, make_conference, make_room, make_session
from tests.programme_files import XIV, krasnodar

# Long texts, and what only papers ask for.
_NOT_COMPARED = {"items", "titles", "themes", "organisers", "contact", "places", "town_plans"}


def _release(conference: Conference, name: str = "") -> Release:
    return release_programme(conference=conference, name=name, actor=ACTOR, at=NOW)


def _change(session: ProgrammeSession, **given: Any) -> None:
    details = replace(details_of(session), **given)
    change_session(session=session, details=details, version=session.version, actor=ACTOR, at=NOW)


def _sequences(release: Release) -> dict[str, tuple[int, bool]]:
    return {item["id"]: (item["sequence"], item["cancelled"]) for item in release.content["items"]}


def test_release_freezes_the_draft_when_made(app: Flask) -> None:
    conference = make_conference()
    make_session(conference, room=make_room(conference))
    release = _release(conference, " Stand 6. April ")
    assert (release.number, release.name, release.released_by) == (1, "Stand 6. April", ACTOR.label)
    assert release.content["items"] == [
        {
            "id": "K07", "date": "2021-06-28", "start": "18:00", "end": "20:00", "type": "plenary",
            "title_ru": "Открытие конференции", "title_de": "Eröffnung der Konferenz",
            "title_en": "Opening of the conference", "venue": "Филармония / Philharmonie", "room": "Большой зал",
            "capacity": None, "audience": "all", "languages": ["ru", "de"], "simultaneous_interpretation": True,
            "people": [], "format": None, "cancelled": False, "held_as": "in-person",
            "starts_at": "2021-06-28T15:00:00+00:00", "ends_at": "2021-06-28T17:00:00+00:00",
            "venue_names": {"ru": "Филармония", "de": "Philharmonie", "en": "Philharmonic Hall"},
            "room_names": {"ru": "Большой зал"}, "uid": "xvi-kaluga-2021-K07@ratusha.example", "sequence": 0,
        }
    ]  # fmt: skip
    about = {name: value for name, value in release.content.items() if name not in _NOT_COMPARED}
    assert about == {
        "conference": "XVI", "host": "kaluga", "timezone": "Europe/Moscow", "utc_offset": "+03:00",
        "days": ["2021-06-28", "2021-06-29", "2021-06-30"], "slug": "xvi-kaluga-2021", "format": "in-person",
        "host_names": {"ru": "Калуга", "de": "Kaluga", "en": "Kaluga"},
    }  # fmt: skip
    [entry] = db.session.query(HistoryEntry).filter_by(deed="programme.release_programme")
    assert entry.details == {"number": 1, "sessions": 1}


def test_release_stays_as_it_was_when_the_draft_changes(app: Flask) -> None:
    conference = make_conference()
    session = make_session(conference)
    before = json.dumps(_release(conference).content)
    _change(session, title_de="Auftakt")
    db.session.expire_all()
    first = current_release(conference)
    assert first is not None
    assert json.dumps(first.content) == before


def test_sequence_is_raised_only_where_changed_when_released_again(app: Flask) -> None:
    conference = make_conference()
    moved, kept, called_off = (make_session(conference, code) for code in ("A", "B", "C"))
    assert _sequences(_release(conference)) == {"A": (0, False), "B": (0, False), "C": (0, False)}
    _change(moved, ends_at=datetime(2021, 6, 28, 18, 0, tzinfo=UTC))
    cancel_session(session=called_off, actor=ACTOR, at=NOW)
    assert _sequences(_release(conference)) == {"A": (1, False), "B": (0, False), "C": (1, True)}
    _change(kept, people=(PersonDetails("Анна Орлова", PersonRole.CHAIR),))
    assert _sequences(_release(conference)) == {"A": (1, False), "B": (1, False), "C": (1, True)}
    reinstate_session(session=called_off, actor=ACTOR, at=NOW)
    assert _sequences(_release(conference)) == {"A": (1, False), "B": (1, False), "C": (2, False)}


def test_sequence_stays_when_only_internal_remarks_change(app: Flask) -> None:
    conference = make_conference()
    session = make_session(conference, extra={"note": "one"})
    _release(conference)
    with transaction():
        session.extra = {"note": "two"}
    again = _release(conference)
    assert (again.content["items"][0]["note"], _sequences(again)) == ("two", {"K07": (0, False)})


def test_session_nobody_saw_is_left_out_when_cancelled_before_the_release(app: Flask) -> None:
    conference = make_conference()
    make_session(conference, "A")
    make_session(conference, "B", cancelled=True)
    assert _sequences(_release(conference)) == {"A": (0, False)}


def test_session_stays_as_cancelled_when_it_is_gone_from_the_draft(app: Flask) -> None:
    conference = make_conference()
    make_session(conference, "A")
    gone = make_session(conference, "B")
    _release(conference)
    with transaction() as unit:
        unit.delete(gone)
    assert _sequences(_release(conference)) == {"A": (0, False), "B": (1, True)}
    assert _sequences(_release(conference)) == {"A": (0, False), "B": (1, True)}


def test_release_is_refused_when_the_draft_is_empty(app: Flask) -> None:
    with pytest.raises(Refusal, match="no session to release"):
        _release(make_conference())


def test_releases_are_numbered_without_gap_when_made_at_once(app: Flask) -> None:
    conference = make_conference()
    make_session(conference)
    number = conference.id
    failures: list[BaseException] = []

    def make() -> None:
        try:
            with app.app_context():
                _release(db.session.get_one(Conference, number))
        except BaseException as reason:
            failures.append(reason)

    db.session.rollback()
    threads = [threading.Thread(target=make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(row.number for row in db.session.query(Release)) == [1, 2, 3, 4, 5, 6]


def test_export_changes_nothing_when_imported_again(app: Flask) -> None:
    conference = krasnodar()
    import_programme(conference=conference, content=XIV, actor=ACTOR, at=NOW)
    opening = session_by_code(conference, "K07")
    assert opening is not None
    _change(opening, people=(PersonDetails("Анна Орлова", PersonRole.CHAIR),), format=ConferenceFormat.HYBRID,
            description_de="Zuerst\n\ndie Hymnen")  # fmt: skip
    release = _release(conference)
    for text in (as_json(release, public=False), as_json(release, public=True)):
        report = import_programme(conference=conference, content=text.encode(), actor=ACTOR, at=NOW)
        assert report.as_json() == {"created": 0, "updated": 0, "unchanged": 35, "rejected": [], "warnings": []}
    main, exported = json.loads(XIV), json.loads(as_json(release, public=False))
    assert {name: exported[name] for name in main if name != "items"} == {
        name: main[name] for name in main if name != "items"
    }
    again = {item["id"]: item for item in exported["items"]}
    assert [{name: again[item["id"]][name] for name in item} for item in main["items"]] == main["items"]


@pytest.mark.parametrize(
    ("conference_format", "kind", "own", "expected"),
    [
        ("in-person", "plenary", None, "in-person"),
        ("in-person", "plenary", "hybrid", "hybrid"),
        ("hybrid", "plenary", None, "hybrid"),
        ("hybrid", "plenary", "in-person", "in-person"),
        ("hybrid", "reception", None, "in-person"),
        ("hybrid", "reception", "hybrid", "hybrid"),
        ("video", "plenary", None, "video"),
        ("video", "plenary", "in-person", "video"),
    ],
)
def test_format_of_a_session_is_resolved_when_asked(
    conference_format: str, kind: str, own: str | None, expected: str
) -> None:
    session = ProgrammeSession(kind=SessionKind(kind), format=ConferenceFormat(own) if own else None)
    assert held_as(session, ConferenceFormat(conference_format)).value == expected
