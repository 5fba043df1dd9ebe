"""From what should stand on a paper to designs that are laid out once, and to panels that are set."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, pi, sin
from typing import Any

from flask import render_template
from flask_babel import pgettext

from app.conferences.models import Conference
from app.conferences.queries import conference_title
from app.i18n import speaking
from app.printing.papers.press import Faces, print_papers, set_panel
from app.printing.papers.rules import Paper, PaperContent, PaperLayout
from app.printing.press.design import Design, font_address, lay_out
from app.printing.press.pages import Panel, Told
from app.printing.rules import fitting_warnings
from invitations.conference_names import quoted, within
from invitations.dates import date_range, roman

LONG = 330  # letters of the sentence and the theme from which they are set smaller


@dataclass(frozen=True)
class Signer:
    """Who signs, by language: the name, then office and house."""

    country: str
    lines: Mapping[str, tuple[str, ...]]

    def in_order(self, sides: Sequence[str]) -> list[str]:
        """The lines of both languages, the first language first, nothing twice."""
        names = " · ".join(dict.fromkeys(self.lines[code][0] for code in sides if self.lines[code][0]))
        rest = [line for code in sides for line in self.lines[code][1:] if line]
        return [names, *dict.fromkeys(rest)]


def _before(code: str, form: str) -> str:
    if code == "ru":
        return "" if form == "plain" else str(pgettext("certificate", "is awarded to"))
    return str(pgettext("certificate", "is awarded to"))


def _after(code: str, form: str, event: str) -> str:
    if code == "ru" and form == "plain":
        return str(pgettext("certificate", "took part %(event)s, which is hereby certified.", event=event))
    if code == "ru" and form == "f":
        return str(pgettext("certificate", "(a woman) who took part %(event)s", event=event))
    return str(pgettext("certificate", "who took part %(event)s", event=event))


def _bound(text: str) -> str:
    """No line begins with a dash."""
    return text.replace(" — ", "\N{NO-BREAK SPACE}— ").replace(" – ", "\N{NO-BREAK SPACE}– ")


def _texts(conference: Conference, code: str, form: str) -> dict[str, Any]:
    with speaking(code):
        title = getattr(conference, f"title_{code}") or conference_title(conference, code)
        theme = getattr(conference, f"theme_{code}")
        host = getattr(conference.host, f"name_{code}") or conference.host.name_ru or conference.host.name_de
        after = _after(code, form, within(roman(conference.edition), title, code))
        return {
            "title": pgettext("certificate", "Certificate of participation"),
            "before": _before(code, form),
            "after": after,
            "theme": _bound(quoted(theme, code)) if theme else "",
            "days": f"{host}, {date_range(conference.starts_on, conference.ends_on, code)}",
            "letters": len(after) + len(theme),
        }  # fmt: skip


def _waves() -> tuple[str, str]:
    """Two lines that run through each other from top to bottom, each swing as cubic curves."""
    length, swing, wave, steps = 150.0, 3.4, 25.0, 4
    drawn = []
    for phase in (0.0, pi):
        points = []
        step = wave / steps
        for number in range(int(length / step) + 1):
            y = number * step
            angle = 2 * pi * y / wave + phase
            points.append((5 + swing * sin(angle), y, swing * cos(angle) * 2 * pi / wave))
        path = f"M{points[0][0]:.3f} 0"
        for (x, y, slope), (to_x, to_y, to_slope) in pairwise(points):
            third = (to_y - y) / 3
            path += (
                f"C{x + slope * third:.3f} {y + third:.3f} {to_x - to_slope * third:.3f} {to_y - third:.3f}"
                f" {to_x:.3f} {to_y:.3f}"
            )
        drawn.append(path)
    return drawn[0], drawn[1]


def _certificate_html(
    conference: Conference, layout: PaperLayout, variants: Sequence[tuple[str, ...]], signers: Sequence[Signer]
) -> str:
    made = []
    for side, form in variants:
        sides = (side, "de" if side == "ru" else "ru")
        # each side's copy lets its own side sign first
        order = sorted(signers, key=lambda signer: (signer.country == "RU") is not (side == "ru"))
        texts = {code: _texts(conference, code, form) for code in sides}
        made.append({
            "sides": sides,
            "texts": texts,
            "long": max(text["letters"] for text in texts.values()) > LONG,
            "signers": [signer.in_order(sides) for signer in order[:2]],
        })  # fmt: skip
    return render_template(layout.template, variants=made, waves=_waves(), fonts=font_address())


def facts(conference: Conference, signers: Sequence[Signer]) -> str:
    """What stands on every certificate of the conference, as one text: when it changes, all certificates do."""
    texts = [_texts(conference, code, form) for code in ("ru", "de") for form in ("m", "f", "plain")]
    return json.dumps([texts, [signer.in_order(("ru", "de")) for signer in signers]], ensure_ascii=False)


def designs_for(
    paper: Paper,
    layout: PaperLayout,
    conference: Conference,
    contents: Sequence[PaperContent],
    signers: Sequence[Signer],
) -> dict[tuple[str, ...], Design]:
    """The design of each variant among the contents."""
    variants = sorted({content.variant for content in contents})
    if paper is Paper.CERTIFICATES:
        html = _certificate_html(conference, layout, variants, signers)
    else:
        width, height = layout.form.panel
        html = render_template(layout.template, width=width, height=height, fonts=font_address())
    return dict(zip(variants, lay_out(html), strict=True))


def set_paper(designs: Mapping[tuple[str, ...], Design], content: PaperContent) -> tuple[Faces, list[str]]:
    """The faces of one paper, and what to look at before it is handed out."""
    design = designs[content.variant]
    faces = tuple(set_panel(design, dict(texts)) for texts in (content.front, content.back) if texts)
    found = [str(warning) for warning in content.warnings]
    for panel in faces:
        for name, fitted in panel.slots.items():
            if not name.startswith("number"):
                found += map(str, fitting_warnings(content.public_id, {name.split("_")[0]: fitted}))
    return faces, list(dict.fromkeys(found))


def print_set(
    designs: Mapping[tuple[str, ...], Design],
    contents: Sequence[PaperContent],
    layout: PaperLayout,
    *,
    title: str,
    tell: Told | None = None,
) -> tuple[bytes, int, list[str]]:
    """All of them set and printed: the PDF, its number of pages, and the warnings."""
    papers, warnings = [], []
    for content in contents:
        faces, found = set_paper(designs, content)
        papers.append(faces)
        warnings += found
    pdf, pages = print_papers(
        papers, layout.form, title=title, set_apart=lambda odd: set_apart(layout, odd), tell=tell
    )  # fmt: skip
    return pdf, pages, warnings


def set_apart(layout: PaperLayout, panels: Sequence[Panel]) -> str:
    """The lines of panels that cannot be stamped, a page each, for WeasyPrint."""
    width, height = layout.form.panel
    return render_template(
        "print/papers/text-layer.html", panels=panels, width=width, height=height, fonts=font_address()
    )
