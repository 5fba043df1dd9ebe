"""Steps over many letters: each shows first what it would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.correspondence.models import Letter
from app.correspondence.operations import (
    Outcome,
    Refused,
    approve_letters,
    begin_issue,
    next_label,
    plan_approval,
    submit_letters,
    summed,
    take_back_approval,
)
from app.correspondence.operations.approve import Fixed
from app.correspondence.operations.claims import out_of_date
from app.correspondence.queries import (
    first_rows,
    general_members,
    ids_of,
    letters_called,
    numbered_letters,
    waiting_letters,
    ways_of,
)
from app.correspondence.rules import OPEN, LetterKind, LetterState
from app.correspondence.views.entrance import asked_filter, asked_kind, blueprint, kind_words, tabs
from app.correspondence.views.standing import lint_words, state_words
from app.i18n import LANGUAGES
from app.mailroom.queries import can_send
from app.permissions import Permission, allow, may


def _chosen(conference: Conference, states: Collection[LetterState]) -> list[int]:
    """The letters ticked in the list; without a tick all in ``states`` to which the list was narrowed.

    Any row of a general letter stands for all of it.
    """
    ticked = set(request.values.getlist("letter", type=int))
    order = waiting_letters(conference, states, asked_kind())
    chosen = first_rows(ticked) if ticked else set(ids_of(conference, asked_filter()))
    return [number for number in order if number in chosen]


def _hidden() -> list[tuple[str, str]]:
    """What was asked, to be asked again by the button."""
    names = ("letter", "kind", "in", "country", "stage", "region")
    return [(name, str(value)) for name in names for value in request.values.getlist(name)]


def _approval_page(conference: Conference, fixed: Sequence[Fixed], refused: Sequence[Refused], *, submits: bool) -> str:
    return render_template(
        "correspondence/approve.html",
        conference=conference,
        submits=submits,
        letters=[one.letter for one in fixed],
        addressees=sum(len(one.rows) for one in fixed),
        refused=refused,
        remarks=summed((one.letter, one.departures) for one in fixed),
        lint_words=lint_words(),
        hidden=_hidden(),
        languages=LANGUAGES,
        kinds=kind_words(),
        of_kinds=_of_kinds([one.letter for one in fixed]),
        tabs=tabs(conference, ""),
    )


def _of_kinds(letters: Iterable[Letter]) -> list[tuple[str, int]]:
    """How many letters there are of each kind, those for partner cities apart."""
    words, counted = kind_words(), Counter((letter.kind, letter.parent_letter_id is not None) for letter in letters)
    partners = _("for partner cities")
    return [
        (f"{words[kind.value]}, {partners}" if carried else words[kind.value], counted[kind, carried])
        for kind in LetterKind for carried in (False, True) if counted[kind, carried]
    ]  # fmt: skip


@blueprint.get("/c/<slug>/letters/submit")
@allow(Permission.WRITE_LETTERS)
def submit(slug: str) -> Any:
    """How many drafts would be submitted for approval, and which not and why."""
    conference = desk_conference(slug)
    chosen = _chosen(conference, {LetterState.DRAFT})
    fixed, refused = plan_approval(conference=conference, letter_ids=chosen, at=now())
    return _approval_page(conference, fixed, refused, submits=True)


@blueprint.post("/c/<slug>/letters/submit")
@allow(Permission.WRITE_LETTERS)
def submit_now(slug: str) -> Any:
    """Submit them."""
    conference = desk_conference(slug)
    chosen = _chosen(conference, {LetterState.DRAFT})
    outcome = submit_letters(conference=conference, letter_ids=chosen, actor=current_actor(), at=now())
    flash(ngettext("%(num)s letter waits for its approval.",
                   "%(num)s letters wait for their approval.", outcome.count), "done")  # fmt: skip
    _tell_lacking(outcome)
    return redirect(url_for("correspondence.letters", slug=conference.slug, state="in_approval"), code=303)


@blueprint.get("/c/<slug>/letters/approve")
@allow(Permission.APPROVE_LETTERS)
def approve(slug: str) -> Any:
    """How many drafts would be approved, and which not and why."""
    conference = desk_conference(slug)
    chosen = _chosen(conference, OPEN)
    fixed, refused = plan_approval(conference=conference, letter_ids=chosen, actor=current_actor(), at=now())
    return _approval_page(conference, fixed, refused, submits=False)


@blueprint.post("/c/<slug>/letters/approve")
@allow(Permission.APPROVE_LETTERS)
def approve_now(slug: str) -> Any:
    """Approve them."""
    conference = desk_conference(slug)
    chosen = _chosen(conference, OPEN)
    outcome = approve_letters(conference=conference, letter_ids=chosen, actor=current_actor(), at=now())
    flash(ngettext("%(num)s letter is approved.", "%(num)s letters are approved.", outcome.count), "done")
    _tell_lacking(outcome)
    return redirect(url_for("correspondence.letters", slug=conference.slug, state="approved"), code=303)


def _tell_lacking(outcome: Outcome) -> None:
    waiting = [one for one in outcome.refused if one.reason == "second-person"]
    if waiting:
        flash(str(waiting[0].message), "error")
    if count := len(outcome.refused) - len(waiting):
        flash(ngettext("%(num)s letter lacks something and stays a draft.",
                       "%(num)s letters lack something and stay drafts.", count), "error")  # fmt: skip


def _given_back() -> set[LetterState]:
    """The states out of which the reader may make letters drafts again: an approval takes who may approve."""
    return {LetterState.IN_APPROVAL} | ({LetterState.APPROVED} if may(Permission.APPROVE_LETTERS) else set())


@blueprint.get("/c/<slug>/letters/take-back")
@allow(Permission.WRITE_LETTERS)
def take_back_many(slug: str) -> Any:
    """How many letters would be drafts again."""
    conference = desk_conference(slug)
    letters = letters_called(_chosen(conference, _given_back()))
    counted = Counter(letter.state.value for letter in letters)
    return render_template(
        "correspondence/take_back.html",
        conference=conference,
        letters=letters,
        of_states=[(word, counted[code]) for code, word in state_words().items() if counted[code]],
        of_kinds=_of_kinds(letters),
        hidden=_hidden(),
        languages=LANGUAGES,
        kinds=kind_words(),
        states=state_words(),
        tabs=tabs(conference, ""),
    )


@blueprint.post("/c/<slug>/letters/take-back")
@allow(Permission.WRITE_LETTERS)
def take_back_many_now(slug: str) -> Any:
    """Make them drafts again."""
    conference = desk_conference(slug)
    letters = letters_called(_chosen(conference, _given_back()))
    count = take_back_approval(letters=letters, actor=current_actor(), at=now())
    flash(ngettext("%(num)s letter is a draft again.", "%(num)s letters are drafts again.", count), "done")
    return redirect(url_for("correspondence.letters", slug=conference.slug, state="draft"), code=303)


def _issue_page(conference: Conference, chosen: list[int]) -> str:
    rows = [*letters_called(chosen), *general_members(chosen)]
    ways = ways_of([letter.id for letter in rows])
    return render_template(
        "correspondence/issue.html",
        conference=conference,
        count=len(chosen),
        addressees=len(rows),
        letters=rows[: len(chosen)],
        in_languages=[(LANGUAGES[code], ways.languages[code]) for code in LANGUAGES if code in ways.languages],
        ways=ways,
        stale=[letter for letter in rows[: len(chosen)] if out_of_date(letter)],
        languages=LANGUAGES,
        kinds=kind_words(),
        of_kinds=_of_kinds(rows[: len(chosen)]),
        first=next_label(conference, now()),
        numbered=len(numbered_letters(chosen)),
        mail_goes=can_send(),
        hidden=_hidden(),
        tabs=tabs(conference, ""),
    )


@blueprint.get("/c/<slug>/letters/issue")
@allow(Permission.ISSUE_LETTERS)
def issue(slug: str) -> Any:
    """How many letters would get a number, from which on, and how they go."""
    conference = desk_conference(slug)
    return _issue_page(conference, _chosen(conference, {LetterState.APPROVED}))


@blueprint.post("/c/<slug>/letters/issue")
@allow(Permission.ISSUE_LETTERS)
def issue_now(slug: str) -> Any:
    """Begin issuing in the background."""
    conference = desk_conference(slug)
    chosen = _chosen(conference, {LetterState.APPROVED})
    if not chosen:
        flash(_("No letter is approved and waits to be issued."), "information")
        return redirect(url_for("correspondence.letters", slug=conference.slug), code=303)
    job = begin_issue(conference=conference, letter_ids=chosen, actor=current_actor(), at=now())
    return redirect(url_for("jobs.show", job_id=job.id), code=303)
