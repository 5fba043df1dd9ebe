"""What a switch decides, without the database."""

from app.format_switch.rules.plans import Cost, Moved, PlanState, cost_of, costs_of, moved_since, sums
from app.format_switch.rules.scope import DISTANCE, WHOLE, Scope, ScopeKind, hindrance
from app.format_switch.rules.sessions import (
    CANCELLED,
    Alteration,
    Decision,
    Held,
    Why,
    decided,
    dropped,
    form_of,
    forms_offered,
    given_back,
    proposal,
    shorter,
    stands_apart,
    why,
)
from app.format_switch.rules.switching import (
    PersonChange,
    PersonOutcome,
    SessionChange,
    SessionOutcome,
    Standing,
    SwitchPlan,
    outcome_of_person,
    outcome_of_session,
    person_after,
)

__all__ = [
    "CANCELLED", "DISTANCE", "WHOLE", "Alteration", "Cost", "Decision", "Held", "Moved", "PersonChange",
    "PersonOutcome", "PlanState", "Scope", "ScopeKind", "SessionChange", "SessionOutcome", "Standing", "SwitchPlan",
    "Why", "cost_of", "costs_of", "decided", "dropped", "form_of", "forms_offered", "given_back", "hindrance",
    "moved_since", "outcome_of_person", "outcome_of_session", "person_after", "proposal", "shorter", "stands_apart",
    "sums", "why",
]  # fmt: skip
