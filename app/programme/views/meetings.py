"""Meetings of delegations at the desk: the plan of tables, its settings, a run looked at and then applied."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import conference_or_404, desk_conference
from app.conferences.models import Conference
from app.conferences.queries import conference_title, venues_of
from app.errors import Refusal
from app.i18n import day_heading, language, number, time_range, weekday_date
from app.jobs import start_job
from app.permissions import Permission, allow
from app.programme.forms import PlainForm, blame
from app.programme.meeting_forms import PlanForm, blame_part, plan_values
from app.programme.operations.meeting_tables import apply_proposal
from app.programme.operations.meetings import discard_proposal, propose_meetings, settle_meetings
from app.programme.queries.meeting_pages import (
    by_delegation,
    by_interpreter,
    by_table,
    lines_of,
    missing_of,
    preview_of,
    table_plan,
)
from app.programme.queries.meeting_reasons import Times
from app.programme.queries.meetings import meetings_of, plan_of, proposal_of, situation, slots_in
from app.programme.rules.meeting_words import STATES, interpreter_words, table_words
from app.programme.rules.meetings import TAKES_PLACE
from app.programme.views.blueprint import programme

AT_ONCE = 150  # meetings are placed while the reader waits; more in the background


def words_of(conference: Conference) -> dict[str, Any]:
    """How templates write times, tables and how a meeting stands."""
    zone = ZoneInfo(conference.timezone)

    def day_hours(starts_at: datetime, ends_at: datetime) -> str:
        day = weekday_date(starts_at.astimezone(zone).date())
        return f"{day}, {time_range(starts_at, ends_at, conference.timezone)}"

    return {
        "hours": lambda starts_at, ends_at: time_range(starts_at, ends_at, conference.timezone),
        "day_hours": day_hours, "day_title": day_heading,
        "table_words": lambda name: table_words(name) if name else _("no table"),
        "interpreter_words": interpreter_words, "states": STATES,
    }  # fmt: skip


@programme.get("/desk/c/<slug>/programme/meetings")
@allow(Permission.READ_PROGRAMME)
def meetings(slug: str) -> Any:
    """The plan of tables, or the meetings of each delegation; who has no place and why."""
    conference = desk_conference(slug)
    plan, now_so = plan_of(conference), situation(conference)
    lines = lines_of(now_so.meetings)
    proposal = proposal_of(conference)
    placed = [(line.meeting.a_id, line.meeting.b_id) for line in lines if line.takes_place]
    content = proposal.content if proposal is not None else {}
    return render_template(
        "programme/meetings.html", conference=conference, plan=plan, form=PlainForm(), lines=lines,
        by_side=request.args.get("view") == "delegations", days=table_plan(conference, plan, lines),
        sides=by_delegation(lines), held=sum(line.takes_place for line in lines), windows=len(now_so.problem.slots),
        off=[line for line in lines if line.standing not in TAKES_PLACE], gone=now_so.gone,
        missing=missing_of(
            content, besides=placed, times=lambda: Times(conference, content, now_so.problem.slots)
        ),
        waiting=proposal is not None and not content.get("applied"),
        candidates=len(now_so.problem.wanted) + len(now_so.problem.held), **words_of(conference),
    )  # fmt: skip


@programme.get("/desk/c/<slug>/programme/meetings/print")
@allow(Permission.READ_PROGRAMME)
def meetings_print(slug: str) -> Any:
    """The meetings on paper: for each delegation, each table or each interpreter."""
    conference = desk_conference(slug)
    lines = lines_of(meetings_of(conference))
    by = request.args.get("by", "")
    by = by if by in {"tables", "interpreters"} else "delegations"
    return render_template(
        "programme/meetings_print.html", conference=conference, title=conference_title(conference), by=by,
        sides=by_delegation(lines), tables=by_table(lines), interpreters=by_interpreter(lines), **words_of(conference),
    )  # fmt: skip


@programme.route("/desk/c/<slug>/programme/meetings/settings", methods=["GET", "POST"])
@allow(Permission.EDIT_PROGRAMME)
def meeting_settings(slug: str) -> Any:
    """When, where and how meetings are held."""
    conference = desk_conference(slug)
    plan = plan_of(conference)
    form = PlanForm(data=plan_values(plan, conference.timezone)).offer(venues_of(conference))
    slots = len(slots_in(plan, conference.timezone))
    if request.method == "POST":
        try:
            if form.validate():
                settle_meetings(conference=conference, details=form.details(conference), actor=current_actor(),
                                at=now())  # fmt: skip
                flash(_("The settings are saved. Meetings placed already stay until the next run."), "done")
                return redirect(url_for("programme.meetings", slug=slug), code=303)
        except Refusal as refusal:
            blame_part(form, refusal)
    page = render_template("programme/meeting_settings.html", conference=conference, form=form, slots=slots,
                           tables=len(plan.tables) if plan else 0)  # fmt: skip
    return page, (422 if request.method == "POST" else 200)


@programme.post("/desk/c/<slug>/programme/meetings/place")
@allow(Permission.EDIT_PROGRAMME)
def place_meetings(slug: str) -> Any:
    """Look for places: at once, or in the background when there are many."""
    conference = conference_or_404(slug)
    actor = current_actor()
    count = len(situation(conference).problem.wanted)
    if count > AT_ONCE:
        job = start_job(
            kind="place-meetings", started_by=actor.label, at=now(), conference_id=conference.id, total=count,
            params={"conference_id": conference.id, "actor_id": actor.id, "actor": actor.label, "language": language()},
        )  # fmt: skip
        return redirect(url_for("jobs.show", job_id=job.id), code=303)
    try:
        propose_meetings(conference=conference, actor=actor, at=now())
    except Refusal as refusal:
        flash(str(refusal.message), "error")
        return redirect(url_for("programme.meeting_settings", slug=slug), code=303)
    return redirect(url_for("programme.meeting_proposal", slug=slug), code=303)


@programme.get("/desk/c/<slug>/programme/meetings/proposal")
@allow(Permission.READ_PROGRAMME)
def meeting_proposal(slug: str) -> Any:
    """What applying the last run would do."""
    return _proposal(desk_conference(slug), PlainForm())


def _proposal(conference: Conference, form: PlainForm) -> Any:
    proposal = proposal_of(conference)
    open_ = proposal is not None and not proposal.content.get("applied")
    now_so = situation(conference) if open_ else None
    fresh = proposal is not None and now_so is not None and proposal.basis == now_so.digest
    return render_template(
        "programme/meeting_proposal.html", conference=conference, form=form, proposal=proposal if open_ else None,
        preview=(
            preview_of(proposal.content, now_so, conference)
            if proposal is not None and now_so is not None and fresh
            else None
        ),
        tables=len(now_so.problem.tables) if now_so is not None else 0,
        **words_of(conference),
    )  # fmt: skip


@programme.post("/desk/c/<slug>/programme/meetings/proposal")
@allow(Permission.EDIT_PROGRAMME)
def apply_meetings(slug: str) -> Any:
    """Put the proposal into the draft, or forget it."""
    conference = desk_conference(slug)
    if request.form.get("deed") == "discard":
        discard_proposal(conference=conference)
        flash(_("The proposal is put aside; the draft is as before."), "information")
        return redirect(url_for("programme.meetings", slug=slug), code=303)
    form = PlainForm()
    try:
        counts = apply_proposal(conference=conference, basis=request.form.get("basis", ""), actor=current_actor(),
                                at=now())  # fmt: skip
    except Refusal as refusal:
        blame(form, refusal)
        return _proposal(conference, form), 422
    held = sum(line.takes_place for line in lines_of(meetings_of(conference)))
    applied = proposal_of(conference)
    missing = len(applied.content["unplaced"]) if applied is not None else 0
    flash(
        ngettext("%(count)s meeting stands in the draft: %(new)s new, %(moved)s moved, %(missing)s without a place.",
                 "%(count)s meetings stand in the draft: %(new)s new, %(moved)s moved, %(missing)s without a place.",
                 held, count=number(held), new=number(counts["new"]), moved=number(counts["moved"]),
                 missing=number(missing)),
        "done",
    )  # fmt: skip
    return redirect(url_for("programme.meetings", slug=slug), code=303)
