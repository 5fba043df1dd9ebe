"""``ratusha print certificates|place-cards|tent-cards|sign-in-sheets|car-passes|cover-sheets``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _

from app.clock import now
from app.command_line import verb
from app.conferences.queries import get
from app.conferences.rules import Attendance
from app.errors import Refusal
from app.history.rules import COMMAND
from app.printing.files import require_folder, write_file, write_into
from app.printing.papers import queries
from app.printing.papers.lists import print_list
from app.printing.papers.operations import choose_certified, each_apart, one_each, print_paper
from app.printing.papers.rules import PAPERS, Certified, ListPaper, Paper, require_paper_layout
from app.printing.queries import badge_contents
from app.printing.whose import asked, for_whom


def _told(done: dict[str, Any]) -> str:
    if not done["printed"]:
        return "Nothing is new or changed; no file was written."
    return "\n".join([*done["warnings"], f"{done['printed']} papers on {done['pages']} pages."])


def print_now(
    paper: Paper,
    slug: str,
    out: Path,
    layout: str | None,
    only_new: bool,
    **whom: Any,
) -> dict[str, Any]:
    """Print to a file; ``.zip`` has one file for each person."""
    require_folder(out)
    apart = out.suffix.lower() == ".zip"
    if apart and not one_each(paper):
        raise Refusal(_("Several of these stand on one sheet, so they cannot be files of their own."), field="out")
    conference = get(slug)
    where = None if paper is Paper.CERTIFICATES else Attendance.ON_SITE
    whose = asked(conference, lambda: badge_contents(conference, attendance=where), **whom)
    if only_new and whose["scope"] != "all":
        raise Refusal(_("Say either --only-new or for whom otherwise."), field="only-new")
    files: list[bytes] = []
    printed = print_paper(
        conference=conference,
        paper=paper,
        layout=require_paper_layout(paper, layout),
        **(whose | {"scope": "new"} if only_new else whose),
        actor=COMMAND,
        at=now(),
        deliver=files.append,
    )
    for pdf in files:
        if apart and printed.run is not None:
            write_into(out, partial(each_apart, conference, paper, pdf, queries.file_names(printed.run)))
        else:
            write_file(out, pdf)
    return printed.as_json()


def _make(paper: Paper, words: str) -> click.Command:
    names = ", ".join(layout.name for layout in PAPERS[paper])

    @verb("print", paper.value, changes=True, text=_told)
    @click.option("--conference", "slug", required=True, metavar="SLUG")
    @click.option(
        "--out",
        required=True,
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="PDF; a .zip gets one file for each person." if one_each(paper) else "PDF.",
    )
    @click.option("--layout", metavar="NAME", help=f"One of: {names}; the first when none is named.")
    @click.option("--only-new", is_flag=True, help="Only who is new or changed since their last one.")
    @for_whom
    def run(slug: str, out: Path, layout: str | None, only_new: bool, **whom: Any) -> dict[str, Any]:
        return print_now(paper, slug, out, layout, only_new, **whom)

    run.help = words
    return run


COMMANDS = {
    Paper.CERTIFICATES: _make(
        Paper.CERTIFICATES, "Certificates of participation for everyone with a place, each side's copy naming it first."
    ),
    Paper.PLACE_CARDS: _make(
        Paper.PLACE_CARDS, "Place cards of everyone on site, folded: the other side's script to the front."
    ),
    Paper.TENT_CARDS: _make(
        Paper.TENT_CARDS, "Tent cards for the podium, A4 folded; with --only for those who sit there."
    ),
}


def _make_list(paper: ListPaper, words: str) -> click.Command:
    @verb("print", paper.value, changes=True, text=_told)
    @click.option("--conference", "slug", required=True, metavar="SLUG")
    @click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
    @for_whom
    def run(slug: str, out: Path, **whom: Any) -> dict[str, Any]:
        require_folder(out)
        conference = get(slug)
        return print_list(
            conference=conference, paper=paper, **asked(conference, lambda: badge_contents(conference), **whom),
            actor=COMMAND, at=now(), deliver=lambda pdf: write_file(out, pdf),
        ).as_json()  # fmt: skip

    run.help = words
    return run


LIST_COMMANDS = {
    ListPaper.SIGN_IN: _make_list(ListPaper.SIGN_IN, "Sheets to sign, by delegation."),
    ListPaper.CAR_PASSES: _make_list(ListPaper.CAR_PASSES, "Passes for cars, one for each delegation, two on A4."),
    ListPaper.COVERS: _make_list(ListPaper.COVERS, "A sheet to lie on top of each delegation's badges and papers."),
}


@verb("print", "certified", changes=True)
@click.option("--conference", "slug", required=True, metavar="SLUG")
@click.option("--who", required=True, type=click.Choice([one.value for one in Certified]))
@click.option("--reason", required=True, help="Why; it stays in the record.")
def certified(slug: str, who: str, reason: str) -> dict[str, Any]:
    """Choose who of those on site gets a certificate: all confirmed, only with proof, or as it goes by itself."""
    conference = get(slug)
    choose_certified(conference=conference, certified=Certified(who), reason=reason, actor=COMMAND, at=now())
    known = queries.absent(conference)
    return {"certified": who, "places": known.places, "proven": known.proven,
            "certificates": queries.how_many(conference, Paper.CERTIFICATES)}  # fmt: skip
