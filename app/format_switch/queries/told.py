"""What each delegate has heard of: the programme they know, and their sessions in it and in the new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import func, select

from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db
from app.delegations.models import Delegate
from app.delegations.rules import HOLDS_A_PLACE
from app.format_switch.models import FormatSwitch
from app.format_switch.queries.news import Seen, seen
from app.format_switch.queries.past import MAIL, TOLD_BY, history
from app.format_switch.rules import ScopeKind, Standing
from app.format_switch.rules.sign_ups import SignUpChange
from app.mailroom.queries import on_their_way
from app.programme.models import ProgrammeSession, Release, SessionPerson
from app.programme.queries.content import whole_draft
from app.programme.queries.own_programme import Own, OwnProgrammes, door_for, online_for
from app.programme.queries.published import Item, Published
from app.programme.rules import Confirmation, PersonRole, SignUpStanding


def newest_release(conference: Conference) -> int:
    """The number of the newest programme; 0 while there is only a draft."""
    return db.session.scalar(select(func.max(Release.number)).where(Release.conference_id == conference.id)) or 0


def drafted(conference: Conference) -> Published:
    """The draft with what is cancelled in it, in the form of a release; none has its number."""
    return Published(conference.id, 0, "", conference.updated_at, whole_draft(conference), None)


@dataclass(frozen=True)
class Known:
    """What somebody knew before a switch: the release (0: none) and the format of the conference.

    ``unheard``: the switches before it they have not heard of, the first one first; ``heard``: those they have.
    """

    release: int
    format: ConferenceFormat
    unheard: tuple[FormatSwitch, ...] = ()
    heard: tuple[FormatSwitch, ...] = ()


def unanswered_parts(conference: Conference) -> dict[int, set[str]]:
    """The sessions (``uid``) of delegates who have not said yet whether they take their part in them. One query."""
    found: dict[int, set[str]] = {}
    for row in db.session.execute(
        select(SessionPerson.delegate_id, ProgrammeSession.uid)
        .join(ProgrammeSession, ProgrammeSession.id == SessionPerson.session_id)
        .where(
            ProgrammeSession.conference_id == conference.id, SessionPerson.delegate_id.is_not(None),
            SessionPerson.confirmation.in_((Confirmation.NOT_ASKED, Confirmation.ASKED)),
        )
    ):  # fmt: skip
        found.setdefault(row.delegate_id, set()).add(row.uid)
    return found


class Heard:
    """Of which switches each delegate has been told; ask it when mails that will never leave are withdrawn."""

    def __init__(self, conference: Conference) -> None:
        self._deeds, self._format = history(conference), conference.format
        self._told: dict[int, int] = {}
        for mail in on_their_way(conference.id):
            found = TOLD_BY.fullmatch(mail.deed_key or "") if mail.kind == MAIL else None
            if found is not None:
                switch_id, delegate_id = (int(number) for number in found.groups())
                self._told[delegate_id] = max(switch_id, self._told.get(delegate_id, 0))

    def before(self, delegate: Delegate, deed: FormatSwitch) -> Known:
        """What the delegate knew before ``deed``: what was so before the first switch they have not heard of.

        Of switches before they registered they need not be told.
        """
        last = self._told.get(delegate.id, 0)
        unheard = [
            one
            for one in self._deeds
            if last < one.id < deed.id and one.at >= delegate.created_at and "release" in one.changes
        ]
        first = unheard[0] if unheard else deed
        wholes = [one for one in (*unheard, deed) if one.scope is ScopeKind.WHOLE]
        known = wholes[0].from_format if wholes else self._format
        heard = tuple(one for one in self._deeds if one.id <= last)
        return Known(int(first.changes.get("release", 0)), known, tuple(unheard), heard)

    def stood_before(self, delegates: Sequence[Delegate]) -> dict[int, dict[str, SignUpStanding | None]]:
        """How these stood in sessions they signed up for before the first switch they have not heard of, by ``uid``; of
        sessions in which they stand otherwise since. None: they had not signed up. One query."""
        wanted, found = {delegate.id for delegate in delegates}, dict[int, dict[int, SignUpStanding | None]]()
        for deed in reversed(self._deeds):
            for kept in reversed(deed.changes.get("sign_ups", ())):
                one = SignUpChange.of(kept)
                if one.delegate_id in wanted and deed.id > self._told.get(one.delegate_id, 0):
                    found.setdefault(one.delegate_id, {})[one.session_id] = one.before
        numbers = {number for stood in found.values() for number in stood}
        uids: dict[int, str] = dict(
            db.session.execute(
                select(ProgrammeSession.id, ProgrammeSession.uid).where(ProgrammeSession.id.in_(numbers))
            ).all()
        ) if numbers else {}  # fmt: skip
        return {
            delegate_id: {uids[number]: before for number, before in stood.items() if number in uids}
            for delegate_id, stood in found.items()
        }


@dataclass(frozen=True)
class OwnSession:
    """A session of a person before and after; None where it is not theirs. ``was_online``: by video, for them.

    ``had_door``, ``has_door``: they may come by video. ``roles``: what they do in it. ``waits``: they are in
    line for it now.
    """

    before: Item | None
    after: Item | None
    was_online: bool
    is_online: bool
    roles: tuple[PersonRole, ...] = ()
    waits: bool = False
    had_door: bool = False
    has_door: bool = False

    @property
    def item(self) -> Item:
        """As it is now, else as it was."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a session neither before nor after")
        return found


