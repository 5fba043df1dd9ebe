"""Who is at work."""

from __future__ import annotations

from flask_security import current_user

from app.history.rules import Actor


def current_actor() -> Actor:
    """The member of staff signed in, as history names them.

    :raises RuntimeError: when nobody is signed in (the route must ask for a permission).
    """
    if not current_user.is_authenticated:
        raise RuntimeError("nobody is signed in")
    return Actor(kind="staff", id=current_user.id, label=current_user.name or current_user.email)
