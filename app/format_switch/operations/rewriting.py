"""A place given while the mail of a switch to that person still waits for release.

The mail says how they stand, and may say that they wait; it would leave after the one that grants the place, and the
entry for the calendar it calls off would be that of somebody who has one. So it is written anew, in its own row, and
stays held: they get one mail, and it is true. What they were told last stays known: the place belongs to the switch
whose mail tells it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db, lock, transaction
from app.delegations.models import Delegate
from app.delegations.operations.places_told import Stood, told_by_others, untold
from app.delegations.rules import HOLDS_A_PLACE, usable_address
from app.format_switch.models import FormatSwitch
from app.format_switch.operations.mails import written
from app.format_switch.queries.past import GIVEN, MAIL, TOLD_BY, last_known
from app.format_switch.rules import Standing
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import rewrite_held
from app.mailroom.rules import MailState


def _held(conference: Conference, ids: Collection[int] | None = None) -> dict[int, tuple[int, int]]:
    """Of delegates (of these) to whom a mail of a switch is held: the last switch, and the mail."""
    found: dict[int, tuple[int, int]] = {}
    for number, key in db.session.execute(
        select(OutgoingMail.id, OutgoingMail.deed_key).where(
            OutgoingMail.conference_id == conference.id, OutgoingMail.kind == MAIL,
            OutgoingMail.state == MailState.HELD,
        )
    ):  # fmt: skip
        match = TOLD_BY.fullmatch(key or "")
        if match is not None and (ids is None or int(match[2]) in ids):
            found[int(match[2])] = max((int(match[1]), number), found.get(int(match[2]), (0, 0)))
    return found


def _without_word(conference: Conference) -> Collection[int]:
    """To whom a mail of a switch is held: what it offers them they do not know yet."""
    return _held(conference)


def tell_in_held_mails(conference: Conference, before: Mapping[int, Stood], at: datetime) -> Collection[int]:
    """Write anew the held mails to those who have another place than these say, or are offered one."""
    people = {
        row.id: row for row in db.session.scalars(select(Delegate).where(Delegate.id.in_(list(before))))
        if usable_address(row.email) and _is_news(row, before[row.id])
    }  # fmt: skip
    held = _held(conference, people)
    done: set[int] = set()
    for switch_id in sorted({switch_id for switch_id, _mail in held.values()}):
        deed = db.session.get_one(FormatSwitch, switch_id)
        ids = [number for number, (told_by, _mail) in held.items() if told_by == switch_id]
        mails = {number: db.session.get_one(OutgoingMail, held[number][1]) for number in ids}
        done |= _write(conference, deed, mails, before, at)
    return done


def _is_news(row: Delegate, stood: Stood) -> bool:
    if row.offered_until is not None:
        return True
    return stood.offered or stood.accreditation not in HOLDS_A_PLACE or stood.attendance is not row.attendance


def _write(
    conference: Conference, deed: FormatSwitch, mails: Mapping[int, OutgoingMail], before: Mapping[int, Stood],
    at: datetime,
) -> set[int]:  # fmt: skip
    with transaction():
        ids = [number for number, mail in mails.items() if lock(mail).state is MailState.HELD]
        lock(deed)
        _keep(deed, ids, before)
        for one in written(conference, deed, ids, last_known(conference), badges_back=_badges_back(deed), at=at):
            number = int(one.deed_key.rpartition("-")[2])
            rewrite_held(mail=mails[number], by=one)
    return set(ids)


def _keep(deed: FormatSwitch, ids: Iterable[int], before: Mapping[int, Stood]) -> None:
    """How they stood before belongs to what the switch changed."""
    delegates = dict(deed.changes.get("delegates", {}))
    for number in ids:
        stood = before[number]
        kept = Standing(stood.attendance, stood.accreditation, offered=stood.offered).kept
        delegates.setdefault(str(number), {**kept, GIVEN: "yes"})
    with transaction():
        deed.changes = {**deed.changes, "delegates": delegates}
        db.session.flush()


def _badges_back(deed: FormatSwitch) -> Collection[int]:
    requests: Mapping[str, Mapping[str, list[int]]] = deed.changes.get("requests", {})
    return requests.get("badge", {}).get("given_back", [])


told_by_others["format_switch"] = tell_in_held_mails
untold["format_switch"] = _without_word
