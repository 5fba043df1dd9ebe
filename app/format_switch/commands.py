"""``ratusha switch …``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.clock import now
from app.command_line import verb
from app.conferences.models import Conference
from app.conferences.queries import get
from app.conferences.rules import ConferenceFormat
from app.database import db
from app.delegations.models import Delegation
from app.directory.models import Municipality
from app.errors import Refusal
from app.format_switch.models import SwitchDraft
from app.format_switch.operations import WorldMoved, apply_plan, draft_plan, switch
from app.format_switch.operations.plans import require_part
from app.format_switch.queries import history, what_will_change
from app.format_switch.queries.letters import coming_numbers
from app.format_switch.queries.paper import every_plan, plan_pdf
from app.format_switch.queries.plans import plans_of, told_moves
from app.format_switch.rules import WHOLE, Scope, ScopeKind, SessionOutcome, SwitchPlan
from app.format_switch.rules.reasons import said
from app.format_switch.rules.requests import KINDS, Choice, Kind, kind_of
from app.history.rules import COMMAND
from app.i18n import LANGUAGES
from app.programme.paper_commands import write_whole
from app.programme.queries import session_by_code

FORMATS = click.Choice([item.value for item in ConferenceFormat])


def _result(plan: SwitchPlan) -> dict[str, Any]:
    return {
        "from": plan.before.value,
        "to": plan.after.value,
        "digest": plan.digest,
        "counts": plan.counts,
        "numbers": list(plan.numbers),
        "sessions": [
            {"session": change.code, "outcome": change.outcome.value}
            for change in plan.sessions
            if change.outcome is not SessionOutcome.STAYS
        ],
    }


def _text(result: dict[str, Any]) -> str:
    if result["from"] == result["to"]:
        return f"The conference is {result['to']} already; nothing changes."
    counts = ", ".join(f"{word.replace('_', ' ')}: {count}" for word, count in result["counts"].items())
    numbers = result["numbers"]
    return f"{counts}, numbers of the letters: {numbers[0]} to {numbers[-1]}" if numbers else counts


def _part(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that name a part of the conference."""
    for option in (
        click.option("--delegation", help="Only the delegation of this municipality (slug)."),
        click.option("--session", "session_code", help="Only this session, by its sign."),
        click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Only this day, 2017-06-28."),
    ):
        command = option(command)
    return command


def _requests(command: Any) -> Any:
    """The options that decide what becomes of requests of those who leave the hall."""
    kinds = click.Choice([kind.value for kind in KINDS])
    command = click.option("--keep", multiple=True, type=kinds, help="Keep such requests of who leaves the hall.")(
        command
    )
    return click.option("--withdraw", multiple=True, type=kinds, help="Withdraw such requests.")(command)


def _choices(given: dict[str, Any]) -> dict[Kind, Choice]:
    """What is decided of requests; the options are taken out.

    :raises Refusal: when both are said of one kind.
    """
    keep, gone = given.pop("keep"), given.pop("withdraw")
    if set(keep) & set(gone):
        raise Refusal("Say of each kind of request whether it is kept or withdrawn, not both.")
    return {kind_of(kind): choice for kinds, choice in ((keep, Choice.KEEP), (gone, Choice.WITHDRAW)) for kind in kinds}


def _reasons(command: Any) -> Any:
    """The options that say the reason in other languages too."""
    for code, name in (("en", "English"), ("de", "German"), ("ru", "Russian")):
        command = click.option(f"--reason-{code}", help=f"The same in {name}, for letters and mails in it.")(command)
    choice = click.Choice(list(LANGUAGES))
    return click.option("--reason-language", type=choice, help="In which language --reason is said.")(command)


def _said(reason: str, given: dict[str, Any]) -> dict[str, str]:
    """The reason by language; what of it is given is taken out."""
    others = {code: given.pop(f"reason_{code}") or "" for code in LANGUAGES}
    return said(reason, given.pop("reason_language") or "", others)


def _scope(conference: Conference, day: datetime | None, session_code: str | None, delegation: str | None) -> Scope:
    """:raises Refusal: when more than one part is named, or there is none of that name."""
    if sum(part is not None for part in (day, session_code, delegation)) > 1:
        raise Refusal("Name one part: a day, a session or a delegation.")
    scope = WHOLE
    if day is not None:
        scope = Scope(ScopeKind.DAY, day.date().isoformat())
    elif session_code is not None:
        found = session_by_code(conference, session_code)
        scope = Scope(ScopeKind.SESSION, found.uid if found is not None else "?")
    elif delegation is not None:
        number = db.session.scalar(
            select(Delegation.id)
            .join(Municipality, Municipality.id == Delegation.municipality_id)
            .where(Delegation.conference_id == conference.id, Municipality.slug == delegation)
        )
        if number is None:
            raise Refusal(_l("The conference has no delegation of “%(town)s”.", town=delegation), field="delegation")
        scope = Scope(ScopeKind.DELEGATION, str(number))
    require_part(conference, scope)
    return scope


@verb("switch", "preview", text=_text)
@click.option("--conference", "slug", required=True, help="Slug of the conference.")
@click.option("--to", "to", type=FORMATS, required=True)
@click.option("--reason", default="", help="Taken for likeness with apply.")
@_requests
@_part
def preview(slug: str, to: str, reason: str, **part: Any) -> dict[str, Any]:  # noqa: ARG001  # the same words as apply
    """What a switch would change."""
    conference, requests = get(slug), _choices(part)
    plan = what_will_change(
        conference, ConferenceFormat(to), scope=_scope(conference, **part), requests=requests, at=now()
    )
    if plan.hindrance is not None:
        raise Refusal(plan.hindrance)
    return _result(replace(plan, numbers=coming_numbers(conference, plan, now())))


