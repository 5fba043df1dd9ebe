"""The interpreters' rota on the desk."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.i18n import language
from app.permissions import Permission, allow
from app.printing.orders import job_for
from app.printing.papers.views import desk
from app.printing.rota.printing import shown


@desk.get("/rota")
@allow(Permission.PRINT)
def rota(slug: str) -> Any:
    """Who interprets where, in which turns, and how much each has to do."""
    return render_template("printing/rota.html", **shown(desk_conference(slug)))


@desk.post("/rota")
@allow(Permission.PRINT)
def order_rota(slug: str) -> Any:
    """Print it in the background, in the language of this page."""
    job = job_for(kind="print-rota", order={"code": language()}, conference=desk_conference(slug), language=language(),
                  actor=current_actor(), at=now())  # fmt: skip
    return redirect(url_for("jobs.show", job_id=job.id), code=303)
