"""Where letters depart from the standard and good usage: told before approval, never a refusal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.correspondence.models import Letter
from app.correspondence.operations.addressee import as_recipient
from invitations.letter import Letter as Written
from invitations.lint import Departure, addressee_departures, departures, heading_departures, opening_departures


def proofread(written: Written) -> tuple[Departure, ...]:
    """The departures of one letter, each once: in heading, salutation, text, closing phrase and titles of enclosures.

    A letter without heading departs from GOST R 7.0.97, 5.17, and DIN 5008.
    """
    first = written.body[0].text if written.body else ""
    parts = [block.text for block in written.body] + [block.label for block in written.body if block.label]
    parts += [written.closing, *(attachment.title for attachment in written.attachments)]
    found = [Departure("heading", "", "")] if not written.subject.strip() else []
    found += [*heading_departures(written.subject), *departures(written.subject, written.language)]
    found += opening_departures(written.salutation, first, written.language)
    found += [departure for part in parts for departure in departures(part, written.language)]
    return tuple(dict.fromkeys(found))


def proofread_addressee(kept: Mapping[str, Any]) -> tuple[Departure, ...]:
    """What is odd about the name and the office of an addressee, of what is kept with the letter."""
    return addressee_departures(as_recipient(kept))


@dataclass
class Remark:
    """A departure and the letters it stands in."""

    departure: Departure
    letters: list[Letter]


def summed(found: Iterable[tuple[Letter, Iterable[Departure]]]) -> list[Remark]:
    """The departures of many letters, those of most letters first."""
    remarks: dict[Departure, Remark] = {}
    for letter, each in found:
        for departure in each:
            remarks.setdefault(departure, Remark(departure, [])).letters.append(letter)
    return sorted(remarks.values(), key=lambda remark: -len(remark.letters))
