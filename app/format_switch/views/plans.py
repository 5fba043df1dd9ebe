"""One plan: what would change, decided session by session; looked at, applied, withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import format_currency, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app import i18n
from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.correspondence.operations import approve_letters, begin_issue
from app.correspondence.queries import unnumbered_letters
from app.correspondence.rules import LetterState
from app.delegations.words import role_word
from app.errors import Message, Refusal
from app.format_switch.forms import EMPTY_COSTS, Read, WordsForm, days_offered, read_costs, read_decisions
from app.format_switch.models import SwitchDraft
from app.format_switch.operations import (
    ChangedMeanwhile,
    PlanDetails,
    WorldMoved,
    apply_plan,
    change_plan,
    look_at_plan,
    take_hours,
    withdraw_plan,
)
from app.format_switch.queries import unreachable_people
from app.format_switch.queries.applied import as_decided
from app.format_switch.queries.clashes import new_clashes
from app.format_switch.queries.consequences import consequences
from app.format_switch.queries.letters import NOTICE, coming_letters, going
from app.format_switch.queries.past import held_mails
from app.format_switch.queries.plans import about, decisions_of, hours_of, moved_for, plan_of, planned, told_moves
from app.format_switch.queries.sessions import conference_days, session_titles
from app.format_switch.queries.zones import shown_strips
from app.format_switch.rules import Decision, PlanState, SessionChange, SessionOutcome, costs_of, forms_offered, sums
from app.format_switch.rules.plans import CURRENCIES
from app.format_switch.rules.reasons import in_language, spoken, told_in, wordless
from app.format_switch.rules.requests import KINDS, PROPOSED, Choice, choices_of, chosen
from app.format_switch.rules.scope import ScopeKind
from app.format_switch.rules.words import (
    CHOICE_WORDS,
    FORM_WORDS,
    FORMAT_WORDS,
    IN_LANGUAGE,
    OUTCOME_WORDS,
    REQUEST_WORDS,
    SCOPE_WORDS,
    STATE_WORDS,
    STEP_WORDS,
    WHY_WORDS,
)
from app.format_switch.views.blueprint import blueprint, described_work
from app.permissions import Permission, allow, may

VIEWS = ("overview", "sessions", "hours", "people", "costs")


def _plan_or_404(slug: str, plan_id: int) -> tuple[Conference, SwitchDraft]:
    conference = desk_conference(slug)
    return conference, plan_of(conference, plan_id) or abort(404)


def _days(changes: list[SessionChange], zone: ZoneInfo) -> dict[date | None, list[SessionChange]]:
    found: dict[date | None, list[SessionChange]] = {}
    for change in changes:
        starts = change.base.starts_at or change.now.starts_at
        found.setdefault(starts.astimezone(zone).date() if starts else None, []).append(change)
    return found


def _clock(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M}" if moment else ""


def _money(hundredths: int, currency: str) -> str:
    return str(format_currency(hundredths / 100, currency))


def _first_language(plan: SwitchDraft) -> str:
    return spoken(plan.reason, plan.reasons) or ("ru" if in_language("ru", plan.reason, {}) else "de")


def _languages(codes: list[str]) -> list[str]:
    return [str(IN_LANGUAGE[code]) for code in codes]


def _typed_amount(hundredths: int) -> str:
    """An amount as the reader would type it: «1200», «1200,50»."""
    text = f"{hundredths / 100:.2f}".removesuffix(".00")
    return text if i18n.language() == "en" else text.replace(".", ",")


def _cost_rows(plan: SwitchDraft, values: Mapping[str, str] | None) -> list[tuple[str, str, str]]:
    """Label, amount and currency of each row of the form, and some empty ones."""
    if values is not None:
        rows, number = [], 0
        while f"cost-{number}_label" in values:
            rows.append((values[f"cost-{number}_label"], values.get(f"cost-{number}_amount", ""),
                         values.get(f"cost-{number}_currency", CURRENCIES[0])))  # fmt: skip
            number += 1
        return rows
    kept = costs_of(plan.costs)
    rows = [(cost.label, _typed_amount(cost.hundredths), cost.currency) for cost in kept]
    return rows + [("", "", kept[-1].currency if kept else CURRENCIES[0])] * EMPTY_COSTS


def _page(
    conference: Conference,
    plan: SwitchDraft,
    view: str,
    *,
    form: WordsForm | None = None,
    wrong: list[tuple[Message, str | None]] | None = None,
    typed: Mapping[str, str] | None = None,
    theirs: list[tuple[str, str, str]] | None = None,
    status: int = 200,
) -> Any:
    zone = ZoneInfo(conference.timezone)
    values: dict[str, Any] = {
        "conference": conference, "plan": plan, "view": view, "wrong": wrong or [], "theirs": theirs or [],
        "why": told_in(i18n.language(), plan.reason, plan.reasons),
        "part": about(plan, conference), "words": FORMAT_WORDS, "steps": STEP_WORDS, "states": STATE_WORDS,
        "scopes": SCOPE_WORDS, "outcomes": OUTCOME_WORDS, "forms": FORM_WORDS, "stays": SessionOutcome.STAYS,
        "whole": plan.scope is ScopeKind.WHOLE, "delegation": plan.scope is ScopeKind.DELEGATION,
        "is_draft": plan.state is PlanState.DRAFT,
        "request_words": REQUEST_WORDS, "choice_words": CHOICE_WORDS, "proposed": PROPOSED,
        "reasons_why": WHY_WORDS, "role_word": role_word,
        "clock": lambda moment: _clock(moment, zone),
        "day_of": lambda moment: moment.astimezone(zone).date() if moment else None,
        "days_for": lambda change: days_offered(change, conference_days(conference), conference.timezone),
        "money": _money, "costs": costs_of(plan.costs), "sums": sums(costs_of(plan.costs)), "currencies": CURRENCIES,
    }  # fmt: skip
    if plan.state is PlanState.DRAFT:
        foreseen, moved = planned(plan, now()), moved_for(plan, now())
        values |= {
            "foreseen": foreseen, "counts": foreseen.counts, "follows": consequences(conference, foreseen),
            "moved": told_moves(moved), "renumbered": moved.numbers if foreseen.letters else None,
            "coming": coming_letters(conference, foreseen, now()), "decisions": decisions_of(plan),
            "offered": forms_offered(foreseen.after if plan.scope is ScopeKind.WHOLE else conference.format),
            "days": _days(list(foreseen.sessions), zone) if view == "sessions" else {},
            "foreign": _languages(wordless(foreseen.languages, plan.reason, plan.reasons)),
            "wordless": _languages(wordless(foreseen.letter_languages, plan.reason, plan.reasons)),
            "typed": typed, "unreachable": unreachable_people(foreseen),
        }  # fmt: skip
        if view in {"hours", "sessions"}:
            hours = hours_of(plan, foreseen)
            values["hours"], values["clashes"] = hours, new_clashes(conference, foreseen)
            values["strips"] = shown_strips(hours.sessions, hours.zones, host=conference.timezone)
        if view == "costs":
            values["form"] = form or WordsForm(
                formdata=None,
                data={"reason": plan.reason, "notes": plan.notes, "reason_language": _first_language(plan)}
                | {f"reason_{code}": text for code, text in plan.reasons.items() if text != plan.reason},
            )
            values["rows"] = _cost_rows(plan, typed)
    else:
        values |= {"counts": plan.switch.counts if plan.switch else {}}
        values["titles"], values["done"] = session_titles(conference), as_decided(conference, plan.switch)
        values["held"], values["waiting"] = held_mails(conference), going(conference)
        values["letters"], values["job"] = len(unnumbered_letters(conference, NOTICE)), described_work(conference)
    return render_template("format_switch/plan.html", **values), status


@blueprint.get("/plans/<int:plan_id>")
@allow(Permission.SWITCH_FORMAT)
def show_plan(slug: str, plan_id: int) -> Any:
    """What the plan would do now; what it did, when it was applied."""
    conference, plan = _plan_or_404(slug, plan_id)
    view = request.args.get("view", "")
    return _page(conference, plan, view if view in VIEWS else VIEWS[0])


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _back(slug: str, plan: SwitchDraft, view: str = "") -> Response:
    return redirect(
        url_for("format_switch.show_plan", slug=slug, plan_id=plan.id, view=view or None), code=303
    )  # fmt: skip


def _said(decision: Decision | None, change: SessionChange, zone: ZoneInfo) -> str:
    """A decision in words: «по видеосвязи, 10:00–12:00»."""
    form = str(FORM_WORDS[(decision.form if decision else "") or change.proposed])
    starts = decision.starts_at if decision and decision.starts_at else change.base.starts_at
    ends = decision.ends_at if decision and decision.ends_at else change.base.ends_at
    if starts is None or ends is None:
        return form
    day = starts.astimezone(zone).date()
    moved = change.base.starts_at is not None and change.base.starts_at.astimezone(zone).date() != day
    return ", ".join(
        filter(None, (form, i18n.date_short(day) if moved else "", i18n.time_range(starts, ends, str(zone))))
    )


@blueprint.post("/plans/<int:plan_id>/sessions")
@allow(Permission.SWITCH_FORMAT)
def decide(slug: str, plan_id: int) -> Any:
    """What becomes of each session."""
    conference, plan = _plan_or_404(slug, plan_id)
    changes = list(planned(plan).sessions)
    read = read_decisions(changes, request.form, conference_days(conference), conference.timezone)
    if read.wrong:
        return _page(conference, plan, "sessions", wrong=[*read.wrong], typed=request.form, status=422)
    return _kept(
        conference, plan, "sessions", PlanDetails(decisions=read.decisions),
        lambda clash: _decided_otherwise(clash, changes, read, ZoneInfo(conference.timezone)),
    )  # fmt: skip


@blueprint.post("/plans/<int:plan_id>/requests")
@allow(Permission.SWITCH_FORMAT)
def choose_requests(slug: str, plan_id: int) -> Any:
    """Whether hotel, journey, visa and papers of those who leave the hall are withdrawn or kept."""
    conference, plan = _plan_or_404(slug, plan_id)
    sent = {kind: request.form.get(kind.value, "") for kind in KINDS}
    odd = next((kind for kind, text in sent.items() if text and text not in set(Choice)), None)
    if odd is not None:
        return _page(conference, plan, "overview", wrong=[(_l("Choose one of those offered."), odd.value)], status=422)
    choices = {**choices_of(plan.requests), **{kind: Choice(text) for kind, text in sent.items() if text}}

    def in_words(clash: ChangedMeanwhile) -> list[tuple[str, str, str]]:
        theirs = chosen(choices_of(clash.theirs.get("requests", {})))
        return [
            (str(REQUEST_WORDS[kind]), str(CHOICE_WORDS[mine]), str(CHOICE_WORDS[theirs[kind]]))
            for kind, mine in chosen(choices).items()
            if theirs[kind] is not mine
        ]

    return _kept(conference, plan, "overview", PlanDetails(requests=choices), in_words)


def _decided_otherwise(
    clash: ChangedMeanwhile, changes: list[SessionChange], read: Read, zone: ZoneInfo
) -> list[tuple[str, str, str]]:
    stored = {uid: Decision.of(kept) for uid, kept in clash.theirs.get("decisions", {}).items()}
    return [
        (change.code, _said(read.decisions.get(change.uid), change, zone), _said(stored.get(change.uid), change, zone))
        for change in changes
        if read.decisions.get(change.uid) != stored.get(change.uid)
    ]


def _kept(
    conference: Conference, plan: SwitchDraft, view: str, details: PlanDetails,
    in_words: Callable[[ChangedMeanwhile], list[tuple[str, str, str]]], form: WordsForm | None = None,
) -> Any:  # fmt: skip
    """Keep what was sent, or show it beside what stands in the plan now."""
    try:
        changed = change_plan(plan=plan, details=details, version=_version(), actor=current_actor(), at=now())
    except ChangedMeanwhile as clash:
        wrong: list[tuple[Message, str | None]] = [(clash.message, "meanwhile")]
        return _page(conference, plan, view, form=form, wrong=wrong, typed=request.form, theirs=in_words(clash),
                     status=422)  # fmt: skip
    except Refusal as refusal:
        if form is not None and refusal.field in form:
            form[refusal.field].errors = [*form[refusal.field].errors, refusal.message]
            return _page(conference, plan, view, form=form, typed=request.form, status=422)
        return _page(conference, plan, view, form=form, wrong=[(refusal.message, None)], typed=request.form, status=422)
    flash(_("Saved.") if changed else _("Nothing was different."), "done" if changed else "information")
    return _back(conference.slug, plan, view)


@blueprint.post("/plans/<int:plan_id>/words")
@allow(Permission.SWITCH_FORMAT)
def write(slug: str, plan_id: int) -> Any:
    """Reason, notes and costs."""
    conference, plan = _plan_or_404(slug, plan_id)
    form, read = WordsForm(), read_costs(request.form)
    if not form.validate_on_submit() or read.wrong:
        return _page(conference, plan, "costs", form=form, wrong=[*read.wrong], typed=request.form, status=422)
    details = PlanDetails(reason=form.first_reason(), reasons=form.reasons(), notes=form.notes.data, costs=read.costs)

    def in_words(clash: ChangedMeanwhile) -> list[tuple[str, str, str]]:
        mine, labels = details.columns(), {
            "reason": _("Reason"), "reasons": _("Reason in other languages"), "notes": _("Notes"), "costs": _("Costs"),
        }  # fmt: skip
        return [(labels[name], _told(mine[name]), _told(value)) for name, value in clash.theirs.items()]

    return _kept(conference, plan, "costs", details, in_words, form)


def _told(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "; ".join(value.values())
    return "; ".join(f"{cost.label}: {_money(cost.hundredths, cost.currency)}" for cost in costs_of(value))


@blueprint.post("/plans/<int:plan_id>/hours")
@allow(Permission.SWITCH_FORMAT)
def accept_hours(slug: str, plan_id: int) -> Any:
    """Take the hours that are proposed."""
    conference, plan = _plan_or_404(slug, plan_id)
    try:
        number = take_hours(plan=plan, version=_version(), actor=current_actor(), at=now())
    except Refusal as refusal:
        return _page(conference, plan, "hours", wrong=[(refusal.message, None)], status=422)
    flash(
        ngettext("%(num)s session has other hours in this plan now.",
                 "%(num)s sessions have other hours in this plan now.", number), "done")  # fmt: skip
    return _back(slug, plan, "sessions")


@blueprint.post("/plans/<int:plan_id>/look")
@allow(Permission.SWITCH_FORMAT)
def look(slug: str, plan_id: int) -> Any:
    """What moved has been seen."""
    conference, plan = _plan_or_404(slug, plan_id)
    try:
        look_at_plan(plan=plan, actor=current_actor(), at=now())
    except Refusal as refusal:
        return _page(conference, plan, "overview", wrong=[(refusal.message, None)], status=422)
    flash(_("The plan rests on how things are now."), "done")
    return _back(slug, plan)


@blueprint.post("/plans/<int:plan_id>/apply")
@allow(Permission.SWITCH_FORMAT)
def apply(slug: str, plan_id: int) -> Any:
    """Do what the plan says."""
    conference, plan = _plan_or_404(slug, plan_id)
    try:
        done = apply_plan(plan=plan, version=_version(), actor=current_actor(), at=now())
    except WorldMoved as refusal:
        return _page(conference, plan, "overview", wrong=[(refusal.message, "moved")], status=422)
    except Refusal as refusal:
        return _page(conference, plan, "overview", wrong=[(refusal.message, None)], status=422)
    if done is None:
        flash(_("This plan has been applied already; nothing was done twice."), "information")
    else:
        flash(_("The plan has been applied. The mails wait for your release."), "done")
        if done.numbers:
            flash(
                ngettext("%(num)s letter is entered in the register: %(first)s.",
                         "%(num)s letters are entered in the register: %(first)s to %(last)s.", len(done.numbers),
                         first=done.numbers[0], last=done.numbers[-1]), "done")  # fmt: skip
    return _back(slug, plan)


@blueprint.post("/plans/<int:plan_id>/issue")
@allow(Permission.ISSUE_LETTERS)
def issue(slug: str, plan_id: int) -> Any:
    """Approve the letters of the switch and issue them in the background, with progress; go on with those whose pages
    were not made."""
    conference, plan = _plan_or_404(slug, plan_id)
    if not may(Permission.APPROVE_LETTERS):
        abort(403)
    actor = current_actor()
    outcome = approve_letters(conference=conference, kind=NOTICE, actor=actor, at=now())
    for refused in outcome.refused:
        flash(f"{refused.name}: {refused.message}", "error")
    ready = [row.id for row in unnumbered_letters(conference, NOTICE) if row.state is LetterState.APPROVED]
    ready += going(conference).unmade
    if not ready:
        flash(_("No letter is approved and waits to be issued."), "information")
        return _back(slug, plan)
    job = begin_issue(conference=conference, letter_ids=ready, actor=actor, at=now())
    return redirect(url_for("jobs.show", job_id=job.id), code=303)


@blueprint.post("/plans/<int:plan_id>/withdraw")
@allow(Permission.SWITCH_FORMAT)
def give_up(slug: str, plan_id: int) -> Any:
    """Give up the plan."""
    conference, plan = _plan_or_404(slug, plan_id)
    try:
        withdraw_plan(plan=plan, actor=current_actor(), at=now())
    except Refusal as refusal:
        return _page(conference, plan, "overview", wrong=[(refusal.message, None)], status=422)
    flash(_("The plan is withdrawn. It stays here to be read."), "done")
    return redirect(url_for("format_switch.plan", slug=slug), code=303)
