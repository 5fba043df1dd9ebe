"""Envelopes and labels for delegates and heads, printed from the desk."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.correspondence.views.despatch import form_words
from app.i18n import language
from app.look_pages import look_url
from app.permissions import Permission, allow
from app.printing.orders import job_for
from app.printing.papers.views import desk
from app.printing.post.addressees import Whom, posted
from app.printing.post.forms import PostForm
from app.printing.queries import badge_contents
from app.printing.whose import in_address
from invitations.layout.labels import ARTICLES


@desk.route("/post", methods=["GET", "POST"])
@allow(Permission.PRINT)
def post(slug: str) -> Any:
    """Choose for whom and on what; the printing goes on in the background."""
    conference = desk_conference(slug)
    form = PostForm()
    form.offer(form_words())
    form.offer_people(conference)
    counts = {whom: posted(conference, whom) for whom in Whom}
    if form.validate_on_submit():
        paper, _colon, name = str(form.on.data).partition(":")
        if paper == "labels" and form.start.data > ARTICLES[name].count:
            form.start.errors = [_("The sheet has no such label.")]
        elif not counts[Whom(form.whom.data)]:
            form.whom.errors = [_("There is nobody to write to.")]
        else:
            whose = form.whose(conference, badge_contents(conference, attendance=None))
            order = {"paper": paper, "whom": form.whom.data, "form": name, "start": form.start.data, **(whose or {})}
            if whose is not None and request.form.get("deed") == "look":
                of = url_for("papers.proof_of_post", slug=slug, paper_name=paper, form=name, whom=form.whom.data,
                             start=form.start.data, **in_address(whose))  # fmt: skip
                return redirect(look_url(of), code=303)
            if whose is not None:
                job = job_for(kind="print-post", order=order, conference=conference, language=language(),
                              actor=current_actor(), at=now())  # fmt: skip
                return redirect(url_for("jobs.show", job_id=job.id), code=303)
    page = render_template(
        "printing/post.html", conference=conference, form=form,
        delegates=len(counts[Whom.DELEGATES]), heads=len(counts[Whom.HEADS]),
        without=sum(not one.whole for one in counts[Whom.DELEGATES]),
    )  # fmt: skip
    return page, (422 if form.is_submitted() else 200)
