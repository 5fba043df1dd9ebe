"""The delegations of the demo's conferences: one of each municipality whose head, or one who speaks for it, came."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import datetime
from pathlib import Path

from app.conferences.models import Conference
from app.delegations.operations import open_delegation
from app.delegations.rules import DelegateRole
from app.directory.queries import all_by_slug
from app.history.rules import COMMAND

_LANGUAGES = {"DE": "de", "AT": "de", "CH": "de", "RU": "ru"}


def open_delegations(conference: Conference, *, people: Path, at: datetime) -> int:
    """Open them before their people are read in, who then belong to them; returns how many.

    Nobody is mailed: the file knows no contact of a delegation.
    """
    towns: Counter[str] = Counter()
    led: set[str] = set()
    with people.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            towns[row["city_slug"]] += 1
            if DelegateRole.HEAD.value in row["role"].split(";"):
                led.add(row["city_slug"])
    known = all_by_slug()
    found = [known[slug] for slug in sorted(led) if slug in known]
    for town in found:
        open_delegation(
            conference=conference, municipality=town, expected=towns[town.slug],
            language=_LANGUAGES.get(town.country, "en"), actor=COMMAND, at=at,
        )  # fmt: skip
    return len(found)
