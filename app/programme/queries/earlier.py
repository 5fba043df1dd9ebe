"""What releases before the newest one said of people: whoever subscribed to theirs learns what was taken away.

Releases never change, so each is read once and what it adds is kept; only the newest of a conference is asked for.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from sqlalchemy import select

from app.database import db
from app.programme.models import Release
from app.programme.rules.persons import person_key

Signs = frozenset[str]  # calendar signs of sessions
_MOST_CONFERENCES = 6  # in memory at once
_NONE: Signs = frozenset()


@dataclass(frozen=True)
class Earlier:
    """The parts of people in all releases up to ``number``: of delegates by number, of the others by the key of their
    name; ``named``: by that key, of whoever bore the name.

    ``delegates``: who they were; ``entries``: what stood of them last.
    """

    number: int = 0
    release: tuple[Any, ...] = ()  # the last one: id and moment
    by_delegate: Mapping[str, Signs] = field(default_factory=dict)
    by_name: Mapping[str, Signs] = field(default_factory=dict)
    named: Mapping[str, Signs] = field(default_factory=dict)
    delegates: Mapping[str, Signs] = field(default_factory=dict)
    entries: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def of(self, delegate: str, keys: Iterable[str]) -> Signs:
        """The sessions in which a person had a part: a delegate, or all who bore one of the names."""
        if delegate:
            return self.by_delegate.get(delegate, _NONE).union(*(self.by_name.get(key, _NONE) for key in keys))
        return _NONE.union(*(self.named.get(key, _NONE) for key in keys))

    def delegate_of(self, key: str) -> str:
        """The delegate who bore a name; empty when it was none, or more than one."""
        numbers = self.delegates.get(key, _NONE)
        return next(iter(numbers)) if len(numbers) == 1 else ""

    def and_then(self, rows: Iterable[Any]) -> Earlier:
        """With what later releases (id, number, moment, content) said, in their order."""
        kept = (self.by_delegate, self.by_name, self.named, self.delegates)
        new: list[dict[str, set[str]]] = [defaultdict(set) for _part in kept]
        entries, number, release = dict(self.entries), self.number, self.release
        for row in rows:
            number, release = row.number, (row.id, row.released_at)
            for item in row.content["items"]:
                for person in item["people"]:
                    key, delegate = person_key(person["name"]), person.get("delegate")
                    entries[key] = person
                    new[2][key].add(item["uid"])
                    if delegate:
                        new[0][delegate].add(item["uid"])
                        new[3][key].add(delegate)
                    else:
                        new[1][key].add(item["uid"])
        merged = [
            {**known, **{key: known.get(key, _NONE) | signs for key, signs in more.items()}}
            for known, more in zip(kept, new, strict=True)
        ]
        return Earlier(number, release, merged[0], merged[1], merged[2], merged[3], entries)


def earlier(conference_id: int, number: int) -> Earlier:
    """Of the releases before ``number``. Two small queries; releases are read when they have not been yet."""
    kept: OrderedDict[int, Earlier] = current_app.extensions.setdefault("ratusha.earlier", OrderedDict())
    wanted = select(Release.id, Release.number, Release.released_at).where(
        Release.conference_id == conference_id, Release.number < number
    )  # fmt: skip
    numbers = {row.number: (row.id, row.released_at) for row in db.session.execute(wanted)}
    found = kept.get(conference_id)
    if found is None or (found.number and numbers.get(found.number) != found.release):
        found = Earlier()
    if set(numbers) - set(range(found.number + 1)):
        rows = db.session.execute(
            select(Release.id, Release.number, Release.released_at, Release.content)
            .where(Release.conference_id == conference_id, Release.number < number, Release.number > found.number)
            .order_by(Release.number)
            .execution_options(yield_per=4)
        )
        found = found.and_then(rows)
        while len(kept) >= _MOST_CONFERENCES:
            kept.popitem(last=False)
        kept[conference_id] = found
    return found
