"""Offices no example table shows."""

from __future__ import annotations

import pytest

from invitations.address import UnknownOffice
from invitations.address.titles import inflect_title
from invitations.recipient import Gender


@pytest.mark.parametrize(
    ("nominative", "dative"),
    [
        ("Городской Голова города Калуги", "Городскому Голове города Калуги"),
        ("Заведующая городской библиотекой", "Заведующей городской библиотекой"),
        ("Управляющий директор", "Управляющему директору"),
        ("Министр-президент земли Бранденбург", "Министру-президенту земли Бранденбург"),
        ("Советник-посланник Посольства", "Советнику-посланнику Посольства"),
        ("Премьер-министр", "Премьер-министру"),
        ("Военный атташе", "Военному атташе"),
        ("И. о. министра культуры", "И. о. министра культуры"),
        ("Министр промышленности и торговли", "Министру промышленности и торговли"),
        ("Президент и председатель правления", "Президенту и председателю правления"),
        ("Директор фонда «Мир, президент и глава»", "Директору фонда «Мир, президент и глава»"),
        ("Глава администрации (губернатор) Пермского края", "Главе администрации (губернатору) Пермского края"),
        ("Заместитель главы, курирующий вопросы культуры", "Заместителю главы, курирующему вопросы культуры"),
        ("Временный поверенный в делах", "Временному поверенному в делах"),
        ("Митрополит Калужский и Боровский", "Митрополиту Калужскому и Боровскому"),
        (
            "Главы муниципальных образований Российской Федерации, имеющих города-партнёры в Германии",
            "Главам муниципальных образований Российской Федерации, имеющих города-партнёры в Германии",
        ),
        ("Почётные граждане города", "Почётным гражданам города"),
        ("ГЛАВА ГОРОДА ОМСКА", "ГЛАВЕ ГОРОДА ОМСКА"),
    ],
)
def test_inflect_title_changes_the_head_phrase_only(nominative: str, dative: str) -> None:
    assert inflect_title(nominative, "dative") == dative


def test_inflect_title_gives_the_other_cases() -> None:
    assert inflect_title("Первый заместитель главы", "genitive") == "Первого заместителя главы"
    assert inflect_title("Городской Голова", "instrumental") == "Городским Головой"
    assert inflect_title("Послы", "genitive") == "Послов"


def test_inflect_title_agrees_with_the_person_when_the_office_is_a_participle() -> None:
    stored = "Временно исполняющий обязанности Главы города"
    assert inflect_title(stored, "dative", Gender.FEMALE) == "Временно исполняющей обязанности Главы города"
    assert inflect_title("Ведущий специалист", "dative", Gender.FEMALE) == "Ведущему специалисту"
    assert inflect_title("Глава города", "dative", Gender.FEMALE) == "Главе города"


def test_inflect_title_is_refused_when_the_head_word_is_unknown() -> None:
    with pytest.raises(UnknownOffice) as refused:
        inflect_title("Почётный квазимодо города Калуги", "dative")
    assert (refused.value.title, refused.value.word) == ("Почётный квазимодо города Калуги", "квазимодо")
