"""The list by which badges are handed out: in the order they were printed, with room to sign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_babel import pgettext

from app.conferences.models import Conference
from app.i18n import speaking
from app.printing.parts import Cut, Rendered, in_parts
from app.printing.press.design import font_address, text_pages
from app.printing.press.pages import Told
from app.printing.queries import groups_of, titles
from app.printing.rules import ROLE_SIGNS, BadgeContent

FIRST, MOST = 200, 1_000  # persons in the first part of the list, and in any
EDGE = 14.0  # mm from the right edge to the numbers of pages


def hand_out_list(
    conference: Conference,
    contents: Sequence[BadgeContent],
    *,
    sort: str,
    tell: Told | None = None,
    deed_key: str | None = None,
) -> bytes:
    """The list as PDF, in Russian and German; it is laid out in parts that end with a delegation or a letter.

    :param tell: told (persons laid out, in all) before each part; may raise to stop.
    :param deed_key: of the job; with one, what is laid out is kept until
        :func:`~app.printing.parts.forget_parts`.
    """
    order = ("ru", "de") if conference.host.country == "RU" else ("de", "ru")  # the host's language stands first
    words: dict[str, dict[str, str]] = {}
    roles: dict[str, dict[str, str]] = {}
    for code in order:
        with speaking(code):
            words[code] = {"title": _("Handing out badges"), "signature": pgettext("paper", "Signature"),
                           "persons": pgettext("paper", "Persons")}  # fmt: skip
            roles[code] = {role.value: str(sign.word) for role, sign in ROLE_SIGNS.items()}
    named = titles(conference)

    def render(some: Sequence[BadgeContent], first: int, told: Told | None) -> Rendered:
        if told is not None:
            told(0, len(some))
        groups: list[dict[str, Any]] = []
        for group in groups_of(some, sort):
            people = [
                {"number": first + group.first + place, "first": one.name_first, "second": one.name_second,
                 "role": roles[one.first][one.role.value], "place": one.place_first}
                for place, one in enumerate(some[group.first : group.first + group.count], start=1)
            ]  # fmt: skip
            groups.append({"titles": group.titles, "people": people})
        page = render_template(
            "print/badge/hand-out.html", groups=groups, words=words, order=order, titles=named, first=first,
            by_name=sort != "delegation", fonts=font_address(),
        )  # fmt: skip
        return text_pages(page), 0, []

    firsts = [group.first for group in groups_of(contents, sort)]
    return in_parts(
        contents, render, deed_key=deed_key,
        signs=[one.fingerprint for one in contents],
        basis=(named, words, order, sort), cut=Cut([*firsts[1:], len(contents)], FIRST, MOST),
        title=" · ".join(words[code]["title"] for code in order), tell=tell, named=False, numbers=EDGE,
    )[0]  # fmt: skip
