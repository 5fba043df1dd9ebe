"""Russian offices in their cases: «Глава города Калуги» -> «Главе города Калуги».

Only the head noun phrase changes (adjectives, participles and the first noun); the genitive tail, quoted names,
«город Краснодар» after «муниципального образования» stay. After a dash, a comma, a bracket or «и» another head
phrase may begin. The head word must be in a closed list: an unknown one is asked about, never guessed.
"""

from __future__ import annotations

import re
from typing import Final

from invitations.address.office_words import (
    ADVERBS,
    BOTH_HALVES,
    FLEETING,
    KEPT_FIRST_HALVES,
    NOUNS,
    PARTICIPLES,
    PLURAL_GENITIVE,
    PLURALS,
    PREFIXES,
    SOFT_SIGN,
    UNCHANGED,
)
from invitations.overrides import Overrides, decided
from invitations.recipient import Gender

CASES: Final = ("dative", "genitive", "instrumental")

_BREAK: Final = re.compile(r"( +[—–-] +|, | ?\(|\)\s*| / | и )")
_QUOTED: Final = re.compile(r"«[^«»]*(?:«[^»]*»[^«»]*)*»|\"[^\"]*\"|„[^“]*“")
_HARD: Final = "гкхжшчщ"
_ADJECTIVE_ENDINGS: Final = ("ий", "ый", "ой", "ая", "яя", "ые", "ие")
_AND: Final = "\ue001"  # an «и» inside one head phrase: «Чрезвычайный и Полномочный Посол»
_HOLE: Final = "\ue002"  # stands for a quoted name


class UnknownOffice(ValueError):
    """The head word of an office is not in the closed list. ``title`` is the office, ``word`` the word."""

    def __init__(self, title: str, word: str) -> None:
        super().__init__(f"unknown head word of an office: {word} ({title})")
        self.title = title
        self.word = word


def _adjective(word: str, case: str) -> str | None:
    """A nominative adjective or participle in ``case``; None when the word is none."""
    at = CASES.index(case)
    stem, ending = word[:-2], word[-2:].lower()
    if len(stem) < 2 or ending not in _ADJECTIVE_ENDINGS:
        return None
    last = stem[-1].lower()
    if word.lower() in SOFT_SIGN:
        return stem + ("ьему", "ьего", "ьим")[at]
    soft = last in "жшчщ" or (ending in ("ий", "яя", "ие") and last == "н")
    if ending in ("ий", "ый", "ой"):
        if ending != "ой" and soft:
            return stem + ("ему", "его", "им")[at]
        return stem + ("ому", "ого", "им" if ending == "ий" or last in _HARD else "ым")[at]
    if ending in ("ая", "яя"):
        return stem + ("ей" if soft else "ой")
    vowel = ending[0]
    return stem + (vowel + "м", vowel + "х", vowel + "ми")[at]


def _singular(word: str, case: str) -> str:
    at = CASES.index(case)
    low = word.lower()
    for whole, stem in FLEETING.items():
        if low.endswith(whole):
            start = len(word) - len(whole)
            return (
                word[: start + 1]
                + stem[1:]
                + ("у", "а", "ем" if whole == "владелец" or whole == "доброволец" else "ом")[at]
            )
    last = low[-1]
    if last == "а":
        return word[:-1] + ("е", "и" if low[-2] in _HARD else "ы", "ей" if low[-2] in "жшчщц" else "ой")[at]
    if last == "я":
        return word[:-1] + ("и" if low.endswith("ия") else "е", "и", "ёй" if low == "судья" else "ей")[at]
    if last == "ь":
        return word[:-1] + ("ю", "я", "ём" if low in ("король", "вождь") else "ем")[at]
    if last == "й":
        return word[:-1] + ("ю", "я", "ем")[at]
    if last in "еёиоуыэю":
        return word
    soft = last in "жшщц" or (last == "ч" and not low.endswith("врач"))
    return word + ("у", "а", "ем" if soft else "ом")[at]


