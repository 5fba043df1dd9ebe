"""What the pages about releases ask: names proposed, two of them compared, the mails of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.conferences.models import Conference
from app.database import db
from app.i18n import LANGUAGES, speaking
from app.mailroom.models import OutgoingMail
from app.programme.models import Release
from app.programme.queries.content import freeze
from app.programme.rules.changes import Change, changes
from invitations.dates import day_month

DRAFT = "draft"


def names_proposed(conference: Conference, *, first: bool, at: datetime) -> dict[str, str]:
    """«Проект программы», later «Программа, по состоянию на 12 мая», in each language."""
    today = at.astimezone(ZoneInfo(conference.timezone)).date()
    found = {}
    for code in LANGUAGES:
        with speaking(code):
            found[code] = (
                str(_("Draft of the programme"))
                if first
                else str(_("Programme as of %(day)s", day=day_month(today, code)))
            )
    return found


@dataclass(frozen=True)
class Compared:
    """Two frozen programmes; ``since`` and ``to`` are the releases, ``to`` None: the draft."""

    since: Release
    to: Release | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def compared(conference: Conference, releases: Sequence[Release], *, since: str, to: str) -> Compared | None:
    """The release numbered ``since`` against the one numbered ``to``, or the draft. None while there is no release.

    :param since: nonsense means the newest release.
    :param releases: all of them, newest first.
    """
    if not releases:
        return None
    by_number = {str(release.number): release for release in releases}
    first, second = by_number.get(since, releases[0]), by_number.get(to)
    after = second.content if second is not None else freeze(conference, before=releases[0].content)
    return Compared(first, second, first.content, after)


def mails_of(release: Release) -> int:
    """How many mails a release has made."""
    key = OutgoingMail.deed_key.startswith(f"release:{release.id}:", autoescape=True)
    return db.session.scalar(select(func.count()).select_from(OutgoingMail).where(key)) or 0


@dataclass(frozen=True)
class Told:
    """A release as the change log tells it; ``changes`` is None for the first one."""

    number: int
    released_at: datetime
    name: str
    note: str
    held: int
    changes: list[Change] | None

    @property
    def anchor(self) -> str:
        """Where it stands on the page."""
        return f"release-{self.number}"


def change_log(conference: Conference, *, language: str, limit: int = 12) -> list[Told]:
    """The newest releases with what each changed, in words, newest first; one more is read to compare with."""
    found = db.session.scalars(
        select(Release).where(Release.conference_id == conference.id).order_by(Release.number.desc()).limit(limit + 1)
    ).all()
    told = []
    for place, release in enumerate(found[:limit]):
        before = found[place + 1] if place + 1 < len(found) else None
        told.append(
            Told(
                release.number, release.released_at, release.name_in(language), release.note_in(language),
                sum(not item["cancelled"] for item in release.content["items"]),
                changes(before.content, release.content, language=language) if before is not None else None,
            )
        )  # fmt: skip
    return told


def change_log_tag(conference: Conference, language: str) -> str:
    """The same as long as the change log says the same; read without the programmes themselves."""
    newest = db.session.execute(
        select(func.max(Release.id), func.max(Release.released_at)).where(Release.conference_id == conference.id)
    ).one()
    return f"{conference.id}-{newest[0] or 0}-{newest[1].timestamp() if newest[1] else 0}-{language}"
