"""Names from anywhere in Russian letters."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from invitations.readings import name_in_russian
from invitations.translit import de_to_ru, ru_to_duden, ru_to_english, ru_to_icao

DATA = Path(__file__).parent / "data"
FAMILY = (DATA / "russian_family_names.txt").read_text(encoding="utf-8").split()


def _rows() -> list[tuple[str, str, str]]:
    with (DATA / "names_anywhere.csv").open(encoding="utf-8", newline="") as file:
        return [(row["country"], row["name"], row["russian"]) for row in csv.DictReader(file)]


@pytest.mark.parametrize(("country", "name", "target"), _rows())
def test_name_in_russian_reads_a_name_as_its_letters_or_its_country_say(country: str, name: str, target: str) -> None:
    assert name_in_russian(name, country=country, lives="DE") == target


@pytest.mark.parametrize(
    ("own", "name", "target"),
    [
        ("გიორგი ბერიძე", "Giorgi Beridze", "Гиорги Беридзе"),
        ("歐陽 娜娜", "Nana Ouyang", "Нана Оуян"),
        ("田中 はな", "Hana Tanaka", "Хана Танака"),
        ("दिव्या शर्मा", "Divya Sharma", "Дивья Шарма"),
        ("דוד לוי", "David Levi", "Давид Леви"),
    ],
)
def test_name_in_russian_follows_the_persons_own_script(own: str, name: str, target: str) -> None:
    assert name_in_russian(name, country="DE", own=own) == target


def test_name_in_russian_reads_letters_made_of_several_as_those_they_stand_for() -> None:
    assert name_in_russian("Ｊürgen Steﬀens Ⅳ.", country="DE") == "Юрген Штеффенс IV."


def _plain(text: str) -> str:
    return text.lower().replace("ё", "е")


def test_family_names_come_back_from_passports_and_german_texts() -> None:
    names = [*FAMILY, *(f"{name}а" for name in FAMILY if name[-2:] in ("ов", "ев", "ёв", "ин"))]
    for spelt in (ru_to_icao, ru_to_english):
        again = {name: name_in_russian(spelt(name), country="RU") for name in names}
        assert [(name, said) for name, said in again.items() if _plain(name) != _plain(said)] == []
    women = [name for name in names if name.endswith(("ова", "ева", "ёва"))]
    told = [(name, name_in_russian(ru_to_duden(name), country="DE")) for name in women]
    assert len([pair for pair in told if _plain(pair[0]) != _plain(pair[1])]) <= len(women) * 0.2, told


def test_names_of_germans_are_read_as_german() -> None:
    with (DATA / "held_out_translit.csv").open(encoding="utf-8", newline="") as file:
        names = [row["source"] for row in csv.DictReader(file) if row["scheme"] == "de_ru_practical"]
    words = [name for name in names if " " not in name and "-" not in name]
    assert [name for name in words if name_in_russian(name, country="DE") != de_to_ru(name)] == []


COUNTRIES = (
    "", "DE", "RU", "UA", "GE", "AM", "TR", "PL", "CZ", "RS", "HU", "RO", "FR", "IT", "ES",
    "PT", "GB", "NL", "FI", "SE", "GR", "LT", "AL", "CN", "JP", "KR", "IN", "VN", "IL", "ET",
)  # fmt: skip


@pytest.mark.parametrize("country", COUNTRIES)
def test_name_in_russian_leaves_no_latin_letter_behind(country: str) -> None:
    signs = "aàáâãäåąăāæbcçćčdďđðeèéêëęěēėəfgğģhiíìîïīįıjkķlłľļmnñńňņoòóôõöøőœpqrřsśšşștţțťuùúûüűūůųvwxyýÿzźżžßơưệồ"
    names = [f"{one}{other}a {other}{one}" for one in signs for other in "aehijnrsz"]
    left = {name: said for name in names if re.search("[^а-яё '-]", said := name_in_russian(name, country=country))}
    assert left == {}
