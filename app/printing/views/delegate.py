"""The badge on the desk's page of a delegate: how often it was printed, whether it holds, where it lets them in."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.delegations.models import Delegate
from app.delegations.queries.own_page import OwnLine, OwnSection, desk_sections
from app.i18n import date_time
from app.permissions import Permission, may
from app.printing.freshness import UP_TO_DATE, WHY_WORDS, last_badges, why_anew
from app.printing.looks import look_of
from app.printing.queries import badge_contents
from app.printing.rules import DEFAULT_LAYOUT, LAYOUTS, held_on_site
from app.printing.views.words import words_of


def _section(delegate: Delegate) -> OwnSection | None:
    conference = delegate.conference
    last = last_badges(conference, delegate_id=delegate.id)
    found = badge_contents(conference, delegate_id=delegate.id) if held_on_site(conference.format) else []
    if not found and not last:
        return None
    badge = last.get(delegate.id)
    layout = LAYOUTS.get(badge.layout if badge else DEFAULT_LAYOUT)
    lines = []
    if badge is not None:
        when = date_time(badge.at, conference.timezone)
        said = str(_("last on %(when)s", when=when))
        title = ngettext("printed %(num)s time", "printed %(num)s times", badge.times)
        lines.append(OwnLine(title, f"{said} · {layout.word}" if layout else said))
    if found:
        why = why_anew(conference, found, last).get(delegate.id)
        word, tone = (str(WHY_WORDS[why]), "waiting") if why else (str(UP_TO_DATE), "done")
        lines = [OwnLine(line.title, line.note, word, tone) for line in lines] or [OwnLine("", "", word, tone)]
        marks = words_of(conference, found[0])
        hidden = bool(marks) and layout is not None and "access" in look_of(conference, layout.style).hidden
        note = str(_("left out by the look of the badges")) if hidden else ""
        lines += [OwnLine(mark, note) for mark in marks]
    elif badge is not None:
        lines.append(OwnLine(str(_("Gets no badge any more.")), ""))
    return OwnSection(
        title=str(_("Badge")), lines=lines,
        link=str(_("Print this badge now")) if found and may(Permission.PRINT) else "",
        url=url_for("printing.one", slug=conference.slug, delegate_id=delegate.id),
    )  # fmt: skip


desk_sections["badge"] = _section
