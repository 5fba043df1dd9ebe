"""Kaluga 2021 with its brief, and heads to write to."""

from __future__ import annotations

from typing import Any

import pytest

from app.conferences.models import Conference
from app.correspondence.operations import set_brief
from app.correspondence.rules import LetterKind
from app.database import db
from app.directory.models import Municipality
from tests.factories import (
    ACTOR,
    NOW,
    make_conference,
    make_head,
    make_municipality,
    make_partnership,
)

BRIEFS: dict[str, dict[str, Any]] = {
    "ru": {
        "partner_organisation": "Германо-Российский форум",
        "participants": "главы муниципалитетов и представители гражданского общества обеих стран",
        "preparation": "В марте представители оргкомитета побывали в Калуге и встретились с губернатором области.",
        "anniversary": "650-летие со дня основания",
        "guests": "министры иностранных дел России и Германии",
        "responsible_name": "Наталия Сергеевна Сорокина",
        "responsible_phone": "+7 499 000-00-00",
        "responsible_emails": ["forum@example.org", "office@example.org"],
        "video_possible": True,
    },
    "de": {
        "partner_organisation": "Deutsch-Russisches Forum e. V.",
        "participants": "Oberhäupter der Kommunen und Engagierte der Zivilgesellschaft beider Länder",
        "responsible_name": "Natalija Sorokina",
    },
    "en": {
        "partner_organisation": "the German-Russian Forum",
        "participants": "heads of municipalities and members of civil society from both countries",
        "responsible_name": "Natalia Sorokina",
    },
}


def make_town(slug: str, name: str, country: str = "RU", **given: Any) -> Municipality:
    """A town of that name in every language."""
    return make_municipality(slug, **({"name_ru": name, "name_de": name, "name_en": name, "country": country} | given))


def write_briefs(conference: Conference) -> None:
    """The briefs of an invitation in the three languages."""
    for language, facts in BRIEFS.items():
        set_brief(
            conference=conference, kind=LetterKind.INVITATION, language=language, facts=facts, actor=ACTOR, at=NOW
        )  # fmt: skip


def let_host_take_part(conference: Conference) -> None:
    """Give the host city a head of 2021 and Suhl as a partner."""
    make_head(conference.host)
    make_partnership(conference.host, db.session.query(Municipality).filter_by(slug="suhl").one())


@pytest.fixture
def kaluga(app: Any) -> Conference:
    """The conference in Kaluga; Suhl (DE) is the partner of Perm (RU), both with heads of 2021.

    The host has neither head nor partners here; :func:`let_host_take_part` gives it both.
    """
    conference = make_conference()
    suhl = make_town("suhl", "Зуль", "DE", name_de="Suhl", name_en="Suhl", region_ru="Тюрингия", iso3166_2="DE-TH")
    perm = make_town("perm", "Пермь", name_de="Perm", name_en="Perm", region_ru="Пермский край", iso3166_2="RU-PER")
    make_head(
        suhl, office_ru="Обер-бургомистр города Зуль", office_de="Oberbürgermeister der Stadt Suhl", last="Knapp",
        first="André", patronymic="", last_de="Knapp", first_de="André", last_ru="Кнапп", first_ru="Андре",
        last_icao="", first_icao="",
    )  # fmt: skip
    make_head(
        perm, office_ru="Глава города Перми", office_de="Oberbürgermeister der Stadt Perm", last="Дёмкин",
        first="Алексей", patronymic="Николаевич", last_de="Djomkin", first_de="Alexei", last_ru="Дёмкин",
        first_ru="Алексей", last_icao="Demkin", first_icao="Aleksei",
    )  # fmt: skip
    make_partnership(perm, suhl)
    write_briefs(conference)
    return conference
