"""What the worker does by itself."""

from __future__ import annotations

import threading
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.clock import now
from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Delegate, Delegation, GroupMail
from app.delegations.operations import grant_waiting, import_delegates, open_answered_delegations
from app.delegations.operations.consents import erase_due_health
from app.delegations.operations.group_mail import prepare_group_mail
from app.delegations.operations.many_photos import take_photos
from app.delegations.operations.passports import erase_due_passports
from app.delegations.operations.precedence import renew_precedence
from app.delegations.operations.search import refresh_search
from app.delegations.operations.started_forms import mail_due_forms
from app.delegations.operations.together import TogetherDeed, decide_together
from app.delegations.operations.visa_letters import prepare_visa_letters
from app.delegations.operations.waiting_list import end_offers
from app.delegations.operations.ways_in import drop_old_drafts
from app.delegations.queries.visa import waiting_for_letter
from app.delegations.rules import Accreditation
from app.directory.uploads import find_upload
from app.errors import Refusal
from app.history.rules import SYSTEM, Actor
from app.i18n import speaking
from app.jobs import Progress, job, repeatedly
from app.permissions import Permission
from app.tables import report_on

SHOWN = 200  # of the remarks on a file


@repeatedly(60)
def fill_free_places(_stop: threading.Event | None = None) -> None:
    """Give places that became free elsewhere (a capacity raised by hand) to those who wait."""
    waiting = db.session.scalars(
        select(Conference)
        .where(
            Conference.id.in_(select(Delegate.conference_id).where(Delegate.accreditation == Accreditation.WAITLISTED))
        )
        .order_by(Conference.id)
    ).all()
    for conference in waiting:
        grant_waiting(conference=conference, actor=SYSTEM, at=now())


@repeatedly(60)
def end_offers_in_time(_stop: threading.Event | None = None) -> None:
    """Places that were offered and not taken in time go to the next person."""
    end_offers(actor=SYSTEM, at=now())


@repeatedly(3600)
def keep_ranks_right(_stop: threading.Event | None = None) -> None:
    """Let who registered while the table of ranks was changed stand by the one that holds; exceptions by hand stay."""
    renew_precedence()


@repeatedly(3600)
def drop_old_started_forms(_stop: threading.Event | None = None) -> None:
    """Erase started registrations nobody went on with."""
    drop_old_drafts(at=now())


@repeatedly(60)
def mail_links_of_started_forms(_stop: threading.Event | None = None) -> None:
    """Mail people who began a registration and did not send it the link that opens it again."""
    mail_due_forms(at=now())


@repeatedly(15)
def open_delegations(_stop: threading.Event | None = None) -> None:
    """Open the delegations of those whose answer was recorded by hand."""
    open_answered_delegations(actor=SYSTEM, at=now())


@repeatedly(3600)
def keep_search_fresh(stop: threading.Event | None = None) -> None:
    """Make what delegates are found by anew where older rules made it (after an update of the house)."""
    refresh_search(stopped=stop.is_set if stop is not None else lambda: False)


@repeatedly(3600)
def erase_due_passport_data(_stop: threading.Event | None = None) -> None:
    """Erase passport data that are kept longer than the conference's settings allow."""
    erase_due_passports(at=now())


@repeatedly(3600)
def erase_due_health_data(_stop: threading.Event | None = None) -> None:
    """Erase what people said of food and access 30 days after their conference."""
    erase_due_health(at=now())


@job(
    "decide-together",
    word=_l("Decide about delegates together"),
    permission=Permission.EDIT_DELEGATES,
    page="delegations.delegates",
)
def decide_together_job(progress: Progress, *, conference_id: int, ids: list[int], deed: str, reason: str,
                        delegation_id: int | None, actor_id: int | None, actor: str, language: str,
                        reasons: dict[str, str] | None = None,
                        over_quota: bool = False) -> dict[str, Any]:  # fmt: skip
    """Decide about many; begun anew after a crash it leaves alone who is done."""
    with speaking(language):
        conference = db.session.get_one(Conference, conference_id)
        result = decide_together(
            conference=conference, ids=ids, deed=TogetherDeed(deed), reason=reason, reasons=reasons,
            delegation=db.session.get(Delegation, delegation_id) if delegation_id else None, over_quota=over_quota,
            actor=Actor(kind="staff", id=actor_id, label=actor), at=now(), tell=progress.set,
        )  # fmt: skip
        return {**result.as_json(), "url": f"/{language}/desk/c/{conference.slug}/delegates"}


