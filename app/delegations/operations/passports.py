"""Passport data: kept locked, looked at on record, erased when no longer needed."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from app.conferences.models import Conference
from app.correspondence.operations.private import (
    forget_particulars,
    give_up_private_letters,
    lock_particulars_anew,
)
from app.database import after_commit, lock, transaction
from app.delegations.models import Consent, Delegate, DelegateChange, PassportRecord, VisaRule, VisaSettings
from app.delegations.operations.lock_anew import lock_papers_and_forms_anew
from app.delegations.operations.photos import remove_photo
from app.delegations.operations.scans import marked_copy
from app.delegations.operations.security_list import forget_lists_with, forget_security_lists
from app.delegations.queries.visa import (
    SEEN,
    conferences_due,
    erased_after,
    passport_in,
    record_of,
    records_of,
    settings_of,
)
from app.delegations.rules.consents import Purpose, is_minor, require_guardian
from app.delegations.rules.mrz import Zone, read_zone
from app.delegations.rules.visa import Passport, VisaNeed, require_passport
from app.errors import Refusal
from app.history.operations import record
from app.history.rules import SYSTEM, Actor
from app.strongbox import (
    Locked,
    keep_file,
    lock_anew,
    lock_values,
    locked_file,
    open_values,
    put_file,
    read_file,
    remove_file,
)

log = logging.getLogger("ratusha.visa")


def with_zone(passport: Passport, text: str, *, today: date) -> tuple[Passport, Zone]:
    """What a machine-readable zone says, put into the data; it wins over what was typed, except for the script.

    :raises Refusal: (field ``mrz``) naming what does not fit.
    """
    zone = read_zone(text, today=today)
    filled = replace(
        passport, surname=zone.surname, given=zone.given, number=zone.number, citizenship=zone.citizenship,
        birth_date=zone.birth_date.isoformat(), sex=zone.sex, expires=zone.expiry_date.isoformat(),
    )  # fmt: skip
    return filled, zone


def _today(conference: Conference, at: datetime) -> date:
    return at.astimezone(ZoneInfo(conference.timezone)).date()


def save_passport(
    *, delegate: Delegate, passport: Passport, guardian: str = "", actor: Actor, at: datetime
) -> PassportRecord:
    """Keep passport data, locked. Visa letters not yet issued are given up: they say what no longer holds.

    :param guardian: who agrees for somebody whose date of birth says that they are under 18.
    :raises Refusal: without the consent, after the day of erasure, or with the field that is wrong.
    """
    conference = delegate.conference
    today = _today(conference, at)
    if today > erased_after(conference):
        raise Refusal(_l("The conference is over: passport data are no longer kept."))
    require_passport(passport, today=today)
    with transaction() as session:
        lock(delegate)
        if Purpose.VISA.value not in (delegate.consents or {}):
            raise Refusal(_l("Passport data are kept with your consent only."), field="consent_visa")
        if passport.birth_date:
            minor = is_minor(date.fromisoformat(passport.birth_date), conference.starts_on)
            named = " ".join(guardian.split()) or delegate.guardian
            require_guardian(minor=minor, guardian=named)
            delegate.minor, delegate.guardian = minor, named if minor else ""
        if passport.citizenship:
            delegate.citizenship = passport.citizenship
        row = session.get(PassportRecord, delegate.id)
        if row is not None and passport_in(row) == passport:
            return row
        if row is None:
            row = PassportRecord(delegate_id=delegate.id, scan="", scan_type="", created_at=at)
            session.add(row)
        row.sealed, row.updated_at = lock_values(passport.values()), at
        delegate.updated_at = at
        session.flush()
        _give_up_letters(delegate, actor=actor, at=at)
        record(deed="delegations.save_passport", subject=delegate, actor=actor, at=at)
    return row


def _give_up_letters(delegate: Delegate, *, actor: Actor, at: datetime) -> None:
    give_up_private_letters(subject_id=delegate.id, actor=actor, at=at)


def say_citizenship(
    *, delegate: Delegate, citizenship: str, needs_none: bool = False, actor: Actor, at: datetime
) -> None:
    """Keep whose citizen the person is, which says whether a visa is needed; ``needs_none``: they say it is not."""
    with transaction():
        lock(delegate)
        before = (delegate.citizenship, delegate.visa_needed)
        delegate.citizenship = citizenship
        if needs_none:
            delegate.visa_needed = "no"
        elif delegate.visa_needed == "no":
            delegate.visa_needed = ""
        if before == (delegate.citizenship, delegate.visa_needed):
            return
        delegate.updated_at = at
        record(deed="delegations.change_details", subject=delegate, actor=actor, at=at,
               details={"fields": ["citizenship", "visa_needed"]})  # fmt: skip


def keep_scan(*, delegate: Delegate, content: bytes, filename: str, actor: Actor, at: datetime) -> None:
    """Keep a copy of the page with the photograph, marked as a copy and locked. One that was there before goes.

    :raises Refusal: (field ``scan``) when the file is not sound; or before any passport data are kept.
    """
    marked, media_type = marked_copy(content, filename)
    name = keep_file(marked)
    try:
        with transaction() as session:
            lock(delegate)
            row = session.get(PassportRecord, delegate.id)
            if row is None or Purpose.VISA.value not in (delegate.consents or {}):
                raise Refusal(_l("Please fill in the passport data first."), field="scan")
            before = row.scan
            row.scan, row.scan_type, row.updated_at = name, media_type, at
            session.flush()
            record(deed="delegations.keep_scan", subject=delegate, actor=actor, at=at)
            if before:
                after_commit(lambda: remove_file(before))
    except BaseException:
        remove_file(name)
        raise


def see_passport(*, delegate: Delegate, actor: Actor, at: datetime, what: str = "data") -> Passport:
    """The passport data in full. Every look is recorded, and shown to the person.

    :param what: ``data``, ``scan`` or ``letter``.
    :raises Refusal: when there are none, or no key of the house opens them.
    """
    with transaction():
        found = record_of(delegate)
        passport = passport_in(found)
        if found is None:
            raise Refusal(_l("No passport data are kept of this person."))
        if passport is None:
            raise Refusal(_l("The passport data cannot be opened: the key they were locked with is not here."))
        record(deed=SEEN, subject=delegate, actor=actor, at=at, details={"what": what})
    return passport


def see_scan(*, delegate: Delegate, actor: Actor, at: datetime) -> tuple[bytes, str]:
    """The marked copy and its media type; recorded like :func:`see_passport`.

    :raises Refusal: when there is none, or no key of the house opens it.
    """
    see_passport(delegate=delegate, actor=actor, at=at, what="scan")
    row = record_of(delegate)
    if row is None or not row.scan:
        raise Refusal(_l("There is no copy of the passport."))
    try:
        return read_file(row.scan), row.scan_type
    except Locked as reason:
        raise Refusal(_l("The passport data cannot be opened: the key they were locked with is not here.")) from reason


def erase_passport(*, delegate: Delegate, reason: str, actor: Actor, at: datetime) -> bool:
    """Erase data and copy, and give up visa letters that are not issued; what was erased and why is recorded.

    The letters issued keep number and name in the register; their particulars are erased too.

    :param reason: ``schedule``, ``withdrawn``, ``by_hand`` or ``erased`` (with all data of the person).
    :returns: False when nothing was kept.
    """
    with transaction() as session:
        lock(delegate)
        row = session.get(PassportRecord, delegate.id)
        letters = forget_particulars(subject_id=delegate.id, actor=actor, at=at)
        if row is None and not letters:
            return False
        what = ["letters"] if letters else []
        if row is not None:
            scan = row.scan
            what = ["data", *(["scan"] if scan else []), *what]
            session.delete(row)
            session.flush()
            if scan:
                after_commit(lambda: remove_file(scan))
        record(deed="delegations.erase_passport", subject=delegate, actor=actor, at=at,
               details={"what": what, "reason": reason})  # fmt: skip
        number = delegate.id
        after_commit(lambda: log.info("passport data erased", extra={"delegate": number, "reason": reason}))
    return True


def erase_passports(*, conference: Conference, reason: str = "by_hand", actor: Actor, at: datetime) -> int:
    """Erase the passport data of everyone at a conference now; returns of how many."""
    count = 0
    with transaction():
        for row in records_of(conference):
            count += erase_passport(delegate=row.delegate, reason=reason, actor=actor, at=at)
        forget_security_lists(conference=conference, at=at)
    return count


def erase_due_passports(*, at: datetime) -> int:
    """Erase what is kept longer than the conference's settings allow; returns of how many."""
    return sum(
        erase_passports(conference=conference, reason="schedule", actor=SYSTEM, at=at)
        for conference in conferences_due(at)
    )


