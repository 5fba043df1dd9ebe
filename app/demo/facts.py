"""What the demo tells beyond the files in ``data``: organisations, two conferences, and what their letters say.

The conferences took place; names of organisations are public. Addresses, telephone numbers and e-mail addresses
are invented (RFC 2606), the persons named as signatory and executor are those of the office, not living data.
"""

from __future__ import annotations

from datetime import date
from typing import Any

ASSOCIATION: dict[str, Any] = {
    "slug": "twin-cities",
    "name_ru": "Международная Ассоциация «Породнённые города»",
    "name_de": "Internationale Assoziation „Partnerstädte“",
    "name_en": "Twin Cities International Association",
    "addresses": {
        "ru": ["Россия, 119000, Москва", "ул. Примерная, д. 16"],
        "de": ["ul. Primernaja 16", "119000 Moskau", "Russische Föderation"],
        "en": ["16 Primernaya Street", "Moscow 119000, Russia"],
    },
    "email": "info@twincities.example",
    "web": "www.twincities.example",
    "phones": ["+7 (495) 555-01-69"],
    "issues_letters": True,
    "number_pattern": "Исх-{n}",
    "signatory_office_ru": "Исполнительный вице-президент",
    "signatory_office_de": "Exekutiv-Vizepräsident",
    "signatory_office_en": "Executive Vice-President",
    "signatory_name_ru": "С.В. Парамонов",
    "signatory_name_de": "S. W. Paramonow",
    "signatory_name_en": "S. V. Paramonov",
    "executor_name_ru": "Мартынюк М.Т.",
    "executor_name_de": "M. T. Martynjuk",
    "executor_name_en": "M. T. Martynyuk",
    "executor_phone": "+7 (495) 555-01-70",
}

FORUM: dict[str, Any] = {
    "slug": "deutsch-russisches-forum",
    "name_ru": "Германо-Российский Форум",
    "name_de": "Deutsch-Russisches Forum e. V.",
    "name_en": "German-Russian Forum",
    "addresses": {"de": ["Musterstraße 16", "10117 Berlin"]},
    "email": "info@forum.example",
    "web": "www.forum.example",
}

TITLES = {
    "title_ru": "Конференция городов-партнёров России и Германии",
    "title_de": "Deutsch-Russische Städtepartnerkonferenz",
    "title_en": "Conference of Partner Cities of Russia and Germany",
}

XIV: dict[str, Any] = {
    **TITLES,
    "slug": "xiv-krasnodar-2017",
    "edition": 14,
    "theme_ru": "Установление контактов — инициация проектов — укрепление доверия: импульсы для развития "
    "германо-российских связей",
    "theme_de": "Kontakte knüpfen – Projekte anstoßen – Vertrauen stärken: Impulse für die deutsch-russischen "
    "Beziehungen",
    "theme_en": "Making contacts – starting projects – strengthening trust: new impulses for German-Russian relations",
    "starts_on": date(2017, 6, 28),
    "ends_on": date(2017, 6, 30),
    "timezone": "Europe/Moscow",
    "registration_open": False,
    "contact_email": "krasnodar@twincities.example",
    "contact_phone": "+7 (495) 555-01-14",
}

XVI: dict[str, Any] = {
    **TITLES,
    "slug": "xvi-kaluga-2021",
    "edition": 16,
    "theme_ru": "Укрепление муниципальных и региональных связей – расширение горизонтов",
    "theme_de": "Kommunale und regionale Verbindungen stärken – Horizonte erweitern",
    "theme_en": "Strengthening municipal and regional ties – widening horizons",
    "starts_on": date(2021, 6, 28),
    "ends_on": date(2021, 6, 30),
    "timezone": "Europe/Moscow",
    "registration_open": True,
    "contact_email": "kaluga@twincities.example",
    "contact_phone": "+7 (495) 555-01-16",
}

_CONTACT = {
    "responsible_phone": "+7 (495) 555-01-70",
    "responsible_emails": ["kaluga@twincities.example", "protokoll@twincities.example"],
    "video_possible": True,
}

BRIEFS: dict[str, dict[str, Any]] = {
    "ru": {
        **_CONTACT,
        "partner_organisation": "Германо-Российский Форум",
        "preparation": "Весной представители Ассоциации и Форума дважды побывали в Калуге, осмотрели площадки и "
        "обсудили подготовку с Губернатором Калужской области В.В. Шапшой и Городским Головой Калуги "
        "Д.А. Денисовым.",
        "anniversary": "своё 650-летие",
        "participants": "руководители городов и регионов обеих стран, представители бизнеса, науки, молодёжных и "
        "общественных организаций",
        "guests": "министры иностранных дел России и Германии",
        "responsible_name": "Мария Тимофеевна Мартынюк",
    },
    "de": {
        **_CONTACT,
        "partner_organisation": "Deutsch-Russisches Forum e. V.",
        "preparation": "Im Frühjahr waren Vertreter der Assoziation und des Forums zweimal in Kaluga, besichtigten "
        "die Tagungsorte und besprachen die Vorbereitung mit Gouverneur Wladislaw Schapscha und Stadtoberhaupt "
        "Dmitri Denissow.",
        "anniversary": "sein 650-jähriges Bestehen",
        "participants": "Oberhäupter von Städten und Regionen beider Länder sowie Vertreterinnen und Vertreter aus "
        "Wirtschaft, Wissenschaft, Jugend und Zivilgesellschaft",
        "guests": "die Außenminister Russlands und Deutschlands",
        "responsible_name": "Maria Timofejewna Martynjuk",
    },
    "en": {
        **_CONTACT,
        "partner_organisation": "the German-Russian Forum",
        "preparation": "This spring representatives of the Association and the Forum visited Kaluga twice, saw the "
        "venues and discussed the preparations with Governor Vladislav Shapsha and the Head of the City, "
        "Dmitry Denisov.",
        "anniversary": "its 650th anniversary",
        "participants": "heads of cities and regions of both countries and representatives of business, science, "
        "youth and civil society",
        "guests": "the Ministers of Foreign Affairs of Russia and Germany",
        "responsible_name": "Maria Martynyuk",
    },
}

MINISTRY_LETTER = {
    "ru": "Копия письма Министерства иностранных дел (образец)",
    "de": "Kopie des Schreibens des Außenministeriums (Muster)",
    "en": "Copy of the letter of the Ministry of Foreign Affairs (specimen)",
}
