"""What the rooms above show on a delegate's own page, and on their page at the desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.conferences.taking_part import joins_by_video
from app.delegations.models import Delegate, Delegation
from app.delegations.rules import Accreditation


@dataclass(frozen=True)
class OwnLine:
    """One line of a section: what, when, and how the person stands (``tone`` of ``state``)."""

    title: str
    note: str
    standing: str = ""
    tone: str = "quiet"


@dataclass(frozen=True)
class OwnSection:
    """A section beside a delegate's details: lines, and a link to the page where something is done (empty: none)."""

    title: str
    lines: Sequence[OwnLine]
    link: str
    url: str


#: name of a feature -> its section for a person, None where there is nothing to say.
own_sections: dict[str, Callable[[Delegate], OwnSection | None]] = {}

#: the same for the staff, on the delegate's page at the desk.
desk_sections: dict[str, Callable[[Delegate], OwnSection | None]] = {}

#: the same for the contact, on the page of the delegation.
delegation_sections: dict[str, Callable[[Delegation], OwnSection | None]] = {}

#: whether something of the conference is held by video for somebody who comes to the hall, too.
video_doors: dict[str, Callable[[Delegate], bool]] = {}


def needs_a_door(delegate: Delegate) -> bool:
    """Whether a mail about somebody's part brings their way into the sessions by video: to those only for whom that
    door opens, which needs a place that is granted."""
    if delegate.accreditation is not Accreditation.GRANTED:
        return False
    by_video = joins_by_video(delegate.attendance, delegate.conference.format)
    return by_video or any(asked(delegate) for asked in video_doors.values())
