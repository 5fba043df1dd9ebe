"""The list for those who guard the houses of the host: who comes, born when, and by which passport."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.conferences.models import Conference
from app.conferences.queries import conference_title
from app.conferences.rules import Attendance
from app.correspondence.operations import sheets_pdf
from app.correspondence.operations.writing import fonts
from app.database import lock, transaction
from app.delegations.models import Delegate
from app.delegations.queries import delegates_with_place
from app.delegations.queries.arrived import ARRIVED, EXPECTED, those_who
from app.delegations.queries.consents import agrees
from app.delegations.queries.security_list import KIND, security_lists
from app.delegations.queries.visa import SEEN, passport_in, records_of
from app.delegations.rules import shown
from app.delegations.rules.consents import Purpose
from app.delegations.words import role_word
from app.documents.models import SealedDocument
from app.documents.operations import erase, seal
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.i18n import date_short, language, localized
from app.tables import write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Line:
    """One person as the guards need them; dates and numbers are empty where they may not be told."""

    name: str
    latin: str
    born: str
    citizenship: str
    passport: str
    role: str
    whence: str


def _lines(
    conference: Conference, *, with_passports: bool, came: str, actor: Actor, at: datetime
) -> list[Line]:  # fmt: skip
    those = those_who(conference, came)
    records = {row.delegate_id: row for row in records_of(conference)} if with_passports else {}
    lines = []
    for row in sorted(delegates_with_place(conference, Attendance.ON_SITE), key=lambda one: (one.sort_name, one.id)):
        if those is not None and row.id not in those:
            continue
        passport = passport_in(records.get(row.id)) if agrees(row, Purpose.VISA) else None
        if passport is not None:
            record(deed=SEEN, subject=row, actor=actor, at=at, details={"what": "data"})
        lines.append(
            Line(
                name=shown(" ".join(part for part in (row.last, row.first, row.patronymic) if part)),
                latin=shown(" ".join(part for part in (row.last_latin, row.first_latin) if part)),
                born=_date(passport.birth_date) if passport else "",
                citizenship=row.citizenship or (passport.citizenship if passport else ""),
                passport=shown(passport.number) if passport else "",
                role=role_word(row.role),
                whence=_whence(row),
            )
        )
    return lines


def _date(value: str) -> str:
    try:
        return date_short(datetime.fromisoformat(value).date())
    except ValueError:
        return shown(value)


def _whence(row: Delegate) -> str:
    town = localized(row.municipality, "name") if row.municipality is not None else row.city_slug
    return shown(", ".join(part for part in (town, row.organisation) if part))


def make_security_list(
    *, conference: Conference, form: str, with_passports: bool, actor: Actor, at: datetime, came: str = ""
) -> SealedDocument:
    """Seal the list of everyone with a place on site, locked like passport data; it goes when these are erased.

    Birth dates and passport numbers stand in it only of those who agreed to that use of their passport data; that they
    were read is recorded for each of them.

    :param form: ``xlsx`` or ``pdf``, in the reader's language.
    :param came: only those who have ``arrived``, or who are ``expected`` yet.
    :raises Refusal: when nobody has a place on site yet.
    """
    title = _("List of persons: %(title)s", title=conference_title(conference))
    heads = (_("No."), _("Full name"), _("In Latin letters"), _("Date of birth"), _("Citizenship"),
             _("Passport number"), _("Role"), _("City or municipality"))  # fmt: skip
    with transaction() as session:
        lock(conference)
        lines = _lines(conference, with_passports=with_passports, came=came, actor=actor, at=at)
        if not lines and came == ARRIVED:
            raise Refusal(_l("Nobody has been checked in yet."))
        if not lines and came == EXPECTED:
            raise Refusal(_l("Everybody who is expected has arrived."))
        if not lines:
            raise Refusal(_l("Nobody has a place on site yet."))
        rows = [(str(number), one.name, one.latin, one.born, one.citizenship, one.passport, one.role, one.whence)
                for number, one in enumerate(lines, start=1)]  # fmt: skip
        if form == "pdf":
            html = render_template("delegations/security_sheets.html", title=title, heads=heads, rows=rows,
                                   conference=conference, language=language(), fonts=fonts().as_uri())  # fmt: skip
            content, media_type = sheets_pdf(html, title=title), "application/pdf"
        else:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "list.xlsx"
                write_xlsx([dict(zip(heads, row, strict=True)) for row in rows], heads, path)
                content, media_type = path.read_bytes(), XLSX
        document = seal(content=content, kind=KIND, title=title[:300], number=conference.slug, dated=at.date(),
                        media_type=media_type, private=True, at=at)  # fmt: skip
        session.flush()
        record(deed="delegations.make_security_list", subject=conference, actor=actor, at=at,
               conference_id=conference.id,
               details={"people": len(lines), "passports": sum(bool(one.passport) for one in lines),
                        "sha256": document.sha256} | ({"came": came} if came else {}))  # fmt: skip
    return document


def forget_security_lists(*, conference: Conference, at: datetime) -> int:
    """Erase the bytes of every list of a conference: somebody who stands in it is forgotten. Returns of how many."""
    with transaction():
        return sum(erase(document=row, at=at) for row in security_lists(conference))


def forget_lists_with(*, delegate_ids: list[int], at: datetime) -> int:
    """Erase every list of the conferences of these people."""
    with transaction() as session:
        found = session.scalars(
            select(Conference).where(
                Conference.id.in_(select(Delegate.conference_id).where(Delegate.id.in_(delegate_ids)))
            )
        ).all()
        return sum(forget_security_lists(conference=row, at=at) for row in found)
