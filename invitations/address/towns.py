"""Towns inside a sentence: «в городе Калуге», "in Kaluga", "in the city of Kaluga"."""

from __future__ import annotations

from typing import Final

from invitations.dates import NBSP

_FEMININE_SOFT: Final = (
    "Казань", "Пермь", "Рязань", "Тверь", "Тюмень", "Астрахань", "Керчь", "Сызрань", "Кемь", "Назрань", "Обь",
    "Березань", "Электросталь", "Усмань", "Лебедянь", "Елань",
)  # fmt: skip
# A fleeting vowel, or a vowel that goes against the rule of the last letter.
_STEMS: Final = {"Орёл": "Орл", "Орел": "Орл", "Торжок": "Торжк", "Елец": "Ельц"}
# Plural in form: never agree after «город» (в городе Мытищи).
_PLURAL: Final = ("ы", "и")
_ADJECTIVE: Final = {"ий": ("ого", "ом"), "ый": ("ого", "ом"), "ой": ("ого", "ом")}
_SOFT_ADJECTIVE: Final = {"Нижний": ("Нижнего", "Нижнем"), "Верхний": ("Верхнего", "Верхнем")}
_HISSING: Final = "гкхжшчщ"
_VOWELS: Final = "аеёиоуыэюя"


def _adjective(word: str, case: str) -> str | None:
    at = 0 if case == "genitive" else 1
    if word in _SOFT_ADJECTIVE:
        return _SOFT_ADJECTIVE[word][at]
    if word.endswith(("ов", "ев", "ёв", "ин")) and word[:1].isupper():  # Сергиев Посад
        return word + ("а", "ом")[at]
    if word.endswith("ое"):
        return word[:-2] + ("ого", "ом")[at]
    if word.endswith("ая"):
        return word[:-2] + "ой"
    ending = _ADJECTIVE.get(word[-2:])
    return word[:-2] + ending[at] if ending else None


def _noun(word: str, case: str) -> str:
    genitive = case == "genitive"
    if word in _STEMS:
        return _STEMS[word] + ("а" if genitive else "е")
    last = word[-1]
    if word.endswith("ия"):
        return word[:-1] + "и"
    if last == "а":
        return word[:-1] + (("и" if word[-2] in _HISSING else "ы") if genitive else "е")
    if last == "я":
        return word[:-1] + ("и" if genitive else "е")
    if last == "ь":
        if word in _FEMININE_SOFT:
            return word[:-1] + "и"
        return word[:-1] + ("я" if genitive else "е")
    if last == "й":
        return word[:-1] + ("я" if genitive else ("и" if word.endswith("ий") else "е"))
    if last in _VOWELS:
        return word
    return word + ("а" if genitive else "е")


def inflect_town(name: str, case: str) -> str:
    """A Russian town name in the ``genitive`` or ``prepositional``, standing alone: Калуги, Калуге; Нижнем Новгороде.

    Names plural in form, in -о, -е, -у and foreign compounds are left as they are: the generic word carries the case.
    """
    if case not in ("genitive", "prepositional"):
        raise ValueError(f"no such case for a town: {case}")
    words = name.split(" ")
    if any(len(word) < 2 for word in words):
        return name
    if len(words) == 2:
        first = _adjective(words[0], case)
        if first is not None and words[1][-1] not in _PLURAL and not words[0].endswith(("ие", "ые")):
            return f"{first} {_noun(words[1], case)}"
        return name
    if len(words) > 2 or "/" in name:
        return name
    head, hyphen, tail = name.partition("-")
    if hyphen:
        if tail.startswith(("на-", "об-", "фор-", "ин-", "ам-", "ан-", "бай-")):
            return _noun(head, case) + hyphen + tail
        if head == "Санкт":
            return head + hyphen + _noun(tail, case)
        return name
    if name[-1] in _PLURAL:
        return name
    if name.endswith(("ский", "цкий", "ный", "ской", "тый")):
        return _adjective(name, case) or name
    return _noun(name, case)


def _alone(name: str) -> bool:
    """Whether the name is used without the word «город»."""
    return name.startswith(("Санкт-", "Москва"))


def in_town(name: str, language: str) -> str:
    """Where: «в городе Калуге», «в Санкт-Петербурге», "in Kaluga", "in the city of Kaluga"."""
    if language == "ru":
        if _alone(name):
            return f"в{NBSP}{inflect_town(name, 'prepositional')}"
        return f"в{NBSP}городе {inflect_town(name, 'prepositional')}"
    return f"in{NBSP}{name}" if language == "de" else f"in the city of{NBSP}{name}"


def of_town(name: str, language: str) -> str:
    """Of what: «города Калуги», "der Stadt Kaluga", "of the city of Kaluga"."""
    if language == "ru":
        if _alone(name):
            return inflect_town(name, "genitive")
        return f"города {inflect_town(name, 'genitive')}"
    return f"der Stadt{NBSP}{name}" if language == "de" else f"of the city of{NBSP}{name}"
