"""Russian and foreign surnames in their cases, by class of ending.

Sources: A. A. Zaliznyak, Grammatical Dictionary of Russian; L. P. Kalakutskaya, Declension of Surnames and
Personal Names in Russian (1984); D. E. Rosenthal, Reference Book on Spelling and Style, §§ 149-153.
"""

from __future__ import annotations

import re
from typing import Final

from invitations.recipient import Gender
from invitations.words import word_list

CASES: Final = ("dative", "genitive", "instrumental")
VOWELS: Final = "аеёиоуыэюя"
HISSING: Final = "жшчщц"

Forms = tuple[str, str, str]  # dative, genitive, instrumental

PARTICLES: Final = word_list("particles")
_FOREPARTS: Final = word_list("foreparts")

# Nouns in -ой; any other polysyllabic surname in -ой is an adjective (Толстой, Лановой).
_OY_NOUNS: Final = word_list("surnames_oy_nouns")
# Nouns in -ий; -ский, -цкий, -ний, -кий and the like are adjectives.
_IY_NOUN: Final = re.compile(r"[лрбпвмдтзсфг]ий$")
_IY_ADJECTIVES: Final = ("долгий", "строгий", "убогий", "тугий", "другий", "рудий", "лисий", "божий", "козий", "вражий")
_IY_NOUNS: Final = ("топчий", "стопчий", "гений", "пий", "евгений", "арсений", "буй", "вакулий")
# Surnames that never change whatever the gender: French stressed -а, -я and their like.
_STRESSED_A: Final = word_list("surnames_stressed_a")
# Fleeting vowels: nominative -> stem before the ending.
_STEMS: Final = {
    "лев": "льв", "соловей": "соловь", "воробей": "воробь", "муравей": "муравь", "ручей": "ручь",
    "орёл": "орл", "орел": "орл", "козёл": "козл", "козел": "козл", "котёл": "котл", "осёл": "осл", "дятел": "дятл",
    "щегол": "щегл", "чехол": "чехл", "посол": "посл", "бобёр": "бобр", "костёр": "костр", "шатёр": "шатр",
    "ковёр": "ковр", "копёр": "копр", "пепел": "пепл", "узел": "узл", "хохол": "хохл", "гребень": "гребн",
    "корень": "корн", "перстень": "перстн", "студень": "студн", "ливень": "ливн", "парень": "парн", "пень": "пн",
    "день": "дн", "камень": "камн", "уголь": "угл", "ремень": "ремн", "ветер": "ветр", "немец": "немц",
    "стрелец": "стрельц",
    "коломиец": "коломийц", "коломыец": "коломыйц", "европеец": "европейц", "боец": "бойц", "гвардеец": "гвардейц",
    "палец": "пальц", "белец": "бельц", "поселец": "посельц", "паец": "пайц", "каец": "кайц",
}  # fmt: skip
_KEEP_EC: Final = (
    "швец",
    "жнец",
    "кузнец",
    "мудрец",
    "чернец",
    "перец",
    "хитрец",
    "подлец",
    "гордец",
    "храбрец",
    "близнец",
)
_STRESSED_EC: Final = word_list("surnames_stressed_ec")
_KEEP_OK: Final = (
    "чеснок", "игрок", "урок", "восток", "пророк", "знаток", "едок", "седок", "ездок", "ходок", "шток", "блок", "сток",
    "срок", "рок", "бок", "сок", "ток", "волок", "облок", "порок", "оброк", "отрок", "зарок", "кок", "док",
    "барток", "хичкок", "шток", "молок", "шерлок", "дворжок",
)  # fmt: skip
# The ending is stressed: instrumental in -ом after a hissing sound.
_STRESSED_OM: Final = re.compile(
    r"(^[^аеёиоуыэюя]*[аеёиоуыэюя](ч|[^аеёиоуыэюя]*щ)$"  # Сыч, Грач, Плющ; but Линч, Дейч
    r"|^(чиж|стриж|морж|корж|ёж|еж|уж|нож|ёрш|ерш|ковш|кряж|рубеж|гараж|мятеж|бердыш|барыш|голыш|малыш|крепыш|латыш|мураш"
    r"|палаш|шалаш|кулиш|карандаш|камыш|катыш|глуш|кулеш|торгаш|алкаш|чуваш|кураш|дурныш|черныш|гуляш|кругляш|мартыш"
    r"|кулич|москвич|кузьмич|кирпич|сургуч|толмач|ильич|лукич|фомич|хомич|паныч|сморч|ключ|тягач|борщ|хрущ)$"
    r"|[аеёиоуыэюя].*(?<!лук)(?<!ков)ач$)"
)
_NOUN_INA: Final = word_list("surnames_ina_nouns")
_NOUN_OVA: Final = (
    "сова",
    "голова",
    "корова",
    "подкова",
    "дуброва",
    "полова",
    "основа",
    "обнова",
    "рева",
    "дева",
    "нева",
)
_GEORGIAN_AYA: Final = ("цхакая", "чикобая", "чантурая", "гегечкая", "кецбая", "лакербая", "бая", "сичинавая")
_STRESSED_A_HISSING: Final = re.compile(
    r"((?<!к)(?:[бвгдзлмнпрстфх][жшч]|к[жч])а|^(душа|межа|свеча|моча|хороша|госпожа|вожжа|левша|лапша|каланча|саранча|ханжа|парша|овца|"
    r"пыльца))$"
)
# Surnames in -ов, -ин that are German or English even beside a Russian-sounding first name.
_FOREIGN_OV: Final = word_list("surnames_foreign_ov")
_COMMON_SURNAMES: Final = word_list("surnames_common")
# Endings of surnames from Armenia to Kyrgyzstan and Bulgaria: the suffix is Russian though the first name is not.
_EURASIAN: Final = (
    "ев", "ёв", "ханов", "беков", "матов", "метов", "мадов", "мамедов", "гулов", "муллин", "уллин", "иллин", "назаров",
    "саркисов", "арутюнов", "янов", "азов", "имов", "дуров", "шидов", "алимов", "саидов", "ахмедов", "хасанов",
)  # fmt: skip
_COMMON_SLAVIC: Final = word_list("first_names_slavic")


