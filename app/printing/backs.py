"""The backs of badges: everybody's own programme, emergency numbers and Wi-Fi, in their language."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from math import ceil

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Delegate, Delegation
from app.i18n import LANGUAGES, number, speaking, time_range, weekday_date
from app.printing.models import PrintSettings
from app.printing.press.design import MM, Design, Slot, font_address, lay_out
from app.printing.press.fitting import Fitted, fit
from app.printing.press.pages import Panel
from app.printing.rules import BadgeContent, Layout
from app.printing.rules.names import printable
from app.printing.rules.sheets import OnPaper, sheet_of
from app.programme.queries.feeds import location
from app.programme.queries.own_programme import Own, OwnProgrammes, Reason
from app.programme.queries.published import Published, published
from app.programme.rules.changes import named

_DESIGNS: dict[tuple[float, float, bool, float | None], Design] = {}
TALL = 100.0  # mm, of a back on which every line stands by itself
_LAYING_OUT = threading.Lock()


@dataclass(frozen=True)
class Entry:
    """A session on a back. ``own``: the person has a part in it or chose it, so it leaves last."""

    day: str
    text: str
    own: bool


@dataclass(frozen=True)
class BackContent:
    """What stands on one back; ``info``: kind (``head`` or ``row``) and text."""

    language: str
    name: str
    head: str
    entries: tuple[Entry, ...]
    info: tuple[tuple[str, str], ...]

    @cached_property
    def fingerprint(self) -> str:
        """Changes when what should stand on the back changes."""
        entries = [[entry.day, entry.text, entry.own] for entry in self.entries]
        standing = [self.language, self.name, self.head, entries, self.info]
        return hashlib.sha256(json.dumps(standing, ensure_ascii=False).encode()).hexdigest()


def back_contents(conference: Conference, fronts: Sequence[BadgeContent]) -> dict[int, BackContent]:
    """The backs of these badges, by the delegate's id, under the name the front begins with; the programme is that of
    the newest release.
    """
    rows = db.session.scalars(
        select(Delegate)
        .where(Delegate.conference_id == conference.id)
        .options(selectinload(Delegate.delegation).selectinload(Delegation.municipality))
    )
    names = {front.delegate_id: front.name_first for front in fronts}
    people = [row for row in rows if row.id in names]
    released = published(conference)
    settings = db.session.get(PrintSettings, conference.id)
    with_programme = released is not None and (settings is None or settings.back_programme)
    programmes = OwnProgrammes(people) if with_programme else None
    found: dict[int, BackContent] = {}
    for language in LANGUAGES:
        of_language = [row for row in people if (row.language if row.language in LANGUAGES else "en") == language]
        if not of_language:
            continue
        with speaking(language):
            info, head = _info(settings, language), _("My programme")
            texts: dict[str, Entry] = {}
            for row in of_language:
                own = programmes.of(row, released) if programmes is not None and released is not None else []
                entries = tuple(_entry(one, released, language, texts) for one in own if one.in_calendar)
                found[row.id] = BackContent(language, names[row.id], head, entries, info)
    return found


def example_back(conference: Conference, content: BadgeContent) -> BackContent:
    """The back of somebody who takes part in everything of the newest release, in case there is one."""
    released = published(conference)
    settings = db.session.get(PrintSettings, conference.id)
    with speaking(content.first):
        entries: tuple[Entry, ...] = ()
        if released is not None and (settings is None or settings.back_programme):
            texts: dict[str, Entry] = {}
            items = [Own(item, [Reason()]) for item in released.items]
            entries = tuple(_entry(one, released, content.first, texts) for one in items)
        return BackContent(
            content.first, content.name_first, _("My programme"), entries, _info(settings, content.first)
        )


def backs_on(
    conference: Conference, layout: Layout, paper: OnPaper, fronts: Sequence[BadgeContent]
) -> dict[int, BackContent] | None:
    """The backs that are printed with badges of this layout on this paper; None where none are."""
    turned = layout.folded or sheet_of(layout, paper).turn is not None
    return back_contents(conference, fronts) if turned else None


def _entry(own: Own, released: Published | None, language: str, known: dict[str, Entry]) -> Entry:
    item = own.item
    chosen = any(reason.role or reason.signed_up or reason.party or reason.group for reason in own.reasons)
    key = f"{item['uid']}:{chosen}"
    if key not in known:
        zone = str(released.content["timezone"]) if released is not None else "Europe/Moscow"
        begins = datetime.fromisoformat(item["starts_at"]) if item["starts_at"] else None
        ends = datetime.fromisoformat(item["ends_at"]) if item["ends_at"] else begins
        hours = time_range(begins, ends, zone) if begins is not None and ends is not None else ""
        title = named({code: item[f"title_{code}"] for code in ("ru", "de", "en")}, language) or item["id"]
        said = f"{_('Cancelled')}: {title}" if item["cancelled"] else title
        place = location(item, language)
        said, place = printable(said).text or str(item["id"]), printable(place).text
        text = " · ".join(part for part in (f"{hours} {said}".strip(), place) if part)
        day = weekday_date(date.fromisoformat(item["date"])) if item["date"] else ""
        known[key] = Entry(day, text, chosen)
    return known[key]


def _info(settings: PrintSettings | None, language: str) -> tuple[tuple[str, str], ...]:
    """Emergency numbers and Wi-Fi; nothing where nothing is kept."""
    if settings is None:
        return ()
    lines: list[tuple[str, str]] = []
    numbers = getattr(settings, f"emergency_{language}") or settings.emergency_en or settings.emergency_ru
    if settings.back_emergency and numbers.strip():
        lines.append(("head", _("In an emergency")))
        lines += [("row", text) for line in numbers.splitlines() if (text := printable(line).text)]
    if settings.back_wifi and settings.wifi_name:
        lines.append(("head", _("Wi-Fi")))
        secret = _("password: %(password)s", password=settings.wifi_password) if settings.wifi_password else ""
        lines.append(("row", " · ".join(part for part in (settings.wifi_name, secret) if part)))
    return tuple(lines)


def _design(layout: Layout, low: float | None = None) -> Design:
    key = (layout.width, layout.height, layout.folded, low)
    with _LAYING_OUT:
        if key not in _DESIGNS:
            _DESIGNS[key] = lay_out(back_html(layout, low=low))[0]
        return _DESIGNS[key]


def back_html(layout: Layout, texts: Sequence[Panel] | None = None, low: float | None = None) -> str:
    """The design; with ``texts`` a page for each back, set by WeasyPrint alone.

    :param low: how high the lower part is, in millimetres; None: as high as it may be.
    """
    return render_template("print/badge/back.html", layout=layout, fonts=font_address(), texts=texts, low=low)


def info_lines(layout: Layout, info: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Emergency numbers and Wi-Fi as they stand: on a small card each behind its word, in one line while it fits."""
    if layout.height >= TALL:
        return list(info)
    blocks: list[list[str]] = []
    for kind, text in info:
        if kind == "head":
            blocks.append([text])
        else:
            blocks[-1].append(text)
    return [("row", f"{head}: {' · '.join(rows)}") for head, *rows in blocks]


