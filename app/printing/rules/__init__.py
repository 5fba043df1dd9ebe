"""What stands on a badge, for whom one is printed, and on which paper. No database."""

from __future__ import annotations

from app.printing.rules.content import BadgeContent, Person, badge_content, family_first
from app.printing.rules.layouts import DEFAULT_LAYOUT, LAYOUTS, Layout, alone, require_layout
from app.printing.rules.roles import ROLE_ORDER, ROLE_SIGNS, RoleSign, badge_role
from app.printing.rules.short_forms import (
    MOST_SPOKEN,
    closer_spoken,
    fewer_spoken,
    first_office,
    interpretation_sign,
    spoken_sign,
)
from app.printing.rules.warnings import LEAST_DPI, fitting_warnings, photo_warning
from app.printing.rules.wearers import NARROWER, SCOPE_WORDS, held_on_site, require_on_site, without_badge

__all__ = [
    "DEFAULT_LAYOUT", "LAYOUTS", "LEAST_DPI", "MOST_SPOKEN", "NARROWER", "ROLE_ORDER", "ROLE_SIGNS",
    "SCOPE_WORDS", "BadgeContent", "Layout", "Person", "RoleSign", "alone", "badge_content", "badge_role",
    "closer_spoken", "family_first", "fewer_spoken", "first_office", "fitting_warnings", "held_on_site",
    "interpretation_sign", "photo_warning", "require_layout", "require_on_site", "spoken_sign", "without_badge",
]  # fmt: skip
