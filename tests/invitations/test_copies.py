"""Organisations that get a copy, on the sheet: addressees in Russian, a distribution list in German."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from invitations.letter import Letter
from invitations.pdf import render
from tests.invitations.paper import Word, at, flat, pages, words_of

Write = Callable[..., Letter]
NAMES = {
    "ru": ("Правительство Калужской области", "Германо-Российский форум"),
    "de": ("Auswärtiges Amt", "Deutsch-Russisches Forum e. V."),
    "en": ("German-Russian Forum", "Council of Europe"),
}


def lowest(words: list[Word], *texts: str) -> list[float]:
    return [at(words, text).top for text in texts]


def test_copies_are_further_addressees_without_the_word_copy_on_a_russian_sheet(write: Write, fonts: Path) -> None:
    pdf = render(write("ru", copies=NAMES["ru"]), fonts=fonts)
    words = words_of(pdf)
    assert pages(pdf) == 1
    whom, government, forum = lowest(words, "Первышову", "Правительство", "Германо-Российский")
    assert whom < government < forum < at(words, "Уважаемый").top
    assert at(words, "Правительство").left == pytest.approx(at(words, "Первышову").left, abs=0.1)
    assert "Копия:" not in flat(pdf)


def test_copies_are_the_distribution_list_below_the_enclosures_of_a_german_sheet(write: Write, fonts: Path) -> None:
    pdf = render(write("de", copies=NAMES["de"]), fonts=fonts)
    words = words_of(pdf)
    assert pages(pdf) == 1
    enclosures = [word for word in words if word.text.startswith("Anlage")][-1]
    label, office = at(words, "Verteiler"), at(words, "Auswärtiges")
    assert enclosures.top < label.top < office.top
    assert label.left == pytest.approx(enclosures.left, abs=0.1)


def test_copies_stand_below_the_signature_of_an_english_sheet(write: Write, fonts: Path) -> None:
    pdf = render(write("en", copies=NAMES["en"]), fonts=fonts)
    assert pages(pdf) == 1
    assert "cc German-Russian Forum" in flat(pdf)


def test_compose_refuses_more_than_four_addressees(write: Write) -> None:
    with pytest.raises(ValueError, match="at most 4 addressees"):
        write("ru", copies=("a", "b", "c", "d"))
