"""What a person's own page says of what a switch has called off: only of what they had in their programme."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask

from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.delegations.models import Delegate
from app.format_switch.operations import switch
from app.programme.models import SessionSignUp
from app.programme.operations import release_programme
from app.programme.rules import SessionKind, SignUpStanding
from tests.factories import ACTOR, NOW, keep, make_conference, make_delegate, make_session

ONE_DATABASE = True

IN_PERSON, HYBRID, VIDEO = ConferenceFormat.IN_PERSON, ConferenceFormat.HYBRID, ConferenceFormat.VIDEO


def _hybrid() -> Conference:
    conference = make_conference(format=HYBRID)
    make_session(conference, "K07")
    make_session(
        conference, "K09", kind=SessionKind.RECEPTION, title_ru="Приём главы", title_de="Empfang", title_en="Reception",
        starts_at=datetime(2021, 6, 28, 17, 30, tzinfo=UTC), ends_at=datetime(2021, 6, 28, 20, 0, tzinfo=UTC),
    )  # fmt: skip
    return conference


def _shown(visitor: Any, delegate: Delegate) -> list[tuple[str, str]]:
    """Each session of the own page: title, and what is said of its being off."""
    page = visitor.get(f"/de/delegate/{delegate.token}/programme").text
    return [
        (re.sub(r"<[^>]+>", "", title).strip(), state)
        for title, state in re.findall(
            r'<h3 class="timetable__title"[^>]*>(.*?)</h3>\s*(?:<p class="timetable__state">(.*?)</p>)?', page, re.S
        )
    ]


def test_own_page_shows_the_reception_as_called_off_only_to_those_who_had_it(app: Flask, visitor: Any) -> None:
    conference = _hybrid()
    on_site = make_delegate(conference, "D1", language="de", email="a@x.example")
    by_video = make_delegate(conference, "D2", language="de", email="b@x.example", attendance=Attendance.VIDEO)
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    opening, reception = ("Eröffnung der Konferenz", ""), ("Empfang", "")
    assert [_shown(visitor, one) for one in (on_site, by_video)] == [[opening, reception], [opening]]
    values: dict[str, Any] = {"plan": None, "reason": "Einreise gesperrt", "reasons": {"de": "Einreise gesperrt"}}
    switch(conference=conference, to=VIDEO, **values, actor=ACTOR, at=NOW)
    later = make_delegate(conference, "D3", language="de", email="c@x.example", attendance=Attendance.VIDEO)
    off = ("Empfang", "entfällt: Einreise gesperrt")
    assert [_shown(visitor, one) for one in (on_site, by_video, later)] == [[opening, off], [opening], [opening]]
    calendars = [visitor.get(f"/de/delegate/{one.token}/programme.ics").text for one in (on_site, by_video)]
    assert ["STATUS:CANCELLED" in text for text in calendars] == [True, False]
    switch(conference=conference, to=HYBRID, **values, actor=ACTOR, at=NOW + timedelta(hours=1))
    assert [_shown(visitor, one) for one in (on_site, by_video)] == [[opening, reception], [opening]]


def test_own_page_offers_what_still_has_places_to_whom_signed_up_for_what_was_called_off(
    app: Flask, visitor: Any
) -> None:
    conference = make_conference(starts_on=date(2041, 6, 28), ends_on=date(2041, 6, 30))
    begins = datetime(2041, 6, 28, 9, tzinfo=UTC)
    trip, _talk, full = (
        make_session(conference, code, kind=kind, title_de=code, sign_up=True, places=places, starts_at=begins,
                     ends_at=begins + timedelta(hours=1))
        for code, kind, places in (
            ("TRIP", SessionKind.EXCURSION, 9), ("TALK", SessionKind.WORKING_GROUP, 9), ("FULL", SessionKind.YOUTH, 1),
        )
    )  # fmt: skip
    anna = make_delegate(conference, "D1", language="de", email="a@x.example")
    for item, one in ((trip, anna), (full, make_delegate(conference, "D2"))):
        keep(SessionSignUp(session_id=item.id, delegate_id=one.id, standing=SignUpStanding.HAS_PLACE, at=NOW))
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    switch(conference=conference, to=VIDEO, plan=None, reason="Einreise gesperrt", actor=ACTOR, at=NOW)
    page = visitor.get(f"/de/delegate/{anna.token}/programme").text
    assert "Sie waren dafür angemeldet." in page
    assert "Freie Plätze gibt es noch hier: TALK." in page
