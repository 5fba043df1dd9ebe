"""``ratusha letters …`` and ``ratusha register list``."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.clock import now
from app.command_line import Outcome as Ended
from app.command_line import verb
from app.conferences.queries import get
from app.correspondence.operations import (
    Choices,
    Outcome,
    approve_letters,
    envelopes_pdf,
    export_letters,
    issue_letters,
    labels_pdf,
    letters_pdf,
    post_of,
    prepare_letters,
    print_letters,
    submit_letters,
)
from app.correspondence.queries import (
    Meant,
    head_called,
    letters_of_run,
    register_csv,
    register_lines,
    register_rows,
)
from app.correspondence.rules import LetterKind
from app.database import after_commit, transaction
from app.errors import Refusal
from app.history.rules import COMMAND
from invitations.layout.envelope import FORM_NAMES
from invitations.layout.labels import ARTICLES

CONFERENCE = click.option("--conference", "slug", required=True, metavar="SLUG", help="The conference.")


class _Kinds(click.Choice[str]):
    """The kinds of letters; ``change-of-format`` is ``change_of_format`` too."""

    def normalize_choice(self, choice: object, ctx: click.Context | None) -> str:
        return super().normalize_choice(choice, ctx).replace("-", "_")


KINDS = _Kinds([kind.value for kind in LetterKind])


def _told(result: dict[str, Any]) -> str:
    """The counts, then a line for every municipality left out, and what is worth knowing of the others."""
    counts = ", ".join(f"{name}: {value}" for name, value in result.items() if isinstance(value, int))
    told = [*result.get("left_out", result.get("refused", [])), *result.get("notes", [])]
    return "\n".join([counts, *(f"{entry['municipality']}: {entry['message']}".removeprefix(": ") for entry in told)])


def _result(word: str, outcome: Outcome, **more: Any) -> dict[str, Any]:
    """What a deed over many letters prints. Exit status 1 only when there was something to do and none was done."""
    result = {word: outcome.count, **more, "refused": [entry.as_json() for entry in outcome.refused]}
    if outcome.refused and not outcome.count and not outcome.skipped:
        first = outcome.refused[0]
        others = f" (and {len(outcome.refused) - 1} more)" if len(outcome.refused) > 1 else ""
        raise Ended(result, f"{first.municipality}: {first.message}{others}")
    return result


SELECTION = """SELECTION is made of terms joined by commas. Terms of one kind add up, different kinds narrow, ! before
a term excludes: partners-in:DE,country:RU,!municipality:kaluga

\b
partners-in:DE        has partner cities in that country
country:RU            lies in that country
region:RU-KDA         lies in that region (ISO 3166-2)
municipality:kaluga   by its slug
file:LIST.csv         a CSV or XLSX with a column slug or name
no-reply              was invited and has not answered
answer:comes          answered so (comes, sends_deputy, by_video, cannot)
letter:invitation     got a letter of that kind (letter:SLUG/KIND: of another conference)
letter:69             got the letter of that number (letter:69/2021, letter:Исх-69)

