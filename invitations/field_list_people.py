"""Merge fields about people, counts and visas."""

from __future__ import annotations

from invitations.field_list import Field, field

_WAYS = (
    ("", ("кто", "Nominativ", "who"), 0),
    ("_to", ("кому", "wem", "to whom"), 1),
    ("_of", ("кого", "von wem, wessen", "of whom"), 2),
    ("_by", ("кем", "von wem, durch wen", "by whom"), 3),
    ("_for", ("для кого", "für wen", "for whom"), 4),
)
_NAMES = {
    "ru": (
        "господин Карл Мюллер",
        "господину Карлу Мюллеру",
        "господина Карла Мюллера",
        "господином Карлом Мюллером",
        "для господина Карла Мюллера",
    ),
    "de": (
        "Herr Karl Müller",
        "Herrn Karl Müller",
        "von Herrn Karl Müller",
        "von Herrn Karl Müller",
        "für Herrn Karl Müller",
    ),
    "en": ("Mr Karl Müller", "to Mr Karl Müller", "of Mr Karl Müller", "by Mr Karl Müller", "for Mr Karl Müller"),
}
_OFFICES = {
    "ru": ("глава города Перми", "главе города Перми", "главы города Перми", "главой города Перми"),
    "de": (
        "Oberbürgermeister der Stadt Suhl",
        "dem Oberbürgermeister der Stadt Suhl",
        "des Oberbürgermeisters der Stadt Suhl",
        "vom Oberbürgermeister der Stadt Suhl",
    ),
    "en": ("Mayor of Suhl", "to the Mayor of Suhl", "of the Mayor of Suhl", "by the Mayor of Suhl"),
}


def _of_head(head: str, who: tuple[str, str, str]) -> list[Field]:
    """The forms of one person: ``head`` is person or addressee."""
    found = []
    for ending, ways, at in _WAYS:
        told = [(f"{whom}: {way}", _NAMES[code][at]) for whom, way, code in zip(who, ways, _NAMES, strict=True)]
        found.append(field(f"{head}{ending}", *told, needs=(head,) if ending else ()))
    for ending, ways, at in _WAYS[:4]:
        office = ("должность", "Amt", "office")
        told = [
            (f"{whom}, {what}: {way}", _OFFICES[code][at])
            for whom, what, way, code in zip(who, office, ways, _OFFICES, strict=True)
        ]
        found.append(field(f"{head}_office{ending}", *told, needs=(head,)))
    woman = ("женщина ли", "ob eine Frau", "whether a woman")
    told = [(f"{whom}: {what}", yes) for whom, what, yes in zip(who, woman, ("да", "ja", "yes"), strict=True)]
    return [*found, field(f"{head}_woman", *told, needs=(head,))]


def _people() -> list[Field]:
    return [
        *_of_head("person", ("о ком письмо", "um wen es geht", "whom the letter is about")),
        *_of_head("addressee", ("адресат", "Empfänger", "addressee")),
        field(
            "participant",
            ("слово «участник» по роду лица: кто", "участница"),
            ("Wort „Teilnehmer“ nach der Person: Nominativ", "die Teilnehmerin"),
            ("the word participant", "the participant"),
            needs=("person",),
        ),
        field(
            "participant_to",
            ("то же: кому", "участнице"),
            ("dasselbe: wem", "der Teilnehmerin"),
            ("the same: to whom", "to the participant"),
            needs=("person",),
        ),
        field(
            "participant_of",
            ("то же: кого", "участницы"),
            ("dasselbe: wessen", "der Teilnehmerin"),
            ("the same: of whom", "of the participant"),
            needs=("person",),
        ),
    ]


