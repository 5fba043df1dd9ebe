"""What a paper says beside the sessions: who organises, whom to ask, where the houses are and how far apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.conferences.models import Conference, Room, SitePlan, Venue
from app.conferences.queries import plans_of, venues_of
from app.database import db
from app.programme.models import TravelTime

LANGUAGES = ("ru", "de", "en")


def _names(row: Any, name: str = "name") -> dict[str, str]:
    return {code: text for code in LANGUAGES if (text := getattr(row, f"{name}_{code}"))}


def _room(room: Room) -> dict[str, Any]:
    return {
        "name": room.name, "names": _names(room) or {"ru": room.name}, "capacity": room.capacity, "floor": room.floor,
        "access": room.access.value if room.access else "",
    }  # fmt: skip


def _plan(plan: SitePlan) -> dict[str, Any]:
    return {
        "sha256": plan.sha256, "width": plan.sheet.width, "height": plan.sheet.height,
        "captions": _names(plan, "caption"), "alts": _names(plan, "alt"),
    }  # fmt: skip


def _venue(venue: Venue, minutes: dict[str, int], plans: Sequence[SitePlan]) -> dict[str, Any]:
    return {
        "name": venue.name, "names": _names(venue) or {"ru": venue.name}, "address": venue.address,
        "rooms": [_room(room) for room in venue.rooms], "minutes": minutes,
        "spot": [venue.spot.latitude, venue.spot.longitude] if venue.spot else None,
        "plans": [_plan(plan) for plan in plans],
    }  # fmt: skip


def _minutes(venues: list[Venue]) -> dict[int, dict[str, int]]:
    names = {venue.id: venue.name for venue in venues}
    found: dict[int, dict[str, int]] = {venue.id: {} for venue in venues}
    if not names:
        return found
    for row in db.session.scalars(select(TravelTime).where(TravelTime.from_venue_id.in_(names))):
        if row.to_venue_id in names:
            found[row.from_venue_id][names[row.to_venue_id]] = row.minutes
            found[row.to_venue_id][names[row.from_venue_id]] = row.minutes
    return found


def paper_facts(conference: Conference) -> dict[str, Any]:
    """Organisers, contact and houses as they are now, to be frozen with a release."""
    venues, plans = venues_of(conference), plans_of(conference)
    minutes = _minutes(venues)
    organisers = list(conference.organisers)
    if conference.issuer is not None and conference.issuer not in organisers:
        organisers.append(conference.issuer)
    return {
        "organisers": [_names(one) for one in organisers],
        "contact": {"email": conference.contact_email, "phone": conference.contact_phone},
        "places": [_venue(venue, minutes[venue.id], plans.get(venue.id, ())) for venue in venues],
        "town_plans": [_plan(plan) for plan in plans.get(None, ())],
    }
