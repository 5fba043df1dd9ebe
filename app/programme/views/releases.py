"""Releasing, and what was released."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.models import Conference
from app.errors import Refusal
from app.i18n import language
from app.permissions import Permission, allow
from app.programme.forms import ReleaseForm, blame
from app.programme.operations import release_programme
from app.programme.queries import (
    current_release,
    release_numbered,
    releases_of,
    sessions_of,
    warnings_of,
)
from app.programme.queries.content import freeze
from app.programme.queries.papers import release_pdf
from app.programme.rules.changes import changes
from app.programme.views.blueprint import at_the_desk, conference_or_404, programme


def _page(conference: Conference, form: ReleaseForm) -> str:
    sessions = sessions_of(conference)
    before = current_release(conference)
    content = freeze(conference, before=before.content if before else None, sessions=sessions)
    return render_template(
        "programme/release.html", conference=conference, form=form, number=before.number + 1 if before else 1,
        before=before, content=content, warnings=warnings_of(conference, sessions),
        changes=changes(before.content, content, language=language()) if before else [],
        by_code={session.code: session for session in sessions},
    )  # fmt: skip


@programme.get("/desk/c/<slug>/programme/release")
@allow(Permission.RELEASE_PROGRAMME)
def release(slug: str) -> Any:
    """What the next release will say."""
    return _page(at_the_desk(slug), ReleaseForm())


@programme.post("/desk/c/<slug>/programme/release")
@allow(Permission.RELEASE_PROGRAMME)
def release_now(slug: str) -> Any:
    """Release the draft, if nobody released in between."""
    conference = at_the_desk(slug)
    form = ReleaseForm()
    try:
        if form.validate():
            expected = request.form.get("number", "")
            before = current_release(conference)
            if expected != str(before.number + 1 if before else 1):
                raise Refusal(_("Meanwhile another release was made. Please look at what has changed since."))
            made = release_programme(conference=conference, name=form.name.data or "", actor=current_actor(), at=now())
            flash(_("Release %(number)s is public now.", number=made.number), "done")
            return redirect(url_for("programme.releases", slug=slug), code=303)
    except Refusal as refusal:
        blame(form, refusal)
    return _page(conference, form), 422


@programme.get("/desk/c/<slug>/programme/releases")
@allow(Permission.READ_PROGRAMME)
def releases(slug: str) -> Any:
    """All releases with what changed from one to the next."""
    conference = at_the_desk(slug)
    found = releases_of(conference)
    befores = [*found[1:], None][: len(found)]
    entries = [
        (one, changes(before.content, one.content, language=language()) if before else [])
        for one, before in zip(found, befores, strict=True)
    ]
    return render_template("programme/releases.html", conference=conference, entries=entries)


@programme.get("/desk/c/<slug>/programme/releases/<int:number>.pdf")
@allow(Permission.READ_PROGRAMME)
def release_paper(slug: str, number: int) -> Any:
    """One release on paper."""
    found = release_numbered(conference_or_404(slug), number) or abort(404)
    response = current_app.response_class(release_pdf(found), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="programme-{slug}-{number}.pdf"'
    return response
