"""Where each form comes from: one table for the organiser to look over before the first letter goes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from invitations.address import address_lines, key_of, names, salutation, surnames
from invitations.address.names import CASES, inflect_name, inflect_patronymic
from invitations.address.surnames import inflect_surname
from invitations.address.titles import UnknownOffice, inflect_title
from invitations.overrides import Overrides, decided
from invitations.recipient import Gender, Recipient


class Source(StrEnum):
    """What a form was made by."""

    OVERRIDE = "override"  # the organiser has decided it
    LIST = "list"  # a closed list knows this word
    RULE = "rule"  # the rule of its class of endings
    UNCHANGED = "unchanged"  # its class does not decline
    UNKNOWN = "unknown"  # no form: the organiser is asked


@dataclass(frozen=True)
class Form:
    """One form. ``kind``, ``key`` and ``case`` are what an override of it is kept by."""

    kind: str
    key: str
    case: str
    form: str
    source: Source


_LISTS: Final = {"last": surnames.LISTED, "first": names.LISTED, "patronymic": names.LISTED}


def _source(kind: str, nominative: str, form: str) -> Source:
    words = nominative.lower().replace("-", " ").split()
    if any(word in _LISTS[kind] for word in words):
        return Source.LIST
    return Source.UNCHANGED if form == nominative else Source.RULE


def _part(kind: str, part: str, whole: tuple[str, str, str], gender: Gender, case: str) -> str:
    last, first, patronymic = whole
    eastern = not patronymic and names.is_eastern(last, first)
    if kind == "last":
        return part if eastern else inflect_surname(part, gender, case, names.is_foreign(first, patronymic))
    if kind == "patronymic":
        return inflect_patronymic(part, gender, case)
    return inflect_name("", part, patronymic, gender, case).removesuffix(
        f" {inflect_patronymic(patronymic, gender, case)}" if patronymic else ""
    )


def explain_name(
    last: str, first: str, patronymic: str, gender: Gender, overrides: Overrides | None = None
) -> tuple[Form, ...]:
    """The whole name and each of its parts in the three cases; a name of unknown gender has no forms."""
    found: list[Form] = []
    nominative = " ".join(part for part in (last, first, patronymic) if part)
    known = gender in (Gender.MALE, Gender.FEMALE)
    for case in CASES:
        whole = inflect_name(last, first, patronymic, gender, case, overrides=overrides) if known else ""
        parts: list[Form] = []
        for kind, part in (("last", last), ("first", first), ("patronymic", patronymic)):
            if not part or not known:
                continue
            fixed = decided(overrides, kind, part, case)
            form = fixed or _part(kind, part, (last, first, patronymic), gender, case)
            parts.append(Form(kind, part, case, form, Source.OVERRIDE if fixed else _source(kind, part, form)))
        if decided(overrides, "name", nominative, case) is not None:
            source = Source.OVERRIDE
        else:
            sources = [part.source for part in parts]
            source = next((s for s in Source if s in sources), Source.UNKNOWN)
        found += [Form("name", nominative, case, whole, source), *parts]
    return tuple(found)


def explain_title(title: str, gender: Gender | None = None, overrides: Overrides | None = None) -> tuple[Form, ...]:
    """A Russian office in the three cases, by the list of head words; an unknown one leaves the form empty."""
    found = []
    for case in CASES:
        fixed = decided(overrides, "title", title, case)
        try:
            form = inflect_title(title, case, gender, overrides=overrides)
            source = Source.OVERRIDE if fixed else Source.UNCHANGED if form == title else Source.LIST
        except UnknownOffice:
            form, source = "", Source.UNKNOWN
        found.append(Form("title", title, case, form, source))
    return tuple(found)


def explain_recipient(recipient: Recipient, overrides: Overrides | None = None) -> tuple[Form, ...]:
    """Everything a letter to this addressee is made of: Russian cases of name and office, address, salutation."""
    found: list[Form] = []
    if recipient.language == "ru":
        if recipient.last or recipient.first:
            found += explain_name(recipient.last, recipient.first, recipient.patronymic, recipient.gender, overrides)
        if recipient.office:
            found += explain_title(recipient.office, recipient.gender, overrides)
    key = key_of(recipient)
    for kind in ("address", "salutation"):
        fixed = decided(overrides, kind, key)
        try:
            lines = address_lines(recipient, overrides) if kind == "address" else (salutation(recipient, overrides),)
            form, source = "\n".join(lines), Source.OVERRIDE if fixed else Source.RULE
        except UnknownOffice:
            form, source = "", Source.UNKNOWN
        found.append(Form(kind, key, "", form, source))
    return tuple(found)
