"""The shipped texts of every kind, read aloud."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from invitations.fields import needs_of
from invitations.letter import KINDS, Letter, MissingFields, UnknownOffice, shipped_text
from invitations.merge import fields_of
from invitations.pdf import render
from invitations.recipient import Gender, Recipient
from tests.invitations.paper import flat

Write = Callable[..., Letter]
CONSULATES = {
    "ru": Recipient("ru", "", "", "", organisation="Генеральное консульство Российской Федерации в Бонне"),
    "de": Recipient("de", "", "", "", organisation="Generalkonsulat der Bundesrepublik Deutschland"),
    "en": Recipient("en", "", "", "", organisation="Consulate General of the Russian Federation"),
}


def words(letter: Letter) -> str:
    said = " ".join(f"{block.label}: {block.text}" if block.label else block.text for block in letter.body)
    return said.replace("\u00a0", " ")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["ru", "de", "en"])
def test_every_kind_is_whole_in_every_language(write: Write, kind: str, language: str) -> None:
    letter = write(language, kind=kind)
    said = words(letter)
    assert [odd for odd in ("{", "}", "  ", "None", " ,", " .", "..", "()", "\ue001", "\ue000") if odd in said] == []
    assert letter.subject
    assert letter.closing
    assert "{{" not in letter.subject


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["ru", "de", "en"])
def test_every_kind_is_refused_with_names_of_fields_when_nothing_is_given(
    write: Write, kind: str, language: str
) -> None:
    with pytest.raises(MissingFields) as refused:
        write(language, kind=kind, fields=dict.fromkeys(NOTHING, None))
    assert set(refused.value.fields) <= set(NOTHING)


NOTHING = [
    "edition", "conference_title", "host_ru", "host_de", "host_en", "start", "end", "theme", "partner_organisation",
    "participants", "format", "person", "responsible_name", "responsible_phone", "responsible_emails",
    "passport_name", "passport_name_cyrillic", "sex", "birth_date", "towns", "birth_place", "citizenship",
    "residence_country", "passport_number", "passport_issued", "purpose", "stay_from", "stay_to", "visa_entries",
    "host_legal_name", "host_legal_address", "host_inn", "subject", "text",
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "ru",
            [
                "Подтверждаем участие госпожи Анны Мюллер (обер-бургомистра города Зуля) в XVI конференции",
                "Место в зале закреплено.",
                "единой электронной визе",
            ],
        ),
        (
            "de",
            [
                "die Teilnahme von Frau Dr. Anna Müller (Oberbürgermeisterin der Stadt Suhl) an der XVI. Deutsch-Russ",
                "Ein Platz im Saal ist reserviert.",
            ],
        ),
        ("en", ["the participation of Dr Anna Müller (Lord Mayor of Suhl) in the XVI German-Russian", "e-visa"]),
    ],
)
def test_confirmation_names_the_person_in_the_case_the_sentence_needs(
    write: Write, language: str, told: list[str]
) -> None:
    said = words(write(language, kind="confirmation"))
    assert [phrase for phrase in told if phrase not in said] == []


def test_confirmation_speaks_of_the_delegation_when_no_person_is_named(write: Write) -> None:
    said = words(
        write(
            "ru",
            kind="confirmation",
            fields={"person": None, "delegates": 22, "attendance": "video", "evisa_possible": False},
        )
    )
    assert said.startswith("Подтверждаем участие Вашей делегации (22 делегата) в XVI конференции")
    assert "личная ссылка для подключения" in said
    assert "Место в зале" not in said
    assert "виз" not in said


def test_visa_support_to_russia_has_every_particular_the_law_names(write: Write) -> None:
    letter = write("ru", kind="visa_support_ru", recipient=CONSULATES["ru"])
    rows = {block.label: block.text.replace("\u00a0", " ") for block in letter.body if block.kind == "row"}
    assert rows == {
        "Фамилия, имена (как в паспорте)": "MUELLER ANNA",
        "Фамилия, имена кириллицей": "Мюллер Анна",
        "Пол": "женский",
        "Дата и место рождения": "6 апреля 1970 г., Зуль",
        "Гражданство": "Германия",
        "Постоянное проживание": "Германия",
        "Паспорт": "№ C01X00T47, выдан 1 марта 2020 г., действителен до 28 февраля 2030 г.",
        "Цель поездки": "участие в конференции городов-партнёров",
        "Срок пребывания": "с 27 июня по 1 июля 2021 г. (5 дней)",
        "Кратность визы": "однократная",
        "Места посещения": "Москва, Калуга",
        "Приглашающая организация": "Международная Ассоциация «Породнённые города», 125000, г. Москва, "
        "ул. Образцовая, д. 1, ИНН 7700000000, ОГРН 1027700000000",
    }
    assert letter.address_lines == ("Генеральное консульство Российской Федерации в Бонне",)
    assert letter.salutation == "Уважаемые дамы и господа!"
    assert "визы госпоже Анне Мюллер (обер-бургомистру города Зуля)" in words(letter)
    assert letter.subject.startswith("О выдаче визы участнице XVI")


def test_visa_support_to_germany_offers_one_entry_only(write: Write) -> None:
    letter = write("de", kind="visa_support_de", recipient=CONSULATES["de"], fields={"visa_entries": "multiple"})
    rows = {block.label: block.text for block in letter.body if block.kind == "row"}
    assert rows["Anzahl der Einreisen"] == "eine"
    assert letter.subject.replace("\u00a0", " ").startswith("Visa-Erteilung: Teilnahme an der XVI.")
    assert "§§ 66 bis 68 AufenthG" in words(letter)
    assert (letter.address_lines, letter.salutation) == (
        ("Generalkonsulat der Bundesrepublik Deutschland",),
        "Sehr geehrte Damen und Herren,",
    )


def test_thanks_counts_people_and_countries(write: Write) -> None:
    said = words(write("ru", kind="thanks", fields={"people": 421, "countries": 21}))
    assert "в ней участвовали 421 человек из 21 страны" in said
    assert "12 Ländern" in words(write("de", kind="thanks"))


def test_free_letter_keeps_paragraphs_and_lists_and_reads_nothing_else(write: Write) -> None:
    text = "Первый.\n\n# не заголовок\n\n- раз\n- **два**\n\n-- не подпись {{ theme }}"
    letter = write("ru", kind="free", fields={"text": text})
    assert [(block.kind, block.text) for block in letter.body] == [
        ("paragraph", "Первый."),
        ("paragraph", "# не заголовок"),
        ("item", "раз"),
        ("item", "**два**"),
        ("paragraph", "-- не подпись {{ theme }}"),
    ]


def test_a_value_is_never_read_as_a_heading_or_a_closing(write: Write) -> None:
    letter = write(
        "ru", text="# О деле\n\n{{ preparation }}\n\n-- До встречи", fields={"preparation": "# чужой\nтекст"}
    )
    assert (letter.subject, letter.closing, words(letter)) == ("О деле", "До встречи", "# чужой текст.")


def test_shipped_texts_of_a_kind_ask_for_the_same_in_every_language() -> None:
    for kind in KINDS:
        used = [fields_of(shipped_text(kind, language)) for language in ("ru", "de", "en")]
        asked = [{need for name in names for need in needs_of(name, "ru")} for names in used]
        assert asked[0] == asked[1] == asked[2], kind


def test_a_person_of_an_unknown_office_is_asked_about(write: Write) -> None:
    with pytest.raises(UnknownOffice):
        write(
            "ru",
            kind="confirmation",
            fields={"person": Recipient("ru", "Квазимодо", "Мюллер", "Анна", gender=Gender.FEMALE)},
        )


def test_a_person_may_be_given_by_parts(write: Write) -> None:
    person = {"last": "Денисов", "first": "Дмитрий", "patronymic": "Александрович", "gender": "m"}
    said = words(write("ru", kind="confirmation", fields={"person": person}))
    assert "участие Дмитрия Александровича Денисова в XVI" in said


def test_count_gives_the_form_its_noun_takes(write: Write) -> None:
    text = "# Т\n\n{{ count delegates | место | места | мест }} в зале"
    told = [words(write("ru", text=text, fields={"delegates": n})) for n in (1, 3, 11, 25, 12500)]
    assert told == ["1 место в зале", "3 места в зале", "11 мест в зале", "25 мест в зале", "12 500 мест в зале"]


def test_addressee_stands_in_any_case(write: Write) -> None:
    text = "# Т\n\n{{ addressee_of }}; {{ addressee_office_by }}; {{ addressee_to }}"
    assert words(write("ru", text=text)) == (
        "Евгения Алексеевича Первышова; главой муниципального образования город Краснодар; "
        "Евгению Алексеевичу Первышову"
    )
    assert words(write("de", text=text)) == (
        "von Frau Dr. Andrea Muster; von der Oberbürgermeisterin der Stadt Suhl; Frau Dr. Andrea Muster"
    )


@pytest.mark.parametrize("language", ["ru", "de", "en"])
def test_rows_make_a_table_a_screen_reader_can_read(write: Write, fonts: object, language: str) -> None:
    from pathlib import Path

    assert isinstance(fonts, Path)
    pdf = render(write(language, kind="visa_support_ru", recipient=CONSULATES[language]), fonts=fonts)
    assert "MUELLER ANNA" in flat(pdf)
    assert b"/TH" in _plain(pdf)


def _plain(pdf: bytes) -> bytes:
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        out = io.BytesIO()
        opened.save(out, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def test_dates_of_a_visa_may_be_given_as_written_in_a_file(write: Write) -> None:
    fields = {"stay_from": "2021-06-27", "stay_to": date(2021, 6, 27)}
    rows = {block.label: block.text for block in write("en", kind="visa_support_ru", fields=fields).body}
    assert rows["Stay"].replace("\u00a0", " ") == "on 27 June 2021 (1 day)"
    with pytest.raises(ValueError, match="before"):
        write("en", kind="visa_support_ru", fields={"stay_to": "2021-06-01"})


def test_group_has_no_person_in_its_fields(write: Write) -> None:
    group = replace(CONSULATES["ru"], organisation="", office="Главы городов", gender=Gender.GROUP)
    with pytest.raises(MissingFields) as refused:
        write("ru", text="# Т\n\n{{ addressee_of }}", recipient=group)
    assert refused.value.fields == ("addressee_of",)


GROUPS = {
    "ru": Recipient("ru", "Главы муниципальных образований", "", "", gender=Gender.GROUP),
    "de": Recipient("de", "Oberbürgermeisterinnen und Oberbürgermeister", "", "", gender=Gender.GROUP),
    "en": Recipient("en", "Mayors of the partner cities", "", "", gender=Gender.GROUP),
}


@pytest.mark.parametrize(
    ("language", "one", "several"),
    [
        ("ru", "руководителю города-партнёра и приехать вместе с ним. Ваш город-партнёр: А.",
         "руководителям городов-партнёров и приехать вместе с ними. Ваши города-партнёры: А, Б."),
        ("de", "das Oberhaupt der mit Ihnen verbundenen Kommune weiter und kommen Sie gemeinsam mit der dortigen "
         "Delegation. Ihre Partnerstadt: А.",
         "die Oberhäupter der mit Ihnen verbundenen Kommunen weiter und kommen Sie gemeinsam mit ihnen. "
         "Ihre Partnerstädte: А, Б."),
        ("en", "the head of the municipality you are twinned with and join us together. Your partner city: А.",
         "the leaders of the municipalities you are twinned with and join us together with them. "
         "Your partner cities: А, Б."),
    ],
)  # fmt: skip
def test_invitation_asks_to_pass_it_on_to_one_partner_or_to_several(
    write: Write, language: str, one: str, several: str
) -> None:
    assert one in words(write(language, fields={"partners": ["А"]}))
    assert several in words(write(language, fields={"partners": ["А", "Б"]}))


@pytest.mark.parametrize(
    ("language", "handed_on", "pass_on"),
    [
        ("ru", "Это приглашение по нашей просьбе передаёт Вам Ваш город-партнёр Краснодар.", "Просим Вас передать"),
        ("de", "Diese Einladung übermittelt Ihnen auf unsere Bitte Ihre Partnerstadt Краснодар.", "Bitte geben Sie"),
        ("en", "this invitation is handed on to you by your partner city, Краснодар.", "pass on this invitation"),
    ],
)
def test_invitation_says_who_hands_it_on_and_asks_nobody_to_pass_it_on_again(
    write: Write, language: str, handed_on: str, pass_on: str
) -> None:
    said = words(write(language, fields={"partners": [], "forwarded_by": "Краснодар"}))
    assert (handed_on in said, pass_on in said) == (True, False)


@pytest.mark.parametrize(
    ("language", "hosting", "pass_on"),
    [
        ("ru", "Конференцию принимает Ваш город-партнёр Калуга.", "Просим Вас передать"),
        ("de", "Gastgeberin der Konferenz ist Ihre Partnerstadt Kaluga.", "Bitte geben Sie"),
        ("en", "Your partner city Kaluga is hosting the conference.", "pass on this invitation"),
    ],
)
def test_invitation_names_the_host_as_partner_and_does_not_ask_to_invite_it(
    write: Write, language: str, hosting: str, pass_on: str
) -> None:
    alone = words(write(language, fields={"partners": [], "host_is_partner": True}))
    assert (hosting in alone, pass_on in alone) == (True, False)
    assert pass_on in words(write(language, fields={"partners": ["А"], "host_is_partner": True}))


def test_invitation_speaks_of_the_city_or_region_where_no_municipality_is_addressed(write: Write) -> None:
    told = {
        name: words(write("ru", fields={name: True})).split(" на XVI")[0]
        for name in ("city_state", "to_region", "year")
    }
    assert told == {
        "city_state": "Приглашаем Вас и делегацию Вашего города",
        "to_region": "Приглашаем Вас и делегацию Вашего региона",
        "year": "Приглашаем Вас и делегацию Вашего муниципального образования",
    }


def test_general_letter_writes_you_small_within_sentences_and_large_at_their_beginning(write: Write) -> None:
    said = words(write("ru", recipient=GROUPS["ru"], reply_url=None))
    assert said.startswith("Приглашаем вас и делегации ваших муниципальных образований на XVI конференцию")
    assert "Просим вас передать наше приглашение руководителю города-партнёра" in said
    assert "Ваш город-партнёр: Карлсруэ" in said


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("ru", "Ответ просим дать до 15 мая 2021 г. по личной ссылке из электронного письма"),
        ("de", "Bitte antworten Sie uns bis zum 15. Mai 2021 über den persönlichen Link in der E-Mail"),
        ("en", "Kindly reply by 15 May 2021, using the personal link in the email"),
    ],
)
def test_general_letter_says_that_the_link_for_the_answer_stands_in_the_mail(
    write: Write, language: str, told: str
) -> None:
    assert told in words(write(language, recipient=GROUPS[language], reply_url=None))


@pytest.mark.parametrize(
    ("language", "three", "fourteen"),
    [
        ("ru", "продлится три дня и", "продлится 14 дней и"),
        ("de", "dauert drei Tage und", "dauert 14 Tage und"),
        ("en", "will last three days and", "will last 14 days and"),
    ],
)
def test_programme_cover_writes_a_few_days_in_words(write: Write, language: str, three: str, fourteen: str) -> None:
    assert three in words(write(language, kind="programme_cover"))
    assert fourteen in words(write(language, kind="programme_cover", fields={"end": date(2021, 7, 11)}))
