"""Keeping every step at the draft, so that it can be taken back: the sessions before and after as plain values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Date, Enum, Table, delete, func, inspect, select, update

from app.conferences.models import Conference
from app.database import Model, UtcDateTime, db, lock, transaction
from app.history.rules import Actor
from app.programme.models import (
    DraftStep,
    ProgrammeSession,
    SessionAgreement,
    SessionMaterial,
    SessionParty,
    SessionPerson,
)
from app.programme.queries import with_all_parts
from app.programme.rules.steps import KEPT_STEPS, StepState

Snapshot = dict[str, Any]

#: told (conference, deed, step) when all of a step is done and before it is kept: who keeps rows beside sessions.
closers: list[Callable[[Conference, str, Step], object]] = []

_OPEN = "draft_step"
_NOT_KEPT = frozenset({"conference_id", "uid", "updated_at", "version"})
# What a person answered is theirs: undoing a step does not take it back.
ANSWERS = frozenset({"confirmation", "answered_at", "answered_for", "remark", "token"})
PARTS: Mapping[str, type[Model]] = {
    "people": SessionPerson, "parties": SessionParty, "agreements": SessionAgreement, "materials": SessionMaterial,
}  # fmt: skip


def columns_of(model: type[Model], *, besides: Collection[str] = ()) -> list[str]:
    """The columns of a table a snapshot keeps."""
    table = model.__table__
    assert isinstance(table, Table)
    return [column.name for column in table.columns if column.name not in besides]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def snapshot(session: ProgrammeSession) -> Snapshot:
    """All of a session that a step may change, as JSON."""
    kept = {name: _plain(getattr(session, name)) for name in columns_of(ProgrammeSession, besides=_NOT_KEPT)}
    for part, model in PARTS.items():
        names = columns_of(model, besides={"id", "session_id"})
        kept[part] = [{name: _plain(getattr(row, name)) for name in names} for row in getattr(session, part)]
    return kept


def values_of(model: type[Model], kept: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a snapshot as the model takes them."""
    table = model.__table__
    values: dict[str, Any] = {}
    for column in table.columns:
        if column.name not in kept:
            continue
        value = kept[column.name]
        if isinstance(value, str) and isinstance(column.type, UtcDateTime):
            value = datetime.fromisoformat(value)
        elif isinstance(value, str) and isinstance(column.type, Date):
            value = date.fromisoformat(value)
        elif isinstance(value, str) and isinstance(column.type, Enum) and column.type.enum_class is not None:
            value = column.type.enum_class(value)
        values[column.name] = value
    return values


def _is_gone(row: ProgrammeSession) -> bool:
    state = inspect(row)
    return bool(state.deleted or state.was_deleted or state.detached)


class Step:
    """The sessions a deed touches. ``details`` says more about it (minutes, days)."""

    def __init__(self, details: Mapping[str, Any]) -> None:
        self.details = dict(details)
        self._rows: dict[str, ProgrammeSession] = {}
        self._before: dict[str, Snapshot | None] = {}

    def hold(self, *sessions: ProgrammeSession) -> None:
        """Remember how these are before they change or are deleted; lock them first."""
        for session in sessions:
            if session.uid not in self._rows:
                self._rows[session.uid], self._before[session.uid] = session, snapshot(session)

    def made(self, *sessions: ProgrammeSession) -> None:
        """These are new."""
        for session in sessions:
            if session.uid not in self._rows:
                self._rows[session.uid], self._before[session.uid] = session, None

    def differences(self) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
        """Before and after of what changed, and the signs of these sessions."""
        before, after, codes = {}, {}, []
        for uid, row in self._rows.items():
            now = None if _is_gone(row) else snapshot(row)
            if now != self._before[uid]:
                before[uid], after[uid] = self._before[uid], now
                codes.append(str((now or before[uid] or {}).get("code", "")))
        return before, after, codes

    def touched(self, among: Collection[int]) -> list[tuple[ProgrammeSession, Snapshot, Snapshot]]:
        """Sessions of these numbers that were there before and still are, with what they were and what they are."""
        return [
            (row, before, snapshot(row))
            for uid, row in self._rows.items()
            if (before := self._before[uid]) is not None and not _is_gone(row) and row.id in among
        ]

    def beside(self) -> list[str]:
        """The signs of sessions of which only what the step remembers beside them has changed."""
        kept = self.details.get("meetings", {})
        return [row.code for uid, row in self._rows.items() if uid in kept and kept[uid][0] != kept[uid][1]]


