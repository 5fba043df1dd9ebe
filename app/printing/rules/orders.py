"""In which order badges are printed, and why one is printed again."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

from app.errors import Refusal

SORTS: Mapping[str, LazyString] = {
    "delegation": _l("by delegation, in the order of rank"),
    "name_ru": _l("by name in the Russian alphabet"),
    "name_de": _l("by name in the German alphabet"),
}


def require_sort(name: str) -> None:
    """:raises Refusal: when badges cannot be sorted so."""
    if name not in SORTS:
        raise Refusal(_l("Badges are sorted by %(known)s.", known=", ".join(SORTS)), field="sort")


class Reason(StrEnum):
    """Why a badge is printed again."""

    LOST = "lost"
    DAMAGED = "damaged"
    WRONG = "wrong"
    OTHER = "other"


REASON_WORDS: Mapping[Reason, LazyString] = {
    Reason.LOST: _l("lost: the old code is withdrawn"),
    Reason.DAMAGED: _p("badge", "damaged"),
    Reason.WRONG: _l("something on it was wrong"),
    Reason.OTHER: _l("another reason"),
}


def require_reason(given: str, *, printed: int) -> Reason | None:
    """The reason; None when there is none and none is needed.

    :raises Refusal: when the badge was printed before and nobody says why it is printed again.
    """
    if given in set(Reason):
        return Reason(given)
    if printed or given:
        raise Refusal(_l("This badge was printed before. Please say why it is printed again."), field="reason")
    return None
