"""What switches have called off, told to the room of the programme: whose it was then, and why."""

from __future__ import annotations

from collections.abc import Mapping

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.format_switch.queries.past import history
from app.format_switch.rules import CANCELLED, ScopeKind
from app.format_switch.rules.reasons import told_in
from app.i18n import LANGUAGES
from app.programme.queries.own_programme import CalledOff, called_off_by


def called_off(conference: Conference) -> Mapping[str, CalledOff]:
    """By the code of the session; what was called off twice, as it was before the last time. One query."""
    found: dict[str, CalledOff] = {}
    for deed in history(conference):
        off = {
            code: before
            for code, (before, after) in deed.changes.get("sessions", {}).items()
            if after == CANCELLED and before != CANCELLED
        }
        if not off:
            continue
        attendance = {
            int(number): Attendance(kept["attendance"]) for number, kept in deed.changes.get("delegates", {}).items()
        }
        told = {code: told_in(code, deed.reason, deed.reasons) for code in LANGUAGES}
        whole = deed.scope is ScopeKind.WHOLE
        for code, before in off.items():
            found[code] = CalledOff(before, attendance if whole else {}, told)
    return found


called_off_by["format_switch"] = called_off
