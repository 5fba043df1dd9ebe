"""What the demo's programme of 2017 has beyond its file: tracks, people with parts, sides, ways between the houses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from app.conferences.models import Conference
from app.conferences.queries import venues_of
from app.conferences.taking_part import comes_in_sql
from app.database import db, transaction
from app.delegations.models import Delegate
from app.delegations.queries.precedence import in_order_of
from app.delegations.rules import Accreditation
from app.demo.run_of_show import SIGNING, write_run
from app.directory.queries import all_by_slug
from app.history.rules import COMMAND
from app.programme.models import ProgrammeSession
from app.programme.operations import change_session, details_of, draft_step
from app.programme.operations.tracks import TrackDetails, keep_track, set_travel_times
from app.programme.queries import sessions_of
from app.programme.queries.asking import terms_now
from app.programme.rules import Confirmation, InterpretationKind, PersonRole, SessionKind
from app.programme.rules.parts import AgreementDetails, PersonDetails

_TRACKS = (
    TrackDetails("economy", "Экономика", "Wirtschaft", "Economy", "verdigris"),
    TrackDetails("city", "Городское развитие", "Stadtentwicklung", "Urban development", "sky"),
    TrackDetails("youth", "Молодёжь и спорт", "Jugend und Sport", "Youth and sport", "moss"),
    TrackDetails("memory", "Память и культура", "Erinnerung und Kultur", "Remembrance and culture", "plum"),
    TrackDetails("society", "Социальная сфера", "Soziales", "Social affairs", "umber"),
)
_TRACK_OF = {
    "K10": "economy", "K11a": "economy", "K11b": "economy", "K12a": "city", "K12b": "city", "K18": "city",
    "K00": "youth", "K01": "youth", "K02": "youth", "K20": "youth", "K24": "youth", "K15a": "youth", "K15b": "youth",
    "K13a": "memory", "K13b": "memory", "K14a": "memory", "K14b": "memory", "K05": "memory",
    "K16a": "society", "K16b": "society",
}  # fmt: skip
_PART_OF = {"K08": "K07", "K23": "K22", "K24": "K22"}
_GROUPS = ("K11", "K12", "K13", "K14", "K15", "K16")
_SIGNED = (
    AgreementDetails(
        "Программа сотрудничества на 2018–2020 годы", "Programm der Zusammenarbeit 2018–2020",
        "Programme of cooperation 2018–2020", ("Краснодар", "Karlsruhe"),
    ),
    AgreementDetails(
        "Соглашение о школьных обменах", "Vereinbarung über Schüleraustausch", "Agreement on school exchanges",
        ("Краснодар", "Karlsruhe"),
    ),
)  # fmt: skip
_MINUTES = 20  # from house to house, where nothing else is said
_WALKS = {frozenset({"Конгресс-центр", "Гостевой дом города"}): 10}
_AIRPORT = "аэропорт"
_TO_THE_AIRPORT = 45


def _present(conference: Conference, role: str, count: int) -> Sequence[Delegate]:
    return db.session.scalars(
        select(Delegate)
        .where(
            Delegate.conference_id == conference.id, Delegate.role == role, Delegate.email != "",
            Delegate.accreditation == Accreditation.GRANTED, comes_in_sql(Delegate.attendance, conference.format),
        )
        .order_by(*in_order_of(conference))
        .limit(count)
    ).all()  # fmt: skip


def _part(delegate: Delegate, role: PersonRole) -> PersonDetails:
    return PersonDetails(
        name=delegate.badge_ru, role=role, name_latin=delegate.badge_de, delegate_id=delegate.id,
        language=delegate.language,
    )  # fmt: skip


def _people(conference: Conference) -> dict[str, list[PersonDetails]]:
    """Heads take the chair and report, interpreters work in pairs."""
    heads, booth = _present(conference, "head", 20), _present(conference, "interpreter", 16)
    found: dict[str, list[PersonDetails]] = {}
    for place, group in enumerate(_GROUPS):
        chair, reporter = heads[2 * place], heads[2 * place + 1]
        pair = [_part(one, PersonRole.INTERPRETER) for one in booth[2 * place : 2 * place + 2]]
        found[f"{group}a"] = [_part(chair, PersonRole.CHAIR), _part(reporter, PersonRole.SPEAKER), *pair]
        found[f"{group}b"] = [_part(chair, PersonRole.CHAIR), _part(reporter, PersonRole.RAPPORTEUR), *pair]
    pair = [_part(one, PersonRole.INTERPRETER) for one in booth[12:14]]
    found["K07"] = [
        _part(heads[12], PersonRole.CHAIR),
        *(_part(one, PersonRole.SPEAKER) for one in heads[13:16]),
        *pair,
    ]
    found["K22"] = [
        _part(heads[13], PersonRole.CHAIR),
        *(_part(one, PersonRole.SPEAKER) for one in heads[16:18]),
        *pair,
    ]
    found["K18"] = [_part(heads[18], PersonRole.MODERATOR)]
    return found


def _change(row: ProgrammeSession, people: Sequence[PersonDetails], tracks: dict[str, int], sides: Sequence[int],
            at: datetime) -> None:  # fmt: skip
    details = replace(
        details_of(row), track_id=tracks.get(_TRACK_OF.get(row.code, "")), people=tuple(people),
        parallel={"a": "10", "b": "14"}.get(row.code[-1], "") if row.kind is SessionKind.WORKING_GROUP else "",
        interpreted_how=InterpretationKind.BOOTH if row.interpretation else None,
    )  # fmt: skip
    if row.code in _PART_OF:
        details = replace(details, part_of=_PART_OF[row.code])
    if row.code == "K19":
        details = replace(details, parties=tuple(sides), agreements=_SIGNED)
    change_session(session=row, details=details, version=row.version, actor=COMMAND, at=at)


def _way(one: str, other: str) -> int:
    if _AIRPORT in one or _AIRPORT in other:
        return _TO_THE_AIRPORT
    return _WALKS.get(frozenset({one, other}), _MINUTES)


def fill_programme(conference: Conference, *, at: datetime) -> None:
    """Give the programme what makes it whole; some of its people have answered already."""
    towns = all_by_slug()
    tracks = {one.code: keep_track(conference=conference, details=one, actor=COMMAND, at=at).id for one in _TRACKS}
    people = _people(conference)
    with draft_step(conference=conference, deed="change", actor=COMMAND, at=at):
        draft = sessions_of(conference)
        for row in draft:
            _change(row, people.get(row.code, ()), tracks, (towns["krasnodar"].id, towns["karlsruhe"].id), at)
    for row in draft:
        if row.code == SIGNING:
            write_run(row, at=at)
    with transaction():
        for row in draft:
            for number, person in enumerate(row.people):
                if person.role is PersonRole.CHAIR:
                    person.confirmation, person.answered_at = Confirmation.CONFIRMED, at
                    person.answered_for = terms_now(person)
                elif number == 1 and row.code == "K16b":
                    person.confirmation, person.answered_at = Confirmation.DECLINED, at
                    person.remark = "К сожалению, вылетаю раньше."
    houses = venues_of(conference)
    ways = {
        (one.id, other.id): _way(one.name_ru, other.name_ru)
        for place, one in enumerate(houses)
        for other in houses[place + 1 :]
    }
    set_travel_times(conference=conference, minutes=dict(ways), actor=COMMAND, at=at)
