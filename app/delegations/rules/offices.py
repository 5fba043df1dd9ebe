"""Offices of the trade in the three languages.

An office is carried over only where a table knows the pair: the one below, or the offices of heads in the directory.
What is not known stays empty; nothing is shown in a script its readers may not read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from app.delegations.rules import folded_name

LANGUAGES: Final = ("ru", "de", "en")


class Office(NamedTuple):
    """An office by language and gender. An empty feminine is as the masculine; ``de_f`` decides on the woman's form."""

    ru: str
    ru_f: str
    de: str
    de_f: str
    en: str


_KNOWN: Final = (
    Office("Министр", "", "Minister", "Ministerin", "Minister"),
    Office("Государственный министр", "", "Staatsminister", "Staatsministerin", "Minister of State"),
    Office("Губернатор", "", "Gouverneur", "Gouverneurin", "Governor"),
    Office("Посол", "", "Botschafter", "Botschafterin", "Ambassador"),
    Office("Генеральный консул", "", "Generalkonsul", "Generalkonsulin", "Consul General"),
    Office("Консул", "", "Konsul", "Konsulin", "Consul"),
    Office("Правящий бургомистр", "", "Regierender Bürgermeister", "Regierende Bürgermeisterin", "Governing Mayor"),
    Office("Первый бургомистр", "", "Erster Bürgermeister", "Erste Bürgermeisterin", "First Mayor"),
    Office("Обер-бургомистр", "", "Oberbürgermeister", "Oberbürgermeisterin", "Lord Mayor"),
    Office("Глава города", "", "Oberbürgermeister", "Oberbürgermeisterin", "Head of the City"),
    Office("Мэр города", "", "Oberbürgermeister", "Oberbürgermeisterin", "Mayor"),
    Office("Бургомистр", "", "Bürgermeister", "Bürgermeisterin", "Mayor"),
    Office("Мэр", "", "Bürgermeister", "Bürgermeisterin", "Mayor"),
    Office("Ландрат", "", "Landrat", "Landrätin", "District Administrator"),
    Office("Глава амта", "", "Amtsvorsteher", "Amtsvorsteherin", "Head of the Municipal Association"),
    Office("Глава администрации города", "", "Leiter der Stadtverwaltung", "Leiterin der Stadtverwaltung",
           "Head of the City Administration"),
    Office("Председатель городской Думы", "", "Vorsitzender der Stadtduma", "Vorsitzende der Stadtduma",
           "Chair of the City Duma"),
    Office("Заместитель главы города", "", "Stellvertretender Oberbürgermeister",
           "Stellvertretende Oberbürgermeisterin", "Deputy Head of the City"),
    Office("Депутат городской Думы", "", "Abgeordneter der Stadtduma", "Abgeordnete der Stadtduma",
           "Member of the City Duma"),
    Office("Депутат городского совета", "", "Stadtrat", "Stadträtin", "City Councillor"),
    Office("Ректор университета", "", "Rektor der Universität", "Rektorin der Universität",
           "Rector of the University"),
    Office("Проректор", "", "Prorektor", "Prorektorin", "Vice-Rector"),
    Office("Председатель общества дружбы", "", "Vorsitzender der Freundschaftsgesellschaft",
           "Vorsitzende der Freundschaftsgesellschaft", "Chair of the Friendship Society"),
    Office("Председатель общества партнёрства", "", "Vorsitzender des Partnerschaftsvereins",
           "Vorsitzende des Partnerschaftsvereins", "Chair of the Partnership Association"),
    Office("Начальник управления образования", "", "Leiter des Schulamts", "Leiterin des Schulamts",
           "Head of the Education Department"),
    Office("Начальник протокола", "", "Leiter Protokoll", "Leiterin Protokoll", "Head of Protocol"),
    Office("Директор музея", "", "Museumsleiter", "Museumsleiterin", "Museum Director"),
    Office("Генеральный директор", "", "Generaldirektor", "Generaldirektorin", "Director General"),
    Office("Управляющий директор", "", "Geschäftsführer", "Geschäftsführerin", "Managing Director"),
    Office("Референт по вопросам городов-партнёров", "", "Referent für Städtepartnerschaften",
           "Referentin für Städtepartnerschaften", "Officer for Town Twinning"),
    Office("Специалист отдела международных связей", "", "Mitarbeiter der Abteilung Internationale Beziehungen",
           "Mitarbeiterin der Abteilung Internationale Beziehungen", "Officer for International Relations"),
    Office("Корреспондент", "", "Korrespondent", "Korrespondentin", "Correspondent"),
    Office("Редактор", "", "Redakteur", "Redakteurin", "Editor"),
    Office("Переводчик-синхронист", "Переводчица-синхронист", "Konferenzdolmetscher", "Konferenzdolmetscherin",
           "Conference Interpreter"),
    Office("Участник молодёжного форума", "Участница молодёжного форума", "Teilnehmer am Jugendforum",
           "Teilnehmerin am Jugendforum", "Youth Forum Participant"),
)  # fmt: skip


