"""Plans of seats: tables, who sits at them, and every step at them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conferences.models import Conference
from app.database import Model, UtcDateTime, enum_column
from app.printing.seating.rules import CompanionRule, Guests, SeatOrder, Shape


class SeatingPlan(Model):
    """The seats of one occasion. ``people`` are the numbers of those named by hand (``guests``: ``named``).

    ``pairs`` is who belongs to whom (None: to nobody), where it was said by hand.
    """

    __tablename__ = "seating_plan"
    __table_args__ = (CheckConstraint("title_ru <> '' OR title_de <> ''", name="titled"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("programme_session.id", ondelete="SET NULL"), index=True)
    title_ru: Mapped[str] = mapped_column(String(300), default="")
    title_de: Mapped[str] = mapped_column(String(300), default="")
    order: Mapped[SeatOrder] = mapped_column("seat_order", enum_column(SeatOrder, "seat_order"))
    guests: Mapped[Guests] = mapped_column(enum_column(Guests, "guests"))
    people: Mapped[list[int]] = mapped_column(JSON, default=list)
    host_id: Mapped[int | None] = mapped_column(ForeignKey("delegate.id", ondelete="SET NULL"), index=True)
    cohost_id: Mapped[int | None] = mapped_column(ForeignKey("delegate.id", ondelete="SET NULL"), index=True)
    companions: Mapped[CompanionRule] = mapped_column(
        enum_column(CompanionRule, "companion_rule"), default=CompanionRule.BESIDE, server_default="rank"
    )
    interpreters_beside: Mapped[bool] = mapped_column(default=True, server_default=false())
    pairs: Mapped[list[list[int | None]]] = mapped_column(JSON, default=list, server_default="[]")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    conference: Mapped[Conference] = relationship()
    tables: Mapped[list[SeatingTable]] = relationship(
        order_by="SeatingTable.number", cascade="all, delete-orphan", passive_deletes=True, back_populates="plan"
    )

    def faces(self, table: SeatingTable) -> bool:
        """Whether a second host sits at that table, across from the first."""
        return self.cohost_id is not None and table is self.tables[0]


class SeatingTable(Model):
    """One table; its number stands on it."""

    __tablename__ = "seating_table"
    __table_args__ = (
        UniqueConstraint("plan_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("seats BETWEEN 1 AND 120", name="seats"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("seating_plan.id", ondelete="CASCADE"))
    number: Mapped[int]
    shape: Mapped[Shape] = mapped_column(enum_column(Shape, "shape"))
    seats: Mapped[int]

    plan: Mapped[SeatingPlan] = relationship(back_populates="tables")


class TakenSeat(Model):
    """Somebody's seat; a ``fixed`` one stays when seats are proposed anew. For places see ``rules.places_of``."""

    __tablename__ = "taken_seat"
    __table_args__ = (
        UniqueConstraint("table_id", "place"),
        UniqueConstraint("plan_id", "delegate_id"),
        CheckConstraint("place >= 1", name="place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("seating_plan.id", ondelete="CASCADE"))
    table_id: Mapped[int] = mapped_column(ForeignKey("seating_table.id", ondelete="CASCADE"))
    place: Mapped[int]
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"), index=True)
    fixed: Mapped[bool] = mapped_column(default=False, server_default=false())


class SeatingStep(Model):
    """What a deed changed at a plan, so that it can be taken back: the plan, its tables and seats as before it."""

    __tablename__ = "seating_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("seating_plan.id", ondelete="CASCADE"), index=True)
    deed: Mapped[str] = mapped_column(String(20))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    done_by: Mapped[str] = mapped_column(String(254), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
