"""The working draft of a programme, and its frozen releases."""

from app.programme.models.releases import Release
from app.programme.models.sessions import (
    ProgrammeSession,
    ProgrammeTrack,
    SessionAgreement,
    SessionMaterial,
    SessionParty,
    SessionPerson,
    TravelTime,
)
from app.programme.models.sign_up import SessionSignUp

__all__ = [
    "ProgrammeSession",
    "ProgrammeTrack",
    "Release",
    "SessionAgreement",
    "SessionMaterial",
    "SessionParty",
    "SessionPerson",
    "SessionSignUp",
    "TravelTime",
]
