"""The desk: who needs a visa, passport data (every look is recorded), letters, rules and settings."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.database import db
from app.delegations.forms.visa import VisaSettingsForm, countries
from app.delegations.operations.passports import (
    decide_needs,
    erase_passport,
    erase_passports,
    see_passport,
    see_scan,
    set_visa_settings,
)
from app.delegations.operations.visa_letters import (
    consulate_of,
    language_of,
    prepare_visa_letter,
    prepare_visa_letters,
    send_evisa_notice,
)
from app.delegations.queries.visa import (
    applicants,
    erased_after,
    how_many_applicants,
    how_many_records,
    how_many_unknown,
    looks_at,
    need_for,
    passport_in,
    record_of,
    rules_for,
    settings_of,
    visa_letters,
    waiting_for_letter,
)
from app.delegations.rules.visa import EVERYBODY, PASSPORT_WORDS, VisaNeed, lacking_for_letter, masked, warnings_about
from app.delegations.views.papers import staff_delegate
from app.delegations.views.shared import blueprint, full_name, private, put
from app.delegations.views.visa import scan_response
from app.errors import Refusal
from app.i18n import LANGUAGES, language, listing, number, region_name
from app.jobs import Job, start_job
from app.paging import PER_PAGE, Page, page_number
from app.permissions import Permission, allow, may


def need_words() -> dict[str, str]:
    """What a need is called."""
    return {
        VisaNeed.NONE.value: _("no visa needed"),
        VisaNeed.EVISA.value: _("e-visa possible"),
        VisaNeed.VISA.value: _("visa needed"),
    }


AT_ONCE = 20  # letters drafted while somebody waits for the page; more are drafted in the background


def _tell_prepared(count: int) -> None:
    if count:
        told = ngettext("%(count)s visa letter is prepared as a draft.",
                        "%(count)s visa letters are prepared as drafts.", count, count=number(count))  # fmt: skip
        flash(told, "done")
    else:
        flash(_("Nobody waits for a visa letter whose passport data are there."), "information")


def _tell_job(conference: Conference, job_id: int) -> None:
    """What came of letters drafted in the background."""
    job = db.session.get(Job, job_id)
    if job is None or job.conference_id != conference.id or job.kind != "prepare-visa-letters" or not job.result:
        return
    if "prepared" in job.result:
        _tell_prepared(job.result["prepared"])
    for one in job.result.get("refused", ()):
        flash(f"{one['name']}: {one['message']}", "error")


@blueprint.get("/desk/c/<slug>/visa")
@allow(Permission.READ_PASSPORTS)
@private
def visa(slug: str) -> Any:
    """Who needs a visa, what is there and what is missing, letters."""
    conference = desk_conference(slug)
    if "job" in request.args:
        _tell_job(conference, request.args.get("job", 0, type=int))
    host = conference.host.country
    page = Page(page_number(), how_many_applicants(conference))
    rows = []
    for one in applicants(conference, offset=page.offset, limit=PER_PAGE):
        passport = passport_in(one.record)
        lacking = lacking_for_letter(passport, host) if passport else []
        rows.append({
            "delegate": one.delegate, "need": one.need, "letter": one.letter, "record": one.record,
            "masked": masked(passport.number) if passport else "", "lost": one.record is not None and passport is None,
            "lacking": listing([str(PASSPORT_WORDS[name]) for name in lacking]),
            "warnings": warnings_about(passport) if passport else [],
        })  # fmt: skip
    return render_template(
        "delegations/visa_desk.html", conference=conference, page=page, rows=rows, words=need_words(),
        unknown=how_many_unknown(conference), until=erased_after(conference), kept=how_many_records(conference),
        languages=LANGUAGES, usual=language_of(host), consulate=consulate_of(conference, language_of(host)),
    )  # fmt: skip


@blueprint.post("/desk/c/<slug>/visa")
@allow(Permission.READ_PASSPORTS)
def visa_deed(slug: str) -> Any:
    """Prepare the letters of all who can have one, or erase every passport of the conference now."""
    conference = desk_conference(slug)
    deed = request.form.get("deed", "")
    if deed == "prepare":
        if not may(Permission.WRITE_LETTERS):
            abort(403)
        said = request.form.get("language", "")
        code = said if said in LANGUAGES else None
        waiting = waiting_for_letter(conference)
        actor = current_actor()
        if len(waiting) > AT_ONCE:
            job = start_job(
                kind="prepare-visa-letters",
                params={"conference_id": conference.id, "letter_language": code, "actor_id": actor.id,
                        "actor": actor.label, "language": language()},
                started_by=actor.label, at=now(), conference_id=conference.id, total=len(waiting),
            )  # fmt: skip
            return redirect(url_for("jobs.show", job_id=job.id), code=303)
        outcome = prepare_visa_letters(delegates=waiting, language=code, actor=actor, at=now())
        if outcome.letters or not outcome.refused:
            _tell_prepared(len(outcome.letters))
        for delegate, message in outcome.refused:
            flash(f"{full_name(delegate)}: {message}", "error")
    elif deed == "erase" and not request.form.get("sure"):
        flash(_("Nothing is erased: please say that you are sure."), "error")
    elif deed == "erase":
        count = erase_passports(conference=conference, actor=current_actor(), at=now())
        told = ngettext("The passport data of %(count)s person are erased.",
                        "The passport data of %(count)s people are erased.", count, count=number(count))  # fmt: skip
        flash(told, "done")
    else:
        abort(400)
    return redirect(url_for("delegations.visa", slug=slug), code=303)


@blueprint.route("/desk/c/<slug>/visa/settings", methods=["GET", "POST"])
@allow(Permission.EDIT_CONFERENCE)
def visa_settings(slug: str) -> Any:
    """How long passport data are kept, and to whom visa letters are addressed."""
    conference = desk_conference(slug)
    form = VisaSettingsForm(obj=settings_of(conference))
    if form.validate_on_submit():
        try:
            set_visa_settings(
                conference=conference, keep_days=form.keep_days.data,
                consulates={code: form[f"consulate_{code}"].data or "" for code in LANGUAGES},
                actor=current_actor(), at=now(),
            )  # fmt: skip
        except Refusal as refusal:
            put(form, refusal)
        else:
            flash(_("The settings are saved."), "done")
            return redirect(url_for("delegations.visa_settings", slug=slug), code=303)
    page = render_template(
        "delegations/visa_settings.html", conference=conference, form=form,
        usual={code: consulate_of(conference, code) for code in LANGUAGES},
    )  # fmt: skip
    return page, (422 if form.is_submitted() else 200)


@blueprint.route("/desk/c/<slug>/visa/rules", methods=["GET", "POST"])
@allow(Permission.EDIT_CONFERENCE)
def visa_rules(slug: str) -> Any:
    """The rules for the host's country, by citizenship: as shipped, or as the organisers decided."""
    conference = desk_conference(slug)
    host = conference.host.country
    known = dict(countries("en"))
    if request.method == "POST":
        needs: dict[str, VisaNeed | None] = {}
        for rule in rules_for(host):
            chosen = request.form.get(f"need-{rule.citizenship}", "")
            if chosen == "shipped" and rule.decided:
                needs[rule.citizenship] = None
            elif chosen in set(VisaNeed) and chosen != rule.need.value:
                needs[rule.citizenship] = VisaNeed(chosen)
        added, need = request.form.get("added", ""), request.form.get("added_need", "")
        if added in known and need in set(VisaNeed):
            needs[added] = VisaNeed(need)
        changed = decide_needs(host_country=host, needs=needs, actor=current_actor(), at=now())
        flash(ngettext("%(count)s rule is changed.", "%(count)s rules are changed.", changed, count=number(changed)),
              "done" if changed else "information")  # fmt: skip
        return redirect(url_for("delegations.visa_rules", slug=slug), code=303)
    rules = rules_for(host)
    named = [(rule, region_name(rule.citizenship)) for rule in rules if rule.citizenship != EVERYBODY]
    listed = {rule.citizenship for rule in rules} | {host}
    return render_template(
        "delegations/visa_rules.html", conference=conference, host=region_name(host), words=need_words(),
        rules=[*sorted(named, key=lambda pair: pair[1].casefold()), (rules[-1], _("all others"))],
        others=[pair for pair in countries(language()) if pair[0] not in listed],
    )  # fmt: skip


