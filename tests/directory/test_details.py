"""What a field of the directory may hold."""

from __future__ import annotations

import pytest
from flask import Flask

from app.directory.details import Fault, Reader


@pytest.mark.parametrize("phone", ["+7 (495) 555-01-16", "+49 30 / 263 907-0", "+7 495 5550116, +7 495 5550117"])
def test_reader_takes_a_phone_with_brackets_when_it_begins_with_plus(app: Flask, phone: str) -> None:
    reader = Reader({"contact_phone": phone})
    assert (reader.text("contact_phone", 60), reader.faults) == (phone, [])


@pytest.mark.parametrize("formula", ["=1+1", "@SUM(A1)", "+SUM(1)", "-cmd|' /C calc'!A0", "+7(A1)"])
def test_reader_refuses_what_begins_like_a_formula(app: Flask, formula: str) -> None:
    reader = Reader({"note": formula})
    assert reader.text("note", 60) == ""
    assert [fault.column for fault in reader.faults] == ["note"]
    assert isinstance(reader.faults[0], Fault)
