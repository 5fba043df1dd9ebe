"""Telephone numbers as people write them."""

from __future__ import annotations

import pytest

from app.phones import is_phone


@pytest.mark.parametrize(
    "value",
    ["+7 (495) 555-01-69", "8 (4842) 56-59-79", "+49 721 133-0", "030 20907 0", "0721/1331010"],
)
def test_is_phone_accepts_when_it_is_written_as_usual(value: str) -> None:
    assert is_phone(value)


@pytest.mark.parametrize("value", ["", "123", "call me", "+7", "+7 495 555 01 69 123456789", "a@b.example", "<b>"])
def test_is_phone_declines_when_nobody_could_be_called(value: str) -> None:
    assert not is_phone(value)
