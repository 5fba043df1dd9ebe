"""Sheets to sign, passes for cars, cover sheets of delegations."""

from __future__ import annotations

import io
import json
import re
import subprocess

import pikepdf
import pytest
from click.testing import CliRunner
from PIL import Image
from sqlalchemy import select

from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.delegations.models import Delegate
from app.delegations.operations.consents import give_consent
from app.delegations.operations.photos import set_photo
from app.delegations.rules.consents import Purpose
from app.errors import Refusal
from app.history.rules import COMMAND
from app.jobs import Job, JobState
from app.printing.commands import participants
from app.printing.models import PrintRun
from app.printing.papers.commands import LIST_COMMANDS
from app.printing.papers.lists import AT_ONCE, groups_of, print_list
from app.printing.papers.rules import ListPaper
from app.printing.queries import badge_contents, path_of
from app.printing.rules.towns import by_town
from tests.factories import NOW, make_delegate, make_delegation, make_municipality
from tests.printing.conftest import AWKWARD, words


@pytest.fixture
def printed(conference, tmp_path):
    """Print a paper of delegations, and get what came off the press with the file."""

    def run(paper, **asked):
        out = tmp_path / f"{paper.value}.pdf"
        return print_list(
            conference=conference, paper=paper, actor=COMMAND, at=NOW, deliver=out.write_bytes, **asked
        ), out  # fmt: skip

    return run


@pytest.fixture
def two_towns(conference):
    """Two people of Kaluga, one of Karlsruhe, one of them by video."""
    town = make_municipality("karlsruhe", name_ru="Карлсруэ", name_de="Karlsruhe", country="DE")
    group = make_delegation(conference, town)
    make_delegate(conference, "D1", municipality_id=conference.host.id)
    make_delegate(conference, "D2", municipality_id=conference.host.id, attendance=Attendance.VIDEO)
    make_delegate(conference, "D3", municipality_id=town.id, delegation_id=group.id, country="DE", last="Groß",
                  first="Jürgen", badge_ru="Юрген Гросс", badge_de="Jürgen Groß")  # fmt: skip
    return group


def _pages(pdf):
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    return [[" ".join(line.split()) for line in page.splitlines() if line.strip()] for page in text.split("\f")[:-1]]


def test_sign_in_sheets_give_each_delegation_pages_of_its_own(two_towns, printed):
    done, pdf = printed(ListPaper.SIGN_IN)
    assert (done.as_json(), done.run.kind) == ({"printed": 2, "pages": 2, "warnings": []}, "sign-in-sheets")
    assert _pages(pdf) == [
        [
            "Калуга · Kaluga",
            "Явочный лист · XVI конференция городов-партнёров России и Германии · Калуга, 28–30 июня 2021 г.",
            "Anwesenheitsliste · XVI. Deutsch-Russische Städtepartnerkonferenz · Kaluga, 28.–30. Juni 2021",
            "№ Человек · Personen: 1 Подпись · Unterschrift",
            "Орлова Анна Павловна", "1", "Anna Orlowa",
        ],
        [
            "Karlsruhe · Карлсруэ",
            "Явочный лист · XVI конференция городов-партнёров России и Германии · Калуга, 28–30 июня 2021 г.",
            "Anwesenheitsliste · XVI. Deutsch-Russische Städtepartnerkonferenz · Kaluga, 28.–30. Juni 2021",
            "№ Человек · Personen: 1 Подпись · Unterschrift",
            "Jürgen Groß", "1", "Юрген Гросс",
        ],
    ]  # fmt: skip


def test_people_of_no_town_are_grouped_by_country(conference):
    for number, country in enumerate(("CN", "EG", "CN")):
        make_delegate(conference, f"D{number}", city_slug="", country=country)
    groups = groups_of(badge_contents(conference))
    assert sorted((group.country.split(" · ")[0], len(group.people)) for group in groups) == [
        ("Египет", 1),
        ("Китай", 2),
    ]


