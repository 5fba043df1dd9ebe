"""``/healthz``: alive. ``/readyz``: database, queue and data folder answer."""

from __future__ import annotations

import os
from typing import Any

from flask import Flask, current_app, jsonify, redirect, request
from sqlalchemy import text

from app.database import db
from app.i18n import browser_language
from app.permissions import public


def failures() -> list[str]:
    """Which of database, queue and data folder do not answer; empty when all do."""
    found = []
    try:
        db.session.execute(text("SELECT 1"))
    except Exception:
        db.session.rollback()
        found.append("database")
    try:
        current_app.extensions["ratusha.queue"].pending_count()
    except Exception:
        found.append("queue")
    if not os.access(current_app.config["SETTINGS"].data, os.W_OK):
        found.append("data folder")
    return found


def init_app(app: Flask) -> None:
    """Add the two pages for machines, and the door that sends visitors to their language."""

    @public
    def healthz() -> Any:
        return jsonify(status="alive")

    @public
    def readyz() -> Any:
        missing = failures()
        return jsonify(status="not ready" if missing else "ready", missing=missing), 503 if missing else 200

    @public
    def front_door() -> Any:
        response = redirect(f"/{browser_language()}/" + (f"?{request.query_string.decode('latin-1')}" if
                                                         request.query_string else ""))  # fmt: skip
        response.vary.add("Accept-Language")
        return response

    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)
    app.add_url_rule("/", "front_door", front_door)
