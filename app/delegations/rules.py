"""Roles, standing and places of delegates."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Accreditation(StrEnum):
    """A delegate's standing."""

    APPLIED = "applied"
    GRANTED = "granted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    WAITLISTED = "waitlisted"


ALLOWED: Mapping[Accreditation, frozenset[Accreditation]] = {
    Accreditation.APPLIED: frozenset(Accreditation) - {Accreditation.APPLIED},
    Accreditation.GRANTED: frozenset({Accreditation.DECLINED, Accreditation.WITHDRAWN}),
    Accreditation.WAITLISTED: frozenset(
        {Accreditation.GRANTED, Accreditation.APPLIED, Accreditation.DECLINED, Accreditation.WITHDRAWN}
    ),
    Accreditation.DECLINED: frozenset({Accreditation.GRANTED, Accreditation.APPLIED}),
    Accreditation.WITHDRAWN: frozenset({Accreditation.APPLIED, Accreditation.GRANTED, Accreditation.WAITLISTED}),
}

# Those who hold a place (a place is held from the application on, so that it is never promised twice).
HOLDS_A_PLACE = frozenset({Accreditation.APPLIED, Accreditation.GRANTED})


class DelegateRole(StrEnum):
    """What a person is at the conference. Files may join several with ``;``: the first is the badge's."""

    HEAD = "head"
    MEMBER = "member"
    YOUTH = "youth"
    BUSINESS = "business"
    PRESS = "press"
    DIPLOMAT = "diplomat"
    INTERPRETER = "interpreter"
    ASSOCIATION = "association"
    MINISTER = "minister"
    ORGANISER = "organiser"