def locked(sessions: Collection[ProgrammeSession]) -> list[ProgrammeSession]:
    """Hold these until the transaction ends and read them anew with all parts, in the order of their ids."""
    numbers = [(inspect(session).identity or (None,))[0] for session in sessions]  # asks no row that has expired
    return list(
        db.session.scalars(
            select(ProgrammeSession)
            .where(ProgrammeSession.id.in_(numbers))
            .options(*with_all_parts())
            .order_by(ProgrammeSession.id)
            .with_for_update(of=ProgrammeSession)
            .execution_options(populate_existing=True)
        )
    )


@contextmanager
def draft_step(
    *, conference: Conference, deed: str, actor: Actor, at: datetime, details: Mapping[str, Any] | None = None
) -> Iterator[Step]:
    """Everything done inside is one step that can be undone; a step within a step is part of the outer one.

    Opens a transaction and holds the conference; hand every session to :meth:`Step.hold` before it changes, to
    :meth:`Step.made` after it was added. What changed nothing leaves no step.

    :param deed: a key of ``rules.steps.STEPS``.
    """
    with transaction() as unit:
        if _OPEN in unit.info:
            yield unit.info[_OPEN]
            return
        lock(conference)
        step = unit.info[_OPEN] = Step(details or {})
        try:
            yield step
        finally:
            del unit.info[_OPEN]
        unit.flush()
        for close in closers:
            close(conference, deed, step)
        unit.flush()
        before, after, codes = step.differences()
        codes = codes or step.beside()
        if codes:
            _keep(conference, deed, step.details | {"codes": codes[:20], "count": len(codes)},
                  before, after, actor, at)  # fmt: skip


def _keep(
    conference: Conference, deed: str, details: dict[str, Any], before: dict[str, Any], after: dict[str, Any],
    actor: Actor, at: datetime,
) -> None:  # fmt: skip
    newest = db.session.scalar(select(func.max(DraftStep.number)).where(DraftStep.conference_id == conference.id)) or 0
    quietly = {"synchronize_session": False}
    # Whoever goes on working after an undo cannot do again what was undone.
    db.session.execute(
        update(DraftStep)
        .where(
            DraftStep.conference_id == conference.id, DraftStep.state == StepState.UNDONE,
            DraftStep.actor_kind == actor.kind, DraftStep.actor_id.is_not_distinct_from(actor.id),
        )
        .values(state=StepState.DROPPED)
        .execution_options(**quietly)
    )  # fmt: skip
    db.session.execute(
        delete(DraftStep)
        .where(DraftStep.conference_id == conference.id, DraftStep.number <= newest + 1 - KEPT_STEPS)
        .execution_options(**quietly)
    )
    db.session.add(
        DraftStep(
            conference_id=conference.id, number=newest + 1, deed=deed, details=details, before=before, after=after,
            state=StepState.DONE, actor_kind=actor.kind, actor_id=actor.id, actor_label=actor.label, at=at,
        )
    )  # fmt: skip


def forget_steps(conference_ids: Iterable[int]) -> int:
    """Forget how drafts came about (their steps quote people by name); returns how many steps there were."""
    found = db.session.execute(delete(DraftStep).where(DraftStep.conference_id.in_(list(conference_ids))))
    return int(found.rowcount)  # type: ignore[attr-defined]  # the result of a delete has it
