"""What lies locked beside passport data, locked anew with the first key of the house."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy import select

from app.database import after_commit, transaction
from app.delegations.models import Answer, DelegationPaper, RegistrationDraft
from app.strongbox import lock_anew, lock_values, locked_file, open_values, put_file

#: name of a feature above -> what it locks anew in the surrounding transaction, with counts; may raise ``Locked``.
also_locked: dict[str, Callable[[], Mapping[str, int]]] = {}


def lock_papers_and_forms_anew() -> dict[str, int]:
    """Papers of delegations, files people answered with, started forms, and what features above hold; returns counts.

    Files are locked anew once the transaction stands; before, it is made sure that each can be opened.

    :raises Locked: when no key of the house opens one.
    """
    counts = {"papers": 0, "answers": 0, "forms": 0}
    with transaction() as session:
        for kind, column in (("papers", DelegationPaper.file), ("answers", Answer.file)):
            for name in session.scalars(select(column).where(column != "")):
                try:
                    lock_anew(locked_file(name))
                except FileNotFoundError:  # nothing is left to be locked
                    continue
                after_commit(partial(_lock_file_anew, name))
                counts[kind] += 1
        for draft in session.scalars(select(RegistrationDraft).order_by(RegistrationDraft.id).with_for_update()):
            draft.sealed = lock_values(open_values(draft.sealed))
            draft.link = lock_values(open_values(draft.link)) if draft.link else ""
            counts["forms"] += 1
        for lock_more in also_locked.values():
            counts |= lock_more()
        session.flush()
    return counts


def _lock_file_anew(name: str) -> None:
    put_file(name, lock_anew(locked_file(name)))
