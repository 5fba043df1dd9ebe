"""The name of a conference in the forms its letters need: «на XVI конференцию …», "zur XVI. … Konferenz"."""

from __future__ import annotations

import re
from typing import Final

from invitations.dates import NBSP

_RU_FEMININE: Final = (
    "конференция", "видеоконференция", "встреча", "неделя", "сессия", "ассамблея", "школа", "выставка", "дискуссия",
)  # fmt: skip
_RU_LIKE_NOMINATIVE: Final = (
    "форум", "съезд", "конгресс", "саммит", "диалог", "фестиваль", "симпозиум", "семинар", "слёт", "совещание",
    "собрание", "заседание", "дни", "чтения", "слушания",
)  # fmt: skip
_DE_FEMININE: Final = (
    "konferenz",
    "tagung",
    "woche",
    "begegnung",
    "messe",
    "versammlung",
    "sitzung",
    "runde",
)
_DE_OTHER: Final = (
    "forum", "treffen", "symposium", "gespräch", "kongress", "gipfel", "dialog", "seminar", "kolloquium",
)  # fmt: skip
_RU_PREPOSITIONAL: Final = (
    ("ая", "ой"), ("яя", "ей"), ("[ыио]й", "ом"), ("ое", "ом"), ("ее", "ем"), ("(?<=[ыи])е", "х"),
)  # fmt: skip
_NUMBER: Final = re.compile(r"[IVXLC]+(?:\.|-я|-й|-е|th|st|nd|rd)?\s+")

_INNER: Final = {"ru": ("«", "»", "„", "“"), "de": ("„", "“", "‚", "‘"), "en": ("“", "”", "‘", "’")}


def quoted(text: str, language: str) -> str:
    """``text`` in the quotation marks of ``language``, quotes inside turned into the second kind."""
    opening, closing, inner_opening, inner_closing = _INNER[language]
    bare = text.strip()
    for first, last in (("«", "»"), ("„", "“"), ("“", "”"), ('"', '"')):
        inside = bare[1:-1]
        if len(bare) > 1 and bare[0] == first and bare[-1] == last and first not in inside:
            bare = inside
            break
    bare = bare.replace(opening, inner_opening).replace(closing, inner_closing)
    return f"{opening}{bare}{closing}"


def without_number(title: str) -> str:
    """The title without a leading edition number."""
    return _NUMBER.sub("", title.strip(), count=1)


def numbered(edition: str, title: str, language: str) -> str:
    """«XVI конференция …», "XVI. Konferenz …", "XVI Conference …"; an empty edition leaves the title alone."""
    bare = without_number(title)
    if not edition:
        return bare
    first = bare.split(" ", 1)[0]
    if language == "ru" and first.lower() in _RU_FEMININE + _RU_LIKE_NOMINATIVE:
        bare = bare[0].lower() + bare[1:]
    return f"{edition}{'.' if language == 'de' else ''} {bare}"


def _ru_of(named: str) -> str:
    words = named.split(" ")
    for at, word in enumerate(words):
        low = word.lower()
        if low in _RU_FEMININE:
            before = [re.sub("яя$", "ей", re.sub("ая$", "ой", w)) for w in words[:at]]
            stem = word[:-1] + ("и" if word.endswith("я") else "ы")
            return " ".join([*before, stem, *words[at + 1 :]])
        if low in _RU_LIKE_NOMINATIVE and low[-1] not in "иея":
            before = [re.sub("ий$", "ого", re.sub("[ыо]й$", "ого", w)) for w in words[:at]]
            return " ".join([*before, word + "а", *words[at + 1 :]])
    return f"мероприятия {quoted(named, 'ru')}"


def _ru_towards(named: str) -> str:
    words = named.split(" ")
    for at, word in enumerate(words):
        if word.lower() in _RU_LIKE_NOMINATIVE:
            return f"на{NBSP}{named}"
        if word.lower() in _RU_FEMININE:
            before = [re.sub("ая$", "ую", re.sub("яя$", "юю", w)) for w in words[:at]]
            stem = word[:-1] + ("у" if word.endswith("а") else "ю")
            return f"на{NBSP}" + " ".join([*before, stem, *words[at + 1 :]])
    return f"на{NBSP}мероприятие {quoted(named, 'ru')}"


