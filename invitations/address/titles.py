"""Russian offices in their cases: «Глава города Калуги» -> «Главе города Калуги».

Only the head noun phrase changes (adjectives, participles and the first noun); the genitive tail, quoted names,
«город Краснодар» after «муниципального образования» stay. After a dash, a comma or a bracket another head phrase may
begin. The head word must be in the closed list below: an unknown one is asked about, never guessed.
"""

from __future__ import annotations

import re
from typing import Final

from invitations.recipient import Gender

CASES: Final = ("dative", "genitive", "instrumental")


class UnknownOffice(ValueError):
    """The head word of an office is not in the closed list. ``title`` is the office, ``word`` the word."""

    def __init__(self, title: str, word: str) -> None:
        super().__init__(f"unknown head word of an office: {word} ({title})")
        self.title = title
        self.word = word


_NOUNS: Final = frozenset(
    ["глава", "голова", "мэр", "губернатор", "председатель", "сопредседатель", "заместитель", "помощник", "советник", "консультант", "референт", "руководитель", "начальник", "директор", "гендиректор", "президент", "министр", "премьер", "вице-премьер", "секретарь", "госсекретарь", "посол", "посланник", "консул", "генконсул", "атташе", "депутат", "сенатор", "член", "делегат", "представитель", "полпред", "постпред", "торгпред", "бургомистр", "обербургомистр", "ландрат", "староста", "старейшина", "старшина", "раис", "атаман", "ректор", "проректор", "декан", "профессор", "доцент", "преподаватель", "учитель", "педагог", "академик", "доктор", "кандидат", "специалист", "эксперт", "инспектор", "координатор", "куратор", "менеджер", "администратор", "редактор", "корреспондент", "журналист", "обозреватель", "артист", "художник", "композитор", "дирижёр", "дирижер", "архитектор", "инженер", "врач", "прокурор", "судья", "нотариус", "адвокат", "юрист", "юрисконсульт", "комиссар", "комендант", "командир", "адъютант", "полковник", "подполковник", "майор", "генерал", "капитан", "адмирал", "лейтенант", "сержант", "маршал", "есаул", "епископ", "архиепископ", "митрополит", "патриарх", "священник", "протоиерей", "иерей", "настоятель", "раввин", "муфтий", "имам", "пастор", "кардинал", "нунций", "король", "королева", "князь", "герцог", "граф", "эмир", "султан", "канцлер", "аким", "хоким", "префект", "супрефект", "спикер", "омбудсмен", "аудитор", "казначей", "бухгалтер", "экономист", "хранитель", "библиотекарь", "основатель", "учредитель", "владелец", "собственник", "предприниматель", "тренер", "чемпион", "герой", "ветеран", "гражданин", "переводчик", "методист", "аналитик", "оператор", "программист", "дизайнер", "режиссёр", "режиссер", "писатель", "поэт", "сотрудник", "работник", "служащий", "стажёр", "стажер", "студент", "аспирант", "магистрант", "волонтёр", "волонтер", "организатор", "продюсер", "лидер", "церемониймейстер", "шеф", "партнёр", "партнер", "наставник", "лектор", "ассистент", "интендант", "граф", "бургграф", "воевода", "наместник", "регент", "вождь", "лауреат", "попечитель", "протектор", "ответственный", "уполномоченный", "поверенный", "управляющий", "заведующий", "исполняющий", "командующий", "председательствующий", "врио", "обязанности", "дежурный", "ведущий", "докладчик", "модератор", "ревизор", "контролёр", "контролер", "диспетчер", "механик", "технолог", "агроном", "лесничий", "геолог", "историк", "филолог", "социолог", "психолог", "политолог", "востоковед", "германист", "краевед", "статист", "скульптор", "актёр", "актер", "певец", "музыкант", "пианист", "хормейстер", "балетмейстер", "хореограф", "фотограф", "оперативник", "дипломат", "протоколист", "сановник", "госслужащий", "вахтенный", "пристав", "шериф", "констебль", "гофмейстер", "алькальд", "синдик", "губернский", "регистратор", "архивариус", "архивист", "делопроизводитель", "секретарь-машинистка", "юнкер", "кадет", "хирург", "терапевт", "фельдшер", "провизор", "фармацевт", "ректор-организатор", "уездный", "банкир", "финансист", "маркетолог", "логист", "диктор", "телеведущий", "радиоведущий", "колумнист", "публицист", "издатель", "типограф", "коллекционер", "меценат", "благотворитель", "спонсор", "коммерсант", "фермер", "кооператор", "рабочий", "мастер", "бригадир", "прораб", "полпредставитель", "главком", "главврач", "худрук", "завуч", "завхоз", "завкафедрой", "нарком", "лорд", "сэр", "барон", "виконт", "маркиз", "принц", "принцесса", "княгиня", "премьер-министр"]
) - {"обязанности", "губернский", "уездный", "врио", "полпредставитель", "статист", "оперативник", "сановник"}  # fmt: skip
_UNCHANGED: Final = frozenset(
    (
        "атташе",
        "врио",
        "вр.и.о.",
        "и.о.",
        "врид",
        "зам.",
        "пом.",
        "нач.",
        "рук.",
        "конферансье",
        "портье",
        "крупье",
    )
)
_FLEETING: Final = {"посол": "посл", "владелец": "владельц", "певец": "певц", "отец": "отц"}
_PLURALS: Final = {
    "граждане": "граждан", "директора": "директор", "доктора": "доктор", "профессора": "профессор", "мастера": "мастер",
    "инспектора": "инспектор", "редактора": "редактор", "послы": "посл", "судьи": "судь", "шефы": "шеф",
    "консулы": "консул", "владельцы": "владельц", "тренера": "тренер", "князья": "князь", "учителя": "учител",
}  # fmt: skip
_PLURAL_GENITIVE: Final = {
    "граждане": "граждан", "судьи": "судей", "князья": "князей", "главы": "глав", "головы": "голов", "врачи": "врачей",
    "старосты": "старост", "старейшины": "старейшин", "воеводы": "воевод", "старшины": "старшин",
}  # fmt: skip
# In «министр-президент» both halves are inflected; otherwise only the last: «пресс-секретарь».
_BOTH_HALVES: Final = frozenset(
    (
        "министр",
        "член",
        "инженер",
        "врач",
        "учитель",
        "художник",
        "архитектор",
        "секретарь",
        "юрист",
        "директор",
        "историк",
    )
)
_PARTICIPLES: Final = (
    "исполняющий",
    "управляющий",
    "заведующий",
    "командующий",
    "председательствующий",
    "ведущий",
)
_ADVERBS: Final = frozenset(("временно", "постоянно", "вновь", "избранный", "ныне"))
_BREAK: Final = re.compile(r"( [—–-] |, | ?\(|\)\s*| / | и )")
_HARD: Final = "гкхжшчщ"

