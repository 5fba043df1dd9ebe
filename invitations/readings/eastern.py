"""Chinese and Japanese names in the Latin letters of their passports: syllable by syllable."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_PINYIN_INITIALS: Final = {
    "b": "б", "p": "п", "m": "м", "f": "ф", "d": "д", "t": "т", "n": "н", "l": "л", "g": "г", "k": "к", "h": "х",
    "j": "цз", "q": "ц", "x": "с", "zh": "чж", "ch": "ч", "sh": "ш", "r": "ж", "z": "цз", "c": "ц", "s": "с",
}  # fmt: skip
_PINYIN_FINALS: Final = {
    "a": "а", "o": "о", "e": "э", "ai": "ай", "ei": "эй", "ao": "ао", "ou": "оу", "an": "ань", "en": "энь", "ang": "ан",
    "eng": "эн", "ong": "ун", "i": "и", "ia": "я", "ie": "е", "iao": "яо", "iu": "ю", "ian": "янь", "in": "инь",
    "iang": "ян", "ing": "ин", "iong": "юн", "u": "у", "ua": "уа", "uo": "о", "uai": "уай", "ui": "уй", "uan": "уань",
    "un": "унь", "uang": "уан", "v": "юй", "ve": "юэ", "ue": "юэ",
}  # fmt: skip
_PINYIN_WHOLE: Final = {
    "yi": "и", "ya": "я", "yo": "йо", "ye": "е", "yao": "яо", "you": "ю", "yan": "янь", "yin": "инь", "yang": "ян",
    "ying": "ин", "yong": "юн", "yu": "юй", "yue": "юэ", "yuan": "юань", "yun": "юнь", "wu": "у", "wa": "ва",
    "wo": "во", "wai": "вай", "wei": "вэй", "wan": "вань", "wen": "вэнь", "wang": "ван", "weng": "вэн", "a": "а",
    "o": "о", "e": "э", "ai": "ай", "ei": "эй", "ao": "ао", "ou": "оу", "an": "ань", "en": "энь", "ang": "ан",
    "er": "эр", "hui": "хой",
}  # fmt: skip


@lru_cache(maxsize=1)
def _pinyin() -> dict[str, str]:
    found = dict(_PINYIN_WHOLE)
    for initial, letters in _PINYIN_INITIALS.items():
        for final, said in _PINYIN_FINALS.items():
            if initial in ("j", "q", "x"):
                if final[0] not in "iuv":
                    continue
                said = {"u": "юй", "ue": "юэ", "uan": "юань", "un": "юнь"}.get(final, said)
            elif final == "i" and initial in ("zh", "ch", "sh", "r", "z", "c", "s"):
                said = "ы" if initial in ("z", "c", "s") else "и"
            elif initial in ("b", "p", "m", "f") and final == "ui":
                continue
            found.setdefault(initial + final, letters + said)
    return found | {"lv": "люй", "nv": "нюй", "lyu": "люй", "nyu": "нюй"}


_KANA: Final = {
    "shi": "си", "chi": "ти", "tsu": "цу", "ji": "дзи", "fu": "фу", "sha": "ся", "shu": "сю", "sho": "сё", "cha": "тя",
    "chu": "тю", "cho": "тё", "ja": "дзя", "ju": "дзю", "jo": "дзё", "ya": "я", "yu": "ю", "yo": "ё", "wa": "ва",
    "wo": "о", "za": "дза", "zu": "дзу", "ze": "дзэ", "zo": "дзо",
}  # fmt: skip


@lru_cache(maxsize=1)
def _hepburn() -> dict[str, str]:
    consonants = {"k": "к", "s": "с", "t": "т", "n": "н", "h": "х", "m": "м", "r": "р", "g": "г", "d": "д", "b": "б",
                  "p": "п"}  # fmt: skip
    vowels = {"a": "а", "i": "и", "u": "у", "e": "э", "o": "о"}
    found = {c + v: left + right for c, left in consonants.items() for v, right in vowels.items()}
    found |= {f"{c}y{v}": left + {"a": "я", "u": "ю", "o": "ё"}[v] for c, left in consonants.items() for v in "auo"}
    found |= vowels | _KANA | {"n": "н", "m": "м"}
    for doubled in "kstp":
        found |= {doubled + form: said[0] + said for form, said in list(found.items()) if form[0] == doubled}
    return found | {"ttchi": "тти", "tchi": "тти", "ssho": "ссё", "tcho": "ттё"}


def _by_syllables(low: str, known: dict[str, str], inside: str) -> list[str] | None:
    """The word in syllables of the table, the longest first; None when it does not divide into them.

    :param inside: what a syllable other than the first never begins with.
    """
    if not low:
        return []
    for size in range(min(6, len(low)), 0, -1):
        if low[:size] in known and low[size : size + 1] not in set(inside):
            rest = _by_syllables(low[size:], known, inside)
            if rest is not None:
                return [low[:size], *rest]
    return None


def read_chinese(low: str) -> str:
    """Pinyin after Palladius: Xiaolong -> Сяолун; empty when it is none."""
    low = low.replace("ü", "v")
    parts = _by_syllables(low, _pinyin(), "aoe") if len(low) <= 24 else None
    if not parts:
        return ""
    said = ""
    for part in parts:
        written = _pinyin()[part]
        said += ("ъ" if said.endswith("н") and written[0] in "аоэуияеёю" else "") + written  # Чанъань
    return said


def read_japanese(low: str) -> str:
    """Hepburn after Polivanov: Tanaka -> Танака, Shinji -> Синдзи; empty when it is none."""
    low = low.replace("ō", "o").replace("ū", "u")
    low = re.sub(r"ou(?=[^aeiou]|$)|oo|oh(?=[^aeiou]|$)", "o", low)
    parts = _by_syllables(low, _hepburn(), "") if len(low) <= 24 else None
    if not parts:
        return ""
    said = "".join(_hepburn()[part] for part in parts)
    return re.sub("(?<=[аоуэ])и(?![аоуэияюё])", "й", re.sub("н(?=[бпм])", "м", said))
