"""A delegate keeps their own data, and gets their papers."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.clock import now
from app.conferences.taking_part import comes, joins_by_video
from app.delegations.forms import OwnForm
from app.delegations.forms.questions import answers_in, know_answers, show_answers, with_questions
from app.delegations.models import Delegate
from app.delegations.operations import withdraw as withdraw_delegate
from app.delegations.operations.person import change_person
from app.delegations.place_words import ignored_words, tell_left, wish_words
from app.delegations.queries import calendar_for, place_in_line
from app.delegations.queries.own_page import OwnSection, own_sections
from app.delegations.queries.questions import answers_of, questions_of, taken_places
from app.delegations.rules import HOLDS_A_PLACE, Accreditation, DelegateDetails, is_over
from app.delegations.views.papers import as_themselves, of_token, papers_of
from app.delegations.views.shared import blueprint, cities, code_svg, private, put
from app.errors import Refusal
from app.i18n import date_time
from app.permissions import by_token
from app.security_headers import limiter

# What a delegate may change; a role is given by the organisers once they have registered.
CHANGEABLE = set(DelegateDetails.__dataclass_fields__) - {"role", "municipality_id"}


_delegate, _actor = of_token, as_themselves


def _ended(delegate: Delegate) -> bool:
    return delegate.accreditation in {Accreditation.WITHDRAWN, Accreditation.DECLINED}


def _sections(delegate: Delegate) -> list[OwnSection]:
    """What the rooms above have for the person; nothing once their registration has ended."""
    if _ended(delegate):
        return []
    return [section for tell in own_sections.values() if (section := tell(delegate)) is not None]


@blueprint.route("/delegate/<token>", methods=["GET", "POST"])
@by_token
@limiter.limit("60 per minute", methods=["POST"])
@private
def delegate(token: str) -> Any:
    """How one stands, one's code and calendar entry, and one's data to look at and change."""
    row = _delegate(token)
    conference = row.conference
    closed = _ended(row) or is_over(conference.change_until, now(), conference.timezone)
    asked, known = questions_of(conference), answers_of(row)
    form = with_questions(OwnForm, asked, taken=taken_places(asked, but=row), role=row.role)()
    choices, ids = cities()
    form.prepare(conference=conference, cities=choices, delegate=row)
    del form.role, form.municipality
    know_answers(form, known)
    if form.validate_on_submit():
        try:
            details = form.details(conference=conference, ids=ids, delegate=row)
            changed = change_person(
                delegate=row, details=details, names=CHANGEABLE,
                answers=answers_in(form), require_answers=True, by_staff=False, actor=_actor(row), at=now(),
            )  # fmt: skip
        except Refusal as refusal:
            put(form, refusal)
        else:
            if "attendance" in changed and row.accreditation is Accreditation.WAITLISTED:
                flash(_("Your details are saved. No such place is free at the moment: you are on the waiting list."),
                      "information")  # fmt: skip
            else:
                flash(_("Your details are saved."), "done")
            if ignored := ignored_words(details, row.attendance, conference, row):
                flash(ignored, "information")
            return redirect(url_for("delegations.delegate", token=token), code=303)
    elif not form.is_submitted():
        form.show(row, zone=conference.timezone)
        show_answers(form, known)
    tell_left(form, conference)
    granted = row.accreditation is Accreditation.GRANTED
    page = render_template(
        "delegations/delegate.html", delegate=row, conference=conference, form=form, closed=closed, ended=_ended(row),
        waiting=place_in_line(row), wish=wish_words(row), granted=granted,
        by_video=joins_by_video(row.attendance, conference.format),
        code=code_svg(row.badge_token) if granted and comes(row.attendance, conference.format) else None,
        papers=papers_of(row), sections=_sections(row), may_pass_on=row.accreditation in HOLDS_A_PLACE and not closed,
        offered_until=date_time(row.offered_until, conference.timezone) if row.offered_until is not None else "",
    )  # fmt: skip
    return page, (422 if form.is_submitted() else 200)


@blueprint.route("/delegate/<token>/withdraw", methods=["GET", "POST"])
@by_token
@limiter.limit("30 per minute", methods=["POST"])
@private
def withdraw(token: str) -> Any:
    """Ask first, then give the place to somebody who waits."""
    row = _delegate(token)
    if request.method == "POST":
        withdraw_delegate(delegate=row, actor=_actor(row), at=now())
        flash(_("Your registration is withdrawn. Thank you for letting us know."), "done")
        return redirect(url_for("delegations.delegate", token=token), code=303)
    if _ended(row):
        return redirect(url_for("delegations.delegate", token=token), code=303)
    return render_template("delegations/withdraw.html", delegate=row, conference=row.conference)


@blueprint.get("/delegate/<token>/conference.ics")
@by_token
@private
def calendar_entry(token: str) -> Any:
    """The conference as a calendar entry."""
    row = _delegate(token)
    if row.accreditation is not Accreditation.GRANTED:
        abort(404)
    text = calendar_for(row, stamp=row.conference.updated_at)
    return Response(
        text,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{row.conference.slug}.ics"'},
    )
