"""Telling the heads: the notices that have not gone are withdrawn, the new ones entered in the register."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from app.conferences.models import Conference
from app.correspondence.operations import (
    annul_letters,
    begin_issue,
    discard_letters,
    needs_second_person,
    prepare_letters,
    register_letters,
)
from app.correspondence.queries import unnumbered_letters, unreleased_letters
from app.format_switch.models import FormatSwitch
from app.format_switch.queries.letters import NOTICE, LetterFacts, letters_to, selection_of
from app.format_switch.rules import SwitchPlan
from app.history.rules import Actor
from app.i18n import speaking

LETTERS = "letters"  # among the changes of a switch: the numbers of its letters


def tell_heads(
    *, conference: Conference, deed: FormatSwitch, plan: SwitchPlan, facts: LetterFacts, actor: Actor,
    at: datetime,
) -> list[str]:  # fmt: skip
    """Enter the letters of the plan in the register and begin to make their pages; returns their numbers.

    Letters of earlier switches that have not gone are annulled with their entries; a number is never used again. Where
    a second person approves letters, the new ones are drafts and have no number.

    :param facts: what the letters say (:func:`app.format_switch.queries.letters.letter_facts`).
    """
    with speaking("ru"):  # the language of the register
        why = str(_("The format was changed again before the letter went."))
    annul_letters(letters=unreleased_letters(conference, NOTICE), reason=why, actor=actor, at=at)
    if not plan.letters:  # what was drafted of an earlier step is not so any more
        discard_letters(letters=unnumbered_letters(conference, NOTICE), actor=actor, at=at)
        return []
    if needs_second_person():
        prepare_letters(
            conference=conference, kind=NOTICE, selection=selection_of(plan.letters), facts=facts.all,
            facts_of=facts.of, anew=True, actor=actor, at=at,
        )  # fmt: skip
        return []
    letters = register_letters(
        conference=conference, kind=NOTICE, letters=letters_to(conference, plan.letters, facts).meant,
        actor=actor, at=at,
    )  # fmt: skip
    begin_issue(conference=conference, letter_ids=[letter.id for letter in letters], actor=actor, at=at)
    numbers = [letter.register_entry.label for letter in letters if letter.register_entry is not None]
    deed.changes = {**deed.changes, LETTERS: numbers}
    return numbers