def _de_head(named: str) -> tuple[int, str] | None:
    for at, word in enumerate(named.split(" ")):
        bare = word.lower().rstrip(",;:")
        if bare.endswith(_DE_FEMININE):
            return at, "f"
        if bare.endswith(_DE_OTHER):
            return at, "n"
    return None


def _de_towards(named: str) -> str:
    head = _de_head(named)
    if head is None:
        return f"zu {quoted(named, 'de')}"
    at, gender = head
    words = named.split(" ")
    before = [re.sub(r"e[rs]?$", "en", w) for w in words[:at]]
    return " ".join(["zur" if gender == "f" else "zum", *before, *words[at:]])


def towards(edition: str, title: str, language: str) -> str:
    """To what one is invited: «на XVI конференцию …», "zur XVI. Deutsch-Russischen Konferenz", "to the XVI …"."""
    named = numbered(edition, title, language)
    if language == "ru":
        return _ru_towards(named)
    if language == "de":
        return _de_towards(named)
    return f"to {the(edition, title, language)}"


def of(edition: str, title: str, language: str) -> str:
    """Of what: «XVI конференции …», "der XVI. Deutsch-Russischen Konferenz", "of the XVI …"."""
    named = numbered(edition, title, language)
    if language == "ru":
        return _ru_of(named)
    if language == "en":
        return f"of {the(edition, title, language)}"
    head = _de_head(named)
    if head is None:
        return f"der Veranstaltung {quoted(named, 'de')}"
    at, gender = head
    words = named.split(" ")
    before = [re.sub(r"e[rs]?$", "en", w) for w in words[:at]]
    noun = words[at] if gender == "f" else words[at] + ("es" if words[at].endswith(("kongress", "dialog")) else "s")
    return " ".join(["der" if gender == "f" else "des", *before, noun, *words[at + 1 :]])


def the(edition: str, title: str, language: str) -> str:
    """The name as the subject of a sentence, with the article its language wants."""
    named = numbered(edition, title, language)
    if language == "ru":
        return named
    if language == "en":
        return named if re.match(r"(?i)the\s", named) else f"the {named}"
    head = _de_head(named)
    if head is None:
        return f"die Veranstaltung {quoted(named, 'de')}"
    if head[1] == "f":
        return f"die {named}"
    masculine = named.split(" ")[head[0]].lower().rstrip(",;:").endswith(("kongress", "gipfel", "dialog"))
    return f"{'der' if masculine else 'das'} {named}"


def _ru_within(named: str) -> str:
    words = named.split(" ")
    for at, word in enumerate(words):
        low = word.lower()
        if low not in _RU_FEMININE + _RU_LIKE_NOMINATIVE:
            continue
        before = words[:at]
        for ending, oblique in _RU_PREPOSITIONAL:
            before = [re.sub(f"{ending}$", oblique, w) for w in before]
        if low in ("дни", "чтения", "слушания"):
            noun = word[:-1] + "ях"
        elif low.endswith(("ия", "ие")):
            noun = word[:-1] + "и"
        else:
            noun = (word[:-1] if low[-1] in "ая" else word) + "е"
        phrase = " ".join([*before, noun, *words[at + 1 :]])
        return f"{'во' if phrase.lower().startswith('вст') else 'в'}{NBSP}{phrase}"
    return f"в{NBSP}мероприятии {quoted(named, 'ru')}"


def within(edition: str, title: str, language: str) -> str:
    """In what one takes part: «в XVI конференции …», "an der XVI. … Konferenz", "in the XVI …"."""
    named = numbered(edition, title, language)
    if language == "ru":
        return _ru_within(named)
    if language == "en":
        return f"in {the(edition, title, language)}"
    head = _de_head(named)
    if head is None:
        return f"an der Veranstaltung {quoted(named, 'de')}"
    at, gender = head
    words = named.split(" ")
    before = [re.sub(r"e[rs]?$", "en", w) for w in words[:at]]
    return " ".join(["an der" if gender == "f" else "am", *before, *words[at:]])
