"""Photographs of many: a ZIP file is looked through, shown, and taken in the background."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.database import db
from app.delegations.forms.many_photos import ManyPhotosForm
from app.delegations.operations.many_photos import LeftOut, TakenPhotos, plan_photos
from app.delegations.views.shared import blueprint, put
from app.directory.uploads import find_upload, keep_upload
from app.errors import Refusal
from app.i18n import language
from app.jobs import Job, start_job
from app.permissions import Permission, allow


@blueprint.route("/desk/c/<slug>/delegates/photos", methods=["GET", "POST"])
@allow(Permission.EDIT_DELEGATES)
def many_photos(slug: str) -> Any:
    """Choose the file; then see whose each picture is; then take them."""
    conference = desk_conference(slug)
    form = ManyPhotosForm()
    if request.method == "POST" and request.form.get("deed") == "take":
        return _take(conference, request.form.get("file", ""))
    if form.validate_on_submit():
        token = keep_upload(form.archive(), at=now())
        path = find_upload(token)
        try:
            if path is not None:
                plan_photos(conference=conference, path=path)
        except Refusal as refusal:
            _drop(path)
            put(form, refusal)
        else:
            return redirect(url_for("delegations.many_photos", slug=slug, file=token), code=303)
    path = find_upload(request.args.get("file", ""))
    page = render_template(
        "delegations/many_photos.html", conference=conference, form=form, token=request.args.get("file", ""),
        plan=plan_photos(conference=conference, path=path) if path and not form.is_submitted() else None,
        taken=_taken(conference),
    )  # fmt: skip
    return page, (422 if form.is_submitted() else 200)


def _take(conference: Conference, token: str) -> Any:
    if find_upload(token) is None:
        flash(_("The file is no longer kept. Please choose it again."), "stop")
        return redirect(url_for("delegations.many_photos", slug=conference.slug), code=303)
    actor = current_actor()
    job = start_job(
        kind="take-photos", started_by=actor.label, at=now(), conference_id=conference.id,
        params={"conference_id": conference.id, "token": token, "actor_id": actor.id, "actor": actor.label,
                "language": language()},
    )  # fmt: skip
    return redirect(url_for("jobs.show", job_id=job.id), code=303)


def _drop(path: Path | None) -> None:
    if path is not None:
        path.unlink(missing_ok=True)


def _taken(conference: Conference) -> TakenPhotos | None:
    """What the background made of a file."""
    number = request.args.get("job", "")
    job = db.session.get(Job, int(number)) if number.isdecimal() and len(number) < 10 else None
    if job is None or job.kind != "take-photos" or job.conference_id != conference.id or "taken" not in job.result:
        return None
    return TakenPhotos(job.result["taken"], [LeftOut(**one) for one in job.result["left_out"]])
