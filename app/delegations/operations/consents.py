"""Giving and taking back consents."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert as insert_into
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.conferences.models import Conference
from app.database import db, is_sqlite, lock, transaction, write_later
from app.delegations.models import Consent, ConsentWording, Delegate
from app.delegations.operations.passports import erase_passport
from app.delegations.operations.photos import remove_photo
from app.delegations.queries.consents import kept_texts_for
from app.delegations.rules.consents import VERSION, Purpose, require_guardian
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import SYSTEM, Actor
from app.kept_pages import kept_facts

# What a person says of food and access; whoever fills it in agrees to its use by doing so.
HEALTH_DAYS = 30  # after the last day; the text of the consent names them
HEALTH_FIELDS = ("dietary_code", "dietary_note", "accessibility_note")


def says_something_of_health(values: object) -> bool:
    """Whether there is anything to agree to; «no wishes» is nothing."""
    return any(getattr(values, name, "") not in {"", "none"} for name in HEALTH_FIELDS)


def as_kept(purposes: Collection[Purpose], *, language: str, at: datetime) -> dict[str, dict[str, str]]:
    """The living consents as the delegate's own row has them."""
    return {
        purpose.value: {"at": at.isoformat(), "language": language, "version": VERSION}
        for purpose in Purpose
        if purpose in purposes
    }


def _known_wordings(signs: Collection[str]) -> set[str]:
    return set(db.session.scalars(select(ConsentWording.sha256).where(ConsentWording.sha256.in_(signs))))


_NEW_CONSENTS = insert_into(Consent.metadata.tables[Consent.__tablename__]).inline()


