"""The plan of a town as a drawing (SVG): the same on pages and on paper.

Colours stand as attributes, so that paper needs no style sheet; pages change them by the classes. What colours tell is
told by form as well: a black copy shows all of it.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape, quoteattr

from babel.units import format_unit
from flask_babel import gettext as _

from app.conferences.town_plan import Marker, Point, TownPlan, Way, note_at, pill
from app.i18n import language, speaking

_INK, _SOFT, _LINE, _PAPER, _GRID, _ACCENT = "#1B242B", "#55606A", "#B9B2A3", "#FAF8F3", "#E6E1D6", "#1C6E64"


def distance(metres: float) -> str:
    """ "450 m", "12 km", «1,5 км» in the language being spoken."""
    if metres < 1000:
        said = format_unit(round(metres), "length-meter", length="short", locale=language())
    else:
        kilometres = round(metres / 1000, 0 if metres >= 10_000 else 1)
        said = format_unit(kilometres, "length-kilometer", length="short", format="#,##0.#", locale=language())
    return str(said).replace(" ", "\u00a0")


def _each(languages: Sequence[str], word: Callable[[], str]) -> str:
    said = []
    for code in languages:
        with speaking(code):
            said.append(word())
    return " / ".join(dict.fromkeys(said))


def draw_plan(plan: TownPlan, languages: Sequence[str], *, title: str = "", name: str = "town-plan") -> str:
    """The drawing; houses carry their place in the order, from 1.

    :param title: what it is for those who do not see it; empty when that is said around it.
    """
    text = plan.radius * 1.08
    pieces = [
        f'<rect class="town-plan__ground" x="0" y="0" width="{_n(plan.width)}" height="{_n(plan.height)}" '
        f'fill="{_PAPER}"/>',
        _grid(plan),
        *(_way(way, plan.radius) for way in plan.ways),
        f'<rect class="town-plan__edge" x="0" y="0" width="{_n(plan.width)}" height="{_n(plan.height)}" fill="none" '
        f'stroke="{_LINE}" stroke-width="{_n(plan.radius * 0.09)}"/>',
        *(_minutes(way, plan.radius) for way in plan.ways if way.label is not None),
        *(_leader(marker, plan.radius) for marker in plan.markers if marker.aside),
        *(_sign(marker, plan, text, languages) for marker in plan.markers),
        _bar(plan, text, languages),
        _north(plan, text, languages),
    ]
    head = f'role="img" aria-labelledby="{name}-title"' if title else 'aria-hidden="true"'
    label = f'<title id="{name}-title">{escape(title)}</title>' if title else ""
    whole = plan.height + plan.foot
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="town-plan" {head} viewBox="0 0 {_n(plan.width)} {_n(whole)}" '
        f'width="{_n(plan.width)}mm" height="{_n(whole)}mm" font-family={quoteattr("PT Sans, sans-serif")} '
        f'font-size="{_n(text)}">{label}{"".join(pieces)}</svg>'
    )


def as_address(drawing: str) -> str:
    """The drawing as the address of a picture."""
    return "data:image/svg+xml;base64," + base64.b64encode(drawing.encode()).decode()


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _line(start: Point, end: Point, style: str) -> str:
    return f'<line x1="{_n(start[0])}" y1="{_n(start[1])}" x2="{_n(end[0])}" y2="{_n(end[1])}" {style}/>'


def _words(at: Point, words: str, style: str) -> str:
    return f'<text x="{_n(at[0])}" y="{_n(at[1])}" {style}>{escape(words)}</text>'


def _grid(plan: TownPlan) -> str:
    """Squares with sides as long as the bar, from the middle."""
    style = f'class="town-plan__grid" stroke="{_GRID}" stroke-width="{_n(plan.radius * 0.06)}"'
    across, down = plan.width / 2 % plan.bar, plan.height / 2 % plan.bar
    lines = [
        _line((across + plan.bar * step, 0), (across + plan.bar * step, plan.height), style)
        for step in range(math.floor((plan.width - across) / plan.bar) + 1)
    ]
    lines += [
        _line((0, down + plan.bar * step), (plan.width, down + plan.bar * step), style)
        for step in range(math.floor((plan.height - down) / plan.bar) + 1)
    ]
    return "".join(lines)


def _way(way: Way, radius: float) -> str:
    if way.by_bus:
        style = f'class="town-plan__bus" stroke="{_INK}" stroke-width="{_n(radius * 0.24)}"'
    else:
        style = (
            f'class="town-plan__walk" stroke="{_SOFT}" stroke-width="{_n(radius * 0.15)}" '
            f'stroke-dasharray="{_n(radius * 0.5)} {_n(radius * 0.35)}"'
        )
    return _line(way.start, way.end, style)


def _minutes(way: Way, radius: float) -> str:
    x, y = way.label or way.start
    text, (left, top, right, bottom) = radius * 0.95, pill(way, radius)
    return (
        f'<rect class="town-plan__pill" x="{_n(left)}" y="{_n(top)}" width="{_n(right - left)}" '
        f'height="{_n(bottom - top)}" rx="{_n(radius * 0.65)}" fill="#FFFFFF" stroke="{_SOFT}" '
        f'stroke-width="{_n(radius * 0.07)}"/>'
        + _words((x, y + text * 0.35), str(way.minutes),
                 f'class="town-plan__text" font-size="{_n(text)}" text-anchor="middle" fill="{_INK}"')
    )  # fmt: skip


def _leader(marker: Marker, radius: float) -> str:
    style = f'class="town-plan__leader" stroke="{_INK}" stroke-width="{_n(radius * 0.12)}"'
    x, y = marker.at
    return (
        _line(marker.sign, marker.at, style)
        + f'<circle class="town-plan__dot" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius * 0.26)}" fill="{_INK}"/>'
    )


def _sign(marker: Marker, plan: TownPlan, text: float, languages: Sequence[str]) -> str:
    x, y = marker.sign
    radius = plan.radius
    number = str(marker.index + 1)
    size = text if len(number) < 3 else text * 0.75
    drawn = (
        f'<circle class="town-plan__sign" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius * 0.96)}" fill="{_ACCENT}" '
        f'stroke="#FFFFFF" stroke-width="{_n(radius * 0.12)}"/>'
        + _words((x, y + size * 0.36), number,
                 f'class="town-plan__number" font-size="{_n(size)}" font-weight="700" text-anchor="middle" '
                 'fill="#FFFFFF"')
    )  # fmt: skip
    if marker.metres is None:
        return drawn
    far = marker.metres
    words = _each(languages, lambda: distance(far))
    along = math.atan2(y - plan.height / 2, x - plan.width / 2)
    tip = [(x + radius * reach * math.cos(along + turn), y + radius * reach * math.sin(along + turn))
           for reach, turn in ((1.55, 0.0), (1.12, 0.35), (1.12, -0.35))]  # fmt: skip
    points = " ".join(f"{_n(one[0])},{_n(one[1])}" for one in tip)
    note, anchor = note_at(marker.sign, radius, (plan.width, plan.height))
    wide = 0.5 * len(words) * text * 0.9  # lines of ways end before the words
    left = {"start": note[0], "end": note[0] - wide, "middle": note[0] - wide / 2}[anchor]
    return (
        f'<rect class="town-plan__ground" x="{_n(left)}" y="{_n(note[1] - text * 0.72)}" width="{_n(wide)}" '
        f'height="{_n(text)}" fill="{_PAPER}"/>'
        f'<polygon class="town-plan__arrow" points="{points}" fill="{_ACCENT}"/>{drawn}'
        + _words(note, words,
                 f'class="town-plan__text" font-size="{_n(text * 0.9)}" text-anchor="{anchor}" fill="{_INK}"')
    )  # fmt: skip


def _bar(plan: TownPlan, text: float, languages: Sequence[str]) -> str:
    radius = plan.radius
    y, thick = plan.height + plan.foot * 0.55, radius * 0.22
    left, half = thick, plan.bar / 2
    words = _each(languages, lambda: distance(plan.bar_metres))
    frame = f'class="town-plan__bar" stroke="{_INK}" stroke-width="{_n(radius * 0.08)}"'
    return (
        f'<rect {frame} x="{_n(left)}" y="{_n(y)}" width="{_n(plan.bar)}" height="{_n(thick * 1.6)}" fill="none"/>'
        f'<rect class="town-plan__dot" x="{_n(left)}" y="{_n(y)}" width="{_n(half)}" height="{_n(thick * 1.6)}" '
        f'fill="{_INK}"/>'
        + _words((left + plan.bar + radius * 0.7, y + thick * 0.8 + text * 0.33), words,
                 f'class="town-plan__text" fill="{_INK}"')
    )  # fmt: skip


def _north(plan: TownPlan, text: float, languages: Sequence[str]) -> str:
    radius = plan.radius
    x, y = plan.width - radius * 0.8, plan.height + plan.foot * 0.6
    points = " ".join(
        f"{_n(x + across * radius)},{_n(y + down * radius)}"
        for across, down in ((0, -0.95), (0.5, 0.75), (0, 0.42), (-0.5, 0.75))
    )
    letters = _each(languages, lambda: str(_("N")))
    return (
        f'<polygon class="town-plan__dot" points="{points}" fill="{_INK}"/>'
        + _words((x - radius * 0.9, y + text * 0.33), letters,
                 f'class="town-plan__text" font-weight="700" text-anchor="end" fill="{_INK}"')
    )  # fmt: skip