@verb("switch", "apply", changes=True, text=_text)
@click.option("--conference", "slug", required=True, help="Slug of the conference.")
@click.option("--to", "to", type=FORMATS, required=True)
@click.option("--reason", required=True, help="Stands in the mails and in the history.")
@_reasons
@click.option("--plan", default=None, help="Digest of the previewed plan: refuse when it is no longer the same.")
@_requests
@_part
def apply(slug: str, to: str, reason: str, plan: str | None, **part: Any) -> dict[str, Any]:
    """Move the conference; the mails wait for `ratusha mail release`."""
    conference, requests = get(slug), _choices(part)
    others = _said(reason, part)
    applied = switch(
        conference=conference, to=ConferenceFormat(to), plan=plan, reason=reason, reasons=others,
        scope=_scope(conference, **part), requests=requests, actor=COMMAND, at=now(),
    )  # fmt: skip
    return _result(applied)


def _told(plan: SwitchDraft) -> dict[str, Any]:
    return {
        "plan": plan.id, "state": plan.state.value, "to": plan.to_format.value, "scope": plan.scope.value,
        "scope_of": plan.scope_of, "reason": plan.reason, "decisions": len(plan.decisions), "made_by": plan.made_by,
        "made_at": plan.made_at.isoformat(timespec="seconds"),
    }  # fmt: skip


def _plan_line(plan: dict[str, Any]) -> str:
    return f"{plan['plan']:>4}  {plan['state']:<9}  {plan['to']:<9}  {plan['reason']}"


@verb("switch", "plans", text=lambda plans: "\n".join(_plan_line(plan) for plan in plans))
@click.option("--conference", "slug", required=True, help="Slug of the conference.")
def plans(slug: str) -> list[dict[str, Any]]:
    """All plans of a conference, the newest first."""
    return [_told(plan) for plan in plans_of(get(slug))]


@verb("switch", "plan", changes=True, text=_plan_line)
@click.option("--conference", "slug", required=True, help="Slug of the conference.")
@click.option("--to", "to", type=FORMATS, required=True)
@click.option("--reason", required=True, help="Stands in the mails and in the history.")
@_reasons
@_part
def plan_switch(slug: str, to: str, reason: str, **part: Any) -> dict[str, Any]:
    """Begin a plan, to be decided on the pages and applied there or by `apply-plan`."""
    conference, others = get(slug), _said(reason, part)
    made = draft_plan(
        conference=conference, to=ConferenceFormat(to), scope=_scope(conference, **part), reason=reason, reasons=others,
        actor=COMMAND, at=now(),
    )  # fmt: skip
    return _told(made)


@verb("switch", "apply-plan", changes=True, text=_text)
@click.option("--plan", "plan_id", type=click.IntRange(1), required=True, help="Number of the plan.")
def apply_one(plan_id: int) -> dict[str, Any]:
    """Do what a plan says; refused when the world moved since it was looked at. Applying it twice does nothing."""
    draft = every_plan(plan_id)
    if draft is None:
        raise Refusal(f"There is no plan no. {plan_id}.", field="plan")
    try:
        done = apply_plan(plan=draft, version=draft.version, actor=COMMAND, at=now())
    except WorldMoved as refusal:
        raise Refusal(f"{refusal.message} {' '.join(told_moves(refusal.moved))}") from refusal
    if done is not None:
        return _result(done)
    deed = draft.switch
    assert deed is not None  # an applied plan has its deed
    return _result(SwitchPlan(draft.conference_id, deed.to_format, deed.to_format))


@verb(
    "switch",
    "history",
    text=lambda deeds: "\n".join(f"{d['at']}  {d['from']} -> {d['to']}  {d['reason']}" for d in deeds),
)
@click.option("--conference", "slug", required=True, help="Slug of the conference.")
def show_history(slug: str) -> list[dict[str, Any]]:
    """All switches of a conference."""
    return [
        {
            "at": deed.at.isoformat(timespec="seconds"),
            "actor": deed.actor,
            "from": deed.from_format.value,
            "to": deed.to_format.value,
            "reason": deed.reason,
            "scope": deed.scope.value,
            "scope_of": deed.scope_of,
            "counts": deed.counts,
        }
        for deed in history(get(slug))
    ]


@verb("switch", "paper", text=lambda done: f"Plan no. {done['plan']} written to {done['file']}.")
@click.option("--plan", "plan_id", type=click.IntRange(1), required=True, help="Number of the plan.")
@click.option("--language", "spoken", type=click.Choice(list(LANGUAGES)), default="ru", show_default=True)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
def paper(plan_id: int, spoken: str, out: Path) -> dict[str, Any]:
    """Write a plan as PDF, for the meeting that decides; an applied one as it was decided."""
    draft = every_plan(plan_id)
    if draft is None:
        raise Refusal(f"There is no plan no. {plan_id}.", field="plan")
    pdf = plan_pdf(draft, spoken=spoken, at=now())
    write_whole(out, pdf)
    return {"plan": plan_id, "file": str(out), "language": spoken, "bytes": len(pdf)}
