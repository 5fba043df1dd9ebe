"""The rooms' pages for staff: where each stands, how it is doing, its address, its recordings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import abort, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import current_user
from sqlalchemy import select
from werkzeug.urls import iri_to_uri

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.database import db
from app.errors import Refusal
from app.i18n import LANGUAGES, language
from app.i18n import number as written
from app.permissions import Permission, allow
from app.programme.models import ProgrammeSession
from app.video.forms import RoomForm
from app.video.models import MeetingRoom
from app.video.operations import change_room
from app.video.operations.entering import (
    address_for,
    end_room,
    note_addresses_seen,
    note_staff_enters,
    recordings_of,
)
from app.video.operations.making import try_again
from app.video.operations.rooms import give_back_room
from app.video.providers import Ability, server_of
from app.video.queries import rooms
from app.video.queries.accounts import account_of, channels_of, kept_account
from app.video.queries.rooms import lacking_rooms
from app.video.rules.accounts import CHANNELS, FLOOR, Account
from app.video.rules.rooms import Provider
from app.video.rules.trouble import Trouble
from app.video.rules.visitors import Visitor, VisitorRole
from app.video.rules.words import provider_name, recording_word, trouble_words
from app.video.views.blueprint import desk_blueprint
from app.video.views.doors import private
from app.video.views.servers import server_words

SHOWN_FOR = timedelta(minutes=5)  # addresses somebody asked to see
_UNTIL = "room_addresses_until"


def _shows_addresses() -> bool:
    """Whether this member of staff has asked to see the raw addresses a moment ago."""
    return bool(session.get(_UNTIL, 0) > now().timestamp())


def _masked(url: str) -> str:
    """Of an address the house alone: enough to tell services apart, too little to get in."""
    return f"{urlsplit(url).hostname or ''}/…"


def _room_or_404(conference: Conference, room_id: int) -> MeetingRoom:
    return db.session.scalar(
        select(MeetingRoom)
        .join(ProgrammeSession)
        .where(MeetingRoom.id == room_id, ProgrammeSession.conference_id == conference.id)
    ) or abort(404)


def _shown(room: MeetingRoom, *, openly: bool) -> dict[str, Any]:
    shown = str if openly else _masked
    abilities = server_of(Account(room.provider, "")).abilities
    trouble = room.trouble
    made = Ability.MAKES_ROOMS not in abilities or room.made_at is not None
    over = room.session.ends_at is not None and room.session.ends_at <= now()
    state = "ready" if made and not trouble else "over" if over else "trouble" if trouble else "waiting"
    return {
        "room": room,
        "provider": provider_name(room.provider),
        "key": room.key if Ability.MAKES_ROOMS in abilities and openly else "",
        "address": shown(room.url) if Ability.MAKES_ROOMS not in abilities else "",  # others have none one could open
        "state": state,  # what is over needs no room any more: none is asked for
        "trouble": trouble_words(trouble.get("kind", ""), trouble.get("values") or {}) if trouble else "",
        "channels": [
            (LANGUAGES[code], shown(room.channels[code])) for code in channels_of(room) if room.channels.get(code)
        ],
        "own_channels": [LANGUAGES[code] for code in channels_of(room)] if Ability.CHANNELS in abilities else [],
        "ends": Ability.ENDS in abilities,
        "records": Ability.RECORDS in abilities,
    }


@desk_blueprint.get("/")
@allow(Permission.SEE_ROOM_ADDRESSES)
def show(slug: str) -> Any:
    """The rooms in use, how each is doing, and the sessions that lack one."""
    conference = desk_conference(slug)
    openly = _shows_addresses()
    found = [_shown(room, openly=openly) for room in rooms(conference)]
    return render_template(
        "video/rooms.html", conference=conference, rooms=found, openly=openly,
        minutes=SHOWN_FOR // timedelta(minutes=1), lacking=lacking_rooms(now(), conference),
        troubled=[one for one in found if one["state"] == "trouble"],
        waiting=[one for one in found if one["state"] == "waiting"],
        server=server_words(conference, account_of(conference), kept_account(conference)),
    )  # fmt: skip


@desk_blueprint.post("/addresses")
@allow(Permission.SEE_ROOM_ADDRESSES)
def show_addresses(slug: str) -> Any:
    """Show the raw addresses to this member of staff for some minutes; history keeps who asked."""
    conference = desk_conference(slug)
    room_id = request.form.get("room", type=int)
    note_addresses_seen(conference=conference, actor=current_actor(), at=now())
    session[_UNTIL] = (now() + SHOWN_FOR).timestamp()
    if room_id is not None:
        return redirect(url_for("video_rooms.edit", slug=slug, room_id=_room_or_404(conference, room_id).id), code=303)
    return redirect(url_for("video_rooms.show", slug=slug), code=303)


@desk_blueprint.route("/<int:room_id>", methods=["GET", "POST"])
@allow(Permission.SEE_ROOM_ADDRESSES)
def edit(slug: str, room_id: int) -> Any:
    """Give a session another address, and its languages theirs."""
    conference = desk_conference(slug)
    room = _room_or_404(conference, room_id)
    plain = room.provider is Provider.PLAIN
    openly = _shows_addresses()
    kept = {f"channel_{code}": room.channels.get(code, "") for code in CHANNELS} if openly else {}
    form = RoomForm(data={"url": room.url if plain and openly else "", **kept})
    if form.validate_on_submit():
        try:
            change_room(room=room, url=form.url.data, channels=form.channels, actor=current_actor(), at=now())
        except Refusal as refusal:
            field = form[refusal.field or "url"]
            field.errors = [*field.errors, refusal.message]
        else:
            flash(_("The join links of this session lead to the new address from now on."), "done")
            return redirect(url_for("video_rooms.show", slug=slug), code=303)
    page = render_template(
        "video/room.html", conference=conference, room=room, form=form, plain=plain,
        hidden=plain and not openly and not form.is_submitted(), masked=_masked(room.url) if plain else "",
        provider=provider_name(room.provider), house=provider_name(account_of(conference).provider),
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


@desk_blueprint.post("/<int:room_id>/give-back")
@allow(Permission.SEE_ROOM_ADDRESSES)
def give_back(slug: str, room_id: int) -> Any:
    """Let the room stand on the conference's server again."""
    conference = desk_conference(slug)
    give_back_room(room=_room_or_404(conference, room_id), actor=current_actor(), at=now())
    flash(_("The room stands on the conference's server again."), "done")
    return redirect(url_for("video_rooms.show", slug=slug), code=303)


