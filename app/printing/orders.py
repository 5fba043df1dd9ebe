"""Orders of printing: the same one twice at once is one job, and every job does them alike."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.clock import now
from app.conferences.models import Conference
from app.database import db, lock, transaction
from app.errors import Message
from app.history.rules import Actor
from app.i18n import speaking
from app.jobs import Job, JobState, Progress, job, start_job
from app.permissions import Permission
from app.printing.operations.runs import Printed

Work = Callable[..., Printed]
PROOFS: dict[str, tuple[str, ...]] = {}  # by the kind of job: the views that show on screen what it prints
_NOTHING_PRINTED = _l("Nothing was printed or logged, and codes hold as before.")


def job_for(
    *, kind: str, order: Mapping[str, Any], conference: Conference, language: str, actor: Actor, at: datetime
) -> Job:
    """The job that does this very order already, if one waits or runs; else one that is begun now.

    :param order: what is to be done, as the job takes it, beside the conference and who asks.
    """
    wanted = {**order, "conference_id": conference.id}
    with transaction() as session:
        lock(conference)  # whoever orders the same at this moment sees this job
        waiting = session.scalars(
            select(Job)
            .where(
                Job.kind == kind,
                Job.conference_id == conference.id,
                Job.state.in_((JobState.QUEUED, JobState.RUNNING)),
            )
            .order_by(Job.id)
        )
        known = next((job for job in waiting if all(job.params.get(key) == wanted[key] for key in wanted)), None)
        if known is not None:
            return known
        params = {"language": language, **wanted, "key": secrets.token_hex(8), "actor_id": actor.id,
                  "actor": actor.label}  # fmt: skip
        return start_job(kind=kind, params=params, started_by=actor.label, at=at, conference_id=conference.id)


def printing_job(
    kind: str, *, word: Message, shown: str, proofs: tuple[str, ...], page: str = "papers.papers"
) -> Callable[[Work], Work]:
    """Register ``work(conference=…, actor=…, at=…, deed_key=…, tell=…, **order)`` as what jobs of this kind do.

    Begun anew after a crash it is to give the run it had logged, if it had; that is what the deed key is for.

    :param word: what is printed, and ``page``: from where, as :class:`~app.jobs.Work` has them.
    :param proofs: the endpoints that give a look at it before it is printed, and log nothing.
    :param shown: where the run is looked at, below the conference's desk; ``{}`` is its number.
    """

    PROOFS[kind] = proofs

    def register(work: Work) -> Work:
        @job(kind, word=word, permission=Permission.PRINT, page=page, stopped=_NOTHING_PRINTED)
        @wraps(work)
        def run(
            progress: Progress, *, conference_id: int, key: str, actor_id: int | None, actor: str, language: str,
            **order: Any,
        ) -> dict[str, Any]:  # fmt: skip
            with speaking(language):
                conference = db.session.get_one(Conference, conference_id)
                told: list[int] = []

                def tell(done: int, total: int) -> None:
                    progress.set(done, total)
                    told[:] = [total]

                printed = work(
                    conference=conference,
                    actor=Actor(kind="staff", id=actor_id, label=actor),
                    at=now(),
                    deed_key=f"job:{key}",
                    tell=tell,
                    **order,
                )
                if printed.run is None:
                    return {**printed.as_json(), "said": _("Nothing is new or changed since the last printing.")}
                whole = told[0] if told else printed.count  # groups, where they are what is counted
                progress.set(whole, whole)
                url = f"/{language}/desk/c/{conference.slug}/{shown.format(printed.run.id)}"
                return {**printed.as_json(), "url": url}

        return work

    return register
