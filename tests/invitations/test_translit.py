"""Transcription beyond the example table."""

from __future__ import annotations

import pytest

from invitations.translit import de_to_ru, ru_to_din1460, ru_to_duden, ru_to_english, ru_to_icao, ru_to_iso9


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Васильевич", "Wassiljewitsch"),
        ("Ильич", "Iljitsch"),
        ("Достоевский", "Dostojewski"),
        ("Щербаков", "Schtscherbakow"),
        ("Фёдор", "Fjodor"),
        ("Аксёнов", "Axjonow"),
        ("Майя", "Maja"),
        ("Александр", "Alexander"),
        ("Йошкар-Ола", "Joschkar-Ola"),
        ("Ростов-на-Дону", "Rostow am Don"),
        ("ДЕНИСОВ", "DENISSOW"),
    ],
)
def test_ru_to_duden_follows_the_german_transcription(source: str, target: str) -> None:
    assert ru_to_duden(source) == target


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Offenbach am Main", "Оффенбах-на-Майне"),
        ("Rothenburg ob der Tauber", "Ротенбург-об-дер-Таубер"),
        ("Bad Homburg", "Бад-Хомбург"),
        ("Ehenfeld", "Эенфельд"),
        ("Lerah", "Лера"),
        ("Kornwestheim", "Корнвестхайм"),
        ("Neustrelitz", "Нойштрелиц"),
        ("Ullrich", "Ульрих"),
        ("Christian von Stein", "Кристиан фон Штайн"),
        ("Daniela", "Даниэла"),
        ("Tanja Meyer", "Таня Майер"),
        ("Günther Strauß", "Гюнтер Штраус"),
    ],
)
def test_de_to_ru_follows_the_practical_transcription(source: str, target: str) -> None:
    assert de_to_ru(source) == target


def test_library_schemes_tell_every_letter_apart() -> None:
    assert ru_to_iso9("Ёлкин Щукин Юрьев") == "Ëlkin Ŝukin Ûrʹev"
    assert ru_to_din1460("Ёлкин Щукин Хомяков") == "Ëlkin Ščukin Chomjakov"
    assert ru_to_icao("ЩЕРБАКОВ Щ. Юлия") == "SHCHERBAKOV Shch. Iuliia"
    assert ru_to_icao("Подъячев Цой Щёлоков") == "Podieiachev Tsoi Shchelokov"


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Дмитрий Денисов", "Dmitry Denisov"),
        ("Юрий Галдун", "Yury Galdun"),
        ("Мартынюк", "Martynyuk"),
        ("Дёмкин", "Dyomkin"),
        ("Евгений Арсеньев", "Yevgeny Arsenyev"),
        ("ЩУКИН Ильич", "SHCHUKIN Ilyich"),
    ],
)
def test_ru_to_english_follows_the_usage_of_english_texts(source: str, target: str) -> None:
    assert ru_to_english(source) == target
