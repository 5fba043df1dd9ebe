"""Where the sessions of a room go that is given up."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField

from app.conferences.models import Room, Venue
from app.i18n import localized

NO_ROOM = "none"


class GiveUpForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Another room, or none."""

    to = SelectField(_l("Its sessions go to"), default=NO_ROOM)

    def offer(self, venues: Sequence[Venue], room: Room) -> GiveUpForm:
        """Fill in the other rooms, those of the same house first."""
        choices = {"": [(NO_ROOM, _("no room; the house stays"))]}
        for venue in sorted(venues, key=lambda one: one.id != room.venue_id):
            name = localized(venue, "name") or venue.name
            choices[name] = [
                (str(one.id), localized(one, "name") or one.name) for one in venue.rooms if one.id != room.id
            ]
        self.to.choices = {name: rooms for name, rooms in choices.items() if rooms}
        return self
