"""Releasing: the draft is frozen under the next number and never changed again."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.conferences.models import Conference
from app.database import lock, transaction
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.programme.models import Release
from app.programme.queries import current_release
from app.programme.queries.content import freeze


def release_programme(*, conference: Conference, name: str, actor: Actor, at: datetime) -> Release:
    """Freeze the draft under the next number. Sessions changed since the release before get the next sequence;
    those cancelled stay in it as cancelled.

    :raises Refusal: when there is no session to release, or the name is too long.
    """
    name = name.strip()
    if len(name) > 200:
        raise Refusal(_l("The name is too long: 200 characters are allowed."), field="name")
    with transaction() as session:
        lock(conference)
        before = current_release(conference)
        content = freeze(conference, before=before.content if before else None)
        if not content["items"]:
            raise Refusal(_l("There is no session to release yet."))
        number = before.number + 1 if before else 1
        release = Release(conference_id=conference.id, number=number, name=name, content=content,
                          released_by=actor.label, released_at=at)  # fmt: skip
        session.add(release)
        session.flush()
        record(deed="programme.release_programme", subject=release, actor=actor, at=at,
               details={"number": number, "sessions": len(content["items"])})  # fmt: skip
    return release
