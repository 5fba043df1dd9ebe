"""Rows for tests, each complete and valid; give only what the test is about."""

from __future__ import annotations

import itertools
import secrets
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from app.accounts.models import Staff, StaffRole
from app.conferences.models import Conference, PlanSheet, Room, SitePlan, Venue
from app.conferences.rules import ConferenceFormat
from app.database import Model, db, transaction
from app.delegations.models import Delegate, Delegation
from app.delegations.rules import Accreditation
from app.directory.models import MunicipalHead, Municipality, Organisation, Partnership
from app.directory.rules import Gender, MunicipalityKind, PartnershipKind
from app.history.rules import Actor
from app.programme.models import ProgrammeSession
from app.programme.rules import SessionKind

NOW = datetime(2021, 4, 6, 9, 0, tzinfo=UTC)
ACTOR = Actor(kind="staff", id=None, label="M. T.")

Kept = TypeVar("Kept", bound=Model)


_NUMBERS = itertools.count(50_000)  # of delegates nobody named: no two alike in one run


def keep(row: Kept) -> Kept:
    """Put a row on disk."""
    with transaction() as session:
        session.add(row)
    return row


def make_staff(*, role: str = "organiser", email: str | None = None, name: str = "") -> Staff:
    """A member of staff; the password is not usable (sign in by session, or set one)."""
    with transaction() as session:
        found = session.query(StaffRole).filter_by(name=role).one_or_none() or StaffRole(name=role)
        member = Staff(email=email or f"{role}-{secrets.token_hex(3)}@ratusha.example",
                       name=name or f"Test {role}", password=None, active=True,
                       fs_uniquifier=secrets.token_hex(32), roles=[found])  # fmt: skip
        session.add(member)
    return member


def make_municipality(slug: str = "kaluga", **given: Any) -> Municipality:
    """Kaluga in Russia, or ``karlsruhe``-like places by giving ``country="DE"`` and names."""
    from app.database import fold

    values: dict[str, Any] = {
        "slug": slug, "name_ru": "Калуга", "name_de": "Kaluga", "name_en": "Kaluga", "country": "RU",
        "region_ru": "Калужская область", "region_de": "Oblast Kaluga", "iso3166_2": "RU-KLU",
        "lat": 54.52, "lon": 36.27, "population": 330000, "timezone": "Europe/Moscow",
        "kind": MunicipalityKind.CITY, "updated_at": NOW,
    }  # fmt: skip
    values.update(given)
    values.setdefault("search", fold(f"{values['name_ru']} {values['name_de']} {values['name_en']} {slug}"))
    return keep(Municipality(**values))


def make_head(municipality: Municipality, **given: Any) -> MunicipalHead:
    """The head of Kaluga of 2021, or another by what is given."""
    values: dict[str, Any] = {
        "municipality_id": municipality.id, "office_ru": "Городской Голова города Калуги",
        "office_de": "Stadtoberhaupt von Kaluga", "last": "Денисов", "first": "Дмитрий",
        "patronymic": "Александрович", "gender": Gender.MALE, "email": f"head@{municipality.slug}.example",
        "last_de": "Denissow", "first_de": "Dmitri", "patronymic_de": "Alexandrowitsch", "last_ru": "Денисов",
        "first_ru": "Дмитрий", "last_icao": "Denisov", "first_icao": "Dmitrii", "as_of": "2021", "updated_at": NOW,
    }  # fmt: skip
    return keep(MunicipalHead(**(values | given)))


def make_partnership(one: Municipality, other: Municipality, **given: Any) -> Partnership:
    """A partnership since 1969."""
    a, b = sorted([one.id, other.id])
    values: dict[str, Any] = {"a_id": a, "b_id": b, "kind": PartnershipKind.PARTNERSHIP, "since_year": 1969,
                              "updated_at": NOW}  # fmt: skip
    return keep(Partnership(**(values | given)))


def make_issuer(**given: Any) -> Organisation:
    """An association that issues letters."""
    values: dict[str, Any] = {
        "slug": "twin-cities", "name_ru": "Международная Ассоциация «Породнённые города»",
        "name_de": "Internationale Assoziation der Partnerstädte", "name_en": "Twin Cities International Association",
        "addresses": {"ru": ["Россия, 115184, Москва", "ул. Примерная, д. 1"],
                      "en": ["1 Example Street", "115184 Moscow, Russia"]},
        "email": "info@twincities.example", "web": "www.twincities.example", "phones": ["+7 (495) 000-00-00"],
        "issues_letters": True, "number_pattern": "Исх-{n}",
        "signatory_office_ru": "Исполнительный вице-президент", "signatory_office_de": "Exekutiv-Vizepräsident",
        "signatory_office_en": "Executive Vice-President", "signatory_name_ru": "С.В. Парамонов",
        "signatory_name_de": "S. W. Paramonow", "signatory_name_en": "S. V. Paramonov",
        "executor_name_ru": "Мартынюк М.Т.", "executor_name_de": "M. T. Martynjuk",
        "executor_name_en": "M. T. Martyniuk", "executor_phone": "+7 (495) 000-00-01",
    }  # fmt: skip
    return keep(Organisation(**(values | given)))


