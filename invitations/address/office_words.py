"""The closed list of head words of Russian offices, and the few that inflect against the rule."""

from __future__ import annotations

from typing import Final

from invitations.words import word_list

NOUNS: Final = word_list("offices")

UNCHANGED: Final = frozenset((
    "атташе", "врио", "врип", "врид", "вр.и.о.", "и.о.", "и.о", "вр.", "зам.", "пом.", "нач.", "рук.", "зав.",
    "конферансье",
))  # fmt: skip
FLEETING: Final = {"посол": "посл", "владелец": "владельц", "певец": "певц", "доброволец": "добровольц"}
PLURALS: Final = {
    "граждане": "граждан", "господа": "господ", "директора": "директор", "доктора": "доктор", "профессора": "профессор",
    "мастера": "мастер", "инспектора": "инспектор", "редактора": "редактор", "тренера": "тренер", "учителя": "учител",
    "послы": "посл", "судьи": "судь", "владельцы": "владельц", "певцы": "певц", "добровольцы": "добровольц",
    "князья": "князь", "друзья": "друзь", "консулы": "консул", "шефы": "шеф",
}  # fmt: skip
PLURAL_GENITIVE: Final = {
    "граждане": "граждан", "господа": "господ", "судьи": "судей", "князья": "князей", "друзья": "друзей",
    "главы": "глав",
    "головы": "голов", "старосты": "старост", "старейшины": "старейшин", "воеводы": "воевод", "старшины": "старшин",
    "коллеги": "коллег", "учителя": "учителей",
}  # fmt: skip
# In «министр-президент» both halves are inflected; otherwise only the last: «пресс-секретарь».
BOTH_HALVES: Final = word_list("offices_both_halves")
# First halves that stay though they are offices themselves: «генерал-майору», «премьер-министру».
KEPT_FIRST_HALVES: Final = frozenset(("генерал", "капитан", "лорд", "шеф", "премьер", "майор", "граф", "хан"))
# Adjectives in -ий with a soft sign before the ending: «третьему», «казачьему».
SOFT_SIGN: Final = frozenset(("третий", "казачий", "божий", "волчий", "рыбачий", "помещичий", "монаший"))
# Participles that agree with the person: a woman's «исполняющий» becomes «исполняющая».
PARTICIPLES: Final = frozenset((
    "исполняющий", "управляющий", "заведующий", "командующий", "председательствующий", "ведущий", "сопровождающий",
    "замещающий", "курирующий",
))  # fmt: skip
# Foreign prefixes that make a new office of a known one: «штадтпрезидент», «обер-бургомистр», «бундесминистр».
PREFIXES: Final = (
    "обер", "унтер", "камер", "штабс", "бундес", "штадт", "стадт", "ланд", "крайс", "вице", "экс", "контр",
)  # fmt: skip
ADVERBS: Final = frozenset(("временно", "постоянно", "вновь", "ныне"))
