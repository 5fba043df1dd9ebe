"""``ratusha programme paper``: any paper of the programme, from a release or from the draft."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

import click

from app.clock import now
from app.command_line import verb
from app.conferences.queries import get
from app.errors import Refusal
from app.programme.queries import current_release
from app.programme.queries.papers.making import Order, edition_for, make, steps_for
from app.programme.rules.papers import LANGUAGE_CHOICES, Paper


def write_whole(out: Path, content: bytes) -> None:
    """Put the file in place whole.

    :raises Refusal: when it cannot be written.
    """
    draft = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(content)
        os.replace(draft, out)
    except OSError as reason:
        raise Refusal(f"{out}: {reason.strerror}") from reason
    finally:
        draft.unlink(missing_ok=True)


@verb("programme", "paper", text=lambda done: f"{done['paper']} written to {done['file']}.")
@click.option("--conference", "slug", required=True, help="Which conference.")
@click.option("--paper", "kind", type=click.Choice([paper.value for paper in Paper]), default=Paper.BOOKLET.value,
              show_default=True, help="Which paper.")  # fmt: skip
@click.option("--languages", type=click.Choice(list(LANGUAGE_CHOICES)), default="ru,de", show_default=True,
              help="Its columns from left to right.")  # fmt: skip
@click.option("--release", "number", type=click.IntRange(1), help="Which release; without it the newest.")
@click.option("--draft", is_flag=True, help="The working draft, marked as such, instead of a release.")
@click.option("--day", default="", help="Of door signs: only those of this day, such as 2017-06-28.")
@click.option("--session", default="", help="Of a run of show: the session's sign, such as K07.")
@click.option("--in-full", is_flag=True, help="Behind an overview, pages with what it shortens and meetings by table.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
def paper(
    slug: str, kind: str, languages: str, number: int | None, draft: bool, day: str, session: str, in_full: bool,
    out: Path,
) -> dict[str, Any]:  # fmt: skip
    """Write a booklet, an overview, a wall plan, door signs or a run of show as PDF."""
    conference = get(slug)
    if not draft and number is None:
        newest = current_release(conference)
        if newest is None:
            raise Refusal(f"{slug} has no release yet; “--draft” makes the paper from the draft.")
        number = newest.number
    order = Order(Paper(kind), tuple(languages.split(",")), 0 if draft else number or 0, day, session, in_full)
    pdf = make(order, edition_for(conference, order, now()), steps_for(conference, order))
    write_whole(out, pdf)
    return {"paper": kind, "release": order.release, "file": str(out), "bytes": len(pdf)}
