"""The letters that tell the heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.correspondence.models import Letter, RegisterEntry
from app.correspondence.operations import ISSUE_JOB, coming_labels, needs_second_person, plan_letters, said
from app.correspondence.operations import Plan as LetterPlan
from app.correspondence.queries import head_and_others, heads_known, invited_slugs, unreleased_letters
from app.correspondence.rules import LetterKind, LetterState, language_for
from app.database import db, fold
from app.directory.models import Municipality
from app.format_switch.queries.past import history
from app.format_switch.rules import ScopeKind, SwitchPlan
from app.format_switch.rules.reasons import by_language
from app.i18n import localized
from app.jobs import Job, JobState

NOTICE = LetterKind.CHANGE_OF_FORMAT
LETTER_MAIL = f"letter-{NOTICE.value}"  # the kind of the mails that bring them


def _not_gone(conference: Conference) -> list[int]:
    """The notices that nobody has heard of: a switch takes them back."""
    return [letter.id for letter in unreleased_letters(conference, NOTICE)]


def letters_withdrawn(conference: Conference) -> list[str]:
    """The numbers of the notices that have not gone: a switch annuls them."""
    return [
        letter.register_entry.label
        for letter in unreleased_letters(conference, NOTICE)
        if letter.register_entry is not None
    ]


def _told(conference: Conference) -> dict[str, ConferenceFormat]:
    """The format of which each invited head was told last by a letter that has gone, by municipality.

    An invitation speaks of the format the conference had when its words were fixed.
    """
    wholes = [deed for deed in history(conference) if deed.scope is ScopeKind.WHOLE]
    issued = db.session.execute(
        select(Municipality.slug, Letter.kind, Letter.fields, RegisterEntry.created_at)
        .join(Letter, Letter.municipality_id == Municipality.id)
        .join(RegisterEntry, RegisterEntry.id == Letter.register_entry_id)
        .where(
            Letter.conference_id == conference.id, Letter.state == LetterState.ISSUED,
            Letter.kind.in_((LetterKind.INVITATION, NOTICE)), Letter.id.not_in(_not_gone(conference)),
        )
        .order_by(RegisterEntry.id)
    )  # fmt: skip
    known: dict[str, ConferenceFormat] = {}
    for row in issued:
        said = (row.fields or {}).get("format")
        if said:
            known[row.slug] = ConferenceFormat(said)
        elif row.slug not in known:
            later = [deed.from_format for deed in wholes if deed.at > row.created_at]
            known[row.slug] = later[0] if later else conference.format
    return known


@dataclass(frozen=True)
class LetterFacts:
    """What the letters about a switch say: all of them, and each of what its head knew (``of``, by municipality)."""

    all: Mapping[str, Any]
    of: Mapping[str, Mapping[str, Any]]


def letter_facts(
    conference: Conference, to: ConferenceFormat, reason: str, reasons: Mapping[str, str] = MappingProxyType({})
) -> LetterFacts:
    """What the letters about a switch say; ask before the conference is moved."""
    return LetterFacts(
        {"format": to.value, "reason": by_language(reason, reasons)},
        {slug: {"format_was": before.value} for slug, before in _told(conference).items() if before is not to},
    )


def plan_change_letters(conference: Conference, to: ConferenceFormat, reason: str) -> LetterPlan:
    """The letters that tell every invited head of the new format; none when the conference has no issuer, and none to
    a head whose last letter says it already: the step that was undone was never told.

    Those who declined are told too: the letter they hold names a place that is no longer so, and the new format may
    let them take part.
    """
    if conference.issuer is None:
        return LetterPlan()
    facts, known = letter_facts(conference, to, reason), _told(conference)
    invited = [slug for slug in invited_slugs(conference) if known.get(slug) is not to]
    return letters_to(conference, invited, facts) if invited else LetterPlan()


def letters_to(conference: Conference, slugs: Sequence[str], facts: LetterFacts) -> LetterPlan:
    """The letters to the heads of these municipalities, in the order of their numbers: by the Russian name of the
    municipality, whoever looks at them in whichever language."""
    plan = plan_letters(
        conference=conference, kind=NOTICE, selection=selection_of(slugs), language=None, facts=facts.all, anew=True,
        facts_of=facts.of,
    )  # fmt: skip
    plan.meant.sort(key=lambda one: _place(one.municipality))
    return plan


def _place(town: Municipality) -> tuple[str, str]:
    return fold(town.name_ru or town.name_de) or "", town.slug


def coming_numbers(conference: Conference, plan: SwitchPlan, at: datetime) -> list[str]:
    """The numbers the letters of a plan would get now; none where a second person approves them first."""
    if not plan.letters or needs_second_person():
        return []
    return coming_labels(conference, at, len(plan.letters))


@dataclass(frozen=True)
class Coming:
    """A letter of a plan: its number (empty: it gets none yet), to whom it goes, and how."""

    number: str
    town: str
    head: str
    language: str
    by_mail: bool


def coming_letters(conference: Conference, plan: SwitchPlan, at: datetime) -> list[Coming]:
    """The letters of a plan, in the order of their numbers. Three queries."""
    if not plan.letters:
        return []
    towns = db.session.scalars(select(Municipality).where(Municipality.slug.in_(list(plan.letters)))).all()
    known = heads_known([town.id for town in towns])
    numbers = coming_numbers(conference, plan, at)
    found = []
    for place, town in enumerate(sorted(towns, key=_place)):
        head, _others = head_and_others(known[town.id], conference.starts_on.year, frozenset())
        number = numbers[place] if numbers else ""
        found.append(
            Coming(number, localized(town, "name"), said(head), language_for(town.country), bool(head.email.strip()))
        )
    return found


@dataclass(frozen=True)
class Waiting:
    """Letters that have a number and have not gone: those without a page yet, those whose mail is held, those to be
    printed."""

    unmade: Sequence[int]
    held: Sequence[int]
    on_paper: Sequence[int]


def letters_job(conference: Conference) -> Job | None:
    """The newest work on letters of the conference in the background, while it is not done or left some unmade."""
    newest = db.session.scalar(
        select(Job).where(Job.kind == ISSUE_JOB, Job.conference_id == conference.id).order_by(Job.id.desc()).limit(1)
    )
    if newest is None or (newest.state is JobState.DONE and not newest.result.get("refused")):
        return None
    return newest


def going(conference: Conference) -> Waiting:
    """Where the notices stand that have not gone."""
    letters = unreleased_letters(conference, NOTICE)
    return Waiting(
        [letter.id for letter in letters if letter.state is LetterState.APPROVED],
        [letter.id for letter in letters if letter.mail_id is not None],
        [letter.id for letter in letters if letter.state is LetterState.ISSUED and letter.mail_id is None],
    )


def selection_of(slugs: Sequence[str]) -> str:
    """Municipalities as the terms of a selection."""
    return ",".join(f"municipality:{slug}" for slug in slugs)
