"""The programmes of the demo, for tests."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from app.conferences.models import Conference
from app.programme.models import Release
from app.programme.operations import import_programme, release_programme
from tests.factories import ACTOR, NOW, make_conference, make_municipality

DATA = Path(__file__).parents[1] / "app" / "demo" / "data"
XIV = (DATA / "programme_xiv.json").read_bytes()
XVI = (DATA / "programme_xvi.json").read_bytes()


def krasnodar() -> Conference:
    """XIV Krasnodar 2017, the conference of the file ``XIV``."""
    return make_conference(
        "xiv-krasnodar-2017", edition=14,
        host=make_municipality("krasnodar", name_ru="Краснодар", name_de="Krasnodar", name_en="Krasnodar"),
        starts_on=date(2017, 6, 28), ends_on=date(2017, 6, 30),
    )  # fmt: skip


def released_krasnodar() -> tuple[Conference, Release]:
    """The same with its programme, released once."""
    conference = krasnodar()
    import_programme(conference=conference, content=XIV, actor=ACTOR, at=NOW)
    return conference, release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
