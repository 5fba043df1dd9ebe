"""How far an issued letter has come: sent, opened, answered; and how many letters are how far, place by place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.conferences.models import Conference
from app.correspondence.models import Letter, Reply
from app.correspondence.rules import LetterKind, LetterState, ReplyAnswer, Stage
from app.database import db
from app.directory.models import Municipality
from app.mailroom.models import OutgoingMail
from app.mailroom.rules import MailState

_Parent = aliased(Letter)


def _answered(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(Reply.id).where(Reply.letter_id == Letter.id, *conditions).correlate(Letter))


def _sent() -> ColumnElement[bool]:
    """Its mail has gone; a letter for a partner city goes with the mail of its parent."""
    own = select(OutgoingMail.id).where(OutgoingMail.id == Letter.mail_id, OutgoingMail.state == MailState.SENT)
    carried = (
        select(OutgoingMail.id)
        .join(_Parent, _Parent.mail_id == OutgoingMail.id)
        .where(_Parent.id == Letter.parent_letter_id, OutgoingMail.state == MailState.SENT)
    )
    return or_(exists(own.correlate(Letter)), exists(carried.correlate(Letter)))


def at_stage(stage: Stage) -> ColumnElement[bool]:
    """Letters that have come so far, as SQL. Annulled letters and those without a number have come nowhere."""
    further: dict[Stage, ColumnElement[bool] | None] = {
        Stage.INVITED: None,
        Stage.SENT: _sent(),
        Stage.OPENED: or_(Letter.opened_at.is_not(None), _answered(Reply.source == "page")),
        Stage.ANSWERED: _answered(),
        Stage.SILENT: ~_answered(),
        **{Stage(answer.value): _answered(Reply.answer == answer) for answer in ReplyAnswer},
    }
    condition = further[stage]
    issued = Letter.state == LetterState.ISSUED
    return issued if condition is None else and_(issued, condition)


@dataclass(frozen=True)
class Place:
    """A country, or a region of it (ISO 3166-2, empty when not given), with how many invitations came how far."""

    country: str
    region: str | None
    name_ru: str = ""
    name_de: str = ""
    counts: dict[Stage, int] = field(default_factory=dict)


def invitations_by_place(conference: Conference) -> Sequence[Place]:
    """How far the invitations of a conference have come in each region; one query."""
    rows = db.session.execute(
        select(
            Municipality.country,
            Municipality.iso3166_2,
            func.max(Municipality.region_ru),
            func.max(Municipality.region_de),
            *(func.sum(case((at_stage(stage), 1), else_=0)) for stage in Stage),
        )
        .join(Letter, Letter.municipality_id == Municipality.id)
        .where(
            Letter.conference_id == conference.id,
            Letter.kind == LetterKind.INVITATION,
            Letter.state == LetterState.ISSUED,
        )
        .group_by(Municipality.country, Municipality.iso3166_2)
        .order_by(Municipality.country, Municipality.iso3166_2)
    ).all()
    return [
        Place(country, region, ru or "", de or "", dict(zip(Stage, map(int, numbers), strict=True)))
        for country, region, ru, de, *numbers in rows
    ]
