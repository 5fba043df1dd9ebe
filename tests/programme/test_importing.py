"""Programme files: the real one, and what people and accidents make of files."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from app.conferences.models import Conference, Room, Venue
from app.database import db
from app.errors import Refusal
from app.programme.models import ProgrammeSession
from app.programme.operations import import_programme
from app.programme.queries import session_by_code, sessions_of, warnings_of
from app.programme.queries.taking_out import draft_file
from app.tables import ImportReport
from tests.factories import ACTOR, NOW, make_conference, make_session
from tests.programme_files import XIV, XVI, krasnodar

Change = Callable[[dict[str, Any]], object]


def _import(conference: Conference, content: bytes | dict[str, Any], **given: Any) -> ImportReport:
    if isinstance(content, dict):
        content = json.dumps(content).encode()
    return import_programme(conference=conference, content=content, actor=ACTOR, at=NOW, **given)


def _main() -> dict[str, Any]:
    value: dict[str, Any] = json.loads(XIV)
    return value


def _counts(report: ImportReport) -> tuple[int, int, int]:
    return report.created, report.updated, report.unchanged


def test_import_takes_every_item_when_the_file_is_the_real_programme(app: Flask) -> None:
    conference = krasnodar()
    report = _import(conference, XIV)
    assert report.as_json() == {"created": 35, "updated": 0, "unchanged": 0, "rejected": [], "warnings": []}
    assert db.session.query(ProgrammeSession).count() == 35
    names = db.session.query(Venue).filter_by(name_de="Philharmonie Krasnodar").one()
    assert (names.name_ru, sorted(room.name for room in names.rooms)) == (
        "Краснодарская филармония им. Г. Ф. Пономаренко", ["Большой зал", "Малый зал", "Фойе, 1-й этаж"],
    )  # fmt: skip
    assert db.session.query(Room).filter_by(name="Зал 3").one().name_de == "Saal 3"


def test_import_changes_nothing_when_repeated(app: Flask) -> None:
    conference = krasnodar()
    _import(conference, XIV)
    versions = [(session.code, session.version) for session in sessions_of(conference)]
    db.session.rollback()
    db.session.expire_all()
    assert _counts(_import(conference, XIV)) == (0, 0, 35)
    assert [(session.code, session.version) for session in sessions_of(conference)] == versions


def test_import_of_the_kaluga_programme_warns_of_nothing_when_read(app: Flask) -> None:
    conference = make_conference()
    report = _import(conference, XVI)
    assert (_counts(report), report.warnings, warnings_of(conference)) == ((20, 0, 0), [], [])


def test_session_ends_the_next_day_when_it_crosses_midnight(app: Flask) -> None:
    conference = krasnodar()
    _import(conference, XIV)
    night = session_by_code(conference, "K28")
    assert night is not None
    assert night.starts_at is not None
    assert night.ends_at is not None
    assert (night.starts_at.isoformat(), night.ends_at.isoformat()) == (
        "2017-06-30T19:30:00+00:00", "2017-06-30T21:45:00+00:00",
    )  # fmt: skip


def test_unknown_fields_are_kept_when_the_file_carries_them(app: Flask) -> None:
    conference = krasnodar()
    _import(conference, XIV)
    fair = session_by_code(conference, "K10")
    assert fair is not None
    assert fair.extra == {
        "label": "partly real",
        "real_fields": ["date", "title_de"],
        "source": "deutsch-russische-begegnung.de/staedtepartnerschafts-konferenz-in-krasnodar-2017-2 "
        "(programme extract)",
        "note": '"all day" in the source; hours filled in',
    }


def test_only_the_changed_session_is_updated_when_a_file_changes_one(app: Flask) -> None:
    conference = krasnodar()
    _import(conference, XIV)
    changed = _main()
    changed["items"][7]["title_de"] = "Feierliche Eröffnung"
    changed["items"][7]["people"] = [{"name": "Anna Orlova", "role": "chair"}]
    report = _import(conference, changed)
    opening = session_by_code(conference, "K07")
    assert opening is not None
    assert (_counts(report), opening.title_de, [(p.name, p.role.value) for p in opening.people]) == (
        (0, 1, 34), "Feierliche Eröffnung", [("Anna Orlova", "chair")],
    )  # fmt: skip
    assert _counts(_import(conference, changed)) == (0, 0, 35)
    assert _counts(_import(conference, XIV))[1] == 1  # the title goes back; people are not named and stay
    assert len(opening.people) == 1


def test_hours_stay_open_with_a_warning_when_the_file_has_none(app: Flask) -> None:
    conference = make_conference()
    items = [{"id": "A1", "date": "2021-06-29", "start": "", "end": "", "type": "working_group",
              "title_de": "Gesundheit", "title_ru": "", "venue": "on site + Zoom"}]  # fmt: skip
    report = _import(conference, {"conference": "XVI", "host": "kaluga", "items": items})
    kept = session_by_code(conference, "A1")
    assert kept is not None
    assert (kept.starts_at, kept.ends_at, str(kept.day), kept.venue and kept.venue.name, kept.room) == (
        None, None, "2021-06-29", "on site + Zoom", None,
    )  # fmt: skip
    assert [entry.as_json() for entry in report.warnings] == [
        {"row": 1, "column": "start", "message": "A1 has no complete hours yet."},
        {"row": 1, "column": "title_ru", "message": "A1 has no Russian title."},
    ]
    assert _counts(_import(conference, {"items": items})) == (0, 0, 1)


@pytest.mark.parametrize(("number", "count"), [(0, 11), (1, 14)])
def test_skeleton_without_ids_is_kept_the_same_when_imported_twice(app: Flask, number: int, count: int) -> None:
    skeleton = json.loads((Path(__file__).parent / "skeletons.json").read_text())[number]
    conference = make_conference(timezone=skeleton["timezone"], edition={"XV": 15, "XVI": 16}[skeleton["conference"]])
    report = _import(conference, skeleton)
    assert (_counts(report), report.rejected) == ((count, 0, 0), [])
    ids = [entry.as_json() for entry in report.warnings if entry.column == "id"]
    assert ids == [
        {"row": 0, "column": "id", "message": "The file gives no ids; they were made from day, kind and title."}
    ]
    assert _counts(_import(conference, skeleton)) == (0, 0, count)


def test_item_without_id_is_refused_when_others_have_one(app: Flask) -> None:
    file = _main()
    del file["items"][3]["id"]
    [entry] = _import(krasnodar(), file).rejected
    assert entry.as_json() == {"row": 4, "column": "id", "message": "Each item needs an id of its own."}


def test_another_host_is_warned_of_when_the_edition_is_the_same(app: Flask) -> None:
    report = _import(make_conference(), _main() | {"conference": "XVI"})
    assert [entry.as_json() for entry in report.warnings] == [
        {"row": 0, "column": "host",
         "message": "The file names the host krasnodar; this conference meets in kaluga."},
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_file_of_another_conference_is_refused_or_taken_over_as_new_sessions(app: Flask, kind: str) -> None:
    theirs, ours = krasnodar(), make_conference()
    make_session(theirs, "K18", title_de="Dort", extra={"delegates": 3})
    make_session(theirs, "K19", title_de="Teil", part_of="K18")
    mine = make_session(ours, "K18", title_de="Hier")
    content = draft_file(theirs, kind)
    with pytest.raises(Refusal) as refused:
        _import(ours, content)
    assert refused.value.field == "conference"
    assert str(refused.value.message) == (
        "The file is of the conference XIV, krasnodar; this is the conference XVI, kaluga. Nothing was taken in. It "
        "can be taken over as new sessions when you say that this is meant."
    )
    assert _counts(_import(ours, content, from_another=True)) == (2, 0, 0)
    found = {one.code: (one.title_de, one.part_of) for one in sessions_of(ours)}
    assert found == {"K18": ("Hier", ""), "K18-XIV": ("Dort", ""), "K19": ("Teil", "K18-XIV")}
    assert mine.version == 1
    assert _counts(_import(ours, content, from_another=True)) == (0, 0, 2)
    assert _counts(_import(ours, draft_file(ours, kind))) == (0, 0, 3)
    bare = {"items": json.loads(draft_file(theirs, "json"))["items"][1:]}
    assert _counts(_import(ours, bare)) == (0, 1, 0)  # nothing says of which conference it is: known by its id


def test_table_is_refused_when_its_rows_are_of_two_conferences(app: Flask) -> None:
    theirs, ours = krasnodar(), make_conference()
    make_session(theirs, "K01")
    make_session(ours, "K02")
    books = [load_workbook(BytesIO(draft_file(one, "xlsx"))) for one in (theirs, ours)]
    books[0].active.append([cell.value for cell in books[1].active[2]])
    kept = BytesIO()
    books[0].save(kept)
    with pytest.raises(Refusal, match="The rows are of several conferences: XIV krasnodar, XVI kaluga"):
        _import(theirs, kept.getvalue(), from_another=True)


def _set(column: str, value: Any) -> Change:
    return lambda item: item.__setitem__(column, value)


@pytest.mark.parametrize(
    ("change", "column", "message"),
    [
        (_set("end", "10:00"), "end", "The end lies before the beginning."),
        (_set("end", "17:00"), "end", "It would end when it begins."),
        (_set("start", ""), "start", "There is an end but no beginning."),
        (_set("start", "25:00"), "start", "“25:00” is no hour; write it as 09:30."),
        (_set("start", "nine"), "start", "“nine” is no hour; write it as 09:30."),
        (_set("date", "2017-02-30"), "date", "“2017-02-30” is no day; write it as 2021-06-28."),
        (_set("date", "0001-06-28"), "date", "The year 1 cannot be right; it must lie between 1900 and 2199."),
        (_set("date", "28.06.2017"), "date", "“28.06.2017” is no day; write it as 2021-06-28."),
        (_set("date", ""), "date", "There is an hour but no day."),
        (_set("date", 20170628), "date", "A text is expected."),
        (_set("capacity", "many"), "capacity", "A whole number from 0 is expected."),
        (_set("capacity", True), "capacity", "A whole number from 0 is expected."),
        (_set("capacity", -1), "capacity", "A whole number from 0 is expected."),
        (_set("capacity", 10**30), "capacity", "A whole number from 0 is expected."),
        (_set("title_ru", "я" * 401), "title_ru", "The text has 401 characters; 400 are allowed."),
        (_set("title_de", ["x"]), "title_de", "A text is expected."),
        (_set("title_de", "a\u0000b"), "title_de", "The text holds a control character."),
        (_set("title_de", "\ud800"), "title_de", "The text holds a control character."),
        (_set("note", {"x": "\u0000"}), "note", "The text holds a control character."),
        (_set("note", "x" * 30_000), "label", "The item carries too much that is not of a programme."),
        (_set("languages", "ru"), "languages", "A list of languages such as [\"ru\", \"de\"] is expected."),
        (_set("languages", ["ru", "xx"]), "languages", "“xx” is no language anybody knows by that sign."),
        (_set("simultaneous_interpretation", "yes"), "simultaneous_interpretation", "true or false is expected."),
        (_set("people", "Orlova"), "people", "A list of people is expected."),
        (_set("people", [{"name": "", "role": "chair"}]), "people", "A person without a name."),
        (_set("format", "mixed"), "format", "“mixed” is not known; known are in-person, hybrid, video."),
        (_set("id", ""), "id", "Each item needs an id of its own."),
        (_set("id", "x" * 41), "id", "The text has 41 characters; 40 are allowed."),
        (_set("venue", ""), "venue", "There is a room but no venue it belongs to."),
    ],
)  # fmt: skip
def test_import_refuses_the_file_and_names_the_place_when_an_item_is_bad(
    app: Flask, change: Change, column: str, message: str
) -> None:
    conference = krasnodar()
    file = _main()
    change(file["items"][7])
    report = _import(conference, file)
    assert [entry.as_json() for entry in report.rejected] == [{"row": 8, "column": column, "message": message}]
    assert (db.session.query(ProgrammeSession).count(), db.session.query(Venue).count()) == (0, 0)


def test_unknown_kind_is_refused_with_the_known_ones_when_given(app: Flask) -> None:
    file = _main()
    file["items"][7]["type"] = "party"
    [entry] = _import(krasnodar(), file).rejected
    assert (entry.row, entry.column, str(entry.message).split(";")[0]) == (8, "type", "“party” is not known")


def test_good_items_are_kept_when_bad_rows_are_skipped(app: Flask) -> None:
    conference = krasnodar()
    file = _main()
    file["items"][7]["end"] = "17:00"
    report = _import(conference, file, skip_bad_rows=True)
    assert (_counts(report), [entry.row for entry in report.rejected]) == ((34, 0, 0), [8])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is no JSON: line 1, column 1."),
        (b"[]", "The file is not a programme: it must be one object with “items”."),
        (b'{"items": {}}', "The file is not a programme: it must be one object with “items”."),
        (b'{"items": [NaN]}', "The file holds NaN, which is no number."),
        (b'{"items": [1e999]}', "The file holds 1e999, which is no number."),
        (b'{"items": [' + b"9" * 5000 + b"]}", "The file holds a number too long to be read."),
        (b'{"items": ' + b"[" * 100_000, "The file is nested too deeply to be a programme."),
        (b'{"items": [], "items": []}', "The file names “items” twice in one object."),
        (XIV.decode().encode("cp1251", "replace"), "The file is not UTF-8 (line 18)."),
        (XIV[: len(XIV) // 2], None),
        (b'{"timezone": "Moscow", "items": []}', "“Moscow” is no time zone."),
        (b'{"timezone": "../etc/passwd", "items": []}', "“../etc/passwd” is no time zone."),
        (b'{"timezone": "Europe/Berlin", "items": []}',
         "The file is in the time zone Europe/Berlin, the conference is held in Europe/Moscow."),
    ],
)  # fmt: skip
def test_import_refuses_the_whole_file_when_it_is_no_programme(app: Flask, content: bytes, message: str | None) -> None:
    with pytest.raises(Refusal) as refusal:
        _import(krasnodar(), content)
    if message is not None:
        assert str(refusal.value) == message
    assert db.session.query(ProgrammeSession).count() == 0


def test_import_refuses_the_file_when_an_id_stands_twice(app: Flask) -> None:
    file = _main()
    file["items"][9]["id"] = "K07"
    with pytest.raises(Refusal) as refusal:
        _import(krasnodar(), file, skip_bad_rows=True)
    assert (refusal.value.row, refusal.value.field, str(refusal.value)) == (
        10, "id", "The id “K07” stands twice, first in item 8.",
    )  # fmt: skip


def test_import_refuses_the_file_when_its_offset_is_not_the_zones(app: Flask) -> None:
    file = _main() | {"utc_offset": "+04:00"}
    with pytest.raises(Refusal, match=r"says UTC\+04:00, but Europe/Moscow is at UTC\+03:00"):
        _import(krasnodar(), file)


def test_hour_is_refused_when_the_clocks_skip_it(app: Flask) -> None:
    conference = make_conference(timezone="Europe/Berlin")
    items = [{"id": "A", "date": "2021-03-28", "start": "02:30", "end": "04:00", "type": "other"}]
    [entry] = _import(conference, {"items": items}).rejected
    assert entry.as_json() == {
        "row": 1, "column": "start",
        "message": "That hour does not exist: the clocks are put forward in that night.",
    }  # fmt: skip


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200b"])
def test_import_refuses_the_file_when_a_text_holds_a_hidden_character(app: Flask, sign: str) -> None:
    value = _main()
    value["items"][0]["title_ru"] = f"Открытие{sign} форума"
    report = _import(krasnodar(), value)
    assert [(one.row, one.column, str(one.message)) for one in report.rejected] == [
        (1, "title_ru", f"The text holds a character nobody sees (U+{ord(sign):04X})."),
    ]  # fmt: skip


def test_soft_hyphens_are_dropped_when_a_text_comes_from_a_text_program(app: Flask) -> None:
    conference, value = krasnodar(), _main()
    value["items"][0]["title_de"] = "Jugend\u00adforum"
    assert _counts(_import(conference, value)) == (len(value["items"]), 0, 0)
    found = session_by_code(conference, value["items"][0]["id"])
    assert found is not None
    assert found.title_de == "Jugendforum"


def test_import_refuses_an_id_when_only_its_capitals_differ(app: Flask) -> None:
    conference, value = krasnodar(), _main()
    _import(conference, value)
    value["items"] = [{**value["items"][0], "id": "k00"}]
    report = _import(conference, value)
    assert [(one.row, one.column, str(one.message)) for one in report.rejected] == [
        (1, "id", "The draft has the id “K00”; “k00” would be a second one."),
    ]  # fmt: skip
    value["items"] = [{**value["items"][0], "id": "Z5"}, {**value["items"][0], "id": "z5"}]
    with pytest.raises(Refusal, match="stands twice"):
        _import(conference, value)