def _counts() -> list[Field]:
    return [
        field("delegates", ("сколько делегатов", "5"), ("Zahl der Delegierten", "5"), ("number of delegates", "5")),
        field(
            "delegates_count",
            ("сколько делегатов, словами", "5 делегатов"),
            ("Zahl der Delegierten mit dem Wort", "5 Delegierte"),
            ("number of delegates with the word", "5 delegates"),
            needs=("delegates",),
        ),
        field("people", ("сколько человек", "412"), ("Zahl der Menschen", "412"), ("number of people", "412")),
        field(
            "people_count",
            ("сколько человек, словами", "412 человек"),
            ("Zahl der Menschen mit dem Wort", "412 Personen"),
            ("number of people with the word", "412 people"),
            needs=("people",),
        ),
        field("countries", ("сколько стран", "12"), ("Zahl der Länder", "12"), ("number of countries", "12")),
        field(
            "countries_from",
            ("из скольких стран", "из 12 стран"),
            ("aus wie vielen Ländern", "aus 12 Ländern"),
            ("from how many countries", "from 12 countries"),
            needs=("countries",),
        ),
        field(
            "days_count",
            ("сколько дней идёт встреча", "три дня"),
            ("Dauer in Tagen", "drei Tage"),
            ("how many days", "three days"),
            needs=("start", "end"),
        ),
        field(
            "partners_count",
            ("сколько городов-партнёров", "2 города-партнёра"),
            ("Zahl der Partnerstädte", "2 Partnerstädte"),
            ("number of partner cities", "2 partner cities"),
            needs=("partners",),
        ),
        field(
            "several_partners",
            ("городов-партнёров больше одного (для условия)", "да"),
            ("ob es mehrere Partnerstädte gibt (für eine Bedingung)", "ja"),
            ("whether there are several partner cities (for a condition)", "yes"),
            needs=("partners",),
        ),
        field(
            "forwarded_by",
            ("город-партнёр, который передаёт приглашение", "Краснодар"),
            ("Partnerstadt, die die Einladung weitergibt", "Krasnodar"),
            ("the partner city that hands the invitation on", "Krasnodar"),
        ),
        field(
            "host_is_partner",
            ("принимающий город — партнёр адресата (для условия)", "да"),
            ("ob die gastgebende Stadt Partnerstadt ist (für eine Bedingung)", "ja"),
            ("whether the host town is a partner city (for a condition)", "yes"),
        ),
        field(
            "city_state",
            ("город — субъект федерации: Москва, Берлин (для условия)", "да"),
            ("ob die Stadt ein Land für sich ist: Moskau, Berlin (für eine Bedingung)", "ja"),
            ("whether the city is a federal subject itself: Moscow, Berlin (for a condition)", "yes"),
        ),
        field(
            "to_region",
            ("адресат — область, край или земля (для условия)", "да"),
            ("ob an ein Gebiet oder Land geschrieben wird (für eine Bedingung)", "ja"),
            ("whether a region is written to (for a condition)", "yes"),
        ),
        field(
            "to_group",
            ("письмо группе адресатов (для условия)", "да"),
            ("ob an eine Gruppe geschrieben wird (für eine Bedingung)", "ja"),
            ("whether a group is written to (for a condition)", "yes"),
            needs=("addressee",),
        ),
    ]


