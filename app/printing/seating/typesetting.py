"""Plans of seats on paper: by name, by table, each table drawn."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import dropwhile
from typing import Any

from flask import render_template
from flask_babel import pgettext

from app.database import fold
from app.i18n import speaking
from app.printing.papers.rules import Participant
from app.printing.parts import Cut, Rendered, in_parts
from app.printing.press.design import font_address, text_pages
from app.printing.press.faces import width
from app.printing.press.pages import Told
from app.printing.proofs import few, marked
from app.printing.queries import titles
from app.printing.seating import queries
from app.printing.seating.drawing import draw
from app.printing.seating.models import SeatingPlan, SeatingTable

ROOM = 7.6  # em from a seat to the edge of the drawing: as wide a family name may be there
MOST = 20  # tables in one part; the list by name is the first
EDGE = 16.0  # mm from the right edge to the numbers of pages


def _words(code: str) -> dict[str, str]:
    with speaking(code):
        return {
            "plan": pgettext("seating", "Seating plan"),
            "table": pgettext("seating", "Table"),
            "seat": pgettext("seating", "Seat"),
            "by_name": pgettext("seating", "By name"),
            "free": pgettext("seating", "free"),
            "without": pgettext("seating", "Without a seat"),
        }


def _short(name: str) -> str:
    """A family name as far as there is room for it beside a seat; all of it stands in the list below."""
    if width(name, "regular") <= ROOM:
        return name
    begun = (f"{name[:end].rstrip('- ')}…" for end in range(min(len(name), 40), 0, -1))
    return next((one for one in begun if width(one, "regular") <= ROOM), "…")


def surname_first(person: Participant, code: str) -> str:
    """«Орлова Анна Павловна», «Галимов Рустам, к. э. н.», «Гросс, Юрген», "Groß, Jürgen": by what one looks for a name
    in a list."""
    whole = person.names[code]
    words = whole.split()
    if person.side == code == "ru":
        named = list(dropwhile(lambda word: word.endswith("."), words))
        title = " ".join(words[: len(words) - len(named)])
        return f"{' '.join(named)}, {title}" if title and named else whole
    count = 1 if person.side == "ru" else len(person.last.split())
    if not 0 < count < len(words):
        return whole
    return f"{' '.join(words[-count:])}, {' '.join(words[:-count])}"


def plan_proof(plan: SeatingPlan) -> bytes:
    """Some names and tables of the plan, marked as a proof; nothing is logged."""
    tables = few(plan.tables, lambda table: "." * table.seats, first=2, longest=1)
    title = plan.title_ru or plan.title_de
    return marked(plan_pdf(plan, tables), len(tables), len(plan.tables), title=title)


def plan_pdf(
    plan: SeatingPlan,
    tables: Sequence[SeatingTable] | None = None,
    *,
    deed_key: str | None = None,
    tell: Told | None = None,
) -> bytes:
    """The overview by name, then each table drawn with its people in both scripts.

    :param tables: only these, and a few names for a look; None: all of the plan.
    :param deed_key: of the job; with one, what is laid out is kept until :func:`~app.printing.parts.forget_parts`.
    """
    people = queries.seatable(plan)
    seats = queries.seats_of(plan)
    sitting = queries.seated(people, seats)
    number_of = {table.id: table.number for table in plan.tables}
    order = ("de", "ru") if queries.host_side(plan.conference) == "de" else ("ru", "de")
    listed: list[dict[str, Any]] = [
        {
            "names": {code: surname_first(one.person, code) for code in order},
            "table": number_of[seats[one.id][0]],
            "place": seats[one.id][1],
        }
        for one in people
        if one.id in seats
    ]
    listed.sort(key=lambda row: (fold(row["names"][order[0]]) or "", row["table"], row["place"]))
    without = sorted(
        ({code: surname_first(one.person, code) for code in order} for one in people
         if one.wanted and one.id not in seats),
        key=lambda names: fold(names[order[0]]) or "",
    )  # fmt: skip
    if tables is not None:
        listed = few(listed, lambda row: row["names"][order[0]])
        without = few(without, lambda names: names[order[0]])
    named = {"ru": plan.title_ru or plan.title_de, "de": plan.title_de or plan.title_ru}
    words = {code: _words(code) for code in order}
    about = {"order": order, "titles": titles(plan.conference), "named": named, "words": words}
    drawn = [
        (table, draw(table.shape, table.seats, second_host=plan.faces(table)),
         {place: sitting.get((table.id, place)) for place in range(1, table.seats + 1)})
        for table in (plan.tables if tables is None else tables)
    ]  # fmt: skip

    def render(some: Sequence[Any], first: int, told: Told | None) -> Rendered:
        if told is not None:
            told(0, len(some))
        html = render_template(
            "print/seating/plan.html", **about, begins=first == 0, listed=listed, without=without,
            tables=[one for one in some if one is not None], short=_short, fonts=font_address(),
        )  # fmt: skip
        return text_pages(html), 0, []

    signs = [repr((listed, without)), *(repr((table.number, made, sat)) for table, made, sat in drawn)]
    return in_parts(
        [None, *drawn], render, deed_key=deed_key, signs=signs, basis=sorted(about.items()),
        cut=Cut(range(1, len(drawn) + 2), 1, MOST), tell=tell, named=False, numbers=EDGE,
        title=" · ".join(f"{words[code]['plan']}: {named[code]}" for code in order),
    )[0]  # fmt: skip
