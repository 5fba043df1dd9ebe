"""The reason of a switch in the languages of its readers.

An organiser says it once, and may say it in other languages too. Letters name it only in words of their own language;
whoever reads a mail or a page in a language it is not said in gets the first words, marked as those of another one. The
language of the first words stands among the others, where it is known: ``{"de": "Einreise gesperrt"}``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask_babel import lazy_gettext as _l

from app.delegations.rules import is_cyrillic
from app.errors import Refusal
from app.i18n import LANGUAGES

LONGEST = 1000


def cleaned(reasons: Mapping[str, str] | None) -> dict[str, str]:
    """What was typed for other languages, without what is empty.

    :raises Refusal: (field ``reason_ru`` and so on) when one is too long.
    """
    found = {code: " ".join((reasons or {}).get(code, "").split()) for code in LANGUAGES}
    for code, text in found.items():
        if len(text) > LONGEST:
            raise Refusal(_l("Say it in at most 1000 characters."), field=f"reason_{code}")
    return {code: text for code, text in found.items() if text}


def said(reason: str, language: str, others: Mapping[str, str] | None) -> dict[str, str]:
    """The words in other languages, with the first ones under the language they are written in."""
    first = {language: " ".join(reason.split())} if language in LANGUAGES else {}
    return cleaned({**(others or {}), **first})


def spoken(reason: str, reasons: Mapping[str, str]) -> str:
    """The language of the first words; empty when nobody said it."""
    return next((code for code, text in reasons.items() if text == reason), "")


def in_language(language: str, reason: str, reasons: Mapping[str, str]) -> str:
    """The reason as it was said in that language; else as it was said at all, if nobody said in which and it
    is in its script; or empty."""
    if reasons.get(language):
        return reasons[language]
    if spoken(reason, reasons):
        return ""
    return reason if is_cyrillic(reason) is (language == "ru") else ""


def told_in(language: str, reason: str, reasons: Mapping[str, str]) -> tuple[str, str]:
    """The words for who reads that language, and the language they are in; empty where nobody said which it is."""
    own, first = in_language(language, reason, reasons), spoken(reason, reasons)
    if own:
        return own, language if reasons.get(language) else first
    return reason, first or ("ru" if is_cyrillic(reason) else "")


def by_language(reason: str, reasons: Mapping[str, str]) -> dict[str, str]:
    """The reason in each language that has words for it."""
    found = {code: in_language(code, reason, reasons) for code in LANGUAGES}
    return {code: text for code, text in found.items() if text}


def wordless(used: Collection[str], reason: str, reasons: Mapping[str, str]) -> list[str]:
    """Those of the languages in which nobody said it."""
    return [code for code in LANGUAGES if code in used and not in_language(code, reason, reasons)]
