"""Letters that come on paper: kept with their sender's number and date, so that an answer can name them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.conferences.models import Conference
from app.correspondence.models import IncomingLetter, Letter
from app.correspondence.rules import LetterState
from app.database import lock, transaction
from app.directory.models import Municipality
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor


def record_incoming(
    *,
    conference: Conference,
    municipality: Municipality,
    number: str,
    dated: date,
    received_on: date | None = None,
    subject: str = "",
    actor: Actor,
    at: datetime,
) -> IncomingLetter:
    """Keep a letter that came from a municipality; the same number and date again gives the one kept before.

    :param number: as its sender numbered it; «б/н» when it bears none.
    :param received_on: today when not given.
    :raises Refusal: (field ``number``, ``dated`` or ``received_on``) when it has no number or lies in the future.
    """
    today = at.astimezone(ZoneInfo(conference.timezone)).date()
    label, received = " ".join(number.split())[:60], received_on or today
    if not label:
        raise Refusal(_l("Give the number as its sender wrote it; б/н when it bears none."), field="number")
    if dated > today:
        raise Refusal(_l("The date of the letter lies in the future."), field="dated")
    if not dated <= received <= today:
        raise Refusal(_l("It was received on its own date or later, and not after today."), field="received_on")
    with transaction() as session:
        lock(conference)
        found = session.scalar(
            select(IncomingLetter).where(
                IncomingLetter.conference_id == conference.id, IncomingLetter.municipality_id == municipality.id,
                IncomingLetter.number == label, IncomingLetter.dated == dated,
            )
        )  # fmt: skip
        if found is not None:
            return found
        row = IncomingLetter(
            conference_id=conference.id, municipality_id=municipality.id, number=label, dated=dated,
            received_on=received, subject=" ".join(subject.split())[:300], recorded_by=actor.label, created_at=at,
        )  # fmt: skip
        session.add(row)
        session.flush()
        record(deed="correspondence.record_incoming", subject=row, actor=actor, at=at, details={"number": label},
               conference_id=conference.id)  # fmt: skip
    return row


def set_answered(*, letter: Letter, incoming: IncomingLetter | None, actor: Actor, at: datetime) -> None:
    """Say which letter a draft answers: «На № … от …» then stands on its paper; None: it answers none.

    :raises Refusal: (field ``incoming``) when the letter is no draft any more, or the other came from somebody else.
    """
    with transaction() as session:
        if lock(letter).state is not LetterState.DRAFT:
            raise Refusal(_l("What the letter says is fixed; take the approval back first."), field="incoming")
        if incoming is not None and (incoming.conference_id, incoming.municipality_id) != (
            letter.conference_id, letter.municipality_id,
        ):  # fmt: skip
            raise Refusal(_l("That letter came from another municipality."), field="incoming")
        if letter.answers_id == (incoming.id if incoming is not None else None):
            return
        letter.answers_id = incoming.id if incoming is not None else None
        session.flush()
        session.expire(letter, ["answers"])
        record(deed="correspondence.set_answered", subject=letter, actor=actor, at=at,
               details={"number": incoming.number if incoming is not None else ""})  # fmt: skip
