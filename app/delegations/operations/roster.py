"""Many people of a delegation at once: a list pasted or uploaded, and the roster as a table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.database import fold, lock, transaction
from app.delegations.group_words import function_of, role_of_text
from app.delegations.models import Delegate, Delegation
from app.delegations.operations.correcting import CORRECTED
from app.delegations.operations.groups import set_function
from app.delegations.operations.registration import add_member
from app.delegations.operations.standing import change_details, same_value
from app.delegations.queries import members
from app.delegations.queries.groups import how_many_members, quota_of
from app.delegations.rules import HIDDEN, DelegateDetails, mixes_scripts, says_nothing, usable_address
from app.delegations.rules.groups import DelegationFunction
from app.delegations.rules.roster import COLUMNS, LIMITS, ReadRow
from app.errors import Message, Refusal
from app.history.rules import Actor
from app.phones import is_phone

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class CheckedRow:
    """A row with its codes, what hinders it, and what a person should look at: (column, message)."""

    number: int
    values: dict[str, str]
    faults: list[tuple[str, Message]] = field(default_factory=list)
    warnings: list[tuple[str, Message]] = field(default_factory=list)


def _cell_faults(values: Mapping[str, str]) -> list[tuple[str, Message]]:
    found: list[tuple[str, Message]] = []
    if says_nothing(values.get("last", "") + values.get("first", "")):
        found.append(("last", _("the person has no name")))
    for name, value in values.items():
        if len(value) > LIMITS.get(name, 400):
            found.append((name, _("longer than %(limit)s characters", limit=LIMITS.get(name, 400))))
        if _CONTROLS.search(value):
            found.append((name, _("This contains characters that cannot be kept. Please type it anew.")))
    if values.get("email") and not usable_address(values["email"]):
        found.append(("email", _("This is not an e-mail address. It should look like name@example.org.")))
    if values.get("phone") and not is_phone(values["phone"]):
        found.append(("phone", _("“%(value)s” is no telephone number.", value=values["phone"][:60])))
    return found


def _same_person(values: Mapping[str, str]) -> tuple[str, str]:
    return (
        " ".join((fold(values.get("last", "")) or "").split()),
        " ".join((fold(values.get("first", "")) or "").split()),
    )


def check_rows(*, delegation: Delegation, rows: Sequence[ReadRow]) -> list[CheckedRow]:
    """What hinders each row, and what is odd about it; changes nothing."""
    there = {_same_person({"last": row.last, "first": row.first}) for row in members(delegation)}
    quota = quota_of(delegation)
    left = None if quota is None else max(0, quota - how_many_members(delegation))
    functions: dict[str, str | None] = {"": ""}
    roles: dict[str, str | None] = {"": "member"}
    found = []
    good = 0
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        values = dict(row.values)
        faults = _cell_faults(values)
        warnings: list[tuple[str, Message]] = []
        for name, known, read in (("function", functions, function_of), ("role", roles, role_of_text)):
            text = values.get(name, "")
            if text not in known:
                known[text] = read(text[:80])
            code = known[text]
            if code is None:
                faults.append((name, _("“%(value)s” is not known here", value=text[:60])))
            else:
                values[name] = code
        person = _same_person(values)
        if any(person) and person in there:
            warnings.append(("last", _("somebody of this name is on the list already")))
        elif any(person) and person in seen:
            warnings.append(("last", _("perhaps the same person as in row %(row)s", row=seen[person])))
        seen.setdefault(person, row.number)
        for name in ("last", "first"):
            if mixes_scripts(values.get(name, "")):
                warnings.append((name, _("Cyrillic and Latin letters are mixed in one word")))
        for name, text in values.items():
            if HIDDEN.search(text):
                warnings.append((name, _("contains invisible characters; pages show them")))
        if not values.get("email"):
            warnings.append(("email", _("no e-mail address: nothing can be mailed to this person")))
        if not faults:
            good += 1
            if left is not None and good > left:
                faults.append(("", _("no place is left in the delegation for this person")))
        found.append(CheckedRow(row.number, values, faults, warnings))
    return found


def add_rows(
    *, delegation: Delegation, rows: Sequence[ReadRow], nonce: str, actor: Actor, at: datetime
) -> tuple[list[Delegate], list[CheckedRow]]:
    """Put everybody of a list on the roster whose row is good; returns them, and the rows left out.

    The same list sent twice (``nonce``) adds nobody twice.

    :raises Refusal: when the delegation is frozen for its contact.
    """
    with transaction():
        lock(delegation.conference)
        checked = check_rows(delegation=delegation, rows=rows)
        again = [row for row in checked if row.faults and all(name == "" for name, _text in row.faults)]
        added = []
        left_out = [row for row in checked if row.faults and row not in again]
        for row in checked:
            if row in left_out:
                continue
            given: dict[str, Any] = {name: text for name, text in row.values.items() if name in CORRECTED}
            details = DelegateDetails(**given)
            try:
                added.append(
                    add_member(delegation=delegation, details=details, function=row.values.get("function", ""),
                               nonce=f"{nonce}:{row.number}" if nonce else "", actor=actor, at=at)
                )  # fmt: skip
            except Refusal as refusal:
                if row not in again:
                    raise
                left_out.append(replace(row, faults=[("", refusal.message)]))
    return added, left_out


@dataclass(frozen=True)
class Edit:
    """One line of the table: ``number`` of the delegate, None for a new one; what was shown and what is wished."""

    key: str
    number: int | None
    shown: Mapping[str, str]
    wished: Mapping[str, str]


class TableRefused(Refusal):
    """Nothing was saved: ``faults`` say why, by line and column; ``theirs`` is what others saved meanwhile."""

    def __init__(self, faults: dict[tuple[str, str], Message], theirs: dict[tuple[str, str], str]) -> None:
        super().__init__(_l("Nothing is saved yet: please look at the cells marked below."))
        self.faults = faults
        self.theirs = theirs


def cells_of(row: Delegate) -> dict[str, str]:
    """What the table shows of a member."""
    return {name: getattr(row, name) for name in COLUMNS}


def save_table(*, delegation: Delegation, edits: Sequence[Edit], nonce: str, actor: Actor, at: datetime) -> int:
    """Save every changed cell and add every new line, all or nothing; returns how many people it was about.

    A cell somebody else changed meanwhile is not overwritten: both values are shown, and saving again keeps one's own.

    :raises TableRefused: with what hinders, cell by cell.
    :raises Refusal: when the delegation is frozen, or the date for changes has passed.
    """
    faults: dict[tuple[str, str], Message] = {}
    theirs: dict[tuple[str, str], str] = {}
    count = 0
    with transaction():
        lock(delegation.conference)
        rows = {row.id: row for row in members(delegation)}
        for edit in edits:
            wished = {name: " ".join(edit.wished.get(name, "").split()) for name in COLUMNS}
            if edit.number is None:
                if not any(wished[name] for name in COLUMNS if name not in {"function", "role"}):
                    continue
                faults |= {(edit.key, name): message for name, message in _cell_faults(wished)}
                count += _add(delegation, edit.key, wished, faults, nonce=nonce, actor=actor, at=at)
                continue
            row = rows.get(edit.number)
            if row is None:
                continue
            touched = {name for name in COLUMNS if not same_value(edit.shown.get(name, ""), wished[name])}
            for name in sorted(touched):
                now = getattr(row, name)
                if not same_value(now, edit.shown.get(name, "")) and not same_value(now, wished[name]):
                    theirs[edit.key, name] = now
                    faults[edit.key, name] = _("Somebody has changed this to “%(value)s” meanwhile. Save again to keep "
                                               "what stands here.", value=now)  # fmt: skip
            values = cells_of(row) | {name: wished[name] for name in touched}
            faults |= {(edit.key, name): text for name, text in _cell_faults(values) if name in touched}
            if touched and not any(key == edit.key for key, _name in faults):
                count += _change(row, values, touched, edit.key, faults, actor=actor, at=at)
        if faults:
            raise TableRefused(faults, theirs)
    return count


def _add(delegation: Delegation, key: str, wished: dict[str, str], faults: dict[tuple[str, str], Message], *,
         nonce: str, actor: Actor, at: datetime) -> bool:  # fmt: skip
    if any(line == key for line, _name in faults):
        return False
    given: dict[str, Any] = {name: text for name, text in wished.items() if name in CORRECTED}
    details = DelegateDetails(**given | {"role": wished["role"] or "member"})
    try:
        add_member(delegation=delegation, details=details, function=wished["function"], nonce=f"{nonce}:{key}",
                   actor=actor, at=at)  # fmt: skip
    except Refusal as refusal:
        faults[key, refusal.field or "last"] = refusal.message
    return True


def _change(row: Delegate, values: dict[str, str], touched: set[str], key: str,
            faults: dict[tuple[str, str], Message], *, actor: Actor, at: datetime) -> bool:  # fmt: skip
    known: dict[str, Any] = {name: getattr(row, name) for name in CORRECTED}
    details = DelegateDetails(**known | {name: values[name] for name in touched if name in CORRECTED})
    try:
        change_details(delegate=row, details=details, names=touched - {"function"}, by_staff=actor.kind == "staff",
                       actor=actor, at=at)  # fmt: skip
        if "function" in touched and values["function"] in set(DelegationFunction):
            set_function(delegate=row, function=DelegationFunction(values["function"]), actor=actor, at=at)
    except Refusal as refusal:
        faults[key, refusal.field or "last"] = refusal.message
    return True
