"""In which order badges are printed, and why one is printed again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from flask_babel import LazyString, lazy_ngettext
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
    CHANGED = "changed"
    WRONG = "wrong"
    OTHER = "other"


REASON_WORDS: Mapping[Reason, LazyString] = {
    Reason.LOST: _l("lost: the old code is withdrawn"),
    Reason.DAMAGED: _p("badge", "damaged"),
    Reason.CHANGED: _l("its data or its look changed"),
    Reason.WRONG: _l("misprint: something on it was wrong"),
    Reason.OTHER: _l("another reason"),
}


def reasons_for(
    people: Collection[int], *, before: Mapping[int, bool], reason: str, each: Mapping[int, str], asks: bool
) -> dict[int, Reason]:
    """Why badges are printed again, by delegate; who gets the first is among them only when named in ``each``.

    :param before: who has a badge; True: it is out of date, which is reason enough.
    :param reason: of all who have a badge; may be empty.
    :param each: of single people; goes before that of all.
    :param asks: whether a badge that holds needs a reason.
    :raises Refusal: when there is no such reason, or one is needed and nobody says it.
    """
    known = {one.value for one in Reason}
    unsaid = [number for number in people if number in before and not (each.get(number) or reason or before[number])]
    if ({reason, *each.values()} - {""} - known) or (asks and unsaid):
        if len(people) == 1:
            raise Refusal(_l("This badge was printed before. Please say why it is printed again."), field="reason")
        if unsaid:
            raise Refusal(
                lazy_ngettext(
                    "%(num)s of these badges was printed before and is up to date. Please say why it is printed again.",
                    "%(num)s of these badges were printed before and are up to date. Please say why they are printed "
                    "again.",
                    len(unsaid),
                ),
                field="reason",
            )
        raise Refusal(_l("A badge is printed again for one of: %(known)s.", known=", ".join(Reason)), field="reason")
    found: dict[int, Reason] = {}
    for number in people:
        said = each.get(number) or (number in before and (reason or (before[number] and Reason.CHANGED.value)))
        if said:
            found[number] = Reason(said)
    return found
