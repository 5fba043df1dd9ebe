"""Who did a deed, in words."""

from __future__ import annotations

from flask_babel import gettext as _

from app.history.models import HistoryEntry


def told_actor(entry: HistoryEntry) -> str:
    """Who did it, for a reader: a person of the house by name, everybody else by what they are."""
    known = {
        "head": _("the municipality, on its reply page"),
        "contact": _("contact person of the delegation"),
        "command": _("command line"),
        "system": "Ratusha",
    }
    return str(known.get(entry.actor_kind, entry.actor_label))
