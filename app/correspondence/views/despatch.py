"""Despatch on paper: print runs, their papers, and how letters were handed over or posted."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.correspondence.forms import DespatchForm, LabelForm, blame
from app.correspondence.models import DespatchRun, Letter
from app.correspondence.operations import (
    RECORDED,
    Sending,
    enclosures_of_run,
    envelopes_pdf,
    labels_pdf,
    lacking_addresses,
    letters_pdf,
    mail_to_present_address,
    note_despatch,
    post_of,
    print_letters,
)
from app.correspondence.queries import Meant, letters_of_run, letters_to_print, run_of, runs_of
from app.correspondence.rules import DespatchWay, LetterState, file_name
from app.correspondence.views.entrance import PDF_POLICY, blueprint, tabs, the_letter
from app.correspondence.views.standing import despatch_words, how_sent, standing
from app.documents.queries import content
from app.errors import Refusal
from app.i18n import region_name
from app.look_pages import to_look, wants_look
from app.permissions import Permission, allow
from invitations.layout.envelope import FORM_NAMES

_POSTS = ("RU", "DE")


def meant_words() -> dict[str, str]:
    """Which letters a print run may take."""
    return {
        Meant.WAITING.value: _("not yet printed, and not to be sent by e-mail"),
        Meant.PAPER.value: _("all that are not sent by e-mail"),
        Meant.ALL.value: _("all issued letters"),
    }


def form_words() -> dict[str, str]:
    """Kinds of envelopes."""
    return {
        "dl": _("DL, plain (220 × 110 mm)"),
        "c5": _("C5, plain (229 × 162 mm)"),
        "c4": _("C4, plain (324 × 229 mm)"),
        "dl-window": _("DL with window: the sender only"),
        "c5-window": _("C5 with window: the sender only"),
        "c4-window": _("C4 with window: the sender only"),
        "sheet": _("address sheets A4 for windows"),
    }


def _asked_meant() -> Meant:
    value = request.values.get("meant", "")
    return Meant(value) if value in set(Meant) else Meant.WAITING


def _ticked() -> list[int] | None:
    found = request.values.getlist("letter", type=int)
    return found or None


def _despatch_page(conference: Conference, wrong: Refusal | None = None) -> str:
    ticked = _ticked()
    meant = Meant.ALL if ticked is not None and "meant" not in request.values else _asked_meant()
    letters = letters_to_print(conference, meant, ticked if request.method == "GET" else None)
    return render_template(
        "correspondence/despatch.html",
        conference=conference,
        rows=[(letter, standing(letter), how_sent(letter)) for letter in letters],
        lacking=[letter.municipality for letter in lacking_addresses(letters)],
        meant=meant,
        words=meant_words(),
        runs=runs_of(conference),
        wrong=wrong,
        tabs=tabs(conference, "correspondence.despatch"),
    )


@blueprint.get("/c/<slug>/letters/despatch")
@allow(Permission.WRITE_LETTERS)
def despatch(slug: str) -> Any:
    """Which letters would be printed, and what was printed before."""
    return _despatch_page(desk_conference(slug))


@blueprint.post("/c/<slug>/letters/despatch")
@allow(Permission.ISSUE_LETTERS)
def print_now(slug: str) -> Any:
    """Log a printing of the ticked letters; its papers are on the page of the run."""
    conference = desk_conference(slug)
    try:
        run = print_letters(
            conference=conference, meant=_asked_meant(), letter_ids=_ticked() or [],
            with_enclosures=request.form.get("enclosures") != "apart", two_sided="two_sided" in request.form,
            actor=current_actor(), at=now(),
        )  # fmt: skip
    except Refusal as refusal:
        return _despatch_page(conference, refusal), 422
    return redirect(url_for("correspondence.despatch_run", slug=slug, run_id=run.id), code=303)


def _the_run(conference: Conference, run_id: int) -> DespatchRun:
    return run_of(conference, run_id) or abort(404)


def _form(conference: Conference) -> DespatchForm:
    form = DespatchForm() if request.method == "POST" else DespatchForm(formdata=None)
    form.offer(
        {way.value: word for way, word in despatch_words().items() if way in RECORDED},
        now().astimezone(ZoneInfo(conference.timezone)).date(),
    )
    return form


def _label_form(asked: bool) -> LabelForm:
    form = LabelForm(request.args) if asked else LabelForm(formdata=None)
    form.offer()
    return form


def _run_page(
    conference: Conference, run: DespatchRun, *, form: DespatchForm | None = None, labels: LabelForm | None = None
) -> str:
    letters = letters_of_run(run)
    return render_template(
        "correspondence/despatch_run.html",
        conference=conference,
        run=run,
        rows=[(letter, standing(letter), how_sent(letter)) for letter in letters],
        open_letters=[letter for letter in letters if letter.state is LetterState.ISSUED],
        again=sum(one.again for letter in letters for one in letter.despatches if one.run_id == run.id),
        enclosures=enclosures_of_run(run),
        lacking=[letter.municipality for letter in lacking_addresses(letters)],
        forms=form_words(),
        posts={code: region_name(code) for code in _POSTS},
        post=post_of(conference.issuer),
        form=form or _form(conference),
        labels=labels or _label_form(asked=False),
        given=request.form,
        tabs=tabs(conference, "correspondence.despatch"),
    )


@blueprint.get("/c/<slug>/letters/despatch/<int:run_id>")
@allow(Permission.WRITE_LETTERS)
def despatch_run(slug: str, run_id: int) -> Any:
    """One print run: its letters, envelopes and labels, and what became of them."""
    conference = desk_conference(slug)
    return _run_page(conference, _the_run(conference, run_id))


def _paper(data: bytes, name: str) -> Response:
    response: Response = send_file(BytesIO(data), mimetype="application/pdf", download_name=file_name(name))
    response.headers["Content-Security-Policy"] = PDF_POLICY
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/c/<slug>/letters/despatch/<int:run_id>/letters.pdf")
@allow(Permission.WRITE_LETTERS)
def run_letters(slug: str, run_id: int) -> Any:
    """The sealed pages in the order of the register."""
    conference = desk_conference(slug)
    return _paper(letters_pdf(_the_run(conference, run_id)), f"letters-{run_id}")


@blueprint.get("/c/<slug>/letters/despatch/<int:run_id>/enclosures/<int:document_id>.pdf")
@allow(Permission.WRITE_LETTERS)
def run_enclosure(slug: str, run_id: int, document_id: int) -> Any:
    """An enclosure that is printed beside the letters."""
    conference = desk_conference(slug)
    found = {one.document.id: one for one in enclosures_of_run(_the_run(conference, run_id))}
    one = found.get(document_id) or abort(404)
    return _paper(content(one.document), one.title)


def _asked_post(conference: Conference) -> str:
    post = request.args.get("post", "")
    return post if post in _POSTS else post_of(conference.issuer)


@blueprint.get("/c/<slug>/letters/despatch/<int:run_id>/envelopes.pdf")
@allow(Permission.WRITE_LETTERS)
def run_envelopes(slug: str, run_id: int) -> Any:
    """Envelopes, or the sheets for their windows."""
    conference = desk_conference(slug)
    run = _the_run(conference, run_id)
    form = request.args.get("form", "dl")
    if form not in FORM_NAMES:
        abort(404)
    if wants_look():
        return to_look(back=url_for("correspondence.despatch_run", slug=slug, run_id=run_id))
    letters = letters_of_run(run)
    data = envelopes_pdf(letters, form=form, post=_asked_post(conference), title=form_words()[form])
    return _paper(data, f"envelopes-{form}-{run_id}")


@blueprint.get("/c/<slug>/letters/despatch/<int:run_id>/labels.pdf")
@allow(Permission.WRITE_LETTERS)
def run_labels(slug: str, run_id: int) -> Any:
    """Labels; the page of the run again when the sheet cannot be."""
    conference = desk_conference(slug)
    run = _the_run(conference, run_id)
    form = _label_form(asked=bool(request.args))
    if request.args and not form.validate():
        return _run_page(conference, run, labels=form), 422
    if wants_look():
        return to_look(back=url_for("correspondence.despatch_run", slug=slug, run_id=run_id))
    data = labels_pdf(letters_of_run(run), sheet=form.sheet(), start=form.start.data or 1,
                      post=_asked_post(conference), title=_("Labels"))  # fmt: skip
    return _paper(data, f"labels-{run_id}")


def _note(letters: Sequence[Letter], form: DespatchForm, numbers: dict[int, str]) -> bool:
    """Log what the form says; False when something of it is refused."""
    if not form.validate():
        return False
    sending = Sending(DespatchWay(form.way.data), form.on.data, form.note.data or "", numbers)
    try:
        count = note_despatch(letters=letters, sending=sending, actor=current_actor(), at=now())
    except Refusal as refusal:
        blame(form, refusal)
        return False
    flash(ngettext("It is recorded for %(num)s letter.", "It is recorded for %(num)s letters.", count), "done")
    return True


@blueprint.post("/c/<slug>/letters/despatch/<int:run_id>")
@allow(Permission.ISSUE_LETTERS)
def note_run(slug: str, run_id: int) -> Any:
    """Record how the ticked letters of a run went; without a tick all."""
    conference = desk_conference(slug)
    run = _the_run(conference, run_id)
    form = _form(conference)
    ticked = _ticked()
    letters = [letter for letter in letters_of_run(run)
               if letter.state is LetterState.ISSUED and (ticked is None or letter.id in ticked)]  # fmt: skip
    numbers = {letter.id: request.form.get(f"number-{letter.id}", "") for letter in letters}
    if _note(letters, form, numbers):
        return redirect(url_for("correspondence.despatch_run", slug=slug, run_id=run_id), code=303)
    return _run_page(conference, run, form=form), 422


def note_page(conference: Conference, letter: Letter, form: DespatchForm | None = None) -> str:
    """Where it is recorded how one letter went."""
    return render_template(
        "correspondence/despatch_letter.html", conference=conference, letter=letter, form=form or _form(conference),
        standing=standing(letter), sent=how_sent(letter), words=despatch_words(), tabs=tabs(conference, ""),
    )  # fmt: skip


@blueprint.get("/c/<slug>/letters/<int:letter_id>/despatch")
@allow(Permission.WRITE_LETTERS)
def letter_despatch(slug: str, letter_id: int) -> Any:
    """How one letter went so far."""
    conference = desk_conference(slug)
    return note_page(conference, the_letter(conference, letter_id))


@blueprint.post("/c/<slug>/letters/<int:letter_id>/despatch")
@allow(Permission.ISSUE_LETTERS)
def note_letter(slug: str, letter_id: int) -> Any:
    """Record how one letter went."""
    conference = desk_conference(slug)
    letter = the_letter(conference, letter_id)
    form = _form(conference)
    if _note([letter], form, {letter.id: form.postal_number.data or ""}):
        return redirect(url_for("correspondence.letter_despatch", slug=slug, letter_id=letter_id), code=303)
    return note_page(conference, letter, form), 422


@blueprint.post("/c/<slug>/letters/<int:letter_id>/mail-again")
@allow(Permission.ISSUE_LETTERS)
def mail_again(slug: str, letter_id: int) -> Any:
    """Send a mail that failed or came back to the address the directory has now."""
    conference = desk_conference(slug)
    try:
        mail_to_present_address(letter=the_letter(conference, letter_id), actor=current_actor(), at=now())
    except Refusal as refusal:
        flash(str(refusal), "error")
    else:
        flash(_("The letter goes to the present address of the head."), "done")
    return redirect(url_for("correspondence.letter", slug=slug, letter_id=letter_id), code=303)
