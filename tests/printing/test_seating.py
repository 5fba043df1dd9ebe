"""Plans of seats: made, filled by the rule, changed seat by seat, taken back, printed."""

from __future__ import annotations

import json
import subprocess
from datetime import date

import pytest
from click.testing import CliRunner
from sqlalchemy import event, select

from app.database import db, transaction
from app.errors import Refusal
from app.history.rules import COMMAND
from app.i18n import speaking
from app.jobs import Job, JobState
from app.printing.models import PrintedPaper, PrintRun
from app.printing.queries import parts_of
from app.printing.seating import queries
from app.printing.seating.commands import seating
from app.printing.seating.operations import (
    PlanDetails,
    add_tables,
    change_plan,
    change_table,
    fix_seat,
    make_plan,
    pair,
    print_plan,
    propose_seats,
    remove_table,
    seat_person,
    unseat,
)
from app.printing.seating.rules import CompanionRule, Guests, SeatOrder, Shape
from app.printing.seating.steps import step_words, undo_step
from tests.factories import NOW, make_delegate, make_delegation, make_municipality

GIVEN = {"actor": COMMAND, "at": NOW}


def test_equals_sit_by_the_years_in_office_then_by_the_hosts_alphabet(conference):
    town = make_municipality("karlsruhe", name_ru="Карлсруэ", name_de="Karlsruhe", country="DE")
    german = {"municipality_id": town.id, "country": "DE", "language": "de", "precedence": 200}
    russian = {"municipality_id": conference.host.id, "precedence": 200}
    given = [
        make_delegate(conference, "D1", **german, last="Zeller", first="Jan"),  # Целлер: behind Ульянов
        make_delegate(conference, "D2", **russian, last="Ульянов", first="Олег"),
        make_delegate(conference, "D3", **russian, last="Ёлкин", first="Пётр"),  # behind Дёмин, before Жуков
        make_delegate(conference, "D4", **russian, last="Жуков", first="Иван"),
        make_delegate(conference, "D5", **german, last="Öhler", first="Uta"),  # Элер
        make_delegate(conference, "D6", **russian, last="Яшин", first="Лев", in_office_since=date(2009, 3, 1)),
        make_delegate(conference, "D7", **russian, last="Дёмин", first="Глеб"),
    ]
    plan = _plan(conference)
    assert len(given) == 7
    assert [one.person.public_id for one in queries.seatable(plan)] == ["D6", "D7", "D3", "D4", "D2", "D1", "D5"]
    with transaction():
        conference.precedence_ties = "alternate"
    assert [one.person.public_id for one in queries.seatable(plan)] == ["D1", "D6", "D5", "D7", "D3", "D4", "D2"]


@pytest.fixture
def people(conference):
    """D1 to D4 of both sides; D2 is a head, D4 a minister."""
    town = make_municipality("karlsruhe", name_ru="Карлсруэ", name_de="Karlsruhe", country="DE")
    kaluga, karlsruhe = {"municipality_id": conference.host.id}, {"municipality_id": town.id, "country": "DE"}
    return [
        make_delegate(conference, "D1", **kaluga),
        make_delegate(conference, "D2", **kaluga, last="Белов", first="Лев", badge_ru="Белов Лев", badge_de="Lew Below",
                      precedence=200),
        make_delegate(conference, "D3", **karlsruhe, last="Groß", first="Jürgen", badge_ru="Юрген Гросс",
                      badge_de="Jürgen Groß"),
        make_delegate(conference, "D4", **karlsruhe, last="Weiß", first="Anna", badge_ru="Анна Вайс",
                      badge_de="Anna Weiß", precedence=100),
    ]  # fmt: skip


def _plan(conference, *tables, **details):
    values = {"title_ru": "Ужин", "title_de": "Abendessen", "order": SeatOrder.RANK} | details
    plan = make_plan(conference=conference, details=PlanDetails(**values), **GIVEN)
    plan = queries.plan_of(conference, plan.id)
    for shape, seats in tables:
        add_tables(plan=plan, shape=shape, seats=seats, count=1, **GIVEN)
    return plan


def _seats(plan, people):
    """Who sits where: number of the table and place, by public number."""
    tables = {table.id: table.number for table in plan.tables}
    names = {person.id: person.public_id for person in people}
    return {names[number]: (tables[table], place) for number, (table, place) in queries.seats_of(plan).items()}


