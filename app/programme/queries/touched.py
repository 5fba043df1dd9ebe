"""Whom a release touches: who has a part in a session that changed, signed up for it, or belongs to a side of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import Row, func, select

from app import i18n
from app.conferences.models import Conference
from app.conferences.taking_part import joins_by_video
from app.database import db
from app.delegations.models import Delegate, Delegation
from app.delegations.operations.mails import salutation
from app.delegations.queries import join_link, personal_link
from app.delegations.queries.precedence import in_order_of
from app.delegations.rules import Accreditation, is_cyrillic, shown, usable_address
from app.delegations.rules.groups import DelegationFunction
from app.directory.models import Municipality
from app.mail_texts import absolute
from app.mailroom.models import MailReturn, OutgoingMail
from app.mailroom.rules import MailState
from app.programme.models import ProgrammeSession, SessionPerson, SessionSignUp
from app.programme.queries.namesakes import Namesakes, namesakes
from app.programme.rules import Confirmation, SignUpStanding
from app.programme.rules.addressing import greeting, parts_of
from app.programme.rules.changes import readers_of_change
from app.programme.rules.persons import given_first, name_for
from app.programme.rules.planned import folded_name
from app.programme.rules.touched import Why

Content = Mapping[str, Any]
_GONE = frozenset({Accreditation.DECLINED, Accreditation.WITHDRAWN})
_SOME = 5000  # values in one question


@dataclass
class Touched:
    """Somebody a release touches. ``concerns``: what of each session (its ``uid``) is theirs.

    ``name`` is as lists have it, family name first; ``greeting`` how a mail begins. ``own_page``: the link leads to a
    page of theirs, not to the programme all read.
    ``zone`` is the one their hours are told in, ``town`` the name of its place where it is not the host's.
    ``unreachable``: "" | no-address | bounced | no-contact. ``parts``: the rows of their parts by session, with what
    they said; ``waits``: sessions they only wait in line for. ``door``: where they enter by video; ``by_video``:
    they do whenever they can.
    """

    key: str
    name: str
    email: str
    language: str
    link: str
    zone: str
    town: Mapping[str, str] = field(default_factory=dict)
    concerns: dict[str, Why] = field(default_factory=dict)
    unreachable: str = ""
    parts: dict[str, dict[int, Confirmation]] = field(default_factory=dict)
    waits: set[str] = field(default_factory=set)
    door: str = ""
    by_video: bool = False
    greeting: str = ""
    own_page: bool = True
    sorted_as: str = ""  # family name first


@dataclass(frozen=True)
class Audience:
    """Everybody a release touches, by name; who can be told and who cannot."""

    people: Sequence[Touched]

    @property
    def reachable(self) -> list[Touched]:
        """Those who get a mail."""
        return [one for one in self.people if not one.unreachable]

    @property
    def unreachable(self) -> list[Touched]:
        """Those who cannot be told by mail."""
        return [one for one in self.people if one.unreachable]

    @property
    def by_language(self) -> Mapping[str, int]:
        """How many mails there will be in each language."""
        return Counter(one.language for one in self.reachable)


class _Gathering:
    """People gathered one reason after the other; each once."""

    def __init__(self, conference: Conference) -> None:
        self.conference = conference
        self.found: dict[str, Touched] = {}

    def add(self, uid: str, why: Why, person: Touched) -> Touched:
        kept = self.found.setdefault(person.key, person)
        if kept.concerns.setdefault(uid, why).is_lost and not why.is_lost:  # something of it is theirs still
            kept.concerns[uid] = why
        return kept

    def delegate(self, row: Row[Any]) -> Touched:
        """A delegate; hours are those of their own town when they take part by video."""
        known = self.found.get(f"delegate:{row.id}")
        if known is not None:
            return known
        delegate = cast(Delegate, row)
        zone = self.conference.timezone
        town: dict[str, str] = {}
        by_video = joins_by_video(row.attendance, self.conference.format)
        if by_video and row.town_zone and row.town_zone != zone and _is_zone(row.town_zone):
            zone = row.town_zone
            town = {code: getattr(row, f"town_{code}") for code in ("ru", "de", "en")}
        return Touched(
            f"delegate:{row.id}", _said(row), row.email, row.language, personal_link(delegate), zone, town,
            door=join_link(delegate), by_video=by_video, greeting=salutation(delegate), sorted_as=_list_name(row),
        )  # fmt: skip


def _list_name(row: Row[Any]) -> str:
    if is_cyrillic(row.last + row.first):
        return shown(" ".join(part for part in (row.last, row.first, row.patronymic) if part))
    return shown(", ".join(part for part in (row.last, row.first) if part))


def _said(row: Row[Any]) -> str:
    """The name for the staff: the Russian custom in Russian, else the given name first in Latin letters."""
    if i18n.language() == "ru":
        return _list_name(row)
    return name_for(shown(" ".join(part for part in (row.first, row.last) if part)), i18n.language())


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (OSError, ValueError):
        return False
    return True


_DELEGATE = (
    Delegate.id, Delegate.public_id, Delegate.last, Delegate.first, Delegate.patronymic, Delegate.last_latin,
    Delegate.first_latin, Delegate.language, Delegate.email, Delegate.token, Delegate.attendance,
    Delegate.accreditation, Delegate.join_token, Municipality.timezone.label("town_zone"),
    Municipality.name_ru.label("town_ru"), Municipality.name_de.label("town_de"),
    Municipality.name_en.label("town_en"), Delegate.gender, Delegate.academic_title, Delegate.noble_prefix,
)  # fmt: skip


def _delegates(question: Any) -> Iterable[Row[Any]]:
    """Rows of delegates who still come, with their town."""
    return db.session.execute(
        question.outerjoin(Municipality, Municipality.id == Delegate.municipality_id).where(
            Delegate.accreditation.not_in(_GONE), Delegate.merged_into_id.is_(None)
        )
    )


def _in_parts(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[start : start + _SOME] for start in range(0, len(values), _SOME))


def _by_name(conference: Conference) -> tuple[dict[int, Any], list[Any], Namesakes]:
    rows = db.session.execute(
        select(ProgrammeSession.uid, SessionPerson.name, SessionPerson.name_latin, SessionPerson.email,
               SessionPerson.language, SessionPerson.id, SessionPerson.confirmation, SessionPerson.delegate_id)
        .join(ProgrammeSession, ProgrammeSession.id == SessionPerson.session_id)
        .where(ProgrammeSession.conference_id == conference.id)
        .order_by(SessionPerson.id)
    ).all()  # fmt: skip
    meant = namesakes(conference.id, {row.name for row in rows if row.delegate_id is None})
    numbers = sorted({row.delegate_id for row in rows if row.delegate_id is not None} | set(meant.ids))
    known = {
        row.id: row
        for some in _in_parts(numbers)
        for row in _delegates(select(*_DELEGATE).where(Delegate.id.in_(some)))
    }
    return known, list(rows), meant


def _with_parts(gathering: _Gathering, changed: Mapping[str, str]) -> None:
    known, rows, meant = _by_name(gathering.conference)
    addresses = {folded_name(row.name): row for row in rows if row.email}
    for row in rows:
        if row.uid not in changed or row.confirmation is Confirmation.DECLINED:  # the release does not name them
            continue
        number = row.delegate_id if row.delegate_id is not None else meant.meant(row.name, row.email)
        if number in known:
            person = gathering.delegate(known[number])
        elif number is None:
            reached = row if row.email else addresses.get(folded_name(row.name))
            person = _guest(gathering.conference, row.name, reached, latin=row.name_latin)
        else:
            continue
        kept = gathering.add(row.uid, Why.PART, person)
        kept.parts.setdefault(row.uid, {})[row.id] = row.confirmation


def _written(name: str, latin: str = "") -> str:
    if i18n.language() == "ru":
        return parts_of(name).sorted_first()
    said = parts_of(given_first(name))
    return name_for(" ".join(part for part in (said.first, said.last) if part), i18n.language(), latin)


def _guest(conference: Conference, name: str, row: Any, *, latin: str = "") -> Touched:
    language = (row.language if row is not None else "") or ("ru" if is_cyrillic(name) else "de")
    link = absolute(f"/{language}/c/{conference.slug}/programme")
    email = row.email if row is not None else ""
    return Touched(
        f"guest:{folded_name(name)}:{email.casefold()}", _written(name, latin), email, language, link,
        conference.timezone, greeting=greeting(name, language, latin=latin), own_page=False,
        sorted_as=parts_of(given_first(name)).sorted_first(),
    )  # fmt: skip


def _had_parts(gathering: _Gathering, changed: Mapping[str, str], before: Content | None, after: Content) -> None:
    """Those whose part the release takes away; not those who declined it themselves."""
    now = {item["uid"]: {person["name"] for person in item["people"]} for item in after["items"]}
    lost = [
        (item["uid"], person)
        for item in (before["items"] if before else ())
        if item["uid"] in changed
        for person in item["people"]
        if person["name"] not in now.get(item["uid"], set())
    ]
    numbers = sorted({person["delegate"] for _, person in lost if person.get("delegate")})
    known = {
        row.public_id: row
        for some in _in_parts(numbers)
        for row in _delegates(
            select(*_DELEGATE).where(
                Delegate.conference_id == gathering.conference.id, Delegate.public_id.in_(some)
            )
        )
    }  # fmt: skip
    if not lost:
        return
    rows = _by_name(gathering.conference)[1]
    addresses = {folded_name(row.name): row for row in rows if row.email}
    declined = {(row.uid, folded_name(row.name)) for row in rows if row.confirmation is Confirmation.DECLINED}
    for uid, person in lost:
        if (uid, folded_name(person["name"])) in declined:
            continue
        if person.get("delegate") in known:
            gathering.add(uid, Why.PART_LOST, gathering.delegate(known[person["delegate"]]))
        elif not person.get("delegate"):
            row = addresses.get(folded_name(person["name"]))
            gathering.add(uid, Why.PART_LOST, _guest(gathering.conference, person["name"], row))


def _signed_up(gathering: _Gathering, changed: Mapping[str, str]) -> None:
    rows = _delegates(
        select(*_DELEGATE, ProgrammeSession.uid.label("session_uid"), SessionSignUp.standing)
        .select_from(SessionSignUp)
        .join(ProgrammeSession, ProgrammeSession.id == SessionSignUp.session_id)
        .join(Delegate, Delegate.id == SessionSignUp.delegate_id)
        .where(ProgrammeSession.conference_id == gathering.conference.id)
        .order_by(SessionSignUp.id)
    )
    for row in rows:
        if row.session_uid not in changed:
            continue
        person, waits = gathering.delegate(row), row.standing is not SignUpStanding.HAS_PLACE
        if waits and person.concerns.get(row.session_uid, Why.SIGNED_UP).is_lost:
            continue
        kept = gathering.add(row.session_uid, Why.SIGNED_UP, person)
        if waits:
            kept.waits.add(row.session_uid)


def _of_sides(gathering: _Gathering, changed: Mapping[str, str], before: Content | None, after: Content) -> None:
    """Who is told for each municipality that is, or was, a side of a changed session: the contact of its delegation,
    else the first of its people who has an address, its head before the others. Where there is nobody, that is said."""
    sessions: dict[str, dict[str, Why]] = defaultdict(dict)
    for why, items in ((Why.SIDE, after["items"]), (Why.SIDE_LOST, before["items"] if before else ())):
        for item in items:
            if item["uid"] in changed:
                for slug in item.get("parties", ()):
                    sessions[slug].setdefault(item["uid"], why)
    if not sessions:
        return
    conference = gathering.conference
    towns = {
        row.id: row
        for some in _in_parts(sorted(sessions))
        for row in db.session.execute(
            select(Municipality.id, Municipality.slug, Municipality.name_ru, Municipality.name_de,
                   Municipality.name_en).where(Municipality.slug.in_(some))
        )
    }  # fmt: skip
    told = {town: person for town, person in _contacts(gathering, towns) if usable_address(person.email)}
    for town, person in _first_reached(gathering, [town for town in towns if town not in told]):
        told.setdefault(town, person)
    for town, row in towns.items():
        person = told.get(town) or Touched(
            f"municipality:{town}", _("Delegation of %(town)s", town=i18n.localized(row, "name") or row.slug), "",
            i18n.language(), "", conference.timezone, unreachable="no-contact", own_page=False,
        )  # fmt: skip
        for uid, why in sessions[row.slug].items():
            gathering.add(uid, why, person)


def _contacts(gathering: _Gathering, towns: Collection[int]) -> Iterable[tuple[int, Touched]]:
    """The contacts of delegations, with their municipality."""
    rows = db.session.execute(
        select(Delegation.municipality_id, Delegation.id, Delegation.contact_name, Delegation.contact_email,
               Delegation.language, Delegation.token)
        .where(Delegation.conference_id == gathering.conference.id, Delegation.municipality_id.in_(towns))
        .order_by(Delegation.id)
    )  # fmt: skip
    for row in rows:
        link = absolute(f"/{row.language}/delegation/{row.token}")
        yield row.municipality_id, Touched(
            f"delegation:{row.id}", _written(row.contact_name), row.contact_email, row.language, link,
            gathering.conference.timezone, greeting=greeting(row.contact_name, row.language),
            sorted_as=parts_of(row.contact_name).sorted_first(),
        )  # fmt: skip


def _first_reached(gathering: _Gathering, towns: Collection[int]) -> Iterable[tuple[int, Touched]]:
    """The people of municipalities who have an address, with their municipality: heads first, then by rank."""
    if not towns:
        return
    home = func.coalesce(Delegation.municipality_id, Delegate.municipality_id)
    rows = _delegates(
        select(*_DELEGATE, home.label("home"), Delegate.role, Delegate.function)
        .select_from(Delegate)
        .outerjoin(Delegation, Delegation.id == Delegate.delegation_id)
        .where(Delegate.conference_id == gathering.conference.id, Delegate.email != "", home.in_(towns))
        .order_by(*in_order_of(gathering.conference))
    )
    ranked = sorted(rows, key=lambda row: "head" not in row.role.split(";") and row.function != DelegationFunction.HEAD)
    for row in ranked:
        if usable_address(row.email):
            yield row.home, gathering.delegate(row)


def _bounced() -> set[str]:
    """Addresses from which a mail came back for good, and none arrived since."""
    came_back: dict[str, Any] = {
        recipient.casefold(): at
        for recipient, at in db.session.execute(
            select(MailReturn.recipient, MailReturn.at).where(MailReturn.permanent).order_by(MailReturn.at)
        )
    }
    if not came_back:
        return set()
    arrived = db.session.execute(
        select(OutgoingMail.to, OutgoingMail.sent_at).where(
            OutgoingMail.state == MailState.SENT, OutgoingMail.returned_at.is_(None),
            OutgoingMail.sent_at > min(came_back.values()),
        )
    )  # fmt: skip
    for recipients, at in arrived:
        for recipient in recipients:
            if recipient.casefold() in came_back and at > came_back[recipient.casefold()]:
                came_back.pop(recipient.casefold())
    return set(came_back)


def _sift(gathering: _Gathering, changed: Mapping[str, str], before: Content | None, after: Content) -> None:
    """Leave out whoever would read nothing new: a title changed in a language that is not theirs."""
    old = {item["uid"]: item for item in before["items"]} if before else {}
    readers = {
        item["uid"]: readers_of_change(old[item["uid"]], item)
        for item in after["items"]
        if changed.get(item["uid"]) == "changed"
    }
    for key, person in list(gathering.found.items()):
        if person.unreachable:
            continue
        for uid in [uid for uid in person.concerns if person.language not in readers.get(uid, {person.language})]:
            del person.concerns[uid]
        if not person.concerns:
            del gathering.found[key]


def touched_by(
    conference: Conference, *, changed: Mapping[str, str], before: Content | None, after: Content
) -> Audience:
    """Whom the changed sessions concern, each with those that do.

    :param changed: kind of change by the ``uid`` of the session.
    """
    gathering = _Gathering(conference)
    if changed:
        _with_parts(gathering, changed)
        _had_parts(gathering, changed, before, after)
        _signed_up(gathering, changed)
        _of_sides(gathering, changed, before, after)
        _sift(gathering, changed, before, after)
    bounced = _bounced() if gathering.found else set()
    usable: dict[str, bool] = {}
    for person in gathering.found.values():
        if person.email not in usable:
            usable[person.email] = bool(person.email) and usable_address(person.email)
        if not usable[person.email]:
            person.unreachable = person.unreachable or "no-address"
        elif person.email.casefold() in bounced:
            person.unreachable = "bounced"
    return Audience(sorted(gathering.found.values(), key=lambda one: (folded_name(one.sorted_as or one.name), one.key)))
