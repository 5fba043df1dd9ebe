"""Tables of the staff, in the shape Flask-Security works with."""

from __future__ import annotations

from datetime import datetime

from flask_security import RoleMixin, UserMixin
from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model, UtcDateTime

staff_roles = Table(
    "staff_role",
    Model.metadata,
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
)


class StaffRole(Model, RoleMixin):  # type: ignore[misc]  # Flask-Security is untyped
    """One of the roles of :class:`app.permissions.Role`."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)


class Staff(Model, UserMixin):  # type: ignore[misc]  # Flask-Security is untyped
    """A member of staff who signs in."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    roles: Mapped[list[StaffRole]] = relationship(secondary=staff_roles, lazy="selectin")
