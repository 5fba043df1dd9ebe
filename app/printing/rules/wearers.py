"""Who wears a badge, and for whom a run may be."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.conferences.rules import Attendance, ConferenceFormat
from app.conferences.taking_part import has_hall, is_by_video
from app.delegations.rules import Accreditation
from app.errors import Refusal


def held_on_site(held: ConferenceFormat) -> bool:
    """Whether anybody is on site, to wear a badge."""
    return has_hall(held)


def require_on_site(held: ConferenceFormat) -> None:
    """:raises Refusal: when a conference is held by video alone, where nobody wears a badge."""
    if not held_on_site(held):
        raise Refusal(_l("The conference is held by video: nobody has a place on site, so there are no badges."))


def without_badge(*, accreditation: Accreditation, attendance: Attendance) -> LazyString | None:
    """Why a person gets no badge; None when they get one."""
    if accreditation is Accreditation.GRANTED:
        return _l("takes part by video") if is_by_video(attendance) else None
    return {
        Accreditation.APPLIED: _l("not yet accredited"),
        Accreditation.WAITLISTED: _l("on the waiting list"),
        Accreditation.DECLINED: _l("declined"),
        Accreditation.WITHDRAWN: _l("withdrawn"),
    }[accreditation]


# What every printing about people offers, beside everyone and who is new.
NARROWER: tuple[tuple[str, LazyString], ...] = (
    ("delegation", _l("one delegation")),
    ("role", _l("one role")),
    ("checked-in", _l("only those checked in")),
    ("expected", _l("only those not yet arrived")),
    ("picked", _l("the people named below")),
)
SCOPE_WORDS: Mapping[str, LazyString] = {
    "all": _l("everyone"),
    "new": _l("new or changed"),
    "data": _l("new or with other data"),
    "delegation": _l("one delegation"),
    "role": _l("one role"),
    "checked-in": _l("those checked in"),
    "expected": _l("those not yet arrived"),
    "picked": _l("picked by hand"),
    "one": _l("one person"),
    "agreed": _l("who agreed to stand in the list"),
}
