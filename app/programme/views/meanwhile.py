"""Two people at one session: both values in words, so that the second can decide."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.conferences.models import Conference
from app.history.queries import of as history_of
from app.history.rules import Actor
from app.i18n import date_long
from app.programme.forms import SessionForm, form_values
from app.programme.operations import ChangedMeanwhile, details_of
from app.programme.rules import PersonRole
from app.programme.rules.words import ROLES

_FIELDS = {
    "starts_at": ("day", "start"), "ends_at": ("end",), "day": ("day",), "room_id": ("place",), "venue_id": ("place",),
    "track_id": ("track",), "to_venue_id": ("to_venue",),
}  # fmt: skip


_CHOSEN = frozenset({"kind", "place", "format", "audience", "languages", "track", "to_venue", "interpreted_how"})
_TITLES = ("title_ru", "title_de", "title_en")
_LISTS = frozenset({"people", "parties", "agreements"})


def _choice(field: Any, value: Any) -> str:
    choices = field.choices
    groups = choices.values() if isinstance(choices, dict) else [choices]
    words = {str(code): str(label) for group in groups for code, label in group}
    if isinstance(value, list):
        return ", ".join(words.get(str(code), str(code)) for code in value)
    return words.get(str(value), str(value))


def _in_words(form: SessionForm, name: str, value: Any) -> str:
    if name == "people":
        named = [(entry["name"], ROLES[PersonRole(entry["role"])]) for entry in value if entry["name"].strip()]
        return ", ".join(f"{person} ({role})" for person, role in named) or str(_("nobody"))
    if name == "parties":
        return _choice(form.parties[0], [town for town in value if town]) if any(value) else str(_("nobody"))
    if name == "agreements":
        titles = [next((entry[part] for part in _TITLES if entry[part]), "") for entry in value]
        return ", ".join(title for title in titles if title) or str(_("empty"))
    if name in _CHOSEN:
        return _choice(form[name], value)
    if name in {"interpretation", "sign_up"}:
        return str(_("yes") if value else _("no"))
    if value in (None, ""):
        return str(_("empty"))
    if name == "day":
        return date_long(value)
    if name in {"start", "end"}:
        return f"{value:%H:%M}"
    return str(value)


def differences(clash: ChangedMeanwhile, form: SessionForm, conference: Conference, actor: Actor) -> dict[str, Any]:
    """For every field changed on both sides: its name, what was sent, what stands in the draft now; and who changed
    it: ``own`` when it was the same person in another window."""
    theirs = form_values(details_of(clash.session), conference.timezone)
    names = list(dict.fromkeys(name for column in clash.theirs for name in _FIELDS.get(column, (column,))))
    newest = next(iter(history_of(clash.session, limit=1)), None)
    rows = []
    for name in names:
        mine = [entry.data for entry in form[name]] if name in _LISTS else form[name].data
        both = (_in_words(form, name, mine), _in_words(form, name, theirs[name]))
        if both[0] != both[1]:
            rows.append({"field": form[name].id, "label": form[name].label.text, "mine": both[0], "theirs": both[1]})
    return {
        "rows": rows,
        "who": newest.actor_label if newest else "",
        "own": newest is not None and (newest.actor_kind, newest.actor_id) == (actor.kind, actor.id),
        "at": newest.at.astimezone(ZoneInfo(conference.timezone)) if newest else None,
    }
