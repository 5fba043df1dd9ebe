"""The programme of one delegate: parts, sign-ups, meetings of the own delegation, the own group, what is for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.conferences.taking_part import Part, part_in
from app.delegations.models import Delegate
from app.delegations.rules import HOLDS_A_PLACE
from app.delegations.rules.groups import DelegationFunction
from app.programme.queries.published import Item, Published
from app.programme.queries.sign_up import standings_of
from app.programme.rules import SessionKind, SignUpStanding
from app.programme.rules.whose import FOR_EVERYONE, group_in, group_told, is_meant

_GROUPS = frozenset({SessionKind.WORKING_GROUP.value, SessionKind.ROUND_TABLE.value})


@dataclass(frozen=True)
class Reason:
    """Why a session stands in a person's programme; all empty: because it is for everyone.

    ``group``: it is that of the working group they were entered for.
    """

    role: str = ""
    signed_up: bool = False
    place_in_line: int | None = None
    party: bool = False
    group: bool = False


@dataclass(frozen=True)
class CalledOff:
    """How a session was held before it was called off, who took part otherwise then, by the delegate's number, and
    why it was, by the reader's language: the words, and the language they are in."""

    held: str
    attendance: Mapping[int, Attendance]
    reasons: Mapping[str, tuple[str, str]]


#: What a higher room called off in a conference, by the code of the session; by the name of that room.
called_off_by: dict[str, Callable[[Conference], Mapping[str, CalledOff]]] = {}


@dataclass
class Own:
    """A released session of a person; ``off``: what is known of its being called off; ``instead_of``: sessions of their
    working group at the same hours, which are not theirs because of it."""

    item: Item
    reasons: list[Reason] = field(default_factory=list)
    off: CalledOff | None = None
    instead_of: list[Item] = field(default_factory=list)

    @property
    def in_calendar(self) -> bool:
        """Whether it goes into the person's calendar: not while they only wait in line."""
        return any(reason.place_in_line is None for reason in self.reasons)


def held_online(delegate: Delegate, item: Item) -> bool:
    """Whether the person takes part in the session by video."""
    return online_for(delegate.attendance, item)


def online_for(attendance: Attendance, item: Item) -> bool:
    """Whether those who take part so take part in the session by video; nobody does in one that is cancelled."""
    return part_in(attendance, item["held_as"], cancelled=item["cancelled"]).on_screen


def door_for(attendance: Attendance, item: Item) -> bool:
    """Whether those who take part so may come to the session by video: also who has a seat in its hall."""
    return part_in(attendance, item["held_as"], cancelled=item["cancelled"]).has_door


def _can_be_there(attendance: Attendance, item: Item) -> bool:
    return part_in(attendance, item["held_as"]) is not Part.NOT_AT_ALL


def _could_be_there(delegate: Delegate, attendance: Attendance, item: Item, off: CalledOff | None) -> bool:
    """The same; of what was called off, whether it was theirs before: nobody misses what they never had."""
    if not item["cancelled"] or off is None:
        return _can_be_there(attendance, item)
    return part_in(off.attendance.get(delegate.id, attendance), off.held) is not Part.NOT_AT_ALL


def _by_choice(item: Item) -> bool:
    """Whether it is of those only who signed up for it, or of its sides."""
    return bool(item.get("sign_up") or item.get("parties")) or item["type"] == SessionKind.BILATERAL.value


def _beside(one: Item, other: Item) -> bool:
    """Whether they are held at the same hours; moments of a release are all told in UTC."""
    hours = [item[name] for item in (one, other) for name in ("starts_at", "ends_at")]
    return all(hours) and one["starts_at"] < other["ends_at"] and other["starts_at"] < one["ends_at"]


def _standings(delegates: Sequence[Delegate]) -> dict[int, dict[str, Reason]]:
    """How each stands in what they signed up for, by calendar sign."""
    found: dict[int, dict[str, Reason]] = defaultdict(dict)
    numbers = [delegate.id for delegate in delegates]
    for start in range(0, len(numbers), 5000):
        for delegate_id, uid, standing, place in standings_of(numbers[start : start + 5000]):
            waits = standing is SignUpStanding.WAITING
            found[delegate_id][uid] = Reason(signed_up=not waits, place_in_line=place if waits else None)
    return found


def _town(delegate: Delegate) -> str:
    delegation = delegate.delegation
    return delegation.municipality.slug if delegation is not None and delegation.municipality is not None else ""


@dataclass
class _Index:
    """The sessions of a release by whose they are."""

    place: dict[str, int]
    for_everyone: list[Item]
    for_some: list[Item]
    by_group: dict[str, list[Item]]
    by_person: dict[str, list[tuple[Item, str]]]
    by_party: dict[str, list[Item]]
    by_uid: dict[str, Item]


