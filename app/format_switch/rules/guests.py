"""What a switch means for guests: people with a part in the programme who are no delegates."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from app.conferences.rules import ConferenceFormat
from app.conferences.taking_part import has_hall, has_screen


class GuestOutcome(StrEnum):
    """What becomes of the parts of a guest that stand in the programme now."""

    BY_VIDEO = "part-by-video"  # all of them
    MAY_CHOOSE = "part-may-choose"  # at least one may be taken on site or by video
    ON_SITE = "part-on-site"
    OFF = "part-off"  # none takes place any more


@dataclass(frozen=True)
class GuestChange:
    """One guest in whose sessions something changes (``codes``). ``key``: of their first part.

    ``quiet``: nothing is new to them, since they never heard of what is undone.
    """

    key: int
    name: str
    email: str
    language: str
    codes: tuple[str, ...]
    quiet: bool = False

    @property
    def is_told(self) -> bool:
        """Whether a mail is written to them."""
        return bool(self.email) and not self.quiet


def outcome_of_guest(held: Collection[ConferenceFormat]) -> GuestOutcome:
    """:param held: how those of their sessions are held that take place."""
    if not held:
        return GuestOutcome.OFF
    if any(has_hall(one) and has_screen(one) for one in held):
        return GuestOutcome.MAY_CHOOSE
    if all(not has_hall(one) for one in held):
        return GuestOutcome.BY_VIDEO
    return GuestOutcome.ON_SITE if all(not has_screen(one) for one in held) else GuestOutcome.MAY_CHOOSE
