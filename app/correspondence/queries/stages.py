"""How far an issued letter has come: sent, opened, answered; and how many letters are how far, place by place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.conferences.models import Conference
from app.correspondence.models import Despatch, Letter, Reply
from app.correspondence.rules import DespatchWay, LetterKind, LetterState, ReplyAnswer, Stage
from app.database import db
from app.directory.models import Municipality
from app.mailroom.models import OutgoingMail
from app.mailroom.rules import MailState

_Parent = aliased(Letter)
_GONE = (DespatchWay.EMAIL, DespatchWay.HANDED_OVER, DespatchWay.POSTED)


def _answered(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(Reply.id).where(Reply.letter_id == Letter.id, *conditions).correlate(Letter))


def _went_last(*ways: DespatchWay) -> ColumnElement[bool]:
    newest = select(func.max(Despatch.id)).where(Despatch.letter_id == Letter.id).correlate(Letter).scalar_subquery()
    return exists(select(Despatch.id).where(Despatch.id == newest, Despatch.way.in_(ways)).correlate(Letter))


def _mail(state: MailState) -> ColumnElement[bool]:
    own = select(OutgoingMail.id).where(OutgoingMail.id == Letter.mail_id, OutgoingMail.state == state)
    return exists(own.correlate(Letter))


def _returned() -> ColumnElement[bool]:
    """Its mail was refused or came back, or the paper did, and it was not sent in another way since."""
    on_paper = _went_last(DespatchWay.PRINTED, DespatchWay.HANDED_OVER, DespatchWay.POSTED)
    return or_(_went_last(DespatchWay.RETURNED), and_(_mail(MailState.FAILED), ~on_paper))


def _sent() -> ColumnElement[bool]:
    """It has gone by mail or on paper and did not come back; one for a partner city goes with its parent's mail."""
    carried = (
        select(OutgoingMail.id)
        .join(_Parent, _Parent.mail_id == OutgoingMail.id)
        .where(_Parent.id == Letter.parent_letter_id, OutgoingMail.state == MailState.SENT)
    )
    logged = exists(
        select(Despatch.id).where(Despatch.letter_id == Letter.id, Despatch.way.in_(_GONE)).correlate(Letter)
    )
    return and_(or_(_mail(MailState.SENT), logged, exists(carried.correlate(Letter))), ~_returned())


def at_stage(stage: Stage) -> ColumnElement[bool]:
    """Letters that have come so far, as SQL. Annulled letters and those without a number have come nowhere."""
    further: dict[Stage, ColumnElement[bool] | None] = {
        Stage.INVITED: None,
        Stage.SENT: _sent(),
        Stage.RETURNED: _returned(),
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


def people_announced(conference: Conference) -> tuple[int, int]:
    """How many people the heads have announced in person and by video, themselves included; one query."""
    by_video = Reply.answer == ReplyAnswer.BY_VIDEO
    found = db.session.execute(
        select(
            func.coalesce(func.sum(case((by_video, 0), else_=Reply.people)), 0),
            func.coalesce(func.sum(case((by_video, Reply.people), else_=0)), 0),
        )
        .join(Letter, Letter.id == Reply.letter_id)
        .where(
            Letter.conference_id == conference.id,
            Letter.kind == LetterKind.INVITATION,
            Letter.state == LetterState.ISSUED,
        )
    ).one()
    return int(found[0]), int(found[1])
