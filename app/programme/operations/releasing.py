"""Releasing: the draft is frozen under the next number and never changed again."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.conferences.models import Conference
from app.database import db, lock, transaction
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.i18n import LANGUAGES
from app.programme.models import Release, SessionPerson
from app.programme.operations.telling import tell_touched
from app.programme.queries import current_release
from app.programme.queries.asking import people_to_ask_again
from app.programme.queries.content import freeze
from app.programme.queries.touched import Touched, touched_by
from app.programme.rules import Confirmation
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


def _ask_again(stale: Mapping[int, SessionPerson], people: Sequence[Touched]) -> dict[int, SessionPerson]:
    """Take back what people said to something else than is released; those who get a mail are asked in it, the others
    wait to be asked."""
    told = {number for person in people for parts in person.parts.values() for number in parts}
    again = {number: part for number, part in stale.items() if number in told}
    for number, part in stale.items():
        part.confirmation, part.answered_at = Confirmation.NOT_ASKED, None
        if number in again:
            part.token = part.token or secrets.token_urlsafe(24)
            part.confirmation, part.answered_for = Confirmation.ASKED, ""
    db.session.flush()
    return again


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
    those cancelled stay in it as cancelled. Who had said yes to other hours, another house or another role is asked
    again, in the mail they get; who gets none counts as not asked.

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
        earlier = before.content if before else None
        stale = {part.id: part for part in people_to_ask_again(conference, before=earlier, after=content)}
        people: list[Touched] = []
        if tell is not Tell.NOBODY:
            audience = touched_by(conference, changed=kinds_of_change(earlier, content), before=earlier, after=content)
            people, details["not_reached"] = audience.reachable, len(audience.unreachable)
        again = _ask_again(stale, people)
        if tell is not Tell.NOBODY:
            details["mails"] = tell_touched(
                release=release, before=earlier, people=people, again=again, held=tell is Tell.HELD, at=at
            )
        if again:
            details["asked_again"] = len(again)
        record(deed="programme.release_programme", subject=release, actor=actor, at=at, details=details)
    return release
