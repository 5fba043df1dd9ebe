"""The web server's own warnings hold no address of a page, which may carry a token, and none of a person."""

from __future__ import annotations

import logging
import runpy
from pathlib import Path

import pytest

CONFIG = Path(__file__).resolve().parents[2] / "deploy" / "gunicorn.conf.py"


@pytest.mark.parametrize(
    ("message", "arguments", "line"),
    [
        ("Error handling request %s", ("/ru/reply/s3cret?a=b",), "Error handling request …"),
        ("Invalid request from ip=%s: %s", ("203.0.113.9", "bad line"), "Invalid request from …: bad line"),
        ("Invalid HTTP request line: %r", ("GET /join/s3cret?name=Olga",), "Invalid HTTP request line: 'GET …"),
        ("Worker exiting (pid: %s)", (7,), "Worker exiting (pid: 7)"),
    ],
)
def test_server_log_line_tells_no_address_when_gunicorn_warns(
    message: str, arguments: tuple[object, ...], line: str
) -> None:
    record = logging.LogRecord("gunicorn.error", logging.WARNING, "", 0, message, arguments, None)
    kept = runpy.run_path(str(CONFIG))["_without_addresses"](record)
    assert (kept, record.getMessage()) == (True, line)
