"""``ratusha print envelopes`` and ``ratusha print labels``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app.clock import now
from app.command_line import verb
from app.conferences.queries import get
from app.history.rules import COMMAND
from app.printing.files import require_folder, write_file
from app.printing.post.addressees import Whom
from app.printing.post.printing import PostPaper, print_post
from app.printing.queries import badge_contents
from app.printing.whose import asked, for_whom
from invitations.layout.envelope import FORM_NAMES
from invitations.layout.labels import ARTICLES


def _told(done: dict[str, Any]) -> str:
    return "\n".join([*done["warnings"], f"{done['printed']} addresses on {done['pages']} pages."])


def _print(
    paper: PostPaper, slug: str, whom: str, form: str, out: Path, start: int, given: dict[str, Any]
) -> dict[str, Any]:
    require_folder(out)
    conference = get(slug)
    whose = asked(conference, lambda: badge_contents(conference, attendance=None), **given)
    return print_post(
        conference=conference, paper=paper, whom=Whom(whom), form=form, start=start, **whose, actor=COMMAND, at=now(),
        deliver=lambda pdf: write_file(out, pdf),
    ).as_json()  # fmt: skip


_SLUG = click.option("--conference", "slug", required=True, metavar="SLUG")
_OUT = click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
_WHOM = click.option(
    "--for", "whom", default="delegates", show_default=True, type=click.Choice([one.value for one in Whom])
)


@verb("print", "envelopes", changes=True, text=_told)
@_SLUG
@_WHOM
@click.option("--form", default="dl", show_default=True, type=click.Choice(FORM_NAMES))
@_OUT
@for_whom
def envelopes(slug: str, whom: str, form: str, out: Path, **given: Any) -> dict[str, Any]:
    """Envelopes for delegates or heads, as the receiving country writes addresses."""
    return _print(PostPaper.ENVELOPES, slug, whom, form, out, 1, given)


@verb("print", "labels", changes=True, text=_told)
@_SLUG
@_WHOM
@click.option("--article", default="L7160", show_default=True, type=click.Choice(sorted(ARTICLES)))
@click.option("--start", default=1, show_default=True, help="The first free label of a half-used sheet.")
@_OUT
@for_whom
def labels(slug: str, whom: str, article: str, start: int, out: Path, **given: Any) -> dict[str, Any]:
    """Address labels for delegates or heads."""
    return _print(PostPaper.LABELS, slug, whom, article, out, start, given)
