"""A frozen programme as papers read it: sessions by day, people, houses, in one language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from app.conferences.rules import ConferenceFormat
from app.conferences.taking_part import has_hall, has_screen
from app.delegations.rules.offices import office_in
from app.i18n import date_range, listing, number, weekday_date
from app.programme.rules import PersonRole
from app.programme.rules.anchors import anchor
from app.programme.rules.changes import named, part_words, where
from app.programme.rules.persons import name_for
from app.programme.rules.words import AUDIENCES, FORMATS, LANGUAGES, role_heading
from invitations.dates import NBSP
from invitations.typography import bound

Item = Mapping[str, Any]
LONGEST: Final = 500  # letters of a piece of a description that is never divided between two pages
_CYRILLIC: Final = re.compile(r"[А-Яа-яЁё]")
_NUMBERED: Final = re.compile(r"(?<=[^\W\d_]) (?=\d{1,3}(?!\d))")  # «часть 1», "Saal 7", "1–4"
_SPAN: Final = re.compile(r"(?<=\d)–(?=\d)")
WORD_JOINER: Final = "\u2060"


@dataclass(frozen=True)
class Entry:
    """One session in one language. ``facts`` are lines under the title; ``people`` (role, [(name, office)])."""

    code: str
    anchor: str
    hours: str
    starts: datetime | None
    ends: datetime | None
    title: str
    title_language: str
    place: str
    facts: list[str]
    people: list[tuple[str, list[tuple[str, str]]]]
    parties: str
    agreements: list[tuple[str, str]]
    paragraphs: list[str]
    parallel: bool
    kind: str

    @property
    def length(self) -> int:
        """About how many letters it has."""
        texts = [self.title, self.place, *self.facts, self.parties, *self.paragraphs]
        texts += [f"{name}{office}" for _role, people in self.people for name, office in people]
        return sum(map(len, texts)) + sum(len(title) for title, _parties in self.agreements)


@dataclass
class PaperDay:
    """A day of a paper in one language; ``day`` None: not settled yet."""

    day: date | None
    title: str
    anchor: str
    entries: list[Entry] = field(default_factory=list)


def tied(text: str, language: str) -> str:
    """The text with what belongs together kept on one line: short words, dates, a word and its number, spans."""
    return _SPAN.sub(f"{WORD_JOINER}–{WORD_JOINER}", _NUMBERED.sub(NBSP, bound(text, language)))


def by_language(source: Mapping[str, Any], name: str, language: str) -> str:
    """``<name>_<language>`` of a part of the content; else in a language there is."""
    found = (source.get(f"{name}_{code}") for code in (language, "en", "de", "ru"))
    return next((str(value) for value in found if value), "")


def title_of(item: Item, language: str) -> tuple[str, str]:
    """The title and the language it is in."""
    for code in dict.fromkeys((language, "de" if language != "ru" else "ru", "en", "de", "ru")):
        if item.get(f"title_{code}"):
            return tied(str(item[f"title_{code}"]), code), code
    return str(item["id"]), language


def name_of(person: Mapping[str, Any], language: str) -> str:
    """The person's name in the script of the language."""
    return name_for(str(person["name"]), language, str(person.get("name_latin") or ""))


def office_of(person: Mapping[str, Any], language: str) -> str:
    """What the person is, in that language; never in another script."""
    found = office_in(person, language)
    return tied(found, language) if found else ""


def parties_of(item: Item, language: str) -> list[str]:
    """The municipalities whose sides belong to the session."""
    return [name for names in item.get("party_names") or [] if (name := named(names, language))]


def _parties(item: Item, language: str, title: str) -> str:
    """The sides, where the title does not name them already."""
    towns = parties_of(item, language)
    said = title.replace(NBSP, " ").replace(WORD_JOINER, "")
    return "" if len(towns) == 2 and all(town in said for town in towns) else " – ".join(towns)


def _party(name: str, item: Item, language: str) -> str:
    """A side of an agreement in the language, when it is one of the municipalities of the session."""
    known: Mapping[str, str] = next((names for names in item.get("party_names") or [] if name in names.values()), {})
    return named(known, language) or name


def _agreements(item: Item, language: str) -> list[tuple[str, str]]:
    return [
        (tied(by_language(one, "title", language), language),
         listing([_party(str(party), item, language) for party in one.get("parties") or []]))
        for one in item.get("agreements") or []
    ]  # fmt: skip


