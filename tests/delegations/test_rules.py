"""What may be shown, and what a text says."""

from __future__ import annotations

import pytest

from app.delegations.rules import (
    ALLOWED,
    Accreditation,
    mixes_scripts,
    moment_of,
    shown,
    usable_address,
)
from app.errors import Refusal


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Анна", "Анна"),
        ("\u202eвока", "[U+202E]вока"),
        ("Wag\u200bner\u2066x\u2069", "Wag[U+200B]ner[U+2066]x[U+2069]"),
        ("לוי", "\u2068לוי\u2069"),
        ("a\r\nb\tc", "a\nb\tc"),
        ("a\rb\x07", "a[U+000D]b[U+0007]"),
        ("Büchsenschütz", "Büchsenschütz"),
        ("\U0001f54a\ufe0f", "\U0001f54a\ufe0f"),
        (None, ""),
    ],
)
def test_shown_makes_hidden_characters_visible(given: str | None, expected: str) -> None:
    assert shown(given) == expected


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2017-06-26T09:05+03:00", "2017-06-26T09:05:00+03:00"),
        ("2017-06-26T09:05", "2017-06-26T09:05:00+03:00"),
        ("2017-06-26T09:05Z", "2017-06-26T09:05:00+00:00"),
        ("2017-02-30T09:05", None),
        ("26.06.2017", None),
        ("", None),
    ],
)
def test_moment_of_reads_iso_or_nothing(text: str, iso: str | None) -> None:
    moment = moment_of(text, "Europe/Moscow")
    assert (moment.isoformat() if moment else None) == iso


@pytest.mark.parametrize(
    ("address", "usable"),
    [
        ('"kurt meier"@krefeld.example', True), ("жукова@пример.example", True), ("LARS@ESSEN.EXAMPLE", True),
        ("kurz+d@duisburg.example", True), ("a@b", False), ("nobody", False), ("a b@c.example", False), ("", False),
        ("a@b.example\nBcc: x@y.example", False),
    ],
)  # fmt: skip
def test_usable_address_knows_more_than_ascii(address: str, usable: bool) -> None:
    assert usable_address(address) is usable


def test_mixed_script_is_told_within_one_word_only() -> None:
    assert [mixes_scripts(text) for text in ("КoвaленКo", "Анна Maria", "Анна-Maria", "Null")] == [
        True, False, False, False,
    ]  # fmt: skip


def test_standing_never_returns_to_itself() -> None:
    assert {one for one in Accreditation if one in ALLOWED[one]} == set()


def test_refusal_tells_its_field() -> None:
    from app.delegations.rules import DelegateDetails, require_details

    with pytest.raises(Refusal) as refused:
        require_details(DelegateDetails(), zone="Europe/Moscow")
    assert refused.value.field == "last"
