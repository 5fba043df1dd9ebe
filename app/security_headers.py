"""Cross-site forgery, rate limits and the headers that keep a page to itself."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, request, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect

import app.rate_counts  # noqa: F401  # known to the limiter by its scheme

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, strategy="moving-window", headers_enabled=False)

KEPT_A_YEAR = "public, max-age=31536000"
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)


@lru_cache(maxsize=256)
def _digest(path: str, _changed: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]


def static_url(filename: str) -> str:
    """The address of a shipped asset with a sign of its content, so that it can be kept for a year."""
    path = Path(__file__).parent / "static" / filename
    if not path.is_file():
        return url_for("static", filename=filename)
    return url_for("static", filename=filename, v=_digest(str(path), path.stat().st_mtime_ns))


def init_app(app: Flask) -> None:
    """Guard every form, count requests per client address, and set the headers."""
    settings = app.config["SETTINGS"]
    app.config.setdefault("RATELIMIT_STORAGE_URI", settings.redis_url or "calm-memory://")
    csrf.init_app(app)
    limiter.init_app(app)
    limiter.enabled = not settings.testing
    app.jinja_env.globals["static_url"] = static_url

    @app.before_request
    def _refuse_null_characters() -> None:
        """No name or text holds one, and PostgreSQL refuses it."""
        if "\0" in request.path:
            abort(404)
        given = (*request.args.listvalues(), *request.form.listvalues())
        if any("\0" in value for values in given for value in values):
            abort(400)

    @app.after_request
    def _headers(response: Any) -> Any:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if request.endpoint == "static":
            response.headers["Cache-Control"] = KEPT_A_YEAR  # its address changes with its content (static_url)
        elif "Cache-Control" not in response.headers or _is_file_of_no_word(response):
            response.headers["Cache-Control"] = "no-store" if request.cookies else "no-cache"
        return response


def _is_file_of_no_word(response: Response) -> bool:
    """Whether a file goes out with what ``send_file`` writes when nobody says who may keep it."""
    return response.direct_passthrough and response.headers["Cache-Control"] == "no-cache"
