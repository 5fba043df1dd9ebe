"""Whose badge is to be printed anew, and why: never printed, other data, another look."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask_babel import LazyString, ngettext
from flask_babel import lazy_pgettext as _p
from sqlalchemy import func, select

from app.conferences.models import Conference
from app.database import db
from app.printing.backs import back_contents
from app.printing.looks import dressed
from app.printing.models import Badge, PrintRun
from app.printing.queries import titles
from app.printing.rules import LAYOUTS, ROLE_SIGNS, BadgeContent, Layout


class Why(StrEnum):
    """Why a badge is to be printed."""

    NEW = "new"
    DATA = "data"
    LOOK = "look"


WHY_WORDS: Mapping[Why, LazyString] = {
    Why.NEW: _p("badge", "still to be printed"),
    Why.DATA: _p("badge", "out of date: other data"),
    Why.LOOK: _p("badge", "out of date: another look"),
}

UP_TO_DATE = _p("badge", "up to date")


@dataclass(frozen=True)
class LastBadge:
    """The badge somebody has; ``back`` is empty where none was printed, ``look`` where it is not known."""

    fingerprint: str
    back: str
    look: str
    layout: str
    times: int
    at: datetime
    run_id: int


def look_signs(conference: Conference, layout: Layout) -> dict[str, str]:
    """How badges of a layout look now, by role: differs when colours, choices, pictures, own CSS or the title do."""
    look, named = dressed(conference, layout).look, sorted(titles(conference).items())
    return {
        role.value: hashlib.sha256(json.dumps([look.sign_of(role.value, sign.colour), named]).encode()).hexdigest()[:16]
        for role, sign in ROLE_SIGNS.items()
    }


def last_badges(conference: Conference, *, delegate_id: int | None = None) -> dict[int, LastBadge]:
    """The badge everybody has now, by delegate; one that is withdrawn is none. One query."""
    ever = (
        select(func.max(Badge.id).label("id"), func.count().label("times"))
        .join(PrintRun, PrintRun.id == Badge.run_id)
        .where(PrintRun.conference_id == conference.id, PrintRun.kind == "badges", Badge.withdrawn_at.is_(None))
        .group_by(Badge.delegate_id)
    )
    if delegate_id is not None:
        ever = ever.where(Badge.delegate_id == delegate_id)
    last = ever.subquery()
    question = (
        select(Badge.delegate_id, Badge.fingerprint, Badge.back_fingerprint, Badge.look, PrintRun.layout, last.c.times,
               PrintRun.created_at, Badge.run_id)
        .join(last, last.c.id == Badge.id)
        .join(PrintRun, PrintRun.id == Badge.run_id)
    )  # fmt: skip
    return {row[0]: LastBadge(*row[1:]) for row in db.session.execute(question)}


def why_anew(
    conference: Conference, contents: Sequence[BadgeContent], last: Mapping[int, LastBadge] | None = None
) -> dict[int, Why]:
    """Whose badge is to be printed, by delegate; who has one that is as it should be is not among them.

    A badge is compared with what should stand on one of the layout it was printed in. Data goes before the look.

    :param last: where it is known.
    """
    printed = last_badges(conference) if last is None else last
    with_back = [one for one in contents if one.delegate_id in printed and printed[one.delegate_id].back]
    backs = back_contents(conference, with_back) if with_back else {}
    names = {one.layout for one in printed.values()} & set(LAYOUTS)
    looks = {name: look_signs(conference, LAYOUTS[name]) for name in names}
    found: dict[int, Why] = {}
    for content in contents:
        number = content.delegate_id
        badge = printed.get(number)
        if badge is None:
            found[number] = Why.NEW
            continue
        layout = LAYOUTS.get(badge.layout)
        front = content.fingerprint_on(layout) if layout else content.fingerprint
        back = backs[number].fingerprint if number in backs else badge.back
        if (front, back) != (badge.fingerprint, badge.back):
            found[number] = Why.DATA
        elif layout is not None and badge.look and badge.look != looks[badge.layout].get(content.role.value):
            found[number] = Why.LOOK
    return found


def reasons(why: Iterable[Why]) -> dict[str, int]:
    """How many for each reason, in the order of :class:`Why`; those of nobody are left out."""
    counted = Counter(why)
    return {reason.value: counted[reason] for reason in Why if counted[reason]}


def reason_words(counted: Mapping[str, int]) -> list[str]:
    """The same for people."""
    words = {
        "new": lambda count: ngettext("%(num)s badge never printed", "%(num)s badges never printed", count),
        "data": lambda count: ngettext("%(num)s badge with other data than printed",
                                       "%(num)s badges with other data than printed", count),
        "look": lambda count: ngettext("%(num)s badge with another look than printed",
                                       "%(num)s badges with another look than printed", count),
    }  # fmt: skip
    return [words[reason](count) for reason, count in counted.items() if reason in words]