def test_towns_of_the_list_of_participants_stand_once_in_the_alphabet_that_leads(conference):
    aachen = make_municipality("aachen", name_ru="Ахен", name_de="Aachen", country="DE")
    amneville = make_municipality("amneville", name_ru="Амнéвиль", name_de="Amnéville", country="FR")
    for number, (town, country, script) in enumerate((
        (aachen, "DE", "Groß"), (amneville, "FR", "Weiß"), (aachen, "RU", "Орлова"), (conference.host, "DE", "Groß"),
        (aachen, "AT", "Weiß"), (conference.host, "RU", "Орлова"),
    )):  # fmt: skip
        make_delegate(conference, f"D{number}", municipality_id=town.id, country=country, last=script)
    make_delegate(conference, "D9", city_slug="", country="CN")
    found = [(town.places, town.country, len(people)) for town, people in by_town(badge_contents(conference), "ru")]
    assert found == [
        (("Амнéвиль", "Amnéville"), "Франция · Frankreich", 1), (("Ахен", "Aachen"), "Германия · Deutschland", 3),
        (("Калуга", "Kaluga"), "Россия · Russland", 2), ((), "Китай · China", 1),
    ]  # fmt: skip


def test_papers_of_one_delegation_are_printed_alone(two_towns, printed):
    done, pdf = printed(ListPaper.COVERS, scope="delegation", delegation_id=two_towns.id)
    assert (done.count, done.pages, done.run.scope) == (1, 1, "delegation")
    assert _pages(pdf)[0][:2] == ["Karlsruhe", "Карлсруэ"]
    assert path_of(done.run.sha256).read_bytes() == pdf.read_bytes()


