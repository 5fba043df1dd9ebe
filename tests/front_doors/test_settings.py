"""Every setting the house reads is explained in the README."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_readme_names_every_setting_when_compared_with_what_is_read() -> None:
    read = set(re.findall(r'"(RATUSHA_[A-Z_]+)"', (ROOT / "config.py").read_text(encoding="utf-8")))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `(RATUSHA_[A-Z_]+)`", readme, flags=re.MULTILINE))
    assert explained == read
