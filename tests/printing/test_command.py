"""``ratusha print badges``."""

from __future__ import annotations

import json
import subprocess

from click.testing import CliRunner
from sqlalchemy import func, select

from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.delegations.rules import Accreditation
from app.printing.commands import badges, participants
from app.printing.models import PrintRun
from app.printing.rules import LAYOUTS
from tests.factories import make_delegate, make_municipality


def _run(*arguments):
    return CliRunner().invoke(badges, list(arguments))


def _runs():
    return db.session.scalar(select(func.count(PrintRun.id)))


def test_print_badges_writes_the_file_and_tells_in_json(conference, tmp_path):
    make_delegate(conference, "D1")
    out = tmp_path / "b.pdf"
    done = _run("--conference", conference.slug, "--out", str(out), "--json")
    assert (done.exit_code, json.loads(done.stdout)) == (0, {"printed": 1, "pages": 1, "warnings": []})
    assert out.read_bytes().startswith(b"%PDF-")


def test_print_badges_changes_nothing_in_a_dry_run(conference, tmp_path, app):
    make_delegate(conference, "D1")
    out = tmp_path / "b.pdf"
    done = _run("--conference", conference.slug, "--out", str(out), "--dry-run", "--json")
    assert (done.exit_code, json.loads(done.stdout)["printed"]) == (0, 1)
    assert (out.exists(), _runs(), (app.config["SETTINGS"].data / "prints").exists()) == (False, 0, False)


def test_only_new_writes_no_file_when_nothing_is_new(conference, tmp_path):
    make_delegate(conference, "D1")
    first, second = tmp_path / "1.pdf", tmp_path / "2.pdf"
    _run("--conference", conference.slug, "--out", str(first))
    done = _run("--conference", conference.slug, "--out", str(second), "--only-new")
    assert (done.exit_code, done.stdout) == (0, "Nothing is new or changed; no file was written.\n")
    assert (second.exists(), _runs()) == (False, 1)


def test_print_badges_is_refused_in_one_line(conference, tmp_path):
    out = str(tmp_path / "b.pdf")
    for arguments, line in (
        (("--conference", "none", "--out", out), "There is no conference “none”."),
        (("--conference", conference.slug, "--out", out, "--layout", "a5"),
         "There is no layout “a5”. There are: " + ", ".join(LAYOUTS) + "."),
        (("--conference", conference.slug, "--out", out), "Nobody has a place on site, so there is no badge to print."),
        (("--conference", conference.slug, "--out", f"{out}/x/b.pdf"), f"The folder “{out}/x” does not exist."),
    ):  # fmt: skip
        done = _run(*arguments)
        assert (done.exit_code, done.stdout, done.stderr) == (1, "", line + "\n")


def test_print_badges_is_refused_for_a_conference_by_video(conference, tmp_path):
    make_delegate(conference, "D1")
    with transaction():
        conference.format = ConferenceFormat.VIDEO
    done = _run("--conference", conference.slug, "--out", str(tmp_path / "b.pdf"))
    assert (done.exit_code, done.stderr) == (
        1, "The conference is held by video: nobody has a place on site, so there are no badges.\n"
    )  # fmt: skip


def test_print_participants_lists_everyone_with_a_place_by_delegation(conference, tmp_path):
    out = tmp_path / "list.pdf"
    town = make_municipality("karlsruhe", name_ru="Карлсруэ", name_de="Karlsruhe", country="DE")
    make_delegate(conference, "D1", municipality_id=conference.host.id, badge_ru="Орлова Анна", badge_de="Anna Orlowa")
    make_delegate(conference, "D2", municipality_id=town.id, country="DE", last="Groß", first="Jürgen", role="head",
                  badge_ru="Юрген Гросс", badge_de="Jürgen Groß", attendance=Attendance.VIDEO)  # fmt: skip
    make_delegate(conference, "D3", accreditation=Accreditation.APPLIED)
    done = CliRunner().invoke(participants, ["--conference", conference.slug, "--out", str(out), "--json"])
    assert json.loads(done.stdout) == {"printed": 2, "pages": 1, "warnings": []}
    text = subprocess.run(["pdftotext", "-layout", str(out), "-"], check=True, capture_output=True, text=True).stdout
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    assert lines[2:8] == [
        "Список участников · 28–30 июня 2021 г. · 2 Teilnehmerliste · 28.–30. Juni 2021 · 2",
        "Калуга · Kaluga Россия · Russland",
        "1 Орлова Анна Anna Orlowa Делегация · Delegation",
        "Карлсруэ · Karlsruhe Германия · Deutschland",
        "2 Jürgen Groß Юрген Гросс Stadtoberhaupt · Глава",
        "муниципалитета",
    ]