def test_proposal_seats_by_precedence_and_lists_who_has_no_seat(conference, people):
    plan = _plan(conference, (Shape.ROUND, 3))
    assert propose_seats(plan=plan, keep=False, **GIVEN) == 3
    assert [_seats(plan, people).get(number) for number in ("D4", "D2")] == [(1, 1), (1, 2)]
    everybody = queries.seatable(plan)
    assert [one.person.public_id for one in everybody][:2] == ["D4", "D2"]
    assert len([one for one in everybody if one.id not in queries.seats_of(plan)]) == 1


@pytest.mark.parametrize(
    ("details", "wanted"),
    [({"guests": Guests.HEADS}, {"D2", "D4"}), ({"guests": Guests.NAMED, "people": (1,)}, {"D1"}),
     ({}, {"D1", "D2", "D3", "D4"})],
)  # fmt: skip
def test_only_who_is_asked_for_gets_a_seat(conference, people, details, wanted):
    if "people" in details:
        details = details | {"people": (people[0].id,)}
    plan = _plan(conference, (Shape.LONG, 8), **details)
    propose_seats(plan=plan, keep=False, **GIVEN)
    assert set(_seats(plan, people)) == wanted


def test_seating_somebody_exchanges_seats_and_every_step_is_taken_back(conference, people):
    plan = _plan(conference, (Shape.ROW, 2), (Shape.ROUND, 2))
    first, second, third, fourth = (person.id for person in people)
    assert seat_person(plan=plan, delegate_id=first, table=1, place=None, **GIVEN) == (1, 2)
    seat_person(plan=plan, delegate_id=second, table=2, place=1, **GIVEN)
    seat_person(plan=plan, delegate_id=second, table=1, place=2, **GIVEN)
    assert _seats(plan, people) == {"D2": (1, 2), "D1": (2, 1)}
    seat_person(plan=plan, delegate_id=third, table=1, place=2, **GIVEN)  # had none: the other stands up
    assert _seats(plan, people) == {"D3": (1, 2), "D1": (2, 1)}
    assert unseat(plan=plan, delegate_ids={first, fourth}, **GIVEN) == 1
    with speaking("en"):
        told = [step_words(undo_step(plan=plan, **GIVEN), {third: "Groß"}) for _ in range(2)]
    assert told == ["somebody without a seat", "Groß moved to table 1"]
    assert _seats(plan, people) == {"D2": (1, 2), "D1": (2, 1)}
    steps = queries.steps_of(plan)
    undo_step(plan=plan, step_id=steps[2].id, **GIVEN)  # three at once
    assert _seats(plan, people) == {}
    with pytest.raises(Refusal, match="taken back already"):
        undo_step(plan=plan, step_id=steps[0].id, **GIVEN)
    for _table in plan.tables[:]:
        undo_step(plan=plan, **GIVEN)
    assert plan.tables == []
    with pytest.raises(Refusal, match="nothing to undo"):
        undo_step(plan=plan, **GIVEN)


@pytest.mark.parametrize(
    ("table", "place", "told"), [(3, 1, "no table 3"), (1, 3, "seats 1 to 2"), (1, None, "Every seat")]
)
def test_seats_that_cannot_be_had_are_refused(conference, people, table, place, told):
    plan = _plan(conference, (Shape.ROW, 2))
    for person in people[:2]:
        seat_person(plan=plan, delegate_id=person.id, table=1, place=None, **GIVEN)
    with pytest.raises(Refusal, match=told):
        seat_person(plan=plan, delegate_id=people[2].id, table=table, place=place, **GIVEN)
    with pytest.raises(Refusal, match="not on site"):
        seat_person(plan=plan, delegate_id=999, table=1, place=1, **GIVEN)
    assert set(_seats(plan, people)) == {"D1", "D2"}


