"""How far issued letters have come: sent, opened, answered; and how many heads are how far, place by place.

A head may hold several invitations to one conference, from the association and from Russian partner cities, and later
letters, of a change of format, as a reminder. The newest answer to any of them is the answer to the invitation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, distinct, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.conferences.models import Conference
from app.correspondence.models import Despatch, Letter, Reply
from app.correspondence.rules import DespatchWay, LetterKind, LetterState, ReplyAnswer, Stage
from app.database import db
from app.directory.models import Municipality
from app.mailroom.models import OutgoingMail
from app.mailroom.rules import MailState

_Parent = aliased(Letter)
_Other = aliased(Letter)
_GONE = (DespatchWay.EMAIL, DespatchWay.HANDED_OVER, DespatchWay.POSTED)


def _newest_reply() -> ScalarSelect[int]:
    """The answer that counts for a letter: for an invitation the newest from its municipality, else its own.

    Whoever is asked again, by a letter of another kind, is silent until that letter is answered.
    """
    together = and_(
        Letter.kind == LetterKind.INVITATION,
        _Other.conference_id == Letter.conference_id,
        _Other.municipality_id == Letter.municipality_id,
        _Other.state == LetterState.ISSUED,
    )
    return (
        select(Reply.id)
        .join(_Other, _Other.id == Reply.letter_id)
        .where(or_(_Other.id == Letter.id, together))
        .order_by(Reply.answered_at.desc(), Reply.id.desc())
        .limit(1)
        .correlate(Letter)
        .scalar_subquery()
    )


def _answered(answer: ReplyAnswer | None = None) -> ColumnElement[bool]:
    if answer is None:
        return _newest_reply().is_not(None)
    counted = select(Reply.id).where(Reply.id == _newest_reply(), Reply.answer == answer)
    return exists(counted.correlate(Letter))


def _answered_on_page() -> ColumnElement[bool]:
    own = select(Reply.id).where(Reply.letter_id == Letter.id, Reply.source == "page")
    return exists(own.correlate(Letter))


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
    """Letters that have come so far, as SQL. Annulled letters and those without a number have come nowhere.

    An answer to one invitation is an answer to all that the municipality holds.
    """
    further: dict[Stage, ColumnElement[bool] | None] = {
        Stage.INVITED: None,
        Stage.SENT: _sent(),
        Stage.RETURNED: _returned(),
        Stage.OPENED: or_(Letter.opened_at.is_not(None), _answered_on_page()),
        Stage.ANSWERED: _answered(),
        Stage.SILENT: ~_answered(),
        **{Stage(answer.value): _answered(answer) for answer in ReplyAnswer},
    }
    condition = further[stage]
    issued = Letter.state == LetterState.ISSUED
    return issued if condition is None else and_(issued, condition)


@dataclass(frozen=True)
class Place:
    """A country, or a region of it (ISO 3166-2, empty when not given), with how many of the invited came how far."""

    country: str
    region: str | None
    name_ru: str = ""
    name_de: str = ""
    counts: dict[Stage, int] = field(default_factory=dict)


def invitations_by_place(conference: Conference) -> Sequence[Place]:
    """How many of the invited have come how far in each region, each counted once; one query."""
    rows = db.session.execute(
        select(
            Municipality.country,
            Municipality.iso3166_2,
            func.max(Municipality.region_ru),
            func.max(Municipality.region_de),
            *(func.count(distinct(case((at_stage(stage), Letter.municipality_id)))) for stage in Stage),
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


def answers_by_municipality(conference: Conference) -> dict[int, Reply]:
    """The newest answer of each municipality to any letter that stands; one query."""
    rows = db.session.execute(
        select(Letter.municipality_id, Reply)
        .join(Letter, Letter.id == Reply.letter_id)
        .where(Letter.conference_id == conference.id, Letter.state == LetterState.ISSUED)
        .order_by(Reply.answered_at, Reply.id)
    )
    return dict(rows.all())


def answer_of_head(letter: Letter) -> Reply | None:
    """What the head a letter went to answered last, to it or to another letter of the conference that stands."""
    same = Letter.id == letter.id
    if letter.head_id is not None:
        same = or_(same, and_(Letter.conference_id == letter.conference_id, Letter.head_id == letter.head_id))
    return db.session.scalar(
        select(Reply)
        .join(Letter, Letter.id == Reply.letter_id)
        .where(same, Letter.state == LetterState.ISSUED)
        .order_by(Reply.answered_at.desc(), Reply.id.desc())
        .limit(1)
    )


def people_announced(conference: Conference) -> tuple[int, int]:
    """How many people the heads have announced in person and by video, themselves included; one query."""
    replies = answers_by_municipality(conference).values()
    by_video = sum(reply.people for reply in replies if reply.answer is ReplyAnswer.BY_VIDEO)
    return sum(reply.people for reply in replies) - by_video, by_video


def letters_gone(conference: Conference) -> tuple[int, int]:
    """How many invitations have gone on their own, by mail or on paper, and how many enclosed in another letter."""
    enclosed = Letter.parent_letter_id.is_not(None)
    found = db.session.execute(
        select(
            func.coalesce(func.sum(case((enclosed, 0), else_=1)), 0),
            func.coalesce(func.sum(case((enclosed, 1), else_=0)), 0),
        ).where(Letter.conference_id == conference.id, Letter.kind == LetterKind.INVITATION, at_stage(Stage.SENT))
    ).one()
    return int(found[0]), int(found[1])
