"""``script/setup`` builds in a folder of its own only."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_setup_is_refused_in_one_line_and_leaves_the_environment_alone_when_it_is_a_link(tmp_path: Path) -> None:
    copy, other = tmp_path / "copy", tmp_path / "other"
    (copy / "script").mkdir(parents=True)
    shutil.copy(ROOT / "script" / "setup", copy / "script" / "setup")
    other.mkdir()
    (copy / ".venv").symlink_to(other)
    done = subprocess.run([copy / "script" / "setup", "--dev"], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr, list(other.iterdir())) == (
        1,
        "",
        f"script/setup: .venv is a symbolic link to {other}; remove the link, and this copy gets its own\n",
        [],
    )
