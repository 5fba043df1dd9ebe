"""What stands on backs, and how printers meet the paper."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from flask_babel import gettext as _

from app.conferences.models import Conference
from app.database import transaction
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.printing.models import Printer, PrintSettings

FARTHEST = 20.0  # mm a printer may be off


@dataclass(frozen=True)
class BackDetails:
    """What stands on every back beside the programme; emergency numbers a line each."""

    wifi_name: str = ""
    wifi_password: str = ""
    emergency_ru: str = ""
    emergency_de: str = ""
    emergency_en: str = ""
    back_programme: bool = True
    back_emergency: bool = True
    back_wifi: bool = True


def settle_backs(*, conference: Conference, details: BackDetails, actor: Actor, at: datetime) -> PrintSettings:
    """Keep what stands on the backs of badges."""
    with transaction() as session:
        row = session.get(PrintSettings, conference.id)
        if row is None:
            row = PrintSettings(conference_id=conference.id)
            session.add(row)
        for name, value in asdict(details).items():
            setattr(row, name, value)
        record(deed="settle-badge-backs", subject=conference, actor=actor, at=at, conference_id=conference.id)
    return row


def settle_printer(*, name: str, right_mm: float, down_mm: float, actor: Actor, at: datetime) -> Printer:
    """Keep how far a printer must move everything so that it meets the paper; a new one is added.

    :raises Refusal: without a name, or when it is too far.
    """
    name = name.strip()
    if not name:
        raise Refusal(_("Please give the printer a name."), field="name")
    if not (abs(right_mm) <= FARTHEST and abs(down_mm) <= FARTHEST):
        raise Refusal(_("A printer can be off by at most 20 millimetres."), field="right_mm")
    with transaction() as session:
        row = session.query(Printer).filter_by(name=name).one_or_none()
        if row is None:
            row = Printer(name=name)
            session.add(row)
        row.right_mm, row.down_mm = right_mm, down_mm
        session.flush()
        record(deed="settle-printer", subject=row, actor=actor, at=at,
               details={"name": name, "right_mm": right_mm, "down_mm": down_mm})  # fmt: skip
    return row


def forget_printer(*, printer: Printer, actor: Actor, at: datetime) -> None:
    """Keep a printer no longer."""
    with transaction() as session:
        record(deed="forget-printer", subject=printer, actor=actor, at=at, details={"name": printer.name})
        session.delete(printer)
