"""Where the pages of the switch hang."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from app.navigation import Door
from app.permissions import Permission

blueprint = Blueprint("format_switch", __name__, url_prefix="/<language:language>/desk/c/<slug>/switch")
doors = (Door(_l("Switch of format"), "format_switch.plan", Permission.SWITCH_FORMAT, 60, of_conference=True),)
