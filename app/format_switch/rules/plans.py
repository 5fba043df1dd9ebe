"""The life of a plan, what a change costs, and what moved in the world since a plan was looked at."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from app.errors import Refusal

CURRENCIES = ("RUB", "EUR", "USD", "CHF")
MOST_COSTS, LONGEST_LABEL, MOST = 40, 200, 10**14
_AMOUNT = re.compile(r"-?\d{1,12}(?:\.\d{1,2})?")
# «12.500,50», «12,500.50», «12.500»: one sign for the thousands, the other one before the hundredths
_THOUSANDS = re.compile(r"(-?\d{1,3})((?P<sign>[.,])\d{3}(?:(?P=sign)\d{3})*)(?:(?!(?P=sign))[.,](\d{1,2}))?")


class PlanState(StrEnum):
    """Where a plan stands."""

    DRAFT = "draft"
    APPLIED = "applied"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Cost:
    """Something the change costs; ``hundredths`` of the currency, below 0 for what is saved."""

    label: str
    hundredths: int
    currency: str

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return {"label": self.label, "hundredths": self.hundredths, "currency": self.currency}


def _plain(amount: str) -> str:
    """An amount as people write it in their country, with a point before the hundredths and no other sign."""
    bare = re.sub(r"[\s\u00a0\u202f'\u2019]", "", amount).replace("\u2212", "-")
    grouped = _THOUSANDS.fullmatch(bare)
    if grouped is None:
        return bare.replace(",", ".")
    whole = grouped[1] + re.sub(r"\D", "", grouped[2])
    return f"{whole}.{grouped[4]}" if grouped[4] else whole


def cost_of(label: str, amount: str, currency: str, *, field: str) -> Cost | None:
    """What somebody typed in a row of costs: «1 200,50», «1.200,50», "1,200.50". None for an empty row.

    :raises Refusal: with ``field`` when the amount is none, or nobody could know what it is for.
    """
    label = " ".join(label.split())
    plain = _plain(amount)
    if not label and not plain:
        return None
    if not _AMOUNT.fullmatch(plain):
        raise Refusal(_l("Write the amount as a number, for instance 1200 or 1200.50."), field=f"{field}_amount")
    if not label:
        raise Refusal(_l("Say what this amount is for."), field=f"{field}_label")
    if len(label) > LONGEST_LABEL:
        raise Refusal(_l("Say it in at most 200 characters."), field=f"{field}_label")
    if currency not in CURRENCIES:
        raise Refusal(_l("Choose a currency."), field=f"{field}_currency")
    whole, _point, part = plain.partition(".")
    hundredths = abs(int(whole)) * 100 + int(part.ljust(2, "0") or 0)
    return Cost(label, -hundredths if plain.startswith("-") else hundredths, currency)


def costs_of(kept: Iterable[Mapping[str, Any]]) -> list[Cost]:
    """From JSON."""
    return [Cost(str(row["label"]), int(row["hundredths"]), str(row["currency"])) for row in kept]


def sums(costs: Sequence[Cost]) -> dict[str, int]:
    """Hundredths by currency; amounts of different currencies are never added."""
    found: dict[str, int] = defaultdict(int)
    for cost in costs:
        found[cost.currency] += cost.hundredths
    return dict(found)


Picture = Mapping[str, Any]


@dataclass(frozen=True)
class Moved:
    """What is otherwise than a picture shows. Ids of delegates; signs of sessions; slugs of municipalities."""

    format: tuple[str, str] | None = None
    people_new: tuple[int, ...] = ()
    people_gone: tuple[int, ...] = ()
    people_changed: tuple[int, ...] = ()  # how they take part or stand
    addresses: tuple[int, ...] = ()  # whether and in which language they can be written to
    sessions_new: tuple[str, ...] = ()
    sessions_gone: tuple[str, ...] = ()
    sessions_held: tuple[str, ...] = ()  # another form, or cancelled or held after all
    sessions_hours: tuple[str, ...] = ()
    sessions_place: tuple[str, ...] = ()
    heads_new: tuple[str, ...] = ()
    heads_gone: tuple[str, ...] = ()
    heads_told: tuple[str, ...] = ()  # their letter of an earlier switch has gone, or was withdrawn
    issuer: bool = False  # another organisation issues the letters, from another register
    places: bool = False
    numbers: tuple[str, str] | None = None  # the next of the register; letters of others do not change this plan

    @property
    def anything(self) -> bool:
        """Whether the world moved in what the plan rests on."""
        return replace(self, numbers=None) != Moved()


# The parts of a session in a picture.
CODE, FORM, OFF, HOURS, PLACE = range(5)


def moved_since(before: Picture, now: Picture) -> Moved:
    """What moved between two pictures."""
    people_before, people_now = before.get("people", {}), now["people"]
    held_before, held_now = before.get("sessions", {}), now["sessions"]
    both = [key for key in people_now if key in people_before]
    same = [uid for uid in held_now if uid in held_before]

    def sessions(*parts: int) -> tuple[str, ...]:
        return tuple(
            held_now[uid][CODE]
            for uid in same
            if any(held_now[uid][part] != held_before[uid][part] for part in parts)
        )  # fmt: skip

    heads_before, heads_now = set(before.get("heads", ())), set(now["heads"])
    notices_before, notices_now = set(before.get("notices", now["notices"])), set(now["notices"])
    next_before, next_now = before.get("number", ""), now["number"]
    return Moved(
        format=(before["format"], now["format"]) if before.get("format") != now["format"] else None,
        people_new=tuple(int(key) for key in people_now if key not in people_before),
        people_gone=tuple(int(key) for key in people_before if key not in people_now),
        people_changed=tuple(int(key) for key in both if people_before[key][:2] != people_now[key][:2]),
        addresses=tuple(int(key) for key in both if people_before[key][2:] != people_now[key][2:]),
        sessions_new=tuple(held_now[uid][CODE] for uid in held_now if uid not in held_before),
        sessions_gone=tuple(held_before[uid][CODE] for uid in held_before if uid not in held_now),
        sessions_held=sessions(FORM, OFF),
        sessions_hours=sessions(HOURS),
        sessions_place=sessions(PLACE),
        heads_new=tuple(sorted(heads_now - heads_before)),
        heads_gone=tuple(sorted(heads_before - heads_now)),
        heads_told=tuple(sorted(notices_before ^ notices_now)),
        issuer=before.get("issuer", now["issuer"]) != now["issuer"],
        places=before.get("places") != now["places"],
        numbers=(next_before, next_now) if next_before and next_now and next_before != next_now else None,
    )
