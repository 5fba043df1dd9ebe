"""A delegate far away reads hours on the own clock beside the host's, without choosing one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Flask

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
    assert "10:00–11:00 (Москва; Новосибирск: 14:00–15:00)" in visitor.get(own).text
    page = visitor.get(f"{own}/programme").text
    assert "14:00–15:00" in page
    assert '<option value="Asia/Novosibirsk" selected>' in page
    visitor.post(f"/ru/c/{conference.slug}/programme/zone", data={"zone": "Europe/Moscow"})
    assert "Новосибирск:" not in visitor.get(own).text
    assert "14:00–15:00" not in visitor.get(f"{own}/programme").text
