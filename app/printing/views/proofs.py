"""A look at papers before they are printed: each as PDF with a few of its people, marked as a proof; nothing is logged.

Where a choice of a form decides what the paper looks like, the proof takes the choice in its address.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Response, abort, request, send_file

from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.delegations.queries.arrived import ARRIVED, EXPECTED
from app.permissions import Permission, allow, may
from app.printing import queries
from app.printing.camera.table import guests_proof
from app.printing.camera.views import technician
from app.printing.operations import participants_proof
from app.printing.operations.handing_out import hand_out_proof
from app.printing.operations.runs import BADGES
from app.printing.papers.lists import list_proof
from app.printing.papers.operations import proof_contents, render_papers
from app.printing.papers.queries import participants
from app.printing.papers.rules import ListPaper, Paper, require_paper_layout
from app.printing.papers.views import desk as papers
from app.printing.post.addressees import Whom
from app.printing.post.printing import PostPaper, post_proof
from app.printing.proofs import marked
from app.printing.rota.printing import rota_proof
from app.printing.seating.models import SeatingPlan
from app.printing.seating.queries import plan_of, seats_of
from app.printing.seating.typesetting import plan_proof
from app.printing.seating.views import desk as seating
from app.printing.views.base import desk
from app.printing.whose import whose_of


def _sent(pdf: bytes, slug: str, what: str) -> Response:
    response: Response = send_file(BytesIO(pdf), "application/pdf", download_name=f"{slug}_{what}_proof.pdf")
    return response


@papers.get("/proof/<any('sign-in-sheets', 'car-passes', 'cover-sheets'):paper_name>.pdf")
@allow(Permission.PRINT)
def proof_of_list(slug: str, paper_name: str) -> Any:
    """A paper by delegation, of a few of them."""
    conference = desk_conference(slug)
    return _sent(list_proof(conference, ListPaper(paper_name), **whose_of(request.args)), slug, paper_name)


@papers.get("/participants/proof.pdf")
@allow(Permission.PRINT)
def proof_of_participants(slug: str) -> Any:
    """The list of participants; ``agreed`` and ``photos`` as the form has them."""
    pdf = participants_proof(
        desk_conference(slug), only_agreed=bool(request.args.get("agreed")),
        with_photos=bool(request.args.get("photos")), **whose_of(request.args),
    )  # fmt: skip
    return _sent(pdf, slug, "participants")


@papers.get("/post/proof/<any(envelopes, labels):paper_name>/<form>.pdf")
@allow(Permission.PRINT)
def proof_of_post(slug: str, paper_name: str, form: str) -> Any:
    """Envelopes of a kind, or labels of an article; ``whom`` and ``start`` as the form has them."""
    whom = request.args.get("whom", Whom.DELEGATES.value)
    if whom not in set(Whom):
        abort(404)
    pdf = post_proof(desk_conference(slug), PostPaper(paper_name), Whom(whom), form,
                     start=request.args.get("start", 1, type=int), **whose_of(request.args))  # fmt: skip
    return _sent(pdf, slug, paper_name)


@papers.get("/rota/proof.pdf")
@allow(Permission.PRINT)
def proof_of_rota(slug: str) -> Any:
    """The interpreters' rota: some days, some interpreters."""
    return _sent(rota_proof(desk_conference(slug)), slug, "rota")


def _seated(slug: str, plan_id: int) -> tuple[Conference, SeatingPlan, list[int]]:
    conference = desk_conference(slug)
    plan = plan_of(conference, plan_id) or abort(404)
    return conference, plan, list(seats_of(plan)) or abort(404)


@seating.get("/<int:plan_id>/proof.pdf")
@allow(Permission.PRINT)
def proof(slug: str, plan_id: int) -> Any:
    """A seating plan: some names, some tables."""
    _conference, plan, _seats = _seated(slug, plan_id)
    return _sent(plan_proof(plan), slug, "seating")


@seating.get("/<int:plan_id>/cards/<layout>.pdf")
@allow(Permission.PRINT)
def proof_of_cards(slug: str, plan_id: int, layout: str) -> Any:
    """The place cards of the longest names that have a seat."""
    conference, _plan, seats = _seated(slug, plan_id)
    kind = require_paper_layout(Paper.PLACE_CARDS, layout)
    contents = proof_contents(
        conference, Paper.PLACE_CARDS, participants(conference, Paper.PLACE_CARDS, delegate_ids=seats)
    )
    pdf, _pages, _warnings = render_papers(conference, Paper.PLACE_CARDS, kind, contents)
    return _sent(marked(pdf, len(contents), len(seats), title=str(kind.word)), slug, "place-cards")


@desk.get("/runs/<int:run_id>/hand-out/proof.pdf")
@allow(Permission.PRINT)
def hand_out_before(slug: str, run_id: int) -> Any:
    """The list by which the badges of a printing are handed out; ``came``: to whom."""
    conference = desk_conference(slug)
    row, came = queries.run_of(conference, run_id), request.args.get("came", "")
    if row is None or row.kind != BADGES or came not in ("", ARRIVED, EXPECTED):
        abort(404)
    return _sent(hand_out_proof(conference, run_id, came=came, at=now()), slug, "hand-out")


@technician.desk.get("/proof.pdf")
@allow(Permission.PRINT)
def proof_of_guests(slug: str) -> Any:
    """The table for the host's technician; ``who`` as on the page."""
    pdf = guests_proof(desk_conference(slug), with_part=request.args.get("who") == "part",
                       contacts=may(Permission.READ_DELEGATES))  # fmt: skip
    return _sent(pdf, slug, "video")
