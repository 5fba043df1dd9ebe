"""Settings of the print room: what stands on backs, printers, calibration pages."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Response, abort, redirect, render_template, request, send_file, url_for

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.database import db
from app.errors import Refusal
from app.look_pages import to_look, wants_look
from app.permissions import Permission, allow
from app.printing import queries
from app.printing.calibration import calibration_page
from app.printing.forms import BackForm, CalibrationForm, PrinterForm
from app.printing.models import Printer, PrintSettings
from app.printing.operations.settings import forget_printer, settle_backs, settle_printer
from app.printing.rules import LAYOUTS
from app.printing.views.base import desk


def _page(conference: Conference, *, backs: BackForm | None = None, printer: PrinterForm | None = None,
          page: CalibrationForm | None = None) -> str:  # fmt: skip
    printers = queries.printers()
    if page is None:
        page = CalibrationForm(None)
        page.offer(printers)
    return render_template(
        "printing/settings.html",
        conference=conference,
        backs=backs or BackForm(None, obj=db.session.get(PrintSettings, conference.id)),
        printer=printer or PrinterForm(None),
        page=page,
        printers=printers,
    )


@desk.get("/settings")
@allow(Permission.PRINT)
def room(slug: str) -> Any:
    """What stands on backs, which printers there are, a page to calibrate one with."""
    return _page(desk_conference(slug))


@desk.post("/settings/backs")
@allow(Permission.PRINT)
def keep_backs(slug: str) -> Any:
    """Keep what stands on backs."""
    conference = desk_conference(slug)
    form = BackForm()
    if not form.validate_on_submit():
        return _page(conference, backs=form), 422
    settle_backs(conference=conference, details=form.details, actor=current_actor(), at=now())
    return redirect(url_for("printing.room", slug=slug), code=303)


@desk.post("/settings/printers")
@allow(Permission.PRINT)
def keep_printer(slug: str) -> Any:
    """Keep how far a printer is off."""
    conference = desk_conference(slug)
    form = PrinterForm()
    if not form.validate_on_submit():
        return _page(conference, printer=form), 422
    try:
        settle_printer(name=form.name.data, right_mm=form.right_mm.data, down_mm=form.down_mm.data,
                       actor=current_actor(), at=now())  # fmt: skip
    except Refusal as refusal:
        form.name.errors = [str(refusal)]
        return _page(conference, printer=form), 422
    return redirect(url_for("printing.room", slug=slug), code=303)


@desk.post("/settings/printers/<int:printer_id>/forget")
@allow(Permission.PRINT)
def drop_printer(slug: str, printer_id: int) -> Any:
    """Keep a printer no longer."""
    desk_conference(slug)
    forget_printer(printer=db.session.get(Printer, printer_id) or abort(404), actor=current_actor(), at=now())
    return redirect(url_for("printing.room", slug=slug), code=303)


@desk.get("/settings/calibration.pdf")
@allow(Permission.PRINT)
def calibration(slug: str) -> Any:
    """A page with outlines and rulers, moved as the chosen printer needs it."""
    conference = desk_conference(slug)
    printers = queries.printers()
    form = CalibrationForm(request.args)
    form.offer(printers)
    if not form.validate() or not form.fits(printers):
        return Response(_page(conference, page=form), 422)
    if wants_look():
        return to_look(back=url_for("printing.room", slug=slug))
    pdf = calibration_page(LAYOUTS[form.layout.data], form.on_paper(printers))
    return send_file(BytesIO(pdf), "application/pdf", download_name="calibration.pdf")
