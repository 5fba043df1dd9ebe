"""What a switch decides, without the database."""

from app.format_switch.rules.switching import (
    PersonChange,
    PersonOutcome,
    SessionChange,
    SessionOutcome,
    Standing,
    SwitchPlan,
    dropped,
    outcome_of_person,
    outcome_of_session,
    person_after,
)

__all__ = [
    "PersonChange",
    "PersonOutcome",
    "SessionChange",
    "SessionOutcome",
    "Standing",
    "SwitchPlan",
    "dropped",
    "outcome_of_person",
    "outcome_of_session",
    "person_after",
]
