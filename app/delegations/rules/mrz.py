"""The machine-readable zone of passports and identity cards: ICAO Doc 9303 part 3 (check digits), 4 (TD3), 5 (TD1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l

from app.errors import Message, Refusal

_WEIGHTS = (7, 3, 1)
_VALUES = {sign: value for value, sign in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
# What people and readers of pictures put where only a digit can stand, or in the place of the filler.
_FILLERS = str.maketrans({"\u00ab": "<<", "\u2039": "<", "\u3008": "<", "\uff1c": "<", "\u276e": "<"})
_AS_DIGIT = str.maketrans("OQDIZSB", "0001258")
# Codes of the zone that are not ISO 3166-1 alpha-3 (Doc 9303 part 3, section 5): the old German one and others.
_ODD_CODES = {"D": "DE", "GBD": "GB", "GBN": "GB", "GBO": "GB", "GBP": "GB", "GBS": "GB", "RKS": "XK"}
STATELESS = frozenset({"XXA", "XXB", "XXC", "XXX"})

_WHAT: dict[str, Message] = {
    "number": _l("the number of the passport"),
    "birth_date": _l("the date of birth"),
    "expiry_date": _l("the date of expiry"),
    "personal": _l("the personal number"),
    "whole": _l("the whole zone"),
}


@dataclass(frozen=True)
class Zone:
    """What a machine-readable zone says. Names are as printed there: Latin capitals, parts joined by blanks."""

    kind: str
    issuer: str  # ISO 3166-1 alpha-2 where known, else the code as printed
    surname: str
    given: str
    number: str
    citizenship: str  # likewise
    birth_date: date
    sex: str  # m, f or x
    expiry_date: date


def check_digit(text: str) -> int:
    """The digit of Doc 9303 part 3, section 4.9: values times 7, 3, 1 modulo 10."""
    return sum(_VALUES[sign] * _WEIGHTS[place % 3] for place, sign in enumerate(text)) % 10


def _lines(text: str) -> list[str]:
    found = []
    for line in text.upper().translate(_FILLERS).splitlines():
        tidy = re.sub(r"\s+", "", line)
        if tidy:
            found.append(tidy)
    if len(found) == 1:  # pasted as one
        whole = found[0]
        size = {88: 44, 90: 30}.get(len(whole))
        if size:
            found = [whole[start : start + size] for start in range(0, len(whole), size)]
    return found


def _wrong(field: str) -> Refusal:
    return Refusal(
        _l(
            "The check digit of %(what)s does not fit: a sign there is mistyped. Please compare with the passport.",
            what=str(_WHAT[field]),
        ),
        field="mrz",
    )


def _require(text: str, digit: str, field: str, *, optional: bool = False) -> None:
    digit = digit.translate(_AS_DIGIT)
    if optional and not text.strip("<") and digit in {"<", "0"}:
        return
    if not digit.isdigit() or check_digit(text) != int(digit):
        raise _wrong(field)


def _digits(text: str) -> str:
    return text.translate(_AS_DIGIT)


def _day(text: str, field: str, *, today: date) -> date:
    """``YYMMDD``: a birth lies in the past, an expiry at most 50 years from now and not more than 50 years ago."""
    century = today.year // 100 * 100
    try:
        year = century + int(text[:2])
        too_late = date(today.year + 50, 12, 31) if field == "expiry_date" else today
        if date(year, int(text[2:4]), int(text[4:6])) > too_late:
            year -= 100
        return date(year, int(text[2:4]), int(text[4:6]))
    except ValueError as reason:
        raise Refusal(
            _l("In the machine-readable zone, %(what)s is no date.", what=str(_WHAT[field])), field="mrz"
        ) from reason


def _country(code: str) -> str:
    from babel.core import get_global

    bare = code.rstrip("<")
    if bare in _ODD_CODES or bare in STATELESS:
        return _ODD_CODES.get(bare, bare)
    aliases = get_global("territory_aliases")
    found = aliases.get(bare, [])
    return found[0] if len(found) == 1 and len(found[0]) == 2 else bare


def _names(text: str) -> tuple[str, str]:
    surname, _, given = text.rstrip("<").partition("<<")
    return " ".join(surname.split("<")).strip(), " ".join(part for part in given.split("<") if part)


def read_zone(text: str, *, today: date) -> Zone:
    """What the zone says, typed or pasted: two lines of 44 signs (passport) or three of 30 (card).

    :raises Refusal: (field ``mrz``) naming what does not fit.
    """
    lines = _lines(text)
    sizes = [len(line) for line in lines]
    if any(set(line) - set(_VALUES) for line in lines):
        raise Refusal(_l("The machine-readable zone has only the letters A–Z, digits and “<”."), field="mrz")
    if sizes == [44, 44] and lines[0][0] == "P":
        return _passport(lines, today)
    if sizes == [30, 30, 30] and lines[0][0] in "AIC":
        return _card(lines, today)
    raise Refusal(
        _l(
            "The machine-readable zone of a passport has two lines of 44 signs, the one of a card three lines of 30; "
            "these are %(what)s.",
            what=" + ".join(map(str, sizes)) or "0",
        ),
        field="mrz",
    )


def _passport(lines: list[str], today: date) -> Zone:
    first, second = lines
    birth, expiry = _digits(second[13:19]), _digits(second[21:27])
    _require(second[0:9], second[9], "number")
    _require(birth, second[19], "birth_date")
    _require(expiry, second[27], "expiry_date")
    _require(second[28:42], second[42], "personal", optional=True)
    whole = second[0:9] + _digits(second[9]) + birth + _digits(second[19]) + expiry + _digits(second[27])
    rest = second[28:42] + (second[42] if second[42] == "<" else _digits(second[42]))
    _require(whole + rest, second[43], "whole")
    surname, given = _names(first[5:])
    return Zone(
        kind="TD3", issuer=_country(first[2:5]), surname=surname, given=given, number=second[0:9].rstrip("<"),
        citizenship=_country(second[10:13]), birth_date=_day(birth, "birth_date", today=today),
        sex={"M": "m", "F": "f"}.get(second[20], "x"), expiry_date=_day(expiry, "expiry_date", today=today),
    )  # fmt: skip


def _card(lines: list[str], today: date) -> Zone:
    first, second, third = lines
    number, digit = first[5:14], first[14]
    if digit == "<":  # a long number goes on in the optional data, its check digit behind it (part 5, note j)
        more, _, _ = first[15:30].partition("<")
        number, digit = number + more[:-1], more[-1:] or "<"
    birth, expiry = _digits(second[0:6]), _digits(second[8:14])
    _require(number, digit, "number")
    _require(birth, second[6], "birth_date")
    _require(expiry, second[14], "expiry_date")
    whole = first[5:30] + birth + _digits(second[6]) + expiry + _digits(second[14]) + second[18:29]
    _require(whole, second[29], "whole")
    surname, given = _names(third)
    return Zone(
        kind="TD1", issuer=_country(first[2:5]), surname=surname, given=given, number=number.rstrip("<"),
        citizenship=_country(second[15:18]), birth_date=_day(birth, "birth_date", today=today),
        sex={"M": "m", "F": "f"}.get(second[7], "x"), expiry_date=_day(expiry, "expiry_date", today=today),
    )  # fmt: skip
