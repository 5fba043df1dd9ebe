"""Names in the other script."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import iuliia

from invitations.german_to_russian import de_to_ru

__all__ = ["de_to_ru", "ru_to_din1460", "ru_to_duden", "ru_to_english", "ru_to_icao", "ru_to_iso9"]

_CYRILLIC_VOWELS: Final = "аеёиоуыэюя"


def ru_to_icao(text: str) -> str:
    """ICAO Doc 9303, as in Russian passports. A proposal only: the passport's own spelling always wins."""
    return re.sub(r"[А-Яа-яЁё]+", lambda found: _icao_word(found[0]), text)


def _icao_word(text: str) -> str:
    written = str(iuliia.ICAO_DOC_9303.translate(text))
    return written.upper() if text.isupper() and len(text) > 1 else written


def ru_to_english(text: str) -> str:
    """As English texts write Russian names (BGN/PCGN simplified, "Wikipedia"): Юрий -> Yury, Дёмкин -> Dyomkin."""
    return re.sub(r"[А-Яа-яЁё]+", lambda found: _english_word(found[0]), text)


def _english_word(text: str) -> str:
    written = str(iuliia.WIKIPEDIA.translate(text))
    return written.upper() if text.isupper() and len(text) > 1 else written


def _cased(source: str, written: str) -> str:
    """``written`` in the case of the letter it stands for."""
    if not source[:1].isupper() or not written:
        return written
    return written[0].upper() + written[1:]


def _mapped(text: str, table: dict[str, str]) -> str:
    return "".join(_cased(sign, table[sign.lower()]) if sign.lower() in table else sign for sign in text)


_ISO9: Final = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "ë",
            "ž",
            "z",
            "i",
            "j",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "h",
            "c",
            "č",
            "š",
            "ŝ",
            "ʺ",
            "y",
            "ʹ",
            "è",
            "û",
            "â",
        ],
        strict=True,
    )
)
_DIN1460: Final = _ISO9 | {"х": "ch", "щ": "šč", "э": "ė", "ю": "ju", "я": "ja"}


def ru_to_iso9(text: str) -> str:
    """ISO 9:1995 (GOST 7.79, system A): one letter for one."""
    return _mapped(text, _ISO9)


def ru_to_din1460(text: str) -> str:
    """DIN 1460, the usage of German libraries."""
    return _mapped(text, _DIN1460)


# Forms German has made its own.
_DUDEN_FIXED: Final = {
    "москва": "Moskau", "санкт-петербург": "Sankt Petersburg", "александр": "Alexander", "россия": "Russland",
    "новосибирск": "Nowosibirsk", "ростов-на-дону": "Rostow am Don", "крым": "Krim", "сибирь": "Sibirien",
}  # fmt: skip
_DUDEN: Final = {
    "а": "a", "б": "b", "в": "w", "г": "g", "д": "d", "ж": "sch", "з": "s", "к": "k", "л": "l", "м": "m", "н": "n",
    "о": "o", "п": "p", "р": "r", "т": "t", "у": "u", "ф": "f", "х": "ch", "ц": "z", "ч": "tsch", "ш": "sch",
    "щ": "schtsch", "ъ": "", "ы": "y", "э": "e", "ю": "ju", "я": "ja",
}  # fmt: skip


def ru_to_duden(text: str) -> str:
    """The German practical transcription of the Duden: Денисов -> Denissow, Чайковский -> Tschaikowski."""
    return _CYRILLIC.sub(lambda found: _duden_word(_russian(found[0])), unicodedata.normalize("NFC", text))


_PART: Final = "[\u0400-\u052f][\u0400-\u052f\u0300-\u036f]*"  # letters with the marks that belong to them
_CYRILLIC: Final = re.compile(f"{_PART}(?:-{_PART})*")
_NOT_RUSSIAN: Final = re.compile("[^А-Яа-яЁё-]")
# Letters Russian does not have, as the letters that come nearest.
_OTHER_CYRILLIC: Final = {
    "і": "и", "ї": "йи", "є": "е", "ґ": "г", "ў": "у", "ј": "й", "љ": "ль", "њ": "нь", "ђ": "дж", "ћ": "ч", "џ": "дж",
    "ѕ": "дз", "ә": "э", "ө": "ё", "ү": "ю", "ұ": "у", "қ": "к", "ғ": "г", "ң": "нг", "һ": "х", "ҳ": "х", "ҷ": "дж",
    "ҡ": "к", "ҙ": "з", "ҫ": "с", "җ": "дж", "ҝ": "г", "ҹ": "дж", "ѳ": "ф", "ѣ": "е", "ѵ": "и", "ӏ": "",
}  # fmt: skip


def _russian(word: str) -> str:
    if not _NOT_RUSSIAN.search(word):
        return word
    out = []
    for sign in word:
        plain = _OTHER_CYRILLIC.get(sign.lower())
        if plain is None and _NOT_RUSSIAN.match(sign):
            plain = unicodedata.normalize("NFD", sign.lower())[0]
            plain = "" if unicodedata.combining(plain) else _OTHER_CYRILLIC.get(plain, plain)
        out.append(sign if plain is None else _cased(sign, plain))
    said = "".join(out)
    return said.upper() if word.isupper() and len(word) > 1 else said


def _duden_word(word: str) -> str:
    fixed = _DUDEN_FIXED.get(word.lower())
    if fixed:
        return fixed.upper() if word.isupper() and len(word) > 1 else fixed
    if "-" in word:
        return "-".join(_duden_word(part) for part in word.split("-"))
    low = word.lower()
    out: list[str] = []
    for at, sign in enumerate(low):
        before = low[at - 1] if at else ""
        after = low[at + 1] if at + 1 < len(low) else ""
        if sign == "к" and after == "с" and low[at + 2 : at + 3] != "к":
            out.append(_cased(word[at], "x"))
            continue
        if sign == "с" and before == "к" and after != "к":
            continue
        if sign == "с" and after == "ь" and low[at + 2 : at + 3] and low[at + 2] in _CYRILLIC_VOWELS:
            after = low[at + 2]  # Афанасьев -> Afanassjew
        out.append(_cased(word[at], _duden_letter(sign, before, after)))
    shown = "".join(out)
    return shown.upper() if word.isupper() and len(word) > 1 else shown


def _duden_letter(sign: str, before: str, after: str) -> str:
    vowel_before = before != "" and before in _CYRILLIC_VOWELS
    if sign == "е":
        return "je" if not before or vowel_before or before in "ьъй" else "e"
    if sign == "ё":
        return "o" if before and before in "жчшщ" else "jo"
    if sign == "и":
        return "ji" if before == "ь" else "i"
    if sign == "й":
        if (before and before in "иы") or (after and after in "еёюя"):  # those bring a j of their own
            return ""
        return "j" if after and after in _CYRILLIC_VOWELS else "i"
    if sign == "с":
        return "ss" if vowel_before and after and after in _CYRILLIC_VOWELS else "s"
    if sign == "ь":
        return "j" if after == "о" else ""
    return _DUDEN.get(sign, sign)
