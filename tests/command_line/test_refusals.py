"""What the command line says when it cannot work at all: one line, exit status 2."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import ROOT


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RATUSHA_DATABASE_URL", "postgresql+psycopg://u:p@127.0.0.1:1/x"),
        ("RATUSHA_SMTP_URL", "nonsense"),
        ("WEB_CONCURRENCY", "0"),
        ("WEB_CONCURRENCY", "abc"),
    ],
)
def test_verb_ends_with_one_line_that_names_the_setting_when_it_is_bad(tmp_path: Path, name: str, value: str) -> None:
    environment = {"PATH": os.environ["PATH"], "RATUSHA_DATA": str(tmp_path), name: value}
    done = subprocess.run(
        [sys.executable, "-m", "app.commands", "register", "list", "--json"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{name}: ")
    assert done.stderr.count("\n") == 1
