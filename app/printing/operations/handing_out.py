"""Laying out the list by which the badges of a run are handed out."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from app.conferences.models import Conference
from app.delegations.queries.arrived import ARRIVED, those_who
from app.errors import Refusal
from app.history.rules import Actor
from app.printing.hand_out import hand_out_list
from app.printing.models import PrintRun
from app.printing.operations.runs import BADGES, Deliver, Printed, done_before, keep_run
from app.printing.parts import forget_parts
from app.printing.press.pages import Told
from app.printing.proofs import few, marked
from app.printing.queries import HAND_OUT, badge_contents, of_run, run_of
from app.printing.rules import BadgeContent
from app.printing.rules.orders import SORTS


def _those(conference: Conference, run_id: int, came: str) -> tuple[PrintRun, list[BadgeContent], dict[int, int]]:
    """The printing, whose badges are handed out in the order they lie, and what number each has among all.

    :raises Refusal: when nobody of the run has a place on site any more, or nobody of those meant.
    """
    run = run_of(conference, run_id)
    contents = of_run(run, badge_contents(conference, listed=True)) if run is not None and run.kind == BADGES else []
    if run is None or not contents:
        raise Refusal(_("Nobody of this printing has a place on site any more."))
    numbers = {content.delegate_id: place for place, content in enumerate(contents, start=1)}
    those = those_who(conference, came)
    if those is not None:
        contents = [content for content in contents if content.delegate_id in those]
    if not contents and came == ARRIVED:
        raise Refusal(_("Nobody of this printing has been checked in yet."))
    if not contents:
        raise Refusal(_("Everybody of this printing has arrived."))
    return run, contents, numbers


def _sort_of(run: PrintRun) -> str:
    sort = run.options.get("sort", "")
    return sort if sort in SORTS else "delegation"


def hand_out_proof(conference: Conference, run_id: int, *, came: str = "", at: datetime) -> bytes:
    """The first people of the list and the longest names, marked as a proof; nothing is logged.

    :raises Refusal: as :func:`print_hand_out`.
    """
    run, contents, numbers = _those(conference, run_id, came)
    some = few(contents, lambda one: one.name_first, first=40)
    pdf = hand_out_list(conference, some, sort=_sort_of(run), of=run, came=came, at=at, numbers=numbers)
    return marked(pdf, len(some), len(contents), title=_("Handing out badges"))


def print_hand_out(
    *,
    conference: Conference,
    run_id: int,
    actor: Actor,
    at: datetime,
    came: str = "",
    deed_key: str | None = None,
    deliver: Deliver | None = None,
    tell: Told | None = None,
) -> Printed:
    """Lay the list out, in the order in which the badges of the run lie, and log it.

    :param run_id: of the printing of badges.
    :param came: only those who have ``arrived``, or who are ``expected`` yet; empty: everybody.
    :param deed_key: a second call with the same key gives the list there is.
    :param tell: told (persons laid out, in all) now and then; may raise to stop, then nothing is logged.
    :raises Refusal: when nobody of the run has a place on site any more.
    """
    if (done := done_before(deed_key)) is not None:
        return done
    run, contents, numbers = _those(conference, run_id, came)
    printed = keep_run(
        conference=conference, kind=HAND_OUT, scope=run.scope, delegation_id=run.delegation_id,
        pdf=hand_out_list(
            conference, contents, sort=_sort_of(run), of=run, came=came, at=at,
            numbers=numbers, tell=tell, deed_key=deed_key,
        ),
        count=len(contents), options={"of": run.id} | ({"came": came} if came else {}),
        deed_key=deed_key, actor=actor, at=at, deliver=deliver,
    )  # fmt: skip
    forget_parts(deed_key)
    return printed
