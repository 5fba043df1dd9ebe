"""The desk: delegates and delegations of a conference."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import current_user
from sqlalchemy import select

from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.conferences.queries import Step, next_steps, overview_figures
from app.database import db
from app.delegations import forms, words
from app.delegations.field_words import field_label, word_of
from app.delegations.forms.questions import answer_words, answers_in, know_answers, show_answers, with_questions
from app.delegations.models import Delegate
from app.delegations.operations import (
    decline,
    import_delegates,
    send_link_again,
    withdraw,
)
from app.delegations.operations.correcting import CORRECTED, Overtaken, as_shown, basis_of, correct_person
from app.delegations.operations.quotas import grant_within_quota, register_on_behalf
from app.delegations.place_words import tell_left, wish_words_of
from app.delegations.queries import (
    how_many_applied,
    link_states,
    place_in_line,
    places,
)
from app.delegations.queries.own_page import desk_sections
from app.delegations.queries.questions import answers_of, questions_of, taken_places
from app.delegations.rules import ALLOWED, HOLDS_A_PLACE, Accreditation, DelegateRole
from app.delegations.views.delegation import link_word
from app.delegations.views.papers import papers_of
from app.delegations.views.shared import blueprint, cities, moment_words, put
from app.directory.models import Municipality
from app.directory.uploads import find_upload, keep_upload
from app.errors import Refusal
from app.history.queries import of
from app.history.rules import Actor
from app.i18n import date_time, language, localized, number
from app.jobs import Job, start_job
from app.permissions import Permission, allow
from app.tables import ImportReport, Rejected, report_on

STAFF_ROLES = tuple(DelegateRole)
AT_ONCE = 200_000  # bytes; a longer file is taken in the background


def _actor() -> Actor:
    return Actor(kind="staff", id=current_user.id, label=current_user.email)


def _figures(conference: Conference) -> list[tuple[str, str, str | None]]:
    counted = places(conference)
    url = url_for("delegations.delegates", slug=conference.slug)
    taken = sum(place["taken"] or 0 for place in counted.values())
    waiting = sum(place["waiting"] or 0 for place in counted.values())
    found: list[tuple[str, str, str | None]] = [
        (number(taken), ngettext("delegate with a place", "delegates with a place", taken), url)
    ]
    if waiting:
        found.append((number(waiting), _("on the waiting list"), f"{url}?accreditation=waitlisted"))
    return found


def _steps(conferences: Sequence[Conference]) -> Mapping[int, Step]:
    waiting = how_many_applied([row.id for row in conferences])
    return {
        row.id: Step(
            ngettext("Decide on %(count)s registration", "Decide on %(count)s registrations", waiting[row.id],
                     count=number(waiting[row.id])),
            url_for("delegations.delegates", slug=row.slug, accreditation=Accreditation.APPLIED.value), order=40,
        )
        for row in conferences
        if row.id in waiting
    }  # fmt: skip


overview_figures["delegations"] = _figures
next_steps["delegations"] = _steps


def _delegate(conference: Conference, public_id: str) -> Delegate:
    found = db.session.scalar(
        select(Delegate).where(Delegate.conference_id == conference.id, Delegate.public_id == public_id)
    )
    return found or abort(404)


@blueprint.get("/desk/c/<slug>/delegates/<public_id>")
@allow(Permission.READ_DELEGATES)
def desk_delegate(slug: str, public_id: str) -> Any:
    """All that is known of one delegate, and what can be done."""
    conference = desk_conference(slug)
    row = _delegate(conference, public_id)
    word, word_tone = link_word(row, link_states([row]).get(row.id))
    return render_template(
        "delegations/desk_delegate.html", answers=_answers(conference, row),
        conference=conference, delegate=row, waiting=place_in_line(row), wish=wish_words_of(row), papers=papers_of(row),
        link=word, link_tone=word_tone, may_become=ALLOWED[row.accreditation], standing=Accreditation,
        words=words, entries=of(row, limit=20), deeds=deed_words(),
        sections=[found for section in desk_sections.values() if (found := section(row)) is not None],
        moment=lambda value: moment_words(value, conference.timezone),
    )  # fmt: skip


def _answers(conference: Conference, row: Delegate) -> list[tuple[str, str, str]]:
    """The organisers' own questions and what was answered: (question, answer, address of a file)."""
    known = answers_of(row)
    found = []
    for question in questions_of(conference, retired=True):
        given = known.get(question.id, [])
        file = next((answer.id for answer in given if answer.file), None)
        url = "" if file is None else url_for(
            "delegations.answer_file", slug=conference.slug, public_id=row.public_id, number=file
        )  # fmt: skip
        if given:
            found.append((localized(question, "label"), answer_words(question, given), url))
    return found


