"""The plan of a switch on paper, for the meeting that decides: A4, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import LazyString, format_currency
from flask_babel import lazy_gettext as _l

from app.conferences.models import Conference
from app.conferences.queries import conference_title
from app.database import db
from app.delegations.words import role_word
from app.errors import Refusal
from app.format_switch.models import SwitchDraft
from app.format_switch.queries.applied import as_decided
from app.format_switch.queries.consequences import consequences
from app.format_switch.queries.letters import coming_letters
from app.format_switch.queries.plans import about, hours_of, planned
from app.format_switch.queries.whole import unreachable_people
from app.format_switch.queries.zones import shown_strips
from app.format_switch.rules import PlanState, ScopeKind, SessionChange, SessionOutcome, SwitchPlan
from app.format_switch.rules.plans import costs_of, sums
from app.format_switch.rules.reasons import told_in
from app.format_switch.rules.words import (
    FORM_WORDS,
    FORMAT_WORDS,
    OUTCOME_WORDS,
    REQUEST_WORDS,
    SCOPE_WORDS,
    STEP_WORDS,
)
from app.i18n import date_range, date_short, language, localized, speaking, weekday_date
from app.programme.queries.setting import faces, write

TITLES: Mapping[str, LazyString] = {
    "in-person": _l("On holding the conference in person"),
    "hybrid": _l("On holding the conference on site and by video"),
    "video": _l("On holding the conference by video"),
}


@dataclass(frozen=True)
class Row:
    """A session of the table: its hours and form before and after, ``""`` where they are the same."""

    code: str
    title: str
    hours: str
    hours_then: str
    form: str
    form_then: str
    outcome: str
    off: bool


def _hours(starts: datetime | None, ends: datetime | None, zone: ZoneInfo, was: datetime | None = None) -> str:
    """``was``: when it was to begin; of another day the date is told too."""
    hours = "–".join(f"{moment.astimezone(zone):%H:%M}" for moment in (starts, ends) if moment)
    if starts is None or was is None or starts.astimezone(zone).date() == was.astimezone(zone).date():
        return hours
    return f"{date_short(starts.astimezone(zone).date())}, {hours}"


def _row(change: SessionChange, zone: ZoneInfo) -> Row:
    hours = _hours(change.now.starts_at, change.now.ends_at, zone)
    then = _hours(change.then.starts_at, change.then.ends_at, zone, change.now.starts_at)
    off = change.outcome is SessionOutcome.CANCELLED
    return Row(
        change.code, change.title, hours, "" if off or then == hours else then, str(FORM_WORDS[change.before]),
        "" if off or change.after == change.before else str(FORM_WORDS[change.after]),
        str(OUTCOME_WORDS[change.outcome][0]), off,
    )  # fmt: skip


def _days(plan: SwitchPlan, zone: ZoneInfo) -> list[tuple[str, list[Row]]]:
    """What changes, by the day it was planned for; without a day at the end."""
    found: dict[date | None, list[Row]] = {}
    for change in plan.sessions:
        if change.outcome is SessionOutcome.STAYS:
            continue
        starts = change.now.starts_at or change.then.starts_at
        found.setdefault(starts.astimezone(zone).date() if starts else None, []).append(_row(change, zone))
    ordered = sorted(found.items(), key=lambda pair: (pair[0] is None, pair[0] or date.max))
    return [(_capital(weekday_date(day)) if day else "", rows) for day, rows in ordered]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _signs(conference: Conference) -> tuple[str, str]:
    """Office and name of who signs for the issuer, in the language being spoken."""
    issuer = conference.issuer
    if issuer is None:
        return "", ""
    return localized(issuer, "signatory_office"), localized(issuer, "signatory_name")


def _money(hundredths: int, currency: str) -> str:
    return str(format_currency(hundredths / 100, currency)).replace("-", "\u2212")


def plan_html(draft: SwitchDraft, *, at: datetime) -> str:
    """The page the PDF is made of, in the language being spoken; of a plan that was applied as it was decided.

    :raises Refusal: when the plan was withdrawn, or cannot be applied.
    """
    conference, done = draft.conference, as_decided(draft.conference, draft.switch)
    if done is not None:
        plan, follows, coming, at = done.plan, done.follows, done.coming, done.at
    elif draft.state is PlanState.DRAFT:
        plan = planned(draft, at)
        if plan.hindrance is not None:
            raise Refusal(plan.hindrance)
        follows, coming = consequences(conference, plan), coming_letters(conference, plan, at)
    else:
        raise Refusal(_l("Only a plan that is a draft is decided on; this one is applied or withdrawn."))
    costs, hours = costs_of(draft.costs), hours_of(draft, plan)
    return render_template(
        "print/switch/plan.html", language=language(), conference=conference, plan=draft, faces=faces(), at=at,
        reason=told_in(language(), draft.reason, draft.reasons),
        title=conference_title(conference), host=localized(conference.host, "name"),
        dates=date_range(conference.starts_on, conference.ends_on), heading=TITLES[plan.after.value],
        step=STEP_WORDS.get((plan.before, plan.after), FORMAT_WORDS[plan.after]), part=about(draft, conference),
        scope=SCOPE_WORDS[draft.scope], whole=draft.scope is ScopeKind.WHOLE, done=done,
        counts=draft.switch.counts if draft.switch else plan.counts,
        days=_days(plan, ZoneInfo(conference.timezone)), foreseen=plan,
        staying=sum(1 for change in plan.sessions if change.outcome is SessionOutcome.STAYS),
        strips=shown_strips(hours.sessions, hours.zones, host=conference.timezone), better=len(hours.proposals),
        follows=follows, coming=coming,
        unreachable=unreachable_people(plan), costs=costs,
        sums=sums(costs), money=_money,
        role_word=role_word, request_words=REQUEST_WORDS, signs=_signs(conference),
        sign=(draft.switch.plan_digest if draft.switch else plan.digest)[:12],
    )  # fmt: skip


def plan_pdf(draft: SwitchDraft, *, spoken: str, at: datetime) -> bytes:
    """The paper in one language; the same plan at the same moment gives the same bytes."""
    with speaking(spoken):
        return write(plan_html(draft, at=at))


def paper_name(draft: SwitchDraft) -> str:
    """What the file is called."""
    return f"switch-plan-{draft.id}-{draft.conference.slug}.pdf"


def every_plan(plan_id: int) -> SwitchDraft | None:
    """A plan of any conference; None when there is none."""
    return db.session.get(SwitchDraft, plan_id)
