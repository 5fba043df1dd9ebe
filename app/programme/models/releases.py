"""Frozen programmes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conferences.models import Conference
from app.database import Model, UtcDateTime


def name_for(names: Mapping[str, str], name: str, language: str) -> str:
    """The name of a release as readers of the language know it, else one that is there; empty when there is none."""
    return next((names[code] for code in (language, "en", "de", "ru") if names.get(code)), name)


class Release(Model):
    """A frozen, numbered programme. ``content`` is all a reader of it needs, with each session's calendar
    ``sequence``, which is raised when the session differs from the release before (RFC 5545 section 3.8.7.4).

    ``names`` and ``notes`` (to the readers) are by language; ``name`` is the one for those that know no language.
    """

    __tablename__ = "release"
    __table_args__ = (UniqueConstraint("conference_id", "number"), CheckConstraint("number >= 1", name="number"))

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), index=True)
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(200), default="")
    names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    notes: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    released_by: Mapped[str] = mapped_column(String(254), default="")
    released_at: Mapped[datetime] = mapped_column(UtcDateTime)

    conference: Mapped[Conference] = relationship()

    def name_in(self, language: str) -> str:
        """The name as readers of the language know it, else one that is there; empty when there is none."""
        return name_for(self.names, self.name, language)

    def note_in(self, language: str) -> str:
        """The note to readers in their language; empty where there is none: nobody is written to in a foreign one."""
        return self.notes.get(language, "")
