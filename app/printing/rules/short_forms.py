"""Texts of a badge in fewer letters: languages, interpretation, offices."""

from __future__ import annotations

import re

_LANGUAGE_CODE = re.compile("[a-z]{2,3}")


def spoken_sign(codes: str) -> str:
    """``ru;de`` as it stands on a badge: «RU · DE»; what is no code of a language is left out."""
    known = [code for part in codes.split(";") if _LANGUAGE_CODE.fullmatch(code := part.strip().lower())]
    return " · ".join(dict.fromkeys(code.upper() for code in known))


def closer_spoken(codes: str) -> str:
    """«RU DE EN»: as many in less room."""
    return codes.replace(" · ", " ")


MOST_SPOKEN = 3  # where all do not fit
_LISTED = re.compile(r"\s*;\s*")
# Words an office begins with. Nothing else tells a second office from a second matter of the first: "Leiterin des Amtes
# für Kultur und Sport", «начальник управления по межрегиональным и международным связям».
_GERMAN_HEADS = (
    r"(?:(?:Erster?|Zweiter?|Stellvertretender?) )?(?:Ober|Alt|Vize|Ehren|Stadt|Land|General|Staats)?-?"
    r"(?:[Bb]ürgermeister(?:in)?|[Pp]räsident(?:in)?|[Vv]orsitzender?|[Rr]at|[Rr]ätin|[Mm]inister(?:in)?"
    r"|[Ss]ekretär(?:in)?|[Dd]irektor(?:in)?|[Ll]eiter(?:in)?|[Kk]onsul(?:in)?|[Bb]otschafter(?:in)?|[Dd]ezernent(?:in)?"
    r"|[Bb]eigeordneter?|[Bb]eauftragter?|[Aa]bgeordneter?|[Mm]itglied|[Gg]eschäftsführer(?:in)?"
    r"|[Ss]precher(?:in)?|[Ss]tellvertreter(?:in)?|[Rr]ektor(?:in)?|[Pp]rofessor(?:in)?)"
)
_RUSSIAN_HEADS = (
    r"(?:(?:перв|почётн|почетн|временн)(?:ый|ая) |исполняющ(?:ий|ая) обязанности |и\. ?о\. )?(?:вице-|со|зам)?"
    r"(?:глава|мэр|губернатор|заместитель|председатель|директор|начальник|руководитель|депутат|министр|президент"
    r"|советник|секретарь|ректор|проректор|консул|посол|член|профессор)"
)
_HEAD = re.compile(rf"(?:{_GERMAN_HEADS}|(?i:{_RUSSIAN_HEADS}))(?![\w-])")


def fewer_spoken(codes: str) -> str:
    """«RU · DE · EN …»: those of the conference first."""
    every = codes.split(" · ")
    first = sorted(every, key=lambda code: code not in {"RU", "DE"})
    return codes if len(every) <= MOST_SPOKEN else f"{' · '.join(first[:MOST_SPOKEN])} …"


def first_office(office: str) -> str:
    """The first of several offices, where all of them do not fit; one office stays whole.

    Several stand apart by a semicolon, or by a comma between two that both begin as an office does.
    """
    first = _LISTED.split(office.strip(" ;"), maxsplit=1)[0]
    parts = first.split(",")
    for place in range(1, len(parts)):
        before, behind = ",".join(parts[:place]).strip(), parts[place].strip()
        if _HEAD.match(before) and _HEAD.match(behind):
            return before
    return first or office


def interpretation_sign(need: str) -> str:
    """``ru>de`` as it stands on a badge: «RU › DE»; empty when no interpretation is needed."""
    parts = [part.strip().lower() for part in need.split(">")]
    if len(parts) != 2 or not all(_LANGUAGE_CODE.fullmatch(part) for part in parts):
        return ""
    return " › ".join(part.upper() for part in parts)
