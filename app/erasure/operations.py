"""Erasing the personal data of one person or of a whole conference."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import delete, select, update

from app.checkin.operations import forget_check_ins
from app.conferences.models import Conference
from app.correspondence.models import Letter, Reply
from app.database import after_commit, db, is_sqlite, lock, transaction
from app.delegations.models import Delegate, Delegation, RegistrationDraft, SavedFilter
from app.delegations.operations import grant_waiting
from app.delegations.operations.answers import forget_answers
from app.delegations.operations.groups import forget_papers
from app.delegations.operations.mails import REGISTRATION
from app.delegations.operations.passports import forget_personal
from app.delegations.rules import Accreditation
from app.erasure.queries import (
    contacts_of,
    everybody,
    letters_about,
    mails_of,
    mails_of_conference,
    runs_with,
    with_doubles,
)
from app.erasure.rules import CONTACT, EMPTIED, NOBODY, OF_A_REPLY, QUOTING, Act
from app.format_switch.operations import forget_notes, forget_requests
from app.history.models import HistoryEntry
from app.history.operations import record
from app.history.rules import Actor
from app.jobs import Job, JobState
from app.mailroom.models import MailAttachment, MailReturn, OutgoingMail
from app.mailroom.operations import drop_orders
from app.mailroom.rules import MailState
from app.printing.camera.queries import archive_of
from app.printing.models import Badge, Honour, PrintedPaper, PrintRun, TakenSeat
from app.printing.queries import path_of
from app.programme.operations import forget_sign_ups
from app.programme.operations.forgetting import forget_own_entries, forget_parts
from app.video.operations.visits import forget_guests, forget_visits


def _forget_rows(people: Sequence[Delegate], at: datetime) -> None:
    """Empty what tells of the person. Links die, places are given back; no person is left to come."""
    forget_requests([person.id for person in people])
    drop_orders(writer=REGISTRATION, subject_ids=[person.id for person in people])
    for person in people:
        for name in EMPTIED:
            setattr(person, name, "")
        person.last, person.form_key, person.consents, person.minor = NOBODY, None, {}, False
        person.token, person.join_token = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        person.badge_token = secrets.token_urlsafe(9)
        person.accreditation, person.waitlisted_at = Accreditation.WITHDRAWN, None
        person.offered_until = person.wished = None
        person.updated_at = at


def _forget_mails(mails: Sequence[OutgoingMail]) -> int:
    """Empty mails; what has not left never will."""
    for mail in mails:
        if mail.state in {MailState.HELD, MailState.WAITING}:
            mail.state, mail.last_error, mail.next_try_at = MailState.FAILED, "withdrawn", None
        mail.to, mail.copies, mail.headers = [], [], {}
        mail.subject, mail.text, mail.html, mail.calendar, mail.deed_key = NOBODY, "", "", "", None
        if mail.state is MailState.FAILED and mail.last_error != "withdrawn":
            mail.last_error = ""
    ids = [mail.id for mail in mails]
    for start in range(0, len(ids), 5000):
        some = ids[start : start + 5000]
        db.session.execute(delete(MailReturn).where(MailReturn.mail_id.in_(some)))
        db.session.execute(delete(MailAttachment).where(MailAttachment.mail_id.in_(some)))
    return len(mails)


def _forget_contacts(rows: Sequence[Delegation | Reply]) -> int:
    named = 0
    for row in rows:
        names = (*CONTACT, *OF_A_REPLY) if isinstance(row, Reply) else CONTACT
        named += any(getattr(row, name) for name in names)
        for name in names:
            setattr(row, name, "")
        if isinstance(row, Delegation):
            row.token = secrets.token_urlsafe(24)
    return named


def _forget_letters(letters: Sequence[Letter]) -> int:
    """Letters about a person keep number and date in the register, not the name."""
    for letter in letters:
        letter.fields = {}
        letter.recipient = {**letter.recipient, "last": "", "first": "", "patronymic": "", "email": ""}
        if letter.register_entry is not None:
            entry = letter.register_entry
            entry.subject, entry.search = NOBODY, entry.label.casefold()
        if letter.document is not None:
            letter.document.title = letter.document.number
    return len(letters)


def _forget_prints(runs: Sequence[PrintRun], people: Sequence[Delegate]) -> int:
    """Printed sheets go whole, whoever else stands on them: they can be printed again."""
    others = select(PrintRun.sha256).where(PrintRun.id.not_in([run.id for run in runs]))
    kept = set(db.session.scalars(others))
    gone = [run.sha256 for run in runs if run.sha256 not in kept]
    paths = [place(sha256) for sha256 in gone for place in (path_of, archive_of)]
    for run in runs:
        run.warnings = []
    ids = [person.id for person in people]
    for printed in (Badge, PrintedPaper, Honour, TakenSeat):
        db.session.execute(delete(printed).where(printed.delegate_id.in_(ids)))

    def remove() -> None:
        for path in paths:
            path.unlink(missing_ok=True)

    after_commit(remove)
    return len(runs)


def _forget_history(people: Sequence[Delegate], rows: Sequence[Delegation | Reply]) -> int:
    """Deeds stay with who and when; what they quote goes."""
    subjects = {"delegate": [person.id for person in people]}
    for row in rows:
        subjects.setdefault(row.__tablename__, []).append(row.id)
    count = 0
    for kind in QUOTING:
        ids = subjects.get(kind, [])
        for start in range(0, len(ids), 5000):
            found = db.session.execute(
                update(HistoryEntry)
                .where(HistoryEntry.subject_kind == kind, HistoryEntry.subject_id.in_(ids[start : start + 5000]))
                .values(details={})
                .execution_options(synchronize_session=False)
            )
            count += found.rowcount  # type: ignore[attr-defined]  # the result of an update has it
    return count


def _forget_jobs(conference: Conference) -> int:
    """Reports of finished work quote rows of files and names that did not fit."""
    jobs = db.session.scalars(
        select(Job).where(
            Job.conference_id == conference.id, Job.state.not_in((JobState.QUEUED, JobState.RUNNING))
        )
    ).all()  # fmt: skip
    for job in jobs:
        job.result, job.params, job.error = {key: job.result[key] for key in ("url",) if key in job.result}, {}, ""
    return len(jobs)


def _tidy() -> None:
    """Free pages of an SQLite file still hold what stood there: write the file anew."""
    if is_sqlite():
        connection = db.engine.raw_connection()
        try:
            with suppress(sqlite3.Error):  # somebody reads: the next backup or erasure does it
                connection.cursor().execute("VACUUM")
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()


def _erase(
    conference: Conference,
    people: Sequence[Delegate],
    mails: Sequence[OutgoingMail],
    contacts: Sequence[Delegation | Reply],
    *,
    scope: str,
    actor: Actor,
    at: datetime,
) -> Act:
    ids = [person.id for person in people]
    counts = {
        "delegates": len(people),
        "with_a_place": sum(person.accreditation is Accreditation.GRANTED for person in people),
        "answers": forget_answers(ids),
        "sign_ups": forget_sign_ups(ids),
        "visits_to_rooms": forget_visits(ids),
        "check_ins": forget_check_ins(ids),
        **forget_personal(ids, actor=actor, at=at),
        "mails": _forget_mails(mails),
        "contacts": _forget_contacts(contacts),
        "papers_of_delegations": forget_papers([row for row in contacts if isinstance(row, Delegation)]),
        "letters_about_persons": _forget_letters(letters_about(ids)),
        "print_runs": _forget_prints(runs_with(ids, conference), people),
    }
    forget_own_entries(ids)
    _forget_rows(people, at)
    db.session.flush()
    counts["history_entries"] = _forget_history(people, contacts)
    act = Act(at, actor.label, conference.slug, scope, counts)
    record(deed="erasure.erase", subject=None, actor=actor, at=at, conference_id=conference.id, details=act.as_json())
    after_commit(_tidy)
    return act


def erase_conference(*, conference: Conference, actor: Actor, at: datetime) -> Act:
    """Erase the personal data of all delegates and contacts of a conference, and every mail; returns the record.

    Numbers and dates of the outgoing register stay, and how many there were. Doing it twice is harmless.
    """
    with transaction() as session:
        lock(conference)
        act = _erase(
            conference, everybody(conference), mails_of_conference(conference), contacts_of(conference),
            scope="conference", actor=actor, at=at,
        )  # fmt: skip
        _forget_jobs(conference)
        forget_guests(conference=conference)
        forget_parts(conference=conference)
        forget_notes(conference=conference)
        session.execute(delete(RegistrationDraft).where(RegistrationDraft.conference_id == conference.id))
        session.execute(delete(SavedFilter).where(SavedFilter.conference_id == conference.id))
        session.execute(delete(Honour).where(Honour.conference_id == conference.id, Honour.municipality_id.is_(None)))
    return act


def erase_delegate(*, delegate: Delegate, actor: Actor, at: datetime) -> Act:
    """Erase the personal data of one person, with all rows found to be the same person; returns the record.

    Where the person is a contact, that goes too. A place held is given to the first who waits.
    """
    with transaction() as session:
        conference = delegate.conference
        lock(conference)
        people = with_doubles(delegate)
        addresses = {person.email.casefold() for person in people if person.email}
        forget_parts(conference=conference, delegates=[person.id for person in people])
        act = _erase(
            conference, people, mails_of(people), contacts_of(conference, addresses),
            scope="delegate", actor=actor, at=at,
        )  # fmt: skip
        session.flush()
        session.expire_all()
        if conference.ends_on >= at.date():
            grant_waiting(conference=conference, actor=actor, at=at)
    return act
