"""Who was in which room, from when to when; and who has tried their camera before."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conferences.models import Conference
from app.database import Model, UtcDateTime, enum_column
from app.delegations.models import Delegate
from app.programme.models import ProgrammeSession, SessionPerson
from app.video.rules.visitors import VisitorRole, guest_id
from app.video.rules.visits import LeftBy, Via


class RoomVisit(Model):
    """One person in one room. ``left_at`` None: still there, as far as anybody knows; ``left_by``: how sure that is.

    A delegate, or else a guest: somebody with a part in the programme (``part_id``) who is none, by ``name``.
    ``seen_at`` is the last sign of the lobby page that stands open beside the room. The visit outlives its session:
    it proves that the person took part.
    """

    __tablename__ = "room_visit"
    __table_args__ = (
        Index("ix_room_visit_session", "session_id", "left_at"),
        CheckConstraint("left_at IS NULL OR joined_at <= left_at", name="times"),
        CheckConstraint("(left_at IS NULL) = (left_by IS NULL)", name="left"),
        CheckConstraint("(delegate_id IS NULL) = (name <> '')", name="somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("programme_session.id", ondelete="SET NULL"))
    delegate_id: Mapped[int | None] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"), index=True)
    part_id: Mapped[int | None] = mapped_column(ForeignKey("session_person.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(String(300), default="", server_default="")  # of a guest
    role: Mapped[VisitorRole] = mapped_column(enum_column(VisitorRole, "role"), default=VisitorRole.DELEGATE)
    via: Mapped[Via] = mapped_column(enum_column(Via, "via"), default=Via.LINK)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_by: Mapped[LeftBy | None] = mapped_column(enum_column(LeftBy, "left_by"))

    conference: Mapped[Conference] = relationship()
    session: Mapped[ProgrammeSession | None] = relationship()
    delegate: Mapped[Delegate | None] = relationship()
    part: Mapped[SessionPerson | None] = relationship()

    @property
    def visitor_id(self) -> str:
        """By which a server tells people apart (:class:`app.video.rules.visitors.Visitor`)."""
        return str(self.delegate_id) if self.delegate_id is not None else guest_id(self.part_id)


class EquipmentTest(Model):
    """What a delegate's last test of camera and microphone on the lobby page found."""

    __tablename__ = "equipment_test"

    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"), primary_key=True)
    camera: Mapped[bool]
    microphone: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    delegate: Mapped[Delegate] = relationship()
