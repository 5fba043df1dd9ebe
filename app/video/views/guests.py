"""The door of people with a part who are no delegates: one link for all their sessions by video."""

from __future__ import annotations

import logging
from typing import Any

from flask import abort, g, make_response, render_template, request
from sqlalchemy.exc import OperationalError

from app.clock import now
from app.conferences.queries import conference_title
from app.database import db
from app.i18n import LANGUAGES, browser_language, language, localized
from app.programme.models import ProgrammeSession, SessionPerson
from app.programme.rules.zones import HOME
from app.programme.views.reading import reader_zone
from app.video.lobby_words import ENTER_AS, PARTS, PHASES, hours_of, how_long
from app.video.operations.visits import enter_as_guest
from app.video.queries.parts import GuestEntry, GuestWay, guest_way, part_of
from app.video.rules.visitors import Visitor, guest_id
from app.video.views.doors import address_of, is_a_click, keep_way_back, led, private

log = logging.getLogger("ratusha.video")


def part_or_404(token: str) -> SessionPerson:
    """Whose link it is; their language is spoken, or the one they chose on the page."""
    part = part_of(token) or abort(404)
    asked = request.args.get("language", "")
    g.language = asked if asked in LANGUAGES else part.language or browser_language()
    return part


def join_as_guest(token: str) -> Any:
    """Into the room of the session that is theirs now, or told when it opens."""
    found = guest_way(part_or_404(token), now())
    wanted = request.args.get("session", "")
    entry = next((one for one in found.entries if one.session.code == wanted), None)
    if entry is None and found.way.entered is not None:
        entry = found.entry(found.way.entered)
    if entry is None or not entry.doorway.is_open(found.at) or not is_a_click():
        return guest_page(found, token)
    address = address_of(entry.doorway.leads_to, _visitor(found, entry), found.at)
    if not address:
        return guest_page(found, token, trouble=True)
    _take_down(found, entry)
    response = led(address)
    keep_way_back(response, token)
    return response


def _name(found: GuestWay) -> str:
    return found.guest.name if language() == "ru" else found.guest.name_latin or found.guest.name


def _visitor(found: GuestWay, entry: GuestEntry) -> Visitor:
    return Visitor(id=guest_id(found.guest.key), name=_name(found), role=entry.role, language=language())


def _take_down(found: GuestWay, entry: GuestEntry) -> None:
    """The person comes in; they do even when it cannot be taken down."""
    try:
        enter_as_guest(guest=found.guest, session_id=entry.doorway.leads_to, role=entry.role, at=found.at)
    except OperationalError as reason:
        db.session.rollback()
        log.error("visit not taken down", exc_info=reason)


def _spoken(session: ProgrammeSession) -> str:
    """The language the title is shown in: the reader's where it is known in that."""
    return next((code for code in (language(), "en", "de", "ru") if getattr(session, f"title_{code}")), language())


def guest_page(found: GuestWay, token: str, *, trouble: bool = False) -> Any:
    """What the guest has a part in by video, as it stands now."""
    zone = reader_zone() or HOME.get(language(), "")
    following = found.entry(found.way.following) if found.way.following is not None else None
    rows = []
    for one in found.entries:
        session, phase = one.session, one.doorway.phase(found.at)
        word, tone = PHASES[phase]
        rows.append({
            "code": session.code, "title": localized(session, "title") or session.code, "phase": phase.value,
            "title_language": _spoken(session), "state": word, "tone": tone,
            "part": "; ".join(str(PARTS[role]) for role in one.roles),
            "hours": hours_of(one.doorway.starts_at, one.doorway.ends_at, conference=found.conference, zone=zone,
                              today=found.at),
            "enters": one.doorway.is_open(found.at), "role": ENTER_AS[one.role],
            "inside": found.visit is not None and found.visit.session_id == one.doorway.leads_to,
            "opens": one.doorway.opens_at, "next": one is following,
        })  # fmt: skip
    page = render_template(
        "video/part.html", name=_name(found), conference_name=conference_title(found.conference),
        conference=found.conference, rows=rows, trouble=trouble, token=token,
        opens_in=how_long(following.doorway.opens_at, found.at) if following is not None else "",
        language_links=[
            {"code": code, "label": label, "current": code == language(),
             "url": f"/join/{token}/lobby?language={code}"} for code, label in LANGUAGES.items()
        ],
        own_page=f"/{language()}/session/{token}",
    )  # fmt: skip
    return private(make_response(page))
