"""Whose reading a name is given: by letters and endings of the name, else by the country of the person."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from invitations.words import word_list

_COUNTRIES: Final = {
    "de": "DE AT CH LI LU", "ru": "RU BY KZ KG TJ TM UZ MN", "uk": "UA", "bg": "BG MK", "sr": "RS ME BA HR SI",
    "ka": "GE", "hy": "AM", "tr": "TR AZ", "pl": "PL", "cs": "CZ SK", "hu": "HU", "ro": "RO MD",
    "fr": "FR BE MC SN CI CM CD CG ML BF NE TG BJ GA GN HT MG", "it": "IT SM VA",
    "es": "ES MX AR CL CO PE VE EC BO PY UY CR CU DO GT HN NI PA SV", "pt": "PT BR AO MZ CV", "en": "GB US IE CA AU NZ",
    "nl": "NL", "fi": "FI EE", "sv": "SE NO DK IS", "el": "GR CY", "lt": "LT LV", "sq": "AL XK", "zh": "CN TW HK MO",
    "ja": "JP", "ko": "KR KP", "vi": "VN", "hi": "IN NP LK",
}  # fmt: skip
_OF_COUNTRY: Final = {country: code for code, countries in _COUNTRIES.items() for country in countries.split()}
SPELT_AFTER_ENGLISH: Final = "spelt"  # Arabic, Hebrew, Persian, Amharic …
DUDEN: Final = "duden"  # Russian names as German texts spell them

# What a letter or an ending says; of several readings that of the country, else the first.
_SIGNS: Final = tuple(
    (re.compile(pattern), tuple(codes.split()))
    for pattern, codes in (
        ("[ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹơư]", "vi"),
        ("^nguy[eễê]n$", "vi"),
        ("[łńśźż]", "pl"),
        ("[ąę]", "pl lt"),
        ("[őű]", "hu"),
        ("[řěůďťňľĺŕ]|ová$|ský$", "cs"),
        ("[țţă]|ș|escu$", "ro"),
        ("[ğışəı]", "tr ro"),
        ("o[gğ]lu$", "tr"),
        ("ñ", "es"),
        ("[ãõ]", "pt fi"),
        ("[ėųįāēķģļņ]", "lt"),
        ("đ", "sr vi"),
        ("ć", "sr pl"),
        ("(?:ov|ev)i[cć]$", "sr"),
        ("[šžč]", "sr cs lt fi"),
        ("[åøæ]", "sv fi"),
        ("[ìò]", "it"),
        ("[œçàèêëîïûôù]", "fr tr pt ro sq nl it vi cs el"),
        ("(?<!al)ois$|oux$|eaux?$|ault$", "fr"),
        ("é", "fr hu es pt cs sv"),
        ("sz.*[áéó]|[áéó].*sz|[áé].*cs|cs.*[áé]", "hu"),
        ("[áíóú]", "es hu cs pt sv pl vi"),
        ("sz|cz|wicz$|^prz", "pl hu"),
        ("(?:cci|cchi|zzi|cchio|cchia|zzo)$", "it"),
        ("(?:opoulos|opoulou|akis|iadis)$", "el"),
        ("(?:shvili|[aeiou]dze)$", "ka"),
        ("[bcdfghjklmnprstvz]yan(?:ts|c)?$|[a-z]{3}(?:niss|kiss|ross|oss|zar|dar|sar|dash)ian$|iants$", "hy"),
        ("^(?:serhi[iy]|oleksandra?|oleksi[iy]|volodymyr|mykola|dmytro|mykhailo|andri[iy]|yevhen|ihor|oleh|olha|iryna|"
         "olena|kateryna|tetiana|svitlana|pavlo|halyna|hlib)$|skyi$|^hry|^hor[bd]|(?<![ckszpt])h[a-z]*enko$", "uk"),
        ("tschuk$|tschenko$|(?:skaja|owa|ewa|jewa|jew|jow|witsch|owna|ewna|zkaja|schtsch.*)$", "duden"),
        ("shch|[bcdfghjklmnprstvz](?:ov|ova|ev|eva|yov|yova)$|[aeiouy]e?(?:ev|eva|yev|yeva)$", "ru uk bg tr"),
        ("(?:skii|skiy|skyi|sky|skaya|skaia|skoy|skoi|tskoi|enko|chuk|[^aeiou]iuk|yuk|chenko|ykh|[oe]vich|[oe]vna)$",
         "ru uk bg"),
    )
)  # fmt: skip
# Of these passports only where the country says no other.
_SLAVIC_SPELLING: Final = re.compile("iia$|^iu|^yu|^zh[aeiou]|^ye(?:v|l|k|g|f|r)|^ia[^n]")
# sh, kh, zh: how English spells, where German has none but in compounds (Grashof, Eckhardt).
_ENGLISH: Final = re.compile(
    "(?:(?<![c])[skz]|gh)h"
    "(?!eim|aus|äus|of|öf|ahn|ar[dt]|agen|orn|afen|aven|ol[zt]|oven|eid|übsch|ain|am|ub|als|auer|aut|ut|erz|err|uber|"
    "iller|and|änd|all|elm|eld|elf|über|at|aa[rs]|ein|äu|üt|ans|och|öh)"
)
_ARABIC: Final = re.compile("abd[a-z]*|al|ibn|m[uo]hamm?[ae]d|ahm[ae]d|mahmoud|hussein|hassan")
_TURKISH: Final = word_list("names_turkish")
_NOT_FOREIGN: Final = word_list("names_german_too")
_GERMAN: Final = re.compile("[äöüß]|sch|tz|ck|ph|ei|eu|^w|pf|mann$|dt$|nn$|ie[bdfglmnpst]|th")
_FAR: Final = frozenset({SPELT_AFTER_ENGLISH, DUDEN, "ru", "uk", "ka", "hy", "tr", "vi"})
_GERMAN_ENDING: Final = re.compile("e[rl]$|au|berg$|burg$|feld$|wald$|bach$|hof$")
_SCRIPTS: Final = (
    ("GEORGIAN", "ka"), ("ARMENIAN", "hy"), ("HANGUL", "ko"), ("HIRAGANA", "ja"), ("KATAKANA", "ja"), ("GREEK", "el"),
    ("DEVANAGARI", "hi"), ("BENGALI", "hi"), ("GURMUKHI", "hi"), ("GUJARATI", "hi"), ("CJK", "zh"),
)  # fmt: skip


def reading_of_country(country: str) -> str:
    """Empty for a country that is not known."""
    return _OF_COUNTRY.get(country, SPELT_AFTER_ENGLISH) if len(country) == 2 and country.isalpha() else ""


def reading_of_script(own: str) -> str:
    """Of a name in a script that is neither Latin nor Cyrillic; empty for these."""
    names = [unicodedata.name(sign, "") for sign in own if sign.isalpha()]
    found = (code for begin, code in _SCRIPTS if any(name.startswith(begin) for name in names))
    others = any(not name.startswith(("LATIN", "CYRILLIC")) for name in names)
    return next(found, SPELT_AFTER_ENGLISH if others else "")


def signs_in(low: str, *, guess: bool) -> tuple[str, ...]:
    """Whose the letters and the ending of a word may be, the likeliest first; empty when they say nothing.

    :param guess: by weak signs, too.
    """
    if len(low) < 2 or low in _NOT_FOREIGN:
        return ()
    if low in _TURKISH:
        return ("tr",)
    found = next((codes for pattern, codes in _SIGNS if len(low) > 2 and pattern.search(low)), ())
    if guess and not found and _SLAVIC_SPELLING.search(low):
        return ("ru", "uk")
    return found or ((SPELT_AFTER_ENGLISH,) if _ENGLISH.search(low) or _ARABIC.fullmatch(low) else ())


def looks_german(low: str, beside: str) -> bool:
    """Whether a word has letters German spells and passports of other scripts do not.

    :param beside: the reading the rest of the name is given; one far from German tells least of its neighbours.
    """
    return bool(_GERMAN.search(low) or (beside in _FAR and _GERMAN_ENDING.search(low)))


def is_plainly_german(low: str) -> bool:
    """Whether a passport of a Cyrillic country cannot have spelt a word so."""
    return bool(re.search("[äöüß]|sch[mlnrwaäöü]|schu[bhlmrst]|tz|ck|pf|mann$|dt$|^w", low))
