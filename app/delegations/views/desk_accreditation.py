"""The desk: declining with a reason, and the list for the guards of the host."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.delegations.operations import decline
from app.delegations.operations.reasons import keep_reason, reason_texts, remove_reason
from app.delegations.operations.security_list import make_security_list
from app.delegations.queries.security_list import how_many_to_list, security_lists
from app.delegations.queries.ways_in import decline_reasons
from app.delegations.rules import ALLOWED, Accreditation
from app.delegations.views.desk_list import came_choices
from app.delegations.views.papers import staff_delegate
from app.delegations.views.shared import blueprint, private
from app.documents.queries import content as content_of
from app.errors import Refusal
from app.i18n import LANGUAGES, localized
from app.permissions import Permission, allow


def _typed() -> dict[str, str]:
    return {code: " ".join(request.form.get(f"text_{code}", "").split())[:1000] for code in LANGUAGES}


@blueprint.route("/desk/c/<slug>/delegates/<public_id>/decline", methods=["GET", "POST"])
@allow(Permission.EDIT_DELEGATES)
def decline_delegate(slug: str, public_id: str) -> Any:
    """Decline somebody, with a reason they read in their own language."""
    conference = desk_conference(slug)
    row = staff_delegate(conference, public_id)
    here = url_for("delegations.desk_delegate", slug=slug, public_id=public_id)
    if Accreditation.DECLINED not in ALLOWED[row.accreditation]:
        return redirect(here, code=303)
    error, status = "", 200
    if request.method == "POST":
        try:
            texts = reason_texts(conference=conference, chosen=request.form.get("reason", ""), typed=_typed())
            decline(delegate=row, reason=texts.get(row.language) or texts.get("en", ""), actor=current_actor(),
                    at=now())  # fmt: skip
        except Refusal as refusal:
            error, status = str(refusal.message), 422
        else:
            flash(_("Done. The person is told by mail, if there is an address."), "done")
            return redirect(here, code=303)
    page = render_template(
        "delegations/decline.html", conference=conference, delegate=row, reasons=decline_reasons(conference),
        error=error, typed=_typed(), chosen=request.form.get("reason", ""), localized=localized, languages=LANGUAGES,
    )  # fmt: skip
    return page, status


@blueprint.route("/desk/c/<slug>/decline-reasons", methods=["GET", "POST"])
@allow(Permission.EDIT_DELEGATES)
def reasons(slug: str) -> Any:
    """Reasons to choose from, each in three languages."""
    conference = desk_conference(slug)
    error = ""
    if request.method == "POST":
        number = request.form.get("remove", "")
        try:
            if number.isdecimal():
                remove_reason(conference=conference, number=int(number[:9]), actor=current_actor(), at=now())
                flash(_("The reason is removed."), "done")
            else:
                keep_reason(conference=conference, texts=_typed(), actor=current_actor(), at=now())
                flash(_("The reason is kept."), "done")
        except Refusal as refusal:
            error = str(refusal.message)
        else:
            return redirect(url_for("delegations.reasons", slug=slug), code=303)
    page = render_template("delegations/reasons.html", conference=conference, rows=decline_reasons(conference),
                           error=error, typed=_typed(), languages=LANGUAGES)  # fmt: skip
    return page, (422 if error else 200)


@blueprint.route("/desk/c/<slug>/security-list", methods=["GET", "POST"])
@allow(Permission.READ_PASSPORTS)
@private
def security_list(slug: str) -> Any:
    """Make the sealed list of those who come, and take those made before."""
    conference = desk_conference(slug)
    if request.method == "POST":
        form = request.form.get("form", "")
        came = request.form.get("came", "")
        if form not in {"xlsx", "pdf"} or came not in {"", *dict(came_choices())}:
            abort(400)
        try:
            make_security_list(conference=conference, form=form, with_passports="passports" in request.form,
                               came=came, actor=current_actor(), at=now())  # fmt: skip
        except Refusal as refusal:
            flash(str(refusal.message), "error")
        else:
            flash(_("The list is made and sealed."), "done")
        return redirect(url_for("delegations.security_list", slug=slug), code=303)
    people, passports = how_many_to_list(conference)
    return render_template("delegations/security_list.html", conference=conference, people=people,
                           passports=passports, rows=security_lists(conference),
                           came_choices=came_choices())  # fmt: skip


@blueprint.get("/desk/c/<slug>/security-list/<code>")
@allow(Permission.READ_PASSPORTS)
@private
def security_list_file(slug: str, code: str) -> Any:
    """A list that was made."""
    conference = desk_conference(slug)
    row = next((one for one in security_lists(conference) if one.code == code), None) or abort(404)
    ending = "pdf" if row.media_type == "application/pdf" else "xlsx"
    return Response(
        content_of(row), content_type=row.media_type,
        headers={"Content-Disposition": f'attachment; filename="{slug}-persons.{ending}"'},
    )  # fmt: skip
