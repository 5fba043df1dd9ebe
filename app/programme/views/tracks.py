"""Tracks, and the ways between the houses, at the desk."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import conference_or_404, desk_conference
from app.conferences.models import Conference
from app.conferences.operations.plans import who_shows
from app.conferences.operations.venues import who_uses
from app.conferences.queries import minutes_between, venues_of
from app.database import db
from app.errors import Refusal
from app.i18n import number as written
from app.permissions import Permission, allow
from app.programme.forms import TrackForm, blame, plain
from app.programme.models import ProgrammeTrack, TravelTime
from app.programme.operations.tracks import TrackDetails, keep_track, remove_track, set_travel_times
from app.programme.queries.tracks import sessions_by_track, tracks_of
from app.programme.queries.using import released_with, signs_of_users
from app.programme.queries.warnings import travel_times
from app.programme.rules.words import COLOURS
from app.programme.views.blueprint import programme

who_uses["programme"] = signs_of_users
who_shows["programme"] = released_with
minutes_between["programme"] = travel_times

_FIELDS = ("code", "name_ru", "name_de", "name_en", "colour")
MOST_HOUSES = 40


def _track_or_404(conference: Conference, number: int) -> ProgrammeTrack:
    found = db.session.get(ProgrammeTrack, number)
    return found if found is not None and found.conference_id == conference.id else abort(404)


def _tracks_page(conference: Conference, form: TrackForm, track: ProgrammeTrack | None) -> str:
    return render_template(
        "programme/tracks.html", conference=conference, tracks=tracks_of(conference), form=form, track=track,
        counts=sessions_by_track(conference), colours=COLOURS,
    )  # fmt: skip


def _keep(conference: Conference, track: ProgrammeTrack | None) -> Any:
    values = {name: getattr(track, name) for name in _FIELDS} if track is not None else {}
    form = TrackForm(data=values)
    if request.method == "GET":
        return _tracks_page(conference, form, track)
    try:
        if form.validate():
            details = TrackDetails(**{name: plain(form[name].data) for name in _FIELDS})
            keep_track(conference=conference, details=details, track=track, actor=current_actor(), at=now())
            flash(_("The track “%(code)s” has been kept.", code=details.code), "done")
            return redirect(url_for("programme.tracks", slug=conference.slug), code=303)
    except Refusal as refusal:
        blame(form, refusal)
    return _tracks_page(conference, form, track), 422


@programme.route("/desk/c/<slug>/programme/tracks", methods=["GET", "POST"])
@allow(Permission.EDIT_PROGRAMME)
def tracks(slug: str) -> Any:
    """All tracks, and a form for one more."""
    return _keep(desk_conference(slug), None)


@programme.route("/desk/c/<slug>/programme/tracks/<int:track_id>", methods=["GET", "POST"])
@allow(Permission.EDIT_PROGRAMME)
def edit_track(slug: str, track_id: int) -> Any:
    """Change one track."""
    conference = desk_conference(slug)
    return _keep(conference, _track_or_404(conference, track_id))


@programme.post("/desk/c/<slug>/programme/tracks/<int:track_id>/remove")
@allow(Permission.EDIT_PROGRAMME)
def drop_track(slug: str, track_id: int) -> Any:
    """Take one track away."""
    count = remove_track(track=_track_or_404(conference_or_404(slug), track_id), actor=current_actor(), at=now())
    flash(
        ngettext("The track is gone; %(count)s session belongs to none now.",
                 "The track is gone; %(count)s sessions belong to none now.", count, count=written(count)),
        "done",
    )  # fmt: skip
    return redirect(url_for("programme.tracks", slug=slug), code=303)


def _minutes(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 6):
        raise Refusal(_("“%(value)s” is no number of minutes.", value=text[:20]))
    return int(text)


@programme.route("/desk/c/<slug>/programme/ways", methods=["GET", "POST"])
@allow(Permission.EDIT_PROGRAMME)
def ways(slug: str) -> Any:
    """How long it takes from house to house."""
    conference = desk_conference(slug)
    houses = venues_of(conference)[:MOST_HOUSES]
    pairs = [(one, other) for place, one in enumerate(houses) for other in houses[place + 1 :]]
    rows = db.session.scalars(select(TravelTime).where(TravelTime.from_venue_id.in_([house.id for house in houses])))
    known = {(row.from_venue_id, row.to_venue_id): str(row.minutes) for row in rows}
    values = {
        f"way-{one.id}-{other.id}": known.get((min(one.id, other.id), max(one.id, other.id)), "")
        for one, other in pairs
    }
    faults: dict[str, str] = {}
    if request.method == "POST":
        values |= {name: request.form[name] for name in values if name in request.form}
        minutes: dict[tuple[int, int], int | None] = {}
        for one, other in pairs:
            name = f"way-{one.id}-{other.id}"
            try:
                minutes[one.id, other.id] = _minutes(values[name])
            except Refusal as refusal:
                faults[name] = str(refusal.message)
        try:
            if not faults:
                set_travel_times(conference=conference, minutes=minutes, actor=current_actor(), at=now())
                flash(_("The ways have been saved."), "done")
                return redirect(url_for("programme.ways", slug=slug), code=303)
        except Refusal as refusal:
            faults[refusal.field or ""] = str(refusal.message)
    page = render_template(
        "programme/ways.html", conference=conference, pairs=pairs, values=values, faults=faults,
        several=len(houses) > 1,
    )  # fmt: skip
    return page, (422 if faults else 200)
