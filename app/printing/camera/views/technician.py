"""The table for the host's technician, as a page, a workbook and a paper."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Blueprint, render_template, request, send_file
from flask_babel import gettext as _

from app.conferences.models import Conference
from app.conferences.queries import conference_title, get
from app.correspondence.operations import sheets_pdf
from app.i18n import date_time, language
from app.navigation import enter_conference
from app.paging import Page, page_number
from app.permissions import Permission, allow, may
from app.printing.camera.technician import Guest, guests
from app.printing.press.design import font_address
from app.tables import write_xlsx

desk = Blueprint("video_people", __name__, url_prefix="/<language:language>/desk/c/<slug>/video/people")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def plate_words(guest: Guest) -> tuple[str, str]:
    """Whether the plate is drawn, as word and tone."""
    if guest.plate is None:
        return _("not drawn"), "quiet"
    return (_("drawn"), "done") if guest.plate else (_("to be drawn anew"), "waiting")


def test_words(guest: Guest) -> tuple[str, str]:
    """What the test of camera and microphone found, as word and tone."""
    if guest.tested is None:
        return _("not tested"), "waiting"
    camera, microphone = guest.tested
    if camera and microphone:
        return _("camera and microphone work"), "done"
    if camera:
        return _("no microphone"), "stop"
    return (_("no camera"), "stop") if microphone else (_("neither camera nor microphone"), "stop")


def _asked(slug: str) -> tuple[Conference, list[Guest]]:
    conference = get(slug)
    enter_conference(slug=conference.slug, title=conference_title(conference))
    found = guests(
        conference, with_part=request.args.get("who") == "part", contacts=may(Permission.READ_DELEGATES)
    )  # fmt: skip
    return conference, found


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
        "video/people.html", conference=conference, page=page, only_parts=request.args.get("who") == "part",
        guests=found[page.offset : page.offset + page.per_page], plate_words=plate_words, test_words=test_words,
        contacts=may(Permission.READ_DELEGATES),
        figures=[sum(guest.plate is True for guest in found), sum(guest.tested == (True, True) for guest in found)],
    )  # fmt: skip


@desk.get("/video-delegates.<any('xlsx', 'pdf'):kind>")
@allow(Permission.PRINT)
def file(slug: str, kind: str) -> Any:
    """The same as a workbook, a line for each session of each person, or on paper, A4 across."""
    conference, found = _asked(slug)
    title = _("Delegates by video: %(title)s", title=conference_title(conference))
    if kind == "pdf":
        html = render_template(
            "video/people_sheets.html", title=title, conference=conference, guests=found, language=language(),
            fonts=font_address(), plate_words=plate_words, test_words=test_words,
            contacts=may(Permission.READ_DELEGATES),
        )  # fmt: skip
        content, media_type = sheets_pdf(html, title=title), "application/pdf"
    else:
        heads = _heads()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "people.xlsx"
            write_xlsx([dict(zip(heads, row, strict=True)) for row in _lines(conference, found)], heads, path)
            content, media_type = path.read_bytes(), XLSX
    return send_file(BytesIO(content), media_type, download_name=f"{slug}_video.{kind}", as_attachment=kind == "xlsx")
