"""Feeds of the newest release, without language; each made once and kept while it is the newest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, current_app, request
from flask_babel import gettext as _

from app.conferences.entrance import conference_or_404
from app.i18n import language
from app.mail_texts import absolute
from app.permissions import public as public_page
from app.programme.queries.feeds import as_json, ics
from app.programme.queries.frab import frab, frab_json
from app.programme.queries.pages import day_title, shown_name
from app.programme.queries.published import Published, published
from app.programme.rules.changes import named, where
from app.programme.rules.persons import place_key

blueprint = Blueprint("programme_feeds", __name__)

MOST_SESSIONS = 200  # of one address
_LONGEST = 200


def _found(slug: str) -> Published:
    return published(conference_or_404(slug)) or abort(404)


def _answer(found: Published, kind: str, media_type: str, make: Callable[[], str], *about: str) -> Any:
    """Readers keep it and ask whether it is still the same (304)."""
    text = found.text((kind, absolute(""), *about), make)
    response = current_app.response_class(text, content_type=f"{media_type}; charset=utf-8")
    response.add_etag()
    response.last_modified = found.released_at
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response.make_conditional(request)


def _part(found: Published) -> tuple[set[str] | None, frozenset[str], str]:
    """What is asked for: calendar signs (None: everything), those of sessions that are a person's no more, and what the
    calendar is called after it."""
    given = {name: request.args.get(name, "")[:_LONGEST] for name in ("day", "track", "place", "person")}
    codes = request.args.getlist("session")[:MOST_SESSIONS]
    signs, names = None, []
    lost: frozenset[str] = frozenset()

    def narrow(chosen: set[str], name: str) -> None:
        nonlocal signs
        signs = chosen if signs is None else signs & chosen
        names.append(name)

    if codes:
        narrow(
            {found.by_code[code]["uid"] for code in codes if code in found.by_code} or abort(404),
            str(_("My programme")),
        )
    if given["person"]:
        one = found.person(given["person"]) or abort(404)
        lost = found.lost_by(one)
        narrow({item["uid"] for item, _role in one.parts} | lost, shown_name(one.shown, language()))
    for field, known, name in (
        ("day", found.days, day_title),
        ("track", found.tracks, lambda code: named(found.tracks[code], language())),
        ("place", found.places, lambda key: where(found.places[key], language())),
    ):
        value = given[field]
        if not value:
            continue
        if value not in known:
            abort(404)
        narrow({item["uid"] for item in found.items if _value(item, field) == value}, str(name(value)))
    return signs, lost & (signs or set()), ", ".join(names)


def _value(item: Any, field: str) -> str:
    if field == "place":
        return place_key(item["venue"], item["room"])
    return str(item["date"] if field == "day" else item.get("track", ""))


@blueprint.get("/c/<slug>/programme.ics")
@public_page
def calendar(slug: str) -> Any:
    """iCalendar (RFC 5545) of everything, or of a day, a track, a place, a person, of sessions one by one."""
    found = _found(slug)
    signs, lost, name = _part(found)
    title = f"{named(found.content['titles'], language())}: {name}" if name else ""

    def make() -> str:
        return ics(found, base_url=absolute(""), only=None if signs is None else signs - lost, lost=lost, name=title)

    if request.args.getlist("session"):  # as many as there are readers: not kept
        response = current_app.response_class(make(), content_type="text/calendar; charset=utf-8")
        response.headers["Cache-Control"] = "public, no-cache"
        response.add_etag()
        return response.make_conditional(request)
    return _answer(found, "ics", "text/calendar", make, title, *sorted(signs or ()), "", *sorted(lost))


@blueprint.get("/c/<slug>/programme.xml")
@public_page
def schedule(slug: str) -> Any:
    """frab ``schedule.xml``."""
    found = _found(slug)
    return _answer(found, "xml", "application/xml", lambda: frab(found, base_url=absolute("")))


@blueprint.get("/c/<slug>/schedule.json")
@public_page
def schedule_json(slug: str) -> Any:
    """frab ``schedule.json``."""
    found = _found(slug)
    return _answer(found, "frab", "application/json", lambda: frab_json(found, base_url=absolute("")))


@blueprint.get("/c/<slug>/programme.json")
@public_page
def data(slug: str) -> Any:
    """The shape of a programme file."""
    found = _found(slug)
    return _answer(found, "json", "application/json", lambda: as_json(found, public=True))
