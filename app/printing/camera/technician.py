"""The table for the host's technician: who comes by video, when they speak, and whether their camera was tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.conferences.models import Conference
from app.conferences.taking_part import joins_by_video_in_sql
from app.database import db
from app.delegations.models import Delegate, Delegation
from app.delegations.rules import Accreditation
from app.delegations.words import language_names
from app.directory.models import Municipality
from app.i18n import localized
from app.printing.camera.queries import KIND, Plate, plates
from app.printing.models import PrintedPaper, PrintRun
from app.programme.models import ProgrammeSession
from app.programme.rules import PersonRole
from app.programme.rules.words import ROLE_OF_ONE
from app.video.control_words import hours_of
from app.video.models import EquipmentTest
from app.video.queries import sessions_on_video
from app.video.queries.expected import expected_in


@dataclass(frozen=True)
class Appearance:
    """One session somebody should be in; hours are told in words."""

    code: str
    title: str
    role: str
    here: str  # the host's hours, with the day
    there: str  # the person's own, with the day where it is another; "" when their clock shows the same


@dataclass(frozen=True)
class Guest:
    """One person who comes by video. ``plate`` and ``tested``: None when there is none."""

    public_id: str
    name: str
    other_name: str
    town: str
    country: str
    office: str
    languages: str
    email: str
    phone: str
    appearances: tuple[Appearance, ...]
    plate: bool | None  # False: drawn, but something has changed since
    tested: tuple[bool, bool] | None  # whether the camera and the microphone worked
    tested_at: datetime | None


def guests(conference: Conference, *, with_part: bool = False, contacts: bool) -> list[Guest]:
    """Everyone who takes part by video, by delegation. A fixed number of queries.

    :param with_part: only who does something in a session.
    :param contacts: with e-mail and telephone.
    """
    drawn = _drawn(conference)
    tests = {
        row.delegate_id: row
        for row in db.session.scalars(
            select(EquipmentTest).join(Delegate).where(Delegate.conference_id == conference.id)
        )
    }  # fmt: skip
    rows, appearances = _rows(conference), _appearances(conference)
    found = []
    for plate in plates(conference):
        row, test = rows[plate.delegate_id], tests.get(plate.delegate_id)
        own = appearances.get(plate.delegate_id, [])
        if with_part and not any(roles for _session, roles in own):
            continue
        zone = row.zone or conference.timezone
        texts = plate.texts
        found.append(
            Guest(
                public_id=plate.public_id,
                name=texts.name_first,
                other_name=texts.name_second,
                town=" · ".join(dict.fromkeys(filter(None, (texts.place_first, texts.place_second)))),
                country=texts.country,
                office=texts.office,
                languages=", ".join(language_names(row.languages or row.language)),
                email=row.email if contacts else "",
                phone=row.phone if contacts else "",
                appearances=tuple(_appearance(conference, item, roles, zone) for item, roles in own),
                plate=_stands(plate, drawn),
                tested=(test.camera, test.microphone) if test is not None else None,
                tested_at=test.at if test is not None else None,
            )
        )
    return found


def _stands(plate: Plate, drawn: dict[int, str]) -> bool | None:
    return drawn[plate.delegate_id] == plate.fingerprint if plate.delegate_id in drawn else None


def _drawn(conference: Conference) -> dict[int, str]:
    """The sign of everybody's last plate."""
    rows = db.session.execute(
        select(PrintedPaper.delegate_id, PrintedPaper.fingerprint)
        .join(PrintRun, PrintRun.id == PrintedPaper.run_id)
        .where(PrintRun.conference_id == conference.id, PrintRun.kind == KIND)
        .order_by(PrintedPaper.id)
    )
    return {row.delegate_id: row.fingerprint for row in rows}


def _rows(conference: Conference) -> dict[int, Any]:
    own, of_group = aliased(Municipality), aliased(Municipality)
    rows = db.session.execute(
        select(
            Delegate.id, Delegate.email, Delegate.phone, Delegate.languages, Delegate.language,
            func.coalesce(func.nullif(own.timezone, ""), of_group.timezone, "").label("zone"),
        )
        .outerjoin(own, own.id == Delegate.municipality_id)
        .outerjoin(Delegation, Delegation.id == Delegate.delegation_id)
        .outerjoin(of_group, of_group.id == Delegation.municipality_id)
        .where(
            Delegate.conference_id == conference.id,
            Delegate.accreditation == Accreditation.GRANTED,
            joins_by_video_in_sql(Delegate.attendance, conference.format),
        )
    )  # fmt: skip
    return {row.id: row for row in rows}


def _appearances(conference: Conference) -> dict[int, list[tuple[ProgrammeSession, list[PersonRole]]]]:
    """By delegate, in the order of hours."""
    sessions = sessions_on_video(conference)
    expected = expected_in(conference, [item.id for item in sessions])
    found: dict[int, list[tuple[ProgrammeSession, list[PersonRole]]]] = {}
    for item in sessions:
        for one in expected[item.id]:
            if one.delegate is not None:
                found.setdefault(one.delegate.id, []).append((item, one.roles))
    return found


def _appearance(conference: Conference, item: ProgrammeSession, roles: list[PersonRole], zone: str) -> Appearance:
    here, there = (_hours(item, name) for name in (conference.timezone, zone))
    role = ", ".join(str(ROLE_OF_ONE[role]) for role in roles) or _("is present")
    day, _comma, hours = there.partition(", ")
    told = "" if there == here else hours if here.startswith(f"{day}, ") else there
    return Appearance(item.code, localized(item, "title"), role, here, told)


def _hours(item: ProgrammeSession, zone: str) -> str:
    return hours_of(item.starts_at, item.ends_at, zone) if item.starts_at and item.ends_at else ""
