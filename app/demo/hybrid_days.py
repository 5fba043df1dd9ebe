"""The demo's conference of 2021 before it moved to a screen: a few delegations, parts, sign-ups for the excursion.

Enough that the plan of a switch has something of everything to say: people who move, two whom no mail reaches, hotels,
journeys, visas, guests with a part, what is cancelled and who signed up for it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.conferences.models import Conference
from app.database import transaction
from app.delegations.models import Delegate
from app.programme.models import ProgrammeSession, SessionPerson, SessionSignUp
from app.programme.rules import Confirmation, PersonRole, SignUpStanding

_PHONES = {"K00003": "+7 (4822) 555-01-21"}  # of those without an address one can be telephoned
_EXCURSION, _PLACES, _SIGNED_UP = "S19", 40, ("K00004", "K00005", "K00010")
_OPENING, _CLOSING = "S04", "S17"


def fill_days(conference: Conference, *, at: datetime) -> None:
    """Telephone numbers, parts and sign-ups; what is in the programme's file stays as it is."""
    with transaction() as session:
        people = {
            row.public_id: row
            for row in session.scalars(select(Delegate).where(Delegate.conference_id == conference.id))
        }
        sessions = {
            row.code: row
            for row in session.scalars(select(ProgrammeSession).where(ProgrammeSession.conference_id == conference.id))
        }
        for number, phone in _PHONES.items():
            people[number].phone = phone
        chair = people["K00004"]
        sessions[_OPENING].people += [
            SessionPerson(
                name=chair.badge_ru, name_latin=chair.badge_de, role=PersonRole.CHAIR, delegate_id=chair.id,
                language=chair.language, confirmation=Confirmation.CONFIRMED, answered_at=at,
            ),
            SessionPerson(
                name="Вероника Ланге", name_latin="Veronika Lange", role=PersonRole.MODERATOR, language="de",
                email="veronika.lange@forum.example",
            ),
        ]  # fmt: skip
        sessions[_CLOSING].people += [
            SessionPerson(
                name="Геннадий Ладыгин", name_latin="Gennadi Ladygin", role=PersonRole.SPEAKER, language="ru"
            ),
        ]
        trip = sessions[_EXCURSION]
        trip.sign_up, trip.places = True, _PLACES
        session.add_all(
            SessionSignUp(
                session_id=trip.id, delegate_id=people[number].id, standing=SignUpStanding.HAS_PLACE, at=at
            )
            for number in _SIGNED_UP
        )  # fmt: skip
