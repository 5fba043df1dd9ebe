"""The page of certificates and cards: print, look at the longest names first, take what was printed again."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.queries import current_actor
from app.checkin.queries import outside_its_days
from app.checkin.views import Further, further
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.delegations.rules.consents import Purpose
from app.i18n import language
from app.look_pages import look_url
from app.navigation import Door
from app.permissions import Permission, allow
from app.printing.choosing import meant
from app.printing.findings import findings_of
from app.printing.orders import job_for
from app.printing.papers import queries
from app.printing.papers.forms import SCOPES, CertifiedForm, PaperForm, ParticipantsForm
from app.printing.papers.operations import (
    choose_certified,
    each_apart,
    one_each,
    proof_contents,
    render_papers,
    require_people,
    title_of,
)
from app.printing.papers.rules import (
    CERTIFIED_WORDS,
    LIST_LAYOUTS,
    LIST_WORDS,
    PAPER_WORDS,
    PAPERS,
    RUN_WORDS,
    Certified,
    Paper,
    require_paper_layout,
)
from app.printing.proofs import marked
from app.printing.queries import badge_contents, path_of, who_agreed
from app.printing.rules import SCOPE_WORDS, held_on_site, require_on_site
from app.printing.whose import in_address, whose_of

desk = Blueprint("papers", __name__, url_prefix="/<language:language>/desk/c/<slug>/papers")
doors = (Door(_l("Certificates and cards"), "papers.papers", Permission.PRINT, order=71, of_conference=True),)
further["papers"] = Further(_l("Certificates and cards of those checked in"), "papers.papers", Permission.PRINT)

# Every paper that is printed elsewhere: the page, who may open it, what it prints.
_MORE = (
    ("printing.badges", Permission.PRINT, _l("Badges and the list for handing them out")),
    ("papers.participants", Permission.PRINT, _l("List of participants")),
    ("papers.honours", Permission.PRINT, _l("Certificates of honour")),
    ("papers.post", Permission.PRINT, _l("Envelopes and address labels")),
    ("seating.plans", Permission.PRINT, _l("Seating and table plans")),
    ("programme.papers", Permission.READ_PROGRAMME, _l("Door signs, booklet, overview and wall plan")),
    ("papers.rota", Permission.PRINT, _l("Interpreters’ rota")),
    ("delegations.arrivals", Permission.READ_DELEGATES, _l("List of arrivals and departures")),
    ("delegations.visa", Permission.READ_PASSPORTS, _l("Visa letters")),
    ("delegations.security_list", Permission.READ_PASSPORTS, _l("List for the security of the host")),
)


def _form(conference: Conference) -> PaperForm:
    form = PaperForm()
    form.name_papers()
    form.offer_people(conference)
    return form


def _page(conference: Conference, form: PaperForm) -> str:
    if not form.is_submitted() and request.args.get("scope") in dict(SCOPES):
        form.scope.data = request.args["scope"]
    on_site = held_on_site(conference.format)
    return render_template(
        "printing/papers.html",
        conference=conference,
        form=form,
        begun=queries.has_begun(conference, now()),
        on_site=on_site,
        absent=queries.absent(conference),
        chosen=queries.certificate_rule(conference),
        certified_words=CERTIFIED_WORDS,
        with_certificate=queries.how_many(conference, Paper.CERTIFICATES),
        with_card=queries.how_many(conference, Paper.PLACE_CARDS) if on_site else 0,
        runs=queries.runs(conference),
        words=RUN_WORDS,
        proofs=_proofs(conference),
        scopes=SCOPE_WORDS,
        more=_MORE,
    )


def _proofs(conference: Conference) -> list[tuple[str, str]]:
    """Where a look at each paper is, and what it is called."""
    found = [
        (url_for("papers.proof", slug=conference.slug, paper_name=paper.value, layout=layout.name),
         f"{PAPER_WORDS[paper]}: {layout.word}")
        for paper, layouts in PAPERS.items()
        if paper is Paper.CERTIFICATES or held_on_site(conference.format)
        for layout in layouts
    ]  # fmt: skip
    if held_on_site(conference.format):
        found += [
            (url_for("papers.proof_of_list", slug=conference.slug, paper_name=paper.value),
             f"{LIST_WORDS[paper]}: {layout}")
            for paper, layout in LIST_LAYOUTS.items()
        ]  # fmt: skip
    return found


@desk.get("/")
@allow(Permission.PRINT)
def papers(slug: str) -> Any:
    """Which papers there are, for how many, and what was printed."""
    conference = desk_conference(slug)
    return _page(conference, _form(conference))


@desk.post("/")
@allow(Permission.PRINT)
def print_papers(slug: str) -> Any:
    """Begin printing in the background; the same order twice at once is one run."""
    conference = desk_conference(slug)
    form = _form(conference)
    valid = form.validate_on_submit()
    if not valid:
        return _page(conference, form), 422
    name, _colon, layout = str(form.paper.data).partition(":")
    looking = request.form.get("deed") == "look"
    if form.is_list:
        require_on_site(conference.format)
    elif not looking:
        by_hand = form.scope.data == "picked"
        group = form.delegation.data if form.scope.data == "delegation" else None
        require_people(conference, Paper(name), at=now(), delegation_id=group, all_accredited=by_hand)
    where = None if name == Paper.CERTIFICATES else Attendance.ON_SITE
    whose = form.whose(conference, badge_contents(conference, attendance=where))
    if whose is None:
        return _page(conference, form), 422
    if looking and form.is_list:
        return _look("papers.proof_of_list", slug, paper_name=name, **in_address(whose))
    if looking:
        return _look("papers.proof", slug, paper_name=name, layout=layout, **in_address(whose))
    order = {"paper": name, "layout": layout, **whose}
    job = job_for(kind="print-paper", order=order, conference=conference, language=language(), actor=current_actor(),
                  at=now())  # fmt: skip
    return redirect(url_for("jobs.show", job_id=job.id), code=303)


def _look(endpoint: str, slug: str, **values: Any) -> Any:
    """The way to the pictures of a proof."""
    return redirect(look_url(url_for(endpoint, slug=slug, **values)), code=303)


@desk.route("/certified", methods=["GET", "POST"])
@allow(Permission.PRINT)
def certified(slug: str) -> Any:
    """Of how many it is proven that they came, and who of those on site gets a certificate."""
    conference = desk_conference(slug)
    chosen = queries.certificate_rule(conference)
    form = CertifiedForm(certified=chosen.certified.value if chosen is not None else None)
    if form.validate_on_submit():
        choose_certified(
            conference=conference, certified=Certified(form.certified.data), reason=form.reason.data,
            actor=current_actor(), at=now(),
        )  # fmt: skip
        flash(_("The rule for certificates is kept."), "done")
        return redirect(url_for("papers.papers", slug=slug), code=303)
    page = render_template(
        "printing/certified.html", conference=conference, form=form, chosen=chosen, words=CERTIFIED_WORDS,
        absent=queries.absent(conference), outside=len(outside_its_days(conference)),
    )  # fmt: skip
    return page, (422 if form.is_submitted() else 200)


@desk.route("/participants", methods=["GET", "POST"])
@allow(Permission.PRINT)
def participants(slug: str) -> Any:
    """Choose who stands in the list of participants, and print it in the background."""
    conference = desk_conference(slug)
    form = ParticipantsForm()
    form.offer_people(conference)
    contents = badge_contents(conference, attendance=None)
    everybody = {content.delegate_id for content in contents}
    named = everybody & who_agreed(conference, Purpose.PUBLICATION)
    whose = form.whose(conference, contents) if form.validate_on_submit() else None
    if whose is not None and form.only_agreed.data and not named:
        form.only_agreed.errors = [_("Nobody has agreed to stand in the list yet.")]
    elif whose is not None:
        agreed, photos = bool(form.only_agreed.data), bool(form.with_photos.data)
        if request.form.get("deed") == "look":
            return _look("papers.proof_of_participants", slug, agreed=int(agreed) or None, photos=int(photos) or None,
                         **in_address(whose))  # fmt: skip
        order = {"only_agreed": agreed, "with_photos": photos, **whose}
        job = job_for(kind="print-participants", order=order, conference=conference, language=language(),
                      actor=current_actor(), at=now())  # fmt: skip
        return redirect(url_for("jobs.show", job_id=job.id), code=303)
    page = render_template(
        "printing/participants.html", conference=conference, form=form, everybody=len(everybody),
        agreed=len(named),
    )  # fmt: skip
    return page, (422 if form.is_submitted() else 200)


@desk.get("/proof/<paper_name>/<layout>.pdf")
@allow(Permission.PRINT)
def proof(slug: str, paper_name: str, layout: str) -> Any:
    """The ten longest names on such a paper; a look, not a printing: nothing is logged, no number is given."""
    conference = desk_conference(slug)
    if paper_name not in {paper.value for paper in Paper}:
        abort(404)
    paper = Paper(paper_name)
    whose = whose_of(request.args)
    people = queries.participants(
        conference, paper, delegation_id=whose["delegation_id"], delegate_ids=whose["delegate_ids"]
    )
    people = meant(conference, people, scope=whose["scope"], role=whose["role"])
    if not people:
        abort(404)
    kind, contents = require_paper_layout(paper, layout), proof_contents(conference, paper, people)
    pdf, _pages, _warnings = render_papers(conference, paper, kind, contents)
    pdf = marked(pdf, len(contents), len(people), title=title_of(conference, paper))
    return send_file(BytesIO(pdf), "application/pdf", download_name=f"{slug}_{paper.value}_proof.pdf")


@desk.get("/runs/<int:run_id>")
@allow(Permission.PRINT)
def run(slug: str, run_id: int) -> Any:
    """One printing: its figures, what to look at before handing out, and the files."""
    conference = desk_conference(slug)
    row = queries.run_of(conference, run_id) or abort(404)
    return render_template(
        "printing/paper_run.html",
        conference=conference,
        run=row,
        word=RUN_WORDS[row.kind],
        found=findings_of(conference, row.warnings),
        scopes=SCOPE_WORDS,
        apart=one_each(row.kind),
        kept=path_of(row.sha256).is_file(),
    )


@desk.get("/runs/<int:run_id>/papers.pdf")
@allow(Permission.PRINT)
def run_pdf(slug: str, run_id: int) -> Any:
    """The file of a printing, as it was."""
    row = queries.run_of(desk_conference(slug), run_id) or abort(404)
    path = path_of(row.sha256)
    if not path.is_file():
        abort(404)
    return send_file(path, "application/pdf", download_name=f"{slug}_{row.kind}_{row.id}.pdf")


@desk.get("/runs/<int:run_id>/papers.zip")
@allow(Permission.PRINT)
def run_zip(slug: str, run_id: int) -> Any:
    """The same, one file for each person."""
    conference = desk_conference(slug)
    row = queries.run_of(conference, run_id) or abort(404)
    path = path_of(row.sha256)
    if not path.is_file() or not one_each(row.kind):
        abort(404)
    packed = BytesIO()
    each_apart(conference, Paper(row.kind), path.read_bytes(), queries.file_names(row), packed)
    packed.seek(0)
    return send_file(packed, "application/zip", download_name=f"{slug}_{row.kind}_{row.id}.zip")
