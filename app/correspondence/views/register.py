"""The outgoing register on the desk."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from app.correspondence.queries import (
    letters_of_entries,
    register_count,
    register_csv,
    register_line,
    register_rows,
    years,
)
from app.correspondence.views.entrance import blueprint
from app.paging import Page, page_number
from app.permissions import Permission, allow

PER_PAGE = 100


def _asked_year() -> int | None:
    return request.args.get("year", type=int)


@blueprint.get("/register")
@allow(Permission.READ_REGISTER)
def register() -> Any:
    """Number, date, addressee, subject, sheets: every letter ever issued."""
    year = _asked_year()
    page = Page(page_number(), register_count(year), PER_PAGE)
    rows = register_rows(year, offset=page.offset, limit=PER_PAGE, newest_first=True)
    return render_template(
        "correspondence/register.html", rows=rows, letters=letters_of_entries(rows), page=page, years=years(), year=year
    )


@blueprint.get("/register.csv")
@allow(Permission.READ_REGISTER)
def register_file() -> Any:
    """The register as CSV."""
    year = _asked_year()
    lines = [register_line(entry) for entry in register_rows(year)]
    name = f"register-{year}.csv" if year else "register.csv"
    headers = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": f"attachment; filename={name}"}
    return "\ufeff" + register_csv(lines), 200, headers
