"""Names of people from anywhere in Russian letters: read by the spelling of their country, not as German for everybody.

A proposal only: the stored Russian form is authoritative.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from invitations.german_to_russian import german_word, is_german_form, roman_numerals
from invitations.readings.choice import (
    DUDEN,
    SPELT_AFTER_ENGLISH,
    is_plainly_german,
    looks_german,
    reading_of_country,
    reading_of_script,
    signs_in,
)
from invitations.readings.eastern import read_chinese, read_japanese
from invitations.readings.engine import table
from invitations.readings.passport import given_in_russian, read_duden, read_russian

__all__ = ["name_in_russian"]

_LETTER: Final = "[A-Za-zÀ-ÖØ-öø-ʯḀ-ỿ][\u0300-\u036f]*"
_WORD: Final = re.compile(rf"(?:{_LETTER})+(?:['\u2019ʼʹ](?![A-Z])(?:{_LETTER})+)*(?:['ʼʹ](?!\w))?")
_APOSTROPHE: Final = re.compile("['\u2019ʼʹ]")
_TONES: Final = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_SLAVIC: Final = frozenset({"ru", "uk", "bg"})
# What stands beside a name.
_BESIDE: Final = {"dr.": "д-р", "prof.": "проф.", "jun.": "мл.", "jr.": "мл.", "sen.": "ст.", "sr.": "ст."}
_TITLE: Final = re.compile(r"\b(?:Dr|Prof|[Jj]un|[Jj]r|[Ss]en|[Ss]r)\.(?!\w)")


@lru_cache(maxsize=20_000)
def name_in_russian(name: str, *, country: str = "", lives: str = "", own: str = "") -> str:
    """``Giorgi Saakashvili`` -> «Гиорги Саакашвили», ``Jürgen Groß`` -> «Юрген Гросс»; Roman numerals stay.

    :param name: in Latin letters.
    :param country: whose citizen the person is, two letters; German reads what nothing else tells.
    :param lives: where the person lives; of citizens of other countries in Germany the letters of the name decide.
    :param own: the name in the person's own script, where that is another: it says whose it is.
    """
    name, own = _letters(name), _letters(own)
    kept = roman_numerals(name)
    words = [word for word in _WORD.finditer(name) if word.span() not in kept]
    home = reading_of_script(own) or reading_of_country(country) or reading_of_country(lives)
    lows = [word[0].lower() for word in words]
    signs = [signs_in(low, guess=home in ("", "de", *_SLAVIC)) for low in lows]
    sure = {codes[0] for codes in signs if len(codes) == 1}
    told = [next((code for code in codes if code == home or code in sure), next(iter(codes), "")) for codes in signs]
    german = reading_of_country(lives) == "de" or any(map(is_plainly_german, lows))
    if home in _SLAVIC and german and not any(map(_is_slavic, lows, told)):
        home = "de"
    shared = next((code for code in told if code not in ("", SPELT_AFTER_ENGLISH)), next(filter(None, told), ""))
    said, at = "", 0
    for word, low, sign in zip(words, lows, told, strict=True):
        if word.start() < at:
            continue
        said += name[at : word.start()]
        at = word.end()
        title = _TITLE.match(name, word.start())
        if title:
            said += _BESIDE[title[0].lower()]
            at = title.end()
            continue
        said += _cased(word[0], _read(low, word[0], _chosen(low, sign, shared, home)))
    return said + name[at:]


def _letters(text: str) -> str:
    """Composed, with the letters that compatibility signs stand for: ﬁ, full-width A, Ⅷ."""
    signs = (unicodedata.normalize("NFKC", sign) if sign.isalpha() or unicodedata.category(sign) == "Nl" else sign
             for sign in text)  # fmt: skip
    return unicodedata.normalize("NFC", "".join(signs))


def _chosen(low: str, sign: str, shared: str, home: str) -> str:
    """The reading of one word: what it says itself, then the country, then what the rest of the name says."""
    if home in ("", "de"):
        if sign and not (sign == SPELT_AFTER_ENGLISH and is_german_form(low)):
            return sign
        if is_german_form(low):
            return "de"
        if given_in_russian(low):
            return "ru"
        if read_duden(low, known=True):
            return DUDEN
        return "de" if looks_german(low, shared) or not shared else shared
    if sign:
        return home if sign == SPELT_AFTER_ENGLISH else sign
    abroad = home in _SLAVIC and is_plainly_german(low)
    return "de" if abroad or (home == "en" and re.search("[äöüß]|sch[mlnrw]|mann$", low)) else home


def _is_slavic(low: str, sign: str) -> bool:
    return sign in _SLAVIC or (bool(given_in_russian(low)) and not is_german_form(low))


def _read(low: str, word: str, code: str) -> str:
    low = unicodedata.normalize("NFC", low)
    if code == "de":
        return german_word(word)
    if code in _SLAVIC:
        return _latin_left(read_russian(_APOSTROPHE.sub("", _plain(low)), code))
    if code == DUDEN:
        return _latin_left(read_duden(_plain(low)))
    if code == "vi":
        low = unicodedata.normalize("NFC", _TONES.sub("", unicodedata.normalize("NFD", low)))
    parts = [_part(part, code) for part in _APOSTROPHE.split(low)]
    return _latin_left("'".join(parts))


def _part(low: str, code: str) -> str:
    if code == "zh":
        return read_chinese(_plain(low, kept="ü")) or table(SPELT_AFTER_ENGLISH).read(low)
    if code == "ja":
        return read_japanese(low) or table(SPELT_AFTER_ENGLISH).read(low)
    return table(code).read(low)


def _plain(low: str, kept: str = "") -> str:
    """Without marks."""
    return "".join(sign if sign in kept else unicodedata.normalize("NFD", sign)[0] for sign in low)


def _latin_left(said: str) -> str:
    """Letters a table does not know, as German reads them."""
    return german_word(said) if any("a" <= sign <= "ʯ" or "Ḁ" <= sign <= "ỿ" for sign in said) else said


def _cased(word: str, said: str) -> str:
    if word.isupper() and len(word) > 1:
        return said.upper()
    if not word[:1].isupper():
        return said
    return said[:1].upper() + said[1:]
