"""``ratusha switch …``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app.clock import now
from app.command_line import verb
from app.conferences.queries import get
from app.conferences.rules import ConferenceFormat
from app.errors import Refusal
from app.format_switch.operations import switch
from app.format_switch.queries import history, what_will_change
from app.format_switch.queries.paper import every_plan, plan_pdf
from app.format_switch.rules import SessionOutcome, SwitchPlan
from app.history.rules import COMMAND
from app.i18n import LANGUAGES
from app.programme.paper_commands import write_whole

FORMATS = click.Choice([item.value for item in ConferenceFormat])


def _result(plan: SwitchPlan) -> dict[str, Any]:
    return {
        "from": plan.before.value,
        "to": plan.after.value,
        "digest": plan.digest,
        "counts": plan.counts,
        "sessions": [
            {"session": change.code, "outcome": change.outcome.value}
            for change in plan.sessions
            if change.outcome is not SessionOutcome.STAYS
        ],
    }


def _text(result: dict[str, Any]) -> str:
    if result["from"] == result["to"]:
        return f"The conference is {result['to']} already; nothing changes."
    return ", ".join(f"{word.replace('_', ' ')}: {count}" for word, count in result["counts"].items())


@verb("switch", "preview", text=_text)
@click.option("--conference", "slug", required=True, help="Slug of the conference.")
@click.option("--to", "to", type=FORMATS, required=True)
@click.option("--reason", default="", help="Taken for likeness with apply.")
def preview(slug: str, to: str, reason: str) -> dict[str, Any]:  # noqa: ARG001  # the same words as apply
    """What a switch would change."""
    return _result(what_will_change(get(slug), ConferenceFormat(to)))


@verb("switch", "apply", changes=True, text=_text)
@click.option("--conference", "slug", required=True, help="Slug of the conference.")
@click.option("--to", "to", type=FORMATS, required=True)
@click.option("--reason", required=True, help="Stands in the mails and in the history.")
@click.option("--plan", default=None, help="Digest of the previewed plan: refuse when it is no longer the same.")
def apply(slug: str, to: str, reason: str, plan: str | None) -> dict[str, Any]:
    """Move the conference; the mails wait for `ratusha mail release`."""
    applied = switch(conference=get(slug), to=ConferenceFormat(to), plan=plan, reason=reason, actor=COMMAND, at=now())
    return _result(applied)


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
            "counts": deed.counts,
        }
        for deed in history(get(slug))
    ]


@verb("switch", "paper", text=lambda done: f"Plan no. {done['plan']} written to {done['file']}.")
@click.option("--plan", "plan_id", type=click.IntRange(1), required=True, help="Number of the plan.")
@click.option("--language", "spoken", type=click.Choice(list(LANGUAGES)), default="ru", show_default=True)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
def paper(plan_id: int, spoken: str, out: Path) -> dict[str, Any]:
    """Write a plan that is a draft as PDF, for the meeting that decides."""
    draft = every_plan(plan_id)
    if draft is None:
        raise Refusal(f"There is no plan no. {plan_id}.", field="plan")
    pdf = plan_pdf(draft, spoken=spoken, at=now())
    write_whole(out, pdf)
    return {"plan": plan_id, "file": str(out), "language": spoken, "bytes": len(pdf)}
