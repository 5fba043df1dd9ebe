"""A look before printing: what will be odd on the badges, whose printed badge is out of date, the ten worst names."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.conferences.models import Conference
from app.errors import Refusal
from app.printing.choosing import AS_CHANGED, chosen, due, require_portraits
from app.printing.freshness import Why, reasons, why_anew
from app.printing.looks import dressed
from app.printing.photos import WIDE
from app.printing.press.sheets import SetBadge
from app.printing.queries import badge_contents, titles
from app.printing.rules import BadgeContent, Layout, photo_warning
from app.printing.rules.samples import example, with_and_without_arms
from app.printing.soundness import design_faults, require_sound
from app.printing.typesetting import Typesetter, designs_for

HOW_MANY = 10
MOST_LOOKED = 1_500  # badges: about half a second


@dataclass(frozen=True)
class Checked:
    """What a look at all badges found; ``findings`` are sentences for people, ``stale`` whose badge must be anew and
    why, ``why`` how many for each reason, the new ones too.
    """

    count: int
    fresh: int
    findings: tuple[str, ...]
    stale: tuple[tuple[BadgeContent, Why], ...]
    why: Mapping[str, int]
    worst: tuple[BadgeContent, ...]


def check_badges(conference: Conference, layout: Layout) -> Checked:
    """Set every badge without printing it: letters no font has, coarse photographs, text that is too small or leaves
    its place, badges that say what is no longer so.
    """
    layout = dressed(conference, layout)
    contents = badge_contents(conference, photos=layout.photo)
    typesetter = Typesetter(layout, titles(conference))
    badges = typesetter.set(contents)
    designs = {id(badge.design): badge.design for badge in badges}.values()
    findings = [*design_faults(layout, designs), *typesetter.warnings]
    for content, badge in zip(contents, badges, strict=True):
        if _overflows(badge):
            findings.append(_("%(id)s: a text does not fit in its place.", id=content.public_id))
    why = why_anew(conference, contents)
    return Checked(
        count=len(contents),
        fresh=len(why),
        findings=tuple(findings),
        stale=tuple(
            (one, why[one.delegate_id]) for one in contents if why.get(one.delegate_id, Why.NEW) is not Why.NEW
        ),
        why=reasons(why.values()),
        worst=tuple(worst(contents, badges)),
    )


def require_sound_look(conference: Conference, layout: Layout) -> None:
    """As a run of this layout will ask, of one design, before it is begun.

    :raises Refusal: (field ``anyway``) with what is wrong with the look.
    """
    layout = dressed(conference, layout)
    if layout.look.css or layout.look.background:
        require_sound(layout, designs_for(layout, with_and_without_arms(example("usual"))).values())


def require_sound_photos(conference: Conference, layout: Layout, whose: Mapping[str, Any]) -> None:
    """As a run of ``whose`` badges (:func:`~app.printing.choosing.chosen`) will ask before it is begun.

    :raises Refusal: (field ``anyway``) naming whose photograph is lost.
    """
    if not layout.photo:
        return
    require_portraits(_those_printed(conference, layout, whose))


def _those_printed(conference: Conference, layout: Layout, whose: Mapping[str, Any]) -> list[BadgeContent]:
    try:
        contents = chosen(conference, layout, **whose)
    except Refusal:
        return []  # nobody is there to be printed; the run says so
    if whose["scope"] in AS_CHANGED:
        anew = due(why_anew(conference, contents), whose["scope"])
        contents = [one for one in contents if one.delegate_id in anew]
    return contents


def look_before(conference: Conference, layout: Layout, whose: Mapping[str, Any]) -> list[str]:
    """What is to be looked at before ``whose`` badges are printed, as :func:`require_sound_photos` takes them: as the
    run will say, but for photographs that were never sent. Of more than :data:`MOST_LOOKED` badges only the run says
    it.
    """
    contents = _those_printed(conference, layout, whose)
    if len(contents) > MOST_LOOKED:
        return []
    layout = dressed(conference, layout)
    typesetter = Typesetter(layout, titles(conference))
    typesetter.set(contents)
    never_sent = {str(photo_warning(one.public_id, None, wide=WIDE)) for one in contents if layout.photo}
    return [warning for warning in typesetter.warnings if warning not in never_sent]


def sign_of(findings: Sequence[str]) -> str:
    """Differs when the findings do."""
    return hashlib.sha256("\n".join(findings).encode()).hexdigest()[:16] if findings else ""


def worst(contents: Sequence[BadgeContent], badges: Sequence[SetBadge]) -> list[BadgeContent]:
    """The ten whose names were the hardest to set: in pieces, in letters of another face, in the smallest size."""

    def ease(pair: tuple[BadgeContent, SetBadge]) -> tuple[bool, bool, float]:
        name = pair[1].slots["name"]
        return not name.cut_word, name.plain, name.size

    found = sorted(zip(contents, badges, strict=True), key=ease)[:HOW_MANY]
    return [content for content, _badge in found]


def worst_of(conference: Conference, layout: Layout) -> list[BadgeContent]:
    """The ten hardest names of everyone with a place on site."""
    layout = dressed(conference, layout)
    contents = badge_contents(conference, photos=layout.photo)
    return worst(contents, Typesetter(layout, titles(conference)).set(contents))


def _overflows(badge: SetBadge) -> bool:
    for name, fitted in badge.slots.items():
        box = badge.design.slots[name].box
        for line in fitted.lines:
            low = line.top + line.size * line.leading
            if line.x + line.width > box.x + box.width + 0.1 or low > box.y + box.height + 0.1:
                return True
    return False
