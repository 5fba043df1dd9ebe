"""No-break spaces where a language wants words to stay together, and its own quotation marks."""

from __future__ import annotations

import re
from typing import Final

from invitations.dates import NBSP

_RU: Final = (
    (re.compile(r"(?<![\w])([А-Яа-яё]{1,2}) (?=\S)"), rf"\1{NBSP}"),  # one- and two-letter words lean on the next
    (re.compile(r"(?<=[А-ЯЁ]\.) ?(?=[А-ЯЁ]\. ?[А-ЯЁ][а-яё])"), ""),  # И. О. Фамилия -> И.О. Фамилия
    (re.compile(r"(?<=[А-ЯЁ]\.) (?=[А-ЯЁ][а-яё]|[А-ЯЁ]\.)"), NBSP),
    (re.compile(r"(?<=[а-яё]) (?=[А-ЯЁ]\.\s?[А-ЯЁ]\.)"), NBSP),  # Фамилия И.О.
    (re.compile(r"(?<=\d) ?(?=гг?\.)"), NBSP),
    (re.compile(r"(?<=\d) (?=[а-яё])"), NBSP),
    (re.compile(r"\b(город[ае]?|городу|городом) (?=[А-ЯЁ])"), rf"\1{NBSP}"),
    (re.compile(r"\b(ИНН|ОГРН|КПП) (?=\d)"), rf"\1{NBSP}"),
    (re.compile(r"\b(эл\.|тел\.) (?=\S)"), rf"\1{NBSP}"),
    (re.compile(r"(?<!\d)(?<!\d\s)\bг\. (?=[А-ЯЁ])"), f"г.{NBSP}"),
    (re.compile(r"(?<=\d)\s(?=г\. р\.)"), NBSP),
    (re.compile(r"\b(ул|пр|д|стр|корп|оф|обл)\. "), rf"\1.{NBSP}"),
)  # fmt: skip
_DE: Final = (
    (re.compile(r"\b(z|d|u|i|e)\. (?=[A-ZÄÖÜa-zäöü]\.)"), rf"\1.{NBSP}"),
    (re.compile(r"\b(Dr|Prof|Nr|Tel|Herrn?|Frau)(\.?) (?=[A-ZÄÖÜ\d])"), rf"\1\2{NBSP}"),
    (re.compile(r"(?<=\d\.) (?=[A-ZÄÖÜ][a-zäöü])"), NBSP),
)
_EN: Final = ((re.compile(r"\b(Mr|Ms|Dr|Prof\.|No\.) (?=[A-Z\d])"), rf"\1{NBSP}"),)
# Inside a telephone number nothing breaks.
_PHONE: Final = re.compile(r"\+\d[\d ()\-]{5,}\d")
_ALL: Final = (
    (re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), NBSP),  # 30 000
    (re.compile(r" (?=[—–] )"), NBSP),
    (re.compile(r"(?<=№) ?"), NBSP),
)
_RULES: Final = {"ru": _RU, "de": _DE, "en": _EN}
# Opening and closing marks, of the outer and of the inner quotation.
QUOTES: Final = {"ru": ("«»", "„“"), "de": ("„“", "‚‘"), "en": ("“”", "‘’")}
_MARK: Final = re.compile(r"[\"«»„“”]|(?<=\w)'(?=\w)")


def quoted(text: str, language: str) -> str:
    """``text`` with its straight quotation marks turned into those of the language, inner ones inside outer ones."""
    if '"' not in text and "'" not in text:
        return text
    outer, inner = QUOTES[language]
    open_marks: list[str] = []

    def set_mark(found: re.Match[str]) -> str:
        sign = found[0]
        if sign == "'":
            return "’"
        if sign != '"':
            if sign == outer[0] or (sign == inner[0] and open_marks):
                open_marks.append(sign)
            elif open_marks and sign in (outer[1], inner[1]):
                open_marks.pop()
            return sign
        before = text[found.start() - 1 : found.start()]
        opens = not before or before.isspace() or before in "([«„“—–-/"
        if opens:
            open_marks.append('"')
            return (inner if len(open_marks) > 1 else outer)[0]
        depth = len(open_marks)
        if open_marks:
            open_marks.pop()
        return (inner if depth > 1 else outer)[1]

    return _MARK.sub(set_mark, text)


def bound(text: str, language: str) -> str:
    """``text`` with the marks of quotation of the language, and with no-break spaces after short words, before dashes,
    inside dates, initials and numbers."""
    text = quoted(text, language)
    for pattern, replacement in _RULES[language] + _ALL:
        text = pattern.sub(replacement, text)
    return _PHONE.sub(lambda found: found[0].replace(" ", NBSP), text)
