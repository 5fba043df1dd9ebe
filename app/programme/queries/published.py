"""The newest release as its readers ask for it: read once, in order, and kept while it is the newest.

A release never changes, so what was made of it may be kept as long as it is asked for; which release is the newest
is asked of the database every time. Nothing of one reader is ever kept here.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db
from app.programme.models import Release
from app.programme.models.releases import name_for
from app.programme.queries.earlier import Earlier, earlier
from app.programme.queries.finding import person_text, search_text
from app.programme.queries.pages import Track, in_order, track_of
from app.programme.rules.anchors import anchor
from app.programme.rules.changes import Change, changes
from app.programme.rules.known_as import as_known, key_of, with_faces
from app.programme.rules.persons import person_key, place_key

Item = Mapping[str, Any]
Made = TypeVar("Made")

_MOST_RELEASES = 6  # in memory at once
_MOST_PIECES = 20_000  # rendered sessions of one release, over all languages and zones
_MOST_TEXTS = 40  # whole feeds of one release


def dated(items: Iterable[Item]) -> dict[str, list[Item]]:
    """Sessions by day."""
    days: dict[str, list[Item]] = {}
    for item in items:
        days.setdefault(item["date"], []).append(item)
    return days


@dataclass
class Person:
    """Somebody with a part in the programme; ``parts`` in the order of hours: session and role."""

    key: str
    name: str
    shown: Mapping[str, Any]  # the entry that says most about the person
    parts: list[tuple[Item, str]] = field(default_factory=list)
    delegate: str = ""
    keys: set[str] = field(default_factory=set)  # of all names they stand under

    @cached_property
    def search_text(self) -> str:
        """What the person is found by."""
        return person_text(self.shown)


@dataclass
class Published:
    """A release with its indexes; everything lazy, everything shared by all readers."""

    conference_id: int
    number: int
    name: str
    released_at: datetime
    content: dict[str, Any]
    before: dict[str, Any] | None
    names: Mapping[str, str] = field(default_factory=dict)
    _pieces: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    _texts: OrderedDict[tuple[Any, ...], Any] = field(default_factory=OrderedDict)
    _changes: dict[str, dict[str, Change]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.content = {**self.content, "items": with_faces(self.content["items"])}

    def called(self, language: str) -> str:
        """Its name as readers of the language know it."""
        return name_for(self.names, self.name, language)

    @cached_property
    def items(self) -> list[Item]:
        """All sessions in the order of days and hours."""
        return sorted(self.content["items"], key=in_order)

    @cached_property
    def sequences(self) -> dict[str, int]:
        """By calendar sign, how often a session has changed."""
        return {item["uid"]: item["sequence"] for item in self.items}

    @cached_property
    def by_code(self) -> dict[str, Item]:
        """Sessions by the last part of their page's address."""
        return {anchor(item["id"]): item for item in self.items}

    @cached_property
    def by_date(self) -> dict[str, list[Item]]:
        """Sessions by day, in order; those of the empty one (no day yet) last."""
        return dated(self.items)

    @property
    def days(self) -> list[str]:
        """Days with sessions."""
        return list(self.by_date)

    @cached_property
    def held(self) -> list[tuple[datetime, datetime | None, Item]]:
        """What takes place and has its hour, with beginning and end."""
        return [
            (
                datetime.fromisoformat(item["starts_at"]),
                datetime.fromisoformat(item["ends_at"]) if item["ends_at"] else None,
                item,
            )
            for item in self.items
            if item["starts_at"] and not item["cancelled"]
        ]

    @cached_property
    def search_texts(self) -> dict[str, str]:
        """By calendar sign, what a session is found by."""
        return {item["uid"]: search_text(item) for item in self.items}

    @cached_property
    def persons(self) -> dict[str, Person]:
        """Everybody with a part in a session, once under however many names, by the key of their page."""
        found: dict[str, Person] = {}
        for item in self.items:
            for written in item["people"]:
                key, entry = key_of(written), as_known(written)
                person = found.get(key)
                if person is None:
                    person = found[key] = Person(key, entry["name"], entry)
                elif len(entry) > len(person.shown) or sum(map(bool, entry.values())) > sum(
                    map(bool, person.shown.values())
                ):
                    person.shown = entry
                person.parts.append((item, entry["role"]))
                person.delegate = person.delegate or entry.get("delegate", "")
                person.keys.add(person_key(written["name"]))
        for person in found.values():
            if person.delegate and not person.shown.get("delegate"):
                person.shown = {**person.shown, "delegate": person.delegate}
        return found

    @cached_property
    def _other_keys(self) -> dict[str, Person]:
        """People by their other names: addresses that were theirs, or would be."""
        return {key: person for person in self.persons.values() for key in person.keys if key not in self.persons}

    @cached_property
    def earlier(self) -> Earlier:
        """What the releases before said of people."""
        return earlier(self.conference_id, self.number)

    def person(self, key: str) -> Person | None:
        """Whose page has, or once had, that address; who has no part any more has an empty list. None: it was none."""
        found = self.persons.get(key) or self._other_keys.get(key)
        if found is not None:
            return found
        delegate = self.earlier.delegate_of(key)
        found = next((one for one in self.persons.values() if delegate and one.delegate == delegate), None)
        if found is None:
            entry = self.earlier.entries.get(key)
            if entry is None:
                return None
            found = Person(key, entry["name"], entry, delegate=delegate, keys={key})
        return found

    def lost_by(self, person: Person) -> frozenset[str]:
        """Calendar signs of the sessions in which somebody had a part once and has none now."""
        return self.earlier.of(person.delegate, person.keys) - {item["uid"] for item, _role in person.parts}

    @cached_property
    def places(self) -> dict[str, Item]:
        """A session for each room (or venue without one), by the sign of the place, in the order of their names."""
        found: dict[str, Item] = {}
        for item in self.items:
            if item["venue"] or item["room"]:
                found.setdefault(place_key(item["venue"], item["room"]), item)
        return dict(sorted(found.items(), key=lambda pair: (pair[1]["venue"], pair[1]["room"])))

    @cached_property
    def tracks(self) -> dict[str, Mapping[str, str]]:
        """Names by language of the tracks with sessions, by code, in their order."""
        found: dict[str, Track] = {}
        for item in self.items:
            track = track_of(item, self.content)
            if track is not None:
                found.setdefault(track.code, track)
        return {track.code: track.names for track in sorted(found.values(), key=lambda one: (one.position, one.code))}

    @cached_property
    def kinds(self) -> list[str]:
        """Kinds of sessions there are."""
        return list(dict.fromkeys(item["type"] for item in self.items))

    @cached_property
    def spoken(self) -> list[str]:
        """Languages sessions are held in."""
        return list(dict.fromkeys(code for item in self.items for code in item["languages"]))

    def changes(self, language: str) -> dict[str, Change]:
        """What changed since the release before, by calendar sign, in words of ``language`` (spoken now)."""
        if self.before is None:
            return {}
        found = self._changes.get(language)
        if found is None:
            earlier = {item["uid"]: item for item in self.before["items"]}
            differing = [
                item for item in self.items if item["sequence"] != earlier.get(item["uid"], {}).get("sequence")
            ]
            signs = {item["uid"] for item in differing}
            found = self._changes[language] = {
                change.item["uid"]: change
                for change in changes(
                    {**self.before, "items": [item for item in self.before["items"] if item["uid"] in signs]},
                    {**self.content, "items": differing},
                    language=language,
                )
            }
        return found

    def piece(self, key: tuple[Any, ...], make: Callable[[], Made]) -> Made:
        """A rendered piece of a page that is the same for everyone, made at the first asking."""
        found: Made | None = self._pieces.get(key)
        if found is None:
            found = make()
            if len(self._pieces) >= _MOST_PIECES:
                self._pieces.clear()
            self._pieces[key] = found
        return found

    def text(self, key: tuple[Any, ...], make: Callable[[], Made]) -> Made:
        """The same for a whole feed."""
        found: Made | None = self._texts.get(key)
        if found is None:
            found = make()
            while len(self._texts) >= _MOST_TEXTS:
                self._texts.popitem(last=False)
            self._texts[key] = found
        return found


