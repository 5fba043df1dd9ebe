"""Name plates: a delegate's own by their join token, everybody's for the staff."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.conferences.taking_part import has_screen
from app.database import fold
from app.delegations.models import Delegate
from app.delegations.queries.own_page import OwnLine, OwnSection, own_sections
from app.delegations.rules import Accreditation
from app.i18n import language
from app.paging import Page, page_number
from app.permissions import Permission, allow, by_token
from app.printing.camera.forms import PlatesForm
from app.printing.camera.queries import Plate, archive_of, plates, run_of, runs
from app.printing.orders import job_for
from app.security_headers import limiter
from app.video.queries import guest

own = Blueprint("plates", __name__)
desk = Blueprint("video_plates", __name__, url_prefix="/<language:language>/desk/c/<slug>/video/plates")

PLATE, THIRD = "plate", "lower-third"


def _picture(plate: Plate, kind: str) -> Response:
    """The picture, drawn only for whoever does not have it yet."""
    response = Response(mimetype="image/png")
    response.set_etag(f"{kind}-{plate.fingerprint[:32]}")
    response.headers["Cache-Control"] = "private, no-cache"  # kept, and asked for again with its sign
    response.headers["Content-Disposition"] = f'inline; filename="{plate.public_id}_{kind}.png"'
    if request.if_none_match.contains(response.get_etag()[0] or ""):
        response.status_code = 304
        return response
    response.set_data(plate.background() if kind == PLATE else plate.lower_third())
    return response


def _own(token: str, kind: str) -> Response:
    delegate = guest(token) or abort(404)
    g.language = delegate.language
    found = plates(delegate.conference, delegate_id=delegate.id)
    response = _picture(found[0] if found else abort(404), kind)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@own.get("/plate/<token>.png")
@by_token
@limiter.limit("60 per minute")
def own_plate(token: str) -> Response:
    """The picture to stand behind a delegate, by their join token."""
    return _own(token, PLATE)


@own.get("/lower-third/<token>.png")
@by_token
@limiter.limit("60 per minute")
def own_third(token: str) -> Response:
    """The strip to lay over a delegate's picture, by their join token."""
    return _own(token, THIRD)


def _section(delegate: Delegate) -> OwnSection | None:
    """What stands on the page of somebody who may be before a camera."""
    on_screen = has_screen(delegate.conference.format)
    if delegate.accreditation is not Accreditation.GRANTED or not on_screen:
        return None
    return OwnSection(
        title=_("For the camera"),
        lines=[OwnLine(_("A background with your name"), _("1920 × 1080 pixels, for any video service"))],
        link=_("Open your name plate"),
        url=url_for("plates.own_plate", token=delegate.join_token),
    )


own_sections["plates"] = _section


def _fitting(found: list[Plate], words: str) -> list[Plate]:
    """Those with all the words in a name, a town or the number."""
    wanted = (fold(words) or "").split()
    if not wanted:
        return found
    return [
        plate
        for plate in found
        if all(
            word in (fold(f"{plate.public_id} {plate.texts.name_first} {plate.texts.name_second} "
                          f"{plate.texts.place_first} {plate.texts.place_second}") or "")
            for word in wanted
        )
    ]  # fmt: skip


def _page(conference: Conference, form: PlatesForm) -> str:
    everyone = request.args.get("whose") == "all"
    by_video = plates(conference)
    found = plates(conference, everyone=True) if everyone else by_video
    words = request.args.get("q", "")
    fitting = _fitting(found, words)
    page = Page(page_number(), len(fitting))
    form.whose.choices = [
        ("video", ngettext("%(num)s person by video", "%(num)s persons by video", len(by_video))),
        ("all", _("everyone with a place")),
    ]
    return render_template(
        "video/plates.html", conference=conference, form=form, words=words, everyone=everyone, page=page,
        shown=fitting[page.offset : page.offset + page.per_page], first=fitting[0] if fitting else None,
        count=len(by_video), runs=runs(conference), kept=lambda run: archive_of(run.sha256).is_file(),
    )  # fmt: skip


@desk.get("/")
@allow(Permission.PRINT)
def show(slug: str) -> Any:
    """Everybody's plates, to look at one by one or to be drawn together."""
    conference = desk_conference(slug)
    return _page(conference, PlatesForm(whose="video"))


@desk.post("/")
@allow(Permission.PRINT)
def draw(slug: str) -> Any:
    """Begin drawing in the background; the same order twice at once is one run."""
    conference = desk_conference(slug)
    form = PlatesForm()
    form.whose.choices = [("video", ""), ("all", "")]
    if not form.validate_on_submit():
        return _page(conference, form), 422
    order = {"everyone": form.whose.data == "all", "delegation_id": None}
    if not plates(conference, everyone=order["everyone"]):
        form.whose.errors = [
            _("Nobody has a place yet.") if order["everyone"] else _("Nobody takes part by video yet.")
        ]  # fmt: skip
        return _page(conference, form), 422
    job = job_for(kind="draw-plates", order=order, conference=conference, language=language(), actor=current_actor(),
                  at=now())  # fmt: skip
    return redirect(url_for("jobs.show", job_id=job.id), code=303)


@desk.get("/<int:delegate_id>/<any('plate', 'lower-third'):kind>.png")
@allow(Permission.PRINT)
def picture(slug: str, delegate_id: int, kind: str) -> Any:
    """One picture of one person."""
    found = plates(desk_conference(slug), delegate_id=delegate_id)
    return _picture(found[0] if found else abort(404), kind)


@desk.get("/runs/<int:run_id>")
@allow(Permission.PRINT)
def run(slug: str, run_id: int) -> Any:
    """One drawing: its figures, what to look at, and the file."""
    conference = desk_conference(slug)
    row = run_of(conference, run_id) or abort(404)
    kept = archive_of(row.sha256).is_file()
    return render_template("video/plates_run.html", conference=conference, run=row, kept=kept)


@desk.get("/runs/<int:run_id>/plates.zip")
@allow(Permission.PRINT)
def run_zip(slug: str, run_id: int) -> Any:
    """The pictures, a folder for each delegation."""
    row = run_of(desk_conference(slug), run_id) or abort(404)
    path = archive_of(row.sha256)
    if not path.is_file():
        abort(404)
    return send_file(path, "application/zip", as_attachment=True, download_name=f"{slug}_plates_{row.id}.zip")
