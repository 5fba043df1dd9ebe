"""The desk: the list of delegates, its filters, and files of what it shows."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_security import current_user

from app.clock import now
from app.conferences.entrance import desk_conference
from app.conferences.models import Conference
from app.conferences.rules import Attendance
from app.database import db
from app.delegations import words
from app.delegations.models import SavedFilter
from app.delegations.operations.filters import forget_filter, save_filter
from app.delegations.queries import (
    arrival_days,
    chosen,
    countries,
    delegation_names,
    export_rows,
    how_many,
    matching,
    page_of_delegates,
    places,
    regions,
    saved_filters,
)
from app.delegations.queries.arrived import ARRIVED, EXPECTED
from app.delegations.queries.questions import questions_of, with_answers
from app.delegations.rules import Accreditation, DelegateRole
from app.delegations.rules.listing import COLUMNS, MISSING, SORTS, Question, columns_of, day_of, question_of
from app.delegations.rules.questions import QuestionKind
from app.delegations.views.shared import blueprint, is_htmx, moment_words
from app.errors import Refusal
from app.i18n import localized, region_name, weekday_date
from app.paging import Page, page_number
from app.permissions import Permission, allow
from app.tables import write_csv, write_xlsx

_FURTHER = ("region", "delegation", "arrival", "came", "missing", "visa", "hotel", "answer")

Filters = list[tuple[str, str, list[tuple[str, str]]]]


def column_words() -> dict[str, str]:
    """What the columns of the list are called."""
    return {
        "latin": _("Latin letters"), "city": _("City or municipality"), "role": _("Role"),
        "organisation": _("Organisation"), "position": _("Office or position"), "delegation": _("Delegation"),
        "attendance": _("Taking part"), "accreditation": _("Accreditation"), "arrival": _("Arrival"),
        "departure": _("Departure"), "arrival_mode": _("Means of travel"), "email": _("E-mail"),
        "arrival_number": _("Train or flight of arrival"), "departure_number": _("Train or flight of departure"),
        "phone": _("Telephone"), "languages": _("Languages"), "hotel": _("Hotel needed"), "visa": _("Visa needed"),
        "missing": _("Still missing"), "registered": _("Registered"), "number": _("Number"),
    }  # fmt: skip


def missing_choices() -> dict[str, str]:
    """What may be missing, in words."""
    known = {
        "any": _("anything"), "email": _("e-mail"), "last_latin": _("name in Latin letters"),
        "languages": _("languages"), "arrival": _("arrival"), "departure": _("departure"),
        "city": _("city or municipality"), "phone": _("telephone"),
    }  # fmt: skip
    return {name: known[name] for name in MISSING}


def _day(text: str) -> str:
    day = day_of(text)
    return weekday_date(day) if day is not None else text


def came_choices() -> list[tuple[str, str]]:
    """Whether somebody has been checked in at the entrance, in words."""
    return [(ARRIVED, _("arrived")), (EXPECTED, _("not yet arrived"))]


def filters_for(conference: Conference) -> Filters:
    """The filters of the list: name in the address, label, choices."""
    open_answer = [("yes", _("yes")), ("no", _("no")), ("unknown", _("not known"))]
    return [
        ("role", _("Role"), [(kind.value, words.role_word(kind.value)) for kind in DelegateRole]),
        ("country", _("Country"), [(code, region_name(code)) for code in countries(conference)]),
        ("accreditation", _("Accreditation"), [(kind.value, words.accreditation_word(kind)) for kind in Accreditation]),
        ("attendance", _("Taking part"), [(kind.value, words.attendance_word(kind)) for kind in Attendance]),
        ("region", _("Region"), regions(conference)),
        ("delegation", _("Delegation"), [("none", _("without a delegation")), *delegation_names(conference)]),
        ("arrival", _("Day of arrival"),
         [*((day, _day(day)) for day in arrival_days(conference)), ("none", _("not known"))]),
        ("came", _("Arrival on site"), came_choices()),
        ("missing", _("Missing"), list(missing_choices().items())),
        ("visa", _("Visa needed"), open_answer),
        ("hotel", _("Hotel needed"), open_answer),
        *_by_answers(conference),
    ]  # fmt: skip


def _by_answers(conference: Conference) -> Filters:
    """One filter for all of the organisers' own questions; none where nothing is asked."""
    found = []
    for question in questions_of(conference, retired=True):
        title, name = localized(question, "label"), question.slug
        told = [(choice.key, localized(choice, "label")) for choice in question.choices]
        if question.kind is QuestionKind.YES_NO:
            told = [("yes", _("yes")), ("no", _("no"))]
        told += [("*", _("has been answered")), ("-", _("not answered"))]
        found += [(f"{name}={value}", f"{title}: {word}") for value, word in told]
    return [("answer", _("Further questions"), found)] if found else []


