"""Badges: A6, four on A4, names in both scripts, QR. The process is warm; the persons are new to it each run."""

from __future__ import annotations

import itertools
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from script.benchmarks import case

NOW = datetime(2017, 6, 1, 9, 0, tzinfo=UTC)

LAST = [
    ("Орлов", "Orlow", "Orlov"), ("Кузнецов", "Kusnezow", "Kuznetsov"), ("Соловьёв", "Solowjow", "Solovev"),
    ("Чернышёв", "Tschernyschow", "Chernyshev"), ("Щербаков", "Schtscherbakow", "Shcherbakov"),
    ("Рождественский-Преображенский", "Roschdestwenski-Preobraschenski", "Rozhdestvenskii-Preobrazhenskii"),
    ("Мюллер", "Müller", "Müller"), ("Вайсгербер-Штраус", "Weißgerber-Strauß", "Weißgerber-Strauß"),
    ("Шварценбах", "Schwarzenbach", "Schwarzenbach"), ("Ланге", "Lange", "Lange"), ("Йегер", "Jäger", "Jäger"),
]  # fmt: skip
FIRST = [
    ("Анна", "Anna", "Anna"), ("Дмитрий", "Dmitri", "Dmitrii"), ("Екатерина", "Jekaterina", "Ekaterina"),
    ("Карл-Теодор", "Karl-Theodor", "Karl-Theodor"), ("Зигрид", "Sigrid", "Sigrid"), ("Олег", "Oleg", "Oleg"),
    ("Фридерике", "Friederike", "Friederike"), ("Владимир", "Wladimir", "Vladimir"),
]  # fmt: skip
MIDDLE = ["Сергеевич", "Александрович", "Глебович", "Игоревич", "Эдуардович"]
TOWNS = [
    ("krasnodar", "Краснодар", "Krasnodar", "RU"), ("kaluga", "Калуга", "Kaluga", "RU"),
    ("st-petersburg", "Санкт-Петербург", "Sankt Petersburg", "RU"), ("karlsruhe", "Карлсруэ", "Karlsruhe", "DE"),
    ("badhomburg", "Бад-Хомбург-фор-дер-Хёэ", "Bad Homburg vor der Höhe", "DE"), ("linz", "Линц", "Linz", "AT"),
]  # fmt: skip
ROLES = ["member"] * 8 + ["youth", "youth", "association", "business", "press", "head", "interpreter", "diplomat"]


@contextmanager
def conference_of(delegates: int) -> Iterator[Any]:
    """A conference in Krasnodar with so many delegates on site, on a database of its own."""
    from app import create_app
    from app.migrations import make_ready
    from config import load_settings

    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings({"RATUSHA_DATA": folder, "RATUSHA_SECRET_KEY": "only for the benchmark"})
        app = create_app(replace(settings, testing=True))
        with app.app_context():
            make_ready()
            yield _filled(delegates)
            from app.database import db

            db.session.remove()
            db.engine.dispose()


def _filled(delegates: int) -> Any:
    from app.conferences.models import Conference
    from app.conferences.rules import Attendance
    from app.database import transaction
    from app.delegations.models import Delegate
    from app.delegations.rules import Accreditation
    from app.directory.models import Municipality
    from app.directory.rules import MunicipalityKind

    chance = random.Random(2017)
    with transaction() as session:
        towns = [
            Municipality(slug=slug, name_ru=ru, name_de=de, name_en=de, country=country,
                         kind=MunicipalityKind.CITY, updated_at=NOW)
            for slug, ru, de, country in TOWNS
        ]  # fmt: skip
        session.add_all(towns)
        session.flush()
        conference = Conference(
            slug="benchmark", edition=14, title_ru="Конференция городов-партнёров России и Германии",
            title_de="Deutsch-Russische Städtepartnerkonferenz", title_en="Conference of Partner Cities",
            host_id=towns[0].id, starts_on=date(2017, 6, 28), ends_on=date(2017, 6, 30), created_at=NOW,
            updated_at=NOW,
        )  # fmt: skip
        session.add(conference)
        session.flush()
        for number in range(delegates):
            last, first, town = chance.choice(LAST), chance.choice(FIRST), chance.choice(towns)
            russian, middle = town.country == "RU", chance.choice(MIDDLE)
            marked = f"{chance.choice('АБВГДЕЖЗИК')}. " if number % 3 else ""  # few namesakes, as in life
            session.add(
                Delegate(
                    conference_id=conference.id, public_id=f"B{number:05}", municipality_id=town.id,
                    precedence=1000, last=last[0] if russian else last[1], first=first[0] if russian else first[1],
                    patronymic=middle if russian else "", last_latin=last[2], first_latin=first[2],
                    badge_ru=f"{last[0]} {first[0]} {marked}{middle}" if russian else f"{first[0]} {marked}{last[0]}",
                    badge_de=f"{first[1]} {last[1]}", country=town.country, role=chance.choice(ROLES),
                    attendance=Attendance.ON_SITE, accreditation=Accreditation.GRANTED, language="ru",
                    token=f"t{number}", badge_token=f"{chance.getrandbits(70):018x}"[:12], join_token=f"j{number}",
                    created_at=NOW, updated_at=NOW,
                )
            )  # fmt: skip
    return conference