def published(conference: Conference) -> Published | None:
    """The newest release; None while there is only a draft. One small query when it has been asked for before."""
    newest = db.session.execute(
        select(Release.id, Release.number, Release.name, Release.names, Release.released_at)
        .where(Release.conference_id == conference.id)
        .order_by(Release.number.desc())
        .limit(1)
    ).one_or_none()
    if newest is None:
        return None
    kept: OrderedDict[tuple[Any, ...], Published] = current_app.extensions.setdefault(
        "ratusha.published", OrderedDict()
    )
    key = (newest.id, newest.number, newest.released_at)
    found = kept.get(key)
    if found is None:
        earlier = next(
            (
                one.content
                for one in kept.values()
                if (one.conference_id, one.number) == (conference.id, newest.number - 1)
            ),
            None,
        )
        wanted = (newest.number,) if earlier is not None else (newest.number, newest.number - 1)
        contents = db.session.scalars(
            select(Release.content)
            .where(Release.conference_id == conference.id, Release.number.in_(wanted))
            .order_by(Release.number.desc())
        ).all()
        found = Published(
            conference.id, newest.number, newest.name, newest.released_at, contents[0],
            contents[1] if len(contents) > 1 else earlier, newest.names or {},
        )  # fmt: skip
        while len(kept) >= _MOST_RELEASES:
            kept.popitem(last=False)
        kept[key] = found
    return found