@blueprint.get("/desk/c/<slug>/delegates/<public_id>/passport")
@allow(Permission.READ_PASSPORTS)
@private
def passport(slug: str, public_id: str) -> Any:
    """The passport data in full; opening this page is recorded and shown to the person."""
    conference = desk_conference(slug)
    row = staff_delegate(conference, public_id)
    record, known, refused = record_of(row), None, None
    if record is not None:
        try:
            known = see_passport(delegate=row, actor=current_actor(), at=now())
        except Refusal as refusal:
            refused = refusal
    need = need_for(row)
    lacking = lacking_for_letter(known, conference.host.country) if known else []
    return render_template(
        "delegations/visa_passport.html", conference=conference, delegate=row, record=record, known=known,
        refused=refused, need=need, words=need_words(), looks=looks_at(row),
        letter=visa_letters([row.id]).get(row.id), until=erased_after(conference), languages=LANGUAGES,
        usual=language_of(conference.host.country),
        lacking=[str(PASSPORT_WORDS[name]) for name in lacking],
        warnings=warnings_about(known) if known else [],
    )  # fmt: skip


@blueprint.post("/desk/c/<slug>/delegates/<public_id>/passport")
@allow(Permission.READ_PASSPORTS)
def passport_deed(slug: str, public_id: str) -> Any:
    """Prepare the letter, mail the notice on e-visas, or erase the data now."""
    row = staff_delegate(desk_conference(slug), public_id)
    deed = request.form.get("deed", "")
    back = redirect(url_for("delegations.visa", slug=slug), code=303)
    try:
        if deed == "prepare":
            if not may(Permission.WRITE_LETTERS):
                abort(403)
            code = request.form.get("language", "")
            letter = prepare_visa_letter(delegate=row, language=code if code in LANGUAGES else None,
                                         actor=current_actor(), at=now())  # fmt: skip
            flash(_("The visa letter is prepared as a draft."), "done")
            return redirect(url_for("correspondence.letter", slug=slug, letter_id=letter.id), code=303)
        if deed == "evisa":
            if send_evisa_notice(delegate=row, actor=current_actor(), at=now()):
                flash(_("The notice on the e-visa is in the outbox."), "done")
            else:
                flash(_("There is no address to which the notice could be mailed."), "error")
        elif deed == "erase":
            if erase_passport(delegate=row, reason="by_hand", actor=current_actor(), at=now()):
                flash(_("The passport data are erased."), "done")
        else:
            abort(400)
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    return back


@blueprint.get("/desk/c/<slug>/delegates/<public_id>/passport/copy")
@allow(Permission.READ_PASSPORTS)
@private
def passport_scan(slug: str, public_id: str) -> Any:
    """The marked copy; opening it is recorded and shown to the person."""
    row = staff_delegate(desk_conference(slug), public_id)
    record = record_of(row)
    if record is None or not record.scan:
        abort(404)
    content, media_type = see_scan(delegate=row, actor=current_actor(), at=now())
    return scan_response(content, media_type)