def deed_words() -> dict[str, str]:
    """What the deeds of this feature are called in a history."""
    return {
        "delegations.register": _("registered by the public form"),
        "delegations.add_member": _("entered by the contact of the delegation"),
        "delegations.add_on_behalf": _("entered by the secretariat"),
        "delegations.change_details": _("details changed"),
        "delegations.import_changes": _("changed by a file"),
        "delegations.withdraw": _("withdrawn"),
        "delegations.grant": _("accreditation granted"),
        "delegations.decline": _("accreditation declined"),
        "delegations.grant_from_waiting_list": _("moved up from the waiting list"),
        "delegations.offer_place": _("place offered to the first on the waiting list"),
        "delegations.accept_offer": _("offered place taken"),
        "delegations.end_offer": _("offered place not taken in time"),
        "delegations.give_up_wish": _("stays with the place they have"),
        "delegations.pass_on": _("place passed on to somebody else"),
        "delegations.take_over": _("took over somebody’s place"),
        "delegations.set_function": _("function in the delegation set"),
        "delegations.send_link_again": _("personal link sent again"),
        "delegations.join_delegation": _("put into a delegation"),
        "delegations.exceed_quota": _("taken beyond the quota of the delegation"),
        "delegations.merge_doubles": _("merged with a double"),
        "delegations.become_one": _("was a double, merged"),
        "delegations.say_two_people": _("looked at: not the same person as somebody of a like name"),
        "programme.join_session": _("signed up for a session"),
        "programme.leave_session": _("gave up a session"),
        "programme.move_up": _("moved up from the waiting list of a session"),
        "delegations.confirm_consent": _("consent given or taken back"),
        "delegations.give_consent": _("consent given"),
        "delegations.withdraw_consent": _("consent taken back"),
        "delegations.name_guardian": _("guardian named"),
        "delegations.set_precedence": _("place in the order of precedence set"),
        "delegations.set_photo": _("photograph uploaded"),
        "delegations.remove_photo": _("photograph removed"),
        "delegations.save_passport": _("passport data saved"),
        "delegations.keep_scan": _("copy of the passport uploaded"),
        "delegations.see_passport": _("passport data looked at"),
        "delegations.erase_passport": _("passport data erased"),
        "delegations.prepare_visa_letter": _("visa letter prepared"),
        "delegations.send_evisa_notice": _("notice on the e-visa sent"),
        "delegations.answer_questions": _("further questions answered"),
        "video.replace_join_link": _("join link replaced"),
        "checkin.check_in": _("arrival noted at the entrance desk"),
        "checkin.undo": _("noted arrival taken back"),
        "withdraw-badge": _("badge withdrawn as lost"),
    }