def _indexed(found: Published) -> _Index:
    index = _Index({}, [], [], defaultdict(list), defaultdict(list), defaultdict(list), {})
    for number, item in enumerate(found.items):
        index.place[item["uid"]], index.by_uid[item["uid"]] = number, item
        if not _by_choice(item):
            if item["audience"] != "all":
                index.for_some.append(item)
            elif item["type"] in FOR_EVERYONE:
                index.for_everyone.append(item)
        if item["type"] == SessionKind.WORKING_GROUP.value and item.get("places") is None:
            group = group_in([item[f"title_{code}"] for code in ("ru", "de", "en")])
            index.by_group[group].append(item)
        for person in item["people"]:
            if person.get("delegate"):
                index.by_person[person["delegate"]].append((item, person["role"]))
        for town in item.get("parties", ()):
            index.by_party[town].append(item)
    return index


class OwnProgrammes:
    """The programmes of many of one conference; what they signed up for is read in one query."""

    def __init__(self, delegates: Sequence[Delegate]) -> None:
        self._standings = _standings(delegates)
        self._indexes: dict[int, _Index] = {}
        self._conference = delegates[0].conference if delegates else None

    @cached_property
    def _off(self) -> Mapping[str, CalledOff]:
        """What was called off; asked for only where something is."""
        if self._conference is None:
            return {}
        return {code: off for ask in called_off_by.values() for code, off in ask(self._conference).items()}

    def as_before(self, changes: Mapping[int, Mapping[str, SignUpStanding | None]]) -> OwnProgrammes:
        """The programmes as they were when people stood so in sessions, by delegate and calendar sign; None: they had
        not signed up."""
        before = copy(self)
        before._standings = dict(self._standings)
        for delegate_id, stood in changes.items():
            own = before._standings[delegate_id] = dict(self._standings.get(delegate_id, {}))
            for uid, one in stood.items():
                waits = one is SignUpStanding.WAITING
                own[uid] = Reason(signed_up=not waits, place_in_line=1 if waits else None)
                if one is None:
                    del own[uid]
        return before

    def of(self, delegate: Delegate, found: Published, *, standing: tuple[Attendance, bool] | None = None) -> list[Own]:
        """In the order of hours. Nobody without a place at the conference has one; a session stands here once, with
        all its reasons.

        :param standing: how they take part and whether they hold a place, when it is not as it is now.
        """
        attendance, holds = standing or (delegate.attendance, delegate.accreditation in HOLDS_A_PLACE)
        if not holds:
            return []
        index = self._indexes.get(found.number)
        if index is None:
            index = self._indexes[found.number] = _indexed(found)
        own: dict[str, Own] = {}

        def add(item: Item, reason: Reason) -> None:
            own.setdefault(item["uid"], Own(item, off=off(item))).reasons.append(reason)

        def off(item: Item) -> CalledOff | None:
            return self._off.get(item["id"]) if item["cancelled"] else None

        def could_be_there(item: Item) -> bool:
            return _could_be_there(delegate, attendance, item, off(item))

        for item, role in index.by_person.get(delegate.public_id, ()):
            add(item, Reason(role=role))
        for uid, reason in self._standings.get(delegate.id, {}).items():
            if uid in index.by_uid:
                add(index.by_uid[uid], reason)
        town = _town(delegate)
        for item in index.by_party.get(town, ()) if town else ():
            add(item, Reason(party=True))
        for item, instead in self._of_group(delegate, index):
            if not could_be_there(item):
                continue
            if instead is None:
                add(item, Reason(group=True))
            elif item["uid"] not in own and not item["cancelled"]:
                own[instead["uid"]].instead_of.append(item)
        roles, leads = delegate.role.split(";"), delegate.function == DelegationFunction.HEAD.value
        meant = [item for item in index.for_some if is_meant(item["audience"], roles, leads_delegation=leads)]
        for item in (*index.for_everyone, *meant):
            if item["uid"] not in own and could_be_there(item):
                add(item, Reason())
        return sorted(own.values(), key=lambda one: index.place[one.item["uid"]])

    def _of_group(self, delegate: Delegate, index: _Index) -> list[tuple[Item, Item | None]]:
        """Sessions of the working group somebody was entered for, each with another group beside it that they chose or
        have a part in, be it interpreting: nobody is in two."""
        group = group_told(delegate.working_group)
        found = index.by_group.get(group, []) if group else []
        if not found:
            return []
        chosen = [
            item
            for uid, reason in self._standings.get(delegate.id, {}).items()
            if reason.signed_up and (item := index.by_uid.get(uid)) and item["type"] == SessionKind.WORKING_GROUP.value
        ]
        chosen += [
            item
            for item, _role in index.by_person.get(delegate.public_id, ())
            if item["type"] in _GROUPS and not item["cancelled"]
        ]
        own = {item["uid"] for item in chosen}
        return [
            (item, None if item["uid"] in own else next((one for one in chosen if _beside(one, item)), None))
            for item in found
        ]


def own_programme(delegate: Delegate, found: Published) -> list[Own]:
    """Of one person, as the newest release has it; three queries whatever there is."""
    return OwnProgrammes([delegate]).of(delegate, found)
