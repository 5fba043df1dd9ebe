"""Russian personal names in their cases: surname, first name, patronymic."""

from __future__ import annotations

import re
from typing import Final

from invitations.address.surnames import CASES, HISSING, VOWELS, inflect_surname, is_slavic_first, syllables
from invitations.overrides import Overrides, decided
from invitations.recipient import Gender
from invitations.words import word_list

__all__ = ["CASES", "inflect_first", "inflect_name", "inflect_patronymic", "initials", "is_eastern", "is_foreign"]

_STEMS: Final = {"лев": "льв", "павел": "павл", "пётр": "петр"}
_UNCHANGED_MALE: Final = frozenset(("люка", "тома", "никола", "андреа", "франсуа", "жозуа", "бенуа"))
# In «Жан-Жак», «Абдул-Хаким» only the last name is inflected.
_FOREPARTS: Final = frozenset(
    (
        "жан",
        "абдул",
        "абд",
        "абу",
        "сен",
        "сент",
        "эль",
        "аль",
        "нур",
        "пьер",
    )
)
# First halves of double European names, inflected also beside a patronymic; «Касым-Жомарту» is one name.
_FIRST_HALVES: Final = word_list("first_names_double")
# Women's names in a soft consonant that decline (third declension); others stay (Николь, Мишель).
_THIRD: Final = word_list("women_third_declension")
_FEMALE_VOWEL_A: Final = frozenset(("андреа", "леа", "беа", "теа", "доротеа", "мариа", "джулиа", "лусиа", "гаиа"))
_UNDECLINED_PATRONYMIC: Final = ("оглы", "оглу", "кызы", "кизи", "гызы", "улы", "уулу", "заде")
_STRESSED_ICH: Final = ("ильич", "лукич", "фомич", "кузьмич", "козьмич", "хомич")
_CHINESE_FIRST: Final = re.compile(r"(цз|чж|сяо|цян|сян|цюй|жун|пин$|лян$|юань|цинь|хуа$|шэн|вэнь|цзя)", re.IGNORECASE)


# Every first name a list decides.
LISTED: Final = frozenset().union(_STEMS, _UNCHANGED_MALE, _THIRD, _FEMALE_VOWEL_A, _STRESSED_ICH)


def is_foreign(first: str, patronymic: str) -> bool:
    """Whether the name follows foreign patterns: no patronymic and no Russian first name."""
    return not patronymic and not is_slavic_first(first)


def initials(first: str, patronymic: str) -> str:
    """«Д.А.», «А.-М.»; only the name proper of a patronymic like «Гасан оглы»."""
    letters = ""
    for part in (first, patronymic.split(" ")[0]):
        if part:
            letters += "-".join(piece[0] + "." for piece in part.split("-") if piece)
    return letters


def _feminine_a(word: str) -> tuple[str, str, str]:
    stem, last = word[:-1], word[-1]
    if last == "я":
        return (stem + "и" if stem.endswith("и") else stem + "е"), stem + "и", stem + "ей"
    genitive = "и" if stem[-1].lower() in "гкхжшчщ" else "ы"
    return stem + "е", stem + genitive, stem + ("ей" if stem[-1].lower() in HISSING else "ой")


def _male(word: str, patronymic: bool) -> tuple[str, str, str] | None:
    low = word.lower()
    last = low[-1]
    if low in _STEMS:
        stem = word[0] + _STEMS[low][1:]
        return stem + "у", stem + "а", stem + "ом"
    if low in _UNCHANGED_MALE and not patronymic:
        return None
    if last in "оеёиуыэю":
        return None
    if last in "ая":
        if last == "а" and low[-2] in VOWELS:
            return None
        if low.endswith("ья"):
            return word[:-1] + "е", word[:-1] + "и", word[:-1] + "ёй" if low == "илья" else word[:-1] + "ей"
        return _feminine_a(word)
    if last in "йь":
        return word[:-1] + "ю", word[:-1] + "я", word[:-1] + "ем"
    return word + "у", word + "а", word + ("ем" if last in HISSING else "ом")


def _female(word: str) -> tuple[str, str, str] | None:
    low = word.lower()
    if low in _THIRD:
        return word[:-1] + "и", word[:-1] + "и", word + "ю"
    if low[-1] in "ая":
        if low in _FEMALE_VOWEL_A or (low[-1] == "а" and low[-2] in VOWELS):
            return None
        return _feminine_a(word)
    return None


