"""The desk: mails to groups. Write, look at it as any recipient, put into the outbox, let go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.database import db
from app.delegations.forms.group_mail import GroupMailForm
from app.delegations.models import Delegate, GroupMail
from app.delegations.operations.group_mail import (
    compose,
    prepare_group_mail,
    release_group_mail,
    require_texts,
    take_back_group_mail,
    write_group_mail,
)
from app.delegations.queries.group_mail import (
    changes_for,
    group_mails,
    meant_by,
    not_written_to,
    recipients,
    states_of,
)
from app.delegations.rules import usable_address
from app.delegations.rules.group_mail import MERGE_FIELDS, GroupMailKind, GroupMailState
from app.delegations.rules.listing import question_of
from app.delegations.views.desk_list import filter_words
from app.delegations.views.shared import blueprint, put
from app.errors import Refusal
from app.i18n import LANGUAGES, language, number
from app.jobs import start_job
from app.mailroom.rules import MailState
from app.permissions import Permission, allow

AT_ONCE = 30
SHOWN = 100


def state_words() -> dict[str, tuple[str, str]]:
    """What the states of a mail to a group are called, and their tone."""
    return {
        GroupMailState.DRAFT: (_("draft"), "quiet"), GroupMailState.PREPARED: (_("held in the outbox"), "information"),
        GroupMailState.RELEASED: (_("released"), "done"),
    }  # fmt: skip


def merge_words() -> list[tuple[str, str]]:
    """What may stand in braces, and what it becomes."""
    known = {
        "salutation": _("the form of address with the name"), "name": _("the name alone"),
        "link": _("the address of the personal page"), "number": _("the number of the delegate"),
        "conference": _("the title of the conference"), "dates": _("its days"), "host": _("the host city"),
    }  # fmt: skip
    return [(name, known[name]) for name in MERGE_FIELDS]


def _query(arguments: Any) -> dict[str, Any]:
    ids = arguments.getlist("id")[:1000]
    return {"ids": ids} if ids else dict(question_of(arguments).as_query())


def _said(conference: Conference, query: Mapping[str, Any]) -> str:
    ids = query.get("ids")
    if isinstance(ids, list):
        said = ngettext("%(count)s person chosen in the list", "%(count)s people chosen in the list", len(ids),
                        count=number(len(ids)))  # fmt: skip
        return str(said)
    return " · ".join(filter_words(conference, question_of(query))) or str(_("everyone on the list"))


def _mail(conference: Conference, number_: int) -> GroupMail:
    found = db.session.get(GroupMail, number_)
    return found if found is not None and found.conference_id == conference.id else abort(404)


@blueprint.get("/desk/c/<slug>/mails")
@allow(Permission.SEND_MAIL)
def group_mail_list(slug: str) -> Any:
    """Mails to groups, newest first."""
    conference = desk_conference(slug)
    rows = [(row, _title(row), written, left) for row, written, left in group_mails(conference)]
    return render_template("delegations/group_mails.html", conference=conference, mails=rows, words=state_words())


def _title(mail: GroupMail) -> str:
    here = getattr(mail, f"subject_{language()}")
    found = here or next((text for code in LANGUAGES if (text := getattr(mail, f"subject_{code}"))), "")
    return found or (_("What has changed in your data") if mail.kind is GroupMailKind.CHANGES else _("without subject"))


@blueprint.route("/desk/c/<slug>/mails/new", methods=["GET", "POST"])
@allow(Permission.SEND_MAIL)
def new_group_mail(slug: str) -> Any:
    """Write to those the arguments of the address mean."""
    conference = desk_conference(slug)
    return _write(conference, None, _query(request.args))


@blueprint.route("/desk/c/<slug>/mails/<int:mail_id>/edit", methods=["GET", "POST"])
@allow(Permission.SEND_MAIL)
def edit_group_mail(slug: str, mail_id: int) -> Any:
    """Change a draft."""
    conference = desk_conference(slug)
    mail = _mail(conference, mail_id)
    if mail.state is not GroupMailState.DRAFT:
        return redirect(url_for("delegations.group_mail", slug=slug, mail_id=mail.id), code=303)
    return _write(conference, mail, mail.query)


def _write(conference: Conference, mail: GroupMail | None, query: Mapping[str, Any]) -> Any:
    form = GroupMailForm(obj=mail)
    form.prepare()
    if request.method == "GET" and mail is not None:
        form.kind.data = mail.kind.value
    people = meant_by(conference, dict(query))
    if form.validate_on_submit():
        try:
            kept = write_group_mail(
                conference=conference, kind=GroupMailKind(form.kind.data), query=query, texts=form.texts(), mail=mail,
                actor=current_actor(), at=now(),
            )  # fmt: skip
        except Refusal as refusal:
            put(form, refusal)
        else:
            flash(_("The draft is kept. Nothing has been sent."), "done")
            return redirect(url_for("delegations.group_mail", slug=conference.slug, mail_id=kept.id), code=303)
    page = render_template(
        "delegations/write_group_mail.html", conference=conference, form=form, mail=mail, merge=merge_words(),
        said=_said(conference, query), count=len(people), languages=_languages(people),
    )  # fmt: skip
    return page, (422 if form.is_submitted() else 200)


def _languages(people: list[Delegate]) -> list[tuple[str, int]]:
    read = Counter(row.language for row in people if usable_address(row.email))
    return [(word, read[code]) for code, word in LANGUAGES.items() if read[code]]


@blueprint.get("/desk/c/<slug>/mails/<int:mail_id>")
@allow(Permission.SEND_MAIL)
def group_mail(slug: str, mail_id: int) -> Any:
    """One mail: to whom, how it reads for any of them, what became of it."""
    conference = desk_conference(slug)
    mail = _mail(conference, mail_id)
    people = recipients(mail)
    changed: dict[int, list[str]] = {}
    if mail.kind is GroupMailKind.CHANGES:
        changed = changes_for(people, conference_id=conference.id)
        people_with_news = [row for row in people if row.id in changed]
    else:
        people_with_news = people
    reachable = [row for row in people_with_news if usable_address(row.email)]
    shown_as = next((row for row in people if row.public_id == request.args.get("as")), None)
    shown_as = shown_as or next(iter(reachable or people), None)
    left: list[Delegate] = [row for row in people_with_news if not usable_address(row.email)]
    lacking = ""
    try:
        require_texts(mail, people)
    except Refusal as refusal:
        lacking = str(refusal.message)
    return render_template(
        "delegations/group_mail.html", conference=conference, mail=mail, title=_title(mail), lacking=lacking,
        said=_said(conference, mail.query), count=len(people), reachable=len(reachable), left=left[:SHOWN],
        left_count=len(left), unchanged=len(people) - len(people_with_news), languages=_languages(reachable),
        preview=compose(mail, shown_as, changed=changed.get(shown_as.id, ())) if shown_as else None,
        shown_as=shown_as, people=people_with_news[:500], state=state_words()[mail.state], sent=_sent(mail),
        not_written=not_written_to(mail) if mail.prepared_at else [], states=GroupMailState,
    )  # fmt: skip


def _sent(mail: GroupMail) -> list[tuple[str, int]]:
    if mail.state is GroupMailState.DRAFT:
        return []
    words = {
        MailState.HELD: _("held"), MailState.WAITING: _("waiting"), MailState.SENDING: _("being sent"),
        MailState.UNCERTAIN: _("uncertain"), MailState.SENT: _("sent"), MailState.FAILED: _("failed"),
    }  # fmt: skip
    counted = states_of(mail)
    return [(words[state], counted[state]) for state in MailState if state in counted]


@blueprint.post("/desk/c/<slug>/mails/<int:mail_id>")
@allow(Permission.SEND_MAIL)
def group_mail_deed(slug: str, mail_id: int) -> Any:
    """Put into the outbox, let go, or take back."""
    conference = desk_conference(slug)
    mail = _mail(conference, mail_id)
    deeds: dict[str, Callable[[Conference, GroupMail], Any]] = {
        "prepare": _prepare, "release": _release, "take-back": _take_back,
    }  # fmt: skip
    deed = deeds.get(request.form.get("deed", "")) or abort(400)
    try:
        answer = deed(conference, mail)
    except Refusal as refusal:
        flash(str(refusal.message), "error")
        answer = None
    return answer or redirect(url_for("delegations.group_mail", slug=slug, mail_id=mail_id), code=303)


def _prepare(conference: Conference, mail: GroupMail) -> Any:
    people = recipients(mail)
    require_texts(mail, people)
    if len(people) > AT_ONCE:
        actor = current_actor()
        job = start_job(
            kind="prepare-group-mail",
            params={"mail_id": mail.id, "actor_id": actor.id, "actor": actor.label, "language": language()},
            started_by=actor.label, at=now(), conference_id=conference.id, total=len(people),
        )  # fmt: skip
        return redirect(url_for("jobs.show", job_id=job.id), code=303)
    done = prepare_group_mail(mail=mail, actor=current_actor(), at=now())
    flash(
        ngettext("%(count)s mail is held in the outbox.", "%(count)s mails are held in the outbox.", done.written,
                 count=number(done.written)), "done")  # fmt: skip
    return None


def _release(_conference: Conference, mail: GroupMail) -> None:
    count = release_group_mail(mail=mail, actor=current_actor(), at=now())
    flash(ngettext("%(count)s mail is released.", "%(count)s mails are released.", count, count=number(count)), "done")


def _take_back(_conference: Conference, mail: GroupMail) -> None:
    take_back_group_mail(mail=mail, actor=current_actor(), at=now())
    flash(_("The mail is a draft again; nothing of it goes out."), "done")
