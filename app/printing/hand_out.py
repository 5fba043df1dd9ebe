"""The list by which badges are handed out: in the order they were printed, with room to sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_babel import pgettext

from app.conferences.models import Conference
from app.delegations.queries.arrived import ARRIVED, EXPECTED
from app.i18n import date_time, speaking
from app.printing.models import PrintRun
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
    of: PrintRun | None = None,
    came: str = "",
    at: datetime | None = None,
    numbers: Mapping[int, int] | None = None,
    tell: Told | None = None,
    deed_key: str | None = None,
) -> bytes:
    """The list as PDF, in Russian and German; it is laid out in parts that end with a delegation or a letter.

    :param of: the run whose badges are handed out, and ``came``: who of them stands on the list, as
        :func:`~app.delegations.queries.arrived.those_who` has it; ``at``: of what moment that is true.
    :param numbers: what each person bears in the list of all, by delegate; else they are counted.
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
            words[code]["about"] = _about(conference, of, came, at)
            roles[code] = {role.value: str(sign.word) for role, sign in ROLE_SIGNS.items()}
    named = titles(conference)

    def render(some: Sequence[BadgeContent], first: int, told: Told | None) -> Rendered:
        if told is not None:
            told(0, len(some))
        groups: list[dict[str, Any]] = []
        for group in groups_of(some, sort):
            people = [
                {"number": (numbers or {}).get(one.delegate_id, first + group.first + place),
                 "first": one.name_first, "second": one.name_second,
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
        basis=(named, [words[code]["title"] for code in order], order, sort, came),
        cut=Cut([*firsts[1:], len(contents)], FIRST, MOST),
        title=" · ".join(words[code]["title"] for code in order), tell=tell, named=False, numbers=EDGE,
    )[0]  # fmt: skip


def _about(conference: Conference, of: PrintRun | None, came: str, at: datetime | None) -> str:
    """Which badges, and whose of them: «Бейджи, напечатанные 6 июня 2021 г., 06:40 · только прибывшие к …»."""
    said = []
    if of is not None:
        said.append(_("Badges printed %(when)s", when=date_time(of.created_at, conference.timezone)))
    if at is not None and came == ARRIVED:
        said.append(_("only those arrived by %(when)s", when=date_time(at, conference.timezone)))
    if at is not None and came == EXPECTED:
        said.append(_("only those not arrived by %(when)s", when=date_time(at, conference.timezone)))
    return " · ".join(said)
