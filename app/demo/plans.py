"""Where houses of the demo stand, as far as that is known for certain, and two plans of floors as specimens.

The coordinates are public facts. The plans are drawn by us to show what a plan may look like; the houses are different
inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from app.conferences.details import PlanTexts
from app.conferences.models import Conference, Venue
from app.conferences.operations import add_plan
from app.conferences.queries import venues_of
from app.conferences.rules import Access
from app.conferences.spots import Spot
from app.database import transaction
from app.history.rules import COMMAND

DATA = Path(__file__).parent / "data"
SPOTS = {
    "Краснодарская филармония им. Г. Ф. Пономаренко": Spot(45.0271, 38.971),  # ul. Krasnaja 55
    "Площадь Победы": Spot(54.51417, 36.27385),  # the memorial in the middle of the square
}
_CENTRE = "Конгресс-центр"
_FOYER = "Фойе, 1-й этаж"  # so the published programme calls it: the floor one enters from the street
_PLANS: Mapping[str, tuple[str, PlanTexts]] = {
    _CENTRE: (
        "plan_congress_centre.svg",
        PlanTexts(
            "Конгресс-центр, 1-й этаж (образец)", "Kongresszentrum, Erdgeschoss (Muster)",
            "Congress centre, ground floor (specimen)",
            "Вход внизу ведёт в фойе А. Слева внизу залы 4–7, слева вверху залы 1–3; справа вверху большой зал и зал "
            "церемоний, справа внизу ресторан. Лифт посередине, лестница справа.",
            "Der Eingang unten führt in das Foyer A. Links davon liegen unten die Säle 4–7, oben die Säle 1–3; rechts "
            "oben der Große Saal und der Zeremoniensaal, rechts unten das Restaurant. Der Lift ist in der Mitte, die "
            "Treppe rechts.",
            "The entrance below leads into foyer A. Halls 4 to 7 are below on the left, halls 1 to 3 above; on the "
            "right the great hall and the hall of ceremonies are above, the restaurant below. The lift is in the "
            "middle, the stairs on the right.",
        ),
    ),
    "Краснодарская филармония им. Г. Ф. Пономаренко": (
        "plan_philharmonic.svg",
        PlanTexts(
            "Филармония, 1-й этаж (образец)", "Philharmonie, Erdgeschoss (Muster)",
            "Philharmonic hall, ground floor (specimen)",
            "Вход внизу ведёт в фойе. Напротив входа большой зал со сценой в глубине, справа малый зал, слева "
            "гардероб. Лестница слева, лифт справа.",
            "Der Eingang unten führt in das Foyer. Gegenüber liegt der Große Saal mit der Bühne am anderen Ende, "
            "rechts der Kleine Saal, links die Garderobe. Die Treppe ist links, der Lift rechts.",
            "The entrance below leads into the foyer. Straight on is the great hall with its stage at the far end, on "
            "the right the small hall, on the left the cloakroom. The stairs are on the left, the lift on the right.",
        ),
    ),
}  # fmt: skip


def _named(venue: Venue) -> str:
    return venue.name_ru or venue.name.split(" / ")[0]


def place_houses(conference: Conference) -> None:
    """Say where houses stand that everybody knows, and on which floor rooms are, as far as that is known."""
    with transaction():
        for venue in venues_of(conference):
            venue.spot = SPOTS.get(_named(venue))
            for room in venue.rooms:
                if _named(venue) == _CENTRE:
                    room.floor, room.access = 0, Access.FREE
                elif room.name == _FOYER:
                    room.floor = 0


def add_plans(conference: Conference, *, at: datetime) -> None:
    """Put the specimens into their houses."""
    for venue in venues_of(conference):
        if _named(venue) in _PLANS:
            name, texts = _PLANS[_named(venue)]
            content = (DATA / name).read_bytes()
            add_plan(conference=conference, venue=venue, content=content, texts=texts, actor=COMMAND, at=at)