# Every surname a list decides, for the table the organiser looks over.
LISTED: Final = frozenset().union(
    _FOREPARTS, _OY_NOUNS, _IY_ADJECTIVES, _IY_NOUNS, _STRESSED_A, _STEMS, _KEEP_EC, _STRESSED_EC, _KEEP_OK, _NOUN_INA,
    _NOUN_OVA, _GEORGIAN_AYA, _FOREIGN_OV,
)  # fmt: skip


def syllables(word: str) -> int:
    """How many vowels a word has."""
    return sum(1 for sign in word.lower() if sign in VOWELS)


def is_slavic_first(first: str) -> bool:
    """Whether a first name without patronymic still belongs to a Russian, so that -ов and -ин decline natively."""
    return first.lower() in _COMMON_SLAVIC


def _noun_hard(word: str, *, om: bool) -> Forms:
    instrumental = "ом" if om or word[-1] not in HISSING else "ем"
    return word + "у", word + "а", word + instrumental


def _feminine_a(word: str, *, stressed: bool = False) -> Forms:
    """Nouns in -а and -я, men and women alike."""
    stem, last = word[:-1], word[-1]
    if last == "я":
        if stem.endswith("и"):
            return stem + "и", stem + "и", stem + "ей"
        return stem + "е", stem + "и", stem + "ей"
    genitive = "и" if stem[-1] in "гкхжшчщ" else "ы"
    soft = stem[-1] in HISSING and not stressed
    return stem + "е", stem + genitive, stem + ("ей" if soft else "ой")


def _masculine_adjective(word: str) -> Forms:
    stem, ending = word[:-2], word[-2:]
    if ending == "ий" and stem[-1] not in "гкх":
        return stem + "ему", stem + "его", stem + "им"
    soft = stem[-1] in "гкхжшчщ"
    return stem + "ому", stem + "ого", stem + ("им" if soft or ending == "ий" else "ым")


def _masculine(word: str, foreign: bool) -> Forms | None:
    low = word.lower()
    last = low[-1]
    if low in _STEMS and not foreign:
        stem = word[0] + _STEMS[low][1:]
        if low.endswith("ь") or stem.endswith("ь"):
            return stem + "ю", stem + "я", stem + "ем"
        return _noun_hard(stem, om=low in ("боец", "белец", "стрелец") or stem[-1] not in HISSING)
    if last in "оеёиуыэю":
        return None
    if low.endswith("ых"):
        return None
    if low.endswith("их") and re.search(r"([гкхжшчщ]|ск|цк|(?<![иею])н)их$", low) and not foreign:
        return None
    if last in "ая":
        return _masculine_a(word)
    if last == "й":
        return _masculine_iot(word, foreign)
    if last == "ь":
        return word[:-1] + "ю", word[:-1] + "я", word[:-1] + "ем"
    if re.search(r"([оеё]в|[иы]н)$", low):
        native = _is_native(low, foreign)
        return word + "у", word + "а", word + ("ым" if native else "ом")
    if low in _KEEP_EC and low != "перец" and not foreign:
        return _noun_hard(word, om=True)
    if low.endswith("ец") and len(low) > 4 and not foreign and low not in _KEEP_EC and low[-3] != "ф":
        stem = word[:-2] + ("ь" if low[-3] == "л" else "") + "ц"
        if low[-3] in VOWELS:
            stem = word[:-2] + "йц"
        return _noun_hard(stem, om=syllables(low) == 2 or low in _STRESSED_EC)
    if low.endswith(("ок", "ёк")) and syllables(low) > 1 and not foreign and not _keeps_o(low):
        stem = word[:-2] + ("ь" if low.endswith("ёк") and low[-3] not in HISSING else "") + "к"
        return _noun_hard(stem, om=True)
    stressed = bool(_STRESSED_OM.search(low)) and not foreign
    return _noun_hard(word, om=stressed)


