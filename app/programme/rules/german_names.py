"""German given names that a transcription of their Cyrillic form would miss: «Хайке» is Heike, not Chaike."""

from __future__ import annotations

import re
from typing import Final

_TABLE: Final = (
    "Бербель Bärbel, Бьёрн Björn, Бьорн Björn, Гётц Götz, Гюнтер Günter, Гюнтхер Günther, Ёрг Jörg, Йорг Jörg, "
    "Йёрг Jörg, Йорн Jörn, Йоахим Joachim, Йоханна Johanna, Йоханнес Johannes, Йохен Jochen, Йозеф Josef, "
    "Кристоф Christoph, Маттиас Matthias, Матиас Matthias, Рюдигер Rüdiger, "
    "Сёрен Sören, Томас Thomas, Хайде Heide, Хайди Heidi, Хайке Heike, "
    "Хайко Heiko, Хайнер Heiner, Хайнрих Heinrich, Хайнц Heinz, Ханна Hanna, Ханнелоре Hannelore, Ханнес Hannes, "
    "Ханс Hans, Харальд Harald, Хартмут Hartmut, Хедвиг Hedwig, Хельга Helga, Хельмут Helmut, Хендрик Hendrik, "
    "Хенрик Henrik, Херберт Herbert, Херман Hermann, Херманн Hermann, Хильде Hilde, Хильдегард Hildegard, "
    "Хольгер Holger, Хорст Horst, Хуберт Hubert, Штеффен Steffen, Штефан Stefan, Штефани Stefanie, Юрген Jürgen, "
    "Юлиане Juliane"
)
_GIVEN: Final = {
    cyrillic.casefold().replace("ё", "е"): german
    for cyrillic, german in (pair.split() for pair in _TABLE.split(", "))
}  # fmt: skip
_WORD: Final = re.compile("[А-Яа-яЁё]+")


def with_german_given(name: str) -> str:
    """A name written in Cyrillic, given name first, with the German given names in it in their own letters.

    >>> with_german_given("Ханс-Юрген Краузе")
    'Hans-Jürgen Краузе'
    """
    given, space, family = name.rpartition(" ")
    return _WORD.sub(lambda word: _GIVEN.get(word[0].casefold().replace("ё", "е"), word[0]), given) + space + family
