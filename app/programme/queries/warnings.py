"""What the draft should be warned about, and what of it was accepted. Rows are read as they are: a draft of two
thousand sessions is looked through in a fraction of a second."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from app.conferences.models import Conference, Room, Venue
from app.conferences.taking_part import comes, has_hall, is_on_site_in_sql, seats_of
from app.database import db
from app.delegations.models import Delegate, Delegation
from app.delegations.queries.offices import Offices
from app.delegations.queries.precedence import rank_table, tie_rule
from app.delegations.rules import Accreditation, moment_of
from app.delegations.rules.groups import DelegationFunction
from app.delegations.rules.precedence import PROTOCOL, RankTable, side_of
from app.directory.models import Municipality
from app.i18n import language
from app.programme.models import (
    AcceptedWarning,
    Meeting,
    ProgrammeSession,
    SessionAgreement,
    SessionParty,
    SessionPerson,
    SessionSignUp,
    TravelTime,
)
from app.programme.queries.namesakes import namesakes
from app.programme.rules import Confirmation, PersonRole, SessionKind, held_as
from app.programme.rules.clashes import Part, Planned, Side, Warning_, warnings
from app.programme.rules.persons import name_for
from app.programme.rules.planned import Stay, same_name

_GONE = frozenset({Accreditation.DECLINED, Accreditation.WITHDRAWN})
_FUNCTIONS = {DelegationFunction.HEAD.value: 0, DelegationFunction.DEPUTY.value: 1}


@dataclass(frozen=True)
class ToldWarning:
    """A warning of the draft; ``accepted``: by whom, when and why it is left as it is."""

    warning: Warning_
    accepted: AcceptedWarning | None


def _localized(row: Any, name: str, reader: str) -> str:
    for code in (reader, "en", "de", "ru"):
        text = getattr(row, f"{name}_{code}")
        if text:
            return str(text)
    return ""


Asked = ColumnElement[bool]


_OF_DELEGATES = (
    Delegate.id, Delegate.accreditation, Delegate.precedence, Delegate.delegation_id, Delegate.function,
    Delegate.attendance, Delegate.arrival, Delegate.departure, Delegate.position, Delegate.gender,
    Delegate.in_office_since, Delegate.sort_name, Delegate.country,
)  # fmt: skip
_SOME = 5000  # values in one question


def _delegates(numbers: Collection[int]) -> dict[int, Any]:
    """The delegates of these ids, as warnings look at them."""
    wanted = sorted(numbers)
    return {
        row.id: row
        for start in range(0, len(wanted), _SOME)
        for row in db.session.execute(select(*_OF_DELEGATES).where(Delegate.id.in_(wanted[start : start + _SOME])))
    }


def _parts(conference: Conference, asked: Asked) -> dict[int, tuple[Part, ...]]:
    rows = db.session.execute(
        select(
            SessionPerson.session_id, SessionPerson.name, SessionPerson.role, SessionPerson.confirmation,
            SessionPerson.delegate_id, SessionPerson.name_latin, SessionPerson.email,
            SessionPerson.office_ru, SessionPerson.office_de, SessionPerson.office_en,
        )
        .join(ProgrammeSession, ProgrammeSession.id == SessionPerson.session_id)
        .where(asked)
        .order_by(SessionPerson.session_id, SessionPerson.position, SessionPerson.id)
    ).all()  # fmt: skip
    by_name = namesakes(conference.id, {row.name for row in rows if row.delegate_id is None})
    delegates = _delegates({row.delegate_id for row in rows if row.delegate_id is not None} | set(by_name.ids))
    latin, reader = _latin(rows), language()
    found: dict[int, list[Part]] = defaultdict(list)
    moments: dict[str, datetime | None] = {"": None}
    offices, table = Offices(), rank_table()
    for row in rows:
        number = row.delegate_id if row.delegate_id is not None else by_name.meant(row.name, row.email)
        values: dict[str, Any] = {}
        who = delegates.get(number) if number is not None else None
        if who is not None:
            here = comes(who.attendance, conference.format)
            values = {
                "delegation": who.delegation_id, "function": _FUNCTIONS.get(who.function or "", 2),
                "arrival": _moment(who.arrival or "", conference.timezone, moments) if here else None,
                "departure": _moment(who.departure or "", conference.timezone, moments) if here else None,
                "since": who.in_office_since, "alphabet": who.sort_name, "side": side_of(who.country),
            }  # fmt: skip
        known = offices.of(row, position=who.position if who else "", gender=who.gender if who else "")
        found[row.session_id].append(
            Part(
                name=row.name, role=row.role, delegate=number, confirmation=row.confirmation,
                gone=row.confirmation is Confirmation.DECLINED or (who is not None and who.accreditation in _GONE),
                rank=_rank(table, known, who.precedence if who is not None else None),
                said=name_for(row.name, reader, row.name_latin or latin.get(same_name(row.name), "")),
                lacking=_lacking(known) if row.role is not PersonRole.INTERPRETER else (),
                perhaps=by_name.perhaps(row.name, row.email) if number is None else (), **values,
            )
        )  # fmt: skip
    return {session: tuple(parts) for session, parts in found.items()}


def _latin(rows: Sequence[Any]) -> dict[str, str]:
    """How people spell themselves in Latin letters: said once, it is meant in all their parts."""
    found: dict[str, str] = {}
    for row in rows:
        if row.name_latin:
            found.setdefault(same_name(row.name), row.name_latin)
    return found


def _rank(table: RankTable, offices: dict[str, str], precedence: int | None) -> int | None:
    """By the offices that have a place in protocol; others stand as they are kept with the delegates."""
    rank = table.rank_of(offices.values(), precedence)
    if rank <= PROTOCOL:
        return rank
    return precedence


def _lacking(offices: dict[str, str]) -> tuple[str, ...]:
    return tuple(code for code in ("ru", "de") if not offices[code]) if any(offices.values()) else ()


def _moment(text: str, zone: str, known: dict[str, datetime | None]) -> datetime | None:
    if text not in known:
        known[text] = moment_of(text, zone)
    return known[text]


def _sides(conference: Conference, asked: Asked) -> dict[int, tuple[Side, ...]]:
    rows = db.session.execute(
        select(SessionParty.session_id, Municipality.id, Municipality.name_ru, Municipality.name_de,
               Municipality.name_en)
        .join(ProgrammeSession, ProgrammeSession.id == SessionParty.session_id)
        .join(Municipality, Municipality.id == SessionParty.municipality_id)
        .where(asked)
        .order_by(SessionParty.session_id, SessionParty.position, SessionParty.id)
    ).all()  # fmt: skip
    if not rows:
        return {}
    stays = _stays(conference)
    found: dict[int, list[Side]] = defaultdict(list)
    reader = language()
    for row in rows:
        found[row.session_id].append(Side(row.id, _localized(row, "name", reader), row.id in stays, stays.get(row.id)))
    return {session: tuple(sides) for session, sides in found.items()}


def _stays(conference: Conference) -> dict[int, tuple[Stay, ...]]:
    """By municipality, how long each of its people with a place stays; who joins by video is always there."""
    rows = db.session.execute(
        select(
            Delegate.municipality_id, Delegation.municipality_id.label("sent_by"), Delegate.attendance,
            Delegate.arrival, Delegate.departure,
        )
        .outerjoin(Delegation, Delegation.id == Delegate.delegation_id)
        .where(
            Delegate.conference_id == conference.id, Delegate.accreditation == Accreditation.GRANTED,
            Delegate.merged_into_id.is_(None),
        )
    )  # fmt: skip
    found: dict[int, list[Stay]] = defaultdict(list)
    moments: dict[str, datetime | None] = {"": None}
    for row in rows:
        here = comes(row.attendance, conference.format)
        arrival, departure = (
            _moment(text or "", conference.timezone, moments) if here else None for text in (row.arrival, row.departure)
        )
        for town in {row.municipality_id, row.sent_by} - {None}:
            found[town].append((arrival, departure))
    return {town: tuple(stays) for town, stays in found.items()}


def _agreements(asked: Asked) -> dict[int, tuple[tuple[str, int], ...]]:
    rows = db.session.scalars(
        select(SessionAgreement)
        .join(ProgrammeSession, ProgrammeSession.id == SessionAgreement.session_id)
        .where(asked)
        .order_by(SessionAgreement.session_id, SessionAgreement.position, SessionAgreement.id)
    )
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for row in rows:
        found[row.session_id].append((row.title_ru or row.title_de or row.title_en, len(row.parties)))
    return {session: tuple(papers) for session, papers in found.items()}


def planned_of(conference: Conference, sessions: Sequence[ProgrammeSession] | None = None) -> list[Planned]:
    """The draft as the warnings look at it, in the order of its hours; only these of its sessions, when given."""
    asked: Asked = ProgrammeSession.conference_id == conference.id
    if sessions is not None:
        asked = ProgrammeSession.id.in_([session.id for session in sessions])
    parts, sides, agreements = _parts(conference, asked), _sides(conference, asked), _agreements(asked)
    signed = {
        row[0]: (row[1], row[2])
        for row in db.session.execute(
            select(
                SessionSignUp.session_id, func.count(), func.count().filter(is_on_site_in_sql(Delegate.attendance))
            )
            .join(ProgrammeSession, ProgrammeSession.id == SessionSignUp.session_id)
            .join(Delegate, Delegate.id == SessionSignUp.delegate_id)
            .where(asked)
            .group_by(SessionSignUp.session_id)
        )
    }  # fmt: skip
    columns = (
        "id", "code", "kind", "format", "starts_at", "ends_at", "day", "room_id", "to_venue_id", "capacity", "places",
        "sign_up", "cancelled", "buffer_before", "buffer_after", "interpretation", "interpreted_how", "relief_minutes",
        "title_ru", "title_de", "title_en", "part_of",
    )  # fmt: skip
    rows = db.session.execute(
        select(
            *(getattr(ProgrammeSession, name) for name in columns),
            func.coalesce(Room.venue_id, ProgrammeSession.venue_id).label("house"), Room.capacity.label("seats"),
            Room.name.label("room_ru"), Room.name_ru.label("name_ru"), Room.name_de.label("name_de"),
            Room.name_en.label("name_en"), Meeting.table.label("table"),
            Meeting.interpreter.label("interpreter"),
        )
        .outerjoin(Room, Room.id == ProgrammeSession.room_id)
        .outerjoin(Meeting, Meeting.session_id == ProgrammeSession.id)
        .where(asked)
        .order_by(ProgrammeSession.starts_at.is_(None), ProgrammeSession.starts_at, ProgrammeSession.day,
                  ProgrammeSession.code)
    )  # fmt: skip
    found = []
    reader = language()
    for row in rows:
        held = held_as(row, conference.format)
        on_screen = not has_hall(held)
        seats = seats_of(places=row.places, capacity=row.capacity, held=held)
        found.append(
            Planned(
                number=row.id, code=row.code, label=_localized(row, "title", reader),
                titles=(row.title_ru, row.title_de), title_en=row.title_en,
                starts_at=row.starts_at, ends_at=row.ends_at, day=row.day, kind=row.kind, room=row.room_id,
                room_name=(_localized(row, "name", reader) or row.room_ru) if row.room_id else "",
                room_capacity=row.seats, capacity=row.capacity, venue=None if on_screen else row.house,
                to_venue=None if on_screen else row.to_venue_id, people=parts.get(row.id, ()),
                cancelled=row.cancelled, buffer_before=row.buffer_before, buffer_after=row.buffer_after,
                places=row.places, limit=seats.limit,
                signed=signed.get(row.id, (0, 0))[seats.in_hall_only] if row.sign_up else 0,
                interpreted=row.interpretation or row.interpreted_how is not None,
                interpreted_how=row.interpreted_how, relief_minutes=row.relief_minutes, sides=sides.get(row.id, ()),
                table=row.table or "", agreements=agreements.get(row.id, ()), on_screen=on_screen, part_of=row.part_of,
                interpreter=row.interpreter,
            )
        )  # fmt: skip
    return found


def travel_times(conference: Conference) -> dict[tuple[int, int], int]:
    """Minutes between the venues of a conference, the smaller number first."""
    rows = db.session.execute(
        select(TravelTime.from_venue_id, TravelTime.to_venue_id, TravelTime.minutes)
        .join(Venue, Venue.id == TravelTime.from_venue_id)
        .where(Venue.conference_id == conference.id)
    )
    return {(one, other): minutes for one, other, minutes in rows}


def _is_english(conference: Conference) -> bool:
    """Whether most titles of the draft are in English too: a day of it is looked at like the whole."""
    written = (ProgrammeSession.conference_id == conference.id, ProgrammeSession.cancelled.is_(False),
               ProgrammeSession.kind != SessionKind.BILATERAL)  # fmt: skip
    asked = select(func.count(), func.count().filter(ProgrammeSession.title_en != "")).where(*written)
    all_of_them, titled = db.session.execute(asked).one()
    return bool(titled * 2 > all_of_them)


def told_warnings(conference: Conference, sessions: Sequence[ProgrammeSession] | None = None) -> list[ToldWarning]:
    """Every warning of the draft, the accepted ones with their note.

    :param sessions: look at these only (a day of them).
    """
    accepted = {
        row.key: row
        for row in db.session.scalars(select(AcceptedWarning).where(AcceptedWarning.conference_id == conference.id))
    }
    rule = tie_rule(conference)
    found = warnings(
        planned_of(conference, sessions), first_day=conference.starts_on, last_day=conference.ends_on,
        zone=conference.timezone, travel=travel_times(conference),
        everything=sessions is None, english=None if sessions is None else _is_english(conference),
        ties=rule.ties, first_side=rule.first_side,
    )  # fmt: skip
    if not accepted:
        return [ToldWarning(one, None) for one in found]
    return [ToldWarning(one, accepted.get(one.key)) for one in found]


def warnings_of(conference: Conference, sessions: Sequence[ProgrammeSession] | None = None) -> list[Warning_]:
    """What is still worth a second look: every warning nobody has accepted.

    :param sessions: look at these only (a day of them).
    """
    return [told.warning for told in told_warnings(conference, sessions) if told.accepted is None]


def session_numbers(conference: Conference) -> dict[str, int]:
    """Where the form of each session is, by its sign."""
    rows = db.session.execute(
        select(ProgrammeSession.code, ProgrammeSession.id).where(ProgrammeSession.conference_id == conference.id)
    )
    return {code: number for code, number in rows}  # noqa: C416  # rows are no pairs for the type checker
