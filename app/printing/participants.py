"""The list of participants: by town, in both languages, with or without portraits."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import accumulate, count
from typing import Any

from flask import render_template
from flask_babel import gettext as _

from app.i18n import date_range, number, speaking
from app.printing.parts import Cut, Rendered, in_parts
from app.printing.press.design import PORTRAIT, font_address, text_pages
from app.printing.press.pages import Told
from app.printing.rules import BadgeContent
from app.printing.rules.towns import by_town
from app.printing.typesetting import role_words

PARTICIPANTS = (200, 1_000)  # persons in the first part of the list of participants, and in any
EDGE = 18.0  # mm from the right edge to the numbers of its pages


def list_of_participants(
    contents: Sequence[BadgeContent],
    *,
    titles: Mapping[str, str],
    dates: tuple[date, date],
    photos: Mapping[int, bytes] | None = None,
    leading: str = "ru",
    total: int | None = None,
    deed_key: str | None = None,
    tell: Told | None = None,
) -> bytes:
    """The list in both languages as PDF, by town in the order given; it is laid out in parts that end with a town.

    :param leading: the language by whose alphabet towns are in order; it stands first in their headings.
    :param total: how many its head says they are, of a list that shows some of them; None: those in it.
    :param photos: JPEG by delegate, for a list with a column of portraits; None: without one.
    :param deed_key: of the job; with one, what is laid out is kept until
        :func:`~app.printing.parts.forget_parts`.
    :param tell: told (persons laid out, in all) before each part; may raise to stop.
    """
    heads: dict[str, str] = {}
    for code in ("ru", "de"):
        with speaking(code):
            days, many = date_range(*dates), number(total or len(contents))
            heads[code] = _("List of participants · %(days)s · %(count)s", days=days, count=many)
    towns = by_town(contents, leading)
    listed = [content for _town, people in towns for content in people]

    def render(some: Sequence[BadgeContent], first: int, told: Told | None) -> Rendered:
        if told is not None:
            told(0, len(some))
        numbers = count(first + 1)
        groups: list[dict[str, Any]] = []
        for town, people in by_town(some, leading):
            groups.append({"places": " · ".join(town.places), "country": town.country, "rows": []})
            for content in people:
                words = " · ".join(dict.fromkeys(role_words(content)))
                photo = (photos or {}).get(content.delegate_id)
                groups[-1]["rows"].append({
                    "number": next(numbers), "first": content.name_first, "second": content.name_second,
                    "office": content.office, "words": words,
                    "photo": PORTRAIT + b64encode(photo).decode() if photo else "",
                })  # fmt: skip
        html = render_template(
            "print/participants/list.html", titles=titles, heads=heads, groups=groups, fonts=font_address(),
            with_photos=photos is not None, begins=first == 0,
        )  # fmt: skip
        return text_pages(html), 0, []

    ends = list(accumulate(len(people) for _town, people in towns))
    size, most = PARTICIPANTS if photos is None else (persons // 2 for persons in PARTICIPANTS)
    return in_parts(
        listed, render, deed_key=deed_key,
        signs=[one.fingerprint + (one.photo if photos and one.delegate_id in photos else "") for one in listed],
        basis=(sorted(titles.items()), heads, leading, photos is not None), cut=Cut(ends, size, most),
        title=" · ".join(titles[code] for code in ("ru", "de")), tell=tell, named=False, numbers=EDGE,
    )[0]  # fmt: skip
