"""Who need not be told: what they last heard of is how it will be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.database import db
from app.format_switch.models import FormatSwitch
from app.format_switch.queries.moving import standing_now
from app.format_switch.queries.past import MAIL, TOLD_BY, history, standing_of
from app.format_switch.rules import CANCELLED, PersonChange, ScopeKind, SessionChange, Standing
from app.mailroom.models import OutgoingMail
from app.mailroom.rules import MailState
from app.programme.models import Release
from app.programme.queries import current_release
from app.programme.queries.content import as_seen, freeze

_GONE = (MailState.SENDING, MailState.UNCERTAIN, MailState.SENT)


def nothing_new(
    conference: Conference,
    to: ConferenceFormat,
    rows: Sequence[Any],
    changes: Sequence[PersonChange],
    sessions: Sequence[SessionChange],
) -> set[int]:
    """The delegates for whom a switch, of the whole conference or of a part, undoes only what they never heard of.

    Mails of earlier switches that have not left never will: nobody was told by them. Who has had another mail since
    may have read there how things stand, and is told.

    :param to: the format of the conference afterwards.
    """
    deeds = history(conference)
    if not deeds or (conference.format is not to and all(deed.from_format is not to for deed in deeds)):
        return set()
    told, addressed = _gone(conference)
    after = {change.delegate_id: change.after for change in changes}
    same: dict[tuple[int, ...], bool] = {}
    found = set()
    for row in rows:
        unheard = [deed for deed in deeds if deed.id > told.get(row.id, 0) and deed.at >= row.created_at]
        wholes = [deed for deed in unheard if deed.scope is ScopeKind.WHOLE]
        known = wholes[0].from_format if wholes else conference.format
        if not unheard or known is not to or any("release" not in deed.changes for deed in unheard):
            continue
        if addressed.get(row.email.casefold(), unheard[0].at) > unheard[0].at:
            continue
        now = standing_now(row)
        if _known(unheard, row.id, now) != after.get(row.id, now):
            continue
        release = int(unheard[0].changes["release"])
        key = (release,) if release else (release, unheard[0].id, told.get(row.id, 0))
        if key not in same and release:
            same[key] = _same_programme(conference, release, sessions)
        elif key not in same:
            heard = [deed for deed in deeds if deed.id <= told.get(row.id, 0)]
            same[key] = _same_forms(to, heard, unheard, sessions)
        if same[key]:
            found.add(row.id)
    return found


def _gone(conference: Conference) -> tuple[dict[int, int], dict[str, datetime]]:
    """The last switch each delegate was told of, and when the last mail that left was written to each address."""
    told: dict[int, int] = {}
    addressed: dict[str, datetime] = {}
    rows = db.session.execute(
        select(
            OutgoingMail.deed_key, OutgoingMail.kind, OutgoingMail.to, OutgoingMail.created_at, OutgoingMail.state
        ).where(OutgoingMail.conference_id == conference.id)
    )  # fmt: skip
    for row in rows:
        if row.kind == MAIL and row.state not in _GONE:
            continue
        match = TOLD_BY.fullmatch(row.deed_key or "") if row.kind == MAIL else None
        if match is not None:
            told[int(match[2])] = max(int(match[1]), told.get(int(match[2]), 0))
            continue
        for address in row.to:
            folded = address.casefold()
            addressed[folded] = max(row.created_at, addressed.get(folded, row.created_at))
    return told, addressed


def _known(unheard: Sequence[FormatSwitch], delegate_id: int, now: Standing) -> Standing:
    for deed in unheard:
        before = deed.changes.get("delegates", {}).get(str(delegate_id))
        if before is not None:
            return standing_of(before)
    return now


def _same_programme(conference: Conference, number: int, sessions: Sequence[SessionChange]) -> bool:
    """Whether readers would see after the switch what they saw in that release."""
    newest = current_release(conference)
    if newest is None:
        return False
    known = db.session.scalar(
        select(Release).where(Release.conference_id == conference.id, Release.number == number)
    )  # fmt: skip
    if known is None:
        return False
    changes = {change.uid: change for change in sessions}
    then = [_after(item, changes.get(item["uid"])) for item in freeze(conference, before=newest.content)["items"]]
    return _seen(known.content["items"]) == _seen(then)


def _same_forms(
    to: ConferenceFormat, heard: Sequence[FormatSwitch], unheard: Sequence[FormatSwitch],
    sessions: Sequence[SessionChange],
) -> bool:  # fmt: skip
    """Whether all sessions will be held as people took them to be, while no programme is released: as they were told,
    else as before those switches, or as the conference is held. Hours are told with a release only."""
    known: dict[str, str] = {}
    last: dict[str, str] = {}
    for before, after, code in (
        *((then, now, code) for one in unheard for code, (then, now) in one.changes.get("sessions", {}).items()),
        *((change.before, change.after, change.code) for change in sessions),
    ):  # fmt: skip
        known.setdefault(code, before)
        last[code] = after
    named = {code: form for one in heard for code, (_then, form) in one.changes.get("sessions", {}).items()}
    return all(
        form == named.get(code, known[code]) or (code not in named and form == to) for code, form in last.items()
    )


def _after(item: Mapping[str, Any], change: SessionChange | None) -> dict[str, Any]:
    if change is None:
        return dict(item)
    values: dict[str, Any] = {"cancelled": change.after == CANCELLED, "held_as": change.after}
    if change.now != change.then:
        starts, ends = change.then.starts_at, change.then.ends_at
        values |= {"starts_at": starts.isoformat() if starts else None, "ends_at": ends.isoformat() if ends else None}
    return {**item, **values}


def _seen(items: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """What readers see of what takes place, by ``uid``; the day of a session with hours follows from them."""
    found = {}
    for item in items:
        if item["cancelled"]:
            continue
        seen = as_seen(item)
        for name in ("starts_at", "ends_at"):
            seen[name] = datetime.fromisoformat(seen[name]) if seen[name] else None
        if seen["starts_at"]:
            seen["date"] = ""
        found[item["uid"]] = seen
    return found
