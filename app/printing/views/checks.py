"""Before printing: a look at everyone, the ten hardest names; one badge now; the list to hand out by."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import abort, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Delegate
from app.delegations.queries.arrived import ARRIVED, EXPECTED
from app.errors import Refusal
from app.i18n import language
from app.permissions import Permission, allow
from app.printing import queries
from app.printing.checks import check_badges, look_before, worst_of
from app.printing.findings import findings_of
from app.printing.forms import ReprintForm
from app.printing.freshness import UP_TO_DATE, WHY_WORDS, last_badges, reason_words, why_anew
from app.printing.operations import render_badges
from app.printing.operations.reprinting import print_one
from app.printing.operations.runs import BADGES
from app.printing.orders import job_for
from app.printing.rules import LAYOUTS, Layout, held_on_site, require_layout
from app.printing.rules.orders import Reason
from app.printing.views.base import asked_layout, desk
from app.printing.views.words import words_of


def reprint_form(layout: Layout) -> ReprintForm:
    """Why a badge is printed, and as which kind."""
    form = ReprintForm()
    form.offer()
    if not form.is_submitted():
        form.layout.data = layout.name
    return form


@desk.get("/check")
@allow(Permission.PRINT)
def check(slug: str) -> Any:
    """What will be odd, and whose badge is out of date."""
    conference = desk_conference(slug)
    layout = asked_layout()
    found = check_badges(conference, layout) if held_on_site(conference.format) else None
    return render_template("printing/check.html", conference=conference, layout=layout, found=found, words=WHY_WORDS,
                           findings_found=findings_of(conference, found.findings) if found else [],
                           why=reason_words(found.why) if found else [])  # fmt: skip


@desk.get("/hardest.pdf")
@allow(Permission.PRINT)
def hardest(slug: str) -> Any:
    """The ten hardest names as PDF; a look, not a printing: nothing is logged."""
    conference = desk_conference(slug)
    layout = asked_layout()
    contents = worst_of(conference, layout) or abort(404)
    pdf, _pages, _warnings = render_badges(conference, layout, contents)
    return send_file(BytesIO(pdf), "application/pdf", download_name=f"{slug}_proof.pdf")


def _person(conference: Conference, delegate_id: int) -> Delegate:
    row = db.session.get(Delegate, delegate_id)
    return row if row is not None and row.conference_id == conference.id else abort(404)


@desk.get("/one/<int:delegate_id>")
@allow(Permission.PRINT)
def one(slug: str, delegate_id: int) -> Any:
    """Print the badge of one person: how often it was printed, and why again."""
    conference = desk_conference(slug)
    return _one_page(conference, _person(conference, delegate_id), reprint_form(asked_layout()))


@desk.post("/one/<int:delegate_id>")
@allow(Permission.PRINT)
def print_now(slug: str, delegate_id: int) -> Any:
    """Print it at once and open the PDF; of a lost badge the old code is withdrawn."""
    conference = desk_conference(slug)
    person = _person(conference, delegate_id)
    form = reprint_form(require_layout(None))
    if not form.validate_on_submit():
        return _one_page(conference, person, form), 422
    try:
        printed = print_one(conference=conference, delegate=person, layout=LAYOUTS[form.layout.data],
                            reason=form.reason.data or "", anyway=bool(form.anyway.data), actor=current_actor(),
                            at=now())  # fmt: skip
    except Refusal as refusal:
        field = form.anyway if refusal.field == "anyway" else form.reason
        field.errors = [str(refusal)]
        return _one_page(conference, person, form), 422
    assert printed.run is not None
    return redirect(url_for("printing.run_pdf", slug=slug, run_id=printed.run.id), code=303)


def _one_page(conference: Conference, person: Delegate, form: ReprintForm) -> str:
    found = queries.badge_contents(conference, delegate_id=person.id)
    content = found[0] if found else abort(404)
    last = last_badges(conference, delegate_id=person.id)
    why = why_anew(conference, [content], last).get(person.id)
    before = last.get(person.id)
    if not form.is_submitted() and before is not None:
        if before.layout in LAYOUTS and not request.args.get("layout"):
            form.layout.data = before.layout
        form.reason.choices = [("", _("please choose")), *form.reason.choices[1:]]
        form.reason.data = Reason.CHANGED.value if why is not None else ""
    layout = LAYOUTS.get(form.layout.data or "") or require_layout(None)
    whose = {"scope": "one", "delegate_id": person.id}
    return render_template(
        "printing/one.html", conference=conference, content=content, form=form, last=last.get(person.id),
        found=findings_of(conference, look_before(conference, layout, whose)), layout=layout,
        standing=WHY_WORDS[why] if why else UP_TO_DATE, marks=words_of(conference, content),
    )  # fmt: skip


@desk.post("/runs/<int:run_id>/hand-out")
@allow(Permission.PRINT)
def lay_out_hand_out(slug: str, run_id: int) -> Any:
    """Begin the list by which the badges of a printing are handed out; in the background."""
    conference = desk_conference(slug)
    row = queries.run_of(conference, run_id)
    if row is None or row.kind != BADGES:
        abort(404)
    came = request.form.get("came", "")
    if came not in ("", ARRIVED, EXPECTED):
        abort(400)
    job = job_for(kind="print-hand-out", order={"run_id": row.id, "came": came}, conference=conference,
                  language=language(), actor=current_actor(), at=now())  # fmt: skip
    return redirect(url_for("jobs.show", job_id=job.id), code=303)


@desk.get("/runs/<int:run_id>/hand-out.pdf")
@allow(Permission.PRINT)
def hand_out(slug: str, run_id: int) -> Any:
    """The latest list by which the badges of a printing are handed out, with room to sign; ``came``: to whom."""
    row = queries.run_of(desk_conference(slug), run_id) or abort(404)
    came = request.args.get("came", "")
    found = queries.hand_out_of(row, came) or abort(404)
    path = queries.path_of(found.sha256)
    if not path.is_file():
        abort(404)
    return send_file(path, "application/pdf", download_name=f"{slug}_hand-out_{row.id}{came and f'_{came}'}.pdf")
