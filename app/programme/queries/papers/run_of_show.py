"""The run of show on paper: one session minute by minute, for those who make it happen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from app.errors import Refusal
from app.i18n import number, speaking
from app.programme.queries.papers.booklet import Edition, each
from app.programme.queries.reading import Item, day_title, entry, heading, shown
from app.programme.queries.setting import faces, watermark, write
from app.programme.rules.papers import Step, clocked
from invitations.typography import bound


def _item(edition: Edition, code: str) -> Item:
    found = next((item for item in shown(edition.content) if item["id"] == code), None)
    if found is None:
        raise Refusal(_("The session %(code)s does not take place in this programme.", code=code), field="session")
    if not found["starts_at"]:
        raise Refusal(_("The session %(code)s has no hour yet.", code=code), field="session")
    return found


def _what(step: Step, languages: Sequence[str]) -> list[tuple[str, str]]:
    texts = {"ru": step.what_ru, "de": step.what_de}
    found = [(code, bound(texts[code], code)) for code in languages if texts.get(code)]
    return found or [(code, bound(text, code)) for code, text in texts.items() if text]


def _misses(over: int) -> str:
    """How the steps miss the end of the session."""
    count = number(abs(over))
    if over > 0:
        return str(ngettext("%(count)s minute longer than the session",
                            "%(count)s minutes longer than the session", over, count=count))  # fmt: skip
    return str(ngettext("The last %(count)s minute of the session has no step.",
                        "The last %(count)s minutes of the session have no step.", -over, count=count))  # fmt: skip


def run_pdf(edition: Edition, steps: Sequence[Step], code: str, languages: Sequence[str] = ("ru", "de")) -> bytes:
    """The run of show of one session.

    :raises Refusal: when the session does not take place, has no hour, or no step has been written down.
    """
    item = _item(edition, code)
    if not steps:
        raise Refusal(_("No run of show has been written down for %(code)s yet.", code=code), field="session")
    zone = ZoneInfo(edition.content["timezone"])
    begins = datetime.fromisoformat(item["starts_at"]).astimezone(zone)
    rows: list[dict[str, Any]] = []
    timed = clocked(steps, begins)
    for one in timed:
        rows.append({
            "starts": f"{one.starts:%H:%M}", "minutes": one.step.minutes, "what": _what(one.step, languages),
            "who": one.step.who, "cue": one.step.cue, "before": one.step.before,
        })  # fmt: skip
    over = 0  # minutes; negative: so many of the session have no step
    if item["ends_at"]:
        ends = datetime.fromisoformat(item["ends_at"]).astimezone(zone)
        over = int((timed[-1].ends - ends) / timedelta(minutes=1))
    heads, entries, days = [], [], []
    for language in languages:
        with speaking(language):
            heads.append(heading(edition.content, language))
            entries.append(entry(item, language, zone))
            days.append(day_title(begins.date()))
    stamp = edition.stamp(languages)
    return write(render_template(
        "print/programme/run_of_show.html", languages=list(languages), heads=heads, entries=entries, days=days,
        rows=rows, ends=f"{timed[-1].ends:%H:%M}", faces=faces(), names=edition.lines(languages), stamp=stamp,
        watermark=watermark(stamp, 210, 297) if stamp else "",
        over=each(languages, lambda: _misses(over)) if over else [],
        words={
            "title": each(languages, lambda: _("Run of show")),
            "clock": each(languages, lambda: _("From")),
            "minutes": each(languages, lambda: _("Min.")),
            "what": each(languages, lambda: _("What happens")),
            "who": each(languages, lambda: _("Who")),
            "cue": each(languages, lambda: _("Technical cue")),
            "begins": each(languages, lambda: _("The session begins")),
            "ends": each(languages, lambda: _("End")),
        },
    ))  # fmt: skip
