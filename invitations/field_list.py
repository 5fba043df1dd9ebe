"""The list of merge fields: what each means, with an example, for the organiser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One merge field.

    ``needs`` names the given fields a derived one is made of (``{language}`` stands for ru, de or en);
    ``meaning`` and ``example`` are for the organiser, by language.
    """

    name: str
    meaning: Mapping[str, str]
    example: Mapping[str, str]
    needs: tuple[str, ...] = ()


def field(
    name: str, ru: tuple[str, str], de: tuple[str, str], en: tuple[str, str], *, needs: tuple[str, ...] = ()
) -> Field:
    """A field with its meaning and example in Russian, German and English."""
    return Field(
        name,
        meaning={"ru": ru[0], "de": de[0], "en": en[0]},
        example={"ru": ru[1], "de": de[1], "en": en[1]},
        needs=needs,
    )


def conference_fields() -> tuple[Field, ...]:
    """Fields about the conference, in the order the organiser reads them."""
    same = ("start", "end")
    name = ("edition", "conference_title")
    host = ("host_{language}",)
    return (
        field(
            "edition",
            ("номер конференции", "XVI"),
            ("Nummer der Konferenz", "XVI"),
            ("number of the conference", "XVI"),
        ),
        field(
            "conference_title",
            ("название без номера, именительный падеж", "конференция городов-партнёров России и Германии"),
            ("Titel ohne Nummer, Nominativ", "Deutsch-Russische Städtepartnerkonferenz"),
            ("title without the number", "German-Russian Partner Cities Conference"),
        ),
        field(
            "conference",
            ("название с номером", "XVI конференция городов-партнёров России и Германии"),
            ("Titel mit Nummer", "XVI. Deutsch-Russische Städtepartnerkonferenz"),
            ("title with the number", "XVI German-Russian Partner Cities Conference"),
            needs=name,
        ),
        field(
            "conference_the",
            ("название как подлежащее", "XVI конференция городов-партнёров России и Германии"),
            ("Titel mit Artikel", "die XVI. Deutsch-Russische Städtepartnerkonferenz"),
            ("title with its article", "the XVI German-Russian Partner Cities Conference"),
            needs=name,
        ),
        field(
            "conference_of",
            ("чего", "XVI конференции городов-партнёров России и Германии"),
            ("wessen", "der XVI. Deutsch-Russischen Städtepartnerkonferenz"),
            ("of what", "of the XVI German-Russian Partner Cities Conference"),
            needs=name,
        ),
        field(
            "conference_to",
            ("куда приглашают", "на XVI конференцию городов-партнёров России и Германии"),
            ("wozu eingeladen wird", "zur XVI. Deutsch-Russischen Städtepartnerkonferenz"),
            ("to what one is invited", "to the XVI German-Russian Partner Cities Conference"),
            needs=name,
        ),
        field(
            "conference_in",
            ("в чём участвуют", "в XVI конференции городов-партнёров России и Германии"),
            ("woran man teilnimmt", "an der XVI. Deutsch-Russischen Städtepartnerkonferenz"),
            ("in what one takes part", "in the XVI German-Russian Partner Cities Conference"),
            needs=name,
        ),
        field(
            "host",
            ("принимающий город", "Калуга"),
            ("gastgebende Stadt", "Kaluga"),
            ("host town", "Kaluga"),
            needs=host,
        ),
        field(
            "host_in",
            ("где", "в городе Калуге"),
            ("wo", "in Kaluga"),
            ("where", "in the city of Kaluga"),
            needs=host,
        ),
        field(
            "host_of",
            ("чего", "города Калуги"),
            ("wessen", "der Stadt Kaluga"),
            ("of what", "of the city of Kaluga"),
            needs=host,
        ),
        field(
            "host_ru",
            ("город по-русски", "Калуга"),
            ("Stadt auf Russisch", "Калуга"),
            ("town in Russian", "Калуга"),
        ),
        field(
            "host_de",
            ("город по-немецки", "Kaluga"),
            ("Stadt auf Deutsch", "Kaluga"),
            ("town in German", "Kaluga"),
        ),
        field(
            "host_en",
            ("город по-английски", "Kaluga"),
            ("Stadt auf Englisch", "Kaluga"),
            ("town in English", "Kaluga"),
        ),
        field(
            "start",
            ("первый день", "28 июня 2021 г."),
            ("erster Tag", "28. Juni 2021"),
            ("first day", "28 June 2021"),
        ),
        field(
            "end",
            ("последний день", "30 июня 2021 г."),
            ("letzter Tag", "30. Juni 2021"),
            ("last day", "30 June 2021"),
        ),
        field(
            "dates",
            ("дни", "28–30 июня 2021 г."),
            ("Tage", "28.–30. Juni 2021"),
            ("days", "28–30 June 2021"),
            needs=same,
        ),
        field(
            "period",
            ("с какого по какое", "с 28 по 30 июня 2021 г."),
            ("von wann bis wann", "vom 28. bis 30. Juni 2021"),
            ("from when to when", "from 28 to 30 June 2021"),
            needs=same,
        ),
        field("year", ("год", "2021"), ("Jahr", "2021"), ("year", "2021"), needs=("start",)),
        field(
            "theme",
            ("тема, кавычки ставятся сами", "«Укрепление связей — расширение горизонтов»"),
            ("Thema, Anführungszeichen kommen von selbst", "„Bindungen stärken – Horizonte erweitern“"),
            ("theme, quotation marks are put in", "“Stronger ties, wider horizons”"),
        ),
        field(
            "partner_organisation",
            ("организация-партнёр, именительный падеж", "Германо-Российский форум"),
            ("Partnerorganisation, ohne Artikel", "Deutsch-Russisches Forum e. V."),
            ("partner organisation", "the German-Russian Forum"),
        ),
        field(
            "preparation",
            (
                "ход подготовки и встречи, законченные предложения",
                "В марте представители оргкомитета побывали в Калуге и встретились с губернатором области.",
            ),
            (
                "Stand der Vorbereitung, ganze Sätze",
                "Im März besuchte der Organisationsausschuss Kaluga und traf den Gouverneur des Gebiets.",
            ),
            (
                "how the preparations stand, whole sentences",
                "In March the organisers visited Kaluga and met the Governor of the region.",
            ),
        ),
        field(
            "anniversary",
            ("что отмечает город: число лет или слова в винительном падеже", "650-летие со дня основания"),
            ("was die Stadt begeht: Zahl der Jahre oder Worte im Akkusativ", "sein 650-jähriges Bestehen"),
            ("what the town celebrates: a number of years or words", "its 650th anniversary"),
        ),
        field(
            "participants",
            (
                "кто приглашён, именительный падеж",
                "главы муниципалитетов и представители гражданского общества обеих стран",
            ),
            (
                "wer eingeladen ist, Nominativ",
                "Oberhäupter der Kommunen und Engagierte der Zivilgesellschaft beider Länder",
            ),
            ("who is invited", "heads of municipalities and members of civil society from both countries"),
        ),
        field(
            "guests",
            (
                "почётные гости, именительный падеж, множественное число",
                "министры иностранных дел России и Германии",
            ),
            ("Ehrengäste, Nominativ, Mehrzahl", "die Außenminister Deutschlands und Russlands"),
            ("guests of honour", "the foreign ministers of Germany and Russia"),
        ),
        field(
            "partners",
            ("города-партнёры адресата", "Зуль (Германия), Лахти (Финляндия)"),
            ("Partnerstädte der Empfängerin oder des Empfängers", "Kaluga (Russland), Bègles (Frankreich)"),
            ("the addressee's partner cities", "Suhl (Germany), Lahti (Finland)"),
        ),
        field(
            "partners_are",
            ("слова перед перечнем партнёров", "Ваши города-партнёры"),
            ("Worte vor der Liste der Partnerstädte", "Ihre Partnerstädte"),
            ("words before the list of partner cities", "Your partner cities"),
            needs=("partners",),
        ),
        field(
            "responsible_name",
            ("кто отвечает на вопросы", "Наталия Сергеевна Сорокина"),
            ("wer Fragen beantwortet", "Natalija Sorokina"),
            ("who answers questions", "Natalia Sorokina"),
        ),
        field(
            "responsible_phone",
            ("телефон для вопросов", "+7 499 000-00-00"),
            ("Telefon für Fragen", "+7 499 000-00-00"),
            ("telephone for questions", "+7 499 000-00-00"),
        ),
        field(
            "responsible_emails",
            ("адреса электронной почты", "forum@example.org, office@example.org"),
            ("E-Mail-Adressen", "forum@example.org, office@example.org"),
            ("e-mail addresses", "forum@example.org, office@example.org"),
        ),
        field(
            "video_possible",
            ("может ли встреча стать видеоконференцией", "да"),
            ("ob eine Videokonferenz daraus werden kann", "ja"),
            ("whether it may become a video conference", "yes"),
        ),
        field(
            "reply_until",
            ("срок ответа", "15 мая 2021 г."),
            ("Antwortfrist", "15. Mai 2021"),
            ("reply by", "15 May 2021"),
        ),
        field(
            "reply_url",
            ("личная ссылка, ставится сама", "https://example.org/ru/reply/…"),
            ("persönlicher Link, wird eingesetzt", "https://example.org/de/reply/…"),
            ("personal link, put in by itself", "https://example.org/en/reply/…"),
        ),
        field(
            "format",
            ("формат: in-person, hybrid или video", "hybrid"),
            ("Format: in-person, hybrid oder video", "hybrid"),
            ("format: in-person, hybrid or video", "hybrid"),
        ),
        field(
            "format_as",
            ("в каком формате", "в смешанном формате: очно и по видеосвязи"),
            ("in welcher Form", "hybrid, also vor Ort und per Video,"),
            ("in what form", "in hybrid form, on site and by video link"),
            needs=("format",),
        ),
        field(
            "format_was",
            ("прежний формат: in-person, hybrid или video", "in-person"),
            ("bisheriges Format: in-person, hybrid oder video", "in-person"),
            ("former format: in-person, hybrid or video", "in-person"),
        ),
        field(
            "format_was_as",
            ("в каком формате намечалось ранее", "в очном формате"),
            ("in welcher Form bisher geplant", "vor Ort"),
            ("in what form so far", "in person"),
            needs=("format_was",),
        ),
        field(
            "on_site",
            ("встреча проходит и на месте", "да"),
            ("auch vor Ort", "ja"),
            ("held on site too", "yes"),
            needs=("format",),
        ),
        field(
            "online",
            ("встреча проходит и по видеосвязи", "да"),
            ("auch per Video", "ja"),
            ("held by video too", "yes"),
            needs=("format",),
        ),
        field(
            "video_only",
            ("встреча проходит только по видеосвязи", "да"),
            ("allein per Video, niemand ist vor Ort", "ja"),
            ("held by video alone, nobody is on site", "yes"),
            needs=("format",),
        ),
        field(
            "reason",
            ("причина, именительный падеж", "ограничения на въезд"),
            ("Grund, Nominativ", "Einreisebeschränkungen"),
            ("reason", "travel restrictions"),
        ),
    )