def prove_consents(
    *,
    delegate: Delegate,
    conference: Conference,
    purposes: Collection[Purpose],
    language: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Keep the proof of consents to the texts shown now, in the surrounding transaction that holds the delegate.

    A minor's guardian is named in each. The delegate's own row is left to the caller (:func:`as_kept`); it may be
    written later, only its id must be known.
    """
    shown = kept_texts_for(conference, language)
    texts = {purpose: shown[purpose.value] for purpose in Purpose if purpose in purposes}
    signs = frozenset(text.sha256 for text in texts.values())
    with transaction() as session:
        known = kept_facts(("wordings", signs), lambda: _known_wordings(signs))
        if signs - known:
            insert: Any = sqlite_insert if is_sqlite() else postgresql_insert  # two at once may bring the same text
            session.execute(
                insert(ConsentWording).on_conflict_do_nothing(),
                [
                    {"sha256": text.sha256, "text": text.whole, "created_at": at}
                    for text in texts.values()
                    if text.sha256 not in known
                ],
            )
        guardian = delegate.guardian if delegate.minor else ""
        write_later(
            _NEW_CONSENTS,
            [
                {"delegate_id": delegate.id, "purpose": purpose, "version": VERSION, "language": language,
                 "wording": text.sha256, "given_at": at, "given_by": actor.label, "guardian": guardian,
                 "withdrawn_by": ""}
                for purpose, text in texts.items()
            ],
        )  # fmt: skip


def keep_consents(
    *, delegate: Delegate, purposes: Collection[Purpose], language: str, actor: Actor, at: datetime
) -> list[Purpose]:
    """Keep consents to the texts shown now, in the surrounding transaction that holds the delegate; those new are told.

    A minor's guardian is named in each.
    """
    new = [purpose for purpose in Purpose if purpose in purposes and purpose.value not in (delegate.consents or {})]
    if not new:
        return []
    with transaction() as session:
        prove_consents(delegate=delegate, conference=delegate.conference, purposes=new, language=language,
                       actor=actor, at=at)  # fmt: skip
        delegate.consents = {**(delegate.consents or {}), **as_kept(new, language=language, at=at)}
        session.flush()
    return new


def give_consent(*, delegate: Delegate, purpose: Purpose, language: str, actor: Actor, at: datetime) -> None:
    """The person agrees to the text of ``purpose`` as it is shown in ``language`` now. Agreeing twice is harmless.

    :raises Refusal: for a minor whose guardian is not named.
    """
    with transaction():
        lock(delegate)
        require_guardian(minor=delegate.minor, guardian=delegate.guardian)
        if keep_consents(delegate=delegate, purposes={purpose}, language=language, actor=actor, at=at):
            if purpose is Purpose.RECORDING:
                delegate.photo_consent = "yes"
            record(deed="delegations.give_consent", subject=delegate, actor=actor, at=at,
                   details={"purpose": purpose.value, "version": VERSION})  # fmt: skip


def withdraw_consent(*, delegate: Delegate, purpose: Purpose, actor: Actor, at: datetime) -> None:
    """The person takes a consent back, and what rested on it goes: the proof that it was given stays.

    Without the one to processing nothing can rest: whoever takes it back withdraws the registration first.

    :raises Refusal: for processing while the registration stands.
    """
    with transaction() as session:
        lock(delegate)
        if purpose is Purpose.PROCESSING and delegate.accreditation.value not in {"withdrawn", "declined"}:
            raise Refusal(
                _l("Without this consent you cannot stay registered. Please withdraw your registration first.")
            )
        living = session.scalar(
            select(Consent).where(
                Consent.delegate_id == delegate.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
            )
        )
        gone: set[Purpose] = set(Purpose) if purpose is Purpose.PROCESSING else {purpose}
        had = living is not None or purpose.value in (delegate.consents or {})
        for row in session.scalars(
            select(Consent).where(
                Consent.delegate_id == delegate.id, Consent.purpose.in_(gone), Consent.withdrawn_at.is_(None)
            )
        ):
            row.withdrawn_at, row.withdrawn_by = at, actor.label
        delegate.consents = {
            name: entry for name, entry in (delegate.consents or {}).items() if name not in {one.value for one in gone}
        }
        session.flush()  # what follows reads the row anew
        _follow(delegate, gone, actor=actor, at=at)
        if had:
            record(deed="delegations.withdraw_consent", subject=delegate, actor=actor, at=at,
                   details={"purpose": purpose.value})  # fmt: skip


def _follow(delegate: Delegate, gone: set[Purpose], *, actor: Actor, at: datetime) -> None:
    """What a withdrawal means for what is kept."""
    if Purpose.RECORDING in gone:
        delegate.photo_consent = "no"
    if Purpose.HEALTH in gone:
        for name in HEALTH_FIELDS:
            setattr(delegate, name, "")
    if Purpose.VISA in gone:
        erase_passport(delegate=delegate, reason="withdrawn", actor=actor, at=at)
    if Purpose.PROCESSING in gone:
        remove_photo(delegate=delegate, actor=actor, at=at)


def name_guardian(*, delegate: Delegate, minor: bool, guardian: str, actor: Actor, at: datetime) -> None:
    """Say whether the person is under 18 on the first day, and who agrees for them.

    :raises Refusal: (field ``guardian``) when the guardian of a minor is not named.
    """
    guardian = " ".join(guardian.split()) if minor else ""
    require_guardian(minor=minor, guardian=guardian)
    with transaction():
        lock(delegate)
        if (delegate.minor, delegate.guardian) == (minor, guardian):
            return
        delegate.minor, delegate.guardian, delegate.updated_at = minor, guardian, at
        record(deed="delegations.name_guardian", subject=delegate, actor=actor, at=at, details={"minor": minor})


def erase_due_health(*, at: datetime) -> int:
    """Erase what people said of food and access, as the text promises: 30 days after the conference at the latest.

    Of those who agreed themselves; what a file or the secretariat brought is theirs to erase. Returns of how many.
    """
    over = select(Conference).where(Conference.ends_on <= at.date() - timedelta(days=HEALTH_DAYS))
    count = 0
    for conference in db.session.scalars(over.order_by(Conference.id)).all():
        if at.astimezone(ZoneInfo(conference.timezone)).date() <= conference.ends_on + timedelta(days=HEALTH_DAYS):
            continue
        with transaction() as session:
            rows = session.scalars(
                select(Delegate)
                .join(Consent, Consent.delegate_id == Delegate.id)
                .where(
                    Delegate.conference_id == conference.id, Consent.purpose == Purpose.HEALTH,
                    Consent.withdrawn_at.is_(None),
                )
                .order_by(Delegate.id)
            )  # fmt: skip
            for row in rows.all():
                withdraw_consent(delegate=row, purpose=Purpose.HEALTH, actor=SYSTEM, at=at)
                count += 1
    return count