def _keeps_o(low: str) -> bool:
    """Whether the vowel of -ок stays: a listed noun, or two consonants before it: «Вайнштоку», but «Хвостку»."""
    crowded = re.search(r"[бвгджзйклмнпрстфхцчшщ][бвгдзклмнпрстфхц]ок$", low) and not low.endswith("сток")
    return low in _KEEP_OK or bool(crowded)


def _is_native(low: str, foreign: bool) -> bool:
    """Whether a surname in -ов, -ев, -ин is the Slavic suffix (instrumental -ым) or a foreign word (-ом)."""
    if low in _FOREIGN_OV or (syllables(low) == 1 and low.endswith("н")):
        return False
    return not foreign or low.endswith(_EURASIAN) or low in _COMMON_SURNAMES


def _masculine_a(word: str) -> Forms | None:
    low = word.lower()
    if low in _STRESSED_A or low in _GEORGIAN_AYA or (low[-1] == "а" and low[-2] in VOWELS):
        return None
    return _feminine_a(word, stressed=bool(_STRESSED_A_HISSING.search(low)))


def _masculine_iot(word: str, foreign: bool) -> Forms:
    low = word.lower()
    noun: Forms = (word[:-1] + "ю", word[:-1] + "я", word[:-1] + "ем")
    if low.endswith("ой"):
        if foreign or low in _OY_NOUNS or syllables(low) == 1:
            return noun
        return _masculine_adjective(word)
    if low.endswith("ый"):
        return _masculine_adjective(word)
    if low.endswith("ий"):
        if low.endswith(("ский", "цкий", "ской")) or low in _IY_ADJECTIVES:
            return _masculine_adjective(word)
        if low in _IY_NOUNS or _IY_NOUN.search(low):
            return noun
        return _masculine_adjective(word)
    return noun


def _feminine(word: str, foreign: bool) -> Forms | None:
    low = word.lower()
    if low.endswith(("ая", "яя")) and low not in _GEORGIAN_AYA:
        stem = word[:-2]
        soft = (
            stem
            and stem.lower()[-1] in "жшчщ"
            and low
            not in (
                "чужая",
                "большая",
            )
        )
        ending = "ей" if low.endswith("яя") or soft else "ой"
        return stem + ending, stem + ending, stem + ending
    if foreign and low.endswith(("ска", "цка")):  # Polish
        return word[:-1] + "ой", word[:-1] + "ой", word[:-1] + "ой"
    if _is_pronominal(low) and not (low in _NOUN_INA or low in _NOUN_OVA):
        return word[:-1] + "ой", word[:-1] + "ой", word[:-1] + "ой"
    if low[-1] in "ая":
        return _masculine_a(word)
    return None


def _is_pronominal(low: str) -> bool:
    """Women's surnames in -ова, -ева, -ина, -ына decline like «мамина»."""
    return bool(re.search(r"([оеё]ва|[иы]на)$", low)) and syllables(low) > 1


def inflect_surname(word: str, gender: Gender, case: str, foreign: bool) -> str:
    """One surname, simple, double or with particles; unchanged where its class does not decline."""
    at = CASES.index(case)
    done: list[str] = []
    words = word.split(" ")
    for number, piece in enumerate(words):
        if not piece or (piece.lower() in PARTICLES and number < len(words) - 1):
            done.append(piece)
            continue
        halves = piece.split("-")
        shown = []
        for place, half in enumerate(halves):
            shown.append(_half(half, place < len(halves) - 1, gender, at, foreign))
        done.append("-".join(shown))
    return " ".join(done)


_ENDINGS_ALONE = frozenset({"ая", "яя", "ий", "ый"})  # an ending without a stem is nobody's surname: left as written


def _half(half: str, forepart: bool, gender: Gender, at: int, foreign: bool) -> str:
    low = half.lower()
    if not re.fullmatch("[а-яё’'ʼ]{2,}", low):
        return half
    if forepart and low in _FOREPARTS:
        return half
    bare = re.sub(r"^[А-ЯЁа-яё][’'ʼ]", "", half)
    if len(bare) < 2 or bare.lower() in _ENDINGS_ALONE:
        return half
    prefix = half[: len(half) - len(bare)]
    forms = _masculine(bare, foreign) if gender is Gender.MALE else _feminine(bare, foreign)
    return prefix + forms[at] if forms else half