_ADJECTIVE_ENDINGS: Final = ("ий", "ый", "ой", "ая", "яя", "ые", "ие")


def _adjective(word: str, case: str) -> str | None:
    """A nominative adjective or participle in ``case``; None when the word is none."""
    at = CASES.index(case)
    stem, ending = word[:-2], word[-2:]
    if len(stem) < 2 or ending not in _ADJECTIVE_ENDINGS:
        return None
    soft = stem[-1] in "жшчщ" or (ending in ("ий", "яя", "ие") and stem[-1] == "н")
    if ending in ("ий", "ый", "ой"):
        if ending == "ой":
            return stem + ("ому", "ого", "ым" if stem[-1] not in _HARD else "им")[at]
        if soft:
            return stem + ("ему", "его", "им")[at]
        return stem + ("ому", "ого", "им" if ending == "ий" else "ым")[at]
    if ending in ("ая", "яя"):
        return stem + ("ей" if soft else "ой")
    i = "и" if ending == "ие" else "ы"
    return stem + (i + "м", i + "х", i + "ми")[at]


def _singular(word: str, case: str) -> str:
    at = CASES.index(case)
    low = word.lower()
    for whole, stem in _FLEETING.items():
        if low.endswith(whole):
            kept = word[: len(word) - len(whole)] + word[-len(whole)] + stem[1:]
            return kept + ("у", "а", "ем" if stem.endswith("ц") and whole == "владелец" else "ом")[at]
    last = low[-1]
    if low.endswith("ья"):
        return word[:-1] + ("е", "и", "ёй" if low == "судья" else "ей")[at]
    if last == "а":
        return word[:-1] + ("е", "и" if low[-2] in _HARD else "ы", "ей" if low[-2] in "жшчщц" else "ой")[at]
    if last == "я":
        return word[:-1] + (("и", "и", "ей") if low.endswith("ия") else ("е", "и", "ей"))[at]
    if last == "ь":
        return word[:-1] + ("ю", "я", "ём" if low in ("король", "вождь") else "ем")[at]
    if last == "й":
        return word[:-1] + ("ю", "я", "ем")[at]
    if last in "еёиоуыэю":
        return word
    return (
        word
        + (
            "у",
            "а",
            "ем" if last in "жшщц" or (last == "ч" and low != "врач" and low != "главврач") else "ом",
        )[at]
    )


def _plural_stem(low: str) -> str | None:
    if low in _PLURALS:
        return _PLURALS[low]
    if low.endswith("и"):
        for ending in ("ь", "й", "я", "а", ""):
            if low[:-1] + ending in _NOUNS:
                return low[:-1]
    if low.endswith("ы") and (low[:-1] in _NOUNS or low[:-1] + "а" in _NOUNS):
        return low[:-1]
    return None


