"""Venues and rooms of a conference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences import operations, queries
from app.conferences.entrance import desk_conference
from app.conferences.forms import RoomForm, VenueForm, place_title
from app.conferences.models import Conference, Room, Venue
from app.conferences.place_words import access_words, floor_words
from app.conferences.views.blueprint import conferences as blueprint
from app.conferences.views.plans import drawn_town, on_paper
from app.database import db
from app.directory.forms import blame
from app.errors import Refusal
from app.permissions import Permission, allow


def _venue(conference: Conference, venue_id: int) -> Venue:
    venue = db.session.get(Venue, venue_id)
    if venue is None or venue.conference_id != conference.id:
        abort(404)
    return venue


def _room(conference: Conference, room_id: int) -> Room:
    room = db.session.get(Room, room_id)
    if room is None or room.venue.conference_id != conference.id:
        abort(404)
    return room


@blueprint.get("/desk/c/<slug>/venues")
@allow(Permission.EDIT_CONFERENCE)
def venues(slug: str) -> Any:
    """The houses and their rooms."""
    row = desk_conference(slug)
    houses = queries.venues_of(row)
    return render_template(
        "conferences/venues.html", conference=row, venues=houses, place_title=place_title, plans=queries.plans_of(row),
        town=drawn_town(row, houses), on_paper=on_paper, floor_words=floor_words, access_words=access_words(),
    )  # fmt: skip


def _edit(
    conference: Conference, form: VenueForm | RoomForm, title: str, button: str, deed: Callable[[], object]
) -> Any:
    """Show the form, or do the deed and go back to the list."""
    code = 200
    if form.is_submitted():
        code = 422
        try:
            if form.validate():
                deed()
                flash(_("The venues and rooms have been saved."), "done")
                return redirect(url_for("conferences.venues", slug=conference.slug), code=303)
        except Refusal as refusal:
            blame(form, refusal)
    page = render_template("conferences/edit_place.html", form=form, conference=conference, title=title, button=button)
    return page, code


@blueprint.route("/desk/c/<slug>/venues/new", methods=["GET", "POST"])
@allow(Permission.EDIT_CONFERENCE)
def new_venue(slug: str) -> Any:
    """Enter a house."""
    row = desk_conference(slug)
    form = VenueForm()
    return _edit(row, form, _("Enter a venue"), _("Enter the venue"), lambda: operations.add_venue(
        conference=row, names=form.details[0], **vars(form.details[1]), actor=current_actor(), at=now()
    ))  # fmt: skip


@blueprint.route("/desk/c/<slug>/venues/<int:venue_id>", methods=["GET", "POST"])
@allow(Permission.EDIT_CONFERENCE)
def edit_venue(slug: str, venue_id: int) -> Any:
    """Change a house."""
    row = desk_conference(slug)
    venue = _venue(row, venue_id)
    form = VenueForm.of(venue)
    return _edit(row, form, place_title(venue), _("Save the venue"), lambda: operations.change_venue(
        venue=venue, names=form.details[0], **vars(form.details[1]), actor=current_actor(), at=now()
    ))  # fmt: skip


@blueprint.route("/desk/c/<slug>/venues/<int:venue_id>/rooms/new", methods=["GET", "POST"])
@allow(Permission.EDIT_CONFERENCE)
def new_room(slug: str, venue_id: int) -> Any:
    """Enter a room."""
    row = desk_conference(slug)
    venue = _venue(row, venue_id)
    form = RoomForm()
    title = _("Enter a room: %(venue)s", venue=place_title(venue))
    return _edit(row, form, title, _("Enter the room"), lambda: operations.add_room(
        venue=venue, names=form.details[0], **vars(form.details[1]), actor=current_actor(), at=now()
    ))  # fmt: skip


@blueprint.route("/desk/c/<slug>/rooms/<int:room_id>", methods=["GET", "POST"])
@allow(Permission.EDIT_CONFERENCE)
def edit_room(slug: str, room_id: int) -> Any:
    """Change a room."""
    row = desk_conference(slug)
    room = _room(row, room_id)
    form = RoomForm.of(room)
    return _edit(row, form, place_title(room), _("Save the room"), lambda: operations.change_room(
        room=room, names=form.details[0], **vars(form.details[1]), actor=current_actor(), at=now()
    ))  # fmt: skip


# Who leads to a page where what uses a room is moved elsewhere; "" when it does not use it.
ways_out: dict[str, Callable[[Room], str]] = {}


def _do(slug: str, deed: Callable[[], object], done: str) -> Any:
    try:
        deed()
        flash(done, "done")
    except Refusal as refusal:
        flash(str(refusal), "error")
    return redirect(url_for("conferences.venues", slug=slug), code=303)


@blueprint.post("/desk/c/<slug>/venues/<int:venue_id>/remove")
@allow(Permission.EDIT_CONFERENCE)
def remove_venue(slug: str, venue_id: int) -> Any:
    """Take a house out."""
    venue = _venue(desk_conference(slug), venue_id)
    done = _("%(name)s has been removed.", name=place_title(venue))
    return _do(slug, lambda: operations.remove_venue(venue=venue, actor=current_actor(), at=now()), done)


@blueprint.post("/desk/c/<slug>/rooms/<int:room_id>/remove")
@allow(Permission.EDIT_CONFERENCE)
def remove_room(slug: str, room_id: int) -> Any:
    """Take a room out."""
    room = _room(desk_conference(slug), room_id)
    way_out = next((address for lead in ways_out.values() if (address := lead(room))), "")
    if way_out:
        return redirect(way_out, code=303)
    done = _("%(name)s has been removed.", name=place_title(room))
    return _do(slug, lambda: operations.remove_room(room=room, actor=current_actor(), at=now()), done)


@blueprint.post("/desk/c/<slug>/venues/<int:venue_id>/earlier")
@allow(Permission.EDIT_CONFERENCE)
def move_venue(slug: str, venue_id: int) -> Any:
    """Put a house one place earlier."""
    venue = _venue(desk_conference(slug), venue_id)
    done = _("%(name)s now stands earlier.", name=place_title(venue))
    return _do(slug, lambda: operations.move_venue(venue=venue, actor=current_actor(), at=now()), done)


@blueprint.post("/desk/c/<slug>/rooms/<int:room_id>/earlier")
@allow(Permission.EDIT_CONFERENCE)
def move_room(slug: str, room_id: int) -> Any:
    """Put a room one place earlier."""
    room = _room(desk_conference(slug), room_id)
    done = _("%(name)s now stands earlier.", name=place_title(room))
    return _do(slug, lambda: operations.move_room(room=room, actor=current_actor(), at=now()), done)