def filter_words(conference: Conference, question: Question) -> list[str]:
    """A question in the reader's words: «Role: Press»."""
    said = [f"{label}: {dict(choices).get(getattr(question, name), getattr(question, name))}"
            for name, label, choices in filters_for(conference) if getattr(question, name)]  # fmt: skip
    return [_("Search: %(words)s", words=question.q), *said] if question.q else said


def _sorted(question: Question, shown: Sequence[str]) -> dict[str, tuple[str, str]]:
    """For each column that can be sorted by: the address that does it, and how it is sorted now."""
    here, backwards = question.order
    found = {}
    for name in SORTS:
        key = f"-{name}" if name == here and not backwards else name
        query = question.with_sort("" if key == "name" else key).as_query()
        state = ("descending" if backwards else "ascending") if name == here else ""
        found[name] = (f"{request.path}?{urlencode([*query.items(), *(('col', column) for column in shown)])}", state)
    return found


@blueprint.get("/desk/c/<slug>/delegates")
@allow(Permission.READ_DELEGATES)
def delegates(slug: str) -> Any:
    """Everyone, narrowed by words of either script and by filters; htmx gets the rows alone."""
    conference = desk_conference(slug)
    question = question_of(request.args)
    given = [name for name in request.args.getlist("col") if name in COLUMNS]
    asked = matching(conference, question)
    page = Page(page_number(), how_many(asked))
    shown = columns_of(given)
    context: dict[str, Any] = {
        "conference": conference, "page": page, "question": question, "shown": shown, "sorts": _sorted(question, given),
        "delegates": page_of_delegates(asked, offset=page.offset, limit=page.per_page), "column_words": column_words(),
        "moment": lambda value: moment_words(value, conference.timezone) if value else "", "words": words,
        "given": given, "query": question.as_query(),
    }  # fmt: skip
    if is_htmx():
        return render_template("delegations/_delegates.html", **context), 200, {"Vary": "HX-Request"}
    kept = saved_filters(conference, staff_id=current_user.id)
    return render_template(
        "delegations/delegates.html", places=places(conference), filters=filters_for(conference), columns=COLUMNS,
        saved=[(row, _saved_url(slug, row)) for row in kept], mine=current_user.id,
        more=bool(given) or any(getattr(question, name) for name in _FURTHER), **context,
    )  # fmt: skip


def _saved_url(slug: str, row: SavedFilter) -> str:
    kept = dict(row.query)
    columns = [name for name in kept.pop("col", []) if name in COLUMNS]
    return list_url(slug, question_of(kept), columns)


def list_url(slug: str, question: Question, columns: Sequence[str] = ()) -> str:
    """The list of those the question means."""
    values: dict[str, Any] = {**question.as_query(), "col": list(columns)}
    return url_for("delegations.delegates", slug=slug, **values)


@blueprint.post("/desk/c/<slug>/delegates/filters")
@allow(Permission.READ_DELEGATES)
def keep_filter(slug: str) -> Any:
    """Keep the question of the list, with its columns, under a name."""
    conference = desk_conference(slug)
    question = question_of(request.form)
    columns = [name for name in request.form.getlist("col") if name in COLUMNS]
    try:
        row = save_filter(
            conference=conference, name=request.form.get("name", ""), query=question.as_query() | {"col": columns},
            shared=request.form.get("shared") == "yes", staff_id=current_user.id, at=now(),
        )  # fmt: skip
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    else:
        flash(_("The filter “%(name)s” is kept.", name=row.name), "done")
    return redirect(list_url(slug, question, columns), code=303)


@blueprint.post("/desk/c/<slug>/delegates/filters/<int:number>/forget")
@allow(Permission.READ_DELEGATES)
def drop_filter(slug: str, number: int) -> Any:
    """Delete one of one's own filters."""
    conference = desk_conference(slug)
    row = db.session.get(SavedFilter, number)
    if row is None or row.conference_id != conference.id:
        abort(404)
    try:
        forget_filter(saved=row, staff_id=current_user.id)
        flash(_("The filter is deleted."), "done")
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    return redirect(url_for("delegations.delegates", slug=slug), code=303)


@blueprint.get("/desk/c/<slug>/delegates.<any(csv, xlsx):kind>")
@allow(Permission.READ_DELEGATES)
def export(slug: str, kind: str) -> Any:
    """The delegates the list shows, as a file that can be imported again; all of them without a question."""
    conference = desk_conference(slug)
    question = question_of(request.args)
    ids = request.args.getlist("id")
    asked = chosen(conference, ids) if ids else matching(conference, question)
    found = export_rows(conference, asked if ids or question.narrows or question.sort else None)
    columns, rows = with_answers(conference, found)
    name = f"delegates-{conference.slug}.{kind}"
    if kind == "csv":
        text = io.StringIO(newline="")
        write_csv(rows, columns, text)
        return Response(
            text.getvalue().encode("utf-8-sig"),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write_xlsx(rows, columns, path)
        content = path.read_bytes()
    return send_file(
        io.BytesIO(content), as_attachment=True, download_name=name,
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )  # fmt: skip
