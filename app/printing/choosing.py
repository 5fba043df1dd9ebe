"""For whom a printing is, and who of them had a badge before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.conferences.models import Conference
from app.database import fold
from app.delegations.queries.arrived import ARRIVED, EXPECTED, those_who
from app.errors import Refusal
from app.printing.freshness import Why, why_anew
from app.printing.photos import gone
from app.printing.queries import badge_contents, in_order
from app.printing.rules import BadgeContent, Layout

MOST_FITTING = 6  # numbers of those whom one line fits
DOTS = "…"
MOST_NAMED = 20  # people in one sentence
AS_CHANGED = frozenset({"new", "data"})  # the runs that leave out who has a badge as it should be
_CAME = {"checked-in": ARRIVED, "expected": EXPECTED}


class OfSomebody(Protocol):
    """Something that is somebody's."""

    @property
    def delegate_id(self) -> int: ...
    @property
    def role(self) -> str: ...


Somebodys = TypeVar("Somebodys", bound=OfSomebody)


def meant(
    conference: Conference,
    people: Sequence[Somebodys],
    *,
    scope: str,
    role: str = "",
    delegate_ids: Collection[int] = (),
) -> list[Somebodys]:
    """Of these people, in the order given, those a printing is for.

    :param role: only people of this one; empty: of any.
    :param delegate_ids: only these; empty: nobody is picked.
    :raises Refusal: (field ``scope``) when nobody of them has this role, has arrived, or has yet to arrive.
    """
    picked = set(delegate_ids)
    found = [one for one in people if (not picked or one.delegate_id in picked) and (not role or one.role == role)]
    if role and not found:
        raise Refusal(_("Nobody asked for has this role."), field="scope")
    came = those_who(conference, _CAME.get(scope, ""))
    if came is None:
        return found
    found = [one for one in found if one.delegate_id in came]
    if not found and scope == "expected":
        raise Refusal(_("Nobody of those asked for has yet to arrive."), field="scope")
    if not found:
        raise Refusal(_("Nobody has been checked in yet."), field="scope")
    return found


def people_named(people: Sequence[BadgeContent], lines: Iterable[str]) -> tuple[list[int], list[str]]:
    """Who of them is meant, as :func:`named` says it."""
    names = [(f"{one.name_first} {one.name_second} {one.person.own_name if one.person else ''}", one) for one in people]
    return named(((one.delegate_id, one.public_id, name) for name, one in names), lines)


def named(people: Iterable[tuple[int, str, str]], lines: Iterable[str]) -> tuple[list[int], list[str]]:
    """Who is meant, a line each, by number or by words that fit one person alone; and the lines that do not, each with
    the numbers of those whom it fits.

    :param people: the delegate, the number of the list, all forms of the name.
    """
    by_number: dict[str, int] = {}
    number_of: dict[int, str] = {}
    standing: list[tuple[int, str]] = []
    for delegate_id, number_of_list, names in people:
        by_number[number_of_list.lower()] = delegate_id
        number_of[delegate_id] = number_of_list
        standing.append((delegate_id, fold(names) or ""))
    found: list[int] = []
    unclear: list[str] = []
    for line in lines:
        words = (fold(line) or "").split()
        number = by_number.get(line.strip().lower())
        fitting = [number] if number else [one for one, name in standing if all(word in name for word in words)]
        if words and len(fitting) == 1:
            found.append(fitting[0])
        elif words:
            some = [number_of[one] for one in fitting[:MOST_FITTING]] + [DOTS] * (len(fitting) > MOST_FITTING)
            unclear.append(f"{line.strip()} ({', '.join(some) or _('nobody')})")
    return list(dict.fromkeys(found)), unclear


def chosen(
    conference: Conference,
    layout: Layout,
    *,
    scope: str = "all",
    delegation_id: int | None = None,
    delegate_id: int | None = None,
    delegate_ids: Collection[int] = (),
    role: str = "",
    sort: str = "delegation",
) -> list[BadgeContent]:
    """Who is asked for, in the order printed; of ``new`` and ``data`` everybody who could be.

    :raises Refusal: when nobody asked for has a place on site, or none of them is meant.
    """
    contents = badge_contents(conference, delegation_id=delegation_id, delegate_id=delegate_id, photos=layout.photo)
    if contents:
        contents = meant(conference, contents, scope=scope, role=role, delegate_ids=delegate_ids)
    if not contents:
        raise Refusal(_("Nobody has a place on site, so there is no badge to print."))
    return in_order(contents, sort)


def due(known: Mapping[int, Why], scope: str) -> dict[int, Why]:
    """Of those who may need a new badge (and why), whom a run of ``new`` or of ``data`` prints, by delegate."""
    return {number: one for number, one in known.items() if scope != "data" or one is not Why.LOOK}


def require_portraits(contents: Sequence[BadgeContent]) -> None:
    """No badge is printed with an empty frame where there was a photograph.

    :raises Refusal: (field ``anyway``) naming whose photograph has no file in the data folder any more.
    """
    lost = gone(one.photo for one in contents)
    whose = [f"{one.name_first} ({one.public_id})" for one in contents if one.photo in lost]
    if whose:
        more = _("and %(num)s more", num=len(whose) - MOST_NAMED)
        named = [*whose[:MOST_NAMED], *([more] if len(whose) > MOST_NAMED else [])]
        raise Refusal(
            _l("These photographs are lost, their files are not in the data folder: %(people)s. Put the files back, or "
               "ask for the photographs again.", people="; ".join(named)), field="anyway",
        )  # fmt: skip


def printed_before(
    conference: Conference, contents: Sequence[BadgeContent]
) -> list[tuple[BadgeContent, Why | None]]:  # fmt: skip
    """Who has a badge already, and what on it is out of date; None: it is as it should be."""
    why = why_anew(conference, contents)
    found = [(content, why.get(content.delegate_id)) for content in contents]
    return [(content, reason) for content, reason in found if reason is not Why.NEW]
