"""One letter in each language, and a way to change anything about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from invitations.letter import Attachment, Executor, Letter, Signatory, compose
from invitations.letterhead import Letterhead
from invitations.recipient import Gender, Recipient

FONTS = Path(__file__).parents[2] / "app" / "static" / "fonts"

LETTERHEAD = Letterhead(
    names={
        "ru": "Международная Ассоциация «Породнённые города»",
        "de": "Internationale Assoziation „Partnerstädte“",
        "en": "Twin Cities International Association",
    },
    addresses={
        "ru": ("125000, Россия, г. Москва,", "ул. Образцовая, д. 1"),
        "de": ("Obraszowaja-Straße 1", "125000 Moskau, Russland"),
        "en": ("1 Obraztsovaya Street,", "Moscow 125000, Russia"),
    },
    email="office@twincities.example",
    web="www.twincities.example",
    phones=("+7 499 000-20-14",),
)

RECIPIENTS = {
    "ru": Recipient(
        "ru",
        "Глава муниципального образования город Краснодар",
        "Первышов",
        "Евгений",
        "Алексеевич",
        gender=Gender.MALE,
        email="head@krasnodar.example",
    ),
    "de": Recipient(
        "de",
        "Oberbürgermeister der Stadt Suhl",
        "Muster",
        "Andrea",
        degree="Dr.",
        gender=Gender.FEMALE,
        address=("Marktplatz 1", "98527 Suhl"),
        country="Deutschland",
    ),
    "en": Recipient("en", "Lord Mayor of Cologne", "Reker", "Henriette", gender=Gender.FEMALE),
}
SIGNATORIES = {
    "ru": Signatory("Исполнительный вице-президент", "С.В. Парамонов"),
    "de": Signatory("Geschäftsführender Vizepräsident", "S. W. Paramonow"),
    "en": Signatory("Executive Vice-President", "S.V. Paramonov"),
}
FIELDS: dict[str, object] = {
    "edition": 16,
    "conference_title": {
        "ru": "конференция городов-партнёров России и Германии",
        "de": "Deutsch-Russische Städtepartnerkonferenz",
        "en": "German-Russian Partner Cities Conference",
    },
    "host_ru": "Калуга",
    "host_de": "Kaluga",
    "host_en": "Kaluga",
    "start": date(2021, 6, 28),
    "end": date(2021, 6, 30),
    "theme": {
        "ru": "Укрепление связей – расширение горизонтов",
        "de": "Verbindungen stärken – Horizonte erweitern",
        "en": "Stronger ties, wider horizons",
    },
    "partner_organisation": {
        "ru": "Германо-Российский форум",
        "de": "Deutsch-Russisches Forum e. V.",
        "en": "the German-Russian Forum",
    },
    "preparation": {
        "ru": "В марте оргкомитет побывал в Калуге и встретился с губернатором области В.В. Шапшой.",
        "de": "Im März besuchte das Organisationskomitee Kaluga und traf Gouverneur Wladislaw Schapscha.",
        "en": "In March the organising committee visited Kaluga and met Governor Vladislav Shapsha.",
    },
    "anniversary": 650,
    "participants": {
        "ru": "главы муниципалитетов и представители общественности двух стран",
        "de": "Verantwortliche aus Kommunen und Zivilgesellschaft beider Länder",
        "en": "leaders of municipalities and civil society of both countries",
    },
    "guests": {
        "ru": "министры иностранных дел России и Германии",
        "de": "die Außenminister Deutschlands und Russlands",
        "en": "the foreign ministers of Germany and Russia",
    },
    "partners": {"ru": ("Карлсруэ (Германия)",), "de": ("Kaluga (Russland)",), "en": ("Kaluga (Russia)",)},
    "responsible_name": {"ru": "Мария Мартынюк", "de": "Marija Martynjuk", "en": "Maria Martynyuk"},
    "responsible_phone": "+7 499 000-20-15",
    "responsible_emails": ("forum@twincities.example", "office@twincities.example"),
    "video_possible": True,
    "reply_until": date(2021, 5, 15),
}
PERSONS = {
    "ru": Recipient("ru", "Обер-бургомистр города Зуля", "Мюллер", "Анна", degree="Dr.", gender=Gender.FEMALE),
    "de": Recipient("de", "Oberbürgermeister der Stadt Suhl", "Müller", "Anna", degree="Dr.", gender=Gender.FEMALE),
    "en": Recipient("en", "Lord Mayor of Suhl", "Müller", "Anna", degree="Dr.", gender=Gender.FEMALE),
}
OCCASION: dict[str, object] = {
    "person": PERSONS,
    "format": "hybrid",
    "programme_version": {"ru": "редакция 3", "de": "Fassung 3", "en": "version 3"},
    "programme_url": "https://ratusha.example/c/kaluga-2021/programme",
    "attendance": "on-site",
    "evisa_possible": True,
    "people": 412,
    "countries": 12,
    "contribution": {
        "ru": "выступление на открытии",
        "de": "Ihren Beitrag zur Eröffnung",
        "en": "your speech at the opening",
    },
    "materials_url": "https://ratusha.example/c/kaluga-2021",
    "passport_name": "MUELLER ANNA",
    "passport_name_cyrillic": "Мюллер Анна",
    "sex": "f",
    "birth_date": date(1970, 4, 6),
    "birth_place": {"ru": "Зуль", "de": "Suhl", "en": "Suhl"},
    "citizenship": {"ru": "Германия", "de": "deutsch", "en": "German"},
    "residence_country": {"ru": "Германия", "de": "Deutschland", "en": "Germany"},
    "passport_number": "C01X00T47",
    "passport_issued": "2020-03-01",
    "passport_expires": date(2030, 2, 28),
    "visa_entries": 1,
    "stay_from": date(2021, 6, 27),
    "stay_to": date(2021, 7, 1),
    "towns": {"ru": ("Москва", "Калуга"), "de": ("Moskau", "Kaluga"), "en": ("Moscow", "Kaluga")},
    "purpose": {
        "ru": "участие в конференции городов-партнёров",
        "de": "Teilnahme an der Städtepartnerkonferenz",
        "en": "taking part in the Partner Cities Conference",
    },
    "host_legal_name": LETTERHEAD.names,
    "host_legal_address": {
        "ru": "125000, г. Москва, ул. Образцовая, д. 1",
        "de": "Obraszowaja-Straße 1, 125000 Moskau",
        "en": "1 Obraztsovaya Street, Moscow 125000",
    },
    "host_inn": "7700000000",
    "host_ogrn": "1027700000000",
    "costs_by_host": True,
    "insurance": True,
    "subject": {"ru": "О сроках регистрации", "de": "Fristen der Anmeldung", "en": "Registration deadlines"},
    "text": {
        "ru": "Сообщаем, что регистрация продлена.\n\nНапоминаем:\n\n- заявки — до 20 мая;\n- отели — до 1 июня.",
        "de": "die Anmeldefrist wurde verlängert.\n\n- Anmeldung bis 20. Mai;\n- Hotels bis 1. Juni.",
        "en": "Registration has been extended.\n\n- registration until 20 May;\n- hotels until 1 June.",
    },
}
ATTACHMENTS = {
    "ru": (Attachment("Проект программы конференции", 5), Attachment("Копия письма МИД России", 2)),
    "de": (Attachment("Programmentwurf", 5), Attachment("Kopie des Schreibens des Außenministeriums", 2)),
    "en": (Attachment("Draft programme", 5), Attachment("Copy of the Foreign Ministry's letter", 2)),
}


@pytest.fixture
def fonts() -> Path:
    return FONTS


@pytest.fixture
def write() -> Callable[..., Letter]:
    """``write("ru")`` composes the invitation; any argument of compose() may be replaced, fields are merged."""

    def compose_one(language: str, *, fields: dict[str, object] | None = None, **changes: Any) -> Letter:
        arguments: dict[str, Any] = {
            "kind": "invitation",
            "language": language,
            "recipient": RECIPIENTS[language],
            "letterhead": LETTERHEAD,
            "fields": {**FIELDS, **OCCASION, **(fields or {})},
            "number": "Исх-69",
            "date": date(2021, 4, 6),
            "attachments": ATTACHMENTS[language],
            "signatory": SIGNATORIES[language],
            "executor": Executor("М.Т. Мартынюк", "+7 499 000-20-15"),
            "reply_url": f"https://ratusha.example/{language}/reply/Xk3v9QmT2bLw8RzYpN5c",
        }
        return compose(**{**arguments, **changes})

    return compose_one
