"""What a row of a file or a form says of a municipality, a head, a tie: checked by one set of rules.

Each ``…_details(values)`` takes the texts by the names of the columns of the files and gives back a frozen
record, or raises :class:`Faults` with every fault found, each with its column.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TypeVar
from zoneinfo import available_timezones

from babel import Locale
from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from app.directory.rules import SLUG, Gender, MunicipalityKind, PartnershipKind, years_of
from app.errors import Message

Kind = TypeVar("Kind", bound=StrEnum)

FIRST_YEAR, LAST_YEAR = 800, 2100
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_LINE = re.compile(r"[\t\n\r]")
_FORMULA = re.compile(r"[=@]|[+\-][^\n]*[(!|]")
_PHONE = re.compile(r"\+[\d\s()/.,;\u00a0–-]+")  # «+7 (495) 555-01-16» has a bracket and is no formula
_NUMBER = re.compile(r"-?\d{1,3}(\.\d{1,12})?")
_NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}


@dataclass(frozen=True)
class Fault:
    """What is wrong in one column."""

    column: str
    message: Message


class Faults(Exception):
    """Everything that is wrong in one row or form."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(f"{fault.column}: {fault.message}" for fault in faults))
        self.faults = faults


@cache
def country_codes() -> frozenset[str]:
    """The codes of ISO 3166-1 alpha-2 (and XK)."""
    codes = {str(code) for code in Locale.parse("en").territories}
    return frozenset(code for code in codes if re.fullmatch("[A-Z]{2}", code)) - _NO_COUNTRIES


@cache
def time_zones() -> frozenset[str]:
    """The names of the IANA time zones that belong to a place."""
    return frozenset(
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/"))
    )