def test_people_stand_up_when_their_table_grows_smaller_or_goes_and_undo_brings_all_of_it_back(conference, people):
    plan = _plan(conference, (Shape.ROUND, 3), (Shape.ROUND, 3))
    propose_seats(plan=plan, keep=False, **GIVEN)
    assert change_table(plan=plan, number=1, shape=Shape.ROUND, seats=2, **GIVEN) == 1
    assert remove_table(plan=plan, number=2, **GIVEN) == 1
    before = _seats(plan, people)
    fix_seat(plan=plan, delegate_id=people[3].id, fixed=True, **GIVEN)
    details = PlanDetails("Обед", "", order=SeatOrder.FACING, companions=CompanionRule.SEPARATE, host_id=people[0].id)
    change_plan(plan=plan, details=details, **GIVEN)
    assert (len(before), queries.fixed_of(plan), plan.order) == (2, {people[3].id}, SeatOrder.FACING)
    undo_step(plan=plan, **GIVEN)
    assert (plan.title_ru, plan.order, plan.companions, plan.host_id) == ("Ужин", SeatOrder.RANK, "beside", None)
    undo_step(plan=plan, **GIVEN)
    assert (queries.fixed_of(plan), _seats(plan, people)) == (set(), before)
    undo_step(plan=plan, **GIVEN)
    undo_step(plan=plan, **GIVEN)
    assert [(table.number, table.seats) for table in plan.tables] == [(1, 3), (2, 3)]
    assert len(_seats(plan, people)) == 4
    with pytest.raises(Refusal, match="1 to 120"):
        change_table(plan=plan, number=1, shape=Shape.ROUND, seats=121, **GIVEN)
    with pytest.raises(Refusal, match="at most 100"):
        add_tables(plan=plan, shape=Shape.ROUND, seats=8, count=100, **GIVEN)


def test_fixed_seats_stay_and_companions_sit_beside_those_they_belong_to(conference, people):
    of_delegation = {"delegation_id": make_delegation(conference, conference.host).id}
    host = make_delegate(conference, "H1", last="Орлов", precedence=90, **of_delegation)
    make_delegate(conference, "H2", last="Лебедев", precedence=95, **of_delegation)
    spouse = make_delegate(conference, "H3", last="Орлова", role="companion", **of_delegation)
    plan = _plan(conference, (Shape.ROW, 9), guests=Guests.NAMED,
                 people=tuple(one.id for one in [*people, host, spouse]))  # fmt: skip
    seat_person(plan=plan, delegate_id=people[0].id, table=1, place=9, **GIVEN)
    fix_seat(plan=plan, delegate_id=people[0].id, fixed=True, **GIVEN)
    everybody = [*people, host, spouse]
    propose_seats(plan=plan, keep=False, **GIVEN)
    seats = {name: place for name, (_table, place) in _seats(plan, everybody).items()}
    assert (seats["D1"], seats["H1"], abs(seats["H3"] - seats["H1"])) == (9, 5, 1)
    pair(plan=plan, delegate_id=spouse.id, whom=people[0].id, **GIVEN)
    propose_seats(plan=plan, keep=False, **GIVEN)
    assert _seats(plan, everybody)["H3"] == (1, 8)
    with pytest.raises(Refusal, match="themselves"):
        pair(plan=plan, delegate_id=spouse.id, whom=spouse.id, **GIVEN)
    assert unseat(plan=plan, delegate_ids=None, **GIVEN) == 5
    assert set(_seats(plan, everybody)) == {"D1"}


def test_proposal_asks_no_query_for_each_person(conference, people):
    plan = _plan(conference, (Shape.ROUND, 40))
    asked = []

    def count(*_):
        asked.append(1)

    counts = []
    event.listen(db.engine, "before_cursor_execute", count)
    try:
        for more in (0, 1, 20):
            for number in range(more):
                make_delegate(conference, f"E{more}-{number}", municipality_id=conference.host.id)
            asked.clear()
            propose_seats(plan=plan, keep=False, **GIVEN)
            counts.append(len(asked))
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    assert counts[2] <= counts[1]


