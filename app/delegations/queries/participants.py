"""The public list of participants: only who agreed that their name is published, and of them only that."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import aliased

from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Consent, Delegate, DelegatePhoto
from app.delegations.queries.photos import photo_path
from app.delegations.queries.precedence import in_order_of
from app.delegations.rules import Accreditation, is_cyrillic, shown
from app.delegations.rules.consents import Purpose
from app.directory.models import Municipality

PICTURE = (180, 240)  # what the list shows, twice as sharp as it is wide


@dataclass(frozen=True)
class Participant:
    """One person as everybody may see them; ``photo`` is empty without consent to it."""

    name: str
    country: str
    city: str
    photo: str


def _agrees(purpose: Purpose) -> ColumnElement[bool]:
    given = aliased(Consent)
    return exists().where(
        given.delegate_id == Delegate.id, given.purpose == purpose, given.withdrawn_at.is_(None)
    )  # fmt: skip


def _published(conference: Conference) -> tuple[ColumnElement[bool], ...]:
    return (
        Delegate.conference_id == conference.id, Delegate.merged_into_id.is_(None),
        Delegate.accreditation == Accreditation.GRANTED, _agrees(Purpose.PUBLICATION),
    )  # fmt: skip


def how_many_participants(conference: Conference) -> int:
    """How many people the list has."""
    return db.session.scalar(select(func.count(Delegate.id)).where(*_published(conference))) or 0


def page_of_participants(
    conference: Conference, *, language: str, offset: int, limit: int
) -> Sequence[Participant]:  # fmt: skip
    """One page: the host's country first, then by country and municipality in the reader's script, in each in order of
    precedence. One query."""
    town = func.coalesce(getattr(Municipality, f"name_{language}"), "")
    rows = db.session.execute(
        select(
            Delegate.badge_ru, Delegate.badge_de, Delegate.last, Delegate.first, Delegate.last_latin,
            Delegate.first_latin, func.coalesce(Municipality.country, Delegate.country).label("country"),
            town.label("city"), case((_agrees(Purpose.PHOTO), DelegatePhoto.sha256), else_="").label("photo"),
        )
        .outerjoin(Municipality, Municipality.id == Delegate.municipality_id)
        .outerjoin(DelegatePhoto, DelegatePhoto.delegate_id == Delegate.id)
        .where(*_published(conference))
        .order_by(
            case((func.coalesce(Municipality.country, Delegate.country) == conference.host.country, 0), else_=1),
            func.coalesce(Municipality.country, Delegate.country), case((town == "", 1), else_=0), town,
            *in_order_of(conference),
        )
        .offset(offset)
        .limit(limit)
    )  # fmt: skip
    return [
        Participant(name_in(row, language), row.country, row.city, row.photo or "") for row in rows.all()
    ]  # fmt: skip


def name_in(row: object, language: str) -> str:
    """As on the badge in the reader's script; where it is missing, in whichever script the person wrote it."""

    def said(*names: str) -> str:
        return " ".join(part for part in (str(getattr(row, name) or "").strip() for name in names) if part)

    own, latin = said("first", "last"), said("first_latin", "last_latin")
    if language == "ru":
        return shown(said("badge_ru") or own)
    return shown(said("badge_de") or (latin if is_cyrillic(own) and latin else own))


def published_picture(conference: Conference, sha256: str) -> bytes | None:
    """The small portrait of somebody in the list, while they agree that name and photograph are published."""
    known = db.session.scalar(
        select(DelegatePhoto.sha256)
        .join(Delegate, Delegate.id == DelegatePhoto.delegate_id)
        .where(DelegatePhoto.sha256 == sha256, *_published(conference), _agrees(Purpose.PHOTO))
        .limit(1)
    )
    path = photo_path(known) if known is not None else None
    return _small(path) if path is not None and path.is_file() else None


def _small(path: Path) -> bytes:
    with Image.open(path) as picture:
        picture.draft("RGB", PICTURE)
        small = picture.convert("RGB")
        small.thumbnail(PICTURE)
        written = io.BytesIO()
        small.save(written, "JPEG", quality=82)
    return written.getvalue()
