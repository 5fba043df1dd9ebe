"""One meeting by hand: moved, kept, called off, added; and the wishes of delegations."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import conference_or_404, desk_conference
from app.conferences.models import Conference
from app.conferences.queries import conference_title
from app.database import db
from app.delegations.models import Delegation
from app.delegations.queries import delegation_by_token
from app.delegations.queries.groups import name_of_delegation
from app.delegations.queries.own_page import OwnLine, OwnSection, delegation_sections
from app.delegations.rules import is_over
from app.delegations.views.shared import private
from app.directory.models import Municipality
from app.errors import Refusal
from app.history.rules import Actor
from app.i18n import localized
from app.permissions import Permission, allow, by_token
from app.programme.forms import PlainForm
from app.programme.meeting_forms import NewMeetingForm, PlaceForm, WishForm, blame_part, side_choices
from app.programme.models import Meeting, MeetingWish
from app.programme.operations.meeting_tables import (
    add_meeting,
    call_off_meeting,
    fix_meeting,
    hold_meeting,
    loosen_meeting_for_next_run,
    move_meeting,
)
from app.programme.operations.meetings import take_back_wish, wish_meeting
from app.programme.queries.meeting_clashes import names_of_pair
from app.programme.queries.meeting_pages import lines_of, released_meetings
from app.programme.queries.meeting_sides import sides_of
from app.programme.queries.meetings import expected_of, plan_of, slots_in, ties_among, wishes_of
from app.programme.rules.meeting_words import PRIORITY_WORDS
from app.programme.views.blueprint import programme
from app.programme.views.meetings import words_of
from app.security_headers import limiter


def _meeting_or_404(conference: Conference, number: int) -> Meeting:
    found = db.session.get(Meeting, number)
    if found is None or found.conference_id != conference.id:
        abort(404)
    return found


def _municipality(text: str | None) -> Municipality:
    good = text is not None and text.isascii() and text.isdigit() and len(text) < 10
    return (db.session.get(Municipality, int(text)) if good and text else None) or abort(404)


@programme.route("/desk/c/<slug>/programme/meetings/<int:number>", methods=["GET", "POST"])
@allow(Permission.EDIT_PROGRAMME)
def meeting(slug: str, number: int) -> Any:
    """One meeting: where it is; POST moves it there by hand."""
    conference = desk_conference(slug)
    row = _meeting_or_404(conference, number)
    plan, session = plan_of(conference), row.session
    form = PlaceForm(
        data={
            "start": session.starts_at.isoformat() if session.starts_at else "", "table": row.table,
            "interpreter": row.interpreter,
        }
    ).offer(plan, slots_in(plan, conference.timezone), conference.timezone, meeting=row)  # fmt: skip
    if request.method == "POST":
        try:
            if form.validate():
                move_meeting(meeting=row, starts_at=form.moment(), table=form.table.data,
                             interpreter=form.interpreter.data, all_the_same=form.all_the_same.data,
                             actor=current_actor(), at=now())  # fmt: skip
                flash(_("The meeting is placed by hand; no run moves it."), "done")
                return redirect(url_for("programme.meetings", slug=slug), code=303)
        except Refusal as refusal:
            blame_part(form, refusal)
            db.session.rollback()
    [line] = lines_of([row])
    page = render_template(
        "programme/meeting.html", conference=conference, form=form, line=line, names=names_of_pair(row),
        wishes=[wish for wish in wishes_of(conference) if {wish.from_id, wish.to_id} == {row.a_id, row.b_id}],
        priorities=PRIORITY_WORDS, plain=PlainForm(), **words_of(conference),
    )  # fmt: skip
    return page, (422 if request.method == "POST" else 200)


@programme.post("/desk/c/<slug>/programme/meetings/<int:number>/deed")
@allow(Permission.EDIT_PROGRAMME)
def meeting_deed(slug: str, number: int) -> Any:
    """Keep a meeting where it is, let runs move it, call it off, hold it after all."""
    conference = conference_or_404(slug)
    row = _meeting_or_404(conference, number)
    given: dict[str, Any] = {"meeting": row, "actor": current_actor(), "at": now()}
    deed = request.form.get("deed", "")
    try:
        if deed in {"fix", "loosen"}:
            fix_meeting(**given, fixed=deed == "fix")
        elif deed == "call-off":
            call_off_meeting(**given)
        elif deed == "hold":
            hold_meeting(**given)
        elif deed == "propose-again":
            loosen_meeting_for_next_run(**given)
        else:
            abort(400)
    except Refusal as refusal:
        flash(str(refusal.message), "error")
        return redirect(url_for("programme.meeting", slug=slug, number=number), code=303)
    flash(_("The meeting is changed in the draft."), "done")
    return redirect(url_for("programme.meetings", slug=slug), code=303)


@programme.route("/desk/c/<slug>/programme/meetings/new", methods=["GET", "POST"])
@allow(Permission.EDIT_PROGRAMME)
def new_meeting(slug: str) -> Any:
    """Place a meeting of two delegations by hand."""
    conference = desk_conference(slug)
    plan = plan_of(conference)
    form = NewMeetingForm(data={"one": request.args.get("one", ""), "other": request.args.get("other", "")})
    form.offer(plan, slots_in(plan, conference.timezone), conference.timezone, meeting=None)
    form.offer_sides(side_choices([side.municipality for side in sides_of(conference).values()]))
    if request.method == "POST":
        try:
            if form.validate():
                made = add_meeting(
                    conference=conference, one=_municipality(form.one.data), other=_municipality(form.other.data),
                    starts_at=form.moment(), table=form.table.data, interpreter=form.interpreter.data,
                    all_the_same=form.all_the_same.data, actor=current_actor(), at=now(),
                )  # fmt: skip
                flash(_("%(code)s has been added to the draft.", code=made.session.code), "done")
                return redirect(url_for("programme.meetings", slug=slug), code=303)
        except Refusal as refusal:
            blame_part(form, refusal)
    page = render_template("programme/new_meeting.html", conference=conference, form=form)
    return page, (422 if request.method == "POST" else 200)


@programme.route("/desk/c/<slug>/programme/meetings/wishes", methods=["GET", "POST"])
@allow(Permission.EDIT_PROGRAMME)
def meeting_wishes(slug: str) -> Any:
    """Who wishes to meet whom; POST adds a wish."""
    conference = desk_conference(slug)
    sides = sides_of(conference)
    wishes = wishes_of(conference)
    form = WishForm()
    form.wishing.choices = form.wished.choices = side_choices(expected_of(conference))
    if request.method == "POST":
        try:
            if form.validate():
                wish_meeting(
                    conference=conference, wishing=_municipality(form.wishing.data),
                    wished=_municipality(form.wished.data), priority=int(form.priority.data),
                    remark=(form.remark.data or "").strip(), actor=current_actor(), at=now(),
                )  # fmt: skip
                flash(_("The wish is kept."), "done")
                return redirect(url_for("programme.meeting_wishes", slug=slug), code=303)
        except Refusal as refusal:
            blame_part(form, refusal)
    page = render_template(
        "programme/meeting_wishes.html", conference=conference, form=form, wishes=wishes, priorities=PRIORITY_WORDS,
        ties=ties_among({number for wish in wishes for number in (wish.from_id, wish.to_id)}), sides=sides,
    )  # fmt: skip
    return page, (422 if request.method == "POST" else 200)


@programme.post("/desk/c/<slug>/programme/meetings/wishes/<int:number>/take-back")
@allow(Permission.EDIT_PROGRAMME)
def forget_wish(slug: str, number: int) -> Any:
    """Take a wish back."""
    conference = conference_or_404(slug)
    wish = db.session.get(MeetingWish, number)
    if wish is None or wish.conference_id != conference.id:
        abort(404)
    take_back_wish(wish=wish, actor=current_actor(), at=now())
    flash(_("The wish is taken back."), "done")
    return redirect(url_for("programme.meeting_wishes", slug=slug), code=303)


def _delegation(token: str) -> Delegation:
    found = delegation_by_token(token)
    if found is None or found.municipality is None:
        abort(404)
    return found


def _section(found: Delegation) -> OwnSection | None:
    """The delegation's meetings on the page where its contact keeps the roster."""
    home = found.municipality_id
    if home is None or plan_of(found.conference) is None:
        return None
    hours = words_of(found.conference)["day_hours"]
    return OwnSection(
        title=str(_("Bilateral meetings")),
        lines=[
            OwnLine(localized(one.partner, "name"), f"{hours(one.starts_at, one.ends_at)} {one.note}".strip())
            for one in released_meetings(found.conference, home)
        ],
        link=str(_("Say whom you wish to meet")),
        url=url_for("programme.own_meetings", token=found.token),
    )  # fmt: skip