def _plural_stem(low: str) -> str | None:
    """The stem of a head word in the plural; None for anything else."""
    if low in PLURALS:
        return PLURALS[low]
    if low.endswith("и") and any(low[:-1] + ending in NOUNS for ending in ("ь", "й", "я", "а", "")):
        return low[:-1]
    if low.endswith("ы") and (low[:-1] in NOUNS or low[:-1] + "а" in NOUNS):
        return low[:-1]
    return None


def _plural(word: str, stem: str, case: str) -> str:
    low = word.lower()
    start = word[0] + stem[1:]
    soft = low.endswith(("и", "я")) and stem[-1] not in _HARD
    if case == "genitive":
        if low in PLURAL_GENITIVE:
            return word[0] + PLURAL_GENITIVE[low][1:]
        return start + ("ей" if soft or stem[-1] in "жшчщ" else "ев" if stem[-1] == "ц" else "ов")
    endings = ("ям", "ями") if soft else ("ам", "ами")
    return start + endings[0 if case == "dative" else 1]


def _noun(word: str, case: str, plural: bool) -> str | None:
    """A head noun in ``case``; None when it is not in the closed list or is a noun only by office (adjectival)."""
    low = word.lower()
    if low in UNCHANGED or low.endswith("-атташе"):
        return word
    stem = _plural_stem(low) if plural else None
    if stem is not None:
        return _plural(word, stem, case)
    first, hyphen, last = word.rpartition("-")
    if hyphen:
        done = _noun(last, case, plural)
        both = first.lower() in BOTH_HALVES or (first.lower() in NOUNS and first.lower() not in KEPT_FIRST_HALVES)
        if done is None and both and re.search("[бвгдзклмнпрстфхжшчщц]$", last.lower()):
            done = _singular(last, case)
        if done is None:
            return None
        return f"{_noun(first, case, plural) if both else first}-{done}"
    if _is_shortened(low):
        return word
    known = low in NOUNS or _is_womans(low) or _is_compound(low)
    if not known or _is_substantive(low):
        return None
    return _singular(word, case)


def _is_compound(low: str) -> bool:
    """Whether a foreign prefix stands before a known office: «штадтпрезидент», «стадтдиректор»."""
    return any(low.startswith(before) and low[len(before) :] in NOUNS for before in PREFIXES)


def _is_womans(low: str) -> bool:
    """Whether a noun in -ца or -ка is the woman's form of a known office: «помощница», «журналистка»."""
    pairs = (("ница", "ник"), ("чица", "чик"), ("щица", "щик"), ("ница", ""), ("ка", ""), ("ка", "ец"), ("есса", ""))
    return any(low.endswith(ending) and low[: -len(ending)] + base in NOUNS for ending, base in pairs)


def _is_shortened(low: str) -> bool:
    """«Замглавы», «завкафедрой», «управделами»: shortened offices never change."""
    if low in NOUNS:
        return False
    if low in ("управделами", "начштаба") or re.fullmatch(r"зав\w+(ой|ом|ей)", low):
        return True
    bare = re.sub(r"^(зам|пом)", "", low)
    nominatives = {"а": ("",), "ы": ("а",), "и": ("а",), "я": ("ь", "й")}.get(bare[-1:], ())
    return bare != low and any(bare[:-1] + ending in NOUNS for ending in nominatives)


def _is_substantive(low: str) -> bool:
    """Whether the word is an office by itself though an adjective in form: «управляющий», «уполномоченная»."""
    if low[-2:] not in _ADJECTIVE_ENDINGS:
        return False
    return any(low[:-2] + ending in NOUNS for ending in ("ий", "ый", "ой")) and low not in ("муфтий", "герой")


