"""Structured log lines without personal data: the rule of the route, never the address; no query, no token."""

from __future__ import annotations

import json
import logging
import sys
import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, g, request

from app.errors import request_reference

_PLAIN = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One JSON object a line: at, level, logger, message, and what was given as ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        """The line. Of an exception only its kind and place are kept: its text may quote a person's data."""
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry.update({key: value for key, value in vars(record).items() if key not in _PLAIN})
        if record.exc_info and record.exc_info[0] is not None:
            entry["exception"] = record.exc_info[0].__name__
            trace = record.exc_info[2]
            places = []
            while trace is not None:
                code = trace.tb_frame.f_code
                places.append(f"{code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno} {code.co_name}")
                trace = trace.tb_next
            entry["trace"] = places[-12:]
        return json.dumps(entry, ensure_ascii=False, default=str)


def configure(level: int = logging.INFO) -> None:
    """Send our log lines to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    house = logging.getLogger("ratusha")
    house.handlers[:] = [handler]
    house.setLevel(level)
    house.propagate = False
    for name in ("weasyprint", "fontTools", "weasyprint.progress"):
        logging.getLogger(name).setLevel(logging.ERROR)


def init_app(app: Flask) -> None:
    """Write one line for every answered request."""
    log = logging.getLogger("ratusha.web")

    @app.before_request
    def _start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def _answered(response: Any) -> Any:
        if request.endpoint != "static":
            log.info(
                "answered",
                extra={
                    "reference": request_reference(),
                    "method": request.method,
                    "route": str(request.url_rule) if request.url_rule else None,
                    "status": response.status_code,
                    "ms": round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
                },
            )
        return response

    @app.errorhandler(Exception)
    def _failed(error: Exception) -> Any:
        from werkzeug.exceptions import HTTPException, InternalServerError

        if isinstance(error, HTTPException):
            return app.handle_http_exception(error)
        log.error("failed", exc_info=error, extra={"reference": request_reference()})
        if app.config.get("PROPAGATE_EXCEPTIONS") or app.testing:
            raise error
        return app.handle_http_exception(InternalServerError())
