"""Texts of a badge in fewer letters: languages, interpretation, offices."""

from __future__ import annotations

import re

_LANGUAGE_CODE = re.compile("[a-z]{2,3}")


def spoken_sign(codes: str) -> str:
    """``ru;de`` as it stands on a badge: «RU · DE»; what is no code of a language is left out."""
    known = [code for part in codes.split(";") if _LANGUAGE_CODE.fullmatch(code := part.strip().lower())]
    return " · ".join(dict.fromkeys(code.upper() for code in known))


MOST_SPOKEN = 3  # where all do not fit
_SEVERAL_OFFICES = re.compile(r"[,;]| und | и | sowie | а также ")


def fewer_spoken(codes: str) -> str:
    """«RU · DE · EN …»: those of the conference first."""
    every = codes.split(" · ")
    first = sorted(every, key=lambda code: code not in {"RU", "DE"})
    return codes if len(every) <= MOST_SPOKEN else f"{' · '.join(first[:MOST_SPOKEN])} …"


def first_office(office: str) -> str:
    """The first of several offices, where all of them do not fit."""
    return _SEVERAL_OFFICES.split(office, maxsplit=1)[0].strip() or office


def interpretation_sign(need: str) -> str:
    """``ru>de`` as it stands on a badge: «RU › DE»; empty when no interpretation is needed."""
    parts = [part.strip().lower() for part in need.split(">")]
    if len(parts) != 2 or not all(_LANGUAGE_CODE.fullmatch(part) for part in parts):
        return ""
    return " › ".join(part.upper() for part in parts)