def make_conference(slug: str = "xvi-kaluga-2021", **given: Any) -> Conference:
    """XVI Kaluga 2021, in person, registration open, with an issuer."""
    host = given.pop("host", None) or make_municipality()
    issuer = given.pop("issuer", None) or db.session.query(Organisation).first() or make_issuer()
    values: dict[str, Any] = {
        "slug": slug, "edition": 16, "title_ru": "Конференция городов-партнёров России и Германии",
        "title_de": "Deutsch-Russische Städtepartnerkonferenz",
        "title_en": "Conference of Partner Cities of Russia and Germany",
        "theme_ru": "Укрепление муниципальных и региональных связей – расширение горизонтов",
        "theme_de": "Kommunale und regionale Verbindungen stärken – Horizonte erweitern",
        "theme_en": "Strengthening municipal and regional ties – widening horizons",
        "host_id": host.id, "starts_on": date(2021, 6, 28), "ends_on": date(2021, 6, 30),
        "timezone": "Europe/Moscow", "format": ConferenceFormat.IN_PERSON, "registration_open": True,
        "issuer_id": issuer.id, "created_at": NOW, "updated_at": NOW,
    }  # fmt: skip
    return keep(Conference(**(values | given)))


def make_room(conference: Conference, name: str = "Большой зал", **given: Any) -> Room:
    """A room in the conference's first venue (made when there is none)."""
    venue = db.session.query(Venue).filter_by(conference_id=conference.id).first() or keep(
        Venue(
            conference_id=conference.id,
            name="Филармония / Philharmonie",
            name_ru="Филармония",
            name_de="Philharmonie",
            name_en="Philharmonic Hall",
        )
    )
    return keep(Room(venue_id=venue.id, name=name, **({"name_ru": name, "capacity": 1000} | given)))


def plan_png(width: int = 1200, height: int = 800) -> bytes:
    """A floor with one room, as somebody uploads it."""
    import io

    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(picture).rectangle((4, 4, width - 5, height - 5), outline="black", width=6)
    ImageDraw.Draw(picture).rectangle((4, 4, width // 3, height // 2), outline="black", width=6)
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def make_plan(conference: Conference, venue: Venue | None = None, **given: Any) -> SitePlan:
    """A plan of the ground floor, or of the town without a venue; its picture is kept with it."""
    from app.plan_pictures import plan_picture

    sheet = db.session.get(PlanSheet, "0" * 64) or keep(PlanSheet(sha256="0" * 64, **vars(plan_picture(plan_png()))))
    values: dict[str, Any] = {
        "conference_id": conference.id, "venue_id": venue.id if venue else None, "sha256": sheet.sha256,
        "caption_ru": "Первый этаж", "caption_de": "Erdgeschoss", "caption_en": "Ground floor", "uploaded_at": NOW,
    }  # fmt: skip
    return keep(SitePlan(**(values | given)))


def make_session(conference: Conference, code: str = "K07", **given: Any) -> ProgrammeSession:
    """The opening: 28 June 2021, 15:00 to 17:00 UTC, in the great hall."""
    room = given.pop("room", None)
    values: dict[str, Any] = {
        "conference_id": conference.id, "code": code, "kind": SessionKind.PLENARY, "title_ru": "Открытие конференции",
        "title_de": "Eröffnung der Konferenz", "title_en": "Opening of the conference",
        "starts_at": datetime(2021, 6, 28, 15, 0, tzinfo=UTC), "ends_at": datetime(2021, 6, 28, 17, 0, tzinfo=UTC),
        "room_id": room.id if room else None, "languages": "ru;de", "interpretation": True,
        "uid": f"{conference.slug}-{code}@ratusha.example", "updated_at": NOW,
    }  # fmt: skip
    return keep(ProgrammeSession(**(values | given)))


def make_delegation(conference: Conference, municipality: Municipality | None = None, **given: Any) -> Delegation:
    """A delegation with a contact."""
    values: dict[str, Any] = {
        "conference_id": conference.id, "municipality_id": municipality.id if municipality else None,
        "token": secrets.token_urlsafe(24), "language": "ru", "contact_name": "Анна Орлова",
        "contact_email": "orlova@kaluga.example", "created_at": NOW,
    }  # fmt: skip
    return keep(Delegation(**(values | given)))


def make_delegate(conference: Conference, public_id: str | None = None, **given: Any) -> Delegate:
    """A delegate with a place on site."""
    from app.database import fold

    values: dict[str, Any] = {
        "conference_id": conference.id, "public_id": public_id or f"D{next(_NUMBERS):05}", "last": "Орлова",
        "first": "Анна", "patronymic": "Павловна", "last_latin": "Orlova", "first_latin": "Anna", "gender": "f",
        "badge_ru": "Орлова Анна Павловна", "badge_de": "Anna Orlowa", "city_slug": "kaluga", "country": "RU",
        "citizenship": "RU", "role": "member", "languages": "ru;de", "email": "anna.orlova@kaluga.example",
        "accreditation": Accreditation.GRANTED, "token": secrets.token_urlsafe(24),
        "badge_token": secrets.token_urlsafe(9), "join_token": secrets.token_urlsafe(24), "language": "ru",
        "registered_at": "2021-04-06T12:00+03:00", "created_at": NOW, "updated_at": NOW,
    }  # fmt: skip
    values.update(given)
    values.setdefault("search", fold(f"{values['last']} {values['first']} {values['last_latin']}"))
    return keep(Delegate(**values))


def plain_pdf(pages: int = 1) -> bytes:
    """A PDF of empty A4 pages."""
    import io

    from pikepdf import Pdf

    document = Pdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    written = io.BytesIO()
    document.save(written, deterministic_id=True)
    return written.getvalue()
