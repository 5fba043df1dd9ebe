"""What the list of delegates may be asked: filters, order, columns. No database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

NEEDED = ("last_latin", "languages", "email", "arrival", "departure")  # as ``rules.missing_in`` has it

# What may be missing of a person; ``any`` is any of what is needed.
MISSING = ("any", *NEEDED, "city", "phone")

SORTS = ("name", "city", "role", "accreditation", "arrival", "departure", "registered", "number")

COLUMNS = (
    "latin", "city", "role", "organisation", "position", "delegation", "attendance", "accreditation", "arrival",
    "arrival_mode", "arrival_number", "departure", "departure_number", "email", "phone", "languages", "hotel", "visa",
    "missing", "registered", "number",
)  # fmt: skip
USUAL_COLUMNS = ("latin", "city", "role", "attendance", "accreditation", "number")


@dataclass(frozen=True)
class Question:
    """Which delegates are meant. Empty fields narrow nothing; codes nobody knows find nobody or are passed over."""

    q: str = ""
    country: str = ""
    region: str = ""
    role: str = ""
    delegation: str = ""
    accreditation: str = ""
    attendance: str = ""
    arrival: str = ""  # an ISO day, or ``none``
    came: str = ""  # ``arrived``, or ``expected`` on site and not arrived yet
    missing: str = ""
    visa: str = ""
    hotel: str = ""
    answer: str = ""  # ``name=value``: the short name of a question and a key, yes or no, ``*`` any answer, ``-`` none
    sort: str = ""  # one of SORTS, with ``-`` before it from the end

    @property
    def narrows(self) -> bool:
        """Whether anybody is left out."""
        return any(getattr(self, field.name) for field in fields(self) if field.name != "sort")

    def as_query(self) -> dict[str, str]:
        """The arguments of an address that asks the same."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}

    def with_sort(self, sort: str) -> Question:
        """The same people in another order."""
        return replace(self, sort=sort)

    @property
    def order(self) -> tuple[str, bool]:
        """By what, and whether from the end."""
        name = self.sort.removeprefix("-")
        return (name, self.sort.startswith("-")) if name in SORTS else ("name", False)


def question_of(arguments: Mapping[str, Any]) -> Question:
    """The question an address, or something kept, asks; cut to sensible lengths."""
    given = {field.name: str(arguments.get(field.name) or "").strip()[:200] for field in fields(Question)}
    return Question(**given)


def columns_of(chosen: Sequence[str]) -> tuple[str, ...]:
    """The columns to show, in their usual order."""
    wanted = set(chosen) & set(COLUMNS)
    return tuple(name for name in COLUMNS if name in wanted) if wanted else USUAL_COLUMNS


def day_of(text: str) -> date | None:
    """An ISO day; None when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
