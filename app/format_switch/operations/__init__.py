"""Applying switches, and keeping the plans of those to come."""

from app.format_switch.operations.apply import switch
from app.format_switch.operations.forgetting import forget_notes, forget_requests
from app.format_switch.operations.plans import (
    ChangedMeanwhile,
    PlanDetails,
    WorldMoved,
    apply_plan,
    change_plan,
    draft_plan,
    look_at_plan,
    take_hours,
    withdraw_plan,
)
from app.format_switch.operations.rewriting import tell_in_held_mails

__all__ = [
    "ChangedMeanwhile",
    "PlanDetails",
    "WorldMoved",
    "apply_plan",
    "change_plan",
    "draft_plan",
    "forget_notes",
    "forget_requests",
    "look_at_plan",
    "switch",
    "take_hours",
    "tell_in_held_mails",
    "withdraw_plan",
]
