"""Releasing: the draft is frozen under the next number and never changed again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.conferences.models import Conference
from app.database import lock, transaction
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.i18n import LANGUAGES
from app.programme.models import Release
from app.programme.operations.telling import tell_touched
from app.programme.queries import current_release
from app.programme.queries.content import freeze
from app.programme.queries.touched import touched_by
from app.programme.rules.changes import kinds_of_change
from app.programme.rules.touched import Tell

LONGEST_NAME, LONGEST_NOTE = 200, 2000


def _texts(given: Mapping[str, str] | None, longest: int, field: str) -> dict[str, str]:
    found = {code: (given or {}).get(code, "").strip() for code in LANGUAGES}
    for code, text in found.items():
        if len(text) > longest:
            raise Refusal(
                _l("The name is too long: 200 characters are allowed.")
                if field == "name"
                else _l("The note is too long: 2,000 characters are allowed."),
                field=f"{field}_{code}",
            )
    return {code: text for code, text in found.items() if text}


def release_programme(
    *,
    conference: Conference,
    name: str = "",
    names: Mapping[str, str] | None = None,
    notes: Mapping[str, str] | None = None,
    tell: Tell = Tell.NOBODY,
    actor: Actor,
    at: datetime,
) -> Release:
    """Freeze the draft under the next number. Sessions changed since the release before get the next sequence;
    those cancelled stay in it as cancelled.

    :param name: for readers of every language, where ``names`` has none in theirs.
    :param notes: a word to the readers, by language.
    :param tell: whether those whom the changes concern get a mail, in the same transaction; each only of what is
        theirs. Who has no address, or whose mail came back, gets none.
    :raises Refusal: when there is no session to release, or a name or note is too long.
    """
    name = name.strip()
    if len(name) > LONGEST_NAME:
        raise Refusal(_l("The name is too long: 200 characters are allowed."), field="name")
    own_names, own_notes = _texts(names, LONGEST_NAME, "name"), _texts(notes, LONGEST_NOTE, "note")
    with transaction() as session:
        lock(conference)
        before = current_release(conference)
        content = freeze(conference, before=before.content if before else None)
        if not content["items"]:
            raise Refusal(_l("There is no session to release yet."))
        number = before.number + 1 if before else 1
        release = Release(
            conference_id=conference.id, number=number, name=name or next(iter(own_names.values()), ""),
            names=own_names, notes=own_notes, content=content, released_by=actor.label, released_at=at,
        )  # fmt: skip
        session.add(release)
        session.flush()
        details = {"number": number, "sessions": len(content["items"])}
        if tell is not Tell.NOBODY:
            earlier = before.content if before else None
            audience = touched_by(conference, changed=kinds_of_change(earlier, content), before=earlier, after=content)
            details["mails"] = tell_touched(
                release=release, before=earlier, people=audience.reachable, held=tell is Tell.HELD, at=at
            )
            details["not_reached"] = len(audience.unreachable)
        record(deed="programme.release_programme", subject=release, actor=actor, at=at, details=details)
    return release
