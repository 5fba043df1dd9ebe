"""Anschrift and Anrede, address and salutation."""

from __future__ import annotations

import pytest

from invitations.address import address_lines, salutation
from invitations.address.towns import in_town, of_town
from invitations.recipient import Gender, Recipient


def whom(language: str, office: str, last: str, first: str, gender: str, degree: str = "") -> Recipient:
    return Recipient(language, office, last, first, degree=degree, gender=Gender(gender))


@pytest.mark.parametrize(
    ("recipient", "lines", "opening"),
    [
        (
            whom("de", "Erster Beigeordneter der Stadt Neuss", "Gensler", "Frank", "m"),
            ("Ersten Beigeordneten der Stadt Neuss", "Herrn Frank Gensler"),
            "Sehr geehrter Herr Erster Beigeordneter,",
        ),
        (
            whom("de", "Vorsitzender des Stadtrates", "Iwanowa", "Jelena", "f"),
            ("Vorsitzende des Stadtrates", "Frau Jelena Iwanowa"),
            "Sehr geehrte Frau Vorsitzende,",
        ),
        (
            whom("de", "Leiter der Stadtverwaltung Ufa", "Meier", "Karl", "m", "Dr."),
            ("Leiter der Stadtverwaltung Ufa", "Herrn Dr. Karl Meier"),
            "Sehr geehrter Herr Dr. Meier,",
        ),
        (
            whom("de", "Oberhaupt der Stadt Pskow", "Zezerski", "Iwan", "m"),
            ("Oberhaupt der Stadt Pskow", "Herrn Iwan Zezerski"),
            "Sehr geehrter Herr Zezerski,",
        ),
        (
            whom("de", "Außerordentlicher und Bevollmächtigter Botschafter der Russischen Föderation", "X", "Y", "m"),
            (
                "Seiner Exzellenz",
                "dem Außerordentlichen und Bevollmächtigten Botschafter der Russischen Föderation",
                "Herrn Y X",
            ),
            "Exzellenz,",
        ),
        (
            whom("de", "Botschafter der Bundesrepublik Deutschland in Moskau", "von Geyr", "Géza", "m"),
            ("Botschafter der Bundesrepublik Deutschland in Moskau", "Herrn Géza von Geyr"),
            "Sehr geehrter Herr Botschafter,",
        ),
        (
            whom("de", "", "Freiherr von Stein", "Maria", "f"),
            ("Frau", "Maria Freifrau von Stein"),
            "Sehr geehrte Frau Freifrau von Stein,",
        ),
        (
            whom("de", "Präsidenten der Landtage", "", "", "g"),
            ("Präsidentinnen und Präsidenten der Landtage",),
            "Sehr geehrte Präsidentinnen und Präsidenten,",
        ),
        (
            whom("ru", "Посол Французской Республики", "Леви", "Пьер", "m"),
            ("Его Превосходительству", "господину Леви Пьеру", "Послу Французской Республики"),
            "Ваше Превосходительство!",
        ),
        (
            whom("ru", "Обер-бургомистр города Кёльна", "Рекер", "Генриетта", "f"),
            ("Обер-бургомистру города Кёльна", "Рекер Г."),
            "Уважаемая госпожа Рекер!",
        ),
        (
            Recipient("ru", "Глава города Звенигород", "Смирнов", "Александр", "В.", gender=Gender.MALE),
            ("Главе города Звенигород", "Смирнову А.В."),
            "Уважаемый господин Смирнов!",
        ),
        (
            whom("en", "Lord Mayor of Karlsruhe", "Mentrup", "Frank", "m", "Dr."),
            ("Dr Frank Mentrup", "Lord Mayor of Karlsruhe"),
            "Dear Lord Mayor,",
        ),
        (
            whom("en", "Vice-Governor of Kaluga Region", "Ivanova", "Anna", "f"),
            ("Ms Anna Ivanova", "Vice-Governor of Kaluga Region"),
            "Dear Ms Ivanova,",
        ),
    ],
)
def test_address_and_salutation_follow_the_custom_of_the_language(
    recipient: Recipient, lines: tuple[str, ...], opening: str
) -> None:
    assert (address_lines(recipient), salutation(recipient)) == (lines, opening)


@pytest.mark.parametrize(
    ("name", "where", "of"),
    [
        ("Калуга", "в городе Калуге", "города Калуги"),
        ("Пермь", "в городе Перми", "города Перми"),
        ("Ярославль", "в городе Ярославле", "города Ярославля"),
        ("Орёл", "в городе Орле", "города Орла"),
        ("Нижний Новгород", "в городе Нижнем Новгороде", "города Нижнего Новгорода"),
        ("Сергиев Посад", "в городе Сергиевом Посаде", "города Сергиева Посада"),
        ("Чайковский", "в городе Чайковском", "города Чайковского"),
        ("Ростов-на-Дону", "в городе Ростове-на-Дону", "города Ростова-на-Дону"),
        ("Мытищи", "в городе Мытищи", "города Мытищи"),
        ("Великие Луки", "в городе Великие Луки", "города Великие Луки"),
        ("Сочи", "в городе Сочи", "города Сочи"),
        ("Карлсруэ", "в городе Карлсруэ", "города Карлсруэ"),
        ("Баден-Баден", "в городе Баден-Баден", "города Баден-Баден"),
        ("Санкт-Петербург", "в Санкт-Петербурге", "Санкт-Петербурга"),
    ],
)
def test_town_agrees_after_the_generic_word_unless_plural_or_compound(name: str, where: str, of: str) -> None:
    assert (in_town(name, "ru").replace("\u00a0", " "), of_town(name, "ru")) == (where, of)
