"""Where the pages of the switch hang."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from app.conferences.models import Conference
from app.format_switch.queries.letters import letters_job
from app.job_pages import describe
from app.navigation import Door
from app.permissions import Permission

blueprint = Blueprint("format_switch", __name__, url_prefix="/<language:language>/desk/c/<slug>/switch")
doors = (Door(_l("Switch of format"), "format_switch.plan", Permission.SWITCH_FORMAT, 60, of_conference=True),)


def described_work(conference: Conference) -> dict[str, Any] | None:
    """The work on letters in the background, for its progress bar; None when none is to be done."""
    job = letters_job(conference)
    return describe(job) if job is not None else None
