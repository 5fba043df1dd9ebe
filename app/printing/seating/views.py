"""Plans of seats on the desk: made, filled, changed by drag or by form, printed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.errors import Refusal
from app.i18n import language, localized, number
from app.look_pages import look_url
from app.navigation import Door
from app.permissions import Permission, allow
from app.printing.orders import job_for
from app.printing.papers.queries import participants, picked
from app.printing.papers.rules import PAPERS, Paper
from app.printing.rules import held_on_site, require_on_site
from app.printing.seating import queries
from app.printing.seating.companions import Part
from app.printing.seating.drawing import draw
from app.printing.seating.forms import PlanForm, TablesForm
from app.printing.seating.models import SeatingPlan
from app.printing.seating.operations import (
    PlanDetails,
    add_tables,
    change_plan,
    change_table,
    fix_seat,
    make_plan,
    pair,
    propose_seats,
    remove_plan,
    remove_table,
    seat_person,
    unseat,
)
from app.printing.seating.rules import (
    COMPANION_WORDS,
    ORDER_WORDS,
    SHAPE_WORDS,
    CompanionRule,
    Guests,
    SeatOrder,
    Shape,
)
from app.printing.seating.steps import step_words, undo_step
from app.programme.forms.plain import blame

SHOWN_STEPS = 12

desk = Blueprint("seating", __name__, url_prefix="/<language:language>/desk/c/<slug>/seating")
doors = (Door(_l("Seating"), "seating.plans", Permission.PRINT, order=72, of_conference=True),)


def _plan(slug: str, plan_id: int) -> SeatingPlan:
    conference = desk_conference(slug)
    found = queries.plan_of(conference, plan_id)
    return found or abort(404)


def _back(plan: SeatingPlan, anchor: str | None = None) -> Any:
    address = url_for("seating.plan", slug=plan.conference.slug, plan_id=plan.id, _anchor=anchor)
    return redirect(address, code=303)


@desk.get("/")
@allow(Permission.PRINT)
def plans(slug: str) -> Any:
    """The plans there are."""
    conference = desk_conference(slug)
    return render_template(
        "printing/seating/plans.html", conference=conference, plans=queries.plans(conference),
        on_site=held_on_site(conference.format),
    )  # fmt: skip


def _person(form: PlanForm, name: str, people: Any) -> int | None:
    said = (form[name].data or "").strip()
    if not said:
        return None
    found, unknown = picked(people, [said])
    if unknown:
        raise Refusal(_("Nobody, or more than one person, fits: %(lines)s.", lines=said), field=name)
    return found[0]


def _details(conference: Conference, form: PlanForm) -> PlanDetails:
    people = participants(conference, Paper.PLACE_CARDS)
    named, unknown = picked(people, (form.people.data or "").splitlines())
    if unknown:
        told = ", ".join(unknown)
        raise Refusal(_("Nobody, or more than one person, fits: %(lines)s.", lines=told), field="people")
    titles = {code: " ".join((form[f"title_{code}"].data or "").split()) for code in ("ru", "de")}
    if form.session.data and not any(titles.values()):
        chosen = next(one for one in queries.sessions_of(conference) if one.id == form.session.data)
        titles = {code: getattr(chosen, f"title_{code}")[:300] for code in titles}
    return PlanDetails(
        title_ru=titles["ru"], title_de=titles["de"], session_id=form.session.data or None,
        order=SeatOrder(form.order.data), guests=Guests(form.guests.data), people=tuple(named),
        companions=CompanionRule(form.companions.data), interpreters_beside=bool(form.interpreters_beside.data),
        host_id=_person(form, "host", people), cohost_id=_person(form, "cohost", people),
    )  # fmt: skip


def _edit(conference: Conference, plan: SeatingPlan | None) -> Any:
    form = PlanForm(obj=None)
    sessions = queries.sessions_of(conference)
    named = ((one.id, localized(one, "title") or one.code) for one in sessions)
    form.session.choices = [(0, _("none of them")), *named]
    if plan is not None and not form.is_submitted():
        people = {one.delegate_id: one.public_id for one in participants(conference, Paper.PLACE_CARDS)}
        form.session.data = plan.session_id or 0
        form.title_ru.data, form.title_de.data = plan.title_ru, plan.title_de
        form.guests.data, form.order.data = plan.guests.value, plan.order.value
        form.companions.data, form.interpreters_beside.data = plan.companions.value, plan.interpreters_beside
        form.people.data = "\n".join(people[number] for number in plan.people if number in people)
        form.host.data = people.get(plan.host_id or 0, "")
        form.cohost.data = people.get(plan.cohost_id or 0, "")
    if form.validate_on_submit():
        given: dict[str, Any] = {"actor": current_actor(), "at": now()}
        try:
            details = _details(conference, form)
            if plan is None:
                plan = make_plan(conference=conference, details=details, **given)
            else:
                change_plan(plan=plan, details=details, **given)
        except Refusal as refusal:
            blame(form, refusal)
        else:
            return _back(plan)
    page = render_template("printing/seating/edit.html", conference=conference, plan=plan, form=form)
    return page, (422 if form.is_submitted() else 200)


@desk.route("/new", methods=["GET", "POST"])
@allow(Permission.PRINT)
def new_plan(slug: str) -> Any:
    """Begin a plan."""
    conference = desk_conference(slug)
    if request.method == "POST":
        require_on_site(conference.format)
    return _edit(conference, None)


@desk.route("/<int:plan_id>/edit", methods=["GET", "POST"])
@allow(Permission.PRINT)
def edit_plan(slug: str, plan_id: int) -> Any:
    """Say something else about it."""
    plan = _plan(slug, plan_id)
    return _edit(plan.conference, plan)


def _side() -> str:
    """The script the reader has names in first."""
    return language() if language() != "en" else "de"


def _page(plan: SeatingPlan, tables_form: TablesForm | None = None, wrong: Refusal | None = None) -> str:
    people = queries.seatable(plan)
    seats = queries.seats_of(plan)
    sitting = queries.seated(people, seats)
    side = _side()
    names = {one.id: one.person.names[side] for one in people}
    return render_template(
        "printing/seating/plan.html",
        conference=plan.conference,
        plan=plan,
        title=localized(plan, "title"),
        people=people,
        sitting=sitting,
        tables=[(table, draw(table.shape, table.seats, second_host=plan.faces(table))) for table in plan.tables],
        without=[one.person for one in people if one.wanted and one.id not in seats],
        wanted=sum(one.wanted for one in people),
        count=sum(table.seats for table in plan.tables),
        form=tables_form or TablesForm(),
        wrong=wrong,
        asked=request.values,
        steps=[(step, step_words(step, names)) for step in queries.steps_of(plan)[:SHOWN_STEPS]],
        fixed=queries.fixed_of(plan),
        names=names,
        belonging=[one for one in people if one.wanted and (one.part is not Part.GUEST or one.of or one.by_hand)],
        companion_words=COMPANION_WORDS,
        shapes=SHAPE_WORDS,
        orders=ORDER_WORDS,
        cards=PAPERS[Paper.PLACE_CARDS],
        side=side,
    )


@desk.get("/<int:plan_id>")
@allow(Permission.PRINT)
def plan(slug: str, plan_id: int) -> Any:
    """The tables, who sits where, who has no seat."""
    return _page(_plan(slug, plan_id))


@desk.post("/<int:plan_id>")
@allow(Permission.PRINT)
def change_seats(slug: str, plan_id: int) -> Any:
    """One deed at the seats: proposed, filled up, one person seated or standing up, all standing up, undone."""
    plan = _plan(slug, plan_id)
    deed = request.form.get("deed", "")
    given: dict[str, Any] = {"plan": plan, "actor": current_actor(), "at": now()}
    try:
        if deed in ("propose", "fill"):
            _told_changes(propose_seats(**given, keep=deed == "fill"))
        elif deed == "undo":
            _undo(plan)
        elif deed in ("fix", "loosen"):
            fix_seat(**given, delegate_id=request.form.get("person", 0, type=int), fixed=deed == "fix")
        elif deed in ("pair", "pair-by-rule"):
            pair(**given, delegate_id=request.form.get("person", 0, type=int), by_rule=deed == "pair-by-rule",
                 whom=request.form.get("whom", type=int) or None)  # fmt: skip
            return _back(plan, "pairs")
        elif deed == "empty":
            _told_changes(unseat(**given, delegate_ids=None))
        elif deed == "unseat":
            unseat(**given, delegate_ids={request.form.get("person", 0, type=int)})
        elif deed == "seat":
            table, _place = seat_person(
                **given, delegate_id=request.form.get("person", 0, type=int),
                table=request.form.get("table", 0, type=int), place=request.form.get("place", type=int),
            )  # fmt: skip
            return _back(plan, f"table-{table}")
        else:
            abort(400)
    except Refusal as refusal:
        return _page(plan, wrong=refusal), 422
    return _back(plan)


def _undo(plan: SeatingPlan) -> None:
    step = undo_step(plan=plan, step_id=request.form.get("step", type=int), actor=current_actor(), at=now())
    names = {one.id: one.person.names[_side()] for one in queries.seatable(plan)}
    flash(_("Taken back: %(step)s", step=step_words(step, names)), "done")


def _told_changes(count: int) -> None:
    flash(ngettext("%(count)s seat has changed.", "%(count)s seats have changed.", count, count=number(count)),
          "done" if count else "information")  # fmt: skip


@desk.post("/<int:plan_id>/tables")
@allow(Permission.PRINT)
def change_tables(slug: str, plan_id: int) -> Any:
    """Tables put there, changed, taken away."""
    plan = _plan(slug, plan_id)
    deed, table = request.form.get("deed", ""), request.form.get("table", 0, type=int)
    given: dict[str, Any] = {"plan": plan, "actor": current_actor(), "at": now()}
    form = TablesForm()
    try:
        if deed == "remove":
            _told_standing(remove_table(**given, number=table))
            return _back(plan)
        if deed not in ("add", "change") or not form.validate():
            return _page(plan, form), 422
        shape, seats = Shape(form.shape.data), int(form.seats.data or 0)
        if deed == "change":
            _told_standing(change_table(**given, number=table, shape=shape, seats=seats))
            return _back(plan, f"table-{table}")
        add_tables(**given, shape=shape, seats=seats, count=int(form.count.data or 0))
    except Refusal as refusal:
        if deed != "add":
            return _page(plan, wrong=refusal), 422
        blame(form, refusal)
        return _page(plan, form), 422
    return _back(plan)


def _told_standing(count: int) -> None:
    if count:
        flash(ngettext("%(count)s person has no seat any more.", "%(count)s persons have no seat any more.", count,
                       count=number(count)), "information")  # fmt: skip


@desk.post("/<int:plan_id>/remove")
@allow(Permission.EDIT_DELEGATES)
def throw_away(slug: str, plan_id: int) -> Any:
    """Throw a plan away."""
    plan = _plan(slug, plan_id)
    if request.form.get("sure") != "yes":
        return _page(plan, wrong=Refusal(_("Nothing is thrown away: please say that you are sure."))), 422
    remove_plan(plan=plan, actor=current_actor(), at=now())
    flash(_("The seating plan is thrown away."), "done")
    return redirect(url_for("seating.plans", slug=slug), code=303)


@desk.post("/<int:plan_id>/print")
@allow(Permission.PRINT)
def print_seats(slug: str, plan_id: int) -> Any:
    """Print the plan for the entrance and for each table, in the background."""
    plan = _plan(slug, plan_id)
    if not queries.seats_of(plan):
        return _page(plan, wrong=Refusal(_("Nobody has a seat yet."))), 422
    job = job_for(kind="print-seating", order={"plan_id": plan.id}, conference=plan.conference, language=language(),
                  actor=current_actor(), at=now())  # fmt: skip
    return redirect(url_for("jobs.show", job_id=job.id), code=303)


@desk.post("/<int:plan_id>/cards")
@allow(Permission.PRINT)
def cards(slug: str, plan_id: int) -> Any:
    """Print the place cards in the order of the seats, in the background."""
    plan = _plan(slug, plan_id)
    layout = request.form.get("layout", "")
    if layout not in {one.name for one in PAPERS[Paper.PLACE_CARDS]}:
        abort(400)
    seats = list(queries.seats_of(plan))
    if not seats:
        return _page(plan, wrong=Refusal(_("Nobody has a seat yet."))), 422
    if request.form.get("deed") == "look":
        of = url_for("seating.proof_of_cards", slug=slug, plan_id=plan_id, layout=layout)
        return redirect(look_url(of, back=url_for("seating.plan", slug=slug, plan_id=plan_id)), code=303)
    order = {"paper": Paper.PLACE_CARDS.value, "layout": layout, "scope": "picked", "delegation_id": None,
             "delegate_ids": seats}  # fmt: skip
    job = job_for(kind="print-paper", order=order, conference=plan.conference, language=language(),
                  actor=current_actor(), at=now())  # fmt: skip
    return redirect(url_for("jobs.show", job_id=job.id), code=303)
