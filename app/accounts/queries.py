"""Who is at work."""

from __future__ import annotations

from flask_security import current_user
from sqlalchemy import select

from app.accounts.models import Staff, StaffRole
from app.database import db
from app.history.rules import Actor
from app.permissions import GRANTS, Permission


def current_actor() -> Actor:
    """The member of staff signed in, as history names them.

    :raises RuntimeError: when nobody is signed in (the route must ask for a permission).
    """
    if not current_user.is_authenticated:
        raise RuntimeError("nobody is signed in")
    return Actor(kind="staff", id=current_user.id, label=current_user.name or current_user.email)


def staff_allowed(permission: Permission) -> list[Staff]:
    """The active members of staff whose role grants ``permission``, by name."""
    roles = [role.value for role, granted in GRANTS.items() if permission in granted]
    rows = db.session.scalars(
        select(Staff).where(Staff.active, Staff.roles.any(StaffRole.name.in_(roles))).order_by(Staff.name, Staff.email)
    ).all()
    return list(rows)
