"""What is erased of a person, what stays, and what the record of it says."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

# Stands where a name was: a delegate has one always.
NOBODY = "—"

# Text columns of a delegate that are emptied. What stays for the statistics: number, country, town, role, way of taking
# part, language, and which delegation it was.
EMPTIED = (
    "patronymic", "last_latin", "first_latin", "first", "gender", "academic_title", "noble_prefix", "badge_ru",
    "badge_de", "citizenship", "organisation", "position", "languages", "interpretation", "email", "phone",
    "arrival", "departure", "arrival_mode", "arrival_number", "arrival_place", "departure_mode", "departure_number",
    "departure_place", "room_with", "emergency_name", "emergency_phone", "hotel_needed", "working_group",
    "dietary_code", "dietary_note", "accessibility_note", "visa_needed", "visa_note", "photo_consent", "guardian",
    "search", "sort_name", "decision_reason",
)  # fmt: skip
CONTACT = ("contact_name", "contact_email", "contact_phone")
OF_A_REPLY = ("deputy_name", "deputy_office", "remarks")
# History of these tables may quote what a person or a contact said.
QUOTING = ("delegate", "delegation", "reply")


@dataclass(frozen=True)
class Act:
    """The record of an erasure: who, when, of whom, how much. It names nobody but the one who acted."""

    at: datetime
    actor: str
    conference: str
    scope: str
    counts: dict[str, int]
    stays: list[str] = field(
        default_factory=lambda: [
            "numbers, dates and addressees of the outgoing register",
            "sealed letters to heads of municipalities",
            "released programmes",
            "backups made before",
        ]
    )

    def as_json(self) -> dict[str, Any]:
        """As ``ratusha erase --json`` prints it and the history keeps it."""
        return {**asdict(self), "at": self.at.isoformat(timespec="seconds")}
