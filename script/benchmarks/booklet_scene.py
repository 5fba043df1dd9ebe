"""A programme whose booklet has forty pages: the demo's, with people and texts, over more days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

PEOPLE = [
    {"name": "Первышов Евгений Алексеевич", "role": "chair", "office_ru": "Глава города Краснодара",
     "office_de": "Oberhaupt der Stadt Krasnodar"},
    {"name": "Dr. Frank Mustermann", "role": "moderator", "office_ru": "Обер-бургомистр города Карлсруэ",
     "office_de": "Oberbürgermeister der Stadt Karlsruhe"},
    {"name": "Орлова Анна Павловна", "role": "speaker", "office_ru": "Руководитель управления международных связей",
     "office_de": "Leiterin der Abteilung für internationale Beziehungen"},
]  # fmt: skip
TEXT_RU = "Обсуждаются опыт и планы городов-партнёров, общие проекты и то, что для них нужно. "
TEXT_DE = "Besprochen werden Erfahrungen und Vorhaben der Partnerstädte, gemeinsame Projekte und was sie brauchen. "


def forty_pages(conference: Any) -> Any:
    """The edition to set."""
    from app.programme.queries.content import freeze
    from app.programme.queries.papers.booklet import Edition

    content = freeze(conference, before=None)
    first = date.fromisoformat(content["days"][0])
    items = []
    for number in range(90):
        like = content["items"][number % len(content["items"])]
        day, hour = first + timedelta(days=number // 25), 7 + (number % 25) // 2
        start, end = f"{hour:02}:{30 * (number % 2):02}", f"{hour + 1:02}:{30 * (number % 2):02}"
        items.append(like | {
            "id": f"B{number:03}", "uid": f"B{number:03}", "date": day.isoformat(), "start": start, "end": end,
            "starts_at": f"{day}T{start}:00+03:00", "ends_at": f"{day}T{end}:00+03:00",
            "people": PEOPLE if number % 2 else [], "description_ru": TEXT_RU * (number % 3),
            "description_de": TEXT_DE * (number % 3),
        })  # fmt: skip
    return Edition(content | {"items": items}, True, 0, first)
