"""The mailroom's pages: what waits, what went, what needs a person."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.queries import current_actor
from app.clock import now
from app.database import db
from app.errors import Refusal
from app.mailroom.models import OutgoingMail
from app.mailroom.operations import hold_back, send_again, settle_arrived
from app.mailroom.queries import can_send, counts, page_of_mails
from app.mailroom.rules import MailState
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
        words=WORDS, can_send=can_send(), states=list(MailState),
    )  # fmt: skip


@blueprint.get("/<int:mail_id>")
@allow(Permission.SEND_MAIL)
def mail(mail_id: int) -> Any:
    """One mail as it goes out."""
    row = db.session.get(OutgoingMail, mail_id) or abort(404)
    return render_template("mailroom/mail.html", mail=row, words=WORDS, next=NEXT, can_send=can_send())


@blueprint.post("/<int:mail_id>")
@allow(Permission.SEND_MAIL)
def act(mail_id: int) -> Any:
    """Hold, release, send again, or settle one mail."""
    row = db.session.get(OutgoingMail, mail_id) or abort(404)
    deeds = {"hold": hold_back, "send": send_again, "arrived": settle_arrived}
    deed = deeds.get(request.form.get("deed", "")) or abort(400)
    try:
        deed(mail=row, actor=current_actor(), at=now())
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    else:
        flash(_("Done: the mail is now marked “%(state)s”.", state=WORDS[row.state][0]), "done")
    return redirect(url_for("mailroom.mail", mail_id=mail_id), code=303)
