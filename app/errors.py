"""Refusals and the pages shown when something cannot be done."""

from __future__ import annotations

import secrets
from typing import Any, TypeAlias

from flask import Flask, current_app, g, redirect, render_template, request
from flask_babel.speaklater import LazyString
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

Message: TypeAlias = str | LazyString


class Refusal(Exception):
    """The house declines to do what was asked, and says why in the reader's language.

    :param message: one plain sentence for the person who asked.
    :param field: the form field or file column it belongs to, if any.
    :param row: the row of a file it belongs to (the header is row 1), if any.
    """

    def __init__(self, message: Message, *, field: str | None = None, row: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.row = row

    def __str__(self) -> str:
        return str(self.message)


def request_reference() -> str:
    """A short sign by which the log line of this request can be found; carries no data of a person."""
    if "reference" not in g:
        g.reference = secrets.token_hex(4)
    return str(g.reference)


def _with_language(error: HTTPException) -> Response | None:
    """Where to send a visitor whose address lacks the language, if the page exists with one."""
    from app.i18n import LANGUAGES, browser_language

    if not isinstance(error, NotFound) or request.method not in {"GET", "HEAD"}:
        return None
    if request.path.lstrip("/").split("/", 1)[0] in LANGUAGES:
        return None
    path = f"/{browser_language()}{request.path}"
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return None
    try:
        adapter.match(path, method="GET")
    except RequestRedirect:
        pass
    except HTTPException:
        return None
    query = request.query_string.decode("latin-1")
    response = redirect(path + (f"?{query}" if query else ""), code=302)
    response.vary.add("Accept-Language")
    return response


def init_app(app: Flask) -> None:
    """Answer every error with a page that says what happened, what was kept and what to do."""
    paged = {400, 403, 404, 405, 413, 429, 500}

    def http_error(error: HTTPException) -> Any:
        if isinstance(error, RequestRedirect):
            return error
        elsewhere = _with_language(error)
        if elsewhere is not None:
            return elsewhere
        code = error.code or 500
        if error.response is not None or code < 400:
            return error
        page = code if code in paged else (500 if code >= 500 else 400)
        response = current_app.make_response(
            (render_template(f"errors/{page}.html", request_reference=request_reference()), code)
        )
        for name, value in error.get_headers():
            if name.lower() not in {"content-type", "content-length"}:
                response.headers[name] = value
        return response

    def refused(error: Refusal) -> Any:
        page = render_template("errors/400.html", request_reference=request_reference(), message=str(error.message))
        return page, 422

    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Refusal, refused)
    app.jinja_env.globals["request_reference"] = request_reference
