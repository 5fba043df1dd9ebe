"""Which switches a mail has to tell somebody: those they have not heard of, as far as they hold now."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from app.conferences.rules import Attendance
from app.conferences.taking_part import has_both, has_hall, is_by_video, is_on_site
from app.format_switch.models import FormatSwitch
from app.format_switch.rules import CANCELLED, ScopeKind
from app.programme.queries.published import Item

Seen = Mapping[str, tuple[Any, ...]]  # how sessions are held, and when, by their code


def seen(items: Iterable[Item]) -> Seen:
    """How readers of a release know its sessions: first the form (a format, or ``cancelled``), then the hours."""
    return {
        item["id"]: (
            CANCELLED if item["cancelled"] else item["held_as"], item["starts_at"], item["ends_at"], item["date"],
        )
        for item in items
    }  # fmt: skip


def news(unheard: Sequence[FormatSwitch], deed: FormatSwitch, before: Seen, now: Seen) -> tuple[FormatSwitch, ...]:
    """The switches somebody has to be told of with ``deed``, in the order in which a mail tells them.

    The last one of the whole conference comes first, when it is held otherwise than they knew or ``deed`` is it; then
    the parts, of each the last, that are held as that switch left them and otherwise than they knew, or otherwise than
    what was told before them says. ``deed`` itself is always among them.

    :param before: the programme they knew; ``now``: the newest one. Both are empty before the first release.
    """
    wholes = [one for one in (*unheard, deed) if one.scope is ScopeKind.WHOLE]
    told: list[FormatSwitch] = []
    if wholes and (wholes[-1] is deed or wholes[0].from_format is not wholes[-1].to_format):
        told.append(wholes[-1])
    last: dict[tuple[ScopeKind, str], FormatSwitch] = {}
    for one in (*unheard, deed):
        if one.scope is not ScopeKind.WHOLE:
            last.pop((one.scope, one.scope_of), None)
            last[one.scope, one.scope_of] = one
    said: list[FormatSwitch] = []
    for one in last.values():
        later = [whole.to_format for whole in wholes if whole.id > one.id]
        forms = {code: form for code, form in _forms(one).items() if not now or _is_held(code, form, now)}
        known = all(code in before and before[code] == now.get(code) for code in forms)
        if one.scope is ScopeKind.DELEGATION:
            tell = all(has_both(format_) for format_ in later)
        elif now and not forms:
            tell = False
        elif any(_sayings(said, code, before, now) - {form} for code, form in forms.items()):
            tell = True  # a day told before would be false without it, even when the whole came to be held so since
        else:
            tell = one.to_format not in later and (not known or not now)
        if tell or one is deed:
            told.append(one)
            said.append(one)
    return tuple(told)


def _forms(one: FormatSwitch) -> dict[str, str]:
    """How a switch left the sessions it changed."""
    return {code: form for code, (_then, form) in one.changes.get("sessions", {}).items()}


def _is_held(code: str, form: str, now: Seen) -> bool:
    return code in now and now[code][0] == form


def _sayings(said: Iterable[FormatSwitch], code: str, before: Seen, now: Seen) -> set[str]:
    """How readers take a session to be held from what is told; a day speaks of all that is planned for it."""
    days = {programme[code][3] for programme in (before, now) if code in programme}
    found = set()
    for one in said:
        forms = _forms(one)
        if code in forms:
            found.add(forms[code])
        elif one.scope is ScopeKind.DAY and one.scope_of in days:
            found.add(one.to_format.value)
    return found


def theirs(
    one: FormatSwitch, *, codes: Container[str], number: int = 0, was: Attendance | None = None,
    now: Attendance | None = None,
) -> bool:  # fmt: skip
    """Whether a switch is one of somebody's own.

    :param codes: of the sessions in their programme, before or now.
    :param number: of a delegate, with how they took part as they know it, and now.
    """
    if one.scope is ScopeKind.SESSION:
        return any(code in codes for code in one.changes.get("sessions", {}))
    if one.scope is ScopeKind.DELEGATION:
        there = is_on_site(now) if has_hall(one.to_format) else is_by_video(now)
        return there and was is not now and str(number) in one.changes.get("delegates", {})
    return True