delegation_sections["programme"] = _section


def _contact(found: Delegation) -> Actor:
    return Actor(kind="contact", id=found.id, label=f"delegation {found.id}")


def _own(found: Delegation, form: WishForm, status: int = 200) -> Any:
    conference, home = found.conference, found.municipality_id
    assert home is not None  # sifted by _delegation
    partners = {number for pair in ties_among(sides_of(conference)) if home in pair for number in pair} - {home}
    return render_template(
        "programme/own_meetings.html", delegation=found, conference=conference, title=conference_title(conference),
        whose=name_of_delegation(found), form=form, wishes=wishes_of(conference, home), priorities=PRIORITY_WORDS,
        released=released_meetings(conference, home),
        partners=[choice for choice in form.wished.choices if choice[0] in {str(key) for key in partners}],
        closed=is_over(conference.change_until, now(), conference.timezone), plain=PlainForm(), **words_of(conference),
    ), status  # fmt: skip


def _own_form(found: Delegation) -> WishForm:
    form = WishForm()
    del form.wishing
    form.wished.choices = side_choices(
        [row for row in expected_of(found.conference) if row.id != found.municipality_id]
    )
    return form


@programme.route("/delegation/<token>/meetings", methods=["GET", "POST"])
@by_token
@limiter.limit("60 per minute", methods=["POST"])
@private
def own_meetings(token: str) -> Any:
    """The contact of a delegation says whom it wishes to meet, and sees when it meets whom."""
    found = _delegation(token)
    form = _own_form(found)
    if request.method == "GET":
        return _own(found, form)
    try:
        _require_in_time(found)
        if form.validate():
            assert found.municipality is not None  # sifted by _delegation
            wish_meeting(
                conference=found.conference, wishing=found.municipality, wished=_municipality(form.wished.data),
                priority=int(form.priority.data), remark=(form.remark.data or "").strip(), actor=_contact(found),
                at=now(),
            )  # fmt: skip
            flash(_("The wish is kept."), "done")
            return redirect(url_for("programme.own_meetings", token=token), code=303)
    except Refusal as refusal:
        blame_part(form, refusal)
    return _own(found, form, 422)


def _require_in_time(found: Delegation) -> None:
    if is_over(found.conference.change_until, now(), found.conference.timezone):
        raise Refusal(_("The date until which this could be changed has passed. Please write to the organisers."))


@programme.post("/delegation/<token>/meetings/<int:number>/take-back")
@by_token
@limiter.limit("60 per minute")
@private
def take_back_own_wish(token: str, number: int) -> Any:
    """The contact takes a wish of the delegation back."""
    found = _delegation(token)
    wish = db.session.get(MeetingWish, number)
    if wish is None or wish.conference_id != found.conference_id or wish.from_id != found.municipality_id:
        abort(404)
    try:
        _require_in_time(found)
        take_back_wish(wish=wish, actor=_contact(found), at=now())
        flash(_("The wish is taken back."), "done")
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    return redirect(url_for("programme.own_meetings", token=token), code=303)
