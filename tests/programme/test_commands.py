"""The verbs about programmes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from app.command_line import GROUPS
from app.commands import command_line
from app.database import db
from app.programme.models import ProgrammeSession, Release
from tests.factories import make_conference, make_session
from tests.programme_files import DATA, XIV, krasnodar

SLUG = "xiv-krasnodar-2017"


@pytest.fixture(autouse=True)
def _verbs(app: Flask) -> None:
    command_line()


def _run(group: str, *arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(GROUPS[group], list(arguments), catch_exceptions=False)
    return result.exit_code, result.stdout, result.stderr


def _json(group: str, *arguments: str) -> Any:
    code, out, err = _run(group, *arguments, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_programme_goes_from_file_to_exports_when_the_verbs_are_used(app: Flask, tmp_path: Path) -> None:
    krasnodar()
    counts = {"rejected": [], "warnings": []}
    file = str(DATA / "programme_xiv.json")
    assert _json("import", "programme", file, "--conference", SLUG) == {
        "created": 35, "updated": 0, "unchanged": 0, **counts,
    }  # fmt: skip
    assert _json("import", "programme", file, "--conference", SLUG) == {
        "created": 0, "updated": 0, "unchanged": 35, **counts,
    }  # fmt: skip
    found = _json("programme", "check", "--conference", SLUG)["warnings"]
    assert [(entry["kind"], entry["sessions"]) for entry in found] == [
        ("room", ["K07", "K08"]), ("room", ["K22", "K24"]), ("room", ["K22", "K23"]),
        ("break", ["K02"]), ("days", ["K00"]), ("days", ["K01"]), ("days", ["K02"]),
    ]  # fmt: skip
    assert _json("programme", "release", "--conference", SLUG, "--dry-run") == {"release": 1}
    assert db.session.query(Release).count() == 0
    assert _json("programme", "release", "--conference", SLUG) == {"release": 1}
    assert _json("programme", "release", "--conference", SLUG) == {"release": 2}
    beginnings = {"pdf": b"%PDF-", "ics": b"BEGIN:VCALENDAR\r\n", "xml": b"<?xml ", "json": b"{\n"}
    for kind, beginning in beginnings.items():
        out = tmp_path / f"programme.{kind}"
        done = _json("programme", "export", "--conference", SLUG, "--format", kind, "--out", str(out))
        assert done == {"release": 2, "format": kind, "file": str(out), "bytes": out.stat().st_size}
        assert out.read_bytes().startswith(beginning)
    first = tmp_path / "first.json"
    _json("programme", "export", "--conference", SLUG, "--format", "json", "--release", "1", "--out", str(first))
    assert json.loads(first.read_text())["release"]["number"] == 1
    assert _json("import", "programme", str(first), "--conference", SLUG)["unchanged"] == 35


def test_import_says_row_and_column_when_an_item_is_bad(app: Flask, tmp_path: Path) -> None:
    krasnodar()
    value = json.loads(XIV)
    value["items"][2]["end"] = "10:00"
    file = tmp_path / "bad.json"
    file.write_text(json.dumps(value))
    code, out, err = _run("import", "programme", str(file), "--conference", SLUG, "--json")
    assert (code, err) == (1, "row 3, column end: The end lies before the beginning.\n")
    assert json.loads(out)["rejected"] == [{"row": 3, "column": "end", "message": "The end lies before the beginning."}]
    assert db.session.query(ProgrammeSession).count() == 0
    code, out, _err = _run("import", "programme", str(file), "--conference", SLUG, "--skip-bad-rows", "--json")
    assert (code, json.loads(out)["created"]) == (0, 34)


def test_import_is_refused_in_one_line_when_an_id_stands_twice(app: Flask, tmp_path: Path) -> None:
    krasnodar()
    value = json.loads(XIV)
    value["items"][1]["id"] = "K00"
    file = tmp_path / "twice.json"
    file.write_text(json.dumps(value))
    assert _run("import", "programme", str(file), "--conference", SLUG) == (
        1, "", "row 2, column id: The id “K00” stands twice, first in item 1.\n",
    )  # fmt: skip


def test_import_tells_its_warnings_when_people_read_them(app: Flask, tmp_path: Path) -> None:
    krasnodar()
    value = json.loads(XIV)
    value["host"] = "perm"
    file = tmp_path / "host.json"
    file.write_text(json.dumps(value))
    code, out, _err = _run("import", "programme", str(file), "--conference", SLUG)
    first, *others = out.splitlines()
    assert (code, first) == (0, "created: 35, updated: 0, unchanged: 0")
    assert "Warning: The file names the host perm; this conference meets in krasnodar." in others
    assert all(line.startswith("Warning: ") for line in others)


def test_export_is_refused_in_one_line_when_there_is_no_release(app: Flask, tmp_path: Path) -> None:
    make_session(make_conference())
    out = tmp_path / "x.pdf"
    arguments = ("export", "--conference", "xvi-kaluga-2021", "--format", "pdf", "--out", str(out))
    assert _run("programme", *arguments) == (
        1, "",
        "xvi-kaluga-2021 has no release yet: make one with "
        "“ratusha programme release --conference xvi-kaluga-2021”.\n",
    )  # fmt: skip
    assert _run("programme", *arguments, "--release", "3")[2] == "xvi-kaluga-2021 has no release 3.\n"
    assert not out.exists()


def test_verbs_are_refused_when_the_conference_is_unknown(app: Flask) -> None:
    assert _run("programme", "check", "--conference", "nowhere") == (
        1, "", "There is no conference “nowhere”.\n",
    )  # fmt: skip