@job(
    "prepare-group-mail", word=_l("Write a mail to many"), permission=Permission.SEND_MAIL, page="delegations.delegates"
)
def prepare_group_mail_job(progress: Progress, *, mail_id: int, actor_id: int | None, actor: str,
                           language: str) -> dict[str, Any]:  # fmt: skip
    """Write the mails of a group; begun anew after a crash nobody gets a second one."""
    with speaking(language):
        mail = db.session.get_one(GroupMail, mail_id)
        done = prepare_group_mail(
            mail=mail, actor=Actor(kind="staff", id=actor_id, label=actor), at=now(), tell=progress.set
        )
        return {**done.as_json(), "url": f"/{language}/desk/c/{mail.conference.slug}/mails/{mail.id}"}


@job(
    "prepare-visa-letters",
    word=_l("Prepare visa letters"),
    permission=Permission.READ_PASSPORTS,
    page="delegations.visa",
)
def prepare_visa_letters_job(progress: Progress, *, conference_id: int, letter_language: str | None,
                             actor_id: int | None, actor: str, language: str) -> dict[str, Any]:  # fmt: skip
    """Draft the visa letters of everybody who waits for one; begun anew after a crash it goes on with the rest."""
    with speaking(language):
        conference = db.session.get_one(Conference, conference_id)
        people = waiting_for_letter(conference)
        outcome = prepare_visa_letters(
            delegates=people, language=letter_language, actor=Actor(kind="staff", id=actor_id, label=actor),
            at=now(), tell=progress.set,
        )  # fmt: skip
        progress.set(len(people), len(people))
        refused = [{"name": one.public_id, "message": str(message)} for one, message in outcome.refused[:SHOWN]]
        return {
            "prepared": len(outcome.letters), "refused": refused,
            "url": f"/{language}/desk/c/{conference.slug}/visa?job={progress.job_id}",
        }  # fmt: skip


@job(
    "take-photos",
    word=_l("Keep photographs from a ZIP file"),
    permission=Permission.EDIT_DELEGATES,
    page="delegations.many_photos",
)
def take_photos_job(progress: Progress, *, conference_id: int, token: str, actor_id: int | None, actor: str,
                    language: str) -> dict[str, Any]:  # fmt: skip
    """Keep the photographs of a ZIP file; begun anew after a crash everybody has the same one."""
    with speaking(language):
        conference = db.session.get_one(Conference, conference_id)
        path = find_upload(token)
        if path is None:
            raise Refusal(_("The file is no longer kept. Please choose it again."))
        done = take_photos(
            conference=conference, path=path, actor=Actor(kind="staff", id=actor_id, label=actor), at=now(),
            tell=progress.set,
        )  # fmt: skip
        path.unlink(missing_ok=True)
        url = f"/{language}/desk/c/{conference.slug}/delegates/photos?job={progress.job_id}"
        return {**done.as_json(), "url": url}


@job(
    "import-delegates",
    word=_l("Import delegates from a file"),
    permission=Permission.EDIT_DELEGATES,
    page="delegations.import_page",
)
def import_delegates_job(progress: Progress, *, conference_id: int, token: str, skip_bad_rows: bool,
                         actor_id: int | None, actor: str, language: str) -> dict[str, Any]:  # fmt: skip
    """Take a long file; begun anew after a crash nobody is entered twice."""
    with speaking(language):
        conference = db.session.get_one(Conference, conference_id)
        path = find_upload(token)
        if path is None:
            raise Refusal(_("The file is no longer kept. Please choose it again."))
        report = report_on(
            lambda: import_delegates(
                conference=conference, path=path, skip_bad_rows=skip_bad_rows, at=now(), tell=progress.set,
                actor=Actor(kind="staff", id=actor_id, label=actor),
            )
        )  # fmt: skip
        path.unlink(missing_ok=True)
        said = report.as_json()
        return said | {
            "refused": report.refused, "rejected": said["rejected"][:SHOWN], "warnings": said["warnings"][:SHOWN],
            "url": f"/{language}/desk/c/{conference.slug}/delegates/import?job={progress.job_id}",
        }  # fmt: skip
