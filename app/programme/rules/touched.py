"""Why a changed session concerns somebody, and who is told of a release."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


class Why(StrEnum):
    """What makes a session somebody's own."""

    PART = "part"
    PART_LOST = "part-lost"
    SIGNED_UP = "signed-up"
    SIDE = "side"
    SIDE_LOST = "side-lost"

    @property
    def is_lost(self) -> bool:
        """Whether the session is theirs no more."""
        return self in (Why.PART_LOST, Why.SIDE_LOST)


WHY: Mapping[Why, LazyString] = {
    Why.PART: _l("You have a part in it."),
    Why.PART_LOST: _l("You have no part in it any more."),
    Why.SIGNED_UP: _l("You have signed up for it."),
    Why.SIDE: _l("Your delegation belongs to it."),
    Why.SIDE_LOST: _l("Your delegation does not belong to it any more."),
}


# Of a session that does not take place.
WHY_CANCELLED: Mapping[Why, LazyString] = {
    Why.PART: _l("You were to have a part in it."),
    Why.PART_LOST: WHY[Why.PART_LOST],
    Why.SIGNED_UP: _l("You had signed up for it."),
    Why.SIDE: _l("Your delegation was to belong to it."),
    Why.SIDE_LOST: _l("Your delegation was to belong to it."),
}

# What the staff reads of somebody else.
WHY_OF_THEM: Mapping[Why, LazyString] = {
    Why.PART: _l("has a part in it"),
    Why.PART_LOST: _l("has no part in it any more"),
    Why.SIGNED_UP: _l("has signed up for it"),
    Why.SIDE: _l("their delegation belongs to it"),
    Why.SIDE_LOST: _l("their delegation does not belong to it any more"),
}


class Tell(StrEnum):
    """Who is told of a release: nobody; those it touches, at once; or as mails held until somebody lets them go."""

    NOBODY = "nobody"
    TOUCHED = "touched"
    HELD = "held"


TELL: Mapping[Tell, LazyString] = {
    Tell.NOBODY: _l("Nobody"),
    Tell.TOUCHED: _l("Those it touches, at once"),
    Tell.HELD: _l("Those it touches; the mails are held in the mailroom until you let them go"),
}
