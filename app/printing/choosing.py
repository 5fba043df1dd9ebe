"""Whose badges a run prints, and which of them were printed before."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from flask_babel import gettext as _

from app.conferences.models import Conference
from app.errors import Refusal
from app.printing.freshness import Why, why_anew
from app.printing.queries import badge_contents, in_order, require_checked_in
from app.printing.rules import BadgeContent, Layout

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


def printed_before(
    conference: Conference, contents: Sequence[BadgeContent]
) -> list[tuple[BadgeContent, Why | None]]:  # fmt: skip
    """Who has a badge already, and what on it is out of date; None: it is as it should be."""
    why = why_anew(conference, contents)
    found = [(content, why.get(content.delegate_id)) for content in contents]
    return [(content, reason) for content, reason in found if reason is not Why.NEW]