def _visa() -> list[Field]:
    return [
        field(
            "passport_name",
            ("фамилия и имена латиницей, как в паспорте", "MUELLER KARL HEINZ"),
            ("Name wie im Reisepass", "IWANOWA ANNA"),
            ("name as printed in the passport", "MUELLER KARL HEINZ"),
        ),
        field(
            "passport_name_cyrillic",
            ("фамилия и имена кириллицей", "Мюллер Карл Хайнц"),
            ("Name in kyrillischer Schrift", "Иванова Анна Петровна"),
            ("name in Cyrillic", "Мюллер Карл Хайнц"),
        ),
        field(
            "sex",
            ("пол: мужской или женский", "мужской"),
            ("Geschlecht: männlich oder weiblich", "männlich"),
            ("sex: male or female", "male"),
        ),
        field(
            "birth_date",
            ("дата рождения", "6 апреля 1970 г."),
            ("Geburtsdatum", "6. April 1970"),
            ("date of birth", "6 April 1970"),
        ),
        field("birth_place", ("место рождения", "Зуль"), ("Geburtsort", "Kaluga"), ("place of birth", "Suhl")),
        field(
            "citizenship", ("гражданство", "Германия"), ("Staatsangehörigkeit", "russisch"), ("citizenship", "German")
        ),
        field(
            "residence_country",
            ("государство постоянного проживания", "Германия"),
            ("Land des Wohnsitzes", "Russische Föderation"),
            ("country of residence", "Germany"),
        ),
        field(
            "passport_number",
            ("номер паспорта", "C01X00T47"),
            ("Nummer des Reisepasses", "75 1234567"),
            ("passport number", "C01X00T47"),
        ),
        field(
            "passport_issued",
            ("дата выдачи паспорта", "1 марта 2020 г."),
            ("Pass ausgestellt am", "1. März 2020"),
            ("passport issued on", "1 March 2020"),
        ),
        field(
            "passport_expires",
            ("паспорт действителен до", "1 марта 2030 г."),
            ("Pass gültig bis", "1. März 2030"),
            ("passport valid until", "1 March 2030"),
        ),
        field(
            "passport_authority",
            ("кем выдан паспорт", "Stadt Suhl"),
            ("ausstellende Behörde", "MWD 40001"),
            ("issuing authority", "Stadt Suhl"),
        ),
        field(
            "visa_entries",
            ("кратность: однократная, двукратная или многократная", "однократная"),
            ("Einreisen: eine, zwei oder mehrere", "eine"),
            ("entries: one, two or multiple", "single"),
        ),
        field(
            "stay_from",
            ("первый день пребывания", "27 июня 2021 г."),
            ("erster Tag des Aufenthalts", "27. Juni 2021"),
            ("first day of the stay", "27 June 2021"),
        ),
        field(
            "stay_to",
            ("последний день пребывания", "1 июля 2021 г."),
            ("letzter Tag des Aufenthalts", "1. Juli 2021"),
            ("last day of the stay", "1 July 2021"),
        ),
        field(
            "stay",
            ("срок пребывания", "с 27 июня по 1 июля 2021 г."),
            ("Aufenthalt", "vom 27. Juni bis 1. Juli 2021"),
            ("stay", "from 27 June to 1 July 2021"),
            needs=("stay_from", "stay_to"),
        ),
        field(
            "stay_days",
            ("продолжительность пребывания", "5 дней"),
            ("Dauer des Aufenthalts", "5 Tage"),
            ("length of the stay", "5 days"),
            needs=("stay_from", "stay_to"),
        ),
        field(
            "towns",
            ("места посещения", "Москва, Калуга"),
            ("Aufenthaltsorte", "Berlin, Suhl"),
            ("places to be visited", "Moscow, Kaluga"),
        ),
        field(
            "purpose",
            ("цель поездки", "участие в конференции городов-партнёров"),
            ("Zweck der Reise", "Teilnahme an der Städtepartnerkonferenz"),
            ("purpose of the trip", "taking part in the Partner Cities Conference"),
        ),
        field(
            "purpose_code",
            ("код цели поездки", "075"),
            ("Kennziffer des Reisezwecks", "075"),
            ("code of the purpose", "075"),
        ),
        field(
            "minors",
            ("сопровождающие дети", "Мюллер Анна, 2012 г. р."),
            ("mitreisende Kinder", "Anna Iwanowa, geb. 2012"),
            ("accompanying children", "Anna Müller, born 2012"),
        ),
        field(
            "host_legal_name",
            ("полное наименование приглашающей стороны", "Ассоциация «Породнённые города»"),
            ("vollständiger Name des Gastgebers", "Stadt Suhl"),
            ("full name of the inviting organisation", "Twin Cities Association"),
        ),
        field(
            "host_legal_address",
            ("её юридический адрес", "125000, г. Москва, ул. Образцовая, д. 1"),
            ("Anschrift des Gastgebers", "Marktplatz 1, 98527 Suhl"),
            ("its legal address", "1 Obraztsovaya Street, Moscow 125000"),
        ),
        field("host_inn", ("её ИНН", "7700000000"), ("Steuernummer (INN)", "7700000000"), ("its tax number",
                                                                                         "7700000000")),
        field("host_ogrn", ("её ОГРН", "1027700000000"), ("Registernummer (OGRN)", "1027700000000"),
              ("its register number", "1027700000000")),
        field(
            "costs",
            ("кто несёт расходы", "расходы несёт направляющая сторона"),
            ("wer die Kosten trägt", "die Reisekosten trägt die entsendende Stadt"),
            ("who bears the costs", "travel is paid for by the sending city"),
        ),
        field(
            "costs_by_host",
            ("расходы несёт приглашающая сторона", "да"),
            ("ob der Gastgeber die Kosten trägt", "ja"),
            ("whether the host bears the costs", "yes"),
        ),
        field(
            "insurance",
            ("страховка оформлена", "да"),
            ("ob eine Krankenversicherung besteht", "ja"),
            ("whether there is health insurance", "yes"),
        ),
        field(
            "visa_needed",
            ("едут ли в другую страну и нужна ли виза (для условия)", "да"),
            ("ob für die Reise ein Visum nötig ist (für eine Bedingung)", "ja"),
            ("whether the journey needs a visa (for a condition)", "yes"),
        ),
        field(
            "evisa_possible",
            ("можно ли ехать по электронной визе", "да"),
            ("ob ein E-Visum genügt", "ja"),
            ("whether an e-visa will do", "yes"),
        ),
    ]  # fmt: skip