class Reader:
    """Takes texts out of a row and keeps what is wrong with them."""

    def __init__(self, values: Mapping[str, str | None]) -> None:
        self.values = values
        self.faults: list[Fault] = []

    def fault(self, column: str, message: Message) -> None:
        """Say that a column is at fault."""
        self.faults.append(Fault(column, message))

    def end(self) -> None:
        """Raise what was found."""
        if self.faults:
            raise Faults(tuple(self.faults))

    def text(self, column: str, limit: int, *, needed: bool = False, lines: bool = False) -> str:
        """A text of at most ``limit`` characters, of one line unless ``lines``."""
        value = (self.values.get(column) or "").strip()
        if not value and needed:
            self.fault(column, _("This must not be empty."))
        elif len(value) > limit:
            self.fault(column, _("This is longer than %(limit)s characters.", limit=limit))
        elif _FORMULA.match(value) and not _PHONE.fullmatch(value):
            self.fault(column, _("This begins like a formula of a spreadsheet. Please write the text itself."))
        elif _CONTROL.search(value) or (not lines and _LINE.search(value)):
            self.fault(column, _("This contains a line break or a control character."))
        else:
            return value
        return ""

    def slug(self, column: str) -> str:
        """A short name for addresses: small Latin letters, digits, hyphens."""
        value = self.text(column, 80, needed=True)
        if value and not SLUG.fullmatch(value):
            self.fault(column, _("Only small Latin letters, digits and hyphens are allowed, as in “bad-homburg”."))
            return ""
        return value

    def choice(self, column: str, kind: type[Kind]) -> Kind | None:
        """One of the values of ``kind``, or None when nothing is given."""
        value = self.text(column, 40)
        try:
            return kind(value.lower()) if value else None
        except ValueError:
            known = ", ".join(member.value for member in kind)
            self.fault(column, _("“%(value)s” is not known here. Known are: %(known)s.", value=value, known=known))
            return None

    def needed_choice(self, column: str, kind: type[Kind], default: Kind) -> Kind:
        """As :meth:`choice`; nothing given is a fault. ``default`` stands in for the value at fault."""
        before = len(self.faults)
        found = self.choice(column, kind)
        if found is None and len(self.faults) == before:
            self.fault(column, _("This must not be empty."))
        return found or default

    def decimal(self, column: str, limit: int) -> float | None:
        """A number from ``-limit`` to ``limit`` with a decimal point, or None."""
        value = self.text(column, 40)
        if not value:
            return None
        if not _NUMBER.fullmatch(value) or abs(float(value)) > limit:
            self.fault(
                column,
                _("“%(value)s” is no number from %(low)s to %(high)s. The decimal sign is a point.",
                  value=value, low=-limit, high=limit))  # fmt: skip
            return None
        return float(value)

    def whole(self, column: str, low: int, high: int) -> int | None:
        """A whole number from ``low`` to ``high``, or None."""
        value = self.text(column, 40)
        if not value:
            return None
        if not re.fullmatch("[0-9]{1,10}", value) or not low <= int(value) <= high:
            self.fault(column, _("“%(value)s” is no whole number from %(low)s to %(high)s.",
                                 value=value, low=low, high=high))  # fmt: skip
            return None
        return int(value)

    def email(self, column: str) -> str:
        """An e-mail address, as it was written; or nothing."""
        value = self.text(column, 254)
        try:
            if value:
                validate_email(value, check_deliverability=False)
        except EmailNotValidError:
            self.fault(column, _("“%(value)s” is no e-mail address.", value=value))
            return ""
        return value

    def emails(self, column: str) -> str:
        """At most five e-mail addresses, joined by commas; or nothing."""
        found = dict.fromkeys(part.strip() for part in re.split("[,;]", self.text(column, 600)) if part.strip())
        if len(found) > 5:
            self.fault(column, _("At most five addresses may stand here."))
            return ""
        for value in found:
            try:
                validate_email(value, check_deliverability=False)
            except EmailNotValidError:
                self.fault(column, _("“%(value)s” is no e-mail address.", value=value))
                return ""
        return ", ".join(found)

    def postal_lines(self, column: str) -> str:
        """At most five lines of a postal address; in a table a bar may stand for the end of a line."""
        value = self.text(column, 400, lines=True)
        found = [line for part in re.split(r"[\n|]", value) if (line := " ".join(part.split()))]
        if len(found) > 5:
            self.fault(column, _("A postal address has at most five lines."))
            return ""
        return "\n".join(found)

    def years(self, column: str) -> str:
        """Years joined by semicolons, put in order; or nothing."""
        value = self.text(column, 120).replace(" ", "").strip(";")
        if not value:
            return ""
        if not re.fullmatch(r"[0-9]{4}(;[0-9]{4})*", value) or not all(
            FIRST_YEAR <= year <= LAST_YEAR for year in years_of(value)
        ):
            self.fault(column, _("“%(value)s” are no years joined by semicolons, as in “2019;2021”.", value=value))
            return ""
        return ";".join(str(year) for year in sorted(set(years_of(value))))

    def country(self, column: str) -> str:
        """A country code."""
        value = self.text(column, 40, needed=True)
        if value and value not in country_codes():
            self.fault(column, _("“%(value)s” is no country code of two capital letters, as “DE”.", value=value))
            return ""
        return value

    def region(self, column: str, country: str) -> str:
        """A region code of ``country`` (ISO 3166-2), or nothing."""
        value = self.text(column, 40)
        if value and not re.fullmatch(f"{country or '[A-Z]{2}'}-[A-Z0-9]{{1,3}}", value):
            self.fault(column, _("“%(value)s” is no region code of the country, as “RU-KDA” or “DE-BW”.", value=value))
            return ""
        return value

    def time_zone(self, column: str, *, needed: bool = False) -> str:
        """The name of a time zone, or nothing."""
        value = self.text(column, 60, needed=needed)
        if value and value not in time_zones():
            self.fault(column, _("“%(value)s” is no time zone, as “Europe/Moscow” is one.", value=value))
            return ""
        return value


@dataclass(frozen=True)
class MunicipalityDetails:
    """A municipality as its columns tell it."""

    slug: str
    name_ru: str
    name_de: str
    name_en: str
    country: str
    region_ru: str
    region_de: str
    iso3166_2: str
    lat: float | None
    lon: float | None
    population: int | None
    timezone: str
    kind: MunicipalityKind
    geonameid: str = ""
    coord_source: str = ""
    note: str = ""
    postal_address: str = ""