def _goes_on(words: list[str], plural: bool) -> bool:
    """Whether adjectives and a head noun follow: «ведущий специалист», but not «заведующая городской библиотекой»."""
    for word in words:
        if _noun(word, "dative", plural) is not None:
            return True
        if _adjective(word, "dative") is None:
            return False
        if _is_substantive(word.lower()):
            return True
    return False


def _segment(segment: str, case: str, gender: Gender | None, plural: bool, *, first: bool) -> str | None:
    """One head phrase inflected, with its tail; None when its head is unknown."""
    tokens = re.split(rf"(\s+|{_AND})", segment)
    at = [place for place, token in enumerate(tokens) if token and not token.isspace() and token != _AND]
    words = [tokens[place] for place in at]
    if words and (words[0].lower() in UNCHANGED or re.match(r"(?i)(вр\.?)?\s*и\.\s*$", words[0])):
        return segment
    for number, word in enumerate(words):
        low = word.lower()
        if low in ADVERBS:
            continue
        noun = _noun(word, case, plural)
        if noun is not None:
            tokens[at[number]] = noun
            for place in at[number + 1 :]:  # «Митрополит Калужский»: nominative adjectives behind the noun
                if not tokens[place].endswith(("ский", "цкий", "ный")):
                    break
                tokens[place] = _adjective(tokens[place], case) or tokens[place]
            return "".join(tokens)
        shown = word[:-2] + "ая" if gender is Gender.FEMALE and low in PARTICIPLES else word
        adjective = _adjective(shown, case)
        if adjective is None:
            return None
        alone = _is_substantive(low) and not _goes_on(words[number + 1 :], plural)
        if (alone and shown is not word) or shown is word:
            tokens[at[number]] = adjective
        else:
            tokens[at[number]] = _adjective(word, case) or word
        if alone or (not first and re.search(r"(щий|щая|щие|вший|вшая|вшие)$", low)):
            return "".join(tokens)
    return None


def _is_plural(segment: str) -> bool:
    """Whether the head word stands in the plural: «Главы муниципальных образований»."""
    for word in segment.split():
        low = word.lower()
        if low.endswith(("ые", "ие")) and _adjective(word, "dative") is not None:
            continue
        return low.rpartition("-")[2] not in NOUNS and (
            _plural_stem(low) is not None or _plural_stem(low.rpartition("-")[2]) is not None
        )
    return False


def inflect_title(title: str, case: str, gender: Gender | None = None, *, overrides: Overrides | None = None) -> str:
    """An office in the ``dative``, ``genitive`` or ``instrumental``; for a woman participles agree with the person.

    Raises UnknownOffice when the head word is not in the closed list.
    """
    if case not in CASES:
        raise ValueError(f"no such case for an office: {case}")
    fixed = decided(overrides, "title", title, case)
    if fixed is not None:
        return fixed
    bare = title.strip()
    if bare.isupper() and len(bare) > 4:
        return inflect_title(bare.lower(), case, gender).upper()
    quotes = _QUOTED.findall(bare)
    bare = _QUOTED.sub(_HOLE, bare)
    bare = re.sub(
        r"(?<=[иыо]й) и (?=\S+[иы]й(?:\s|$))|(?<=[иыо]й) и (?=\S+ой\s)"
        r"|(?<=ая) и (?=\S+ая\s)|(?<=[иы]е) и (?=\S+[иы]е\s)",
        _AND,
        bare,
    )
    pieces = _BREAK.split(bare)
    plural = _is_plural(pieces[0])
    for at in range(0, len(pieces), 2):
        inflected = _segment(pieces[at], case, gender, plural, first=at == 0)
        if inflected is None and at == 0:
            words = pieces[0].split() or [title]
            raise UnknownOffice(title, next((w for w in words if _adjective(w, case) is None), words[0]))
        pieces[at] = pieces[at] if inflected is None else inflected
    done = "".join(pieces).replace(_AND, " и ")
    for quote in quotes:
        done = done.replace(_HOLE, quote, 1)
    return done