def test_car_passes_are_numbered_through_and_two_stand_on_a_sheet(conference, printed):
    for number in range(AT_ONCE + 1):
        town = make_municipality(f"town-{number}", name_ru=f"Город {number:02}", name_de=f"Stadt {number:02}")
        make_delegate(conference, f"D{number}", municipality_id=town.id)
    told = []
    done, pdf = printed(ListPaper.CAR_PASSES, tell=lambda number, total: told.append((number, total)))
    assert (done.count, done.pages, told) == (21, 11, [(0, 21), (20, 21)])
    found = [(word.page, word.text) for word in words(pdf) if word.bottom - word.top > 30]
    assert found == [((number + 1) // 2, f"{number:02d}") for number in range(1, 22)]


def test_big_numbers_of_car_passes_do_not_reach_the_town_beside_them(conference, printed):
    make_delegate(conference, "D1", municipality_id=conference.host.id)
    _, pdf = printed(ListPaper.CAR_PASSES)
    digits = next(word for word in words(pdf) if word.text == "01")
    town = next(word for word in words(pdf) if word.text == "Калуга" and word.top < 70)
    assert (digits.right - digits.left) / 2 * 3 + digits.left < town.left  # of three digits


@pytest.mark.parametrize("paper", list(ListPaper))
def test_awkward_names_stay_on_the_page(awkward, printed, paper):
    done, pdf = printed(paper)
    assert done.count == (1 if paper is ListPaper.CAR_PASSES else len(AWKWARD))
    for word in words(pdf):
        assert 4 <= word.left < word.right <= 206, word
        assert 4 <= word.top < word.bottom <= 293, word


def test_papers_of_delegations_are_printed_once_for_one_key(two_towns, printed):
    first = printed(ListPaper.COVERS, deed_key="job:1")[0].run
    assert printed(ListPaper.COVERS, deed_key="job:1")[0].run.id == first.id
    assert len(db.session.scalars(select(PrintRun)).all()) == 1


def test_papers_of_delegations_are_refused_when_nobody_is_on_site(conference, printed):
    with pytest.raises(Refusal, match="Nobody here gets such a paper"):
        printed(ListPaper.SIGN_IN)
    with transaction():
        conference.format = ConferenceFormat.VIDEO
    with pytest.raises(Refusal, match="held by video"):
        printed(ListPaper.SIGN_IN)


def test_papers_of_delegations_are_printed_from_the_page(two_towns, conference, staff, run_jobs):
    client = staff("desk")
    url = f"/en/desk/c/{conference.slug}/papers/"
    refused = client.post(url, data={"paper": "car-passes:a4", "scope": "new"})
    assert (refused.status_code, "for everyone, not for who is new" in refused.text) == (422, True)
    client.post(url, data={"paper": "car-passes:a4", "scope": "all"})
    run_jobs()
    job = db.session.scalars(select(Job)).one()
    run = db.session.scalars(select(PrintRun)).one()
    assert (job.state, job.result["url"], run.kind) == (JobState.DONE, f"{url}runs/{run.id}", "car-passes")
    page = client.get(f"{url}runs/{run.id}").text
    assert re.search(r"<h1>Car passes</h1>", page)
    assert "papers.zip" not in page
    assert client.get(f"{url}runs/{run.id}/papers.zip").status_code == 404


@pytest.mark.parametrize("paper", list(ListPaper))
def test_print_list_writes_the_file_and_nothing_in_a_dry_run(two_towns, conference, tmp_path, paper):
    out = tmp_path / "list.pdf"
    given = ["--conference", conference.slug, "--out", str(out), "--json"]
    dry = CliRunner().invoke(LIST_COMMANDS[paper], [*given, "--dry-run"])
    assert (dry.exit_code, out.exists(), db.session.scalars(select(PrintRun)).all()) == (0, False, [])
    done = CliRunner().invoke(LIST_COMMANDS[paper], given)
    assert json.loads(done.stdout)["printed"] == json.loads(dry.stdout)["printed"] == 2
    assert out.read_bytes().startswith(b"%PDF-")


def _list(conference, tmp_path, *flags):
    out = tmp_path / "participants.pdf"
    done = CliRunner().invoke(participants, ["--conference", conference.slug, "--out", str(out), "--json", *flags])
    return done, out


def test_print_participants_leaves_out_who_did_not_agree_when_asked(two_towns, conference, tmp_path):
    refused, _ = _list(conference, tmp_path, "--consent")
    assert (refused.exit_code, refused.stderr) == (1, "Nobody has agreed to stand in the list yet.\n")
    person = db.session.scalars(select(Delegate).where(Delegate.public_id == "D3")).one()
    give_consent(delegate=person, purpose=Purpose.PUBLICATION, language="de", actor=COMMAND, at=NOW)
    done, out = _list(conference, tmp_path, "--consent")
    assert json.loads(done.stdout)["printed"] == 1
    text = " ".join(" ".join(page) for page in _pages(out))
    assert ("Jürgen Groß" in text, "Орлова" in text) == (True, False)
    assert json.loads(_list(conference, tmp_path)[0].stdout)["printed"] == 3


def test_list_of_participants_bears_offices_whole_however_long_they_are(conference, tmp_path):
    office = "Erste Stellvertreterin der Oberbürgermeisterin und Beigeordnete für Stadtentwicklung, Bauen und Verkehr"
    make_delegate(conference, "D1", position=office)
    done, out = _list(conference, tmp_path)
    assert done.exit_code == 0
    assert office in " ".join(" ".join(page) for page in _pages(out))


def test_print_participants_shows_the_portraits_of_those_who_agreed_to_that(two_towns, conference, tmp_path):
    people = {row.public_id: row for row in db.session.scalars(select(Delegate))}
    for number in ("D1", "D3"):
        picture = io.BytesIO()
        Image.effect_noise((600, 800), int(number[1]) * 20).convert("RGB").save(picture, "JPEG")
        set_photo(delegate=people[number], content=picture.getvalue(), crop=None, actor=COMMAND, at=NOW)
    give_consent(delegate=people["D3"], purpose=Purpose.PHOTO, language="de", actor=COMMAND, at=NOW)
    done, out = _list(conference, tmp_path, "--photos")
    assert (done.exit_code, json.loads(done.stdout)["printed"]) == (0, 3)
    with pikepdf.open(out) as opened:
        assert sum(len(page.get_images()) for page in opened.pages) == 1
    plain = _list(conference, tmp_path)[1]
    with pikepdf.open(plain) as opened:
        assert sum(len(page.get_images()) for page in opened.pages) == 0
