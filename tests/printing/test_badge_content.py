"""Which form of a name stands on a badge."""

from __future__ import annotations

import unicodedata

import pytest
from flask import Flask

from app.conferences.models import Conference
from app.delegations.rules import DelegateRole
from app.printing.queries import badge_contents
from app.printing.rules import (
    ROLE_ORDER,
    Person,
    badge_content,
    badge_role,
    first_office,
    interpretation_sign,
    spoken_sign,
)
from app.printing.rules.names import harmless, own_script, printable
from tests.factories import make_delegate


def person(**given: str) -> Person:
    values = {
        "public_id": "D1", "token": "t0ken", "role": "member", "own_name": "Анна Орлова",
        "badge_ru": "Орлова Анна Павловна", "badge_de": "Anna Orlowa", "passport_name": "Anna Orlova",
        "place_ru": "Калуга", "place_de": "Kaluga", "country": "RU", "country_ru": "Россия", "country_de": "Russland",
    }  # fmt: skip
    return Person(delegate_id=1, **(values | given))


def _shown(content):
    return (content.name_first, content.name_second, content.place_first, content.place_second, content.country)


def test_badge_content_has_the_persons_own_script_first():
    assert _shown(badge_content(person())) == (
        "Орлова Анна Павловна", "Anna Orlowa", "Калуга", "Kaluga", "Россия · Russland"
    )  # fmt: skip
    german = person(
        own_name="Jürgen Groß", badge_ru="Юрген Гросс", badge_de="Jürgen Groß", country="DE", place_ru="Карлсруэ",
        place_de="Karlsruhe", country_ru="Германия", country_de="Deutschland",
    )  # fmt: skip
    assert _shown(badge_content(german)) == (
        "Jürgen Groß", "Юрген Гросс", "Karlsruhe", "Карлсруэ", "Deutschland · Германия"
    )  # fmt: skip


def test_badge_content_prints_a_name_once_and_says_so_when_no_reader_here_can_read_it(app: Flask):
    content = badge_content(
        person(own_name="דוד לוי", badge_ru="דוד לוי", badge_de="דוד לוי", passport_name="דוד לוי", country="DE")
    )
    assert (content.name_first, content.name_second) == ("דוד לוי", "")
    assert [str(warning) for warning in content.warnings] == [
        "D1: the name is not known in Cyrillic letters.",
        "D1: the name is not known in Latin letters.",
    ]


@pytest.mark.parametrize(
    ("own", "passport", "entered", "shown"),
    [
        ("محمد العبد", "Muhammad Al-Abdullah", "محمد العبد", ("Muhammad Al-Abdullah", "Мухаммад Аль-Абдулла")),
        ("דוד לוי", "David Levi", "", ("David Levi", "Давид Леви")),
        ("გიორგი ბერიძე", "Giorgi Beridze", "", ("Giorgi Beridze", "Гиорги Беридзе")),
        ("Արամ Հակոբյան", "Aram Hakobyan", "", ("Aram Hakobyan", "Арам Акопян")),
        ("Jürgen Groß", "Juergen Gross", "", ("Jürgen Groß", "Юрген Гросс")),
    ],
)
def test_badge_content_has_a_form_for_readers_of_either_script(app: Flask, own, passport, entered, shown):
    content = badge_content(
        person(own_name=own, passport_name=passport, badge_ru=entered, badge_de=entered, country="DE")
    )
    assert (content.name_first, content.name_second) == shown
    assert [str(warning) for warning in content.warnings] == [
        "D1: the Russian form of the name was transcribed; please look at it."
    ]


def test_badge_content_keeps_the_cyrillic_form_when_a_mark_in_it_has_no_font(app: Flask):
    content = badge_content(person(own_name="Иван Иванов", badge_ru="Иванов\u0483 Иван", badge_de="Iwan Iwanow"))
    assert (content.name_first, content.name_second) == ("Иванов Иван", "Iwan Iwanow")
    assert [str(warning) for warning in content.warnings] == ["D1: signs that no font has were left out of the name."]


def test_badge_content_takes_the_passport_form_when_no_font_has_the_letters(app: Flask):
    content = badge_content(
        person(own_name="小龙 李", badge_ru="Ли Сяолун", badge_de="李 小龙", passport_name="Li Xiaolong", country="CN")
    )
    assert (content.name_first, content.name_second) == ("Li Xiaolong", "Ли Сяолун")
    assert [str(warning) for warning in content.warnings] == [
        "D1: no font has the letters 李 小 龙; the passport form is printed."
    ]


def test_badge_content_prints_the_number_when_no_form_has_letters_a_font_knows(app: Flask):
    content = badge_content(
        person(own_name="明 李", badge_ru="明 李", badge_de="明 李", passport_name="明 李", country="CN")
    )
    assert (content.name_first, content.name_second) == ("D1", "")
    assert [str(warning) for warning in content.warnings] == [
        "D1: no font has the letters 明 李, and no other form of the name is known; the number is printed."
    ]