def test_plan_is_made_changed_and_printed_on_the_desk(conference, people, staff, run_jobs):
    client = staff("secretariat")
    url = f"/en/desk/c/{conference.slug}/seating/"
    said = {
        "title_ru": "",
        "title_de": "",
        "guests": "everyone",
        "order": "rank",
        "session": "0",
        "companions": "beside",
    }
    assert client.post(f"{url}new", data=said).status_code == 422
    assert "fits: Nobody Here" in client.post(f"{url}new", data={**said, "host": "Nobody Here"}).text
    made = client.post(f"{url}new", data={**said, "title_de": "Abendessen", "host": "d1"})
    here = made.location
    plan = db.session.scalars(select(queries.SeatingPlan)).one()
    assert (made.status_code, here, plan.host_id) == (303, f"{url}{plan.id}", people[0].id)
    assert (
        client.post(f"{here}/tables", data={"deed": "add", "shape": "round", "seats": "0", "count": "1"}).status_code
        == 422
    )
    client.post(f"{here}/tables", data={"deed": "add", "shape": "round", "seats": "3", "count": "1"})
    client.post(here, data={"deed": "propose"})
    plan = queries.plan_of(conference, plan.id)
    assert _seats(plan, people) == {"D1": (1, 1), "D4": (1, 2), "D2": (1, 3)}
    assert client.post(here, data={"deed": "seat", "person": people[2].id, "table": "1"}).status_code == 422
    moved = client.post(here, data={"deed": "seat", "person": people[2].id, "table": "1", "place": "1"})
    assert moved.location == f"{here}#table-1"
    page = client.get(f"{here}?person={people[2].id}").text
    assert (f'value="{people[2].id}" selected' in page, "person without a seat" in page) == (True, True)
    assert "Undo: Jürgen Groß moved to table 1" in page
    client.post(here, data={"deed": "undo"})
    assert _seats(plan, people)["D1"] == (1, 1)
    client.post(here, data={"deed": "fix", "person": people[0].id})
    assert client.post(here, data={"deed": "pair", "person": people[2].id, "whom": ""}).location == f"{here}#pairs"
    page = client.get(here).text
    assert ("(stays here)" in page, "belongs to nobody" in page, "Undo up to here" in page) == (True, True, True)
    client.post(f"{here}/print")
    client.post(f"{here}/cards", data={"layout": "six"})
    run_jobs()
    assert [job.state for job in db.session.scalars(select(Job))] == [JobState.DONE] * 2
    assert [run.kind for run in db.session.scalars(select(PrintRun).order_by(PrintRun.id))] == [
        "seating",
        "place-cards",
    ]
    cards = db.session.scalars(select(PrintedPaper.delegate_id).order_by(PrintedPaper.id)).all()
    assert cards == [people[0].id, people[3].id, people[1].id]  # in the order of the seats
    assert staff("desk").post(f"{here}/remove", data={"sure": "yes"}).status_code == 403
    assert client.post(f"{here}/remove").status_code == 422
    assert client.post(f"{here}/remove", data={"sure": "yes"}).location == url


def test_print_seating_writes_names_of_both_scripts_and_nothing_in_a_dry_run(conference, people, tmp_path):
    out = tmp_path / "seats.pdf"
    plan = _plan(conference, (Shape.U_SHAPE, 3))
    given = ["--conference", conference.slug, "--out", str(out), "--json", "--propose", "anew"]
    dry = CliRunner().invoke(seating, [*given, "--dry-run"])
    assert (dry.exit_code, out.exists(), queries.seats_of(plan)) == (0, False, {})
    done = CliRunner().invoke(seating, given)
    assert json.loads(done.stdout) == {
        "printed": 3, "pages": 2, "warnings": [], "plan": plan.id, "changed": 3, "without_seat": 1,
    }  # fmt: skip
    text = subprocess.run(["pdftotext", "-layout", str(out), "-"], check=True, capture_output=True, text=True).stdout
    first, second = [" ".join(page.split()) for page in text.split("\f")[:2]]
    assert "Белов Лев Below, Lew 1" in first
    assert "Вайс, Анна Weiß, Anna 1" in first
    assert "Стол · Tisch 1" in second


def test_print_plan_goes_on_with_the_table_it_was_at_when_its_worker_was_killed(conference, people):
    plan = _plan(conference, *[(Shape.ROUND, 2)] * 3)
    propose_seats(plan=plan, keep=False, **GIVEN)
    told = []

    def stop(done, _count):
        told.append(done)
        if done:
            raise SystemExit  # as little is tidied up as when the process is killed

    given = {"conference": conference, "plan_id": plan.id, "deed_key": "job:x", **GIVEN}
    with pytest.raises(SystemExit):
        print_plan(**given, tell=stop)
    assert (told, db.session.scalars(select(PrintRun)).all()) == ([0, 1], [])
    again = print_plan(**given, tell=lambda done, _count: told.append(done))
    assert told[:3] == [0, 1, 1]
    assert (again.count, again.pages, parts_of("job:x").exists()) == (4, 4, False)
