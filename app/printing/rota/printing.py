"""The interpreters' rota on paper: by day, then a sheet for each interpreter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import lazy_gettext as _l

from app.conferences.models import Conference
from app.conferences.queries import conference_title
from app.errors import Refusal
from app.history.rules import Actor
from app.i18n import language, speaking
from app.printing.operations.runs import Deliver, Printed, done_before, keep_run
from app.printing.parts import Cut, Rendered, forget_parts, in_parts
from app.printing.press.design import font_address, text_pages
from app.printing.press.pages import Told
from app.printing.proofs import few, marked
from app.printing.rota.queries import interpreted
from app.printing.rota.rules import KIND, Interpreted, duties
from app.programme.rules.words import INTERPRETATIONS, LANGUAGES

AT_ONCE = 40  # sheets of interpreters in any part
DAYS = 2  # of a proof
EDGE = 15.0  # mm from the right edge to the numbers of pages


def by_day(sessions: list[Interpreted], zone: str) -> dict[date, list[Interpreted]]:
    """The sessions of each day of the conference's zone."""
    found: dict[date, list[Interpreted]] = {}
    for session in sessions:
        found.setdefault(session.starts_at.astimezone(ZoneInfo(zone)).date(), []).append(session)
    return found


def shown(conference: Conference) -> dict[str, Any]:
    """What page and paper show."""
    sessions = interpreted(conference)
    zone = ZoneInfo(conference.timezone)
    return {
        "conference": conference,
        "tz": zone,
        "days": by_day(sessions, conference.timezone),
        "duties": [(duty, duty.long_days(zone)) for duty in duties(sessions)],
        "code": language(),
        "hows": INTERPRETATIONS,
        "spoken": LANGUAGES,
        "lacking": sum(session.lacks is not None for session in sessions),
    }


def print_rota(
    *,
    conference: Conference,
    actor: Actor,
    at: datetime,
    deed_key: str | None = None,
    deliver: Deliver | None = None,
    tell: Told | None = None,
    code: str | None = None,
) -> Printed:
    """Print the rota and log the run; what there is to say of it is said in the language spoken now.

    :param code: the language of the rota; the one spoken now when it is not given.
    :raises Refusal: when nothing is interpreted.
    """
    if (done := done_before(deed_key)) is not None:
        return done
    with speaking(code or language()):
        found = shown(conference)
        if not found["days"]:
            raise Refusal(_l("No session is interpreted."))
        pdf = _laid_out(found, conference_title(conference), deed_key=deed_key, tell=tell)
    warnings = [
        f"{session.code}: {session.lacks}" for day in found["days"].values() for session in day if session.lacks
    ]
    printed = keep_run(
        conference=conference, kind=KIND, pdf=pdf, count=len(found["duties"]), warnings=warnings,
        actor=actor, at=at, deed_key=deed_key, deliver=deliver,
    )  # fmt: skip
    forget_parts(deed_key)
    return printed


def rota_proof(conference: Conference) -> bytes:
    """The first days and the sheets of a few interpreters, marked as a proof; nothing is logged.

    :raises Refusal: when nothing is interpreted.
    """
    found = shown(conference)
    if not found["days"]:
        raise Refusal(_l("No session is interpreted."))
    title, sheets = conference_title(conference), found["duties"]
    some = few(sheets, lambda sheet: sheet[0].name, first=2, longest=2)
    days = dict(list(found["days"].items())[:DAYS])
    pdf = _laid_out(found | {"days": days, "duties": some}, title, deed_key=None, tell=None)
    every = len(found["days"]) + len(sheets)
    return marked(pdf, len(days) + len(some), every, title=title)


def _laid_out(found: dict[str, Any], title: str, *, deed_key: str | None, tell: Told | None) -> bytes:
    """The days in one part, then the sheets of interpreters, some in each part."""
    days, sheets = list(found["days"].items()), found["duties"]

    def render(some: Sequence[Any], first: int, told: Told | None) -> Rendered:
        if told is not None:
            told(0, len(some))
        part = {"days": dict(some[: len(days)] if first == 0 else ()), "duties": some[len(days) if first == 0 else 0 :]}
        html = render_template(
            "print/rota/rota.html", **(found | part), title=title, begins=first == 0, fonts=font_address()
        )  # fmt: skip
        return text_pages(html), 0, []

    items = [*days, *sheets]
    return in_parts(
        items, render, deed_key=deed_key, signs=[repr(item) for item in items], basis=(title, found["code"]),
        cut=Cut([*range(len(days), len(items)), len(items)], len(days), AT_ONCE), title=title, tell=tell, named=False,
        numbers=EDGE,
    )[0]  # fmt: skip
