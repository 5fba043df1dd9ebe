"""Pages that are the same for every visitor, kept for a moment so that a crowd does not lay each of them out anew.

Only what stands on them for one visitor alone is put in each time: the token against forged forms, and texts the caller
names. Nothing that a person typed or that says who somebody is may stand on such a page.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping

from flask import current_app, request, session
from flask_security import current_user
from flask_wtf.csrf import generate_csrf

SECONDS = 3.0  # what the staff change is seen by everyone after so long
_MOST = 64
_AGAINST_FORGERY = "\x00token\x00"  # a sign no page can hold
_kept: dict[Hashable, tuple[float, str]] = {}


def same_for_everyone() -> bool:
    """Whether this request may be answered with a kept page: asked plainly, by nobody we know, with nothing to tell."""
    return (
        request.method == "GET"
        and not request.query_string
        and "_flashes" not in session
        and "_user_id" not in session
        and not current_user.is_authenticated
    )


def kept_page(
    key: Hashable, own: Mapping[str, Callable[[], str]], make: Callable[[], tuple[str, Mapping[str, str]]]
) -> str:
    """The page ``make`` lays out, kept under ``key``.

    :param own: what stands on the page for one visitor alone: name -> what makes it anew.
    :param make: the page, and what it holds under the names of ``own``.
    """
    kind = current_app.config["SETTINGS"]
    moment = time.monotonic()
    found = _kept.get((kind.base_url, key))
    if found is not None and found[0] > moment and not kind.testing:
        page = found[1]
        for name, fresh in own.items():
            page = page.replace(f"\x00{name}\x00", fresh())
        return page.replace(_AGAINST_FORGERY, generate_csrf())
    page, holds = make()
    blank = page.replace(generate_csrf(), _AGAINST_FORGERY)
    for name, text in holds.items():
        blank = blank.replace(text, f"\x00{name}\x00")
    if len(_kept) >= _MOST:
        _kept.clear()
    _kept[(kind.base_url, key)] = (moment + SECONDS, blank)
    return page
