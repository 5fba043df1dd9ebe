"""The public pages for machines: schema.org Event as JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.conferences.spots import Spot
from app.conferences.taking_part import has_hall
from app.i18n import language
from app.programme.queries.feeds import page_address
from app.programme.queries.pages import shown_name
from app.programme.queries.papers.places import House
from app.programme.queries.published import Item, Published
from app.programme.rules.changes import named, where

_ATTENDANCE = {
    ConferenceFormat.IN_PERSON: "https://schema.org/OfflineEventAttendanceMode",
    ConferenceFormat.HYBRID: "https://schema.org/MixedEventAttendanceMode",
    ConferenceFormat.VIDEO: "https://schema.org/OnlineEventAttendanceMode",
}


def _script(data: Mapping[str, Any]) -> Markup:
    """What may stand inside ``<script type="application/ld+json">``: no sign that could end it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign, code in (
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("&", "\\u0026"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        text = text.replace(sign, code)
    return Markup(text)  # noqa: S704  # escaped above


def _address(conference: Conference) -> dict[str, Any]:
    return {
        "@type": "PostalAddress",
        "addressLocality": named(
            {code: getattr(conference.host, f"name_{code}") for code in ("ru", "de", "en")}, language()
        ),
        "addressCountry": conference.host.country,
    }


def _whole(conference: Conference, found: Published, base_url: str) -> dict[str, Any]:
    held = ConferenceFormat(found.content["format"])
    locality = _address(conference)
    return {
        "@type": "Event",
        "@id": f"{base_url}/c/{conference.slug}/",
        "name": named(found.content["titles"], language()),
        "startDate": found.content["days"][0],
        "endDate": found.content["days"][-1],
        "eventAttendanceMode": _ATTENDANCE[held],
        "eventStatus": "https://schema.org/EventScheduled",
        "location": {"@type": "VirtualLocation", "url": f"{base_url}/c/{conference.slug}/"}
        if not has_hall(held)
        else {"@type": "Place", "name": locality["addressLocality"], "address": locality},
        "url": f"{base_url}/{language()}/c/{conference.slug}/programme",
    }


def conference_event(conference: Conference, found: Published, base_url: str) -> Markup:
    """The conference, for the page of its programme."""
    whole = _whole(conference, found, base_url)
    about = named(found.content["themes"], language())
    return _script({"@context": "https://schema.org", **whole, **({"description": about} if about else {})})


def _street(conference: Conference, address: str) -> dict[str, Any]:
    return {**_address(conference), **({"streetAddress": address} if address else {})}


def _geo(spot: Spot) -> dict[str, Any]:
    return {"@type": "GeoCoordinates", "latitude": spot.latitude, "longitude": spot.longitude}


def places(conference: Conference, houses: Sequence[House], base_url: str) -> Markup:
    """The houses with their coordinates and rooms, for the page of the venues."""
    url = f"{base_url}/{language()}/c/{conference.slug}/programme/venues"
    found: list[dict[str, Any]] = []
    for house in houses:
        rooms = [{"@type": "Place", "name": room.name} for floor in house.floors for room in floor.rooms]
        place = {
            "@type": "Place", "@id": f"{url}#house-{house.key}", "name": house.name,
            "address": _street(conference, house.address), "geo": _geo(house.spot) if house.spot else None,
            "hasMap": [f"{url}/plans/{plan.sha256}" for plan in house.plans], "containsPlace": rooms,
        }  # fmt: skip
        found.append({name: value for name, value in place.items() if value})
    return _script({"@context": "https://schema.org", "@graph": found})


def _on_site(conference: Conference, found: Published, item: Item) -> dict[str, Any]:
    """Where a session is, with the address and the coordinates the release knows."""
    house: Mapping[str, Any] = next(
        (one for one in found.content.get("places") or () if one["name"] == item["venue"]), {}
    )
    address = " ".join(str(house.get("address") or "").split())
    place = {"@type": "Place", "name": where(item, language()), "address": _street(conference, address)}
    return {**place, **({"geo": _geo(Spot(*house["spot"]))} if house.get("spot") else {})}


def _moment(text: str | None, zone: str) -> str:
    return datetime.fromisoformat(text).astimezone(ZoneInfo(zone)).isoformat() if text else ""


def session_event(conference: Conference, found: Published, item: Item, base_url: str) -> Markup:
    """One session, as part of its conference. Never the address of a video room."""
    speech, zone = language(), found.content["timezone"]
    held = ConferenceFormat(item["held_as"])
    url = page_address(found.content, base_url, item["id"], speech)
    virtual = {"@type": "VirtualLocation", "url": url}
    on_site = _on_site(conference, found, item)
    earlier = next((one for one in (found.before or {}).get("items", ()) if one["uid"] == item["uid"]), None)
    moved = earlier is not None and earlier["starts_at"] != item["starts_at"] and earlier["starts_at"]
    status = "EventCancelled" if item["cancelled"] else "EventRescheduled" if moved else "EventScheduled"
    people = [
        {"@type": "Person", "name": shown_name(person, speech)}
        for person in item["people"]
        if person["role"] != "interpreter"
    ]
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": page_address(found.content, base_url, item["id"]),
        "identifier": item["uid"],
        "name": named({code: item[f"title_{code}"] for code in ("ru", "de", "en")}, speech) or item["id"],
        "startDate": _moment(item["starts_at"], zone) or item["date"],
        "endDate": _moment(item["ends_at"], zone),
        "previousStartDate": _moment(earlier["starts_at"], zone) if moved and earlier else "",
        "eventStatus": f"https://schema.org/{status}",
        "eventAttendanceMode": _ATTENDANCE[held],
        "location": {ConferenceFormat.VIDEO: virtual, ConferenceFormat.HYBRID: [on_site, virtual]}.get(held, on_site),
        "description": item.get(f"description_{speech}", ""),
        "inLanguage": item["languages"],
        "performer": people,
        "superEvent": _whole(conference, found, base_url),
        "url": url,
    }
    return _script({name: value for name, value in data.items() if value})
