"""From what should stand on a badge to a badge that is set: designs, slots, and the preview in the browser."""

from __future__ import annotations

import atexit
import gc
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from flask import render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.errors import Refusal
from app.i18n import speaking
from app.printing.arms import emblems
from app.printing.backs import BackContent, info_warnings, set_backs
from app.printing.photos import portraits
from app.printing.press.design import MM, Design, font_address, lay_out, text_pages
from app.printing.press.emblem import Emblem
from app.printing.press.fitting import fit
from app.printing.press.pages import Told
from app.printing.press.sheets import Batch, Panel, Photo, SetBadge, set_badge
from app.printing.queries import Group
from app.printing.rules import (
    ROLE_SIGNS,
    BadgeContent,
    Layout,
    closer_spoken,
    fewer_spoken,
    first_office,
    fitting_warnings,
    photo_warning,
)
from app.printing.rules.access import STRIPS, WITH_WORDS, Mark
from app.printing.rules.boxes import require_whole
from app.printing.rules.names import printable

SHEETS_AT_ONCE = 50
READABLE = 6.5  # points, of what is printed whole rather than in part

Key = tuple[str, str, str, str, tuple[Mark, ...], bool]  # style, look, role, language, marks, whether with arms
_DESIGNS: dict[Key, Design] = {}
_MOST_DESIGNS = 400
_LAYING_OUT = threading.Lock()


def role_words(content: BadgeContent) -> list[str]:
    """The role in both languages, that of the person first."""
    words = []
    for code in content.languages:
        with speaking(code):
            words.append(str(ROLE_SIGNS[content.role].word))
    return words


def _html(layout: Layout, contents: Sequence[BadgeContent], *, fonts: str,
          texts: Sequence[SetBadge] | None = None) -> str:  # fmt: skip
    designs = [
        {"shape": ROLE_SIGNS[content.role].shape,
         "colour": layout.look.colour(content.role.value, ROLE_SIGNS[content.role].colour),
         "words": role_words(content), "languages": content.languages, "marks": _marks(layout, content),
         "arms": _with_arms(layout, content)}
        for content in contents
    ]  # fmt: skip
    return render_template("print/badge/badge.html", layout=layout, designs=designs, fonts=fonts, texts=texts,
                           strip=STRIPS[layout.style])  # fmt: skip


def _marks(layout: Layout, content: BadgeContent) -> tuple[Mark, ...]:
    return () if "access" in layout.look.hidden else content.marks


def _with_arms(layout: Layout, content: BadgeContent) -> bool:
    return bool(content.arms) and "arms" not in layout.look.hidden


def design_key(layout: Layout, content: BadgeContent) -> Key:
    """What a design depends on."""
    return (layout.style, layout.look.sign, content.role.value, content.first, _marks(layout, content),
            _with_arms(layout, content))  # fmt: skip


@cache
def _keep_what_is_loaded() -> None:
    """Let the collector of garbage look no more at the program, its libraries and fonts, which stay as long as the
    process: looking at them took a third of the time of a printing. Done once, after the first design.
    """
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)  # at the end of the process things go in their usual order


def designs_for(layout: Layout, contents: Iterable[BadgeContent]) -> dict[Key, Design]:
    """The design of each role, order of languages and set of marks; laid out once in the life of the process.

    :raises Refusal: when own CSS has taken away what every badge needs.
    """
    wanted = {design_key(layout, content): content for content in contents}
    with _LAYING_OUT:
        new = {key: content for key, content in wanted.items() if key not in _DESIGNS}
        if new:
            laid = lay_out(_html(layout, list(new.values()), fonts=font_address()))
            if len(laid) != len(new):
                raise Refusal(_("With this CSS a badge is larger than its paper."), field="css")
            for design in laid:
                require_whole(design.slots)
            while len(_DESIGNS) + len(new) > _MOST_DESIGNS and _DESIGNS:
                del _DESIGNS[next(iter(_DESIGNS))]
            _DESIGNS.update(zip(new, laid, strict=True))
            _keep_what_is_loaded()
        return {key: _DESIGNS[key] for key in wanted}


