"""The booklet: cover, contents, the days, who takes part, where the houses are; columns level session by session."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import gettext as _

from app.conferences.plan_drawing import as_address, draw_plan
from app.conferences.queries import plans_on_paper
from app.delegations.queries.precedence import rank_table
from app.delegations.rules.precedence import NO_RANK
from app.errors import Refusal
from app.i18n import speaking
from app.programme.queries.papers.places import Houses, houses_of
from app.programme.queries.papers.tables import at_a_table, by_table, pair_of, table_of
from app.programme.queries.people_order import PeopleOrder
from app.programme.queries.reading import (
    Item,
    PaperDay,
    alphabetic,
    heading,
    local,
    name_of,
    office_of,
    paper_days,
    shown,
    surname_first,
    tied,
    title_of,
    unique,
    weekday_day,
)
from app.programme.queries.setting import Setter, edition_lines, faces, stamp_words, watermark
from app.programme.rules import PersonRole
from app.programme.rules.anchors import anchor
from app.programme.rules.changes import named
from app.programme.rules.planned import same_name
from app.programme.rules.words import ROLE_OF_ONE

Told = Callable[[int, int], None]

SIZES = {"a5": (148, 210), "a4": (210, 297)}
TAKEN = {"a5": (124.0, 146.0), "a4": (170.0, 214.0)}  # mm a plan may take: width of the text, height beside its words
TOGETHER = 40_000  # letters of all columns of days that are set together
QUICK = 16  # pages of days that are set once more to fill their last one
SPARSE = 4  # sessions and days on a page that has much room left
WHOLE = 520  # letters of all columns up to which a session is not divided between two pages


@dataclass
class Participant:
    """Somebody with a part in the programme: names and offices by language, and the sessions."""

    names: list[str]
    listed: list[str]  # the names as an index has them, by language
    offices: list[str]
    sort: list[str]  # by what each language has them in order
    rank: int
    number: str = ""  # of a delegate
    name: str = ""  # as it was first written
    speaks: bool = False
    sessions: list[str] = field(default_factory=list)  # anchors
    tells: list[dict[str, list[str]]] = field(default_factory=list)  # by language: what, and the hours of it
    pages: list[tuple[int, str]] = field(default_factory=list)  # (number, anchor)


@dataclass(frozen=True)
class Edition:
    """What is set: which sessions, of which release or draft, as of when."""

    content: Mapping[str, Any]
    draft: bool = False
    number: int = 0
    on: date | None = None
    names: Mapping[str, str] = field(default_factory=dict)  # of the release, by language
    order: PeopleOrder = field(default_factory=PeopleOrder)

    def lines(self, languages: Sequence[str]) -> list[str]:
        """What stands in the foot, by language."""
        return edition_lines(languages, draft=self.draft, number=self.number, on=self.on, names=self.names)

    def stamp(self, languages: Sequence[str]) -> str:
        """The words behind a draft; nothing for a release."""
        return stamp_words(languages) if self.draft else ""


def each(languages: Sequence[str], word: Callable[[], Any]) -> list[str]:
    """The word in each of the languages."""
    said = []
    for language in languages:
        with speaking(language):
            said.append(str(word()))
    return said


def require_sessions(content: Mapping[str, Any]) -> None:
    """:raises Refusal: when there is nothing to print."""
    if not any(not item["cancelled"] for item in content["items"]):
        raise Refusal(_("There is no session in the programme yet."))


def participants(
    content: Mapping[str, Any], languages: Sequence[str], order: PeopleOrder | None = None
) -> list[Participant]:
    """Everybody with a part, in the order of precedence: by rank of their offices, those of one rank by the rule of the
    conference, whose alphabet is that of the first language. Delegates are known by their number, others by name; a
    name alone means the one delegate of that name, when there is one."""
    zone = ZoneInfo(content["timezone"])
    found: dict[str, Participant] = {}
    table, order = rank_table(), order or PeopleOrder()
    bearers: dict[str, set[str]] = defaultdict(set)  # delegates by name
    for person in (person for item in shown(content) for person in item["people"] if person.get("delegate")):
        bearers[same_name(str(person["name"]))].add(str(person["delegate"]))
    for item in shown(content):
        for person in item["people"]:
            offices = [office_of(person, language) for language in languages]
            name = same_name(str(person["name"]))
            key = str(person.get("delegate") or "") or (min(bearers[name]) if len(bearers[name]) == 1 else name)
            known = found.get(key)
            if known is None:
                names = [name_of(person, language) for language in languages]
                listed = [surname_first(name, language) for name, language in zip(names, languages, strict=True)]
                sort = [alphabetic(name) for name in listed]
                known = found[key] = Participant(names, listed, offices, sort, NO_RANK, key, str(person["name"]))
            known.rank = min(known.rank, order.rank_of(person, table))
            known.offices = known.offices if any(known.offices) else offices
            known.speaks = known.speaks or person["role"] != PersonRole.INTERPRETER.value
            if anchor(item["id"]) not in known.sessions:
                known.sessions.append(anchor(item["id"]))
            known.tells = known.tells or [{} for _language in languages]
            for language, told in zip(languages, known.tells, strict=True):
                what, when = _part(item, PersonRole(person["role"]), language, zone)
                if when not in told.setdefault(what, []):
                    told[what].append(when)
    return order.sorted(
        found.values(),
        lambda one: order.standing(one.number, rank=one.rank, name=one.name, alphabet=f"{one.sort[0]}\0{one.names[0]}"),
    )


def _part(item: Item, role: PersonRole, language: str, zone: ZoneInfo) -> tuple[str, str]:
    """What somebody does and when: («Открытие конференции (докладчик)», «28 июня, 17:00»)."""
    title = title_of(item, language)[0]
    starts = local(item["starts_at"], zone)
    with speaking(language):
        what = f"{title} ({ROLE_OF_ONE[role]})"
        day = weekday_day(starts.date()).split(", ", 1)[-1] if starts else ""
    return what, tied(f"{day}, {starts:%H:%M}" if starts else "", language)


def _index(people: Sequence[Participant], columns: int) -> list[tuple[Participant, ...]]:
    """Everybody by the alphabet, in each column by that of its language."""

    def ordered(column: int) -> list[Participant]:
        return sorted(people, key=lambda one: (one.sort[column], one.listed[column]))

    return list(zip(*(ordered(column) for column in range(columns)), strict=True))


def _organisers(content: Mapping[str, Any], languages: Sequence[str]) -> list[list[str]]:
    return [unique(named(names, language) for names in content.get("organisers") or []) for language in languages]


def _chunks(days: Sequence[Sequence[PaperDay]]) -> list[list[int]]:
    """The days that are set together, one flowing after the other; a huge programme is set in several parts."""
    chunks: list[list[int]] = []
    letters = 0
    for number, same in enumerate(days):
        length = sum(entry.length for day in same for entry in day.entries)
        if chunks and letters + length <= TOGETHER:
            chunks[-1].append(number)
            letters += length
        else:
            chunks.append([number])
            letters = length
    return chunks


def _blocks(content: Mapping[str, Any], days: Sequence[Sequence[PaperDay]]) -> list[list[list[int]]]:
    """The sessions of each day by their place, meetings of the same hours together by table."""
    tables = {item["id"]: item for item in shown(content) if at_a_table(item)}
    found = []
    for same in days:
        blocks: list[list[int]] = []
        before = ""
        for place, one in enumerate(same[0].entries):
            hours = one.hours if one.code in tables else ""
            if hours and hours == before:
                blocks[-1].append(place)
            else:
                blocks.append([place])
            before = hours
        for block in blocks:
            if len(block) > 1:
                block.sort(key=lambda place: by_table(tables[same[0].entries[place].code]))
        found.append(blocks)
    return found


class Booklet:
    """A booklet while it is made: its parts are set in the order in which their page numbers become known."""

    def __init__(self, edition: Edition, languages: Sequence[str], size: str) -> None:
        content = edition.content
        require_sessions(content)
        columns, heads, houses = [], [], []
        for language in languages:
            with speaking(language):
                columns.append(paper_days(content, language))
                heads.append(heading(content, language))
                houses.append(houses_of(content, language))
        self.people = participants(content, languages, edition.order)
        self.days = list(zip(*columns, strict=True))
        self.houses = Houses.side_by_side(houses)
        self.chunks = _chunks(self.days)
        stamp = edition.stamp(languages)
        width, height = SIZES[size]
        self.values: dict[str, Any] = {
            "languages": list(languages), "heads": heads, "days": self.days, "houses": self.houses, "size": size,
            "blocks": _blocks(content, self.days), "whole": [[sum(day.entries[number].length for day in same) <= WHOLE
                       for number in range(len(same[0].entries))] for same in self.days],
            "organisers": _organisers(content, languages), "contact": content.get("contact") or {},
            "names": edition.lines(languages), "stamp": stamp, "faces": faces(), "words": _words(languages),
            "watermark": watermark(stamp, width, height) if stamp else "",
            "speakers": [one for one in self.people if one.speaks],
            "index": _index(self.people, len(languages)),
            "pages": Counter(), "plan": _town(self.houses, languages, TAKEN[size][0]), "taken": TAKEN[size],
            "tables": {item["id"]: [_table(item, language) for language in languages] for item in shown(content)
                       if at_a_table(item)},
        }  # fmt: skip
        self.pages: dict[str, int] = {}  # by the name of what stands there
        self.said = ""

    def _html(self, part: str, first: int, **values: Any) -> str:
        values |= {"part": part, "first": first, "side": "right" if first % 2 else "left"}
        html = render_template("print/programme/booklet.html", **self.values, **values)
        self.said += html
        return html

    def make(self, tell: Told | None = None) -> bytes:
        """The PDF.

        :param tell: told (parts done, parts in all) before each part; may raise to stop.
        """
        setter = Setter(plans_on_paper(self.houses.signs))
        front = setter.set(self._html("front", 1))
        next_page, parts = len(front.pages) + 1, []
        total = len(self.chunks) + 3
        for done, chunk in enumerate(self.chunks):
            if tell is not None:
                tell(done + 1, total)
            part = setter.set(self._html("days", next_page, chunk=chunk))
            self._take_down(part, next_page)
            next_page += len(part.pages)
            parts.append(part)
        if self.people or self.houses.rows:  # who and where has the pages of the days
            if tell is not None:
                tell(total - 2, total)
            self._number_people()
            chunk, last = [], parts[-1].pages
            if (
                len(last) <= QUICK and len(last[-1].anchors) <= SPARSE
            ):  # the last page of the days has room: go on there
                chunk = self.chunks[-1]
                next_page -= len(parts.pop().pages)
            part = setter.set(self._html("days", next_page, chunk=chunk, back=True))
            self._take_down(part, next_page)
            parts.append(part)
        if tell is not None:
            tell(total - 1, total)
        self.values["pages"] = self.pages
        return setter.bind([setter.set(self._html("front", 1)), *parts], self.said)

    def _take_down(self, part: Any, first: int) -> None:
        for number, page in enumerate(part.pages, start=first):
            for there in page.anchors:
                self.pages.setdefault(there, number)

    def _number_people(self) -> None:
        for person in self.people:
            found: dict[int, str] = {}
            for target in person.sessions:
                found.setdefault(self.pages[target], target)
            person.pages = sorted(found.items())


def _table(item: Item, language: str) -> tuple[str, str]:
    """Of a meeting: («Стол 7», "Magnitogorsk – Brandenburg an der Havel")."""
    with speaking(language):
        return tied(str(_("Table %(number)s", number=table_of(item))), language), pair_of(item, language)


@dataclass(frozen=True)
class DrawnTown:
    """The plan of the town as the address of a picture, and which kinds of ways and houses it has."""

    address: str
    walks: bool
    buses: bool
    missing: list[str]  # numbers of the houses it has not


def _town(houses: Houses, languages: Sequence[str], width: float) -> DrawnTown | None:
    plan = houses.plan(width=width, radius=2.7 if width < 150 else 3.1)
    if plan is None:
        return None
    return DrawnTown(
        as_address(draw_plan(plan, languages)), any(not way.by_bus for way in plan.ways),
        any(way.by_bus for way in plan.ways),
        [str(number) for number, row in enumerate(houses.rows, start=1) if row[0].spot is None],
    )  # fmt: skip


def _words(languages: Sequence[str]) -> dict[str, list[str]]:
    return {
        "contents": each(languages, lambda: _("Contents")),
        "speakers": each(languages, lambda: _("Who takes part, in order of precedence")),
        "index": each(languages, lambda: _("List of people")),
        "places": each(languages, lambda: _("Where it takes place")),
        "distances": each(languages, lambda: _("Minutes from house to house")),
        "town": each(languages, lambda: _("Plan of the town: where the houses stand")),
        "walk": each(languages, lambda: _("way, in minutes")),
        "bus": each(languages, lambda: _("bus of the programme")),
        "not_on_plan": each(languages, lambda: _("not on the plan")),
        "parties": each(languages, lambda: _("Partners")),
        "signed": each(languages, lambda: _("To be signed")),
        "parallel": each(languages, lambda: _("in parallel")),
        "meetings": each(languages, lambda: _("Bilateral meetings by table")),
        "open": each(languages, lambda: _("hour follows")),
        "organisers": each(languages, lambda: _("Organisers")),
        "clock": each(languages, lambda: _("All hours are those of the host city.")),
    }


def booklet_pdf(
    edition: Edition, languages: Sequence[str] = ("ru", "de"), size: str = "a5", tell: Told | None = None
) -> bytes:
    """The booklet as PDF; the same content gives the same bytes.

    :raises Refusal: when no session takes place.
    """
    return Booklet(edition, languages, size).make(tell)
