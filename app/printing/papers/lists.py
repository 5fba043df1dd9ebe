"""Papers of delegations: sheets to sign, passes for cars, a sheet before each delegation's papers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_babel import pgettext

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.errors import Refusal
from app.history.rules import Actor
from app.i18n import speaking
from app.printing.choosing import meant
from app.printing.operations.runs import Deliver, Printed, done_before, keep_run
from app.printing.papers.rules import LIST_WORDS, ListPaper
from app.printing.parts import Cut, Rendered, forget_parts, in_parts
from app.printing.press.design import font_address, text_pages
from app.printing.press.pages import Told
from app.printing.proofs import few, marked
from app.printing.queries import badge_contents, titles
from app.printing.rules import BadgeContent, require_on_site
from app.printing.rules.towns import town_of
from invitations.dates import date_range


@dataclass(frozen=True)
class Group:
    """One delegation as papers name it: its number among all, its places and country in both languages, its people in
    their order."""

    number: int
    places: tuple[str, ...]
    country: str
    people: tuple[BadgeContent, ...]


def groups_of(contents: Sequence[BadgeContent]) -> list[Group]:
    """The people by delegation, in the order given; those of no town by country."""
    found: dict[frozenset[str], list[BadgeContent]] = {}
    for content in contents:
        places = frozenset(place for place in (content.place_first, content.place_second) if place)
        found.setdefault(places or frozenset(content.country.split(" · ")), []).append(content)
    return [
        Group(
            number,
            tuple(place for place in (people[0].place_first, people[0].place_second) if place),
            town_of(people[0], people[0].first).country,
            tuple(people),
        )
        for number, people in enumerate(found.values(), start=1)
    ]


def _of_them(groups: Sequence[Group], wanted: Collection[int]) -> list[Group]:
    """The delegations with the people wanted alone; each keeps its number, whoever else is printed."""
    found = [replace(one, people=tuple(each for each in one.people if each.delegate_id in wanted)) for one in groups]
    return [group for group in found if group.people]


def _delegation(content: BadgeContent) -> int | None:
    return content.person.delegation_id if content.person else None


def _words() -> dict[str, dict[str, str]]:
    """The words of the papers in both languages."""
    said: dict[str, dict[str, str]] = {}
    for code in ("ru", "de"):
        with speaking(code):
            said[code] = {
                "sign_in": pgettext("paper", "Sign-in sheet"),
                "signature": pgettext("paper", "Signature"),
                "pass": pgettext("paper", "Car pass"),
                "car": pgettext("paper", "Number of the car"),
                "valid": pgettext("paper", "valid"),
                "show": pgettext("paper", "Please lay it behind the windscreen, to be seen from outside."),
                "persons": pgettext("paper", "Persons"),
            }
    return said


PROVED, MANY = 3, 40  # of a proof: delegations that are first, and as many with the longest names; people of any
AT_ONCE = 20  # delegations laid out between two looks at whether the printing was cancelled; even, two passes a sheet


def _joined(
    conference: Conference, paper: ListPaper, groups: Sequence[Group], tell: Told | None, deed_key: str | None
) -> Rendered:
    """The paper of every delegation as one PDF, and its pages."""
    order = ("ru", "de") if conference.host.country == "RU" else ("de", "ru")  # the host's language stands first
    about: dict[str, Any] = {
        "titles": titles(conference), "words": _words(), "order": order, "fonts": font_address(),
        "days": {code: date_range(conference.starts_on, conference.ends_on, code) for code in order},
        "hosts": {code: getattr(conference.host, f"name_{code}") for code in order},
    }  # fmt: skip

    def render(some: Sequence[Group], _first: int, told: Told | None) -> Rendered:
        if told is not None:
            told(0, len(some))
        return text_pages(render_template(f"print/papers/{paper.value}.html", groups=some, **about)), 0, []

    ends = [*range(AT_ONCE, len(groups), AT_ONCE), len(groups)]
    return in_parts(
        groups, render, deed_key=deed_key, signs=[repr(group) for group in groups], basis=(paper, about),
        cut=Cut(ends, AT_ONCE, AT_ONCE), title=f"{LIST_WORDS[paper]}: {conference.slug}", tell=tell, named=False,
    )  # fmt: skip


def _those(
    conference: Conference, *, scope: str, delegation_id: int | None, delegate_ids: Collection[int], role: str
) -> tuple[list[BadgeContent], list[Group]]:
    """For whom the paper is, and their delegations.

    :raises Refusal: when the conference is held by video, or nobody meant has a place on site.
    """
    require_on_site(conference.format)
    everybody = badge_contents(conference, attendance=Attendance.ON_SITE, listed=True)
    contents = [one for one in everybody if delegation_id is None or _delegation(one) == delegation_id]
    contents = meant(conference, contents, scope=scope, role=role, delegate_ids=delegate_ids)
    if not contents:
        raise Refusal(_("Nobody here gets such a paper."))
    return contents, _of_them(groups_of(everybody), {one.delegate_id for one in contents})


def list_proof(
    conference: Conference,
    paper: ListPaper,
    *,
    scope: str = "all",
    delegation_id: int | None = None,
    delegate_ids: Collection[int] = (),
    role: str = "",
) -> bytes:
    """The paper of the first delegations and of those with the longest names, marked as a proof; nothing is logged.

    Of a large delegation there are the first people and the longest names.
    :raises Refusal: as :func:`print_list`.
    """
    contents, groups = _those(
        conference, scope=scope, delegation_id=delegation_id, delegate_ids=delegate_ids, role=role
    )  # fmt: skip
    shown = [
        replace(group, people=tuple(few(group.people, lambda one: one.name_first, first=MANY)))
        for group in few(groups, lambda group: " · ".join(group.places), first=PROVED, longest=PROVED)
    ]
    pdf, _pages, _warnings = _joined(conference, paper, shown, None, None)
    count, total = (
        (len(shown), len(groups)) if paper is ListPaper.CAR_PASSES
        else (sum(len(group.people) for group in shown), len(contents))
    )  # fmt: skip
    return marked(pdf, count, total, title=f"{LIST_WORDS[paper]}: {conference.slug}")


def print_list(
    *,
    conference: Conference,
    paper: ListPaper,
    actor: Actor,
    at: datetime,
    scope: str = "all",
    delegation_id: int | None = None,
    delegate_ids: Collection[int] = (),
    role: str = "",
    deed_key: str | None = None,
    deliver: Deliver | None = None,
    tell: Told | None = None,
) -> Printed:
    """Print a paper by delegation of everyone on site and log the run.

    :param scope: ``all``, ``delegation``, ``role``, ``checked-in``, ``expected`` (not yet arrived) or ``picked``.
    :param deed_key: a second call with the same key gives the run there is instead of printing again.
    :param tell: told (delegations done, in all) now and then; may raise to stop, then nothing is logged.
    :raises Refusal: when the conference is held by video, or nobody has a place on site.
    """
    if (done := done_before(deed_key)) is not None:
        return done
    contents, groups = _those(
        conference, scope=scope, delegation_id=delegation_id, delegate_ids=delegate_ids, role=role
    )  # fmt: skip
    pdf, pages, _warnings = _joined(conference, paper, groups, tell, deed_key)
    warnings = [] if paper is ListPaper.CAR_PASSES else [str(word) for one in contents for word in one.warnings]
    count = len(groups) if paper is ListPaper.CAR_PASSES else len(contents)
    printed = keep_run(
        conference=conference, kind=paper.value, delegation_id=delegation_id, scope=scope, pdf=pdf, count=count,
        pages=pages, warnings=warnings, deed_key=deed_key, actor=actor, at=at, deliver=deliver,
    )  # fmt: skip
    forget_parts(deed_key)
    return printed
