"""Whose badges a run prints, and which of them were printed before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.conferences.models import Conference
from app.errors import Refusal
from app.printing.freshness import Why, why_anew
from app.printing.photos import gone
from app.printing.queries import badge_contents, in_order, require_checked_in
from app.printing.rules import BadgeContent, Layout

MOST_NAMED = 20  # people in one sentence
AS_CHANGED = frozenset({"new", "data"})  # the runs that leave out who has a badge as it should be


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

    :raises Refusal: when nobody asked for has a place on site, or none of them has arrived.
    """
    contents = badge_contents(conference, delegation_id=delegation_id, delegate_id=delegate_id, photos=layout.photo)
    if delegate_ids:
        wanted = set(delegate_ids)
        contents = [content for content in contents if content.delegate_id in wanted]
    if role:
        contents = [content for content in contents if content.role.value == role]
    contents = in_order(contents, sort)
    if not contents:
        raise Refusal(_("Nobody has a place on site, so there is no badge to print."))
    return require_checked_in(conference, contents) if scope == "checked-in" else contents


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
