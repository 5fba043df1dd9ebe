"""The lock files say what ``pyproject.toml`` asks for, hold hashes, and name no index."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements-build.lock", "requirements.lock", "requirements-dev.lock")


def _asked_for() -> tuple[list[Requirement], list[Requirement]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    runtime = [Requirement(line) for line in project["dependencies"]]
    return runtime, [Requirement(line) for line in project["optional-dependencies"]["dev"]]


def _locked(name: str) -> dict[str, set[str]]:
    """Versions by package; a package may have several, for different Pythons."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)==(\S+)", line):
            found.setdefault(canonicalize_name(match[1]), set()).add(match[2])
    return found


def _unmet(asked: list[Requirement], locked: dict[str, set[str]]) -> list[str]:
    return [
        str(requirement)
        for requirement in asked
        if not any(requirement.specifier.contains(v) for v in locked.get(canonicalize_name(requirement.name), ()))
    ]


def test_runtime_lock_meets_every_dependency_when_read_back() -> None:
    runtime, _ = _asked_for()
    assert _unmet(runtime, _locked("requirements.lock")) == []


def test_dev_lock_meets_every_dependency_when_read_back() -> None:
    runtime, dev = _asked_for()
    assert _unmet(runtime + dev, _locked("requirements-dev.lock")) == []


def test_tests_run_on_the_versions_that_ship_when_both_locks_are_compared() -> None:
    shipped, tested = _locked("requirements.lock"), _locked("requirements-dev.lock")
    assert {name: tested.get(name) for name in shipped} == shipped


@pytest.mark.parametrize("name", LOCKS)
def test_lock_has_hashes_and_no_address_when_read(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert re.findall(r"\S*(?:://|--index|--extra-index|--find-links|file:| @ )\S*", text) == []