The host city is chosen like any other. left_out in the result names everybody whom the selection touches and who gets
no letter, with the reason; notes says who is written to where a municipality has several heads."""


def _heads(named: tuple[str, ...]) -> frozenset[int]:
    """The heads of ``--head kaliningrad:Kropotkin``."""
    found = set()
    for one in named:
        slug, _colon, last = one.partition(":")
        unknown = _l("No head “%(name)s” is known there; write municipality:surname.", name=one)
        found.add(head_called(slug.strip().lower(), last, unknown=unknown))
    return frozenset(found)


def _prepared(outcome: Outcome) -> dict[str, Any]:
    """What ``letters prepare`` prints; a general letter is one, however many it goes to."""
    result = _result(
        "created",
        outcome,
        existing=outcome.skipped,
        notes=[note.as_json() for note in outcome.notes],
        left_out=[entry.as_json() for entry in [*outcome.refused, *outcome.passed_over]],
    )
    if outcome.general:
        result |= {"created": 1, "addressees": outcome.count}
    if outcome.for_partners:
        result["for_partners"] = len(outcome.for_partners)
    return result


@verb("letters", "prepare", changes=True, text=_told, epilog=SELECTION)
@CONFERENCE
@click.option("--kind", type=KINDS, required=True, help="What the letters are about.")
@click.option("--to", "selection", required=True, metavar="SELECTION", help="Whom to write to: see below.")
@click.option("--language", type=click.Choice(["ru", "de", "en"]), help="By default what the head's country speaks.")
@click.option("--reason", default="", help="Why the format changes (change_of_format).")
@click.option("--head", "heads", multiple=True, metavar="SLUG:SURNAME",
              help="Write to this head of a municipality that has several.")  # fmt: skip
@click.option("--once", is_flag=True, help="Only one letter to each e-mail address.")
@click.option("--general", default="", metavar="GROUP", help="One letter to all: «Главы муниципальных образований».")
@click.option("--with-list", is_flag=True, help="The list of addressees goes with a general letter.")
@click.option("--copy-to", "copies", multiple=True, metavar="SLUG", help="An organisation that gets a copy.")
@click.option("--partners", is_flag=True, help="German letters for the partners of each Russian city too.")
def prepare(
    slug: str, kind: str, selection: str, language: str | None, reason: str, heads: tuple[str, ...], **by_hand: Any
) -> dict[str, Any]:
    """Draft a letter for each head the selection means. Doing it twice makes nothing twice."""
    choices = Choices(
        heads=_heads(heads), once=by_hand["once"], addressed_as=by_hand["general"].strip(),
        with_list=by_hand["with_list"], copies=by_hand["copies"], partners=by_hand["partners"],
    )  # fmt: skip
    outcome = prepare_letters(
        conference=get(slug), kind=LetterKind(kind), selection=selection, language=language,
        facts={"reason": reason} if reason else None, files_allowed=True, choices=choices, actor=COMMAND, at=now(),
    )  # fmt: skip
    return _prepared(outcome)


@verb("letters", "submit", changes=True, text=_told)
@CONFERENCE
@click.option("--kind", type=KINDS, help="Only letters of this kind.")
def submit(slug: str, kind: str | None) -> dict[str, Any]:
    """Ask for the approval of the drafts; what lacks something stays a draft."""
    outcome = submit_letters(conference=get(slug), kind=LetterKind(kind) if kind else None, actor=COMMAND, at=now())
    return _result("submitted", outcome)


@verb("letters", "approve", changes=True, text=_told)
@CONFERENCE
@click.option("--kind", type=KINDS, help="Only letters of this kind.")
def approve(slug: str, kind: str | None) -> dict[str, Any]:
    """Approve the drafts: what they say is fixed; what lacks something is refused before it gets a number."""
    outcome = approve_letters(conference=get(slug), kind=LetterKind(kind) if kind else None, actor=COMMAND, at=now())
    return _result("approved", outcome)


def _progress(done: int, total: int) -> None:
    if done == total or done % 10 == 0:
        click.echo(f"{done} of {total}", err=True)


@verb("letters", "issue", changes=True, text=_told)
@CONFERENCE
@click.option("--kind", type=KINDS, help="Only letters of this kind.")
def issue(slug: str, kind: str | None) -> dict[str, Any]:
    """Give every approved letter its number, seal it and put its mail into the mailroom."""
    outcome = issue_letters(
        conference=get(slug), kind=LetterKind(kind) if kind else None, actor=COMMAND, at=now(), told=_progress
    )
    enclosed = sum(letter.parent_letter_id is not None for letter in outcome.letters)
    return _result("issued", outcome, mailed=sum(letter.mail_id is not None for letter in outcome.letters),
                   enclosed=enclosed)  # fmt: skip


@verb("letters", "export", text=lambda result: f"letters: {result['letters']}, folder: {result['folder']}")
@CONFERENCE
@click.option("--kind", type=KINDS, help="Only letters of this kind.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="The folder.")
def export(slug: str, kind: str | None, out: Path) -> dict[str, Any]:
    """Write the issued letters as they were sealed: one PDF each, and all.pdf for the printer."""
    written = export_letters(conference=get(slug), kind=LetterKind(kind) if kind else None, folder=out)
    files = [path.name for path in written]
    return {"letters": max(0, len(files) - 1), "folder": str(out), "files": files}


@verb(
    "letters", "print", changes=True, text=lambda done: f"letters: {done['letters']}, files: {', '.join(done['files'])}"
)
@CONFERENCE
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="FILE",
    help="The PDF of all letters; envelopes and labels are written beside it.",
)
@click.option(
    "--which",
    type=click.Choice([meant.value for meant in Meant]),
    default=Meant.WAITING.value,
    show_default=True,
    help="waiting: not printed and without e-mail; paper: without e-mail; all.",
)
@click.option("--apart", is_flag=True, help="Leave the enclosures out.")
@click.option("--two-sided", is_flag=True, help="Every letter begins a sheet of its own.")
@click.option("--envelopes", "form", type=click.Choice(FORM_NAMES), help="Envelopes, or address sheets for windows.")
@click.option("--labels", "article", type=click.Choice(sorted(ARTICLES)), help="Labels on the sheets of this article.")
def print_run(slug: str, out: Path, which: str, apart: bool, two_sided: bool, form: str | None,
              article: str | None) -> dict[str, Any]:  # fmt: skip
    """Print issued letters in the order of the register and log it with each letter."""
    conference = get(slug)
    post = post_of(conference.issuer)
    with transaction():
        run = print_letters(
            conference=conference, meant=Meant(which), with_enclosures=not apart, two_sided=two_sided, actor=COMMAND,
            at=now(),
        )  # fmt: skip
        letters = letters_of_run(run)
        papers = {out: letters_pdf(run)}
        if form is not None:
            made = envelopes_pdf(letters, form=form, post=post, title=form)
            papers[out.with_name(f"{out.stem}-envelopes-{form}.pdf")] = made
        if article is not None:
            made = labels_pdf(letters, sheet=ARTICLES[article], start=1, post=post, title=article)
            papers[out.with_name(f"{out.stem}-labels-{article}.pdf")] = made
        _require_places(papers)
        for path, content in papers.items():
            after_commit(partial(path.write_bytes, content))
    return {"run": run.id, "letters": len(letters), "files": [str(path) for path in papers]}


def _require_places(paths: Iterable[Path]) -> None:
    """Refuse before anything is logged when a file could not be written."""
    for path in paths:
        if not path.parent.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
            raise Refusal(_("The file “%(name)s” cannot be written there.", name=path))


def _register_told(result: Any) -> str:
    if isinstance(result, str):
        return result.rstrip("\n")
    return "\n".join(f"{line['label']}  {line['date']}  {line['state']}  {line['addressee']}" for line in result)


@verb("register", "list", text=_register_told)
@click.option("--year", type=int, help="Only the register of this year.")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV.")
def list_register(year: int | None, as_csv: bool) -> Any:
    """The outgoing register, annulled entries included."""
    lines = register_lines(register_rows(year))
    return register_csv(lines) if as_csv and not _json_wanted() else lines


def _json_wanted() -> bool:
    """``--json`` wins over ``--csv``: it prints a JSON value whatever else is asked."""
    return bool(click.get_current_context().params.get("as_json"))
