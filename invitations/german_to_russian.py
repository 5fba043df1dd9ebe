"""German names in Russian letters after the practical transcription (Giljarewski/Starostin).

Established forms of towns win. A proposal only: the stored Russian form is authoritative.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from invitations.words import word_list, word_map

_WORDS: Final = word_map("german_forms")
_NAMES: Final = word_list("names_german")
_PLACES: Final = (
    (re.compile(r"\bam Main\b"), "-на-Майне"),
    (re.compile(r"\bam Rhein\b"), "-на-Рейне"),
    (re.compile(r"\b(?:an der Oder\b|\(Oder\))"), "-на-Одере"),
    (re.compile(r"\ban der Havel\b"), "-на-Хафеле"),
    (re.compile(r"\ban der Weser\b"), "-на-Везере"),
    (re.compile(r"\ban der Donau\b"), "-на-Дунае"),
    (re.compile(r"\ban der Elbe\b"), "-на-Эльбе"),
    (re.compile(r"\bob der "), "-об-дер-"),
    (re.compile(r"\bvor der "), "-фор-дер-"),
    (re.compile(r"\bim Breisgau\b"), "-в-Брайсгау"),
    (re.compile(r"(?<=\w )in (?=[A-ZÄÖÜ])"), "-ин-"),
    (re.compile(r"(?<=\w )am (?=[A-ZÄÖÜ])"), "-ам-"),
)
_BAD: Final = re.compile(r"\bBad (?=[A-ZÄÖÜ])")
_LETTERS: Final = "aeiouyäöü"
# Letters with the marks that belong to them.
_LATIN: Final = re.compile("(?:[A-Za-zÀ-ÖØ-öø-ʯḀ-ỿ][\u0300-\u036f]*)+")
_KEPT: Final = "äöüßčšž"
_FOREIGN: Final = {
    "đ": "d", "ð": "d", "ł": "l", "ø": "ö", "å": "o", "æ": "ä", "œ": "ö", "þ": "th", "ı": "i",
    "ħ": "h", "ŧ": "t", "ĸ": "k", "ŋ": "ng", "ə": "ä", "ƒ": "f", "ő": "ö", "ű": "ü", "ć": "č", "ś": "š", "ş": "š",
    "ș": "š", "ź": "s", "ż": "ž", "ĳ": "ei", "ſ": "s",
}  # fmt: skip
_RU_VOWELS: Final = "аеёиоуыэюя"


# Of a name: two signs or more anywhere, one behind the given name ("Heinrich I. von Sachsen", not "Karl V. Schmidt").
_ROMAN: Final = re.compile(
    r"(?<![^\W\d_])(?=[IVXLCDM])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?![^\W\d_])"
)
_ALONE: Final = re.compile(r"(?<=[^\W\d_] )[IVX](?:\.(?= (?:von|der|des|aus)\b|$|,)|$|,)")


# Where all is in capitals, LI, XI and LIV are names.
_IN_CAPITALS: Final = re.compile(r"(?:X{0,3}(?:VI{2,3}|I{2,3}|IV|IX)|XX|XX?V)(?![^\W\d_])")


def roman_numerals(text: str) -> frozenset[tuple[int, int]]:
    """Where Roman numerals stand in a name: they are the same in every script."""
    if not any(sign in text for sign in "IVX"):
        return frozenset()
    sure = _IN_CAPITALS if text.upper() == text and re.search(r"[^IVXLCDM\W]|\w \w", text) else _ROMAN
    return frozenset(
        found.span()
        for found in _ROMAN.finditer(text)
        if (_ALONE.match(text, found.start()) if len(found[0]) == 1 else sure.match(text, found.start()))
    )


def is_german_form(low: str) -> bool:
    """Whether a word has an established Russian form, or is a given name of Germans."""
    return low in _WORDS or low in _NAMES


def german_word(word: str) -> str:
    """One word, which is no numeral."""
    return _LATIN.sub(lambda found: _word(found[0]), unicodedata.normalize("NFC", word))


def de_to_ru(text: str) -> str:
    """``Köln`` -> «Кёльн», ``Offenbach am Main`` -> «Оффенбах-на-Майне», ``Jürgen`` -> «Юрген»; "XIV" stays."""
    for pattern, written in _PLACES:
        text = pattern.sub(written, text)
    text = re.sub(r" (?=-(?:на|об|фор|ин|ам|в)-)", "", text)
    text = _BAD.sub("Бад-", text)
    text = unicodedata.normalize("NFC", text)
    kept = roman_numerals(text)
    return _LATIN.sub(lambda found: found[0] if found.span() in kept else _word(found[0]), text)


# Umlauts as passports and keyboards without them have them: Juergen, Mueller; not Bauer, Michael, Manuela, Joel.
_WRITTEN_OUT: Final = re.compile(
    "(?<![aeiouqäöü])(?:ae(?!l)|oe(?!l(?:$|[ae]))|ue(?!l(?:$|[ae])))(?=[bcdfghklmnprstwz])"
)
_UMLAUTS: Final = {"ae": "ä", "oe": "ö", "ue": "ü"}


def _word(word: str) -> str:
    known = _WORDS.get(word.lower())
    if known:
        if word.isupper() and len(word) > 1:
            return known.upper()
        return known.lower() if word.islower() else known[:1].upper() + known[1:]
    low = _WRITTEN_OUT.sub(lambda found: _UMLAUTS[found[0]], _folded(word.lower()))
    out, at = "", 0
    while at < len(low):
        taken, written = _step(low, at, out)
        out += written
        at += taken
    if word.isupper() and len(word) > 1:
        return out.upper()
    return out[:1].upper() + out[1:] if word[:1].isupper() else out


def _folded(low: str) -> str:
    """In the letters that are read here: strange marks go, foreign letters become what sounds like them."""
    low = unicodedata.normalize("NFC", low)
    if low.isascii():
        return low
    signs = (_FOREIGN.get(sign, sign) for sign in low)
    return "".join(
        sign if len(sign) > 1 or sign in _KEPT else "".join(
            _FOREIGN.get(part, part) for part in unicodedata.normalize("NFD", sign) if not unicodedata.combining(part)
        )
        for sign in signs
    )  # fmt: skip


_CLUSTERS: Final = (
    ("tzsch", "ч"), ("tschtsch", "чч"), ("dsch", "дж"), ("tsch", "ч"), ("zsch", "ч"), ("sch", "ш"), ("cz", "ч"),
    ("ph", "ф"), ("tz", "ц"), ("qu", "кв"), ("ck", "к"), ("x", "кс"),
)  # fmt: skip
_SINGLE: Final = {
    "a": "а", "b": "б", "c": "к", "d": "д", "f": "ф", "g": "г", "i": "и", "k": "к", "m": "м", "n": "н", "o": "о",
    "p": "п", "q": "к", "r": "р", "t": "т", "u": "у", "v": "ф", "w": "в", "y": "и", "z": "ц", "č": "ч", "š": "ш",
    "ž": "ж",
}  # fmt: skip
# Beginnings of a second word inside a compound: its h is spoken, its st- is «шт».
_WITH_H: Final = re.compile(r"h(eim|aus|äus|of|öf|ahn|ard|art|agen|orn|afen|aven|olz|oven|eid|übsch|ain)")
_WITH_ST: Final = re.compile(r"st(adt|ädt|ein|ätt|relitz|raß|rass|uhl|eiger|röm)")


def _vowel(sign: str) -> bool:
    return bool(sign) and sign in _LETTERS


def _step(low: str, at: int, out: str) -> tuple[int, str]:
    """How many letters are read at ``at`` and what they become."""
    rest, before = low[at:], low[at - 1] if at else ""
    sign, after = rest[0], rest[1:2]
    for letters, written in (
        ("äu", "ой"),
        ("eu", "ой"),
        ("ei", "ай"),
        ("ai", "ай"),
        ("ey", "ай"),
        ("ay", "ай"),
        ("oi", "ой"),
        ("oy", "ой"),
    ):
        if rest.startswith(letters):
            # a silent h closes the syllable: "eihn"
            return (3 if rest[2:3] == "h" and not _vowel(rest[3:4]) and not _WITH_H.match(rest[2:]) else 2), written
    if rest.startswith("ie"):
        if re.fullmatch(r"iel(a|e|la|le)?", rest) and re.search(f"[{_LETTERS}]", low[:at]):
            return 2, "иэ"
        return (3 if rest[2:3] == "h" and not _vowel(rest[3:4]) and not _WITH_H.match(rest[2:]) else 2), "и"
    if rest == "ia" and before:
        return 2, "ия"
    if rest.startswith("ch"):
        if not before:
            return 2, "к" if rest[2:3] in ("r", "l") else "х"
        return (3, "кс") if rest.startswith("chs") and not _WITH_ST.match(rest[2:]) else (2, "х")
    if rest.startswith("th") and not _WITH_H.match(rest[1:]):
        return 2, "т"
    if rest.startswith("rh") and not before:
        return 2, "р"
    for letters, written in _CLUSTERS:
        if rest.startswith(letters):
            between = letters == "ck" and _vowel(before) and _vowel(rest[2:3])
            return len(letters), "кк" if between else written
    if rest.startswith("st") and (not before or _WITH_ST.match(rest)):
        return 2, "шт"
    if rest.startswith("sp") and not before:
        return 2, "шп"
    if sign == "ß" or rest.startswith("ss"):
        taken = 1 if sign == "ß" else 2
        follows = rest[taken : taken + 1]
        short = not out.endswith(("й", "ау"))
        if _vowel(follows) or (short and (not follows or sign == "s")):
            return taken, "сс"
        return taken, "с"
    if rest.startswith("ll") and rest[2:3] and not _vowel(rest[2]):
        return 2, "ль"
    if rest == "mann" and re.search(f"[{_LETTERS}]", low[:at]):
        return 4, "ман"
    return _letter(sign, rest, before, after, out)


def _letter(sign: str, rest: str, before: str, after: str, out: str) -> tuple[int, str]:
    if sign == "j":
        return _iot(rest, before)
    if sign in "äeöü":
        return _front(sign, rest, before, out)
    if sign == "h":
        if not _vowel(before) or _WITH_H.match(rest):
            return 1, "х"
        return 1, "х" if after and after in "aouäöü" else ""
    if sign == "s":
        if rest == "sen" and before and before in "nrt":
            return 1, "с"
        return 1, "з" if _vowel(after) and (not before or before in _LETTERS + "lmnrh") else "с"
    if sign == "c" and after and after in "eiäy":
        return 1, "ц"
    if sign == "l":
        if after == "l":
            return 2, "лл" if _vowel(rest[2:3]) else "лль"
        return 1, "л" if _vowel(after) else "ль"
    return 1, _SINGLE.get(sign, sign)


def _iot(rest: str, before: str) -> tuple[int, str]:
    """j with its vowel: «Йена», «Юрген», «Йорг», «Таня»."""
    first = {"ja": "я", "je": "йе", "jä": "йе", "jo": "йо", "jö": "йо", "ju": "ю", "jü": "ю"}
    inside = {"ja": "я", "je": "ье", "jä": "ье", "jo": "ьо", "jö": "ьё", "ju": "ью", "jü": "ью"}
    table = first if not before or _vowel(before) else inside
    written = table.get(rest[:2])
    return (2, written) if written else (1, "й")


def _front(sign: str, rest: str, before: str, out: str) -> tuple[int, str]:
    """ä, e, ö, ü: «э» at the start and after a vowel, but «Майер», «Эенфельд»."""
    taken = 2 if sign == "e" and rest[1:2] == "e" else 1
    if sign == "ü":
        return 1, "ю" if before else "и"
    opened = not out or (out[-1] in _RU_VOWELS and out[-1] not in "эе")
    if sign == "ö":
        return 1, "э" if opened else "ё"
    return taken, "э" if opened else "е"
