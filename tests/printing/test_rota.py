"""Who interprets when: turns, duties, what is lacking; on the desk and on paper."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from app.database import db, transaction
from app.history.rules import COMMAND
from app.jobs import Job, JobState
from app.printing.models import PrintRun
from app.printing.queries import parts_of
from app.printing.rota.commands import rota
from app.printing.rota.printing import print_rota
from app.printing.rota.queries import interpreted
from app.printing.rota.rules import Interpreted, duties
from app.programme.models import SessionPerson
from app.programme.rules import InterpretationKind, PersonRole
from tests.factories import make_room, make_session

TEN = datetime(2021, 6, 28, 10, 0, tzinfo=UTC)


def _session(code="A", *team, minutes=70, start=TEN, how=None, relief=30):
    ends = start + timedelta(minutes=minutes) if minutes else None
    return Interpreted(1, code, {"en": code}, {"en": ""}, start, ends, how, ("ru", "de"), relief, team)


@pytest.mark.parametrize(
    ("session", "told"),
    [
        (_session("A"), "nobody is named"),
        (_session("A", "X"), "alone for 70 min, relief is due after 30 min"),
        (_session("A", "X", minutes=30), "None"),
        (_session("A", "X", minutes=None), "None"),
        (_session("A", "X", how=InterpretationKind.CONSECUTIVE), "None"),
        (_session("A", "X", "Y"), "None"),
    ],
)
def test_a_session_lacks_somebody_when_nobody_or_one_alone_is_named_for_long(app, session, told):
    assert str(session.lacks) == told


@pytest.mark.parametrize(
    ("session", "turns"),
    [
        (_session("A", "X", "Y"), [("X", 0, 30), ("Y", 30, 60), ("X", 60, 70)]),
        (_session("A", "X"), []),
        (_session("A", "X", "Y", minutes=None), []),
        (_session("A", "X", "Y", how=InterpretationKind.CONSECUTIVE), []),
        (_session("A", "X", "Y", "Z", relief=20, minutes=60), [("X", 0, 20), ("Y", 20, 40), ("Z", 40, 60)]),
    ],
)
def test_pairs_relieve_each_other_when_a_session_has_an_end_and_is_simultaneous(session, turns):
    minutes = [
        (one.name, *(int((at - TEN).total_seconds() // 60) for at in (one.starts_at, one.ends_at)))
        for one in session.turns
    ]
    assert minutes == turns


def test_duties_add_up_minutes_and_tell_two_places_at_once_and_long_days():
    late = _session("B", "X", start=TEN + timedelta(minutes=60), minutes=300)
    found = duties([late, _session("A", "X", "Y")])
    assert [(one.name, one.minutes, one.speaking) for one in found] == [("X", 370, 340), ("Y", 70, 30)]
    assert [(one.code, other.code) for one, other in found[0].clashes] == [("A", "B")]
    assert [one.long_days(ZoneInfo("Europe/Moscow")) for one in found] == [[date(2021, 6, 28)], []]


@pytest.fixture
def programme(conference):
    """The opening with a pair, in the great hall; a cancelled one; one nobody interprets."""
    opening = make_session(conference, room=make_room(conference), interpretation=True)
    make_session(conference, "K08", cancelled=True)
    make_session(conference, "K09", interpretation=False)
    with transaction():
        for place, name in enumerate(("Анна Орлова", "Jürgen Groß")):
            opening.people.append(SessionPerson(name=name, role=PersonRole.INTERPRETER, position=place))
    return conference


def test_rota_shows_turns_on_the_page_and_is_printed(programme, staff, run_jobs):
    assert [(one.code, one.team, one.places["de"]) for one in interpreted(programme)] == [
        ("K07", ("Anna Orlowa", "Jürgen Groß"), "Philharmonie, Большой зал")
    ]
    client = staff("desk")
    url = f"/de/desk/c/{programme.slug}/papers/rota"
    page = client.get(url).text
    assert all(text in page for text in ("18:00–18:30", "18:30–19:00", "Jürgen Groß", "Philharmonie"))
    assert client.post(url).status_code == 303
    run_jobs()
    run = db.session.scalars(select(PrintRun)).one()
    assert (db.session.scalars(select(Job.state)).all(), run.kind, run.count) == ([JobState.DONE], "rota", 2)
    asked = {client.post(url.replace("/de/", f"/{code}/")).headers["Location"] for code in ("ru", "de", "en")}
    assert len(asked) == 3  # each language is a paper of its own


def test_print_rota_gives_each_interpreter_a_sheet_and_nothing_in_a_dry_run(programme, tmp_path):
    out = tmp_path / "rota.pdf"
    given = ["--conference", programme.slug, "--out", str(out), "--language", "en", "--json"]
    dry = CliRunner().invoke(rota, [*given[:-1], "--dry-run"])
    assert (dry.exit_code, out.exists()) == (0, False)
    assert dry.stdout.startswith("Dry run: nothing was changed.")
    done = CliRunner().invoke(rota, given)
    assert json.loads(done.stdout) == {"printed": 2, "pages": 3, "warnings": []}
    text = subprocess.run(["pdftotext", "-layout", str(out), "-"], check=True, capture_output=True, text=True).stdout
    pages = [" ".join(page.split()) for page in text.split("\f")]
    assert pages[1].startswith("Anna Orlowa Interpreters’ rota")
    assert "Jürgen Groß 18:00–18:30, 19:00–19:30" in pages[1]


def test_rota_goes_on_where_it_was_when_its_process_ended(programme):
    given = {"conference": programme, "actor": COMMAND, "at": TEN, "deed_key": "job:rota"}
    told = []

    def stop(done, _count):
        told.append(done)
        if done == 1 and told.count(1) == 1:
            raise SystemExit

    with pytest.raises(SystemExit):
        print_rota(**given, tell=stop)
    assert [path.stem.split("-")[:2] for path in parts_of("job:rota").glob("*.pdf")] == [["0", "1"]]
    assert (print_rota(**given, tell=stop).pages, told[:3]) == (3, [0, 1, 1])
    assert not parts_of("job:rota").exists()


def test_print_rota_is_refused_when_nothing_is_interpreted(conference, tmp_path):
    done = CliRunner().invoke(rota, ["--conference", conference.slug, "--out", str(tmp_path / "rota.pdf")])
    assert (done.exit_code, done.stderr) == (1, "No session is interpreted.\n")