def _occasions() -> list[Field]:
    return [
        field(
            "programme_version",
            ("какая редакция программы", "редакция 3 от 1 июня 2021 г."),
            ("Fassung des Programms", "Fassung 3 vom 1. Juni 2021"),
            ("version of the programme", "version 3 of 1 June 2021"),
        ),
        field(
            "programme_changes",
            ("что изменилось в программе, предложения", "Заседание рабочей группы перенесено на 11:00."),
            ("was sich geändert hat, ganze Sätze", "Die Arbeitsgruppe beginnt nun um 11:00 Uhr."),
            ("what has changed, whole sentences", "The working group now begins at 11:00."),
        ),
        field(
            "programme_url",
            ("страница программы", "https://example.org/ru/c/kaluga-2021/programme"),
            ("Seite des Programms", "https://example.org/de/c/kaluga-2021/programme"),
            ("page of the programme", "https://example.org/en/c/kaluga-2021/programme"),
        ),
        field(
            "attendance",
            ("как участвует: on-site или video", "on-site"),
            ("Art der Teilnahme: on-site oder video", "on-site"),
            ("attendance: on-site or video", "on-site"),
        ),
        field(
            "attends_on_site",
            ("участвует на месте", "да"),
            ("nimmt vor Ort teil", "ja"),
            ("attends on site", "yes"),
            needs=("attendance",),
        ),
        field(
            "attends_by_video",
            ("участвует по видеосвязи", "да"),
            ("nimmt per Video teil", "ja"),
            ("attends by video", "yes"),
            needs=("attendance",),
        ),
        field(
            "practical",
            ("что ещё важно знать, предложения", "Встреча в аэропорту организована."),
            ("praktische Hinweise, ganze Sätze", "Sie werden am Flughafen abgeholt."),
            ("practical notes, whole sentences", "You will be met at the airport."),
        ),
        field(
            "contribution",
            ("за что благодарим, винительный падеж", "выступление на открытии"),
            ("wofür gedankt wird, Akkusativ", "Ihren Beitrag zur Eröffnung"),
            ("what we thank for", "your speech at the opening"),
        ),
        field(
            "results",
            ("итоги, законченные предложения", "Принята резолюция, подписаны три соглашения."),
            ("Ergebnisse, ganze Sätze", "Eine Resolution wurde verabschiedet."),
            ("results, whole sentences", "A resolution was adopted."),
        ),
        field(
            "materials_url",
            ("где опубликованы материалы", "https://example.org/ru/c/kaluga-2021"),
            ("wo die Unterlagen stehen", "https://example.org/de/c/kaluga-2021"),
            ("where the papers are", "https://example.org/en/c/kaluga-2021"),
        ),
        field(
            "next_conference",
            ("о следующей встрече, предложение", "Следующая конференция пройдёт в 2023 году в Пензе."),
            ("über das nächste Treffen, ein Satz", "Die nächste Konferenz findet 2023 in Pensa statt."),
            ("the next meeting, a sentence", "The next conference will be held in Penza in 2023."),
        ),
        field(
            "subject",
            ("заголовок свободного письма", "О сроках регистрации"),
            ("Betreff des freien Schreibens", "Fristen der Anmeldung"),
            ("heading of a free letter", "Registration deadlines"),
        ),
        field(
            "text",
            ("текст свободного письма (абзацы разделяются пустой строкой)", "Сообщаем, что регистрация продлена."),
            ("Text des freien Schreibens (eine Leerzeile trennt Absätze)", "die Anmeldefrist wurde verlängert."),
            ("text of a free letter (a blank line parts paragraphs)", "Registration has been extended."),
        ),
    ]


def people_fields() -> tuple[Field, ...]:
    """All of them, in the order the organiser reads them."""
    return (*_people(), *_counts(), *_visa(), *_occasions())
