"""Pages that are the same for every visitor, kept for a moment so that a crowd does not lay each of them out anew.

Only what stands on them for one visitor alone is put in each time: the token against forged forms, and texts the caller
names. Nothing that a person typed or that says who somebody is may stand on such a page.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

from flask import current_app, request, session
from flask_security import current_user
from flask_wtf.csrf import generate_csrf

from app.i18n import language

SECONDS = 3.0  # what the staff change is seen by everyone after so long
_MOST = 64
_AGAINST_FORGERY = "token against forgery"
Facts = TypeVar("Facts")
_facts: dict[Hashable, tuple[float, Any]] = {}
_kept: dict[Hashable, tuple[float, tuple[str, ...]]] = {}


def same_for_everyone() -> bool:
    """Whether this request may be answered with a kept page: asked plainly, by nobody we know, with nothing to tell."""
    return (
        request.method == "GET"
        and not request.query_string
        and "_flashes" not in session
        and "_user_id" not in session
        and not current_user.is_authenticated
    )


def kept_page(key: Hashable, own: Mapping[str, Callable[[], str]]) -> str | None:
    """The page kept under ``key``, for another visitor; None when there is none or it has grown old.

    :param own: what stands on the page for one visitor alone: name -> what makes it anew.
    """
    kind = current_app.config["SETTINGS"]
    found = _kept.get((kind.base_url, key))
    if found is None or found[0] <= time.monotonic() or kind.testing:
        return None
    fresh = {name: make() for name, make in own.items()} | {_AGAINST_FORGERY: generate_csrf()}
    return "".join(fresh.get(part, part) for part in found[1])


def keep_page(key: Hashable, page: str, holds: Mapping[str, str]) -> str:
    """Keep ``page`` for others for a moment; returns it as it is.

    :param holds: what stands on it for this visitor alone, by the names ``own`` of :func:`kept_page` will have.
    """
    parts = [page]
    for name, text in {**holds, _AGAINST_FORGERY: generate_csrf()}.items():
        parts = [piece for part in parts for piece in _between(part.split(text), name)]
    if len(_kept) >= _MOST:
        _kept.clear()
    _kept[(current_app.config["SETTINGS"].base_url, key)] = (time.monotonic() + SECONDS, tuple(parts))
    return page


def kept_facts(key: Hashable, read: Callable[[], Facts]) -> Facts:
    """What ``read`` says, asked for anew after :data:`SECONDS`; nothing that a person's deed rests on."""
    settings = current_app.config["SETTINGS"]
    if settings.testing:
        return read()
    whole, moment = (settings.database_url, language(), key), time.monotonic()
    found = _facts.get(whole)
    if found is None or found[0] <= moment:
        if len(_facts) >= _MOST:
            _facts.clear()
        found = _facts[whole] = (moment + SECONDS, read())
    return found[1]


def _between(pieces: list[str], name: str) -> list[str]:
    """The pieces with ``name`` between each two."""
    return [part for piece in pieces for part in (name, piece)][1:]
