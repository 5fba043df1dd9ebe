"""What every verb of ``ratusha`` shares: the groups, ``--json``, ``--dry-run``, and how a refusal is told."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import click

from app.database import rehearsal
from app.errors import Refusal

Verb = Callable[..., Any]

GROUPS: dict[str, click.Group] = {
    name: click.Group(name, help=text)
    for name, text in {
        "import": "Read municipalities, partnerships, heads, delegates or a programme from a file.",
        "inflect": "Decline names and titles, write salutations, transcribe: CSV in, CSV out.",
        "letters": "Prepare, approve, issue and export letters.",
        "register": "The outgoing register.",
        "mail": "The mailroom.",
        "conference": "Show and set a conference.",
        "delegates": "Delegates of a conference.",
        "precedence": "The order of precedence: who stands where, the table of ranks.",
        "visa": "Passport data: lock them anew, erase them.",
        "programme": "Check, release and export the programme.",
        "switch": "Move a conference between in person, hybrid and video.",
        "video": "Meeting rooms.",
        "checkin": "The entrance desk: who has arrived.",
        "print": "Badges and papers as PDF.",
    }.items()
}


class Outcome(Exception):
    """Ends a verb that refused part of its work: the result is printed all the same, exit status 1."""

    def __init__(self, result: Any, message: str) -> None:
        super().__init__(message)
        self.result = result
        self.message = message


def refusal_line(refusal: Refusal) -> str:
    """One line a person understands; with row and column where a file is at fault."""
    place = []
    if refusal.row is not None:
        place.append(f"row {refusal.row}")
    if refusal.field is not None and refusal.row is not None:
        place.append(f"column {refusal.field}")
    return (", ".join(place) + ": " if place else "") + str(refusal.message)


REHEARSED = "Dry run: nothing was changed. Without --dry-run it would read:"


def _print(result: Any, as_json: bool, text: Callable[[Any], str] | None, *, dry: bool) -> None:
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False, default=str))
        return
    if dry:
        click.echo(REHEARSED)
    if text is not None:
        line = text(result)
        if line:
            click.echo(line)
    elif isinstance(result, dict):
        click.echo(", ".join(f"{key}: {value}" for key, value in result.items() if not isinstance(value, list)))
    elif result is not None:
        click.echo(str(result))


def verb(
    group: str | None,
    name: str,
    *,
    changes: bool = False,
    text: Callable[[Any], str] | None = None,
    epilog: str | None = None,
) -> Callable[[Verb], click.Command]:
    """Make a function a verb of ``ratusha``.

    :param group: the group it belongs to, None for the top level (then list it in ``commands`` of the feature).
    :param changes: whether it changes something, and so takes ``--dry-run`` (computed in full, then undone).
    :param epilog: what ``--help`` tells below the options.
    :param text: turns the returned value into what people read; with ``--json`` the value itself is printed.
    """

    def make(function: Verb) -> click.Command:
        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> None:
            as_json = kwargs.pop("as_json")
            dry = kwargs.pop("dry_run", False) if changes else False
            surroundings: AbstractContextManager[None] = rehearsal() if dry else nullcontext()
            try:
                with surroundings:
                    result = function(*args, **kwargs)
            except Refusal as refusal:
                click.echo(refusal_line(refusal), err=True)
                sys.exit(1)
            except Outcome as outcome:
                _print(outcome.result, as_json, text, dry=dry)
                click.echo(outcome.message, err=True)
                sys.exit(1)
            _print(result, as_json, text, dry=dry)

        run = click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")(run)
        if changes:
            run = click.option("--dry-run", is_flag=True, help="Compute everything, change nothing.")(run)
        command = click.command(name, epilog=epilog)(run)
        if group is not None:
            GROUPS[group].add_command(command)
        return command

    return make