def forget_persons() -> None:
    """What was kept of persons by earlier runs is no merit of this one; fonts and designs stay."""
    from app.printing.press import faces, fitting, qr

    for kept in (faces.shaped, faces.width, fitting.fit, fitting._wrapped, fitting._balanced, qr.code):
        kept.cache_clear()


def _print(conference: Any, layout: str | None = None, **asked: Any) -> None:
    from app.history.rules import COMMAND
    from app.printing.operations import print_badges
    from app.printing.rules import require_layout

    printed = print_badges(conference=conference, layout=require_layout(layout), actor=COMMAND, at=NOW, **asked)
    assert printed.count


def _all(count: int) -> Iterator[Callable[[], object]]:
    with conference_of(count) as conference:
        _print(conference)

        def work() -> None:
            forget_persons()
            _print(conference)

        yield work


@case("700", items=700)
def all_badges() -> Iterator[Callable[[], object]]:
    """A whole conference."""
    yield from _all(700)


@case("700-photo", items=700)
def all_badges_with_photographs() -> Iterator[Callable[[], object]]:
    """A whole conference with a portrait of everyone, shrunk for print when it was first printed."""
    with conference_of(700) as conference:
        _give_portraits()
        _print(conference, "a6-portrait-photo")

        def work() -> None:
            forget_persons()
            _print(conference, "a6-portrait-photo")

        yield work


def _give_portraits() -> None:
    """A photograph of 900 by 1200 for everyone, each another."""
    import io

    from PIL import Image

    from app.database import db
    from app.delegations.models import Delegate
    from app.delegations.operations.photos import set_photo
    from app.history.rules import COMMAND

    for number, row in enumerate(db.session.query(Delegate).order_by(Delegate.id)):
        shades = (
            Image.linear_gradient("L").resize((900, 1200)).rotate(number),
            Image.effect_noise((450, 600), 40).resize((900, 1200)),
            Image.radial_gradient("L").resize((900, 1200)).point(lambda value, turn=number: (value + turn) % 256),
        )
        target = io.BytesIO()
        Image.merge("RGB", shades).save(target, "JPEG", quality=80)
        set_photo(delegate=row, content=target.getvalue(), crop=None, actor=COMMAND, at=NOW)


@case("10000", items=10_000)
def very_many() -> Iterator[Callable[[], object]]:
    """Fourteen of them: does time grow evenly, and does memory stay?"""
    yield from _all(10_000)


@case("changed-12", items=12)
def only_changed() -> Iterator[Callable[[], object]]:
    """Twelve of 700 have changed since the last run."""
    from app.database import db, transaction
    from app.delegations.models import Delegate

    with conference_of(700) as conference:
        _print(conference)
        rounds = itertools.count(1)

        def work() -> None:
            turn = next(rounds)
            with transaction():
                for row in db.session.query(Delegate).order_by(Delegate.id).limit(12):
                    row.badge_de = f"Person {turn} Changed {row.public_id}"
            _print(conference, scope="new")

        yield work


@case("one", items=1)
def one_badge() -> Iterator[Callable[[], object]]:
    """One reprint."""
    from app.database import db
    from app.delegations.models import Delegate

    with conference_of(700) as conference:
        _print(conference)
        ids = itertools.cycle([row for (row,) in db.session.query(Delegate.id).limit(50)])

        def work() -> None:
            forget_persons()
            _print(conference, scope="one", delegate_id=next(ids))

        yield work
