"""The mailroom's pages: what waits, what went, what needs a person."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.queries import current_actor
from app.clock import now
from app.database import db
from app.errors import Message, Refusal
from app.mailroom.forms import ReturnsForm, SendAgainForm
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import ReturnsTaken, hold_back, send_again, settle_arrived, take_one_report
from app.mailroom.queries import can_send, counts, page_of_mails
from app.mailroom.rules import MailState, cause_of
from app.navigation import Door
from app.paging import PER_PAGE, Page, page_number
from app.permissions import Permission, allow

blueprint = Blueprint("mailroom", __name__, url_prefix="/<language:language>/desk/mail")
blueprints = (blueprint,)
doors = (Door(_l("Mailroom"), "mailroom.mails", Permission.SEND_MAIL, 80),)

WORDS = {
    MailState.WAITING: (_l("waiting"), "waiting"),
    MailState.HELD: (_l("held"), "information"),
    MailState.SENDING: (_l("being sent"), "waiting"),
    MailState.UNCERTAIN: (_l("uncertain"), "stop"),
    MailState.SENT: (_l("sent"), "done"),
    MailState.FAILED: (_l("failed"), "stop"),
}
NEXT = {
    MailState.WAITING: _l("It goes out by itself; nothing needs to be done."),
    MailState.HELD: _l("It waits until somebody releases it."),
    MailState.SENDING: _l("A sender has it in hand."),
    MailState.UNCERTAIN: _l(
        "The connection broke after the mail had been handed over. Ask the recipient; "
        "send it again only if it did not arrive."
    ),
    MailState.SENT: _l("The mail server of the recipient has taken it."),
    MailState.FAILED: _l("It was refused for good. Mend the address or write on paper."),
}
CAME_BACK = _l("It came back. Mend the address and send it again, or write on paper.")
TRIED = _l("It went to the address of the trial mode only and is held; let it go when the trial is over.")


def standing(mail: OutgoingMail) -> tuple[Message, str, Message]:
    """Where a mail stands in a word, the tone of the word, and what to do next."""
    word, tone = WORDS[mail.state]
    if mail.state is MailState.FAILED and mail.returned_at is not None:
        return _l("came back"), tone, CAME_BACK
    if mail.state is MailState.HELD and mail.tried_at is not None:
        return _l("held after the trial"), tone, TRIED
    return word, tone, NEXT[mail.state]


@blueprint.get("/")
@allow(Permission.SEND_MAIL)
def mails() -> Any:
    """All mails, newest first, by state."""
    wanted = request.args.get("state", "")
    state = MailState(wanted) if wanted in {item.value for item in MailState} else None
    page = Page(page_number(), 0)
    rows, total = page_of_mails(state=state, kind=request.args.get("kind", ""), offset=page.offset, limit=PER_PAGE)
    return render_template(
        "mailroom/mails.html", mails=rows, page=Page(page.number, total), counts=counts(), chosen=state,
        words=WORDS, standing=standing, can_send=can_send(), states=list(MailState),
    )  # fmt: skip


def _page(row: OutgoingMail, form: SendAgainForm | None = None) -> str:
    if form is None:
        form = SendAgainForm(formdata=None)
        form.to.data, form.copies.data = ", ".join(row.to), ", ".join(row.copies)
    return render_template(
        "mailroom/mail.html", mail=row, form=form, standing=standing(row), cause_of=cause_of, can_send=can_send(),
    )  # fmt: skip


@blueprint.get("/<int:mail_id>")
@allow(Permission.SEND_MAIL)
def mail(mail_id: int) -> Any:
    """One mail as it goes out."""
    return _page(db.session.get(OutgoingMail, mail_id) or abort(404))


@blueprint.post("/<int:mail_id>")
@allow(Permission.SEND_MAIL)
def act(mail_id: int) -> Any:
    """Hold, release, send again, or settle one mail."""
    row = db.session.get(OutgoingMail, mail_id) or abort(404)
    deeds = {"hold": hold_back, "send": send_again, "arrived": settle_arrived}
    deed = deeds.get(request.form.get("deed", "")) or abort(400)
    given: dict[str, Any] = {}
    form = SendAgainForm()
    if deed is send_again and "to" in request.form:
        given = {"to": form.addresses("to"), "copies": form.addresses("copies")}
    try:
        deed(mail=row, actor=current_actor(), at=now(), **given)
    except Refusal as refusal:
        if given and refusal.field == "to":
            form.to.errors = [refusal.message]
            return _page(row, form), 422
        flash(str(refusal.message), "error")
    else:
        flash(_("Done: the mail is now marked “%(state)s”.", state=WORDS[row.state][0]), "done")
    return redirect(url_for("mailroom.mail", mail_id=mail_id), code=303)


@blueprint.get("/returns")
@allow(Permission.SEND_MAIL)
def returns() -> Any:
    """Where a delivery report is pasted or uploaded."""
    return render_template("mailroom/returns.html", form=ReturnsForm(formdata=None), taken=None, standing=standing)


@blueprint.post("/returns")
@allow(Permission.SEND_MAIL)
def take_returns() -> Any:
    """Mark what a delivery report says of our mails."""
    form = ReturnsForm()
    taken: ReturnsTaken | None = None
    if form.validate():
        try:
            taken = take_one_report(data=form.content(), actor=current_actor(), at=now())
        except Refusal as refusal:
            form.report.errors = [refusal.message]
    if taken is None:
        return render_template("mailroom/returns.html", form=form, taken=None, standing=standing), 422
    if len(taken.mails) == 1:
        [row] = taken.mails
        flash(_("The report is taken: %(cause)s", cause=cause_of(row.returns[-1].status)), "done")
        return redirect(url_for("mailroom.mail", mail_id=row.id), code=303)
    for count, tone, words in (
        (taken.returned, "done", _("Mails that came back for good: %(count)s", count=taken.returned)),
        (taken.noted, "done", _("Delays and single recipients noted: %(count)s", count=taken.noted)),
        (taken.known, "information", _("Known already: %(count)s", count=taken.known)),
        (taken.foreign, "information", _("Not about a mail of ours that was sent: %(count)s", count=taken.foreign)),
    ):
        if count:
            flash(str(words), tone)
    return redirect(url_for("mailroom.returns"), code=303)
