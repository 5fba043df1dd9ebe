"""Every message people read exists in Russian and German, with the same blanks to fill."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from config import ROOT

KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "lazy_ngettext": (1, 2)}
METHODS = [("**/vendor/**", "ignore"), ("**.py", "python"), ("**.html", "jinja2.ext:babel_extract"),
           ("**.txt", "jinja2.ext:babel_extract")]  # fmt: skip


def _used() -> dict[str | tuple[str, ...], str]:
    found: dict[str | tuple[str, ...], str] = {}
    for folder in ("app", "templates"):
        options = {"**.html": {"silent": "false"}, "**.txt": {"silent": "false"}}
        for name, line, message, _, _ in extract_from_dir(ROOT / folder, METHODS, options, KEYWORDS):
            if message:
                found.setdefault(message, f"{folder}/{name}:{line}")
    return found


def _catalogues(language: str) -> dict[str, Catalog]:
    folder = ROOT / "app" / "translations" / language / "LC_MESSAGES"
    result = {}
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            result[path.stem] = read_po(file, locale=language, abort_invalid=True)
    return result


def _strings(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (str(message.string),)


@pytest.fixture(scope="module")
def used() -> dict[str | tuple[str, ...], str]:
    """msgid (or singular and plural) -> one place where it is used."""
    return _used()


@pytest.mark.parametrize("language", ["ru", "de"])
def test_every_message_is_translated_when_used(language: str, used: dict[str | tuple[str, ...], str]) -> None:
    known: set[str | tuple[str, ...]] = set()
    for catalogue in _catalogues(language).values():
        for message in catalogue:
            if message.id and not message.fuzzy and all(_strings(message)):
                known.add(message.id if isinstance(message.id, str) else tuple(message.id))
    assert {place: message for message, place in used.items() if message not in known} == {}


@pytest.mark.parametrize("language", ["ru", "de"])
def test_a_message_says_one_thing_when_two_features_use_it(language: str) -> None:
    said: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for domain, catalogue in _catalogues(language).items():
        for message in catalogue:
            if message.id:
                said[str(message.id)]["|".join(_strings(message))].add(domain)
    assert {key: dict(texts) for key, texts in said.items() if len(texts) > 1} == {}


@pytest.mark.parametrize("language", ["ru", "de"])
def test_translations_keep_the_blanks_when_the_message_has_some(language: str) -> None:
    wrong = []
    for domain, catalogue in _catalogues(language).items():
        for message in catalogue:
            if not message.id:
                continue
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            blanks = set(re.findall(r"%\((\w+)\)[sd]", " ".join(ids)))
            for text in _strings(message):
                found = set(re.findall(r"%\((\w+)\)[sd]", text))
                if found - blanks or (len(ids) == 1 and found != blanks):
                    wrong.append((domain, ids[0], text))
    assert wrong == []


def test_catalogues_of_both_languages_cover_the_same_features_when_listed() -> None:
    folder = Path(ROOT / "app" / "translations")
    assert {p.stem for p in folder.glob("ru/*/*.po")} == {p.stem for p in folder.glob("de/*/*.po")}
