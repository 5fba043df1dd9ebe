"""Whose part of the draft does not stand in a release, and what going back to it would do to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db
from app.programme.models import ProgrammeSession, Release, SessionPerson, SessionSignUp
from app.programme.queries import current_release, sessions_of
from app.programme.queries.confirming import comes_not
from app.programme.rules import Confirmation


@dataclass(frozen=True)
class LeftOut:
    """Somebody of the draft whom the release does not name in that part. ``stays``: with part, answer and remark."""

    session: ProgrammeSession
    person: SessionPerson
    stays: bool


def left_out_of(item: Mapping[str, Any], session: ProgrammeSession) -> list[LeftOut]:
    """Those of one session. A release never names who said no or does not come; so they stay as they are."""
    named = {(person["name"], person["role"]) for person in item["people"]}
    return [
        LeftOut(session, person, person.confirmation is Confirmation.DECLINED or comes_not(person))
        for person in session.people
        if (person.name, person.role.value) not in named
    ]


def known_to_people(conference: Conference, rows: Collection[ProgrammeSession]) -> set[str]:
    """Which of these sessions (``uid``) somebody has seen in a release or signed up for: they are never deleted."""
    newest = current_release(conference)
    seen = {item["uid"] for item in newest.content["items"]} if newest is not None else set()
    ids = [row.id for row in rows]
    chosen = set(db.session.scalars(select(SessionSignUp.session_id).where(SessionSignUp.session_id.in_(ids))))
    return {row.uid for row in rows if row.uid in seen or row.id in chosen}


def left_out(release: Release) -> Sequence[LeftOut]:
    """Everybody whose part going back to the release would touch, in the order of the draft."""
    items = {item["uid"]: item for item in release.content["items"]}
    draft = sessions_of(release.conference)
    known = known_to_people(release.conference, [row for row in draft if row.uid not in items])
    found: list[LeftOut] = []
    for row in draft:
        if row.uid in items:
            found += left_out_of(items[row.uid], row)
        elif row.uid not in known:
            found += [LeftOut(row, person, stays=False) for person in row.people]
    return found
