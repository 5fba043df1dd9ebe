"""Loading the demo: all of it or nothing, through the same deeds as people use."""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from flask_security import hash_password, verify_password
from sqlalchemy import select

from app.accounts.models import Staff
from app.accounts.operations import add_staff
from app.conferences.models import Conference
from app.correspondence.operations import add_enclosure, set_brief
from app.correspondence.rules import LetterKind
from app.database import db, transaction
from app.delegations.operations import import_delegates
from app.demo import facts
from app.demo.delegations import open_delegations
from app.demo.hybrid_days import fill_days
from app.demo.meetings import plan_meetings
from app.demo.plans import add_plans, place_houses
from app.demo.programme import fill_programme
from app.directory.models import Municipality, Organisation
from app.directory.operations import import_heads, import_municipalities, import_partnerships
from app.errors import Refusal
from app.history.rules import COMMAND
from app.migrations import is_empty
from app.permissions import Role
from app.programme.operations import attach_draft_to_letters, import_programme, release_programme
from config import SHORTEST_DEMO_PASSWORD

DATA = Path(__file__).parent / "data"
STAFF = {
    Role.ORGANISER: "organiser@ratusha.example",
    Role.SECRETARIAT: "secretariat@ratusha.example",
    Role.DESK: "desk@ratusha.example",
}


def _password_file() -> Path:
    folder: Path = current_app.config["SETTINGS"].data
    return folder / "demo_password"


def kept_password() -> str:
    """The password of the demo staff: the one set, else one made once and kept for the owner alone."""
    given: str | None = current_app.config["SETTINGS"].demo_password
    if given:
        return given
    path = _password_file()
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(password)
    return password


def _conference(values: dict[str, Any], host: str, organisers: list[Organisation], at: datetime) -> Conference:
    with transaction() as session:
        row = Conference(
            **values,
            host_id=session.execute(select(Municipality.id).where(Municipality.slug == host)).scalar_one(),
            issuer=organisers[0],
            organisers=organisers,
            created_at=at,
            updated_at=at,
        )
        session.add(row)
        session.flush()
    return row


def load_demo(*, at: datetime) -> dict[str, int]:
    """Fill an empty database; returns how many rows of what.

    :raises Refusal: when the database is not empty.
    """
    if not is_empty():
        raise Refusal(_l("The database is not empty; the demo is loaded into an empty one only."))
    password = kept_password()
    with transaction() as session:
        for role, email in STAFF.items():
            add_staff(
                email=email, name=role.value.capitalize(), password=password, roles=[role],
                shortest=SHORTEST_DEMO_PASSWORD, actor=COMMAND, at=at,
            )  # fmt: skip
        association, forum = Organisation(**facts.ASSOCIATION), Organisation(**facts.FORUM)
        session.add_all([association, forum])
        session.flush()
        counts = {
            "municipalities": import_municipalities(path=DATA / "municipalities.csv", actor=COMMAND, at=at).created,
            "partnerships": import_partnerships(path=DATA / "partnerships.csv", actor=COMMAND, at=at).created,
            "heads": import_heads(path=DATA / "heads.csv", actor=COMMAND, at=at).created,
        }
        krasnodar = _conference(facts.XIV, "krasnodar", [association, forum], at)
        kaluga = _conference(facts.XVI, "kaluga", [association, forum], at)
        counts["delegations"] = counts["delegates"] = 0
        for conference, name in ((krasnodar, "delegates_xiv.csv"), (kaluga, "delegates_xvi.csv")):
            counts["delegations"] += open_delegations(conference, people=DATA / name, at=at)
            counts["delegates"] += import_delegates(
                conference=conference, path=DATA / name, skip_bad_rows=True, actor=COMMAND, at=at
            ).created
        for conference, name in ((krasnodar, "programme_xiv.json"), (kaluga, "programme_xvi.json")):
            report = import_programme(conference=conference, content=(DATA / name).read_bytes(), actor=COMMAND, at=at)
            counts["sessions"] = counts.get("sessions", 0) + report.created
        for conference in (krasnodar, kaluga):
            place_houses(conference)
        add_plans(krasnodar, at=at)
        fill_programme(krasnodar, at=at)
        release_programme(conference=krasnodar, name="", actor=COMMAND, at=at)
        plan_meetings(krasnodar, at=at)
        fill_days(kaluga, at=at)
        for language, brief in facts.BRIEFS.items():
            set_brief(
                conference=kaluga, kind=LetterKind.INVITATION, language=language, facts=brief, actor=COMMAND, at=at
            )
        attach_draft_to_letters(conference=kaluga, actor=COMMAND, at=at)
        add_enclosure(
            conference=kaluga, kind=LetterKind.INVITATION, titles=facts.MINISTRY_LETTER,
            content=(DATA / "ministry_letter.pdf").read_bytes(), filename="ministry_letter.pdf", actor=COMMAND, at=at,
        )  # fmt: skip
    return counts


def renew_password() -> None:
    """Let the demo staff sign in with the password that is set now."""
    given: str | None = current_app.config["SETTINGS"].demo_password
    if not given:
        return
    members = db.session.scalars(select(Staff).where(Staff.email.in_(STAFF.values()))).all()
    stale = [member.id for member in members if not verify_password(given, member.password)]
    if stale:
        with transaction() as session:
            for member in session.scalars(select(Staff).where(Staff.id.in_(stale))):
                member.password = hash_password(given)
