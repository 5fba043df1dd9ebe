"""The steps of a draft and their names."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


class StepState(StrEnum):
    """Whether a step stands, was undone, or was undone and can no longer be done again."""

    DONE = "done"
    UNDONE = "undone"
    DROPPED = "dropped"


KEPT_STEPS = 200  # of a conference; older ones cannot be undone any more

STEPS: Mapping[str, LazyString] = {
    "add": _l("added"),
    "change": _l("changed"),
    "move": _l("moved"),
    "shift": _l("shifted"),
    "copy-day": _l("day copied"),
    "cancel": _l("taken off"),
    "reinstate": _l("reinstated"),
    "import": _l("file taken in"),
    "restore": _l("release taken back as the draft"),
    "meetings": _l("meetings placed"),
    "fix": _l("kept where it is"),
    "loosen": _l("left to the next run"),
    "remove": _l("removed"),
    "room": _l("room given up"),
    "switch": _l("format switched"),
}
# Undone by a deed of their own only: more than the draft follows from them.
NOT_UNDONE = frozenset({"switch"})
