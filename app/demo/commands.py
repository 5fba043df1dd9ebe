"""``ratusha demo``."""

from __future__ import annotations

from typing import Any

import click

from app.clock import now
from app.command_line import verb
from app.demo.load import STAFF, kept_password, load_demo, renew_password
from app.migrations import is_empty


def _text(result: dict[str, Any]) -> str:
    if not result["sign_ins"]:
        return ""
    lines = [f"  {role:<12} {email}" for role, email in result["sign_ins"].items()]
    return "\n".join(["Demo sign-ins:", *lines, f"  password     {result['password']}"])


@verb(None, "demo", changes=True, text=_text)
@click.option("--if-empty", is_flag=True, help="Do nothing, quietly, when the database is not empty.")
def demo(if_empty: bool) -> dict[str, Any]:
    """Load the demo into an empty database."""
    if if_empty and not is_empty():
        renew_password()
        return {"loaded": False, **_sign_ins()}
    return {"loaded": True, "counts": load_demo(at=now()), **_sign_ins()}


def _sign_ins() -> dict[str, Any]:
    from sqlalchemy import select

    from app.accounts.models import Staff
    from app.database import db

    known = set(db.session.scalars(select(Staff.email).where(Staff.email.in_(STAFF.values()))))
    found = {role.value: email for role, email in STAFF.items() if email in known}
    return {"sign_ins": found, "password": kept_password() if found else ""}


commands = [demo]
