"""Any PDF of the staff on screen as pictures, before it is printed.

The page asks the door of the document for the PDF, inside the same request and with the permission of that door, so it
shows what the door would give and to nobody else.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_security import current_user
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from app.i18n import language, speaking
from app.page_pictures import Paper, Shelf, paper_of, picture_of, picture_size
from app.paging import Page, page_number
from app.permissions import Permission, access_of, allow, may

blueprint = Blueprint("looks", __name__, url_prefix="/<language:language>/desk/look")
AT_ONCE = 6
_SECONDS = 120.0
_PAPERS: Shelf[tuple[float, Paper]] = Shelf(most_bytes=24 * 1024**2)


def look_url(address: str, **values: Any) -> str:
    """The page with the pictures of the PDF at an address of ours; it leads back to the page that is shown now."""
    return url_for("looks.look", **{"of": address, "back": request.full_path.rstrip("?"), **values})


def wants_look() -> bool:
    """Whether the button asks for the pictures of what a form would open."""
    return request.args.get("deed") == "look"


def to_look(*, back: str) -> Any:
    """The way to the pictures of what this very address gives without that button."""
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != "deed"]
    return redirect(look_url(f"{request.path}?{urlencode(asked)}", back=back), code=303)


def _door(address: str) -> tuple[str, Mapping[str, Any]] | None:
    """The view behind an address of ours that can be opened, and its values; None when there is none."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or "\\" in address or not address.isprintable():
        return None
    try:
        endpoint, values = current_app.url_map.bind(request.host, url_scheme=request.scheme).match(parts.path, "GET")
    except (NotFound, MethodNotAllowed, RequestRedirect):
        return None
    return None if endpoint.startswith("looks.") else (endpoint, values)


def _way_back() -> str | None:
    """Where one came from, as the address says; only a page of ours."""
    address = request.args.get("back", "")
    return address if _door(address) is not None else None


def _paper(address: str, *, sign: str = "") -> Paper:
    """The PDF behind an address of ours; 404 when there is none, 403 to who may not open it.

    :param sign: which one is wanted; then one that was looked at a moment ago will do.
    """
    endpoint, values = _door(address) or abort(404)
    stated = access_of(current_app.view_functions[endpoint])
    if not isinstance(stated, Permission):
        abort(404)
    if not may(stated):
        abort(403)
    key = current_user.get_id(), address
    known = _PAPERS.get(key)
    if sign and known is not None and known[1].sign == sign and time.monotonic() - known[0] < _SECONDS:
        return known[1]
    paper = paper_of(_asked(urlsplit(address).query, endpoint, values))
    if paper is None:
        abort(404)
    _PAPERS.put(key, (time.monotonic(), paper), len(paper.content))
    return paper


def _asked(query: str, endpoint: str, given: Mapping[str, Any]) -> bytes:
    """What the door answers: its view, with the values and the question of its own address."""
    ours, values = request.args, dict(given)
    request.args = type(ours)(parse_qsl(query, keep_blank_values=True))
    try:
        with speaking(values.pop("language", language())):
            answer = make_response(current_app.view_functions[endpoint](**values))
    except HTTPException as told:
        abort(told.code or 404)
    finally:
        request.args = ours
    if answer.status_code != 200 or answer.mimetype != "application/pdf":
        abort(404)
    answer.direct_passthrough = False
    return bytes(answer.get_data())


@blueprint.get("/")
@allow(Permission.SEE_DESK)
def look() -> Any:
    """The pages of a document as pictures, some at a time."""
    address = request.args.get("of", "")
    paper = _paper(address)
    page = Page(page_number(), len(paper.sizes), AT_ONCE)
    shown = range(page.offset, min(page.offset + AT_ONCE, page.total))
    if not shown:
        abort(404)
    return render_template(
        "look.html", address=address, page=page, back=_way_back(), proof=paper.proof,
        pictures=[
            {"number": at + 1, "size": picture_size(paper, at),
             "url": url_for("looks.picture", of=address, number=at + 1, v=paper.sign)}
            for at in shown
        ],
    )  # fmt: skip


@blueprint.get("/<int:number>.png")
@allow(Permission.SEE_DESK)
def picture(number: int) -> Any:
    """One page as PNG."""
    sign = request.args.get("v", "")
    paper = _paper(request.args.get("of", ""), sign=sign)
    if not 1 <= number <= len(paper.sizes):
        abort(404)
    response = Response(picture_of(paper, number - 1), mimetype="image/png")
    response.headers["Cache-Control"] = "no-store"  # names of people, sometimes of their passports
    return response


def init_app(app: Flask) -> None:
    """Let every page lead to the pictures of a PDF."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["look_url"] = look_url