@dataclass(frozen=True)
class HeadDetails:
    """A head as the columns tell it, without the municipality."""

    office_ru: str
    office_de: str
    office_en: str
    last: str
    first: str
    patronymic: str
    academic_title: str
    gender: Gender | None
    email: str
    last_de: str
    first_de: str
    patronymic_de: str
    last_ru: str
    first_ru: str
    last_icao: str
    first_icao: str
    as_of: str
    confidence: str
    source: str
    copy_to: str = ""


@dataclass(frozen=True)
class PartnershipDetails:
    """A tie as its columns tell it, without the two municipalities. Year 0: not known."""

    kind: PartnershipKind
    since_year: int
    group: str
    confidence: str
    source: str
    note: str


def municipality_details(values: Mapping[str, str | None]) -> MunicipalityDetails:
    """Check a municipality.

    :raises Faults: with every fault.
    """
    read = Reader(values)
    country = read.country("country")
    details = MunicipalityDetails(
        slug=read.slug("slug"),
        name_ru=read.text("name_ru", 200, needed=True),
        name_de=read.text("name_de", 200, needed=True),
        name_en=read.text("name_en", 200),
        country=country,
        region_ru=read.text("region_ru", 200),
        region_de=read.text("region_de", 200),
        iso3166_2=read.region("iso3166_2", country),
        lat=read.decimal("lat", 90),
        lon=read.decimal("lon", 180),
        population=read.whole("population", 0, 100_000_000),
        timezone=read.time_zone("timezone"),
        kind=read.needed_choice("kind", MunicipalityKind, MunicipalityKind.CITY),
        geonameid=read.text("geonameid", 20),
        coord_source=read.text("coord_source", 60),
        note=read.text("note", 2000, lines=True),
        postal_address=read.postal_lines("postal_address"),
    )
    if (details.lat is None) != (details.lon is None) and not read.faults:
        empty = "lat" if details.lat is None else "lon"
        read.fault(empty, _("Latitude and longitude are given together or not at all."))
    read.end()
    return details


def head_details(values: Mapping[str, str | None]) -> HeadDetails:
    """Check a head. Office, gender and years may be missing (a letter will ask for them).

    :raises Faults: with every fault.
    """
    read = Reader(values)
    details = HeadDetails(
        office_ru=read.text("office_ru", 400),
        office_de=read.text("office_de", 400),
        office_en=read.text("office_en", 400),
        last=read.text("last", 120, needed=True),
        first=read.text("first", 120),
        patronymic=read.text("patronymic", 120),
        academic_title=read.text("academic_title", 120),
        gender=read.choice("gender", Gender),
        email=read.email("email"),
        last_de=read.text("last_de", 120),
        first_de=read.text("first_de", 120),
        patronymic_de=read.text("patronymic_de", 120),
        last_ru=read.text("last_ru", 120),
        first_ru=read.text("first_ru", 120),
        last_icao=read.text("last_icao", 120),
        first_icao=read.text("first_icao", 120),
        as_of=read.years("as_of"),
        confidence=read.text("confidence", 20),
        source=read.text("source", 2000, lines=True),
        copy_to=read.emails("copy_to"),
    )
    read.end()
    return details


def partnership_details(values: Mapping[str, str | None]) -> PartnershipDetails:
    """Check a tie.

    :raises Faults: with every fault.
    """
    read = Reader(values)
    details = PartnershipDetails(
        kind=read.needed_choice("kind", PartnershipKind, PartnershipKind.PARTNERSHIP),
        since_year=read.whole("since_year", FIRST_YEAR, LAST_YEAR) or 0,
        group=read.text("group", 60),
        confidence=read.text("confidence", 20),
        source=read.text("source", 2000, lines=True),
        note=read.text("note", 2000, lines=True),
    )
    read.end()
    return details


def what_a_letter_lacks(details: HeadDetails) -> list[Fault]:
    """What must be known of a head before a letter can be written."""
    lacks: list[Fault] = []
    if not (details.office_ru or details.office_de or details.office_en):
        lacks.append(Fault("office_ru", _("Without an office no letter can be written to this head.")))
    if details.gender is None:
        lacks.append(Fault("gender", _("Without m or f no form of address can be written for this head.")))
    return lacks