def _plural(word: str, stem: str, case: str) -> str:
    low = word.lower()
    start = word[: len(stem)]
    soft = low.endswith(("и", "я")) and stem[-1] not in _HARD
    if case == "genitive":
        if low in _PLURAL_GENITIVE:
            whole = _PLURAL_GENITIVE[low]
            return word[0] + whole[1:]
        return start + ("ей" if soft or stem[-1] in "жшчщ" else "ев" if stem[-1] == "ц" else "ов")
    endings = ("ям", "ями") if soft else ("ам", "ами")
    return start + endings[0 if case == "dative" else 1]


def _noun(word: str, case: str, plural: bool) -> str | None:
    """A head word in ``case``; None when it is not in the closed list."""
    low = word.lower()
    if low in _UNCHANGED:
        return word
    first, hyphen, last = word.rpartition("-")
    if hyphen:
        if last.lower() in _UNCHANGED:
            return word
        done = _noun(last, case, plural)
        if done is None:
            return None
        if first.lower() in _BOTH_HALVES:
            first = _noun(first, case, plural) or first
        return f"{first}-{done}"
    stem = _plural_stem(low) if plural else None
    if stem is not None:
        return _plural(word, stem, case)
    if low not in _NOUNS:
        return None
    return (
        _adjective(word, case)
        if low.endswith(("щий", "ный", "чий")) and low != "муфтий"
        else _singular(word, case)
    )


def _feminine(word: str) -> str:
    """A participle as the office of a woman: «исполняющий» -> «исполняющая»."""
    return word[:-2] + "ая" if word.lower() in _PARTICIPLES else word


def _segment(segment: str, case: str, gender: Gender | None, plural: bool) -> str | None:
    """One head phrase inflected, with its tail; None when its head is unknown."""
    tokens = re.split(r"(\s+)", segment)
    words = [at for at, token in enumerate(tokens) if token and not token.isspace()]
    changed = False
    for number, at in enumerate(words):
        word = tokens[at]
        low = word.lower()
        if number == 0 and (low in _UNCHANGED or low == "и."):
            return segment
        if low in _ADVERBS and not low.endswith("ый"):
            continue
        shown = _feminine(word) if gender is Gender.FEMALE else word
        following = tokens[words[number + 1]].lower() if number + 1 < len(words) else ""
        substantive = shown.lower().endswith(("ий", "ый", "ая")) and (low in _NOUNS or _feminine_of_noun(low))
        adjective = _adjective(shown, case)
        if adjective is not None and not (low in _NOUNS and not substantive):
            tokens[at] = adjective
            changed = True
            if substantive and not _continues(following):
                return "".join(tokens)
            continue
        noun = _noun(word, case, plural)
        if noun is None:
            return None
        tokens[at] = noun
        return "".join(tokens)
    return "".join(tokens) if changed and _ends_in_substantive(tokens, words) else None


def _feminine_of_noun(low: str) -> bool:
    return low.endswith("ая") and (low[:-2] + "ий" in _NOUNS or low[:-2] + "ый" in _NOUNS)


def _ends_in_substantive(tokens: list[str], words: list[int]) -> bool:
    return bool(words) and bool(tokens)


def _continues(following: str) -> bool:
    """Whether a head phrase goes on after a word that could stand alone: «ведущий специалист», «управляющий директор»."""
    if not following:
        return False
    if following.endswith(_ADJECTIVE_ENDINGS) and following not in ("полномочия",):
        return True
    return _noun(following, "dative", True) is not None and following not in ("главы",)


def inflect_title(title: str, case: str, gender: Gender | None = None) -> str:
    """An office in the ``dative``, ``genitive`` or ``instrumental``; for a woman participles agree with the person.

    Raises UnknownOffice when the head word is not in the closed list.
    """
    if case not in CASES:
        raise ValueError(f"no such case for an office: {case}")
    pieces = _BREAK.split(_joined_conjunctions(title.strip()))
    plural = _is_plural(pieces[0])
    done: list[str] = []
    for at, piece in enumerate(pieces):
        if at % 2:
            done.append(piece)
            continue
        if not piece:
            continue
        inflected = _segment(piece, case, gender, plural) if not piece.startswith(("«", '"')) else piece
        if inflected is None and at == 0:
            raise UnknownOffice(title, _head_word(piece))
        done.append(inflected if inflected is not None else piece)
    return "".join(done).replace("\ue001", " и ")


def _joined_conjunctions(title: str) -> str:
    """«Чрезвычайный и Полномочный Посол» is one head phrase: its «и» is no border."""
    return re.sub(r"(?<=[иыо]й) и (?=\S+[иыо]й\s)", "\ue001", title)


def _is_plural(segment: str) -> bool:
    words = segment.split()
    if not words:
        return False
    head = next((word for word in words if not word.lower().endswith(("ые", "ие"))), words[-1])
    low = head.lower().rpartition("-")[2]
    return low not in _NOUNS and (_plural_stem(low) is not None)


def _head_word(segment: str) -> str:
    words = segment.split()
    return next(
        (word for word in words if _adjective(word, "dative") is None), words[0] if words else segment
    )