def set_visa_settings(
    *, conference: Conference, keep_days: int, consulates: dict[str, str], actor: Actor, at: datetime
) -> None:
    """Say how long passport data are kept after the last day, and to whom letters are addressed, by language."""
    if not 0 <= keep_days <= 365:
        raise Refusal(_l("Please give a number of days from 0 to 365."), field="keep_days")
    with transaction() as session:
        lock(conference)
        row = session.get(VisaSettings, conference.id)
        if row is None:
            row = settings_of(conference)
            session.add(row)
        row.keep_days = keep_days
        for code in ("ru", "de", "en"):
            setattr(row, f"consulate_{code}", " ".join(consulates.get(code, "").split())[:300])
        session.flush()
        record(deed="delegations.set_visa_settings", subject=conference, actor=actor, at=at,
               details={"keep_days": keep_days})  # fmt: skip


def decide_needs(*, host_country: str, needs: dict[str, VisaNeed | None], actor: Actor, at: datetime) -> int:
    """Set the rules for a host country by citizenship; None goes back to the shipped rule. Returns how many changed."""
    changed = 0
    with transaction() as session:
        rows = {
            row.citizenship: row
            for row in session.query(VisaRule).filter_by(host_country=host_country).with_for_update()
        }
        for code, need in needs.items():
            row = rows.get(code)
            if need is None:
                if row is not None:
                    session.delete(row)
                    changed += 1
                continue
            if row is None:
                row = VisaRule(citizenship=code, host_country=host_country, need=need)
                session.add(row)
            elif row.need is need:
                continue
            row.need, row.changed_by, row.changed_at = need, actor.label, at
            changed += 1
        session.flush()
        if changed:
            record(deed="delegations.decide_visa_rules", subject=None, actor=actor, at=at,
                   details={"host": host_country, "changed": changed})  # fmt: skip
    return changed


