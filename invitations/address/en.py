"""English: ``Mr Dmitry Denisov / Mayor of Kaluga``, ``Dear Mr Denisov,``."""

from __future__ import annotations

import re
from typing import Final

from invitations.recipient import Gender, Recipient

_BY_OFFICE: Final = (
    ("Lord Mayor", "Dear Lord Mayor,"),
    ("Lord Provost", "Dear Lord Provost,"),
    ("Governing Mayor", "Dear Governing Mayor,"),
    ("Governor", "Dear Governor,"),
    ("Prime Minister", "Dear Prime Minister,"),
    ("Minister-President", "Dear Minister-President,"),
    ("Minister", "Dear Minister,"),
    ("Senator", "Dear Senator,"),
)
_EXCELLENCY: Final = re.compile(
    r"(Ambassador\b(?!-at-large)|High Commissioner\b|Apostolic Nuncio\b|Ambassador Extraordinary\b"
    r"|(Federal )?President of (the |)(.* )?(Republic|Federation|United States)\b)"
)
# Republics within the Russian Federation have presidents who are not addressed as heads of state.
_SUBJECT: Final = ("Tatarstan", "Bashkortostan", "Karelia", "Chuvashia", "Sakha", "Komi")


def _degrees(degree: str) -> str:
    return re.sub(r"\bDr\.(?=\s|$)", "Dr", degree.strip())


def _spoken(degree: str) -> str:
    if re.search(r"\bProf", degree):
        return "Professor"
    return "Dr" if re.search(r"\bDr\b", degree) else ""


def _excellency(office: str) -> bool:
    return bool(_EXCELLENCY.match(office)) and not any(name in office for name in _SUBJECT)


def _full_name(recipient: Recipient) -> str:
    return " ".join(part for part in (recipient.first, recipient.last) if part)


def named(person: Recipient) -> str:
    """``Mr Dmitry Denisov``, ``Prof. Michael Losavio``."""
    degree = _degrees(person.degree)
    spoken = degree if _spoken(degree) else ""
    title = spoken or {Gender.MALE: "Mr", Gender.FEMALE: "Ms"}.get(person.gender, "")
    return " ".join(part for part in (title, _full_name(person)) if part)


def address_lines(recipient: Recipient) -> tuple[str, ...]:
    """Name with ``Mr``/``Ms`` or the degree, then the office."""
    office = recipient.office.strip()
    organisation = recipient.organisation.strip()
    if recipient.gender is Gender.GROUP or recipient.is_organisation:
        return tuple(line for line in (office, organisation) if line)
    lines = [named(recipient), office, organisation]
    if _excellency(office) and recipient.gender is not Gender.UNKNOWN:
        lines.insert(0, "His Excellency" if recipient.gender is Gender.MALE else "Her Excellency")
    return tuple(line for line in lines if line)


def _group(office: str) -> str:
    if not office:
        return "Dear Sir or Madam,"
    head = re.split(r"\s+(?:of|in|from|for)\b|,", office, maxsplit=1)[0]
    if re.fullmatch(r"(Lord Mayors|Mayors|Governors|Ministers|Ambassadors|Colleagues|Friends)", head):
        return f"Dear {head},"
    return "Dear Colleagues,"


def salutation(recipient: Recipient) -> str:
    """By office for governors, ministers and lord mayors, ``Your Excellency,`` for ambassadors, else by name."""
    office = recipient.office.strip()
    if recipient.gender is Gender.GROUP or not (recipient.last or recipient.first):
        return _group(office)
    if _excellency(office):
        return "Your Excellency,"
    for head, form in _BY_OFFICE:
        if re.match(rf"{head}\b(?!-)", office):
            return form
    spoken = _spoken(_degrees(recipient.degree))
    if spoken:
        return f"Dear {spoken} {recipient.last},"
    title = {Gender.MALE: "Mr", Gender.FEMALE: "Ms"}.get(recipient.gender)
    return f"Dear {title} {recipient.last}," if title else f"Dear {_full_name(recipient)},"
