"""A delegate's place: taken when it is offered, passed on, the pass for the entrance, and what was changed."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.clock import now
from app.conferences.queries import conference_title
from app.conferences.rules import Attendance
from app.conferences.taking_part import comes
from app.correspondence.operations import sheets_pdf
from app.correspondence.operations.writing import fonts
from app.database import db
from app.delegations.field_words import field_label, word_of
from app.delegations.forms import SubstituteForm
from app.delegations.models import Delegate, DelegateChange
from app.delegations.operations import withdraw as withdraw_delegate
from app.delegations.operations.passing_on import Substitute, pass_on
from app.delegations.operations.waiting_list import accept_offer, give_up_wish
from app.delegations.queries import wish_of
from app.delegations.queries.ways_in import changes_of
from app.delegations.rules import HOLDS_A_PLACE, Accreditation, is_over
from app.delegations.views.papers import as_themselves, of_token
from app.delegations.views.shared import blueprint, code_svg, full_name, private, put
from app.directory.models import Municipality
from app.errors import Refusal
from app.i18n import date_time, language, localized
from app.permissions import by_token
from app.security_headers import limiter


@blueprint.route("/delegate/<token>/offer", methods=["GET", "POST"])
@by_token
@limiter.limit("30 per minute", methods=["POST"])
@private
def offer(token: str) -> Any:
    """A place is kept: GET asks, POST takes it or lets it go."""
    row = of_token(token)
    if row.offered_until is None or (row.accreditation in HOLDS_A_PLACE and wish_of(row) is None):
        return redirect(url_for("delegations.delegate", token=token), code=303)
    if request.method == "GET":
        return render_template(
            "delegations/offer.html", delegate=row, conference=row.conference,
            until=date_time(row.offered_until, row.conference.timezone), wish=wish_of(row),
        )  # fmt: skip
    deed = request.form.get("deed", "")
    try:
        if deed == "take":
            accept_offer(delegate=row, actor=as_themselves(row), at=now())
            flash(_("The place is yours. We look forward to seeing you."), "done")
        elif deed == "leave" and wish_of(row) is not None:
            give_up_wish(delegate=row, actor=as_themselves(row), at=now())
            flash(_("Thank you for letting us know: you keep the place you have, the other goes to the next person."),
                  "done")  # fmt: skip
        elif deed == "leave":
            withdraw_delegate(delegate=row, actor=as_themselves(row), at=now())
            flash(_("Thank you for letting us know: the place goes to the next person."), "done")
        else:
            abort(400)
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    return redirect(url_for("delegations.delegate", token=token), code=303)


def _has_pass(row: Delegate) -> bool:
    return row.accreditation is Accreditation.GRANTED and comes(row.attendance, row.conference.format)


@blueprint.get("/delegate/<token>/pass")
@by_token
@private
def own_pass(token: str) -> Any:
    """The code for the entrance, large."""
    row = of_token(token)
    if not _has_pass(row):
        return redirect(url_for("delegations.delegate", token=token), code=303)
    return render_template("delegations/pass.html", delegate=row, conference=row.conference,
                           code=code_svg(row.badge_token))  # fmt: skip


@blueprint.get("/delegate/<token>/pass.pdf")
@by_token
@limiter.limit("20 per minute")
@private
def own_pass_pdf(token: str) -> Any:
    """The same on paper: A6, or as it is on a telephone."""
    row = of_token(token)
    if not _has_pass(row):
        abort(404)
    title = f"{conference_title(row.conference)}: {full_name(row)}"
    html = render_template("delegations/pass_sheet.html", delegate=row, conference=row.conference, title=title,
                           code=code_svg(row.badge_token), language=language(), fonts=fonts().as_uri())  # fmt: skip
    return Response(
        sheets_pdf(html, title=title),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{row.conference.slug}-pass.pdf"'},
    )


@blueprint.route("/delegate/<token>/pass-on", methods=["GET", "POST"])
@by_token
@limiter.limit("20 per minute", methods=["POST"])
@private
def pass_place_on(token: str) -> Any:
    """Somebody else comes instead."""
    row = of_token(token)
    conference = row.conference
    if row.accreditation not in HOLDS_A_PLACE or is_over(conference.change_until, now(), conference.timezone):
        return redirect(url_for("delegations.delegate", token=token), code=303)
    form = SubstituteForm()
    form.prepare()
    if form.validate_on_submit():
        try:
            pass_on(
                delegate=row, actor=as_themselves(row), at=now(),
                to=Substitute(
                    last=form.last.data or "", first=form.first.data or "", patronymic=form.patronymic.data or "",
                    email=form.email.data or "", position=form.position.data or "", gender=form.gender.data or "",
                ),
            )  # fmt: skip
        except Refusal as refusal:
            put(form, refusal)
        else:
            return render_template("delegations/passed_on.html", conference=conference)
    page = render_template("delegations/pass_on.html", delegate=row, conference=conference, form=form)
    return page, (422 if form.is_submitted() else 200)


def actor_word(kind: str) -> str:
    """Who changed something, seen from the person."""
    if kind == "delegate":
        return str(_("you"))
    return str(_("the contact of your delegation") if kind == "contact" else _("the organisers"))


def said(change: DelegateChange, value: str, zone: str) -> str:
    """A kept value in the reader's words."""
    if change.field == "municipality_id":
        town = db.session.get(Municipality, int(value)) if value.isdecimal() else None
        return localized(town, "name") if town is not None else ""
    if change.field in {"attendance", "wished"} and value in set(Attendance):
        return word_of("attendance", Attendance(value), zone=zone)
    return word_of(change.field, value, zone=zone)


@blueprint.get("/delegate/<token>/changes")
@by_token
@private
def own_changes(token: str) -> Any:
    """What was changed of one's data: the field, before and after, when and by whom."""
    row = of_token(token)
    zone = row.conference.timezone
    lines = [
        (date_time(one.at, zone), field_label(one.field), said(one, one.before, zone), said(one, one.after, zone),
         actor_word(one.actor_kind))
        for one in changes_of(row)
    ]  # fmt: skip
    return render_template("delegations/changes.html", delegate=row, conference=row.conference, lines=lines)