def lock_all_anew(*, actor: Actor, at: datetime) -> dict[str, int]:
    """Lock everything with the first key of the house, so that the older ones can be thrown away.

    :raises Refusal: when something cannot be opened with any key; nothing is changed then.
    """
    counts = {"records": 0, "scans": 0, "letters": 0}
    with transaction() as session:
        try:
            for row in session.query(PassportRecord).order_by(PassportRecord.delegate_id).with_for_update():
                row.sealed = lock_values(open_values(row.sealed))
                counts["records"] += 1
                if row.scan:
                    name, locked = row.scan, lock_anew(locked_file(row.scan))
                    after_commit(lambda name=name, locked=locked: put_file(name, locked))  # type: ignore[misc]  # mypy: lambda default
                    counts["scans"] += 1
            counts["letters"] = lock_particulars_anew()
            counts |= lock_papers_and_forms_anew()
        except (Locked, FileNotFoundError) as reason:
            raise Refusal(
                _l("The passport data cannot be opened: the key they were locked with is not here.")
            ) from reason
        session.flush()
        record(deed="delegations.lock_passports_anew", subject=None, actor=actor, at=at, details=dict(counts))
    return counts


def forget_personal(delegate_ids: Iterable[int], *, actor: Actor, at: datetime) -> dict[str, int]:
    """Erase passport data, photographs and guardians' names of these people, when all of their data are erased.

    Consents stay as proof of what was allowed, without names. In the surrounding transaction.

    :returns: counts of ``passports``, ``photos`` and ``consents``.
    """
    counts = {"passports": 0, "photos": 0, "consents": 0}
    with transaction() as session:
        forget_lists_with(delegate_ids=sorted(set(delegate_ids)), at=at)
        for number in sorted(set(delegate_ids)):
            delegate = session.get(Delegate, number)
            if delegate is None:
                continue
            counts["passports"] += erase_passport(delegate=delegate, reason="erased", actor=actor, at=at)
            forget_particulars(subject_id=number, name_too=True, actor=actor, at=at)
            session.execute(delete(DelegateChange).where(DelegateChange.delegate_id == number))
            counts["photos"] += remove_photo(delegate=delegate, actor=actor, at=at)
            for row in session.query(Consent).filter_by(delegate_id=number):
                row.guardian = row.given_by = ""
                row.withdrawn_at = row.withdrawn_at or at
                row.withdrawn_by = ""
                counts["consents"] += 1
            delegate.guardian, delegate.citizenship, delegate.consents = "", "", {}
            session.flush()
    return counts