@pytest.mark.parametrize(
    ("own", "shown"),
    [
        ("Nguyễn Phúc Thị Quỳnh Như Ngọc", "Нгуен Фук Тхи Куинь Ньы Нгок"),
        ("Đorđe Čapek Łukas", "Дорде Чапек Лукас"),
        ("Ƿynn", ""),  # a letter that stands for nothing here: no mixture
    ],
)
def test_badge_content_never_mixes_scripts_in_a_transcription(app: Flask, own: str, shown: str) -> None:
    content = badge_content(person(own_name=own, badge_ru="", badge_de="", passport_name="", country="VN"))
    assert content.name_second == shown


def test_badge_content_reads_a_passport_name_as_its_country_and_keeps_roman_numerals(app: Flask) -> None:
    entered = {"badge_ru": "", "badge_de": "", "passport_name": ""}
    russian = person(own_name="Iuliia Shchukina", country="DE", citizenship="RU", **entered)
    assert badge_content(russian).name_second == "Юлия Щукина"
    assert badge_content(person(own_name="Karl IV.", country="DE", **entered)).name_second == "Карл IV."


@pytest.mark.parametrize(
    ("given", "first"),
    [
        ({"language": "ru", "spoken": "de;ru"}, "ru"),
        ({"language": "de", "spoken": "ru"}, "de"),
        ({"language": "en", "spoken": "en;ru;de"}, "ru"),
        ({"language": "en", "spoken": "en"}, "de"),
        ({}, "de"),
    ],
)
def test_badge_content_begins_with_the_language_of_the_persons_letters(given: dict[str, str], first: str) -> None:
    german = {"own_name": "Jürgen Groß", "badge_ru": "Юрген Гросс", "badge_de": "Jürgen Groß", "country": "DE"}
    content = badge_content(person(**german, **given))
    assert (content.first, content.name_first) == (first, german[f"badge_{first}"])


def test_badge_content_has_no_cyrillic_left_in_a_latin_form(app: Flask) -> None:
    given = {"badge_ru": "", "badge_de": "", "passport_name": ""}
    assert badge_content(person(own_name="Галя Їжакевич", **given)).name_second == "Galja Jischakewitsch"
    assert badge_content(person(own_name="Ѫнна", **given)).name_second == ""


def test_badge_content_says_which_letters_of_office_and_town_no_font_has(app: Flask) -> None:
    content = badge_content(person(office="副市長", place_ru="Осака", place_de="大阪"))
    assert (content.office, content.place_first, content.place_second) == ("", "Осака", "")
    assert [str(warning) for warning in content.warnings] == [
        "D1: no font has the letters 副 市 長; “Office” is left out.",
        "D1: no font has the letters 大 阪; only the other form of “Municipality or organisation” is printed.",
    ]


def test_badge_content_writes_letters_made_of_several_as_those_they_stand_for(app: Flask) -> None:
    content = badge_content(person(badge_ru="Иван Ⅷ", badge_de="Steﬃ ②", office="Ａmt"))
    assert (content.name_first, content.name_second, content.office) == ("Иван VIII", "Steffi 2", "Amt")


@pytest.mark.parametrize(
    ("office", "first"),
    [
        ("Leiterin des Amtes für Kultur und Sport", ""),
        ("Vorsitzender des Ausschusses für Wirtschaft, Verkehr und Umwelt", ""),
        ("Начальник управления по межрегиональным и международным связям", ""),
        ("Заместитель главы города, председателя Думы", ""),
        ("Büro des Oberbürgermeisters, Leiterin", ""),
        ("Oberbürgermeister, Präsident des Städtetages", "Oberbürgermeister"),
        ("Глава города Калуги, председатель Думы", "Глава города Калуги"),
        ("Leiterin des Amtes für Kultur, Sport; Stadträtin", "Leiterin des Amtes für Kultur, Sport"),
    ],
)
def test_first_office_never_cuts_inside_of_one(office: str, first: str) -> None:
    assert first_office(office) == (first or office)


def test_badge_content_leaves_out_emoji_and_says_so(app: Flask):
    content = badge_content(person(badge_ru="Лебедева 🕊️ Полина", badge_de="Polina Lebedewa 🕊️"))
    assert (content.name_first, content.name_second) == ("Лебедева Полина", "Polina Lebedewa")
    assert [str(warning) for warning in content.warnings] == ["D1: signs that no font has were left out of the name."]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("\u202eвокаранед Олег", "вокаранед Олег"),
        ("Wag\u200bner\u2066x\u2069", "Wagnerx"),
        ("  Кузнецов  \t Денис\n", "Кузнецов Денис"),
        ("Bu\u0308chsenschu\u0308tz", "Büchsenschütz"),
        ("A\x00\x1bB\ufeff", "AB"),
        ("Z" + "\u0301\u0302\u0303\u0304" * 20, "Z\u0301\u0302\u0303"),
        ("<b>Белов</b> & Co", "<b>Белов</b> & Co"),
    ],
)
def test_harmless_keeps_letters_and_drops_what_would_act(given, shown):
    assert harmless(given) == unicodedata.normalize("NFC", shown)


