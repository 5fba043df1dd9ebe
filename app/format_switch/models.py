"""The history of switches: what each changed, so that the way back restores it; and the plans of those to come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.database import Model, UtcDateTime, enum_column
from app.format_switch.rules import PlanState, ScopeKind
from app.format_switch.rules.requests import Request


class FormatSwitch(Model):
    """One applied switch. ``changes`` names the rows it moved, by table, with their values before; of sessions
    (``held``, by ``uid``) those after too. ``scope`` says what it moved, ``scope_of`` which part (rules.scope)."""

    __tablename__ = "format_switch"
    __table_args__ = (CheckConstraint("from_format <> to_format", name="moves"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))
    from_format: Mapped[ConferenceFormat] = mapped_column(enum_column(ConferenceFormat, "from_format"))
    to_format: Mapped[ConferenceFormat] = mapped_column(enum_column(ConferenceFormat, "to_format"))
    reason: Mapped[str] = mapped_column(String(1000))
    reasons: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")  # in other languages
    scope: Mapped[ScopeKind] = mapped_column(
        enum_column(ScopeKind, "scope"), default=ScopeKind.WHOLE, server_default=ScopeKind.WHOLE.value
    )
    scope_of: Mapped[str] = mapped_column(String(120), default="", server_default="")
    plan_digest: Mapped[str] = mapped_column(String(64))
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class WithdrawnRequest(Model):
    """What somebody asked for because they came, taken out by a switch: ``said`` is written back when they return."""

    __tablename__ = "withdrawn_request"
    __table_args__ = (UniqueConstraint("delegate_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    switch_id: Mapped[int] = mapped_column(ForeignKey("format_switch.id"), index=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"))
    kind: Mapped[Request] = mapped_column(enum_column(Request, "kind"))
    said: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)


class SwitchDraft(Model):
    """The plan of a switch, shared by the staff until it is applied or withdrawn.

    ``decisions`` are by the ``uid`` of the session (:class:`app.format_switch.rules.Decision`), ``requests`` what is
    withdrawn or kept otherwise than proposed (:mod:`app.format_switch.rules.requests`), ``costs`` a list of
    label, amount in hundredths and currency. ``picture`` is what its readers saw of the world, ``digest`` the sign of
    what would happen then. ``version`` rises with every change: nobody overwrites anybody unseen.
    """

    __tablename__ = "switch_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    state: Mapped[PlanState] = mapped_column(enum_column(PlanState, "state"), default=PlanState.DRAFT)
    to_format: Mapped[ConferenceFormat] = mapped_column(enum_column(ConferenceFormat, "to_format"))
    scope: Mapped[ScopeKind] = mapped_column(enum_column(ScopeKind, "scope"), default=ScopeKind.WHOLE)
    scope_of: Mapped[str] = mapped_column(String(120), default="")
    reason: Mapped[str] = mapped_column(String(1000), default="")
    reasons: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")  # in other languages
    notes: Mapped[str] = mapped_column(Text, default="")
    decisions: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    requests: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    costs: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    picture: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, deferred=True)
    digest: Mapped[str] = mapped_column(String(64), default="")
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)  # when the picture was taken
    made_by: Mapped[str] = mapped_column(String(254), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(254), default="")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    switch_id: Mapped[int | None] = mapped_column(ForeignKey("format_switch.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)

    conference: Mapped[Conference] = relationship()
    switch: Mapped[FormatSwitch | None] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads it as declared
