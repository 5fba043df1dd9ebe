"""``ratusha print backs``, ``printer``, ``look``, ``access-mark``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner
from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db
from app.history.models import HistoryEntry
from app.printing.looks import look_of
from app.printing.models import AccessMark, Printer, PrintSettings
from app.printing.settings_commands import access_mark, backs, list_marks, list_printers, look, printer
from tests.factories import make_delegate, make_delegation

ONE_DATABASE = True


def run(verb: click.Command, *arguments: str) -> Any:
    done = CliRunner().invoke(verb, [*arguments, "--json"])
    return json.loads(done.stdout) if done.exit_code == 0 else (done.exit_code, done.stderr)


def test_backs_keep_what_is_not_named_and_change_nothing_in_a_dry_run(conference: Conference) -> None:
    slug = ("--conference", conference.slug)
    assert run(backs, *slug, "--wifi-name", "Kreml", "--dry-run")["wifi_name"] == "Kreml"
    assert db.session.get(PrintSettings, conference.id) is None
    run(backs, *slug, "--wifi-name", "Kreml", "--emergency-ru", "112")
    found = run(backs, *slug, "--no-programme")
    assert (found["wifi_name"], found["emergency_ru"], found["back_programme"], found["back_wifi"]) == (
        "Kreml", "112", False, True
    )  # fmt: skip
    entries = len(db.session.scalars(select(HistoryEntry)).all())
    assert run(backs, *slug) == found
    assert len(db.session.scalars(select(HistoryEntry)).all()) == entries


def test_printers_are_kept_listed_and_forgotten(conference: Conference) -> None:
    assert run(printer, "Kyocera", "--right", "1.5", "--dry-run") == [
        {"name": "Kyocera", "right_mm": 1.5, "down_mm": 0.0}
    ]
    assert db.session.scalars(select(Printer)).all() == []
    run(printer, "Kyocera", "--right", "1.5")
    assert run(list_printers) == [{"name": "Kyocera", "right_mm": 1.5, "down_mm": 0.0}]
    assert run(printer, "Kyocera", "--right", "50") == (1, "A printer can be off by at most 20 millimetres.\n")
    assert run(printer, "Kyocera", "--forget") == []


def test_look_is_kept_bit_by_bit_and_own_css_is_refused_with_its_line(conference: Conference, tmp_path: Path) -> None:
    slug = ("--conference", conference.slug, "--layout", "90x55")
    css = tmp_path / "own.css"
    css.write_text("/* ours */\n.name { color: #123456; }", encoding="utf-8")
    run(look, *slug, "--hide", "office", "--hide", "country", "--colour", "press=#102030", "--css", str(css))
    found = run(look, *slug, "--show", "office", "--largest", "20")
    assert found == {
        "style": "90x55", "hidden": ["country"], "colours": {"press": "#102030"}, "largest": 20.0,
        "css": "/* ours */\n.name { color: #123456; }", "faults": [],
    }  # fmt: skip
    css.write_text("\n.name { background: url(x) }", encoding="utf-8")
    assert run(look, *slug, "--css", str(css)) == (1, "Line 2: “url( )” may not be used.\n")
    assert run(look, *slug, "--colour", "press=#FFFFFF")[0] == 1
    assert (look_of(conference, "90x55").largest, look_of(conference, "a7").largest) == (20.0, 0.0)


def test_access_marks_are_kept_changed_and_forgotten(conference: Conference) -> None:
    slug = ("--conference", conference.slug)
    group = make_delegation(conference, conference.host)
    make_delegate(conference, "D1")
    words = ("--shape", "star", "--ru", "Зал", "--de", "Saal")
    run(access_mark, "A", *slug, *words, "--role", "press", "--dry-run")
    assert db.session.scalars(select(AccessMark)).all() == []
    run(access_mark, "A", *slug, *words, "--role", "press")
    run(access_mark, "A", *slug, "--delegation", conference.host.slug, "--delegate", "D1")
    assert run(list_marks, *slug) == [
        {"code": "A", "shape": "star", "word_ru": "Зал", "word_de": "Saal", "word_en": "", "roles": ["press"],
         "delegations": [group.id], "people": ["D1"]}
    ]  # fmt: skip
    assert run(access_mark, "B", *slug, *words)[1] == "Another mark has this shape already.\n"
    assert run(access_mark, "A", *slug, "--forget") == []