def _people(item: Item, language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    found = []
    for role in PersonRole:
        people = [
            (name_of(person, language), "" if role is PersonRole.INTERPRETER else _in_a_line(person, language))
            for person in item["people"]
            if person["role"] == role.value
        ]
        if people:
            found.append((role_heading(role, len(people)), people))
    return found


def _in_a_line(person: Mapping[str, Any], language: str) -> str:
    """The office behind a name: «Анна Орлова, глава города»."""
    office = office_of(person, language)
    return office[:1].lower() + office[1:] if language == "ru" and office[1:2].islower() else office


def _place(item: Item, language: str) -> str:
    there = named(item.get("to_venue_names") or {}, language)
    return " → ".join(part for part in (where(item, language), there) if part)


def _facts(item: Item, language: str, span: tuple[datetime | None, datetime | None], track: str) -> list[str]:
    starts, ends = span
    held = ConferenceFormat(item["held_as"])
    facts = [part_words(item, language), track, str(FORMATS[held]) if has_screen(held) else "",
             str(AUDIENCES.get(item["audience"], ""))]  # fmt: skip
    spoken = [str(LANGUAGES.get(code, code)) for code in item["languages"]]
    if set(item["languages"]) != {"ru", "de"} and spoken:
        facts.append(listing(spoken))
    if item["simultaneous_interpretation"]:
        facts.append(str(_("with simultaneous interpreting")))
    if starts and ends and ends.date() != starts.date():
        facts.append(str(_("ends on %(day)s", day=weekday_day(ends.date()))))
    return [tied(fact, language) for fact in facts if fact]


def weekday_day(day: date) -> str:
    """«пятница, 30 июня», without the year."""
    return weekday_date(day).split(f"{NBSP}{day.year}")[0]


def hours_of(item: Item) -> str:
    """ "18:00–20:00", as much as is known."""
    return "–".join(part for part in (item["start"], item["end"]) if part)


def local(moment: str | None, zone: ZoneInfo) -> datetime | None:
    """A moment of the content on the clocks of the host."""
    return datetime.fromisoformat(moment).astimezone(zone) if moment else None


def entry(item: Item, language: str, zone: ZoneInfo, *, parallel: bool = False, track: str = "") -> Entry:
    """One session in the language being spoken."""
    title, spoken = title_of(item, language)
    starts, ends = local(item["starts_at"], zone), local(item["ends_at"], zone)
    video = not has_hall(item["held_as"])
    return Entry(
        code=item["id"],
        anchor=anchor(item["id"]),
        hours=hours_of(item),
        starts=starts,
        ends=ends,
        title=title,
        title_language=spoken,
        place="" if video else tied(_place(item, language), language),
        facts=_facts(item, language, (starts, ends), track),
        people=_people(item, language),
        parties=_parties(item, language, title),
        agreements=_agreements(item, language),
        paragraphs=_paragraphs(item, language),
        parallel=parallel,
        kind=item["type"],
    )  # fmt: skip


def _paragraphs(item: Item, language: str) -> list[str]:
    text = str(item.get(f"description_{language}") or "")
    found = [tied(" ".join(part.split()), language) for part in re.split(r"\n\s*\n", text) if part.strip()]
    return [piece for paragraph in found for piece in _pieces(paragraph)]


def _pieces(paragraph: str) -> list[str]:
    """A paragraph in pieces that fit on a page, divided between sentences, else between words."""
    pieces = []
    while len(paragraph) > LONGEST:
        end = max(paragraph.rfind(sign, LONGEST // 2, LONGEST) + 1 for sign in (". ", "! ", "? ", "; "))
        end = end or paragraph.rfind(" ", 1, LONGEST) + 1 or LONGEST
        pieces.append(paragraph[:end].rstrip())
        paragraph = paragraph[end:].lstrip()
    return [*pieces, paragraph]


def shown(content: Mapping[str, Any]) -> list[Item]:
    """What takes place, in the order of its hours; a day's sessions without an hour at its end."""

    def order(item: Item) -> tuple[bool, str, bool, str, str, str]:
        return (not item["date"], item["date"], not item["starts_at"], item["starts_at"] or "",
                item["ends_at"] or "", item["id"])  # fmt: skip

    return sorted((item for item in content["items"] if not item["cancelled"]), key=order)


def _parallel(items: Sequence[Item]) -> set[str]:
    """Codes of sessions that run beside another one on purpose or by the clock."""
    found: set[str] = set()
    groups: dict[tuple[str, str], list[str]] = {}
    for item in items:
        if item.get("parallel"):
            groups.setdefault((item["date"], item["parallel"]), []).append(item["id"])
        elif item["starts_at"] and item["ends_at"]:
            groups.setdefault((item["starts_at"], item["ends_at"]), []).append(item["id"])
    for codes in groups.values():
        if len(codes) > 1:
            found.update(codes)
    return found


def day_title(day: date | None) -> str:
    """«Среда, 28 июня»; the year stands on the cover."""
    title = weekday_day(day) if day else str(_("Day not settled yet"))
    return title[0].upper() + title[1:]


def paper_days(content: Mapping[str, Any], language: str) -> list[PaperDay]:
    """The programme by day in the language being spoken."""
    zone = ZoneInfo(content["timezone"])
    items = shown(content)
    beside = _parallel(items)
    tracks = {track["id"]: by_language(track, "name", language) for track in content.get("tracks") or []}
    found: dict[str, PaperDay] = {}
    for item in items:
        if item["date"] not in found:
            day = date.fromisoformat(item["date"]) if item["date"] else None
            found[item["date"]] = PaperDay(day, day_title(day), f"day-{item['date'] or 'open'}")
        found[item["date"]].entries.append(
            entry(
                item,
                language,
                zone,
                parallel=item["id"] in beside,
                track=tracks.get(item.get("track"), ""),
            )
        )
    return list(found.values())


def heading(content: Mapping[str, Any], language: str) -> dict[str, str]:
    """Title, number, host, dates and theme of the conference, in the language being spoken."""
    first, last = date.fromisoformat(content["days"][0]), date.fromisoformat(content["days"][-1])
    title = str(content["titles"][language])
    numeral, *others = title.split(maxsplit=1)
    rest = others[0] if others and numeral.rstrip(".") == content["conference"] else ""
    return {
        "language": language,
        "title": title,
        "short": rest[0].upper() + rest[1:] if rest else title,
        "numeral": content["conference"] if rest else "",
        "host": named(content["host_names"], language),
        "dates": date_range(first, last),
        "theme": tied(content["themes"].get(language) or "", language),
    }


def family_name(name: str) -> str:
    """By what a list of names is in order: «Иванов И. И.», "Dr. Anna Orlowa", «Орлова Анна Павловна».

    >>> family_name("Dr. Anna Orlowa")
    'Orlowa'
    """
    words = [word for word in name.split() if word.lower() not in _TITLES]
    if not words:
        return name
    if words[-1].endswith(".") or (_PATRONYMIC.search(words[-1].lower()) and len(words) == 3):
        return words[0]
    if words[0].endswith(","):
        return words[0].rstrip(",")
    return words[-1]


def alphabetic(name: str) -> str:
    """By what names of one alphabet are in order: ё as е, ä as a, no marks of punctuation; Cyrillic after Latin."""
    said = "".join(sign for sign in name.casefold().replace("ё", "е") if sign.isalnum() or sign == " ")
    if _CYRILLIC.search(said):
        return said
    return "".join(sign for sign in unicodedata.normalize("NFKD", said) if not unicodedata.combining(sign))


def surname_first(name: str, language: str) -> str:
    """The name as an index has it.

    >>> surname_first("Dr. Anna Orlowa", "de"), surname_first("Андрей Матвеев", "ru")
    ('Orlowa, Dr. Anna', 'Матвеев Андрей')
    """
    last = family_name(name)
    words = name.replace(",", " ").split()
    rest = [word for number, word in enumerate(words) if number != _place_of(last, words)]
    if not rest or last not in words:
        return name
    return f"{last}{' ' if language == 'ru' else ', '}{' '.join(rest)}"


def _place_of(word: str, words: Sequence[str]) -> int:
    """Where the surname stands: at the end where it could be either."""
    return len(words) - 1 if words[-1] == word else words.index(word) if word in words else -1


_TITLES: Final = frozenset({"dr.", "prof.", "dr", "prof", "h.c.", "mult.", "д-р", "проф.", "herr", "frau"})
_PATRONYMIC: Final = re.compile(r"(вич|[ькмт]ич|вна|ична|инична|witsch|wna|vich|vna)$")


def capacity_words(capacity: int | None) -> str:
    """ "450 places"; nothing when not known."""
    if not capacity:
        return ""
    return str(ngettext("%(number)s place", "%(number)s places", capacity, number=number(capacity)))


def unique(values: Iterable[str]) -> list[str]:
    """Each once, in the order of the first."""
    return list(dict.fromkeys(value for value in values if value))
