"""Words of the organisers to those in the lobby."""

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
from app.programme.models import ProgrammeSession
from app.video.models import LobbyNotice

LONGEST = 1000


def broadcast(
    *,
    conference: Conference,
    session: ProgrammeSession | None,
    texts: Mapping[str, str],
    urgent: bool,
    until: datetime | None,
    actor: Actor,
    at: datetime,
) -> LobbyNotice:
    """Say something on the lobby pages, of everybody or of one session, until a moment or until it is taken back.

    :param texts: by language; whoever reads a language without a text sees another one.
    :raises Refusal: (field ``text_ru``, …) when nothing is said, too much, or for no time.
    """
    said = {code: texts.get(code, "").strip() for code in LANGUAGES}
    if not any(said.values()):
        raise Refusal(_l("Please write what is to be said, best in all three languages."), field="text_ru")
    for code, text in said.items():
        if len(text) > LONGEST:
            raise Refusal(_l("The notice is too long: 1,000 characters are allowed."), field=f"text_{code}")
    if until is not None and until <= at:
        raise Refusal(_l("This moment has passed."), field="until")
    with transaction() as unit:
        notice = LobbyNotice(
            conference_id=conference.id, session_id=session.id if session is not None else None, urgent=urgent,
            sent_by=actor.label, sent_at=at, until=until, **{f"text_{code}": text for code, text in said.items()},
        )  # fmt: skip
        unit.add(notice)
        unit.flush()
        record(deed="video.broadcast", subject=notice, actor=actor, at=at, conference_id=conference.id,
               details={"session": session.code if session is not None else ""})  # fmt: skip
    return notice


def withdraw_notice(*, notice: LobbyNotice, actor: Actor, at: datetime) -> None:
    """Take a notice back; it goes from the lobby pages."""
    with transaction():
        lock(notice)
        if notice.withdrawn_at is None:
            notice.withdrawn_at = at
            record(deed="video.withdraw_notice", subject=notice, actor=actor, at=at)
