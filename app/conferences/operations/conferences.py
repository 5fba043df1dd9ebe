"""Announcing and changing an edition."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.conferences.details import ConferenceDetails
from app.conferences.models import Conference
from app.conferences.rules import IN_CALENDARS, ConferenceFormat
from app.database import lock, transaction
from app.directory import queries as directory
from app.directory.models import Organisation
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor


def _columns(details: ConferenceDetails) -> tuple[dict[str, Any], list[Organisation]]:
    host = directory.find(details.host)
    if host is None:
        raise Refusal(_("Please choose the host."), field="host")
    issuer = directory.find_organisation(details.issuer) if details.issuer else None
    if details.issuer and (issuer is None or not issuer.issues_letters):
        raise Refusal(_("This organisation issues no letters. Please enter its letterhead first."), field="issuer")
    organisers = directory.organisations(details.organisers)
    if len(organisers) != len(set(details.organisers)):
        raise Refusal(_("Please choose the organisers from the list."), field="organisers")
    values = asdict(details)
    for name in ("host", "issuer", "organisers"):
        del values[name]
    return values | {"host_id": host.id, "issuer_id": issuer.id if issuer else None}, organisers


def create_conference(
    *,
    details: ConferenceDetails,
    actor: Actor,
    at: datetime,
    conference_format: ConferenceFormat = ConferenceFormat.IN_PERSON,
    registration_open: bool = False,
    places_on_site: int | None = None,
    places_video: int | None = None,
) -> Conference:
    """Enter an edition. None places: no limit.

    :raises Refusal: when its short name is taken, or host, issuer or organisers are not known.
    """
    taken = Refusal(_("There is a conference of this short name already."), field="slug")
    try:
        with transaction() as session:
            values, organisers = _columns(details)
            if session.scalar(select(Conference.id).where(Conference.slug == details.slug)) is not None:
                raise taken
            conference = Conference(
                **values, organisers=organisers, format=conference_format, registration_open=registration_open,
                places_on_site=places_on_site, places_video=places_video, created_at=at, updated_at=at,
            )  # fmt: skip
            session.add(conference)
            session.flush()
            record(deed="create-conference", subject=conference, actor=actor, at=at, conference_id=conference.id,
                   details={"slug": conference.slug})  # fmt: skip
    except IntegrityError as error:
        raise taken from error
    return conference


def change_conference(*, conference: Conference, details: ConferenceDetails, actor: Actor, at: datetime) -> list[str]:
    """Change an edition; its short name, format, places and registration stay. Returns what was changed.

    A change that calendars show raises the sequence of the conference's entry.

    :raises Refusal: when host, issuer or organisers are not known.
    """
    with transaction() as session:
        lock(conference)
        values, organisers = _columns(details)
        del values["slug"]
        changed = [name for name, value in values.items() if getattr(conference, name) != value]
        for name in changed:
            setattr(conference, name, values[name])
        if {row.id for row in conference.organisers} != {row.id for row in organisers}:
            conference.organisers = organisers
            changed.append("organisers")
        if IN_CALENDARS.intersection(changed):
            conference.calendar_sequence += 1
        if changed:
            conference.updated_at = at
            session.flush()
            session.expire(conference, ["host", "issuer"])
            record(deed="change-conference", subject=conference, actor=actor, at=at, conference_id=conference.id,
                   details={"changed": changed})  # fmt: skip
    return changed