def _table() -> dict[tuple[str, str], tuple[tuple[str, str, str], bool | None, Office]]:
    found: dict[tuple[str, str], tuple[tuple[str, str, str], bool | None, Office]] = {}
    for one in _KNOWN:
        man, woman = (one.ru, one.de, one.en), (one.ru_f or one.ru, one.de_f, one.en)
        for language, spelling, all_of_it, tells in (
            ("de", one.de, man, False), ("de", one.de_f, woman, True),
            ("ru", one.ru, man, False if one.ru_f else None), ("ru", one.ru_f, woman, True), ("en", one.en, man, None),
        ):  # fmt: skip
            if spelling:
                found.setdefault((language, folded_name(spelling)), (all_of_it, tells, one))
    return found


_TABLE: Final = _table()
_PATRONYMIC: Final = re.compile(r"(?P<man>вич|[ькмт]ич)$|(?P<woman>вна|чна|шна)$")


def woman_by_name(name: str) -> bool | None:
    """Whether a patronymic says that it is a woman; None when there is none that does."""
    for word in folded_name(name).split()[1:]:
        if found := _PATRONYMIC.search(word):
            return bool(found["woman"])
    return None


@lru_cache(maxsize=5_000)
def carried_over(office: str, source: str, target: str, *, woman: bool | None = None) -> str:
    """The office in another language; empty where the table does not know it, or the gender that decides.

    >>> carried_over("Глава города", "ru", "de", woman=True)
    'Oberbürgermeisterin'
    >>> carried_over("Oberbürgermeisterin", "de", "ru")
    'Обер-бургомистр'
    """
    found = _TABLE.get((source, folded_name(office)))
    if found is None:
        return ""
    forms, tells, one = found
    if target != "de" or source == "de":
        return forms[LANGUAGES.index(target)]
    tells = woman if tells is None else tells
    return "" if tells is None else one.de_f if tells else one.de


def completed(
    offices: Mapping[str, str], *, woman: bool | None = None, pairs: Mapping[str, Mapping[str, str]] | None = None
) -> dict[str, str]:
    """The offices of somebody in all languages, as far as they are known.

    :param pairs: offices of the directory: what is written in one language, in all of them.
    """
    found = {code: str(offices.get(code) or "") for code in LANGUAGES}
    given = [code for code in LANGUAGES if found[code]]
    for code in LANGUAGES:
        for source in given if not found[code] else ():
            known = (pairs or {}).get(folded_name(found[source]), {}).get(code, "")
            found[code] = found[code] or known or carried_over(found[source], source, code, woman=woman)
    return found


def office_in(person: Mapping[str, Any], language: str) -> str:
    """The office of somebody of a frozen programme as readers of the language are told: in it, carried over by the
    table, else in another language of the same script; empty where there is none."""
    offices = {code: str(person.get(f"office_{code}") or "") for code in LANGUAGES}
    if offices.get(language) or not any(offices.values()):
        return offices.get(language, "")
    found = completed(offices, woman=woman_by_name(str(person.get("name") or "")))
    return found[language] or ("" if language == "ru" else found["de"] or found["en"])
