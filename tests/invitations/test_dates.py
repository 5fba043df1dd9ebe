"""Dates as each language writes them."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from invitations.dates import date_range, date_time, long_date, period, roman, short_date, time_range, weekday_date

N = "\u00a0"


def test_dates_are_written_as_the_language_writes_them() -> None:
    day = date(2021, 4, 6)
    assert [long_date(day, lang) for lang in ("ru", "de", "en")] == [
        f"6{N}апреля{N}2021{N}г.",
        f"6.{N}April{N}2021",
        f"6{N}April{N}2021",
    ]
    assert [short_date(day, lang) for lang in ("ru", "de", "en")] == ["06.04.2021", "06.04.2021", f"6{N}Apr{N}2021"]
    assert weekday_date(date(2017, 6, 28), "de") == f"Mittwoch, 28.{N}Juni{N}2017"
    assert weekday_date(date(2017, 6, 28), "ru") == f"среда, 28{N}июня{N}2017{N}г."


@pytest.mark.parametrize(
    ("start", "end", "ru", "de", "en"),
    [
        ((2021, 6, 28), (2021, 6, 30), "28–30 июня 2021 г.", "28.–30. Juni 2021", "28–30 June 2021"),
        (
            (2021, 6, 30),
            (2021, 7, 2),
            "30 июня – 2 июля 2021 г.",
            "30. Juni – 2. Juli 2021",
            "30 June – 2 July 2021",
        ),
        (
            (2021, 12, 30),
            (2022, 1, 2),
            "30 декабря 2021 г. – 2 января 2022 г.",
            "30. Dezember 2021 – 2. Januar 2022",
            "30 December 2021 – 2 January 2022",
        ),
        ((2021, 6, 28), (2021, 6, 28), "28 июня 2021 г.", "28. Juni 2021", "28 June 2021"),
    ],
)
def test_date_range_names_month_and_year_once_when_they_are_one(
    start: tuple[int, int, int], end: tuple[int, int, int], ru: str, de: str, en: str
) -> None:
    got = [date_range(date(*start), date(*end), language).replace(N, " ") for language in ("ru", "de", "en")]
    assert got == [ru, de, en]


def test_date_range_is_refused_when_the_end_lies_before_the_start() -> None:
    with pytest.raises(ValueError, match="before"):
        date_range(date(2021, 6, 30), date(2021, 6, 28), "ru")


def test_period_is_an_adverb() -> None:
    days = date(2021, 6, 28), date(2021, 6, 30)
    assert [period(*days, language).replace(N, " ") for language in ("ru", "de", "en")] == [
        "с 28 по 30 июня 2021 г.",
        "vom 28. bis 30. Juni 2021",
        "from 28 to 30 June 2021",
    ]


def test_times_carry_uhr_in_german_only() -> None:
    assert time_range(time(10), time(11, 30), "de") == f"10:00–11:30{N}Uhr"
    assert time_range(time(10), time(11, 30), "ru") == "10:00–11:30"
    assert date_time(datetime(2021, 4, 6, 9, 5), "de") == f"6.{N}April{N}2021, 09:05{N}Uhr"  # noqa: DTZ001


def test_roman_counts_editions() -> None:
    assert [roman(n) for n in (1, 4, 9, 14, 16, 40, 1999)] == ["I", "IV", "IX", "XIV", "XVI", "XL", "MCMXCIX"]
    with pytest.raises(ValueError, match="numeral"):
        roman(0)
