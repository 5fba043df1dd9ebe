"""The working draft of a programme, and its frozen releases."""

from app.programme.models.drafts import DraftStep
from app.programme.models.meetings import Meeting, MeetingPlan, MeetingProposal, MeetingWindow, MeetingWish
from app.programme.models.own_entries import OwnEntry
from app.programme.models.papers import ProgrammePaper
from app.programme.models.releases import Release
from app.programme.models.run_of_show import RunItem
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
from app.programme.models.warnings import AcceptedWarning

__all__ = [
    "AcceptedWarning",
    "DraftStep",
    "Meeting",
    "MeetingPlan",
    "MeetingProposal",
    "MeetingWindow",
    "MeetingWish",
    "OwnEntry",
    "ProgrammePaper",
    "ProgrammeSession",
    "ProgrammeTrack",
    "Release",
    "RunItem",
    "SessionAgreement",
    "SessionMaterial",
    "SessionParty",
    "SessionPerson",
    "SessionSignUp",
    "TravelTime",
]