def test_own_script_follows_the_letters_and_else_the_country():
    assert own_script(name="Lebedew Anatoli", country="RU") == "de"
    assert own_script(name="Заболоцкий", country="DE") == "ru"
    assert own_script(name="李 明", country="CN") == "de"
    assert own_script(name="", country="RS") == "ru"


def test_badge_role_is_the_first_by_its_order_and_member_when_unknown():
    assert badge_role("head;minister") is badge_role("minister; head") is DelegateRole.MINISTER
    assert set(ROLE_ORDER) == set(DelegateRole)
    assert badge_role("nobody knows") is DelegateRole.MEMBER


def test_fingerprint_changes_with_what_stands_on_the_badge_and_with_nothing_else():
    one = badge_content(person())
    assert badge_content(person(passport_name="Anna Orlowa-Neu")).fingerprint == one.fingerprint
    for change in ({"badge_de": "Anna Orlov"}, {"token": "other"}, {"role": "press"}, {"place_de": "Kalouga"},
                   {"spoken": "ru"}, {"interpretation": "de>ru"}):  # fmt: skip
        assert badge_content(person(**change)).fingerprint != one.fingerprint


def test_harmless_is_quick_for_long_texts_that_are_nearly_plain():
    from time import process_time

    begun = process_time()
    assert printable("a" * 400 + "\u4e00").letters == "\u4e00"
    assert printable("Слово " * 70 + "!").text == ("Слово " * 70 + "!")
    assert process_time() - begun < 1


@pytest.mark.parametrize(
    ("codes", "shown"),
    [("ru;de", "RU · DE"), ("de", "DE"), ("", ""), (" de ; DE;ru", "DE · RU"), ("немецкий;<b>;en", "EN")],
)
def test_spoken_sign_names_each_language_once_and_nothing_else(codes, shown):
    assert spoken_sign(codes) == shown


@pytest.mark.parametrize(
    ("need", "shown"), [("ru>de", "RU › DE"), ("none", ""), ("", ""), ("ru>", ""), ("ru>de>en", ""), ("a>b", "")]
)
def test_interpretation_sign_is_empty_when_none_is_needed(need, shown):
    assert interpretation_sign(need) == shown


@pytest.mark.parametrize(
    ("entered", "shown", "told"),
    [
        ("Za\u0337lgo Q\u0323\u0323\u0323", "Zalgo Q\u0323\u0323", True),
        ("\u1eb0\u0302\u0303", "\u1eb0", True),
        ("Nguyễn Thị Ữ", "Nguyễn Thị Ữ", False),
        ("Andrej Jo\u0308lkin", "Andrej Jölkin", False),
    ],
)
def test_badge_content_has_two_marks_on_a_letter_and_says_so_when_there_were_more(entered, shown, told):
    content = badge_content(person(badge_de=entered))
    assert shown in (content.name_first, content.name_second)
    assert told == any("more marks on a letter" in str(warning) for warning in content.warnings)


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"last": "Hinckelstein", "first": "Theo", "academic_title": "Prof. Dr.", "noble_prefix": "Graf von",
          "language": "de"},
         ("Prof. Dr. Theo Graf von Hinckelstein", "Тео Граф фон Хинкельштайн")),
        ({"last": "Сергеев", "first": "Юрий", "patronymic": "Яковлевич", "academic_title": "к. э. н.",
          "country": "RU"},
         ("к. э. н. Сергеев Юрий Яковлевич", "Juri Sergejew")),
        ({"last": "სააკაშვილი", "first": "გიორგი", "academic_title": "Dr.", "noble_prefix": "de", "country": "GE",
          "last_latin": "Saakashvili", "first_latin": "Giorgi", "language": "de"},
         ("Dr. Giorgi Saakashvili", "Гиорги Саакашвили")),
        ({"last": "Александров", "first": "Илья", "noble_prefix": "von", "country": "RU"},
         ("Александров Илья", "Ilja Alexandrow")),
        ({"last": "Ланге", "first": "Илья", "noble_prefix": "фон", "country": "RU"},
         ("фон Ланге Илья", "Ilja Lange")),
    ],
)  # fmt: skip
def test_badge_bears_title_and_noble_prefix_when_no_form_of_the_name_was_entered(
    conference: Conference, given: dict[str, str], names: tuple[str, str]
) -> None:
    usual = {"patronymic": "", "last_latin": "", "first_latin": "", "badge_ru": "", "badge_de": "", "country": "DE"}
    make_delegate(conference, "T1", **(usual | given))
    (content,) = badge_contents(conference)
    assert (content.name_first, content.name_second) == names
