"""What a head answered: the last word counts."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from app.correspondence.models import Letter, Reply
from app.correspondence.operations.incoming import record_incoming
from app.correspondence.rules import LetterState, ReplyAnswer, require_reply
from app.database import lock, transaction
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor


def record_reply(
    *,
    letter: Letter,
    answer: ReplyAnswer,
    people: int = 1,
    contact_name: str = "",
    contact_email: str = "",
    contact_phone: str = "",
    deputy_name: str = "",
    deputy_office: str = "",
    remarks: str = "",
    source: str = "page",
    incoming_number: str = "",
    incoming_date: date | None = None,
    actor: Actor,
    at: datetime,
) -> Reply:
    """Keep the answer to a letter; a later one replaces it until the deadline of the conference.

    :param source: page, phone, email or letter. What comes not by the page is recorded after the deadline too, with
        who recorded it.
    :param incoming_number: of an answer on paper, as its sender numbered it; ``incoming_date`` is the sender's too.
        With both it is kept as an incoming letter, which a letter of ours can then answer.
    :raises Refusal: with its field; when the letter was not issued or is annulled; after the deadline.
    """
    today = at.astimezone(ZoneInfo(letter.conference.timezone)).date()
    if incoming_date is not None and incoming_date > today:
        raise Refusal(_l("The date of the answer lies in the future."), field="incoming_date")
    require_reply(answer=answer, people=people, deputy_name=deputy_name, contact_email=contact_email, source=source)
    with transaction() as session:
        lock(letter)
        if letter.state is not LetterState.ISSUED:
            raise Refusal(_l("This letter is not valid any more; please use the link of the newest one."))
        until = letter.conference.reply_until
        if source == "page" and until is not None and today > until:
            raise Refusal(_l("The time to answer is over; please write or call the organisers."))
        reply = session.scalar(select(Reply).where(Reply.letter_id == letter.id))
        if reply is None:
            reply = Reply(letter_id=letter.id, first_at=at)
            session.add(reply)
        reply.answer = answer
        reply.people = people if answer is not ReplyAnswer.CANNOT else 0
        deputy = answer is ReplyAnswer.SENDS_DEPUTY
        reply.deputy_name = deputy_name.strip() if deputy else ""
        reply.deputy_office = deputy_office.strip() if deputy else ""
        reply.contact_name, reply.contact_email = contact_name.strip(), contact_email.strip()
        reply.contact_phone, reply.remarks = contact_phone.strip(), remarks.strip()
        reply.source, reply.answered_at = source, at
        reply.recorded_by = actor.label if source != "page" else ""
        reply.incoming_number = " ".join(incoming_number.split()) if source == "letter" else ""
        reply.incoming_date = incoming_date if source == "letter" else None
        incoming = None
        if reply.incoming_number and reply.incoming_date is not None:
            incoming = record_incoming(
                conference=letter.conference, municipality=letter.municipality, number=reply.incoming_number,
                dated=reply.incoming_date, actor=actor, at=at,
            )  # fmt: skip
        reply.incoming_id = incoming.id if incoming is not None else None
        session.flush()
        session.expire(letter, ["reply"])
        record(deed="correspondence.record_reply", subject=letter, actor=actor, at=at,
               details={"answer": answer.value, "source": source})  # fmt: skip
    return reply


def note_opened(*, letter: Letter, at: datetime) -> None:
    """Remember that the reply page of an issued letter was opened; only the first time counts, nothing else changes."""
    if letter.opened_at is not None or letter.state is not LetterState.ISSUED:
        return
    with transaction() as session:
        session.execute(
            update(Letter)
            .where(Letter.id == letter.id, Letter.opened_at.is_(None))
            .values(opened_at=at)
            .execution_options(synchronize_session=False)
        )
        session.expire(letter, ["opened_at"])