@blueprint.post("/desk/c/<slug>/delegates/<public_id>")
@allow(Permission.EDIT_DELEGATES)
def desk_deed(slug: str, public_id: str) -> Any:
    """Grant, decline, withdraw, or send the personal link again."""
    row = _delegate(desk_conference(slug), public_id)
    deed = request.form.get("deed", "")
    try:
        if deed == "link":
            sent = send_link_again(delegate=row, actor=_actor(), at=now())
            if sent:
                flash(_("The personal link has been mailed again."), "done")
            else:
                flash(_("There is no address to which the link could be mailed."), "error")
        elif deed in {"grant", "decline", "withdraw"}:
            if deed == "grant":
                grant_within_quota(delegate=row, over_quota="over_quota" in request.form, actor=_actor(), at=now())
            else:
                {"decline": decline, "withdraw": withdraw}[deed](delegate=row, actor=_actor(), at=now())
            flash(_("Done. The person is told by mail, if there is an address."), "done")
        else:
            abort(400)
    except Refusal as refusal:
        flash(str(refusal.message), "error")
        beyond = "quota" if refusal.field == "over_quota" else None
        return redirect(url_for("delegations.desk_delegate", slug=slug, public_id=public_id, beyond=beyond), code=303)
    return redirect(url_for("delegations.desk_delegate", slug=slug, public_id=public_id), code=303)


@blueprint.route("/desk/c/<slug>/delegates/<public_id>/edit", methods=["GET", "POST"])
@allow(Permission.EDIT_DELEGATES)
def edit_delegate(slug: str, public_id: str) -> Any:
    """Correct what is known of a delegate."""
    conference = desk_conference(slug)
    row = _delegate(conference, public_id)
    asked, known = questions_of(conference), answers_of(row)
    form = with_questions(forms.StaffDelegateForm, asked, taken=taken_places(asked, but=row), require=False)()
    choices, ids = cities()
    form.prepare(conference=conference, cities=choices, delegate=row, roles=STAFF_ROLES)
    del form.language
    know_answers(form, known)
    clashes: dict[str, Any] | None = None
    if form.validate_on_submit():
        try:
            basis = basis_of(_given_back(), row)
            correct_person(
                delegate=row, basis=basis, answers=answers_in(form), actor=_actor(), at=now(), seen_version=_seen(),
                details=form.details(conference=conference, ids=ids, delegate=_as_it_was(row, basis)),
                keep_mine=_chosen("mine"), keep_theirs=_chosen("theirs"),
            )  # fmt: skip
        except Overtaken as overtaken:
            clashes = _clash_rows(row, overtaken)
            form.form_errors.append(str(overtaken.message))
        except Refusal as refusal:
            put(form, refusal, municipality_id="municipality")
        else:
            flash(_("The details are saved."), "done")
            if told := wish_words_of(row):
                flash(told, "information")
            return redirect(url_for("delegations.desk_delegate", slug=slug, public_id=public_id), code=303)
    elif not form.is_submitted():
        form.show(row, zone=conference.timezone)
        show_answers(form, known)
    tell_left(form, conference)
    page = render_template(
        "delegations/desk_form.html", conference=conference, form=form, delegate=row, clashes=clashes,
        shown=request.form.get("shown") or json.dumps(as_shown(row), ensure_ascii=False),
    )  # fmt: skip
    return page, (422 if form.is_submitted() else 200)


def _as_it_was(row: Delegate, basis: Mapping[str, Any]) -> Any:
    """The row as the form had shown it: what the form left alone is told from what was typed."""
    known = {column.key: getattr(row, column.key) for column in Delegate.__table__.columns}
    return SimpleNamespace(**known | dict(basis))


