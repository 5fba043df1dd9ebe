"""``ratusha doctor``: is everything here that the house needs?"""

from __future__ import annotations

import ctypes.util
import shutil
import smtplib
from collections.abc import Iterator
from pathlib import Path

from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.clock import now
from app.database import db
from app.documents.certificate import certificate
from app.strongbox import Locked, key_is_in_the_environment, open_values

Finding = tuple[str, bool, str]

FONTS = Path(__file__).parent / "static" / "fonts"


def _libraries() -> Iterator[Finding]:
    for name, library, needed in (
        ("Pango", "pango-1.0", True),
        ("PangoFT2", "pangoft2-1.0", True),
        ("HarfBuzz", "harfbuzz", True),
        ("HarfBuzz subset", "harfbuzz-subset", True),
        ("Fontconfig", "fontconfig", True),
    ):
        found = ctypes.util.find_library(library)
        yield f"library {name}", bool(found) or not needed, found or "missing; run script/setup as root"


def _smtp() -> Finding:
    server = current_app.config["SETTINGS"].smtp
    if server is None:
        return "SMTP", True, "not set (RATUSHA_SMTP_URL): mail waits in the mailroom"
    try:
        kind = smtplib.SMTP_SSL if server.security == "tls" else smtplib.SMTP
        with kind(server.host, server.port, timeout=5) as connection:
            connection.noop()
    except OSError as reason:
        return "SMTP", False, f"{server.host}:{server.port} does not answer ({type(reason).__name__})"
    return "SMTP", True, f"{server.host}:{server.port} answers"


def _mail() -> Iterator[Finding]:
    """What the settings do to the mail that goes; nothing when they leave it alone."""
    settings = current_app.config["SETTINGS"]
    if settings.mail_trial_to:
        yield (
            "mail trial",
            True,
            f"ON: every mail goes to {settings.mail_trial_to} (RATUSHA_MAIL_TRIAL_TO), then is held",
        )
    if settings.mail_per_minute:
        yield "mail pace", True, f"at most {settings.mail_per_minute} a minute (RATUSHA_MAIL_PER_MINUTE)"


def _certificate() -> Finding:
    found = certificate()
    if found is None:
        return "certificate", True, "none yet: the first signed letter makes one (or set RATUSHA_SIGNING_KEY)"
    left = found.days_left(now())
    begun = found.valid_from <= now()
    until = f"until {found.valid_until:%Y-%m-%d}, {left} days left" if left >= 0 else "ended"
    origin = "self-made" if found.self_made else f"issued by {found.issuer}"
    return "certificate", left >= 0 and begun, f"{found.holder}, {origin}, {until if begun else 'not valid yet'}"


def _personal_key() -> Finding:
    """Whether the key of the passport data opens what is kept."""
    kept = "RATUSHA_PERSONAL_KEY" if key_is_in_the_environment() else "in the data folder"
    try:
        sealed = db.session.execute(text("SELECT sealed FROM passport_record ORDER BY delegate_id LIMIT 1")).scalar()
        if sealed is not None:
            open_values(sealed)
    except Locked:
        return "personal key", False, f"{kept}, but it does not open the passport data kept here"
    return "personal key", True, kept


def examine() -> Iterator[Finding]:
    """One finding each: what, whether it is in order, a remark."""
    fonts = sorted(FONTS.glob("PT_*.ttf"))
    yield "fonts", len(fonts) >= 8, f"{len(fonts)} of 8 PT faces"
    yield from _libraries()
    try:
        db.session.execute(text("SELECT 1"))
        yield "database", True, db.engine.dialect.name
    except Exception as reason:
        yield "database", False, type(reason).__name__
    try:
        waiting = current_app.extensions["ratusha.queue"].pending_count()
        yield "queue", True, f"{waiting} waiting"
    except Exception as reason:
        yield "queue", False, type(reason).__name__
    yield _smtp()
    yield from _mail()
    yield _certificate()
    try:
        yield _personal_key()
    except SQLAlchemyError as reason:
        yield "personal key", False, type(reason).__name__
    free = shutil.disk_usage(current_app.config["SETTINGS"].data).free
    yield "disk", free > 500_000_000, f"{free // 1_000_000} MB free in the data folder"
