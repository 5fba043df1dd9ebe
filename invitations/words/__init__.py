"""Closed lists of words, one file each: what rules of spelling cannot tell."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent


def _read(name: str) -> list[str]:
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


def word_list(name: str) -> frozenset[str]:
    """The words of ``name``.txt; lines that begin with # are remarks."""
    return frozenset(_read(name))


def word_map(name: str) -> dict[str, str]:
    """The pairs ``from=to`` of ``name``.txt."""
    return {pair.partition("=")[0]: pair.partition("=")[2] for pair in _read(name)}
