"""Connections that lay idle while the database server was restarted."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from app import database
from app.database import db


def test_page_is_answered_when_the_server_has_closed_a_connection_that_lay_idle(
    app: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("an SQLite file closes no connection")
    assert visitor.get("/de/").status_code == 200
    db.session.remove()
    elsewhere = create_engine(app.config["SETTINGS"].database_url)
    with elsewhere.connect() as other:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        assert other.scalars(text(f"SELECT pg_terminate_backend(pid) {others}")).all()
        for _ in range(100):
            if not other.scalar(text(f"SELECT count(*) {others}")):
                break
            other.rollback()
    elsewhere.dispose()
    monkeypatch.setattr(database, "IDLE", -1.0)
    assert visitor.get("/de/").status_code == 200
    db.session.remove()
    db.engine.dispose()  # what else was closed is not left to the next test
