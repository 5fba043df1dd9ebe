"""schedule.xml against the rules of the schema the c3voc publishes (validator/xsd/schedule.xml.xsd of voc/schedule),
written down here: which elements there are, in which order, which must be there, and what each may hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree

from flask import Flask

from app.programme.models import SessionMaterial, SessionPerson
from app.programme.operations import import_programme, release_programme
from app.programme.queries.frab import frab
from app.programme.rules import PersonRole
from tests.factories import ACTOR, NOW, keep, make_conference, make_room, make_session

ONE_DATABASE = True

TEXT = r"(?s).*"
DAY = r"\d{4}-\d\d-\d\d"
MOMENT = DAY + r"T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d{1,2}:\d\d)"
LENGTH = r"\d{1,2}:\d\d(:\d{1,2})?"
ADDRESS = r"https?://\S*"
WHOLE = r"0*[1-9]\d*"
Fields = Mapping[str, str]
# By path: (elements that must be there, elements that may be, attributes that must be, attributes that may be).
ALL: Mapping[str, tuple[Fields, Fields, Fields, Fields]] = {
    "conference": (
        {"title": TEXT, "acronym": TEXT},
        {"start": DAY, "end": DAY, "days": r"-?\d+", "timeslot_duration": LENGTH, "base_url": ADDRESS,
         "time_zone_name": TEXT}, {}, {},
    ),
    "day": ({}, {"room": TEXT}, {}, {"date": DAY, "start": MOMENT, "end": MOMENT, "index": WHOLE}),
    "room": ({}, {"event": TEXT}, {}, {"name": TEXT}),
    "event": (
        {"room": TEXT, "title": TEXT, "subtitle": TEXT, "type": TEXT, "date": MOMENT,
         "start": r"[0-2]\d:[0-5]\d(:[0-5]\d)?", "duration": LENGTH, "abstract": TEXT, "slug": TEXT, "track": TEXT},
        {"logo": TEXT, "persons": TEXT, "language": TEXT, "description": TEXT, "recording": TEXT, "links": TEXT,
         "attachments": TEXT, "video_download_url": ADDRESS, "url": ADDRESS},
        {"id": WHOLE, "guid": r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"}, {},
    ),
    "persons": ({}, {"person": TEXT}, {}, {}), "person": ({}, {}, {}, {"id": WHOLE}),
    "links": ({}, {"link": TEXT}, {}, {}), "link": ({}, {}, {}, {"href": TEXT}),
}  # fmt: skip
REPEATED = frozenset({"room", "event", "person", "link"})


def _faults(element: ElementTree.Element) -> Iterable[str]:
    required, optional, given, possible = ALL.get(element.tag, ({}, {}, {}, {}))
    names = [child.tag for child in element]
    yield from (f"{element.tag} without {name}" for name in required if name not in names)
    yield from (f"{element.tag} without @{name}" for name in given if name not in element.attrib)
    yield from (f"{element.tag}/{name} twice" for name in set(names) - REPEATED if names.count(name) > 1)
    attributes = {**given, **possible}
    yield from (
        f"{element.tag}@{name}: {value}"
        for name, value in element.attrib.items()
        if not re.fullmatch(attributes.get(name, r"(?!)"), value)
    )
    for child in element:
        pattern = {**required, **optional}.get(child.tag, r"(?!)")
        if not re.fullmatch(pattern, child.text or ""):
            yield f"{element.tag}/{child.tag}: {child.text}"
        yield from _faults(child)


def faults(text: str) -> list[str]:
    """What the schema would say against a schedule."""
    root = ElementTree.fromstring(text)
    shape = ["generator", "version", "conference", *["day"] * (len(root) - 3)]
    found = [] if root.tag == "schedule" and [one.tag for one in root] == shape and len(root) > 3 else ["order"]
    found += [fault for child in root[2:] for fault in _faults(child)]
    events = root.findall("day/room/event")
    for name, values in (
        ("guid", [one.get("guid") for one in events]), ("id", [one.get("id") for one in events]),
        ("slug", [one.findtext("slug") for one in events]),
        ("index", [one.get("index") for one in root.findall("day")]),
    ):  # fmt: skip
        found += [] if len(set(values)) == len(values) else [f"{name} twice"]
    return found


def test_schedule_keeps_the_rules_of_the_schema_when_it_holds_anything(app: Flask) -> None:
    conference = make_conference()
    row = make_session(conference, "A/ж “1”", room=make_room(conference, "Зал & <1>"), title_ru="\u0007<Т> & „Т“")
    keep(SessionPerson(session_id=row.id, name="Анна <Орлова>", role=PersonRole.CHAIR))
    keep(SessionMaterial(session_id=row.id, title="&", link="https://x.example/ä?b=1&c=2"))
    make_session(conference, "OPEN", ends_at=None)
    make_session(conference, "DAY", starts_at=None, ends_at=None, day=date(2021, 6, 29))
    make_session(conference, "NIGHT", starts_at=datetime(2021, 6, 29, 20, 0, tzinfo=UTC),
                 ends_at=datetime(2021, 6, 30, 2, 0, tzinfo=UTC))  # fmt: skip
    make_session(conference, "NONE", starts_at=None, ends_at=None)
    release = release_programme(conference=conference, actor=ACTOR, at=NOW)
    text = frab(release, base_url="https://ratusha.example")
    assert faults(text) == []
    held = {event.findtext("url", "")[-5:]: event for event in ElementTree.fromstring(text).iterfind("day/room/event")}
    assert {
        sign: (held[sign].findtext("start"), held[sign].findtext("duration")) for sign in ("/OPEN", "e/DAY", "NIGHT")
    } == {"/OPEN": ("18:00", "01:00"), "e/DAY": ("00:00", "24:00"), "NIGHT": ("23:00", "06:00")}
    assert len(held) == 4
    assert faults(text.replace("01:00</duration>", "1 h</duration>")) == ["event/duration: 1 h"]


def test_every_session_with_a_day_is_in_the_schedule_when_few_hours_are_known(app: Flask) -> None:
    conference = make_conference()
    skeleton = (Path(__file__).parent / "skeletons.json").read_text()
    content = json.dumps(json.loads(skeleton)[0]).encode()
    assert import_programme(conference=conference, content=content, actor=ACTOR, at=NOW).created == 11
    release = release_programme(conference=conference, actor=ACTOR, at=NOW)
    text = frab(release, base_url="https://ratusha.example")
    assert (faults(text), text.count("<event "), text.count("<duration>00:00")) == ([], 11, 0)
