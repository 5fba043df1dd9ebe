"""A delegate far away reads hours on the own clock beside the host's, without choosing one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from icalendar import Calendar

from app.conferences.rules import ConferenceFormat
from app.programme.operations import release_programme
from tests.factories import ACTOR, NOW, make_conference, make_delegate, make_municipality, make_session

ONE_DATABASE = True


def test_own_pages_tell_both_clocks_until_the_hosts_is_chosen_when_the_town_lives_by_another(
    app: Flask, visitor: Any
) -> None:
    conference = make_conference()
    make_session(
        conference, "A", starts_at=datetime(2040, 6, 28, 7, tzinfo=UTC), ends_at=datetime(2040, 6, 28, 8, tzinfo=UTC)
    )
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    far = make_municipality("novosibirsk", iso3166_2="RU-NVS", timezone="")
    delegate = make_delegate(conference, municipality_id=far.id)
    own = f"/ru/delegate/{delegate.token}"
    assert "10:00–11:00 (Калуга; Новосибирск: 14:00–15:00)" in visitor.get(own).text
    page = visitor.get(f"{own}/programme").text
    assert "14:00–15:00" in page
    assert '<option value="Asia/Novosibirsk" selected>' in page
    visitor.post(f"/ru/c/{conference.slug}/programme/zone", data={"zone": "Europe/Moscow"})
    assert "Новосибирск:" not in visitor.get(own).text
    assert "14:00–15:00" not in visitor.get(f"{own}/programme").text


def test_public_calendar_leads_to_the_page_that_tells_how_to_join_when_a_session_is_by_video(
    app: Flask, visitor: Any
) -> None:
    conference = make_conference(format=ConferenceFormat.HYBRID)
    for code, given in (("A", {}), ("B", {"format": ConferenceFormat.IN_PERSON}), ("C", {"cancelled": True})):
        make_session(conference, code, starts_at=NOW, ends_at=NOW + timedelta(hours=1), **given)
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    events = Calendar.from_ical(visitor.get(f"/c/{conference.slug}/programme.ics").text).walk("VEVENT")
    doors = {str(event["uid"]).split("@")[0]: str(event.get("conference", "")) for event in events}
    assert sorted(filter(None, doors.values())) == [f"http://127.0.0.1:5000/c/{conference.slug}/programme/A"]
    page = visitor.get(f"/de/c/{conference.slug}/programme/A").text
    assert "Delegierte nehmen per Video von ihrer persönlichen Seite aus teil" in page
