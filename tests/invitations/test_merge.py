"""The text's own small language."""

from __future__ import annotations

from datetime import date

import pytest

from invitations.fields import FIELDS
from invitations.letter import KINDS, kinds, shipped_text
from invitations.merge import Block, Run, TextError, UnknownField, blocks, fields_of, merge, missing_fields

DAYS: dict[str, object] = {"start": date(2021, 6, 28), "end": date(2021, 6, 30)}


def test_merge_puts_values_in_and_decides_conditions() -> None:
    text = "{{ theme }}{% if guests %}, {{ guests }}{% endif %}{% if not reason %}, без причины{% endif %}"
    assert merge(text, {"theme": "Тема"}, "ru") == "«Тема», без причины"
    assert merge(text, {"theme": "Тема", "guests": "гости", "reason": "да"}, "ru") == "«Тема», гости"


@pytest.mark.parametrize("name", ["7*7", "config", "theme.upper()", "''.__class__", "theme|safe", "Theme", ""])
def test_text_is_refused_when_it_names_no_known_field(name: str) -> None:
    with pytest.raises(UnknownField) as refused:
        fields_of("{{ " + name + " }}")
    assert refused.value.name == name


@pytest.mark.parametrize(
    "text",
    [
        "{% for x in theme %}{% endfor %}",
        "{% if theme %}",
        "{% endif %}",
        "{{ theme",
        "theme }}",
        "{% include 'x' %}",
        "{% if theme and guests %}{% endif %}",
    ],
)
def test_text_is_refused_when_it_is_not_well_formed(text: str) -> None:
    with pytest.raises(TextError):
        fields_of(text)


def test_missing_fields_names_what_is_absent_and_what_derived_fields_are_made_of() -> None:
    text = "{{ theme }} {{ dates }} {{ host_in }} {% if guests %}{{ reason }}{% endif %}"
    assert missing_fields(text, {}, "de") == ("theme", "start", "end", "host_de")
    assert missing_fields(text, {**DAYS, "theme": " ", "host_de": "Kaluga", "guests": "x"}, "de") == ("theme", "reason")


def test_values_are_never_read_as_instructions_or_bold_type() -> None:
    found = blocks(
        "**{{ theme }}** {{ guests }}", {"theme": "a*b*c", "guests": "{{ host }} **x** \u202e{% if %}"}, "en"
    )
    assert found == (Block("paragraph", (Run("“a*b*c”", bold=True), Run(" {{ host }} **x** {% if %}"))),)


def test_blocks_tell_heading_paragraphs_items_and_closing_apart() -> None:
    text = "# Head\n\nOne\nline.\n\n- first\n- second\n\n{% if guests %}{{ guests }}{% endif %}\n\n-- Yours,"
    assert [(block.kind, block.text) for block in blocks(text, {}, "en")] == [
        ("heading", "Head"),
        ("paragraph", "One line."),
        ("item", "first"),
        ("item", "second"),
        ("closing", "Yours,"),
    ]


def test_a_full_stop_is_not_doubled_when_a_value_ends_with_one() -> None:
    assert blocks("до {{ reply_until }}.", {"reply_until": date(2021, 5, 15)}, "ru")[0].text.endswith(" 2021\u00a0г.")


def test_shipped_texts_use_known_fields_only() -> None:
    assert kinds() == KINDS
    for kind in kinds():
        used = {language: set(fields_of(shipped_text(kind, language))) for language in ("ru", "de", "en")}
        assert all(names <= set(FIELDS) for names in used.values())


def test_paragraph_stands_only_where_its_condition_holds() -> None:
    text = "{% if several_partners %}Несколько.{% endif %}{% if visa_needed %} Виза.{% endif %} Всегда."
    two = {"partners": ("Зуль", "Йена"), "visa_needed": True}
    assert merge(text, two, "ru") == "Несколько. Виза. Всегда."
    assert merge(text, {"partners": ("Зуль",), "visa_needed": False}, "ru") == " Всегда."


def test_every_field_is_explained_in_three_languages() -> None:
    for field in FIELDS.values():
        assert {language for language in ("ru", "de", "en") if field.meaning[language] and field.example[language]} == {
            "ru",
            "de",
            "en",
        }


def test_conference_and_host_stand_in_the_case_the_sentence_needs() -> None:
    fields: dict[str, object] = {
        "edition": 16,
        "conference_title": {
            "ru": "XVI международная конференция городов-партнёров",
            "de": "Deutsch-Russisches Forum der Städte",
            "en": "Partner Cities Conference",
        },
        "host_ru": "Калуга",
        "host_de": "Kaluga",
        "host_en": "Kaluga",
    }
    text = "{{ conference_to }}|{{ conference_of }}|{{ host_in }}"
    assert [merge(text, fields, language).replace("\u00a0", " ") for language in ("ru", "de", "en")] == [
        "на XVI международную конференцию городов-партнёров|XVI международной конференции городов-партнёров"
        "|в городе Калуге",
        "zum XVI. Deutsch-Russischen Forum der Städte|des XVI. Deutsch-Russischen Forums der Städte|in Kaluga",
        "to the XVI Partner Cities Conference|of the XVI Partner Cities Conference|in the city of Kaluga",
    ]


@pytest.mark.parametrize(
    ("title", "language", "within"),
    [
        ("конференция городов", "ru", "в XVI конференции городов"),
        ("Международный форум городов", "ru", "в XVI Международном форуме городов"),
        ("ежегодное совещание", "ru", "в XVI ежегодном совещании"),
        ("встреча мэров", "ru", "в XVI встрече мэров"),
        ("Днепр", "ru", "в мероприятии «XVI Днепр»"),
        ("Deutsch-Russisches Forum", "de", "am XVI. Deutsch-Russischen Forum"),
        ("Internationale Tagung", "de", "an der XVI. Internationalen Tagung"),
        ("Partner Cities Conference", "en", "in the XVI Partner Cities Conference"),
    ],
)
def test_conference_is_named_as_that_in_which_one_takes_part(title: str, language: str, within: str) -> None:
    fields: dict[str, object] = {"edition": 16, "conference_title": title}
    assert merge("{{ conference_in }}", fields, language).replace("\u00a0", " ") == within
