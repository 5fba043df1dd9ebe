"""The desk: one decision about many delegates. First what would happen, then the deed."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Delegate, Delegation
from app.delegations.operations.reasons import reason_texts
from app.delegations.operations.together import TogetherDeed, decide_together, forecast
from app.delegations.queries import chosen, delegation_names, matching, page_of_delegates
from app.delegations.queries.ways_in import decline_reasons
from app.delegations.rules import shown
from app.delegations.rules.listing import question_of
from app.delegations.views.desk_list import filter_words, list_url
from app.delegations.views.shared import blueprint, list_name
from app.errors import Refusal
from app.i18n import language, number
from app.jobs import start_job
from app.permissions import Permission, allow

AT_ONCE = 30  # more than these are decided in the background
NAMED = 20


def _people(conference: Conference, arguments: MultiDict[str, str]) -> list[Delegate]:
    """Those chosen one by one, or all the filter finds."""
    ids = arguments.getlist("id")[:1000]
    asked = matching(conference, question_of(arguments)) if arguments.get("who") == "all" else chosen(conference, ids)
    return page_of_delegates(asked, offset=0, limit=None)


def _delegation(conference: Conference, given: str) -> Delegation | None:
    if not given.isdecimal() or len(given) > 9:
        return None
    found = db.session.get(Delegation, int(given))
    return found if found is not None and found.conference_id == conference.id else None


@blueprint.route("/desk/c/<slug>/delegates/together", methods=["GET", "POST"])
@allow(Permission.EDIT_DELEGATES)
def together(slug: str) -> Any:
    """Grant, decline or put many into a delegation: GET counts, POST does it when the count is still the same."""
    conference = desk_conference(slug)
    arguments = request.form if request.method == "POST" else request.args
    name = arguments.get("deed", "")
    if name == "mail":
        return redirect(url_for("delegations.new_group_mail", slug=slug, **_passed_on(arguments)), code=303)
    if name not in set(TogetherDeed):
        flash(_("Please choose what is to be done."), "error")
        return redirect(list_url(slug, question_of(arguments)), code=303)
    deed = TogetherDeed(name)
    question = question_of(arguments)
    people = _people(conference, arguments)
    if not people:
        flash(_("Nobody is chosen. Please choose people in the list, or everybody found."), "error")
        return redirect(list_url(slug, question), code=303)
    delegation = _delegation(conference, arguments.get("delegation_id", ""))
    expected = forecast(conference=conference, delegates=people, deed=deed, delegation=delegation)
    error = ""
    if request.method == "POST":
        if arguments.get("count") != str(len(people)):
            error = _("The list has changed meanwhile. Please look at the numbers again.")
        elif deed is TogetherDeed.JOIN and delegation is None:
            error = _("Please choose a delegation.")
        elif expected.beyond_quota and "over_quota" not in arguments:
            error = ngettext(
                "The delegation would have %(count)s person more than its quota.",
                "The delegation would have %(count)s people more than its quota.",
                expected.beyond_quota, count=number(expected.beyond_quota),
            )  # fmt: skip
        else:
            kept = reason_texts(conference=conference, chosen=arguments.get("reason_id", ""), typed={})
            return _do(conference, people, deed, arguments.get("reason", "").strip()[:2000], kept, delegation)
    page = render_template(
        "delegations/together.html", conference=conference, deed=deed, people=people[:NAMED],
        rest=max(0, len(people) - NAMED), query=question.as_query(), whole=arguments.get("who") == "all",
        ids=[row.public_id for row in people], names=[list_name(row) for row in people[:NAMED]],
        said=filter_words(conference, question) if arguments.get("who") == "all" else [], error=error,
        expected=expected,
        kept_reasons=decline_reasons(conference) if deed is TogetherDeed.DECLINE else [],
        reason=arguments.get("reason", ""), delegation_id=arguments.get("delegation_id", ""),
        delegations=delegation_names(conference) if deed is TogetherDeed.JOIN else [],
    )  # fmt: skip
    return page, (422 if error else 200)


def _passed_on(arguments: MultiDict[str, str]) -> dict[str, Any]:
    if arguments.get("who") == "all":
        return dict(question_of(arguments).as_query())
    return {"id": arguments.getlist("id")[:1000] or "-"}


def _do(
    conference: Conference, people: list[Delegate], deed: TogetherDeed, reason: str, reasons: dict[str, str],
    delegation: Delegation | None,
) -> Any:  # fmt: skip
    ids, over_quota = [row.id for row in people], "over_quota" in request.form
    back = url_for("delegations.delegates", slug=conference.slug)
    if len(ids) > AT_ONCE:
        actor = current_actor()
        job = start_job(
            kind="decide-together",
            params={"conference_id": conference.id, "ids": ids, "deed": deed.value, "reason": reason,
                    "reasons": reasons, "over_quota": over_quota,
                    "delegation_id": delegation.id if delegation else None, "actor_id": actor.id,
                    "actor": actor.label, "language": language()},
            started_by=actor.label, at=now(), conference_id=conference.id, total=len(ids),
        )  # fmt: skip
        return redirect(url_for("jobs.show", job_id=job.id), code=303)
    try:
        result = decide_together(
            conference=conference, ids=ids, deed=deed, reason=reason, reasons=reasons, delegation=delegation,
            over_quota=over_quota, actor=current_actor(), at=now(),
        )  # fmt: skip
    except Refusal as refusal:
        flash(str(refusal.message), "error")
        return redirect(back, code=303)
    flash(
        ngettext("Done for %(count)s person.", "Done for %(count)s people.", result.done, count=number(result.done)),
        "done",
    )
    for public_id, message in result.refused[:NAMED]:
        flash(f"{shown(public_id)}: {message}", "error")
    return redirect(back, code=303)
