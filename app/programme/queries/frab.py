"""A release in frab's forms, ``schedule.xml`` and ``schedule.json``, as the c3voc's published schemas describe them."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from app.programme.queries.feeds import Item, Released, bilingual, location, page_address
from app.programme.queries.pages import track_of
from app.programme.rules.changes import named
from app.programme.rules.known_as import as_known, key_of
from app.programme.rules.sign_up import AN_HOUR
from invitations.translit import ru_to_icao


def _guid(uid: str) -> str:
    try:
        return str(uuid.UUID(uid))
    except ValueError:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, uid))


def _number(sign: str) -> int:
    return uuid.uuid5(uuid.NAMESPACE_URL, sign).int % 900_000 + 1


def _numbers(items: Sequence[Item]) -> dict[str, int]:
    """A positive number for each session, the same in every release."""
    numbers: dict[str, int] = {}
    taken: set[int] = set()
    for item in sorted(items, key=lambda item: str(item["uid"])):
        number = uuid.UUID(_guid(item["uid"])).int % 900_000 + 1
        while number in taken:
            number += 1
        taken.add(number)
        numbers[item["uid"]] = number
    return numbers


@dataclass(frozen=True)
class _Event:
    """A session as both forms tell it; ``fields`` have one name in both."""

    number: int
    guid: str
    fields: dict[str, str]
    people: list[tuple[int, str]]
    links: list[tuple[str, str]]


@dataclass(frozen=True)
class _Day:
    day: str
    starts: str
    ends: str
    rooms: dict[str, list[_Event]]


def _duration(item: Item) -> str:
    if not item["starts_at"]:  # of the whole day, as in calendars, while its hour is unknown
        return "24:00"
    starts = datetime.fromisoformat(item["starts_at"])
    ends = datetime.fromisoformat(item["ends_at"]) if item["ends_at"] else starts + AN_HOUR
    minutes = int((ends - starts).total_seconds()) // 60
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _track(item: Item, content: Mapping[str, Any]) -> str:
    track = track_of(item, content)
    return bilingual(track.names.get("ru", ""), track.names.get("de", "")) or track.code if track else ""


def _slug(text: str) -> str:
    """Letters and digits of ASCII, small, with hyphens between them, as the schema of schedule.json has it."""
    return re.sub(r"[^a-z0-9]+", "-", ru_to_icao(text.lower()).lower()).strip("-")


def _acronym(slug: str) -> str:
    """No hyphens and at least four signs, by the same schema."""
    return re.sub(r"[^a-z0-9]+", "_", slug.lower()).strip("_").ljust(4, "_")


def _begins(item: Item, zone: ZoneInfo) -> datetime:
    if not item["starts_at"]:
        return datetime.combine(date.fromisoformat(item["date"]), datetime.min.time(), zone)
    return datetime.fromisoformat(item["starts_at"]).astimezone(zone)


def _event(item: Item, number: int, content: Mapping[str, Any], base_url: str) -> _Event:
    starts = _begins(item, ZoneInfo(content["timezone"]))
    title = item["title_ru"] or item["title_de"] or item["title_en"] or item["id"]
    people = {as_known(person)["name"]: _number(key_of(person)) for person in item["people"]}
    return _Event(
        number, _guid(item["uid"]),
        {
            "date": starts.isoformat(), "start": f"{starts:%H:%M}", "duration": _duration(item),
            "room": location(item), "slug": _slug(f"{content['slug']}-{number}-{item['id']}"),
            "url": page_address(content, base_url, item["id"]), "title": title,
            "subtitle": item["title_de"] if item["title_de"] != title else "", "track": _track(item, content),
            "type": item["type"], "language": ",".join(item["languages"]),
            "abstract": item.get("description_ru", ""), "description": item.get("description_de", ""),
        },
        [(number, name) for name, number in people.items()],
        [
            (paper["link"], paper.get("title") or paper["link"])
            for paper in item.get("materials") or ()
            if paper.get("public", True) and paper.get("link")
        ],
    )  # fmt: skip


def _days(release: Released, base_url: str) -> list[_Day]:
    """What is held and has its day, by day and room; what has no day stands in no schedule."""
    content = release.content
    zone = ZoneInfo(content["timezone"])
    held = sorted(
        (item for item in content["items"] if item["date"] and not item["cancelled"]),
        key=lambda item: (item["date"], item["starts_at"] or ""),
    )
    numbers = _numbers(content["items"])
    found = {}
    for day in sorted({*content["days"], *(item["date"] for item in held)}):
        midnight = datetime.combine(date.fromisoformat(day), datetime.min.time(), zone)
        next_one = datetime.combine(date.fromisoformat(day) + timedelta(days=1), datetime.min.time(), zone)
        found[day] = _Day(day, midnight.isoformat(), next_one.isoformat(), {})
    for item in held:
        event = _event(item, numbers[item["uid"]], content, base_url)
        found[item["date"]].rooms.setdefault(event.fields["room"], []).append(event)
    return list(found.values())


def _about(release: Released, days: Sequence[_Day]) -> dict[str, str]:
    content = release.content
    return {
        "title": bilingual(content["titles"]["ru"], content["titles"]["de"]), "acronym": _acronym(content["slug"]),
        "start": days[0].day, "end": days[-1].day, "timeslot_duration": "00:05",
        "time_zone_name": content["timezone"],
    }  # fmt: skip


def _version(release: Released) -> str:
    return f"{release.number} {release.name}".strip()


def _plain(text: str) -> str:
    """What XML 1.0 can hold."""
    return "".join(sign for sign in text if sign in "\t\n" or (sign >= " " and sign not in "\ufffe\uffff"))


def _add(parent: ElementTree.Element, tag: str, text: str = "", /, **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, tag, {key: _plain(value) for key, value in attributes.items()})
    child.text = _plain(text) or None
    return child


def frab(release: Released, *, base_url: str) -> str:
    """``schedule.xml``."""
    days = _days(release, base_url)
    root = ElementTree.Element("schedule")
    _add(root, "generator", name="Ratusha")
    _add(root, "version", _version(release))
    about = _add(root, "conference")
    base = page_address(release.content, base_url)
    for name, text in {**_about(release, days), "days": str(len(days)), "base_url": base}.items():
        _add(about, name, text)
    for index, day in enumerate(days, start=1):
        part = _add(root, "day", index=str(index), date=day.day, start=day.starts, end=day.ends)
        for name, events in day.rooms.items():
            room = _add(part, "room", name=name)
            for one in events:
                event = _add(room, "event", guid=one.guid, id=str(one.number))
                for field, text in one.fields.items():
                    _add(event, field, text)
                persons = _add(event, "persons")
                for number, person in one.people:
                    _add(persons, "person", person, id=str(number))
                links = _add(event, "links")
                for address, text in one.links:
                    _add(links, "link", text, href=address)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def frab_json(release: Released, *, base_url: str) -> str:
    """``schedule.json``."""
    days = _days(release, base_url)
    rooms = dict.fromkeys(name for day in days for name in day.rooms)
    about = _about(release, days)
    written = {
        "schedule": {
            "version": _version(release),
            "base_url": page_address(release.content, base_url),
            "conference": {
                **about,
                "description": bilingual(
                    *(named({code: release.content["themes"].get(code) or ""}, code) for code in ("ru", "de"))
                ),
                "daysCount": len(days),
                "url": page_address(release.content, base_url),
                "rooms": [{"name": name, "guid": str(uuid.uuid5(uuid.NAMESPACE_URL, name))} for name in rooms],
                "days": [
                    {
                        "index": index, "date": day.day, "day_start": day.starts, "day_end": day.ends,
                        "rooms": {name: [_json_event(one) for one in events] for name, events in day.rooms.items()},
                    }
                    for index, day in enumerate(days, start=1)
                ],
            },
        }
    }  # fmt: skip
    return json.dumps(written, ensure_ascii=False, indent=1) + "\n"


def _json_event(one: _Event) -> dict[str, Any]:
    return {
        "id": one.number, "guid": one.guid, **one.fields, "recording_license": "", "do_not_record": None,
        "persons": [{"id": number, "public_name": name} for number, name in one.people],
        "links": [{"url": address, "title": text} for address, text in one.links], "attachments": [], "answers": [],
    }  # fmt: skip
