"""Names of Cyrillic, Georgian and Armenian spelling read back from passports: ICAO Doc 9303, older passports, English
texts. What a passport does not spell (ь, ё, the difference of е and э) is known of many names, and guessed of others.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import iuliia

from invitations.readings.engine import table
from invitations.translit import ru_to_duden
from invitations.words import word_list

_VOWELS: Final = frozenset("aeiouy")
_SCHEMES: Final = (
    "ICAO_DOC_9303", "WIKIPEDIA", "BGN_PCGN", "MVD_310", "MVD_782", "MOSMETRO", "YANDEX_MAPS", "GOST_16876_ALT",
)  # fmt: skip


def spellings(russian: str) -> set[str]:
    """How passports and texts in Latin letters spell a Russian word of small letters."""
    found = {str(getattr(iuliia, scheme).translate(russian)) for scheme in _SCHEMES}
    found = {"".join(sign for sign in form.replace("ё", "e") if sign.isalpha()) for form in found}
    found |= {form.replace("kh", "h") for form in found if form.startswith("m") and "kh" in form}
    found |= {form.replace("iiu", "iu") for form in found}
    found |= {form.replace("ks", "x") for form in found if "ks" in form}
    for long in ("iy", "ij", "ijj", "ii"):
        begun = [form[: -len(long)] for form in found if form.endswith(long)]
        found |= {form + short for form in begun for short in ("iy", "ij", "y", "i")}
    for jot in ("ya", "yu", "ja", "ju"):
        found |= {form[0] + form[1:].replace(jot, f"i{jot[1]}") for form in found}
    found |= {form[0] + form[1:].replace("ey", "ei").replace("ay", "ai").replace("oy", "oi") for form in found}
    found |= {form.replace("ey", "ej").replace("ay", "aj") for form in found}
    return {form.replace("jj", "j") for form in found}


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    names = word_list("names_russian")
    family = sorted(word_list("surnames_common"))
    found: dict[str, str] = {}
    for name in (*family, *(f"{name}а" for name in family if name.endswith(("ов", "ев", "ёв", "ин")))):
        for form in spellings(name):
            found.setdefault(form, name)
    for name in sorted(names, reverse=True):
        for form in spellings(name):
            found[form] = name
    return found | {
        "natalia": "наталья", "julia": "юлия", "yulia": "юлия", "maria": "мария", "marija": "мария", "ksenia": "ксения",
        "xenia": "ксения", "dmitry": "дмитрий", "victoria": "виктория", "viktoria": "виктория", "sofia": "софия",
        "sophia": "софия", "semen": "семён", "ilia": "илья", "ilya": "илья", "igor": "игорь", "valeria": "валерия",
        "evgenia": "евгения", "anastasia": "анастасия", "lidia": "лидия", "daria": "дарья", "darya": "дарья",
        "lubov": "любовь", "ludmila": "людмила", "tatiana": "татьяна", "elena": "елена", "alexei": "алексей",
        "alexej": "алексей", "angela": "анжела", "khrushchev": "хрущёв", "khrushcheva": "хрущёва",
        "gorbachev": "горбачёв", "gorbacheva": "горбачёва",
    }  # fmt: skip


@lru_cache(maxsize=1)
def _known_duden() -> dict[str, str]:
    names = word_list("names_russian")
    family = [name for name in word_list("surnames_common") if name.endswith(("ов", "ев", "ёв", "ин"))]
    forms = ((ru_to_duden(name), name) for name in sorted((*names, *family, *(f"{name}а" for name in family))))
    return dict(forms) | {"sergej": "сергей", "andrej": "андрей", "alexej": "алексей"}


def read_duden(low: str, *, known: bool = False) -> str:
    """A word as German texts spell Russian names: Sidorowa -> Сидорова.

    :param known: only of names that are known; else empty.
    """
    return _known_duden().get(low, "" if known else table("duden").read(low))


def given_in_russian(low: str) -> str:
    """A word that is a Russian given name or a common family name, however it is spelt; else nothing."""
    return _known().get(low, "")


@lru_cache(maxsize=1)
def _stems() -> dict[str, str]:
    """Beginnings of family names by their spellings, the longest first."""
    found = {form: stem for stem in sorted(word_list("names_russian_family")) for form in spellings(stem)}
    found |= {form[:-3] + "iev": stem for form, stem in found.items() if form.endswith(("yev", "jev"))}
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def read_russian(low: str, code: str = "ru") -> str:
    """A word as a passport of a Slavic country spells it."""
    rules = table(code)
    known = rules.words.get(low) or given_in_russian(low)
    if known:
        return known
    for form, stem in _stems().items():
        if low.startswith(form) and (stem[-1] != "ь" or low[len(form) : len(form) + 1] not in _VOWELS):
            return stem + rules.read("bb" + low[len(form) :])[2:]
    return rules.read(low)