@desk_blueprint.post("/<int:room_id>/enter")
@allow(Permission.SEE_ROOM_ADDRESSES)
def enter(slug: str, room_id: int) -> Any:
    """Lead a member of staff into the room, as a moderator; the history keeps who went in.

    The address goes in a header alone, as behind a join link. It is no redirect: browsers let no form of ours be
    answered with one to another house (``form-action`` of the policy).
    """
    conference = desk_conference(slug)
    room = _room_or_404(conference, room_id)
    visitor = Visitor(
        f"staff-{current_user.id}", current_user.name or current_user.email, VisitorRole.MODERATOR, language()
    )
    try:
        address = address_for(room=room, visitor=visitor, channel=FLOOR, at=now())
    except Trouble as trouble:
        flash(
            _("The room cannot be entered now. %(reason)s", reason=trouble_words(trouble.kind, trouble.values)), "error"
        )
        return redirect(url_for("video_rooms.show", slug=slug), code=303)
    note_staff_enters(room=room, actor=current_actor(), at=now())
    response = private(make_response(render_template("video/entering.html", conference=conference, room=room)))
    response.headers["Refresh"] = f"0;url={iri_to_uri(address)}"
    return response


@desk_blueprint.post("/<int:room_id>/end")
@allow(Permission.SEE_ROOM_ADDRESSES)
def end(slug: str, room_id: int) -> Any:
    """Send everybody in the room home."""
    conference = desk_conference(slug)
    room = _room_or_404(conference, room_id)
    try:
        ended = end_room(room=room, actor=current_actor(), at=now())
    except Trouble as trouble:
        flash(
            _("The meeting could not be ended. %(reason)s", reason=trouble_words(trouble.kind, trouble.values)), "error"
        )
    else:
        if ended:
            flash(_("The meeting has been ended; everybody is sent out within seconds."), "done")
        else:
            flash(_("Nobody was in this room."), "information")
    return redirect(url_for("video_rooms.show", slug=slug), code=303)


@desk_blueprint.get("/<int:room_id>/recordings")
@allow(Permission.SEE_ROOM_ADDRESSES)
def recordings(slug: str, room_id: int) -> Any:
    """What the server keeps of this room; asked at this moment."""
    conference = desk_conference(slug)
    room = _room_or_404(conference, room_id)
    found, reason = [], ""
    try:
        found = recordings_of(room=room)
    except Trouble as trouble:
        reason = trouble_words(trouble.kind, trouble.values)
    return render_template(
        "video/recordings.html", conference=conference, room=room, recordings=found, reason=reason,
        records=Ability.RECORDS in server_of(Account(room.provider, "")).abilities, kind_word=recording_word,
    )  # fmt: skip


@desk_blueprint.post("/again")
@allow(Permission.SEE_ROOM_ADDRESSES)
def again(slug: str) -> Any:
    """Have the server asked at once for the rooms that are in trouble."""
    count = try_again(conference=desk_conference(slug))
    flash(
        ngettext(
            "The server is asked for %(count)s room within seconds. Open this page again then.",
            "The server is asked for %(count)s rooms within seconds. Open this page again then.",
            count, count=written(count),
        ),
        "information",
    )  # fmt: skip
    return redirect(url_for("video_rooms.show", slug=slug), code=303)
