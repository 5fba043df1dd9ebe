"""Papers at the desk and on the command line: chosen, made in the background, kept; runs of show written down."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from click.testing import CliRunner
from flask import Flask
from lxml import html

from app.command_line import GROUPS
from app.commands import command_line
from app.database import db
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.jobs import Cancelled, Job, JobState
from app.programme.models import ProgrammePaper, RunItem
from app.programme.operations import release_programme
from app.programme.operations.papers import make_paper
from app.programme.operations.run_of_show import set_run
from app.programme.queries.papers.making import Order, path_of
from app.programme.queries.run_of_show import run_of, sign_of_run
from app.programme.rules.papers import Paper, Step, clocked
from tests.factories import ACTOR, NOW, make_conference, make_session

DOORS = Step(30, "Двери открыты", "Einlass", "Hostessen", "Licht 50 %", before=True)
SOUND = Step(10, "Звук", "Soundcheck", before=True)
WELCOME = Step(5, "Приветствие", "Begrüßung", "Денисов", "Mikro 1")
TALK = Step(130, 'Доклад "Города"', "", "Mentrup")
STEPS = [DOORS, SOUND, WELCOME, TALK]


def _desk(conference: Any, rest: str = "") -> str:
    return f"/de/desk/c/{conference.slug}/programme{rest}"


def _choice(**given: str) -> dict[str, str]:
    return {"paper": "overview", "edition": "0", "languages": "ru,de", "day": "", "session": "", **given}


def _errors(text: str) -> list[str]:
    return [
        " ".join(line.text_content().split()) for line in html.fromstring(text).xpath("//*[@data-error-summary]//li")
    ]


def _text(pdf: bytes, folder: Path) -> str:
    path = folder / "x.pdf"
    path.write_bytes(pdf)
    found = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True).stdout.decode()
    return re.sub(r"\s+", " ", found)


def test_paper_is_made_in_the_background_and_kept_when_chosen(app: Flask, staff: Any, run_jobs: Any) -> None:
    conference = make_conference()
    make_session(conference)
    release_programme(conference=conference, name="", actor=ACTOR, at=NOW)
    client = staff("organiser")
    answer = client.post(_desk(conference, "/papers"), data=_choice(edition="1", paper="booklet-folded"))
    assert (answer.status_code, run_jobs()) == (303, 1)
    job = db.session.query(Job).one()
    assert answer.location.endswith(f"/jobs/{job.id}")
    assert (job.state, job.error, job.total > 2) == (JobState.DONE, "", True)
    paper = db.session.query(ProgrammePaper).one()
    assert (paper.kind, paper.release_number, paper.made_by) == ("booklet-folded", 1, job.started_by)
    assert job.result == {"pages": paper.pages, "url": _desk(conference, f"/papers/{paper.id}")}
    page = client.get(job.result["url"])
    assert (page.status_code, "kurze Kante" in page.text) == (200, True)
    file = client.get(_desk(conference, f"/papers/{paper.id}.pdf"))
    assert (file.status_code, file.mimetype, len(file.data)) == (200, "application/pdf", paper.size)
    file.close()
    assert file.headers["Cache-Control"] == "private, no-cache"
    assert f"{conference.slug}_booklet-folded_release-1_ru-de.pdf" in file.headers["Content-Disposition"]
    with pikepdf.open(path_of(paper.sha256)) as opened:
        assert len(opened.pages) == paper.pages
    assert db.session.query(HistoryEntry).filter_by(deed="programme.make_paper").count() == 1


def test_paper_is_not_made_twice_when_nothing_has_changed(app: Flask, staff: Any, run_jobs: Any) -> None:
    conference = make_conference()
    make_session(conference)
    client = staff("organiser")
    client.post(_desk(conference, "/papers"), data=_choice())
    run_jobs()
    [paper] = db.session.query(ProgrammePaper)
    again = client.post(_desk(conference, "/papers"), data=_choice())
    assert again.location.endswith(_desk(conference, f"/papers/{paper.id}"))
    path_of(paper.sha256).unlink()  # and a lost file is made anew
    assert "/jobs/" in client.post(_desk(conference, "/papers"), data=_choice()).location
    assert "liegt nicht mehr im Datenordner" in client.get(_desk(conference, f"/papers/{paper.id}")).text
    assert client.get(_desk(conference, f"/papers/{paper.id}.pdf")).status_code == 404


def test_paper_says_it_is_a_draft_when_made_from_the_draft(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    make_session(conference)
    for kind in Paper:
        if kind is not Paper.RUN and kind is not Paper.DOORS:
            paper = make_paper(conference=conference, order=Order(kind), actor=ACTOR, at=NOW)
            assert "ПРОЕКТ / ENTWURF" in _text(path_of(paper.sha256).read_bytes(), tmp_path), kind


def test_nothing_is_kept_when_a_paper_is_stopped(app: Flask) -> None:
    conference = make_conference()
    make_session(conference)

    def stop(_done: int, _total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        make_paper(conference=conference, order=Order(Paper.BOOKLET), actor=ACTOR, at=NOW, tell=stop)
    assert db.session.query(ProgrammePaper).count() == 0


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"paper": "run-of-show"}, "Sitzung des Regieplans: Bitte wählen Sie die Sitzung, deren Regieplan gedruckt"),
        ({"paper": "leaflet"}, "Druckstück: "),
        ({"edition": "7"}, "Grundlage: "),
        ({"languages": "fr"}, "Sprachen des Druckstücks: "),
        ({"paper": "doors", "day": "2021-07-30"}, "Tag der Türschilder: "),
    ],
)
def test_choice_is_refused_at_its_field_when_it_cannot_be(
    app: Flask, staff: Any, given: dict[str, str], message: str
) -> None:
    conference = make_conference()
    make_session(conference)
    answer = staff("organiser").post(_desk(conference, "/papers"), data=_choice(**given))
    [error] = _errors(answer.text)
    assert (answer.status_code, error.startswith(message)) == (422, True)


def test_page_says_what_will_stand_here_when_the_programme_is_empty(app: Flask, staff: Any) -> None:
    conference = make_conference()
    client = staff("organiser")
    assert "Das Programm hat noch keine Sitzung" in client.get(_desk(conference, "/papers")).text
    answer = client.post(_desk(conference, "/papers"), data=_choice())
    assert answer.status_code in {303, 422}


def test_desk_may_print_but_not_write_runs_when_signed_in(app: Flask, staff: Any) -> None:
    conference = make_conference()
    session = make_session(conference)
    client = staff("desk")
    assert client.post(_desk(conference, "/papers"), data=_choice()).status_code == 303
    assert client.get(_desk(conference, f"/{session.id}/run")).status_code == 200
    assert client.post(_desk(conference, f"/{session.id}/run"), data={}).status_code == 403


def test_steps_get_their_clock_when_the_session_begins() -> None:
    begins = datetime(2021, 6, 28, 18, 0, tzinfo=UTC)
    found = [
        (one.starts - begins, one.ends - begins, one.step) for one in clocked([WELCOME, DOORS, TALK, SOUND], begins)
    ]
    assert found == [
        (timedelta(minutes=-40), timedelta(minutes=-10), DOORS),
        (timedelta(minutes=-10), timedelta(0), SOUND),
        (timedelta(0), timedelta(minutes=5), WELCOME),
        (timedelta(minutes=5), timedelta(minutes=135), TALK),
    ]


def test_run_of_show_is_kept_in_order_when_saved_by_numbers(app: Flask, staff: Any) -> None:
    conference = make_conference()
    session = make_session(conference)
    client = staff("secretariat")
    page = html.fromstring(client.get(_desk(conference, f"/{session.id}/run")).text)
    data = {"sign": page.xpath("//input[@name='sign']/@value")[0]}
    for number, (place, step) in enumerate([(30, TALK), (10, WELCOME), (5, DOORS)]):
        data |= {
            f"steps-{number}-place": str(place), f"steps-{number}-minutes": str(step.minutes),
            f"steps-{number}-what_ru": step.what_ru, f"steps-{number}-what_de": step.what_de,
            f"steps-{number}-who": step.who, f"steps-{number}-cue": step.cue,
        }  # fmt: skip
        if step.before:
            data[f"steps-{number}-before"] = "y"
    data |= {"steps-3-minutes": "9", "steps-3-who": "wer nichts tut, fällt weg"}
    answer = client.post(_desk(conference, f"/{session.id}/run"), data=data)
    assert (answer.status_code, run_of(session)) == (303, [DOORS, WELCOME, TALK])
    shown = client.get(_desk(conference, f"/{session.id}/run")).text
    assert "Der Plan endet um 20:15 Uhr, die Sitzung um 20:00 Uhr." in shown
    again = client.post(_desk(conference, f"/{session.id}/run"), data=data | {"steps-0-who": "Anderer"})
    assert (again.status_code, run_of(session)) == (422, [DOORS, WELCOME, TALK])
    assert "Jemand anderes hat diesen Regieplan inzwischen geändert" in again.text
    sign = html.fromstring(again.text).xpath("//input[@name='sign']/@value")[0]
    assert client.post(_desk(conference, f"/{session.id}/run"), data=data | {"sign": sign}).status_code == 303


@pytest.mark.parametrize("minutes", ["-1", "1441", "bald"])
def test_step_is_refused_when_its_minutes_cannot_be(app: Flask, staff: Any, minutes: str) -> None:
    conference = make_conference()
    session = make_session(conference)
    data = {"sign": sign_of_run([]), "steps-0-minutes": minutes, "steps-0-what_de": "Einlass"}
    answer = staff("organiser").post(_desk(conference, f"/{session.id}/run"), data=data)
    assert (answer.status_code, run_of(session)) == (422, [])


def test_run_is_not_saved_when_it_is_beyond_measure(app: Flask) -> None:
    session = make_session(make_conference())
    for steps in ([Step(1441, "а", "a")], [WELCOME] * 301):
        with pytest.raises(Refusal):
            set_run(session=session, steps=steps, sign=sign_of_run([]), actor=ACTOR, at=NOW)
    assert db.session.query(RunItem).count() == 0


def test_run_of_show_is_on_paper_minute_by_minute_when_printed(app: Flask, tmp_path: Path) -> None:
    conference = make_conference()
    session = make_session(conference)
    set_run(session=session, steps=STEPS, sign=sign_of_run([]), actor=ACTOR, at=NOW)
    order = Order(Paper.RUN, session=session.code)
    text = _text(
        path_of(make_paper(conference=conference, order=order, actor=ACTOR, at=NOW).sha256).read_bytes(), tmp_path
    )
    assert "17:20 30 Двери открыты Einlass Hostessen Licht 50 %" in text
    assert "17:50 10 Звук Soundcheck" in text
    assert "18:00 5 Приветствие Begrüßung Денисов Mikro 1" in text
    assert "18:05 130 Доклад «Города» Mentrup" in text
    assert "На 15 минут дольше заседания · 15 Minuten länger als die Sitzung" in text
    set_run(session=session, steps=[DOORS, WELCOME], sign=sign_of_run(STEPS), actor=ACTOR, at=NOW)
    short = path_of(make_paper(conference=conference, order=order, actor=ACTOR, at=NOW).sha256).read_bytes()
    said = "На последние 115 минут заседания шагов нет. · Für die letzten 115 Minuten der Sitzung ist kein Schritt"
    assert said in _text(short, tmp_path)
    set_run(session=session, steps=[], sign=sign_of_run([DOORS, WELCOME]), actor=ACTOR, at=NOW)
    with pytest.raises(Refusal, match="No run of show"):
        make_paper(conference=conference, order=order, actor=ACTOR, at=NOW)
    with pytest.raises(Refusal, match="does not take place"):
        make_paper(conference=conference, order=Order(Paper.RUN, session="X99"), actor=ACTOR, at=NOW)


def test_command_writes_any_paper_when_asked(app: Flask, tmp_path: Path) -> None:
    command_line()
    conference = make_conference()
    session = make_session(conference)
    set_run(session=session, steps=STEPS, sign=sign_of_run([]), actor=ACTOR, at=NOW)
    out = tmp_path / "paper.pdf"

    def run(*more: str) -> tuple[int, str]:
        chosen = ["paper", "--conference", conference.slug, "--out", str(out), *more]
        done = CliRunner().invoke(GROUPS["programme"], chosen)
        return done.exit_code, done.stderr

    code, said = run()
    assert (code, "has no release yet" in said, out.exists()) == (1, True, False)
    for kind in ("booklet", "booklet-a4", "list", "overview", "overview-a3", "wall"):
        assert run("--draft", "--paper", kind, "--languages", "de") == (0, "")
        assert out.read_bytes().startswith(b"%PDF-")
    assert run("--draft", "--paper", "run-of-show", "--session", session.code) == (0, "")
    code, said = run("--draft", "--paper", "doors")
    assert (code, said.count("\n")) == (1, 1)
    assert run("--paper", "leaflet")[0] == 2
    code, said = run("--release", "3")
    assert (code, "no release 3" in said) == (1, True)


def test_page_of_a_session_leads_to_its_run_of_show_when_there_is_one(app: Flask, staff: Any) -> None:
    conference = make_conference()
    session = make_session(conference)
    client, address = staff("organiser"), _desk(conference, f"/{session.id}")
    way = f"//a[@href='{address}/run']/text()"
    assert html.fromstring(client.get(address).text).xpath(way) == ["Den Ablauf Minute für Minute aufschreiben"]
    set_run(session=session, steps=STEPS, sign=sign_of_run([]), actor=ACTOR, at=NOW)
    assert html.fromstring(client.get(address).text).xpath(way) == ["4 Schritte, Minute für Minute"]
