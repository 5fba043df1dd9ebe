"""Two people at one row: what either changed stays; where both changed the same, the second one chooses."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from app.conferences.rules import Attendance
from app.database import lock, transaction
from app.delegations.models import Delegate
from app.delegations.operations.person import change_person
from app.delegations.operations.standing import same_value
from app.delegations.queries import chosen_attendance
from app.delegations.rules import DelegateDetails
from app.delegations.rules.questions import Given
from app.errors import Refusal
from app.history.rules import Actor

CORRECTED = frozenset(DelegateDetails.__dataclass_fields__) - {"photo_consent"}


@dataclass(frozen=True)
class Clash:
    """A field somebody else changed after the form was opened, and the one at work changed too."""

    name: str
    theirs: Any
    mine: Any


class Overtaken(Refusal):
    """Somebody else saved the same fields meanwhile: both values are shown, the person chooses."""

    def __init__(self, clashes: list[Clash], version: int) -> None:
        super().__init__(
            _l("Somebody else has changed this person meanwhile. Nothing of yours is lost: please choose what holds.")
        )
        self.clashes = clashes
        self.version = version


def as_shown(delegate: Delegate) -> dict[str, Any]:
    """What a form shows of a delegate, to be given back with it."""
    values = known_of(delegate)
    return values | {"attendance": values["attendance"].value}


def known_of(delegate: Delegate) -> dict[str, Any]:
    """What is known, in the order of names; of ways of taking part the one they chose, even while they wait for it."""
    return {name: getattr(delegate, name) for name in sorted(CORRECTED)} | {"attendance": chosen_attendance(delegate)}


def basis_of(given: Mapping[str, Any], delegate: Delegate) -> dict[str, Any]:
    """What the form had shown, as it came back; where that is not to be read, what is true now."""
    known = known_of(delegate)
    for name, value in given.items():
        if name == "attendance":
            known[name] = Attendance(value) if value in set(Attendance) else known[name]
        elif name == "municipality_id":
            known[name] = value if value is None or isinstance(value, int) else known[name]
        elif name in CORRECTED and isinstance(value, str):
            known[name] = value
    return known


def correct_person(
    *,
    delegate: Delegate,
    basis: Mapping[str, Any],
    details: DelegateDetails,
    answers: Mapping[str, Given],
    keep_theirs: Collection[str] = (),
    keep_mine: Collection[str] = (),
    seen_version: int | None = None,
    actor: Actor,
    at: datetime,
) -> list[str]:
    """Save what was changed from ``basis``, what the form had shown; fields left alone keep what others made of them.

    :param keep_theirs: fields in which the other's value holds, chosen after both were shown at ``seen_version``.
    :param keep_mine: fields in which the own one holds.
    :raises Overtaken: when both changed a field to different things and nobody has chosen yet.
    :raises Refusal: as :func:`change_person` does.
    """
    with transaction():
        lock(delegate.conference)
        lock(delegate)
        touched = {
            name for name in CORRECTED
            if not (name == "attendance" and details.attendance is None)
            and not same_value(basis[name], getattr(details, name))
        }  # fmt: skip
        now = known_of(delegate)
        clashes = [
            Clash(name, now[name], getattr(details, name))
            for name in DelegateDetails.__dataclass_fields__
            if name in touched
            and not same_value(basis[name], now[name])
            and not same_value(getattr(details, name), now[name])
        ]
        chosen = seen_version == delegate.version
        if any(not chosen or clash.name not in {*keep_theirs, *keep_mine} for clash in clashes):
            raise Overtaken(clashes, delegate.version)
        names = touched - {clash.name for clash in clashes if clash.name in keep_theirs}
        others: dict[str, Any] = {name: now[name] for name in CORRECTED - names}
        return change_person(
            delegate=delegate, details=replace(details, **others), names=names, answers=answers, require_answers=False,
            by_staff=True, actor=actor, at=at,
        )  # fmt: skip
