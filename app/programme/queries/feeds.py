"""Feeds and exports of a release: iCalendar, frab ``schedule.xml``, JSON."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from app import calendars
from app.conferences.rules import ConferenceFormat
from app.programme.models import Release
from app.programme.queries.content import public_part
from app.programme.rules.anchors import anchor
from app.programme.rules.changes import where
from app.programme.rules.words import FORMATS

Item = Mapping[str, Any]


def _bilingual(russian: str, german: str) -> str:
    return russian if russian == german or not german else f"{russian} / {german}" if russian else german


def _place(item: Item) -> str:
    return _bilingual(where(item, "ru"), where(item, "de"))


def _location(item: Item) -> str:
    if item["held_as"] != ConferenceFormat.VIDEO.value:
        return _place(item)
    from app.i18n import speaking

    words = []
    for code in ("ru", "de"):
        with speaking(code):
            words.append(str(FORMATS[ConferenceFormat.VIDEO]))
    return _bilingual(*words)


def _description(item: Item) -> str:
    people = ", ".join(person["name"] for person in item["people"])
    parts = [item.get("description_ru", ""), item.get("description_de", ""), people]
    return "\n\n".join(part for part in parts if part)


def page_address(content: Mapping[str, Any], base_url: str, code: str = "") -> str:
    """The public page; it sends each visitor to the language of the browser."""
    address = f"{base_url}/c/{content['slug']}/programme"
    return f"{address}#{quote(anchor(code))}" if code else address


def entry(item: Item, content: Mapping[str, Any], base_url: str) -> calendars.Entry | None:
    """The calendar entry of a session; of the whole day while its hour is unknown, None while its day is."""
    if not item["starts_at"] and not item["date"]:
        return None
    start: datetime | date
    start = datetime.fromisoformat(item["starts_at"]) if item["starts_at"] else date.fromisoformat(item["date"])
    return calendars.Entry(
        uid=item["uid"],
        sequence=item["sequence"],
        start=start,
        end=datetime.fromisoformat(item["ends_at"]) if item["ends_at"] else start,
        summary=_bilingual(item["title_ru"], item["title_de"]) or item["title_en"] or item["id"],
        location=_location(item),
        description=_description(item),
        url=page_address(content, base_url, item["id"]),
        cancelled=item["cancelled"],
        all_day=not item["starts_at"],
    )


def ics(release: Release, *, base_url: str) -> str:
    """The whole release as a calendar; cancelled sessions say so."""
    content = release.content
    found = (entry(item, content, base_url) for item in content["items"])
    return calendars.calendar(
        [one for one in found if one is not None],
        name=_bilingual(content["titles"]["ru"], content["titles"]["de"]),
        zone=content["timezone"],
        stamp=release.released_at,
    )


def as_json(release: Release, *, public: bool) -> str:
    """The release in the shape of a programme file, with what was released and when beside it."""
    content = public_part(release.content) if public else release.content
    about = {"number": release.number, "name": release.name, "released_at": release.released_at.isoformat()}
    return json.dumps({**content, "release": about}, ensure_ascii=False, indent=1) + "\n"


def _guid(uid: str) -> str:
    try:
        return str(uuid.UUID(uid))
    except ValueError:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, uid))


def _plain(text: str) -> str:
    """What XML 1.0 can hold."""
    return "".join(sign for sign in text if sign in "\t\n" or (sign >= " " and sign not in "\ufffe\uffff"))


def _add(parent: ElementTree.Element, tag: str, text: str = "", /, **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, tag, {key: _plain(value) for key, value in attributes.items()})
    child.text = _plain(text) or None
    return child


def _event(room: ElementTree.Element, item: Item, number: int, content: Mapping[str, Any], base_url: str) -> None:
    zone = ZoneInfo(content["timezone"])
    starts = datetime.fromisoformat(item["starts_at"]).astimezone(zone)
    ends = datetime.fromisoformat(item["ends_at"]) if item["ends_at"] else starts
    minutes = int((ends - starts).total_seconds()) // 60
    event = _add(room, "event", guid=_guid(item["uid"]), id=str(number))
    title = item["title_ru"] or item["title_de"] or item["title_en"] or item["id"]
    for name, text in {
        "date": starts.isoformat(), "start": f"{starts:%H:%M}", "duration": f"{minutes // 60:02}:{minutes % 60:02}",
        "room": room.get("name", ""), "slug": f"{content['slug']}-{number}-{item['id']}",
        "url": page_address(content, base_url, item["id"]), "title": title,
        "subtitle": item["title_de"] if item["title_de"] != title else "", "track": item["audience"],
        "type": item["type"], "language": ",".join(item["languages"]),
        "abstract": item.get("description_ru", ""), "description": item.get("description_de", ""),
    }.items():  # fmt: skip
        _add(event, name, text)
    persons = _add(event, "persons")
    for person in item["people"]:
        _add(persons, "person", person["name"])


def _numbers(items: list[Item]) -> dict[str, int]:
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


def frab(release: Release, *, base_url: str) -> str:
    """The release as frab ``schedule.xml``: what is held and has its hour, by day and room."""
    content = release.content
    zone = ZoneInfo(content["timezone"])
    held = [item for item in content["items"] if item["starts_at"] and not item["cancelled"]]
    numbers = _numbers(content["items"])
    dates = sorted({*content["days"], *(item["date"] for item in held)})
    root = ElementTree.Element("schedule")
    _add(root, "generator", name="Ratusha")
    _add(root, "version", f"{release.number} {release.name}".strip())
    about = _add(root, "conference")
    for name, text in {
        "title": _bilingual(content["titles"]["ru"], content["titles"]["de"]), "acronym": content["slug"],
        "start": dates[0], "end": dates[-1], "days": str(len(dates)), "timeslot_duration": "00:05",
        "base_url": page_address(content, base_url), "time_zone_name": content["timezone"],
    }.items():  # fmt: skip
        _add(about, name, text)
    for index, day in enumerate(dates, start=1):
        midnight = datetime.combine(date.fromisoformat(day), datetime.min.time(), zone)
        part = _add(root, "day", index=str(index), date=day, start=midnight.isoformat(),
                    end=(midnight + timedelta(days=1)).isoformat())  # fmt: skip
        rooms: dict[str, list[Item]] = defaultdict(list)
        for item in held:
            if item["date"] == day:
                rooms[_location(item)].append(item)
        for name, items in rooms.items():
            room = _add(part, "room", name=name)
            for item in sorted(items, key=lambda item: str(item["starts_at"])):
                _event(room, item, numbers[item["uid"]], content, base_url)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"
