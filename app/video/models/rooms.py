"""Meeting rooms, and the servers they stand on. A raw address leaves the house only at the click on a join link."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conferences.models import Conference
from app.database import Model, UtcDateTime, enum_column
from app.programme.models import ProgrammeSession
from app.video.rules import Provider

EMPTY = text("'{}'")


class VideoAccount(Model):
    """The meeting server of one conference; no row: that of the house's settings.

    ``sealed`` holds the secret, locked (:mod:`app.strongbox`). ``finding`` is what the last test call found.
    """

    __tablename__ = "video_account"

    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True)
    provider: Mapped[Provider] = mapped_column(enum_column(Provider, "provider"))
    base: Mapped[str] = mapped_column(String(400))
    sealed: Mapped[str] = mapped_column(Text, default="")
    app_id: Mapped[str] = mapped_column(String(200), default="")
    audience: Mapped[str] = mapped_column(String(200), default="")
    subject: Mapped[str] = mapped_column(String(200), default="")
    key_id: Mapped[str] = mapped_column(String(300), default="")
    waiting_room: Mapped[bool] = mapped_column(default=False)
    recording: Mapped[bool] = mapped_column(default=False)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finding: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    changed_by: Mapped[str] = mapped_column(String(254), default="")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    conference: Mapped[Conference] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads it as declared


class MeetingRoom(Model):
    """The room of one session; ``withdrawn_at`` is set while the session is not on video, and cleared again.

    ``key`` is its name at the server, which nobody guesses; ``url`` the raw address for staff. ``by_hand``: somebody
    typed the address in, and it stays whatever the conference's server becomes. ``channels`` are addresses typed in
    for a language beside the floor. ``made_at``, ``tried_at``, ``tries`` (vain ones since), ``next_try_at`` and
    ``trouble`` tell how asking a server that makes rooms went.
    """

    __tablename__ = "meeting_room"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("programme_session.id", ondelete="CASCADE"), unique=True)
    provider: Mapped[Provider] = mapped_column(enum_column(Provider, "provider"), default=Provider.PLAIN)
    url: Mapped[str] = mapped_column(String(500))
    key: Mapped[str] = mapped_column(String(120), default="", server_default="")
    by_hand: Mapped[bool] = mapped_column(default=False, server_default=false())
    channels: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default=EMPTY)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trouble: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default=EMPTY)

    session: Mapped[ProgrammeSession] = relationship()
