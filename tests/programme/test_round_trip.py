"""The draft goes out as a file and comes in again unchanged; bad files change nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from sqlalchemy import delete

from app.conferences.models import Conference
from app.database import db, transaction
from app.errors import Refusal
from app.programme.models import ProgrammeSession, ProgrammeTrack, SessionMaterial
from app.programme.operations import add_session, change_session, details_of, import_programme
from app.programme.operations.parts import materials_of
from app.programme.operations.tracks import TrackDetails, keep_track
from app.programme.queries import session_by_code, sessions_of
from app.programme.queries.content import freeze, public_part
from app.programme.queries.taking_out import draft_file
from app.programme.rules import InterpretationKind, PersonRole, SessionKind
from app.programme.rules.parts import AgreementDetails, PersonDetails
from app.programme.rules.programme_sheet import COLUMNS
from app.tables import ImportReport
from tests.factories import ACTOR, NOW, make_conference, make_delegate, make_municipality, make_room, make_session

pytestmark = pytest.mark.usefixtures("app")


def _full() -> tuple[Conference, ProgrammeSession]:
    """A conference with a session that has everything, and one with a comma, a semicolon and a bar in its words."""
    conference = make_conference()
    hall = make_room(conference)
    suhl = make_municipality("suhl", name_ru="Зуль", name_de="Suhl", name_en="Suhl", country="DE")
    track = keep_track(
        conference=conference, details=TrackDetails("youth", "Молодёжь", "Jugend", "Youth", "moss"), actor=ACTOR, at=NOW
    )
    delegate = make_delegate(conference, "D00007", position="Глава города")
    row = make_session(conference, "K01", room=hall)
    details = replace(
        details_of(row), kind=SessionKind.SIGNING, track_id=track.id, parallel="A", part_of="K07",
        to_venue_id=hall.venue_id,
        interpreted_how=InterpretationKind.WHISPERED, relief_minutes=20, buffer_before=10, buffer_after=5,
        sign_up=True, places=7, capacity=40, parties=(conference.host_id, suhl.id), description_de="Zuerst\n\ndann",
        agreements=(AgreementDetails("Соглашение", "Abkommen", "", ("Калуга", "Suhl; Thüringen")),),
        people=(
            PersonDetails("Анна Орлова", PersonRole.CHAIR, delegate_id=delegate.id),
            PersonDetails("Weiß; Dr. Anna", PersonRole.INTERPRETER, office_de="Dolmetscherin",
                          email="weiss@suhl.example", language="de"),
        ),
    )  # fmt: skip
    change_session(session=row, details=details, version=row.version, actor=ACTOR, at=NOW)
    with transaction():
        row.materials.append(SessionMaterial(title="Порядок", link="https://kaluga.example/a.pdf", public=False))
        row.materials.append(
            SessionMaterial(title="a|b; c\\d", link="https://suhl.example/b", language="de", position=1)
        )
    make_session(conference, "K02", starts_at=None, ends_at=None, day=date(2021, 6, 29), cancelled=True, title_en="a|b")
    make_session(conference, "K03", starts_at=datetime(2021, 6, 28, 19, 30, tzinfo=UTC),
                 ends_at=datetime(2021, 6, 28, 22, 15, tzinfo=UTC))  # fmt: skip
    return conference, row


def _import(conference: Conference, content: bytes | dict[str, Any], **given: Any) -> ImportReport:
    if isinstance(content, dict):
        content = json.dumps(content).encode()
    return import_programme(conference=conference, content=content, actor=ACTOR, at=NOW, **given)


def _everything(conference: Conference) -> list[Any]:
    db.session.expire_all()
    return [(row.code, details_of(row), materials_of(row)) for row in sessions_of(conference)]


@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_draft_is_unchanged_when_it_is_taken_out_and_in(kind: str) -> None:
    conference, _row = _full()
    before = _everything(conference)
    report = _import(conference, draft_file(conference, kind))
    assert (report.created, report.updated, report.unchanged, report.rejected) == (0, 0, 3, [])
    assert _everything(conference) == before


@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_draft_comes_back_whole_when_it_was_emptied(kind: str) -> None:
    conference, _row = _full()
    before, content = _everything(conference), draft_file(conference, kind)
    with transaction() as unit:
        for row in unit.query(ProgrammeSession):
            unit.delete(row)
        unit.flush()
        unit.execute(delete(ProgrammeTrack))
    report = _import(conference, content)
    assert (report.created, report.rejected) == (3, [])
    after = _everything(conference)
    [track] = db.session.query(ProgrammeTrack)
    assert track.code == "youth"
    if kind == "json":  # a table has no place for the names of tracks
        assert (track.name_de, track.colour) == ("Jugend", "moss")
    new = [(code, replace(details, track_id=None), papers) for code, details, papers in after]
    assert new == [(code, replace(details, track_id=None), papers) for code, details, papers in before]


def test_what_a_file_does_not_say_of_people_stays_when_taken_in() -> None:
    conference, row = _full()
    item = {"id": "K01", "type": "signing", "date": "2021-06-28", "start": "18:00", "end": "20:00",
            "people": [{"name": "Weiß; Dr. Anna", "role": "interpreter"}]}  # fmt: skip
    _import(conference, {"items": [item]})
    assert [(one.name, one.office_de, one.email) for one in row.people] == [
        ("Weiß; Dr. Anna", "Dolmetscherin", "weiss@suhl.example")
    ]
    assert (row.track_id is not None, row.parallel, row.part_of, len(row.parties)) == (True, "A", "K07", 2)


def test_release_carries_the_new_fields_and_no_secrets_when_frozen() -> None:
    conference, _row = _full()
    [item] = [one for one in freeze(conference, before=None)["items"] if one["id"] == "K01"]
    assert {name: item[name] for name in ("track", "parallel", "parties", "interpreted_how", "to_venue")} == {
        "track": "youth", "parallel": "A", "parties": ["kaluga", "suhl"], "interpreted_how": "whispered",
        "to_venue": "Филармония / Philharmonie",
    }  # fmt: skip
    assert item["party_names"][1] == {"ru": "Зуль", "de": "Suhl", "en": "Suhl"}
    assert item["agreements"] == [
        {"title_ru": "Соглашение", "title_de": "Abkommen", "title_en": "", "parties": ["Калуга", "Suhl; Thüringen"]}
    ]
    assert item["people"][0] == {
        "name": "Анна Орлова", "role": "chair", "office_ru": "Глава города", "office_de": "Oberbürgermeisterin",
        "office_en": "Head of the City", "delegate": "D00007",
    }  # fmt: skip
    assert "email" not in item["people"][1]
    public = public_part(freeze(conference, before=None))
    [shown] = [one for one in public["items"] if one["id"] == "K01"]
    assert (
        [paper["title"] for paper in shown["materials"]],
        "delegate" in shown["people"][0],
        "relief_minutes" in shown,
    ) == (
        ["a|b; c\\d"],
        False,
        False,
    )
    assert public["tracks"][0]["name_ru"] == "Молодёжь"


def test_unknown_things_are_left_out_with_a_warning_when_taken_in() -> None:
    conference = make_conference()
    make_room(conference)
    item = {
        "id": "K01", "type": "bilateral", "date": "2021-06-28", "start": "10:00", "end": "11:00", "title_ru": "А",
        "title_de": "A", "venue": "Филармония / Philharmonie", "room": "Зал 9", "track": "nope",
        "parties": ["kaluga", "atlantis"],
        "people": [{"name": "Анна", "role": "chair", "delegate": "D99999"}],
        "materials": [{"title": "Plan", "sha256": "a" * 64, "file_name": "plan.pdf"}],
    }  # fmt: skip
    report = _import(conference, {"items": [item]})
    assert sorted((entry.row, entry.column) for entry in report.warnings) == [
        (1, "materials"), (1, "parties"), (1, "people"), (1, "room"), (1, "track"),
    ]  # fmt: skip
    row = session_by_code(conference, "K01")
    assert row is not None
    assert (len(row.parties), row.people[0].delegate_id, row.materials) == (1, None, [])


@pytest.mark.parametrize(
    ("part", "column"),
    [
        ({"start": "11:00", "end": "10:00"}, "end"),
        ({"title_ru": "А" * 401}, "title_ru"),
        ({"agreements": [{"title_ru": ""}]}, "agreements"),
        ({"agreements": "X"}, "agreements"),
        ({"buffer_before": -1}, "buffer_before"),
        ({"relief_minutes": 0}, "relief_minutes"),
        ({"interpreted_how": "telepathy"}, "interpreted_how"),
        ({"parties": ["Калуга"]}, "parties"),
        ({"materials": [{"title": "X", "link": "javascript:alert(1)"}]}, "materials"),
        ({"materials": [{"title": "X"}]}, "materials"),
        ({"people": [{"name": "A", "role": "chair", "email": "nobody"}]}, "people"),
        ({"people": [{"name": "A", "role": "chair", "language": "xx"}]}, "people"),
    ],
)
def test_nothing_is_changed_when_one_item_is_faulty(part: dict[str, Any], column: str) -> None:
    conference = make_conference()
    good = {"id": "K01", "type": "plenary", "date": "2021-06-28", "start": "10:00", "end": "11:00", "title_ru": "А"}
    report = _import(conference, {"items": [good, good | {"id": "K02"} | part]})
    assert [(entry.row, entry.column) for entry in report.rejected] == [(2, column)]
    assert sessions_of(conference) == []


def test_titles_of_400_characters_are_kept_when_taken_in() -> None:
    conference = make_conference()
    item = {"id": "K01", "type": "plenary", "title_ru": "Ы" * 400}
    assert _import(conference, {"items": [item]}).created == 1


@pytest.mark.parametrize(
    ("day", "start", "outcome"),
    [("2021-03-28", "02:30", "refused"), ("2021-10-31", "02:30", "warned"), ("2021-10-31", "03:30", "fine")],
)
def test_hours_of_clock_change_nights_are_refused_or_told_when_taken_in(day: str, start: str, outcome: str) -> None:
    conference = make_conference(timezone="Europe/Berlin", starts_on=date(2021, 3, 1), ends_on=date(2021, 11, 1))
    item = {"id": "K01", "type": "plenary", "title_ru": "А", "title_de": "A", "date": day, "start": start,
            "end": "05:00"}  # fmt: skip
    report = _import(conference, {"items": [item]})
    assert [entry.column for entry in report.rejected] == (["start"] if outcome == "refused" else [])
    assert [entry.column for entry in report.warnings] == (["start"] if outcome == "warned" else [])
    row = session_by_code(conference, "K01")
    assert (row is None) == (outcome == "refused")
    if outcome == "warned":
        assert row is not None
        assert row.starts_at == datetime(2021, 10, 31, 0, 30, tzinfo=UTC)


NIGHT = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # in Berlin 2:30; an hour later it is 2:30 once more
QUARTER = timedelta(minutes=15)


def _night() -> Conference:
    conference = make_conference(timezone="Europe/Berlin", starts_on=date(2026, 10, 24), ends_on=date(2026, 10, 26))
    for number, hours in enumerate([(0, 1), (4, 5), (-6, 4), (1, 4)]):
        starts_at, ends_at = (NIGHT + part * QUARTER for part in hours)
        make_session(conference, f"N{number}", starts_at=starts_at, ends_at=ends_at, title_de="Nacht", title_ru="Ночь")
    return conference


@pytest.mark.parametrize("emptied", [False, True])
@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_hours_that_come_twice_stay_when_the_draft_is_taken_out_and_in(kind: str, emptied: bool) -> None:
    conference = _night()
    before, content = _everything(conference), draft_file(conference, kind)
    with transaction() as unit:
        for row in unit.query(ProgrammeSession).all() if emptied else ():
            unit.delete(row)
    report = _import(conference, content)
    assert (report.created, report.updated, report.rejected, report.warnings) == (4 * emptied, 0, [], [])
    assert [(code, details.starts_at, details.ends_at) for code, details, _papers in _everything(conference)] == [
        (code, details.starts_at, details.ends_at) for code, details, _papers in before
    ]


def test_hours_of_the_draft_stay_when_a_file_does_not_say_which_of_two_it_means() -> None:
    conference = _night()
    hours = {"N0": ("02:30", "02:45"), "N1": ("02:30", "02:45"), "N2": ("01:00", "02:30")}
    items = [{"id": code, "type": "plenary", "title_de": "Nacht", "title_ru": "Ночь", "date": "2026-10-25",
              "start": start, "end": end} for code, (start, end) in hours.items()]  # fmt: skip
    before = _everything(conference)
    report = _import(conference, {"items": items})
    assert (report.unchanged, report.rejected, report.warnings) == (3, [], [])
    assert _everything(conference) == before
    items[1]["end"] = "02:50"
    assert (_import(conference, {"items": items}).updated, session_by_code(conference, "N1").ends_at) == (  # type: ignore[union-attr]
        1, NIGHT + timedelta(minutes=80),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "outcome"),
    [
        ("02:50", "02:40", "rejected end"), ("02:30", "02:30", "rejected end"),
        ("02:50 +02:00", "02:40 +01:00", "00:50–01:40"), ("23:00", "02:40 +01:00", "21:00–01:40"),
        ("02:30", "02:45", "warned start end"), ("02:30 +02:00", "02:45 +02:00", "00:30–00:45"),
        ("02:30 +01:00", "02:45", "01:30–01:45"), ("02:30 +01:00", "02:45 +02:00", "rejected end"),
        ("02:30 +03:00", "02:45", "rejected start"), ("01:30", "03:00 +02:00", "rejected end"),
    ],
)  # fmt: skip
def test_hours_are_kept_told_or_refused_when_the_clock_shows_them_twice(start: str, end: str, outcome: str) -> None:
    conference = make_conference(timezone="Europe/Berlin", starts_on=date(2026, 10, 24), ends_on=date(2026, 10, 26))
    report = _import(conference, _sheet(
        ("id", "type", "date", "start", "end", "title_ru", "title_de"),
        ("K01", "plenary", "24.10.2026" if start == "23:00" else "25.10.2026", start, end, "Ночь", "Nacht"),
    ))  # fmt: skip
    row = session_by_code(conference, "K01")
    told = [f"{name} {' '.join(one.column for one in rows)}" for name, rows in
            (("rejected", report.rejected), ("warned", report.warnings)) if rows]  # fmt: skip
    kept = f"{row.starts_at:%H:%M}–{row.ends_at:%H:%M}" if row is not None else ""
    assert (told or [kept]) == [outcome]
    assert (row is None) == ("rejected" in outcome)


def _sheet(*rows: tuple[Any, ...]) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def test_table_of_a_person_is_read_when_a_spreadsheet_wrote_hours_and_days() -> None:
    conference = make_conference()
    content = _sheet(
        ("id", "type", "date", "start", "end", "title_ru", "people", "cancelled", "capacity"),
        ("K01", "plenary", date(2021, 6, 28), time(10, 0), "11:30", "Открытие",
         "Chair: Анна Орлова; speaker: Dr. Weiß", "", 40),
    )  # fmt: skip
    assert _import(conference, content).created == 1
    row = session_by_code(conference, "K01")
    assert row is not None
    assert (row.starts_at, row.ends_at, row.capacity, [(one.name, one.role.value) for one in row.people]) == (
        datetime(2021, 6, 28, 7, 0, tzinfo=UTC), datetime(2021, 6, 28, 8, 30, tzinfo=UTC), 40,
        [("Анна Орлова", "chair"), ("Dr. Weiß", "speaker")],
    )  # fmt: skip


def test_faults_of_a_table_name_its_rows_when_refused() -> None:
    conference = make_conference()
    header = ("id", "type", "cancelled", "people", "capacity")
    content = _sheet(header, ("K01", "plenary", "perhaps", "", ""), ("K02", "plenary", "no", "Анна", ""),
                     ("K03", "soup", "no", "", ""), ("K04", "meal", "no", "", "many"))  # fmt: skip
    report = _import(conference, content)
    assert [(entry.row, entry.column) for entry in report.rejected] == [
        (2, "cancelled"), (3, "people"), (4, "type"), (5, "capacity"),
    ]  # fmt: skip
    assert sessions_of(conference) == []
    with pytest.raises(Refusal):
        _import(conference, _sheet(("id", "type", "soup"), ("K01", "meal", "x")))
    with pytest.raises(Refusal, match="twice"):
        _import(conference, _sheet(header, ("K01", "meal", "no", "", ""), ("K01", "meal", "no", "", "")))


def test_table_holds_no_formula_when_a_title_looks_like_one() -> None:
    conference = make_conference()
    make_session(conference, "K01", title_ru="=1+1")
    sheet: Any = load_workbook(BytesIO(draft_file(conference, "xlsx"))).active
    assert [str(cell.value).split("\n")[0] for cell in sheet[1]] == list(COLUMNS)
    assert (sheet["B1"].value, sheet.column_dimensions["F"].width) == ("date\nDay", 44)
    title = sheet.cell(2, COLUMNS.index("title_ru") + 1)
    assert (title.value, title.data_type) == ("'=1+1", "s")
    assert _import(conference, draft_file(conference, "xlsx")).unchanged == 1


def test_staff_take_the_draft_out_when_they_may_edit(staff: Any) -> None:
    _full()
    address = "/en/desk/c/xvi-kaluga-2021/programme"
    client = staff("secretariat")
    answer = client.get(f"{address}/draft.json")
    assert (answer.status_code, answer.json["conference"]) == (200, "XVI")
    assert client.get(f"{address}/draft.xlsx").data.startswith(b"PK")
    assert staff("desk").get(f"{address}/draft.json").status_code == 403
    sent = client.post(f"{address}/import", data={"file": (BytesIO(answer.data), "draft.json")})
    assert (sent.status_code, "New: 0. Changed: 0. As in the draft: 3." in sent.text) == (200, True)


def test_new_session_with_everything_is_kept_when_added(app: Flask) -> None:
    conference, row = _full()
    details = replace(details_of(row), people=())
    made = add_session(conference=conference, code="", details=details, actor=ACTOR, at=NOW)
    db.session.expire_all()
    assert details_of(made) == details


def _sheet_row(**given: str) -> bytes:
    book, file = Workbook(), BytesIO()
    book.active.append(["id", "type", "title_de", *given])
    book.active.append(["K01", "plenary", "Eröffnung", *given.values()])
    book.save(file)
    return file.getvalue()


def test_table_names_offices_addresses_and_papers_when_taken_out() -> None:
    conference, row = _full()
    with transaction():
        row.materials.append(
            SessionMaterial(
                title="Plan", sha256="a" * 64, file_name="plan.pdf", media_type="application/pdf", position=2
            )
        )
    sheet = load_workbook(BytesIO(draft_file(conference, "xlsx"))).active
    titles = [str(cell.value).split("\n")[0] for cell in sheet[1]]
    cells = {title: cell.value for title, cell in zip(titles, sheet[2], strict=True)}
    assert (cells["people"], cells["people_details"]) == (
        "chair: Анна Орлова; interpreter: Weiß\\; Dr. Anna",
        "chair: Анна Орлова | delegate: D00007\n"
        "interpreter: Weiß; Dr. Anna | office_de: Dolmetscherin | email: weiss@suhl.example | language: de",
    )
    assert cells["materials"].split("\n") == [
        "Порядок | link: https://kaluga.example/a.pdf | public: no",
        "a\\|b; c\\\\d | link: https://suhl.example/b | language: de",
        f"Plan | file_name: plan.pdf | media_type: application/pdf | sha256: {'a' * 64}",
    ]
    before = _everything(conference)
    report = _import(conference, draft_file(conference, "xlsx"))
    assert (report.unchanged, _everything(conference)) == (3, before)


@pytest.mark.parametrize(
    ("given", "column"),
    [
        ({"people": "chair: A", "people_details": "chair: B | email: b@x.example"}, "people_details"),
        ({"people": "chair: A", "people_details": "chair: A | phone: 1"}, "people_details"),
        ({"people": "chair: A", "people_details": "chair: A | email: nobody"}, "people"),
        ({"materials": "Plan"}, "materials"),
        ({"materials": "Plan | link: javascript:1"}, "materials"),
        ({"materials": "Plan | link: https://a.example | public: perhaps"}, "materials"),
    ],
)
def test_row_is_refused_with_its_column_when_details_are_odd(given: dict[str, str], column: str) -> None:
    report = _import(make_conference(), _sheet_row(**given))
    assert [(one.row, one.column) for one in report.rejected] == [(2, column)]
    assert db.session.query(ProgrammeSession).count() == 0


@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_older_file_is_refused_where_both_changed_and_harmless_elsewhere(kind: str) -> None:
    conference, row = _full()
    taken = draft_file(conference, kind)
    with transaction():
        row.title_de = "Inzwischen anders"
    report = _import(conference, taken)  # nobody has touched the file: the draft stays
    assert (report.unchanged, report.updated, report.rejected, row.title_de) == (3, 0, [], "Inzwischen anders")
    if kind == "xlsx":
        book = load_workbook(BytesIO(taken))
        book.active.cell(2, COLUMNS.index("date") + 1).value = "29.06.2021"
        written = BytesIO()
        book.save(written)
        touched = written.getvalue()
    else:
        content = json.loads(taken)
        content["items"][0]["date"] = "2021-06-29"
        touched = json.dumps(content).encode()
    refused = _import(conference, touched)
    [one] = refused.rejected
    assert (one.row, one.column, refused.updated) == (2 if kind == "xlsx" else 1, "date", 0)
    said = str(one.message).replace("\u00a0", " ")
    assert "“28 June 2021” there, “29 June 2021” in the file; 1 more columns differ." in said
    assert _import(conference, touched, take={row.code}).updated == 1
    assert row.starts_at == datetime(2021, 6, 29, 15, tzinfo=UTC)
