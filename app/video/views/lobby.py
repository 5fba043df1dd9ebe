"""The lobby: now and next, the day at a glance, words of the organisers; it follows changes by itself."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import abort, current_app, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.clock import now
from app.conferences.queries import conference_title
from app.conferences.taking_part import comes
from app.delegations.views.shared import full_name
from app.directory.zones import is_zone
from app.i18n import LANGUAGES, language, localized
from app.permissions import by_token
from app.programme.queries.guests import guest_with
from app.programme.rules.zones import OFFERED
from app.programme.views.reading import ZONE_COOKIE, keep_cookie, reader_zone, require_our_page, zone_words
from app.security_headers import csrf, limiter
from app.video.lobby_words import hours_of, how_long, own_zone, shown
from app.video.operations.visits import leave_as_guest, leave_room, note_equipment, see_visitor
from app.video.queries.joining import waits_at_door
from app.video.queries.lobby import Entry, Guest, Lobby, guest_of, lobby_of
from app.video.queries.parts import guest_way, part_of
from app.video.rules.joining import Phase
from app.video.views.blueprint import join_blueprint
from app.video.views.doors import WAY_BACK, private
from app.video.views.guests import guest_page, part_or_404
from app.video.views.not_yet import not_yet_page

MANY = "1200 per minute"  # of one address: a whole town hall may stand behind it


def one_token() -> str:
    """What single links are counted by."""
    return str((request.view_args or {}).get("token", ""))


def guest_or_404(token: str) -> Guest:
    """Whose link it is; their language is spoken."""
    guest = guest_of(token) or abort(404)
    speak_to(guest)
    return guest


def speak_to(guest: Guest) -> None:
    """Speak the language of the person, or the one they chose on the page."""
    asked = request.args.get("language", "")
    g.language = asked if asked in LANGUAGES else guest.delegate.language


def _tag(lobby: Lobby, zone: str) -> str:
    """What differs when the live part of the page does."""
    guest = lobby.guest
    seen = (
        guest.delegate.id, guest.delegate.version, language(), zone, lobby.scene.stamp, sorted(guest.signed),
        guest.visit.id if guest.visit is not None else 0,
        [(one.session.id, one.doorway.phase(lobby.at).value, one.doorway.is_due(lobby.at)) for one in lobby.entries],
        [one.id for one in lobby.notices], [one.session.id for one in lobby.day],
    )  # fmt: skip
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:24]


def _live(lobby: Lobby, *, token: str, asked: Entry | None = None, trouble: bool = False) -> dict[str, Any]:
    """What the live part shows."""
    zone = own_zone(lobby, reader_zone())
    conference = lobby.guest.delegate.conference
    visit = lobby.guest.visit
    inside = lobby.by_id.get(visit.session_id) if visit is not None and visit.session_id is not None else None
    following = lobby.following
    on = [one for one in lobby.shown if one.doorway.phase(lobby.at) in {Phase.EARLY, Phase.RUNNING}]
    return {
        "token": token, "tag": _tag(lobby, zone), "conference": conference, "now": lobby.at.isoformat(),
        "choice": [shown(one, lobby, zone=zone) for one in lobby.choice],
        "others": [shown(one, lobby, zone=zone) for one in on
                   if one not in lobby.choice and one is not inside and not one.doorway.in_hall],
        "shut": [shown(one, lobby, zone=zone) for one in lobby.shown if one.doorway.phase(lobby.at) is Phase.SHUT],
        "following": shown(following, lobby, zone=zone) if following is not None else None,
        "opens_in": how_long(following.doorway.opens_at, lobby.at) if following is not None else "",
        "opens": hours_of(following.doorway.opens_at, following.doorway.opens_at, conference=conference, zone=zone,
                          today=lobby.at) if following is not None else None,
        "asked": shown(asked, lobby, zone=zone) if asked is not None else None,
        "inside": shown(inside, lobby, zone=zone) if inside is not None else None,
        "since": hours_of(visit.joined_at, visit.joined_at, conference=conference, zone=zone, today=lobby.at)
        if visit is not None else None,
        "day": [shown(one, lobby, zone=zone) for one in lobby.day],
        "day_date": lobby.day[0].session.starts_at if lobby.day else None,
        "notices": [(one, localized(one, "text")) for one in lobby.notices],
        "on_site": comes(lobby.guest.delegate.attendance, lobby.guest.delegate.conference.format),
        "hall": [shown(one, lobby, zone=zone) for one in lobby.expected],
        "hall_beside": [shown(one, lobby, zone=zone) for one in lobby.in_hall if one not in lobby.expected],
        "trouble": trouble, "has_doors": lobby.has_doors, "has_video": lobby.scene.has_video,
    }  # fmt: skip


def lobby_page(lobby: Lobby, *, token: str, asked: Entry | None = None, trouble: bool = False) -> Any:
    """The page as it stands at this moment."""
    delegate = lobby.guest.delegate
    conference = delegate.conference
    zone = own_zone(lobby, reader_zone())
    names = OFFERED if zone in OFFERED or not zone else (*OFFERED, zone)
    links = [
        {"code": code, "label": label, "current": code == language(),
         "url": url_for("video.lobby", token=token, language=code)}
        for code, label in LANGUAGES.items()
    ]  # fmt: skip
    issuer = conference.issuer
    return private(
        make_response(
            render_template(
                "video/lobby.html", delegate=delegate, title=conference_title(conference), name=full_name(delegate),
                live=_live(lobby, token=token, asked=asked, trouble=trouble), token=token,
                language_links=links, slug=conference.slug,
                device=not reader_zone(),
                zones=[(one, zone_words(one, conference.starts_on), one == zone) for one in names], zone=zone,
                contact_email=conference.contact_email or (issuer.email if issuer is not None else ""),
                contact_phone=conference.contact_phone or (issuer.phones[0] if issuer and issuer.phones else ""),
            )
        )
    )  # fmt: skip


@join_blueprint.get("/join/back")
@by_token
@limiter.limit(MANY)
def back() -> Any:
    """Where a meeting server sends people who leave its room: they have left, and are in their lobby again."""
    token = request.cookies.get(WAY_BACK, "")
    known, part = guest_of(token), part_of(token)
    if known is not None:
        leave_room(delegate=known.delegate, at=now())
    elif part is not None:
        leave_as_guest(guest=guest_with(part), at=now())
    else:
        return redirect("/", code=303)
    return private(redirect(url_for("video.lobby", token=token), code=303))


@join_blueprint.get("/join/<token>/lobby")
@by_token
@limiter.limit(MANY)
def lobby(token: str) -> Any:
    """Where one waits, and sees what is on; ``zone`` keeps another clock on the device."""
    guest = guest_of(token)
    if guest is None:
        waiting = waits_at_door(token)
        if waiting is not None:
            return not_yet_page(waiting, token)
        return guest_page(guest_way(part_or_404(token), now()), token)
    speak_to(guest)
    zone = request.args.get("zone", "")
    if is_zone(zone):
        answer = redirect(url_for("video.lobby", token=token, language=language()), code=303)
        keep_cookie(answer, ZONE_COOKIE, zone)
        return private(answer)
    return lobby_page(lobby_of(guest, now()), token=token)


@join_blueprint.get("/join/<token>/lobby/now")
@by_token
@limiter.limit("3000 per minute")
@limiter.limit("30 per minute", key_func=one_token)
def lobby_now(token: str) -> ResponseReturnValue:
    """The part of the page that changes; 304 while it is the same. At most two queries then."""
    looks = not current_app.config["SETTINGS"].testing
    found = lobby_of(guest_or_404(token), now(), for_a_look=looks)
    tag = _tag(found, own_zone(found, reader_zone()))
    if tag in request.if_none_match:
        response = current_app.response_class(status=304)
    else:
        response = make_response(render_template("video/_lobby_now.html", live=_live(found, token=token)))
    response.set_etag(tag)
    return private(response)  # type: ignore[no-any-return]


@join_blueprint.post("/join/<token>/here")
@csrf.exempt  # type: ignore[untyped-decorator]  # the secret is in the address
@by_token
@limiter.limit("30 per minute", key_func=one_token)
def here(token: str) -> Any:
    """The lobby beside a room is still open."""
    require_our_page()
    see_visitor(delegate=guest_or_404(token).delegate, at=now())
    return private(current_app.response_class(status=204))


@join_blueprint.post("/join/<token>/leave")
@csrf.exempt  # type: ignore[untyped-decorator]  # the secret is in the address
@by_token
@limiter.limit("30 per minute", key_func=one_token)
def leave(token: str) -> Any:
    """The person says that they have left the room."""
    require_our_page()
    guest = guest_of(token)
    if guest is None:
        leave_as_guest(guest=guest_with(part_or_404(token)), at=now())
    else:
        speak_to(guest)
        leave_room(delegate=guest.delegate, at=now())
    return private(redirect(url_for("video.lobby", token=token, language=language()), code=303))


@join_blueprint.post("/join/<token>/equipment")
@csrf.exempt  # type: ignore[untyped-decorator]  # the secret is in the address
@by_token
@limiter.limit("30 per minute", key_func=one_token)
def equipment(token: str) -> Any:
    """What a test of camera and microphone found, for the host's technician."""
    require_our_page()
    note_equipment(
        delegate=guest_or_404(token).delegate, at=now(), camera=request.form.get("camera") == "1",
        microphone=request.form.get("microphone") == "1",
    )  # fmt: skip
    return private(current_app.response_class(status=204))
