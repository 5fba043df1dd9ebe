"""compose(): what it decides and what it refuses before anything is rendered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from invitations.letter import Attachment, Letter, MissingFields, Signatory, UnknownKind, UnknownOffice
from invitations.letterhead import Letterhead
from invitations.merge import UnknownField
from invitations.recipient import Gender, Recipient
from tests.invitations.conftest import RECIPIENTS

Write = Callable[..., Letter]


def words(letter: Letter) -> str:
    return " ".join(block.text for block in letter.body).replace("\u00a0", " ")


def test_compose_decides_every_requisite_when_all_is_given(write: Write) -> None:
    letter = write("ru")
    assert tuple(line.replace("\u00a0", " ") for line in letter.address_lines) == (
        "Главе муниципального образования город Краснодар",
        "Первышову Е.А.",
    )
    assert letter.postal_lines == ("head@krasnodar.example",)
    assert letter.salutation == "Уважаемый Евгений Алексеевич!"
    assert letter.subject.replace("\u00a0", " ") == (
        "О приглашении на XVI конференцию городов-партнёров России и Германии"
    )
    assert (letter.closing, letter.layout, letter.sheets, letter.is_draft) == ("С уважением,", "gost-corner", 7, False)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "ru",
            [
                "на XVI конференцию городов-партнёров России и Германии",
                "28–30 июня 2021 г. в городе Калуге",
                "Германо-Российский форум",
                "«Укрепление связей – расширение горизонтов»",
                "Калуга отмечает 650-летие",
                "В.В. Шапшой",
                "главы муниципалитетов",
                "министры иностранных дел России и Германии",
                "Карлсруэ (Германия)",
                "видеосвязи",
                "Организационные условия",
                "15 мая 2021 г.",
                "+7 499 000-20-15",
                "forum@twincities.example, office@twincities.example",
            ],
        ),
        (
            "de",
            [
                "zur XVI. Deutsch-Russischen Städtepartnerkonferenz",
                "vom 28. bis 30. Juni 2021 in Kaluga",
                "Deutsch-Russisches Forum e. V.",
                "„Verbindungen stärken – Horizonte erweitern“",
                "sein 650-jähriges Bestehen",
                "Schapscha",
                "die Außenminister",
                "Ihre Partnerstadt: Kaluga (Russland)",
                "Videokonferenz",
                "15. Mai 2021",
            ],
        ),
        (
            "en",
            [
                "to the XVI German-Russian Partner Cities Conference",
                "from 28 to 30 June 2021 in the city of Kaluga",
                "“Stronger ties, wider horizons”",
                "its 650th anniversary",
                "the foreign ministers",
                "Your partner city: Kaluga (Russia)",
                "by video link",
                "by 15 May 2021",
            ],
        ),
    ],
)
def test_invitation_tells_everything_asked_of_it(write: Write, language: str, told: list[str]) -> None:
    said = words(write(language, fields={"format": "in-person"}))
    assert [phrase for phrase in told if phrase not in said] == []
    assert "{{" not in said


IN_CASE = {"ru": "Если собраться очно не", "de": "Sollte ein Treffen vor Ort", "en": "Should it prove impossible"}


@pytest.mark.parametrize(
    ("language", "held", "told", "untold"),
    [
        ("ru", "in-person", ["28–30 июня 2021 г. в городе Калуге. Соорганизатор", "и приехать вместе с ним"],
         ["видеоконференции", "смешанном"]),
        ("ru", "hybrid", ["в городе Калуге в смешанном формате: очно и по видеосвязи. Соорганизатор",
                          "личная ссылка для подключения"], [IN_CASE["ru"]]),
        ("ru", "video", ["28–30 июня 2021 г. в формате видеоконференции; принимающий город — Калуга. Соорганизатор",
                         "и принять участие вместе с ним"], [IN_CASE["ru"], "в городе Калуге", "приехать"]),
        ("de", "in-person", ["vom 28. bis 30. Juni 2021 in Kaluga statt (Mit", "kommen Sie gemeinsam"],
         ["hybrid", "Gastgeberin"]),
        ("de", "hybrid", ["in Kaluga in hybrider Form statt, vor Ort und per Video (Mit"], [IN_CASE["de"]]),
        ("de", "video", ["vom 28. bis 30. Juni 2021 als Videokonferenz statt; Gastgeberin ist Kaluga (Mit",
                         "nehmen Sie gemeinsam"], [IN_CASE["de"], "in Kaluga", "kommen Sie"]),
        ("en", "in-person", ["from 28 to 30 June 2021 in the city of Kaluga."], ["hybrid", "hosted"]),
        ("en", "hybrid", ["in the city of Kaluga in hybrid form, on site and by video link."], [IN_CASE["en"]]),
        ("en", "video", ["from 28 to 30 June 2021 as a video conference hosted by Kaluga."],
         [IN_CASE["en"], "in the city of"]),
    ],
)  # fmt: skip
def test_invitation_speaks_of_the_format_the_conference_is_held_in(
    write: Write, language: str, held: str, told: list[str], untold: list[str]
) -> None:
    said = words(write(language, fields={"format": held}))
    assert ([phrase for phrase in told if phrase not in said], [one for one in untold if one in said]) == ([], [])
    assert (IN_CASE[language] in said) is (held == "in-person")


def test_invitation_names_the_host_once_when_it_is_a_partner_of_the_addressee(write: Write) -> None:
    said = words(write("de", fields={"format": "video", "host_is_partner": True}))
    assert "als Videokonferenz statt (Mitveranstalter" in said
    assert said.count("Gastgeberin") == 1


@pytest.mark.parametrize("kind", ["confirmation", "programme_cover", "thanks"])
@pytest.mark.parametrize(("language", "town", "by_video"), [
    ("ru", "в городе Калуге", "в формате видеоконференции"), ("de", "in Kaluga", "als Videokonferenz"),
    ("en", "in the city of Kaluga", "as a video conference"),
])  # fmt: skip
def test_letters_invite_into_no_hall_when_the_conference_is_held_by_video(
    write: Write, kind: str, language: str, town: str, by_video: str
) -> None:
    found = {held: words(write(language, kind=kind, fields={"format": held})) for held in ("in-person", "video")}
    assert {held: (town in said, by_video in said) for held, said in found.items()} == {
        "in-person": (True, False), "video": (False, True),
    }  # fmt: skip


def test_invitation_keeps_silent_about_what_is_not_given(write: Write) -> None:
    nothing = {"anniversary": None, "guests": "", "partners": (), "video_possible": False, "format": "in-person"}
    said = words(write("ru", fields=nothing, reply_url=None))
    assert [w for w in ("отмечает", "гостей", "Карлсруэ", "видеосвязи", "ссылке") if w in said] == []
    assert "  " not in said


def test_compose_is_refused_with_all_that_is_missing_at_once(write: Write) -> None:
    nobody = Recipient("ru", "", "Иванов", "", gender=Gender.UNKNOWN)
    with pytest.raises(MissingFields) as refused:
        write("ru", fields={"theme": None, "end": None, "host_ru": ""}, recipient=nobody, date=None)
    assert refused.value.fields == ("end", "host_ru", "theme", "office", "first", "gender", "date")


def test_compose_is_refused_when_letterhead_or_signatory_says_nothing(write: Write) -> None:
    with pytest.raises(MissingFields) as refused:
        write("de", letterhead=Letterhead(names={"ru": "Имя"}), signatory=Signatory("", "X"))
    assert refused.value.fields == ("letterhead_de", "signatory")


def test_compose_is_refused_when_the_office_is_unknown(write: Write) -> None:
    stranger = Recipient("ru", "Квазимодо города Калуги", "Иванов", "Иван", "Иванович", gender=Gender.MALE)
    with pytest.raises(UnknownOffice):
        write("ru", recipient=stranger)


def test_compose_is_refused_when_the_text_computes(write: Write) -> None:
    with pytest.raises(UnknownField):
        write("ru", text="# Тема\n\n{{ 7*7 }}")


def test_compose_is_refused_when_the_kind_is_unknown(write: Write) -> None:
    with pytest.raises(UnknownKind):
        write("ru", kind="../invitation")


@pytest.mark.parametrize("attachment", [Attachment("Пустая", 0), Attachment("Ни одной", 1, 0)])
def test_compose_is_refused_when_an_attachment_has_no_sheets(write: Write, attachment: Attachment) -> None:
    with pytest.raises(ValueError, match="sheet"):
        write("ru", attachments=(attachment,))


def test_compose_is_refused_when_recipient_and_letter_differ_in_language(write: Write) -> None:
    with pytest.raises(ValueError, match="cannot get a letter"):
        write("ru", recipient=Recipient("de", "Landrat", "Meier", "Karl", gender=Gender.MALE))


def test_compose_takes_the_organisers_wording_when_given(write: Write) -> None:
    letter = write("ru", text="# О встрече\n\nЖдём {{ host_in }}.\n\n-- Ваши коллеги")
    assert (letter.subject, words(letter), letter.closing) == ("О встрече", "Ждём в городе Калуге.", "Ваши коллеги")


def test_group_is_addressed_without_a_name(write: Write) -> None:
    group = Recipient("ru", "Главы муниципальных образований Российской Федерации", "", "", gender=Gender.GROUP)
    letter = write("ru", recipient=group)
    assert (letter.address_lines, letter.salutation) == (
        ("Главам муниципальных образований Российской Федерации",),
        "Уважаемые коллеги!",
    )


def test_foreign_post_closes_with_the_country_in_capitals(write: Write) -> None:
    assert write("de").postal_lines == ("Marktplatz 1", "98527 Suhl", "DEUTSCHLAND")


def test_change_of_format_tells_format_dates_and_reason(write: Write) -> None:
    letter = write("ru", kind="change_of_format", fields={"format": "video", "reason": "ограничения на въезд"})
    said = words(letter)
    assert letter.subject.replace("\u00a0", " ") == (
        "Об изменении формата XVI конференции городов-партнёров России и Германии"
    )
    assert "28–30 июня 2021 г. в формате видеоконференции" in said
    assert "Причина изменения: «ограничения на въезд»." in said
    assert "Место проведения" not in said


def test_a_letter_without_number_is_a_draft(write: Write) -> None:
    letter = write("ru", number=None, date=None)
    assert letter.is_draft
    assert replace(letter, number="Исх-1", date=date(2021, 1, 1)).is_draft is False


def test_compose_keeps_the_sign_of_a_number_and_leaves_emotions_out(write: Callable[..., Letter]) -> None:
    recipient = replace(RECIPIENTS["ru"], office="Глава администрации района № 5 🎉")
    assert write("ru", recipient=recipient).address_lines[0].replace("\u00a0", " ") == "Главе администрации района № 5"
