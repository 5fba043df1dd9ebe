"""What a form says of a conference, a venue, a room: checked by one set of rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _

from app.conferences.rules import LONGEST, MOST_EDITIONS, Access, edition_number
from app.conferences.spots import Spot, read_spot
from app.directory.details import Reader
from app.phones import is_phone
from invitations.dates import roman

LOWEST_FLOOR, HIGHEST_FLOOR = -3, 40


class ConferenceReader(Reader):
    """Reads what conferences have besides what the directory has."""

    def edition(self, column: str) -> int:
        """The number of an edition, «16» or «XVI»; 1 stands in for one at fault."""
        value = self.text(column, 20, needed=True)
        found = edition_number(value)
        if value and found is None:
            self.fault(column, _("“%(value)s” is no number of an edition from 1 to %(most)s, as “16” or “XVI”.",
                                 value=value, most=MOST_EDITIONS))  # fmt: skip
        return found or 1

    def day(self, column: str, *, needed: bool = False) -> date | None:
        """A day, or None."""
        value = self.text(column, 20, needed=needed)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self.fault(column, _("“%(value)s” is no day.", value=value))
            return None

    def floor(self, column: str) -> int | None:
        """A floor, counted from that at the level of the street, which is 0; None when it is not known."""
        value = self.text(column, 3)
        if value in {str(floor) for floor in range(LOWEST_FLOOR, HIGHEST_FLOOR + 1)}:
            return int(value)
        if value:
            self.fault(column, _("“%(value)s” is no floor.", value=value))
        return None

    def phone(self, column: str) -> str:
        """A telephone number, or nothing."""
        value = self.text(column, 60)
        if value and not is_phone(value):
            self.fault(column, _("“%(value)s” is no telephone number.", value=value))
            return ""
        return value


@dataclass(frozen=True)
class ConferenceDetails:
    """An edition. ``host``, ``issuer`` and ``organisers`` are slugs; places and registration have their own deed."""

    slug: str
    edition: int
    title_ru: str
    title_de: str
    title_en: str
    theme_ru: str
    theme_de: str
    theme_en: str
    host: str
    starts_on: date
    ends_on: date
    timezone: str
    organisers: tuple[str, ...]
    issuer: str
    reply_until: date | None
    change_until: date | None
    contact_email: str
    contact_phone: str


@dataclass(frozen=True)
class PlaceNames:
    """The names of a venue or a room; ``name`` is how files name it."""

    name: str
    name_ru: str
    name_de: str
    name_en: str


def conference_details(values: Mapping[str, str | None], *, organisers: tuple[str, ...] = ()) -> ConferenceDetails:
    """Check a conference. Without ``slug`` it is made of edition, host and year: ``xvi-kaluga-2021``.

    :raises Faults: with every fault.
    """
    read = ConferenceReader(values)
    edition = read.edition("edition")
    host = read.slug("host")
    starts_on = read.day("starts_on", needed=True)
    ends_on = read.day("ends_on", needed=True)
    reply_until = read.day("reply_until")
    change_until = read.day("change_until")
    if starts_on and ends_on and not timedelta(0) <= ends_on - starts_on <= LONGEST:
        read.fault("ends_on", _("The last day must not lie before the first, nor more than a month after it."))
    elif ends_on and reply_until and reply_until > ends_on:
        read.fault("reply_until", _("This day lies after the conference."))
    elif ends_on and change_until and change_until > ends_on:
        read.fault("change_until", _("This day lies after the conference."))
    if (values.get("slug") or "").strip():
        slug = read.slug("slug")
    else:
        slug = f"{roman(edition).lower()}-{host}-{starts_on.year if starts_on else 0}"[:80]
    details = ConferenceDetails(
        slug=slug,
        edition=edition,
        title_ru=read.text("title_ru", 300, needed=True),
        title_de=read.text("title_de", 300, needed=True),
        title_en=read.text("title_en", 300),
        theme_ru=read.text("theme_ru", 400),
        theme_de=read.text("theme_de", 400),
        theme_en=read.text("theme_en", 400),
        host=host,
        starts_on=starts_on or date.min,
        ends_on=ends_on or date.min,
        timezone=read.time_zone("timezone", needed=True),
        organisers=organisers,
        issuer=read.text("issuer", 80),
        reply_until=reply_until,
        change_until=change_until,
        contact_email=read.email("contact_email"),
        contact_phone=read.phone("contact_phone"),
    )
    read.end()
    return details


def place_names(values: Mapping[str, str | None], limit: int) -> PlaceNames:
    """Check the names of a venue or room; Russian and German are needed.

    :raises Faults: with every fault.
    """
    read = Reader(values)
    ru = read.text("name_ru", limit // 2, needed=True)
    de = read.text("name_de", limit // 2, needed=True)
    names = PlaceNames(name=" / ".join(dict.fromkeys((ru, de)))[:limit], name_ru=ru, name_de=de,
                       name_en=read.text("name_en", limit))  # fmt: skip
    read.end()
    return names


@dataclass(frozen=True)
class VenueFacts:
    """What is known of a house besides its names."""

    address: str
    spot: Spot | None


@dataclass(frozen=True)
class RoomFacts:
    """What is known of a room besides its names; None: it is not."""

    capacity: int | None
    floor: int | None
    access: Access | None


def venue_facts(values: Mapping[str, str | None]) -> VenueFacts:
    """Check the address of a venue and where it stands.

    :raises Faults: when the address is too long or the place is none.
    """
    read = Reader(values)
    address = read.text("address", 500, lines=True)
    written = read.text("spot", 100)
    spot = read_spot(written)
    if written and spot is None:
        read.fault("spot", _("“%(value)s” are no coordinates. Please write latitude and longitude in degrees, as "
                             "“45.0271, 38.9710”.", value=written))  # fmt: skip
    read.end()
    return VenueFacts(address, spot)


def room_facts(values: Mapping[str, str | None]) -> RoomFacts:
    """Check how many people a room holds, on which floor it is and who reaches it.

    :raises Faults: when a number is none.
    """
    read = ConferenceReader(values)
    facts = RoomFacts(read.whole("capacity", 0, 200_000), read.floor("floor"), read.choice("access", Access))
    read.end()
    return facts


@dataclass(frozen=True)
class PlanTexts:
    """What stands below a plan, and what it shows to those who do not see it."""

    caption_ru: str
    caption_de: str
    caption_en: str
    alt_ru: str
    alt_de: str
    alt_en: str


def plan_texts(values: Mapping[str, str | None]) -> PlanTexts:
    """Check the texts of a plan; the captions in Russian and German are needed.

    :raises Faults: with every fault.
    """
    read = Reader(values)
    texts = PlanTexts(
        read.text("caption_ru", 200, needed=True), read.text("caption_de", 200, needed=True),
        read.text("caption_en", 200), read.text("alt_ru", 500), read.text("alt_de", 500), read.text("alt_en", 500),
    )  # fmt: skip
    read.end()
    return texts