class OwnSessions:
    """The sessions of many, in the release each of them knew and in the newest.

    :param stood: see :meth:`Heard.stood_before`.
    """

    def __init__(
        self,
        conference: Conference,
        delegates: Sequence[Delegate],
        known: Mapping[int, Known],
        stood: Mapping[int, Mapping[str, SignUpStanding | None]],
    ) -> None:
        self._programmes = OwnProgrammes(delegates)
        self._before = self._programmes.as_before(stood)
        newest = newest_release(conference)
        self._known = known
        wanted = {newest, *(one.release for one in known.values())} - {0}
        rows = db.session.scalars(
            select(Release).where(Release.conference_id == conference.id, Release.number.in_(wanted))
        )
        self._releases = {
            row.number: Published(conference.id, row.number, row.name, row.released_at, row.content, None)
            for row in rows
        }
        self._after = self._releases.get(newest)
        self._conference = conference
        self._last: tuple[int, tuple[dict[str, Own], dict[str, Own]]] = (0, ({}, {}))  # whom was asked about last

    @property
    def after(self) -> Published | None:
        """The newest programme."""
        return self._after

    def now(self, release: int) -> Seen:
        """How sessions are held now, for those who know that release: by the newest, and what is in no release yet by
        the draft, which they may know from mails alone."""
        newest = seen(self._after.items) if self._after is not None else {}
        return newest if release and newest else {**seen(self._draft.items), **newest}

    @cached_property
    def _draft(self) -> Published:
        return drafted(self._conference)

    def codes(self, delegate: Delegate, before: Standing, now: Standing) -> set[str]:
        """Of all that is theirs, before or now, and be it that they wait in line for it."""
        own = [*self._both(delegate, before, now)]
        if not self._known[delegate.id].release:
            own += [self._own(self._before, delegate, self._draft, before)]
            own += [self._own(self._programmes, delegate, self._draft, now)]
        return {one.item["id"] for found in own for one in found.values()}

    def _both(self, delegate: Delegate, before: Standing, now: Standing) -> tuple[dict[str, Own], dict[str, Own]]:
        """What was theirs in the programme they knew, and what is theirs now, by ``uid``."""
        if self._last[0] != delegate.id:
            known, newest = self._releases.get(self._known[delegate.id].release), self._after
            had = self._own(self._before, delegate, known, before) if known is not None else {}
            has = self._own(self._programmes, delegate, newest, now) if newest is not None else {}
            self._last = delegate.id, (had, has)
        return self._last[1]

    def seen(self, number: int) -> Seen:
        """How readers of that release know its sessions; nothing where there was none."""
        return seen(self._releases[number].items) if number in self._releases else {}

    def of(self, delegate: Delegate, before: Standing, now: Standing) -> list[OwnSession]:
        """In the order of hours."""
        if self._after is None:
            return []
        had, all_now = self._both(delegate, before, now)
        has = {uid: own for uid, own in all_now.items() if own.in_calendar}
        had = {uid: own for uid, own in had.items() if own.in_calendar}
        found = []
        for uid in dict.fromkeys((*has, *had)):
            first, then = had.get(uid), has.get(uid)
            found.append(
                OwnSession(
                    first.item if first else None, then.item if then else None,
                    _online(before.attendance, first), _online(now.attendance, then), _roles(then or first),
                    waits=then is None and uid in all_now, had_door=_door(before.attendance, first),
                    has_door=_door(now.attendance, then),
                )
            )  # fmt: skip
        return sorted(found, key=lambda one: (one.item["starts_at"] or one.item["date"] or "9", one.item["id"]))

    def _own(
        self, programmes: OwnProgrammes, delegate: Delegate, release: Published, standing: Standing
    ) -> dict[str, Own]:  # fmt: skip
        stands = (standing.attendance, standing.accreditation in HOLDS_A_PLACE)
        return {own.item["uid"]: own for own in programmes.of(delegate, release, standing=stands)}


def _online(attendance: Attendance, own: Own | None) -> bool:
    return own is not None and online_for(attendance, own.item)


def _door(attendance: Attendance, own: Own | None) -> bool:
    return own is not None and door_for(attendance, own.item)


def _roles(own: Own | None) -> tuple[PersonRole, ...]:
    reasons = own.reasons if own is not None else ()
    return tuple(dict.fromkeys(PersonRole(reason.role) for reason in reasons if reason.role))
