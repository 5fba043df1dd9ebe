"""What the form of a session can choose from, and what it proposes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select

from app.conferences.models import Conference, Venue
from app.conferences.queries import venues_of
from app.database import db
from app.delegations.models import Delegate
from app.delegations.queries.search import found_by
from app.delegations.rules import Accreditation
from app.directory.models import Municipality
from app.i18n import language, localized
from app.programme.models import ProgrammeSession, TravelTime
from app.programme.queries.tracks import tracks_of
from app.programme.rules import PersonRole, SessionKind
from app.programme.rules.relief import Turn, relief_plan

MOST_FOUND = 15


@dataclass(frozen=True)
class Offer:
    """What a form can choose from in a conference."""

    conference: Conference
    venues: Sequence[Venue]
    tracks: Sequence[tuple[int, str]] = ()
    towns: Sequence[tuple[int, str]] = ()
    wholes: Sequence[tuple[str, str]] = ()  # sessions others may be part of: sign and title
    delegates: Mapping[str, int] = field(default_factory=dict)  # those the form names, by number


def delegate_numbers(conference: Conference, signs: Iterable[str]) -> dict[str, int]:
    """The delegates of these numbers, as far as there are any."""
    wanted = sorted({sign for sign in signs if sign})
    if not wanted:
        return {}
    rows = db.session.execute(
        select(Delegate.public_id, Delegate.id).where(
            Delegate.conference_id == conference.id, Delegate.public_id.in_(wanted)
        )
    )
    return {row.public_id: row.id for row in rows}


def numbers_of_delegates(ids: Iterable[int | None]) -> dict[int, str]:
    """The numbers of these delegates, by their ids."""
    wanted = sorted({number for number in ids if number is not None})
    if not wanted:
        return {}
    rows = db.session.execute(select(Delegate.id, Delegate.public_id).where(Delegate.id.in_(wanted)))
    return {row.id: row.public_id for row in rows}


def _towns() -> list[tuple[int, str]]:
    names = {"ru": Municipality.name_ru, "de": Municipality.name_de, "en": Municipality.name_en}
    rows = db.session.execute(select(Municipality.id, names[language()].label("name"), Municipality.name_ru))
    return sorted(((row.id, row.name or row.name_ru) for row in rows), key=lambda town: (town[1].casefold(), town[0]))


def _wholes(conference: Conference) -> list[tuple[str, str]]:
    rows = db.session.scalars(
        select(ProgrammeSession)
        .where(ProgrammeSession.conference_id == conference.id, ProgrammeSession.cancelled.is_(False),
               ProgrammeSession.part_of == "", ProgrammeSession.kind != SessionKind.BILATERAL)
        .order_by(ProgrammeSession.starts_at.is_(None), ProgrammeSession.starts_at, ProgrammeSession.code)
    )  # fmt: skip
    return [(row.code, f"{row.code} {localized(row, 'title')}".strip()[:120]) for row in rows]


def offer_of(conference: Conference, *, signs: Iterable[str] = ()) -> Offer:
    """All a form offers; ``signs`` are the numbers of delegates it names."""
    return Offer(
        conference=conference,
        venues=venues_of(conference),
        tracks=[(track.id, localized(track, "name") or track.code) for track in tracks_of(conference)],
        towns=_towns(),
        wholes=_wholes(conference),
        delegates=delegate_numbers(conference, signs),
    )


def find_delegates(conference: Conference, words: str) -> list[Delegate]:
    """Delegates of that name or number who may come, in the order of the list."""
    if not found_by(words):
        return []
    return list(
        db.session.scalars(
            select(Delegate)
            .where(
                Delegate.conference_id == conference.id,
                Delegate.accreditation.not_in((Accreditation.WITHDRAWN, Accreditation.DECLINED)),
                Delegate.merged_into_id.is_(None),
                or_(and_(*found_by(words)), Delegate.public_id == words.strip()),
            )
            .order_by(Delegate.sort_name, Delegate.id)
            .limit(MOST_FOUND)
        )
    )


def minutes_between(one: Venue | int, other: Venue | int) -> int | None:
    """How long the way takes; None when nobody said it."""
    first, second = sorted(place if isinstance(place, int) else place.id for place in (one, other))
    if first == second:
        return 0
    return db.session.scalar(
        select(TravelTime.minutes).where(TravelTime.from_venue_id == first, TravelTime.to_venue_id == second)
    )


def proposed_end(starts_at: datetime | None, venue_id: int | None, to_venue_id: int | None) -> datetime | None:
    """When a transfer arrives, by the travel times; None when that cannot be told."""
    if starts_at is None or venue_id is None or to_venue_id is None:
        return None
    minutes = minutes_between(venue_id, to_venue_id)
    return starts_at + timedelta(minutes=minutes) if minutes else None


def arrival(session: ProgrammeSession) -> datetime | None:
    """When a transfer of the draft should arrive."""
    house = session.house
    if session.kind is not SessionKind.TRANSFER or house is None:
        return None
    return proposed_end(session.starts_at, house.id, session.to_venue_id)


def turns_of(session: ProgrammeSession) -> list[Turn]:
    """The relief plan of its interpreters."""
    if session.starts_at is None or session.ends_at is None:
        return []
    names = [person.name for person in session.people if person.role is PersonRole.INTERPRETER]
    return relief_plan(names, session.starts_at, session.ends_at, session.relief_minutes)
