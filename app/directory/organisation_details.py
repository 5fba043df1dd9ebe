"""What a form says of an organisation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from app.directory.details import Reader
from app.phones import is_phone


@dataclass(frozen=True)
class OrganisationDetails:
    """An organisation; an issuer of letters carries its letterhead."""

    slug: str
    name_ru: str
    name_de: str
    name_en: str
    addresses: dict[str, list[str]]
    email: str
    web: str
    phones: list[str]
    issues_letters: bool
    number_pattern: str
    signatory_office_ru: str
    signatory_office_de: str
    signatory_office_en: str
    signatory_name_ru: str
    signatory_name_de: str
    signatory_name_en: str
    executor_name_ru: str
    executor_name_de: str
    executor_name_en: str
    executor_phone: str


class _Reader(Reader):
    def lines(self, column: str, limit: int, most: int) -> list[str]:
        """The filled lines of a text, at most ``most`` of at most ``limit`` characters."""
        value = self.values.get(column) or ""
        lines = [line.strip() for line in value.splitlines() if line.strip()]
        if len(lines) > most:
            self.fault(column, _("At most %(most)s lines have room here.", most=most))
        elif any(len(line) > limit for line in lines):
            self.fault(column, _("A line is longer than %(limit)s characters.", limit=limit))
        elif re.search(r"[\x00-\x1f\x7f]", "".join(lines)):
            self.fault(column, _("This contains a line break or a control character."))
        return lines

    def phone(self, value: str, column: str) -> None:
        if value and not is_phone(value):
            self.fault(column, _("“%(value)s” is no telephone number.", value=value))


def organisation_details(values: Mapping[str, str | None], *, issues_letters: bool) -> OrganisationDetails:
    """Check an organisation.

    :raises Faults: with every fault.
    """
    read = _Reader(values)
    phones = read.lines("phones", 60, 4)
    for phone in phones:
        read.phone(phone, "phones")
    executor_phone = (values.get("executor_phone") or "").strip()
    read.phone(executor_phone, "executor_phone")
    pattern = read.text("number_pattern", 60) or "Исх-{n}"
    if pattern.count("{n}") != 1 or re.sub(r"\{(n|year)\}", "", pattern).count("{"):
        read.fault("number_pattern", _("The pattern must contain {n} once, and may contain {year}."))
    addresses = {code: read.lines(f"address_{code}", 120, 5) for code in ("ru", "de", "en")}
    details = OrganisationDetails(
        slug=read.slug("slug"),
        name_ru=read.text("name_ru", 300, needed=True),
        name_de=read.text("name_de", 300, needed=True),
        name_en=read.text("name_en", 300),
        addresses={code: lines for code, lines in addresses.items() if lines},
        email=read.email("email"),
        web=read.text("web", 254),
        phones=phones,
        issues_letters=issues_letters,
        number_pattern=pattern,
        signatory_office_ru=read.text("signatory_office_ru", 300),
        signatory_office_de=read.text("signatory_office_de", 300),
        signatory_office_en=read.text("signatory_office_en", 300),
        signatory_name_ru=read.text("signatory_name_ru", 200),
        signatory_name_de=read.text("signatory_name_de", 200),
        signatory_name_en=read.text("signatory_name_en", 200),
        executor_name_ru=read.text("executor_name_ru", 200),
        executor_name_de=read.text("executor_name_de", 200),
        executor_name_en=read.text("executor_name_en", 200),
        executor_phone=executor_phone,
    )
    read.end()
    return details