@dataclass
class Typesetter:
    """Sets badges batch by batch, so that ten thousand take no more memory than some hundred.

    :param titles: of the conference, by language (``ru``, ``de``).
    """

    layout: Layout
    titles: Mapping[str, str]
    backs: Mapping[int, BackContent] | None = None  # by delegate; None: only fronts
    warnings: list[str] = field(default_factory=list)  # what a person should know before handing them out
    _interpretation: dict[str, str] = field(default_factory=dict)
    _of_all: set[str] = field(default_factory=set)  # warnings that are not of one person

    def set(self, contents: Sequence[BadgeContent]) -> list[SetBadge]:
        """Every badge, set, in the same order."""
        designs = designs_for(self.layout, contents)
        backs = set_backs(self.layout, [self.backs[one.delegate_id] for one in contents]) if self.backs else []
        self.warnings += [told for told in info_warnings(backs) if told not in self._of_all]
        self._of_all.update(info_warnings(backs))
        photos = portraits(content.photo for content in contents) if self.layout.photo else {}
        arms = emblems(content.arms for content in contents if _with_arms(self.layout, content))
        return [
            self._set(
                designs[design_key(self.layout, content)],
                content,
                photos.get(content.photo),
                backs[place] if backs else None,
                arms.get(content.arms),
            )
            for place, content in enumerate(contents)
        ]

    def _set(
        self, design: Design, content: BadgeContent, photo: Photo | None, back: Panel | None, arms: Emblem | None
    ) -> SetBadge:
        first, second = content.languages
        texts = {
            "title_first": self.titles[first], "title_second": self.titles[second],
            "name_first": content.name_first, "name_second": content.name_second,
            "place_first": content.place_first, "place_second": content.place_second, "country": content.country,
            "office": _roomy(design, "office", (content.office, first_office(content.office))),
            "speaks": _roomy(design, "speaks", spoken := self._speaks(content), usable=len(spoken) - 1),
        }  # fmt: skip
        marks = _marks(self.layout, content)
        with_words = len(marks) <= WITH_WORDS and self.layout.width >= 100
        for place, mark in enumerate(marks, start=1):
            texts[f"access_{place}"] = printable(mark.text(first, with_word=with_words)).text
        badge = set_badge(design, self.layout.look.shown(texts), content.token, photo, back, arms)
        found = [*content.warnings, *fitting_warnings(content.public_id, badge.slots)]
        if self.layout.photo:
            dots = photo.width if photo else None
            found.append(photo_warning(content.public_id, dots, wide=photo_width(design), sent=bool(content.photo)))
        if texts["office"] != content.office:
            found.append(_l("%(id)s: only the first office is printed.", id=content.public_id))
        if "…" in texts["speaks"] and "speaks" not in self.layout.look.hidden:
            found.append(_l("%(id)s: not all languages have room on the badge.", id=content.public_id))
        told = [str(warning) for warning in found if warning is not None]
        self.warnings.extend(warning for warning in told if warning not in self._of_all)
        self._of_all.update(warning for warning in told if not warning.startswith(content.public_id))
        return badge

    def _speaks(self, content: BadgeContent) -> tuple[str, ...]:
        """The languages somebody speaks and the interpretation they need, in words of their own side; then shorter."""
        closer, fewer = closer_spoken(content.spoken), fewer_spoken(content.spoken)
        if not content.interpretation:
            return content.spoken, closer, fewer
        if content.first not in self._interpretation:
            with speaking(content.first):
                self._interpretation[content.first] = _("Interpretation")
        needs = f"{self._interpretation[content.first]} {content.interpretation}"
        if not content.spoken:
            return needs, content.interpretation
        need = content.interpretation
        return f"{content.spoken} – {needs}", f"{content.spoken} – {need}", f"{closer} – {need}", f"{fewer} – {need}"

    def batches(
        self, contents: Sequence[BadgeContent], tell: Told | None = None, *, starts: Mapping[int, int] | None = None
    ) -> Iterator[Batch]:
        """The same in batches.

        :param tell: told (badges done, badges in all) before each batch; may raise to stop.
        :param starts: where groups begin in the list, and which divider lies before each.
        """
        size = SHEETS_AT_ONCE * self.layout.across * self.layout.down
        dividers = starts or {}
        for begin, end in pairwise([*sorted({0, *dividers}), len(contents)]):
            for first in range(begin, end, size):
                if tell is not None:
                    tell(first, len(contents))
                yield Batch(self.set(contents[first : min(first + size, end)]), dividers.get(first))


def _roomy(design: Design, name: str, forms: Sequence[str], *, usable: int = 1) -> str:
    """The first of the forms of a text that is not too small in its slot. When all that say the whole are, the last of
    these that can be read still; else the last of all.

    :param usable: how many of the forms, the first ones, say the whole.
    """
    slot = design.slots.get(name)
    if slot is None:
        return forms[0]
    for text in forms[: max(usable, 1)]:
        fitted = fit(slot.filled({name: text}), slot.box)
        if not fitted.too_small:
            return text
    return text if fitted.size >= READABLE and not fitted.cut_text else forms[-1]


def photo_width(design: Design) -> float:
    """How wide a portrait is printed, in millimetres: it fills its slot from edge to edge, in 3 by 4."""
    box = design.slots["photo"].box
    return min(box.width, box.height * 3 / 4) / MM


def set_apart(layout: Layout, badges: Sequence[Panel]) -> str:
    """The lines of badges that cannot be stamped, a page each, for WeasyPrint."""
    return render_template("print/badge/text-layer.html", badges=badges, layout=layout, fonts=font_address())


def divider_pages(groups: Sequence[Group], width: float, height: float) -> bytes:
    """A page for each group, of the size of the sheets: whose badges follow, and how many."""
    words = {}
    for code in ("ru", "de"):
        with speaking(code):
            words[code] = [ngettext("%(num)s badge", "%(num)s badges", group.count) for group in groups]
    return text_pages(
        render_template(
            "print/badge/dividers.html", groups=groups, words=words, width=width, height=height, fonts=font_address()
        )
    )


def preview(layout: Layout, content: BadgeContent, *, titles: Mapping[str, str], fonts: str) -> str:
    """One badge as a page for the browser: the same design, the same lines in the same places."""
    return _html(layout, [content], fonts=fonts, texts=Typesetter(layout, titles).set([content]))
