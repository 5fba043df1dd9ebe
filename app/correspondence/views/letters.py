"""The list of letters, and one letter."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.correspondence.forms import AnnulForm, RecordReplyForm, blame
from app.correspondence.models import Letter
from app.correspondence.operations import (
    annul_entry,
    approve_letters,
    discard_letters,
    draft_pdf,
    needs_second_person,
    partners_to_come,
    proofread,
    proofread_addressee,
    record_reply,
    said,
    submit_letters,
    take_back_approval,
    why_not_approve,
    write_draft,
)
from app.correspondence.operations.addressee import addressee_now
from app.correspondence.operations.claims import claims_of, out_of_date, remarks_on
from app.correspondence.operations.private import note_look
from app.correspondence.operations.writing import OWN
from app.correspondence.queries import (
    answer_of_head,
    answers_by_municipality,
    countries_of,
    counts,
    general_members,
    heads_known,
    letters_page,
    regions,
)
from app.correspondence.rules import NO_REGION, OPEN, LetterState, answer_meant, answers_to, file_name
from app.correspondence.views.entrance import (
    PDF_POLICY,
    asked_filter,
    blueprint,
    kind_words,
    tabs,
    the_letter,
)
from app.correspondence.views.standing import (
    answer_words,
    how_sent,
    lint_words,
    stage_words,
    standing,
    state_words,
    what_answered,
)
from app.database import db
from app.directory.queries import organisation_names
from app.documents.queries import content
from app.errors import Refusal
from app.history.queries import of as history_of
from app.i18n import LANGUAGES, region_name
from app.jobs import Job
from app.paging import PER_PAGE, Page, page_number
from app.permissions import Permission, allow, may
from invitations.letter import Letter as Written
from invitations.lint import Departure


@blueprint.get("/c/<slug>/letters")
@allow(Permission.WRITE_LETTERS)
def letters(slug: str) -> Any:
    """The letters of a conference with where each stands and what to do next."""
    conference = desk_conference(slug)
    narrowed = asked_filter()
    number = page_number()
    rows, total = letters_page(conference, narrowed, offset=(number - 1) * PER_PAGE, limit=PER_PAGE)
    job = db.session.get(Job, request.args.get("job", 0, type=int))
    answers = answers_by_municipality(conference)
    return render_template(
        "correspondence/letters.html",
        conference=conference,
        rows=[(letter, standing(letter, answers)) for letter in rows],
        page=Page(number, total),
        counts=counts(conference, narrowed.kind),
        second_person=needs_second_person(),
        narrowed=narrowed,
        kinds=kind_words(),
        states=state_words(),
        languages=LANGUAGES,
        stages=stage_words(),
        regions=[*regions(), (NO_REGION, _("no region given"))],
        countries=sorted(((code, region_name(code)) for code in countries_of(conference)), key=lambda pair: pair[1]),
        tabs=tabs(conference, "correspondence.letters"),
        job=job if job is not None and job.kind == "issue-letters" and job.conference_id == conference.id else None,
    )


def _page(
    conference: Conference, letter: Letter, *, annul: AnnulForm | None = None, reply: RecordReplyForm | None = None
) -> str:
    lacking: Refusal | None = None
    remarks: tuple[Departure, ...] = ()
    if letter.state in OPEN | {LetterState.APPROVED}:
        try:
            written = write_draft(letter)
            remarks = (*_untrue(letter, written), *proofread_addressee(addressee_now(letter)), *proofread(written))
        except Refusal as refusal:
            lacking = refusal
    said_last = answer_of_head(letter)
    if reply is None:
        reply = RecordReplyForm(formdata=None, obj=said_last)
        reply.offer(_answers(conference))
        if said_last is not None:
            reply.answer.data = answer_meant(said_last.answer, conference.format).value
    return render_template(
        "correspondence/letter.html",
        conference=conference,
        letter=letter,
        standing=standing(letter, answers_by_municipality(conference)),
        sent=how_sent(letter),
        lacking=lacking,
        remarks=remarks,
        to_come=partners_to_come(letter),
        stale=out_of_date(letter) if letter.state is LetterState.APPROVED else None,
        why_not_approve=why_not_approve(letter, current_actor()) if letter.state in OPEN else None,
        **_addressees(letter),
        lint_words=lint_words(),
        history=history_of(letter),
        deeds_of=deed_words(),
        answers=answer_words(),
        said_last=said_last,
        answered=what_answered(said_last),
        kinds=kind_words(),
        languages=LANGUAGES,
        annul_form=annul or AnnulForm(formdata=None),
        reply_form=reply,
        tabs=tabs(conference, ""),
    )


def _answers(conference: Conference) -> dict[str, str]:
    """What may be recorded as an answer."""
    words = answer_words()
    return {one.value: words[one.value] for one in answers_to(conference.format)}


def _untrue(letter: Letter, written: Written) -> tuple[Departure, ...]:
    if letter.fields.get(OWN, {}).get("format"):
        return ()
    claims = claims_of(letter.conference, letter.kind, at=now())
    return remarks_on(claims.untrue(letter.municipality_id, written.fields, written.attachments))


def _addressees(letter: Letter) -> dict[str, Any]:
    """Who gets a letter, and before the approval who could."""
    first = letter.general or letter
    change = letter.state in OPEN and letter.head is not None
    heads = heads_known([letter.municipality_id]).get(letter.municipality_id, []) if change else []
    return {
        "members": [first, *general_members([first.id])] if letter.addressed_as else [],
        "heads": heads if len(heads) > 1 else [],
        "organisations": organisation_names() if change else {},
        "said": said,
    }


def deed_words() -> dict[str, str]:
    """What history tells of a letter."""
    return {
        "correspondence.prepare_letters": _("prepared"),
        "correspondence.submit_letters": _("submitted for approval"),
        "correspondence.choose_head": _("another addressee chosen"),
        "correspondence.set_copies": _("copies changed"),
        "correspondence.approve_letters": _("approved"),
        "correspondence.take_back_approval": _("approval taken back"),
        "correspondence.register_letters": _("entered in the register"),
        "correspondence.issue_letters": _("issued"),
        "correspondence.annul_entry": _("annulled"),
        "correspondence.discard_letters": _("given up"),
        "correspondence.record_reply": _("answer recorded"),
        "correspondence.send_reminders": _("reminded"),
        "correspondence.set_answered": _("said which letter it answers"),
        "correspondence.print_letters": _("printed"),
        "correspondence.handed_over": _("handed over"),
        "correspondence.posted": _("posted"),
        "correspondence.returned": _("came back"),
        "correspondence.mail_again": _("mail sent again to the present address"),
    }


@blueprint.get("/c/<slug>/letters/<int:letter_id>")
@allow(Permission.WRITE_LETTERS)
def letter(slug: str, letter_id: int) -> Any:
    """One letter: the paper, the facts, what happened to it."""
    conference = desk_conference(slug)
    return _page(conference, the_letter(conference, letter_id))


@blueprint.get("/c/<slug>/letters/<int:letter_id>.pdf")
@allow(Permission.WRITE_LETTERS)
def letter_pdf(slug: str, letter_id: int) -> Any:
    """The sealed bytes of an issued letter; a draft as it would look now, marked as such."""
    conference = desk_conference(slug)
    found = the_letter(conference, letter_id)
    if found.subject_id is not None:
        if not may(Permission.READ_PASSPORTS):
            abort(403)
        if found.document is not None and found.document.erased_at is not None:
            flash(_("The pages of this letter are erased with the passport data in them; its number stays."), "done")
            return _back(conference, letter_id)
        note_look(letter=found, actor=current_actor(), at=now())
    if found.document is not None and found.register_entry is not None:
        data, name = content(found.document), f"{found.register_entry.number}_{found.municipality.slug}"
    else:
        data, name = draft_pdf(found), f"draft_{found.municipality.slug}"
    response = send_file(BytesIO(data), mimetype="application/pdf", download_name=file_name(name))
    response.headers["Content-Security-Policy"] = PDF_POLICY
    return response


def _back(conference: Conference, letter_id: int) -> Any:
    return redirect(url_for("correspondence.letter", slug=conference.slug, letter_id=letter_id), code=303)


@blueprint.post("/c/<slug>/letters/<int:letter_id>/approve")
@allow(Permission.APPROVE_LETTERS)
def approve_one(slug: str, letter_id: int) -> Any:
    """Approve this letter."""
    conference = desk_conference(slug)
    found = the_letter(conference, letter_id)
    outcome = approve_letters(
        conference=conference, letter_ids=[found.general_id or found.id], actor=current_actor(), at=now()
    )
    for refused in outcome.refused:
        flash(str(refused.message), "error")
    if outcome.count:
        flash(_("The letter is approved."), "done")
    return _back(conference, letter_id)


@blueprint.post("/c/<slug>/letters/<int:letter_id>/submit")
@allow(Permission.WRITE_LETTERS)
def submit_one(slug: str, letter_id: int) -> Any:
    """Ask for the approval of this letter."""
    conference = desk_conference(slug)
    found = the_letter(conference, letter_id)
    outcome = submit_letters(
        conference=conference, letter_ids=[found.general_id or found.id], actor=current_actor(), at=now()
    )
    for refused in outcome.refused:
        flash(str(refused.message), "error")
    if outcome.count:
        flash(_("The letter waits for its approval."), "done")
    return _back(conference, letter_id)


@blueprint.post("/c/<slug>/letters/<int:letter_id>/take-back")
@allow(Permission.WRITE_LETTERS)
def take_back(slug: str, letter_id: int) -> Any:
    """Make this letter a draft again; an approval is taken back by somebody who may approve."""
    conference = desk_conference(slug)
    found = the_letter(conference, letter_id)
    if found.state is LetterState.APPROVED and not may(Permission.APPROVE_LETTERS):
        abort(403)
    if take_back_approval(letters=[found], actor=current_actor(), at=now()):
        flash(_("The letter is a draft again."), "done")
    return _back(conference, letter_id)


@blueprint.post("/c/<slug>/letters/<int:letter_id>/discard")
@allow(Permission.WRITE_LETTERS)
def discard(slug: str, letter_id: int) -> Any:
    """Give up this letter before it has a number."""
    conference = desk_conference(slug)
    if discard_letters(letters=[the_letter(conference, letter_id)], actor=current_actor(), at=now()):
        flash(_("The letter is given up; it never had a number."), "done")
    return redirect(url_for("correspondence.letters", slug=conference.slug), code=303)


@blueprint.post("/c/<slug>/letters/<int:letter_id>/annul")
@allow(Permission.ISSUE_LETTERS)
def annul(slug: str, letter_id: int) -> Any:
    """Annul the register entry of this letter."""
    conference = desk_conference(slug)
    found = the_letter(conference, letter_id)
    form = AnnulForm()
    if form.validate_on_submit() and found.register_entry is not None:
        try:
            annul_entry(entry=found.register_entry, reason=form.reason.data, actor=current_actor(), at=now())
        except Refusal as refusal:
            blame(form, refusal)
        else:
            flash(_("The letter is annulled; its number stays in the register."), "done")
            return _back(conference, letter_id)
    return _page(conference, found, annul=form), 422


@blueprint.post("/c/<slug>/letters/<int:letter_id>/reply")
@allow(Permission.WRITE_LETTERS)
def reply(slug: str, letter_id: int) -> Any:
    """Record an answer that came by telephone or on paper."""
    conference = desk_conference(slug)
    found = the_letter(conference, letter_id)
    form = RecordReplyForm()
    form.offer(_answers(conference))
    if form.validate_on_submit():
        try:
            record_reply(letter=found, **form.details(), actor=current_actor(), at=now())
        except Refusal as refusal:
            blame(form, refusal)
        else:
            flash(_("The answer is recorded."), "done")
            return _back(conference, letter_id)
    return _page(conference, found, reply=form), 422
