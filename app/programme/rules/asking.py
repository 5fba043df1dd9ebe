"""What a person says yes to: hours, house and role. When one of them changes, the yes was to something else."""

from __future__ import annotations

from datetime import date, datetime

from app.programme.rules import Confirmation, PersonRole


def terms(
    role: PersonRole, *, starts_at: datetime | None, ends_at: datetime | None, day: date | None, venue_id: int | None
) -> str:
    """What an answer is about; another room of the same house is none of it."""
    hours = (starts_at, ends_at) if starts_at is not None else (day, None)
    return "|".join([role.value, *(moment.isoformat() if moment else "" for moment in hours), str(venue_id or "")])


def to_ask_again(confirmation: Confirmation, *, answered_for: str, now: str) -> bool:
    """Whether somebody who had said yes has to be asked once more.

    With another role they count as not asked; ``answered_for`` then still tells what they had said yes to.
    """
    return bool(
        confirmation in {Confirmation.CONFIRMED, Confirmation.NOT_ASKED} and answered_for and answered_for != now
    )
