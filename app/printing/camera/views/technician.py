"""The table for the host's technician, as a page, a workbook and a paper."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.conferences.queries import get
from app.i18n import date_time, language
from app.paging import Page, page_number
from app.permissions import Permission, allow, may
from app.printing.camera.queries import GUESTS, run_of
from app.printing.camera.technician import Guest, guests
from app.printing.camera.words import plate_words, test_words
from app.printing.orders import job_for
from app.printing.queries import path_of
from app.tables import write_xlsx

desk = Blueprint("video_people", __name__, url_prefix="/<language:language>/desk/c/<slug>/video/people")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _only_parts() -> bool:
    return request.values.get("who") == "part"


def _asked(slug: str) -> tuple[Conference, list[Guest]]:
    conference = desk_conference(slug)
    return conference, guests(conference, with_part=_only_parts(), contacts=may(Permission.READ_DELEGATES))


def _heads() -> list[str]:
    heads = [_("No."), _("Full name"), _("Other script"), _("Delegation"), _("Country"), _("Office"), _("Languages"),
             _("Session"), _("Part"), _("Host's time"), _("Own time"), _("Name plate"), _("Test")]  # fmt: skip
    return [*heads, _("E-mail"), _("Telephone")] if may(Permission.READ_DELEGATES) else heads


def _lines(conference: Conference, found: Sequence[Guest]) -> list[list[str]]:
    """One line for each session of each person; one for a person without."""
    lines = []
    for number, guest in enumerate(found, start=1):
        test = test_words(guest)[0]
        if guest.tested_at is not None:
            test = f"{test} ({date_time(guest.tested_at, conference.timezone)})"
        for one in guest.appearances or (None,):
            told = [f"{one.code} · {one.title}", one.role, one.here, one.there or one.here] if one else [""] * 4
            line = [str(number), guest.name, guest.other_name, guest.town, guest.country, guest.office,
                    guest.languages, *told, plate_words(guest)[0], test]  # fmt: skip
            lines.append([*line, guest.email, guest.phone] if may(Permission.READ_DELEGATES) else line)
    return lines


@desk.get("/")
@allow(Permission.PRINT)
def show(slug: str) -> Any:
    """Everyone by video, with sessions and hours."""
    conference, found = _asked(slug)
    page = Page(page_number(), len(found))
    return render_template(
        "video/people.html", conference=conference, page=page, only_parts=_only_parts(),
        guests=found[page.offset : page.offset + page.per_page], plate_words=plate_words, test_words=test_words,
        contacts=may(Permission.READ_DELEGATES),
        figures=[sum(guest.plate is True for guest in found), sum(guest.tested == (True, True) for guest in found)],
    )  # fmt: skip


@desk.post("/")
@allow(Permission.PRINT)
def print_table(slug: str) -> Any:
    """Begin to lay the table out on paper, in the background; the same order twice at once is one run."""
    conference, found = _asked(slug)
    if not found:
        return redirect(url_for("video_people.show", slug=slug), code=303)
    order = {"with_part": _only_parts(), "contacts": may(Permission.READ_DELEGATES), "language": language()}
    job = job_for(kind="print-guests", order=order, conference=conference, language=language(), actor=current_actor(),
                  at=now())  # fmt: skip
    return redirect(url_for("jobs.show", job_id=job.id), code=303)


@desk.get("/runs/<int:run_id>.pdf")
@allow(Permission.PRINT)
def run_pdf(slug: str, run_id: int) -> Any:
    """The table as it was laid out; one with addresses only for those who may see them."""
    conference = get(slug)
    row = run_of(conference, run_id, GUESTS) or abort(404)
    if row.scope == "contacts" and not may(Permission.READ_DELEGATES):
        abort(403)
    path = path_of(row.sha256)
    if not path.is_file():
        abort(404)
    return send_file(path, "application/pdf", download_name=f"{slug}_video_{row.id}.pdf")


@desk.get("/video-delegates.xlsx")
@allow(Permission.PRINT)
def workbook(slug: str) -> Any:
    """The same as a workbook, a line for each session of each person."""
    conference, found = _asked(slug)
    heads = _heads()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.xlsx"
        write_xlsx([dict(zip(heads, row, strict=True)) for row in _lines(conference, found)], heads, path)
        content = path.read_bytes()
    return send_file(BytesIO(content), XLSX, download_name=f"{slug}_video.xlsx", as_attachment=True)
