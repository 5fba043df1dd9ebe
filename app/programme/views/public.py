"""The released programme for everyone."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, make_response, render_template, request

from app.conferences.queries import conference_title
from app.i18n import language
from app.permissions import public as public_page
from app.programme.queries import current_release
from app.programme.queries.pages import days
from app.programme.queries.papers import release_pdf
from app.programme.rules.changes import named
from app.programme.views.blueprint import conference_or_404, programme
from app.security_headers import limiter


@programme.get("/c/<slug>/programme")
@public_page
def public(slug: str) -> Any:
    """The newest release by day; with ``q`` only what mentions every word of it."""
    conference = conference_or_404(slug)
    release = current_release(conference)
    search = request.args.get("q", "").strip()[:100]
    found = days(release.content, language=language(), search=search) if release else []
    response = make_response(
        render_template(
            "programme/public.html", conference=conference, title=conference_title(conference), release=release,
            days=found, search=search, count=sum(len(day.lines) for day in found),
            theme=named(release.content["themes"], language()) if release else "",
        )
    )  # fmt: skip
    response.add_etag()
    return response.make_conditional(request)


@programme.get("/c/<slug>/programme.pdf")
@public_page
@limiter.limit("60 per minute")
def paper(slug: str) -> Any:
    """The newest release on paper, Russian and German side by side."""
    release = current_release(conference_or_404(slug)) or abort(404)
    response = current_app.response_class(release_pdf(release), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="programme-{slug}-{release.number}.pdf"'
    response.add_etag()
    return response.make_conditional(request)
