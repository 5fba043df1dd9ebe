"""Registering: by oneself, by the contact of a delegation, by the secretariat."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, select

from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.conferences.taking_part import comes
from app.database import lock, transaction, write_later
from app.delegations.models import Delegate, Delegation, RegistrationDraft
from app.delegations.operations.answers import keep_answers
from app.delegations.operations.consents import as_kept, prove_consents, says_something_of_health
from app.delegations.operations.groups import changed_by_contact, next_position, require_room, set_function
from app.delegations.operations.mails import badge_secret, mail_added, new_pass, order_confirmation
from app.delegations.operations.precedence import precedence_for
from app.delegations.operations.waiting_list import place_is_free
from app.delegations.queries import DECISIVE, Door, at_the_door, next_number, search_text, sort_name
from app.delegations.queries.ways_in import approval_for, digest_of, registration_is_open
from app.delegations.rules import (
    ON_THE_SPOT,
    Accreditation,
    DelegateDetails,
    attendances_of,
    fitting,
    is_cyrillic,
    needs_latin,
    require_details,
    require_open,
)
from app.delegations.rules.consents import Purpose, require_guardian
from app.delegations.rules.groups import DelegationFunction
from app.delegations.rules.questions import Given
from app.delegations.rules.ways_in import Rule, chosen_way, role_of
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import Actor
from invitations.readings import name_in_russian
from invitations.translit import ru_to_duden, ru_to_icao

_TABLE = Delegate.metadata.tables[Delegate.__tablename__]
_COLUMNS = frozenset(_TABLE.columns.keys())
_NEW_DELEGATE = insert(_TABLE).inline()


def proposed_latin(own: str) -> str:
    """The Latin spelling of a name after ICAO Doc 9303; empty for a script that no table here spells."""
    return ru_to_icao(own) if is_cyrillic(own) else "" if needs_latin(own) else own


def with_latin(details: DelegateDetails) -> DelegateDetails:
    """The Latin spelling proposed where the person left it empty; their own always wins."""
    return replace(
        details,
        last_latin=details.last_latin or proposed_latin(details.last),
        first_latin=details.first_latin or proposed_latin(details.first),
    )


def badge_names(values: dict[str, Any]) -> dict[str, str]:
    """How the name stands on the badge in either script: «к. э. н. Орлова Анна Павловна», "Dr. Theo Graf von Thun"."""
    last, first, title = values["last"], values["first"], values["academic_title"]
    if is_cyrillic(last + first):
        russian = " ".join(part for part in (title, last, first, values["patronymic"]) if part)
        latin = [ru_to_duden(first), ru_to_duden(last)]
        return {"badge_ru": russian, "badge_de": " ".join(part for part in latin if part)}
    own = " ".join(part for part in (first, values.get("noble_prefix", ""), last) if part)
    german, spelt = " ".join(part for part in (title, own) if part), own
    if needs_latin(f"{first} {last}"):  # the prefix is of another script than the name
        own = f"{first} {last}".strip()
        spelt = f"{values.get('first_latin', '')} {values.get('last_latin', '')}".strip()
        german = f"{title} {spelt or own}".strip()
    lives = values.get("country", "")
    russian = name_in_russian(spelt, country=values.get("citizenship", "") or lives, lives=lives, own=own)
    return {"badge_ru": russian, "badge_de": german}


def require_attendance(conference: Conference, wished: Attendance | None) -> Attendance:
    """The way a person takes part; the format's own when there is nothing to choose.

    :raises Refusal: when the conference does not offer what was wished.
    """
    offered = attendances_of(conference.format)
    if len(offered) == 1:
        return offered[0]
    if wished is None:
        return offered[0]
    if wished not in offered:
        raise Refusal(_l("The conference does not offer this way of taking part."), field="attendance")
    return wished


def _form_key(conference: Conference, nonce: str, details: DelegateDetails) -> str | None:
    if not nonce:
        return None
    said = repr((conference.id, nonce, tuple(vars(details).values())))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class _Newcomer:
    """Somebody as they come to the door, before it is seen what is left."""

    details: DelegateDetails
    agreed: set[Purpose]
    values: dict[str, Any]  # the columns of their row that depend on nobody else


def _newcomer(
    *,
    conference: Conference,
    delegation: Delegation | None,
    details: DelegateDetails,
    form_key: str | None,
    consents: Collection[str],
    language: str,
    minor: bool = False,
    guardian: str = "",
    citizenship: str = "",
    badge_token: str,
    at: datetime,
) -> _Newcomer:
    """All of a new row that needs no lock; it is made before others have to wait.

    :raises Refusal: with the field that is wrong.
    """
    way = details.attendance or attendances_of(conference.format)[0]
    details = fitting(with_latin(details), way, conference.format)
    require_details(details, zone=conference.timezone)
    agreed = _agreed(consents, details) if consents else set()
    said = {name: getattr(details, name) for name in DelegateDetails.__dataclass_fields__}
    names = badge_names(said | {"citizenship": citizenship})
    values = said | {name: said[name] or text for name, text in names.items()} | {
        "conference_id": conference.id,
        "delegation_id": delegation.id if delegation else None,
        "precedence": precedence_for(details.role, details.position),
        "noble_prefix": "", "citizenship": citizenship, "working_group": "", "visa_note": "",
        "registered_at": at.astimezone(ZoneInfo(conference.timezone)).isoformat(timespec="minutes"),
        "language": language,
        "token": secrets.token_urlsafe(24),
        "badge_token": badge_token,
        "join_token": secrets.token_urlsafe(24),
        "form_key": form_key,
        "consents": as_kept(agreed, language=language, at=at),
        "minor": minor,
        "guardian": guardian,
        "sort_name": sort_name(said),
        "created_at": at,
        "updated_at": at,
    }  # fmt: skip
    return _Newcomer(details, agreed, values)


def _let_in(
    newcomer: _Newcomer, *, conference: Conference, door: Door, by_hand: bool, by_staff: bool, at: datetime
) -> Delegate:
    """The row of a newcomer, with a place or in the line; of no session yet. Under the conference's lock.

    :raises Refusal: when the conference does not offer the way of taking part that was wished.
    """
    details = newcomer.details
    wished = details.attendance
    if not by_staff:
        wished = chosen_way(door.rules.get(role_of(details.role), Rule()), wished, conference.format)
    attendance = require_attendance(conference, wished)
    free = place_is_free(conference, attendance, details.role, door.rules, door.counted)
    granted = Accreditation.APPLIED if by_hand else Accreditation.GRANTED
    slug, country = door.city or ("", "")
    needs = {} if comes(attendance, conference.format) else dict.fromkeys(ON_THE_SPOT, "")
    values = newcomer.values | needs | {
        "id": door.new_id,
        "public_id": next_number(conference, door.highest),
        "attendance": attendance,
        "city_slug": slug, "country": country,
        "accreditation": granted if free else Accreditation.WAITLISTED,
        "waitlisted_at": None if free else at,
    }  # fmt: skip
    if country not in ("", "DE") and not details.badge_ru and not is_cyrillic(details.last + details.first):
        values["badge_ru"] = badge_names(values)["badge_ru"]  # as the country of the town reads it
    return Delegate(**values, search=search_text(values))


def _add(
    *,
    conference: Conference,
    delegation: Delegation | None,
    details: DelegateDetails,
    form_key: str | None,
    language: str,
    approval: bool | None = None,
    by_staff: bool = False,
    badge_token: str,
    deed: str,
    actor: Actor,
    at: datetime,
) -> Delegate:
    """One more delegate, with a place or in the line. Under the conference's lock, in a transaction.

    :param approval: whether somebody decides by hand; None: as it is for the role.
    :param by_staff: the right to choose between the hall and video does not bind them.
    """
    newcomer = _newcomer(conference=conference, delegation=delegation, details=details, form_key=form_key,
                         consents=(), language=language, badge_token=badge_token, at=at)  # fmt: skip
    with transaction() as session:
        door = at_the_door(conference, city=details.municipality_id)
        by_hand = approval_for(conference, details.role, door.rules) if approval is None else approval
        row = _let_in(newcomer, conference=conference, door=door, by_hand=by_hand, by_staff=by_staff, at=at)
        session.add(row)
        session.flush()
        record(deed=deed, subject=row, actor=actor, at=at, details={"standing": row.accreditation.value})
    return row


def _agreed(consents: Collection[str], details: DelegateDetails) -> set[Purpose]:
    """What somebody agrees to who fills in the form themselves: the boxes, and what they say of food and access."""
    agreed = {Purpose(name) for name in consents}
    if details.photo_consent == "yes":
        agreed.add(Purpose.RECORDING)
    if says_something_of_health(details):
        agreed.add(Purpose.HEALTH)
    return agreed


@dataclass(frozen=True)
class Registered:
    """Somebody who has registered; the row itself is loaded by whoever needs more."""

    id: int
    public_id: str
    token: str
    accreditation: Accreditation


def register_delegate(
    *,
    conference: Conference,
    details: DelegateDetails,
    consents: Collection[str],
    answers: Mapping[str, Given] | None = None,
    nonce: str,
    language: str,
    minor: bool = False,
    guardian: str = "",
    citizenship: str = "",
    draft: str = "",
    at: datetime,
) -> Registered:
    """Register somebody by the public form: with a place while one is left, else at the end of the waiting list.

    Never more people than places, however many register at once: the conference is locked while it is counted. The
    same form sent twice (``nonce``) gives the same delegate. A confirmation is mailed.

    :param consents: the purposes agreed to; ``processing`` must be among them.
    :param minor: whether the person is under 18 on the first day; then ``guardian`` names who agrees for them.
    :param answers: to the organisers' own questions, by short name.
    :param citizenship: ISO 3166-1 alpha-2, where the conference asks for it; empty when not known.
    :param draft: the secret of the started form this was; nothing of it stays.
    :raises Refusal: when registration is closed, or with the field that is wrong.
    """
    if "processing" not in consents:
        raise Refusal(_l("Without this consent we cannot register you."), field="consent_processing")
    guardian = " ".join(guardian.split()) if minor else ""
    require_guardian(minor=minor, guardian=guardian)
    key = _form_key(conference, nonce, details)
    newcomer = _newcomer(
        conference=conference, delegation=None, details=details, form_key=key, consents=consents, language=language,
        minor=minor, guardian=guardian, citizenship=citizenship, badge_token=badge_secret(), at=at,
    )  # fmt: skip
    with transaction(at_once=True) as session:
        door = at_the_door(conference, form_key=key, city=details.municipality_id)
        if door.known is not None:
            return _registered(session.get_one(Delegate, door.known))
        if door.decisive != tuple(getattr(conference, name) for name in DECISIVE):  # it was changed meanwhile
            conference = session.get_one(Conference, conference.id, populate_existing=True)
        require_open(is_open=registration_is_open(conference, at))
        if not door.rules.get(role_of(details.role), Rule()).public:
            raise Refusal(_l("With this role one cannot register here. Please write to the organisers."), field="role")
        if not details.email:
            raise Refusal(_l("Please give an e-mail address."), field="email")
        by_hand = approval_for(conference, details.role, door.rules)
        row = _let_in(newcomer, conference=conference, door=door, by_hand=by_hand, by_staff=False, at=at)
        if row.id is None or answers:
            session.add(row)
            session.flush()
        else:
            write_later(_NEW_DELEGATE, {name: value for name, value in vars(row).items() if name in _COLUMNS})
        person = Actor(kind="delegate", id=row.id, label=row.public_id)
        prove_consents(delegate=row, conference=conference, purposes=newcomer.agreed, language=language,
                       actor=person, at=at)  # fmt: skip
        form = Actor(kind="delegate", id=None, label="registration form")
        record(deed="delegations.register", subject=row, actor=form, at=at,
               details={"standing": row.accreditation.value})  # fmt: skip
        keep_answers(delegate=row, answers=answers or {}, actor=person, at=at)
        if draft:
            session.execute(delete(RegistrationDraft).where(RegistrationDraft.token == digest_of(draft)))
        order_confirmation(row, at=at)
    return _registered(row)


def _registered(row: Delegate) -> Registered:
    return Registered(row.id, row.public_id, row.token, row.accreditation)


def add_member(
    *,
    delegation: Delegation,
    details: DelegateDetails,
    answers: Mapping[str, Given] | None = None,
    function: str = "",
    nonce: str = "",
    actor: Actor,
    at: datetime,
) -> Delegate:
    """Put somebody on the roster of a delegation; they are mailed their own link when they have an address.

    An invited delegation needs no open registration, but places count for it too, and so does its quota.

    :raises Refusal: with the field that is wrong; when the delegation is full, or frozen for its contact.
    """
    conference = delegation.conference
    if details.municipality_id is None and delegation.municipality_id is not None:
        details = replace(details, municipality_id=delegation.municipality_id)
    key = _form_key(conference, f"{delegation.id}:{nonce}" if nonce else "", details)
    drawn = new_pass()
    with transaction() as session:
        lock(conference)
        if key is not None:
            known = session.scalar(select(Delegate).where(Delegate.form_key == key))
            if known is not None:
                return known
        lock(delegation)
        changed_by_contact(delegation=delegation, actor=actor, at=at)
        require_room(delegation=delegation)
        row = _add(
            conference=conference, delegation=delegation, details=details, form_key=key,
            language=delegation.language, badge_token=drawn.token,
            deed="delegations.add_member",
            actor=actor, at=at,
        )  # fmt: skip
        row.roster_position = next_position(delegation)
        if function:
            set_function(delegate=row, function=DelegationFunction(function), actor=actor, at=at)
        keep_answers(delegate=row, answers=answers or {}, require=False, actor=actor, at=at)
        mail_added(row, delegation=delegation, drawn=drawn, at=at)
    return row


def add_on_behalf(
    *,
    conference: Conference,
    details: DelegateDetails,
    answers: Mapping[str, Given] | None = None,
    language: str,
    nonce: str = "",
    actor: Actor,
    at: datetime,
) -> Delegate:
    """The secretariat registers somebody, open or not; no approval is needed, and the link is mailed.

    :raises Refusal: with the field that is wrong.
    """
    key = _form_key(conference, f"desk:{nonce}" if nonce else "", details)
    drawn = new_pass()
    with transaction() as session:
        lock(conference)
        if key is not None:
            known = session.scalar(select(Delegate).where(Delegate.form_key == key))
            if known is not None:
                return known
        delegation = None
        if details.municipality_id:
            delegation = session.scalar(
                select(Delegation).where(
                    Delegation.conference_id == conference.id, Delegation.municipality_id == details.municipality_id
                )
            )
        row = _add(
            conference=conference, delegation=delegation, details=details, form_key=key,
            language=language, approval=False, by_staff=True, badge_token=drawn.token, deed="delegations.add_on_behalf",
            actor=actor, at=at,
        )  # fmt: skip
        keep_answers(delegate=row, answers=answers or {}, require=False, actor=actor, at=at)
        mail_added(row, delegation=delegation, drawn=drawn, at=at)
    return row


def place_for_substitute(
    *, delegate: Delegate, standing: Accreditation, badge_token: str, details: DelegateDetails, actor: Actor,
    at: datetime,
) -> Delegate:  # fmt: skip
    """Somebody who comes instead of ``delegate``, in the same place. Under the conference's lock.

    :param standing: what the other one held; who is accredited by hand must be looked at anew.
    """
    with transaction() as session:
        row = _add(
            conference=delegate.conference, delegation=delegate.delegation, details=details, form_key=None,
            language=delegate.language, by_staff=True, badge_token=badge_token,
            deed="delegations.take_over", actor=actor, at=at,
        )  # fmt: skip
        by_hand = approval_for(delegate.conference, details.role)
        row.accreditation = Accreditation.APPLIED if by_hand else standing
        row.waitlisted_at, row.replaces_id = None, delegate.id
        row.function, row.roster_position = delegate.function, delegate.roster_position
        row.city_slug, row.country = delegate.city_slug, delegate.country
        session.flush()
    return row
