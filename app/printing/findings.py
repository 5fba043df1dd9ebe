"""What a person should look at before printing or handing out, put in order: rare things first, people by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Delegate
from app.delegations.rules import shown
from app.i18n import language

SOME = 5000  # values in one question


@dataclass(frozen=True)
class About:
    """Somebody a finding speaks of."""

    delegate_id: int
    public_id: str
    name: str


@dataclass(frozen=True)
class Finding:
    """One sentence, and of whom it is true; of nobody in particular: of all."""

    sentence: str
    people: tuple[About, ...] = ()


def findings_of(conference: Conference, warnings: Iterable[str]) -> list[Finding]:
    """The warnings of a run or a check ("D00017: the photograph is coarse …") by what they say.

    What is true of all comes first, then what is true of few people before what is true of many: what somebody has to
    look at is not buried under what everybody lacks.
    """
    said = list(dict.fromkeys(warnings))
    known = _people(conference, {warning.partition(": ")[0] for warning in said})
    general: list[Finding] = []
    by_sentence: dict[str, list[About]] = {}
    for warning in said:
        number, _colon, rest = warning.partition(": ")
        person = known.get(number)
        if person is None or not rest:
            general.append(Finding(warning))
        else:
            by_sentence.setdefault(rest[:1].upper() + rest[1:], []).append(person)
    grouped = [Finding(sentence, tuple(people)) for sentence, people in by_sentence.items()]
    return [*general, *sorted(grouped, key=lambda finding: len(finding.people))]


def _people(conference: Conference, numbers: set[str]) -> dict[str, About]:
    wanted, found = sorted(numbers), {}
    for start in range(0, len(wanted), SOME):
        some = Delegate.public_id.in_(wanted[start : start + SOME])
        rows = db.session.execute(select(*ABOUT).where(Delegate.conference_id == conference.id, some))
        for row in rows:
            found[row.public_id] = about(row)
    return found


ABOUT = (Delegate.id, Delegate.public_id, Delegate.badge_ru, Delegate.badge_de, Delegate.last, Delegate.first)


def about(row: Any) -> About:
    """From a row with the columns of :data:`ABOUT`."""
    names = (row.badge_ru, row.badge_de) if language() == "ru" else (row.badge_de, row.badge_ru)
    name = next((name for name in names if name), f"{row.first} {row.last}".strip())
    return About(row.id, row.public_id, shown(name))
