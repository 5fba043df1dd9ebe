"""Adding staff."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_security import hash_password
from sqlalchemy import select

from app.accounts.models import Staff, StaffRole
from app.database import transaction
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.permissions import Role
from config import SHORTEST_PASSWORD


def add_staff(
    *,
    email: str,
    name: str,
    password: str,
    roles: Sequence[Role],
    shortest: int = SHORTEST_PASSWORD,
    actor: Actor,
    at: datetime,
) -> Staff:
    """Add a member of staff who signs in with ``email`` and ``password``.

    :param shortest: how many characters a password needs; only the demo asks for fewer.
    :raises Refusal: when the address is taken already or the password is too short.
    """
    address = email.strip().lower()
    if len(password) < shortest:
        raise Refusal(_l("A password needs at least 12 characters."), field="password")
    with transaction() as session:
        if session.scalar(select(Staff.id).where(Staff.email == address)) is not None:
            raise Refusal(_l("Somebody signs in with this address already."), field="email")
        known = {role.name: role for role in session.scalars(select(StaffRole))}
        for role in roles:
            if role.value not in known:
                known[role.value] = StaffRole(name=role.value)
                session.add(known[role.value])
        staff = Staff(
            email=address, name=name, password=hash_password(password), active=True,
            fs_uniquifier=secrets.token_hex(32), created_at=at, roles=[known[role.value] for role in roles],
        )  # fmt: skip
        session.add(staff)
        session.flush()
        record(deed="accounts.add_staff", subject=staff, actor=actor, at=at,
               details={"roles": [role.value for role in roles]})  # fmt: skip
    return staff
