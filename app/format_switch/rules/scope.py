"""How much a switch moves: the whole conference, or a part of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from app.conferences.rules import ConferenceFormat
from app.conferences.taking_part import has_both, has_hall
from app.errors import Message


class ScopeKind(StrEnum):
    """What is moved."""

    WHOLE = "whole"
    DAY = "day"
    SESSION = "session"
    DELEGATION = "delegation"


@dataclass(frozen=True)
class Scope:
    """A part of the conference. ``of``: the ISO day, the ``uid`` of the session, the id of the delegation; or empty."""

    kind: ScopeKind = ScopeKind.WHOLE
    of: str = ""


WHOLE = Scope()

# How far from the hall: what was withdrawn on the way out comes back on the way in.
DISTANCE: Mapping[ConferenceFormat, int] = {
    ConferenceFormat.IN_PERSON: 0, ConferenceFormat.HYBRID: 1, ConferenceFormat.VIDEO: 2,
}  # fmt: skip


def hindrance(scope: Scope, now: ConferenceFormat, to: ConferenceFormat) -> Message | None:
    """Why a part cannot be moved while the conference is held as it is; None when it can."""
    if scope.kind is ScopeKind.WHOLE:
        return None
    if scope.kind is ScopeKind.DELEGATION:
        if not has_both(now):
            return _l("One delegation can be moved while the conference is hybrid. Move the whole conference first.")
        if has_both(to):
            return _l("A delegation takes part on site or by video: choose one of them.")
        return None
    if not has_hall(now):
        return _l("The whole conference is held by video: nobody is on the spot. Move the whole conference first.")
    return None
