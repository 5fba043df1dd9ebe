"""A mail server the house is set to use."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from flask import Flask

from config import SmtpServer
from tests.mail_server import MailServer, mail_server


@pytest.fixture
def server(app: Flask) -> Iterator[MailServer]:
    """A mail server the house is set to use."""
    before = app.config["SETTINGS"]
    with mail_server() as running:
        app.config["SETTINGS"] = dataclasses.replace(before, smtp=SmtpServer("127.0.0.1", running.port))
        yield running
    app.config["SETTINGS"] = before