def inflect_first(name: str, gender: Gender, case: str, *, patronymic: bool) -> str:
    """A first name; double names with a hyphen part by part, several words word by word."""
    at = CASES.index(case)
    done = []
    for word in name.split(" "):
        if word.islower():
            done.append(word)
            continue
        pieces = word.split("-")
        shown = []
        for place, piece in enumerate(pieces):
            forepart = place < len(pieces) - 1
            kept = forepart and (piece.lower() in _FOREPARTS or (patronymic and piece.lower() not in _FIRST_HALVES))
            if kept or not re.fullmatch("[а-яё’'ʼ]{2,}", piece.lower()):
                shown.append(piece)
                continue
            forms = _male(piece, patronymic) if gender is Gender.MALE else _female(piece)
            shown.append(forms[at] if forms else piece)
        done.append("-".join(shown))
    return " ".join(done)


def inflect_patronymic(word: str, gender: Gender, case: str) -> str:
    """A patronymic; «Гасан оглы» and its like do not change."""
    at = CASES.index(case)
    low = word.lower()
    if low.endswith(_UNDECLINED_PATRONYMIC):
        return word
    if (gender is Gender.MALE and low.endswith("ич")) or (gender is Gender.MALE and low.endswith("ыч")):
        return word + ("у", "а", "ом" if low in _STRESSED_ICH else "ем")[at]
    if gender is Gender.FEMALE and low.endswith("на"):
        return word[:-1] + ("е", "ы", "ой")[at]
    return inflect_first(word, gender, case, patronymic=True)


def inflect_name(
    last: str,
    first: str,
    patronymic: str,
    gender: Gender,
    case: str,
    *,
    foreign: bool | None = None,
    overrides: Overrides | None = None,
) -> str:
    """«Фамилия Имя Отчество» in the ``dative``, ``genitive`` or ``instrumental``; empty parts are left out.

    ``foreign`` tells whether a surname alone belongs to a foreigner; by default the other parts tell.
    """
    if case not in CASES:
        raise ValueError(f"no such case for a name: {case}")
    if gender not in (Gender.MALE, Gender.FEMALE):
        raise ValueError("a name is inflected only when the gender is known")
    whole = decided(overrides, "name", " ".join(part for part in (last, first, patronymic) if part), case)
    if whole is not None:
        return whole
    told = last.title(), first.title(), patronymic.title()
    if (last + first + patronymic).isupper() and told != (last, first, patronymic):
        return inflect_name(*told, gender, case, foreign=foreign, overrides=overrides).upper()
    strange = is_foreign(first, patronymic) if foreign is None else foreign
    eastern = not patronymic and is_eastern(last, first)
    parts = []
    for kind, part in (("last", last), ("first", first), ("patronymic", patronymic)):
        if part:
            fixed = decided(overrides, kind, part, case)
            parts.append(
                _part(kind, part, gender, case, strange, eastern, bool(patronymic)) if fixed is None else fixed
            )
    return " ".join(parts)


def _part(kind: str, part: str, gender: Gender, case: str, foreign: bool, eastern: bool, patronymic: bool) -> str:
    if len(part) == 1:  # an initial
        return part
    if kind == "last":
        return part if eastern else inflect_surname(part, gender, case, foreign)
    if kind == "patronymic":
        return inflect_patronymic(part, gender, case)
    if eastern:
        return _eastern_first(part, gender, case)
    return inflect_first(part, gender, case, patronymic=patronymic)


def is_eastern(last: str, first: str) -> bool:
    """Chinese and Korean full names are one whole: only the last word changes (Дэн Сяопину, Ким Чен Ыну)."""
    if (syllables(last) > 1 and last.lower() != "нгуен") or "-" in last:
        return False
    if first.count(" ") == 1 and all(syllables(word) == 1 for word in first.split(" ")):
        return True
    return bool(_CHINESE_FIRST.search(first))


def _eastern_first(first: str, gender: Gender, case: str) -> str:
    head, space, tail = first.rpartition(" ")
    return head + space + inflect_first(tail, gender, case, patronymic=False)
