"""How roles are told on a badge: colour, shape and word; which of several stands on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask_babel import LazyString
from flask_babel import lazy_pgettext as _p

from app.delegations.rules import DelegateRole


@dataclass(frozen=True)
class RoleSign:
    """How a role is told: colour, shape and word."""

    colour: str
    shape: str
    word: LazyString


ROLE_SIGNS: Mapping[DelegateRole, RoleSign] = {
    DelegateRole.HEAD: RoleSign("#7A1F3D", "square", _p("badge", "Head of municipality")),
    DelegateRole.MEMBER: RoleSign("#1C6E64", "circle", _p("badge", "Delegation")),
    DelegateRole.YOUTH: RoleSign("#3F6B2E", "triangle", _p("badge", "Youth")),
    DelegateRole.BUSINESS: RoleSign("#6B4E16", "diamond", _p("badge", "Business")),
    DelegateRole.PRESS: RoleSign("#8A2C0D", "bar", _p("badge", "Press")),
    DelegateRole.DIPLOMAT: RoleSign("#24407A", "star", _p("badge", "Diplomatic corps")),
    DelegateRole.INTERPRETER: RoleSign("#5B3A8C", "halves", _p("badge", "Interpreting")),
    DelegateRole.ASSOCIATION: RoleSign("#0F5C7A", "pentagon", _p("badge", "Friendship society")),
    DelegateRole.MINISTER: RoleSign("#8A6414", "spark", _p("badge", "Government")),
    DelegateRole.SPEAKER: RoleSign("#A0186F", "speech", _p("badge", "Speaker")),
    DelegateRole.COMPANION: RoleSign("#4A6076", "pair", _p("badge", "Accompanying person")),
    DelegateRole.GUEST_OF_HONOUR: RoleSign("#8A6414", "spark", _p("badge", "Guest of honour")),
    DelegateRole.ORGANISER: RoleSign("#2B3138", "dash", _p("badge", "Organising team")),
}


# Of several roles the first of these stands on the badge: by protocol, then who works here, then who takes part.
ROLE_ORDER = (
    DelegateRole.MINISTER, DelegateRole.GUEST_OF_HONOUR, DelegateRole.HEAD, DelegateRole.DIPLOMAT,
    DelegateRole.ORGANISER, DelegateRole.INTERPRETER, DelegateRole.PRESS, DelegateRole.SPEAKER,
    DelegateRole.ASSOCIATION, DelegateRole.BUSINESS, DelegateRole.YOUTH, DelegateRole.COMPANION, DelegateRole.MEMBER,
)  # fmt: skip


@lru_cache(maxsize=256)
def badge_role(role: str) -> DelegateRole:
    """The role of the band: of those a file joins with ``;`` the first by :data:`ROLE_ORDER`; a member when unknown."""
    known = {part.strip() for part in role.split(";")}
    return next((one for one in ROLE_ORDER if one.value in known), DelegateRole.MEMBER)
