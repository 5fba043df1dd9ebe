"""What a conference may be, and how its format may move."""

from __future__ import annotations

from enum import StrEnum


class ConferenceFormat(StrEnum):
    """How a conference is held."""

    IN_PERSON = "in-person"
    HYBRID = "hybrid"
    VIDEO = "video"


class Attendance(StrEnum):
    """How one person takes part. The spelling is that of the delegates' files."""

    ON_SITE = "onsite"
    VIDEO = "video"
