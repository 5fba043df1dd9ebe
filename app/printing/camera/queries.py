"""Whose name plates there are, and what stands on them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path

from flask import current_app
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.database import db
from app.delegations.models import Delegate, Delegation
from app.delegations.queries.offices import Offices
from app.directory.models import MunicipalArms
from app.directory.queries import arms_pictures
from app.printing.camera.drawing import DRAWN, SCALE, PlateTexts, draw_lower_third, draw_plate, name_on_plate
from app.printing.camera.names import with_initials
from app.printing.models import PrintRun
from app.printing.queries import badge_contents, titles
from app.printing.rules import BadgeContent
from app.printing.rules.boxes import slot_word
from app.printing.rules.names import printable

KIND = "plates"  # of a print run
GUESTS = "video-guests"  # the technician's table


@dataclass(frozen=True)
class Plate:
    """The two pictures of one person, not drawn yet."""

    delegate_id: int
    public_id: str
    group: tuple[str, str]  # town and country, as the ZIP sorts by delegation
    texts: PlateTexts
    told: tuple[LazyString, ...]  # what had to be left out of the name

    @property
    def fingerprint(self) -> str:
        """Changes when the pictures would."""
        *said, arms = astuple(self.texts)
        standing = json.dumps([DRAWN, *said, hashlib.sha256(arms).hexdigest() if arms else ""], ensure_ascii=False)
        return hashlib.sha256(standing.encode()).hexdigest()

    @property
    def warnings(self) -> list[LazyString]:
        """What a person should know before the camera is on."""
        found, name = list(self.told), name_on_plate(self.texts)
        if name.too_small:
            size = f"{name.size * SCALE:.0f}"
            found.append(_l("%(id)s: the name had to be set small (%(size)s pixels).", id=self.public_id, size=size))
        if name.cut_text:
            found.append(
                _l("%(id)s: “%(field)s” does not fit and was cut.", id=self.public_id, field=slot_word("name"))
            )
        elif name.cut_word:
            found.append(_l("%(id)s: the name had to be broken inside a word.", id=self.public_id))
        return found

    def background(self) -> bytes:
        """The picture to stand behind the person."""
        return draw_plate(self.texts)

    def lower_third(self) -> bytes:
        """The strip to lay over the person's picture."""
        return draw_lower_third(self.texts)


def plates(
    conference: Conference,
    *,
    everyone: bool = False,
    delegation_id: int | None = None,
    delegate_id: int | None = None,
) -> list[Plate]:
    """The plates of those who take part by video, by delegation as badges are handed out.

    :param everyone: of those on site, too.
    """
    contents = badge_contents(
        conference,
        delegation_id=delegation_id,
        delegate_id=delegate_id,
        attendance=None if everyone or delegate_id is not None else Attendance.VIDEO,
        listed=True,
    )
    said, arms = titles(conference), _arms(conference, delegate_id=delegate_id)
    genders, offices = _genders(conference, delegate_id=delegate_id), Offices()
    return [
        _plate(content, said, arms.get(content.delegate_id, b""), _other_office(content, genders, offices))
        for content in contents
    ]


def _genders(conference: Conference, *, delegate_id: int | None) -> dict[int, str]:
    question = select(Delegate.id, Delegate.gender).where(Delegate.conference_id == conference.id)
    if delegate_id is not None:
        question = question.where(Delegate.id == delegate_id)
    return {row.id: row.gender for row in db.session.execute(question)}


def _other_office(content: BadgeContent, genders: Mapping[int, str], offices: Offices) -> str:
    """The office in the other language of the plate, where the tables know it; empty when they do not."""
    if not content.office:
        return ""
    found = offices.registered(content.office, genders.get(content.delegate_id, ""))
    said = {found["ru"], found["de"]} - {content.office, ""}
    return printable(said.pop()).text if len(said) == 1 else ""


def _arms(conference: Conference, *, delegate_id: int | None) -> dict[int, bytes]:
    """The arms of people's municipalities, by delegate; two queries."""
    town = func.coalesce(Delegate.municipality_id, Delegation.municipality_id)
    question = (
        select(Delegate.id, town.label("town"))
        .outerjoin(Delegation, Delegation.id == Delegate.delegation_id)
        .join(MunicipalArms, MunicipalArms.municipality_id == town)
        .where(Delegate.conference_id == conference.id)
    )
    if delegate_id is not None:
        question = question.where(Delegate.id == delegate_id)
    towns = {row.id: row.town for row in db.session.execute(question)}
    pictures = arms_pictures(set(towns.values()))
    return {number: pictures[town_id] for number, town_id in towns.items()}


def _plate(content: BadgeContent, said: Mapping[str, str], arms: bytes, other_office: str) -> Plate:
    first, second = content.languages
    family = len(content.person.own_last.split()) if content.person is not None else 1
    texts = PlateTexts(
        name_first=content.name_first, name_second=content.name_second, office=content.office,
        place_first=content.place_first, place_second=content.place_second, country=content.country,
        title_first=said[first], title_second=said[second], office_second=other_office,
        name_short=with_initials(content.name_second, family=family), arms=arms,
    )  # fmt: skip
    group = (content.place_first if first == "de" else content.place_second or content.place_first, content.country)
    return Plate(content.delegate_id, content.public_id, group, texts, content.warnings)


def archive_of(sha256: str) -> Path:
    """Where the ZIP of a run lies."""
    folder: Path = current_app.config["SETTINGS"].data / "prints"
    return folder / f"{sha256}.zip"


def runs(conference: Conference, *, limit: int = 20) -> list[PrintRun]:
    """When plates were drawn, the latest first."""
    return list(
        db.session.scalars(
            select(PrintRun)
            .where(PrintRun.conference_id == conference.id, PrintRun.kind == KIND)
            .options(joinedload(PrintRun.delegation).joinedload(Delegation.municipality))
            .order_by(PrintRun.id.desc())
            .limit(limit)
        )
    )


def run_of(conference: Conference, run_id: int, kind: str = KIND) -> PrintRun | None:
    """One of these runs."""
    return db.session.scalar(
        select(PrintRun).where(
            PrintRun.id == run_id, PrintRun.conference_id == conference.id, PrintRun.kind == kind
        )
    )  # fmt: skip
