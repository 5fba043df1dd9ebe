"""The list by which badges are handed out: in the order they were printed, with room to sign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_babel import pgettext

from app.conferences.models import Conference
from app.i18n import speaking
from app.printing.press.design import font_address, text_pages
from app.printing.press.pages import Told
from app.printing.queries import groups_of, titles
from app.printing.rules import ROLE_SIGNS, BadgeContent


def hand_out_list(
    conference: Conference, contents: Sequence[BadgeContent], *, sort: str, tell: Told | None = None
) -> bytes:
    """The list as PDF, in Russian and German.

    :param tell: told (none, persons in all) before the pages are laid out in one piece; may raise to stop.
    """
    if tell is not None:
        tell(0, len(contents))
    order = ("ru", "de") if conference.host.country == "RU" else ("de", "ru")  # the host's language stands first
    words: dict[str, dict[str, str]] = {}
    roles: dict[str, dict[str, str]] = {}
    for code in order:
        with speaking(code):
            words[code] = {"title": _("Handing out badges"), "signature": pgettext("paper", "Signature"),
                           "persons": pgettext("paper", "Persons")}  # fmt: skip
            roles[code] = {role.value: str(sign.word) for role, sign in ROLE_SIGNS.items()}
    groups: list[dict[str, Any]] = []
    for group in groups_of(contents, sort):
        people = [
            {"number": group.first + place, "first": one.name_first, "second": one.name_second,
             "role": roles[one.first][one.role.value], "place": one.place_first}
            for place, one in enumerate(contents[group.first : group.first + group.count], start=1)
        ]  # fmt: skip
        groups.append({"titles": group.titles, "people": people})
    return text_pages(
        render_template(
            "print/badge/hand-out.html",
            groups=groups,
            words=words,
            order=order,
            titles=titles(conference),
            by_name=sort != "delegation",
            fonts=font_address(),
        )
    )
