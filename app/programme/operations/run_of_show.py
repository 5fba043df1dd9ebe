"""Writing runs of show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from app.database import lock, transaction
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.programme.models import ProgrammeSession, RunItem
from app.programme.queries.run_of_show import run_of, sign_of_run
from app.programme.rules.papers import Step

LONGEST = 24 * 60
MOST = 300
CHANGED = _l(
    "Somebody else has changed this run of show meanwhile. Nothing of yours has been saved yet: "
    "look at theirs, then save yours once more to let it stand."
)


def set_run(*, session: ProgrammeSession, steps: Sequence[Step], sign: str, actor: Actor, at: datetime) -> list[Step]:
    """Put the steps in the place of those there were.

    :param sign: of the steps the form was opened with; nobody's work is overwritten unseen.
    :raises Refusal: when somebody changed them meanwhile, when there are too many, or one lasts longer than a day.
    """
    with transaction() as work:
        lock(session)
        before = run_of(session)
        if sign_of_run(before) != sign:
            raise Refusal(CHANGED)
        if len(steps) > MOST:
            raise Refusal(_l("At most %(number)s steps, please.", number=MOST))
        if any(not 0 <= step.minutes <= LONGEST for step in steps):
            raise Refusal(_l("A step lasts from 0 to 1,440 minutes."))
        work.execute(delete(RunItem).where(RunItem.session_id == session.id))
        work.add_all(
            RunItem(session_id=session.id, position=number, minutes=step.minutes, before=step.before,
                    what_ru=step.what_ru, what_de=step.what_de, who=step.who, cue=step.cue)
            for number, step in enumerate(steps)
        )  # fmt: skip
        record(deed="programme.set_run", subject=session, actor=actor, at=at, details={"steps": len(steps)})
    return list(steps)