def _given_back() -> dict[str, Any]:
    try:
        found = json.loads(request.form.get("shown", ""))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _seen() -> int | None:
    text = request.form.get("seen", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _chosen(side: str) -> set[str]:
    return {name for name in CORRECTED if request.form.get(f"keep-{name}") == side}


def _clash_rows(row: Delegate, overtaken: Overtaken) -> dict[str, Any]:
    """Both values in words, who saved the other one and when."""
    zone = row.conference.timezone

    def said(name: str, value: Any) -> str:
        if name == "municipality_id":
            town = db.session.get(Municipality, value) if value else None
            return localized(town, "name") if town is not None else ""
        return word_of(name, value, zone=zone)

    last = next(iter(of(row, limit=1)), None)
    return {
        "version": overtaken.version,
        "rows": [(clash.name, field_label(clash.name), said(clash.name, clash.theirs), said(clash.name, clash.mine))
                 for clash in overtaken.clashes],
        "who": last.actor_label if last is not None else "",
        "when": date_time(last.at, zone) if last is not None else "",
    }  # fmt: skip


@blueprint.route("/desk/c/<slug>/delegates/new", methods=["GET", "POST"])
@allow(Permission.EDIT_DELEGATES)
def new_delegate(slug: str) -> Any:
    """Register somebody on their behalf."""
    conference = desk_conference(slug)
    asked = questions_of(conference)
    form = with_questions(forms.StaffDelegateForm, asked, taken=taken_places(asked), require=False)()
    choices, ids = cities()
    form.prepare(conference=conference, cities=choices, roles=STAFF_ROLES)
    beyond = ""
    if form.validate_on_submit():
        try:
            row = register_on_behalf(
                conference=conference, details=form.details(conference=conference, ids=ids), answers=answers_in(form),
                language=form.language.data, nonce=form.nonce.data or "", over_quota="over_quota" in request.form,
                actor=_actor(), at=now(),
            )  # fmt: skip
        except Refusal as refusal:
            if refusal.field == "over_quota":
                beyond = str(refusal.message)
            else:
                put(form, refusal, municipality_id="municipality")
        else:
            if row.accreditation in HOLDS_A_PLACE:
                flash(_("The person is registered."), "done")
            else:
                flash(_("All places are taken: the person is on the waiting list."), "information")
            return redirect(url_for("delegations.desk_delegate", slug=slug, public_id=row.public_id), code=303)
    tell_left(form, conference)
    page = render_template(
        "delegations/desk_form.html", conference=conference, form=form, delegate=None, beyond=beyond
    )  # fmt: skip
    return page, (422 if form.is_submitted() else 200)


@blueprint.route("/desk/c/<slug>/delegates/import", methods=["GET", "POST"])
@allow(Permission.EDIT_DELEGATES)
def import_page(slug: str) -> Any:
    """Take delegates from a file, and tell row by row what became of it."""
    conference = desk_conference(slug)
    form = forms.ImportForm()
    report = _report_of(conference) if request.method == "GET" else None
    if form.validate_on_submit():
        token = keep_upload(form.file.data.stream, at=now())
        path = find_upload(token) or abort(404)
        if path.stat().st_size > AT_ONCE:
            actor = _actor()
            job = start_job(
                kind="import-delegates", started_by=actor.label, at=now(), conference_id=conference.id,
                params={"conference_id": conference.id, "token": token, "skip_bad_rows": form.skip_bad_rows.data,
                        "actor_id": actor.id, "actor": actor.label, "language": language()},
            )  # fmt: skip
            return redirect(url_for("jobs.show", job_id=job.id), code=303)
        try:
            report = report_on(
                lambda: import_delegates(
                    conference=conference, path=path, skip_bad_rows=form.skip_bad_rows.data, actor=_actor(), at=now()
                )
            )
        finally:
            path.unlink(missing_ok=True)
    bad = form.is_submitted() and (report is None or report.refused)
    page = render_template("delegations/import.html", conference=conference, form=form, report=report)
    return page, (422 if bad else 200)


def _report_of(conference: Conference) -> ImportReport | None:
    """What a file read in the background came to."""
    number_ = request.args.get("job", "")
    job = db.session.get(Job, int(number_)) if number_.isdecimal() and len(number_) < 10 else None
    if job is None or job.kind != "import-delegates" or job.conference_id != conference.id:
        return None
    said = dict(job.result)
    if "created" not in said:
        return None
    return ImportReport(
        created=said["created"], updated=said["updated"], unchanged=said["unchanged"], refused=said["refused"],
        rejected=[Rejected(**entry) for entry in said["rejected"]],
        warnings=[Rejected(**entry) for entry in said["warnings"]],
    )  # fmt: skip