def lower_part(layout: Layout, content: BackContent) -> float | None:
    """How high emergency numbers and Wi-Fi need the lower part, in millimetres; what they leave is the programme's."""
    slot = _design(layout).slots["info"]
    lines = fit(slot.listed(info_lines(layout, content.info)), slot.box).lines
    needed = max((line.top + line.size * line.leading - slot.box.y for line in lines), default=0.0)
    return None if needed > slot.box.height - MM else ceil(needed / MM)


def set_backs(layout: Layout, contents: Sequence[BackContent]) -> list[Panel]:
    """Every back, set; a programme that is longer than its place says how many sessions it leaves out."""
    kept: dict[BackContent, Panel] = {}
    for content in contents:
        if content not in kept:
            design, info = _design(layout, lower_part(layout, content)), info_lines(layout, content.info)
            kept[content] = _set(design, content, info)
    return [kept[content] for content in contents]


def info_warnings(backs: Sequence[Panel]) -> list[str]:
    """What a person should know about emergency numbers and Wi-Fi, the same for many."""
    found = {}
    for panel in {id(one): one for one in backs}.values():
        fitted = panel.slots["info"]
        if fitted.cut_text:
            found[_("Emergency numbers and Wi-Fi do not fit on the backs and were cut.")] = True
        elif fitted.too_small:
            size = number(fitted.size)
            found[_("Emergency numbers and Wi-Fi had to be set in %(size)s points on the backs.", size=size)] = True
    return list(found)


def _set(design: Design, content: BackContent, info: Sequence[tuple[str, str]]) -> Panel:
    head, low = design.slots["head"], design.slots["info"]
    slots = {
        "head": fit(head.filled({"name": content.name, "head": content.head}), head.box),
        "programme": _programme(design.slots["programme"], content),
        "info": fit(low.listed(info), low.box),
    }
    return Panel(design, slots)


def _programme(slot: Slot, content: BackContent) -> Fitted:
    """As many sessions as can be read, those of the person's own before those for everyone."""
    order = sorted(range(len(content.entries)), key=lambda place: not content.entries[place].own)

    def tried(count: int) -> Fitted:
        lines: list[tuple[str, str]] = []
        day = ""
        for place in sorted(order[:count]):
            entry = content.entries[place]
            if entry.day != day:
                lines.append(("day", day := entry.day))
            lines.append(("row", entry.text))
        left = len(content.entries) - count
        if left:
            with speaking(content.language):
                lines.append(("more", ngettext("… and %(num)s more session on your page",
                                               "… and %(num)s more sessions on your page", left)))  # fmt: skip
        if not lines:
            with speaking(content.language):
                lines = [("row", _("Your programme stands on your own page."))]
        return fit(slot.listed(lines), slot.box)

    found = tried(len(order))
    if not found.too_small:
        return found
    low, high = 0, len(order) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if tried(middle).too_small:
            high = middle - 1
        else:
            low = middle
    return tried(low)
